// SPDX-License-Identifier: BSD-2-Clause
// What the engine says, to and from JSON. What it is asked is in message_request.c.
#include <string.h>

#include "src/base/json.h"
#include "src/engine/message_private.h"

#define STATS_FIELD(key, member) MESSAGE_COUNTER(struct run_stats, key, member)
static const struct message_counter stats_fields[] = {
    STATS_FIELD("decode_cpu_us", decode_cpu_us),
    STATS_FIELD("scale_cpu_us", scale_cpu_us),
    STATS_FIELD("encode_cpu_us", encode_cpu_us),
    STATS_FIELD("audio_cpu_us", audio_cpu_us),
    STATS_FIELD("damaged", damaged),
    STATS_FIELD("missing_frames", missing_frames),
    STATS_FIELD("peak_frame_bytes", peak_frame_bytes),
    STATS_FIELD("score_cpu_us", score_cpu_us),
    STATS_FIELD("frames_downloaded", frames_downloaded),
    STATS_FIELD("bytes_downloaded", bytes_downloaded),
};

#define SPAN_FIELD(key, member) MESSAGE_COUNTER(struct media_span_report, key, member)
static const struct message_counter span_fields[] = {
    SPAN_FIELD("frames", frames),
    SPAN_FIELD("duplicated_frames", duplicated_frames),
    SPAN_FIELD("dropped_frames", dropped_frames),
    SPAN_FIELD("damaged", damaged),
    SPAN_FIELD("silence_samples", silence_samples),
    SPAN_FIELD("encode_cpu_us", encode_cpu_us),
    SPAN_FIELD("frames_downloaded", frames_downloaded),
    SPAN_FIELD("score_frames", score.frames),
    SPAN_FIELD("score_sum", score.sum_millionths),
    SPAN_FIELD("score_min", score.min_millionths),
};

#define PROOF_FIELD(key, member) MESSAGE_COUNTER(struct prove_result, key, member)
static const struct message_counter proof_fields[] = {
    PROOF_FIELD("devices_opened", devices_opened),
    PROOF_FIELD("frames", frames),
    PROOF_FIELD("encoders_opened", encoders_opened),
    PROOF_FIELD("frames_downloaded", frames_downloaded),
    PROOF_FIELD("bytes_downloaded", bytes_downloaded),
    PROOF_FIELD("wall_us", wall_us),
};

static bool get_track(const json_t *json, const char **ret, struct err *err)
{
    if (!json_get_text(json, "track", ret, err))
        return false;
    return *ret || err_set(err, ERR_BUG, "\"track\" is null");
}

json_t *message_plain(const char *type)
{
    json_t *json = json_object();
    json_object_set_new(json, "type", json_string(type));
    return json;
}

json_t *message_init_to_json(const struct media_init *init)
{
    json_t *json = message_plain("init");
    json_object_set_new(json, "track", json_string(init->track_id));
    json_object_set_new(json, "codec", json_string(init->codec));
    message_set_int(json, "timescale", init->timescale_hz);
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
        !message_get_int(json, "timescale", 1, UINT32_MAX, &init.timescale_hz, err))
        return message_refuse(json, err);
    if (!init.codec || !is_codec_text(init.codec)) {
        err_set(err, ERR_BUG, "\"codec\" is no codecs string");
        return message_refuse(json, err);
    }
    *ret = init;
    return true;
}

json_t *message_segment_to_json(const struct media_segment *segment)
{
    json_t *json = message_plain("segment");
    json_object_set_new(json, "track", json_string(segment->track_id));
    message_set_int(json, "index", segment->index);
    message_set_int(json, "start", segment->start_ticks);
    message_set_int(json, "duration", segment->duration_ticks);
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
        !message_get_int(json, "index", 0, INT64_MAX, &segment.index, err) ||
        !message_get_int(json, "start", 0, most_ticks, &segment.start_ticks, err) ||
        !message_get_int(json, "duration", 1, most_ticks, &segment.duration_ticks, err) ||
        !json_get_array(json, "iframes", &rows, err))
        return message_refuse(json, err);
    segment.iframe_count = json_array_size(rows);
    if (segment.iframe_count > MESSAGE_IFRAMES_MAX) {
        err_set(err, ERR_BUG, "%zu iframes are too many", segment.iframe_count);
        return message_refuse(json, err);
    }
    for (size_t i = 0; i < segment.iframe_count; i++)
        if (!iframe_from_json(json_array_get(rows, i), &iframes[i], err))
            return message_refuse(json, err);
    *ret = segment;
    return true;
}

