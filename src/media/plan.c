// SPDX-License-Identifier: BSD-2-Clause
// plan_build: the steps in order, and what needs no file of its own.
#include "src/media/plan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/text.h"
#include "src/media/ladder.h"
#include "src/media/plan_private.h"

void plan_options_init(struct plan_options *options)
{
    memset(options, 0, sizeof(*options));
    options->is_default_ladder = true;
    options->codecs[VIDEO_H264] = true;
    memcpy(options->preset, "medium", sizeof("medium"));
    options->segment_duration = rational_make(4, 1);
    options->gop = rational_make(0, 1);
    options->limit_duration = rational_make(0, 1);
}

void plan_note(struct plan *plan, enum plan_note_kind kind, const char *subject, const char *fmt,
               ...)
{
    if (plan->note_count == PLAN_NOTES_MAX) {
        struct plan_note *last = &plan->notes[PLAN_NOTES_MAX - 1];
        last->kind = NOTE_WARNING;
        snprintf(last->subject, sizeof(last->subject), "notes");
        snprintf(last->reason, sizeof(last->reason), "there are more than can be listed");
        return;
    }
    struct plan_note *note = &plan->notes[plan->note_count++];
    va_list args;
    va_start(args, fmt);
    note->kind = kind;
    snprintf(note->subject, sizeof(note->subject), "%s", subject);
    vsnprintf(note->reason, sizeof(note->reason), fmt, args);
    va_end(args);
    text_cut(note->subject, sizeof(note->subject));
    text_cut(note->reason, sizeof(note->reason));
}

static bool check_segments(const struct plan_options *options, struct err *err)
{
    struct rational segment = options->segment_duration, gop = options->gop;
    if (gop.num <= 0 || gop.den <= 0 || segment.num <= 0 || segment.den <= 0)
        return err_set(err, ERR_CONFIG, "segment duration and gop must be more than 0 s");
    if (rational_cmp(segment, rational_make(600, 1)) > 0)
        return err_set(err, ERR_CONFIG, "a segment duration of %.6g s is too long: 600 at most",
                       rational_to_double(segment));
    struct rational gops = rational_div(segment, gop);
    if (gops.den == 1 && gops.num <= 600)
        return true;
    if (gops.num > 600 * gops.den)
        return err_set(err, ERR_CONFIG, "a gop of %.6g s is too short for segments of %.6g s",
                       rational_to_double(gop), rational_to_double(segment));
    int64_t below = rational_floor(gops, 1);
    double above_s = rational_to_double(rational_mul(gop, rational_make(below + 1, 1)));
    if (below == 0)
        return err_set(err, ERR_CONFIG,
                       "a segment of %.6g s holds no gop of %.6g s; the nearest right segment "
                       "duration is %.6g",
                       rational_to_double(segment), rational_to_double(gop), above_s);
    return err_set(err, ERR_CONFIG,
                   "a segment duration of %.6g s is not a whole number of gops of %.6g s; the "
                   "nearest right values are %.6g and %.6g",
                   rational_to_double(segment), rational_to_double(gop),
                   rational_to_double(rational_mul(gop, rational_make(below, 1))), above_s);
}

static bool check_ladder(const struct plan_options *options, struct err *err)
{
    if (options->is_default_ladder)
        return true;
    if (options->ladder_count < 1 || options->ladder_count > PLAN_RUNGS_MAX)
        return err_set(err, ERR_CONFIG, "a ladder has 1 to %d rungs", PLAN_RUNGS_MAX);
    for (size_t i = 0; i < options->ladder_count; i++) {
        const struct ladder_rung *rung = &options->ladder[i];
        if (rung->short_side_px < LADDER_SIDE_MIN_PX || rung->short_side_px > LADDER_SIDE_MAX_PX)
            return err_set(err, ERR_CONFIG, "a rung of %d is outside %d to %d", rung->short_side_px,
                           LADDER_SIDE_MIN_PX, LADDER_SIDE_MAX_PX);
        for (int codec = 0; codec < VIDEO_CODEC_COUNT; codec++)
            if (options->codecs[codec] &&
                !(rung->crf >= 0 && rung->crf <= ladder_crf_max((enum video_codec)codec)))
                return err_set(err, ERR_CONFIG, "rung %d: a crf of %g is outside 0 to %g for %s",
                               rung->short_side_px, rung->crf,
                               ladder_crf_max((enum video_codec)codec),
                               video_codec_name((enum video_codec)codec));
        if (rung->maxrate_bps < 0 || rung->maxrate_bps > INT64_C(800000000))
            return err_set(err, ERR_CONFIG, "rung %d: a maxrate of %" PRId64 " bit/s is too large",
                           rung->short_side_px, rung->maxrate_bps);
    }
    return true;
}

static bool check_options(const struct plan_options *options, struct err *err)
{
    bool has_codec = false;
    for (int codec = 0; codec < VIDEO_CODEC_COUNT; codec++)
        has_codec |= options->codecs[codec];
    if (!has_codec)
        return err_set(err, ERR_CONFIG, "no video codec is chosen");
    if (options->limit_duration.num < 0)
        return err_set(err, ERR_CONFIG, "the duration limit is less than 0 s");
    return plan_check_preset(options->preset, err) && check_ladder(options, err) &&
           check_segments(options, err);
}

