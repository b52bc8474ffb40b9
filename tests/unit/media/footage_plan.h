// SPDX-License-Identifier: BSD-2-Clause
// Plans for footage, written down by hand, so that the pipeline's tests rest neither
// on the probe nor on the planner.
#ifndef RUNG_TESTS_UNIT_MEDIA_FOOTAGE_PLAN_H
#define RUNG_TESTS_UNIT_MEDIA_FOOTAGE_PLAN_H

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/plan.h"
#include "tests/unit/media/footage.h"

// Every frame on the grid of `rate`; one span. plan_done() gives it back.
static inline void footage_plan(struct plan *plan, AVRational rate, int64_t frames,
                                int64_t frames_per_gop, int64_t frames_per_segment)
{
    memset(plan, 0, sizeof *plan);
    plan->source_primaries = plan->source_transfer = plan->source_matrix = 1;
    plan->colour_primaries = plan->transfer_characteristics = plan->matrix_coefficients = 1;
    plan->has_video = true;
    plan->timing = TIMING_CONSTANT;
    plan->source_frame_rate = plan->frame_rate = rational_make(rate.num, rate.den);
    plan->keep_every = 1;
    plan->is_seekable = true;
    plan->source_start = rational_make(0, 1);
    plan->frame_count = frames;
    plan->frames_per_gop = frames_per_gop;
    plan->frames_per_segment = frames_per_segment;
    plan->video_timescale_hz = plan->frame_rate.num * 1000;
    plan->frame_duration_ticks = plan->frame_rate.den * 1000;
    plan->grid =
        segment_grid_build(rational_div(rational_make(frames, 1), plan->frame_rate),
                           rational_div(rational_make(frames_per_segment, 1), plan->frame_rate));
    plan->spans = mem_alloc(((size_t)plan->grid.segment_count + 1) * sizeof *plan->spans);
    plan->spans[0] = (struct plan_span){0, plan->grid.segment_count};
    plan->span_count = 1;
}

static inline struct plan_video *footage_plan_video(struct plan *plan, const char *encoder,
                                                    int width_px, int height_px)
{
    size_t number = plan->video_count++;
    struct plan_video *track = &plan->video[number];
    snprintf(track->id, sizeof track->id, "v%zu", number);
    snprintf(track->folder, sizeof track->folder, "video/v%zu", number);
    snprintf(track->encoder, sizeof track->encoder, "%s", encoder);
    track->codec = strcmp(encoder, "libx264") == 0   ? VIDEO_H264
                   : strcmp(encoder, "libx265") == 0 ? VIDEO_HEVC
                                                     : VIDEO_AV1;
    snprintf(track->preset, sizeof track->preset, "%s",
             track->codec == VIDEO_AV1 ? "12" : "veryfast");
    track->width_px = width_px;
    track->height_px = height_px;
    track->rung_px = height_px;
    track->crf = track->codec == VIDEO_AV1 ? 35 : 26;
    track->maxrate_bps = 4000000;
    track->bufsize_bits = 6000000;
    track->profile_idc = 100;
    track->level_idc = track->codec == VIDEO_HEVC ? 120 : track->codec == VIDEO_AV1 ? 8 : 40;
    track->reference_frames = track->codec == VIDEO_H264 ? 2 : 0;
    return track;
}

static inline struct plan_audio *footage_plan_audio(struct plan *plan, int stream_index)
{
    size_t number = plan->audio_count++;
    struct plan_audio *track = &plan->audio[number];
    snprintf(track->id, sizeof track->id, "a%zu", number);
    snprintf(track->folder, sizeof track->folder, "audio/a%zu", number);
    snprintf(track->language, sizeof track->language, "und");
    track->stream_index = stream_index;
    track->channels = 2;
    track->sample_rate_hz = 48000;
    track->bitrate_bps = 128000;
    return track;
}

// A plan for sound alone, which is the source's only stream.
static inline void footage_plan_sound(struct plan *plan, struct rational duration, int64_t start_ms,
                                      struct rational segment)
{
    memset(plan, 0, sizeof *plan);
    plan->source_start = rational_make(start_ms, 1000);
    plan->grid = segment_grid_build(duration, segment);
    plan->spans = mem_alloc(sizeof *plan->spans);
    plan->spans[0] = (struct plan_span){0, plan->grid.segment_count};
    plan->span_count = 1;
    footage_plan_audio(plan, 0);
}

#endif
