// SPDX-License-Identifier: BSD-2-Clause
// Questions about the tracks of a presentation that both writers ask.
#include "manifests/tracks_private.h"

#include <string.h>

size_t tracks_count_of(const struct presentation *presentation, enum track_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < presentation->track_count; i++)
        count += presentation->tracks[i].type == type;
    return count;
}

const struct presentation_track *tracks_default_audio(const struct presentation *presentation)
{
    const struct presentation_track *first = NULL;
    for (size_t i = 0; i < presentation->track_count; i++) {
        const struct presentation_track *track = &presentation->tracks[i];
        if (track->type != TRACK_AUDIO)
            continue;
        if (track->is_default)
            return track;
        if (!first)
            first = track;
    }
    return first;
}

const char *tracks_language(const struct presentation_track *track)
{
    return track->language && *track->language ? track->language : "und";
}

bool tracks_same_set(const struct presentation_track *a, const struct presentation_track *b)
{
    const char *left = a->switching_set ? a->switching_set : "";
    const char *right = b->switching_set ? b->switching_set : "";
    return a->type == b->type && strcmp(left, right) == 0;
}

bool tracks_has_earlier_of_set(const struct presentation *presentation, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (tracks_same_set(&presentation->tracks[i], &presentation->tracks[index]))
            return true;
    return false;
}

int64_t tracks_end_ticks(const struct presentation_track *track)
{
    if (track->segment_count == 0)
        return 0;
    const struct presentation_segment *last = &track->segments[track->segment_count - 1];
    return last->start_ticks + last->duration_ticks;
}
