// SPDX-License-Identifier: BSD-2-Clause
// HLS media playlists (RFC 8216 4.3.2, 4.3.3): all segments of a track, and the
// I-frame playlist into the same files. URIs are relative to the track's folder.
#include <inttypes.h>

#include "manifests/hls.h"
#include "manifests/hls_private.h"
#include "manifests/tracks_private.h"
#include "src/base/rational.h"
#include "src/base/text.h"

char *hls_quotable(const char *text)
{
    char *clean = text_clean(text);
    for (char *at = clean; *at; at++)
        if (*at == '"')
            *at = '\'';
    return clean;
}

// Every boundary is rounded by itself to the microsecond, and a duration is the
// difference of two boundaries: any run of EXTINFs sums to the real time within
// 1 us, and rounding never adds up over a long file.
static int64_t boundary_us(int64_t ticks, int64_t timescale_hz)
{
    return rational_round(rational_make(ticks, timescale_hz > 0 ? timescale_hz : 1), 1000000);
}

static void write_extinf(const struct presentation_segment *segment, int64_t timescale_hz,
                         struct buf *ret)
{
    int64_t us = boundary_us(segment->start_ticks + segment->duration_ticks, timescale_hz) -
                 boundary_us(segment->start_ticks, timescale_hz);
    if (us < 1)
        us = 1; // "0" is no duration (a single tick of a very fine timescale)
    buf_printf(ret, "#EXTINF:%" PRId64 ".%06" PRId64 ",\n", us / 1000000, us % 1000000);
}

static void write_head(const struct presentation *presentation, struct buf *ret)
{
    buf_printf(ret, "#EXTM3U\n#EXT-X-VERSION:%d\n", HLS_VERSION);
    buf_printf(ret, "#EXT-X-TARGETDURATION:%d\n", presentation->target_duration_s);
    // Counts like the file names and like startNumber of the MPD.
    buf_printf(ret, "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n");
}

static void write_segment_uri(size_t index, struct buf *ret)
{
    buf_printf(ret, "%05zu.m4s\n", index + 1);
}

void hls_write_media(const struct presentation *presentation,
                     const struct presentation_track *track, struct buf *ret)
{
    write_head(presentation, ret);
    buf_printf(ret, "#EXT-X-MAP:URI=\"init.mp4\"\n");
    for (size_t i = 0; i < track->segment_count; i++) {
        write_extinf(&track->segments[i], track->timescale_hz, ret);
        write_segment_uri(i, ret);
    }
    buf_printf(ret, "#EXT-X-ENDLIST\n");
}

struct presentation_segment *hls_iframe_segments(const struct presentation_track *track)
{
    struct presentation_segment *segments =
        mem_realloc(NULL, track->iframe_count, sizeof *segments);
    for (size_t i = 0; i < track->iframe_count; i++) {
        const struct presentation_iframe *iframe = &track->iframes[i];
        int64_t end_ticks = i + 1 < track->iframe_count ? track->iframes[i + 1].start_ticks
                                                        : tracks_end_ticks(track);
        segments[i] = (struct presentation_segment){
            .start_ticks = iframe->start_ticks,
            .duration_ticks = end_ticks - iframe->start_ticks,
            .size_bytes = iframe->size_bytes,
        };
    }
    return segments;
}

void hls_write_iframes(const struct presentation *presentation,
                       const struct presentation_track *track, struct buf *ret)
{
    AUTO_FREE struct presentation_segment *segments = hls_iframe_segments(track);
    write_head(presentation, ret);
    buf_printf(ret, "#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI=\"init.mp4\"\n");
    for (size_t i = 0; i < track->iframe_count; i++) {
        const struct presentation_iframe *iframe = &track->iframes[i];
        write_extinf(&segments[i], track->timescale_hz, ret);
        buf_printf(ret, "#EXT-X-BYTERANGE:%" PRIu64 "@%" PRIu64 "\n", iframe->size_bytes,
                   iframe->offset_bytes);
        write_segment_uri(iframe->segment_index, ret);
    }
    buf_printf(ret, "#EXT-X-ENDLIST\n");
}
