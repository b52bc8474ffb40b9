// SPDX-License-Identifier: BSD-2-Clause
// What Apple's authoring specification asks of codecs and formats beyond RFC 8216.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

// Calls for each element of each variant's CODECS.
typedef void look_at_codec(const struct hls_playlist *playlist, const struct hls_tag *tag,
                           const char *element, size_t length, struct findings *findings);

static void each_codec(const struct hls_playlist *playlist, struct findings *findings,
                       look_at_codec *look)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
        const char *codecs = hls_attribute(tag, "CODECS");
        const char *item;
        for (size_t length; (length = value_next(&codecs, ',', &item)) != NONE;) {
            size_t blank = strspn(item, " ");
            if (length > blank)
                look(playlist, tag, item + blank, length - blank, findings);
        }
    }
}

static size_t entry_length(const char *element, size_t length)
{
    const char *point = memchr(element, '.', length);
    return point ? (size_t)(point - element) : length;
}

static void codec_v25(const struct hls_playlist *playlist, const struct hls_tag *tag,
                      const char *element, size_t length, struct findings *findings)
{
    size_t entry = entry_length(element, length);
    if (value_has_word("hev1|avc3|dvhe|dvav", element, entry))
        FIND(V25, playlist, tag->line, NULL, NULL,
             "CODECS names %.*s, whose parameter sets may change in band", (int)entry, element);
}

static void check_v25(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    each_codec(playlist, findings, codec_v25);
}
HLS_RUN(V25, multivariant, check_v25)

static void codec_v40(const struct hls_playlist *playlist, const struct hls_tag *tag,
                      const char *element, size_t length, struct findings *findings)
{
    static const char played[] = "avc1|avc3|hvc1|hev1|dvh1|dvhe|dva1|dvav|av01|dav1|mp4a|ac-3|ec-3|"
                                 "alac|fLaC|apac|wvtt|stpp";
    size_t entry = entry_length(element, length);
    if (!value_has_word(played, element, entry))
        FIND(V40, playlist, tag->line, NULL, NULL,
             "CODECS names %.*s, which is none of the formats that Apple's devices play",
             (int)(entry < 40 ? entry : 40), element);
}

static void check_v40(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    each_codec(playlist, findings, codec_v40);
}
HLS_RUN(V40, multivariant, check_v40)

// --- V41: profiles and levels

static const char *limit_fault(const struct init_facts *init)
{
    const struct codec_facts *codec = &init->codec;
    if (strncmp(init->entry, "avc", 3) == 0) {
        if (codec->profile > 100)
            return "H.264 of a profile above High";
        return codec->level > 52 ? "H.264 of a level above 5.2" : NULL;
    }
    if (strcmp(init->entry, "hvc1") == 0 || strcmp(init->entry, "hev1") == 0) {
        if (codec->profile > 2)
            return "HEVC of a profile above Main 10";
        return codec->level > 153 ? "HEVC of a level above 5.1" : NULL;
    }
    return NULL;
}

static void check_v41(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        const struct init_facts *init =
            track_any_init(evidence, look_track_at(evidence, variant->track));
        const char *fault = init && !variant->is_iframes ? limit_fault(init) : NULL;
        if (fault)
            FIND(V41, playlist, playlist->tags[variant->tag].line, NULL, init->codec.string,
                 "the variant is %s, which not all of Apple's devices play", fault);
    }
}
HLS_RUN(V41, multivariant, check_v41)

// --- V26: audio that everything plays

struct audio_formats {
    bool has_audio, has_unknown;
    bool has_stereo_aac, has_ac3, has_ec3;
};

