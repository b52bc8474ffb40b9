// SPDX-License-Identifier: BSD-2-Clause
// The probe's decoding: the first pictures tell what the headers do not (sample
// format, range, colour, interlacing, which frames come out at all), and a source
// without usable timestamps is decoded to its end to count its frames.
#ifndef RUNG_MEDIA_PROBE_PICTURE_H
#define RUNG_MEDIA_PROBE_PICTURE_H

#include <stdbool.h>

#include "src/base/err.h"
#include "src/media/demux.h"
#include "src/media/facts.h"

struct picture_facts {
    int64_t packets;   // read of this stream
    bool is_encrypted; // a packet says so
    int64_t pictures;  // decoded; 0: nothing else here is filled in
    bool has_first_time;
    struct rational first_time; // least of the undamaged pictures
    struct rational codec_rate; // as the bitstream states it, 0/1 when it does not
};

// Reads from the demuxer's position. Fills the picture's part of *facts (codec to
// is_hdr) when a picture comes out. False only when reading fails (TRANSIENT).
bool probe_picture(struct demux *demux, int stream_index, struct video_facts *facts,
                   struct picture_facts *ret, struct err *err);

// Decodes everything from the demuxer's position; frames that come out.
bool probe_count(struct demux *demux, int stream_index, int64_t *ret_frames, struct err *err);

#endif
