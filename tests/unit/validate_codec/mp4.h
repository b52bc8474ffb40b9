// SPDX-License-Identifier: BSD-2-Clause
// Just enough of an MP4 file to hand its configurations and samples to the codec room.
// Clips are trusted: anything odd ends the walk.
#ifndef RUNG_TEST_VALIDATE_CODEC_MP4_H
#define RUNG_TEST_VALIDATE_CODEC_MP4_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct mp4_box {
    char type[5];
    const uint8_t *data;
    const uint8_t *end;
};

static inline uint32_t mp4_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline bool mp4_next(const uint8_t *at, const uint8_t *end, struct mp4_box *ret)
{
    if (end - at < 8)
        return false;
    uint64_t size = mp4_u32(at);
    size_t header = 8;
    memcpy(ret->type, at + 4, 4);
    ret->type[4] = '\0';
    if (size == 1 && end - at >= 16) {
        size = (uint64_t)mp4_u32(at + 8) << 32 | mp4_u32(at + 12);
        header = 16;
    }
    if (size < header || size > (uint64_t)(end - at))
        return false;
    ret->data = at + header;
    ret->end = at + size;
    return true;
}

static inline bool mp4_find(const uint8_t *at, const uint8_t *end, const char *type,
                            struct mp4_box *ret)
{
    for (; mp4_next(at, end, ret); at = ret->end)
        if (strcmp(ret->type, type) == 0)
            return true;
    return false;
}

// path: types of four letters with a slash between them.
static inline bool mp4_path(const struct mp4_box *from, const char *path, struct mp4_box *ret)
{
    *ret = *from;
    for (; *path; path += path[4] == '/' ? 5 : 4) {
        char type[5] = {path[0], path[1], path[2], path[3], '\0'};
        if (!mp4_find(ret->data, ret->end, type, ret))
            return false;
    }
    return true;
}

// Where samples are: chunk by chunk.
struct mp4_samples {
    struct mp4_box sizes, chunks, runs, syncs;
    bool is_wide, has_syncs;
    uint32_t sample, chunk, in_chunk;
    uint64_t byte;
};

static inline bool mp4_samples_init(const struct mp4_box *trak, struct mp4_samples *ret)
{
    *ret = (struct mp4_samples){.byte = 0};
    struct mp4_box table;
    if (!mp4_path(trak, "mdia/minf/stbl", &table) || !mp4_path(&table, "stsz", &ret->sizes) ||
        !mp4_path(&table, "stsc", &ret->runs))
        return false;
    ret->has_syncs = mp4_path(&table, "stss", &ret->syncs);
    ret->is_wide = !mp4_path(&table, "stco", &ret->chunks);
    return !ret->is_wide || mp4_path(&table, "co64", &ret->chunks);
}

static inline uint32_t mp4_samples_per_chunk(const struct mp4_samples *samples)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < mp4_u32(samples->runs.data + 4); i++)
        if (mp4_u32(samples->runs.data + 8 + 12 * i) <= samples->chunk + 1)
            count = mp4_u32(samples->runs.data + 12 + 12 * i);
    return count;
}

static inline bool mp4_samples_next(struct mp4_samples *samples, uint64_t *ret_byte,
                                    uint32_t *ret_size)
{
    if (samples->sample >= mp4_u32(samples->sizes.data + 8) ||
        samples->chunk >= mp4_u32(samples->chunks.data + 4))
        return false;
    if (samples->in_chunk == 0) {
        const uint8_t *at = samples->chunks.data + 8 + (samples->is_wide ? 8 : 4) * samples->chunk;
        samples->byte =
            samples->is_wide ? (uint64_t)mp4_u32(at) << 32 | mp4_u32(at + 4) : mp4_u32(at);
    }
    uint32_t fixed = mp4_u32(samples->sizes.data + 4);
    *ret_size = fixed ? fixed : mp4_u32(samples->sizes.data + 12 + 4 * samples->sample);
    *ret_byte = samples->byte;
    samples->byte += *ret_size;
    samples->sample++;
    if (++samples->in_chunk >= mp4_samples_per_chunk(samples)) {
        samples->in_chunk = 0;
        samples->chunk++;
    }
    return true;
}

#endif