static void note_track(const struct evidence *evidence, size_t track_at, const char *channels,
                       struct audio_formats *formats)
{
    const struct track *track = look_track_at(evidence, track_at);
    const struct init_facts *init = track_any_init(evidence, track);
    uint64_t count;
    if (!init) {
        formats->has_unknown = true;
        return;
    }
    if (init->kind != MEDIA_AUDIO)
        return;
    formats->has_audio = true;
    uint64_t real = init->codec.channels ? init->codec.channels : init->entry_channels;
    if (real == 0 && value_integer(channels, &count))
        real = count;
    formats->has_stereo_aac |= strcmp(init->entry, "mp4a") == 0 && real <= 2;
    formats->has_ac3 |= strcmp(init->entry, "ac-3") == 0;
    formats->has_ec3 |= strcmp(init->entry, "ec-3") == 0;
}

static void check_v26(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct audio_formats formats = {0};
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->renditions[i].tag];
        if (look_same(hls_attribute(tag, "TYPE"), "AUDIO") && playlist->renditions[i].uri)
            note_track(evidence, playlist->renditions[i].track, hls_attribute(tag, "CHANNELS"),
                       &formats);
    }
    for (size_t i = 0; i < playlist->variant_count; i++)
        if (!playlist->variants[i].is_iframes)
            note_track(evidence, playlist->variants[i].track, NULL, &formats);
    if (!formats.has_audio || formats.has_unknown)
        return;
    if (!formats.has_stereo_aac)
        FIND(V26, playlist, 1, NULL, NULL,
             "no audio is stereo AAC, which is what every device plays");
    if (formats.has_ec3 && !formats.has_ac3)
        FIND(V26, playlist, 1, NULL, NULL,
             "there is Dolby Digital Plus and no Dolby Digital for devices that need it");
}
HLS_RUN(V26, multivariant, check_v26)

// --- V22, V49: independent segments

static bool says_independent(const struct evidence *evidence, const struct hls_playlist *playlist)
{
    struct member *members;
    size_t count = look_members(evidence, playlist, &members);
    bool all = count > 0;
    for (size_t i = 0; i < count; i++)
        if (member_is_main(&members[i]))
            all = all && members[i].playlist->is_independent;
    MEM_FREE(members);
    return playlist->is_independent || all;
}

// Whether a video variant is listed; audio can be cut anywhere, and needs no word of it.
static bool has_video(const struct evidence *evidence, const struct hls_playlist *playlist)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct track *track = look_track_at(evidence, playlist->variants[i].track);
        if (!track || track_media_kind(evidence, track) != MEDIA_AUDIO)
            return true;
    }
    return false;
}

static bool needs_others(const struct unit *unit)
{
    if (!unit->is_read || !unit->is_fmp4 || unit->is_cut || unit->sample_count == 0)
        return false;
    // Headers of encrypted pictures stay in the clear and were looked at; a sample that has
    // none, for it is encrypted whole, is as its flags say.
    if (unit->sap_type == 0)
        return !unit->is_sync_flagged || (unit->fragment_count && !unit->fragments[0].is_sync);
    return unit->sap_type > 2;
}

static void check_independence(const struct evidence *evidence, const struct member *member,
                               struct findings *findings)
{
    const struct track *track = member->track;
    for (size_t i = 0; i < track->segment_count; i++)
        if (needs_others(track_unit(evidence, track, i)))
            FIND(V22, member->playlist, track->segments[i].line, NULL, NULL,
                 "EXT-X-INDEPENDENT-SEGMENTS is said, and this segment does not begin with a "
                 "picture that stands alone");
}

static void check_v22(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct member *members;
    if (!says_independent(evidence, playlist))
        return;
    size_t count = look_members(evidence, playlist, &members);
    for (size_t i = 0; i < count; i++)
        if (member_is_video(evidence, &members[i]))
            check_independence(evidence, &members[i], findings);
    MEM_FREE(members);
}
HLS_RUN(V22, multivariant, check_v22)

static void check_v49(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    if (!says_independent(evidence, playlist) && has_video(evidence, playlist))
        FIND(V49, playlist, 1, NULL, NULL,
             "the playlist has no EXT-X-INDEPENDENT-SEGMENTS, so that players may need a segment "
             "more to switch");
}
HLS_RUN(V49, multivariant, check_v49)
