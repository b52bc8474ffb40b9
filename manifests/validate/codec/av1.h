// SPDX-License-Identifier: BSD-2-Clause
// OBUs and the sequence header of AV1, for av1.c and av1_look.c.
#ifndef RUNG_VALIDATE_CODEC_AV1_H
#define RUNG_VALIDATE_CODEC_AV1_H

#include <stddef.h>

#include "manifests/validate/core/codec_facts.h"

enum av1_obu_type { // AV1 6.2.2
    AV1_SEQUENCE_HEADER = 1,
    AV1_TEMPORAL_DELIMITER = 2,
    AV1_FRAME_HEADER = 3,
    AV1_METADATA = 5,
    AV1_FRAME = 6,
    AV1_REDUNDANT_FRAME_HEADER = 7,
    AV1_TILE_LIST = 8,
    AV1_PADDING = 15,
};

struct av1_obu {
    unsigned type;
    bool has_size;
    const uint8_t *data; // after header and size
    size_t size_bytes;
    const uint8_t *start; // its header
};

// The next OBU (AV1 5.3, low overhead format). False at the end; ret_malformed then says
// what is wrong, or is NULL.
bool av1_obu_next(const uint8_t **at, const uint8_t *end, struct av1_obu *ret,
                  const char **ret_malformed);

struct av1_sequence {
    uint32_t profile, level, tier;
    bool is_still, is_reduced;
    bool is_high, is_twelve, is_monochrome;
    uint32_t subsampling_x, subsampling_y, chroma_position;
    bool has_colour;
    uint32_t primaries, transfer, matrix;
    bool is_full_range;
    uint32_t width_px, height_px;
    struct rational frame_rate; // 0/1 unless pictures are evenly spaced
};

// Payload of a sequence header OBU (5.5). False when it ends early or is none.
bool av1_sequence_read(const uint8_t *data, size_t size_bytes, struct av1_sequence *ret);

#endif
