// SPDX-License-Identifier: BSD-2-Clause
// HEVC by libx265, Main and Main 10, without threads of its own. It reads planar
// pictures only, so chroma is taken apart first.
#include <stdlib.h>
#include <string.h>

#include "encoder.h"

#include <x265.h>

struct encoder {
    const x265_api *api;
    x265_param *param;
    x265_encoder *x265;
    int width, height, depth;
    uint8_t *planes[3];
    uint8_t *data;
    size_t room;
};

static void set_rate(x265_param *param, const struct encoder_config *config)
{
    if (config->is_cqp) {
        param->rc.rateControlMode = X265_RC_CQP;
        param->rc.qp = config->qp_inter;
        return;
    }
    if (config->quality > 0) {
        param->rc.rateControlMode = X265_RC_CRF;
        param->rc.rfConstant = (double)config->quality;
    } else {
        param->rc.rateControlMode = X265_RC_ABR;
        param->rc.bitrate = (int)((config->average_bps ? config->average_bps : 2000000) / 1000);
    }
    if (config->max_bps) {
        param->rc.vbvMaxBitrate = (int)(config->max_bps / 1000);
        param->rc.vbvBufferSize =
            (int)((config->buffer_bits ? config->buffer_bits : config->max_bps) / 1000);
    }
}

static void set_structure(x265_param *param, const struct encoder_config *config)
{
    param->keyframeMax = config->gop ? (int)config->gop : -1;
    param->keyframeMin = 1;
    param->scenecutThreshold = 0;
    param->bOpenGOP = 0;
    param->bframes = config->b_frames;
    param->bFrameAdaptive = 0;
    param->bBPyramid = config->b_frames_are_references;
    param->lookaheadDepth = config->b_frames ? config->b_frames + 1 : 0; // its least
    param->lookaheadSlices = 0;
    param->rc.cuTree = 0;
    param->maxSlices = 1;
}

static void set_stream(x265_param *param, const struct encoder_config *config)
{
    param->bRepeatHeaders = config->repeats_headers;
    param->bAnnexB = 1;
    param->bEnableAccessUnitDelimiters = config->has_aud;
    param->bEmitInfoSEI = 0;
    param->bEmitHRDSEI = 0;
    param->vui.aspectRatioIdc = config->sar_num == config->sar_den ? 1 : 255;
    param->vui.sarWidth = (int)config->sar_num;
    param->vui.sarHeight = (int)config->sar_den;
    param->vui.bEnableVideoSignalTypePresentFlag = config->is_full_range || config->has_colour;
    param->vui.bEnableVideoFullRangeFlag = config->is_full_range;
    param->vui.videoFormat = 5;
    param->vui.bEnableColorDescriptionPresentFlag = config->has_colour;
    param->vui.colorPrimaries = (int)config->primaries;
    param->vui.transferCharacteristics = (int)config->transfer;
    param->vui.matrixCoeffs = (int)config->matrix;
}

static bool make_planes(struct encoder *encoder)
{
    size_t sample = encoder->depth > 8 ? 2 : 1;
    size_t size = (size_t)encoder->width * (size_t)encoder->height * sample;
    for (int i = 0; i < 3; i++)
        if (!(encoder->planes[i] = malloc(i ? size / 4 + 64 : size)))
            return false;
    return true;
}

static void close_encoder(void *handle)
{
    struct encoder *encoder = handle;
    if (encoder->x265)
        encoder->api->encoder_close(encoder->x265);
    if (encoder->param)
        encoder->api->param_free(encoder->param);
    for (int i = 0; i < 3; i++)
        free(encoder->planes[i]);
    free(encoder->data);
    free(encoder);
}

static void *open_encoder(const struct encoder_config *config)
{
    struct encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->width = config->width;
    encoder->height = config->height;
    encoder->depth = config->depth_bits;
    encoder->api = x265_api_get(config->depth_bits);
    encoder->param = encoder->api ? encoder->api->param_alloc() : NULL;
    x265_param *param = encoder->param;
    if (!param || encoder->api->param_default_preset(param, "ultrafast", NULL) < 0 ||
        !make_planes(encoder))
        goto fail;
    param->logLevel = X265_LOG_ERROR;
    param->frameNumThreads = 1;
    param->bEnableWavefront = 0;
    encoder->api->param_parse(param, "pools", "none");
    param->sourceWidth = config->width;
    param->sourceHeight = config->height;
    param->internalCsp = X265_CSP_I420;
    param->fpsNum = config->fps_num;
    param->fpsDenom = config->fps_den;
    set_structure(param, config);
    set_rate(param, config);
    set_stream(param, config);
    if (config->profile && encoder->api->param_apply_profile(param, config->profile) < 0)
        goto fail;
    if (!(encoder->x265 = encoder->api->encoder_open(param)))
        goto fail;
    return encoder;
fail:
    close_encoder(encoder);
    return NULL;
}

