// SPDX-License-Identifier: BSD-2-Clause
// EXT-X-DEFINE and the references {$name} to it (rfc8216bis 4.3, 4.4.2.3). Bounded: what
// would grow a playlist beyond the cap stays as it is written, with H10.
#ifndef RUNG_VALIDATE_HLS_VARIABLES_H
#define RUNG_VALIDATE_HLS_VARIABLES_H

#include "manifests/validate/hls/playlist.h"

#define VARIABLES_GROWTH_MAX_BYTES (8 << 20) // of all replacements of one playlist

// Takes one EXT-X-DEFINE in. Faults are H10.
void variables_define(struct hls_playlist *playlist, const struct hls_source *source,
                      const struct hls_tag *tag, const struct place *place,
                      struct findings *findings);

struct variables_user { // who replaces, and how much it was so far
    struct hls_playlist *playlist;
    struct findings *findings;
    size_t grown_bytes;
};

// The text with its references replaced: itself when there is none, else from the
// playlist's pool. Playlists without definitions below version 8 know no references.
char *variables_replace(struct variables_user *user, char *text, const struct place *place);

#endif
