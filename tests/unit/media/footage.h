// SPDX-License-Identifier: BSD-2-Clause
// Small sources made in memory for the tests of the pipeline: every picture carries
// its number in stripes of black and white, sound is a function of the sample's
// number. Served as a byte source; no files.
#ifndef RUNG_TESTS_UNIT_MEDIA_FOOTAGE_H
#define RUNG_TESTS_UNIT_MEDIA_FOOTAGE_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/media/byte_source.h"

// libx265 (3.5) keeps some memory for good; asked for by the address sanitizer only.
const char *__lsan_default_suppressions(void) __attribute__((visibility("default")));
const char *__lsan_default_suppressions(void)
{
    return "leak:libx265";
}

struct footage_video {
    const char *encoder; // libavcodec's name; NULL: no video
    const char *options; // "g=12:bf=2"
    int width_px, height_px;
    enum AVPixelFormat format; // NONE: yuv420p
    AVRational rate;
    int frames;
    const int64_t *times; // [frames] in 1/time_scale s; NULL: even
    int time_scale;       // 0: the rate
    void (*paint)(AVFrame *frame, int number);
    bool is_interlaced;
    bool flags_all_key; // every packet claims to be a keyframe
};

struct footage_audio {
    const char *encoder; // NULL: no audio
    int rate_hz;
    int channels;
    int64_t samples;
    int64_t first_sample; // the time of sample 0, in samples
    int64_t hole_at;      // from this sample on everything is hole_samples later
    int64_t hole_samples;
    float (*wave)(int64_t sample, int channel, int rate_hz);
};

struct footage_spec {
    const char *container; // libavformat's short name
    const char *options;   // of the container, as above
    struct footage_video video;
    struct footage_audio audio;
};

struct footage {
    uint8_t *data;
    int size_bytes;
    struct byte_source source;
};

static inline void footage_must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "footage: %s\n", what);
    abort();
}

static inline int64_t footage_read(void *self, int64_t offset, void *data, size_t size_bytes)
{
    const struct footage *footage = self;
    if (offset < 0 || offset >= footage->size_bytes)
        return 0;
    int64_t left = footage->size_bytes - offset;
    if ((int64_t)size_bytes > left)
        size_bytes = (size_t)left;
    memcpy(data, footage->data + offset, size_bytes);
    return (int64_t)size_bytes;
}

// What a muxer writes, in memory; with seeking.
struct footage_file {
    uint8_t *data;
    int64_t size_bytes, at;
};

#if LIBAVFORMAT_VERSION_MAJOR >= 61
static inline int footage_file_write(void *self, const uint8_t *data, int size_bytes)
#else
static inline int footage_file_write(void *self, uint8_t *data, int size_bytes)
#endif
{
    struct footage_file *file = self;
    if (file->at + size_bytes > file->size_bytes) {
        file->data = av_realloc(file->data, (size_t)(file->at + size_bytes));
        footage_must(file->data != NULL, "memory");
        memset(file->data + file->size_bytes, 0,
               (size_t)(file->at + size_bytes - file->size_bytes));
        file->size_bytes = file->at + size_bytes;
    }
    memcpy(file->data + file->at, data, (size_t)size_bytes);
    file->at += size_bytes;
    return size_bytes;
}

static inline int64_t footage_file_seek(void *self, int64_t offset, int whence)
{
    struct footage_file *file = self;
    if (whence == AVSEEK_SIZE)
        return file->size_bytes;
    footage_must(whence == SEEK_SET || whence == SEEK_END, "seek");
    return file->at = whence == SEEK_END ? file->size_bytes + offset : offset;
}

// 16 stripes in two rows of eight: the bits of the number. Works from 16x4 pixels up,
// on the first plane of any 8-bit format; the others are grey.
static inline void footage_paint_number(AVFrame *frame, int number)
{
    for (int p = 0; p < 4 && frame->data[p]; p++)
        memset(frame->data[p], 128,
               (size_t)frame->linesize[p] * (size_t)(p ? frame->height / 2 : frame->height));
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            int bit = x * 8 / frame->width + (y * 2 >= frame->height ? 8 : 0);
            frame->data[0][y * frame->linesize[0] + x] = number >> bit & 1 ? 220 : 30;
        }
}

static inline int footage_number(const uint8_t *luma, int stride_bytes, int width_px, int height_px)
{
    int number = 0;
    for (int bit = 0; bit < 16; bit++) {
        int x = (2 * (bit % 8) + 1) * width_px / 16;
        int y = (bit < 8 ? 1 : 3) * height_px / 4;
        if (luma[y * stride_bytes + x] > 125)
            number |= 1 << bit;
    }
    return number;
}

