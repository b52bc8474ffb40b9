// SPDX-License-Identifier: BSD-2-Clause
// The presentation: the plain data model of the finished tracks from which both
// manifests are written. No I/O, no libav; built by the supervisor from what the
// engine reported for each segment.
#ifndef RUNG_PACKAGER_PRESENTATION_H
#define RUNG_PACKAGER_PRESENTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/rational.h"

enum track_type { TRACK_VIDEO, TRACK_AUDIO };

enum video_range { VIDEO_RANGE_SDR, VIDEO_RANGE_PQ, VIDEO_RANGE_HLG };

// One IDR picture that stands alone in its fragment: the byte range is a whole
// `moof mdat` inside segment `segment_index`.
struct presentation_iframe {
    int64_t start_ticks; // presentation time
    uint64_t offset_bytes;
    uint64_t size_bytes;
    size_t segment_index;
};

// Presentation times: after the edit list, so the first is 0 in every track.
struct presentation_segment {
    int64_t start_ticks;
    int64_t duration_ticks;
    uint64_t size_bytes;
};

struct presentation_track {
    char *id;            // "h264-1080p"; also the DASH Representation id
    char *folder;        // "video/h264-1080p", relative to the manifests
    char *switching_set; // "h264", "audio-en": tracks with equal text switch with each other
    enum track_type type;
    char *codec;          // RFC 6381, from the sample entry: "avc1.640028"
    int64_t timescale_hz; // of the ticks below, equals mdhd

    // video
    int width_px;
    int height_px; // square pixels
    struct rational frame_rate;
    enum video_range video_range;
    int colour_primaries; // ISO/IEC 23091-2 code points
    int transfer_characteristics;
    int matrix_coefficients;

    // audio
    char *language; // BCP 47, or NULL when the source does not say ("und")
    char *name;     // for people, unique within the presentation's audio
    bool is_default;
    int channels;
    int sample_rate_hz;

    struct presentation_segment *segments;
    size_t segment_count;
    struct presentation_iframe *iframes; // video; in time order
    size_t iframe_count;

    // Filled by presentation_measure from the segments.
    int64_t peak_bps;    // RFC 8216 4.1: the largest rate of any contiguous set of segments
                         // whose duration is 0.5 to 1.5 target durations
    int64_t average_bps; // all bits / duration
};

struct presentation {
    struct rational duration; // seconds
    int target_duration_s;    // EXT-X-TARGETDURATION of every playlist
    struct presentation_track *tracks;
    size_t track_count;
};

// Computes target_duration_s and every track's peak_bps and average_bps.
void presentation_measure(struct presentation *presentation);

// Peak over runs of segments, as above, for any list of (ticks, bytes).
int64_t presentation_peak_bps(const struct presentation_segment *segments, size_t count,
                              int64_t timescale_hz, int target_duration_s);

// The smallest DASH @bandwidth (bit/s) such that a client that has buffered
// min_buffer_time_s at that rate never underflows (ISO/IEC 23009-1 5.3.5.2),
// starting at any segment. A segment counts as needed whole when its first sample
// is due, so the rate is enough for every finer model too; with a buffer time
// shorter than a segment it is above the peak rate. O(n log rate).
int64_t presentation_dash_bps(const struct presentation_track *track, int64_t min_buffer_time_s);

void presentation_done(struct presentation *presentation); // frees everything it owns

#endif
