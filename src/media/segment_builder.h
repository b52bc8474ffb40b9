// SPDX-License-Identifier: BSD-2-Clause
// Collects the coded samples of one segment and hands the finished CMAF segment to
// the sink. Used by every video lane and every audio track.
#ifndef RUNG_MEDIA_SEGMENT_BUILDER_H
#define RUNG_MEDIA_SEGMENT_BUILDER_H

#include "packager/cmaf.h"
#include "src/media/sink.h"

struct builder_sample {
    size_t offset_bytes;
    size_t size_bytes;
    int64_t duration_ticks;
    int64_t composition_offset_ticks;
    bool is_sync;
};

// Zero-initialised plus codec (and the delay) is ready.
struct segment_builder {
    enum cmaf_codec codec;
    int64_t composition_delay_ticks; // as the init segment states it
    struct buf bytes;
    struct builder_sample *samples;
    size_t count;
    size_t capacity;
    struct buf out; // reused from segment to segment
};

// Copies the data. sample->offset_bytes and size_bytes are filled in here.
void segment_builder_add(struct segment_builder *builder, const void *data, size_t size_bytes,
                         const struct builder_sample *sample);

struct segment_place {
    const char *track_id;
    int64_t index;             // on the grid, from 0
    int64_t decode_time_ticks; // tfdt of the first sample
    int64_t start_ticks;       // presentation
    int64_t duration_ticks;
};

// Writes what was collected as one segment to the sink and starts anew.
bool segment_builder_flush(struct segment_builder *builder, const struct segment_place *place,
                           const struct media_sink *sink, struct err *err);

void segment_builder_done(struct segment_builder *builder);

#endif
