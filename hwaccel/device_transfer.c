// SPDX-License-Identifier: BSD-2-Clause
// Frames from the device into planes of host memory.
#include <libavutil/frame.h>
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
#include <libavutil/mem.h>
#include <string.h>

#include "hwaccel/device_private.h"
#include "hwaccel/words.h"
#include "src/base/mem.h"

// libavutil 57 copies from and to CUDA and reports success when the copy failed; it only
// says so. A device that is lost would go unnoticed, and its pictures be what was there before.
int device_transfer(AVFrame *to, const AVFrame *from)
{
    words_clear();
    int rc = av_hwframe_transfer_data(to, from, 0);
    return rc >= 0 && words_first()[0] ? AVERROR_EXTERNAL : rc;
}

static void keep(void *opaque, uint8_t *data)
{
    (void)opaque;
    (void)data;
}

// libav copies into a frame only if that owns its memory: a reference that frees nothing.
static int lend(AVFrame *frame, uint8_t *data)
{
    frame->buf[0] = av_buffer_create(data, 1, keep, NULL, 0);
    return frame->buf[0] ? 0 : AVERROR(ENOMEM);
}

static int copy_planar(const AVFrame *frame, uint8_t *const plane[3], const int stride_bytes[3],
                       AVFrame *host)
{
    for (int i = 0; i < 3; i++) {
        host->data[i] = plane[i];
        host->linesize[i] = stride_bytes[i];
    }
    int rc = lend(host, plane[0]);
    return rc < 0 ? rc : device_transfer(host, frame);
}

static void split_chroma(const uint8_t *chroma, int chroma_stride, int width, int height,
                         uint8_t *const plane[3], const int stride_bytes[3])
{
    for (int y = 0; y < height; y++) {
        const uint8_t *restrict from = chroma + (ptrdiff_t)y * chroma_stride;
        uint8_t *restrict u = plane[1] + (ptrdiff_t)y * stride_bytes[1];
        uint8_t *restrict v = plane[2] + (ptrdiff_t)y * stride_bytes[2];
        for (int x = 0; x < width; x++) {
            u[x] = from[2 * x];
            v[x] = from[2 * x + 1];
        }
    }
}

static int copy_interleaved(const AVFrame *frame, uint8_t *const plane[3],
                            const int stride_bytes[3], AVFrame *host)
{
    int width = AV_CEIL_RSHIFT(frame->width, 1), height = AV_CEIL_RSHIFT(frame->height, 1);
    int chroma_stride = FFALIGN(2 * width, 64);
    uint8_t *chroma = av_malloc((size_t)chroma_stride * (size_t)height);
    if (!chroma)
        return AVERROR(ENOMEM);
    host->data[0] = plane[0];
    host->linesize[0] = stride_bytes[0];
    host->data[1] = chroma;
    host->linesize[1] = chroma_stride;
    int rc = lend(host, plane[0]);
    if (rc >= 0)
        rc = device_transfer(host, frame);
    if (rc >= 0)
        split_chroma(chroma, chroma_stride, width, height, plane, stride_bytes);
    av_free(chroma);
    return rc;
}

static int64_t size_of(const AVFrame *frame)
{
    int chroma = AV_CEIL_RSHIFT(frame->width, 1) * AV_CEIL_RSHIFT(frame->height, 1);
    return (int64_t)frame->width * frame->height + 2 * (int64_t)chroma;
}

bool device_download(struct device_context *context, const AVFrame *frame, uint8_t *const plane[3],
                     const int stride_bytes[3], struct err *err)
{
    if (!device_holds(context, frame))
        return err_set(err, ERR_BUG, "the picture to be downloaded is not on the device");
    words_clear();
    AVFrame *host = av_frame_alloc();
    int rc = AVERROR(ENOMEM);
    if (host) {
        host->format = device_pixels(frame);
        host->width = frame->width;
        host->height = frame->height;
        if (host->format == AV_PIX_FMT_YUV420P)
            rc = copy_planar(frame, plane, stride_bytes, host);
        else if (host->format == AV_PIX_FMT_NV12)
            rc = copy_interleaved(frame, plane, stride_bytes, host);
        else
            rc = AVERROR(EINVAL);
    }
    av_frame_free(&host);
    if (rc < 0)
        return device_fail(context, STAGE_SCALE, rc, "copy a picture to the host", err);
    context->frames_down++;
    context->bytes_down += size_of(frame);
    return true;
}
