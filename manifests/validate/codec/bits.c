// SPDX-License-Identifier: BSD-2-Clause
// The bit reader, a cache of 64 bits filled byte by byte; and the reader of bytes.
#include "manifests/validate/codec/bits.h"

void codec_bits_init(struct codec_bits *bits, const uint8_t *data, size_t size_bytes)
{
    *bits = (struct codec_bits){.next = data, .end = data + size_bytes};
}

void codec_bits_init_nal(struct codec_bits *bits, const uint8_t *data, size_t size_bytes)
{
    codec_bits_init(bits, data, size_bytes);
    bits->has_emulation = true;
}

static void fill(struct codec_bits *bits)
{
    while (bits->count <= 56 && bits->next < bits->end) {
        uint8_t byte = *bits->next++;
        if (bits->has_emulation && bits->zeros >= 2 && byte == 3) {
            bits->zeros = 0;
            continue;
        }
        bits->zeros = byte ? 0 : bits->zeros + 1;
        bits->cache |= (uint64_t)byte << (56 - bits->count);
        bits->count += 8;
    }
}

uint32_t codec_bits_get(struct codec_bits *bits, unsigned count)
{
    if (count == 0)
        return 0;
    if (bits->count < count)
        fill(bits);
    if (bits->count < count) {
        bits->is_short = true;
        bits->count = 0;
        bits->cache = 0;
        return 0;
    }
    uint32_t value = (uint32_t)(bits->cache >> (64 - count));
    bits->cache <<= count;
    bits->count -= count;
    return value;
}

bool codec_bits_flag(struct codec_bits *bits)
{
    return codec_bits_get(bits, 1) != 0;
}

void codec_bits_skip(struct codec_bits *bits, uint64_t count)
{
    for (; count > 32 && !bits->is_short; count -= 32)
        codec_bits_get(bits, 32);
    codec_bits_get(bits, count > 32 ? 32 : (unsigned)count);
}

uint32_t codec_bits_ue(struct codec_bits *bits)
{
    unsigned zeros = 0;
    while (!codec_bits_flag(bits)) {
        // 32 zeros would be a number of more than 32 bits.
        if (bits->is_short || ++zeros > 31) {
            bits->is_short = true;
            return 0;
        }
    }
    return (uint32_t)((1ULL << zeros) - 1) + codec_bits_get(bits, zeros);
}

int32_t codec_bits_se(struct codec_bits *bits)
{
    uint32_t code = codec_bits_ue(bits);
    int64_t half = ((int64_t)code + 1) / 2;
    return (int32_t)(code & 1 ? half : -half);
}

uint32_t codec_bits_uvlc(struct codec_bits *bits)
{
    unsigned zeros = 0;
    while (!codec_bits_flag(bits)) {
        if (bits->is_short)
            return 0;
        if (++zeros >= 32) {
            // AV1 lets any longer run of zeros stand for the largest number.
            while (!bits->is_short && !codec_bits_flag(bits))
                continue;
            return UINT32_MAX;
        }
    }
    return (uint32_t)((1ULL << zeros) - 1) + codec_bits_get(bits, zeros);
}

size_t codec_bits_left(const struct codec_bits *bits)
{
    return bits->count + 8 * (size_t)(bits->end - bits->next);
}

void bytes_init(struct bytes *bytes, const uint8_t *data, size_t size_bytes)
{
    *bytes = (struct bytes){.next = data, .end = data + size_bytes};
}

uint32_t bytes_get(struct bytes *bytes, unsigned count)
{
    const uint8_t *data = bytes_take(bytes, count);
    uint32_t value = 0;
    for (unsigned i = 0; data && i < count; i++)
        value = value << 8 | data[i];
    return value;
}

const uint8_t *bytes_take(struct bytes *bytes, size_t size_bytes)
{
    if (size_bytes > bytes_left(bytes)) {
        bytes->is_short = true;
        bytes->next = bytes->end;
        return NULL;
    }
    const uint8_t *data = bytes->next;
    bytes->next += size_bytes;
    return data;
}

size_t bytes_left(const struct bytes *bytes)
{
    return (size_t)(bytes->end - bytes->next);
}
