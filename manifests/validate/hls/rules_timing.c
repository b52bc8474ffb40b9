// SPDX-License-Identifier: BSD-2-Clause
// Durations as stated against durations as they are, and the playlists of a presentation
// against each other in time.
#include <inttypes.h>
#include <stdio.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

static const struct rational zero = {0, 1};

// --- M3

static void check_m3(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    const struct track *track = look_track(evidence, playlist);
    struct rational most = rational_make(playlist->target_duration * 2 + 1, 2);
    struct rational real;
    char target[24], measured[40];
    if (!track || track->origin == TRACK_HLS_IFRAMES || playlist->target_duration < 0)
        return;
    snprintf(target, sizeof target, "%" PRId64 " s", playlist->target_duration);
    for (size_t i = 0; i < track->segment_count; i++) {
        if (!track_shown_duration(evidence, track, i, &real) || rational_cmp(real, most) <= 0)
            continue;
        value_seconds(real, measured);
        FIND(M3, playlist, track->segments[i].line, target, measured,
             "the segment really lasts %s, over half a second more than the target duration of %s",
             measured, target);
    }
}
HLS_RUN(M3, media, check_m3)

// --- M6: no run of durations drifts away from what is there

struct drift {
    const struct evidence *evidence;
    const struct hls_playlist *playlist;
    const struct track *track;
    struct findings *findings;
    struct rational allowed;
    struct rational now, least, most; // stated less real since the run began
    size_t least_at, most_at;         // segments that had begun by then
    bool is_reported;
};

static void drift_restart(struct drift *drift, size_t at)
{
    drift->now = drift->least = drift->most = zero;
    drift->least_at = drift->most_at = at;
}

static void find_segment(struct drift *drift, size_t i, struct rational real)
{
    struct findings *findings = drift->findings;
    char stated[40], measured[40];
    value_seconds(drift->track->segments[i].duration, stated);
    value_seconds(real, measured);
    FIND(M6, drift->playlist, drift->track->segments[i].line, stated, measured,
         "EXTINF says %s, and the segment lasts %s", stated, measured);
}

static void find_run(struct drift *drift, size_t from, size_t until, struct rational off)
{
    struct findings *findings = drift->findings;
    char text[40];
    value_seconds(off, text);
    FIND(M6, drift->playlist, drift->track->segments[from].line, NULL, text,
         "the durations of the %zu segments from here are together %s off what is there",
         until - from, text);
    drift->is_reported = true;
}

static void drift_add(struct drift *drift, size_t i, struct rational real)
{
    struct rational off = rational_sub(drift->track->segments[i].duration, real);
    if (rational_cmp(rational_gap(off, zero), drift->allowed) > 0) {
        find_segment(drift, i, real);
        drift_restart(drift, i + 1); // what follows is judged for itself
        return;
    }
    drift->now = rational_add(drift->now, off);
    struct rational up = rational_sub(drift->now, drift->least);
    struct rational down = rational_sub(drift->most, drift->now);
    if (rational_cmp(up, drift->allowed) > 0)
        find_run(drift, drift->least_at, i + 1, up);
    else if (rational_cmp(down, drift->allowed) > 0)
        find_run(drift, drift->most_at, i + 1, rational_sub(zero, down));
    if (rational_cmp(drift->now, drift->least) < 0) {
        drift->least = drift->now;
        drift->least_at = i + 1;
    }
    if (rational_cmp(drift->now, drift->most) > 0) {
        drift->most = drift->now;
        drift->most_at = i + 1;
    }
}

static void check_m6(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    struct drift drift = {.evidence = evidence,
                          .playlist = playlist,
                          .track = look_track(evidence, playlist),
                          .findings = findings};
    struct rational real;
    if (!drift.track || drift.track->origin == TRACK_HLS_IFRAMES)
        return;
    drift.allowed = track_slack(evidence, drift.track);
    drift_restart(&drift, 0);
    for (size_t i = 0; i < drift.track->segment_count && !drift.is_reported; i++) {
        if (track_shown_duration(evidence, drift.track, i, &real))
            drift_add(&drift, i, real);
        else
            drift_restart(&drift, i + 1);
    }
}
HLS_RUN(M6, media, check_m6)

