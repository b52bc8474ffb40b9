// SPDX-License-Identifier: BSD-2-Clause
// Bits of headers: fixed and Exp-Golomb codes, and NAL units around them.
#include "bits.h"

#include <string.h>

void bits_put(struct bit_writer *w, unsigned count, uint32_t value)
{
    if (w->bits + count > sizeof w->data * 8) {
        w->is_full = true;
        return;
    }
    while (count-- > 0) {
        uint8_t mask = (uint8_t)(0x80 >> (w->bits % 8));
        uint8_t *byte = &w->data[w->bits / 8];
        *byte = (uint8_t)(value >> count & 1 ? *byte | mask : *byte & ~mask);
        w->bits++;
    }
}

void bits_put_ue(struct bit_writer *w, uint32_t value)
{
    unsigned length = 0;
    while (length < 31 && (value + 1) >> (length + 1))
        length++;
    bits_put(w, length, 0);
    bits_put(w, length + 1, value + 1);
}

void bits_put_se(struct bit_writer *w, int32_t value)
{
    bits_put_ue(w, value > 0 ? 2 * (uint32_t)value - 1 : 2 * (uint32_t)-value);
}

void bits_put_end(struct bit_writer *w)
{
    bits_put(w, 1, 1);
    while (w->bits % 8 != 0 && !w->is_full)
        bits_put(w, 1, 0);
}

size_t bits_append_nal(uint8_t *out, size_t used, size_t room, const uint8_t *header,
                       size_t header_size, const uint8_t *payload, size_t size)
{
    // Every second zero may need one byte more.
    if (room - used < 4 + header_size + size + size / 2 + 1)
        return 0;
    memcpy(out + used, "\0\0\0\1", 4);
    memcpy(out + used + 4, header, header_size);
    used += 4 + header_size;
    int zeros = 0;
    for (size_t i = 0; i < size; i++) {
        if (zeros >= 2 && payload[i] <= 3) {
            out[used++] = 3;
            zeros = 0;
        }
        zeros = payload[i] == 0 ? zeros + 1 : 0;
        out[used++] = payload[i];
    }
    return used;
}

size_t bits_unescape(const uint8_t *in, size_t size, uint8_t *out)
{
    size_t used = 0;
    int zeros = 0;
    for (size_t i = 0; i < size; i++) {
        if (zeros >= 2 && in[i] == 3) {
            zeros = 0;
            continue;
        }
        zeros = in[i] == 0 ? zeros + 1 : 0;
        out[used++] = in[i];
    }
    return used;
}

uint32_t bits_get(struct bit_reader *r, unsigned count)
{
    uint32_t value = 0;
    while (count-- > 0) {
        bool is_set =
            r->position < r->size_bits && (r->data[r->position / 8] >> (7 - r->position % 8) & 1);
        value = value << 1 | is_set;
        r->position++;
    }
    return value;
}

uint32_t bits_get_ue(struct bit_reader *r)
{
    unsigned zeros = 0;
    while (zeros < 31 && r->position < r->size_bits && !bits_get(r, 1))
        zeros++;
    return (1u << zeros) - 1 + (zeros ? bits_get(r, zeros) : 0);
}
