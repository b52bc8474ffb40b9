// SPDX-License-Identifier: BSD-2-Clause
// A small plan for the tests of this room: two video tracks and one audio track,
// five segments of 48 frames (the last has 10), two spans.
#ifndef RUNG_TESTS_ENGINE_SAMPLE_PLAN_H
#define RUNG_TESTS_ENGINE_SAMPLE_PLAN_H

#include <stdio.h>

#include "src/base/mem.h"
#include "src/media/plan.h"

#define SAMPLE_SEGMENTS      5
#define SAMPLE_SPANS         2
#define SAMPLE_SEGMENT_TICKS (48 * 1000)
#define SAMPLE_LAST_TICKS    (10 * 1000)

static inline void sample_plan_init(struct plan *ret)
{
    struct plan *plan = ret;
    *plan = (struct plan){.has_video = true,
                          .timing = TIMING_CONSTANT,
                          .source_frame_rate = {24, 1},
                          .keep_every = 1,
                          .is_seekable = true,
                          .source_start = {0, 1},
                          .frame_rate = {24, 1},
                          .frame_count = 202,
                          .frames_per_gop = 48,
                          .frames_per_segment = 48,
                          .video_timescale_hz = 24000,
                          .frame_duration_ticks = 1000,
                          .source_primaries = 1,
                          .source_transfer = 1,
                          .source_matrix = 1,
                          .colour_primaries = 1,
                          .transfer_characteristics = 1,
                          .matrix_coefficients = 1,
                          .video_count = 2,
                          .audio_count = 1,
                          .span_count = SAMPLE_SPANS};
    for (int i = 0; i < 2; i++) {
        struct plan_video *video = &plan->video[i];
        int rung_px = i == 0 ? 360 : 180;
        *video = (struct plan_video){.codec = VIDEO_H264,
                                     .encoder = "libx264",
                                     .preset = "veryfast",
                                     .rung_px = rung_px,
                                     .width_px = rung_px * 16 / 9,
                                     .height_px = rung_px,
                                     .crf = 23,
                                     .maxrate_bps = 800000,
                                     .bufsize_bits = 1600000,
                                     .profile_idc = 100,
                                     .level_idc = 30,
                                     .reference_frames = 1};
        snprintf(video->id, sizeof video->id, "h264-%dp", rung_px);
        snprintf(video->folder, sizeof video->folder, "video/h264-%dp", rung_px);
    }
    plan->audio[0] = (struct plan_audio){.id = "en-aac-stereo",
                                         .folder = "audio/en-aac-stereo",
                                         .stream_index = 1,
                                         .language = "en",
                                         .name = "English",
                                         .is_default = true,
                                         .channels = 2,
                                         .sample_rate_hz = 48000,
                                         .bitrate_bps = 128000};
    plan->grid = segment_grid_build(rational_make(202, 24), rational_make(2, 1));
    plan->spans = mem_alloc(SAMPLE_SPANS * sizeof *plan->spans);
    plan->spans[0] = (struct plan_span){.first_segment = 0, .segment_count = 3};
    plan->spans[1] = (struct plan_span){.first_segment = 3, .segment_count = 2};
}

#endif
