// SPDX-License-Identifier: BSD-2-Clause
// EXT-X-STREAM-INF and EXT-X-I-FRAME-STREAM-INF: what a variant says of its pictures.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

static const struct hls_tag *tag_of(const struct hls_playlist *playlist,
                                    const struct hls_variant *variant)
{
    return &playlist->tags[variant->tag];
}

// The init of a variant's own track; NULL: not read.
static const struct init_facts *init_of(const struct evidence *evidence,
                                        const struct hls_variant *variant)
{
    return track_any_init(evidence, look_track_at(evidence, variant->track));
}

static bool is_video(const struct evidence *evidence, const struct hls_variant *variant)
{
    return variant->is_iframes ||
           track_media_kind(evidence, look_track_at(evidence, variant->track)) == MEDIA_VIDEO;
}

static void check_v1(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    uint64_t bandwidth;
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = tag_of(playlist, &playlist->variants[i]);
        if (hls_attribute_integer(tag, "BANDWIDTH", &bandwidth) && bandwidth == 0)
            FIND(V1, playlist, tag->line, "0", NULL, "the variant says BANDWIDTH=0");
    }
}
HLS_RUN(V1, multivariant, check_v1)

// --- V7: RESOLUTION

static bool is_near(uint64_t a, uint64_t b)
{
    return a >= b ? a - b <= 1 : b - a <= 1;
}

// The size may be that of the coded picture or the one it is shown at; which one is meant
// differs in practice where pixels are not square.
static bool is_resolution(const struct init_facts *init, uint64_t w, uint64_t h)
{
    uint64_t coded_w = init->codec.width_px ? init->codec.width_px : init->entry_width_px;
    uint64_t coded_h = init->codec.height_px ? init->codec.height_px : init->entry_height_px;
    uint64_t aspect_w = init->has_pasp ? init->pasp_h : 1;
    uint64_t aspect_h = init->has_pasp ? init->pasp_v : 1;
    if (!init->has_pasp && init->codec.sample_aspect.den > 0) {
        aspect_w = (uint64_t)init->codec.sample_aspect.num;
        aspect_h = (uint64_t)init->codec.sample_aspect.den;
    }
    return (w == coded_w && h == coded_h) ||
           (w == init->entry_width_px && h == init->entry_height_px) ||
           (is_near(w, init->track_width_px) && is_near(h, init->track_height_px)) ||
           (aspect_h && aspect_w < 65536 && is_near(w, coded_w * aspect_w / aspect_h) &&
            h == coded_h);
}

static void check_v7(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        const struct hls_tag *tag = tag_of(playlist, variant);
        const struct init_facts *init = init_of(evidence, variant);
        const char *text = hls_attribute(tag, "RESOLUTION");
        uint64_t w, h;
        if (!value_resolution(text, &w, &h) || !init || init->kind != MEDIA_VIDEO ||
            !init->entry_width_px || is_resolution(init, w, h))
            continue;
        char measured[32];
        snprintf(measured, sizeof measured, "%ux%u", init->entry_width_px, init->entry_height_px);
        FIND(V7, playlist, tag->line, text, measured, "RESOLUTION says %s, and the pictures are %s",
             text, measured);
    }
}
HLS_RUN(V7, multivariant, check_v7)

// --- V8: FRAME-RATE

struct frame_rates {
    struct rational mean; // pictures per second over all segments that were read
    bool is_constant;     // each sample but a segment's last is as long as the others
};

static bool frame_rates(const struct evidence *evidence, const struct track *track,
                        struct frame_rates *ret)
{
    uint32_t shortest = UINT32_MAX, longest = 0;
    struct rational duration = {0, 1};
    int64_t samples = 0;
    for (size_t i = 0; track && i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        struct rational own;
        if (!look_duration(evidence, track, i, &own))
            continue;
        duration = rational_add(duration, own);
        samples += unit->sample_count;
        shortest = unit->shortest_sample < shortest ? unit->shortest_sample : shortest;
        longest = unit->longest_sample > longest ? unit->longest_sample : longest;
    }
    if (samples == 0 || duration.num <= 0)
        return false;
    // Clocks of milliseconds and the like cannot hold every rate: one tick is rounding.
    *ret = (struct frame_rates){rational_div(rational_make(samples, 1), duration),
                                longest - shortest <= 1};
    return true;
}

