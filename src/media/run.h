// SPDX-License-Identifier: BSD-2-Clause
// Running a plan: every (span, track) that is asked for, on a pool of workers,
// bounded by bytes in flight. What comes out does not depend on the pool's size.
#ifndef RUNG_MEDIA_RUN_H
#define RUNG_MEDIA_RUN_H

#include <stdatomic.h>

#include "src/media/byte_source.h"
#include "src/media/plan.h"
#include "src/media/score_graph.h"
#include "src/media/sink.h"

// Which pieces are already there and must not be made again.
struct run_done {
    bool *video; // [span * plan->video_count + track]; NULL: none
    bool *audio; // [track]; NULL: none
};

struct run_options {
    int jobs;             // workers, >= 1
    int64_t memory_bytes; // for frames and encoders in flight
    bool allow_damaged;
    struct run_done done;
    const atomic_bool *cancel; // polled; CANCELLED when it becomes true
    enum score_kind score;     // of every video track that score_can() takes
    int device_number;         // which of several, where the plan's tier has a device
};

struct run_stats {
    int64_t decode_cpu_us;
    int64_t scale_cpu_us;
    int64_t encode_cpu_us;
    int64_t audio_cpu_us;
    int64_t damaged;        // packets or frames lost in decoding
    int64_t missing_frames; // frames the scan saw and no decode delivered
    int64_t peak_frame_bytes;
    int64_t score_cpu_us;      // not in encode_cpu_us
    int64_t frames_downloaded; // from a device, scaled
    int64_t bytes_downloaded;
};

bool run_plan(const struct byte_source *source, const struct plan *plan,
              const struct run_options *options, const struct media_sink *sink,
              struct run_stats *ret_stats, struct err *err);

#endif
