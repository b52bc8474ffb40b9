// SPDX-License-Identifier: BSD-2-Clause
// What a track is and lasts by what was read of it, and how much of all was read.
#include "manifests/validate/core/evidence.h"

const struct init_facts *track_any_init(const struct evidence *evidence, const struct track *track)
{
    size_t last = NONE;
    for (size_t i = 0; track && i < track->segment_count; i++) {
        if (track->segments[i].init == last)
            continue;
        last = track->segments[i].init;
        const struct init_facts *init = track_init(evidence, track, i);
        if (init)
            return init;
    }
    return NULL;
}

enum media_kind track_media_kind(const struct evidence *evidence, const struct track *track)
{
    const struct init_facts *init = track_any_init(evidence, track);
    if (!track)
        return MEDIA_UNKNOWN;
    return init && init->kind != MEDIA_UNKNOWN ? init->kind : track->kind;
}

bool track_is_measured(const struct evidence *evidence, const struct track *track, size_t i)
{
    const struct unit *unit = track_unit(evidence, track, i);
    return unit->is_read && unit->is_fmp4 && !unit->is_cut && unit->sample_count > 0 &&
           track_init(evidence, track, i);
}

bool track_shown_duration(const struct evidence *evidence, const struct track *track, size_t i,
                          struct rational *ret)
{
    if (!track_is_measured(evidence, track, i))
        return false;
    struct rational coded =
        unit_duration(track_init(evidence, track, i), track_unit(evidence, track, i));
    *ret = unit_shown_duration(track_init(evidence, track, i), track_unit(evidence, track, i));
    if (rational_cmp(*ret, coded) == 0)
        return true;
    struct rational off = rational_gap(track->segments[i].duration, coded);
    if (rational_cmp(off, rational_gap(track->segments[i].duration, *ret)) < 0 &&
        rational_cmp(off, track_slack(evidence, track)) <= 0)
        *ret = coded;
    return true;
}

struct rational track_slack(const struct evidence *evidence, const struct track *track)
{
    struct rational tenth = {1, 10};
    enum media_kind kind = track_media_kind(evidence, track);
    if (kind != MEDIA_VIDEO && kind != MEDIA_AUDIO)
        return tenth;
    struct rational frame = track_frame(evidence, track);
    return frame.num > 0 ? frame : tenth;
}

struct reading_counts evidence_reading(const struct evidence *evidence)
{
    struct reading_counts counts = {0};
    for (size_t i = 0; i < evidence->unit_count; i++) {
        counts.listed += evidence->units[i].is_wanted || evidence->units[i].is_left_out;
        counts.left_out += evidence->units[i].is_left_out;
        counts.read += evidence->units[i].is_read;
    }
    return counts;
}
