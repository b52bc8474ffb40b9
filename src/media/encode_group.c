// SPDX-License-Identifier: BSD-2-Clause
// H.264 of a rung that shares its analysis: pictures are kept until a group is whole,
// the group is coded at once, held against the cap, and coded again where it breaks it.
#include <math.h>
#include <string.h>

#include "src/media/encode_private.h"
#include "src/media/rate_cap.h"
#include "src/media/x264_group.h"

#define TRIES_MAX      6
#define QP_MAX         51
#define LEAST_RISE     0.3
#define WASTEFUL_SHARE 0.8 // of the cap: a rise that leaves more unused was a bad guess

struct encoder {
    struct encoder_spec spec;
    struct buf config;
    int64_t reorder_frames;
    int64_t look_beyond;
    struct picture **pictures; // [gop + look_beyond]
    int64_t held;              // of them, from the first of the group on
    int64_t group;             // the next one, of the span
    struct rate_cap cap;
    double bits_to_pilots; // the group before, coded without a cap: its bits to the pilot's; 0
    struct coded_group coded;
};

static bool is_pilot(const struct encoder *encoder)
{
    return encoder->spec.track->analysis == ANALYSIS_PILOT;
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
    int64_t whole = pictures >= spec->frame_count ? (spec->frame_count + gop - 1) / gop
                                                  : pictures / gop;
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
    int64_t segment_end = (end + plan->frames_per_segment - 1) / plan->frames_per_segment *
                          plan->frames_per_segment;
    if (segment_end > encoder->spec.frame_count)
        segment_end = encoder->spec.frame_count;
    return segment_end - end;
}

static double excess_of(const struct encoder *encoder)
{
    return rate_cap_excess(&encoder->cap, encoder->coded.sizes_bits, encoder->coded.count,
                           segment_left(encoder));
}

// libx264 takes whole numbers: what rounding takes away from one picture the next of its
// kind gets, so that the mean is right.
static void round_qps(const struct analysis_group *analysis, double rise, int *ret)
{
    double carry[3] = {0};
    for (int64_t i = 0; i < analysis->frame_count; i++) {
        char type = analysis->type[i];
        size_t kind = type == 'I' || type == 'i' ? 0 : type == 'P' ? 1 : 2;
        double wanted = analysis->qp[i] + rise + carry[kind];
        double whole = floor(wanted + 0.5);
        carry[kind] = wanted - whole;
        ret[i] = whole < 0 ? 0 : whole > QP_MAX ? QP_MAX : (int)whole;
    }
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

static bool code_pilot(struct encoder *encoder, struct err *err)
{
    struct analysis *analysis = encoder->spec.analysis;
    AUTO_FREE char *path = analysis_path(analysis, encoder->group);
    struct x264_group_spec spec = group_spec(encoder);
    spec.beyond = encoder->held - spec.count;
    spec.statistics_out = path;
    return x264_group_code(&spec, &encoder->coded, err) &&
           analysis_put(analysis, encoder->group, spec.count, encoder->coded.bits, err);
}

// What the group would take at least without a cap, for libx264's own bookkeeping.
static int64_t expected_bits(const struct encoder *encoder, const struct analysis_group *analysis)
{
    const struct plan_video *track = encoder->spec.track;
    const struct plan_video *pilot =
        is_pilot(encoder) ? track : &encoder->spec.plan->video[track->pilot];
    double size = (double)track->width_px * track->height_px / pilot->width_px / pilot->height_px;
    return (int64_t)(4 * (double)analysis->bits * (size > 1 ? size : 1)) + 100000;
}

static bool code_follower(struct encoder *encoder, const struct analysis_group *analysis,
                          double rise, struct err *err)
{
    AUTO_FREE int *qp = mem_alloc((size_t)analysis->frame_count * sizeof *qp);
    round_qps(analysis, rise, qp);
    struct x264_group_spec spec = group_spec(encoder);
    spec.statistics_in = analysis->path;
    spec.qp = qp;
    spec.expected_bits = expected_bits(encoder, analysis);
    return x264_group_code(&spec, &encoder->coded, err);
}

// Codes until the cap holds. first_rise: for the first try, a guess.
static bool code_capped(struct encoder *encoder, const struct analysis_group *analysis,
                        double offset, double first_rise, struct err *err)
{
    double rise = first_rise;
    bool was_lowered = false;
    for (int tries = 1;; tries++) {
        if (!code_follower(encoder, analysis, offset + rise, err))
            return false;
        double excess = excess_of(encoder);
        bool is_wasteful = excess < WASTEFUL_SHARE && rise > 0 && !was_lowered;
        if ((excess <= 1 && !is_wasteful) || tries == TRIES_MAX)
            break;
        double more = rate_cap_qp_rise(excess);
        if (is_wasteful) {
            was_lowered = true;
            more = -rate_cap_qp_rise(1 / excess);
        } else if (more < LEAST_RISE) {
            more = LEAST_RISE;
        }
        rise = rise + more > 0 ? rise + more : 0;
    }
    encoder->bits_to_pilots =
        (double)encoder->coded.bits / rate_cap_shrink(rise) / (double)analysis->bits;
    return true;
}

// From what the group before took in relation to the pilot.
static double guess_rise(const struct encoder *encoder, const struct analysis_group *analysis)
{
    double bits = encoder->bits_to_pilots * (double)analysis->bits;
    return rate_cap_qp_rise(rate_cap_excess_of_sum(&encoder->cap, bits, analysis->frame_count,
                                                   segment_left(encoder)));
}

static bool code_group(struct encoder *encoder, struct err *err)
{
    if (!is_pilot(encoder)) {
        const struct plan_video *pilot = &encoder->spec.plan->video[encoder->spec.track->pilot];
        const struct analysis_group *analysis =
            analysis_get(encoder->spec.analysis, encoder->group);
        if (!analysis)
            return err_set(err, ERR_BUG, "the pilot's analysis is not there");
        return code_capped(encoder, analysis, encoder->spec.track->crf - pilot->crf,
                           guess_rise(encoder, analysis), err);
    }
    if (!code_pilot(encoder, err))
        return false;
    double excess = excess_of(encoder);
    if (excess <= 1)
        return true;
    const struct analysis_group *analysis = analysis_get(encoder->spec.analysis, encoder->group);
    return code_capped(encoder, analysis, 0, rate_cap_qp_rise(excess), err);
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
    if (!code_group(encoder, err))
        return false;
    rate_cap_take(&encoder->cap, encoder->coded.sizes_bits, encoder->coded.count);
    if (!deliver(encoder, out, self, err))
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
