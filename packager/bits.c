// SPDX-License-Identifier: BSD-2-Clause
// The bit reader.
#include "packager/bits_private.h"

void bits_init(struct bits *bits, const uint8_t *data, size_t size_bytes)
{
    *bits = (struct bits){.data = data, .size_bytes = size_bytes};
}

size_t bits_left(const struct bits *bits)
{
    return bits->size_bytes * 8 - bits->at_bits;
}

uint32_t bits_read(struct bits *bits, unsigned count)
{
    if (count > bits_left(bits)) {
        bits->at_bits = bits->size_bytes * 8;
        bits->is_past_end = true;
        return 0;
    }
    uint32_t value = 0;
    for (unsigned i = 0; i < count; i++, bits->at_bits++)
        value = value << 1 | (bits->data[bits->at_bits / 8] >> (7 - bits->at_bits % 8) & 1);
    return value;
}

uint32_t bits_read_ue(struct bits *bits)
{
    unsigned zeros = 0;
    while (zeros < 32 && !bits->is_past_end && bits_read(bits, 1) == 0)
        zeros++;
    if (bits->is_past_end || zeros == 0)
        return 0;
    if (zeros == 32)
        return UINT32_MAX;
    return ((uint32_t)1 << zeros) - 1 + bits_read(bits, zeros);
}
