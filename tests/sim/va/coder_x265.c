// SPDX-License-Identifier: BSD-2-Clause
// Called directly, never through libavcodec: FFmpeg opens encoders while it holds
// libavcodec's lock. One thread and nothing ahead, so that a slice is there when the call returns.
#include "coder_x265.h"

#include <stdlib.h>
#include <string.h>
#include <x265.h>

#define SETS_MAX   2048
#define SLICES_END 32 // types of NAL units

struct intra_coder {
    const x265_api *api;
    x265_param *param;
    x265_encoder *x265;
    struct sets_hevc sets;
    uint8_t *planes[3];
    int width, height;
    int64_t count;
};

static void set_param(const struct intra_coder *coder, int qp, const struct sets_hevc *wanted)
{
    x265_param *param = coder->param;
    param->logLevel = X265_LOG_NONE;
    param->frameNumThreads = 1;
    param->bEnableWavefront = 0;
    coder->api->param_parse(param, "pools", "none");
    param->sourceWidth = coder->width;
    param->sourceHeight = coder->height;
    param->internalCsp = X265_CSP_I420;
    param->fpsNum = 25;
    param->fpsDenom = 1;
    param->keyframeMax = 1;
    param->bframes = 0;
    param->lookaheadDepth = 0;
    param->lookaheadSlices = 0;
    param->scenecutThreshold = 0;
    param->bRepeatHeaders = 0;
    param->bEmitInfoSEI = 0;
    param->bAnnexB = 1;
    param->maxCUSize = 1u << wanted->block_log2;
    param->minCUSize = 1u << wanted->min_block_log2;
    param->maxTUSize = 1u << wanted->transform_log2;
    param->tuQTMaxIntraDepth = wanted->depth_intra + 1;
    param->tuQTMaxInterDepth = wanted->depth_inter + 1;
    param->bEnableStrongIntraSmoothing = wanted->is_smooth;
    param->bEnableSignHiding = wanted->hides_signs;
    param->bEnableConstrainedIntra = wanted->is_constrained;
    param->bEnableTransformSkip = wanted->skips_transform;
    param->bEnableSAO = 0;
    param->bEnableLoopFilter = !wanted->is_not_deblocked;
    param->cbQpOffset = wanted->cb_offset;
    param->crQpOffset = wanted->cr_offset;
    param->rc.cuTree = 0;
    // Quantisers of blocks are coded where they are adaptive only.
    param->rc.aqMode = wanted->has_qp_delta ? X265_AQ_VARIANCE : X265_AQ_NONE;
    param->rc.aqStrength = 1;
    param->rc.qgSize = (1u << wanted->block_log2) >> wanted->qp_delta_depth;
    param->rc.rateControlMode = wanted->has_qp_delta ? X265_RC_CRF : X265_RC_CQP;
    param->rc.rfConstant = qp;
    param->rc.qp = qp;
}

static bool read_sets(struct intra_coder *coder)
{
    uint8_t all[SETS_MAX];
    size_t used = 0;
    x265_nal *nals;
    uint32_t count;
    if (coder->api->encoder_headers(coder->x265, &nals, &count) < 0)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (nals[i].sizeBytes > SETS_MAX - used)
            return false;
        memcpy(all + used, nals[i].payload, nals[i].sizeBytes);
        used += nals[i].sizeBytes;
    }
    coder->sets = sets_hevc_read(all, used);
    return true;
}

struct intra_coder *intra_coder_open(int width, int height, int qp, const struct sets_hevc *wanted)
{
    struct intra_coder *coder = calloc(1, sizeof *coder);
    if (!coder)
        return NULL;
    coder->width = width;
    coder->height = height;
    coder->api = x265_api_get(8);
    coder->param = coder->api ? coder->api->param_alloc() : NULL;
    bool is_good =
        coder->param && coder->api->param_default_preset(coder->param, "ultrafast", NULL) >= 0;
    for (int i = 0; i < 3; i++)
        coder->planes[i] = malloc((size_t)width * (size_t)height / (i ? 4 : 1) + 64);
    if (is_good && coder->planes[0] && coder->planes[1] && coder->planes[2]) {
        set_param(coder, qp, wanted);
        coder->x265 = coder->api->encoder_open(coder->param);
    }
    if (!coder->x265 || !read_sets(coder) || !sets_hevc_agree(&coder->sets, wanted))
        intra_coder_close(&coder);
    return coder;
}

void intra_coder_close(struct intra_coder **coder)
{
    struct intra_coder *old = *coder;
    *coder = NULL;
    if (!old)
        return;
    if (old->x265)
        old->api->encoder_close(old->x265);
    if (old->param)
        old->api->param_free(old->param);
    for (int i = 0; i < 3; i++)
        free(old->planes[i]);
    free(old);
}

const struct sets_hevc *intra_coder_sets(const struct intra_coder *coder)
{
    return &coder->sets;
}

static void copy(struct intra_coder *coder, const uint8_t *luma, const uint8_t *chroma,
                 size_t pitch_bytes)
{
    size_t width = (size_t)coder->width, half = width / 2;
    for (size_t y = 0; y < (size_t)coder->height; y++)
        memcpy(coder->planes[0] + y * width, luma + y * pitch_bytes, width);
    for (size_t y = 0; y < (size_t)coder->height / 2; y++)
        for (size_t x = 0; x < half; x++)
            for (size_t i = 0; i < 2; i++)
                coder->planes[1 + i][y * half + x] = chroma[y * pitch_bytes + 2 * x + i];
}

const uint8_t *intra_coder_encode(struct intra_coder *coder, const uint8_t *luma,
                                  const uint8_t *chroma, size_t pitch_bytes, size_t *ret_size)
{
    x265_picture in, out;
    x265_nal *nals;
    uint32_t count;
    copy(coder, luma, chroma, pitch_bytes);
    coder->api->picture_init(coder->param, &in);
    coder->api->picture_init(coder->param, &out);
    for (int i = 0; i < 3; i++) {
        in.planes[i] = coder->planes[i];
        in.stride[i] = i ? coder->width / 2 : coder->width;
    }
    in.bitDepth = 8;
    in.pts = coder->count++;
    in.sliceType = X265_TYPE_IDR;
    if (coder->api->encoder_encode(coder->x265, &nals, &count, &in, &out) <= 0)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        size_t skipped = nals[i].payload[2] == 1 ? 3 : 4;
        if (nals[i].type >= SLICES_END)
            continue;
        *ret_size = nals[i].sizeBytes - skipped;
        return nals[i].payload + skipped;
    }
    return NULL;
}
