// SPDX-License-Identifier: BSD-2-Clause
// Which size is scaled from which.
#include "hwaccel/scale_plan.h"

#include "src/base/mem.h"

#define REACH 3

// Sides are rounded to even numbers (1280x720 to 426x240 is meant to be 3:1): two pixels of
// the smaller size are forgiven.
static bool reaches(int from_px, int to_px)
{
    return from_px >= to_px && from_px <= REACH * (to_px + 2);
}

static bool is_near(int from_width, int from_height, int width, int height)
{
    // A size that is not below the source in some direction needs no prefilter there.
    return (from_width < width || reaches(from_width, width)) &&
           (from_height < height || reaches(from_height, height));
}

static int append(struct scale_plan *plan, struct scale_step step)
{
    plan->steps = mem_realloc(plan->steps, plan->count + 1, sizeof *plan->steps);
    plan->steps[plan->count] = step;
    return (int)plan->count++;
}

static int64_t area(const struct scale_step *step)
{
    return (int64_t)step->width_px * step->height_px;
}

// The largest of the steps that is near enough and no smaller; else SCALE_FROM_SOURCE.
static int nearest_source(const struct scale_plan *plan, int width, int height)
{
    int best = SCALE_FROM_SOURCE;
    for (size_t i = 0; i < plan->count; i++) {
        const struct scale_step *step = &plan->steps[i];
        if (step->width_px >= width && step->height_px >= height &&
            is_near(step->width_px, step->height_px, width, height) &&
            (best == SCALE_FROM_SOURCE || area(step) > area(&plan->steps[best])))
            best = (int)i;
    }
    return best;
}

static int between(int source_px, int px)
{
    int side = REACH * px & ~1;
    return side < source_px ? side : source_px;
}

static int add(struct scale_plan *plan, int source_width, int source_height, struct scale_step step)
{
    step.from = SCALE_FROM_SOURCE;
    if (!is_near(source_width, source_height, step.width_px, step.height_px)) {
        step.from = nearest_source(plan, step.width_px, step.height_px);
        if (step.from == SCALE_FROM_SOURCE) {
            struct scale_step more = {
                between(source_width, step.width_px),
                between(source_height, step.height_px),
                SCALE_FROM_SOURCE,
                SCALE_IN_BETWEEN,
            };
            step.from = add(plan, source_width, source_height, more);
        }
    }
    return append(plan, step);
}

struct scale_plan scale_plan_build(int source_width_px, int source_height_px,
                                   const struct device_size *sizes, size_t count)
{
    struct scale_plan plan = {0};
    for (size_t i = 0; i < count; i++)
        add(&plan, source_width_px, source_height_px,
            (struct scale_step){sizes[i].width_px, sizes[i].height_px, SCALE_FROM_SOURCE, (int)i});
    return plan;
}

void scale_plan_done(struct scale_plan *plan)
{
    MEM_FREE(plan->steps);
    plan->count = 0;
}

size_t scale_plan_uses(const struct scale_plan *plan, int from)
{
    size_t uses = 0;
    for (size_t i = 0; i < plan->count; i++)
        uses += plan->steps[i].from == from;
    return uses;
}
