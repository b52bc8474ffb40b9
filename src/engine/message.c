// SPDX-License-Identifier: BSD-2-Clause
// Messages to and from JSON.
#include "src/engine/message.h"

#include <string.h>

#include "src/base/json.h"

// Members of plain counters: one table row writes and reads one.
struct counter_field {
    const char *key;
    size_t offset;
};

#define STATS_FIELD(key, member)                                                                   \
    {                                                                                              \
        key, offsetof(struct run_stats, member)                                                    \
    }
static const struct counter_field stats_fields[] = {
    STATS_FIELD("decode_cpu_us", decode_cpu_us),
    STATS_FIELD("scale_cpu_us", scale_cpu_us),
    STATS_FIELD("encode_cpu_us", encode_cpu_us),
    STATS_FIELD("audio_cpu_us", audio_cpu_us),
    STATS_FIELD("damaged", damaged),
    STATS_FIELD("missing_frames", missing_frames),
    STATS_FIELD("peak_frame_bytes", peak_frame_bytes),
    STATS_FIELD("score_cpu_us", score_cpu_us),
};

#define SPAN_FIELD(key, member)                                                                    \
    {                                                                                              \
        key, offsetof(struct media_span_report, member)                                            \
    }
static const struct counter_field span_fields[] = {
    SPAN_FIELD("frames", frames),
    SPAN_FIELD("duplicated_frames", duplicated_frames),
    SPAN_FIELD("dropped_frames", dropped_frames),
    SPAN_FIELD("damaged", damaged),
    SPAN_FIELD("silence_samples", silence_samples),
    SPAN_FIELD("encode_cpu_us", encode_cpu_us),
    SPAN_FIELD("score_frames", score.frames),
    SPAN_FIELD("score_sum", score.sum_millionths),
    SPAN_FIELD("score_min", score.min_millionths),
};

static void set_int(json_t *json, const char *key, int64_t value)
{
    json_object_set_new(json, key, json_integer(value));
}

static void counters_to_json(json_t *json, const struct counter_field *fields, size_t count,
                             const void *from)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value;
        memcpy(&value, (const char *)from + fields[i].offset, sizeof value);
        set_int(json, fields[i].key, value);
    }
}

// What cannot be read is the fault of the program at the other end, never of the
// user's input: BUG, with the message's type in front.
static bool refuse(const json_t *json, struct err *err)
{
    if (err)
        err->kind = ERR_BUG;
    return err_wrap(err, "engine message \"%s\"", protocol_type(json));
}

static bool get_bounded(const json_t *json, const char *key, int64_t least, int64_t most,
                        int64_t *ret, struct err *err)
{
    int64_t value = 0;
    if (!json_get_int(json, key, &value, err))
        return false;
    if (value < least || value > most)
        return err_set(err, ERR_BUG, "\"%s\" is out of range: %lld", key, (long long)value);
    *ret = value;
    return true;
}

static bool counters_from_json(const json_t *json, const struct counter_field *fields, size_t count,
                               void *ret, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value = 0;
        if (!get_bounded(json, fields[i].key, 0, INT64_MAX, &value, err))
            return false;
        memcpy((char *)ret + fields[i].offset, &value, sizeof value);
    }
    return true;
}

static bool get_track(const json_t *json, const char **ret, struct err *err)
{
    if (!json_get_text(json, "track", ret, err))
        return false;
    return *ret || err_set(err, ERR_BUG, "\"track\" is null");
}

