// SPDX-License-Identifier: BSD-2-Clause
// The encoders of accelerators, through libavcodec: pictures are on the device and stay there.
// What is a vendor's own is in its row (hwaccel/backend.h).
#include <stdio.h>

#include "hwaccel/words.h"
#include "src/media/encode_private.h"
#include "src/media/lavc.h"

struct encoder {
    struct lavc lavc;
    struct device_context *device;
    int64_t reorder_frames;
};

static void close_device(struct encoder *encoder)
{
    lavc_done(&encoder->lavc);
    MEM_FREE(encoder);
}

static bool open_codec(struct encoder *encoder, const struct encoder_spec *spec, struct err *err)
{
    const struct plan_video *track = spec->track;
    const struct backend_encoder *row = backend_encoder_by_name(track->encoder, NULL);
    const struct backend_rate rate = {.crf = track->crf,
                                      .maxrate_bps = track->maxrate_bps,
                                      .bufsize_bits = track->bufsize_bits,
                                      .preset = track->preset};
    AVCodecContext *codec = encoder->lavc.codec;
    AVDictionary *options = NULL;
    words_clear();
    bool ok = device_attach_encoder(spec->device, row, &rate, spec->first->device_frame, codec,
                                    &options, err);
    int rc = ok ? avcodec_open2(codec, codec->codec, &options) : 0;
    av_dict_free(&options);
    if (rc < 0) {
        char what[96];
        snprintf(what, sizeof what, "open %s for %dx%d", track->encoder, track->width_px,
                 track->height_px);
        return device_fail(spec->device, STAGE_ENCODE, rc, what, err);
    }
    // B pictures that none is predicted from are decoded one picture late.
    encoder->reorder_frames = row->max_b_frames > 0 ? 1 : 0;
    return ok;
}

static bool open_device(const struct encoder_spec *spec, struct encoder **ret, struct err *err)
{
    if (!spec->device || !spec->first || !spec->first->device_frame)
        return err_set(err, ERR_BUG, "%s got no picture on a device", spec->track->encoder);
    struct encoder *encoder = mem_alloc(sizeof *encoder);
    encoder->device = spec->device;
    if (!lavc_init(&encoder->lavc, spec, err) || !open_codec(encoder, spec, err)) {
        close_device(encoder);
        return false;
    }
    *ret = encoder;
    return true;
}

static bool config_device(struct encoder *encoder, struct buf *ret, struct err *err)
{
    if (lavc_config(&encoder->lavc, ret, err))
        return true;
    if (err)
        err->kind = ERR_DEVICE_ENCODE; // it has headers of its own kind, or none
    return false;
}

static int64_t reorder_device(const struct encoder *encoder)
{
    return encoder->reorder_frames;
}

static bool encode_device(struct encoder *encoder, struct picture *picture, int64_t frame,
                          bool force_idr, encoded_fn out, void *self, struct err *err)
{
    struct lavc *lavc = &encoder->lavc;
    if (picture) {
        if (av_frame_ref(lavc->frame, picture->device_frame) < 0)
            return err_set(err, ERR_TRANSIENT, "encoder: out of memory");
        lavc->frame->pts = frame;
        lavc->frame->pict_type = force_idr ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    }
    words_clear();
    int rc = avcodec_send_frame(lavc->codec, picture ? lavc->frame : NULL);
    av_frame_unref(lavc->frame);
    if (rc >= 0 && lavc_receive(lavc, out, self, &rc, err))
        return true;
    return rc < 0 ? device_fail(encoder->device, STAGE_ENCODE, rc, lavc->codec->codec->name, err)
                  : false;
}

static void identity_device(char ret_text[64])
{
    unsigned v = avcodec_version();
    snprintf(ret_text, 64, "libavcodec %u.%u.%u", AV_VERSION_MAJOR(v), AV_VERSION_MINOR(v),
             AV_VERSION_MICRO(v));
}

const struct encoder_ops encoder_device = {
    .name = "device encoder",
    .open = open_device,
    .config = config_device,
    .reorder_frames = reorder_device,
    .encode = encode_device,
    .close = close_device,
    .identity = identity_device,
};
