// SPDX-License-Identifier: BSD-2-Clause
// Opening the decoder of the source's video.
#include "src/media/decoder.h"

#include "src/media/codec_list.h"

static bool refuse(const struct device_context *device, enum AVCodecID codec, const char *why,
                   struct err *err)
{
    return err_set(err, ERR_DEVICE_DECODE, "decode on %s: %s %s",
                   device_name(device_row(device)->device), avcodec_get_name(codec), why);
}

static int open_with_one_thread(const AVCodec *codec, AVCodecContext *decoder)
{
    // One thread: spans and rungs run in parallel, not the inside of a decoder.
    decoder->thread_count = 1;
    // After a start at a recovery point libavcodec 59 loses the pictures it still holds
    // at the end, unless it is to give out all; the reader sorts them instead.
    if (codec->id == AV_CODEC_ID_H264)
        decoder->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
    return avcodec_open2(decoder, codec, NULL);
}

static bool open_codec(const AVStream *stream, struct device_context *device, const AVCodec *codec,
                       AVCodecContext *decoder, struct err *err)
{
    int rc = avcodec_parameters_to_context(decoder, stream->codecpar);
    if (rc < 0)
        return err_set(err, ERR_INPUT, "video parameters: %s", av_err2str(rc));
    decoder->pkt_timebase = stream->time_base;
    if (device && !device_attach_decoder(device, decoder, err))
        return false;
    rc = open_with_one_thread(codec, decoder);
    if (rc < 0 && device)
        return device_fail(device, STAGE_DECODE, rc, codec->name, err);
    return rc >= 0 ||
           err_set(err, ERR_INPUT, "open video decoder %s: %s", codec->name, av_err2str(rc));
}

bool decoder_open(const AVStream *stream, struct device_context *device, AVCodecContext **ret,
                  struct err *err)
{
    enum AVCodecID id = stream->codecpar->codec_id;
    const AVCodec *codec = device ? device_decoder(device, id) : codec_find_decoder(id);
    if (!codec)
        return device ? refuse(device, id, "has no decoder there", err)
                      : err_set(err, ERR_INPUT, "no decoder for the video");
    AVCodecContext *decoder = avcodec_alloc_context3(codec);
    if (!decoder)
        return err_set(err, ERR_TRANSIENT, "video decoder: out of memory");
    if (!open_codec(stream, device, codec, decoder, err)) {
        avcodec_free_context(&decoder);
        return false;
    }
    *ret = decoder;
    return true;
}

bool decoder_check_frame(const AVCodecContext *decoder, const struct device_context *device,
                         const AVFrame *frame, struct err *err)
{
    if (!device)
        return true;
    const char *story = device_refusal(device);
    if (!device_holds(device, frame) && *story)
        return err_set(err, ERR_DEVICE_DECODE, "decode on %s: %s",
                       device_name(device_row(device)->device), story);
    if (!device_holds(device, frame))
        return refuse(device, decoder->codec_id, "of this kind is refused", err);
    if (frame->crop_left || frame->crop_top)
        return refuse(device, decoder->codec_id, "pictures that are cut at the left or the top",
                      err);
    return true;
}
