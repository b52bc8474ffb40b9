// SPDX-License-Identifier: BSD-2-Clause
// Dynamic MPDs, as far as one reading shows what is wrong, and numbers that clients cannot
// hold.
#include <inttypes.h>
#include <stdio.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

// What lies between the end of the newest segment and the MPD that lists it, and may be
// encoders and networks. More, and the timeline has stood still.
#define STALE_S 60

struct extent { // of a SegmentTimeline, seconds on the MPD's timeline
    struct rational start, end;
    struct rational longest; // segment
};

// False: there is none, or it goes on to an end that the MPD does not know.
static bool timeline_extent(const struct dash_cursor *at, struct extent *ret)
{
    const struct mpd_segments *segments = &at->representation->segments;
    const struct track *track = at->track;
    if (!segments->has_timeline || !track || track->segment_count < segments->timeline_count ||
        !track->segment_count || !at->period->has_start)
        return false;
    for (size_t i = 0; i < segments->timeline_count; i++)
        if (segments->timeline[i].r < 0)
            return false;
    const struct track_segment *last = &track->segments[track->segment_count - 1];
    *ret = (struct extent){.start = track->segments[0].start,
                           .end = rational_add(last->start, last->duration),
                           .longest = {0, 1}};
    for (size_t i = 0; i < track->segment_count; i++)
        if (rational_cmp(track->segments[i].duration, ret->longest) > 0)
            ret->longest = track->segments[i].duration;
    return true;
}

DASH_RUN(D78)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        struct rational depth;
        struct extent extent;
        char stated[40], measured[40];
        const char *text = node_attr(at.mpd->root, "timeShiftBufferDepth");
        if (!at.mpd->is_dynamic || at.representation_next != 1 ||
            !mpd_duration_parse(text, &depth) || !timeline_extent(&at, &extent))
            continue;
        // A timeline that still begins with its Period holds all that there was.
        struct rational gone = rational_sub(extent.start, at.period->start);
        struct rational listed = rational_sub(extent.end, extent.start);
        if (rational_cmp(gone, extent.longest) <= 0 ||
            rational_cmp(rational_add(listed, extent.longest), depth) >= 0)
            continue;
        dash_seconds_text(depth, stated);
        dash_seconds_text(listed, measured);
        dash_report(findings, RULE_D78,
                    SPOT(at.mpd, at.representation->segments.node, NULL, at.track), stated,
                    measured,
                    "clients may go back %s by timeShiftBufferDepth, and the timeline lists only "
                    "the last %s",
                    stated, measured);
    }
}

// When the newest segment of the last Period ends, in seconds since 1970.
static bool newest_end(const struct evidence *evidence, const struct mpd *mpd, struct rational *ret)
{
    struct dash_cursor at = {evidence};
    bool has_one = false;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        struct extent extent;
        if (at.mpd != mpd || at.period != &mpd->periods[mpd->period_count - 1] ||
            !timeline_extent(&at, &extent))
            continue;
        struct rational end = rational_add(mpd->availability_start, extent.end);
        if (!has_one || rational_cmp(end, *ret) > 0)
            *ret = end;
        has_one = true;
    }
    return has_one;
}

static void check_stale(const struct evidence *evidence, const struct mpd *mpd,
                        struct rational publish, struct findings *findings)
{
    const struct mpd_period *last = mpd->period_count ? &mpd->periods[mpd->period_count - 1] : NULL;
    struct rational update, end;
    char measured[40];
    if (!last || node_attr(last->node, "duration") || mpd->has_duration ||
        !mpd->has_availability_start ||
        !mpd_duration_parse(node_attr(mpd->root, "minimumUpdatePeriod"), &update) ||
        !newest_end(evidence, mpd, &end))
        return;
    struct rational allowed =
        rational_add((struct rational){STALE_S, 1}, rational_mul(update, (struct rational){2, 1}));
    struct rational behind = rational_sub(publish, end);
    if (rational_cmp(behind, allowed) <= 0)
        return;
    dash_seconds_text(behind, measured);
    dash_report(findings, RULE_D79, SPOT(mpd, NULL, "publishTime"),
                node_attr(mpd->root, "publishTime"), measured,
                "the newest segment that is listed ended %s before publishTime, and its Period has "
                "no end",
                measured);
}

DASH_RUN(D79)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD)) {
        const char *publish_text = node_attr(at.mpd->root, "publishTime");
        const char *end_text = node_attr(at.mpd->root, "availabilityEndTime");
        struct rational publish, end;
        if (!at.mpd->is_dynamic || !read_date(publish_text, &publish))
            continue;
        if (read_date(end_text, &end) && rational_cmp(publish, end) > 0)
            dash_report(findings, RULE_D79, SPOT(at.mpd, NULL, "publishTime"), publish_text,
                        end_text, "publishTime is after availabilityEndTime, when all was gone");
        check_stale(evidence, at.mpd, publish, findings);
    }
}

// --- D82: times in a script's numbers

#define EXACT_MAX (INT64_C(1) << 53)

// The greatest time that is stated or coded, in ticks; which attribute or box says so.
static uint64_t greatest_time(const struct dash_cursor *at, const char **ret_where)
{
    const struct mpd_segments *segments = &at->representation->segments;
    const struct track *track = at->track;
    uint64_t most = segments->presentation_time_offset;
    *ret_where = "presentationTimeOffset";
    for (size_t i = 0; track && i < track->segment_count; i++) {
        const struct unit *unit = track_unit(at->evidence, track, i);
        int64_t stated = track->segments[i].stated_ticks;
        if (stated >= 0 && (uint64_t)stated > most) {
            most = (uint64_t)stated;
            *ret_where = "S@t";
        }
        if (unit->is_read && unit->is_fmp4 && unit->decode_time > most) {
            most = unit->decode_time;
            *ret_where = "tfdt";
        }
    }
    return most;
}

DASH_RUN(D82)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const char *where;
        uint64_t most = greatest_time(&at, &where);
        char stated[24];
        if (most <= (uint64_t)EXACT_MAX)
            continue;
        snprintf(stated, sizeof stated, "%" PRIu64, most);
        dash_report(findings, RULE_D82,
                    SPOT(at.mpd, at.representation->segments.node, NULL, at.track), stated,
                    "9007199254740992",
                    "%s goes up to %s, which is above 2^53: players in browsers lose its last "
                    "digits",
                    where, stated);
    }
}