// --- Playlists against each other

// Of all members that may be compared: the first video variant, else the first main one.
static const struct member *reference_of(const struct evidence *evidence,
                                         const struct member *members, size_t count)
{
    const struct member *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (member_is_video(evidence, &members[i]))
            return &members[i];
        if (!first && member_is_main(&members[i]))
            first = &members[i];
    }
    return first;
}

// Looks at each member beside the reference.
typedef void look_beside(const struct evidence *evidence, const struct member *reference,
                         const struct member *member, struct findings *findings);

static void each_beside(const struct evidence *evidence, struct findings *findings,
                        look_beside *look)
{
    for (size_t p = 0; p < evidence->playlist_count; p++) {
        struct member *members;
        if (!evidence->playlists[p]->is_multivariant)
            continue;
        size_t count = look_members(evidence, evidence->playlists[p], &members);
        const struct member *reference = reference_of(evidence, members, count);
        for (size_t i = 0; reference && i < count; i++)
            if (&members[i] != reference)
                look(evidence, reference, &members[i], findings);
        MEM_FREE(members);
    }
}

static void beside_m22(const struct evidence *evidence, const struct member *reference,
                       const struct member *member, struct findings *findings)
{
    const struct hls_playlist *a = reference->playlist, *b = member->playlist;
    char stated[24], other[24];
    (void)evidence;
    if (a->target_duration < 0 || b->target_duration < 0 ||
        a->target_duration == b->target_duration ||
        (!member_is_main(member) && look_same(b->type, "VOD")))
        return;
    snprintf(stated, sizeof stated, "%" PRId64 " s", b->target_duration);
    snprintf(other, sizeof other, "%" PRId64 " s", a->target_duration);
    FIND(M22, b, look_line(b, "EXT-X-TARGETDURATION"), stated, other,
         "the target duration is %s, and that of %s is %s", stated, a->file, other);
}

void hls_run_M22(const struct evidence *evidence, struct findings *findings)
{
    each_beside(evidence, findings, beside_m22);
}

static bool first_start(const struct evidence *evidence, const struct track *track,
                        struct rational *ret)
{
    if (!track || !track->segment_count || !track_is_measured(evidence, track, 0))
        return false;
    *ret = unit_start(track_init(evidence, track, 0), track_unit(evidence, track, 0));
    return true;
}

// Pictures of several sizes are one content, cut alike; other kinds of media end where
// their own frames do, and often a little sooner or later (that is S26).
static struct rational allowed_between(const struct evidence *evidence, const struct member *a,
                                       const struct member *b)
{
    struct rational half =
        rational_make(a->playlist->target_duration > 0 ? a->playlist->target_duration : 2, 2);
    struct rational frame = track_slack(evidence, a->track);
    struct rational other = track_slack(evidence, b->track);
    if (!member_is_video(evidence, a) || !member_is_video(evidence, b))
        return half;
    return rational_cmp(other, frame) > 0 ? other : frame;
}

static void beside_m23(const struct evidence *evidence, const struct member *reference,
                       const struct member *member, struct findings *findings)
{
    const struct hls_playlist *a = reference->playlist, *b = member->playlist;
    struct rational allowed = allowed_between(evidence, reference, member);
    struct rational start_a, start_b;
    char mine[40], others[40];
    if (!member_is_main(member))
        return;
    if (first_start(evidence, reference->track, &start_a) &&
        first_start(evidence, member->track, &start_b) &&
        rational_cmp(rational_gap(start_a, start_b), allowed) > 0) {
        value_seconds(start_b, mine);
        value_seconds(start_a, others);
        FIND(M23, b, member->track->segments[0].line, mine, others,
             "the first segment is shown at %s, and that of %s at %s", mine, a->file, others);
    }
    struct rational length_a = look_stated_duration(a), length_b = look_stated_duration(b);
    if (!a->has_endlist || !b->has_endlist || !a->segment_count || !b->segment_count ||
        rational_cmp(rational_gap(length_a, length_b), allowed) <= 0)
        return;
    value_seconds(length_b, mine);
    value_seconds(length_a, others);
    FIND(M23, b, look_line(b, "EXT-X-ENDLIST"), mine, others,
         "the playlist lasts %s, and %s lasts %s", mine, a->file, others);
}

