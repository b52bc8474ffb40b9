// SPDX-License-Identifier: BSD-2-Clause
// H.264 through libx264 directly, one thread, capped CRF. Direct rather than
// through libavcodec: length-prefixed NAL units without a copy, parameter sets
// before the first frame, and room for sharing one rung's analysis with others.
#include <inttypes.h>

#include "src/media/encode_private.h"
#include "src/media/x264_settings.h"

struct encoder {
    x264_t *x264;
    x264_param_t param;
    int64_t coded; // pictures that came out
};

static void set_rate(x264_param_t *param, const struct plan_video *track)
{
    param->rc.i_rc_method = X264_RC_CRF;
    param->rc.f_rf_constant = (float)track->crf;
    param->rc.i_vbv_max_bitrate = (int)(track->maxrate_bps / 1000);
    param->rc.i_vbv_buffer_size = (int)(track->bufsize_bits / 1000);
}

static bool open_x264(const struct encoder_spec *spec, struct encoder **ret, struct err *err)
{
    struct encoder *encoder = mem_alloc(sizeof *encoder);
    if (x264_settings_init(spec->plan, spec->track, &encoder->param, err)) {
        set_rate(&encoder->param, spec->track);
        if (x264_settings_open(&encoder->param, &encoder->x264, err)) {
            *ret = encoder;
            return true;
        }
    }
    MEM_FREE(encoder);
    return false;
}

static bool config_x264(struct encoder *encoder, struct buf *ret, struct err *err)
{
    return x264_settings_config(encoder->x264, ret, err);
}

static int64_t reorder_x264(const struct encoder *encoder)
{
    return x264_settings_reorder_frames(&encoder->param);
}

static bool deliver(struct encoder *encoder, x264_nal_t *nals, int size,
                    const x264_picture_t *coded, encoded_fn out, void *self, struct err *err)
{
    encoder->coded++;
    struct encoded encoded = {
        .data = nals[0].p_payload, // all NAL units of a picture lie behind one another
        .size_bytes = (size_t)size,
        .frame = coded->i_pts,
        .is_sync = coded->b_keyframe,
    };
    return out(self, &encoded, err);
}

static bool encode_x264(struct encoder *encoder, struct picture *picture, int64_t frame,
                        bool force_idr, encoded_fn out, void *self, struct err *err)
{
    x264_picture_t in, coded;
    x264_nal_t *nals = NULL;
    int count = 0;
    if (picture) {
        x264_settings_fill(picture, frame, &in);
        in.i_type = force_idr ? X264_TYPE_IDR : X264_TYPE_AUTO;
        int size = x264_encoder_encode(encoder->x264, &nals, &count, &in, &coded);
        if (size < 0)
            return err_set(err, ERR_BUG, "libx264 failed at frame %" PRId64, frame);
        return size == 0 || deliver(encoder, nals, size, &coded, out, self, err);
    }
    while (encoder->coded < frame && x264_encoder_delayed_frames(encoder->x264) > 0) {
        int size = x264_encoder_encode(encoder->x264, &nals, &count, NULL, &coded);
        if (size < 0)
            return err_set(err, ERR_BUG, "libx264 failed while draining");
        if (size > 0 && !deliver(encoder, nals, size, &coded, out, self, err))
            return false;
    }
    return true;
}

static void close_x264(struct encoder *encoder)
{
    x264_encoder_close(encoder->x264);
    MEM_FREE(encoder);
}

const struct encoder_ops encoder_x264 = {
    .name = "libx264",
    .open = open_x264,
    .config = config_x264,
    .reorder_frames = reorder_x264,
    .look_beyond = x264_settings_look_beyond,
    .encode = encode_x264,
    .close = close_x264,
    .identity = x264_settings_identity,
};
