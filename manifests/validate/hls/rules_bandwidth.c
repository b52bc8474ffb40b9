// SPDX-License-Identifier: BSD-2-Clause
// Stated bit rates of variants against measured ones (RFC 8216 4.1, 4.3.4.2).
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/core/bandwidth.h"
#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "src/base/mem.h"

struct rates { // of each track; a peak of 0 where nothing can be measured
    const struct evidence *evidence;
    struct bandwidth *tracks;
};

static void measure(const struct evidence *evidence, const struct track *track,
                    struct bandwidth *ret)
{
    struct bandwidth measured = {0};
    // A rate of a part says little about the whole.
    if (track_bandwidth(evidence, track, &measured) == track->segment_count)
        *ret = measured;
}

static void rates_build(const struct evidence *evidence, struct rates *ret)
{
    ret->evidence = evidence;
    ret->tracks = mem_alloc((evidence->track_count + 1) * sizeof *ret->tracks);
    for (size_t i = 0; i < evidence->track_count; i++)
        if (evidence->tracks[i].origin == TRACK_HLS ||
            evidence->tracks[i].origin == TRACK_HLS_IFRAMES)
            measure(evidence, &evidence->tracks[i], &ret->tracks[i]);
}

static void rates_done(struct rates *rates)
{
    MEM_FREE(rates->tracks);
}

struct sum { // of what plays together
    int64_t peak_bps, average_bps;
    bool is_known;
};

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t add(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

// The highest rates of the members of one group. Those inside the variant's own media
// (without a URI) cost nothing more. False: one of them cannot be measured.
static bool group_rates(const struct rates *rates, const struct hls_playlist *playlist,
                        const char *type, const char *group, struct sum *ret)
{
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        const struct hls_rendition *rendition = &playlist->renditions[i];
        const struct hls_tag *tag = &playlist->tags[rendition->tag];
        if (!rendition->uri || !look_same(hls_attribute(tag, "TYPE"), type) ||
            !look_same(hls_attribute(tag, "GROUP-ID"), group))
            continue;
        if (rendition->track >= rates->evidence->track_count ||
            !rates->tracks[rendition->track].peak_bps)
            return false;
        ret->peak_bps = greater(ret->peak_bps, rates->tracks[rendition->track].peak_bps);
        ret->average_bps = greater(ret->average_bps, rates->tracks[rendition->track].average_bps);
    }
    return true;
}

// The worst that can play together with the variant (RFC 8216 4.3.4.2).
static struct sum variant_rates(const struct rates *rates, const struct hls_playlist *playlist,
                                const struct hls_variant *variant)
{
    static const char *const types[] = {"AUDIO", "VIDEO", "SUBTITLES"};
    const struct hls_tag *tag = &playlist->tags[variant->tag];
    struct sum sum = {0};
    if (variant->track >= rates->evidence->track_count || !rates->tracks[variant->track].peak_bps)
        return sum;
    const struct track *track = &rates->evidence->tracks[variant->track];
    enum media_kind kind = track_media_kind(rates->evidence, track);
    if (variant->is_iframes != (track->origin == TRACK_HLS_IFRAMES))
        return sum; // M18 says what is wrong
    sum = (struct sum){rates->tracks[variant->track].peak_bps,
                       rates->tracks[variant->track].average_bps, true};
    for (size_t i = 0; !variant->is_iframes && i < ARRAY_LEN(types); i++) {
        const char *group = hls_attribute(tag, types[i]);
        struct sum most = {0};
        if (!group)
            continue;
        if (!group_rates(rates, playlist, types[i], group, &most)) {
            sum.is_known = false;
            return sum;
        }
        // A rendition of the variant's own kind plays instead of it, not beside it.
        bool is_instead = (i == 0 && kind == MEDIA_AUDIO) || (i == 1 && kind == MEDIA_VIDEO);
        sum.peak_bps =
            is_instead ? greater(sum.peak_bps, most.peak_bps) : add(sum.peak_bps, most.peak_bps);
        sum.average_bps = is_instead ? greater(sum.average_bps, most.average_bps)
                                     : add(sum.average_bps, most.average_bps);
    }
    return sum;
}

static bool is_within_tenth(uint64_t stated, int64_t measured)
{
    __int128 a = (__int128)stated * 10, b = measured;
    return a >= b * 9 && a <= b * 11;
}

