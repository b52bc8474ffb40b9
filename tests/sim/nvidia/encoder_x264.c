// SPDX-License-Identifier: BSD-2-Clause
// H.264 by libx264: one thread, no look ahead, so that a picture is late by no more
// than the B pictures asked for, and the same input gives the same bytes.
#include <stdlib.h>
#include <string.h>

#include "encoder.h"

#include <x264.h>

struct encoder {
    x264_t *x264;
    uint8_t *data; // of the last picture, without x264's own SEI
    size_t room;
};

static void set_rate(x264_param_t *param, const struct encoder_config *config)
{
    if (config->is_cqp) {
        param->rc.i_rc_method = X264_RC_CQP;
        param->rc.i_qp_constant = config->qp_inter;
        return;
    }
    if (config->quality > 0) {
        param->rc.i_rc_method = X264_RC_CRF;
        param->rc.f_rf_constant = config->quality;
    } else {
        param->rc.i_rc_method = X264_RC_ABR;
        param->rc.i_bitrate = (int)((config->average_bps ? config->average_bps : 2000000) / 1000);
    }
    if (config->max_bps) {
        param->rc.i_vbv_max_bitrate = (int)(config->max_bps / 1000);
        param->rc.i_vbv_buffer_size =
            (int)((config->buffer_bits ? config->buffer_bits : config->max_bps) / 1000);
    }
}

static void set_structure(x264_param_t *param, const struct encoder_config *config)
{
    param->i_keyint_max = config->gop ? (int)config->gop : X264_KEYINT_MAX_INFINITE;
    param->i_keyint_min = 1;
    param->i_scenecut_threshold = 0;
    param->i_bframe = config->b_frames;
    param->i_bframe_adaptive = X264_B_ADAPT_NONE;
    param->i_bframe_pyramid = config->b_frames_are_references ? X264_B_PYRAMID_NORMAL : 0;
    param->b_open_gop = 0;
    param->i_slice_count = config->slices > 1 ? (int)config->slices : 0;
    param->rc.i_lookahead = 0;
    param->rc.b_mb_tree = 0;
    param->i_sync_lookahead = 0;
}

static void set_stream(x264_param_t *param, const struct encoder_config *config)
{
    param->b_repeat_headers = config->repeats_headers;
    param->b_annexb = 1;
    param->b_aud = config->has_aud;
    param->b_cabac = !config->is_cavlc;
    param->i_level_idc = config->level ? (int)config->level : -1;
    param->vui.i_sar_width = (int)config->sar_num;
    param->vui.i_sar_height = (int)config->sar_den;
    param->vui.b_fullrange = config->is_full_range;
    if (config->has_colour) {
        param->vui.i_colorprim = (int)config->primaries;
        param->vui.i_transfer = (int)config->transfer;
        param->vui.i_colmatrix = (int)config->matrix;
    }
}

static void *open_encoder(const struct encoder_config *config)
{
    x264_param_t param;
    struct encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder || x264_param_default_preset(&param, "superfast", NULL) < 0)
        goto fail;
    param.i_log_level = X264_LOG_ERROR;
    param.i_threads = 1;
    param.i_lookahead_threads = 1;
    param.b_sliced_threads = 0;
    param.i_width = config->width;
    param.i_height = config->height;
    param.i_csp = X264_CSP_NV12;
    param.i_bitdepth = 8;
    param.i_fps_num = config->fps_num;
    param.i_fps_den = config->fps_den;
    param.b_vfr_input = 0;
    set_structure(&param, config);
    set_rate(&param, config);
    set_stream(&param, config);
    if (config->profile && x264_param_apply_profile(&param, config->profile) < 0)
        goto fail;
    if (!(encoder->x264 = x264_encoder_open(&param)))
        goto fail;
    return encoder;
fail:
    free(encoder);
    return NULL;
}

// x264 signs its first picture; the hardware does not.
static bool is_signature(const x264_nal_t *nal)
{
    static const uint8_t uuid[] = {0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7};
    return nal->i_type == NAL_SEI &&
           memmem(nal->p_payload, (size_t)nal->i_payload, uuid, sizeof uuid) != NULL;
}

