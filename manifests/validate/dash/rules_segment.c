// SPDX-License-Identifier: BSD-2-Clause
// Rules about all segments of a Representation or set: the longest of them, alignment,
// access points, the buffer that minBufferTime and bandwidth promise.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

// The longest segment, stated or measured, against a limit of the MPD.
static void check_longest(const struct dash_cursor *at, enum rule_id rule, const char *attribute,
                          struct findings *findings)
{
    struct rational limit, longest = {0, 1};
    const char *text = node_attr(at->mpd->root, attribute);
    size_t which = 0;
    char stated[40], measured[40];
    bool is_real = false;
    if (!mpd_duration_parse(text, &limit))
        return;
    for (size_t i = 0; i < at->track->segment_count; i++) {
        const struct unit *unit;
        const struct init_facts *init;
        struct rational real = at->track->segments[i].duration;
        if (rational_cmp(real, longest) > 0) {
            longest = real;
            which = i;
            is_real = false;
        }
        if (!track_measured(at->evidence, at->track, i, &unit, &init))
            continue;
        // What the edit takes off the beginning is not shown.
        int64_t begin = unit->earliest_time > init->edit_media_time || i ? unit->earliest_time
                                                                         : init->edit_media_time;
        real =
            rational_sub(ticks_to_seconds(init, unit->latest_end), ticks_to_seconds(init, begin));
        if (rational_cmp(real, longest) > 0) {
            longest = real;
            which = i;
            is_real = true;
        }
    }
    // Durations in MPDs are often cut to milliseconds.
    if (rational_cmp(longest, rational_add(limit, (struct rational){1, 1000})) <= 0)
        return;
    dash_seconds_text(limit, stated);
    dash_seconds_text(longest, measured);
    dash_report(findings, rule, SPOT(at->mpd, NULL, attribute, at->track), stated, measured,
                "%s is %s, but segment %zu of %s %s %s", attribute, stated, which + 1,
                at->track->name, is_real ? "lasts" : "is stated to last", measured);
}

DASH_RUN(D4)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        enum mpd_addressing addressing = at.representation->segments.addressing;
        if (at.track && (addressing == ADDRESS_TEMPLATE || addressing == ADDRESS_LIST))
            check_longest(&at, RULE_D4, "maxSegmentDuration", findings);
    }
}

DASH_RUN(D48)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION))
        if (at.track && at.track->has_index)
            check_longest(&at, RULE_D48, "maxSubsegmentDuration", findings);
}

// Whether segments of both begin at the same times. False with the first that does not.
static bool is_aligned(const struct dash_cursor *at, const struct mpd_representation *first,
                       size_t *ret_which, struct rational *ret_apart)
{
    const struct evidence *evidence = at->evidence;
    const struct track *one = representation_track(evidence, first);
    struct dash_cursor other = *at;
    other.representation = first;
    if (!one || !at->track)
        return true;
    struct rational frame = track_frame(evidence, at->track);
    struct rational half = rational_mul(frame, (struct rational){1, 2});
    for (size_t i = 0; i < one->segment_count && i < at->track->segment_count; i++) {
        const struct unit *a, *b;
        const struct init_facts *a_init, *b_init;
        if (!track_measured(evidence, one, i, &a, &a_init) ||
            !track_measured(evidence, at->track, i, &b, &b_init))
            continue;
        *ret_apart =
            rational_sub(dash_unit_start(at, b_init, b), dash_unit_start(&other, a_init, a));
        *ret_which = i;
        if (rational_cmp(dash_abs(*ret_apart), half) > 0)
            return false;
    }
    *ret_which = NONE;
    bool is_first_indexed = one->has_index;
    return one->segment_count == at->track->segment_count ||
           is_first_indexed != at->track->has_index;
}

static const char *alignment_name(const struct dash_cursor *at)
{
    const struct mpd_segments *segments = &at->set->representations[0].segments;
    return segments->addressing == ADDRESS_TEMPLATE || segments->addressing == ADDRESS_LIST
               ? "segmentAlignment"
               : "subsegmentAlignment";
}

static bool is_aligned_stated(const char *text)
{
    return text && strcmp(text, "false") != 0; // true, or the number of a group
}

