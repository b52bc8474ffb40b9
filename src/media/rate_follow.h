// SPDX-License-Identifier: BSD-2-Clause
// QPs of a group that is coded with a pilot's analysis: the pilot's, raised only as far
// as the rung's cap demands. What the pilot's pictures took says how bits will be spread
// over the group, what is coded so far says how many there will be. Pure; no VBV, no
// second try, and pictures can be given back as soon as they are in.
#ifndef RUNG_MEDIA_RATE_FOLLOW_H
#define RUNG_MEDIA_RATE_FOLLOW_H

#include "src/media/analysis.h"
#include "src/media/rate_cap.h"

struct rate_follow {
    const struct analysis_group *analysis; // borrowed
    struct rate_cap cap;                   // what is coded so far is taken from it
    int64_t segment_left;                  // pictures of the segment behind the group
    double offset;                         // of every QP: another CRF than the pilot's
    double ratio;                          // bits to the pilot's, without a cap; a guess at first
    double free_bits;                      // what is coded so far would have taken without a cap
    double pilots_bits;                    // the same pictures, in the pilot
    double rise;
    double carry[3]; // from rounding, by kind of picture
    float *rises;    // [frame_count], that each picture was given; owned
    bool *is_coded;  // [frame_count]; owned
};

// ratio: from the group before, or a guess by size.
void rate_follow_init(struct rate_follow *follow, const struct analysis_group *analysis,
                      const struct rate_cap *cap, int64_t segment_left, double offset,
                      double ratio);
void rate_follow_done(struct rate_follow *follow);

// The QP of the next picture that goes in; they go in in presentation order.
int rate_follow_qp(struct rate_follow *follow, int64_t frame);
// A picture came out, in coded order.
void rate_follow_coded(struct rate_follow *follow, int64_t frame, int64_t bits);

#endif
