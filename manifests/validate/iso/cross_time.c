// SPDX-License-Identifier: BSD-2-Clause
// Rules on how one segment follows another: decode and presentation times, sequence
// numbers, edits, the mark of the last segment.
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/rules_private.h"

struct join { // two segments, one behind the other, of one stretch
    const struct evidence *evidence;
    struct findings *findings;
    const struct track *track;
    size_t at; // of the second
    const struct unit *before, *unit;
    const struct init_facts *init_before, *init;
};

static void each_join(const struct evidence *evidence, struct findings *findings,
                      void (*judge)(const struct join *))
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        if (!track_is_judged(evidence, t))
            continue;
        for (size_t i = 1; i < track->segment_count; i++) {
            struct join join = {.evidence = evidence,
                                .findings = findings,
                                .track = track,
                                .at = i,
                                .before = track_unit(evidence, track, i - 1),
                                .unit = track_unit(evidence, track, i),
                                .init_before = track_init(evidence, track, i - 1),
                                .init = track_init(evidence, track, i)};
            if (join.init && join.init_before && join.init->timescale_hz &&
                join.init_before->timescale_hz && unit_is_media(join.before) &&
                unit_is_media(join.unit) &&
                track->segments[i].discontinuity == track->segments[i - 1].discontinuity)
                judge(&join);
        }
    }
}

static uint64_t end_of(const struct unit *unit)
{
    return unit->decode_time + unit->duration;
}

// Seconds from the end of one to the start of the next; negative when they overlap.
static struct rational gap_of(const struct join *join)
{
    return rational_sub(ticks_to_seconds(join->init, (int64_t)join->unit->decode_time),
                        ticks_to_seconds(join->init_before, (int64_t)end_of(join->before)));
}

static bool is_wrapped(const struct join *join)
{
    return join->init->timescale_hz == join->init_before->timescale_hz &&
           end_of(join->before) > UINT32_MAX && join->unit->decode_time <= UINT32_MAX &&
           (uint32_t)end_of(join->before) == join->unit->decode_time;
}

static void judge_s11(const struct join *join)
{
    struct rational gap = gap_of(join);
    if (gap.num == 0 || is_wrapped(join))
        return;
    struct place place = segment_place(join->evidence, join->track, join->at);
    place.path = "moof/traf/tfdt";
    struct rational size = gap.num < 0 ? rational_sub((struct rational){0, 1}, gap) : gap;
    findings_add(
        join->findings, RULE_S11, &place, iso_number((int64_t)join->unit->decode_time).text,
        iso_number((int64_t)end_of(join->before)).text,
        "The segment begins at %" PRIu64 ", but the one before it ends at %" PRIu64 ": %s %s",
        join->unit->decode_time, end_of(join->before), gap.num > 0 ? "a gap of" : "they overlap by",
        seconds_text(size).text);
}

void rule_s11(const struct evidence *evidence, struct findings *findings)
{
    each_join(evidence, findings, judge_s11);
}

static void judge_s12(const struct join *join)
{
    if (!is_wrapped(join))
        return;
    struct place place = segment_place(join->evidence, join->track, join->at);
    place.path = "moof/traf/tfdt";
    findings_add(join->findings, RULE_S12, &place,
                 iso_number((int64_t)join->unit->decode_time).text,
                 iso_number((int64_t)end_of(join->before)).text,
                 "The decode time has come round at 32 bits: %" PRIu64 " follows %" PRIu64,
                 join->unit->decode_time, end_of(join->before));
}

void rule_s12(const struct evidence *evidence, struct findings *findings)
{
    each_join(evidence, findings, judge_s12);
}

// An offset edit begins where the first picture is shown; for audio it is the encoder's
// priming, of which no encoder has more than some frames.
enum { PRIMING_FRAMES_MAX = 16 };

static void judge_edit(const struct evidence *evidence, struct findings *findings,
                       const struct track *track)
{
    const struct unit *unit = track_unit(evidence, track, 0);
    const struct init_facts *init = track_init(evidence, track, 0);
    if (!init || !init->has_edit || !unit_is_media(unit) || init->edit_media_time == 0)
        return;
    int64_t delay = unit->earliest_time - (int64_t)unit->decode_time;
    struct place place = segment_place(evidence, track, 0);
    place.path = "moov/trak/edts/elst";
    if (init->kind == MEDIA_VIDEO && delay != init->edit_media_time)
        findings_add(findings, RULE_S16, &place, iso_number(init->edit_media_time).text,
                     iso_number(delay).text,
                     "The edit list begins at media time %" PRId64
                     ", but the first picture is shown %" PRId64 " ticks after its decode time",
                     init->edit_media_time, delay);
    int64_t most = (int64_t)unit->longest_sample * PRIMING_FRAMES_MAX;
    if (init->kind == MEDIA_AUDIO && init->edit_media_time - delay > most)
        findings_add(findings, RULE_S16, &place, iso_number(init->edit_media_time).text, NULL,
                     "The edit list takes %" PRId64
                     " ticks off the audio, which is more than the priming of any encoder",
                     init->edit_media_time);
}