void hls_run_M23(const struct evidence *evidence, struct findings *findings)
{
    each_beside(evidence, findings, beside_m23);
}

// --- M24: discontinuities

// The start of the next stretch from segment *at on; false: there is none.
static bool next_stretch(const struct track *track, size_t *at)
{
    for (size_t i = *at + 1; i < track->segment_count; i++)
        if (track->segments[i].discontinuity != track->segments[i - 1].discontinuity) {
            *at = i;
            return true;
        }
    return false;
}

static void beside_m24(const struct evidence *evidence, const struct member *reference,
                       const struct member *member, struct findings *findings)
{
    const struct track *a = reference->track, *b = member->track;
    const struct hls_playlist *playlist = member->playlist;
    struct rational half = {1, 2};
    size_t i = 0, j = 0;
    (void)evidence;
    if (member->role == MEMBER_IFRAMES || !a || !b || !a->segment_count || !b->segment_count ||
        !reference->playlist->has_endlist || !playlist->has_endlist)
        return;
    if (a->segments[0].discontinuity != b->segments[0].discontinuity) {
        FIND(M24, playlist, look_line(playlist, "EXT-X-DISCONTINUITY-SEQUENCE"), NULL, NULL,
             "the discontinuity sequence begins at %u, and that of %s at %u",
             b->segments[0].discontinuity, reference->playlist->file, a->segments[0].discontinuity);
        return;
    }
    for (;;) {
        bool has_a = next_stretch(a, &i), has_b = next_stretch(b, &j);
        if (!has_a && !has_b)
            return;
        if (has_a && has_b &&
            rational_cmp(rational_gap(a->segments[i].start, b->segments[j].start), half) <= 0)
            continue;
        char text[40];
        value_seconds(has_b ? b->segments[j].start : a->segments[i].start, text);
        FIND(M24, playlist, has_b ? b->segments[j].line : 1, NULL, NULL,
             has_b ? "there is a discontinuity at %s, and %s has none there"
                   : "there is no discontinuity at %s, where %s has one",
             text, reference->playlist->file);
        return;
    }
}

void hls_run_M24(const struct evidence *evidence, struct findings *findings)
{
    each_beside(evidence, findings, beside_m24);
}

// --- M25: boundaries

static void beside_m25(const struct evidence *evidence, const struct member *reference,
                       const struct member *member, struct findings *findings)
{
    const struct track *a = reference->track, *b = member->track;
    const struct hls_playlist *playlist = member->playlist;
    if (!member_is_video(evidence, reference) || !member_is_video(evidence, member) || !a || !b ||
        !reference->playlist->has_endlist || !playlist->has_endlist)
        return;
    struct rational frame = allowed_between(evidence, reference, member);
    size_t count = a->segment_count < b->segment_count ? a->segment_count : b->segment_count;
    for (size_t i = 0; i < count; i++) {
        if (rational_cmp(rational_gap(a->segments[i].start, b->segments[i].start), frame) <= 0)
            continue;
        char mine[40], others[40];
        value_seconds(b->segments[i].start, mine);
        value_seconds(a->segments[i].start, others);
        FIND(M25, playlist, b->segments[i].line, mine, others,
             "segment %zu begins at %s, and that of %s at %s", i + 1, mine,
             reference->playlist->file, others);
        return;
    }
    if (a->segment_count != b->segment_count)
        FIND(M25, playlist, look_line(playlist, "EXT-X-ENDLIST"), NULL, NULL,
             "the playlist has %zu segments, and %s has %zu", b->segment_count,
             reference->playlist->file, a->segment_count);
}

