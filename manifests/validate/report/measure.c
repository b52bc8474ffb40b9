// SPDX-License-Identifier: BSD-2-Clause
// Measured figures of one track, from the units that were read.
#include "manifests/validate/core/bandwidth.h"
#include "manifests/validate/report/report.h"

static struct rational segment_duration(const struct evidence *evidence, const struct track *track,
                                        size_t i)
{
    const struct init_facts *init = track_init(evidence, track, i);
    const struct unit *unit = track_unit(evidence, track, i);
    return init && unit->is_fmp4 && unit->duration ? unit_shown_duration(init, unit)
                                                   : track->segments[i].duration;
}

void track_measure_build(const struct evidence *evidence, const struct track *track,
                         struct track_measure *ret)
{
    *ret = (struct track_measure){.duration = {0, 1}, .shortest = {0, 1}, .longest = {0, 1}};
    bool has_any = false;
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        struct rational duration = segment_duration(evidence, track, i);
        if (!unit->is_read)
            continue;
        ret->bytes += unit->size_bytes;
        ret->duration = rational_add(ret->duration, duration);
        if (!has_any || rational_cmp(duration, ret->shortest) < 0)
            ret->shortest = duration;
        if (rational_cmp(duration, ret->longest) > 0)
            ret->longest = duration;
        has_any = true;
    }
    struct bandwidth bandwidth = {0};
    track_bandwidth(evidence, track, &bandwidth);
    ret->peak_bps = bandwidth.peak_bps;
    ret->average_bps = bandwidth.average_bps;
}