void rule_s16(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++)
        if (track_is_judged(evidence, t) && evidence->tracks[t].segments[0].start.num == 0)
            judge_edit(evidence, findings, &evidence->tracks[t]);
}

static void judge_s17(const struct join *join)
{
    if (join->before->fragment_count == 0 || join->unit->fragment_count == 0)
        return;
    uint32_t before = join->before->fragments[join->before->fragment_count - 1].sequence;
    uint32_t sequence = join->unit->fragments[0].sequence;
    if (sequence > before)
        return;
    struct place place = segment_place(join->evidence, join->track, join->at);
    place.path = "moof/mfhd";
    findings_add(join->findings, RULE_S17, &place, iso_number(sequence).text,
                 iso_number(before).text,
                 "The segment begins with fragment number %" PRIu32
                 ", the one before it ends with number %" PRIu32,
                 sequence, before);
}

void rule_s17(const struct evidence *evidence, struct findings *findings)
{
    each_join(evidence, findings, judge_s17);
}

static void judge_s23(const struct join *join)
{
    if (!join->before->has_prft || !join->unit->has_prft ||
        join->unit->first_ntp >= join->before->last_ntp)
        return;
    struct place place = segment_place(join->evidence, join->track, join->at);
    place.path = "prft";
    findings_add(join->findings, RULE_S23, &place, NULL, NULL,
                 "The producer reference time goes back against that of the segment before");
}

void rule_s23(const struct evidence *evidence, struct findings *findings)
{
    each_join(evidence, findings, judge_s23);
}

// Half a frame of silence, or of two sounds at once, can be heard.
static void judge_s27(const struct join *join)
{
    if (join->init->kind != MEDIA_AUDIO || is_wrapped(join))
        return;
    struct rational gap = gap_of(join);
    struct rational half =
        rational_div(ticks_to_seconds(join->init, (int64_t)join->before->longest_sample),
                     (struct rational){2, 1});
    struct rational size = gap.num < 0 ? rational_sub((struct rational){0, 1}, gap) : gap;
    if (gap.num == 0 || rational_cmp(size, half) < 0)
        return;
    struct place place = segment_place(join->evidence, join->track, join->at);
    findings_add(join->findings, RULE_S27, &place, NULL, seconds_text(size).text,
                 gap.num > 0 ? "%s of audio are missing in front of the segment"
                             : "The segment and the one before it both hold %s of audio",
                 seconds_text(size).text);
}

void rule_s27(const struct evidence *evidence, struct findings *findings)
{
    each_join(evidence, findings, judge_s27);
}

static void judge_s68(const struct join *join)
{
    for (size_t i = 0; i < join->before->styp_count; i++)
        if (strcmp(join->before->styp[i], "lmsg") == 0) {
            struct place place = segment_place(join->evidence, join->track, join->at - 1);
            place.path = "styp";
            findings_add(join->findings, RULE_S68, &place, "lmsg", NULL,
                         "The segment says that it is the last one (brand lmsg), but another "
                         "follows");
            return;
        }
}

void rule_s68(const struct evidence *evidence, struct findings *findings)
{
    each_join(evidence, findings, judge_s68);
}

// Decode times meet (else it is S11's), so what is shown should meet as well.
static void judge_s79(const struct join *join)
{
    if (join->init->kind != MEDIA_VIDEO || join->init != join->init_before ||
        join->unit->decode_time != end_of(join->before))
        return;
    int64_t gap = join->unit->earliest_time - join->before->latest_end;
    int64_t frame = (int64_t)join->unit->longest_sample;
    if (gap <= frame && -gap <= frame)
        return;
    struct place place = segment_place(join->evidence, join->track, join->at);
    place.path = "moof/traf/trun";
    findings_add(join->findings, RULE_S79, &place, iso_number(join->unit->earliest_time).text,
                 iso_number(join->before->latest_end).text,
                 "The segment's first picture is shown at %" PRId64
                 ", the last one before it ends at %" PRId64,
                 join->unit->earliest_time, join->before->latest_end);
}

void rule_s79(const struct evidence *evidence, struct findings *findings)
{
    each_join(evidence, findings, judge_s79);
}
