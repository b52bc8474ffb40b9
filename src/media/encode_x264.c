// SPDX-License-Identifier: BSD-2-Clause
// H.264 through libx264 directly, one thread, capped CRF. Direct rather than
// through libavcodec: length-prefixed NAL units without a copy, parameter sets
// before the first frame, and room for sharing one rung's analysis with others.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <x264.h>

#include "packager/codec_config.h"
#include "src/base/log.h"
#include "src/media/encode_private.h"

#define LOOK_BEYOND_MAX_FRAMES 10 // the gain is in the first few

struct encoder {
    x264_t *x264;
    x264_param_t param;
    int64_t coded; // pictures that came out
};

__attribute__((format(printf, 3, 0))) static void log_x264(void *self, int level, const char *fmt,
                                                           va_list args)
{
    (void)self;
    if (level > X264_LOG_WARNING)
        return;
    AUTO_FREE char *text = mem_vprintf(fmt, args);
    text[strcspn(text, "\n")] = '\0';
    log_msg(LOG_VERBOSE, "x264", "%s", text);
}

static void set_rate(x264_param_t *param, const struct plan_video *track)
{
    param->rc.i_rc_method = X264_RC_CRF;
    param->rc.f_rf_constant = (float)track->crf;
    param->rc.i_vbv_max_bitrate = (int)(track->maxrate_bps / 1000);
    param->rc.i_vbv_buffer_size = (int)(track->bufsize_bits / 1000);
}

static void set_stream(x264_param_t *param, const struct plan *plan, const struct plan_video *track)
{
    param->i_width = track->width_px;
    param->i_height = track->height_px;
    param->i_csp = X264_CSP_I420;
    param->i_fps_num = (uint32_t)plan->frame_rate.num;
    param->i_fps_den = (uint32_t)plan->frame_rate.den;
    param->i_timebase_num = param->i_fps_den;
    param->i_timebase_den = param->i_fps_num;
    param->b_vfr_input = 0;
    param->vui.i_sar_width = 1;
    param->vui.i_sar_height = 1;
    param->vui.b_fullrange = 0;
    param->vui.i_colorprim = plan->colour_primaries;
    param->vui.i_transfer = plan->transfer_characteristics;
    param->vui.i_colmatrix = plan->matrix_coefficients;
    param->b_annexb = 0;
    param->b_repeat_headers = 0;
    param->b_aud = 0;
    param->i_level_idc = track->level_idc;
    if (track->reference_frames > 0)
        param->i_frame_reference = track->reference_frames;
}

// libx264's AVX-512 macroblock-tree code takes eight macroblocks at a time and, where a
// row is no multiple of eight, goes on into memory nobody wrote: the output then
// depends on the heap (seen with 164 at every such width, never at others; the results
// are otherwise those of AVX2, which is about an eighth slower).
#if defined(__x86_64__) || defined(__i386__)
#define WIDE_INSTRUCTIONS X264_CPU_AVX512
#else
#define WIDE_INSTRUCTIONS 0u
#endif

static void set_instructions(x264_param_t *param)
{
    int macroblocks_per_row = (param->i_width + 15) / 16;
    if (macroblocks_per_row % 8 != 0)
        param->cpu &= ~WIDE_INSTRUCTIONS;
}

// Every group of pictures is closed, starts with an IDR and is as long as planned.
static void set_groups(x264_param_t *param, const struct plan *plan)
{
    param->i_keyint_max = (int)plan->frames_per_gop;
    param->i_keyint_min = (int)plan->frames_per_gop;
    param->i_scenecut_threshold = 0;
    param->b_open_gop = 0;
    param->b_intra_refresh = 0;
    // Where the preset looks ahead nearly to the end of a group, all of it costs little
    // more; the rate at equal quality is some tenths of a percent lower.
    int lookahead = param->rc.i_lookahead;
    if (lookahead < param->i_keyint_max && param->i_keyint_max <= lookahead + lookahead / 4)
        param->rc.i_lookahead = param->i_keyint_max;
    // One thread: the result does not depend on the machine, and parallelism comes
    // from other spans and rungs. Stitchable: equal headers in every span.
    param->i_threads = 1;
    param->i_lookahead_threads = 1;
    param->b_sliced_threads = 0;
    param->b_deterministic = 1;
    param->b_stitchable = 1;
}