json_t *message_span_to_json(const struct media_span_report *report)
{
    json_t *json = message_plain("span");
    json_object_set_new(json, "track", json_string(report->track_id));
    message_set_int(json, "span", report->span);
    message_set_counters(json, span_fields, ARRAY_LEN(span_fields), report);
    return json;
}

bool message_span_from_json(const json_t *json, struct media_span_report *ret, struct err *err)
{
    struct media_span_report report = {0};
    if (!get_track(json, &report.track_id, err) ||
        !message_get_int(json, "span", -1, INT64_MAX, &report.span, err) ||
        !message_get_counters(json, span_fields, ARRAY_LEN(span_fields), &report, err))
        return message_refuse(json, err);
    *ret = report;
    return true;
}

json_t *message_progress_to_json(const struct message_progress *progress)
{
    json_t *json = message_plain("progress");
    json_object_set_new(json, "track", json_string(progress->track_id));
    message_set_int(json, "units", progress->units_done);
    return json;
}

bool message_progress_from_json(const json_t *json, struct message_progress *ret, struct err *err)
{
    struct message_progress progress = {0};
    if (!get_track(json, &progress.track_id, err) ||
        !message_get_int(json, "units", 0, INT64_MAX, &progress.units_done, err))
        return message_refuse(json, err);
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
        return message_refuse(json, err);
    return true;
}

json_t *message_stats_to_json(const struct run_stats *stats)
{
    json_t *json = message_plain("done");
    message_set_counters(json, stats_fields, ARRAY_LEN(stats_fields), stats);
    return json;
}

bool message_stats_from_json(const json_t *json, struct run_stats *ret, struct err *err)
{
    struct run_stats stats = {0};
    if (!message_get_counters(json, stats_fields, ARRAY_LEN(stats_fields), &stats, err))
        return message_refuse(json, err);
    *ret = stats;
    return true;
}

json_t *message_log_to_json(enum log_level level, const char *room, const char *text)
{
    json_t *json = message_plain("log");
    message_set_int(json, "level", level);
    json_object_set_new(json, "room", json_text_lossy(room));
    json_object_set_new(json, "text", json_text_lossy(text));
    return json;
}

bool message_log_from_json(const json_t *json, struct message_log *ret, struct err *err)
{
    int64_t level = 0;
    struct message_log log;
    if (!message_get_int(json, "level", LOG_ERROR, LOG_DEBUG, &level, err) ||
        !message_get_printable(json, "room", log.room, sizeof log.room, err) ||
        !message_get_printable(json, "text", log.text, sizeof log.text, err))
        return message_refuse(json, err);
    log.level = (enum log_level)level;
    *ret = log;
    return true;
}

static void set_failure(json_t *json, const struct err *failure)
{
    json_object_set_new(json, "kind", json_string(err_kind_name(failure->kind)));
    json_object_set_new(json, "text", json_text_lossy(failure->text));
}

static bool get_failure(const json_t *json, struct err *ret, struct err *err)
{
    const char *kind = NULL;
    struct err failure = {0};
    if (!json_get_text(json, "kind", &kind, err) ||
        !message_get_printable(json, "text", failure.text, sizeof failure.text, err))
        return false;
    failure.kind = err_kind_from_name(kind);
    *ret = failure;
    return true;
}

json_t *message_error_to_json(const struct err *failure)
{
    json_t *json = message_plain("error");
    set_failure(json, failure);
    return json;
}

bool message_error_from_json(const json_t *json, struct err *ret_failure, struct err *err)
{
    struct err failure = {0};
    if (!get_failure(json, &failure, err))
        return message_refuse(json, err);
    if (failure.kind == ERR_NONE)
        failure.kind = ERR_BUG;
    *ret_failure = failure;
    return true;
}

json_t *message_proved_to_json(const struct prove_result *result, const struct err *failure)
{
    json_t *json = message_plain("proved");
    message_set_counters(json, proof_fields, ARRAY_LEN(proof_fields), result);
    set_failure(json, failure);
    return json;
}

bool message_proved_from_json(const json_t *json, struct prove_result *ret, struct err *ret_failure,
                              struct err *err)
{
    struct prove_result result = {0};
    struct err failure = {0};
    if (!message_get_counters(json, proof_fields, ARRAY_LEN(proof_fields), &result, err) ||
        !get_failure(json, &failure, err))
        return message_refuse(json, err);
    if (result.encoders_opened > PLAN_VIDEO_MAX) {
        err_set(err, ERR_BUG, "%lld encoders are more than a plan has tracks",
                (long long)result.encoders_opened);
        return message_refuse(json, err);
    }
    *ret = result;
    *ret_failure = failure;
    return true;
}
