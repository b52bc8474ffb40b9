// SPDX-License-Identifier: BSD-2-Clause
// Source facts as JSON, both ways. The engine process writes them and the supervisor
// reads them: what is read is checked, since the writer may have been led astray.
#include "src/media/facts.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"

enum field_kind { FIELD_INT, FIELD_INT64, FIELD_BOOL, FIELD_TEXT, FIELD_RATIONAL };

// One row per member: the reader and the writer cannot disagree.
struct field {
    const char *key;
    enum field_kind kind;
    size_t offset;
    size_t size; // of a text
    int64_t least;
    int64_t most;
};

#define INT_ROW(type, name, least, most)                                                           \
    {                                                                                              \
#name, FIELD_INT, offsetof(struct type, name), 0, least, most                              \
    }
#define INT64_ROW(type, name, least)                                                               \
    {                                                                                              \
#name, FIELD_INT64, offsetof(struct type, name), 0, least, INT64_MAX                       \
    }
#define BOOL_ROW(type, name)                                                                       \
    {                                                                                              \
#name, FIELD_BOOL, offsetof(struct type, name), 0, 0, 0                                    \
    }
#define TEXT_ROW(type, name)                                                                       \
    {                                                                                              \
#name, FIELD_TEXT, offsetof(struct type, name), sizeof(((struct type *)0)->name), 0, 0     \
    }
#define RATIONAL_ROW(type, name)                                                                   \
    {                                                                                              \
#name, FIELD_RATIONAL, offsetof(struct type, name), 0, 0, 0                                \
    }

static const struct field video_fields[] = {
    INT_ROW(video_facts, stream_index, 0, 1000),
    TEXT_ROW(video_facts, codec),
    TEXT_ROW(video_facts, profile),
    INT_ROW(video_facts, coded_width_px, 1, 65536),
    INT_ROW(video_facts, coded_height_px, 1, 65536),
    RATIONAL_ROW(video_facts, sample_aspect),
    INT_ROW(video_facts, rotation_deg, 0, 270),
    BOOL_ROW(video_facts, is_mirrored),
    INT_ROW(video_facts, display_width_px, 1, 1 << 21),
    INT_ROW(video_facts, display_height_px, 1, 1 << 21),
    TEXT_ROW(video_facts, pixel_format),
    INT_ROW(video_facts, bit_depth, 1, 64),
    BOOL_ROW(video_facts, is_full_range),
    INT_ROW(video_facts, colour_primaries, 0, 255),
    INT_ROW(video_facts, transfer_characteristics, 0, 255),
    INT_ROW(video_facts, matrix_coefficients, 0, 255),
    INT_ROW(video_facts, chroma_location, 0, 16),
    BOOL_ROW(video_facts, is_interlaced),
    BOOL_ROW(video_facts, is_hdr),
    RATIONAL_ROW(video_facts, frame_rate),
    INT64_ROW(video_facts, frame_count, 1),
    RATIONAL_ROW(video_facts, first_time),
    RATIONAL_ROW(video_facts, end_time),
    INT64_ROW(video_facts, keyframe_count, 0),
    RATIONAL_ROW(video_facts, longest_keyframe_gap),
    INT64_ROW(video_facts, packets_before_first_key, 0),
};

static const struct field audio_fields[] = {
    INT_ROW(audio_facts, stream_index, 0, 1000),
    TEXT_ROW(audio_facts, codec),
    TEXT_ROW(audio_facts, profile),
    INT_ROW(audio_facts, channels, 1, 64),
    TEXT_ROW(audio_facts, layout),
    INT_ROW(audio_facts, sample_rate_hz, 1, 10000000),
    TEXT_ROW(audio_facts, language),
    TEXT_ROW(audio_facts, title),
    BOOL_ROW(audio_facts, is_default),
    RATIONAL_ROW(audio_facts, first_time),
    RATIONAL_ROW(audio_facts, end_time),
    INT64_ROW(audio_facts, packet_count, 0),
};

static const struct field source_fields[] = {
    TEXT_ROW(source_facts, container),    INT64_ROW(source_facts, size_bytes, -1),
    BOOL_ROW(source_facts, is_seekable),  BOOL_ROW(source_facts, has_discontinuities),
    BOOL_ROW(source_facts, is_truncated), TEXT_ROW(source_facts, truncated_text),
};

static const char *const timing_names[] = {
    [TIMING_CONSTANT] = "constant",
    [TIMING_VARIABLE] = "variable",
    [TIMING_COUNTED] = "counted",
};

void facts_note(struct source_facts *facts, const char *fmt, ...)
{
    if (facts->note_count == FACTS_NOTES_MAX)
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(facts->notes[facts->note_count++].text, sizeof facts->notes[0].text, fmt, args);
    va_end(args);
}

static json_t *field_write(const struct field *field, const char *base)
{
    const void *at = base + field->offset;
    char text[48];
    switch (field->kind) {
    case FIELD_INT:
        return json_integer(*(const int *)at);
    case FIELD_INT64:
        return json_integer(*(const int64_t *)at);
    case FIELD_BOOL:
        return json_boolean(*(const bool *)at);
    case FIELD_TEXT:
        return json_text_lossy(at);
    case FIELD_RATIONAL:
        rational_format(*(const struct rational *)at, text);
        return json_string(text);
    }
    return json_null();
}

