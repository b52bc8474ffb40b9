// SPDX-License-Identifier: BSD-2-Clause
// Peak and average bit rate of a track.
#include "manifests/validate/core/bandwidth.h"
#include "src/base/mem.h"

// The duration to divide by (RFC 8216 4.1: that of EXTINF), but the real one where EXTINF is
// wrong: that is M6, and no second fault.
static struct rational duration_of(const struct evidence *evidence, const struct track *track,
                                   size_t i)
{
    struct rational real;
    if (track->origin != TRACK_HLS_IFRAMES && track_shown_duration(evidence, track, i, &real))
        return real;
    return track->segments[i].duration;
}

static bool is_size_known(const struct evidence *evidence, const struct unit *unit)
{
    return unit->size_bytes >= 0 && !unit->is_cut &&
           !evidence->resources[unit->resource].is_missing;
}

// What DASH has no word for: the least whole number of seconds that no segment exceeds.
static int64_t longest_s(const struct bandwidth_segment *segments, size_t count)
{
    struct rational longest = {0, 1};
    for (size_t i = 0; i < count; i++)
        if (rational_cmp(segments[i].duration, longest) > 0)
            longest = segments[i].duration;
    return rational_ceil(longest, 1);
}

size_t track_bandwidth(const struct evidence *evidence, const struct track *track,
                       struct bandwidth *ret)
{
    struct bandwidth_segment *segments = mem_alloc((track->segment_count + 1) * sizeof *segments);
    size_t count = 0;
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        if (is_size_known(evidence, unit))
            segments[count++] =
                (struct bandwidth_segment){unit->size_bytes, duration_of(evidence, track, i)};
    }
    int64_t target_s = track->target_s > 0 ? track->target_s : longest_s(segments, count);
    bandwidth_measure(segments, count, target_s, ret);
    MEM_FREE(segments);
    return count;
}
