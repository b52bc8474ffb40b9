// SPDX-License-Identifier: BSD-2-Clause
// Rules that hold stated times against the media: where a Period's media begins, S@t and
// S@d, numbers and counts, and that a Representation covers its Period.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "manifests/validate/dash/template_private.h"
#include "src/base/mem.h"

static struct rational larger(struct rational a, struct rational b)
{
    return rational_cmp(a, b) > 0 ? a : b;
}

static bool is_within(struct rational a, struct rational b, struct rational slack)
{
    return rational_cmp(dash_abs(rational_sub(a, b)), slack) <= 0;
}

static bool is_media(const struct init_facts *init)
{
    return init->kind == MEDIA_VIDEO || init->kind == MEDIA_AUDIO;
}

DASH_RUN(D16)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct unit *unit;
        const struct init_facts *init;
        char stated[40], measured[40];
        if (at.mpd->is_dynamic || !at.track || !at.track->segment_count || !at.period->has_start ||
            !track_measured(evidence, at.track, 0, &unit, &init) || !is_media(init) ||
            at.set->is_trick)
            continue;
        struct rational start = dash_unit_start(&at, init, unit);
        // Reordering delay that no edit list takes back, or priming: a few frames.
        struct rational frames =
            rational_mul(track_frame(evidence, at.track), (struct rational){3, 1});
        struct rational slack = larger(frames, (struct rational){1, 10});
        bool is_late = rational_cmp(start, rational_add(at.period->start, slack)) > 0;
        // A later Period may begin inside a segment; so may none that is alone.
        bool is_early = at.mpd->period_count == 1 &&
                        rational_cmp(start, rational_sub(at.period->start, slack)) < 0;
        if (!is_late && !is_early)
            continue;
        dash_seconds_text(at.period->start, stated);
        dash_seconds_text(start, measured);
        dash_report(
            findings, RULE_D16,
            SPOT(at.mpd, at.representation->segments.node, "presentationTimeOffset", at.track),
            stated, measured,
            "the Period starts at %s, but with presentationTimeOffset its media begins "
            "at %s",
            stated, measured);
    }
}

// One tick of the MPD and one of the media.
static struct rational tick_slack(const struct mpd_segments *segments,
                                  const struct init_facts *init)
{
    return rational_add(rational_make(1, (int64_t)segments->timescale_hz),
                        rational_make(1, init->timescale_hz));
}

// What packagers mean by S@t: the time shown (which is what the standard says), shown
// before the edit list, coded. A track keeps to one of them.
enum time_sense { SENSE_SHOWN, SENSE_UNEDITED, SENSE_CODED, SENSE_COUNT };

static struct rational time_of(const struct init_facts *init, const struct unit *unit,
                               enum time_sense sense)
{
    struct rational shown = ticks_to_seconds(init, unit->earliest_time);
    if (sense == SENSE_UNEDITED)
        return shown;
    if (sense == SENSE_CODED)
        return ticks_to_seconds(init, unit->decode_time > INT64_MAX ? INT64_MAX
                                                                    : (int64_t)unit->decode_time);
    shown = rational_sub(shown, ticks_to_seconds(init, init->edit_media_time));
    return init->edit_empty.den ? rational_add(shown, init->edit_empty) : shown;
}

static bool is_time_of(const struct init_facts *init, const struct unit *unit,
                       struct rational stated, struct rational slack)
{
    for (int sense = 0; sense < SENSE_COUNT; sense++)
        if (is_within(stated, time_of(init, unit, (enum time_sense)sense), slack))
            return true;
    return false;
}

static bool is_duration_of(const struct dash_cursor *at, size_t i, struct rational stated,
                           struct rational slack)
{
    const struct unit *unit, *next;
    const struct init_facts *init, *next_init;
    if (!track_measured(at->evidence, at->track, i, &unit, &init))
        return true;
    struct rational coded =
        ticks_to_seconds(init, unit->duration > INT64_MAX ? INT64_MAX : (int64_t)unit->duration);
    struct rational shown = rational_sub(ticks_to_seconds(init, unit->latest_end),
                                         ticks_to_seconds(init, unit->earliest_time));
    struct rational edit = ticks_to_seconds(init, init->edit_media_time);
    if (is_within(stated, coded, slack) || is_within(stated, shown, slack))
        return true;
    // An edit takes off the beginning of the first one.
    if (i == 0 && rational_cmp(stated, coded) < 0 &&
        rational_cmp(rational_add(rational_sub(coded, edit), (struct rational){0, 1}),
                     rational_add(stated, slack)) <= 0)
        return true;
    if (i + 1 == at->track->segment_count) {
        // The last one may be stated to the end of the Period, which ends in it.
        struct rational end = rational_add(at->track->segments[i].start, stated);
        return at->period->has_duration && rational_cmp(stated, coded) < 0 &&
               is_within(end, rational_add(at->period->start, at->period->duration), slack);
    }
    if (!track_measured(at->evidence, at->track, i + 1, &next, &next_init))
        return true;
    struct rational gap = rational_sub(ticks_to_seconds(next_init, next->earliest_time),
                                       ticks_to_seconds(init, unit->earliest_time));
    return is_within(stated, gap, slack);
}