static json_t *fields_write(const struct field *fields, size_t count, const void *from)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, fields[i].key, field_write(&fields[i], from));
    return object;
}

static bool field_read_int(const struct field *field, const json_t *object, int64_t *ret,
                           struct err *err)
{
    if (!json_get_int(object, field->key, ret, err))
        return false;
    if (*ret < field->least || *ret > field->most)
        return err_set(err, ERR_INPUT, "%s: %lld is out of range", field->key, (long long)*ret);
    return true;
}

static bool field_read(const struct field *field, const json_t *object, char *base, struct err *err)
{
    void *at = base + field->offset;
    int64_t value;
    switch (field->kind) {
    case FIELD_INT:
        if (!field_read_int(field, object, &value, err))
            return false;
        *(int *)at = (int)value;
        return true;
    case FIELD_INT64:
        return field_read_int(field, object, at, err);
    case FIELD_BOOL:
        return json_get_bool(object, field->key, at, err);
    case FIELD_TEXT:
        return json_get_text_into(object, field->key, at, field->size, err);
    case FIELD_RATIONAL:
        return json_get_rational(object, field->key, at, err);
    }
    return err_set(err, ERR_BUG, "%s: no such kind of field", field->key);
}

static bool fields_read(const struct field *fields, size_t count, const json_t *object, void *to,
                        struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!field_read(&fields[i], object, to, err))
            return false;
    return true;
}

json_t *facts_to_json(const struct source_facts *facts)
{
    json_t *object = fields_write(source_fields, ARRAY_LEN(source_fields), facts);
    if (facts->has_video) {
        json_t *video = fields_write(video_fields, ARRAY_LEN(video_fields), &facts->video);
        json_object_set_new(video, "timing", json_string(timing_names[facts->video.timing]));
        json_object_set_new(object, "video", video);
    }
    json_t *audio = json_array();
    for (size_t i = 0; i < facts->audio_count; i++)
        json_array_append_new(
            audio, fields_write(audio_fields, ARRAY_LEN(audio_fields), &facts->audio[i]));
    json_object_set_new(object, "audio", audio);
    json_t *notes = json_array();
    for (size_t i = 0; i < facts->note_count; i++)
        json_array_append_new(notes, json_text_lossy(facts->notes[i].text));
    json_object_set_new(object, "notes", notes);
    return object;
}

// What the planner divides by and multiplies with must make sense.
static bool video_check(const struct video_facts *video, struct err *err)
{
    if (video->frame_rate.num <= 0 || video->sample_aspect.num <= 0)
        return err_set(err, ERR_INPUT, "frame_rate and sample_aspect must be positive");
    if (video->rotation_deg % 90 != 0)
        return err_set(err, ERR_INPUT, "rotation_deg must be a multiple of 90");
    if (rational_cmp(video->end_time, video->first_time) <= 0)
        return err_set(err, ERR_INPUT, "end_time must be after first_time");
    return true;
}

static bool video_read(const json_t *object, struct video_facts *video, struct err *err)
{
    const char *timing;
    if (!fields_read(video_fields, ARRAY_LEN(video_fields), object, video, err) ||
        !json_get_text(object, "timing", &timing, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(timing_names); i++) {
        if (timing && strcmp(timing, timing_names[i]) == 0) {
            video->timing = (enum facts_timing)i;
            return video_check(video, err);
        }
    }
    return err_set(err, ERR_INPUT, "timing: '%s' is unknown", timing ? timing : "null");
}

static bool audio_read(const json_t *object, struct source_facts *facts, struct err *err)
{
    json_t *list;
    if (!json_get_array(object, "audio", &list, err))
        return false;
    facts->audio_count = json_array_size(list);
    if (facts->audio_count > FACTS_AUDIO_MAX)
        return err_set(err, ERR_INPUT, "audio: %zu streams are too many", facts->audio_count);
    for (size_t i = 0; i < facts->audio_count; i++)
        if (!fields_read(audio_fields, ARRAY_LEN(audio_fields), json_array_get(list, i),
                         &facts->audio[i], err))
            return err_wrap(err, "audio %zu", i);
    return true;
}

static bool notes_read(const json_t *object, struct source_facts *facts, struct err *err)
{
    json_t *list;
    if (!json_get_array(object, "notes", &list, err))
        return false;
    if (json_array_size(list) > FACTS_NOTES_MAX)
        return err_set(err, ERR_INPUT, "notes: %zu are too many", json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text)
            return err_set(err, ERR_INPUT, "notes: %zu is not a text", i);
        facts_note(facts, "%s", text);
    }
    return true;
}

bool facts_from_json(const json_t *json, struct source_facts *ret_facts, struct err *err)
{
    // Large for a stack, and the result is only written when all of it is good.
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    const json_t *video = json_object_get(json, "video");
    facts->has_video = video != NULL;
    if (!fields_read(source_fields, ARRAY_LEN(source_fields), json, facts, err) ||
        !audio_read(json, facts, err) || !notes_read(json, facts, err))
        return err_wrap(err, "source facts");
    if (video && !video_read(video, &facts->video, err))
        return err_wrap(err, "source facts: video");
    *ret_facts = *facts;
    return true;
}