static void copy_printable(char *ret, size_t ret_size, const char *text)
{
    size_t length = 0;
    for (; text[length] && length + 1 < ret_size; length++) {
        unsigned char byte = (unsigned char)text[length];
        ret[length] = byte < 0x20 || byte == 0x7f ? '?' : text[length];
    }
    // Not in the middle of a UTF-8 sequence.
    while (text[length] && length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    ret[length] = '\0';
}

static bool get_printable(const json_t *json, const char *key, char *ret, size_t ret_size,
                          struct err *err)
{
    const char *text = NULL;
    if (!json_get_text(json, key, &text, err))
        return false;
    copy_printable(ret, ret_size, text ? text : "");
    return true;
}

json_t *message_plain(const char *type)
{
    json_t *json = json_object();
    json_object_set_new(json, "type", json_string(type));
    return json;
}

// --- to the engine ---------------------------------------------------------

static json_t *bits_to_json(const bool *bits, size_t count)
{
    if (!bits)
        return json_null();
    AUTO_FREE char *text = mem_alloc(count + 1);
    for (size_t i = 0; i < count; i++)
        text[i] = bits[i] ? '1' : '0';
    return json_string(text);
}

static bool bits_from_json(const json_t *json, const char *key, size_t count, bool **ret,
                           struct err *err)
{
    const char *text = NULL;
    if (!json_get_text(json, key, &text, err))
        return false;
    if (!text) {
        *ret = NULL;
        return true;
    }
    if (strlen(text) != count || strspn(text, "01") != count)
        return err_set(err, ERR_BUG, "\"%s\" is not %zu times 0 or 1", key, count);
    *ret = mem_alloc(count * sizeof **ret);
    for (size_t i = 0; i < count; i++)
        (*ret)[i] = text[i] == '1';
    return true;
}

static bool get_score(const json_t *json, enum score_kind *ret, struct err *err)
{
    const char *name = NULL;
    if (!json_get_text(json, "score", &name, err))
        return false;
    return (name && score_kind_find(name, ret)) || err_set(err, ERR_BUG, "\"score\" is of no kind");
}

static json_t *options_to_json(const struct plan *plan, const struct run_options *options)
{
    json_t *json = json_object();
    set_int(json, "jobs", options->jobs);
    set_int(json, "memory_bytes", options->memory_bytes);
    json_object_set_new(json, "allow_damaged", json_boolean(options->allow_damaged));
    json_object_set_new(json, "score", json_string(score_kind_name(options->score)));
    json_object_set_new(json, "done_video",
                        bits_to_json(options->done.video, plan->span_count * plan->video_count));
    json_object_set_new(json, "done_audio", bits_to_json(options->done.audio, plan->audio_count));
    return json;
}

json_t *message_request_to_json(const char *name, const struct plan *plan,
                                const struct run_options *options)
{
    json_t *json = message_plain(plan ? "run" : "probe");
    json_object_set_new(json, "name", json_text_lossy(name ? name : "input"));
    set_int(json, "log_level", log_get_level());
    if (plan) {
        json_object_set_new(json, "plan", plan_to_json(plan));
        json_object_set_new(json, "options", options_to_json(plan, options));
    }
    return json;
}

bool message_request_from_json(const json_t *json, struct message_request *ret, struct err *err)
{
    struct message_request request = {.is_run = strcmp(protocol_type(json), "run") == 0};
    int64_t level = 0;
    if (!request.is_run && strcmp(protocol_type(json), "probe") != 0)
        return err_set(err, ERR_BUG, "engine: no such request: \"%s\"", protocol_type(json));
    if (!json_get_text_into(json, "name", request.name, sizeof request.name, err) ||
        !get_bounded(json, "log_level", LOG_ERROR, LOG_DEBUG, &level, err))
        return refuse(json, err);
    request.log_level = (enum log_level)level;
    *ret = request;
    return true;
}

void message_options_done(struct run_options *options)
{
    MEM_FREE(options->done.video);
    MEM_FREE(options->done.audio);
}

bool message_options_from_json(const json_t *json, const struct plan *plan, struct run_options *ret,
                               struct err *err)
{
    json_t *object = NULL;
    int64_t jobs = 0;
    struct run_options options = {0};
    if (!json_get_object(json, "options", &object, err) ||
        !get_bounded(object, "jobs", 1, 4096, &jobs, err) ||
        !get_bounded(object, "memory_bytes", 0, INT64_MAX, &options.memory_bytes, err) ||
        !json_get_bool(object, "allow_damaged", &options.allow_damaged, err) ||
        !get_score(object, &options.score, err) ||
        !bits_from_json(object, "done_video", plan->span_count * plan->video_count,
                        &options.done.video, err) ||
        !bits_from_json(object, "done_audio", plan->audio_count, &options.done.audio, err)) {
        message_options_done(&options);
        return refuse(json, err);
    }
    options.jobs = (int)jobs;
    *ret = options;
    return true;
}

// --- from the engine -------------------------------------------------------

json_t *message_init_to_json(const struct media_init *init)
{
    json_t *json = message_plain("init");
    json_object_set_new(json, "track", json_string(init->track_id));
    json_object_set_new(json, "codec", json_string(init->codec));
    set_int(json, "timescale", init->timescale_hz);
    return json;
}

// RFC 6381 as it occurs here: it goes into manifests and so may hold nothing that
// means something there.
static bool is_codec_text(const char *text)
{
    size_t length =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
    return length > 0 && length < 64 && text[length] == '\0';
}

bool message_init_from_json(const json_t *json, const struct buf *payload, struct media_init *ret,
                            struct err *err)
{
    struct media_init init = {.data = payload->data, .size_bytes = payload->size_bytes};
    if (!get_track(json, &init.track_id, err) || !json_get_text(json, "codec", &init.codec, err) ||
        !get_bounded(json, "timescale", 1, UINT32_MAX, &init.timescale_hz, err))
        return refuse(json, err);
    if (!init.codec || !is_codec_text(init.codec)) {
        err_set(err, ERR_BUG, "\"codec\" is no codecs string");
        return refuse(json, err);
    }
    *ret = init;
    return true;
}

json_t *message_segment_to_json(const struct media_segment *segment)
{
    json_t *json = message_plain("segment");
    json_object_set_new(json, "track", json_string(segment->track_id));
    set_int(json, "index", segment->index);
    set_int(json, "start", segment->start_ticks);
    set_int(json, "duration", segment->duration_ticks);
    json_t *iframes = json_array();
    for (size_t i = 0; i < segment->iframe_count; i++) {
        const struct cmaf_iframe *iframe = &segment->iframes[i];
        json_array_append_new(iframes, json_pack("[I, I, I]", (json_int_t)iframe->start_ticks,
                                                 (json_int_t)iframe->offset_bytes,
                                                 (json_int_t)iframe->size_bytes));
    }
    json_object_set_new(json, "iframes", iframes);
    return json;
}

static bool iframe_from_json(const json_t *row, struct cmaf_iframe *ret, struct err *err)
{
    int64_t values[3];
    if (json_array_size(row) != ARRAY_LEN(values))
        return err_set(err, ERR_BUG, "an iframe is not [start, offset, size]");
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const json_t *value = json_array_get(row, i);
        values[i] = json_is_integer(value) ? json_integer_value(value) : -1;
        if (values[i] < 0)
            return err_set(err, ERR_BUG, "an iframe's value is out of range");
    }
    *ret = (struct cmaf_iframe){.start_ticks = values[0],
                                .offset_bytes = (uint64_t)values[1],
                                .size_bytes = (uint64_t)values[2]};
    return true;
}

