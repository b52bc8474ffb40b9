// SPDX-License-Identifier: BSD-2-Clause
// Configurations in hexadecimal, and reading them, for the tests of the codec room.
#ifndef RUNG_TEST_VALIDATE_CODEC_CONFIGS_H
#define RUNG_TEST_VALIDATE_CODEC_CONFIGS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/codec/codec.h"
#include "src/base/mem.h"

#define HEX_BYTES_MAX 512

// Written by x264, x265, libaom, SVT-AV1, libvpx and libavformat's muxer.
#define AVCC_BASELINE                                                                              \
    "0142c00dffe100186742c00dda05467889b01100000303e90000bb800f142aa001000468ce0fc8"
#define AVCC_FIELDS "014d4015ffe10018674d4015f40a19fbc044000003000400000300c87c50aa8001000468de0fc8"
#define HVCC_MAIN                                                                                  \
    "0101600000009000000000003cf000fcfdf8f800000f03a00001001840010c01ffff0160000003009000000300"   \
    "0003003c959409a10001002a42010101600000030090000003000003003ca00a880c1c44d965654a4c2f01680800" \
    "001f480002ee0040a2000100064401c073c189"
#define AV1C_AOM  "81000c000a0e000000043d06d4daf91010101840"
#define AV1C_SVT  "81000c000a0b000000043d06d402f80040"
#define VPCC_MAIN "01000000000b820202020000"

static inline size_t hex_bytes(const char *hex, uint8_t ret[HEX_BYTES_MAX])
{
    size_t count = 0;
    for (; hex[0] && hex[1]; hex += 2) {
        unsigned byte;
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        assert_true(count < HEX_BYTES_MAX);
        ret[count++] = (uint8_t)byte;
    }
    return count;
}

static inline bool read_hex(const char *entry, const char *box_type, const char *hex,
                            struct codec *codec, struct codec_facts *facts, struct err *err)
{
    uint8_t bytes[HEX_BYTES_MAX];
    // A copy of its own, so that a sanitizer sees any read beyond it.
    size_t size_bytes = hex_bytes(hex, bytes);
    AUTO_FREE uint8_t *exact = mem_alloc(size_bytes ? size_bytes : 1);
    memcpy(exact, bytes, size_bytes);
    const struct codec_config config = {
        .entry = entry, .box_type = box_type, .data = exact, .size_bytes = size_bytes};
    return codec_read(&config, codec, facts, err);
}

#endif