static inline AVCodecContext *footage_codec(const char *name)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    AVCodecContext *context = codec ? avcodec_alloc_context3(codec) : NULL;
    footage_must(context != NULL, name);
    context->thread_count = 1;
    context->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    return context;
}

static inline void footage_open(AVCodecContext *context, const char *options, AVFormatContext *mux)
{
    AVDictionary *dict = NULL;
    if (options)
        footage_must(av_dict_parse_string(&dict, options, "=", ":", 0) >= 0, options);
    if (mux->oformat->flags & AVFMT_GLOBALHEADER)
        context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    footage_must(avcodec_open2(context, context->codec, &dict) >= 0, "open encoder");
    footage_must(av_dict_count(dict) == 0, "encoder option unknown");
    av_dict_free(&dict);
    AVStream *stream = avformat_new_stream(mux, NULL);
    footage_must(stream && avcodec_parameters_from_context(stream->codecpar, context) >= 0,
                 "stream");
    stream->time_base = context->time_base;
    stream->avg_frame_rate = context->framerate;
    stream->sample_aspect_ratio = context->sample_aspect_ratio;
}

static inline void footage_write(AVFormatContext *mux, int stream, AVCodecContext *context,
                                 const AVFrame *frame, int more_flags)
{
    AVPacket *packet = av_packet_alloc();
    footage_must(avcodec_send_frame(context, frame) >= 0, "encode");
    while (avcodec_receive_packet(context, packet) >= 0) {
        packet->stream_index = stream;
        packet->flags |= more_flags;
        if (packet->duration == 0 && context->codec_type == AVMEDIA_TYPE_VIDEO)
            packet->duration = av_rescale_q(1, av_inv_q(context->framerate), context->time_base);
        av_packet_rescale_ts(packet, context->time_base, mux->streams[stream]->time_base);
        footage_must(av_interleaved_write_frame(mux, packet) >= 0, "mux");
    }
    av_packet_free(&packet);
}

static inline AVCodecContext *footage_open_video(const struct footage_video *video,
                                                 AVFormatContext *mux)
{
    AVCodecContext *context = footage_codec(video->encoder);
    context->width = video->width_px;
    context->height = video->height_px;
    context->pix_fmt = video->format > 0 ? video->format : AV_PIX_FMT_YUV420P;
    context->framerate = video->rate;
    context->time_base =
        video->time_scale ? (AVRational){1, video->time_scale} : av_inv_q(video->rate);
    context->bit_rate = 4000000;
    if (video->is_interlaced)
        context->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
    footage_open(context, video->options, mux);
    return context;
}

static inline void footage_write_video(const struct footage_video *video, AVFormatContext *mux,
                                       AVCodecContext *context)
{
    int flags = video->flags_all_key ? AV_PKT_FLAG_KEY : 0;
    for (int i = 0; i < video->frames; i++) {
        AVFrame *frame = av_frame_alloc();
        frame->format = context->pix_fmt;
        frame->width = context->width;
        frame->height = context->height;
        footage_must(av_frame_get_buffer(frame, 0) >= 0, "frame");
        (video->paint ? video->paint : footage_paint_number)(frame, i);
        frame->pts = video->times ? video->times[i]
                                  : av_rescale_q(i, av_inv_q(video->rate), context->time_base);
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
        if (video->is_interlaced)
            frame->flags |= AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
        frame->interlaced_frame = frame->top_field_first = video->is_interlaced;
#endif
        footage_write(mux, 0, context, frame, flags);
        av_frame_free(&frame);
    }
    footage_write(mux, 0, context, NULL, flags);
}

static inline enum AVSampleFormat footage_sample_format(const AVCodecContext *context)
{
    const enum AVSampleFormat *formats = NULL;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *list = NULL;
    footage_must(avcodec_get_supported_config(context, NULL, AV_CODEC_CONFIG_SAMPLE_FORMAT, 0,
                                              &list, NULL) >= 0,
                 "sample formats");
    formats = list;
#else
    formats = context->codec->sample_fmts;
#endif
    return formats ? formats[0] : AV_SAMPLE_FMT_S16;
}

static inline AVCodecContext *footage_open_audio(const struct footage_audio *audio,
                                                 AVFormatContext *mux)
{
    AVCodecContext *context = footage_codec(audio->encoder);
    context->sample_rate = audio->rate_hz;
    context->sample_fmt = footage_sample_format(context);
    context->time_base = (AVRational){1, audio->rate_hz};
    context->bit_rate = 192000;
    av_channel_layout_default(&context->ch_layout, audio->channels);
    footage_open(context, NULL, mux);
    return context;
}