static bool open_x264(const struct plan *plan, const struct plan_video *track, struct encoder **ret,
                      struct err *err)
{
    struct encoder *encoder = mem_alloc(sizeof *encoder);
    x264_param_t *param = &encoder->param;
    if (x264_param_default_preset(param, track->preset, NULL) < 0) {
        MEM_FREE(encoder);
        return err_set(err, ERR_CONFIG, "libx264 has no preset \"%s\"", track->preset);
    }
    param->pf_log = log_x264;
    set_stream(param, plan, track);
    set_groups(param, plan);
    set_instructions(param);
    set_rate(param, track);
    x264_param_apply_profile(param, "high");
    encoder->x264 = x264_encoder_open(param);
    if (!encoder->x264) {
        MEM_FREE(encoder);
        return err_set(err, ERR_TRANSIENT, "open libx264 for %dx%d", track->width_px,
                       track->height_px);
    }
    x264_encoder_parameters(encoder->x264, param); // as libx264 settled them
    *ret = encoder;
    return true;
}

// x264 codes a picture the better the longer others build on it, as far as it can see,
// and looks across IDR pictures so that quality does not drop in front of each. At the
// end of its input it sees nothing: the end of every span would be worse.
static int64_t look_beyond_x264(const struct plan_video *track)
{
    x264_param_t param;
    if (x264_param_default_preset(&param, track->preset, NULL) < 0 || !param.rc.b_mb_tree)
        return 0;
    int half = param.rc.i_lookahead / 2;
    return half < LOOK_BEYOND_MAX_FRAMES ? half : LOOK_BEYOND_MAX_FRAMES;
}

static bool config_x264(struct encoder *encoder, struct buf *ret, struct err *err)
{
    x264_nal_t *nals = NULL;
    int count = 0;
    if (x264_encoder_headers(encoder->x264, &nals, &count) < 0)
        return err_set(err, ERR_BUG, "libx264 gave no headers");
    const x264_nal_t *sps = NULL, *pps = NULL;
    for (int i = 0; i < count; i++) {
        if (nals[i].i_type == NAL_SPS)
            sps = &nals[i];
        if (nals[i].i_type == NAL_PPS)
            pps = &nals[i];
    }
    if (!sps || !pps || sps->i_payload < 5 || pps->i_payload < 5)
        return err_set(err, ERR_BUG, "libx264 gave no parameter sets");
    // Each comes with its 4-byte length in front.
    return codec_config_avcc(sps->p_payload + 4, (size_t)sps->i_payload - 4, pps->p_payload + 4,
                             (size_t)pps->i_payload - 4, ret, err);
}

static int64_t reorder_x264(const struct encoder *encoder)
{
    return encoder->param.i_bframe == 0 ? 0 : encoder->param.i_bframe_pyramid ? 2 : 1;
}

static bool deliver(struct encoder *encoder, x264_nal_t *nals, int size,
                    const x264_picture_t *coded, encoded_fn out, void *self, struct err *err)
{
    encoder->coded++;
    struct encoded encoded = {
        .data = nals[0].p_payload, // all NAL units of a picture lie behind one another
        .size_bytes = (size_t)size,
        .frame = coded->i_pts,
        .is_sync = coded->b_keyframe,
    };
    return out(self, &encoded, err);
}

static bool encode_x264(struct encoder *encoder, const struct picture *picture, int64_t frame,
                        bool force_idr, encoded_fn out, void *self, struct err *err)
{
    x264_picture_t in, coded;
    x264_nal_t *nals = NULL;
    int count = 0;
    if (picture) {
        x264_picture_init(&in);
        in.img.i_csp = X264_CSP_I420;
        in.img.i_plane = 3;
        for (int p = 0; p < 3; p++) {
            in.img.plane[p] = picture->plane[p];
            in.img.i_stride[p] = picture->stride_bytes[p];
        }
        in.i_pts = frame;
        in.i_type = force_idr ? X264_TYPE_IDR : X264_TYPE_AUTO;
        int size = x264_encoder_encode(encoder->x264, &nals, &count, &in, &coded);
        if (size < 0)
            return err_set(err, ERR_BUG, "libx264 failed at frame %" PRId64, frame);
        return size == 0 || deliver(encoder, nals, size, &coded, out, self, err);
    }
    while (encoder->coded < frame && x264_encoder_delayed_frames(encoder->x264) > 0) {
        int size = x264_encoder_encode(encoder->x264, &nals, &count, NULL, &coded);
        if (size < 0)
            return err_set(err, ERR_BUG, "libx264 failed while draining");
        if (size > 0 && !deliver(encoder, nals, size, &coded, out, self, err))
            return false;
    }
    return true;
}

static void close_x264(struct encoder *encoder)
{
    x264_encoder_close(encoder->x264);
    MEM_FREE(encoder);
}

static void identity_x264(char ret_text[64])
{
    snprintf(ret_text, 64, "libx264 %d%s", X264_BUILD, X264_POINTVER[0] ? " " X264_POINTVER : "");
}

const struct encoder_ops encoder_x264 = {
    .name = "libx264",
    .open = open_x264,
    .config = config_x264,
    .reorder_frames = reorder_x264,
    .look_beyond = look_beyond_x264,
    .encode = encode_x264,
    .close = close_x264,
    .identity = identity_x264,
};
