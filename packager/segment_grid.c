// SPDX-License-Identifier: BSD-2-Clause
// Exact segment boundaries.
#include "packager/segment_grid.h"

struct segment_grid segment_grid_build(struct rational duration, struct rational segment_duration)
{
    int64_t count = rational_ceil(rational_div(duration, segment_duration), 1);
    return (struct segment_grid){
        .duration = duration,
        .segment_duration = segment_duration,
        .segment_count = count < 1 ? 1 : count,
    };
}

struct rational segment_grid_start(const struct segment_grid *grid, int64_t k)
{
    if (k >= grid->segment_count)
        return grid->duration;
    return rational_mul(grid->segment_duration, rational_make(k, 1));
}

struct rational segment_grid_end(const struct segment_grid *grid, int64_t k)
{
    return segment_grid_start(grid, k + 1);
}

int64_t segment_grid_first_unit(const struct segment_grid *grid, int64_t k,
                                struct rational unit_rate)
{
    return rational_ceil(rational_mul(segment_grid_start(grid, k), unit_rate), 1);
}
