// SPDX-License-Identifier: BSD-2-Clause
// HLS playlists (RFC 8216, version 7) from the presentation. Pure: text out, URIs
// relative to the master playlist's folder.
#ifndef RUNG_MANIFESTS_HLS_H
#define RUNG_MANIFESTS_HLS_H

#include "packager/presentation.h"
#include "src/base/mem.h"

// All take a measured presentation (presentation_measure).
void hls_write_master(const struct presentation *presentation, struct buf *ret);
void hls_write_media(const struct presentation *presentation,
                     const struct presentation_track *track, struct buf *ret);
// Video tracks only.
void hls_write_iframes(const struct presentation *presentation,
                       const struct presentation_track *track, struct buf *ret);

#endif
