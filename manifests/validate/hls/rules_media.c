// SPDX-License-Identifier: BSD-2-Clause
// The M rules that need no more than the text of a media playlist.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

static void check_m1(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    (void)evidence;
    if (!hls_tag_find(playlist, "EXT-X-TARGETDURATION"))
        FIND(M1, playlist, 1, NULL, NULL, "the media playlist has no EXT-X-TARGETDURATION");
}
HLS_RUN(M1, media, check_m1)

static void check_m2(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    char stated[40], target[24];
    (void)evidence;
    if (playlist->target_duration < 0)
        return;
    snprintf(target, sizeof target, "%" PRId64 " s", playlist->target_duration);
    for (size_t i = 0; i < playlist->segment_count; i++) {
        const struct hls_segment *segment = &playlist->segments[i];
        if (rational_round(segment->duration, 1) <= playlist->target_duration)
            continue;
        value_seconds(segment->duration, stated);
        FIND(M2, playlist, segment->extinf_line, target, stated,
             "EXTINF of %s rounds to more than the target duration of %s", stated, target);
    }
}
HLS_RUN(M2, media, check_m2)

// --- M4: the target duration is no larger than any segment of the presentation needs

static int64_t longest_s(const struct hls_playlist *playlist)
{
    int64_t longest = 0;
    for (size_t i = 0; i < playlist->segment_count; i++) {
        int64_t duration = rational_ceil(playlist->segments[i].duration, 1);
        longest = duration > longest ? duration : longest;
    }
    return longest;
}

static void find_m4(const struct hls_playlist *playlist, int64_t longest, struct findings *findings)
{
    char stated[24], measured[24];
    if (!playlist->has_endlist || playlist->segment_count == 0 || longest <= 0 ||
        playlist->target_duration <= longest)
        return;
    snprintf(stated, sizeof stated, "%" PRId64 " s", playlist->target_duration);
    snprintf(measured, sizeof measured, "%" PRId64 " s", longest);
    FIND(M4, playlist, look_line(playlist, "EXT-X-TARGETDURATION"), stated, measured,
         "the target duration is %s, and no segment is longer than %s", stated, measured);
}

void hls_run_M4(const struct evidence *evidence, struct findings *findings)
{
    bool *is_judged = mem_alloc(evidence->playlist_count + 1);
    for (size_t p = 0; p < evidence->playlist_count; p++) {
        struct member *members;
        int64_t longest = 0;
        if (!evidence->playlists[p]->is_multivariant)
            continue;
        size_t count = look_members(evidence, evidence->playlists[p], &members);
        for (size_t i = 0; i < count; i++)
            if (member_is_main(&members[i])) {
                int64_t own = longest_s(members[i].playlist);
                longest = own > longest ? own : longest;
            }
        for (size_t i = 0; i < count; i++) {
            if (member_is_main(&members[i]))
                find_m4(members[i].playlist, longest, findings);
            if (members[i].track)
                is_judged[members[i].track->manifest] = true;
        }
        MEM_FREE(members);
    }
    for (size_t p = 0; p < evidence->playlist_count; p++) {
        const struct hls_playlist *playlist = evidence->playlists[p];
        if (!is_judged[p] && !playlist->is_multivariant && !playlist->is_iframes_only)
            find_m4(playlist, longest_s(playlist), findings);
    }
    MEM_FREE(is_judged);
}

static void check_m11(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    if (playlist->type && strcmp(playlist->type, "VOD") != 0 &&
        strcmp(playlist->type, "EVENT") != 0)
        FIND(M11, playlist, look_line(playlist, "EXT-X-PLAYLIST-TYPE"), playlist->type, NULL,
             "EXT-X-PLAYLIST-TYPE is \"%s\", and there are only VOD and EVENT", playlist->type);
}
HLS_RUN(M11, media, check_m11)

static void check_m12(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    if (look_same(playlist->type, "VOD") && !playlist->has_endlist)
        FIND(M12, playlist, look_line(playlist, "EXT-X-PLAYLIST-TYPE"), NULL, NULL,
             "the playlist is VOD and has no EXT-X-ENDLIST, so that players ask for more");
}
HLS_RUN(M12, media, check_m12)

static void check_m38(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    if (!playlist->type && playlist->has_endlist)
        FIND(M38, playlist, look_line(playlist, "EXT-X-ENDLIST"), NULL, "VOD",
             "the playlist has an end and does not say that it is VOD");
}
HLS_RUN(M38, media, check_m38)