DASH_RUN(D25)
{
    struct dash_cursor sets = {evidence}, at = {evidence};
    while (dash_next(&sets, DEPTH_SET)) {
        enum media_kind kind = node_kind(sets.set->node);
        const char *name = alignment_name(&sets);
        const char *text =
            sets.set->representation_count > 1 ? node_attr(sets.set->node, name) : "true";
        if ((kind == MEDIA_VIDEO || kind == MEDIA_AUDIO) && !is_aligned_stated(text))
            dash_report(findings, RULE_D25, SPOT(sets.mpd, sets.set->node, name), text, NULL,
                        "this AdaptationSet has several Representations and states no %s", name);
    }
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const char *name = alignment_name(&at);
        size_t which;
        struct rational apart;
        char text[40];
        if (at.representation_next == 1 || !is_aligned_stated(node_attr(at.set->node, name)) ||
            is_aligned(&at, &at.set->representations[0], &which, &apart))
            continue;
        const struct spot *spot = SPOT(at.mpd, at.set->node, name, at.track);
        const char *stated = node_attr(at.set->node, name);
        if (which == NONE)
            dash_report(findings, RULE_D25, spot, stated, NULL,
                        "%s is stated, but the Representations %.80s and %.80s do not have the "
                        "same number of segments",
                        name, at.set->representations[0].id, at.representation->id);
        else
            dash_report(findings, RULE_D25, spot, stated, dash_seconds_text(apart, text),
                        "%s is stated, but segment %zu of Representation %.80s begins %s from "
                        "that of Representation %.80s",
                        name, which + 1, at.representation->id, dash_seconds_text(apart, text),
                        at.set->representations[0].id);
    }
}

// SAP types that were found in any segment: none in all of them says that the reader did
// not understand the stream.
static bool knows_access_points(const struct evidence *evidence, const struct track *track)
{
    for (size_t i = 0; i < track->segment_count; i++)
        if (track_unit(evidence, track, i)->is_read && track_unit(evidence, track, i)->sap_type)
            return true;
    return false;
}

static void check_access_point(const struct dash_cursor *at, size_t i, uint64_t stated,
                               struct findings *findings)
{
    const struct unit *unit;
    const struct init_facts *init;
    if (!track_measured(at->evidence, at->track, i, &unit, &init))
        return;
    bool is_none = unit->sap_type == 0 && (!unit->is_sync_flagged || !unit->is_encrypted);
    if (!is_none && (unit->sap_type == 0 || unit->sap_type <= stated))
        return;
    char measured[24];
    snprintf(measured, sizeof measured, "%" PRIu32, unit->sap_type);
    AUTO_FREE char *text = mem_printf("%" PRIu64, stated);
    const char *name = at->track->has_index ? "subsegmentStartsWithSAP" : "startWithSAP";
    dash_report(findings, RULE_D26, SPOT(at->mpd, at->set->node, name, at->track), text, measured,
                unit->sap_type ? "%s is %s, but segment %zu begins with an access point of type %s"
                               : "%s is %s, but segment %zu begins with no access point (%s)",
                name, text, i + 1, measured);
}

DASH_RUN(D26)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        uint64_t stated;
        if (!at.track)
            continue;
        const char *name = at.track->has_index ? "subsegmentStartsWithSAP" : "startWithSAP";
        const char *text = at.track->has_index ? node_attr(at.set->node, name)
                                               : node_common(at.representation->node, name, NULL);
        if (!read_unsigned(text, 6, &stated) || stated == 0 ||
            !knows_access_points(evidence, at.track) ||
            track_kind(evidence, at.track) == MEDIA_TEXT)
            continue;
        for (size_t i = 0; i < at.track->segment_count; i++)
            check_access_point(&at, i, stated, findings);
    }
}

// 5.3.5.2: whoever receives at the stated bandwidth, starting with any segment that begins
// with an access point, and begins to play after minBufferTime, never waits: neither
// for the first picture of a fragment nor for its last. The bits of text are needed evenly
// over their fragment. Data counts in bits times the timescale, time in ticks times the bandwidth:
// exact, in 128 bits.
typedef __int128 wide;

struct bucket {
    const struct dash_cursor *at;
    bool is_even; // text: its few samples are no pictures that play waits for
    uint32_t timescale_hz;
    int64_t bits;      // received before this segment since `first`
    int64_t origin;    // decode time of the segment that is `first`
    wide lowest;       // over all starts so far: bits received before less time passed
    wide worst;        // by how much more than that is asked for, at most
    size_t worst_unit; // where
    bool is_open;      // a start was seen and nothing was left out since
};

// Data up to `bits` must be there at `ticks`.
static void bucket_ask(struct bucket *bucket, int64_t bits, wide ticks, size_t unit)
{
    uint64_t bandwidth = bucket->at->representation->bandwidth;
    wide level = (wide)bits * bucket->timescale_hz - ticks * (wide)bandwidth;
    if (level - bucket->lowest > bucket->worst) {
        bucket->worst = level - bucket->lowest;
        bucket->worst_unit = unit;
    }
}

