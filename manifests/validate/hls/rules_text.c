// SPDX-License-Identifier: BSD-2-Clause
// WebVTT segments in time: the cues of each against the stretch that its playlist gives it
// (RFC 8216 3.5). What is wrong inside one file is found while it is read.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

#define CLOCK_HZ 90000
#define WRAP     (INT64_C(1) << 33)
// Text is cut to the millisecond at best, and beside pictures that begin a little later.
#define CLOSE (CLOCK_HZ / 2)
// Cues are searched for in this many segments on each side, and compared this often in one
// playlist: hostile files only need more.
#define REACH_MAX    256
#define COMPARES_MAX 20000000

struct span { // 1/90000 s of the playlist's time
    int64_t start;
    int64_t end;
};

struct texts { // one playlist of WebVTT beside the media that it belongs to
    const struct evidence *evidence;
    const struct hls_playlist *playlist;
    const struct track *track;
    const struct track *reference;
    struct findings *findings;
    uint32_t discontinuity; // the stretch that `begins` is of
    bool has_begin;
    size_t reference_next; // where the next stretch is looked for
    int64_t begins;        // what media time 0 of the playlist is on the clock of the cues
    int64_t compares;
};

static bool is_webvtt(const struct texts *texts, size_t segment)
{
    const struct unit *unit = track_unit(texts->evidence, texts->track, segment);
    return unit->is_read && unit->is_webvtt;
}

static struct span segment_span(const struct texts *texts, size_t i)
{
    const struct track_segment *segment = &texts->track->segments[i];
    struct rational end = rational_add(segment->start, segment->duration);
    return (struct span){rational_round(segment->start, CLOCK_HZ), rational_round(end, CLOCK_HZ)};
}

// The clock wraps at 33 bits, cue times do not: the nearest of the times that a difference
// may mean.
static int64_t unwrap(int64_t ticks)
{
    ticks %= WRAP;
    if (ticks > WRAP / 2)
        return ticks - WRAP;
    return ticks < -WRAP / 2 ? ticks + WRAP : ticks;
}

static struct span cue_span(const struct texts *texts, size_t segment, size_t cue)
{
    const struct unit *unit = track_unit(texts->evidence, texts->track, segment);
    const struct cue_facts *facts = &unit->cues[cue];
    int64_t begin = segment_span(texts, segment).start;
    int64_t start = facts->start_ms * 90 + unit->cue_shift - texts->begins - begin;
    start = begin + unwrap(start);
    return (struct span){start, start + (facts->end_ms - facts->start_ms) * 90};
}

// How the reference's media times lie to its playlist times in one stretch. Stretches come
// in order in both, so that the reference is gone through once.
static bool find_begin(struct texts *texts, uint32_t discontinuity)
{
    const struct track *reference = texts->reference;
    if (texts->has_begin && texts->discontinuity == discontinuity)
        return true;
    for (; texts->reference_next < reference->segment_count; texts->reference_next++) {
        size_t i = texts->reference_next;
        if (reference->segments[i].discontinuity > discontinuity)
            return false;
        if (reference->segments[i].discontinuity < discontinuity ||
            !track_is_measured(texts->evidence, reference, i))
            continue;
        struct rational shown = unit_start(track_init(texts->evidence, reference, i),
                                           track_unit(texts->evidence, reference, i));
        texts->begins = rational_round(rational_sub(shown, reference->segments[i].start), CLOCK_HZ);
        texts->discontinuity = discontinuity;
        texts->has_begin = true;
        return true;
    }
    return false;
}

static void span_text(struct span span, char text[96])
{
    char start[40], end[40];
    value_seconds(rational_make(span.start, CLOCK_HZ), start);
    value_seconds(rational_make(span.end, CLOCK_HZ), end);
    snprintf(text, 96, "%s to %s", start, end);
}

static void find_outside(const struct texts *texts, size_t segment, size_t outside,
                         struct span first)
{
    struct findings *findings = texts->findings;
    char stated[96], measured[96], more[48] = "";
    span_text(first, stated);
    span_text(segment_span(texts, segment), measured);
    if (outside > 1)
        snprintf(more, sizeof more, ", and %zu more lie outside", outside - 1);
    FIND(M42, texts->playlist, texts->track->segments[segment].line, stated, measured,
         "a cue is shown at %s, outside of its segment's time, which is %s%s", stated, measured,
         more);
}

