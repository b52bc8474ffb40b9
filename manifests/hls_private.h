// SPDX-License-Identifier: BSD-2-Clause
// Shared by the HLS writers: the header of a playlist, text in quotes, and the
// I-frames of a track seen as segments.
#ifndef RUNG_MANIFESTS_HLS_PRIVATE_H
#define RUNG_MANIFESTS_HLS_PRIVATE_H

#include "packager/presentation.h"
#include "src/base/mem.h"

// 7: CMAF (EXT-X-MAP needs 6) as Apple's tools write it; nothing later is used.
#define HLS_VERSION 7

// A new string fit for a quoted-string (RFC 8216 4.2), which has no escape: one
// line of UTF-8, with ' for ".
char *hls_quotable(const char *text);

// iframe k as a segment of its own: from its picture to the next one, the last to
// the end of the track (RFC 8216 4.3.3.6). Allocated, iframe_count entries.
struct presentation_segment *hls_iframe_segments(const struct presentation_track *track);

#endif