bool message_segment_from_json(const json_t *json, const struct buf *payload,
                               struct cmaf_iframe *iframes, struct media_segment *ret,
                               struct err *err)
{
    // Far above any media time, and far enough from overflow to be added up.
    const int64_t most_ticks = INT64_C(1) << 60;
    struct media_segment segment = {
        .data = payload->data, .size_bytes = payload->size_bytes, .iframes = iframes};
    json_t *rows = NULL;
    if (!get_track(json, &segment.track_id, err) ||
        !get_bounded(json, "index", 0, INT64_MAX, &segment.index, err) ||
        !get_bounded(json, "start", 0, most_ticks, &segment.start_ticks, err) ||
        !get_bounded(json, "duration", 1, most_ticks, &segment.duration_ticks, err) ||
        !json_get_array(json, "iframes", &rows, err))
        return refuse(json, err);
    segment.iframe_count = json_array_size(rows);
    if (segment.iframe_count > MESSAGE_IFRAMES_MAX) {
        err_set(err, ERR_BUG, "%zu iframes are too many", segment.iframe_count);
        return refuse(json, err);
    }
    for (size_t i = 0; i < segment.iframe_count; i++)
        if (!iframe_from_json(json_array_get(rows, i), &iframes[i], err))
            return refuse(json, err);
    *ret = segment;
    return true;
}