static bool check_anything(const struct source_facts *facts, const struct plan_options *options,
                           struct err *err)
{
    if (facts->has_video || (facts->audio_count > 0 && !options->no_audio))
        return true;
    if (facts->audio_count > 0)
        return err_set(err, ERR_CONFIG,
                       "the source has only audio, and no audio was asked for: nothing is left");
    return err_set(err, ERR_INPUT, "the source has neither video nor audio");
}

static void note_source(const struct source_facts *facts, struct plan *plan)
{
    for (size_t i = 0; i < facts->note_count && i < FACTS_NOTES_MAX; i++)
        plan_note(plan, NOTE_INFO, "source", "%s", facts->notes[i].text);
    if (facts->is_truncated)
        plan_note(plan, NOTE_WARNING, "truncated", "%s", facts->truncated_text);
}

static void note_picture(const struct video_facts *video, struct plan *plan)
{
    struct rational aspect = video->sample_aspect;
    if (video->is_interlaced)
        plan_note(plan, NOTE_CHANGED, "interlaced", "deinterlaced (bwdif), frame rate kept");
    if (video->rotation_deg != 0 || video->is_mirrored)
        plan_note(plan, NOTE_CHANGED, "rotation", "turned %d degrees clockwise%s",
                  video->rotation_deg, video->is_mirrored ? ", then mirrored" : "");
    if (aspect.num > 0 && aspect.num != aspect.den)
        plan_note(plan, NOTE_CHANGED, "pixel aspect",
                  "%" PRId64 ":%" PRId64 " made square: shown as %dx%d", aspect.num, aspect.den,
                  video->display_width_px, video->display_height_px);
    if (video->display_width_px % 2 || video->display_height_px % 2)
        plan_note(plan, NOTE_INFO, "size", "the source's %dx%d is odd: sizes are made even",
                  video->display_width_px, video->display_height_px);
    if (video->packets_before_first_key > 0)
        plan_note(plan, NOTE_WARNING, "video",
                  "%" PRId64 " packets before the first keyframe cannot be decoded",
                  video->packets_before_first_key);
}

static bool choose_picture(const struct video_facts *video, struct plan *plan, struct err *err)
{
    int turn = video->rotation_deg;
    if (turn != 0 && turn != 90 && turn != 180 && turn != 270)
        return err_set(err, ERR_INPUT, "the source is turned by %d degrees", turn);
    plan->video_stream_index = video->stream_index;
    plan->timing = video->timing;
    plan->deinterlace = video->is_interlaced;
    plan->rotation_deg = turn;
    plan->is_mirrored = video->is_mirrored;
    note_picture(video, plan);
    return true;
}

static bool fill(const struct source_facts *facts, const struct plan_options *asked,
                 struct plan *plan, struct err *err)
{
    struct plan_options chosen = *asked;
    const struct plan_options *options = &chosen;
    plan_choose_gop(&chosen, plan);
    if (!check_options(options, err) || !check_anything(facts, options, err))
        return false;
    note_source(facts, plan);
    if (!plan_choose_audio(facts, options, plan, err))
        return false;
    plan->has_video = facts->has_video;
    // Without good timestamps a seek does not know where it landed.
    plan->is_seekable = facts->is_seekable && !facts->has_discontinuities &&
                        (!facts->has_video || facts->video.timing != TIMING_COUNTED);
    if (!facts->has_video) {
        if (!plan_choose_grid_audio(facts, options, plan, err))
            return false;
    } else {
        if (!choose_picture(&facts->video, plan, err) ||
            !plan_choose_grid_video(&facts->video, options, plan, err))
            return false;
        plan_choose_colour(&facts->video, plan);
        if (!plan_choose_video(&facts->video, options, plan, err))
            return false;
        plan_choose_tier(options, plan);
        plan_choose_sharing(plan);
    }
    plan_note_audio_times(facts, plan);
    plan_choose_spans(facts, plan);
    return true;
}

void plan_init(struct plan *plan)
{
    const struct rational zero = {0, 1};
    memset(plan, 0, sizeof(*plan));
    plan->video_stream_index = -1;
    plan->source_frame_rate = zero;
    plan->frame_rate = zero;
    plan->source_start = zero;
    plan->grid.duration = zero;
    plan->grid.segment_duration = zero;
    plan->keep_every = 1;
}

bool plan_build(const struct source_facts *facts, const struct plan_options *options,
                struct plan *ret_plan, struct err *err)
{
    AUTO_FREE struct plan *plan = mem_alloc(sizeof(*plan));
    plan_init(plan);
    if (!fill(facts, options, plan, err)) {
        plan_done(plan);
        return false;
    }
    *ret_plan = *plan;
    return true;
}

void plan_done(struct plan *plan)
{
    MEM_FREE(plan->spans);
    plan->span_count = 0;
}
