// SPDX-License-Identifier: BSD-2-Clause
// Lending pictures to libav.
#include "src/media/picture_frame.h"

static void give_back(void *opaque, uint8_t *data)
{
    (void)data;
    struct picture *picture = opaque;
    picture_unref(&picture);
}

bool picture_lend(const struct picture *picture, AVFrame *frame)
{
    struct picture *shared = (struct picture *)picture;
    av_frame_unref(frame);
    picture_ref(shared);
    frame->buf[0] =
        av_buffer_create(picture->plane[0], (size_t)picture_pool_picture_bytes(picture->pool),
                         give_back, shared, AV_BUFFER_FLAG_READONLY);
    if (!frame->buf[0]) {
        picture_unref(&shared);
        return false;
    }
    frame->width = picture->width_px;
    frame->height = picture->height_px;
    frame->format = AV_PIX_FMT_YUV420P;
    for (int p = 0; p < 3; p++) {
        frame->data[p] = picture->plane[p];
        frame->linesize[p] = picture->stride_bytes[p];
    }
    frame->extended_data = frame->data;
    return true;
}
