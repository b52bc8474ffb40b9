// SPDX-License-Identifier: BSD-2-Clause
// Switching within a set at the level of the bitstream, and between sets that say that they
// may be switched between.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

// --- D80: one init for all

static bool needs_own_sets(const struct init_facts *init)
{
    return strcmp(init->entry, "avc1") == 0 || strcmp(init->entry, "hvc1") == 0;
}

static bool says_bitstream(const struct dash_cursor *at)
{
    bool period = false, set = false;
    read_bool(node_attr(at->period->node, "bitstreamSwitching"), &period);
    return read_bool(node_attr(at->set->node, "bitstreamSwitching"), &set) ? set : period;
}

static void check_bitstream(const struct dash_cursor *at, struct findings *findings)
{
    const struct mpd_representation *leader = &at->set->representations[0];
    const struct init_facts *first =
        track_first_init(at->evidence, representation_track(at->evidence, leader));
    const struct init_facts *own = track_first_init(at->evidence, at->track);
    // Of inits that differ in their entries D45 speaks.
    if (!first || !own || first == own || strcmp(first->entry, own->entry) != 0)
        return;
    if (needs_own_sets(own) && own->config_hash != first->config_hash) {
        dash_report(findings, RULE_D80, SPOT(at->mpd, at->set->node, "bitstreamSwitching"), "true",
                    own->codec.string,
                    "bitstreamSwitching is true, and the parameter sets of Representation %.80s "
                    "are in its own init segment and differ from those of %.80s",
                    at->representation->id, leader->id);
        return;
    }
    if (own->edit_media_time == first->edit_media_time)
        return;
    char measured[64];
    snprintf(measured, sizeof measured, "%" PRId64 " and %" PRId64, own->edit_media_time,
             first->edit_media_time);
    dash_report(findings, RULE_D80, SPOT(at->mpd, at->set->node, "bitstreamSwitching"), "true",
                measured,
                "bitstreamSwitching is true, and the edit lists of Representations %.80s and %.80s "
                "differ: media times %s",
                at->representation->id, leader->id, measured);
}

DASH_RUN(D80)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION))
        if (says_bitstream(&at))
            check_bitstream(&at, findings);
}

// --- D81: sets that one may switch between

static const struct mpd_set *set_of(const struct mpd_period *period, const char *id)
{
    for (size_t i = 0; i < period->set_count; i++) {
        const char *own = node_attr(period->sets[i].node, "id");
        if (own && strcmp(own, id) == 0)
            return &period->sets[i];
    }
    return NULL;
}

static const struct track *set_track(const struct evidence *evidence, const struct mpd_set *set)
{
    return set->representation_count ? representation_track(evidence, &set->representations[0])
                                     : NULL;
}

static bool says_aligned(const xmlNode *set)
{
    bool segments = false, subsegments = false;
    read_bool(node_attr(set, "segmentAlignment"), &segments);
    read_bool(node_attr(set, "subsegmentAlignment"), &subsegments);
    return segments || subsegments;
}

// Segments that are compared in all; hostile MPDs only ask for more.
#define COMPARES_MAX 10000000

// The first segment that begins at another time; NONE: all are alike, or not known.
static size_t first_apart(const struct evidence *evidence, const struct track *a,
                          const struct track *b, size_t *compares)
{
    size_t count = a->segment_count < b->segment_count ? a->segment_count : b->segment_count;
    struct rational frame = track_frame(evidence, a);
    for (size_t i = 0; i < count && (*compares)++ < COMPARES_MAX; i++) {
        const struct unit *unit_a, *unit_b;
        const struct init_facts *init_a, *init_b;
        if (!track_measured(evidence, a, i, &unit_a, &init_a) ||
            !track_measured(evidence, b, i, &unit_b, &init_b))
            continue;
        if (rational_cmp(
                dash_abs(rational_sub(unit_start(init_a, unit_a), unit_start(init_b, unit_b))),
                frame) >= 0)
            return i;
    }
    return NONE;
}

static void check_pair(const struct dash_cursor *at, const xmlNode *property,
                       const struct mpd_set *other, size_t *compares, struct findings *findings)
{
    const xmlNode *node = at->set->node;
    const struct track *a = set_track(at->evidence, at->set), *b = set_track(at->evidence, other);
    enum media_kind kind = a ? track_kind(at->evidence, a) : MEDIA_UNKNOWN;
    enum media_kind other_kind = b ? track_kind(at->evidence, b) : MEDIA_UNKNOWN;
    const char *id = node_attr(other->node, "id");
    const char *lang = node_attr(node, "lang"), *other_lang = node_attr(other->node, "lang");
    if (kind != MEDIA_UNKNOWN && other_kind != MEDIA_UNKNOWN && kind != other_kind) {
        dash_report(findings, RULE_D81, SPOT(at->mpd, property, "value"), id,
                    media_kind_name(other_kind),
                    "the property lets clients switch from %s to the AdaptationSet %.60s, which is "
                    "%s",
                    media_kind_name(kind), id, media_kind_name(other_kind));
        return;
    }
    if (lang && other_lang && strcmp(lang, other_lang) != 0)
        dash_report(findings, RULE_D81, SPOT(at->mpd, property, "value"), lang, other_lang,
                    "the property lets clients switch from the language %.40s to %.40s of the "
                    "AdaptationSet %.60s",
                    lang, other_lang, id);
    size_t apart = a && b && says_aligned(node) ? first_apart(at->evidence, a, b, compares) : NONE;
    if (apart != NONE)
        dash_report(findings, RULE_D81, SPOT(at->mpd, property, "value"), id, NULL,
                    "segments are said to be aligned, and segment %zu of the AdaptationSet %.60s "
                    "begins at another time",
                    apart + 1, id);
}

DASH_RUN(D81)
{
    struct dash_cursor at = {evidence};
    size_t compares = 0;
    while (dash_next(&at, DEPTH_SET))
        NODE_EACH(property, at.set->node, "SupplementalProperty")
        {
            const char *uri = node_attr(property, "schemeIdUri");
            const char *rest = node_attr(property, "value");
            char word[64];
            if (!uri || strcmp(uri, SCHEME_SWITCHING) != 0)
                continue;
            while (list_next(&rest, ", \t\r\n", word, sizeof word)) {
                const struct mpd_set *other = set_of(at.period, word);
                if (other == at.set)
                    dash_report(findings, RULE_D81, SPOT(at.mpd, property, "value"), word, NULL,
                                "the property names its own AdaptationSet");
                else if (other)
                    check_pair(&at, property, other, &compares, findings);
            }
        }
}
