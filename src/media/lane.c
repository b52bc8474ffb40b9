// SPDX-License-Identifier: BSD-2-Clause
// Encoding one rung of one span and cutting it into segments.
#include "src/media/lane.h"

#include <inttypes.h>

#include "src/media/score.h"
#include "src/media/segment_builder.h"

struct lane {
    struct lane_spec spec;
    const struct plan_video *track;
    const struct encoder_ops *ops;
    struct encoder *encoder;
    struct segment_builder builder;
    int64_t first_frame; // of the span
    int64_t end_frame;
    int64_t look_beyond; // pictures that are looked at only, behind the last one
    int64_t pictures;    // in
    int64_t coded;       // out, in decode order
    int64_t segment;     // being built, on the grid
    struct score *score; // NULL: none, or done
    struct media_score score_sum;
    int64_t score_cpu_us; // of the score that is done
};

int64_t plan_span_first_frame(const struct plan *plan, size_t span)
{
    return plan->spans[span].first_segment * plan->frames_per_segment;
}

int64_t plan_span_end_frame(const struct plan *plan, size_t span)
{
    const struct plan_span *s = &plan->spans[span];
    int64_t end = (s->first_segment + s->segment_count) * plan->frames_per_segment;
    return end < plan->frame_count ? end : plan->frame_count;
}

int64_t lane_look_beyond(const struct plan *plan, size_t track, size_t span)
{
    const struct encoder_ops *ops = encoder_of(&plan->video[track]);
    int64_t left = plan->frame_count - plan_span_end_frame(plan, span);
    int64_t wanted = ops && ops->look_beyond ? ops->look_beyond(&plan->video[track]) : 0;
    return wanted < left ? wanted : left;
}

static enum cmaf_codec cmaf_codec_of(enum video_codec codec)
{
    static const enum cmaf_codec of[] = {
        [VIDEO_H264] = CMAF_H264, [VIDEO_HEVC] = CMAF_HEVC, [VIDEO_AV1] = CMAF_AV1};
    return of[codec];
}

struct lane *lane_new(const struct lane_spec *spec)
{
    struct lane *lane = mem_alloc(sizeof *lane);
    lane->spec = *spec;
    lane->track = &spec->plan->video[spec->track];
    if (!score_can(spec->score, lane->track))
        lane->spec.score = SCORE_NONE;
    lane->builder.codec = cmaf_codec_of(lane->track->codec);
    lane->first_frame = plan_span_first_frame(spec->plan, spec->span);
    lane->end_frame = plan_span_end_frame(spec->plan, spec->span);
    lane->look_beyond = lane_look_beyond(spec->plan, spec->track, spec->span);
    lane->segment = spec->plan->spans[spec->span].first_segment;
    lane->ops = encoder_of(lane->track);
    return lane;
}

static void close_encoder(struct lane *lane)
{
    if (lane->encoder)
        lane->ops->close(lane->encoder);
    lane->encoder = NULL;
    lane->score_cpu_us = lane_score_cpu_us(lane);
    score_free(&lane->score);
}

void lane_free(struct lane **lane)
{
    if (!*lane)
        return;
    close_encoder(*lane);
    segment_builder_done(&(*lane)->builder);
    MEM_FREE(*lane);
}

static int64_t own_frames(const struct lane *lane)
{
    return lane->end_frame - lane->first_frame;
}

static struct encoder_spec encoder_spec_of(const struct lane *lane)
{
    return (struct encoder_spec){
        .plan = lane->spec.plan,
        .track = lane->track,
        .frame_count = own_frames(lane),
        .analysis = lane->spec.analysis,
        .device = lane->track->encoded_on == DEVICE_CPU ? NULL : lane->spec.device};
}

// An accelerator's encoder that does not do what it was told is the device's fault.
static enum err_kind fault(const struct lane *lane)
{
    return lane->track->encoded_on == DEVICE_CPU ? ERR_BUG : ERR_DEVICE_ENCODE;
}

static bool open_encoder(struct lane *lane, const struct picture *first, struct err *err)
{
    const struct plan *plan = lane->spec.plan;
    if (!lane->ops)
        return err_set(err, ERR_CONFIG, "no encoder \"%s\"", lane->track->encoder);
    struct encoder_spec encoder = encoder_spec_of(lane);
    encoder.first = first;
    if (!lane->ops->open(&encoder, &lane->encoder, err))
        return false;
    AUTO(buf_done) struct buf config = {0};
    if (!lane->ops->config(lane->encoder, &config, err))
        return false;
    struct score_spec score = {.kind = lane->spec.score, .track = lane->track, .config = &config};
    if (lane->spec.score != SCORE_NONE && !score_open(&score, &lane->score, err))
        return false;
    lane->builder.composition_delay_ticks =
        lane->ops->reorder_frames(lane->encoder) * plan->frame_duration_ticks;
    struct cmaf_track_spec spec = {
        .codec = lane->builder.codec,
        .composition_delay_ticks = lane->builder.composition_delay_ticks,
        .timescale_hz = plan->video_timescale_hz,
        .config = config.data,
        .config_size_bytes = config.size_bytes,
        .width_px = lane->track->width_px,
        .height_px = lane->track->height_px,
        .colour_primaries = plan->colour_primaries,
        .transfer_characteristics = plan->transfer_characteristics,
        .matrix_coefficients = plan->matrix_coefficients,
    };
    bool ok = track_init_send(lane->spec.init, lane->track->id, &spec, lane->spec.sink, err);
    if (!ok && err && err->kind == ERR_BUG)
        err->kind = fault(lane);
    return ok;
}

