// SPDX-License-Identifier: BSD-2-Clause
// Reading bit fields out of untrusted parameter sets. Reading past the end gives
// zeros and is remembered, so that a parser checks once, at its end.
#ifndef RUNG_PACKAGER_BITS_PRIVATE_H
#define RUNG_PACKAGER_BITS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bits {
    const uint8_t *data;
    size_t size_bytes;
    size_t at_bits;
    bool is_past_end;
};

void bits_init(struct bits *bits, const uint8_t *data, size_t size_bytes);
uint32_t bits_read(struct bits *bits, unsigned count); // 0 to 32 bits
// Exp-Golomb ue(v) of H.264 and HEVC, uvlc() of AV1: the same code.
uint32_t bits_read_ue(struct bits *bits);
size_t bits_left(const struct bits *bits);

#endif
