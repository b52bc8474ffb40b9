// SPDX-License-Identifier: BSD-2-Clause
// A scaler with what it needs around it, and frames to put through it.
#ifndef RUNG_TESTS_UNIT_MEDIA_SCALE_RIG_H
#define RUNG_TESTS_UNIT_MEDIA_SCALE_RIG_H

#include <stdlib.h>
#include <string.h>

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "src/base/mem.h"
#include "src/media/scale.h"

struct rig {
    struct plan plan;
    struct ladder_sizes sizes;
    struct picture_pool *pools[PLAN_VIDEO_MAX];
    struct picture *pictures[PLAN_VIDEO_MAX];
    struct scaler *scaler;
};

// Source and output BT.709, limited range, no turning.
static inline void rig_plan(struct plan *plan, const int (*sizes)[2], size_t count)
{
    memset(plan, 0, sizeof *plan);
    plan->source_primaries = plan->source_transfer = plan->source_matrix = 1;
    plan->colour_primaries = plan->transfer_characteristics = plan->matrix_coefficients = 1;
    plan->has_video = true;
    plan->video_count = count;
    for (size_t i = 0; i < count; i++) {
        plan->video[i].width_px = sizes[i][0];
        plan->video[i].height_px = sizes[i][1];
    }
}

static inline void rig_start(struct rig *rig)
{
    ladder_sizes_init(&rig->sizes, &rig->plan);
    for (size_t s = 0; s < rig->sizes.count; s++)
        rig->pools[s] = picture_pool_new(rig->sizes.width_px[s], rig->sizes.height_px[s]);
    rig->scaler = scaler_new(&rig->plan, &rig->sizes, NULL);
}

static inline void rig_init(struct rig *rig, int width_px, int height_px)
{
    const int sizes[1][2] = {{width_px, height_px}};
    memset(rig, 0, sizeof *rig);
    rig_plan(&rig->plan, sizes, 1);
    rig_start(rig);
}

static inline void rig_drop(struct rig *rig)
{
    for (size_t s = 0; s < rig->sizes.count; s++)
        picture_unref(&rig->pictures[s]);
}

static inline void rig_done(struct rig *rig)
{
    rig_drop(rig);
    scaler_free(&rig->scaler);
    for (size_t s = 0; s < rig->sizes.count; s++)
        picture_pool_free(&rig->pools[s]);
}

static inline void rig_run(struct rig *rig, const AVFrame *frame)
{
    struct err err = {0};
    rig_drop(rig);
    if (!scaler_run(rig->scaler, frame, rig->pools, rig->pictures, &err))
        fail_msg("%s", err.text);
}

static inline AVFrame *frame_new(enum AVPixelFormat format, int width_px, int height_px)
{
    AVFrame *frame = av_frame_alloc();
    frame->format = format;
    frame->width = width_px;
    frame->height = height_px;
    assert_true(av_frame_get_buffer(frame, 64) >= 0);
    return frame;
}

static inline int plane_width(const AVFrame *frame, int p)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    return p ? AV_CEIL_RSHIFT(frame->width, desc->log2_chroma_w) : frame->width;
}

static inline int plane_height(const AVFrame *frame, int p)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    return p ? AV_CEIL_RSHIFT(frame->height, desc->log2_chroma_h) : frame->height;
}

static inline void put(AVFrame *frame, int p, int x, int y, int value)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    uint8_t *row = frame->data[p] + (ptrdiff_t)y * frame->linesize[p];
    if (desc->comp[0].depth > 8)
        ((uint16_t *)(void *)row)[x] = (uint16_t)value;
    else
        row[x] = (uint8_t)value;
}

static inline void fill(AVFrame *frame, const int colour[3])
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    for (int c = 0; c < (desc->nb_components < 3 ? 1 : 3); c++) {
        int p = desc->comp[c].plane; // R, G, B of planar RGB lie in planes 2, 0, 1
        bool is_rgb = desc->flags & AV_PIX_FMT_FLAG_RGB;
        for (int y = 0; y < plane_height(frame, is_rgb ? 0 : p); y++)
            for (int x = 0; x < plane_width(frame, is_rgb ? 0 : p); x++)
                put(frame, p, x, y, colour[c]);
    }
}

static inline uint8_t at(const struct picture *picture, int p, int x, int y)
{
    return picture->plane[p][y * picture->stride_bytes[p] + x];
}

static inline void assert_flat(const struct picture *picture, const int colour[3], int off_by,
                               const char *what)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < picture->height_px / (p ? 2 : 1); y++)
            for (int x = 0; x < picture->width_px / (p ? 2 : 1); x++)
                if (abs(at(picture, p, x, y) - colour[p]) > off_by)
                    fail_msg("%s: plane %d at %d,%d is %d, not %d", what, p, x, y,
                             at(picture, p, x, y), colour[p]);
}

#endif
