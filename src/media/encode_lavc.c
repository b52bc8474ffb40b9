// SPDX-License-Identifier: BSD-2-Clause
// HEVC (libx265) and AV1 (SVT-AV1) through libavcodec, one thread each.
#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <string.h>

#include "packager/codec_config.h"
#include "src/media/encode_private.h"
#include "src/media/picture_frame.h"

struct encoder {
    AVCodecContext *codec;
    AVFrame *frame;
    AVPacket *packet;
    enum cmaf_codec kind;
    int width_px;
    int height_px;
    struct buf nal_units; // Annex B turned into lengths
};

static void close_lavc(struct encoder *encoder)
{
    avcodec_free_context(&encoder->codec);
    av_frame_free(&encoder->frame);
    av_packet_free(&encoder->packet);
    buf_done(&encoder->nal_units);
    MEM_FREE(encoder);
}

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

static bool open_lavc(const char *name, enum cmaf_codec kind, const char *params_name,
                      const char *params, const struct encoder_spec *spec, struct encoder **ret,
                      struct err *err)
{
    const struct plan *plan = spec->plan;
    const struct plan_video *track = spec->track;
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    if (!codec)
        return err_set(err, ERR_CONFIG, "the linked FFmpeg has no encoder %s", name);
    struct encoder *encoder = mem_alloc(sizeof *encoder);
    encoder->kind = kind;
    encoder->width_px = track->width_px;
    encoder->height_px = track->height_px;
    encoder->codec = avcodec_alloc_context3(codec);
    encoder->frame = av_frame_alloc();
    encoder->packet = av_packet_alloc();
    int rc = AVERROR(ENOMEM);
    if (encoder->codec && encoder->frame && encoder->packet) {
        set_stream(encoder->codec, plan, track);
        av_opt_set(encoder->codec->priv_data, "preset", track->preset, 0);
        av_opt_set_double(encoder->codec->priv_data, "crf", track->crf, 0);
        av_opt_set(encoder->codec->priv_data, params_name, params, 0);
        if (kind == CMAF_HEVC) {
            av_opt_set_int(encoder->codec->priv_data, "forced-idr", 1, 0);
            encoder->codec->rc_max_rate = track->maxrate_bps;
            encoder->codec->rc_buffer_size = (int)track->bufsize_bits;
        }
        rc = avcodec_open2(encoder->codec, codec, NULL);
    }
    if (rc < 0) {
        close_lavc(encoder);
        return err_set(err, rc == AVERROR(ENOMEM) ? ERR_TRANSIENT : ERR_CONFIG,
                       "open %s for %dx%d: %s", name, track->width_px, track->height_px,
                       av_err2str(rc));
    }
    *ret = encoder;
    return true;
}

static bool open_x265(const struct encoder_spec *spec, struct encoder **ret, struct err *err)
{
    const struct plan *plan = spec->plan;
    const struct plan_video *track = spec->track;
    // One thread and no frame parallelism: the same bytes on every machine. With a
    // single column of coding tree blocks x265 (3.5) reads margins it never wrote, so
    // that other bytes come out for another heap: smaller blocks make it two.
    const char *blocks = track->width_px <= 64 ? ":ctu=32" : "";
    AUTO_FREE char *params = mem_printf(
        "keyint=%" PRId64 ":min-keyint=%" PRId64
        ":scenecut=0:open-gop=0:pools=none:frame-threads=1:wpp=0:pmode=0:pme=0:"
        "b-pyramid=1:repeat-headers=0:info=0:level-idc=%d.%d:high-tier=0:log-level=none%s",
        plan->frames_per_gop, plan->frames_per_gop, track->level_idc / 30,
        track->level_idc % 30 / 3, blocks);
    return open_lavc("libx265", CMAF_HEVC, "x265-params", params, spec, ret, err);
}

static bool open_svtav1(const struct encoder_spec *spec, struct encoder **ret, struct err *err)
{
    // scd=0: no key frame of its own choosing; irefresh-type=2: closed groups (their
    // length is gop_size). Rate caps in CRF mode are the encoder's mbr setting.
    AUTO_FREE char *params =
        mem_printf("lp=1:scd=0:irefresh-type=2:mbr=%" PRId64, spec->track->maxrate_bps / 1000);
    return open_lavc("libsvtav1", CMAF_AV1, "svtav1-params", params, spec, ret, err);
}

