// SPDX-License-Identifier: BSD-2-Clause
// Small media files made in memory for the tests of demuxing, probing and scanning:
// moving grey pictures in MPEG-4 part 2 or MPEG-2, sound as MP2, any container.
#ifndef RUNG_TESTS_UNIT_MEDIA_CLIP_H
#define RUNG_TESTS_UNIT_MEDIA_CLIP_H

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/media/byte_source.h"

struct clip_spec {
    const char *format; // libavformat's name
    enum AVCodecID codec;
    int width_px, height_px;
    AVRational sample_aspect;
    AVRational time_base; // of `time`
    AVRational rate;
    int frames;
    int b_frames;
    int gop;
    int64_t (*time)(int frame); // NULL: frame
    bool has_audio;
    int audio_tracks; // with has_audio; 0 means 1
};

// Bytes in memory, with a byte source over them.
struct clip {
    uint8_t *data;
    int size_bytes;
    int64_t fail_from; // reads at or past this offset fail with EIO; -1: never
    struct byte_source source;
};

static inline int64_t clip_read(void *self, int64_t offset, void *data, size_t size_bytes)
{
    const struct clip *clip = self;
    if (clip->fail_from >= 0 && offset + (int64_t)size_bytes > clip->fail_from) {
        errno = EIO;
        return -1;
    }
    if (offset < 0 || offset >= clip->size_bytes)
        return 0;
    size_t left = (size_t)(clip->size_bytes - offset);
    size_bytes = size_bytes < left ? size_bytes : left;
    memcpy(data, clip->data + offset, size_bytes);
    return (int64_t)size_bytes;
}

// The clip must not move afterwards.
static inline void clip_over(struct clip *clip, uint8_t *data, int size_bytes, const char *name)
{
    *clip = (struct clip){.data = data, .size_bytes = size_bytes, .fail_from = -1};
    clip->source = (struct byte_source){
        .self = clip, .read_at = clip_read, .size_bytes = size_bytes, .name = name};
}

static inline void clip_cut(struct clip *clip, int size_bytes)
{
    clip->size_bytes = size_bytes;
    clip->source.size_bytes = size_bytes;
}

static inline void clip_done(struct clip *clip)
{
    av_freep(&clip->data);
}

// Where these four letters stand; aborts when they do not.
static inline uint8_t *clip_find(struct clip *clip, const char *letters)
{
    uint8_t *at = memmem(clip->data, (size_t)clip->size_bytes, letters, strlen(letters));
    if (!at)
        abort();
    return at;
}

static inline void clip_must(bool holds)
{
    if (!holds)
        abort();
}

static inline AVCodecContext *clip_video_encoder(const struct clip_spec *spec, bool global)
{
    const AVCodec *codec = avcodec_find_encoder(spec->codec);
    AVCodecContext *encoder = codec ? avcodec_alloc_context3(codec) : NULL;
    clip_must(encoder);
    encoder->width = spec->width_px ? spec->width_px : 64;
    encoder->height = spec->height_px ? spec->height_px : 48;
    encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder->time_base = spec->time_base;
    encoder->framerate = spec->rate;
    encoder->gop_size = spec->gop ? spec->gop : 12;
    encoder->max_b_frames = spec->b_frames;
    encoder->thread_count = 1;
    encoder->bit_rate = 200000;
    if (spec->sample_aspect.num)
        encoder->sample_aspect_ratio = spec->sample_aspect;
    if (global)
        encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    clip_must(avcodec_open2(encoder, codec, NULL) >= 0);
    return encoder;
}

static inline AVCodecContext *clip_audio_encoder(bool global)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_MP2);
    AVCodecContext *encoder = codec ? avcodec_alloc_context3(codec) : NULL;
    clip_must(encoder);
    encoder->sample_rate = 48000;
    encoder->sample_fmt = AV_SAMPLE_FMT_S16;
    encoder->time_base = (AVRational){1, 48000};
    av_channel_layout_default(&encoder->ch_layout, 2);
    if (global)
        encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    clip_must(avcodec_open2(encoder, codec, NULL) >= 0);
    return encoder;
}

static inline AVStream *clip_stream(AVFormatContext *mux, AVCodecContext *encoder)
{
    AVStream *stream = avformat_new_stream(mux, NULL);
    clip_must(stream && avcodec_parameters_from_context(stream->codecpar, encoder) >= 0);
    stream->time_base = encoder->time_base;
    stream->avg_frame_rate = encoder->framerate;
    stream->sample_aspect_ratio = encoder->sample_aspect_ratio;
    return stream;
}