json_t *message_span_to_json(const struct media_span_report *report)
{
    json_t *json = message_plain("span");
    json_object_set_new(json, "track", json_string(report->track_id));
    set_int(json, "span", report->span);
    counters_to_json(json, span_fields, ARRAY_LEN(span_fields), report);
    return json;
}

bool message_span_from_json(const json_t *json, struct media_span_report *ret, struct err *err)
{
    struct media_span_report report = {0};
    if (!get_track(json, &report.track_id, err) ||
        !get_bounded(json, "span", -1, INT64_MAX, &report.span, err) ||
        !counters_from_json(json, span_fields, ARRAY_LEN(span_fields), &report, err))
        return refuse(json, err);
    *ret = report;
    return true;
}

json_t *message_progress_to_json(const struct message_progress *progress)
{
    json_t *json = message_plain("progress");
    json_object_set_new(json, "track", json_string(progress->track_id));
    set_int(json, "units", progress->units_done);
    return json;
}

bool message_progress_from_json(const json_t *json, struct message_progress *ret, struct err *err)
{
    struct message_progress progress = {0};
    if (!get_track(json, &progress.track_id, err) ||
        !get_bounded(json, "units", 0, INT64_MAX, &progress.units_done, err))
        return refuse(json, err);
    *ret = progress;
    return true;
}

json_t *message_facts_to_json(const struct source_facts *facts)
{
    json_t *json = message_plain("facts");
    json_object_set_new(json, "facts", facts_to_json(facts));
    return json;
}

bool message_facts_from_json(const json_t *json, struct source_facts *ret, struct err *err)
{
    json_t *object = NULL;
    if (!json_get_object(json, "facts", &object, err) || !facts_from_json(object, ret, err))
        return refuse(json, err);
    return true;
}

json_t *message_stats_to_json(const struct run_stats *stats)
{
    json_t *json = message_plain("done");
    counters_to_json(json, stats_fields, ARRAY_LEN(stats_fields), stats);
    return json;
}

bool message_stats_from_json(const json_t *json, struct run_stats *ret, struct err *err)
{
    struct run_stats stats = {0};
    if (!counters_from_json(json, stats_fields, ARRAY_LEN(stats_fields), &stats, err))
        return refuse(json, err);
    *ret = stats;
    return true;
}

json_t *message_log_to_json(enum log_level level, const char *room, const char *text)
{
    json_t *json = message_plain("log");
    set_int(json, "level", level);
    json_object_set_new(json, "room", json_text_lossy(room));
    json_object_set_new(json, "text", json_text_lossy(text));
    return json;
}

bool message_log_from_json(const json_t *json, struct message_log *ret, struct err *err)
{
    int64_t level = 0;
    struct message_log log;
    if (!get_bounded(json, "level", LOG_ERROR, LOG_DEBUG, &level, err) ||
        !get_printable(json, "room", log.room, sizeof log.room, err) ||
        !get_printable(json, "text", log.text, sizeof log.text, err))
        return refuse(json, err);
    log.level = (enum log_level)level;
    *ret = log;
    return true;
}

json_t *message_error_to_json(const struct err *failure)
{
    json_t *json = message_plain("error");
    json_object_set_new(json, "kind", json_string(err_kind_name(failure->kind)));
    json_object_set_new(json, "text", json_text_lossy(failure->text));
    return json;
}

bool message_error_from_json(const json_t *json, struct err *ret_failure, struct err *err)
{
    const char *kind = NULL;
    struct err failure = {0};
    if (!json_get_text(json, "kind", &kind, err) ||
        !get_printable(json, "text", failure.text, sizeof failure.text, err))
        return refuse(json, err);
    failure.kind = err_kind_from_name(kind);
    if (failure.kind == ERR_NONE)
        failure.kind = ERR_BUG;
    *ret_failure = failure;
    return true;
}
