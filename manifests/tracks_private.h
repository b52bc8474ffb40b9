// SPDX-License-Identifier: BSD-2-Clause
// What both writers must answer alike about the tracks of a presentation.
#ifndef RUNG_MANIFESTS_TRACKS_PRIVATE_H
#define RUNG_MANIFESTS_TRACKS_PRIVATE_H

#include "packager/presentation.h"

size_t tracks_count_of(const struct presentation *presentation, enum track_type type);

// The one audio track a player starts with: the first that says so, else the first.
// NULL without audio.
const struct presentation_track *tracks_default_audio(const struct presentation *presentation);

// The BCP 47 tag to print; "und" (ISO 639-2) when the source does not say.
const char *tracks_language(const struct presentation_track *track);

bool tracks_same_set(const struct presentation_track *a, const struct presentation_track *b);

// True when an earlier track belongs to the same switching set.
bool tracks_has_earlier_of_set(const struct presentation *presentation, size_t index);

// Presentation time at which the last segment ends.
int64_t tracks_end_ticks(const struct presentation_track *track);

#endif
