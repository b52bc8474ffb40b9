// SPDX-License-Identifier: BSD-2-Clause
// The ladder: which rungs a source gets, their sizes, and their rate caps. Pure.
//
// A rung is named by its short side. Caps belong to capped CRF: quality is
// constant until the content would need more than maxrate.
//
// Source of the table: the widely used HLS VOD ladder of Peer5's "Creating a
// production ready multi bitrate HLS VOD stream" (nominal 5000k at 1080, 2800k at
// 720, 1400k at 480, 800k at 360; maxrate 1.07 x nominal, buffer 1.5 x nominal).
// 540 and 240 lie on that curve; 1440 and 2160 go on from it (nominal 9000k,
// 16000k). Beside the H.264 averages of Apple's HLS authoring specification (6000
// and 7800 at 1080, 3000 and 4500 at 720, 2000 at 540, 365 at 360, 145 at 234),
// ours are caps, not averages: near or below Apple's from 540 up, since CRF
// spends less on easy content, and above them at 360 and 240, where Apple's
// serve cellular links.
#ifndef RUNG_MEDIA_LADDER_H
#define RUNG_MEDIA_LADDER_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/rational.h"
#include "src/media/plan.h"

#define LADDER_SIDE_MIN_PX    2
#define LADDER_SIDE_MAX_PX    8640
#define LADDER_PICTURE_MAX_PX 16384 // the longest side any encoder of ours takes

// A rung that fits the source, before it becomes one track per codec.
struct ladder_pick {
    int rung_px;
    int width_px;
    int height_px;
    int64_t maxrate_bps; // 0: from the table
    double crf;          // 0: from the table
};

// The default ladder's short sides, largest first. Returns how many.
size_t ladder_default(struct ladder_rung ret_rungs[PLAN_RUNGS_MAX]);

// The rungs for a source of this display size, largest first; at least one. Says
// in the plan's notes what was dropped, changed or added.
size_t ladder_choose(const struct plan_options *options, int display_width_px,
                     int display_height_px, struct plan *notes,
                     struct ladder_pick ret_picks[PLAN_RUNGS_MAX]);

// From the table: scaled by (pixels / pixels of a 16:9 picture)^0.75, by 1.5 above
// 30 frames per second, and for HEVC by 0.65, for AV1 by 0.55. The last two are
// our own choice, on the careful side of published H.264 comparisons.
int64_t ladder_maxrate_bps(enum video_codec codec, int width_px, int height_px,
                           struct rational frame_rate);
// 1.5 x nominal, nominal being maxrate / 1.07.
int64_t ladder_bufsize_bits(int64_t maxrate_bps);
// 23 for H.264 (x264's default), 26 for HEVC on x265's scale, 33 for AV1 on
// SVT-AV1's (0..63): about the same visible quality. Our choice.
double ladder_crf(enum video_codec codec);
double ladder_crf_max(enum video_codec codec);

#endif
