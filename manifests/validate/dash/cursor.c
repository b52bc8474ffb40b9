// SPDX-License-Identifier: BSD-2-Clause
// Walking the evidence by Periods, sets and Representations, what kind of media each
// holds, where its units lie on the MPD's timeline, and reporting at a node.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

// A rule that fires without end gives no more paths, since counting siblings takes its
// time, and in the end is only counted.
#define PATHS_PER_RULE 1000
#define TEXTS_PER_RULE 20000

void dash_report(struct findings *findings, enum rule_id rule, const struct spot *spot,
                 const char *stated, const char *measured, const char *fmt, ...)
{
    if (findings->is_off[rule])
        return;
    if (findings->total[rule] >= TEXTS_PER_RULE) {
        findings->total[rule]++;
        return;
    }
    const xmlNode *node = spot->node ? spot->node : spot->mpd->root;
    AUTO_FREE char *path =
        findings->total[rule] < PATHS_PER_RULE ? mpd_path(node, spot->attribute) : NULL;
    struct place place = {.file = spot->mpd->file,
                          .track = spot->track ? spot->track->name : NULL,
                          .line = spot->line ? spot->line : node_line(node),
                          .byte = -1,
                          .path = path};
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *message = mem_vprintf(fmt, args);
    va_end(args);
    findings_add(findings, rule, &place, stated, measured, "%s", message);
}

const struct track *representation_track(const struct evidence *evidence,
                                         const struct mpd_representation *representation)
{
    return representation->track < evidence->track_count ? &evidence->tracks[representation->track]
                                                         : NULL;
}

bool dash_next(struct dash_cursor *at, enum dash_depth depth)
{
    for (;;) {
        if (depth == DEPTH_REPRESENTATION && at->set &&
            at->representation_next < at->set->representation_count) {
            at->representation = &at->set->representations[at->representation_next++];
            at->track = representation_track(at->evidence, at->representation);
            return true;
        }
        if (depth >= DEPTH_SET && at->period && at->set_next < at->period->set_count) {
            at->set = &at->period->sets[at->set_next++];
            at->representation_next = 0;
            if (depth == DEPTH_SET)
                return true;
            continue;
        }
        at->set = NULL;
        if (depth >= DEPTH_PERIOD && at->mpd && at->period_next < at->mpd->period_count) {
            at->period = &at->mpd->periods[at->period_next++];
            at->set_next = 0;
            if (depth == DEPTH_PERIOD)
                return true;
            continue;
        }
        at->period = NULL;
        if (at->mpd_next >= at->evidence->mpd_count)
            return false;
        at->mpd = at->evidence->mpds[at->mpd_next++];
        at->period_next = 0;
        if (depth == DEPTH_MPD)
            return true;
    }
}

static enum media_kind kind_of_word(const char *text)
{
    static const struct {
        const char *prefix;
        enum media_kind kind;
    } words[] = {{"video", MEDIA_VIDEO},
                 {"audio", MEDIA_AUDIO},
                 {"text", MEDIA_TEXT},
                 {"image", MEDIA_IMAGE},
                 {"application/ttml+xml", MEDIA_TEXT}};
    for (size_t i = 0; text && i < ARRAY_LEN(words); i++)
        if (has_prefix(text, words[i].prefix))
            return words[i].kind;
    return MEDIA_UNKNOWN;
}

enum media_kind node_kind(const xmlNode *node)
{
    enum media_kind kind = kind_of_word(node_common(node, "contentType", NULL));
    if (kind == MEDIA_UNKNOWN)
        kind = kind_of_word(node_common(node, "mimeType", NULL));
    const char *codecs = node_common(node, "codecs", NULL);
    if (kind == MEDIA_UNKNOWN && (has_prefix(codecs, "stpp") || has_prefix(codecs, "wvtt")))
        kind = MEDIA_TEXT;
    if (kind == MEDIA_UNKNOWN && node_is(node, "AdaptationSet")) {
        const xmlNode *first = node_child(node, "Representation");
        if (first)
            kind = node_kind(first);
    }
    return kind;
}

const struct init_facts *track_first_init(const struct evidence *evidence,
                                          const struct track *track)
{
    return track ? track_init(evidence, track, 0) : NULL; // a Representation has one for all
}

enum media_kind track_kind(const struct evidence *evidence, const struct track *track)
{
    const struct init_facts *init = track_first_init(evidence, track);
    return init ? init->kind : MEDIA_UNKNOWN;
}

bool track_measured(const struct evidence *evidence, const struct track *track, size_t i,
                    const struct unit **ret_unit, const struct init_facts **ret_init)
{
    const struct unit *unit = track_unit(evidence, track, i);
    const struct init_facts *init = track_init(evidence, track, i);
    if (!unit->is_read || !unit->is_fmp4 || unit->is_cut || !init || !init->timescale_hz ||
        !unit->sample_count)
        return false;
    *ret_unit = unit;
    *ret_init = init;
    return true;
}

bool track_last_measured(const struct evidence *evidence, const struct track *track,
                         const struct unit **ret_unit, const struct init_facts **ret_init)
{
    size_t at = track->segment_count;
    while (at && evidence->resources[track_unit(evidence, track, at - 1)->resource].is_missing)
        at--;
    return at && track_measured(evidence, track, at - 1, ret_unit, ret_init);
}

// Seconds on the MPD's timeline of a composition time.
static struct rational on_timeline(const struct dash_cursor *at, const struct init_facts *init,
                                   int64_t ticks)
{
    const struct mpd_segments *segments = &at->representation->segments;
    struct rational time =
        rational_sub(ticks_to_seconds(init, ticks), ticks_to_seconds(init, init->edit_media_time));
    if (init->edit_empty.den)
        time = rational_add(time, init->edit_empty);
    time = rational_sub(time, rational_make((int64_t)segments->presentation_time_offset,
                                            (int64_t)segments->timescale_hz));
    return rational_add(time, at->period->start);
}

struct rational dash_unit_start(const struct dash_cursor *at, const struct init_facts *init,
                                const struct unit *unit)
{
    return on_timeline(at, init, unit->earliest_time);
}

struct rational dash_unit_end(const struct dash_cursor *at, const struct init_facts *init,
                              const struct unit *unit)
{
    return on_timeline(at, init, unit->latest_end);
}

static bool has_scheme(const xmlNode *node, const char *scheme)
{
    NODE_EACH(child, node, NULL)
    {
        const char *uri = node_attr(child, "schemeIdUri");
        if (uri && strcmp(uri, scheme) == 0)
            return true;
        if (node_is(child, "Representation") && node_child(child, "EssentialProperty") &&
            has_scheme(child, scheme))
            return true;
    }
    return false;
}

bool node_is_trick(const xmlNode *set)
{
    return has_scheme(set, SCHEME_TRICKMODE) || has_scheme(set, SCHEME_TILES);
}
