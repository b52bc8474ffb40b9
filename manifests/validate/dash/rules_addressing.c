// SPDX-License-Identifier: BSD-2-Clause
// Rules about how segments are addressed: templates, timelines, lists, ranges.
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "manifests/validate/dash/template_private.h"
#include "src/base/mem.h"

static const char *const addressings[] = {"SegmentBase", "SegmentList", "SegmentTemplate"};

static void check_level(const struct mpd *mpd, const xmlNode *node, struct findings *findings)
{
    const xmlNode *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(addressings); i++) {
        const xmlNode *child = node_child(node, addressings[i]);
        if (child && found)
            dash_report(findings, RULE_D10, SPOT(mpd, child), NULL, NULL, "%s holds both %s and %s",
                        (const char *)node->name, (const char *)found->name,
                        (const char *)child->name);
        found = child ? child : found;
    }
}

// A SegmentTemplate has no SegmentList on a level above it, nor the other way round.
static void check_above(const struct mpd *mpd, const xmlNode *node, struct findings *findings)
{
    static const char *const pairs[][2] = {{"SegmentTemplate", "SegmentList"},
                                           {"SegmentList", "SegmentTemplate"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const xmlNode *own = node_child(node, pairs[i][0]);
        for (const xmlNode *upper = node->parent; own && upper != mpd->root; upper = upper->parent)
            if (node_child(upper, pairs[i][1]))
                dash_report(findings, RULE_D10, SPOT(mpd, own), NULL, NULL,
                            "this %s stands below a %s, that of its %s", pairs[i][0], pairs[i][1],
                            (const char *)upper->name);
    }
}

DASH_RUN(D10)
{
    struct dash_cursor periods = {evidence}, sets = {evidence}, at = {evidence};
    while (dash_next(&periods, DEPTH_PERIOD))
        check_level(periods.mpd, periods.period->node, findings);
    while (dash_next(&sets, DEPTH_SET)) {
        check_level(sets.mpd, sets.set->node, findings);
        check_above(sets.mpd, sets.set->node, findings);
    }
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        check_level(at.mpd, at.representation->node, findings);
        check_above(at.mpd, at.representation->node, findings);
    }
}

static const char *mode_name(const struct mpd_segments *segments)
{
    switch (segments->addressing) {
    case ADDRESS_TEMPLATE:
        return segments->has_timeline   ? "SegmentTemplate with a SegmentTimeline"
               : segments->has_duration ? "SegmentTemplate with a duration"
                                        : "SegmentTemplate alone";
    case ADDRESS_LIST:
        return "SegmentList";
    case ADDRESS_BASE:
        return "SegmentBase";
    case ADDRESS_NONE:
        break;
    }
    return "BaseURL alone";
}

DASH_RUN(D11)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const char *first = mode_name(&at.set->representations[0].segments);
        const char *mode = mode_name(&at.representation->segments);
        if (mode != first)
            dash_report(findings, RULE_D11, SPOT(at.mpd, at.representation->node, NULL, at.track),
                        mode, first,
                        "this Representation is addressed by %s, the first of its set by %s", mode,
                        first);
    }
}

// Where the attribute in force stands.
static const xmlNode *level_with(const struct mpd_segments *segments, const char *name)
{
    for (size_t i = 0; i < segments->level_count; i++)
        if (node_attr(segments->levels[i], name))
            return segments->levels[i];
    return segments->node;
}

static void check_template(const struct mpd *mpd, const xmlNode *node, const char *name,
                           struct findings *findings)
{
    const char *text = node_attr(node, name);
    const char *at = text;
    struct template_part part;
    bool is_media = strcmp(name, "media") == 0 || strcmp(name, "index") == 0;
    while (text && template_next(&at, &part)) {
        if (part.kind == TEMPLATE_BAD)
            dash_report(findings, RULE_D12, SPOT(mpd, node, name), text, NULL,
                        "%s holds %.*s, which is no identifier of a template", name,
                        (int)(part.size < 80 ? part.size : 80), part.text);
        else if (!is_media && (part.kind == TEMPLATE_NUMBER || part.kind == TEMPLATE_TIME ||
                               part.kind == TEMPLATE_SUBNUMBER))
            dash_report(findings, RULE_D12, SPOT(mpd, node, name), text, NULL,
                        "%s holds %.*s, which only media segments have", name, (int)part.size,
                        part.text);
    }
    if (is_media && template_has(text, TEMPLATE_NUMBER) && template_has(text, TEMPLATE_TIME))
        dash_report(findings, RULE_D12, SPOT(mpd, node, name), text, NULL,
                    "%s holds both $Number$ and $Time$", name);
}

