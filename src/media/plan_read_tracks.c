// SPDX-License-Identifier: BSD-2-Clause
// The tracks of a plan that came from another process.
#include <inttypes.h>
#include <string.h>

#include "hwaccel/backend.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/codec_list.h"
#include "src/media/ladder.h"
#include "src/media/plan_names.h"
#include "src/media/plan_private.h"
#include "src/media/plan_read.h"

static bool read_names(const json_t *json, const char *room, char *ret_id, size_t id_size,
                       char *ret_folder, size_t folder_size, struct err *err)
{
    if (!plan_read_text(json, "id", ret_id, id_size, err) ||
        !plan_read_text(json, "folder", ret_folder, folder_size, err))
        return false;
    size_t length = strspn(ret_id, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (length == 0 || ret_id[length])
        return err_set(err, ERR_INPUT, "a track's id may hold a-z, 0-9 and - only");
    size_t room_length = strlen(room);
    if (strncmp(ret_folder, room, room_length) != 0 ||
        strcmp(ret_folder + room_length, ret_id) != 0)
        return err_set(err, ERR_INPUT, "the folder of track %s is not %s%s", ret_id, room, ret_id);
    return true;
}

static bool is_encoder_of(const struct plan_video *track, const struct plan_codec_row *row)
{
    enum device device = DEVICE_CPU;
    if (track->encoded_on == DEVICE_CPU)
        return strcmp(track->encoder, row->encoder) == 0;
    const struct backend_encoder *encoder = backend_encoder_by_name(track->encoder, &device);
    return encoder && device == track->encoded_on && encoder->codec == codec_id_of(track->codec);
}

static bool read_codec(const json_t *json, struct plan_video *track, struct err *err)
{
    const char *names[VIDEO_CODEC_COUNT];
    int codec = 0;
    for (int i = 0; i < VIDEO_CODEC_COUNT; i++)
        names[i] = video_codec_name((enum video_codec)i);
    if (!plan_read_word(json, "codec", names, ARRAY_LEN(names), &codec, err))
        return false;
    track->codec = (enum video_codec)codec;
    const struct plan_codec_row *row = plan_codec_find(track->codec);
    if (!plan_read_text(json, "encoder", track->encoder, sizeof(track->encoder), err) ||
        !plan_read_device(json, "encoded_on", &track->encoded_on, err) ||
        !plan_read_text(json, "preset", track->preset, sizeof(track->preset), err))
        return false;
    if (!is_encoder_of(track, row))
        return err_set(err, ERR_INPUT, "\"%s\" is no encoder of %s on %s", track->encoder,
                       row->name, device_name(track->encoded_on));
    if (track->preset[strspn(track->preset, "abcdefghijklmnopqrstuvwxyz0123456789")])
        return err_set(err, ERR_INPUT, "\"preset\" is no preset");
    return true;
}

static bool read_video(const json_t *json, struct plan_video *track, struct err *err)
{
    const int side = LADDER_PICTURE_MAX_PX;
    const int64_t bits = INT64_C(4000000000);
    if (!read_names(json, "video/", track->id, sizeof(track->id), track->folder,
                    sizeof(track->folder), err) ||
        !read_codec(json, track, err) ||
        !plan_read_int32(json, "rung_px", 2, side, &track->rung_px, err) ||
        !plan_read_int32(json, "width_px", 2, side, &track->width_px, err) ||
        !plan_read_int32(json, "height_px", 2, side, &track->height_px, err) ||
        !json_get_real(json, "crf", &track->crf, err) ||
        !plan_read_int(json, "maxrate_bps", 1000, bits, &track->maxrate_bps, err) ||
        !plan_read_int(json, "bufsize_bits", 1000, bits, &track->bufsize_bits, err) ||
        !plan_read_int32(json, "profile_idc", 0, 255, &track->profile_idc, err) ||
        !plan_read_int32(json, "level_idc", 0, 255, &track->level_idc, err) ||
        !plan_read_int32(json, "reference_frames", 0, 16, &track->reference_frames, err))
        return false;
    if (track->width_px % 2 || track->height_px % 2)
        return err_set(err, ERR_INPUT, "the size of track %s is odd", track->id);
    if (!(track->crf >= 0 && track->crf <= ladder_crf_max(track->codec)))
        return err_set(err, ERR_INPUT, "\"crf\" of track %s is out of range", track->id);
    return true;
}

static bool read_audio(const json_t *json, struct plan_audio *track, struct err *err)
{
    if (!read_names(json, "audio/", track->id, sizeof(track->id), track->folder,
                    sizeof(track->folder), err) ||
        !plan_read_int32(json, "stream_index", 0, INT32_MAX, &track->stream_index, err) ||
        !plan_read_text(json, "language", track->language, sizeof(track->language), err) ||
        !plan_read_text(json, "name", track->name, sizeof(track->name), err) ||
        !json_get_bool(json, "is_default", &track->is_default, err) ||
        !plan_read_int32(json, "channels", 1, 8, &track->channels, err) ||
        !plan_read_int32(json, "sample_rate_hz", 8000, 192000, &track->sample_rate_hz, err) ||
        !plan_read_int(json, "bitrate_bps", 8000, 2000000, &track->bitrate_bps, err))
        return false;
    if (track->language[strspn(track->language, "abcdefghijklmnopqrstuvwxyz"
                                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")])
        return err_set(err, ERR_INPUT, "\"language\" of track %s is no tag", track->id);
    return true;
}

static bool has_id(const struct plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->video_count; i++)
        if (strcmp(plan->video[i].id, id) == 0)
            return true;
    for (size_t i = 0; i < plan->audio_count; i++)
        if (strcmp(plan->audio[i].id, id) == 0)
            return true;
    return false;
}

// Tracks name their pilots, which may stand behind them.
static bool read_sharing(const json_t *json, struct plan *plan, struct plan_video *track,
                         struct err *err)
{
    char pilot[sizeof track->id];
    int analysis = 0;
    if (!plan_read_word(json, "analysis", plan_analysis_names, ARRAY_LEN(plan_analysis_names),
                        &analysis, err))
        return false;
    track->analysis = (enum plan_analysis)analysis;
    if (analysis != ANALYSIS_OWN && track->codec != VIDEO_H264)
        return err_set(err, ERR_INPUT, "track %s shares an analysis and is no H.264", track->id);
    if (analysis != ANALYSIS_FOLLOWS)
        return true;
    if (!plan_read_text(json, "pilot", pilot, sizeof pilot, err))
        return false;
    for (size_t i = 0; i < plan->video_count; i++)
        if (strcmp(plan->video[i].id, pilot) == 0 && plan->video[i].codec == VIDEO_H264) {
            track->pilot = (int)i;
            return true;
        }
    return err_set(err, ERR_INPUT, "track %s follows \"%s\", which there is not", track->id, pilot);
}

static bool read_all_sharing(const json_t *video, struct plan *plan, struct err *err)
{
    for (size_t i = 0; i < plan->video_count; i++)
        if (!read_sharing(json_array_get(video, i), plan, &plan->video[i], err))
            return false;
    for (size_t i = 0; i < plan->video_count; i++) {
        const struct plan_video *track = &plan->video[i];
        if (track->analysis == ANALYSIS_FOLLOWS &&
            plan->video[track->pilot].analysis != ANALYSIS_PILOT)
            return err_set(err, ERR_INPUT, "track %s follows one that is no pilot", track->id);
    }
    return true;
}

bool plan_read_tracks(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *video = NULL, *audio = NULL;
    size_t defaults = 0;
    if (!plan_read_array(json, "video", plan->has_video ? PLAN_VIDEO_MAX : 0, &video, err) ||
        !plan_read_array(json, "audio", FACTS_AUDIO_MAX, &audio, err))
        return false;
    for (size_t i = 0; i < json_array_size(video); i++) {
        struct plan_video *track = &plan->video[i];
        if (!read_video(json_array_get(video, i), track, err))
            return err_wrap(err, "video track %zu", i + 1);
        if (has_id(plan, track->id))
            return err_set(err, ERR_INPUT, "two tracks are called %s", track->id);
        plan->video_count++;
    }
    if (!read_all_sharing(video, plan, err))
        return false;
    for (size_t i = 0; i < json_array_size(audio); i++) {
        struct plan_audio *track = &plan->audio[i];
        if (!read_audio(json_array_get(audio, i), track, err))
            return err_wrap(err, "audio track %zu", i + 1);
        if (has_id(plan, track->id))
            return err_set(err, ERR_INPUT, "two tracks are called %s", track->id);
        defaults += track->is_default;
        plan->audio_count++;
    }
    if (plan->video_count == 0 && (plan->has_video || plan->audio_count == 0))
        return err_set(err, ERR_INPUT, "a plan without tracks");
    if (defaults != (plan->audio_count > 0))
        return err_set(err, ERR_INPUT, "%zu audio tracks are the default", defaults);
    return true;
}
