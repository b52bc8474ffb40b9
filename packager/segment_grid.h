// SPDX-License-Identifier: BSD-2-Clause
// The segment grid: the exact start and end of every segment, computed once and
// the same for every track of a presentation. Segment k (from 0) covers
// [k * segment_duration, (k + 1) * segment_duration), the last one ends at
// duration. Video segments hold whole frames (the planner makes segment_duration
// a whole number of frames); audio takes the first frame that starts at or after
// each boundary. Numbers in file names and manifests start at 1 (k + 1).
#ifndef RUNG_PACKAGER_SEGMENT_GRID_H
#define RUNG_PACKAGER_SEGMENT_GRID_H

#include <stdint.h>

#include "src/base/rational.h"

struct segment_grid {
    struct rational duration;         // seconds, > 0
    struct rational segment_duration; // seconds, > 0
    int64_t segment_count;            // >= 1
};

// Pure. duration and segment_duration must be > 0.
struct segment_grid segment_grid_build(struct rational duration, struct rational segment_duration);

struct rational segment_grid_start(const struct segment_grid *grid, int64_t k);
struct rational segment_grid_end(const struct segment_grid *grid, int64_t k);

// For tracks of equal units (video frames, AAC frames) with `unit_rate` units per
// second: the first unit that belongs to segment k. Unit u starts at u/unit_rate;
// it belongs to the segment its start lies in. For k == segment_count the answer
// is one past the last unit that starts before duration.
int64_t segment_grid_first_unit(const struct segment_grid *grid, int64_t k,
                                struct rational unit_rate);

#endif
