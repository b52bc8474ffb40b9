// SPDX-License-Identifier: BSD-2-Clause
// From playlists to tracks: which bytes each segment is, and which playlist is which
// variant or rendition.
#ifndef RUNG_VALIDATE_HLS_TRACKS_H
#define RUNG_VALIDATE_HLS_TRACKS_H

#include "manifests/validate/core/resolver.h"
#include "manifests/validate/core/rule.h"
#include "manifests/validate/hls/playlist.h"

// One playlist that a multivariant playlist leads to.
struct hls_child {
    size_t resource;
    int64_t line;    // of the first tag that names it
    const char *uri; // as written; borrowed from the parent
    bool is_iframes;
};

// Resolves what the multivariant playlist at `index` lists, notes the resources in its
// variants and renditions, and gives each resource once, in order. What the resolver
// refuses is left out (it reports that). The caller frees *ret. A media playlist has none.
size_t hls_playlist_children(struct evidence *evidence, size_t index,
                             const struct reference_resolver *resolver, struct hls_child **ret);

// Adds the track of one media playlist (already in evidence->playlists at `index`), its
// inits and units. I-frame playlists give TRACK_HLS_IFRAMES. Segments marked with
// EXT-X-GAP are not wanted.
void hls_tracks_add(struct evidence *evidence, size_t index,
                    const struct reference_resolver *resolver, struct findings *findings);

// After all playlists are read and all tracks added: sets variants[] and renditions[]
// .playlist (where .resource is known) and .track, and gives tracks of unknown kind the
// kind that the multivariant playlist says; sets .is_listed of media playlists. May be
// called again.
void hls_link(struct evidence *evidence);

extern const struct rule_row hls_rules[]; // H, M, V and S32
extern const size_t hls_rule_count;

#endif
