// SPDX-License-Identifier: BSD-2-Clause
// H.264 of a rung that shares its analysis: pictures are kept until a group is whole, then
// it is coded at once, a pilot's in CRF, a follower's with the pilot's analysis. A pilot
// that breaks its cap follows itself.
#include <math.h>
#include <string.h>

#include "src/media/encode_private.h"
#include "src/media/x264_group.h"

#define BITS_BY_SIZE 0.75 // bits grow with this power of the number of pixels

struct encoder {
    struct encoder_spec spec;
    struct buf config;
    int64_t reorder_frames;
    int64_t look_beyond;
    struct picture **pictures; // [gop + look_beyond]
    int64_t held;              // of them, from the first of the group on
    int64_t group;             // the next one, of the span
    struct rate_cap cap;
    double ratio; // bits to the pilot's without a cap, of the group before or a guess
    struct coded_group coded;
};

static bool is_pilot(const struct encoder *encoder)
{
    return encoder->spec.track->analysis == ANALYSIS_PILOT;
}

static const struct plan_video *pilot_of(const struct encoder_spec *spec)
{
    return spec->track->analysis == ANALYSIS_PILOT ? spec->track
                                                   : &spec->plan->video[spec->track->pilot];
}

// Until a group is coded: larger pictures take more bits, another CRF more or fewer.
static double guess_ratio(const struct encoder_spec *spec)
{
    const struct plan_video *track = spec->track, *pilot = pilot_of(spec);
    double size =
        (double)track->width_px * track->height_px / ((double)pilot->width_px * pilot->height_px);
    return pow(size, BITS_BY_SIZE) * exp2((pilot->crf - track->crf) / 6);
}

static void close_group(struct encoder *encoder)
{
    for (int64_t i = 0; i < encoder->held; i++)
        picture_unref(&encoder->pictures[i]);
    MEM_FREE(encoder->pictures);
    buf_done(&encoder->config);
    coded_group_done(&encoder->coded);
    MEM_FREE(encoder);
}

// The parameter sets are the same in both passes and are wanted before either.
static bool find_config(struct encoder *encoder, struct err *err)
{
    x264_param_t param;
    x264_t *x264 = NULL;
    if (!x264_settings_init(encoder->spec.plan, encoder->spec.track, &param, err) ||
        !x264_settings_open(&param, &x264, err))
        return false;
    encoder->reorder_frames = x264_settings_reorder_frames(&param);
    bool ok = x264_settings_config(x264, &encoder->config, err);
    x264_encoder_close(x264);
    return ok;
}

static int64_t look_beyond_group(const struct plan_video *track)
{
    return track->analysis == ANALYSIS_PILOT ? x264_settings_look_beyond(track) : 0;
}

static bool open_group(const struct encoder_spec *spec, struct encoder **ret, struct err *err)
{
    const struct plan *plan = spec->plan;
    struct encoder *encoder = mem_alloc(sizeof *encoder);
    encoder->spec = *spec;
    encoder->look_beyond = look_beyond_group(spec->track);
    size_t room = (size_t)(plan->frames_per_gop + encoder->look_beyond);
    encoder->pictures = mem_alloc(room * sizeof *encoder->pictures);
    encoder->ratio = guess_ratio(spec);
    rate_cap_init(&encoder->cap, spec->track->maxrate_bps, spec->track->bufsize_bits,
                  plan->frame_rate, plan->frames_per_segment);
    if (!find_config(encoder, err)) {
        close_group(encoder);
        return false;
    }
    *ret = encoder;
    return true;
}

static bool config_group(struct encoder *encoder, struct buf *ret, struct err *err)
{
    (void)err;
    buf_append(ret, encoder->config.data, encoder->config.size_bytes);
    return true;
}

static int64_t reorder_group(const struct encoder *encoder)
{
    return encoder->reorder_frames;
}

static bool is_ready_group(const struct encoder_spec *spec, int64_t pictures)
{
    int64_t gop = spec->plan->frames_per_gop;
    int64_t whole =
        pictures >= spec->frame_count ? (spec->frame_count + gop - 1) / gop : pictures / gop;
    return spec->track->analysis == ANALYSIS_PILOT ||
           analysis_groups_ready(spec->analysis) >= whole;
}

static int64_t group_frames(const struct encoder *encoder)
{
    int64_t gop = encoder->spec.plan->frames_per_gop;
    int64_t left = encoder->spec.frame_count - encoder->group * gop;
    return left < gop ? left : gop;
}

// Pictures of the same segment behind the group.
static int64_t segment_left(const struct encoder *encoder)
{
    const struct plan *plan = encoder->spec.plan;
    int64_t end = encoder->group * plan->frames_per_gop + group_frames(encoder);
    int64_t segment_end =
        (end + plan->frames_per_segment - 1) / plan->frames_per_segment * plan->frames_per_segment;
    if (segment_end > encoder->spec.frame_count)
        segment_end = encoder->spec.frame_count;
    return segment_end - end;
}

static struct x264_group_spec group_spec(const struct encoder *encoder)
{
    return (struct x264_group_spec){
        .plan = encoder->spec.plan,
        .track = encoder->spec.track,
        .config = &encoder->config,
        .pictures = encoder->pictures,
        .count = group_frames(encoder),
    };
}

