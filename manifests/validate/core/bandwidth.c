// SPDX-License-Identifier: BSD-2-Clause
// Peak and average bit rate of a list of segments.
#include "manifests/validate/core/bandwidth.h"

#include <string.h>

// Bits per second, rounded up.
static int64_t rate_bps(int64_t bytes, struct rational duration)
{
    if (duration.num <= 0 || bytes <= 0)
        return 0;
    __int128 bits = (__int128)bytes * 8 * duration.den;
    __int128 rate = (bits + duration.num - 1) / duration.num;
    return rate > INT64_MAX ? INT64_MAX : (int64_t)rate;
}

static int64_t add_bytes(int64_t sum, int64_t bytes)
{
    return bytes > 0 && sum > INT64_MAX - bytes ? INT64_MAX : sum + (bytes > 0 ? bytes : 0);
}

// The highest rate of the runs that start at the first of the segments.
static int64_t peak_from(const struct bandwidth_segment *segments, size_t count, int64_t target_s)
{
    struct rational least = rational_make(target_s, 2);
    struct rational most = rational_mul(least, (struct rational){3, 1});
    struct rational duration = {0, 1};
    int64_t bytes = 0;
    int64_t peak = 0;
    for (size_t i = 0; i < count && i < BANDWIDTH_RUN_MAX; i++) {
        if (segments[i].duration.num <= 0)
            continue;
        duration = rational_add(duration, segments[i].duration);
        bytes = add_bytes(bytes, segments[i].size_bytes);
        if (rational_cmp(duration, most) > 0)
            break;
        int64_t rate = rational_cmp(duration, least) >= 0 ? rate_bps(bytes, duration) : 0;
        peak = rate > peak ? rate : peak;
    }
    return peak;
}

void bandwidth_measure(const struct bandwidth_segment *segments, size_t count, int64_t target_s,
                       struct bandwidth *ret)
{
    struct bandwidth sum = {.duration = {0, 1}};
    int64_t single = 0;
    if (target_s > INT32_MAX)
        target_s = INT32_MAX;
    for (size_t i = 0; i < count; i++) {
        if (segments[i].duration.num <= 0)
            continue;
        int64_t rate = rate_bps(segments[i].size_bytes, segments[i].duration);
        single = rate > single ? rate : single;
        sum.bytes = add_bytes(sum.bytes, segments[i].size_bytes);
        sum.duration = rational_add(sum.duration, segments[i].duration);
        if (target_s > 0) {
            int64_t peak = peak_from(segments + i, count - i, target_s);
            sum.peak_bps = peak > sum.peak_bps ? peak : sum.peak_bps;
        }
    }
    if (!sum.peak_bps)
        sum.peak_bps = single;
    sum.average_bps = rate_bps(sum.bytes, sum.duration);
    *ret = sum;
}
