// SPDX-License-Identifier: BSD-2-Clause
// The X rules: HLS and DASH of the same content describe the same tracks, times, codecs
// and languages. They compare what is stated; what is true is for the other rules.
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/codec/codec.h"
#include "manifests/validate/cross_match_private.h"
#include "manifests/validate/dash/mpd.h"
#include "manifests/validate/hls/playlist.h"
#include "manifests/validate/load_private.h"
#include "src/base/mem.h"

static struct place place_of(const struct track *track)
{
    return (struct place){.file = track->file, .track = track->name, .byte = -1};
}

static void check_tracks(const struct evidence *evidence, struct findings *findings)
{
    if (!cross_has_both(evidence))
        return;
    for (size_t i = 0; i < evidence->track_count; i++) {
        const struct track *track = &evidence->tracks[i];
        if (!cross_is_played(evidence, track) || cross_partner(evidence, track, 0) != NONE)
            continue;
        struct place place = place_of(track);
        findings_add(findings, RULE_X1, &place, NULL, NULL,
                     "this %s track is in %s, and %s has none like it",
                     media_kind_name(track->kind), track->origin == TRACK_DASH ? "the MPD" : "HLS",
                     track->origin == TRACK_DASH ? "HLS" : "the MPD");
    }
}

struct pair {
    const struct track *hls;
    const struct track *dash;
};

// Calls for every HLS track and the DASH track that is the same.
static void each_pair(const struct evidence *evidence, struct findings *findings,
                      void (*look)(const struct evidence *, const struct pair *, struct findings *))
{
    for (size_t i = 0; i < evidence->track_count; i++) {
        const struct track *track = &evidence->tracks[i];
        if (track->origin != TRACK_HLS || !cross_is_played(evidence, track))
            continue;
        size_t partner = cross_partner(evidence, track, 0);
        if (partner != NONE)
            look(evidence, &(struct pair){track, &evidence->tracks[partner]}, findings);
    }
}

static bool is_near(struct rational a, struct rational b, struct rational slack)
{
    struct rational difference = rational_sub(a, b);
    if (difference.num < 0)
        difference = rational_sub(b, a);
    return rational_cmp(difference, slack) <= 0;
}

// Periods of DASH and discontinuities of HLS divide time differently: only what both have
// as one stretch is compared.
static bool is_one_stretch(const struct evidence *evidence, const struct pair *pair)
{
    const struct track *hls = pair->hls;
    return evidence->mpds[pair->dash->manifest]->period_count == 1 &&
           hls->segments[0].discontinuity == hls->segments[hls->segment_count - 1].discontinuity;
}

// With @duration alone the segments of DASH begin within half a segment of what it says, and
// those that would begin at the end are none (ISO/IEC 23009-1 5.3.9.5.3, 7.2.1).
static bool is_nominal(const struct track *dash)
{
    return dash->segments[0].stated_ticks < 0 && !dash->has_index;
}

static bool is_behind_the_end(const struct evidence *evidence, const struct pair *pair,
                              struct rational slack)
{
    const struct mpd *mpd = evidence->mpds[pair->dash->manifest];
    size_t count = pair->dash->segment_count;
    return is_nominal(pair->dash) && mpd->has_duration && pair->hls->segment_count > count &&
           rational_cmp(rational_add(pair->hls->segments[count].start, slack), mpd->duration) >= 0;
}

