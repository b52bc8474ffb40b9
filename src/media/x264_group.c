// SPDX-License-Identifier: BSD-2-Clause
// Both passes over one group of pictures.
#include "src/media/x264_group.h"

#include <inttypes.h>
#include <string.h>

#define SAMPLE_BYTES    16  // of trun, for each picture: the cap is for segments
#define FRAGMENTS_BYTES 280 // of boxes, for each group: an IDR has a fragment of its own

void coded_group_done(struct coded_group *group)
{
    buf_done(&group->bytes);
    MEM_FREE(group->pictures);
    MEM_FREE(group->bits);
    group->count = 0;
}

static void begin(struct coded_group *group, int64_t count)
{
    MEM_FREE(group->pictures);
    buf_clear(&group->bytes);
    MEM_FREE(group->bits);
    group->pictures = mem_alloc((size_t)count * sizeof *group->pictures);
    group->bits = mem_alloc((size_t)count * sizeof *group->bits);
    group->count = 0;
}

static void set_first_pass(x264_param_t *param, const struct x264_group_spec *spec)
{
    param->rc.i_rc_method = X264_RC_CRF;
    param->rc.f_rf_constant = (float)spec->track->crf;
    // The pilot is small and looks ahead for all: the whole group.
    if (param->rc.i_lookahead < param->i_keyint_max)
        param->rc.i_lookahead = param->i_keyint_max;
    param->rc.b_stat_write = 1;
    param->rc.psz_stat_out = (char *)spec->statistics_out;
}

// x264 takes a second pass for a bit rate only. It is asked for more than there will be,
// and its choice of QPs is overruled picture by picture.
static void set_second_pass(x264_param_t *param, const struct x264_group_spec *spec)
{
    struct rational seconds = rational_div(rational_make(spec->count, 1), spec->plan->frame_rate);
    double kbps = (double)spec->expected_bits / rational_to_double(seconds) / 1000;
    param->rc.i_rc_method = X264_RC_ABR;
    param->rc.i_bitrate = kbps > 2000000 ? 2000000 : (int)kbps + 1;
    param->rc.b_stat_read = 1;
    param->rc.psz_stat_in = (char *)spec->statistics_in;
}

static bool open_group(const struct x264_group_spec *spec, x264_t **ret, struct err *err)
{
    x264_param_t param;
    if (!x264_settings_init(spec->plan, spec->track, &param, err))
        return false;
    if (spec->statistics_in)
        set_second_pass(&param, spec);
    else
        set_first_pass(&param, spec);
    if (!x264_settings_open(&param, ret, err))
        return false;
    AUTO(buf_done) struct buf config = {0};
    if (!x264_settings_config(*ret, &config, err))
        return false;
    if (config.size_bytes == spec->config->size_bytes &&
        memcmp(config.data, spec->config->data, config.size_bytes) == 0)
        return true;
    return err_set(err, ERR_BUG, "libx264 has other parameter sets for a group of pictures");
}

static void take(struct coded_group *group, const x264_nal_t *nals, int size,
                 const x264_picture_t *coded)
{
    group->pictures[group->count] = (struct coded_picture){
        .offset_bytes = group->bytes.size_bytes,
        .size_bytes = (size_t)size,
        .frame = coded->i_pts,
        .is_sync = coded->b_keyframe,
    };
    int64_t boxes_bytes = SAMPLE_BYTES + (coded->b_keyframe ? FRAGMENTS_BYTES : 0);
    group->bits[group->count++] = (size + boxes_bytes) * 8;
    buf_append(&group->bytes, nals[0].p_payload, (size_t)size); // they lie behind one another
}

static bool code(x264_t *x264, const struct x264_group_spec *spec, struct coded_group *group,
                 struct err *err)
{
    x264_picture_t in, coded;
    x264_nal_t *nals = NULL;
    int nal_count = 0;
    int64_t fed = 0;
    while (group->count < spec->count) {
        x264_picture_t *next = NULL;
        if (fed < spec->count + spec->beyond) {
            x264_settings_fill(spec->pictures[fed], fed, &in);
            if (fed == 0 || fed == spec->plan->frames_per_gop)
                in.i_type = X264_TYPE_IDR;
            if (spec->statistics_in)
                in.i_qpplus1 = rate_follow_qp(spec->follow, fed) + 1;
            next = &in;
            fed++;
        } else if (x264_encoder_delayed_frames(x264) == 0) {
            return err_set(err, ERR_BUG, "libx264 gave %" PRId64 " pictures of %" PRId64,
                           group->count, spec->count);
        }
        int size = x264_encoder_encode(x264, &nals, &nal_count, next, &coded);
        if (size < 0)
            return err_set(err, ERR_BUG, "libx264 failed at picture %" PRId64 " of a group", fed);
        if (next && spec->gives_back)
            picture_unref(&spec->pictures[fed - 1]); // libx264 has its copy
        if (size == 0)
            continue;
        take(group, nals, size, &coded);
        if (spec->follow)
            rate_follow_coded(spec->follow, coded.i_pts, group->bits[group->count - 1]);
    }
    return true;
}

bool x264_group_code(const struct x264_group_spec *spec, struct coded_group *group, struct err *err)
{
    x264_t *x264 = NULL;
    begin(group, spec->count);
    bool ok = open_group(spec, &x264, err) && code(x264, spec, group, err);
    if (x264)
        x264_encoder_close(x264); // the statistics are whole now
    return ok;
}
