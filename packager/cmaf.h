// SPDX-License-Identifier: BSD-2-Clause
// Writing CMAF (ISO/IEC 23000-19) tracks: one init segment, then segments of
// `styp (moof mdat)+`. Pure: bytes in, bytes out.
//
// Time: the decode time of a sample is exact in ticks of the track's timescale.
// Video uses signed composition offsets (trun version 1), so that the first
// sample of a segment has tfdt == its presentation time == the grid's time, and
// no edit list (brand cmf2). Audio keeps one edit list entry that skips the
// encoder's priming (brand cmfc): tfdt counts from the first primed sample, the
// presentation time is tfdt - priming_ticks.
//
// Readers over libavformat put a track with negative composition offsets later by
// the largest of them (its pts must not be below dts) and show audio's priming as
// packets before time 0: compare times with ffprobe relative to the first picture.
#ifndef RUNG_PACKAGER_CMAF_H
#define RUNG_PACKAGER_CMAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packager/presentation.h"
#include "src/base/err.h"
#include "src/base/mem.h"

enum cmaf_codec { CMAF_H264, CMAF_HEVC, CMAF_AV1, CMAF_AAC };

// Everything an init segment states. Pointers are borrowed for the call.
struct cmaf_track_spec {
    enum cmaf_codec codec;
    int64_t timescale_hz;
    const char *language; // BCP 47 or NULL; mdhd gets its ISO 639-2/T form, elng the full tag

    // The decoder configuration record as it stands in its box:
    // avcC / hvcC / av1C payload, or the AudioSpecificConfig for AAC.
    const uint8_t *config;
    size_t config_size_bytes;

    // video
    int width_px;
    int height_px;
    int colour_primaries; // ISO/IEC 23091-2; colr nclx
    int transfer_characteristics;
    int matrix_coefficients;
    bool is_full_range;

    // audio
    int channels;
    int sample_rate_hz;
    int64_t priming_ticks;
    int64_t average_bps; // esds, btrt; 0 = not stated
    int64_t peak_bps;
};

struct cmaf_sample {
    const uint8_t *data; // AVCC/HVCC length-prefixed NAL units, OBUs, or raw AAC frame
    size_t size_bytes;
    int64_t duration_ticks;
    int64_t composition_offset_ticks; // presentation - decode; may be negative
    bool is_sync;
};

// Appends ftyp + moov to *ret. INPUT when the config record is unusable.
bool cmaf_write_init(const struct cmaf_track_spec *spec, struct buf *ret, struct err *err);

struct cmaf_segment_spec {
    enum cmaf_codec codec;
    uint32_t first_sequence_number; // mfhd of the first fragment; later ones count up
    int64_t decode_time_ticks;      // tfdt of the first sample
    const struct cmaf_sample *samples;
    size_t sample_count;
    bool own_fragment_for_sync; // video: every IDR alone in a fragment (I-frame byte ranges)
};

// One IDR's fragment inside the segment just written.
struct cmaf_iframe {
    int64_t start_ticks; // presentation time of the picture
    uint64_t offset_bytes;
    uint64_t size_bytes;
};

// Appends styp and the fragments to *ret. ret_iframes (may be NULL) gets up to
// ret_iframes_cap entries; *ret_iframe_count how many there are;
// *ret_fragment_count how many sequence numbers were used; both may be NULL.
// BUG for samples no encoder of ours should hand over (empty, no duration, the
// first one not sync); CONFIG when the segment is too long for one.
bool cmaf_write_segment(const struct cmaf_segment_spec *spec, struct buf *ret,
                        struct cmaf_iframe *ret_iframes, size_t ret_iframes_cap,
                        size_t *ret_iframe_count, uint32_t *ret_fragment_count, struct err *err);

// The most fragments a segment of n samples can take, for numbering: segment k of
// a track numbers its fragments from k * CMAF_FRAGMENTS_PER_SEGMENT + 1, so that
// spans number theirs without knowing of each other.
#define CMAF_FRAGMENTS_PER_SEGMENT 1024

#endif