static void look_at_times(const struct evidence *evidence, const struct pair *pair,
                          struct findings *findings)
{
    const struct track *hls = pair->hls;
    const struct track *dash = pair->dash;
    struct rational frame = track_frame(evidence, hls);
    struct rational slack =
        rational_cmp(frame, (struct rational){1, 100}) > 0 ? frame : (struct rational){1, 100};
    struct place place = place_of(hls);
    if (!is_one_stretch(evidence, pair) || hls->segments[0].unit != dash->segments[0].unit)
        return;
    bool is_longer = is_behind_the_end(evidence, pair, slack);
    if (hls->segment_count != dash->segment_count && !is_longer) {
        AUTO_FREE char *stated = mem_printf("%zu", hls->segment_count);
        AUTO_FREE char *other = mem_printf("%zu", dash->segment_count);
        findings_add(findings, RULE_X2, &place, stated, other,
                     "the playlist lists %zu segments, Representation %s %zu", hls->segment_count,
                     dash->name, dash->segment_count);
        return;
    }
    struct rational origin = rational_sub(dash->segments[0].start, hls->segments[0].start);
    if (is_nominal(dash))
        slack = rational_mul(dash->segments[0].duration, (struct rational){1, 2});
    for (size_t i = 1; i < dash->segment_count; i++) {
        struct rational expected = rational_sub(dash->segments[i].start, origin);
        if (is_near(hls->segments[i].start, expected, slack))
            continue;
        AUTO_FREE char *stated = mem_printf("%.3f", rational_to_double(hls->segments[i].start));
        AUTO_FREE char *other = mem_printf("%.3f", rational_to_double(expected));
        place.line = hls->segments[i].line;
        findings_add(findings, RULE_X2, &place, stated, other,
                     "segment %zu starts at %s s here and at %s s in Representation %s", i + 1,
                     stated, other, dash->name);
        return;
    }
}

static void check_times(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, look_at_times);
}

static bool list_has_codec(const char *list, const char *codec, size_t length)
{
    AUTO_FREE char *wanted = mem_printf("%.*s", (int)length, codec);
    while (*list) {
        size_t size = strcspn(list, ", ");
        AUTO_FREE char *item = mem_printf("%.*s", (int)size, list);
        if (size && codec_string_same(item, wanted))
            return true;
        list += size + strspn(list + size, ", ");
    }
    return false;
}

static const struct mpd_representation *representation_of(const struct evidence *evidence,
                                                          const struct track *track)
{
    const struct mpd_set *set =
        &evidence->mpds[track->manifest]->periods[track->period].sets[track->set];
    return &set->representations[track->representation];
}

// Whether the variant plays this track: itself, or by a group that its AUDIO names.
static bool plays(const struct hls_playlist *playlist, const struct hls_variant *variant,
                  size_t media)
{
    const char *group = hls_attribute(&playlist->tags[variant->tag], "AUDIO");
    if (variant->playlist == media)
        return true;
    for (size_t r = 0; group && r < playlist->rendition_count; r++) {
        const struct hls_rendition *rendition = &playlist->renditions[r];
        const struct hls_tag *tag = &playlist->tags[rendition->tag];
        const char *type = hls_attribute(tag, "TYPE");
        const char *own = hls_attribute(tag, "GROUP-ID");
        if (rendition->playlist == media && type && strcmp(type, "AUDIO") == 0 && own &&
            strcmp(own, group) == 0)
            return true;
    }
    return false;
}

static void look_at_codecs(const struct evidence *evidence, const struct pair *pair,
                           struct findings *findings)
{
    AUTO_FREE char *codecs = mpd_inherited(representation_of(evidence, pair->dash)->node, "codecs");
    for (size_t p = 0; codecs && p < evidence->playlist_count; p++) {
        const struct hls_playlist *playlist = evidence->playlists[p];
        for (size_t v = 0; v < playlist->variant_count; v++) {
            const struct hls_variant *variant = &playlist->variants[v];
            const struct hls_tag *tag = &playlist->tags[variant->tag];
            const char *list = hls_attribute(tag, "CODECS");
            if (variant->is_iframes || !list || !plays(playlist, variant, pair->hls->manifest) ||
                list_has_codec(list, codecs, strcspn(codecs, ",")))
                continue;
            findings_add(findings, RULE_X3,
                         PLACE(.file = playlist->file, .track = pair->hls->name, .line = tag->line),
                         list, codecs, "CODECS \"%s\" does not name %s, which the MPD says of %s",
                         list, codecs, pair->dash->name);
        }
    }
}

static void check_codecs(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, look_at_codecs);
}

