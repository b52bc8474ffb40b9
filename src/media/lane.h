// SPDX-License-Identifier: BSD-2-Clause
// A lane is one (span, video track): a fresh encoder, and the segments it makes.
// Used by one thread at a time.
#ifndef RUNG_MEDIA_LANE_H
#define RUNG_MEDIA_LANE_H

#include "src/media/encode.h"
#include "src/media/score_graph.h"
#include "src/media/sink.h"
#include "src/media/track_init.h"

struct lane_spec {
    const struct plan *plan;
    size_t track; // index of plan->video
    size_t span;  // index of plan->spans
    struct track_init *init;
    const struct media_sink *sink;
    enum score_kind score;         // what to measure beside encoding, where score_can()
    struct analysis *analysis;     // of the span's pilot, where the track is or has one
    struct device_context *device; // NULL where the plan's tier has none
};

struct lane;

// Opens nothing yet: the encoder is made with the first picture.
struct lane *lane_new(const struct lane_spec *spec);
void lane_free(struct lane **lane);

// The next picture of the span, in order; behind its last one those that follow it, of
// which the lane takes as many as it likes.
bool lane_encode(struct lane *lane, struct picture *picture, struct err *err);
// Whether so many more pictures can be given now; else a pilot must get on first.
bool lane_is_ready(const struct lane *lane, int64_t pictures);
// Drains the encoder; all segments are with the sink afterwards, and the encoder's
// memory is given back.
bool lane_finish(struct lane *lane, struct err *err);

int64_t lane_frames_done(const struct lane *lane);      // of the span, coded so far
struct media_score lane_score(const struct lane *lane); // once finished
// Bytes an open lane keeps, roughly, for the memory budget.
int64_t lane_memory_bytes(const struct plan *plan, size_t track, enum score_kind score);
// Part of the time spent in lane_encode and lane_finish that went into scores.
int64_t lane_score_cpu_us(const struct lane *lane);

// Output frames [first, end) of a span.
int64_t plan_span_first_frame(const struct plan *plan, size_t span);
int64_t plan_span_end_frame(const struct plan *plan, size_t span);
// How many output frames behind the span a lane of this track likes to see.
int64_t lane_look_beyond(const struct plan *plan, size_t track, size_t span);

#endif
