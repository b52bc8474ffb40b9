// SPDX-License-Identifier: BSD-2-Clause
// Building the evidence: every resource, init and unit once, found again by a hash of
// its address.
#include "manifests/validate/core/evidence.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"

#define SLOTS_FIRST 256

enum index_kind { INDEX_RESOURCE, INDEX_INIT, INDEX_UNIT };

struct slot {
    uint64_t hash;
    enum index_kind kind;
    size_t at; // NONE: empty
};

struct index { // open addressing; at most half full
    struct slot *slots;
    size_t slot_count;
    size_t used;
};

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t size_bytes)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size_bytes; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u; // FNV-1a
    return hash;
}

static void put(struct index *index, struct slot slot)
{
    size_t at = slot.hash & (index->slot_count - 1);
    while (index->slots[at].at != NONE)
        at = (at + 1) & (index->slot_count - 1);
    index->slots[at] = slot;
}

static void grow(struct index *index)
{
    struct index bigger = {.slot_count = index->slot_count ? index->slot_count * 2 : SLOTS_FIRST,
                           .used = index->used};
    bigger.slots = mem_realloc(NULL, bigger.slot_count, sizeof *bigger.slots);
    for (size_t i = 0; i < bigger.slot_count; i++)
        bigger.slots[i].at = NONE;
    for (size_t i = 0; i < index->slot_count; i++)
        if (index->slots[i].at != NONE)
            put(&bigger, index->slots[i]);
    MEM_FREE(index->slots);
    *index = bigger;
}

static void index_add(struct index *index, enum index_kind kind, uint64_t hash, size_t at)
{
    if (index->used * 2 >= index->slot_count)
        grow(index);
    put(index, (struct slot){hash, kind, at});
    index->used++;
}

void evidence_init(struct evidence *evidence)
{
    memset(evidence, 0, sizeof *evidence);
    evidence->index = mem_alloc(sizeof *evidence->index);
}

static void unit_free(struct unit *unit)
{
    MEM_FREE(unit->fragments);
    MEM_FREE(unit->cues);
    for (size_t i = 0; i < unit->event_count; i++)
        MEM_FREE(unit->events[i].scheme);
    MEM_FREE(unit->events);
}

void evidence_done(struct evidence *evidence)
{
    for (size_t i = 0; i < evidence->resource_count; i++) {
        MEM_FREE(evidence->resources[i].uri);
        MEM_FREE(evidence->resources[i].name);
        MEM_FREE(evidence->resources[i].content_type);
        MEM_FREE(evidence->resources[i].final_uri);
        MEM_FREE(evidence->resources[i].reason);
    }
    for (size_t i = 0; i < evidence->track_count; i++) {
        MEM_FREE(evidence->tracks[i].name);
        MEM_FREE(evidence->tracks[i].segments);
    }
    for (size_t i = 0; i < evidence->unit_count; i++)
        unit_free(&evidence->units[i]);
    for (size_t i = 0; i < evidence->init_count; i++)
        unit_free(&evidence->init_units[i]);
    MEM_FREE(evidence->resources);
    MEM_FREE(evidence->playlists);
    MEM_FREE(evidence->mpds);
    MEM_FREE(evidence->tracks);
    MEM_FREE(evidence->units);
    MEM_FREE(evidence->init_units);
    MEM_FREE(evidence->inits);
    if (evidence->index)
        MEM_FREE(evidence->index->slots);
    MEM_FREE(evidence->index);
    memset(evidence, 0, sizeof *evidence);
}

// Room for one more in an array that doubles at powers of two.
#define GROW(array, count)                                                                         \
    do {                                                                                           \
        if (((count) & ((count)-1)) == 0)                                                          \
            (array) = mem_realloc((array), (count) ? (count)*2 : 1, sizeof *(array));              \
        memset(&(array)[count], 0, sizeof *(array));                                               \
    } while (0)

size_t evidence_playlist_add(struct evidence *evidence, struct hls_playlist *playlist)
{
    GROW(evidence->playlists, evidence->playlist_count);
    evidence->playlists[evidence->playlist_count] = playlist;
    return evidence->playlist_count++;
}

size_t evidence_mpd_add(struct evidence *evidence, struct mpd *mpd)
{
    GROW(evidence->mpds, evidence->mpd_count);
    evidence->mpds[evidence->mpd_count] = mpd;
    return evidence->mpd_count++;
}

