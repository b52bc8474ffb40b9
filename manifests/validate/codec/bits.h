// SPDX-License-Identifier: BSD-2-Clause
// Bits of a coded header, most significant first. Reading past the end gives zeros and
// is remembered, so a reader asks once, at its end, whether all it read was there.
#ifndef RUNG_VALIDATE_CODEC_BITS_H
#define RUNG_VALIDATE_CODEC_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codec_bits {
    const uint8_t *next;
    const uint8_t *end;
    uint64_t cache; // the bits to come, at its top
    unsigned count; // how many of them are real
    unsigned zeros; // zero bytes just before next
    bool has_emulation;
    bool is_short; // more was asked for than there is, or a code was too long
};

void codec_bits_init(struct codec_bits *bits, const uint8_t *data, size_t size_bytes);
// The same over a NAL unit: emulation prevention bytes (ITU-T H.264 7.4.1.1) are left
// out while reading.
void codec_bits_init_nal(struct codec_bits *bits, const uint8_t *data, size_t size_bytes);

uint32_t codec_bits_get(struct codec_bits *bits, unsigned count); // 0 to 32
bool codec_bits_flag(struct codec_bits *bits);
void codec_bits_skip(struct codec_bits *bits, uint64_t count);
uint32_t codec_bits_ue(struct codec_bits *bits); // Exp-Golomb, ITU-T H.264 9.1
int32_t codec_bits_se(struct codec_bits *bits);
uint32_t codec_bits_uvlc(struct codec_bits *bits);     // AV1 4.10.3
size_t codec_bits_left(const struct codec_bits *bits); // at most; emulation bytes not yet taken out

// Whole bytes of a record, big-endian, with the same manners.
struct bytes {
    const uint8_t *next;
    const uint8_t *end;
    bool is_short;
};

void bytes_init(struct bytes *bytes, const uint8_t *data, size_t size_bytes);
uint32_t bytes_get(struct bytes *bytes, unsigned count); // 1 to 4
// The next size_bytes, NULL (and is_short) when they are not there.
const uint8_t *bytes_take(struct bytes *bytes, size_t size_bytes);
size_t bytes_left(const struct bytes *bytes);

#endif
