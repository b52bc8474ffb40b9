// SPDX-License-Identifier: BSD-2-Clause
// HEVC (libx265) and AV1 (SVT-AV1) through libavcodec, one thread each.
#include <inttypes.h>
#include <libavutil/opt.h>
#include <stdio.h>

#include "src/media/encode_private.h"
#include "src/media/lavc.h"
#include "src/media/picture_frame.h"

struct encoder {
    struct lavc lavc;
};

static void close_lavc(struct encoder *encoder)
{
    lavc_done(&encoder->lavc);
    MEM_FREE(encoder);
}

static int open_codec(const struct plan_video *track, const char *params_name, const char *params,
                      AVCodecContext *codec)
{
    av_opt_set(codec->priv_data, "preset", track->preset, 0);
    av_opt_set_double(codec->priv_data, "crf", track->crf, 0);
    av_opt_set(codec->priv_data, params_name, params, 0);
    if (track->codec == VIDEO_HEVC) {
        av_opt_set_int(codec->priv_data, "forced-idr", 1, 0);
        codec->rc_max_rate = track->maxrate_bps;
        codec->rc_buffer_size = (int)track->bufsize_bits;
    }
    return avcodec_open2(codec, codec->codec, NULL);
}

static bool open_lavc(const char *params_name, const char *params, const struct encoder_spec *spec,
                      struct encoder **ret, struct err *err)
{
    const struct plan_video *track = spec->track;
    struct encoder *encoder = mem_alloc(sizeof *encoder);
    if (!lavc_init(&encoder->lavc, spec, err)) {
        close_lavc(encoder);
        return false;
    }
    int rc = open_codec(track, params_name, params, encoder->lavc.codec);
    if (rc < 0) {
        close_lavc(encoder);
        return err_set(err, rc == AVERROR(ENOMEM) ? ERR_TRANSIENT : ERR_CONFIG,
                       "open %s for %dx%d: %s", track->encoder, track->width_px, track->height_px,
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
    return open_lavc("x265-params", params, spec, ret, err);
}

static bool open_svtav1(const struct encoder_spec *spec, struct encoder **ret, struct err *err)
{
    // scd=0: no key frame of its own choosing; irefresh-type=2: closed groups (their
    // length is gop_size). Rate caps in CRF mode are the encoder's mbr setting.
    AUTO_FREE char *params =
        mem_printf("lp=1:scd=0:irefresh-type=2:mbr=%" PRId64, spec->track->maxrate_bps / 1000);
    return open_lavc("svtav1-params", params, spec, ret, err);
}

static bool config_lavc(struct encoder *encoder, struct buf *ret, struct err *err)
{
    return lavc_config(&encoder->lavc, ret, err);
}

// libavcodec does not say before the first packet. b-pyramid is on, and all presets
// have B pictures: two deep.
static int64_t reorder_x265(const struct encoder *encoder)
{
    return encoder->lavc.codec->gop_size > 1 ? 2 : 0;
}

// AV1 reorders inside temporal units, never between them.
static int64_t reorder_none(const struct encoder *encoder)
{
    (void)encoder;
    return 0;
}

static bool encode_lavc(struct encoder *encoder, struct picture *picture, int64_t frame,
                        bool force_idr, encoded_fn out, void *self, struct err *err)
{
    struct lavc *lavc = &encoder->lavc;
    if (picture) {
        // The planes are lent to the encoder, which may keep them for a while.
        if (!picture_lend(picture, lavc->frame))
            return err_set(err, ERR_TRANSIENT, "encoder: out of memory");
        lavc->frame->pts = frame;
        lavc->frame->pict_type = force_idr ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    }
    int rc = avcodec_send_frame(lavc->codec, picture ? lavc->frame : NULL);
    av_frame_unref(lavc->frame);
    if (rc >= 0 && lavc_receive(lavc, out, self, &rc, err))
        return true;
    if (rc < 0)
        err_set(err, ERR_BUG, "%s at frame %" PRId64 ": %s", lavc->codec->codec->name, frame,
                av_err2str(rc));
    return false;
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