static bool collect(struct encoder *encoder, const x264_nal_t *nals, int count, size_t *ret_size)
{
    size_t used = 0, total = 0;
    for (int i = 0; i < count; i++)
        total += (size_t)nals[i].i_payload;
    if (total > encoder->room) {
        uint8_t *grown = realloc(encoder->data, total);
        if (!grown)
            return false;
        encoder->data = grown;
        encoder->room = total;
    }
    for (int i = 0; i < count; i++) {
        if (is_signature(&nals[i]))
            continue;
        memcpy(encoder->data + used, nals[i].p_payload, (size_t)nals[i].i_payload);
        used += (size_t)nals[i].i_payload;
    }
    *ret_size = used;
    return true;
}

// x264 frees what it is given, so it is given copies.
static void attach_sei(x264_picture_t *picture, const struct encoder_picture *from)
{
    if (from->sei_count == 0)
        return;
    picture->extra_sei.payloads = calloc(from->sei_count, sizeof *picture->extra_sei.payloads);
    picture->extra_sei.sei_free = free;
    for (unsigned i = 0; picture->extra_sei.payloads && i < from->sei_count; i++) {
        x264_sei_payload_t *payload = &picture->extra_sei.payloads[i];
        payload->payload_type = (int)from->sei[i].payloadType;
        payload->payload_size = (int)from->sei[i].payloadSize;
        payload->payload = malloc(from->sei[i].payloadSize);
        if (!payload->payload)
            return;
        memcpy(payload->payload, from->sei[i].payload, from->sei[i].payloadSize);
        picture->extra_sei.num_payloads++;
    }
}

static void describe(x264_picture_t *picture, const struct encoder_picture *from)
{
    x264_picture_init(picture);
    picture->img.i_csp = from->is_planar ? X264_CSP_I420 : X264_CSP_NV12;
    picture->img.i_plane = from->is_planar ? 3 : 2;
    picture->img.plane[0] = (uint8_t *)(uintptr_t)from->luma;
    picture->img.i_stride[0] = (int)from->luma_pitch;
    for (int i = 1; i < picture->img.i_plane; i++) {
        picture->img.plane[i] = (uint8_t *)(uintptr_t)from->chroma[i - 1];
        picture->img.i_stride[i] = (int)from->chroma_pitch;
    }
    picture->i_pts = from->time;
    picture->i_type = from->force_idr     ? X264_TYPE_IDR
                      : from->force_intra ? X264_TYPE_I
                                          : X264_TYPE_AUTO;
    attach_sei(picture, from);
}

static int encode(void *handle, const struct encoder_picture *picture, struct encoded *ret)
{
    struct encoder *encoder = handle;
    x264_picture_t in, out;
    x264_nal_t *nals;
    int count;
    if (!picture && x264_encoder_delayed_frames(encoder->x264) == 0)
        return 0;
    if (picture)
        describe(&in, picture);
    int size = x264_encoder_encode(encoder->x264, &nals, &count, picture ? &in : NULL, &out);
    if (size <= 0)
        return size;
    if (!collect(encoder, nals, count, &ret->size))
        return -1;
    ret->data = encoder->data;
    ret->time = out.i_pts;
    ret->qp = out.i_qpplus1 - 1;
    ret->kind = out.i_type == X264_TYPE_IDR                                     ? PICTURE_IDR
                : out.i_type == X264_TYPE_I || out.i_type == X264_TYPE_KEYFRAME ? PICTURE_I
                : IS_X264_TYPE_B(out.i_type)                                    ? PICTURE_B
                                                                                : PICTURE_P;
    return 1;
}

static size_t headers(void *handle, uint8_t *out, size_t room)
{
    struct encoder *encoder = handle;
    x264_nal_t *nals;
    int count;
    size_t used = 0;
    if (x264_encoder_headers(encoder->x264, &nals, &count) < 0)
        return 0;
    for (int i = 0; i < count; i++) {
        size_t size = (size_t)nals[i].i_payload;
        if (nals[i].i_type == NAL_SEI)
            continue;
        if (size > room - used)
            return 0;
        memcpy(out + used, nals[i].p_payload, size);
        used += size;
    }
    return used;
}

static void close_encoder(void *handle)
{
    struct encoder *encoder = handle;
    x264_encoder_close(encoder->x264);
    free(encoder->data);
    free(encoder);
}

const struct encoder_ops encoder_x264 = {
    .open = open_encoder, .encode = encode, .headers = headers, .close = close_encoder};
