// SPDX-License-Identifier: BSD-2-Clause
// From playlists to tracks: which bytes each segment is.
#ifndef RUNG_VALIDATE_HLS_TRACKS_H
#define RUNG_VALIDATE_HLS_TRACKS_H

#include "manifests/validate/core/resolver.h"
#include "manifests/validate/core/rule.h"
#include "manifests/validate/hls/playlist.h"

// Adds the track of one media playlist (already in evidence->playlists at `index`), its
// inits and units. I-frame playlists give TRACK_HLS_IFRAMES.
void hls_tracks_add(struct evidence *evidence, size_t index,
                    const struct reference_resolver *resolver, struct findings *findings);

extern const struct rule_row hls_rules[]; // H, M, V
extern const size_t hls_rule_count;

#endif
