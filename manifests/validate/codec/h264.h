// SPDX-License-Identifier: BSD-2-Clause
// The sequence parameter set of H.264, for h264.c.
#ifndef RUNG_VALIDATE_CODEC_H264_H
#define RUNG_VALIDATE_CODEC_H264_H

#include "manifests/validate/core/codec_facts.h"
#include "src/base/err.h"

#include <stddef.h>

struct h264_sps {
    uint32_t profile; // profile_idc
    uint32_t constraints;
    uint32_t level;
    uint32_t chroma_format;
    uint32_t array_chroma; // ChromaArrayType: 0 also for separate planes
    uint32_t bit_depth;    // of luma
};

// data: the NAL unit with its header. Fills *ret, and of the facts the picture's; not
// profile and level. INPUT when it is malformed, *ret then holds what was read up to there.
bool h264_sps_read(const uint8_t *data, size_t size_bytes, struct h264_sps *ret,
                   struct codec_facts *facts, struct err *err);

#endif