// By presentation order.
static int64_t *frame_bits_of(const struct coded_group *coded)
{
    int64_t *bits = mem_alloc((size_t)coded->count * sizeof *bits);
    for (int64_t i = 0; i < coded->count; i++)
        bits[coded->pictures[i].frame] = coded->bits[i];
    return bits;
}

// As the group's final output if it keeps the cap, and in any case for its analysis,
// which is one without a cap.
static bool code_first_pass(struct encoder *encoder, struct err *err)
{
    struct analysis *analysis = encoder->spec.analysis;
    AUTO_FREE char *path = analysis_path(analysis, encoder->group);
    struct x264_group_spec spec = group_spec(encoder);
    spec.beyond = encoder->held - spec.count;
    spec.statistics_out = path;
    if (!x264_group_code(&spec, &encoder->coded, err))
        return false;
    AUTO_FREE int64_t *bits = frame_bits_of(&encoder->coded);
    return analysis_put(analysis, encoder->group, spec.count, bits, err);
}

static bool code_second_pass(struct encoder *encoder, const struct analysis_group *analysis,
                             double offset, struct err *err)
{
    struct rate_follow follow;
    struct x264_group_spec spec = group_spec(encoder);
    rate_follow_init(&follow, analysis, &encoder->cap, segment_left(encoder), offset,
                     encoder->ratio);
    spec.statistics_in = analysis->path;
    spec.follow = &follow;
    spec.gives_back = true;
    // libx264 refuses a rate below what headers and motion vectors take alone.
    spec.expected_bits = (int64_t)(4 * (double)analysis->bits * fmax(1, encoder->ratio)) + 100000;
    bool ok = x264_group_code(&spec, &encoder->coded, err);
    encoder->cap = follow.cap;
    encoder->ratio = follow.ratio;
    rate_follow_done(&follow);
    return ok;
}

static bool keeps_cap(const struct encoder *encoder)
{
    const struct coded_group *coded = &encoder->coded;
    return rate_cap_excess(&encoder->cap, coded->bits, coded->count, segment_left(encoder)) <= 1;
}

static bool code_group(struct encoder *encoder, struct err *err)
{
    const struct plan_video *track = encoder->spec.track;
    if (is_pilot(encoder)) {
        if (!code_first_pass(encoder, err))
            return false;
        if (keeps_cap(encoder)) {
            rate_cap_take(&encoder->cap, encoder->coded.bits, encoder->coded.count);
            return true;
        }
    }
    const struct analysis_group *analysis = analysis_get(encoder->spec.analysis, encoder->group);
    if (!analysis)
        return err_set(err, ERR_BUG, "the pilot's analysis is not there");
    return code_second_pass(encoder, analysis, track->crf - pilot_of(&encoder->spec)->crf, err);
}

static bool deliver(struct encoder *encoder, encoded_fn out, void *self, struct err *err)
{
    const struct coded_group *coded = &encoder->coded;
    int64_t first = encoder->group * encoder->spec.plan->frames_per_gop;
    for (int64_t i = 0; i < coded->count; i++) {
        const struct coded_picture *picture = &coded->pictures[i];
        struct encoded encoded = {
            .data = coded->bytes.data + picture->offset_bytes,
            .size_bytes = picture->size_bytes,
            .frame = first + picture->frame,
            .is_sync = picture->is_sync,
        };
        if (!out(self, &encoded, err))
            return false;
    }
    return true;
}

static void drop_group(struct encoder *encoder)
{
    int64_t count = group_frames(encoder);
    for (int64_t i = 0; i < count; i++)
        picture_unref(&encoder->pictures[i]);
    encoder->held -= count;
    memmove(encoder->pictures, encoder->pictures + count,
            (size_t)encoder->held * sizeof(struct picture *));
    analysis_release(encoder->spec.analysis, encoder->group);
    encoder->group++;
}

static bool finish_group(struct encoder *encoder, encoded_fn out, void *self, struct err *err)
{
    if (!code_group(encoder, err) || !deliver(encoder, out, self, err))
        return false;
    drop_group(encoder);
    return true;
}

static bool encode_group(struct encoder *encoder, struct picture *picture, int64_t frame,
                         bool force_idr, encoded_fn out, void *self, struct err *err)
{
    (void)frame;
    (void)force_idr; // groups are as long as planned
    if (picture) {
        picture_ref(picture);
        encoder->pictures[encoder->held++] = picture;
    }
    while (group_frames(encoder) > 0) {
        int64_t wanted = group_frames(encoder) + (picture ? encoder->look_beyond : 0);
        if (encoder->held < wanted)
            return picture || err_set(err, ERR_BUG, "a group of pictures is not whole");
        if (!finish_group(encoder, out, self, err))
            return false;
    }
    return true;
}

const struct encoder_ops encoder_x264_group = {
    .name = "libx264",
    .open = open_group,
    .config = config_group,
    .reorder_frames = reorder_group,
    .is_ready = is_ready_group,
    .look_beyond = look_beyond_group,
    .encode = encode_group,
    .close = close_group,
    .identity = x264_settings_identity,
};
