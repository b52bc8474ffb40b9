// SPDX-License-Identifier: BSD-2-Clause
// How the rules over several segments walk the evidence.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/iso/rules_private.h"

static bool is_same_segments(const struct track *a, const struct track *b)
{
    if (a->segment_count != b->segment_count)
        return false;
    for (size_t i = 0; i < a->segment_count; i++)
        if (a->segments[i].unit != b->segments[i].unit)
            return false;
    return true;
}

bool track_is_judged(const struct evidence *evidence, size_t track)
{
    const struct track *this = &evidence->tracks[track];
    if (this->origin == TRACK_HLS_IFRAMES || this->segment_count == 0)
        return false;
    for (size_t i = 0; i < track; i++)
        if (evidence->tracks[i].origin != TRACK_HLS_IFRAMES &&
            is_same_segments(&evidence->tracks[i], this))
            return false;
    return true;
}

bool unit_is_media(const struct unit *unit)
{
    return unit->is_read && unit->is_fmp4 && unit->sample_count > 0;
}

struct place segment_place(const struct evidence *evidence, const struct track *track, size_t i)
{
    const struct unit *unit = track_unit(evidence, track, i);
    return (struct place){.file = evidence->resources[unit->resource].name,
                          .track = track->name,
                          .byte = unit->offset_bytes};
}

bool track_span(const struct evidence *evidence, const struct track *track,
                struct rational *ret_start, struct rational *ret_end)
{
    if (track->segment_count == 0)
        return false;
    size_t last = track->segment_count - 1;
    const struct unit *first_unit = track_unit(evidence, track, 0);
    const struct unit *last_unit = track_unit(evidence, track, last);
    const struct init_facts *first_init = track_init(evidence, track, 0);
    const struct init_facts *last_init = track_init(evidence, track, last);
    if (!first_init || !last_init || !unit_is_media(first_unit) || !unit_is_media(last_unit) ||
        first_init->timescale_hz == 0 || last_init->timescale_hz == 0)
        return false;
    *ret_start = unit_start(first_init, first_unit);
    *ret_end = ticks_to_seconds(last_init, last_unit->latest_end - last_init->edit_media_time);
    *ret_end = rational_add(*ret_end, last_init->edit_empty);
    // What an edit takes away in front is not shown.
    struct rational zero = {0, 1};
    if (first_init->has_edit && rational_cmp(*ret_start, zero) < 0)
        *ret_start = zero;
    return true;
}

struct iso_text seconds_text(struct rational seconds)
{
    struct iso_text ret;
    snprintf(ret.text, sizeof ret.text, "%.4f s", rational_to_double(seconds));
    return ret;
}

static bool is_set_member(const struct track *track)
{
    return track->origin == TRACK_DASH && track->segment_count > 0 && track->set != NONE &&
           (track->kind == MEDIA_VIDEO || track->kind == MEDIA_AUDIO);
}

static bool is_same_set(const struct track *a, const struct track *b)
{
    return a->manifest == b->manifest && a->period == b->period && a->set == b->set;
}

bool track_leads_set(const struct evidence *evidence, size_t track)
{
    const struct track *this = &evidence->tracks[track];
    if (!is_set_member(this))
        return false;
    for (size_t i = 0; i < track; i++)
        if (is_set_member(&evidence->tracks[i]) && is_same_set(&evidence->tracks[i], this))
            return false;
    return true;
}

bool track_is_of_set(const struct evidence *evidence, size_t first, size_t track)
{
    return track != first && is_set_member(&evidence->tracks[track]) &&
           is_same_set(&evidence->tracks[track], &evidence->tracks[first]);
}
