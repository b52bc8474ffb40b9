// SPDX-License-Identifier: BSD-2-Clause
// What Apple's devices need so that they find something to play: SDR beside HDR, renditions
// that are chosen without being asked for, keys of FairPlay.
#include <string.h>
#include <strings.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"

// --- H14: SDR beside HDR. What VIDEO-RANGE says is believed: V9 looks whether it is true.

static bool is_hdr(const struct hls_tag *tag)
{
    const char *range = hls_attribute(tag, "VIDEO-RANGE");
    return look_same(range, "PQ") || look_same(range, "HLG");
}

static void check_ranges(const struct evidence *evidence, const struct hls_playlist *playlist,
                         bool is_iframes, struct findings *findings)
{
    const struct hls_tag *first = NULL;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        const struct hls_tag *tag = &playlist->tags[variant->tag];
        if (variant->is_iframes != is_iframes ||
            track_media_kind(evidence, look_track_at(evidence, variant->track)) == MEDIA_AUDIO)
            continue;
        if (!is_hdr(tag))
            return;
        first = first ? first : tag;
    }
    if (first)
        FIND(H14, playlist, first->line, hls_attribute(first, "VIDEO-RANGE"), NULL,
             "all %s are of VIDEO-RANGE PQ or HLG, and devices without HDR have none to play",
             is_iframes ? "I-frame variants" : "video variants");
}

static void check_h14(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    check_ranges(evidence, playlist, false, findings);
    check_ranges(evidence, playlist, true, findings);
}
HLS_RUN(H14, multivariant, check_h14)

// --- H15: AUTOSELECT

static bool names(const struct hls_tag *tag, const char *characteristic)
{
    const char *list = hls_attribute(tag, "CHARACTERISTICS");
    const char *item;
    size_t wanted = strlen(characteristic);
    for (size_t length; (length = value_next(&list, ',', &item)) != NONE;) {
        size_t blank = strspn(item, " ");
        if (length == blank + wanted && memcmp(item + blank, characteristic, wanted) == 0)
            return true;
    }
    return false;
}

static const char *reason_to_select(const struct hls_tag *tag)
{
    const char *type = hls_attribute(tag, "TYPE");
    if (look_same(type, "AUDIO") && names(tag, "public.accessibility.describes-video"))
        return "describes the video";
    if (look_same(type, "SUBTITLES") && look_same(hls_attribute(tag, "FORCED"), "YES"))
        return "is FORCED";
    if ((look_same(type, "SUBTITLES") || look_same(type, "CLOSED-CAPTIONS")) &&
        names(tag, "public.accessibility.transcribes-spoken-dialog") &&
        names(tag, "public.accessibility.describes-music-and-sound"))
        return "is for the deaf and hard of hearing";
    return NULL;
}

static void check_h15(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->renditions[i].tag];
        const char *stated = hls_attribute(tag, "AUTOSELECT");
        const char *reason = reason_to_select(tag);
        if (reason && !look_same(stated, "YES"))
            FIND(H15, playlist, tag->line, stated, "YES",
                 "the rendition %s, and without AUTOSELECT=YES no device's settings choose it",
                 reason);
    }
}
HLS_RUN(H15, multivariant, check_h15)

// --- H16: keys of FairPlay

#define FAIRPLAY "com.apple.streamingkeydelivery"

static bool has_version_one(const char *versions)
{
    const char *item;
    if (!versions)
        return true; // not stated means 1 (RFC 8216 4.3.2.4)
    for (size_t length; (length = value_next(&versions, '/', &item)) != NONE;)
        if (length == 1 && *item == '1')
            return true;
    return false;
}

static void check_key(const struct hls_playlist *playlist, const struct hls_tag *tag,
                      struct findings *findings)
{
    const char *method = hls_attribute(tag, "METHOD"), *uri = hls_attribute(tag, "URI");
    const char *format = hls_attribute(tag, "KEYFORMAT");
    const char *versions = hls_attribute(tag, "KEYFORMATVERSIONS");
    bool is_skd = uri && strncasecmp(uri, "skd:", 4) == 0;
    if (!look_same(format, FAIRPLAY)) {
        if (is_skd)
            FIND(H16, playlist, tag->line, format, FAIRPLAY,
                 "the key's URI begins with skd:, and its KEYFORMAT is %s%.60s, not " FAIRPLAY,
                 format ? "" : "identity, as none is stated", format ? format : "");
        return;
    }
    if (!look_same(method, "SAMPLE-AES") && !look_same(method, "SAMPLE-AES-CTR"))
        FIND(H16, playlist, tag->line, method, "SAMPLE-AES",
             "the key is of FairPlay, and METHOD=%.40s is not SAMPLE-AES", method ? method : "");
    if (uri && strncasecmp(uri, "skd://", 6) != 0)
        FIND(H16, playlist, tag->line, uri, NULL,
             "the key is of FairPlay, and its URI %.60s does not begin with skd://", uri);
    if (!has_version_one(versions))
        FIND(H16, playlist, tag->line, versions, "1",
             "the key is of FairPlay, and KEYFORMATVERSIONS=%.40s leaves out 1, the only version",
             versions);
}

static void check_h16(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++) {
        const struct hls_tag *tag = &playlist->tags[i];
        if (strcmp(tag->name, "EXT-X-KEY") == 0 || strcmp(tag->name, "EXT-X-SESSION-KEY") == 0)
            check_key(playlist, tag, findings);
    }
}
HLS_RUN(H16, all, check_h16)
