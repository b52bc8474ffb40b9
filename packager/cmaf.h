// SPDX-License-Identifier: BSD-2-Clause
// Writing CMAF (ISO/IEC 23000-19) tracks: one init segment, then segments of
// `styp (moof mdat)+`. Pure: bytes in, bytes out.
//
// Time: the decode time of a sample is exact in ticks of the track's timescale, and
// tfdt of a segment's first sample is the grid's time. One edit list entry turns
// decode time into presentation time where a codec needs it: it skips the audio
// encoder's priming, and the delay that B pictures put between decoding and
// showing (brand cmfc; without an edit, video is cmf2). Players apply it, and so
// does libavformat, which would show video with negative composition offsets and
// no edit list late by that delay.
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
    int64_t composition_delay_ticks; // >= 0; the edit's start, see cmaf_segment_spec

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
    // Added to every composition offset as it is written, so that none is negative;
    // the init segment's edit takes it back. The same in the whole track.
    int64_t composition_delay_ticks;
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
