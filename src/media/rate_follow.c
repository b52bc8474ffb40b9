// SPDX-License-Identifier: BSD-2-Clause
// The controller: expected bits of what is not coded yet, held against the cap.
#include "src/media/rate_follow.h"

#include <math.h>

#include "src/base/mem.h"

#define QP_MAX      51
#define RISE_MAX    30
#define RISE_LEAST  0.3  // smaller changes wait: one QP for the whole group is best
#define FALL_LEAST  1.5  // what is left over at the end is worth less than a steady picture
#define FALL_MAX    0.25 // from picture to picture
#define GUESS_SHARE 0.15 // of the group: how long the first guess keeps its weight
#define MEMORY      0.96 // what older pictures count for in the ratio, by each newer one

void rate_follow_init(struct rate_follow *follow, const struct analysis_group *analysis,
                      const struct rate_cap *cap, int64_t segment_left, double offset, double ratio)
{
    *follow = (struct rate_follow){
        .analysis = analysis,
        .cap = *cap,
        .segment_left = segment_left,
        .offset = offset,
        .ratio = ratio,
        .free_bits = ratio * GUESS_SHARE * (double)analysis->bits,
        .pilots_bits = GUESS_SHARE * (double)analysis->bits,
        .rises = mem_alloc((size_t)analysis->frame_count * sizeof *follow->rises),
        .is_coded = mem_alloc((size_t)analysis->frame_count * sizeof *follow->is_coded),
    };
}

void rate_follow_done(struct rate_follow *follow)
{
    MEM_FREE(follow->rises);
    MEM_FREE(follow->is_coded);
}

// By how much what is still to come is too large without any rise.
static double excess_ahead(const struct rate_follow *follow)
{
    const struct analysis_group *analysis = follow->analysis;
    AUTO_FREE int64_t *expected = mem_alloc((size_t)analysis->frame_count * sizeof *expected);
    int64_t count = 0;
    for (int64_t i = 0; i < analysis->frame_count; i++)
        if (!follow->is_coded[i])
            expected[count++] = (int64_t)(follow->ratio * (double)analysis->frame_bits[i]);
    return rate_cap_excess(&follow->cap, expected, count, follow->segment_left);
}

// libx264 takes whole numbers: what rounding takes away from one picture the next of its
// kind gets, so that the mean is right.
static int rounded(struct rate_follow *follow, int64_t frame, double wanted)
{
    char type = follow->analysis->type[frame];
    double *carry = &follow->carry[type == 'I' || type == 'i' ? 0 : type == 'P' ? 1 : 2];
    double whole = floor(wanted + *carry + 0.5);
    *carry += wanted - whole;
    return whole < 0 ? 0 : whole > QP_MAX ? QP_MAX : (int)whole;
}

int rate_follow_qp(struct rate_follow *follow, int64_t frame)
{
    double wanted = rate_cap_qp_rise(excess_ahead(follow));
    if (frame == 0 || wanted > follow->rise + RISE_LEAST)
        follow->rise = wanted > RISE_MAX ? RISE_MAX : wanted;
    else if (wanted < follow->rise - FALL_LEAST)
        follow->rise -= FALL_MAX;
    follow->rises[frame] = (float)follow->rise;
    return rounded(follow, frame, follow->analysis->qp[frame] + follow->offset + follow->rise);
}

void rate_follow_coded(struct rate_follow *follow, int64_t frame, int64_t bits)
{
    rate_cap_take(&follow->cap, &bits, 1);
    follow->is_coded[frame] = true;
    follow->free_bits =
        MEMORY * follow->free_bits + (double)bits / rate_cap_shrink((double)follow->rises[frame]);
    follow->pilots_bits =
        MEMORY * follow->pilots_bits + (double)follow->analysis->frame_bits[frame];
    if (follow->pilots_bits > 0)
        follow->ratio = follow->free_bits / follow->pilots_bits;
}