static inline void clip_encode(AVFormatContext *mux, AVStream *stream, AVCodecContext *encoder,
                               const AVFrame *frame)
{
    AVPacket *packet = av_packet_alloc();
    clip_must(packet && avcodec_send_frame(encoder, frame) >= 0);
    while (avcodec_receive_packet(encoder, packet) >= 0) {
        packet->stream_index = stream->index;
        if (packet->duration == 0 && encoder->codec_type == AVMEDIA_TYPE_VIDEO)
            packet->duration = av_rescale_q(1, av_inv_q(encoder->framerate), encoder->time_base);
        av_packet_rescale_ts(packet, encoder->time_base, stream->time_base);
        clip_must(av_interleaved_write_frame(mux, packet) >= 0);
    }
    av_packet_free(&packet);
}

static inline void clip_write_video(const struct clip_spec *spec, AVFormatContext *mux,
                                    AVStream *stream, AVCodecContext *encoder)
{
    AVFrame *frame = av_frame_alloc();
    clip_must(frame);
    frame->format = encoder->pix_fmt;
    frame->width = encoder->width;
    frame->height = encoder->height;
    clip_must(av_frame_get_buffer(frame, 0) >= 0);
    for (int i = 0; i < spec->frames; i++) {
        clip_must(av_frame_make_writable(frame) >= 0);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < (p ? frame->height / 2 : frame->height); y++)
                memset(frame->data[p] + y * frame->linesize[p], p ? 128 : (y * 3 + i * 5) & 0xff,
                       (size_t)(p ? frame->width / 2 : frame->width));
        frame->pts = spec->time ? spec->time(i) : i;
        clip_encode(mux, stream, encoder, frame);
    }
    clip_encode(mux, stream, encoder, NULL);
    av_frame_free(&frame);
}

static inline void clip_write_audio(const struct clip_spec *spec, AVFormatContext *mux,
                                    AVStream *stream, AVCodecContext *encoder)
{
    AVFrame *frame = av_frame_alloc();
    clip_must(frame);
    frame->format = encoder->sample_fmt;
    frame->sample_rate = encoder->sample_rate;
    frame->nb_samples = encoder->frame_size;
    clip_must(av_channel_layout_copy(&frame->ch_layout, &encoder->ch_layout) >= 0);
    clip_must(av_frame_get_buffer(frame, 0) >= 0);
    int64_t samples = av_rescale(spec->frames, 48000LL * spec->rate.den, spec->rate.num);
    for (frame->pts = 0; frame->pts < samples; frame->pts += encoder->frame_size) {
        clip_must(av_frame_make_writable(frame) >= 0);
        memset(frame->data[0], 0, (size_t)frame->nb_samples * 4);
        clip_encode(mux, stream, encoder, frame);
    }
    clip_encode(mux, stream, encoder, NULL);
    av_frame_free(&frame);
}

static inline void clip_make(struct clip *clip, const struct clip_spec *spec, const char *name)
{
    AVFormatContext *mux = NULL;
    clip_must(avformat_alloc_output_context2(&mux, NULL, spec->format, NULL) >= 0);
    char path[] = "/tmp/rung-clip-XXXXXX";
    int fd = mkstemp(path);
    clip_must(fd >= 0 && avio_open(&mux->pb, path, AVIO_FLAG_READ_WRITE) >= 0);
    bool global = mux->oformat->flags & AVFMT_GLOBALHEADER;
    AVCodecContext *video = clip_video_encoder(spec, global);
    AVStream *video_stream = clip_stream(mux, video);
    int tracks = spec->has_audio ? (spec->audio_tracks ? spec->audio_tracks : 1) : 0;
    AVCodecContext *audio[40] = {NULL};
    AVStream *audio_stream[40] = {NULL};
    for (int i = 0; i < tracks; i++) {
        audio[i] = clip_audio_encoder(global);
        audio_stream[i] = clip_stream(mux, audio[i]);
    }
    clip_must(avformat_write_header(mux, NULL) >= 0);
    clip_write_video(spec, mux, video_stream, video);
    for (int i = 0; i < tracks; i++)
        clip_write_audio(spec, mux, audio_stream[i], audio[i]);
    clip_must(av_write_trailer(mux) >= 0);
    clip_must(avio_closep(&mux->pb) >= 0);
    int size = (int)lseek(fd, 0, SEEK_END);
    uint8_t *data = av_malloc((size_t)size + 1);
    clip_must(data && pread(fd, data, (size_t)size, 0) == size);
    close(fd);
    unlink(path);
    avcodec_free_context(&video);
    for (int i = 0; i < tracks; i++)
        avcodec_free_context(&audio[i]);
    avformat_free_context(mux);
    clip_over(clip, data, size, name);
}

#endif
