// SPDX-License-Identifier: BSD-2-Clause
// Rules about the MPD element and its Periods: what static and dynamic need, and that
// durations and starts agree with each other and with the media.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

#define MS(count) ((struct rational){(count), 1000})

DASH_RUN(D2)
{
    static const char *const names[] = {"availabilityStartTime", "publishTime"};
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        for (size_t i = 0; at.mpd->is_dynamic && i < ARRAY_LEN(names); i++)
            if (!node_attr(at.mpd->root, names[i]))
                dash_report(findings, RULE_D2, SPOT(at.mpd, NULL, names[i]), NULL, NULL,
                            "a dynamic MPD lacks %s", names[i]);
}

DASH_RUN(D5)
{
    static const char *const names[] = {"minimumUpdatePeriod", "timeShiftBufferDepth"};
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        for (size_t i = 0; !at.mpd->is_dynamic && i < ARRAY_LEN(names); i++) {
            const char *text = node_attr(at.mpd->root, names[i]);
            if (text)
                dash_report(findings, RULE_D5, SPOT(at.mpd, NULL, names[i]), text, NULL,
                            "a static MPD states %s, which only a dynamic one has", names[i]);
        }
}

static bool has_xlink(const xmlNode *node)
{
    return node_attr_ns(node, "href", XLINK_NAMESPACE) != NULL;
}

static bool any_period_has_xlink(const struct mpd *mpd)
{
    for (size_t i = 0; i < mpd->period_count; i++)
        if (has_xlink(mpd->periods[i].node))
            return true;
    return false;
}

// What the audio and video of a Period really span, seconds on the MPD's timeline.
struct extent {
    bool is_known; // every audio and video track's end was measured, and there is one
    struct rational shortest, longest;
    struct rational frame; // the longest of any track
};

static bool is_played(const struct evidence *evidence, const struct track *track)
{
    enum media_kind kind = track_kind(evidence, track);
    return kind == MEDIA_VIDEO || kind == MEDIA_AUDIO;
}

static void extend(struct extent *extent, const struct dash_cursor *at, bool *has_one)
{
    const struct evidence *evidence = at->evidence;
    const struct track *track = at->track;
    const struct unit *unit;
    const struct init_facts *init;
    if (!track || at->set->is_trick || node_kind(at->representation->node) == MEDIA_TEXT ||
        node_kind(at->representation->node) == MEDIA_IMAGE)
        return;
    if (!track_last_measured(evidence, track, &unit, &init)) {
        extent->is_known = false;
        return;
    }
    if (!is_played(evidence, track))
        return;
    struct rational end = dash_unit_end(at, init, unit);
    struct rational frame = track_frame(evidence, track);
    if (!*has_one || rational_cmp(end, extent->longest) > 0)
        extent->longest = end;
    if (!*has_one || rational_cmp(end, extent->shortest) < 0)
        extent->shortest = end;
    if (!*has_one || rational_cmp(frame, extent->frame) > 0)
        extent->frame = frame;
    *has_one = true;
}

static void measure_extent(const struct dash_cursor *period, struct extent *ret)
{
    struct dash_cursor at = *period;
    const struct mpd_period *here = period->period;
    bool has_one = false;
    *ret = (struct extent){true, {0, 1}, {0, 1}, {0, 1}};
    while (dash_next(&at, DEPTH_REPRESENTATION) && at.period == here)
        extend(ret, &at, &has_one);
    ret->is_known = ret->is_known && has_one;
}

static void check_media_end(const struct dash_cursor *at, struct findings *findings)
{
    struct extent extent;
    char stated[40], measured[40];
    const struct mpd_period *period = at->period;
    if (!period->has_start || !period->has_duration)
        return;
    measure_extent(at, &extent);
    struct rational end = rational_add(period->start, period->duration);
    struct rational slack = rational_add(extent.frame, MS(1));
    bool is_last = at->period_next == at->mpd->period_count;
    bool is_long = rational_cmp(extent.longest, rational_sub(end, slack)) < 0;
    bool is_short = is_last && rational_cmp(extent.shortest, rational_add(end, slack)) > 0;
    if (!extent.is_known || (!is_long && !is_short))
        return;
    struct rational media = rational_sub(is_long ? extent.longest : extent.shortest, period->start);
    const char *attribute =
        node_attr(period->node, "duration") ? "duration" : "mediaPresentationDuration";
    const xmlNode *node = node_attr(period->node, "duration") ? period->node : at->mpd->root;
    dash_seconds_text(period->duration, stated);
    dash_seconds_text(media, measured);
    dash_report(findings, RULE_D3, SPOT(at->mpd, node, attribute), stated, measured,
                is_long ? "the Period is said to last %s, but no audio or video lasts longer "
                          "than %s"
                        : "the Period is said to last %s, but all audio and video lasts at "
                          "least %s",
                stated, measured);
}

static void check_total(const struct mpd *mpd, struct findings *findings)
{
    const struct mpd_period *last = mpd->period_count ? &mpd->periods[mpd->period_count - 1] : NULL;
    struct rational own;
    bool has_own = last && mpd_duration_parse(node_attr(last->node, "duration"), &own);
    char stated[40], measured[40];
    if (!last || any_period_has_xlink(mpd))
        return;
    if (!mpd->has_duration && !has_own) {
        if (!node_attr(mpd->root, "mediaPresentationDuration"))
            dash_report(findings, RULE_D3, SPOT(mpd, NULL, "mediaPresentationDuration"), NULL, NULL,
                        "a static MPD has neither mediaPresentationDuration nor a duration of "
                        "its last Period");
        return;
    }
    if (!mpd->has_duration || !has_own || !last->has_start)
        return;
    struct rational sum = rational_add(last->start, own);
    if (rational_cmp(dash_abs(rational_sub(sum, mpd->duration)), MS(1)) <= 0)
        return;
    dash_seconds_text(mpd->duration, stated);
    dash_seconds_text(sum, measured);
    dash_report(findings, RULE_D3, SPOT(mpd, NULL, "mediaPresentationDuration"), stated, measured,
                "mediaPresentationDuration is %s, but the Periods end at %s", stated, measured);
}

