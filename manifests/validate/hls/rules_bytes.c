// SPDX-License-Identifier: BSD-2-Clause
// Media playlists against the bytes they list: ranges, initialization sections,
// discontinuities, bit rates, encryption.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/uri.h"

// --- M7: byte ranges lie inside their files

static void find_m7(const struct hls_playlist *playlist, const struct resource *resource,
                    const struct hls_segment *range, int64_t line, struct findings *findings)
{
    char stated[64], measured[40];
    int64_t end = range->range_offset + range->range_size;
    snprintf(stated, sizeof stated, "bytes %" PRId64 " to %" PRId64, range->range_offset, end - 1);
    snprintf(measured, sizeof measured, "%" PRId64 " bytes", resource->size_bytes);
    FIND(M7, playlist, line, stated, resource->size_bytes >= 0 ? measured : NULL,
         "the byte range %" PRId64 "@%" PRId64 " reaches beyond the end of %s", range->range_size,
         range->range_offset, resource->name);
}

static bool is_beyond(const struct resource *resource, const struct unit *unit, int64_t end)
{
    return !resource->is_missing &&
           (resource->size_bytes >= 0 ? end > resource->size_bytes : unit->is_cut);
}

static void check_m7(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    size_t last_init = NONE;
    for (size_t i = 0; track && i < track->segment_count; i++) {
        const struct track_segment *at = &track->segments[i];
        const struct hls_segment *segment = look_segment(playlist, at->line);
        const struct unit *unit = &evidence->units[at->unit];
        if (!segment)
            continue;
        if (segment->range_size >= 0 && !segment->has_gap &&
            is_beyond(&evidence->resources[unit->resource], unit,
                      segment->range_offset + segment->range_size))
            find_m7(playlist, &evidence->resources[unit->resource], segment, at->line, findings);
        if (at->init == NONE || at->init == last_init || segment->map == NONE)
            continue;
        last_init = at->init;
        const struct hls_map *map = &playlist->maps[segment->map];
        const struct unit *init = &evidence->init_units[at->init];
        const struct hls_segment range = {.range_offset = map->range_offset,
                                          .range_size = map->range_size};
        if (map->range_size >= 0 && is_beyond(&evidence->resources[init->resource], init,
                                              map->range_offset + map->range_size))
            find_m7(playlist, &evidence->resources[init->resource], &range, map->line, findings);
    }
}
HLS_RUN(M7, media, check_m7)

// --- M8, M9: the initialization section

static bool is_named_mp4(const char *reference)
{
    static const char *const endings[] = {".m4s",  ".mp4", ".cmfv", ".cmfa",
                                          ".cmft", ".m4v", ".m4a",  ".m4f"};
    struct uri uri;
    uri_split(reference, &uri);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i]);
        if (uri.path.length >= length &&
            strncasecmp(uri.path.text + uri.path.length - length, endings[i], length) == 0)
            return true;
    }
    return false;
}

static void check_m8(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    bool was_missing = false;
    for (size_t i = 0; track && i < track->segment_count; i++) {
        const struct hls_segment *segment = look_segment(playlist, track->segments[i].line);
        const struct unit *unit = track_unit(evidence, track, i);
        if (!segment)
            continue;
        bool is_mp4 = unit->is_read ? unit->is_fmp4 : is_named_mp4(segment->uri);
        bool is_missing =
            segment->map == NONE && is_mp4 && !unit->is_webvtt && !unit->is_ciphertext;
        if (is_missing && !was_missing)
            FIND(M8, playlist, segment->line, NULL, NULL,
                 "%s is fragmented MP4, and no EXT-X-MAP stands before it", segment->uri);
        was_missing = is_missing;
    }
}
HLS_RUN(M8, media, check_m8)

static void check_m9(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    size_t last = NONE;
    for (size_t i = 0; track && i < track->segment_count; i++) {
        size_t init = track->segments[i].init;
        if (init == NONE || init == last)
            continue;
        last = init;
        const struct unit *unit = &evidence->init_units[init];
        const struct resource *resource = &evidence->resources[unit->resource];
        const struct hls_segment *segment = look_segment(playlist, track->segments[i].line);
        if (!segment || segment->map == NONE || unit->is_ciphertext || resource->is_missing ||
            !unit->is_read)
            continue;
        if (!evidence->inits[init].is_read)
            FIND(M9, playlist, playlist->maps[segment->map].line, resource->name, NULL,
                 "EXT-X-MAP leads to %s, which holds no usable moov", resource->name);
        else if (evidence->inits[init].has_media)
            FIND(M9, playlist, playlist->maps[segment->map].line, resource->name, NULL,
                 "EXT-X-MAP leads to %s, which holds samples too", resource->name);
    }
}
HLS_RUN(M9, media, check_m9)

