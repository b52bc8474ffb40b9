// SPDX-License-Identifier: BSD-2-Clause
// Decoding for the probe. Stream choice and messages are probe.c's.
#include "src/media/probe_picture.h"

#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/av_compat.h"
#include "src/media/codec_list.h"

enum {
    LOOK_PICTURES = 10,
    LOOK_PACKETS_MAX = 1500, // a source that gives no picture in so many has none
    LOOK_BYTES_MAX = 256 << 20,
};

struct decoding {
    struct demux *demux;
    AVStream *stream;
    AVCodecContext *context;
    AVPacket *packet;
    AVFrame *frame;
    bool seen_key;
    bool is_encrypted;
    int64_t packets;
    int64_t size_bytes;
};

static void decoding_done(struct decoding *decoding)
{
    avcodec_free_context(&decoding->context);
    av_packet_free(&decoding->packet);
    av_frame_free(&decoding->frame);
}

static bool decoding_open(struct decoding *decoding, struct demux *demux, int stream_index,
                          int threads)
{
    decoding->demux = demux;
    decoding->stream = demux_format(demux)->streams[stream_index];
    const AVCodec *codec = codec_find_decoder(decoding->stream->codecpar->codec_id);
    decoding->packet = av_packet_alloc();
    decoding->frame = av_frame_alloc();
    decoding->context = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!decoding->packet || !decoding->frame || !decoding->context ||
        avcodec_parameters_to_context(decoding->context, decoding->stream->codecpar) < 0)
        return false;
    decoding->context->pkt_timebase = decoding->stream->time_base;
    decoding->context->thread_count = threads;
    decoding->context->max_pixels = (int64_t)7680 * 4320 * 2;
    demux_select(demux, &stream_index, 1);
    return avcodec_open2(decoding->context, codec, NULL) >= 0;
}

enum decoding_result { DECODING_FRAME, DECODING_END, DECODING_FAILED };

// Feeds packets until a frame comes out. Packets that do not decode are passed over:
// what they mean is judged when the job really decodes them.
static enum decoding_result decoding_next(struct decoding *decoding, int64_t packets_max,
                                          int64_t bytes_max, struct err *err)
{
    for (;;) {
        int code = avcodec_receive_frame(decoding->context, decoding->frame);
        if (code >= 0)
            return DECODING_FRAME;
        if (code == AVERROR_EOF)
            return DECODING_END;
        struct err why = {0};
        enum demux_result result = DEMUX_END;
        if (decoding->packets < packets_max && decoding->size_bytes < bytes_max)
            result = demux_read(decoding->demux, decoding->packet, &why);
        if (result == DEMUX_FAILED && why.kind != ERR_INPUT) {
            *err = why;
            return DECODING_FAILED;
        }
        if (result != DEMUX_PACKET) {
            if (avcodec_send_packet(decoding->context, NULL) < 0)
                return DECODING_END;
            continue;
        }
        decoding->packets++;
        decoding->size_bytes += decoding->packet->size;
        decoding->seen_key |= decoding->packet->flags & AV_PKT_FLAG_KEY;
        decoding->is_encrypted |=
            av_packet_get_side_data(decoding->packet, AV_PKT_DATA_ENCRYPTION_INFO, NULL) != NULL;
        if (decoding->seen_key)
            avcodec_send_packet(decoding->context, decoding->packet);
        av_packet_unref(decoding->packet);
    }
}

// The matrix maps (x, y) to (a x + c y, b x + d y), y pointing down. A negative
// determinant is a left-right mirroring after the turn: undone by negating a and c.
static void read_matrix(const int32_t *matrix, struct video_facts *facts)
{
    double a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
    facts->is_mirrored = a * d - b * c < 0;
    if (facts->is_mirrored)
        a = -a;
    if (fabs(a) >= fabs(b))
        facts->rotation_deg = a < 0 ? 180 : 0;
    else
        facts->rotation_deg = b > 0 ? 90 : 270;
}

static void read_orientation(const AVStream *stream, const AVFrame *frame,
                             struct video_facts *facts)
{
    size_t size = 0;
    const uint8_t *data = compat_stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    const AVFrameSideData *in_frame = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    int32_t matrix[9];
    facts->rotation_deg = 0;
    facts->is_mirrored = false;
    if (!data && in_frame) {
        data = in_frame->data;
        size = in_frame->size;
    }
    if (!data || size < sizeof matrix)
        return;
    memcpy(matrix, data, sizeof matrix);
    read_matrix(matrix, facts);
}

// Streams may change their size: VP8 and VP9 start small on a bad line. What the
// container states is then the size that is meant, if its shape is the same.
static void read_decoded_size(const struct decoding *decoding, struct video_facts *facts)
{
    const AVCodecParameters *par = decoding->stream->codecpar;
    int64_t width = decoding->frame->width, height = decoding->frame->height;
    facts->coded_width_px = (int)width;
    facts->coded_height_px = (int)height;
    int64_t skew = width * par->height - height * par->width;
    if (par->width > width && par->height > height && llabs(skew) * 50 < width * par->height) {
        facts->coded_width_px = par->width;
        facts->coded_height_px = par->height;
    }
}

