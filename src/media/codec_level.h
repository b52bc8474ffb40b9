// SPDX-License-Identifier: BSD-2-Clause
// Codec levels: the least one whose limits hold for a stream of this size, rate
// and cap. H.264: ITU-T H.264 table A-1 with the factors of table A-2 for High.
// HEVC: ITU-T H.265 tables A.8 and A.9, Main tier. AV1: specification annex A.3,
// Main tier. Pure.
#ifndef RUNG_MEDIA_CODEC_LEVEL_H
#define RUNG_MEDIA_CODEC_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/rational.h"

struct level_need {
    int width_px;
    int height_px;
    struct rational frame_rate;
    int64_t maxrate_bps;
    int64_t bufsize_bits;
    int reference_frames; // H.264 only: frames the decoded picture buffer must hold
};

struct level {
    int idc;      // H.264: 40; HEVC: 120 (30 x 4.0); AV1: seq_level_idx
    bool is_kept; // false: above every level there is; idc is then the highest
};

struct level h264_level_find(const struct level_need *need);
// Frames the decoded picture buffer holds at this level and size (1..16).
int h264_level_dpb_frames(int level_idc, int width_px, int height_px);

struct level hevc_level_find(const struct level_need *need);
struct level av1_level_find(const struct level_need *need);

#endif
