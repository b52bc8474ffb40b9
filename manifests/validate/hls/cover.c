// SPDX-License-Identifier: BSD-2-Clause
// A sorted list of segments by where they lie.
#include "manifests/validate/hls/cover.h"

#include <stdlib.h>

#include "src/base/mem.h"

static int compare(const void *a, const void *b)
{
    const struct cover_entry *x = a, *y = b;
    if (x->resource != y->resource)
        return x->resource < y->resource ? -1 : 1;
    if (x->offset_bytes != y->offset_bytes)
        return x->offset_bytes < y->offset_bytes ? -1 : 1;
    if (x->track != y->track)
        return x->track < y->track ? -1 : 1;
    return (x->segment > y->segment) - (x->segment < y->segment);
}

void cover_build(const struct evidence *evidence, struct cover *ret)
{
    size_t count = 0;
    for (size_t t = 0; t < evidence->track_count; t++)
        if (evidence->tracks[t].origin == TRACK_HLS)
            count += evidence->tracks[t].segment_count;
    struct cover_entry *entries = mem_alloc((count + 1) * sizeof *entries);
    size_t at = 0;
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        for (size_t i = 0; track->origin == TRACK_HLS && i < track->segment_count; i++) {
            const struct unit *unit = track_unit(evidence, track, i);
            entries[at++] = (struct cover_entry){unit->resource, unit->offset_bytes, t, i};
        }
    }
    qsort(entries, count, sizeof *entries, compare);
    *ret = (struct cover){entries, count};
}

void cover_done(struct cover *cover)
{
    MEM_FREE(cover->entries);
    cover->count = 0;
}

// The number of entries at or before this place.
static size_t entries_until(const struct cover *cover, size_t resource, int64_t byte)
{
    size_t from = 0, to = cover->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct cover_entry *entry = &cover->entries[middle];
        if (entry->resource < resource ||
            (entry->resource == resource && entry->offset_bytes <= byte))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

const struct cover_entry *cover_find(const struct cover *cover, const struct evidence *evidence,
                                     size_t resource, int64_t byte)
{
    size_t until = entries_until(cover, resource, byte);
    if (until == 0 || cover->entries[until - 1].resource != resource)
        return NULL;
    const struct cover_entry *entry = &cover->entries[until - 1];
    const struct unit *unit = track_unit(evidence, &evidence->tracks[entry->track], entry->segment);
    bool holds = unit->is_read && unit->is_fmp4 && !unit->is_cut && unit->size_bytes >= 0 &&
                 byte - unit->offset_bytes < unit->size_bytes;
    return holds ? entry : NULL;
}

const struct cover_entry *cover_resource(const struct cover *cover, size_t resource)
{
    size_t until = entries_until(cover, resource, INT64_MAX);
    return until && cover->entries[until - 1].resource == resource ? &cover->entries[until - 1]
                                                                   : NULL;
}

const struct fragment_facts *cover_fragment(const struct unit *unit, int64_t byte)
{
    for (size_t i = 0; i < unit->fragment_count; i++)
        if (unit->fragments[i].end_byte > byte)
            return &unit->fragments[i];
    return NULL;
}
