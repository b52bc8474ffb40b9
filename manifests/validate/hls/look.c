// SPDX-License-Identifier: BSD-2-Clause
// Looking through the evidence.
#include "manifests/validate/hls/look.h"

#include <string.h>

#include "src/base/mem.h"

void look_at_all(const struct evidence *evidence, struct findings *findings, look_at *look)
{
    for (size_t i = 0; i < evidence->playlist_count; i++)
        look(evidence, evidence->playlists[i], findings);
}

void look_at_media(const struct evidence *evidence, struct findings *findings, look_at *look)
{
    for (size_t i = 0; i < evidence->playlist_count; i++)
        if (!evidence->playlists[i]->is_multivariant)
            look(evidence, evidence->playlists[i], findings);
}

void look_at_multivariant(const struct evidence *evidence, struct findings *findings, look_at *look)
{
    for (size_t i = 0; i < evidence->playlist_count; i++)
        if (evidence->playlists[i]->is_multivariant)
            look(evidence, evidence->playlists[i], findings);
}

const struct track *look_track_at(const struct evidence *evidence, size_t track)
{
    return track < evidence->track_count ? &evidence->tracks[track] : NULL;
}

const struct track *look_track(const struct evidence *evidence, const struct hls_playlist *playlist)
{
    return look_track_at(evidence, playlist->track);
}

const struct hls_segment *look_segment(const struct hls_playlist *playlist, int64_t line)
{
    size_t from = 0, to = playlist->segment_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (playlist->segments[middle].line < line)
            from = middle + 1;
        else
            to = middle;
    }
    return from < playlist->segment_count && playlist->segments[from].line == line
               ? &playlist->segments[from]
               : NULL;
}

int64_t look_line(const struct hls_playlist *playlist, const char *tag)
{
    const struct hls_tag *found = hls_tag_find(playlist, tag);
    return found ? found->line : 1;
}

bool look_duration(const struct evidence *evidence, const struct track *track, size_t i,
                   struct rational *ret)
{
    if (!track_is_measured(evidence, track, i))
        return false;
    *ret = unit_duration(track_init(evidence, track, i), track_unit(evidence, track, i));
    return true;
}

struct rational look_stated_duration(const struct hls_playlist *playlist)
{
    struct rational sum = {0, 1};
    for (size_t i = 0; i < playlist->segment_count; i++)
        sum = rational_add(sum, playlist->segments[i].duration);
    return sum;
}

bool look_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static enum member_role role_of(const struct hls_tag *media)
{
    const char *type = hls_attribute(media, "TYPE");
    if (look_same(type, "SUBTITLES"))
        return MEMBER_SUBTITLES;
    return look_same(type, "VIDEO") ? MEMBER_VIDEO : MEMBER_AUDIO;
}

struct members {
    const struct evidence *evidence;
    bool *is_taken; // one for each playlist
    struct member *items;
    size_t count;
};

static void member_add(struct members *members, size_t playlist, enum member_role role,
                       int64_t line)
{
    if (playlist >= members->evidence->playlist_count || members->is_taken[playlist] ||
        members->evidence->playlists[playlist]->is_multivariant)
        return;
    members->is_taken[playlist] = true;
    const struct hls_playlist *at = members->evidence->playlists[playlist];
    members->items[members->count++] =
        (struct member){at, look_track(members->evidence, at), role, line};
}

size_t look_members(const struct evidence *evidence, const struct hls_playlist *multivariant,
                    struct member **ret)
{
    struct members members = {
        .evidence = evidence,
        .is_taken = mem_alloc(evidence->playlist_count + 1),
        .items = mem_alloc((evidence->playlist_count + 1) * sizeof(struct member))};
    for (size_t i = 0; i < multivariant->variant_count; i++) {
        const struct hls_variant *variant = &multivariant->variants[i];
        member_add(&members, variant->playlist,
                   variant->is_iframes ? MEMBER_IFRAMES : MEMBER_VARIANT,
                   multivariant->tags[variant->tag].line);
    }
    for (size_t i = 0; i < multivariant->rendition_count; i++) {
        const struct hls_rendition *rendition = &multivariant->renditions[i];
        member_add(&members, rendition->playlist, role_of(&multivariant->tags[rendition->tag]),
                   multivariant->tags[rendition->tag].line);
    }
    MEM_FREE(members.is_taken);
    *ret = members.items;
    return members.count;
}

bool member_is_main(const struct member *member)
{
    return member->role != MEMBER_IFRAMES && member->role != MEMBER_SUBTITLES &&
           !member->playlist->is_iframes_only;
}

bool member_is_video(const struct evidence *evidence, const struct member *member)
{
    return member_is_main(member) && track_media_kind(evidence, member->track) == MEDIA_VIDEO;
}
