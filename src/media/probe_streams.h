// SPDX-License-Identifier: BSD-2-Clause
// Choosing among an input's streams: the default video, every audio that can be
// decoded, and a note for each thing left aside.
#ifndef RUNG_MEDIA_PROBE_STREAMS_H
#define RUNG_MEDIA_PROBE_STREAMS_H

#include <stdbool.h>

#include "src/base/err.h"
#include "src/media/demux.h"
#include "src/media/facts.h"

// Is this stream's content encrypted, as far as the container says?
bool stream_is_encrypted(const AVStream *stream);

// Fills in audio[] and the notes, and lists usable video streams, best first, in
// ret_videos (at most 8). INPUT when there is video but none of it can be used.
bool probe_streams(AVFormatContext *format, struct source_facts *facts, int ret_videos[8],
                   size_t *ret_video_count, struct err *err);

#endif