static void text_bps(uint64_t bps, char text[32])
{
    snprintf(text, 32, "%" PRIu64 " b/s", bps);
}

static void check_peak(const struct hls_playlist *playlist, const struct hls_variant *variant,
                       const struct sum *sum, struct findings *findings)
{
    const struct hls_tag *tag = &playlist->tags[variant->tag];
    uint64_t stated;
    char says[32], is[32];
    if (!hls_attribute_integer(tag, "BANDWIDTH", &stated) || stated == 0 || !sum->is_known ||
        is_within_tenth(stated, sum->peak_bps))
        return;
    text_bps(stated, says);
    text_bps((uint64_t)sum->peak_bps, is);
    FIND(V2, playlist, tag->line, says, is, "BANDWIDTH says %s, and the measured peak is %s", says,
         is);
}

static void check_average(const struct hls_playlist *playlist, const struct hls_variant *variant,
                          const struct sum *sum, struct findings *findings)
{
    const struct hls_tag *tag = &playlist->tags[variant->tag];
    uint64_t stated;
    char says[32], is[32];
    if (!hls_attribute_integer(tag, "AVERAGE-BANDWIDTH", &stated) || !sum->is_known ||
        is_within_tenth(stated, sum->average_bps))
        return;
    text_bps(stated, says);
    text_bps((uint64_t)sum->average_bps, is);
    FIND(V3, playlist, tag->line, says, is,
         "AVERAGE-BANDWIDTH says %s, and the measured average is %s", says, is);
}

// Twice the average is much; of what is stated only where nothing could be measured.
static void check_ratio(const struct hls_playlist *playlist, const struct hls_variant *variant,
                        const struct sum *sum, struct findings *findings)
{
    const struct hls_tag *tag = &playlist->tags[variant->tag];
    uint64_t peak = (uint64_t)sum->peak_bps, average = (uint64_t)sum->average_bps;
    char high[32], low[32];
    if (variant->is_iframes)
        return;
    if (!sum->is_known && (!hls_attribute_integer(tag, "BANDWIDTH", &peak) ||
                           !hls_attribute_integer(tag, "AVERAGE-BANDWIDTH", &average)))
        return;
    if (average == 0 || peak / 2 <= average)
        return;
    text_bps(peak, high);
    text_bps(average, low);
    FIND(V4, playlist, tag->line, low, high, "the peak of %s is more than twice the average of %s",
         high, low);
}

typedef void check_rates(const struct hls_playlist *playlist, const struct hls_variant *variant,
                         const struct sum *sum, struct findings *findings);

static void each_variant(const struct evidence *evidence, struct findings *findings,
                         check_rates *check)
{
    AUTO(rates_done) struct rates rates = {0};
    bool is_built = false;
    for (size_t p = 0; p < evidence->playlist_count; p++) {
        const struct hls_playlist *playlist = evidence->playlists[p];
        for (size_t i = 0; i < playlist->variant_count && i < LOOK_MAX; i++) {
            if (!is_built)
                rates_build(evidence, &rates);
            is_built = true;
            struct sum sum = variant_rates(&rates, playlist, &playlist->variants[i]);
            check(playlist, &playlist->variants[i], &sum, findings);
        }
    }
}

void hls_run_V2(const struct evidence *evidence, struct findings *findings)
{
    each_variant(evidence, findings, check_peak);
}

void hls_run_V3(const struct evidence *evidence, struct findings *findings)
{
    each_variant(evidence, findings, check_average);
}

void hls_run_V4(const struct evidence *evidence, struct findings *findings)
{
    each_variant(evidence, findings, check_ratio);
}

static void check_v34(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    uint64_t peak, average;
    char high[32], low[32];
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
        if (!hls_attribute_integer(tag, "BANDWIDTH", &peak) || peak == 0 ||
            !hls_attribute_integer(tag, "AVERAGE-BANDWIDTH", &average) || average <= peak)
            continue;
        text_bps(peak, high);
        text_bps(average, low);
        FIND(V34, playlist, tag->line, low, high,
             "AVERAGE-BANDWIDTH of %s is above the peak, which BANDWIDTH says is %s", low, high);
    }
}
HLS_RUN(V34, multivariant, check_v34)
