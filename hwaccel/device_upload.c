// SPDX-License-Identifier: BSD-2-Clause
// Frames from host memory onto the device.
#include "hwaccel/device_upload.h"

#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>

#include "hwaccel/device_private.h"
#include "src/base/mem.h"

struct device_upload {
    struct device_context *context;
    AVBufferRef *frames;
    struct SwsContext *converter;
    AVFrame *converted;
    int width_px;
    int height_px;
};

struct device_upload *device_upload_new(struct device_context *context)
{
    struct device_upload *upload = mem_alloc(sizeof *upload);
    upload->context = context;
    return upload;
}

void device_upload_free(struct device_upload **upload)
{
    if (!*upload)
        return;
    av_buffer_unref(&(*upload)->frames);
    sws_freeContext((*upload)->converter);
    av_frame_free(&(*upload)->converted);
    MEM_FREE(*upload);
}

// Frames of the pool have even sides, whatever the picture has: CUDA's chroma planes would share
// their last row, and copies leave it out.
static int make_pool(struct device_upload *upload, int width_px, int height_px)
{
    const struct backend_row *row = upload->context->row;
    av_buffer_unref(&upload->frames);
    upload->frames = av_hwframe_ctx_alloc(upload->context->ref);
    if (!upload->frames)
        return AVERROR(ENOMEM);
    AVHWFramesContext *frames = (AVHWFramesContext *)upload->frames->data;
    frames->format = row->frame_format;
    frames->sw_format = row->upload_format;
    frames->width = FFALIGN(width_px, 2);
    frames->height = FFALIGN(height_px, 2);
    frames->initial_pool_size = row->upload_pool_size;
    upload->width_px = width_px;
    upload->height_px = height_px;
    int rc = av_hwframe_ctx_init(upload->frames);
    if (rc < 0)
        av_buffer_unref(&upload->frames);
    return rc;
}

static int make_converted(struct device_upload *upload, const AVFrame *frame)
{
    AVFrame *made = upload->converted;
    int width_px = FFALIGN(frame->width, 2), height_px = FFALIGN(frame->height, 2);
    if (made && made->width == width_px && made->height == height_px)
        return 0;
    av_frame_free(&upload->converted);
    made = upload->converted = av_frame_alloc();
    if (!made)
        return AVERROR(ENOMEM);
    made->format = upload->context->row->upload_format;
    made->width = width_px;
    made->height = height_px;
    int rc = av_frame_get_buffer(made, 0);
    if (rc < 0)
        av_frame_free(&upload->converted);
    return rc;
}

// Same size and matrix, other layout or depth.
static int convert(struct device_upload *upload, const AVFrame *frame)
{
    int rc = make_converted(upload, frame);
    if (rc < 0)
        return rc;
    AVFrame *made = upload->converted;
    upload->converter = sws_getCachedContext(
        upload->converter, frame->width, frame->height, frame->format, frame->width, frame->height,
        made->format, SWS_BICUBIC | SWS_ACCURATE_RND, NULL, NULL, NULL);
    if (!upload->converter)
        return AVERROR(EINVAL);
    rc = sws_scale(upload->converter, (const uint8_t *const *)frame->data, frame->linesize, 0,
                   frame->height, made->data, made->linesize);
    return rc < 0 ? rc : 0;
}

static bool fits(const struct device_upload *upload, const AVFrame *frame)
{
    return frame->format == upload->context->row->upload_format && frame->width % 2 == 0 &&
           frame->height % 2 == 0;
}

int device_upload_run(struct device_upload *upload, const AVFrame *frame, AVFrame **ret)
{
    struct device_context *context = upload->context;
    bool is_same =
        upload->frames && upload->width_px == frame->width && upload->height_px == frame->height;
    int rc = is_same ? 0 : make_pool(upload, frame->width, frame->height);
    const AVFrame *host = frame;
    if (rc >= 0 && !fits(upload, frame)) {
        rc = convert(upload, frame);
        host = upload->converted;
    }
    AVFrame *made = rc < 0 ? NULL : av_frame_alloc();
    if (rc >= 0)
        rc = made ? av_hwframe_get_buffer(upload->frames, made, 0) : AVERROR(ENOMEM);
    if (rc >= 0)
        rc = device_transfer(made, host);
    if (rc >= 0)
        rc = av_frame_copy_props(made, frame);
    if (rc < 0) {
        av_frame_free(&made);
        return rc;
    }
    made->width = frame->width;
    made->height = frame->height;
    context->frames_up++;
    context->bytes_up +=
        av_image_get_buffer_size(context->row->upload_format, frame->width, frame->height, 1);
    *ret = made;
    return 0;
}
