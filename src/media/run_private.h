// SPDX-License-Identifier: BSD-2-Clause
// What run.c (doing the work) and run_pick.c (choosing it) share.
#ifndef RUNG_MEDIA_RUN_PRIVATE_H
#define RUNG_MEDIA_RUN_PRIVATE_H

#include <pthread.h>

#include "src/media/audio.h"
#include "src/media/open_span.h"
#include "src/media/run.h"

#define OPEN_SPANS_MAX 64

struct audio_task {
    struct audio *audio;
    bool is_busy;
    bool is_done;
};

struct run {
    const struct byte_source *source;
    const struct plan *plan;
    const struct run_options *options;
    const struct media_sink *sink;
    struct ladder_sizes sizes;
    struct picture_pool *pools[PLAN_VIDEO_MAX];
    struct track_init inits[PLAN_VIDEO_MAX];
    struct track_init mute_inits[PLAN_VIDEO_MAX]; // of lanes that are made again
    struct scratch *scratch;                      // NULL: no rung shares its analysis
    struct device_context *device;                // NULL: the plan's tier has none
    int64_t memory_bytes;                         // for pictures and encoders in flight
    size_t spans_max;                             // open at once
    int64_t frame_bytes;                          // one output frame in all sizes
    int64_t frames_per_batch;
    int64_t batches_ahead; // made and not coded yet by lanes on the device; 0: no limit
    int64_t lanes_bytes;   // encoders of one span

    pthread_mutex_t lock; // guards all below
    pthread_cond_t changed;
    struct open_span *spans[OPEN_SPANS_MAX]; // oldest first
    size_t span_count;
    size_t next_span;
    struct audio_task audio[FACTS_AUDIO_MAX];
    int64_t frames_done[PLAN_VIDEO_MAX];
    bool is_failed;
    struct err err;
    struct run_stats stats;
};

enum task_kind { TASK_WAIT, TASK_AUDIO, TASK_ENCODE, TASK_MAKE, TASK_OPEN, TASK_END };

struct task {
    enum task_kind kind;
    struct audio_task *audio;
    struct open_span *span;
    struct open_lane *lane;
};

// Fills what the caller left at zero (source, plan, options and sink are his). run_end is due
// also when it fails.
bool run_begin(struct run *run, struct err *err);
void run_end(struct run *run);

// The most useful task there is now. Under the lock; marks nothing.
struct task run_pick(struct run *run);

// Pictures in use, in bytes; keeps the peak in the statistics. Under the lock.
int64_t run_used_bytes(struct run *run);

#endif
