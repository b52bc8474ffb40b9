// SPDX-License-Identifier: BSD-2-Clause
// Writing and reading the bits of H.264 and HEVC headers.
#ifndef RUNG_SIM_BITS_H
#define RUNG_SIM_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bit_writer {
    uint8_t data[4096];
    size_t bits;
    bool is_full;
};

void bits_put(struct bit_writer *w, unsigned count, uint32_t value); // u(count), up to 32
void bits_put_ue(struct bit_writer *w, uint32_t value);
void bits_put_se(struct bit_writer *w, int32_t value);
void bits_put_end(struct bit_writer *w); // rbsp_trailing_bits()

// Appends a start code, the HEADER bytes and SIZE bytes with emulation prevention;
// returns the new length, or 0 when ROOM does not suffice.
size_t bits_append_nal(uint8_t *out, size_t used, size_t room, const uint8_t *header,
                       size_t header_size, const uint8_t *payload, size_t size);

// Takes emulation prevention out of SIZE bytes; OUT has as much room.
size_t bits_unescape(const uint8_t *in, size_t size, uint8_t *out);

struct bit_reader {
    const uint8_t *data;
    size_t size_bits, position;
};

uint32_t bits_get(struct bit_reader *r, unsigned count); // zeros behind the end
uint32_t bits_get_ue(struct bit_reader *r);

#endif