static inline void footage_put_sample(AVFrame *frame, int sample, int channel, float value)
{
    enum AVSampleFormat format = (enum AVSampleFormat)frame->format;
    bool is_planar = av_sample_fmt_is_planar(format);
    uint8_t *plane = frame->extended_data[is_planar ? channel : 0];
    int at = is_planar ? sample : sample * frame->ch_layout.nb_channels + channel;
    switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_S16:
        ((int16_t *)plane)[at] = (int16_t)(value * 32767);
        break;
    case AV_SAMPLE_FMT_S32:
        ((int32_t *)plane)[at] = (int32_t)(value * 2147483520.0f);
        break;
    case AV_SAMPLE_FMT_FLT:
        ((float *)plane)[at] = value;
        break;
    default:
        footage_must(false, "sample format");
    }
}

static inline void footage_write_audio(const struct footage_audio *audio, AVFormatContext *mux,
                                       int stream, AVCodecContext *context)
{
    int step = context->frame_size ? context->frame_size : 960;
    for (int64_t at = 0; at < audio->samples;) {
        AVFrame *frame = av_frame_alloc();
        int64_t left = audio->samples - at;
        if (audio->hole_samples && at < audio->hole_at && audio->hole_at - at < left)
            left = audio->hole_at - at; // a frame ends where the hole begins
        frame->nb_samples = left < step ? (int)left : step;
        frame->format = context->sample_fmt;
        frame->sample_rate = context->sample_rate;
        frame->pts = audio->first_sample + at;
        if (audio->hole_samples && at >= audio->hole_at)
            frame->pts += audio->hole_samples;
        av_channel_layout_copy(&frame->ch_layout, &context->ch_layout);
        footage_must(av_frame_get_buffer(frame, 0) >= 0, "frame");
        for (int c = 0; c < audio->channels; c++)
            for (int i = 0; i < frame->nb_samples; i++)
                footage_put_sample(frame, i, c, audio->wave(at + i, c, audio->rate_hz));
        at += frame->nb_samples;
        footage_write(mux, stream, context, frame, 0);
        av_frame_free(&frame);
    }
    footage_write(mux, stream, context, NULL, 0);
}

static inline AVFormatContext *footage_mux(const char *container, struct footage_file *file)
{
    AVFormatContext *mux = NULL;
    footage_must(avformat_alloc_output_context2(&mux, NULL, container, NULL) >= 0, "muxer");
    mux->pb = avio_alloc_context(av_malloc(1 << 16), 1 << 16, 1, file, NULL, footage_file_write,
                                 footage_file_seek);
    footage_must(mux->pb != NULL, "memory");
    mux->max_interleave_delta = 0;
    return mux;
}

// The footage must not move afterwards.
static inline void footage_finish(AVFormatContext *mux, const struct footage_file *file,
                                  struct footage *footage)
{
    footage_must(av_write_trailer(mux) >= 0, "trailer");
    avio_flush(mux->pb);
    footage->data = file->data;
    footage->size_bytes = (int)file->size_bytes;
    av_freep(&mux->pb->buffer);
    avio_context_free(&mux->pb);
    avformat_free_context(mux);
    footage->source = (struct byte_source){.self = footage,
                                           .read_at = footage_read,
                                           .size_bytes = footage->size_bytes,
                                           .name = "footage"};
}

static inline void footage_make(struct footage *footage, const struct footage_spec *spec)
{
    struct footage_file file = {0};
    AVFormatContext *mux = footage_mux(spec->container, &file);
    AVCodecContext *video = NULL, *audio = NULL;
    AVDictionary *dict = NULL;
    // Pictures stay where they are, whatever the first dts; sound's priming is moved.
    if (spec->video.encoder)
        av_opt_set_int(mux, "avoid_negative_ts", 0, 0);
    if (spec->video.encoder)
        video = footage_open_video(&spec->video, mux);
    if (spec->audio.encoder)
        audio = footage_open_audio(&spec->audio, mux);
    if (spec->options)
        footage_must(av_dict_parse_string(&dict, spec->options, "=", ":", 0) >= 0, spec->options);
    footage_must(avformat_write_header(mux, &dict) >= 0 && av_dict_count(dict) == 0, "header");
    av_dict_free(&dict);
    if (video)
        footage_write_video(&spec->video, mux, video);
    if (audio)
        footage_write_audio(&spec->audio, mux, video ? 1 : 0, audio);
    footage_finish(mux, &file, footage);
    avcodec_free_context(&video);
    avcodec_free_context(&audio);
}

static inline void footage_done(struct footage *footage)
{
    av_freep(&footage->data);
}

#endif
