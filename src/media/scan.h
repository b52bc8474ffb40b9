// SPDX-License-Identifier: BSD-2-Clause
// The packet scan: one pass over every packet of the chosen streams, without
// decoding, for exact times, counts and the frame rate, and for what is missing.
// Memory does not depend on the length of the input.
#ifndef RUNG_MEDIA_SCAN_H
#define RUNG_MEDIA_SCAN_H

#include <stdbool.h>

#include "src/base/err.h"
#include "src/media/byte_source.h"
#include "src/media/demux.h"
#include "src/media/facts.h"

struct scan_spec {
    const struct byte_source *source;
    struct demux *demux; // at its first packet
    // Frames before this time are not decodable, though they follow a keyframe (leading
    // pictures of an open group): not counted. Without it nothing is left out.
    bool has_first_shown;
    struct rational first_shown;
    struct rational codec_rate; // as the bitstream states it; 0/1: it does not
};

// The streams are those in *facts (video when has_video, audio[0..audio_count)).
// Fills in their times, counts and rate, is_seekable, has_discontinuities,
// is_truncated. TIMING_COUNTED leaves frame_count and end_time to probe_count.
bool scan_packets(const struct scan_spec *spec, struct source_facts *facts, struct err *err);

#endif
