// SPDX-License-Identifier: BSD-2-Clause
// Video tracks: every rung in every codec, with preset, caps, level and names.
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/codec_level.h"
#include "src/media/ladder.h"
#include "src/media/plan_private.h"

// side_min_px: x265 wants at least one coding tree block of 64, SVT-AV1 says 64.
static const struct plan_codec_row codec_rows[VIDEO_CODEC_COUNT] = {
    [VIDEO_H264] = {"h264", "libx264", 100, 2, LADDER_PICTURE_MAX_PX},
    [VIDEO_HEVC] = {"hevc", "libx265", 1, 64, LADDER_PICTURE_MAX_PX},
    [VIDEO_AV1] = {"av1", "libsvtav1", 0, 64, 8704},
};

struct preset_row {
    const char *name; // x264's and x265's
    const char *svt;  // SVT-AV1's, 13 fastest
    int references;   // x264's
};

static const struct preset_row preset_rows[] = {
    {"ultrafast", "12", 1}, {"superfast", "11", 1}, {"veryfast", "10", 1}, {"faster", "10", 2},
    {"fast", "9", 2},       {"medium", "8", 3},     {"slow", "6", 5},      {"slower", "4", 8},
    {"veryslow", "3", 16},  {"placebo", "1", 16},
};

// x264 keeps 4 pictures for its B-pyramid whatever the preset says.
static const int pyramid_pictures = 4;

const struct plan_codec_row *plan_codec_find(enum video_codec codec)
{
    return (unsigned)codec < VIDEO_CODEC_COUNT ? &codec_rows[codec] : NULL;
}

const char *video_codec_name(enum video_codec codec)
{
    const struct plan_codec_row *row = plan_codec_find(codec);
    return row ? row->name : "unknown";
}

static const struct preset_row *preset_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(preset_rows); i++)
        if (strcmp(preset_rows[i].name, name) == 0)
            return &preset_rows[i];
    return NULL;
}

bool plan_check_preset(const char *preset, struct err *err)
{
    if (preset_find(preset))
        return true;
    AUTO(buf_done) struct buf names = {0};
    for (size_t i = 0; i < ARRAY_LEN(preset_rows); i++)
        buf_printf(&names, "%s%s", i ? ", " : "", preset_rows[i].name);
    return err_set(err, ERR_CONFIG, "there is no preset \"%s\"; there are %.*s", preset,
                   (int)names.size_bytes, (const char *)names.data);
}

static void track_set_level(struct plan_video *track, const struct preset_row *preset,
                            struct plan *plan)
{
    struct level_need need = {
        .width_px = track->width_px,
        .height_px = track->height_px,
        .frame_rate = plan->frame_rate,
        .maxrate_bps = track->maxrate_bps,
        .bufsize_bits = track->bufsize_bits,
        .reference_frames = pyramid_pictures,
    };
    struct level level = track->codec == VIDEO_H264   ? h264_level_find(&need)
                         : track->codec == VIDEO_HEVC ? hevc_level_find(&need)
                                                      : av1_level_find(&need);
    track->level_idc = level.idc;
    if (!level.is_kept)
        plan_note(plan, NOTE_WARNING, track->id, "beyond the limits of every %s level",
                  video_codec_name(track->codec));
    if (track->codec == VIDEO_H264) {
        int room = h264_level_dpb_frames(level.idc, track->width_px, track->height_px);
        track->reference_frames = preset->references < room ? preset->references : room;
    }
}

static void track_build(const struct ladder_pick *pick, enum video_codec codec,
                        const struct preset_row *preset, struct plan *plan,
                        struct plan_video *track)
{
    const struct plan_codec_row *row = &codec_rows[codec];
    track->codec = codec;
    track->rung_px = pick->rung_px;
    track->width_px = pick->width_px;
    track->height_px = pick->height_px;
    track->profile_idc = row->profile_idc;
    snprintf(track->id, sizeof(track->id), "%s-%dp", row->name, pick->rung_px);
    snprintf(track->folder, sizeof(track->folder), "video/%s-%dp", row->name, pick->rung_px);
    snprintf(track->encoder, sizeof(track->encoder), "%s", row->encoder);
    snprintf(track->preset, sizeof(track->preset), "%s",
             codec == VIDEO_AV1 ? preset->svt : preset->name);
    track->crf = pick->crf > 0 ? pick->crf : ladder_crf(codec);
    track->maxrate_bps = pick->maxrate_bps;
    if (track->maxrate_bps == 0)
        track->maxrate_bps =
            ladder_maxrate_bps(codec, pick->width_px, pick->height_px, plan->frame_rate);
    track->bufsize_bits = ladder_bufsize_bits(track->maxrate_bps);
    track_set_level(track, preset, plan);
}

static bool codec_takes(const struct plan_codec_row *row, const struct ladder_pick *pick)
{
    return pick->width_px >= row->side_min_px && pick->height_px >= row->side_min_px &&
           pick->width_px <= LADDER_PICTURE_MAX_PX && pick->height_px <= row->height_max_px;
}

static bool check_size(const struct video_facts *video, struct err *err)
{
    int width = video->display_width_px, height = video->display_height_px;
    if (width < 1 || height < 1)
        return err_set(err, ERR_INPUT, "the source's video has no size");
    if (width > LADDER_PICTURE_MAX_PX || height > LADDER_PICTURE_MAX_PX)
        return err_set(err, ERR_INPUT,
                       "the source is %dx%d in square pixels; the largest side there can be is %d",
                       width, height, LADDER_PICTURE_MAX_PX);
    return true;
}

bool plan_choose_video(const struct video_facts *video, const struct plan_options *options,
                       struct plan *plan, struct err *err)
{
    struct ladder_pick picks[PLAN_RUNGS_MAX] = {0};
    const struct preset_row *preset = preset_find(options->preset);
    if (!preset)
        return plan_check_preset(options->preset, err);
    if (!check_size(video, err))
        return false;
    size_t count =
        ladder_choose(options, video->display_width_px, video->display_height_px, plan, picks);
    for (size_t i = 0; i < count; i++) {
        for (int codec = 0; codec < VIDEO_CODEC_COUNT; codec++) {
            if (!options->codecs[codec])
                continue;
            const struct plan_codec_row *row = &codec_rows[codec];
            if (codec_takes(row, &picks[i])) {
                track_build(&picks[i], (enum video_codec)codec, preset, plan,
                            &plan->video[plan->video_count++]);
                continue;
            }
            char subject[48];
            snprintf(subject, sizeof(subject), "%s-%dp", row->name, picks[i].rung_px);
            plan_note(plan, NOTE_DROPPED, subject, "%s takes no %dx%d picture", row->encoder,
                      picks[i].width_px, picks[i].height_px);
        }
    }
    if (plan->video_count == 0)
        return err_set(err, ERR_INPUT, "the source is %dx%d, which none of the chosen codecs takes",
                       video->display_width_px, video->display_height_px);
    return true;
}
