// SPDX-License-Identifier: BSD-2-Clause
// Parsers, for FFmpeg's *_cuvid decoders. The parser decodes with libavcodec itself and
// tells the client of pictures in the order in which they are shown: each is "decoded"
// (handed to our decoder, see handover.h) and shown at once.
#include <libavcodec/avcodec.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "handover.h"

SIM_DECLARE(cuvidCreateVideoParser);
SIM_DECLARE(cuvidParseVideoData);
SIM_DECLARE(cuvidDestroyVideoParser);

struct parser {
    CUVIDPARSERPARAMS parameters;
    AVCodecContext *software;
    AVPacket *packet;
    AVFrame *frame;
    CUVIDEOFORMAT told; // the last format the client was told of
    unsigned next_surface;
};

static enum AVCodecID codec_of(cudaVideoCodec codec)
{
    return codec == cudaVideoCodec_H264   ? AV_CODEC_ID_H264
           : codec == cudaVideoCodec_HEVC ? AV_CODEC_ID_HEVC
                                          : AV_CODEC_ID_NONE;
}

static bool open_software(struct parser *parser)
{
    bool is_h264 = parser->parameters.CodecType == cudaVideoCodec_H264;
    const AVCodec *codec = avcodec_find_decoder_by_name(is_h264 ? "h264" : "hevc");
    parser->packet = av_packet_alloc();
    parser->frame = av_frame_alloc();
    parser->software = avcodec_alloc_context3(codec);
    if (!parser->packet || !parser->frame || !parser->software)
        return false;
    parser->software->thread_count = 1;
    parser->software->log_level_offset = 64; // a driver does not write to FFmpeg's log
    parser->software->pkt_timebase = (AVRational){1, 10000000};
    return avcodec_open2(parser->software, codec, NULL) >= 0;
}

CUresult cuvidDestroyVideoParser(CUvideoparser handle)
{
    struct parser *parser = (struct parser *)handle;
    if (!parser)
        return SIM_INVALID_HANDLE;
    avcodec_free_context(&parser->software);
    av_packet_free(&parser->packet);
    av_frame_free(&parser->frame);
    free(parser);
    return context_check();
}

CUresult cuvidCreateVideoParser(CUvideoparser *ret, CUVIDPARSERPARAMS *parameters)
{
    if (codec_of(parameters->CodecType) == AV_CODEC_ID_NONE ||
        parameters->ulMaxNumDecodeSurfaces == 0)
        return SIM_NOT_SUPPORTED;
    struct parser *parser = calloc(1, sizeof *parser);
    if (!parser)
        return SIM_OUT_OF_MEMORY;
    parser->parameters = *parameters;
    *ret = (CUvideoparser)parser;
    return CUDA_SUCCESS;
}

static void set_display(CUVIDEOFORMAT *format, const AVCodecContext *c, const AVFrame *frame)
{
    AVRational aspect = frame->sample_aspect_ratio;
    int x, y;
    if (aspect.num <= 0 || aspect.den <= 0)
        aspect = (AVRational){1, 1};
    av_reduce(&x, &y, (int64_t)frame->width * aspect.num, (int64_t)frame->height * aspect.den,
              1 << 16);
    format->display_aspect_ratio.x = x;
    format->display_aspect_ratio.y = y;
    format->display_area.right = frame->width;
    format->display_area.bottom = frame->height;
    format->frame_rate.numerator = (unsigned)c->framerate.num;
    format->frame_rate.denominator = (unsigned)c->framerate.den;
    format->video_signal_description.video_format = 5;
    format->video_signal_description.video_full_range_flag = frame->color_range == AVCOL_RANGE_JPEG;
    format->video_signal_description.color_primaries = (unsigned char)frame->color_primaries;
    format->video_signal_description.transfer_characteristics = (unsigned char)frame->color_trc;
    format->video_signal_description.matrix_coefficients = (unsigned char)frame->colorspace;
}

