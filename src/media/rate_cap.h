// SPDX-License-Identifier: BSD-2-Clause
// A rung's cap, held by looking at what was coded: a leaky bucket (H.264 C.1: `bufsize`
// bits, filled at `maxrate`, nine tenths full at the start, as x264's VBV is), and no
// segment above maxrate on average. Pure; the state is a span's.
#ifndef RUNG_MEDIA_RATE_CAP_H
#define RUNG_MEDIA_RATE_CAP_H

#include <stdint.h>

#include "src/base/rational.h"

struct rate_cap {
    double maxrate_bits; // for one picture's duration
    double bufsize_bits;
    double fullness_bits;
    int64_t frames_per_segment;
    int64_t segment_frames; // of the open segment, taken so far
    double segment_bits;
};

void rate_cap_init(struct rate_cap *cap, int64_t maxrate_bps, int64_t bufsize_bits,
                   struct rational frame_rate, int64_t frames_per_segment);

// How many times too large these pictures are, in coded order: at or below 1 they fit.
// segment_left: pictures of the segment that follow them.
double rate_cap_excess(const struct rate_cap *cap, const int64_t *sizes_bits, int64_t count,
                       int64_t segment_left);

// These pictures are kept: what follows has what they leave.
void rate_cap_take(struct rate_cap *cap, const int64_t *sizes_bits, int64_t count);

// By how much QPs must rise to make something `excess` times smaller, and the factor
// that a rise takes off the bits. A rise of 6 halves the step count; bits follow a
// little more slowly.
double rate_cap_qp_rise(double excess);
double rate_cap_shrink(double qp_rise);

#endif
