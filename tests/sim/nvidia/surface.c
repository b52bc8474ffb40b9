// SPDX-License-Identifier: BSD-2-Clause
// Planar to interleaved, and 10 bits to the upper end of 16.
#include "surface.h"

#include <libavutil/pixfmt.h>

#include "kernel.h"

static int sample(const AVFrame *picture, int plane, int x, int y)
{
    const uint8_t *row = picture->data[plane] + (ptrdiff_t)y * picture->linesize[plane];
    return picture->format == AV_PIX_FMT_YUV420P10 ? ((const uint16_t *)(const void *)row)[x]
                                                   : row[x];
}

static bool is_usable(const AVFrame *picture, bool is_wide)
{
    if (!picture || !picture->buf[0])
        return false;
    return is_wide
               ? picture->format == AV_PIX_FMT_YUV420P10
               : picture->format == AV_PIX_FMT_YUV420P || picture->format == AV_PIX_FMT_YUVJ420P;
}

static void put(const struct surface *surface, int row, int index, int value)
{
    uint8_t *line = surface->rows + (size_t)row * surface->pitch_bytes;
    if (surface->is_wide)
        ((uint16_t *)(void *)line)[index] = (uint16_t)(value << 6);
    else
        line[index] = (uint8_t)value;
}

void surface_fill(const struct surface *surface, const AVFrame *picture, int left, int top)
{
    bool has_data = is_usable(picture, surface->is_wide);
    int grey = surface->is_wide ? 512 : 128;
    for (int y = 0; y < surface->height; y++) {
        int from = has_data ? clamp_int(y + top, 0, picture->height - 1) : 0;
        for (int x = 0; x < surface->width; x++)
            put(surface, y, x,
                has_data ? sample(picture, 0, clamp_int(x + left, 0, picture->width - 1), from)
                         : grey);
    }
    for (int y = 0; y < surface->height / 2; y++) {
        int from = has_data ? clamp_int(y + top / 2, 0, (picture->height + 1) / 2 - 1) : 0;
        for (int i = 0; i < surface->width; i++) {
            int x = has_data ? clamp_int(i / 2 + left / 2, 0, (picture->width + 1) / 2 - 1) : 0;
            put(surface, surface->height + y, i,
                has_data ? sample(picture, 1 + i % 2, x, from) : grey);
        }
    }
}
