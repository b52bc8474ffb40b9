// SPDX-License-Identifier: BSD-2-Clause
// Where the pipeline hands what it made. The pipeline calls these from several
// threads; the implementation serialises. A false return stops the job.
#ifndef RUNG_MEDIA_SINK_H
#define RUNG_MEDIA_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packager/cmaf.h"
#include "src/base/err.h"

struct media_segment {
    const char *track_id;
    int64_t index;       // from 0, on the grid
    int64_t start_ticks; // presentation time
    int64_t duration_ticks;
    const uint8_t *data;
    size_t size_bytes;
    const struct cmaf_iframe *iframes;
    size_t iframe_count;
};

// What one track's init segment and manifests need; the same in every span.
struct media_init {
    const char *track_id;
    const char *codec; // RFC 6381
    int64_t timescale_hz;
    const uint8_t *data; // ftyp + moov
    size_t size_bytes;
};

// How near coded pictures are to those they were made from: a sum over pictures, so
// that spans can be added up. The scale is the metric's (0 to 100 for VMAF).
struct media_score {
    int64_t frames; // 0: nothing was scored
    int64_t sum_millionths;
    int64_t min_millionths; // of the lowest picture
};

// What one (span, track) did, once all its segments were handed over.
struct media_span_report {
    const char *track_id;
    int64_t span; // index in the plan; -1 for audio's one span
    int64_t frames;
    int64_t duplicated_frames;
    int64_t dropped_frames;
    int64_t damaged;         // packets or frames that could not be decoded
    int64_t silence_samples; // audio: filled in
    int64_t encode_cpu_us;
    int64_t frames_downloaded; // video: pictures of this rung that a device handed to the host
    struct media_score score;  // video, when asked for
};

// Loss counted in numbers, when --allow-damaged lets the job go on.
struct media_sink {
    void *self;
    bool (*init)(void *self, const struct media_init *init, struct err *err);
    bool (*segment)(void *self, const struct media_segment *segment, struct err *err);
    bool (*span_done)(void *self, const struct media_span_report *report, struct err *err);
    // Frames encoded so far in this run, for the progress line; may be NULL.
    void (*progress)(void *self, const char *track_id, int64_t units_done);
};

// Takes everything and keeps nothing.
extern const struct media_sink media_sink_nowhere;

#endif
