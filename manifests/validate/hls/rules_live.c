// SPDX-License-Identifier: BSD-2-Clause
// Live playlists, as far as one reading shows what is wrong: how much of the stream they
// hold, and dates (RFC 8216 6.2.2; Apple's authoring specification 8.4, 8.11).
#include <inttypes.h>
#include <stdio.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"

#define SEGMENTS_LEAST 6

static bool is_live(const struct hls_playlist *playlist)
{
    return !playlist->has_endlist && playlist->segment_count > 0 &&
           !look_same(playlist->type, "VOD");
}

// Segments have been taken out at the front. A playlist that still begins with number 0 or
// 1 is only young, an event keeps all, and a delta update leaves out what stays.
static bool has_moved_on(const struct hls_playlist *playlist)
{
    return is_live(playlist) && playlist->media_sequence > 1 && !playlist->type &&
           !hls_tag_find(playlist, "EXT-X-SKIP");
}

static void check_m44(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct rational length = look_stated_duration(playlist);
    struct rational least = rational_make(playlist->target_duration * 3, 1);
    char stated[40], text[40];
    (void)evidence;
    if (!has_moved_on(playlist) || playlist->target_duration <= 0 ||
        rational_cmp(length, least) >= 0)
        return;
    value_seconds(length, stated);
    value_seconds(least, text);
    FIND(M44, playlist, look_line(playlist, "EXT-X-MEDIA-SEQUENCE"), stated, text,
         "the live playlist lists %s from number %" PRIu64
         " on, and has to keep three target durations, %s",
         stated, playlist->media_sequence, text);
}
HLS_RUN(M44, media, check_m44)

static void check_m45(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    char measured[24];
    (void)evidence;
    if (!has_moved_on(playlist) || playlist->is_iframes_only ||
        playlist->segment_count >= SEGMENTS_LEAST)
        return;
    snprintf(measured, sizeof measured, "%zu", playlist->segment_count);
    FIND(M45, playlist, look_line(playlist, "EXT-X-MEDIA-SEQUENCE"), NULL, measured,
         "the live playlist lists %s segments from number %" PRIu64 " on, fewer than six", measured,
         playlist->media_sequence);
}
HLS_RUN(M45, media, check_m45)

static void check_m46(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    if (is_live(playlist) && !hls_tag_find(playlist, "EXT-X-PROGRAM-DATE-TIME"))
        FIND(M46, playlist, 1, NULL, NULL,
             "the playlist has no end yet, and no EXT-X-PROGRAM-DATE-TIME to place it in time");
}
HLS_RUN(M46, media, check_m46)