// Whether the segment has the cue, or what of it falls into the segment's time.
static bool has_cue(struct texts *texts, size_t segment, struct span cue)
{
    const struct unit *unit = track_unit(texts->evidence, texts->track, segment);
    struct span time = segment_span(texts, segment);
    int64_t from = cue.start > time.start ? cue.start : time.start;
    int64_t until = cue.end < time.end ? cue.end : time.end;
    for (size_t i = 0; i < unit->cue_count; i++) {
        struct span other = cue_span(texts, segment, i);
        texts->compares++;
        if (other.start <= from + CLOSE && other.end >= until - CLOSE)
            return true;
    }
    return unit->cue_count == CUES_MAX; // there may be more than is kept
}

// The cue is in the segment beside, when it lasts into that; false: it ends before.
static bool check_beside(struct texts *texts, size_t holder, size_t beside, struct span cue)
{
    struct findings *findings = texts->findings;
    const struct track *track = texts->track;
    struct span time = segment_span(texts, beside);
    texts->compares++;
    if (cue.end <= time.start + CLOSE || cue.start >= time.end - CLOSE ||
        track->segments[holder].discontinuity != track->segments[beside].discontinuity)
        return false;
    if (!is_webvtt(texts, beside) || has_cue(texts, beside, cue))
        return true;
    char stated[96], measured[96];
    span_text(cue, stated);
    span_text(time, measured);
    FIND(
        M42, texts->playlist, track->segments[beside].line, NULL, stated,
        "the segment, whose time is %s, lacks a cue that is shown at %s and that segment %zu holds",
        measured, stated, holder + 1);
    return true;
}

static void check_segment(struct texts *texts, size_t segment)
{
    const struct unit *unit = track_unit(texts->evidence, texts->track, segment);
    struct span time = segment_span(texts, segment), first = {0, 0};
    size_t outside = 0;
    for (size_t i = 0; i < unit->cue_count && texts->compares < COMPARES_MAX; i++) {
        struct span cue = cue_span(texts, segment, i);
        texts->compares++;
        if (cue.end <= time.start - CLOSE || cue.start >= time.end + CLOSE) {
            first = outside++ == 0 ? cue : first;
            continue;
        }
        for (size_t j = segment + 1; j < texts->track->segment_count && j - segment < REACH_MAX;
             j++)
            if (!check_beside(texts, segment, j, cue))
                break;
        for (size_t j = segment; j > 0 && segment - j < REACH_MAX; j--)
            if (!check_beside(texts, segment, j - 1, cue))
                break;
    }
    if (outside)
        find_outside(texts, segment, outside, first);
}

// The first member whose times are known: video before audio.
static const struct member *reference_of(const struct evidence *evidence,
                                         const struct member *members, size_t count)
{
    const struct member *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct track *track = members[i].track;
        if (!track || !track->segment_count || !member_is_main(&members[i]) ||
            !track_is_measured(evidence, track, 0))
            continue;
        if (member_is_video(evidence, &members[i]))
            return &members[i];
        found = found ? found : &members[i];
    }
    return found;
}

static void check_m42(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct member *members;
    size_t count = look_members(evidence, playlist, &members);
    const struct member *reference = reference_of(evidence, members, count);
    for (size_t i = 0; reference && i < count; i++) {
        const struct hls_playlist *text = members[i].playlist;
        struct texts texts = {.evidence = evidence,
                              .playlist = text,
                              .track = members[i].track,
                              .reference = reference->track,
                              .findings = findings};
        // Where a window moves, its playlists may begin at different times.
        bool is_beside = text->media_sequence == reference->playlist->media_sequence ||
                         (text->has_endlist && reference->playlist->has_endlist);
        if (members[i].role != MEMBER_SUBTITLES || !texts.track || !is_beside)
            continue;
        for (size_t s = 0; s < texts.track->segment_count; s++)
            if (is_webvtt(&texts, s) && find_begin(&texts, texts.track->segments[s].discontinuity))
                check_segment(&texts, s);
    }
    MEM_FREE(members);
}
HLS_RUN(M42, multivariant, check_m42)

static void check_m43(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct texts texts = {
        .evidence = evidence, .playlist = playlist, .track = look_track(evidence, playlist)};
    size_t without = 0, all = 0;
    int64_t line = 0;
    for (size_t i = 0; texts.track && i < texts.track->segment_count; i++) {
        if (!is_webvtt(&texts, i))
            continue;
        all++;
        if (track_unit(evidence, texts.track, i)->has_timestamp_map)
            continue;
        line = without++ == 0 ? texts.track->segments[i].line : line;
    }
    if (without == 0)
        return;
    char measured[64];
    snprintf(measured, sizeof measured, "%zu of %zu", without, all);
    FIND(M43, playlist, line, NULL, measured,
         "%s WebVTT segments have no X-TIMESTAMP-MAP, so that their cues count from media time 0",
         measured);
}
HLS_RUN(M43, media, check_m43)