// --- M13, M37: what may change only after EXT-X-DISCONTINUITY

static const char *change_of_tracks(const struct init_facts *a, const struct init_facts *b)
{
    if (a->kind != b->kind)
        return "the kind of media";
    if (strcmp(a->entry, b->entry) != 0)
        return "the codec";
    return a->track_id != b->track_id ? "the track's number" : NULL;
}

static const char *change_of_encoding(const struct init_facts *a, const struct init_facts *b)
{
    if (a->entry_width_px != b->entry_width_px || a->entry_height_px != b->entry_height_px)
        return "the picture size";
    if (a->codec.sample_rate_hz != b->codec.sample_rate_hz)
        return "the sample rate";
    if (a->codec.channels != b->codec.channels)
        return "the number of channels";
    return strcmp(a->codec.string, b->codec.string) != 0 ? "the codec's profile or level" : NULL;
}

// The inits of two neighbours without a discontinuity between, when both were read and
// differ.
static bool has_other_init(const struct evidence *evidence, const struct track *track, size_t i,
                           const struct init_facts **ret_a, const struct init_facts **ret_b)
{
    const struct track_segment *a = &track->segments[i - 1], *b = &track->segments[i];
    if (a->discontinuity != b->discontinuity || a->init == b->init)
        return false;
    *ret_a = track_init(evidence, track, i - 1);
    *ret_b = track_init(evidence, track, i);
    return *ret_a && *ret_b;
}

// Seconds from where the segment before ends to where this one begins, by decode time.
static bool jump(const struct evidence *evidence, const struct track *track, size_t i,
                 struct rational *ret)
{
    const struct track_segment *a = &track->segments[i - 1], *b = &track->segments[i];
    if (a->discontinuity != b->discontinuity || !track_is_measured(evidence, track, i - 1) ||
        !track_is_measured(evidence, track, i))
        return false;
    const struct unit *before = track_unit(evidence, track, i - 1);
    const struct unit *unit = track_unit(evidence, track, i);
    if (before->decode_time > INT64_MAX / 4 || before->duration > INT64_MAX / 4 ||
        unit->decode_time > INT64_MAX / 4)
        return false;
    struct rational end =
        ticks_to_seconds(track_init(evidence, track, i - 1),
                         (int64_t)before->decode_time + (int64_t)before->duration);
    *ret = rational_sub(
        ticks_to_seconds(track_init(evidence, track, i), (int64_t)unit->decode_time), end);
    return true;
}

static void find_jump(const struct hls_playlist *playlist, int64_t line, struct rational seconds,
                      struct findings *findings)
{
    char text[40];
    value_seconds(seconds, text);
    FIND(M13, playlist, line, NULL, text,
         "the timestamps jump by %s here, and no EXT-X-DISCONTINUITY says so", text);
}

static void check_m13(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    const struct init_facts *a, *b;
    struct rational seconds;
    // Less is a matter of the segments (S11) and no break that a player has to know of.
    struct rational half = {1, 2};
    if (!track || track->origin == TRACK_HLS_IFRAMES ||
        track_media_kind(evidence, track) == MEDIA_TEXT)
        return;
    for (size_t i = 1; i < track->segment_count; i++) {
        int64_t line = track->segments[i].line;
        if (has_other_init(evidence, track, i, &a, &b) && change_of_tracks(a, b))
            FIND(M13, playlist, line, a->entry, b->entry,
                 "%s changes here, and no EXT-X-DISCONTINUITY says so", change_of_tracks(a, b));
        if (jump(evidence, track, i, &seconds) &&
            rational_cmp(rational_gap(seconds, (struct rational){0, 1}), half) > 0)
            find_jump(playlist, line, seconds, findings);
    }
}
HLS_RUN(M13, media, check_m13)

static void check_m37(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    const struct init_facts *a, *b;
    for (size_t i = 1; track && i < track->segment_count; i++)
        if (has_other_init(evidence, track, i, &a, &b) && !change_of_tracks(a, b) &&
            change_of_encoding(a, b))
            FIND(M37, playlist, track->segments[i].line, NULL, NULL,
                 "%s changes here, and no EXT-X-DISCONTINUITY says so", change_of_encoding(a, b));
}
HLS_RUN(M37, media, check_m37)

