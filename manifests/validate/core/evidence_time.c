// SPDX-License-Identifier: BSD-2-Clause
// Reading the evidence: units and inits of a track, and ticks as seconds.
#include <stdio.h>

#include "manifests/validate/core/evidence.h"
#include "src/base/mem.h"

static const char *const kinds[] = {"unknown", "video", "audio", "text", "image"};

const char *media_kind_name(enum media_kind kind)
{
    return (unsigned)kind < ARRAY_LEN(kinds) ? kinds[kind] : "unknown";
}

const struct unit *track_unit(const struct evidence *evidence, const struct track *track, size_t i)
{
    return &evidence->units[track->segments[i].unit];
}

const struct init_facts *track_init(const struct evidence *evidence, const struct track *track,
                                    size_t i)
{
    size_t init = i < track->segment_count ? track->segments[i].init : NONE;
    return init != NONE && evidence->inits[init].is_read ? &evidence->inits[init] : NULL;
}

struct rational ticks_to_seconds(const struct init_facts *init, int64_t ticks)
{
    if (!init || init->timescale_hz == 0)
        return (struct rational){0, 1};
    return rational_make(ticks, init->timescale_hz);
}

struct rational unit_start(const struct init_facts *init, const struct unit *unit)
{
    if (!init)
        return (struct rational){0, 1};
    struct rational start = ticks_to_seconds(init, unit->earliest_time - init->edit_media_time);
    return init->edit_empty.den ? rational_add(start, init->edit_empty) : start;
}

struct rational unit_duration(const struct init_facts *init, const struct unit *unit)
{
    return ticks_to_seconds(init, (int64_t)unit->duration);
}

struct rational unit_shown_duration(const struct init_facts *init, const struct unit *unit)
{
    uint64_t cut = 0;
    if (init && init->edit_media_time > unit->earliest_time)
        cut = (uint64_t)init->edit_media_time - (uint64_t)unit->earliest_time;
    return ticks_to_seconds(init, cut < unit->duration ? (int64_t)(unit->duration - cut) : 0);
}

struct rational track_frame(const struct evidence *evidence, const struct track *track)
{
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        const struct init_facts *init = track_init(evidence, track, i);
        if (unit->is_read && init && unit->sample_count)
            // The mean over a segment: exact where the rate is constant.
            return rational_div(unit_duration(init, unit),
                                (struct rational){(int64_t)unit->sample_count, 1});
    }
    return (struct rational){0, 1};
}
