// SPDX-License-Identifier: BSD-2-Clause
// The engine's own end of the socket while it works: a thread that hears a cancel
// or the supervisor's end, and tells the supervisor that work goes on; and the one
// way for all other threads to send.
#ifndef RUNG_ENGINE_WATCH_H
#define RUNG_ENGINE_WATCH_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

#include "src/base/err.h"
#include "src/media/plan.h"

struct watch_track {
    const char *id;
    atomic_llong units_done;
    long long units_sent; // by the watch thread, or after it ended
};

struct watch {
    pthread_t thread;
    pthread_mutex_t send_lock; // one message at a time
    atomic_bool is_cancelled;
    atomic_bool is_ending;
    // Counts what really moves: bytes read from the source, units encoded. A thread
    // that sends a heartbeat whatever the others do would make a hung decoder look
    // well forever; "alive" is sent only when this has changed.
    atomic_llong moved;
    long long moved_sent;
    int64_t sent_us;
    struct watch_track tracks[PLAN_VIDEO_MAX + FACTS_AUDIO_MAX];
    size_t track_count;
};

// plan: NULL but for a run; borrowed until watch_end.
bool watch_begin(struct watch *watch, const struct plan *plan, struct err *err);
// Ends the thread and sends the last progress. Sending goes on to work.
void watch_end(struct watch *watch);

// From any thread.
bool watch_send(struct watch *watch, const json_t *json, const void *payload,
                size_t payload_size_bytes, struct err *err);
// Only stores it: an encoder never waits for the socket to say how far it is. The
// watch thread sends at most ten a second for a track.
void watch_progress(struct watch *watch, const char *track_id, int64_t units_done);
void watch_moved(struct watch *watch, int64_t amount);

#endif