static void check_m26(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    char stated[24];
    (void)evidence;
    if (playlist->is_iframes_only || playlist->target_duration < 0 ||
        (playlist->target_duration >= 4 && playlist->target_duration <= 8))
        return;
    snprintf(stated, sizeof stated, "%" PRId64 " s", playlist->target_duration);
    FIND(M26, playlist, look_line(playlist, "EXT-X-TARGETDURATION"), stated, "6 s",
         "the target duration is %s, far from the 6 s that serve most networks best", stated);
}
HLS_RUN(M26, media, check_m26)

static void check_m30(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    if (playlist->segment_count == 0 && (playlist->has_endlist || look_same(playlist->type, "VOD")))
        FIND(M30, playlist, 1, NULL, NULL, "the media playlist lists no segment at all");
}
HLS_RUN(M30, media, check_m30)

// --- Keys

static bool is_versions(const char *text)
{
    const char *item;
    for (size_t length; (length = value_next(&text, '/', &item)) != NONE;)
        if (length == 0 || length > 9 || *item == '0' || strspn(item, "0123456789") < length)
            return false;
    return true;
}

// One EXT-X-KEY or EXT-X-SESSION-KEY.
static void check_key(const struct hls_playlist *playlist, const struct hls_tag *tag,
                      struct findings *findings)
{
    static const char methods[] = "NONE|AES-128|SAMPLE-AES|SAMPLE-AES-CTR";
    const char *method = hls_attribute(tag, "METHOD");
    const char *iv = hls_attribute(tag, "IV");
    size_t digits;
    if (!method)
        return;
    if (!value_has_word(methods, method, strlen(method)))
        FIND(M14, playlist, tag->line, method, NULL,
             "METHOD=%s is none of NONE, AES-128, SAMPLE-AES and SAMPLE-AES-CTR", method);
    else if (strcmp(method, "NONE") == 0 && tag->attribute_count > 1)
        FIND(M14, playlist, tag->line, NULL, NULL,
             "METHOD=NONE stands alone, and here is %s beside it",
             tag->attributes[tag->attributes[0].value == method].name);
    else if (strcmp(method, "NONE") != 0 && !hls_attribute(tag, "URI"))
        FIND(M14, playlist, tag->line, NULL, NULL, "METHOD=%s has no URI for its key", method);
    if (value_hex(iv, &digits) && digits > 32)
        FIND(M14, playlist, tag->line, iv, NULL,
             "the IV has %zu hexadecimal digits, more than 128 "
             "bit hold",
             digits);
}

static bool is_key(const struct hls_tag *tag)
{
    return strcmp(tag->name, "EXT-X-KEY") == 0 || strcmp(tag->name, "EXT-X-SESSION-KEY") == 0;
}

static void check_m14(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++)
        if (is_key(&playlist->tags[i]))
            check_key(playlist, &playlist->tags[i], findings);
}
HLS_RUN(M14, all, check_m14)

static void check_m40(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++) {
        const struct hls_tag *tag = &playlist->tags[i];
        const char *versions = is_key(tag) ? hls_attribute(tag, "KEYFORMATVERSIONS") : NULL;
        if (versions && !is_versions(versions))
            FIND(M40, playlist, tag->line, versions, NULL,
                 "KEYFORMATVERSIONS=\"%s\" is no list of whole numbers with / between them",
                 versions);
    }
}
HLS_RUN(M40, all, check_m40)

static void check_m15(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->key_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->keys[i]];
        const char *iv = hls_attribute(tag, "IV");
        size_t digits;
        if (value_hex(iv, &digits) && digits < 32)
            FIND(M15, playlist, tag->line, iv, NULL,
                 "the IV has %zu hexadecimal digits; players differ on which end they fill up",
                 digits);
    }
}
HLS_RUN(M15, media, check_m15)

static void check_m32(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->map_count; i++) {
        size_t key = playlist->maps[i].key;
        const struct hls_tag *tag = key == NONE ? NULL : &playlist->tags[playlist->keys[key]];
        if (tag && look_same(hls_attribute(tag, "METHOD"), "AES-128") && !hls_attribute(tag, "IV"))
            FIND(M32, playlist, playlist->maps[i].line, NULL, NULL,
                 "the initialization section is encrypted with AES-128, and the EXT-X-KEY in line "
                 "%" PRId64 " gives no IV",
                 tag->line);
    }
}
HLS_RUN(M32, media, check_m32)
