// SPDX-License-Identifier: BSD-2-Clause
// Which HLS track and which DASH track are the same content.
#ifndef RUNG_VALIDATE_CROSS_MATCH_PRIVATE_H
#define RUNG_VALIDATE_CROSS_MATCH_PRIVATE_H

#include "manifests/validate/core/evidence.h"

// Whether the evidence has tracks of both, so that there is something to compare.
bool cross_has_both(const struct evidence *evidence);

// Tracks for playing, not for seeking: no I-frame playlists, no trick-play sets, no
// thumbnails; nor media playlists that no multivariant playlist lists, where there is one.
bool cross_is_played(const struct evidence *evidence, const struct track *track);

// The track of the other kind of manifest that is the same content as this one, at or
// after index `from`: the same bytes if there is such a one, else the same description
// (kind, codec, size or channels, language). NONE: there is none.
size_t cross_partner(const struct evidence *evidence, const struct track *track, size_t from);

#endif