// Primary language subtags; "en" and "eng" are not told apart here (V17 does).
static bool is_same_language(const char *a, const char *b)
{
    size_t one = strcspn(a, "-");
    size_t other = strcspn(b, "-");
    return one != other || strncasecmp(a, b, one) == 0;
}

static void look_at_language(const struct evidence *evidence, const struct pair *pair,
                             struct findings *findings)
{
    AUTO_FREE char *lang = mpd_inherited(representation_of(evidence, pair->dash)->node, "lang");
    for (size_t p = 0; lang && p < evidence->playlist_count; p++) {
        const struct hls_playlist *playlist = evidence->playlists[p];
        for (size_t r = 0; r < playlist->rendition_count; r++) {
            const struct hls_rendition *rendition = &playlist->renditions[r];
            const struct hls_tag *tag = &playlist->tags[rendition->tag];
            const char *language = hls_attribute(tag, "LANGUAGE");
            if (rendition->playlist != pair->hls->manifest || !language ||
                is_same_language(language, lang))
                continue;
            findings_add(findings, RULE_X4,
                         PLACE(.file = playlist->file, .track = pair->hls->name, .line = tag->line),
                         language, lang, "LANGUAGE is \"%s\" here and lang \"%s\" in the MPD",
                         language, lang);
        }
    }
}

static void check_languages(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, look_at_language);
}

static struct rational stated_end(const struct track *track)
{
    const struct track_segment *last = &track->segments[track->segment_count - 1];
    return rational_add(last->start, last->duration);
}

static void check_duration(const struct evidence *evidence, struct findings *findings)
{
    struct rational longest = {0, 1};
    const struct track *of = NULL;
    const struct rational slack = {1, 2};
    for (size_t i = 0; i < evidence->track_count; i++) {
        const struct track *track = &evidence->tracks[i];
        if (track->origin != TRACK_HLS || !cross_is_played(evidence, track) ||
            track->kind == MEDIA_TEXT || !evidence->playlists[track->manifest]->has_endlist)
            continue;
        struct rational end = stated_end(track);
        if (rational_cmp(end, longest) > 0) {
            longest = end;
            of = track;
        }
    }
    for (size_t i = 0; of && cross_has_both(evidence) && i < evidence->mpd_count; i++) {
        const struct mpd *mpd = evidence->mpds[i];
        if (!mpd->has_duration || mpd->is_dynamic || is_near(mpd->duration, longest, slack))
            continue;
        AUTO_FREE char *stated = mem_printf("%.3f", rational_to_double(mpd->duration));
        AUTO_FREE char *other = mem_printf("%.3f", rational_to_double(longest));
        findings_add(findings, RULE_X5, PLACE(.file = mpd->file, .path = "MPD"), stated, other,
                     "the MPD lasts %s s, the longest playlist %s s", stated, other);
    }
}

const struct rule_row cross_rules[] = {
    {RULE_X1, LEVEL_WARNING, PROFILE_ALL, "HLS and DASH list the same tracks",
     "ISO/IEC 23000-19 7.3.6", "List every track in both manifests, or in neither.", check_tracks},
    {RULE_X2, LEVEL_ERROR, PROFILE_ALL,
     "HLS and DASH state the same segments and times for a track", "ISO/IEC 23000-19 7.3.6",
     "Write both manifests from the same measured segment times.", check_times},
    {RULE_X3, LEVEL_ERROR, PROFILE_ALL, "HLS and DASH state the same codec for a track", "RFC 6381",
     "Take both strings from the init segment.", check_codecs},
    {RULE_X4, LEVEL_ERROR, PROFILE_ALL, "HLS and DASH state the same language for a track",
     "RFC 5646", "Correct the wrong one of the two tags.", check_languages},
    {RULE_X5, LEVEL_ERROR, PROFILE_ALL, "HLS and DASH last equally long (within half a second)",
     "ISO/IEC 23009-1 5.3.1.2, RFC 8216 4.3.2.1",
     "Set mediaPresentationDuration to the real end of the longest track.", check_duration},
};
const size_t cross_rule_count = ARRAY_LEN(cross_rules);
