// SPDX-License-Identifier: BSD-2-Clause
// What the coded stream says of itself, whatever its codec: read from avcC, hvcC, av1C,
// vpcC, esds, dac3, dec3, dOps and the parameter sets in them.
#ifndef RUNG_VALIDATE_CORE_CODEC_FACTS_H
#define RUNG_VALIDATE_CORE_CODEC_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/rational.h"

#define CODEC_STRING_SIZE 96

struct codec_facts {
    char string[CODEC_STRING_SIZE]; // RFC 6381, rebuilt from the configuration; "" unknown
    uint32_t profile;      // profile_idc, general_profile_idc, seq_profile, audio object type
    uint32_t level;        // level_idc, general_level_idc, seq_level_idx; the declared one
    uint32_t stream_level; // the same as the parameter set itself says; = level when in line
    uint32_t tier;         // HEVC, AV1: 1 is High
    // Other strings that are as true (codec_string_matches): HE-AAC that is signalled so that
    // LC decoders play it goes by either type, AV1 that says no colours by two. "" none.
    char alternatives[2][40];
    uint32_t stream_profile; // as the parameter set itself says; = profile when in line
    // Static sentences, NULL when there is nothing to say: the configuration and a parameter
    // set in it disagree (ISO/IEC 14496-15 5.3.3, 8.3.3, AV1-ISOBMFF 2.3); a parameter set
    // that every stream needs is not in it (no fault of avc3, hev1, vvi1).
    const char *conflict;
    const char *missing_set;
    // video; 0 where unknown
    uint32_t width_px; // after cropping
    uint32_t height_px;
    struct rational sample_aspect; // 1/1 where nothing is said
    struct rational frame_rate;    // as the parameter sets say; 0/1 unknown
    uint32_t bit_depth;
    uint32_t chroma_format; // 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4
    bool has_colour;        // the three below were written
    uint32_t primaries;     // ISO/IEC 23091-2; 2 unspecified
    uint32_t transfer;
    uint32_t matrix;
    bool is_full_range;
    bool has_mastering;   // HDR10's static metadata in the configuration: the mastering display,
    bool has_light_level; // the content's light level
    bool is_interlaced;   // may code fields; HEVC: its pictures are fields
    // audio
    uint32_t channels; // as heard after decoding; 0 unknown
    uint32_t sample_rate_hz;
    uint32_t core_channels;       // before parametric stereo; else = channels
    uint32_t core_sample_rate_hz; // before spectral band replication; else = sample_rate_hz
    uint32_t frame_samples;       // of one coded frame at sample_rate_hz; 0 unknown
    bool has_joint_object;        // E-AC-3 JOC (Atmos)
    uint32_t complexity_index;
};

#endif