void hls_run_M25(const struct evidence *evidence, struct findings *findings)
{
    each_beside(evidence, findings, beside_m25);
}

// --- M41: dates

#define DATES_APART_MAX_US 250000 // as within one playlist (M33)

struct dated { // the first segment with a date
    bool is_there;
    bool is_readable;
    struct value_date date;
    uint32_t discontinuity;
    int64_t zero_us; // the date of the playlist's beginning
};

static struct dated first_date(const struct track *track, const struct hls_playlist *playlist)
{
    struct dated dated = {.is_there = false};
    for (size_t i = 0; track && i < track->segment_count && !dated.is_there; i++) {
        const struct hls_segment *segment = look_segment(playlist, track->segments[i].line);
        if (!segment || !segment->date_time)
            continue;
        dated.is_there = true;
        dated.is_readable = value_date(segment->date_time, &dated.date);
        dated.discontinuity = track->segments[i].discontinuity;
        dated.zero_us = dated.date.time_us - rational_round(track->segments[i].start, 1000000);
    }
    return dated;
}

static void beside_m41(const struct evidence *evidence, const struct member *reference,
                       const struct member *member, struct findings *findings)
{
    const struct hls_playlist *a = reference->playlist, *b = member->playlist;
    struct dated first = first_date(reference->track, a), other = first_date(member->track, b);
    char text[40];
    (void)evidence;
    if (!a->segment_count || !b->segment_count)
        return;
    if (first.is_there != other.is_there) {
        const struct hls_playlist *with = first.is_there ? a : b, *without = first.is_there ? b : a;
        FIND(M41, without, 1, NULL, NULL,
             "the playlist has no EXT-X-PROGRAM-DATE-TIME, and %s has one", with->file);
        return;
    }
    // Live playlists may begin at other segments.
    if (!first.is_readable || !other.is_readable || first.date.has_zone != other.date.has_zone ||
        first.discontinuity != other.discontinuity || !a->has_endlist || !b->has_endlist)
        return;
    int64_t apart_us = other.zero_us - first.zero_us;
    if (apart_us <= DATES_APART_MAX_US && apart_us >= -DATES_APART_MAX_US)
        return;
    value_seconds(rational_make(apart_us, 1000000), text);
    FIND(M41, b, look_line(b, "EXT-X-PROGRAM-DATE-TIME"), NULL, text,
         "the same moment has a date that is %s from that of %s", text, a->file);
}

void hls_run_M41(const struct evidence *evidence, struct findings *findings)
{
    each_beside(evidence, findings, beside_m41);
}

// --- M29: subtitles reach to the end

static void beside_m29(const struct evidence *evidence, const struct member *reference,
                       const struct member *member, struct findings *findings)
{
    const struct hls_playlist *a = reference->playlist, *b = member->playlist;
    struct rational length_a = look_stated_duration(a), length_b = look_stated_duration(b);
    (void)evidence;
    if (member->role != MEMBER_SUBTITLES || !a->has_endlist || !b->has_endlist)
        return;
    // Text is often cut where its last segment ends; a whole segment less is a gap.
    struct rational allowed = {0, 1};
    for (size_t i = 0; i < a->segment_count; i++)
        if (rational_cmp(a->segments[i].duration, allowed) > 0)
            allowed = a->segments[i].duration;
    if (allowed.num <= 0)
        return;
    if (rational_cmp(rational_gap(length_a, length_b), allowed) < 0)
        return;
    char mine[40], others[40];
    value_seconds(length_b, mine);
    value_seconds(length_a, others);
    FIND(M29, b, look_line(b, "EXT-X-ENDLIST"), mine, others,
         "the subtitles last %s, and the content %s", mine, others);
}

void hls_run_M29(const struct evidence *evidence, struct findings *findings)
{
    each_beside(evidence, findings, beside_m29);
}
