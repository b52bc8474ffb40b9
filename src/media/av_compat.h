// SPDX-License-Identifier: BSD-2-Clause
// One spelling for what libav spells differently from version to version (5.1 to 8):
// side data of a stream, flags of a frame, number of index entries.
#ifndef RUNG_MEDIA_AV_COMPAT_H
#define RUNG_MEDIA_AV_COMPAT_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Side data moved from the stream to its parameters in libavformat 60.15 (FFmpeg 6.1).
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
static inline const uint8_t *
compat_stream_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t *ret_size)
{
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    *ret_size = data ? data->size : 0;
    return data ? data->data : NULL;
}
#else
static inline const uint8_t *
compat_stream_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t *ret_size)
{
    *ret_size = 0;
    return av_stream_get_side_data(stream, type, ret_size);
}
#endif

// The frame's booleans became flags in libavutil 58.7 (FFmpeg 6.1).
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
static inline bool compat_frame_is_interlaced(const AVFrame *frame)
{
    return frame->flags & AV_FRAME_FLAG_INTERLACED;
}
#else
static inline bool compat_frame_is_interlaced(const AVFrame *frame)
{
    return frame->interlaced_frame;
}
#endif

// avcodec_profile_name, present in all versions, NULL for an unknown profile.
static inline const char *compat_profile_name(const AVCodecParameters *par)
{
    const char *name = avcodec_profile_name(par->codec_id, par->profile);
    return name ? name : "";
}

#endif
