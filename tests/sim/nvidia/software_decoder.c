// SPDX-License-Identifier: BSD-2-Clause
// One thread, so that a picture is finished when the call returns. What is kept is a
// reference to the buffer that the decoder asked for.
#include "software_decoder.h"

#include <stdlib.h>

struct software_decoder {
    AVCodecContext *context;
    AVFrame *begun, *shown;
    AVPacket *packet;
    bool first_counts;
};

// H.264 asks for buffers of missing references before the picture's own, HEVC after.
static int keep_buffer(AVCodecContext *context, AVFrame *frame, int flags)
{
    struct software_decoder *decoder = context->opaque;
    int result = avcodec_default_get_buffer2(context, frame, flags);
    if (result < 0 || (decoder->first_counts && decoder->begun->buf[0]))
        return result;
    av_frame_unref(decoder->begun);
    return av_frame_ref(decoder->begun, frame);
}

struct software_decoder *software_decoder_open(enum AVCodecID id)
{
    const AVCodec *codec = avcodec_find_decoder_by_name(id == AV_CODEC_ID_H264 ? "h264" : "hevc");
    struct software_decoder *decoder = calloc(1, sizeof *decoder);
    if (!codec || !decoder)
        goto fail;
    decoder->first_counts = id == AV_CODEC_ID_HEVC;
    decoder->begun = av_frame_alloc();
    decoder->shown = av_frame_alloc();
    decoder->packet = av_packet_alloc();
    decoder->context = avcodec_alloc_context3(codec);
    if (!decoder->begun || !decoder->shown || !decoder->packet || !decoder->context)
        goto fail;
    decoder->context->opaque = decoder;
    decoder->context->get_buffer2 = keep_buffer;
    decoder->context->thread_count = 1;
    decoder->context->thread_type = FF_THREAD_SLICE;
    decoder->context->log_level_offset = 64; // a driver does not write to FFmpeg's log
    decoder->context->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
    decoder->context->flags2 |= AV_CODEC_FLAG2_SHOW_ALL;
    if (avcodec_open2(decoder->context, codec, NULL) < 0)
        goto fail;
    return decoder;
fail:
    if (decoder)
        software_decoder_close(&decoder);
    return NULL;
}

void software_decoder_close(struct software_decoder **decoder)
{
    struct software_decoder *d = *decoder;
    *decoder = NULL;
    if (!d)
        return;
    avcodec_free_context(&d->context);
    av_frame_free(&d->begun);
    av_frame_free(&d->shown);
    av_packet_free(&d->packet);
    free(d);
}

void software_decoder_decode(struct software_decoder *decoder, const uint8_t *data, size_t size,
                             AVFrame *picture)
{
    av_packet_unref(decoder->packet);
    if (av_new_packet(decoder->packet, (int)size) < 0)
        return;
    for (size_t i = 0; i < size; i++)
        decoder->packet->data[i] = data[i];
    // Damage is concealed, as the hardware does: no error comes of it.
    avcodec_send_packet(decoder->context, decoder->packet);
    while (avcodec_receive_frame(decoder->context, decoder->shown) >= 0)
        av_frame_unref(decoder->shown);
    if (decoder->begun->buf[0]) {
        av_frame_unref(picture);
        av_frame_move_ref(picture, decoder->begun);
    }
}