static void bucket_start(struct bucket *bucket, int64_t ticks)
{
    uint64_t bandwidth = bucket->at->representation->bandwidth;
    wide level = (wide)bucket->bits * bucket->timescale_hz - (wide)ticks * (wide)bandwidth;
    if (!bucket->is_open || level < bucket->lowest)
        bucket->lowest = level;
    bucket->is_open = true;
}

// Bits of segments that can be counted without overflow: over 10^17 bytes of each track.
#define BYTES_MAX (INT64_C(1) << 57)

static void bucket_add(struct bucket *bucket, size_t i, const struct unit *unit)
{
    int64_t begin = (int64_t)(unit->decode_time & INT64_MAX) - bucket->origin;
    int64_t from = unit->offset_bytes;
    uint32_t last = bucket->is_even ? 0 : unit->shortest_sample;
    bool can_start = unit->sap_type ? unit->sap_type <= 3 : unit->is_sync_flagged;
    if (can_start || i == 0)
        bucket_start(bucket, begin);
    for (size_t k = 0; bucket->is_open && k < unit->fragment_count; k++) {
        const struct fragment_facts *fragment = &unit->fragments[k];
        int64_t time = (int64_t)(fragment->decode_time & INT64_MAX) - bucket->origin;
        if (!bucket->is_even && fragment->first_sample_end_byte > from &&
            fragment->first_sample_end_byte <= from + unit->size_bytes)
            bucket_ask(bucket, bucket->bits + (fragment->first_sample_end_byte - from) * 8, time,
                       i);
        if (fragment->end_byte > from && fragment->end_byte <= from + unit->size_bytes &&
            fragment->duration <= UINT32_MAX && fragment->duration >= last)
            bucket_ask(bucket, bucket->bits + (fragment->end_byte - from) * 8,
                       (wide)time + (wide)fragment->duration - last, i);
    }
    bucket->bits += unit->size_bytes * 8;
    // All of it is there when its last sample is decoded; without fragments that is all
    // that is known.
    if (bucket->is_open && !unit->fragment_count && unit->duration <= INT64_MAX / 2 &&
        unit->duration >= last)
        bucket_ask(bucket, bucket->bits, (wide)begin + (wide)unit->duration - last, i);
}

static void check_bucket(const struct dash_cursor *at, struct findings *findings)
{
    struct bucket bucket = {.at = at, .is_even = track_kind(at->evidence, at->track) == MEDIA_TEXT};
    bool has_origin = false;
    for (size_t i = 0; i < at->track->segment_count; i++) {
        const struct unit *unit;
        const struct init_facts *init;
        bool is_new_scale = true;
        if (track_measured(at->evidence, at->track, i, &unit, &init))
            is_new_scale = has_origin && init->timescale_hz != bucket.timescale_hz;
        else
            unit = NULL;
        if (!unit || is_new_scale || unit->size_bytes < 0 || unit->size_bytes > BYTES_MAX / 64 ||
            bucket.bits > BYTES_MAX) {
            bucket.is_open = false; // a hole: nothing is known of what lies across it
            if (bucket.bits > BYTES_MAX || (unit && is_new_scale))
                break;
            continue;
        }
        if (!has_origin) {
            bucket.origin = (int64_t)(unit->decode_time & INT64_MAX);
            bucket.timescale_hz = init->timescale_hz;
            has_origin = true;
        }
        bucket_add(&bucket, i, unit);
    }
    // bandwidth × minBufferTime × timescale; minBufferTime is a fraction.
    struct rational buffer = at->mpd->min_buffer_time;
    wide each_s = (wide)at->representation->bandwidth * bucket.timescale_hz;
    if (!has_origin || bucket.worst > ((wide)1 << 80) || buffer.num > (INT64_C(1) << 60) ||
        bucket.worst * buffer.den <= each_s * buffer.num)
        return;
    // The bandwidth's share of a wait: how long the player would stand still.
    wide lacking = bucket.worst * buffer.den - each_s * buffer.num;
    int64_t wait_ms = (int64_t)(lacking * 1000 / (each_s * buffer.den));
    char stated[32], measured[40];
    snprintf(stated, sizeof stated, "%" PRIu64, at->representation->bandwidth);
    dash_seconds_text(rational_make(wait_ms, 1000), measured);
    dash_report(findings, RULE_D27, SPOT(at->mpd, at->representation->node, "bandwidth", at->track),
                stated, measured,
                "at %s bit/s and with minBufferTime filled, segment %zu comes %s too late", stated,
                bucket.worst_unit + 1, measured);
}

DASH_RUN(D27)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION))
        if (at.track && at.representation->bandwidth && at.mpd->min_buffer_time.num > 0 &&
            !at.set->is_trick)
            check_bucket(&at, findings);
}
