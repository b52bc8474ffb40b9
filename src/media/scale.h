// SPDX-License-Identifier: BSD-2-Clause
// From a decoded (and filtered) frame to one picture per ladder size. On the CPU
// (scale_zimg.c): the source to the largest size, then each size from the one above it
// (cascaded Lanczos through zimg: as good as from the source, at 60 % of the work). Matrix,
// range, depth and gamut are converted in the first step, never relabelled. On an
// accelerator (scale_device.c): pictures for encoders of the CPU come down, each once.
#ifndef RUNG_MEDIA_SCALE_H
#define RUNG_MEDIA_SCALE_H

#include <libavutil/frame.h>
#include <stdbool.h>

#include "hwaccel/device.h"
#include "src/base/err.h"
#include "src/media/picture.h"
#include "src/media/plan.h"

// The distinct sizes of a plan's video tracks, largest first; one that is coded both on
// the device and on the CPU is there twice.
struct ladder_sizes {
    size_t count;
    int width_px[PLAN_VIDEO_MAX];
    int height_px[PLAN_VIDEO_MAX];
    bool is_on_device[PLAN_VIDEO_MAX];
    size_t of_track[PLAN_VIDEO_MAX]; // index into the above for each plan->video[]
    int kept_on_device;              // frames of one size that are in use at a time, at most
};

void ladder_sizes_init(struct ladder_sizes *sizes, const struct plan *plan);

// Pictures of this size, where they are to be. The caller frees it.
struct picture_pool *ladder_size_pool(const struct ladder_sizes *sizes, size_t size);

struct scaler; // used by one thread at a time

// device: NULL where the plan scales on the CPU.
struct scaler *scaler_new(const struct plan *plan, const struct ladder_sizes *sizes,
                          struct device_context *device);
void scaler_free(struct scaler **scaler);

// Fills ret_pictures[0..sizes->count) with one reference each, from pools[] of the
// same order. INPUT for a frame no graph can be made for; TRANSIENT without memory;
// DEVICE_SCALE when the device fails.
bool scaler_run(struct scaler *scaler, const AVFrame *frame, struct picture_pool *const *pools,
                struct picture **ret_pictures, struct err *err);

// Whether scaler_run reads this pixel format as it is.
bool scale_reads_format(enum AVPixelFormat format);
// The formats it reads, "a|b|c", for a format filter in front of it.
const char *scale_format_list(void);

#endif
