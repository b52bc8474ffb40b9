// SPDX-License-Identifier: BSD-2-Clause
// A span being worked on: its pictures in batches, made by one producer and used
// by one lane per rung. Holds no lock: run.c decides under its own lock who does
// what, marks it busy, and calls these without the lock.
#ifndef RUNG_MEDIA_OPEN_SPAN_H
#define RUNG_MEDIA_OPEN_SPAN_H

#include "src/media/lane.h"
#include "src/media/span_source.h"

// Some consecutive output frames in all sizes.
struct batch {
    int64_t count;             // frames
    struct picture **pictures; // [frame * sizes + size]; NULL once no lane needs it
    size_t lanes_left;         // that have not used it yet
};

struct open_lane {
    struct lane *lane; // NULL: this (span, track) is already there
    size_t track;
    int64_t next_batch;
    int64_t frames_done; // as of its last finished task
    bool is_busy;
    bool is_finished;
    bool is_mute;         // there already, and made again for those that follow it
    int64_t cpu_us;       // of encoding
    int64_t score_cpu_us; // of measuring, not in the above
};

struct open_span {
    size_t span;
    const struct plan *plan;
    const struct ladder_sizes *sizes;
    struct span_source *source; // NULL until the first batch is made
    struct span_source_spec source_spec;
    int64_t frame_count;
    int64_t look_beyond; // frames behind them that lanes like to see
    int64_t pilot_looks; // frames behind a group that its pilot sees, where there are any
    bool is_cut;         // those cannot be had: the batches end early
    int64_t frames_per_batch;
    int64_t batch_count;
    struct batch *batches; // [batch_count]
    int64_t made;          // batches that are ready
    bool is_making;
    struct open_lane lanes[PLAN_VIDEO_MAX];
    struct analysis *analyses[PLAN_VIDEO_MAX]; // by pilot; owned
    size_t lane_count;                         // with a lane
    size_t lanes_finished;
    struct span_source_stats stats; // once the source is closed
};

struct open_span *open_span_new(const struct span_source_spec *spec, int64_t frames_per_batch);
void open_span_free(struct open_span **span);

// `spec` without plan, span, track and analysis, which are the span's.
void open_span_add_lane(struct open_span *span, size_t track, struct lane_spec spec);
// Before the lanes: room for the analysis of a pilot, which so many lanes use.
void open_span_add_pilot(struct open_span *span, size_t pilot, const struct scratch *scratch,
                         size_t users);

// Whether the lane can take its next batch, or finish, now.
bool open_span_can_encode(const struct open_span *span, const struct open_lane *lane);

// Makes batch number span->made. Does not count it as made. Closes the source
// after the last one.
bool open_span_make(struct open_span *span, struct err *err);

// The lane encodes its next batch, or finishes when there is none left.
bool open_span_encode(struct open_span *span, struct open_lane *lane, struct err *err);

// What all its lanes took so far, added up.
void open_span_add_cpu(const struct open_span *span, int64_t *encode_us, int64_t *score_us);

// Gives pictures back that no lane will use any more. Under the caller's lock.
void open_span_release(struct open_span *span, int64_t batch);

#endif