static void read_size(struct decoding *decoding, struct video_facts *facts)
{
    AVRational aspect = av_guess_sample_aspect_ratio(demux_format(decoding->demux),
                                                     decoding->stream, decoding->frame);
    read_decoded_size(decoding, facts);
    facts->sample_aspect = (struct rational){1, 1};
    // Beyond 1:16 either way it is a mistake in the file, not a pixel shape.
    if (aspect.num > 0 && aspect.den > 0 && aspect.num / 16 <= aspect.den &&
        aspect.den / 16 <= aspect.num)
        facts->sample_aspect = rational_make(aspect.num, aspect.den);
    int64_t width = rational_round(facts->sample_aspect, facts->coded_width_px);
    bool is_turned = facts->rotation_deg == 90 || facts->rotation_deg == 270;
    facts->display_width_px = is_turned ? facts->coded_height_px : (int)width;
    facts->display_height_px = is_turned ? (int)width : facts->coded_height_px;
    if (facts->display_width_px < 1)
        facts->display_width_px = 1;
    if (facts->display_height_px < 1)
        facts->display_height_px = 1;
}

static void read_samples(const AVFrame *frame, struct video_facts *facts)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(frame->format);
    const char *name = av_get_pix_fmt_name(frame->format);
    snprintf(facts->pixel_format, sizeof facts->pixel_format, "%s", name ? name : "");
    facts->bit_depth = desc ? desc->comp[0].depth : 8;
    bool is_rgb = desc && desc->flags & AV_PIX_FMT_FLAG_RGB;
    facts->is_full_range = is_rgb || frame->color_range == AVCOL_RANGE_JPEG ||
                           strncmp(facts->pixel_format, "yuvj", 4) == 0;
    facts->colour_primaries = frame->color_primaries;
    facts->transfer_characteristics = frame->color_trc;
    facts->matrix_coefficients = frame->colorspace;
    facts->chroma_location = frame->chroma_location;
    facts->is_hdr =
        frame->color_trc == AVCOL_TRC_SMPTE2084 || frame->color_trc == AVCOL_TRC_ARIB_STD_B67;
}

static void read_picture(struct decoding *decoding, struct video_facts *facts)
{
    const char *profile = compat_profile_name(decoding->stream->codecpar);
    snprintf(facts->codec, sizeof facts->codec, "%s",
             avcodec_get_name(decoding->stream->codecpar->codec_id));
    snprintf(facts->profile, sizeof facts->profile, "%s", profile);
    read_orientation(decoding->stream, decoding->frame, facts);
    read_size(decoding, facts);
    read_samples(decoding->frame, facts);
}

static void note_time(struct decoding *decoding, struct picture_facts *ret)
{
    const AVFrame *frame = decoding->frame;
    if (frame->pts == AV_NOPTS_VALUE || frame->flags & AV_FRAME_FLAG_CORRUPT)
        return;
    struct rational time = demux_time(decoding->stream, frame->pts);
    if (!ret->has_first_time || rational_cmp(time, ret->first_time) < 0)
        ret->first_time = time;
    ret->has_first_time = true;
}

bool probe_picture(struct demux *demux, int stream_index, struct video_facts *facts,
                   struct picture_facts *ret, struct err *err)
{
    struct decoding decoding = {0};
    enum decoding_result result = DECODING_END;
    int64_t interlaced = 0;
    *ret = (struct picture_facts){.codec_rate = {0, 1}};
    if (decoding_open(&decoding, demux, stream_index, 1))
        result = DECODING_FRAME;
    while (result == DECODING_FRAME && ret->pictures < LOOK_PICTURES) {
        result = decoding_next(&decoding, LOOK_PACKETS_MAX, LOOK_BYTES_MAX, err);
        if (result != DECODING_FRAME)
            break;
        if (ret->pictures++ == 0)
            read_picture(&decoding, facts);
        interlaced += compat_frame_is_interlaced(decoding.frame);
        note_time(&decoding, ret);
        av_frame_unref(decoding.frame);
    }
    facts->is_interlaced = interlaced > 0 && 2 * interlaced >= ret->pictures;
    ret->packets = decoding.packets;
    ret->is_encrypted = decoding.is_encrypted;
    if (decoding.context && decoding.context->framerate.num > 0 &&
        decoding.context->framerate.den > 0)
        ret->codec_rate =
            rational_make(decoding.context->framerate.num, decoding.context->framerate.den);
    decoding_done(&decoding);
    return result != DECODING_FAILED;
}

bool probe_count(struct demux *demux, int stream_index, int64_t *ret_frames, struct err *err)
{
    struct decoding decoding = {0};
    enum decoding_result result = DECODING_END;
    int64_t frames = 0;
    if (decoding_open(&decoding, demux, stream_index, 0))
        result = DECODING_FRAME;
    while (result == DECODING_FRAME) {
        result = decoding_next(&decoding, INT64_MAX, INT64_MAX, err);
        frames += result == DECODING_FRAME;
        av_frame_unref(decoding.frame);
    }
    decoding_done(&decoding);
    if (result == DECODING_FAILED)
        return false;
    *ret_frames = frames;
    return true;
}