// Cropping to the left and above has been applied already: coded sizes are without it.
static CUVIDEOFORMAT describe(const struct parser *parser, const AVFrame *frame)
{
    CUVIDEOFORMAT format;
    memset(&format, 0, sizeof format); // compared as bytes
    format.codec = parser->parameters.CodecType;
    format.progressive_sequence =
        parser->software->field_order <= AV_FIELD_PROGRESSIVE && !frame->interlaced_frame;
    format.coded_width = (unsigned)(frame->width + 15) & ~15u;
    format.coded_height = (unsigned)(frame->height + 15) & ~15u;
    format.min_num_decode_surfaces = 8;
    switch (frame->format) {
    case AV_PIX_FMT_YUV420P10:
        format.bit_depth_luma_minus8 = format.bit_depth_chroma_minus8 = 2;
        format.chroma_format = cudaVideoChromaFormat_420;
        break;
    case AV_PIX_FMT_YUV422P10:
        format.bit_depth_luma_minus8 = format.bit_depth_chroma_minus8 = 2;
        format.chroma_format = cudaVideoChromaFormat_422;
        break;
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P:
        format.chroma_format = cudaVideoChromaFormat_422;
        break;
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P:
        format.chroma_format = cudaVideoChromaFormat_444;
        break;
    default:
        format.chroma_format = cudaVideoChromaFormat_420;
    }
    set_display(&format, parser->software, frame);
    return format;
}

static bool is_new_format(struct parser *parser, const CUVIDEOFORMAT *format)
{
    CUVIDEOFORMAT a = parser->told, b = *format;
    a.progressive_sequence = b.progressive_sequence; // one frame does not make a sequence
    return memcmp(&a, &b, sizeof a) != 0;
}

static bool deliver(struct parser *parser)
{
    const CUVIDPARSERPARAMS *p = &parser->parameters;
    const AVFrame *frame = parser->frame;
    CUVIDEOFORMAT format = describe(parser, frame);
    if (is_new_format(parser, &format)) {
        CUVIDEOFORMAT given = format;
        if (!p->pfnSequenceCallback(p->pUserData, &given))
            return false;
        parser->told = format;
    }
    struct handover handover = {.picture = frame};
    int index = (int)(parser->next_surface++ % p->ulMaxNumDecodeSurfaces);
    CUVIDPICPARAMS picture = {
        .CurrPicIdx = index,
        .pBitstreamData = (const unsigned char *)&handover,
        .intra_pic_flag = frame->key_frame,
        .Reserved = {HANDOVER_MARK},
    };
    if (!p->pfnDecodePicture(p->pUserData, &picture))
        return false;
    CUVIDPARSERDISPINFO shown = {
        .picture_index = index,
        .progressive_frame = !frame->interlaced_frame,
        .top_field_first = frame->top_field_first,
        .repeat_first_field = frame->repeat_pict,
        .timestamp = frame->pts == AV_NOPTS_VALUE ? 0 : frame->pts,
    };
    return p->pfnDisplayPicture(p->pUserData, &shown) != 0;
}

static CUresult deliver_all(struct parser *parser)
{
    while (avcodec_receive_frame(parser->software, parser->frame) >= 0) {
        bool is_taken = deliver(parser);
        av_frame_unref(parser->frame);
        // The client keeps its own error; a parser that goes on would hide it.
        if (!is_taken)
            return CUDA_ERROR_UNKNOWN;
    }
    return CUDA_SUCCESS;
}

CUresult cuvidParseVideoData(CUvideoparser handle, CUVIDSOURCEDATAPACKET *data)
{
    struct parser *parser = (struct parser *)handle;
    CUresult error = context_check();
    if (error != CUDA_SUCCESS)
        return error;
    if (!parser->software && !open_software(parser))
        return SIM_OUT_OF_MEMORY;
    if (data->payload_size > 0) {
        av_packet_unref(parser->packet);
        if (av_new_packet(parser->packet, (int)data->payload_size) < 0)
            return SIM_OUT_OF_MEMORY;
        memcpy(parser->packet->data, data->payload, data->payload_size);
        if (data->flags & CUVID_PKT_TIMESTAMP)
            parser->packet->pts = data->timestamp;
        // Parameter sets alone and damaged pictures fail here, which is nobody's concern.
        avcodec_send_packet(parser->software, parser->packet);
    }
    if (data->flags & CUVID_PKT_ENDOFSTREAM)
        avcodec_send_packet(parser->software, NULL);
    return deliver_all(parser);
}