static void check_templates_of(const struct mpd *mpd, const xmlNode *parent,
                               struct findings *findings)
{
    static const char *const names[] = {"media", "index", "initialization", "bitstreamSwitching"};
    NODE_EACH(node, parent, "SegmentTemplate")
    {
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            check_template(mpd, node, names[i], findings);
    }
}

// Segments that are several need addresses that differ.
static bool has_several(const struct dash_cursor *at)
{
    const struct mpd_segments *segments = &at->representation->segments;
    if (at->track)
        return at->track->segment_count > 1;
    return segments->timeline_count > 1 || (segments->timeline_count && segments->timeline[0].r);
}

DASH_RUN(D12)
{
    struct dash_cursor periods = {evidence}, sets = {evidence}, at = {evidence};
    while (dash_next(&periods, DEPTH_PERIOD))
        check_templates_of(periods.mpd, periods.period->node, findings);
    while (dash_next(&sets, DEPTH_SET))
        check_templates_of(sets.mpd, sets.set->node, findings);
    const xmlNode *told = NULL;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        check_templates_of(at.mpd, at.representation->node, findings);
        if (segments->addressing != ADDRESS_TEMPLATE || !segments->media)
            continue;
        const xmlNode *node = level_with(segments, "media");
        if (has_several(&at) && !template_has(segments->media, TEMPLATE_NUMBER) &&
            !template_has(segments->media, TEMPLATE_TIME) && node != told) {
            told = node;
            dash_report(findings, RULE_D12, SPOT(at.mpd, node, "media"), segments->media, NULL,
                        "media has neither $Number$ nor $Time$, so that all segments have one "
                        "address");
        }
    }
}

DASH_RUN(D13)
{
    struct dash_cursor at = {evidence};
    const xmlNode *told = NULL;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        if (segments->addressing != ADDRESS_TEMPLATE && segments->addressing != ADDRESS_LIST)
            continue;
        bool is_counted = segments->addressing == ADDRESS_LIST
                              ? segments->url_count > 1
                              : template_has(segments->media, TEMPLATE_NUMBER) ||
                                    template_has(segments->media, TEMPLATE_TIME);
        bool has_both = segments->has_duration && segments->has_timeline;
        bool has_none = is_counted && !segments->has_duration && !segments->has_timeline;
        bool has_zero = segments->has_duration && segments->duration == 0;
        if ((!has_both && !has_none && !has_zero) || segments->node == told)
            continue;
        told = segments->node;
        dash_report(findings, RULE_D13,
                    SPOT(at.mpd, segments->node, has_none ? NULL : "duration", at.track), NULL,
                    NULL, "%s",
                    has_both   ? "there are both a duration and a SegmentTimeline"
                    : has_zero ? "the duration of segments is 0"
                               : "there is neither a duration nor a SegmentTimeline");
    }
}

// One SegmentTimeline, with the Period that must end it.
struct timeline_check {
    const struct dash_cursor *at;
    struct findings *findings;
    const xmlNode *node;
};

static const xmlNode *s_node(const struct timeline_check *check, size_t index)
{
    const xmlNode *node = node_child(check->node, "S");
    while (index-- && node)
        node = node_next(node, "S");
    return node ? node : check->node;
}

static void timeline_fault(const struct timeline_check *check, size_t index, const char *stated,
                           const char *measured, const char *message)
{
    // Finding the element again takes its time: not for ever.
    bool is_near = check->findings->total[RULE_D14] < FINDINGS_PER_RULE;
    dash_report(check->findings, RULE_D14,
                SPOT(check->at->mpd, is_near ? s_node(check, index) : check->node), stated,
                measured, "%s", message);
}

static void check_s_time(const struct timeline_check *check, size_t i, uint64_t expected)
{
    const struct mpd_s *s = &check->at->representation->segments.timeline[i];
    if (i == 0 || !s->has_t || s->t == expected)
        return;
    AUTO_FREE char *stated = mem_printf("%" PRIu64, s->t);
    AUTO_FREE char *measured = mem_printf("%" PRIu64, expected);
    uint64_t ticks = s->t > expected ? s->t - expected : expected - s->t;
    AUTO_FREE char *message =
        mem_printf("S begins at %s, but the one before it ends at %s: a%s of %" PRIu64 " ticks",
                   stated, measured, s->t > expected ? " gap" : "n overlap", ticks);
    timeline_fault(check, i, stated, measured, message);
}

