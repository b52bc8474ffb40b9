// SPDX-License-Identifier: BSD-2-Clause
// Pictures of libavcodec written into device memory in the driver's formats.
#ifndef RUNG_SIM_SURFACE_H
#define RUNG_SIM_SURFACE_H

#include <libavutil/frame.h>

#include "api.h"

// NV12, or P016 when IS_WIDE: luma rows, then half as many rows of chroma pairs, all
// PITCH apart. The part of PICTURE from LEFT, TOP fills WIDTH x HEIGHT; a picture
// without data, or of another kind, gives grey. Sizes are even.
struct surface {
    uint8_t *rows;
    size_t pitch_bytes;
    int width, height;
    bool is_wide;
};

void surface_fill(const struct surface *surface, const AVFrame *picture, int left, int top);

#endif
