// SPDX-License-Identifier: BSD-2-Clause
// From a decoded (and filtered) frame to one picture per ladder size: the source to
// the largest size, then each size from the one above it (cascaded Lanczos through
// zimg: as good as from the source, at 60 % of the work). Matrix, range, depth and
// gamut are converted in the first step, never relabelled.
#ifndef RUNG_MEDIA_SCALE_H
#define RUNG_MEDIA_SCALE_H

#include <libavutil/frame.h>
#include <stdbool.h>

#include "src/base/err.h"
#include "src/media/picture.h"
#include "src/media/plan.h"

// The distinct sizes of a plan's video tracks, largest first.
struct ladder_sizes {
    size_t count;
    int width_px[PLAN_VIDEO_MAX];
    int height_px[PLAN_VIDEO_MAX];
    size_t of_track[PLAN_VIDEO_MAX]; // index into the above for each plan->video[]
};

void ladder_sizes_init(struct ladder_sizes *sizes, const struct plan *plan);

struct scaler; // used by one thread at a time

struct scaler *scaler_new(const struct plan *plan, const struct ladder_sizes *sizes);
void scaler_free(struct scaler **scaler);

// Fills ret_pictures[0..sizes->count) with one reference each, from pools[] of the
// same order. INPUT for a frame no graph can be made for; TRANSIENT without memory.
bool scaler_run(struct scaler *scaler, const AVFrame *frame, struct picture_pool *const *pools,
                struct picture **ret_pictures, struct err *err);

// Whether scaler_run reads this pixel format as it is.
bool scale_reads_format(enum AVPixelFormat format);
// The formats it reads, "a|b|c", for a format filter in front of it.
const char *scale_format_list(void);

#endif
