// SPDX-License-Identifier: BSD-2-Clause
// The scan's book on the video stream: packets in decoding order in, frames in
// presentation order counted and timed.
#ifndef RUNG_MEDIA_SCAN_VIDEO_H
#define RUNG_MEDIA_SCAN_VIDEO_H

#include "src/media/scan.h"

struct scan_video;

struct scan_video *scan_video_new(AVFormatContext *format, int stream_index,
                                  const struct scan_spec *spec);
void scan_video_free(struct scan_video **video);
void scan_video_add(struct scan_video *video, const AVPacket *packet);
// No more packets: fills in timing, rate, counts and times.
void scan_video_finish(struct scan_video *video, struct video_facts *facts);

const AVStream *scan_video_stream(const struct scan_video *video);
int64_t scan_video_packets(const struct scan_video *video); // whole ones, hidden or not
// After finish: all keyframes are real and all frames carry their own time.
bool scan_video_can_seek(const struct scan_video *video);

#endif