static int64_t segment_first_frame(const struct lane *lane, int64_t segment)
{
    int64_t first = segment * lane->spec.plan->frames_per_segment;
    return first < lane->end_frame ? first : lane->end_frame;
}

static bool flush(struct lane *lane, struct err *err)
{
    const struct plan *plan = lane->spec.plan;
    int64_t first = segment_first_frame(lane, lane->segment);
    int64_t end = segment_first_frame(lane, lane->segment + 1);
    if ((int64_t)lane->builder.count != end - first)
        return err_set(err, fault(lane), "%s: %zu pictures in segment %" PRId64 ", not %" PRId64,
                       lane->ops->name, lane->builder.count, lane->segment + 1, end - first);
    struct segment_place place = {
        .track_id = lane->track->id,
        .index = lane->segment,
        .decode_time_ticks = first * plan->frame_duration_ticks,
        .start_ticks = first * plan->frame_duration_ticks,
        .duration_ticks = (end - first) * plan->frame_duration_ticks,
    };
    lane->segment++;
    return segment_builder_flush(&lane->builder, &place, lane->spec.sink, err);
}

static bool take_coded(void *self, const struct encoded *encoded, struct err *err)
{
    struct lane *lane = self;
    int64_t ticks = lane->spec.plan->frame_duration_ticks;
    int64_t frame = lane->first_frame + encoded->frame;
    if (frame >= lane->end_frame)
        return true; // the next span's
    int64_t boundary = segment_first_frame(lane, lane->segment + 1);
    if (frame == boundary && boundary < lane->end_frame) {
        if (!encoded->is_sync)
            return err_set(err, fault(lane), "%s: no IDR at frame %" PRId64, lane->ops->name,
                           frame);
        if (!flush(lane, err))
            return false;
    }
    struct builder_sample sample = {
        .duration_ticks = ticks,
        .composition_offset_ticks = (encoded->frame - lane->coded) * ticks,
        .is_sync = encoded->is_sync,
    };
    if (lane->builder.count == 0 && !encoded->is_sync)
        return err_set(err, fault(lane), "%s: segment %" PRId64 " does not start with an IDR",
                       lane->ops->name, lane->segment + 1);
    lane->coded++;
    segment_builder_add(&lane->builder, encoded->data, encoded->size_bytes, &sample);
    return !lane->score || score_add_coded(lane->score, encoded, err);
}

bool lane_encode(struct lane *lane, struct picture *picture, struct err *err)
{
    if (lane->pictures >= own_frames(lane) + lane->look_beyond)
        return true;
    if (!lane->encoder && !open_encoder(lane, picture, err))
        return err_wrap(err, "%s", lane->track->id);
    if (lane->score && lane->pictures < own_frames(lane))
        score_add_picture(lane->score, picture);
    bool force_idr = lane->pictures % lane->spec.plan->frames_per_gop == 0;
    if (!lane->ops->encode(lane->encoder, picture, lane->pictures, force_idr, take_coded, lane,
                           err))
        return err_wrap(err, "%s", lane->track->id);
    lane->pictures++;
    return true;
}

bool lane_is_ready(const struct lane *lane, int64_t pictures)
{
    if (!lane->ops || !lane->ops->is_ready)
        return true;
    struct encoder_spec spec = encoder_spec_of(lane);
    return lane->ops->is_ready(&spec, lane->pictures + pictures);
}

bool lane_finish(struct lane *lane, struct err *err)
{
    bool ok =
        lane->ops->encode(lane->encoder, NULL, own_frames(lane), false, take_coded, lane, err) &&
        flush(lane, err) && (!lane->score || score_finish(lane->score, &lane->score_sum, err));
    close_encoder(lane);
    return ok || err_wrap(err, "%s", lane->track->id);
}

int64_t lane_frames_done(const struct lane *lane)
{
    return lane->coded;
}

int64_t lane_memory_bytes(const struct plan *plan, size_t track, enum score_kind score)
{
    const struct plan_video *video = &plan->video[track];
    return encoder_memory_bytes(plan, video) +
           (score_can(score, video) ? score_memory_bytes(video) : 0);
}

struct media_score lane_score(const struct lane *lane)
{
    return lane->score_sum;
}

int64_t lane_score_cpu_us(const struct lane *lane)
{
    return lane->score_cpu_us + (lane->score ? score_cpu_us(lane->score) : 0);
}
