// SPDX-License-Identifier: BSD-2-Clause
// One init segment serves all segments of a track: the first encoder that opens
// sends it, every later one must have made the same configuration.
#ifndef RUNG_MEDIA_TRACK_INIT_H
#define RUNG_MEDIA_TRACK_INIT_H

#include <pthread.h>

#include "packager/cmaf.h"
#include "src/media/sink.h"

struct track_init {
    pthread_mutex_t lock;
    bool is_sent;
    struct buf config;
};

void track_init_init(struct track_init *init);
void track_init_done(struct track_init *init);

// spec.config is the encoder's configuration record. BUG when it differs from the
// one that was sent. Thread-safe.
bool track_init_send(struct track_init *init, const char *track_id,
                     const struct cmaf_track_spec *spec, const struct media_sink *sink,
                     struct err *err);

#endif