static void copy_plane(const struct encoder *encoder, const struct encoder_picture *from, int plane)
{
    bool is_wide = encoder->depth > 8, is_chroma = plane > 0;
    int width = encoder->width >> is_chroma, height = encoder->height >> is_chroma;
    bool is_pair = is_chroma && !from->is_planar;
    const uint8_t *rows = !is_chroma ? from->luma : from->chroma[is_pair ? 0 : plane - 1];
    for (int y = 0; y < height; y++) {
        const uint8_t *row = rows + (size_t)y * (is_chroma ? from->chroma_pitch : from->luma_pitch);
        size_t at = (size_t)y * (size_t)width;
        for (int x = 0; x < width; x++) {
            int index = is_pair ? 2 * x + plane - 1 : x;
            if (is_wide)
                ((uint16_t *)(void *)encoder->planes[plane])[at + (size_t)x] =
                    ((const uint16_t *)(const void *)row)[index] >> 6;
            else
                encoder->planes[plane][at + (size_t)x] = row[index];
        }
    }
}

static void describe(struct encoder *encoder, x265_picture *picture,
                     const struct encoder_picture *from)
{
    encoder->api->picture_init(encoder->param, picture);
    for (int i = 0; i < 3; i++) {
        copy_plane(encoder, from, i);
        picture->planes[i] = encoder->planes[i];
        picture->stride[i] = (encoder->width >> (i > 0)) * (encoder->depth > 8 ? 2 : 1);
    }
    picture->bitDepth = encoder->depth;
    picture->pts = from->time;
    picture->sliceType = from->force_idr     ? X265_TYPE_IDR
                         : from->force_intra ? X265_TYPE_I
                                             : X265_TYPE_AUTO;
}

static bool collect(struct encoder *encoder, const x265_nal *nals, unsigned count, size_t *ret_size)
{
    size_t used = 0, total = 0;
    for (unsigned i = 0; i < count; i++)
        total += nals[i].sizeBytes;
    if (total > encoder->room) {
        uint8_t *grown = realloc(encoder->data, total);
        if (!grown)
            return false;
        encoder->data = grown;
        encoder->room = total;
    }
    for (unsigned i = 0; i < count; i++) {
        memcpy(encoder->data + used, nals[i].payload, nals[i].sizeBytes);
        used += nals[i].sizeBytes;
    }
    *ret_size = used;
    return true;
}

static int encode(void *handle, const struct encoder_picture *picture, struct encoded *ret)
{
    struct encoder *encoder = handle;
    x265_picture in, out;
    x265_nal *nals;
    uint32_t count;
    if (picture)
        describe(encoder, &in, picture);
    encoder->api->picture_init(encoder->param, &out);
    int result =
        encoder->api->encoder_encode(encoder->x265, &nals, &count, picture ? &in : NULL, &out);
    if (result <= 0 || count == 0)
        return result < 0 ? -1 : 0;
    if (!collect(encoder, nals, count, &ret->size))
        return -1;
    ret->data = encoder->data;
    ret->time = out.pts;
    ret->qp = (int)out.frameData.qp;
    ret->kind = out.sliceType == X265_TYPE_IDR  ? PICTURE_IDR
                : out.sliceType == X265_TYPE_I  ? PICTURE_I
                : IS_X265_TYPE_B(out.sliceType) ? PICTURE_B
                                                : PICTURE_P;
    return 1;
}

static size_t headers(void *handle, uint8_t *out, size_t room)
{
    struct encoder *encoder = handle;
    x265_nal *nals;
    uint32_t count;
    size_t used = 0;
    if (encoder->api->encoder_headers(encoder->x265, &nals, &count) < 0)
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        if (nals[i].type != NAL_UNIT_VPS && nals[i].type != NAL_UNIT_SPS &&
            nals[i].type != NAL_UNIT_PPS)
            continue;
        if (nals[i].sizeBytes > room - used)
            return 0;
        memcpy(out + used, nals[i].payload, nals[i].sizeBytes);
        used += nals[i].sizeBytes;
    }
    return used;
}

const struct encoder_ops encoder_x265 = {
    .open = open_encoder, .encode = encode, .headers = headers, .close = close_encoder};