static void check_timeline(const struct timeline_check *check)
{
    const struct mpd_segments *segments = &check->at->representation->segments;
    uint64_t time = 0;
    bool is_open = false; // the end of the S before is not known
    for (size_t i = 0; i < segments->timeline_count; i++) {
        const struct mpd_s *s = &segments->timeline[i];
        bool is_last = i + 1 == segments->timeline_count;
        if (!is_open)
            check_s_time(check, i, time);
        if (s->has_t)
            time = s->t;
        if (s->d == 0)
            timeline_fault(check, i, "0", NULL, "the duration d of S is 0 or missing");
        if (s->r < -1)
            timeline_fault(check, i, NULL, NULL, "the repeat count r of S is below -1");
        is_open = s->r < 0;
        if (is_open) {
            bool is_ended = is_last ? check->at->period->has_duration || check->at->mpd->is_dynamic
                                    : segments->timeline[i + 1].has_t;
            if (!is_ended)
                timeline_fault(check, i, "-1", NULL,
                               "r is -1, but neither a following S@t nor the end of the Period "
                               "says how often S repeats");
            continue;
        }
        uint64_t span = 0;
        if (__builtin_mul_overflow(s->d, (uint64_t)s->r + 1, &span) ||
            __builtin_add_overflow(time, span, &time) || time > INT64_MAX) {
            timeline_fault(check, i, NULL, NULL, "the times of the SegmentTimeline overflow");
            return;
        }
    }
}

DASH_RUN(D14)
{
    struct dash_cursor at = {evidence};
    const struct mpd_s *told = NULL;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        if (!segments->has_timeline || segments->timeline == told)
            continue;
        told = segments->timeline;
        struct timeline_check check = {&at, findings, NULL};
        for (size_t i = 0; i < segments->level_count && !check.node; i++)
            check.node = node_child(segments->levels[i], "SegmentTimeline");
        if (segments->timeline_count == 0)
            dash_report(findings, RULE_D14, SPOT(at.mpd, check.node), NULL, NULL,
                        "the SegmentTimeline is empty");
        check_timeline(&check);
    }
}

static bool is_beyond(const struct evidence *evidence, const struct track *track, size_t i)
{
    const struct track_segment *segment = &track->segments[i];
    const struct unit *unit = &evidence->units[segment->unit];
    const struct resource *resource = &evidence->resources[unit->resource];
    // Once read, a unit has the size of what came.
    bool is_over = resource->size_bytes >= 0 && unit->size_bytes >= 0 &&
                   unit->offset_bytes > resource->size_bytes - unit->size_bytes;
    return segment->has_own_range && (unit->is_cut || is_over);
}

static void check_file_ranges(const struct dash_cursor *at, struct findings *findings)
{
    if (!at->track || at->track->has_index)
        return;
    for (size_t i = 0; i < at->track->segment_count; i++) {
        if (!is_beyond(at->evidence, at->track, i))
            continue;
        const struct unit *unit = track_unit(at->evidence, at->track, i);
        const struct resource *resource = &at->evidence->resources[unit->resource];
        const struct mpd_segments *segments = &at->representation->segments;
        int64_t size =
            unit->is_cut && i < segments->url_count ? segments->urls[i].size : unit->size_bytes;
        int64_t end = unit->is_cut ? unit->offset_bytes + unit->size_bytes : resource->size_bytes;
        AUTO_FREE char *stated =
            mem_printf("%" PRId64 "-%" PRId64, unit->offset_bytes, unit->offset_bytes + size - 1);
        AUTO_FREE char *measured = mem_printf("%" PRId64 " bytes", end);
        dash_report(findings, RULE_D47,
                    SPOT(at->mpd, at->representation->segments.node, "mediaRange", at->track),
                    stated, measured, "the range %s ends beyond %s, which has %s", stated,
                    resource->name, measured);
        return;
    }
}