static bool has_many_decimals(const char *text)
{
    const char *point = strchr(text, '.');
    return point && strlen(point + 1) > 3;
}

static void find_v8(const struct hls_playlist *playlist, const struct hls_tag *tag,
                    struct rational mean, struct findings *findings)
{
    const char *text = hls_attribute(tag, "FRAME-RATE");
    char measured[32];
    snprintf(measured, sizeof measured, "%.3f", rational_to_double(mean));
    FIND(V8, playlist, tag->line, text, measured,
         "FRAME-RATE says %s, and there are %s pictures a second", text, measured);
}

static void check_v8(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    struct rational hundredth = {1, 100}, stated;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        const struct hls_tag *tag = tag_of(playlist, variant);
        const char *text = hls_attribute(tag, "FRAME-RATE");
        struct frame_rates rates;
        if (variant->is_iframes || !text || !is_video(evidence, variant))
            continue;
        if (has_many_decimals(text))
            FIND(V8, playlist, tag->line, text, NULL,
                 "FRAME-RATE=%s has more than three decimal places", text);
        if (!value_decimal(text, &stated) ||
            !frame_rates(evidence, look_track_at(evidence, variant->track), &rates))
            continue;
        // The maximum is what is stated: where durations vary, only less than the mean is wrong.
        bool is_low = rational_cmp(rational_add(stated, hundredth), rates.mean) < 0;
        bool is_high = rational_cmp(stated, rational_add(rates.mean, hundredth)) > 0;
        if (is_low || (is_high && rates.is_constant))
            find_v8(playlist, tag, rates.mean, findings);
    }
}
HLS_RUN(V8, multivariant, check_v8)

// --- V9: VIDEO-RANGE

static const char *range_of(const struct init_facts *init)
{
    uint32_t transfer = init->codec.has_colour ? init->codec.transfer
                        : init->has_colr_nclx  ? init->transfer
                                               : 2;
    if (transfer == 16)
        return "PQ";
    if (transfer == 18)
        return "HLG";
    return transfer == 2 ? NULL : "SDR";
}

static void check_v9(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        const struct hls_tag *tag = tag_of(playlist, variant);
        const struct init_facts *init = init_of(evidence, variant);
        const char *stated = hls_attribute(tag, "VIDEO-RANGE");
        if (stated && !value_has_word("SDR|HLG|PQ", stated, strlen(stated))) {
            FIND(V9, playlist, tag->line, stated, NULL, "VIDEO-RANGE=%s is none of SDR, HLG and PQ",
                 stated);
            continue;
        }
        const char *real = init && init->kind == MEDIA_VIDEO ? range_of(init) : NULL;
        // Dolby Vision profile 5 carries PQ whatever the stream's own fields say.
        if (!real || (init->has_dolby_vision && init->dv_profile == 5))
            continue;
        if (!stated && strcmp(real, "SDR") == 0)
            continue; // what is not stated is SDR
        // HLG that plays as SDR too names BT.2020's curve and the real one in an SEI message.
        bool is_compatible_hlg = look_same(stated, "HLG") && init->codec.transfer == 14;
        if (look_same(stated, real) || is_compatible_hlg)
            continue;
        FIND(V9, playlist, tag->line, stated, real,
             "VIDEO-RANGE is %s, and the stream's transfer function is that of %s",
             stated ? stated : "not stated, which means SDR", real);
    }
}
HLS_RUN(V9, multivariant, check_v9)

// --- V24, V27, V28, V35: variants beside each other

static void check_v24(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    size_t with = 0, count = 0;
    int64_t line = 0;
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = tag_of(playlist, &playlist->variants[i]);
        if (playlist->variants[i].is_iframes)
            continue;
        count++;
        if (hls_attribute(tag, "SCORE"))
            with++;
        else if (!line)
            line = tag->line;
    }
    if (with && with < count)
        FIND(V24, playlist, line, NULL, NULL,
             "%zu of %zu variants have a SCORE, and this one has none", with, count);
}
HLS_RUN(V24, multivariant, check_v24)

static void check_v27(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct hls_variant *only = NULL;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        if (variant->is_iframes || !variant->uri || !is_video(evidence, variant))
            continue;
        if (only && strcmp(only->uri, variant->uri) != 0)
            return;
        only = variant;
    }
    if (only)
        FIND(V27, playlist, tag_of(playlist, only)->line, NULL, NULL,
             "there is a single video variant, so that a player has nothing to adapt with");
}
HLS_RUN(V27, multivariant, check_v27)

