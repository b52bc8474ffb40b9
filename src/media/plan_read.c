// SPDX-License-Identifier: BSD-2-Clause
// plan_from_json: reads a plan that came from another process and believes none
// of it. What passes here is safe to index, allocate and open folders by.
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "hwaccel/backend.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/ladder.h"
#include "src/media/codec_list.h"
#include "src/media/plan_names.h"
#include "src/media/plan_private.h"

static bool read_int(const json_t *json, const char *key, int64_t least, int64_t most, int64_t *ret,
                     struct err *err)
{
    int64_t value = 0;
    if (!json_get_int(json, key, &value, err))
        return false;
    if (value < least || value > most)
        return err_set(err, ERR_INPUT, "\"%s\" is %" PRId64 ", outside %" PRId64 " to %" PRId64,
                       key, value, least, most);
    *ret = value;
    return true;
}

static bool read_int32(const json_t *json, const char *key, int least, int most, int *ret,
                       struct err *err)
{
    int64_t value = 0;
    if (!read_int(json, key, least, most, &value, err))
        return false;
    *ret = (int)value;
    return true;
}

// Whole, never cut: a name that does not fit is refused.
static bool read_text(const json_t *json, const char *key, char *ret, size_t ret_size,
                      struct err *err)
{
    const char *text = NULL;
    if (!json_get_text(json, key, &text, err))
        return false;
    if (!text || strlen(text) >= ret_size)
        return err_set(err, ERR_INPUT, "\"%s\" is missing or too long", key);
    memcpy(ret, text, strlen(text) + 1);
    return true;
}

static bool read_word(const json_t *json, const char *key, const char *const *words,
                      size_t word_count, int *ret, struct err *err)
{
    char text[32];
    if (!read_text(json, key, text, sizeof(text), err))
        return false;
    for (size_t i = 0; i < word_count; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret = (int)i;
            return true;
        }
    }
    return err_set(err, ERR_INPUT, "\"%s\" is \"%s\", which is no word for it", key, text);
}

