// SPDX-License-Identifier: BSD-2-Clause
// FFmpeg's kernels, found by the name they have in its PTX and run on the CPU. Their
// arithmetic follows the published behaviour; a kernel without a row is not found.
#ifndef RUNG_SIM_KERNEL_H
#define RUNG_SIM_KERNEL_H

#include "api.h"

struct texture {
    const uint8_t *data;
    size_t pitch_bytes;
    int width, height;
    int channels;     // interleaved, 1 or 2
    int sample_bytes; // 1 or 2
    bool is_linear;
    bool is_integer;
};

// What a found kernel needs to know beyond its arguments.
struct kernel {
    CUresult (*run)(const struct kernel *kernel, void **arguments);
    int algorithm;
    const void *in, *out; // formats of the scaler
    bool is_chroma;
    int sample_bytes, channels; // of the deinterlacer
};

bool kernel_find_scale(const char *name, struct kernel *ret);
bool kernel_find_yadif(const char *name, struct kernel *ret);

// The texture of a handle, NULL when there is none.
const struct texture *texture_get(CUtexObject handle);

static inline int clamp_int(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

// Sample CHANNEL at (X, Y), which addresses outside the picture are clamped to.
static inline int texture_sample(const struct texture *t, int x, int y, int channel)
{
    x = clamp_int(x, 0, t->width - 1);
    y = clamp_int(y, 0, t->height - 1);
    const uint8_t *row = t->data + (size_t)y * t->pitch_bytes;
    size_t index = (size_t)x * (size_t)t->channels + (size_t)channel;
    return t->sample_bytes == 1 ? row[index] : ((const uint16_t *)(const void *)row)[index];
}

#endif
