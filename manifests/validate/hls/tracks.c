// SPDX-License-Identifier: BSD-2-Clause
// Lists what playlists lead to: child playlists, inits and units; links variants and
// renditions to their tracks.
#include "manifests/validate/hls/tracks.h"

#include <string.h>

#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

struct children {
    struct evidence *evidence;
    struct hls_playlist *parent;
    const struct reference_resolver *resolver;
    bool *is_listed; // one for each resource, grown with them
    size_t listed_count;
    struct hls_child *items;
    size_t count;
};

// Whether the resource is new among the children; it is not the next time.
static bool take_resource(struct children *children, size_t resource)
{
    if (resource >= children->listed_count) {
        size_t count = resource * 2 + 16;
        children->is_listed = mem_realloc(children->is_listed, count, sizeof(bool));
        memset(children->is_listed + children->listed_count, 0, count - children->listed_count);
        children->listed_count = count;
    }
    bool is_new = !children->is_listed[resource];
    children->is_listed[resource] = true;
    return is_new;
}

static size_t child_add(struct children *children, const char *uri, size_t tag, bool is_iframes)
{
    const struct hls_playlist *parent = children->parent;
    const struct reference_resolver *resolver = children->resolver;
    int64_t line = parent->tags[tag].line;
    if (!uri)
        return NONE;
    size_t resource = resolver->resolve(resolver->self, parent->resource, uri,
                                        PLACE(.file = parent->file, .line = line));
    if (resource != NONE && take_resource(children, resource))
        children->items[children->count++] = (struct hls_child){resource, line, uri, is_iframes};
    return resource;
}

size_t hls_playlist_children(struct evidence *evidence, size_t index,
                             const struct reference_resolver *resolver, struct hls_child **ret)
{
    struct hls_playlist *parent = evidence->playlists[index];
    struct children children = {.evidence = evidence, .parent = parent, .resolver = resolver};
    children.items =
        mem_alloc((parent->variant_count + parent->rendition_count + 1) * sizeof *children.items);
    for (size_t i = 0; i < parent->variant_count; i++) {
        struct hls_variant *variant = &parent->variants[i];
        variant->resource = child_add(&children, variant->uri, variant->tag, variant->is_iframes);
    }
    for (size_t i = 0; i < parent->rendition_count; i++) {
        struct hls_rendition *rendition = &parent->renditions[i];
        rendition->resource = child_add(&children, rendition->uri, rendition->tag, false);
    }
    MEM_FREE(children.is_listed);
    *ret = children.items;
    return children.count;
}

struct lister {
    struct evidence *evidence;
    const struct hls_playlist *playlist;
    const struct reference_resolver *resolver;
    bool is_iframes;
    // The reference that was resolved last: byte-range playlists name one file many times.
    const char *last_uri;
    size_t last_resource;
    size_t *inits; // one for each map, NONE until used
};

static size_t resolve(struct lister *lister, const char *uri, int64_t line)
{
    const struct hls_playlist *playlist = lister->playlist;
    if (lister->last_uri && strcmp(lister->last_uri, uri) == 0)
        return lister->last_resource;
    lister->last_uri = uri;
    lister->last_resource = lister->resolver->resolve(
        lister->resolver->self, playlist->resource, uri,
        PLACE(.file = playlist->file, .track = playlist->file, .line = line));
    return lister->last_resource;
}

// Whether the whole resource is encrypted: then nobody but a player can look inside.
static bool is_ciphertext(const struct hls_playlist *playlist, size_t key)
{
    const char *method =
        key == NONE ? NULL : hls_attribute(&playlist->tags[playlist->keys[key]], "METHOD");
    return method && strcmp(method, "AES-128") == 0;
}

static size_t init_of(struct lister *lister, size_t map)
{
    struct evidence *evidence = lister->evidence;
    if (map == NONE || lister->inits[map] != NONE)
        return map == NONE ? NONE : lister->inits[map];
    const struct hls_map *at = &lister->playlist->maps[map];
    size_t resource = resolve(lister, at->uri, at->line);
    if (resource == NONE)
        return NONE;
    size_t init = evidence_init_unit(evidence, resource, at->range_offset, at->range_size);
    if (is_ciphertext(lister->playlist, at->key))
        evidence->init_units[init].is_ciphertext = true;
    lister->inits[map] = init;
    return init;
}

static size_t unit_of(struct lister *lister, const struct hls_segment *segment, size_t init)
{
    struct evidence *evidence = lister->evidence;
    size_t resource = resolve(lister, segment->uri, segment->line);
    if (resource == NONE)
        return NONE;
    size_t count = evidence->unit_count;
    size_t at = evidence_unit(evidence, resource, segment->range_offset, segment->range_size, init);
    struct unit *unit = &evidence->units[at];
    if (at == count) {
        unit->is_iframe = lister->is_iframes;
        unit->is_wanted = !segment->has_gap;
    } else if (!lister->is_iframes) {
        unit->is_iframe = false;
    }
    if (is_ciphertext(lister->playlist, segment->key))
        unit->is_ciphertext = true;
    return at;
}

static struct track *track_begin(struct evidence *evidence, size_t index)
{
    struct hls_playlist *playlist = evidence->playlists[index];
    playlist->track = evidence->track_count;
    struct track *track = evidence_track(evidence);
    track->origin = playlist->is_iframes_only ? TRACK_HLS_IFRAMES : TRACK_HLS;
    track->name = mem_strdup(playlist->file);
    track->file = playlist->file;
    track->manifest = index;
    track->target_s = playlist->target_duration;
    track->kind = playlist->is_iframes_only ? MEDIA_VIDEO : MEDIA_UNKNOWN;
    return track;
}

