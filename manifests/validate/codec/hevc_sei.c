// SPDX-License-Identifier: BSD-2-Clause
// SEI messages that hvcC carries: which of HDR10's static metadata is there (ITU-T H.265
// 7.3.2.4, D.2.28, D.2.35). What they say is not looked at.
#include "manifests/validate/codec/codec_private.h"
#include "manifests/validate/codec/hevc.h"

enum { MASTERING_DISPLAY = 137, CONTENT_LIGHT_LEVEL = 144 };

// A number written as 255s and a last byte.
static uint32_t read_number(struct codec_bits *bits)
{
    uint32_t sum = 0, byte = 255;
    while (byte == 255 && !bits->is_short && sum < UINT16_MAX) {
        byte = codec_bits_get(bits, 8);
        sum += byte;
    }
    return sum;
}

void hevc_sei_note(const uint8_t *data, size_t size_bytes, struct codec_facts *facts)
{
    struct codec_bits bits;
    codec_bits_init_nal(&bits, data + 2, size_bytes - 2);
    while (!bits.is_short && codec_bits_left(&bits) > 16) { // less is the trailing bits
        uint32_t type = read_number(&bits);
        uint32_t payload_bytes = read_number(&bits);
        if (bits.is_short || codec_bits_left(&bits) < (uint64_t)payload_bytes * 8)
            return;
        facts->has_mastering |= type == MASTERING_DISPLAY;
        facts->has_light_level |= type == CONTENT_LIGHT_LEVEL;
        codec_bits_skip(&bits, (uint64_t)payload_bytes * 8);
    }
}
