// SPDX-License-Identifier: BSD-2-Clause
// The pictures of a span: one set of ladder sizes per output frame. Puts the
// source's frames on the plan's constant rate: each output frame shows the last
// source frame at or before it; what is missing is repeated, what is too many left
// out, and both are counted.
#ifndef RUNG_MEDIA_SPAN_SOURCE_H
#define RUNG_MEDIA_SPAN_SOURCE_H

#include "src/media/byte_source.h"
#include "src/media/scale.h"

struct span_source; // one thread at a time

struct span_source_spec {
    const struct byte_source *source;
    const struct plan *plan;
    const struct ladder_sizes *sizes;
    struct picture_pool *const *pools; // one per size
    size_t span;
    bool allow_damaged;
    struct device_context *device; // NULL where the plan's tier has none
};

struct span_source_stats {
    int64_t repeated_frames;
    int64_t dropped_frames;
    int64_t damaged;
    int64_t scaled_frames; // into all sizes; a repeated one is scaled once
    int64_t decode_cpu_us; // with filtering
    int64_t scale_cpu_us;
};

bool span_source_open(const struct span_source_spec *spec, struct span_source **ret_source,
                      struct err *err);
void span_source_free(struct span_source **source);

// The next output frame's pictures, one reference each, in the order of the sizes.
// Called at most once per output frame of the span.
bool span_source_next(struct span_source *source, struct picture **ret_pictures, struct err *err);

struct span_source_stats span_source_stats(const struct span_source *source);

#endif
