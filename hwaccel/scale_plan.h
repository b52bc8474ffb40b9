// SPDX-License-Identifier: BSD-2-Clause
// Which size is scaled from which. Pure. Scalers of devices look at few pixels of the source:
// bilinear's prefilter reaches 3:1, and what is smaller shows patterns that are not there
// (docs/gpu). So a size is scaled from the source where that is near enough, and otherwise from
// the largest size that is; where there is none, one in between is made.
#ifndef RUNG_HWACCEL_SCALE_PLAN_H
#define RUNG_HWACCEL_SCALE_PLAN_H

#include "hwaccel/device_scale.h"

#define SCALE_FROM_SOURCE (-1)
#define SCALE_IN_BETWEEN  (-1)

struct scale_step {
    int width_px;
    int height_px;
    int from; // an earlier step, or SCALE_FROM_SOURCE
    int size; // of the sizes asked for, or SCALE_IN_BETWEEN
};

struct scale_plan {
    struct scale_step *steps; // sources before what is made of them
    size_t count;
};

// sizes: largest first.
struct scale_plan scale_plan_build(int source_width_px, int source_height_px,
                                   const struct device_size *sizes, size_t count);
void scale_plan_done(struct scale_plan *plan);

// How many steps are made from this one (or SCALE_FROM_SOURCE).
size_t scale_plan_uses(const struct scale_plan *plan, int from);

#endif