static bool config_lavc(struct encoder *encoder, struct buf *ret, struct err *err)
{
    if (encoder->codec->extradata_size <= 0)
        return err_set(err, ERR_BUG, "%s gave no headers", encoder->codec->codec->name);
    return codec_config_from_extradata(encoder->kind, encoder->codec->extradata,
                                       (size_t)encoder->codec->extradata_size, encoder->width_px,
                                       encoder->height_px, ret, err);
}

// libavcodec does not say before the first packet. b-pyramid is on, and all presets
// have B pictures: two deep.
static int64_t reorder_x265(const struct encoder *encoder)
{
    return encoder->codec->gop_size > 1 ? 2 : 0;
}

// AV1 reorders inside temporal units, never between them.
static int64_t reorder_none(const struct encoder *encoder)
{
    (void)encoder;
    return 0;
}

// The offset of the next start code's first zero byte (3-byte form), or size.
static size_t find_start_code(const uint8_t *data, size_t size, size_t from)
{
    for (size_t i = from; i + 3 <= size; i++)
        if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1)
            return i;
    return size;
}

static void lengths_from_start_codes(const uint8_t *data, size_t size, struct buf *ret)
{
    buf_clear(ret);
    size_t at = find_start_code(data, size, 0);
    while (at < size) {
        size_t begin = at + 3;
        size_t next = find_start_code(data, size, begin);
        size_t end = next;
        while (end > begin && data[end - 1] == 0)
            end--; // the zero byte of a 4-byte start code, or padding
        if (end > begin) {
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

static bool deliver(struct encoder *encoder, encoded_fn out, void *self, struct err *err)
{
    AVPacket *packet = encoder->packet;
    struct encoded encoded = {
        .data = packet->data,
        .size_bytes = (size_t)packet->size,
        .frame = packet->pts,
        .is_sync = (packet->flags & AV_PKT_FLAG_KEY) != 0,
    };
    if (encoder->kind == CMAF_HEVC) {
        lengths_from_start_codes(packet->data, (size_t)packet->size, &encoder->nal_units);
        encoded.data = encoder->nal_units.data;
        encoded.size_bytes = encoder->nal_units.size_bytes;
    } else {
        skip_temporal_delimiter(&encoded);
    }
    bool ok = out(self, &encoded, err);
    av_packet_unref(packet);
    return ok;
}

static bool receive(struct encoder *encoder, encoded_fn out, void *self, struct err *err)
{
    for (;;) {
        int rc = avcodec_receive_packet(encoder->codec, encoder->packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return true;
        if (rc < 0)
            return err_set(err, ERR_BUG, "%s: %s", encoder->codec->codec->name, av_err2str(rc));
        if (!deliver(encoder, out, self, err))
            return false;
    }
}

static bool encode_lavc(struct encoder *encoder, struct picture *picture, int64_t frame,
                        bool force_idr, encoded_fn out, void *self, struct err *err)
{
    if (picture) {
        // The planes are lent to the encoder, which may keep them for a while.
        if (!picture_lend(picture, encoder->frame))
            return err_set(err, ERR_TRANSIENT, "encoder: out of memory");
        encoder->frame->pts = frame;
        encoder->frame->pict_type = force_idr ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    }
    int rc = avcodec_send_frame(encoder->codec, picture ? encoder->frame : NULL);
    av_frame_unref(encoder->frame);
    if (rc < 0)
        return err_set(err, ERR_BUG, "%s at frame %" PRId64 ": %s", encoder->codec->codec->name,
                       frame, av_err2str(rc));
    return receive(encoder, out, self, err);
}

static void identity_lavc(const char *name, char ret_text[64])
{
    unsigned v = avcodec_version();
    snprintf(ret_text, 64, "%s libavcodec %u.%u.%u", name, AV_VERSION_MAJOR(v), AV_VERSION_MINOR(v),
             AV_VERSION_MICRO(v));
}

static void identity_x265(char ret_text[64])
{
    identity_lavc("libx265", ret_text);
}

static void identity_svtav1(char ret_text[64])
{
    identity_lavc("libsvtav1", ret_text);
}

const struct encoder_ops encoder_x265 = {
    .name = "libx265",
    .open = open_x265,
    .config = config_lavc,
    .reorder_frames = reorder_x265,
    .encode = encode_lavc,
    .close = close_lavc,
    .identity = identity_x265,
};

const struct encoder_ops encoder_svtav1 = {
    .name = "libsvtav1",
    .open = open_svtav1,
    .config = config_lavc,
    .reorder_frames = reorder_none,
    .encode = encode_lavc,
    .close = close_lavc,
    .identity = identity_svtav1,
};
