// SPDX-License-Identifier: BSD-2-Clause
// Called directly, never through libavcodec: FFmpeg opens encoders while it holds
// libavcodec's lock. One thread and nothing ahead, so that a slice is there when the call returns.
#include "coder_x264.h"

#include <stdlib.h>
#include <x264.h>

#include "bits.h"

#define SETS_MAX 512

struct coder {
    x264_t *x264;
    struct slice_origin origin;
    int64_t count;
};

static void set_param(x264_param_t *param, const struct coder_config *config)
{
    param->i_log_level = X264_LOG_NONE;
    param->i_threads = 1;
    param->i_lookahead_threads = 1;
    param->b_sliced_threads = 0;
    param->i_width = config->width;
    param->i_height = config->height;
    param->i_csp = X264_CSP_NV12;
    param->i_bitdepth = 8;
    param->b_vfr_input = 0;
    param->b_annexb = 1;
    param->b_repeat_headers = 0;
    param->i_keyint_max = X264_KEYINT_MAX_INFINITE;
    param->i_scenecut_threshold = 0;
    param->i_bframe = 0;
    param->i_frame_reference = 1;
    param->i_sync_lookahead = 0;
    param->rc.i_lookahead = 0;
    param->rc.b_mb_tree = 0;
    param->rc.i_rc_method = X264_RC_CQP;
    param->rc.i_qp_constant = config->qp;
    param->b_cabac = config->has_cabac;
    param->analyse.b_transform_8x8 = config->has_8x8;
    param->analyse.i_weighted_pred = X264_WEIGHTP_NONE;
    param->analyse.b_psy = 0; // it would move chroma's quantiser
    param->analyse.i_chroma_qp_offset = config->chroma_qp_offset;
}

static bool read_origin(struct coder *coder)
{
    uint8_t plain[2][SETS_MAX];
    size_t size[2] = {0, 0};
    x264_nal_t *nals;
    int count;
    if (x264_encoder_headers(coder->x264, &nals, &count) < 0)
        return false;
    for (int i = 0; i < count; i++) {
        size_t skipped = nals[i].b_long_startcode ? 5 : 4;
        size_t length = (size_t)nals[i].i_payload - skipped;
        int which = nals[i].i_type == NAL_SPS ? 0 : nals[i].i_type == NAL_PPS ? 1 : 2;
        if (which < 2 && length <= SETS_MAX)
            size[which] = bits_unescape(nals[i].p_payload + skipped, length, plain[which]);
    }
    coder->origin = slice_origin_read(plain[0], size[0], plain[1], size[1]);
    return size[0] > 0 && size[1] > 0;
}

struct coder *coder_open(const struct coder_config *config)
{
    x264_param_t param;
    struct coder *coder = calloc(1, sizeof *coder);
    if (!coder || x264_param_default_preset(&param, "superfast", NULL) < 0) {
        free(coder);
        return NULL;
    }
    set_param(&param, config);
    coder->x264 = x264_encoder_open(&param);
    if (!coder->x264 || !read_origin(coder))
        coder_close(&coder);
    return coder;
}

void coder_close(struct coder **coder)
{
    if (!*coder)
        return;
    if ((*coder)->x264)
        x264_encoder_close((*coder)->x264);
    free(*coder);
    *coder = NULL;
}

const struct slice_origin *coder_origin(const struct coder *coder)
{
    return &coder->origin;
}

const uint8_t *coder_encode(struct coder *coder, const uint8_t *luma, const uint8_t *chroma,
                            size_t pitch_bytes, enum coder_type type, size_t *ret_size)
{
    static const int types[] = {
        [CODER_IDR] = X264_TYPE_IDR, [CODER_I] = X264_TYPE_I, [CODER_P] = X264_TYPE_P};
    x264_picture_t in, out;
    x264_nal_t *nals;
    int count;
    x264_picture_init(&in);
    in.i_type = types[type];
    in.i_pts = coder->count++;
    in.img.i_csp = X264_CSP_NV12;
    in.img.i_plane = 2;
    in.img.plane[0] = (uint8_t *)(uintptr_t)luma;
    in.img.plane[1] = (uint8_t *)(uintptr_t)chroma;
    in.img.i_stride[0] = in.img.i_stride[1] = (int)pitch_bytes;
    if (x264_encoder_encode(coder->x264, &nals, &count, &in, &out) <= 0)
        return NULL;
    for (int i = 0; i < count; i++) {
        size_t skipped = nals[i].b_long_startcode ? 4 : 3;
        if (nals[i].i_type != NAL_SLICE && nals[i].i_type != NAL_SLICE_IDR)
            continue;
        *ret_size = (size_t)nals[i].i_payload - skipped;
        return nals[i].p_payload + skipped;
    }
    return NULL;
}
