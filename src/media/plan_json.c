// SPDX-License-Identifier: BSD-2-Clause
// The plan as JSON: what `rung plan --json` prints and the engine is sent. Reading
// it back is plan_read.c.
#include "src/base/json.h"
#include "src/media/plan.h"
#include "src/media/plan_names.h"

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_text_lossy(text));
}

static void set_int(json_t *object, const char *key, int64_t value)
{
    json_object_set_new(object, key, json_integer(value));
}

static void set_bool(json_t *object, const char *key, bool value)
{
    json_object_set_new(object, key, json_boolean(value));
}

static json_t *picture_to_json(const struct plan *plan)
{
    json_t *json = json_object();
    set_int(json, "stream_index", plan->video_stream_index);
    set_text(json, "timing", plan_timing_names[plan->timing]);
    set_bool(json, "deinterlace", plan->deinterlace);
    set_int(json, "rotation_deg", plan->rotation_deg);
    set_bool(json, "is_mirrored", plan->is_mirrored);
    set_bool(json, "tone_map", plan->tone_map);
    set_int(json, "source_primaries", plan->source_primaries);
    set_int(json, "source_transfer", plan->source_transfer);
    set_int(json, "source_matrix", plan->source_matrix);
    set_bool(json, "source_is_full_range", plan->source_is_full_range);
    set_int(json, "source_chroma_location", plan->source_chroma_location);
    json_set_rational(json, "source_frame_rate", plan->source_frame_rate);
    set_int(json, "keep_every", plan->keep_every);
    json_set_rational(json, "frame_rate", plan->frame_rate);
    set_int(json, "frame_count", plan->frame_count);
    set_int(json, "frames_per_gop", plan->frames_per_gop);
    set_int(json, "frames_per_segment", plan->frames_per_segment);
    set_int(json, "timescale_hz", plan->video_timescale_hz);
    set_int(json, "frame_duration_ticks", plan->frame_duration_ticks);
    set_int(json, "colour_primaries", plan->colour_primaries);
    set_int(json, "transfer_characteristics", plan->transfer_characteristics);
    set_int(json, "matrix_coefficients", plan->matrix_coefficients);
    return json;
}

static json_t *video_to_json(const struct plan *plan, const struct plan_video *track)
{
    json_t *json = json_object();
    set_text(json, "id", track->id);
    set_text(json, "folder", track->folder);
    set_text(json, "codec", video_codec_name(track->codec));
    set_text(json, "encoder", track->encoder);
    set_text(json, "encoded_on", device_name(track->encoded_on));
    set_text(json, "preset", track->preset);
    set_int(json, "rung_px", track->rung_px);
    set_int(json, "width_px", track->width_px);
    set_int(json, "height_px", track->height_px);
    json_object_set_new(json, "crf", json_real(track->crf));
    set_int(json, "maxrate_bps", track->maxrate_bps);
    set_int(json, "bufsize_bits", track->bufsize_bits);
    set_int(json, "profile_idc", track->profile_idc);
    set_int(json, "level_idc", track->level_idc);
    set_int(json, "reference_frames", track->reference_frames);
    set_text(json, "analysis", plan_analysis_names[track->analysis]);
    if (track->analysis == ANALYSIS_FOLLOWS)
        set_text(json, "pilot", plan->video[track->pilot].id);
    return json;
}

static json_t *audio_to_json(const struct plan_audio *track)
{
    json_t *json = json_object();
    set_text(json, "id", track->id);
    set_text(json, "folder", track->folder);
    set_int(json, "stream_index", track->stream_index);
    set_text(json, "language", track->language);
    set_text(json, "name", track->name);
    set_bool(json, "is_default", track->is_default);
    set_int(json, "channels", track->channels);
    set_int(json, "sample_rate_hz", track->sample_rate_hz);
    set_int(json, "bitrate_bps", track->bitrate_bps);
    return json;
}

static json_t *grid_to_json(const struct segment_grid *grid)
{
    json_t *json = json_object();
    json_set_rational(json, "duration", grid->duration);
    json_set_rational(json, "segment_duration", grid->segment_duration);
    set_int(json, "segment_count", grid->segment_count);
    return json;
}

static json_t *spans_to_json(const struct plan *plan)
{
    json_t *json = json_array();
    for (size_t i = 0; i < plan->span_count; i++) {
        json_t *span = json_object();
        set_int(span, "first_segment", plan->spans[i].first_segment);
        set_int(span, "segment_count", plan->spans[i].segment_count);
        json_array_append_new(json, span);
    }
    return json;
}

static json_t *tier_to_json(const struct tier *tier)
{
    json_t *json = json_object();
    set_text(json, "decode", device_name(tier->decode));
    set_text(json, "scale", device_name(tier->scale));
    set_text(json, "encode", device_name(tier->encode));
    return json;
}

static json_t *notes_to_json(const struct plan *plan)
{
    json_t *json = json_array();
    for (size_t i = 0; i < plan->note_count; i++) {
        json_t *note = json_object();
        set_text(note, "kind", plan_note_kind_names[plan->notes[i].kind]);
        set_text(note, "subject", plan->notes[i].subject);
        set_text(note, "reason", plan->notes[i].reason);
        json_array_append_new(json, note);
    }
    return json;
}

json_t *plan_to_json(const struct plan *plan)
{
    json_t *json = json_object();
    json_t *video = json_array(), *audio = json_array();
    for (size_t i = 0; i < plan->video_count; i++)
        json_array_append_new(video, video_to_json(plan, &plan->video[i]));
    for (size_t i = 0; i < plan->audio_count; i++)
        json_array_append_new(audio, audio_to_json(&plan->audio[i]));
    set_bool(json, "has_video", plan->has_video);
    set_bool(json, "is_seekable", plan->is_seekable);
    json_set_rational(json, "source_start", plan->source_start);
    if (plan->has_video)
        json_object_set_new(json, "picture", picture_to_json(plan));
    json_object_set_new(json, "video", video);
    json_object_set_new(json, "audio", audio);
    json_object_set_new(json, "grid", grid_to_json(&plan->grid));
    json_object_set_new(json, "spans", spans_to_json(plan));
    json_object_set_new(json, "tier", tier_to_json(&plan->tier));
    json_object_set_new(json, "notes", notes_to_json(plan));
    return json;
}
