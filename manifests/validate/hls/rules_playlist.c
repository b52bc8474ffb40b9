// SPDX-License-Identifier: BSD-2-Clause
// The H rules that the reader does not find: what holds for every playlist.
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"
#include "src/base/uri.h"

// --- H3: the version that is needed

static bool has_fraction(const struct hls_tag *tag)
{
    const char *point = tag->value ? strchr(tag->value, '.') : NULL;
    const char *comma = point ? strchr(tag->value, ',') : NULL;
    return point && (!comma || point < comma);
}

static bool has_required(const struct hls_tag *tag)
{
    for (size_t i = 0; i < tag->attribute_count; i++)
        if (strncmp(tag->attributes[i].name, "REQ-", 4) == 0)
            return true;
    return false;
}

static bool has_sample_aes(const struct hls_tag *tag)
{
    const char *method = hls_attribute(tag, "METHOD");
    return method && strncmp(method, "SAMPLE-AES", 10) == 0;
}

static bool has_service(const struct hls_tag *tag)
{
    const char *id = hls_attribute(tag, "INSTREAM-ID");
    return id && strncmp(id, "SERVICE", 7) == 0;
}

static bool has_foreign_instream(const struct hls_tag *tag)
{
    return hls_attribute(tag, "INSTREAM-ID") &&
           !look_same(hls_attribute(tag, "TYPE"), "CLOSED-CAPTIONS");
}

static const struct {
    int64_t version;
    const char *tag;
    const char *attribute; // that it must have; NULL: any
    bool (*is_used)(const struct hls_tag *tag);
    const char *what;
} needs[] = {
    {2, "EXT-X-KEY", "IV", NULL, "an IV in EXT-X-KEY"},
    {3, "EXTINF", NULL, has_fraction, "a duration with a fraction in EXTINF"},
    {4, "EXT-X-BYTERANGE", NULL, NULL, "EXT-X-BYTERANGE"},
    {4, "EXT-X-I-FRAMES-ONLY", NULL, NULL, "EXT-X-I-FRAMES-ONLY"},
    {5, "EXT-X-KEY", NULL, has_sample_aes, "METHOD=SAMPLE-AES"},
    {5, "EXT-X-KEY", "KEYFORMAT", NULL, "KEYFORMAT"},
    {5, "EXT-X-KEY", "KEYFORMATVERSIONS", NULL, "KEYFORMATVERSIONS"},
    {5, "EXT-X-MAP", NULL, NULL, "EXT-X-MAP"},
    {6, "EXT-X-MAP", NULL, NULL, "EXT-X-MAP without EXT-X-I-FRAMES-ONLY"}, // see needed()
    {7, "EXT-X-MEDIA", NULL, has_service, "a SERVICE as INSTREAM-ID"},
    {8, "EXT-X-DEFINE", NULL, NULL, "EXT-X-DEFINE"},
    {9, "EXT-X-SKIP", NULL, NULL, "EXT-X-SKIP"},
    {10, "EXT-X-SKIP", "RECENTLY-REMOVED-DATERANGES", NULL, "RECENTLY-REMOVED-DATERANGES"},
    {11, "EXT-X-DEFINE", "QUERYPARAM", NULL, "QUERYPARAM"},
    {12, "EXT-X-STREAM-INF", NULL, has_required, "an attribute whose name begins with REQ-"},
    {12, "EXT-X-I-FRAME-STREAM-INF", NULL, has_required,
     "an attribute whose name begins with REQ-"},
    {13, "EXT-X-MEDIA", NULL, has_foreign_instream, "INSTREAM-ID on other than closed captions"},
};

// The row of the highest version that this tag needs, above the one given; NONE.
static size_t needed(const struct hls_playlist *playlist, const struct hls_tag *tag, int64_t above)
{
    for (size_t i = ARRAY_LEN(needs); i-- > 0 && needs[i].version > above;)
        if (strcmp(needs[i].tag, tag->name) == 0 &&
            (!needs[i].attribute || hls_attribute(tag, needs[i].attribute)) &&
            (!needs[i].is_used || needs[i].is_used(tag)) &&
            (needs[i].version != 6 || !playlist->is_iframes_only))
            return i;
    return NONE;
}

static void check_h3(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    int64_t version = playlist->version;
    size_t worst = NONE;
    int64_t line = 0;
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++) {
        size_t need = needed(playlist, &playlist->tags[i], version);
        if (need != NONE) {
            worst = need;
            version = needs[need].version;
            line = playlist->tags[i].line;
        }
    }
    if (worst == NONE)
        return;
    char stated[24], measured[24];
    snprintf(stated, sizeof stated, "%d", (int)playlist->version);
    snprintf(measured, sizeof measured, "%d", (int)version);
    FIND(H3, playlist, line, stated, measured, "%s needs version %d, and the playlist %s %d",
         needs[worst].what, (int)version,
         hls_tag_find(playlist, "EXT-X-VERSION") ? "states" : "states none, which means",
         (int)playlist->version);
}
HLS_RUN(H3, all, check_h3)