// Stated seconds of segment i on the media's timeline (S@t over timescale).
static struct rational stated_time(const struct dash_cursor *at, size_t i)
{
    return rational_make(at->track->segments[i].stated_ticks,
                         (int64_t)at->representation->segments.timescale_hz);
}

// Half a segment away counts as another one where only durations are stated.
static bool is_there(const struct dash_cursor *at, size_t i, size_t stated)
{
    const struct unit *unit;
    const struct init_facts *init;
    const struct mpd_segments *segments = &at->representation->segments;
    if (stated >= at->track->segment_count ||
        !track_measured(at->evidence, at->track, i, &unit, &init))
        return false;
    const struct track_segment *other = &at->track->segments[stated];
    if (other->stated_ticks >= 0)
        return is_time_of(init, unit, stated_time(at, stated), tick_slack(segments, init));
    struct rational half = rational_mul(other->duration, (struct rational){1, 2});
    return is_within(dash_unit_start(at, init, unit), other->start, half);
}

// By how many places the files lie beside what is stated: 1 when file i is stated as i + 1,
// 0 when all is well or it is something else.
static int shift_of(const struct dash_cursor *at)
{
    size_t count = at->track ? at->track->segment_count : 0;
    if (count < 3 || !template_has(at->representation->segments.media, TEMPLATE_NUMBER))
        return 0;
    for (int shift = 1; shift >= -1; shift -= 2) {
        size_t fits = 0, asked = 0;
        for (size_t i = 1; i + 1 < count && asked < 8; i++) {
            const struct unit *unit;
            const struct init_facts *init;
            if (!track_measured(at->evidence, at->track, i, &unit, &init))
                continue;
            asked++;
            fits += !is_there(at, i, i) && is_there(at, i, (size_t)((int64_t)i + shift));
        }
        if (asked && fits == asked)
            return shift;
    }
    return 0;
}

// The sense in which most stated times are true.
static enum time_sense sense_of(const struct dash_cursor *at)
{
    size_t fits[SENSE_COUNT] = {0};
    int best = SENSE_SHOWN;
    for (size_t i = 0; i < at->track->segment_count; i++) {
        const struct unit *unit;
        const struct init_facts *init;
        if (at->track->segments[i].stated_ticks < 0 ||
            !track_measured(at->evidence, at->track, i, &unit, &init))
            continue;
        struct rational slack = tick_slack(&at->representation->segments, init);
        for (int sense = 0; sense < SENSE_COUNT; sense++)
            fits[sense] +=
                is_within(stated_time(at, i), time_of(init, unit, (enum time_sense)sense), slack);
    }
    for (int sense = 1; sense < SENSE_COUNT; sense++)
        if (fits[sense] > fits[best])
            best = sense;
    return (enum time_sense)best;
}

static void check_stated(const struct dash_cursor *at, size_t i, enum time_sense sense,
                         struct findings *findings)
{
    const struct unit *unit;
    const struct init_facts *init;
    const struct mpd_segments *segments = &at->representation->segments;
    const struct track_segment *segment = &at->track->segments[i];
    char stated[40], measured[40];
    if (!track_measured(at->evidence, at->track, i, &unit, &init))
        return;
    struct rational slack = tick_slack(segments, init);
    struct rational real = time_of(init, unit, sense), written = stated_time(at, i);
    struct spot spot = {at->mpd, segments->node, NULL, at->track, segment->line};
    bool is_true = is_within(written, real, slack);
    // An edit that begins inside the first segment: it is shown from 0, or as it is coded.
    if (i == 0 && !is_true)
        is_true = is_time_of(init, unit, written, slack) || (real.num < 0 && written.num == 0);
    if (!is_true) {
        snprintf(stated, sizeof stated, "%" PRId64, segment->stated_ticks);
        snprintf(measured, sizeof measured, "%" PRId64,
                 rational_round(real, (int64_t)segments->timescale_hz));
        dash_report(findings, RULE_D17, &spot, stated, measured,
                    "segment %zu is stated to begin at %s ticks, but it begins at %s", i + 1,
                    stated, measured);
    } else if (!is_duration_of(at, i, segment->duration, slack)) {
        dash_seconds_text(segment->duration, stated);
        dash_seconds_text(unit_duration(init, unit), measured);
        dash_report(findings, RULE_D17, &spot, stated, measured,
                    "segment %zu is stated to last %s, but it lasts %s", i + 1, stated, measured);
    }
}

