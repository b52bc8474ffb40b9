// SPDX-License-Identifier: BSD-2-Clause
// Finds the frame rate of a stream of presentation times. Every candidate rate keeps
// a handful of numbers: how often two frames fell on one slot of its grid, how many
// slots stayed empty, how far frames lay from their slots. Pure, constant memory.
#ifndef RUNG_MEDIA_FRAME_RATE_H
#define RUNG_MEDIA_FRAME_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/rational.h"
#include "src/media/facts.h"

#define FRAME_RATE_CANDIDATES 40

struct frame_rate_candidate {
    struct rational rate;
    bool is_declared; // the container says so
    bool is_standard; // of the table
    int64_t last_slot;
    int64_t collisions; // frames on a slot that was taken
    int64_t gaps;       // empty slots between frames
    int64_t uneven;     // steps from frame to frame that are not whole slots
    int64_t drift;      // sum of the other steps, 1/65536 slots
    int64_t last_residual;
    int64_t least_residual; // distance from the slot's centre, 1/65536 slots
    int64_t most_residual;
};

struct frame_rate {
    struct rational time_base;
    struct rational declared; // the best of those that make sense; 0/1: none does
    struct frame_rate_candidate candidate[FRAME_RATE_CANDIDATES];
    size_t candidate_count;
    int64_t frames;
    int64_t first_ticks;
};

// declared: rates the container states, best first; nonsense among them is ignored.
void frame_rate_init(struct frame_rate *detector, struct rational time_base,
                     const struct rational *declared, size_t declared_count);
// Times in presentation order, in ticks of the time base.
void frame_rate_add(struct frame_rate *detector, int64_t ticks);
// TIMING_CONSTANT or TIMING_VARIABLE and the rate to keep.
enum facts_timing frame_rate_result(const struct frame_rate *detector, struct rational *ret_rate);

// The exact standard rate this one stands for (2997/100 → 30000/1001), or itself.
struct rational frame_rate_snap(struct rational rate);
bool frame_rate_is_sane(struct rational rate); // within (0, 1000]

#endif