// --- H6: what is obsolete

static void check_h6(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++) {
        const struct hls_tag *tag = &playlist->tags[i];
        if (strcmp(tag->name, "EXT-X-ALLOW-CACHE") == 0)
            FIND(H6, playlist, tag->line, NULL, NULL, "EXT-X-ALLOW-CACHE is obsolete");
        else if (playlist->is_multivariant && hls_attribute(tag, "PROGRAM-ID"))
            FIND(H6, playlist, tag->line, NULL, NULL, "PROGRAM-ID is obsolete");
    }
}
HLS_RUN(H6, all, check_h6)

// --- H7: everything that is listed is there

static void find_missing(const struct hls_playlist *playlist, const struct resource *resource,
                         int64_t line, struct findings *findings)
{
    FIND(H7, playlist, line, resource->name, NULL, "%s cannot be had: %s", resource->name,
         resource->reason ? resource->reason : "it is not there");
}

static void check_h7(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    size_t last_init = NONE, last_resource = NONE;
    for (size_t i = 0; track && i < track->segment_count; i++) {
        const struct track_segment *at = &track->segments[i];
        const struct hls_segment *segment = look_segment(playlist, at->line);
        const struct resource *resource = &evidence->resources[evidence->units[at->unit].resource];
        if (at->init != NONE && at->init != last_init) {
            const struct resource *map =
                &evidence->resources[evidence->init_units[at->init].resource];
            if (map->is_missing && segment && segment->map != NONE)
                find_missing(playlist, map, playlist->maps[segment->map].line, findings);
        }
        last_init = at->init;
        if (resource->is_missing && !(segment && segment->has_gap) &&
            evidence->units[at->unit].resource != last_resource)
            find_missing(playlist, resource, at->line, findings);
        last_resource = evidence->units[at->unit].resource;
    }
}
HLS_RUN(H7, media, check_h7)

// --- H11: EXT-X-START lies inside

static struct rational longest_duration(const struct evidence *evidence,
                                        const struct hls_playlist *playlist)
{
    struct rational longest = {0, 1};
    struct member *members;
    size_t count = look_members(evidence, playlist, &members);
    for (size_t i = 0; i < count; i++) {
        struct rational duration = look_stated_duration(members[i].playlist);
        longest = rational_cmp(duration, longest) > 0 ? duration : longest;
    }
    MEM_FREE(members);
    return longest;
}

static void check_h11(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct hls_tag *tag = hls_tag_find(playlist, "EXT-X-START");
    struct rational offset;
    if (!tag || !value_signed(hls_attribute(tag, "TIME-OFFSET"), &offset))
        return;
    struct rational duration = playlist->is_multivariant ? longest_duration(evidence, playlist)
                                                         : look_stated_duration(playlist);
    if (offset.num < 0)
        offset.num = -offset.num;
    if (duration.num <= 0 || rational_cmp(offset, duration) <= 0)
        return;
    char stated[40], measured[40];
    value_seconds(offset, stated);
    value_seconds(duration, measured);
    FIND(H11, playlist, tag->line, stated, measured,
         "EXT-X-START points %s into a presentation of %s", stated, measured);
}
HLS_RUN(H11, all, check_h11)

// --- H13: served as a playlist

static bool ends_as_playlist(const char *address)
{
    struct uri uri;
    uri_split(address, &uri);
    size_t length = uri.path.length;
    const char *path = uri.path.text;
    return (length >= 5 && strncasecmp(path + length - 5, ".m3u8", 5) == 0) ||
           (length >= 4 && strncasecmp(path + length - 4, ".m3u", 4) == 0);
}

static void check_h13(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    if (playlist->resource >= evidence->resource_count)
        return;
    const struct resource *resource = &evidence->resources[playlist->resource];
    const char *type = resource->content_type;
    bool is_stated = type && (strncasecmp(type, "application/vnd.apple.mpegurl", 29) == 0 ||
                              strncasecmp(type, "application/x-mpegurl", 21) == 0 ||
                              strncasecmp(type, "audio/mpegurl", 13) == 0 ||
                              strncasecmp(type, "audio/x-mpegurl", 15) == 0);
    if (resource->http_status == 0 || is_stated || ends_as_playlist(resource->uri))
        return;
    FIND(H13, playlist, 1, type, NULL,
         "the address ends neither in .m3u8 nor in .m3u, and the server says it is %s",
         type && *type ? type : "of no type");
}
HLS_RUN(H13, all, check_h13)