static void check_nominal(const struct dash_cursor *at, size_t i, struct findings *findings)
{
    const struct unit *unit;
    const struct init_facts *init;
    const struct track_segment *segment = &at->track->segments[i];
    char stated[40], measured[40];
    if (!track_measured(at->evidence, at->track, i, &unit, &init))
        return;
    struct rational start = dash_unit_start(at, init, unit);
    struct rational half = rational_mul(segment->duration, (struct rational){1, 2});
    if (is_within(start, segment->start, half))
        return;
    dash_seconds_text(segment->start, stated);
    dash_seconds_text(start, measured);
    dash_report(findings, RULE_D17,
                SPOT(at->mpd, at->representation->segments.node, "duration", at->track), stated,
                measured,
                "by its number segment %zu begins at %s, but it begins at %s: more than half a "
                "segment away",
                i + 1, stated, measured);
}

DASH_RUN(D17)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        if (!at.track || at.track->has_index || !segments->node || shift_of(&at))
            continue;
        enum time_sense sense = sense_of(&at);
        for (size_t i = 0; i < at.track->segment_count; i++)
            if (at.track->segments[i].stated_ticks >= 0)
                check_stated(&at, i, sense, findings);
            else if (segments->has_duration && at.track->segments[i].duration.num)
                check_nominal(&at, i, findings);
    }
}

static void check_missing(const struct dash_cursor *at, struct findings *findings)
{
    const struct evidence *evidence = at->evidence;
    size_t missing = 0, first = NONE, count = at->track->segment_count;
    for (size_t i = 0; i < count; i++) {
        const struct unit *unit = track_unit(evidence, at->track, i);
        if (!evidence->resources[unit->resource].is_missing)
            continue;
        missing++;
        first = first == NONE ? i : first;
    }
    if (!missing)
        return;
    char stated[24], measured[24];
    snprintf(stated, sizeof stated, "%zu", count);
    snprintf(measured, sizeof measured, "%zu", count - missing);
    const struct unit *unit = track_unit(evidence, at->track, first);
    dash_report(findings, RULE_D18,
                SPOT(at->mpd, at->representation->segments.node, NULL, at->track), stated, measured,
                "%s segments are listed, but only %s are there; the first that is missing is "
                "segment %zu, %s",
                stated, measured, first + 1, evidence->resources[unit->resource].name);
}

DASH_RUN(D18)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        if (!at.track || !segments->node || at.track->has_index)
            continue;
        check_missing(&at, findings);
        int shift = shift_of(&at);
        char stated[24], measured[24];
        snprintf(stated, sizeof stated, "%" PRIu64, segments->start_number);
        snprintf(measured, sizeof measured, "%" PRId64, (int64_t)segments->start_number - shift);
        if (shift)
            dash_report(findings, RULE_D18, SPOT(at.mpd, segments->node, "startNumber", at.track),
                        stated, measured,
                        "the numbers are one off: what is stated for a segment is true of the one "
                        "%s it, as if startNumber were %s",
                        shift > 0 ? "before" : "after", measured);
    }
}

DASH_RUN(D40)
{
    struct dash_cursor at = {evidence};
    static const struct rational slack = {1, 2};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct unit *unit;
        const struct init_facts *init;
        char stated[40], measured[40];
        if (at.mpd->is_dynamic || !at.track || !at.period->has_start || !at.period->has_duration ||
            at.set->is_trick || !track_last_measured(evidence, at.track, &unit, &init) ||
            !is_media(init))
            continue;
        struct rational end = dash_unit_end(&at, init, unit);
        struct rational wanted = rational_add(at.period->start, at.period->duration);
        if (rational_cmp(rational_add(end, slack), wanted) >= 0)
            continue;
        dash_seconds_text(wanted, stated);
        dash_seconds_text(end, measured);
        dash_report(findings, RULE_D40, SPOT(at.mpd, at.representation->node, NULL, at.track),
                    stated, measured, "the Period ends at %s, but this Representation ends at %s",
                    stated, measured);
    }
}

DASH_RUN(D73)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        const struct unit *unit;
        const struct init_facts *init;
        int64_t delta;
        const char *text = segments_attr(segments, "eptDelta");
        if (!read_signed(text, &delta) || !at.track || !at.track->segment_count ||
            !track_measured(evidence, at.track, 0, &unit, &init))
            continue;
        struct rational real = rational_sub(dash_unit_start(&at, init, unit), at.period->start);
        struct rational stated = rational_make(delta, (int64_t)segments->timescale_hz);
        char measured[24];
        snprintf(measured, sizeof measured, "%" PRId64,
                 rational_round(real, (int64_t)segments->timescale_hz));
        if (!is_within(real, stated, track_frame(evidence, at.track)))
            dash_report(findings, RULE_D73, SPOT(at.mpd, segments->node, "eptDelta", at.track),
                        text, measured, "eptDelta is %.24s, but the media begins at %s", text,
                        measured);
    }
}
