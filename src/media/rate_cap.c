// SPDX-License-Identifier: BSD-2-Clause
// Leaky bucket and segment budget.
#include "src/media/rate_cap.h"

#include <math.h>

#define START_FULLNESS 0.9
#define RISE_PER_LOG2  (6 * 1.05)
#define LATER_SHARE    0.75

void rate_cap_init(struct rate_cap *cap, int64_t maxrate_bps, int64_t bufsize_bits,
                   struct rational frame_rate, int64_t frames_per_segment)
{
    *cap = (struct rate_cap){
        .maxrate_bits = (double)maxrate_bps / rational_to_double(frame_rate),
        .bufsize_bits = (double)bufsize_bits,
        .fullness_bits = (double)bufsize_bits * START_FULLNESS,
        .frames_per_segment = frames_per_segment,
    };
}

// What the segment has left for these pictures, if those behind them are to have three
// quarters of their own share at least.
static double segment_allowance(const struct rate_cap *cap, int64_t count, int64_t segment_left)
{
    double frames =
        (double)(cap->segment_frames + count) + (1 - LATER_SHARE) * (double)segment_left;
    return cap->maxrate_bits * frames - cap->segment_bits;
}

double rate_cap_excess(const struct rate_cap *cap, const int64_t *sizes_bits, int64_t count,
                       int64_t segment_left)
{
    double sum = 0, excess = 0;
    double bits = 0;                       // since the bucket was last full
    double available = cap->fullness_bits; // for them
    for (int64_t i = 0; i < count; i++) {
        sum += (double)sizes_bits[i];
        bits += (double)sizes_bits[i];
        double most = available > cap->maxrate_bits / 64 ? available : cap->maxrate_bits / 64;
        if (bits > excess * most)
            excess = bits / most;
        available += cap->maxrate_bits;
        if (available - bits >= cap->bufsize_bits) {
            available = cap->bufsize_bits;
            bits = 0;
        }
    }
    double allowance = segment_allowance(cap, count, segment_left);
    double least = cap->maxrate_bits * (double)count / 64; // nothing is made of nothing
    double segment = sum / (allowance > least ? allowance : least);
    return segment > excess ? segment : excess;
}

void rate_cap_take(struct rate_cap *cap, const int64_t *sizes_bits, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        cap->segment_bits += (double)sizes_bits[i];
        cap->fullness_bits -= (double)sizes_bits[i];
        if (cap->fullness_bits < 0)
            cap->fullness_bits = 0; // as low as it goes: a cap that cannot be held
        cap->fullness_bits += cap->maxrate_bits;
        if (cap->fullness_bits > cap->bufsize_bits)
            cap->fullness_bits = cap->bufsize_bits;
    }
    cap->segment_frames += count;
    if (cap->segment_frames >= cap->frames_per_segment) {
        cap->segment_frames = 0;
        cap->segment_bits = 0;
    }
}

double rate_cap_qp_rise(double excess)
{
    return excess <= 1 ? 0 : RISE_PER_LOG2 * log2(excess);
}

double rate_cap_shrink(double qp_rise)
{
    return qp_rise <= 0 ? 1 : exp2(-qp_rise / RISE_PER_LOG2);
}
