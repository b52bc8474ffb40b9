// SPDX-License-Identifier: BSD-2-Clause
// Time: the output's frame rate and count, the segment grid, and the spans.
#include <inttypes.h>

#include "src/base/mem.h"
#include "src/media/plan_private.h"

// Above this a rate is halved. 60, and the 1 % by which the measured rate of a
// 60 Hz camera wanders.
static const struct rational rate_keep_max = {303, 5};

static struct rational whole(int64_t value)
{
    return rational_make(value, 1);
}

struct rational plan_default_gop(struct rational segment_duration)
{
    // 2 s, and the 0.1 % by which the times of 29.97 and its like are longer.
    const struct rational longest = {1001, 500};
    int64_t count = rational_ceil(rational_div(segment_duration, longest), 1);
    return rational_div(segment_duration, rational_make(count < 1 ? 1 : count, 1));
}

// Where no gop is asked for, one that fits. What is no segment duration is refused later.
void plan_choose_gop(struct plan_options *options, struct plan *plan)
{
    char text[48];
    struct rational segment = options->segment_duration;
    if (options->gop.num != 0 || segment.num <= 0 || segment.den <= 0)
        return;
    options->gop = plan_default_gop(segment);
    if (rational_cmp(options->gop, rational_make(2, 1)) == 0)
        return;
    rational_format_short(options->gop, text);
    plan_note(plan, NOTE_INFO, "gop",
              "groups of %s s: the longest up to 2 s of which segments of %.6g s hold a whole "
              "number",
              text, rational_to_double(segment));
}

static bool choose_rate(const struct video_facts *video, struct plan *plan, struct err *err)
{
    struct rational rate = video->frame_rate;
    if (rate.num <= 0 || rate.den <= 0 || rational_cmp(rate, whole(100000)) > 0)
        return err_set(err, ERR_INPUT,
                       "the source's frame rate of %" PRId64 "/%" PRId64 " makes no sense",
                       rate.num, rate.den);
    plan->source_frame_rate = rate;
    plan->keep_every = 1;
    while (rational_cmp(rational_div(rate, whole(plan->keep_every)), rate_keep_max) > 0)
        plan->keep_every *= 2;
    plan->frame_rate = rational_div(rate, whole(plan->keep_every));
    if (plan->keep_every > 1)
        plan_note(plan, NOTE_CHANGED, "frame rate", "%.5g frames per second made %.5g: one in %d",
                  rational_to_double(rate), rational_to_double(plan->frame_rate),
                  (int)plan->keep_every);
    if (video->timing == TIMING_VARIABLE)
        plan_note(plan, NOTE_CHANGED, "frame rate",
                  "spacing of frames varies: made a constant %.5g frames per second",
                  rational_to_double(plan->frame_rate));
    if (video->timing == TIMING_COUNTED)
        plan_note(plan, NOTE_WARNING, "frame rate",
                  "timestamps are missing or useless: frames are counted, at %.5g per second",
                  rational_to_double(plan->frame_rate));
    return true;
}

// rate.num x 10^k ticks, so that a frame is a whole number of them; at least
// 10000 a second, for players that keep times in few digits.
static bool choose_timescale(struct plan *plan, struct err *err)
{
    int64_t scale = 1;
    while (plan->frame_rate.num * scale < 10000)
        scale *= 10;
    plan->video_timescale_hz = plan->frame_rate.num * scale;
    // mdhd and trun hold 32 bits (ISO/IEC 14496-12).
    if (plan->frame_rate.num > UINT32_MAX || plan->frame_rate.den > INT32_MAX / scale)
        return err_set(err, ERR_INPUT,
                       "the source's frame rate of %" PRId64 "/%" PRId64 " cannot be written",
                       plan->frame_rate.num, plan->frame_rate.den);
    plan->frame_duration_ticks = plan->frame_rate.den * scale;
    return true;
}

static bool choose_frame_count(const struct video_facts *video, const struct plan_options *options,
                               struct plan *plan, struct err *err)
{
    const int64_t frames_max = INT64_C(1) << 32; // two years at 60 per second
    int64_t count = video->frame_count;
    if (video->timing == TIMING_VARIABLE) {
        struct rational length = rational_sub(video->end_time, video->first_time);
        count = rational_round(rational_mul(length, plan->source_frame_rate), 1);
        if (count < 1 && video->frame_count >= 1)
            count = 1;
    }
    if (count < 1)
        return err_set(err, ERR_INPUT, "the source's video has no frames");
    if (count > frames_max)
        return err_set(err, ERR_INPUT, "the source claims %" PRId64 " frames", count);
    plan->frame_count = (count + plan->keep_every - 1) / plan->keep_every;
    if (options->limit_duration.num > 0) {
        int64_t limit = rational_round(rational_mul(options->limit_duration, plan->frame_rate), 1);
        limit = limit < 1 ? 1 : limit;
        if (limit < plan->frame_count) {
            plan->frame_count = limit;
            plan_note(plan, NOTE_CHANGED, "duration", "cut to %.6g s, as asked",
                      rational_to_double(options->limit_duration));
        }
    }
    return true;
}