DASH_RUN(D47)
{
    struct dash_cursor at = {evidence};
    const xmlNode *told = NULL;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        check_file_ranges(&at, findings);
        const xmlNode *node = segments->node ? level_with(segments, "indexRangeExact") : NULL;
        if (node && node != told && node_attr(node, "indexRangeExact") &&
            !node_attr(level_with(segments, "indexRange"), "indexRange")) {
            told = node;
            dash_report(findings, RULE_D47, SPOT(at.mpd, node, "indexRangeExact"), NULL, NULL,
                        "there is an indexRangeExact and no indexRange");
        }
    }
}

DASH_RUN(D58)
{
    struct dash_cursor at = {evidence};
    const xmlNode *told = NULL;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        bool has_ticks = segments->has_duration || segments->has_timeline ||
                         segments->addressing == ADDRESS_BASE;
        if (!segments->node || segments->node == told || !has_ticks ||
            node_attr(level_with(segments, "timescale"), "timescale"))
            continue;
        told = segments->node;
        dash_report(findings, RULE_D58, SPOT(at.mpd, segments->node, "timescale"), NULL, NULL,
                    "%s states no timescale, so that times count in whole seconds",
                    (const char *)segments->node->name);
    }
}

static bool is_timed_text_file(const xmlNode *representation)
{
    const char *mime = node_common(representation, "mimeType", NULL);
    return has_prefix(mime, "text/") || has_prefix(mime, "application/ttml") ||
           has_prefix(mime, "image/");
}

DASH_RUN(D61)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        const char *why = NULL;
        bool has_base = at.representation->base_url != NULL;
        if (segments->addressing == ADDRESS_TEMPLATE && !segments->media &&
            !(has_base && segments->index_size >= 0))
            why = "its SegmentTemplate has no media";
        else if (segments->addressing == ADDRESS_LIST && !segments->url_count)
            why = "its SegmentList has no SegmentURL";
        else if ((segments->addressing == ADDRESS_NONE || segments->addressing == ADDRESS_BASE) &&
                 !has_base)
            why = "there is neither a BaseURL nor a SegmentTemplate nor a SegmentList";
        if (why)
            dash_report(findings, RULE_D61, SPOT(at.mpd, at.representation->node, NULL, at.track),
                        NULL, NULL, "this Representation leads to no segments: %s", why);
        else if (at.track && at.track->segment_count &&
                 !is_timed_text_file(at.representation->node))
            if (at.track->segments[0].init == NONE && !segments->has_initialization &&
                (segments->addressing == ADDRESS_TEMPLATE ||
                 segments->addressing == ADDRESS_LIST) &&
                track_unit(evidence, at.track, 0)->is_fmp4)
                dash_report(findings, RULE_D61,
                            SPOT(at.mpd, segments->node, "initialization", at.track), NULL, NULL,
                            "the segments are MP4 and no initialization segment is named");
    }
}

// Whether both name the same bytes from their first segment on.
static bool is_same_media(const struct evidence *evidence, const struct track *a,
                          const struct track *b)
{
    if (!a || !b || !a->segment_count || a->segment_count != b->segment_count)
        return false;
    const struct unit *one = track_unit(evidence, a, 0), *other = track_unit(evidence, b, 0);
    return one->resource == other->resource && one->offset_bytes == other->offset_bytes;
}

DASH_RUN(D60)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        size_t own = at.representation_next - 1;
        if (own == 0)
            continue;
        const struct mpd_representation *before = &at.set->representations[own - 1];
        if (is_same_media(evidence, at.track, representation_track(evidence, before)))
            dash_report(findings, RULE_D60,
                        SPOT(at.mpd, at.representation->segments.node, "media", at.track), NULL,
                        NULL, "the Representations %.80s and %.80s lead to the same segments",
                        before->id, at.representation->id);
    }
}

DASH_RUN(D63)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        struct rational own, whole;
        const char *upper = node_attr(at.mpd->root, "timeShiftBufferDepth");
        const xmlNode *node = segments->node ? level_with(segments, "timeShiftBufferDepth") : NULL;
        const char *text = node_attr(node, "timeShiftBufferDepth");
        if (mpd_duration_parse(text, &own) && mpd_duration_parse(upper, &whole) &&
            rational_cmp(own, whole) < 0)
            dash_report(findings, RULE_D63, SPOT(at.mpd, node, "timeShiftBufferDepth", at.track),
                        text, upper, "timeShiftBufferDepth is below that of the MPD");
    }
}
