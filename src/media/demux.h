// SPDX-License-Identifier: BSD-2-Clause
// Opening the untrusted input with libavformat over our own byte source, and
// reading packets on one continuous clock. libavformat may open nothing else:
// no file, http, concat or playlist protocol; formats from an allow-list.
//
// source clock: packet times as exact ticks of the stream's time base, with jumps
// of more than 10 s (formats that allow them: MPEG-TS and the like) taken out. A
// packet's clock depends on what was read before it only in such files; those are
// marked (facts.has_discontinuities) and always read from the start.
#ifndef RUNG_MEDIA_DEMUX_H
#define RUNG_MEDIA_DEMUX_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

#include "src/base/err.h"
#include "src/base/rational.h"
#include "src/media/byte_source.h"

struct demux; // one open input; used by one thread at a time

// INPUT with the file's name and the cause when it is not media we take.
struct demux *demux_open(const struct byte_source *source, struct err *err);
void demux_free(struct demux **demux);

AVFormatContext *demux_format(struct demux *demux); // borrowed

// Everything but these streams is discarded at the demuxer. index < 0 is skipped.
void demux_select(struct demux *demux, const int *stream_indexes, size_t count);

enum demux_result { DEMUX_PACKET, DEMUX_END, DEMUX_FAILED };

// The next packet of a selected stream, with pts and dts on the source clock.
// FAILED: the bytes cannot be read any further (INPUT), or TRANSIENT from the source.
enum demux_result demux_read(struct demux *demux, AVPacket *packet, struct err *err);

// Jumps that were taken out so far.
int64_t demux_discontinuities(const struct demux *demux);
// Packets with AV_PKT_FLAG_CORRUPT seen so far.
int64_t demux_corrupt_packets(const struct demux *demux);

// Seeks so that the next packets of the stream include the last keyframe at or
// before `time` (exact seconds, source clock). False when the input cannot; the
// position is then undefined and demux_rewind is the way on.
bool demux_seek(struct demux *demux, int stream_index, struct rational time);

// Back to the very first packet, by opening the input anew: demux_format() and its
// streams are new objects afterwards. After false only demux_free may follow.
bool demux_rewind(struct demux *demux, struct err *err);

struct rational demux_time(const AVStream *stream, int64_t ticks);

#endif