// The id, and the folder that must be made of it: nothing can point elsewhere.
static bool read_names(const json_t *json, const char *room, char *ret_id, size_t id_size,
                       char *ret_folder, size_t folder_size, struct err *err)
{
    if (!read_text(json, "id", ret_id, id_size, err) ||
        !read_text(json, "folder", ret_folder, folder_size, err))
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

static bool read_source_colour(const json_t *json, struct plan *plan, struct err *err)
{
    return json_get_bool(json, "tone_map", &plan->tone_map, err) &&
           read_int32(json, "source_primaries", 1, 22, &plan->source_primaries, err) &&
           read_int32(json, "source_transfer", 1, 18, &plan->source_transfer, err) &&
           read_int32(json, "source_matrix", 0, 14, &plan->source_matrix, err) &&
           json_get_bool(json, "source_is_full_range", &plan->source_is_full_range, err) &&
           read_int32(json, "source_chroma_location", 0, 6, &plan->source_chroma_location, err) &&
           read_int32(json, "colour_primaries", 1, 22, &plan->colour_primaries, err) &&
           read_int32(json, "transfer_characteristics", 1, 18, &plan->transfer_characteristics,
                      err) &&
           read_int32(json, "matrix_coefficients", 0, 14, &plan->matrix_coefficients, err);
}

static bool read_rate(const json_t *json, const char *key, struct rational *ret, struct err *err)
{
    if (!json_get_rational(json, key, ret, err))
        return false;
    if (ret->num <= 0 || ret->den <= 0 || rational_cmp(*ret, rational_make(100000, 1)) > 0)
        return err_set(err, ERR_INPUT, "\"%s\" is no frame rate", key);
    return true;
}

static bool read_frames(const json_t *json, struct plan *plan, struct err *err)
{
    const int64_t most = INT64_C(1) << 32;
    if (!read_rate(json, "source_frame_rate", &plan->source_frame_rate, err) ||
        !read_int(json, "keep_every", 1, 1 << 20, &plan->keep_every, err) ||
        !read_rate(json, "frame_rate", &plan->frame_rate, err) ||
        !read_int(json, "frame_count", 1, most, &plan->frame_count, err) ||
        !read_int(json, "frames_per_gop", 1, most, &plan->frames_per_gop, err) ||
        !read_int(json, "frames_per_segment", 1, most, &plan->frames_per_segment, err) ||
        !read_int(json, "timescale_hz", 1, UINT32_MAX, &plan->video_timescale_hz, err) ||
        !read_int(json, "frame_duration_ticks", 1, INT32_MAX, &plan->frame_duration_ticks, err))
        return false;
    struct rational kept = rational_mul(plan->frame_rate, rational_make(plan->keep_every, 1));
    if (rational_cmp(kept, plan->source_frame_rate) != 0)
        return err_set(err, ERR_INPUT, "\"frame_rate\" is not \"source_frame_rate\" / keep_every");
    struct rational ticks = rational_make(plan->video_timescale_hz, plan->frame_duration_ticks);
    if (rational_cmp(ticks, plan->frame_rate) != 0)
        return err_set(err, ERR_INPUT, "\"frame_duration_ticks\" is not one frame");
    if (plan->frames_per_segment % plan->frames_per_gop)
        return err_set(err, ERR_INPUT, "\"frames_per_gop\" does not divide frames_per_segment");
    return true;
}

static bool read_picture(const json_t *json, struct plan *plan, struct err *err)
{
    int timing = 0;
    if (!read_int32(json, "stream_index", 0, INT32_MAX, &plan->video_stream_index, err) ||
        !read_word(json, "timing", plan_timing_names, ARRAY_LEN(plan_timing_names), &timing, err) ||
        !json_get_bool(json, "deinterlace", &plan->deinterlace, err) ||
        !read_int32(json, "rotation_deg", 0, 270, &plan->rotation_deg, err) ||
        !json_get_bool(json, "is_mirrored", &plan->is_mirrored, err))
        return false;
    plan->timing = (enum facts_timing)timing;
    if (plan->rotation_deg % 90)
        return err_set(err, ERR_INPUT, "\"rotation_deg\" is no quarter turn");
    return read_source_colour(json, plan, err) && read_frames(json, plan, err);
}

static bool read_device(const json_t *json, const char *key, enum device *ret, struct err *err)
{
    char name[16];
    if (!read_text(json, key, name, sizeof(name), err))
        return false;
    return device_from_name(name, ret) || err_set(err, ERR_INPUT, "\"%s\" is no device", name);
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
    if (!read_word(json, "codec", names, ARRAY_LEN(names), &codec, err))
        return false;
    track->codec = (enum video_codec)codec;
    const struct plan_codec_row *row = plan_codec_find(track->codec);
    if (!read_text(json, "encoder", track->encoder, sizeof(track->encoder), err) ||
        !read_device(json, "encoded_on", &track->encoded_on, err) ||
        !read_text(json, "preset", track->preset, sizeof(track->preset), err))
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
        !read_int32(json, "rung_px", 2, side, &track->rung_px, err) ||
        !read_int32(json, "width_px", 2, side, &track->width_px, err) ||
        !read_int32(json, "height_px", 2, side, &track->height_px, err) ||
        !json_get_real(json, "crf", &track->crf, err) ||
        !read_int(json, "maxrate_bps", 1000, bits, &track->maxrate_bps, err) ||
        !read_int(json, "bufsize_bits", 1000, bits, &track->bufsize_bits, err) ||
        !read_int32(json, "profile_idc", 0, 255, &track->profile_idc, err) ||
        !read_int32(json, "level_idc", 0, 255, &track->level_idc, err) ||
        !read_int32(json, "reference_frames", 0, 16, &track->reference_frames, err))
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
        !read_int32(json, "stream_index", 0, INT32_MAX, &track->stream_index, err) ||
        !read_text(json, "language", track->language, sizeof(track->language), err) ||
        !read_text(json, "name", track->name, sizeof(track->name), err) ||
        !json_get_bool(json, "is_default", &track->is_default, err) ||
        !read_int32(json, "channels", 1, 8, &track->channels, err) ||
        !read_int32(json, "sample_rate_hz", 8000, 192000, &track->sample_rate_hz, err) ||
        !read_int(json, "bitrate_bps", 8000, 2000000, &track->bitrate_bps, err))
        return false;
    if (track->language[strspn(track->language, "abcdefghijklmnopqrstuvwxyz"
                                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")])
        return err_set(err, ERR_INPUT, "\"language\" of track %s is no tag", track->id);
    return true;
}

static bool read_array(const json_t *json, const char *key, size_t most, json_t **ret,
                       struct err *err)
{
    if (!json_get_array(json, key, ret, err))
        return false;
    if (json_array_size(*ret) > most)
        return err_set(err, ERR_INPUT, "\"%s\" has %zu entries; %zu at most", key,
                       json_array_size(*ret), most);
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
    if (!read_word(json, "analysis", plan_analysis_names, ARRAY_LEN(plan_analysis_names), &analysis,
                   err))
        return false;
    track->analysis = (enum plan_analysis)analysis;
    if (analysis != ANALYSIS_OWN && track->codec != VIDEO_H264)
        return err_set(err, ERR_INPUT, "track %s shares an analysis and is no H.264", track->id);
    if (analysis != ANALYSIS_FOLLOWS)
        return true;
    if (!read_text(json, "pilot", pilot, sizeof pilot, err))
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

static bool read_tracks(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *video = NULL, *audio = NULL;
    size_t defaults = 0;
    if (!read_array(json, "video", plan->has_video ? PLAN_VIDEO_MAX : 0, &video, err) ||
        !read_array(json, "audio", FACTS_AUDIO_MAX, &audio, err))
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

static bool read_grid(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *grid = NULL;
    struct rational duration, segment;
    int64_t count = 0;
    if (!json_get_object(json, "grid", &grid, err) ||
        !json_get_rational(grid, "duration", &duration, err) ||
        !json_get_rational(grid, "segment_duration", &segment, err) ||
        !read_int(grid, "segment_count", 1, INT64_C(1) << 32, &count, err))
        return false;
    if (duration.num <= 0 || duration.den <= 0 || segment.num <= 0 || segment.den <= 0)
        return err_set(err, ERR_INPUT, "\"grid\" has no duration");
    if (plan->has_video &&
        (rational_cmp(duration,
                      rational_div(rational_make(plan->frame_count, 1), plan->frame_rate)) != 0 ||
         rational_cmp(segment, rational_div(rational_make(plan->frames_per_segment, 1),
                                            plan->frame_rate)) != 0))
        return err_set(err, ERR_INPUT, "\"grid\" does not agree with the frames");
    plan->grid = segment_grid_build(duration, segment);
    if (plan->grid.segment_count != count)
        return err_set(err, ERR_INPUT, "\"segment_count\" does not agree with the durations");
    return true;
}

static bool read_spans(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *spans = NULL;
    if (!read_array(json, "spans", PLAN_SPANS_MAX, &spans, err))
        return false;
    size_t count = json_array_size(spans);
    int64_t next = 0;
    plan->spans = mem_alloc((count ? count : 1) * sizeof(plan->spans[0]));
    for (size_t i = 0; i < count; i++) {
        struct plan_span *span = &plan->spans[i];
        const json_t *entry = json_array_get(spans, i);
        if (!read_int(entry, "first_segment", next, next, &span->first_segment, err) ||
            !read_int(entry, "segment_count", 1, plan->grid.segment_count - next,
                      &span->segment_count, err))
            return err_wrap(err, "span %zu", i);
        next += span->segment_count;
        plan->span_count++;
    }
    if (next != plan->grid.segment_count)
        return err_set(err, ERR_INPUT, "the spans end at segment %" PRId64 " of %" PRId64, next,
                       plan->grid.segment_count);
    if (plan->span_count > 1 && !(plan->is_seekable && plan->has_video))
        return err_set(err, ERR_INPUT, "several spans of a source that cannot seek");
    return true;
}

// One of a device's tiers, and encoders of no other device.
static bool check_tier(const struct plan *plan, struct err *err)
{
    struct tier tiers[TIERS_MAX];
    size_t count = tiers_of(tier_accelerator(plan->tier), tiers), i = 0;
    while (i < count && !tier_equal(tiers[i], plan->tier))
        i++;
    if (i == count)
        return err_set(err, ERR_INPUT, "\"tier\" is no tier");
    for (size_t t = 0; t < plan->video_count; t++)
        if (plan->video[t].encoded_on != DEVICE_CPU &&
            plan->video[t].encoded_on != plan->tier.encode)
            return err_set(err, ERR_INPUT, "%s is encoded outside the tier", plan->video[t].id);
    return true;
}

static bool read_notes(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *notes = NULL;
    if (!read_array(json, "notes", PLAN_NOTES_MAX, &notes, err))
        return false;
    for (size_t i = 0; i < json_array_size(notes); i++) {
        const json_t *entry = json_array_get(notes, i);
        struct plan_note *note = &plan->notes[i];
        int kind = 0;
        if (!read_word(entry, "kind", plan_note_kind_names, ARRAY_LEN(plan_note_kind_names), &kind,
                       err) ||
            !read_text(entry, "subject", note->subject, sizeof(note->subject), err) ||
            !read_text(entry, "reason", note->reason, sizeof(note->reason), err))
            return err_wrap(err, "note %zu", i + 1);
        note->kind = (enum plan_note_kind)kind;
        plan->note_count++;
    }
    return true;
}

static bool read_plan(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *picture = NULL, *tier = NULL;
    plan_init(plan);
    if (!json_get_bool(json, "has_video", &plan->has_video, err) ||
        !json_get_bool(json, "is_seekable", &plan->is_seekable, err) ||
        !json_get_rational(json, "source_start", &plan->source_start, err))
        return false;
    if (plan->has_video &&
        (!json_get_object(json, "picture", &picture, err) || !read_picture(picture, plan, err)))
        return false;
    return read_tracks(json, plan, err) && read_grid(json, plan, err) &&
           read_spans(json, plan, err) && json_get_object(json, "tier", &tier, err) &&
           read_device(tier, "decode", &plan->tier.decode, err) &&
           read_device(tier, "scale", &plan->tier.scale, err) &&
           read_device(tier, "encode", &plan->tier.encode, err) && check_tier(plan, err) &&
           read_notes(json, plan, err);
}

bool plan_from_json(const json_t *json, struct plan *ret_plan, struct err *err)
{
    AUTO_FREE struct plan *plan = mem_alloc(sizeof(*plan));
    if (!read_plan(json, plan, err)) {
        plan_done(plan);
        return err_wrap(err, "plan");
    }
    *ret_plan = *plan;
    return true;
}
