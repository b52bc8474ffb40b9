// SPDX-License-Identifier: BSD-2-Clause
// Decoders and encoders of libavcodec that work on a device.
#include <libavcodec/avcodec.h>
#include <libavutil/common.h>
#include <libavutil/dict.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>
#include <string.h>

#include "hwaccel/device_private.h"
#include "hwaccel/words.h"
#include "src/base/mem.h"

static bool is_accelerated(const AVCodec *codec, const struct backend_row *row)
{
    const AVCodecHWConfig *config;
    for (int i = 0; (config = avcodec_get_hw_config(codec, i)); i++)
        if (config->device_type == row->type && config->pix_fmt == row->frame_format)
            return true;
    return false;
}

// A decoder of libavcodec's own that hands pictures to the device reads the stream itself, and so
// can refuse it cleanly; a wrapper leaves that to the vendor's library. A decoder of another
// library (AV1's first one) has no device behind it.
const AVCodec *device_decoder(const struct device_context *context, enum AVCodecID codec)
{
    const AVCodec *wrapper = NULL, *found;
    void *state = NULL;
    while ((found = av_codec_iterate(&state))) {
        if (found->id != codec || !av_codec_is_decoder(found) ||
            !is_accelerated(found, context->row))
            continue;
        if (!found->wrapper_name)
            return found;
        if (!wrapper)
            wrapper = found;
    }
    return wrapper;
}

static bool is_on_host(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(format);
    return description && !(description->flags & AV_PIX_FMT_FLAG_HWACCEL);
}

static const struct backend_row *row_of_type(enum AVHWDeviceType type)
{
    for (unsigned i = 0; i < DEVICE_COUNT; i++) {
        const struct backend_row *row = backend_find((enum device)i);
        if (row && row->type == type)
            return row;
    }
    return NULL;
}

// Why goes with the next packet's words, and the first picture may come packets later.
static void note_refusal(struct device_context *context)
{
    int none = 0;
    bool is_lost;
    if (!words_first()[0] || !atomic_compare_exchange_strong(&context->refusal_state, &none, 1))
        return;
    device_story(context->row, AVERROR(ENOSYS), "open the decoder", context->refusal,
                 sizeof context->refusal, &is_lost);
    atomic_store(&context->refusal_state, 2);
}

const char *device_refusal(const struct device_context *context)
{
    return atomic_load(&context->refusal_state) == 2 ? context->refusal : "";
}

// Asked again without the device's format when the device refused the stream.
static enum AVPixelFormat choose_format(AVCodecContext *decoder, const enum AVPixelFormat *formats)
{
    const AVHWDeviceContext *device = (const AVHWDeviceContext *)decoder->hw_device_ctx->data;
    const struct backend_row *row = row_of_type(device->type);
    for (size_t i = 0; row && formats[i] != AV_PIX_FMT_NONE; i++)
        if (formats[i] == row->frame_format)
            return formats[i];
    note_refusal(decoder->opaque);
    for (size_t i = 0; formats[i] != AV_PIX_FMT_NONE; i++)
        if (is_on_host(formats[i]))
            return formats[i];
    return AV_PIX_FMT_NONE;
}

bool device_attach_decoder(struct device_context *context, AVCodecContext *decoder, struct err *err)
{
    words_clear();
    decoder->hw_device_ctx = av_buffer_ref(context->ref);
    if (!decoder->hw_device_ctx)
        return device_fail(context, STAGE_DECODE, AVERROR(ENOMEM), "attach the decoder", err);
    decoder->opaque = context;
    decoder->get_format = choose_format;
    decoder->extra_hw_frames = context->row->decoder_extra_surfaces;
    // Surfaces are set aside for each thread, and the device decodes by itself. What libav
    // complains of is then said on the caller's thread (words.h).
    decoder->thread_count = 1;
    return true;
}

// Of "veryfast=p1,medium=p4": copies what stands for name; false when it is not there.
static bool preset_of(const char *presets, const char *name, char ret[32])
{
    size_t length = name ? strlen(name) : 0;
    for (const char *at = presets; at && length; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) != 0 || at[length] != '=')
            continue;
        const char *value = at + length + 1;
        snprintf(ret, 32, "%.*s", (int)strcspn(value, ","), value);
        return true;
    }
    return false;
}

static int set_options(const struct backend_encoder *row, const struct backend_rate *rate,
                       AVDictionary **options)
{
    char text[32];
    int rc = row->options ? av_dict_parse_string(options, row->options, "=", ":", 0) : 0;
    if (rc >= 0 && row->quality) {
        double quality = rate->crf * row->quality_per_crf + row->quality_offset;
        snprintf(text, sizeof text, "%.2f", av_clipd(quality, 1, 51));
        rc = av_dict_set(options, row->quality, text, 0);
    }
    if (rc >= 0 && row->preset && preset_of(row->presets, rate->preset, text))
        rc = av_dict_set(options, row->preset, text, 0);
    return rc < 0 ? rc : 0;
}

bool device_attach_encoder(struct device_context *context, const struct backend_encoder *row,
                           const struct backend_rate *rate, const AVFrame *first,
                           AVCodecContext *encoder, AVDictionary **options, struct err *err)
{
    words_clear();
    if (!device_holds(context, first))
        return err_set(err, ERR_BUG, "%s was given a picture in host memory", row->name);
    int rc = set_options(row, rate, options);
    if (rc >= 0 && !(encoder->hw_frames_ctx = av_buffer_ref(first->hw_frames_ctx)))
        rc = AVERROR(ENOMEM);
    if (rc < 0)
        return device_fail(context, STAGE_ENCODE, rc, row->name, err);
    encoder->pix_fmt = context->row->frame_format;
    encoder->sw_pix_fmt = device_pixels(first);
    encoder->max_b_frames = row->max_b_frames;
    encoder->bit_rate = (int64_t)((double)rate->maxrate_bps * row->average_of_max);
    encoder->rc_max_rate = rate->maxrate_bps;
    encoder->rc_buffer_size = (int)FFMIN(rate->bufsize_bits, INT32_MAX);
    return true;
}
