// SPDX-License-Identifier: BSD-2-Clause
// Making the sample: a moving pattern through libavcodec's libx264 and libavformat's muxer,
// into memory.
#include "src/media/sample.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>

#include "src/media/av_log.h"

struct sample {
    AVCodecContext *encoder;
    AVFormatContext *format;
    AVStream *stream;
    AVFrame *frame;
    AVPacket *packet;
};

static bool fail(int averror, const char *what, struct err *err)
{
    return err_set(err, ERR_CONFIG, "make a sample: %s: %s", what, av_err2str(averror));
}

static bool open_encoder(struct sample *sample, struct err *err)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
    AVCodecContext *encoder = sample->encoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!encoder)
        return err_set(err, ERR_CONFIG, "make a sample: libavcodec has no libx264");
    encoder->width = SAMPLE_WIDTH_PX;
    encoder->height = SAMPLE_HEIGHT_PX;
    encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder->time_base = (AVRational){1, SAMPLE_FRAME_RATE};
    encoder->framerate = (AVRational){SAMPLE_FRAME_RATE, 1};
    encoder->sample_aspect_ratio = (AVRational){1, 1};
    encoder->gop_size = SAMPLE_FRAME_RATE;
    encoder->thread_count = 1;
    encoder->color_primaries = AVCOL_PRI_BT709;
    encoder->color_trc = AVCOL_TRC_BT709;
    encoder->colorspace = AVCOL_SPC_BT709;
    encoder->color_range = AVCOL_RANGE_MPEG;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_opt_set(encoder->priv_data, "preset", "veryfast", 0);
    int rc = avcodec_open2(encoder, codec, NULL);
    return rc >= 0 || fail(rc, "open libx264", err);
}

static bool open_muxer(struct sample *sample, struct err *err)
{
    int rc = avformat_alloc_output_context2(&sample->format, NULL, "mp4", NULL);
    if (rc < 0)
        return fail(rc, "the mp4 muxer", err);
    rc = avio_open_dyn_buf(&sample->format->pb);
    sample->stream = avformat_new_stream(sample->format, NULL);
    if (rc < 0 || !sample->stream)
        return fail(AVERROR(ENOMEM), "a stream", err);
    sample->stream->time_base = sample->encoder->time_base;
    sample->stream->avg_frame_rate = sample->encoder->framerate;
    rc = avcodec_parameters_from_context(sample->stream->codecpar, sample->encoder);
    if (rc >= 0)
        rc = avformat_write_header(sample->format, NULL);
    return rc >= 0 || fail(rc, "write the header", err);
}

static bool open_frame(struct sample *sample, struct err *err)
{
    AVFrame *frame = sample->frame = av_frame_alloc();
    sample->packet = av_packet_alloc();
    if (!frame || !sample->packet)
        return fail(AVERROR(ENOMEM), "a frame", err);
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = SAMPLE_WIDTH_PX;
    frame->height = SAMPLE_HEIGHT_PX;
    int rc = av_frame_get_buffer(frame, 0);
    return rc >= 0 || fail(rc, "a picture", err);
}

// Stripes that move, with some texture: neither flat nor noise.
static void draw(AVFrame *frame, int number)
{
    for (int p = 0; p < 3; p++) {
        int width = p ? SAMPLE_WIDTH_PX / 2 : SAMPLE_WIDTH_PX;
        int height = p ? SAMPLE_HEIGHT_PX / 2 : SAMPLE_HEIGHT_PX;
        for (int y = 0; y < height; y++) {
            uint8_t *row = frame->data[p] + (ptrdiff_t)y * frame->linesize[p];
            for (int x = 0; x < width; x++)
                row[x] = (uint8_t)(64 + ((x + y * (p + 1) + number * 4) & 127) + ((x ^ y) & 7));
        }
    }
}

// Frame NULL: the end.
static bool encode(struct sample *sample, const AVFrame *frame, struct err *err)
{
    int rc = avcodec_send_frame(sample->encoder, frame);
    while (rc >= 0) {
        rc = avcodec_receive_packet(sample->encoder, sample->packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return true;
        if (rc < 0)
            break;
        sample->packet->duration = 1;
        av_packet_rescale_ts(sample->packet, sample->encoder->time_base, sample->stream->time_base);
        rc = av_write_frame(sample->format, sample->packet);
        av_packet_unref(sample->packet);
    }
    return fail(rc, "encode", err);
}

static bool make(struct sample *sample, struct err *err)
{
    if (!open_encoder(sample, err) || !open_muxer(sample, err) || !open_frame(sample, err))
        return false;
    for (int i = 0; i < SAMPLE_FRAMES; i++) {
        int rc = av_frame_make_writable(sample->frame);
        if (rc < 0)
            return fail(rc, "a picture", err);
        draw(sample->frame, i);
        sample->frame->pts = i;
        if (!encode(sample, sample->frame, err))
            return false;
    }
    if (!encode(sample, NULL, err))
        return false;
    int rc = av_write_trailer(sample->format);
    return rc >= 0 || fail(rc, "write the end", err);
}

bool sample_make(struct buf *ret, struct err *err)
{
    struct sample sample = {0};
    av_log_to_ours();
    bool ok = make(&sample, err);
    if (sample.format && sample.format->pb) {
        uint8_t *bytes = NULL;
        int size = avio_close_dyn_buf(sample.format->pb, &bytes);
        if (ok)
            buf_append(ret, bytes, (size_t)size);
        av_free(bytes);
    }
    avformat_free_context(sample.format);
    avcodec_free_context(&sample.encoder);
    av_frame_free(&sample.frame);
    av_packet_free(&sample.packet);
    return ok;
}