DASH_RUN(D3)
{
    struct dash_cursor mpds = {evidence};
    while (dash_next(&mpds, DEPTH_MPD))
        if (!mpds.mpd->is_dynamic)
            check_total(mpds.mpd, findings);
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_PERIOD))
        if (!at.mpd->is_dynamic)
            check_media_end(&at, findings);
}

static void check_follow(const struct mpd *mpd, size_t i, struct findings *findings)
{
    const struct mpd_period *period = &mpd->periods[i];
    const struct mpd_period *before = &mpd->periods[i - 1];
    struct rational own;
    char stated[40], measured[40];
    bool has_own = mpd_duration_parse(node_attr(before->node, "duration"), &own);
    if (!period->has_start && !mpd->is_dynamic && !has_xlink(before->node)) {
        dash_report(findings, RULE_D9, SPOT(mpd, period->node, "start"), NULL, NULL,
                    "where this Period starts is not known: it has no start, and the Period "
                    "before it has no duration");
        return;
    }
    if (!period->has_start || !before->has_start)
        return;
    struct rational end = has_own ? rational_add(before->start, own) : period->start;
    dash_seconds_text(period->start, stated);
    dash_seconds_text(has_own ? end : before->start, measured);
    // A Period may last no time (D72), and so may one that stands elsewhere.
    bool may_be_empty = (has_own && own.num == 0) || has_xlink(before->node);
    if (rational_cmp(period->start, before->start) < (may_be_empty ? 0 : 1))
        dash_report(findings, RULE_D9, SPOT(mpd, period->node, "start"), stated, NULL,
                    "this Period starts at %s, not after the Period before it", stated);
    else if (rational_cmp(dash_abs(rational_sub(period->start, end)), MS(1)) > 0)
        dash_report(findings, RULE_D9, SPOT(mpd, period->node, "start"), stated, measured,
                    "this Period starts at %s, but the one before it ends at %s", stated, measured);
}

DASH_RUN(D9)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD)) {
        const struct mpd_period *first = at.mpd->period_count ? &at.mpd->periods[0] : NULL;
        if (first && !at.mpd->is_dynamic && first->has_start && first->start.num != 0)
            dash_report(findings, RULE_D9, SPOT(at.mpd, first->node, "start"),
                        node_attr(first->node, "start"), NULL,
                        "the first Period of a static MPD does not start at 0");
        for (size_t i = 1; i < at.mpd->period_count; i++)
            check_follow(at.mpd, i, findings);
    }
}

DASH_RUN(D34)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        if (at.mpd->is_dynamic && !node_child(at.mpd->root, "UTCTiming"))
            dash_report(findings, RULE_D34, SPOT(at.mpd, NULL), NULL, NULL,
                        "a dynamic MPD has no UTCTiming, so that clients cannot set their clocks");
    struct dash_cursor periods = {evidence};
    while (dash_next(&periods, DEPTH_PERIOD))
        if (periods.mpd->is_dynamic && !node_attr(periods.period->node, "id"))
            dash_report(findings, RULE_D34, SPOT(periods.mpd, periods.period->node, "id"), NULL,
                        NULL, "a Period of a dynamic MPD has no id");
}

DASH_RUN(D51)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD)) {
        const xmlNode *first = node_child(at.mpd->root, "ProgramInformation");
        bool has_several = node_next(first, "ProgramInformation") != NULL;
        for (const xmlNode *node = first; has_several && node;
             node = node_next(node, "ProgramInformation"))
            if (!node_attr(node, "lang"))
                dash_report(findings, RULE_D51, SPOT(at.mpd, node, "lang"), NULL, NULL,
                            "there are several ProgramInformation, and this one has no lang");
    }
}

static void check_dates(const struct mpd *mpd, struct findings *findings)
{
    struct rational start, end;
    const char *start_text = node_attr(mpd->root, "availabilityStartTime");
    const char *end_text = node_attr(mpd->root, "availabilityEndTime");
    if (read_date(start_text, &start) && read_date(end_text, &end) && rational_cmp(end, start) <= 0)
        dash_report(findings, RULE_D62, SPOT(mpd, NULL, "availabilityEndTime"), end_text,
                    start_text, "availabilityEndTime is not after availabilityStartTime");
}

DASH_RUN(D62)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD)) {
        const struct mpd *mpd = at.mpd;
        if (!mpd->is_dynamic)
            continue;
        check_dates(mpd, findings);
        const struct mpd_period *last =
            mpd->period_count ? &mpd->periods[mpd->period_count - 1] : NULL;
        if (!node_attr(mpd->root, "minimumUpdatePeriod") &&
            !node_attr(mpd->root, "mediaPresentationDuration") &&
            !(last && node_attr(last->node, "duration")))
            dash_report(findings, RULE_D62, SPOT(mpd, NULL, "minimumUpdatePeriod"), NULL, NULL,
                        "a dynamic MPD has neither minimumUpdatePeriod nor an end");
    }
}

DASH_RUN(D72)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_PERIOD)) {
        const char *text = node_attr(at.period->node, "duration");
        struct rational duration;
        if (mpd_duration_parse(text, &duration) && duration.num == 0)
            dash_report(findings, RULE_D72, SPOT(at.mpd, at.period->node, "duration"), text, NULL,
                        "this Period lasts no time at all");
    }
}