void hls_tracks_add(struct evidence *evidence, size_t index,
                    const struct reference_resolver *resolver, struct findings *findings)
{
    const struct hls_playlist *playlist = evidence->playlists[index];
    struct lister lister = {.evidence = evidence,
                            .playlist = playlist,
                            .resolver = resolver,
                            .is_iframes = playlist->is_iframes_only};
    (void)findings; // the resolver reports
    if (playlist->is_multivariant || playlist->track != NONE)
        return;
    struct track *track = track_begin(evidence, index);
    lister.inits = mem_alloc((playlist->map_count + 1) * sizeof *lister.inits);
    for (size_t i = 0; i < playlist->map_count; i++)
        lister.inits[i] = NONE;
    struct rational start = {0, 1};
    uint32_t discontinuity = (uint32_t)playlist->discontinuity_sequence;
    for (size_t i = 0; i < playlist->segment_count; i++) {
        const struct hls_segment *segment = &playlist->segments[i];
        discontinuity += segment->is_discontinuity;
        size_t init = init_of(&lister, segment->map);
        size_t unit = unit_of(&lister, segment, init);
        if (unit != NONE)
            track_add_segment(track,
                              &(struct track_segment){.unit = unit,
                                                      .init = init,
                                                      .start = start,
                                                      .duration = segment->duration,
                                                      .stated_ticks = -1,
                                                      .line = segment->line,
                                                      .discontinuity = discontinuity,
                                                      .has_own_range = segment->range_size >= 0});
        start = rational_add(start, segment->duration);
    }
    MEM_FREE(lister.inits);
}

static size_t playlist_of(const struct evidence *evidence, size_t resource)
{
    for (size_t i = 0; resource != NONE && i < evidence->playlist_count; i++)
        if (evidence->playlists[i]->resource == resource)
            return i;
    return NONE;
}

static size_t track_of(const struct evidence *evidence, size_t playlist)
{
    return playlist == NONE ? NONE : evidence->playlists[playlist]->track;
}

static void set_kind(struct evidence *evidence, size_t track, enum media_kind kind)
{
    if (track != NONE && evidence->tracks[track].kind == MEDIA_UNKNOWN)
        evidence->tracks[track].kind = kind;
}

static bool is_audio_codec(const char *text, size_t length)
{
    const char *end = memchr(text, '.', length);
    return value_has_word("mp4a|ac-3|ec-3|ac-4|alac|fLaC|Opus|apac|dtsc|dtse|dtsh|dtsx|mha1|mhm1",
                          text, end ? (size_t)(end - text) : length);
}

// Of a variant by what its tag says: audio when all its codecs are, else video.
static enum media_kind variant_kind(const struct hls_tag *tag)
{
    const char *codecs = hls_attribute(tag, "CODECS");
    const char *item;
    if (!codecs || hls_attribute(tag, "RESOLUTION"))
        return MEDIA_VIDEO;
    for (size_t length; (length = value_next(&codecs, ',', &item)) != NONE;)
        if (!is_audio_codec(item, length))
            return MEDIA_VIDEO;
    return MEDIA_AUDIO;
}

static enum media_kind rendition_kind(const struct hls_tag *tag)
{
    const char *type = hls_attribute(tag, "TYPE");
    if (!type)
        return MEDIA_UNKNOWN;
    if (strcmp(type, "AUDIO") == 0)
        return MEDIA_AUDIO;
    if (strcmp(type, "VIDEO") == 0)
        return MEDIA_VIDEO;
    return strcmp(type, "SUBTITLES") == 0 ? MEDIA_TEXT : MEDIA_UNKNOWN;
}

static void note_listed(struct evidence *evidence, size_t playlist)
{
    if (playlist != NONE)
        evidence->playlists[playlist]->is_listed = true;
}

static void link_one(struct evidence *evidence, struct hls_playlist *playlist)
{
    // Renditions first: what a group says of a playlist is surer than its variant's codecs.
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        struct hls_rendition *rendition = &playlist->renditions[i];
        if (rendition->playlist == NONE)
            rendition->playlist = playlist_of(evidence, rendition->resource);
        note_listed(evidence, rendition->playlist);
        rendition->track = track_of(evidence, rendition->playlist);
        set_kind(evidence, rendition->track, rendition_kind(&playlist->tags[rendition->tag]));
    }
    for (size_t i = 0; i < playlist->variant_count; i++) {
        struct hls_variant *variant = &playlist->variants[i];
        if (variant->playlist == NONE)
            variant->playlist = playlist_of(evidence, variant->resource);
        note_listed(evidence, variant->playlist);
        variant->track = track_of(evidence, variant->playlist);
        set_kind(evidence, variant->track, variant_kind(&playlist->tags[variant->tag]));
    }
}

void hls_link(struct evidence *evidence)
{
    bool has_multivariant = false;
    for (size_t i = 0; i < evidence->playlist_count; i++)
        if (evidence->playlists[i]->is_multivariant) {
            has_multivariant = true;
            link_one(evidence, evidence->playlists[i]);
        }
    for (size_t i = 0; !has_multivariant && i < evidence->playlist_count; i++)
        evidence->playlists[i]->is_listed = true;
}
