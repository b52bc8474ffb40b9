// SPDX-License-Identifier: BSD-2-Clause
// Parameter sets of HEVC, for hevc.c.
#ifndef RUNG_VALIDATE_CODEC_HEVC_H
#define RUNG_VALIDATE_CODEC_HEVC_H

#include <stddef.h>

#include "manifests/validate/core/codec_facts.h"
#include "src/base/err.h"

enum hevc_nal { // ITU-T H.265 Table 7-1
    HEVC_RADL_N = 6,
    HEVC_RASL_R = 9,
    HEVC_BLA_W_LP = 16,
    HEVC_BLA_N_LP = 18,
    HEVC_IDR_W_RADL = 19,
    HEVC_IDR_N_LP = 20,
    HEVC_CRA = 21,
    HEVC_IRAP_LAST = 23,
    HEVC_VCL_LAST = 31,
    HEVC_VPS = 32,
    HEVC_SPS = 33,
    HEVC_PPS = 34,
    HEVC_PREFIX_SEI = 39,
};

// profile_tier_level (7.3.3), the general part; the 88 bits that hvcC has as they are.
struct hevc_profile {
    uint32_t space, tier, profile;
    uint32_t compatibility; // flag 0 is the highest bit
    uint8_t constraints[6];
    uint32_t level;
};

struct hevc_sps {
    struct hevc_profile general;
    uint32_t chroma_format;
    uint32_t bit_depth, chroma_bit_depth;
};

// data: the NAL unit with its header. Of the facts the picture's are filled in, not profile
// and level. INPUT when it is malformed.
bool hevc_sps_read(const uint8_t *data, size_t size_bytes, struct hevc_sps *ret,
                   struct codec_facts *facts, struct err *err);
// The frame rate that the video parameter set says (7.3.2.1), 0/1 when it says none.
struct rational hevc_vps_rate(const uint8_t *data, size_t size_bytes);
// num_extra_slice_header_bits of the picture parameter set; false when it cannot be read.
bool hevc_pps_extra_bits(const uint8_t *data, size_t size_bytes, uint32_t *ret);

// Notes static metadata of HDR10 in a prefix SEI NAL unit of at least 2 bytes.
void hevc_sei_note(const uint8_t *data, size_t size_bytes, struct codec_facts *facts);

#endif