// --- M34: EXT-X-BITRATE

static void check_m34(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    for (size_t i = 0; track && i < track->segment_count; i++) {
        const struct hls_segment *segment = look_segment(playlist, track->segments[i].line);
        const struct unit *unit = track_unit(evidence, track, i);
        struct rational duration = track->segments[i].duration;
        if (!segment || !segment->bitrate_kbps || segment->range_size >= 0 || !unit->is_read ||
            unit->size_bytes <= 0 || duration.num <= 0)
            continue;
        double kbps = (double)unit->size_bytes * 8 / 1000 / rational_to_double(duration);
        double stated = (double)segment->bitrate_kbps;
        if (stated >= kbps * 0.9 - 1 && stated <= kbps * 1.1 + 1)
            continue;
        char says[32], is[32];
        snprintf(says, sizeof says, "%" PRIu64 " kb/s", segment->bitrate_kbps);
        snprintf(is, sizeof is, "%.0f kb/s", kbps);
        FIND(M34, playlist, segment->line, says, is,
             "EXT-X-BITRATE says %s, and the segment has %s", says, is);
    }
}
HLS_RUN(M34, media, check_m34)

// --- S32: the method of the playlist and the scheme of the file

#define KEYS_TOGETHER 8 // for one segment, each of its own KEYFORMAT

static const char *attribute_or(const struct hls_tag *tag, const char *name, const char *other)
{
    const char *value = hls_attribute(tag, name);
    return value ? value : other;
}

// The METHODs of all keys that apply to the segment: those of the last EXT-X-KEYs whose
// KEYFORMATs differ (RFC 8216 4.3.2.4).
static size_t methods_of(const struct hls_playlist *playlist, const struct hls_segment *segment,
                         const char *methods[KEYS_TOGETHER])
{
    const char *formats[KEYS_TOGETHER];
    size_t count = 0;
    for (size_t i = segment->key == NONE ? 0 : segment->key + 1;
         i-- > 0 && count < KEYS_TOGETHER;) {
        const struct hls_tag *tag = &playlist->tags[playlist->keys[i]];
        const char *method = hls_attribute(tag, "METHOD");
        const char *format = attribute_or(tag, "KEYFORMAT", "identity");
        if (!method || strcmp(method, "NONE") == 0)
            break;
        for (size_t k = 0; k < count; k++)
            if (strcmp(formats[k], format) == 0)
                return count;
        formats[count] = format;
        methods[count++] = method;
    }
    return count;
}

// NULL: they agree, or nothing is known.
static const char *scheme_fault(const char *method, const struct init_facts *init,
                                const struct unit *unit)
{
    const struct encryption_facts *facts = &init->encryption;
    if (!method)
        return unit->is_read && unit->is_encrypted ? "no EXT-X-KEY that says so" : NULL;
    if (strcmp(method, "SAMPLE-AES") == 0)
        return facts->is_encrypted && strcmp(facts->scheme, "cbcs") == 0 ? NULL
                                                                         : "METHOD=SAMPLE-AES";
    if (strcmp(method, "SAMPLE-AES-CTR") == 0)
        return facts->is_encrypted &&
                       (strcmp(facts->scheme, "cenc") == 0 || strcmp(facts->scheme, "cens") == 0)
                   ? NULL
                   : "METHOD=SAMPLE-AES-CTR";
    return NULL;
}

static void check_s32(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    const char *last = NULL;
    for (size_t i = 0; track && i < track->segment_count; i++) {
        const struct init_facts *init = track_init(evidence, track, i);
        const struct hls_segment *segment = look_segment(playlist, track->segments[i].line);
        if (!init || !segment)
            continue;
        const char *methods[KEYS_TOGETHER] = {NULL};
        size_t count = methods_of(playlist, segment, methods);
        const char *method = methods[0];
        const char *fault = scheme_fault(method, init, track_unit(evidence, track, i));
        for (size_t k = 1; k < count && !fault; k++) {
            method = methods[k];
            fault = scheme_fault(method, init, track_unit(evidence, track, i));
        }
        if (fault && fault != last)
            FIND(S32, playlist, segment->line, method, init->encryption.scheme,
                 "the segment is %s%s, and the playlist has %s",
                 init->encryption.is_encrypted ? "encrypted with " : "in the clear",
                 init->encryption.is_encrypted ? init->encryption.scheme : "", fault);
        last = fault;
    }
}
HLS_RUN(S32, media, check_s32)
