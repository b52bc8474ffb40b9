// SPDX-License-Identifier: BSD-2-Clause
// Bit rates of a run of segments as RFC 8216 4.1 defines them, and of a track.
#ifndef RUNG_VALIDATE_CORE_BANDWIDTH_H
#define RUNG_VALIDATE_CORE_BANDWIDTH_H

#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/evidence.h"
#include "src/base/rational.h"

// Runs of more segments than this are not looked at: a segment of less than a 64th of the
// target duration is no segment of practice, and hostile input must not cost its square.
#define BANDWIDTH_RUN_MAX 96

struct bandwidth_segment {
    int64_t size_bytes;
    struct rational duration; // seconds; below or at 0: the segment is passed over
};

struct bandwidth {
    int64_t peak_bps; // the highest rate of any contiguous run between 0.5 and 1.5 target
                      // durations; of single segments when there is no such run
    int64_t average_bps;
    int64_t bytes;
    struct rational duration;
};

// target_s: the target duration in seconds; at or below 0 single segments count. Rates are
// rounded up. All 0 when there is nothing to measure.
void bandwidth_measure(const struct bandwidth_segment *segments, size_t count, int64_t target_s,
                       struct bandwidth *ret);

// The one measure of a track's rates, for rules and reports: over the segments whose sizes
// are known, with the stated target duration, or else with the longest segment's. Returns
// how many segments those are.
size_t track_bandwidth(const struct evidence *evidence, const struct track *track,
                       struct bandwidth *ret);

#endif
