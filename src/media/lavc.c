// SPDX-License-Identifier: BSD-2-Clause
// Encoders of libavcodec.
#include "src/media/lavc.h"

#include "packager/codec_config.h"

static void set_stream(AVCodecContext *codec, const struct plan *plan,
                       const struct plan_video *track)
{
    codec->width = track->width_px;
    codec->height = track->height_px;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = (AVRational){(int)plan->frame_rate.den, (int)plan->frame_rate.num};
    codec->framerate = (AVRational){(int)plan->frame_rate.num, (int)plan->frame_rate.den};
    codec->sample_aspect_ratio = (AVRational){1, 1};
    codec->color_primaries = (enum AVColorPrimaries)plan->colour_primaries;
    codec->color_trc = (enum AVColorTransferCharacteristic)plan->transfer_characteristics;
    codec->colorspace = (enum AVColorSpace)plan->matrix_coefficients;
    codec->color_range = AVCOL_RANGE_MPEG;
    codec->gop_size = (int)plan->frames_per_gop;
    codec->thread_count = 1;
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
}

bool lavc_init(struct lavc *lavc, const struct encoder_spec *spec, struct err *err)
{
    static const enum cmaf_codec kinds[] = {
        [VIDEO_H264] = CMAF_H264, [VIDEO_HEVC] = CMAF_HEVC, [VIDEO_AV1] = CMAF_AV1};
    const struct plan_video *track = spec->track;
    const AVCodec *codec = avcodec_find_encoder_by_name(track->encoder);
    if (!codec)
        return err_set(err, ERR_CONFIG, "the linked FFmpeg has no encoder %s", track->encoder);
    lavc->kind = kinds[track->codec];
    lavc->width_px = track->width_px;
    lavc->height_px = track->height_px;
    lavc->codec = avcodec_alloc_context3(codec);
    lavc->frame = av_frame_alloc();
    lavc->packet = av_packet_alloc();
    if (!lavc->codec || !lavc->frame || !lavc->packet)
        return err_set(err, ERR_TRANSIENT, "encoder %s: out of memory", track->encoder);
    set_stream(lavc->codec, spec->plan, track);
    return true;
}

void lavc_done(struct lavc *lavc)
{
    avcodec_free_context(&lavc->codec);
    av_frame_free(&lavc->frame);
    av_packet_free(&lavc->packet);
    buf_done(&lavc->nal_units);
}

bool lavc_config(const struct lavc *lavc, struct buf *ret, struct err *err)
{
    if (lavc->codec->extradata_size <= 0)
        return err_set(err, ERR_BUG, "%s gave no headers", lavc->codec->codec->name);
    return codec_config_from_extradata(lavc->kind, lavc->codec->extradata,
                                       (size_t)lavc->codec->extradata_size, lavc->width_px,
                                       lavc->height_px, ret, err);
}

// The offset of the next start code's first zero byte (3-byte form), or size.
static size_t find_start_code(const uint8_t *data, size_t size, size_t from)
{
    for (size_t i = from; i + 3 <= size; i++)
        if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1)
            return i;
    return size;
}

// Samples of avc1 and hvc1 hold no parameter sets (ISO/IEC 14496-15 5.4.2.1.2, 8.4.3), which
// some encoders repeat before every IDR. The configuration record has them.
static bool is_parameter_set(enum cmaf_codec codec, uint8_t first_byte)
{
    int type = codec == CMAF_H264 ? first_byte & 0x1f : first_byte >> 1 & 0x3f;
    return codec == CMAF_H264 ? type == 7 || type == 8 : type >= 32 && type <= 34;
}

static void lengths_from_start_codes(enum cmaf_codec codec, const uint8_t *data, size_t size,
                                     struct buf *ret)
{
    buf_clear(ret);
    size_t at = find_start_code(data, size, 0);
    while (at < size) {
        size_t begin = at + 3;
        size_t next = find_start_code(data, size, begin);
        size_t end = next;
        while (end > begin && data[end - 1] == 0)
            end--; // the zero byte of a 4-byte start code, or padding
        if (end > begin && !is_parameter_set(codec, data[begin])) {
            buf_put_u32(ret, (uint32_t)(end - begin));
            buf_append(ret, data + begin, end - begin);
        }
        at = next;
    }
}

// A temporal delimiter must not stand in an ISOBMFF sample (AV1 ISOBMFF 2.4).
static void skip_temporal_delimiter(struct encoded *encoded)
{
    if (encoded->size_bytes >= 2 && encoded->data[0] == 0x12 && encoded->data[1] == 0) {
        encoded->data += 2;
        encoded->size_bytes -= 2;
    }
}

static bool deliver(struct lavc *lavc, encoded_fn out, void *self, struct err *err)
{
    AVPacket *packet = lavc->packet;
    struct encoded encoded = {
        .data = packet->data,
        .size_bytes = (size_t)packet->size,
        .frame = packet->pts,
        .is_sync = (packet->flags & AV_PKT_FLAG_KEY) != 0,
    };
    if (lavc->kind == CMAF_AV1) {
        skip_temporal_delimiter(&encoded);
    } else {
        lengths_from_start_codes(lavc->kind, packet->data, (size_t)packet->size, &lavc->nal_units);
        encoded.data = lavc->nal_units.data;
        encoded.size_bytes = lavc->nal_units.size_bytes;
    }
    bool ok = out(self, &encoded, err);
    av_packet_unref(packet);
    return ok;
}

bool lavc_receive(struct lavc *lavc, encoded_fn out, void *self, int *ret_averror, struct err *err)
{
    *ret_averror = 0;
    for (;;) {
        int rc = avcodec_receive_packet(lavc->codec, lavc->packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return true;
        if (rc < 0) {
            *ret_averror = rc;
            return false;
        }
        if (!deliver(lavc, out, self, err))
            return false;
    }
}
