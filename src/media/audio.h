// SPDX-License-Identifier: BSD-2-Clause
// One audio track, from the source to AAC-LC segments: one span over the whole
// file, since the encoder's priming exists once. Decodes, turns everything into
// stereo at 48 kHz, puts it on the output timeline (silence where there is none,
// cut where there is too much), encodes, cuts at the grid. Every segment of the grid
// is made and holds a frame: a last one too short for a frame to start in takes the
// frame before it, and so starts up to one frame early.
//
// Worked in steps, so that a worker pool can share its time with video.
#ifndef RUNG_MEDIA_AUDIO_H
#define RUNG_MEDIA_AUDIO_H

#include "src/media/byte_source.h"
#include "src/media/plan.h"
#include "src/media/sink.h"

struct audio; // one thread at a time

struct audio_spec {
    const struct byte_source *source;
    const struct plan *plan;
    size_t track; // index of plan->audio
    const struct media_sink *sink;
    bool allow_damaged;
};

struct audio_stats {
    int64_t samples_done; // of the output timeline
    int64_t silence_samples;
    int64_t damaged;
    int64_t cpu_us;
};

struct audio *audio_new(const struct audio_spec *spec); // opens nothing yet
void audio_free(struct audio **audio);

enum audio_result { AUDIO_MORE, AUDIO_DONE, AUDIO_FAILED };

// Makes about a second of output. DONE: all segments are with the sink.
enum audio_result audio_step(struct audio *audio, struct err *err);

struct audio_stats audio_stats(const struct audio *audio);

#endif
