// SPDX-License-Identifier: BSD-2-Clause
// Looking into packets: libavcodec's parsers for H.264 and HEVC, single header bits
// for VP8 and VP9. Every other codec's packets are one shown frame each.
#include "src/media/packet_look.h"

#include <string.h>

#include "src/base/mem.h"

struct packet_look {
    enum AVCodecID codec;
    AVCodecContext *context; // never opened: holds the parameters for the parser
    AVCodecParserContext *parser;
    int open_field; // AVPictureStructure of a first field that waits for its second
};

static void parser_open(struct packet_look *look)
{
    look->parser = av_parser_init(look->codec);
    if (look->parser)
        look->parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
}

struct packet_look *packet_look_new(const AVCodecParameters *parameters)
{
    struct packet_look *look = mem_alloc(sizeof *look);
    look->codec = parameters->codec_id;
    if (look->codec != AV_CODEC_ID_H264 && look->codec != AV_CODEC_ID_HEVC)
        return look;
    look->context = avcodec_alloc_context3(NULL);
    if (look->context && avcodec_parameters_to_context(look->context, parameters) >= 0)
        parser_open(look);
    return look;
}

void packet_look_free(struct packet_look **look)
{
    if (!*look)
        return;
    if ((*look)->parser)
        av_parser_close((*look)->parser);
    avcodec_free_context(&(*look)->context);
    MEM_FREE(*look);
}

// New parameter sets in the middle of the stream: the parser reads them only when it
// starts, so it starts anew.
static void take_new_extradata(struct packet_look *look, const AVPacket *packet)
{
    size_t size = 0;
    const uint8_t *data = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
    if (!data || size == 0 || size > (1 << 20))
        return;
    uint8_t *copy = av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!copy)
        return;
    memcpy(copy, data, size);
    av_freep(&look->context->extradata);
    look->context->extradata = copy;
    look->context->extradata_size = (int)size;
    av_parser_close(look->parser);
    parser_open(look);
}

// Does a NAL unit of this first byte carry a part of a picture?
static bool is_picture_unit(enum AVCodecID codec, uint8_t head)
{
    if (codec == AV_CODEC_ID_H264)
        return (head & 0x1f) >= 1 && (head & 0x1f) <= 5;
    return ((head >> 1) & 0x3f) < 32;
}

// ISO/IEC 14496-15: the size of the length fields stands in the configuration record;
// 0: no such record, so the units are separated by start codes.
static int length_field_bytes(const struct packet_look *look)
{
    const uint8_t *data = look->context->extradata;
    int size = look->context->extradata_size;
    if (!data || size < 7 || data[0] != 1)
        return 0;
    if (look->codec == AV_CODEC_ID_H264)
        return (data[4] & 3) + 1;
    return size > 21 ? (data[21] & 3) + 1 : 0;
}

static bool has_picture_annex_b(const struct packet_look *look, const AVPacket *packet)
{
    for (int i = 0; i + 3 < packet->size; i++)
        if (packet->data[i] == 0 && packet->data[i + 1] == 0 && packet->data[i + 2] == 1 &&
            is_picture_unit(look->codec, packet->data[i + 3]))
            return true;
    return false;
}

// Some files mark repeated pictures by packets that hold no picture.
static bool has_picture(const struct packet_look *look, const AVPacket *packet)
{
    int field = length_field_bytes(look);
    if (field == 0)
        return has_picture_annex_b(look, packet);
    for (int64_t at = 0; at + field < packet->size;) {
        int64_t length = 0;
        for (int i = 0; i < field; i++)
            length = length << 8 | packet->data[at + i];
        if (is_picture_unit(look->codec, packet->data[at + field]))
            return true;
        at += field + length;
    }
    return false;
}

static enum packet_kind look_parsed(struct packet_look *look, const AVPacket *packet,
                                    bool *ret_is_intra)
{
    uint8_t *data;
    int size;
    take_new_extradata(look, packet);
    if (!has_picture(look, packet))
        return PACKET_HIDDEN;
    if (!look->parser)
        return PACKET_FRAME;
    look->parser->key_frame = -1;
    look->parser->pict_type = AV_PICTURE_TYPE_NONE;
    av_parser_parse2(look->parser, look->context, &data, &size, packet->data, packet->size,
                     packet->pts, packet->dts, packet->pos);
    // Only a clear "no" counts: a parser that made nothing of it has no say.
    *ret_is_intra = look->parser->key_frame == 1 || look->parser->pict_type == AV_PICTURE_TYPE_I ||
                    look->parser->pict_type == AV_PICTURE_TYPE_NONE;
    int structure = look->parser->picture_structure;
    bool is_field =
        look->codec == AV_CODEC_ID_H264 && (structure == AV_PICTURE_STRUCTURE_TOP_FIELD ||
                                            structure == AV_PICTURE_STRUCTURE_BOTTOM_FIELD);
    bool is_second = is_field && look->open_field != 0 && look->open_field != structure;
    look->open_field = is_field && !is_second ? structure : 0;
    return is_second ? PACKET_SECOND_FIELD : PACKET_FRAME;
}

// RFC 6386, section 9.1: the show_frame bit.
static enum packet_kind look_vp8(const AVPacket *packet)
{
    return packet->data[0] & 0x10 ? PACKET_FRAME : PACKET_HIDDEN;
}

// VP9 bitstream, uncompressed header; a superframe (its index ends the packet) shows
// its last frame.
static enum packet_kind look_vp9(const AVPacket *packet)
{
    unsigned first = packet->data[0], last = packet->data[packet->size - 1];
    bool is_superframe = (last & 0xe0) == 0xc0;
    bool is_profile_3 = (first & 0x30) == 0x30;
    unsigned bits = is_profile_3 ? first << 1 : first;
    bool shows_existing = bits & 0x08;
    bool is_shown = bits & 0x02;
    if (is_profile_3) // the last bit has moved into the next byte
        is_shown = first & 0x01;
    return is_superframe || shows_existing || is_shown ? PACKET_FRAME : PACKET_HIDDEN;
}

enum packet_kind packet_look_at(struct packet_look *look, const AVPacket *packet, bool *ret_is_key,
                                bool *ret_is_false_key)
{
    bool is_flagged = packet->flags & AV_PKT_FLAG_KEY;
    bool is_intra = true;
    enum packet_kind kind = PACKET_FRAME;
    if (packet->size <= 0)
        kind = PACKET_HIDDEN;
    else if (look->codec == AV_CODEC_ID_VP8)
        kind = look_vp8(packet);
    else if (look->codec == AV_CODEC_ID_VP9)
        kind = look_vp9(packet);
    else if (look->context)
        kind = look_parsed(look, packet, &is_intra);
    *ret_is_key = is_flagged && is_intra;
    *ret_is_false_key = is_flagged && !is_intra && kind != PACKET_SECOND_FIELD;
    return kind;
}
