// SPDX-License-Identifier: BSD-2-Clause
// What every libx264 encoder here is told alike.
#include "src/media/x264_settings.h"

#include <stdio.h>
#include <string.h>

#include "packager/codec_config.h"
#include "src/base/log.h"

#define LOOK_BEYOND_MAX_FRAMES 10 // the gain is in the first few

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

bool x264_settings_init(const struct plan *plan, const struct plan_video *track,
                        x264_param_t *param, struct err *err)
{
    if (x264_param_default_preset(param, track->preset, NULL) < 0)
        return err_set(err, ERR_CONFIG, "libx264 has no preset \"%s\"", track->preset);
    param->pf_log = log_x264;
    set_stream(param, plan, track);
    set_groups(param, plan);
    set_instructions(param);
    return true;
}

bool x264_settings_open(x264_param_t *param, x264_t **ret, struct err *err)
{
    x264_param_apply_profile(param, "high");
    *ret = x264_encoder_open(param);
    if (!*ret)
        return err_set(err, ERR_TRANSIENT, "open libx264 for %dx%d", param->i_width,
                       param->i_height);
    x264_encoder_parameters(*ret, param); // as libx264 settled them
    return true;
}

bool x264_settings_config(x264_t *x264, struct buf *ret, struct err *err)
{
    x264_nal_t *nals = NULL;
    int count = 0;
    if (x264_encoder_headers(x264, &nals, &count) < 0)
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

int64_t x264_settings_reorder_frames(const x264_param_t *param)
{
    return param->i_bframe == 0 ? 0 : param->i_bframe_pyramid ? 2 : 1;
}

// x264 codes a picture the better the longer others build on it, as far as it can see,
// and looks across IDR pictures so that quality does not drop in front of each. At the
// end of its input it sees nothing: the end of every span would be worse.
int64_t x264_settings_look_beyond(const struct plan_video *track)
{
    x264_param_t param;
    if (x264_param_default_preset(&param, track->preset, NULL) < 0 || !param.rc.b_mb_tree)
        return 0;
    int half = param.rc.i_lookahead / 2;
    return half < LOOK_BEYOND_MAX_FRAMES ? half : LOOK_BEYOND_MAX_FRAMES;
}

void x264_settings_fill(const struct picture *picture, int64_t frame, x264_picture_t *ret)
{
    x264_picture_init(ret);
    ret->img.i_csp = X264_CSP_I420;
    ret->img.i_plane = 3;
    for (int p = 0; p < 3; p++) {
        ret->img.plane[p] = picture->plane[p];
        ret->img.i_stride[p] = picture->stride_bytes[p];
    }
    ret->i_pts = frame;
}

void x264_settings_identity(char ret_text[64])
{
    snprintf(ret_text, 64, "libx264 %d%s", X264_BUILD, X264_POINTVER[0] ? " " X264_POINTVER : "");
}
