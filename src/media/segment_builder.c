// SPDX-License-Identifier: BSD-2-Clause
// Samples in, segments out.
#include "src/media/segment_builder.h"

#include "src/base/mem.h"

void segment_builder_add(struct segment_builder *builder, const void *data, size_t size_bytes,
                         const struct builder_sample *sample)
{
    if (builder->count == builder->capacity) {
        builder->capacity = builder->capacity ? builder->capacity * 2 : 128;
        builder->samples =
            mem_realloc(builder->samples, builder->capacity, sizeof *builder->samples);
    }
    struct builder_sample *added = &builder->samples[builder->count++];
    *added = *sample;
    added->offset_bytes = builder->bytes.size_bytes;
    added->size_bytes = size_bytes;
    buf_append(&builder->bytes, data, size_bytes);
}

static struct cmaf_sample *cmaf_samples(const struct segment_builder *builder)
{
    struct cmaf_sample *samples = mem_alloc((builder->count + 1) * sizeof *samples);
    for (size_t i = 0; i < builder->count; i++) {
        const struct builder_sample *from = &builder->samples[i];
        samples[i] = (struct cmaf_sample){
            .data = builder->bytes.data + from->offset_bytes,
            .size_bytes = from->size_bytes,
            .duration_ticks = from->duration_ticks,
            .composition_offset_ticks = from->composition_offset_ticks,
            .is_sync = from->is_sync,
        };
    }
    return samples;
}

bool segment_builder_flush(struct segment_builder *builder, const struct segment_place *place,
                           const struct media_sink *sink, struct err *err)
{
    struct cmaf_iframe iframes[CMAF_FRAGMENTS_PER_SEGMENT / 2];
    size_t iframe_count = 0;
    uint32_t fragments = 0;
    AUTO_FREE struct cmaf_sample *samples = cmaf_samples(builder);
    struct cmaf_segment_spec spec = {
        .codec = builder->codec,
        .first_sequence_number = (uint32_t)(place->index * CMAF_FRAGMENTS_PER_SEGMENT + 1),
        .decode_time_ticks = place->decode_time_ticks,
        .samples = samples,
        .sample_count = builder->count,
        .composition_delay_ticks = builder->composition_delay_ticks,
        .own_fragment_for_sync = builder->codec != CMAF_AAC,
    };
    buf_clear(&builder->out);
    if (!cmaf_write_segment(&spec, &builder->out, iframes, ARRAY_LEN(iframes), &iframe_count,
                            &fragments, err))
        return false;
    struct media_segment segment = {
        .track_id = place->track_id,
        .index = place->index,
        .start_ticks = place->start_ticks,
        .duration_ticks = place->duration_ticks,
        .data = builder->out.data,
        .size_bytes = builder->out.size_bytes,
        .iframes = iframes,
        .iframe_count = builder->codec == CMAF_AAC ? 0 : iframe_count,
    };
    builder->count = 0;
    buf_clear(&builder->bytes);
    return sink->segment(sink->self, &segment, err);
}

void segment_builder_done(struct segment_builder *builder)
{
    buf_done(&builder->bytes);
    buf_done(&builder->out);
    MEM_FREE(builder->samples);
}