bool plan_choose_grid_video(const struct video_facts *video, const struct plan_options *options,
                            struct plan *plan, struct err *err)
{
    if (!choose_rate(video, plan, err) || !choose_timescale(plan, err) ||
        !choose_frame_count(video, options, plan, err))
        return false;
    // Whole frames to a group, and as many whole groups as come nearest to the segment.
    int64_t gop = rational_round(rational_mul(options->gop, plan->frame_rate), 1);
    plan->frames_per_gop = gop < 1 ? 1 : gop;
    struct rational segment_frames = rational_mul(options->segment_duration, plan->frame_rate);
    int64_t gops = rational_round(rational_div(segment_frames, whole(plan->frames_per_gop)), 1);
    plan->frames_per_segment = plan->frames_per_gop * (gops < 1 ? 1 : gops);
    plan->source_start = video->first_time;
    plan->grid =
        segment_grid_build(rational_div(whole(plan->frame_count), plan->frame_rate),
                           rational_div(whole(plan->frames_per_segment), plan->frame_rate));
    // 1 % is what 29.97 and its like are off by nature.
    double asked_s = rational_to_double(options->segment_duration);
    double made_s = rational_to_double(plan->grid.segment_duration);
    if (made_s > asked_s * 1.01 || made_s < asked_s * 0.99)
        plan_note(plan, NOTE_CHANGED, "segments",
                  "made %.6g s long instead of %.6g: whole groups of %" PRId64
                  " frames at %.6g frames/s",
                  made_s, asked_s, plan->frames_per_gop, rational_to_double(plan->frame_rate));
    return true;
}

bool plan_choose_grid_audio(const struct source_facts *facts, const struct plan_options *options,
                            struct plan *plan, struct err *err)
{
    struct rational start = {0, 1}, end = {0, 1};
    bool is_first = true;
    for (size_t i = 0; i < facts->audio_count; i++) {
        const struct audio_facts *audio = &facts->audio[i];
        bool is_chosen = false;
        for (size_t k = 0; k < plan->audio_count; k++)
            is_chosen |= plan->audio[k].stream_index == audio->stream_index;
        if (!is_chosen)
            continue;
        if (is_first || rational_cmp(audio->first_time, start) < 0)
            start = audio->first_time;
        if (is_first || rational_cmp(audio->end_time, end) > 0)
            end = audio->end_time;
        is_first = false;
    }
    struct rational duration = rational_sub(end, start);
    if (duration.num <= 0)
        return err_set(err, ERR_INPUT, "the source's audio has no duration");
    if (rational_cmp(duration, whole(INT64_C(1) << 26)) > 0)
        return err_set(err, ERR_INPUT, "the source claims to last %.0f s",
                       rational_to_double(duration));
    if (options->limit_duration.num > 0 && rational_cmp(options->limit_duration, duration) < 0) {
        duration = options->limit_duration;
        plan_note(plan, NOTE_CHANGED, "duration", "cut to %.6g s, as asked",
                  rational_to_double(duration));
    }
    plan->source_start = start;
    plan->grid = segment_grid_build(duration, options->segment_duration);
    return true;
}

// Segments per span. A span seeks to the source keyframe before it and decodes
// from there for nothing: on average half a keyframe gap. Runs of 4 segments keep
// that small against usual gaps and still give many pieces of work; where the
// source's longest gap is long, a span lasts at least 4 such gaps, so that no more
// than a quarter is ever decoded twice. Very long sources get longer spans, to
// keep their number bounded.
static int64_t span_length(const struct source_facts *facts, const struct plan *plan)
{
    int64_t length = 4;
    struct rational gap = facts->video.longest_keyframe_gap;
    if (gap.num > 0) {
        struct rational four = rational_mul(gap, whole(4));
        int64_t wanted = rational_ceil(rational_div(four, plan->grid.segment_duration), 1);
        length = wanted > length ? wanted : length;
    }
    int64_t rest = plan->grid.segment_count - 1;
    int64_t bounded = (rest + PLAN_SPANS_MAX - 2) / (PLAN_SPANS_MAX - 1);
    length = length < bounded ? bounded : length;
    return length < plan->grid.segment_count ? length : plan->grid.segment_count;
}

void plan_choose_spans(const struct source_facts *facts, struct plan *plan)
{
    int64_t count = plan->grid.segment_count;
    int64_t length = span_length(facts, plan);
    bool is_one = !plan->has_video || !plan->is_seekable || count == 1;
    size_t most = is_one ? 1 : 2 + (size_t)((count - 1) / length);
    plan->spans = mem_alloc(most * sizeof(plan->spans[0]));
    if (is_one) {
        plan->spans[plan->span_count++] = (struct plan_span){0, count};
        return;
    }
    // The first segment alone, so that something is playable early.
    plan->spans[plan->span_count++] = (struct plan_span){0, 1};
    for (int64_t at = 1; at < count; at += length) {
        int64_t left = count - at;
        bool is_tiny = left * 2 < length && plan->span_count > 1;
        if (is_tiny)
            plan->spans[plan->span_count - 1].segment_count += left;
        else
            plan->spans[plan->span_count++] = (struct plan_span){at, left < length ? left : length};
    }
}