static void check_v28(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct rational sixty = {6001, 100}, rate;
    uint64_t first_w = 0, first_h = 0, w, h;
    const char *first = NULL;
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = tag_of(playlist, &playlist->variants[i]);
        const char *text = hls_attribute(tag, "RESOLUTION");
        if (value_decimal(hls_attribute(tag, "FRAME-RATE"), &rate) && rational_cmp(rate, sixty) > 0)
            FIND(V28, playlist, tag->line, hls_attribute(tag, "FRAME-RATE"), "60",
                 "the variant has %s pictures a second, more than 60",
                 hls_attribute(tag, "FRAME-RATE"));
        if (!value_resolution(text, &w, &h) || !w || !h || w > 65535 || h > 65535)
            continue;
        if (!first) {
            first = text;
            first_w = w;
            first_h = h;
        }
        // Small pictures round their sides to even numbers: 3 % is no other shape.
        uint64_t a = w * first_h, b = h * first_w;
        if ((a > b ? a - b : b - a) * 100 > 3 * b)
            FIND(V28, playlist, tag->line, text, first,
                 "the pictures of %s have another shape than those of %s", text, first);
    }
}
HLS_RUN(V28, multivariant, check_v28)

static bool has_same_attributes(const struct hls_tag *a, const struct hls_tag *b)
{
    if (a->attribute_count != b->attribute_count)
        return false;
    for (size_t i = 0; i < a->attribute_count; i++)
        if (!look_same(a->attributes[i].value, hls_attribute(b, a->attributes[i].name)))
            return false;
    return true;
}

static void check_v35(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count && i < LOOK_MAX; i++)
        for (size_t j = 0; j < i; j++) {
            const struct hls_variant *a = &playlist->variants[j], *b = &playlist->variants[i];
            if (a->is_iframes != b->is_iframes || !a->uri || !look_same(a->uri, b->uri) ||
                !has_same_attributes(tag_of(playlist, a), tag_of(playlist, b)))
                continue;
            FIND(V35, playlist, tag_of(playlist, b)->line, b->uri, NULL,
                 "this is the variant of line %" PRId64 " again, in every attribute",
                 tag_of(playlist, a)->line);
            break;
        }
}
HLS_RUN(V35, multivariant, check_v35)

// --- V20, V21: I-frame variants

static void check_v20(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    static const char *const wrong[] = {"FRAME-RATE", "AUDIO", "SUBTITLES", "CLOSED-CAPTIONS"};
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = tag_of(playlist, &playlist->variants[i]);
        for (size_t n = 0; playlist->variants[i].is_iframes && n < ARRAY_LEN(wrong); n++)
            if (hls_attribute(tag, wrong[n]))
                FIND(V20, playlist, tag->line, hls_attribute(tag, wrong[n]), NULL,
                     "%s has no place in EXT-X-I-FRAME-STREAM-INF", wrong[n]);
    }
}
HLS_RUN(V20, multivariant, check_v20)

static void check_v21(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    size_t videos = 0;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        if (playlist->variants[i].is_iframes)
            return;
        videos += is_video(evidence, &playlist->variants[i]);
    }
    if (videos)
        FIND(V21, playlist, 1, NULL, NULL,
             "there is video and no I-frame playlist, so that players cannot scrub or search fast");
}
HLS_RUN(V21, multivariant, check_v21)

// --- V29: a variant is a media playlist

static void check_v29(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        size_t child = playlist->variants[i].playlist;
        if (child < evidence->playlist_count && evidence->playlists[child]->is_multivariant)
            FIND(V29, playlist, tag_of(playlist, &playlist->variants[i])->line,
                 playlist->variants[i].uri, NULL, "%s is a multivariant playlist, not a media one",
                 evidence->playlists[child]->file);
    }
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        size_t child = playlist->renditions[i].playlist;
        if (child < evidence->playlist_count && evidence->playlists[child]->is_multivariant)
            FIND(V29, playlist, playlist->tags[playlist->renditions[i].tag].line,
                 playlist->renditions[i].uri, NULL,
                 "%s is a multivariant playlist, not a media one",
                 evidence->playlists[child]->file);
    }
}
HLS_RUN(V29, multivariant, check_v29)