size_t evidence_resource(struct evidence *evidence, const char *uri, const char *name)
{
    uint64_t hash = hash_bytes(0xcbf29ce484222325u + INDEX_RESOURCE, uri, strlen(uri));
    struct index *index = evidence->index;
    for (size_t at = hash & (index->slot_count - 1);
         index->slot_count && index->slots[at].at != NONE;
         at = (at + 1) & (index->slot_count - 1)) {
        const struct slot *slot = &index->slots[at];
        if (slot->hash == hash && slot->kind == INDEX_RESOURCE &&
            strcmp(evidence->resources[slot->at].uri, uri) == 0)
            return slot->at;
    }
    size_t made = evidence->resource_count;
    GROW(evidence->resources, made);
    evidence->resources[made] =
        (struct resource){.uri = mem_strdup(uri), .name = mem_strdup(name), .size_bytes = -1};
    evidence->resource_count++;
    index_add(index, INDEX_RESOURCE, hash, made);
    return made;
}

struct unit_key {
    size_t resource;
    int64_t offset_bytes;
    int64_t size_bytes;
    size_t init;
};

static bool has_key(const struct unit *unit, const struct unit_key *key)
{
    return unit->resource == key->resource && unit->offset_bytes == key->offset_bytes &&
           unit->size_bytes == key->size_bytes && unit->init == key->init;
}

// Where a unit of this key stands in the array; NONE when it is new (*ret_hash is set).
static size_t unit_find(const struct index *index, enum index_kind kind, const struct unit *units,
                        const struct unit_key *key, uint64_t *ret_hash)
{
    uint64_t hash = hash_bytes(0xcbf29ce484222325u + kind, key, sizeof *key);
    *ret_hash = hash;
    for (size_t at = hash & (index->slot_count - 1);
         index->slot_count && index->slots[at].at != NONE;
         at = (at + 1) & (index->slot_count - 1)) {
        const struct slot *slot = &index->slots[at];
        if (slot->hash == hash && slot->kind == kind && has_key(&units[slot->at], key))
            return slot->at;
    }
    return NONE;
}

static struct unit unit_make(const struct unit_key *key)
{
    return (struct unit){.resource = key->resource,
                         .offset_bytes = key->offset_bytes,
                         .size_bytes = key->size_bytes,
                         .init = key->init,
                         .is_wanted = true,
                         .text_start_ms = -1,
                         .text_end_ms = -1,
                         .first_idr_time = INT64_MIN,
                         .last_idr_time = INT64_MIN};
}

size_t evidence_init_unit(struct evidence *evidence, size_t resource, int64_t offset_bytes,
                          int64_t size_bytes)
{
    struct unit_key key = {resource, offset_bytes, size_bytes, NONE};
    uint64_t hash;
    size_t at = unit_find(evidence->index, INDEX_INIT, evidence->init_units, &key, &hash);
    if (at != NONE)
        return at;
    at = evidence->init_count;
    GROW(evidence->init_units, at);
    GROW(evidence->inits, at);
    evidence->init_units[at] = unit_make(&key);
    evidence->init_count++;
    index_add(evidence->index, INDEX_INIT, hash, at);
    return at;
}

size_t evidence_unit(struct evidence *evidence, size_t resource, int64_t offset_bytes,
                     int64_t size_bytes, size_t init)
{
    struct unit_key key = {resource, offset_bytes, size_bytes, init};
    uint64_t hash;
    size_t at = unit_find(evidence->index, INDEX_UNIT, evidence->units, &key, &hash);
    if (at != NONE)
        return at;
    at = evidence->unit_count;
    GROW(evidence->units, at);
    evidence->units[at] = unit_make(&key);
    evidence->unit_count++;
    index_add(evidence->index, INDEX_UNIT, hash, at);
    return at;
}

struct track *evidence_track(struct evidence *evidence)
{
    GROW(evidence->tracks, evidence->track_count);
    struct track *track = &evidence->tracks[evidence->track_count++];
    track->manifest = track->period = track->set = track->representation = NONE;
    return track;
}

void track_add_segment(struct track *track, const struct track_segment *segment)
{
    GROW(track->segments, track->segment_count);
    track->segments[track->segment_count++] = *segment;
}
