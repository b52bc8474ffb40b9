// SPDX-License-Identifier: BSD-2-Clause
// What the engine is asked, to and from JSON.
#include <string.h>

#include "src/base/json.h"
#include "src/engine/message_private.h"

static const char *const request_types[REQUEST_COUNT] = {
    [REQUEST_PROBE] = "probe", [REQUEST_RUN] = "run", [REQUEST_PROVE] = "prove"};

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
    message_set_int(json, "jobs", options->jobs);
    message_set_int(json, "device_number", options->device_number);
    message_set_int(json, "memory_bytes", options->memory_bytes);
    json_object_set_new(json, "allow_damaged", json_boolean(options->allow_damaged));
    json_object_set_new(json, "score", json_string(score_kind_name(options->score)));
    json_object_set_new(json, "done_video",
                        bits_to_json(options->done.video, plan->span_count * plan->video_count));
    json_object_set_new(json, "done_audio", bits_to_json(options->done.audio, plan->audio_count));
    return json;
}

static json_t *request_new(enum message_request_kind kind, const char *name)
{
    json_t *json = message_plain(request_types[kind]);
    json_object_set_new(json, "name", json_text_lossy(name ? name : "input"));
    message_set_int(json, "log_level", log_get_level());
    return json;
}

json_t *message_probe_to_json(const char *name)
{
    return request_new(REQUEST_PROBE, name);
}

json_t *message_run_to_json(const char *name, const struct plan *plan,
                            const struct run_options *options)
{
    json_t *json = request_new(REQUEST_RUN, name);
    json_object_set_new(json, "plan", plan_to_json(plan));
    json_object_set_new(json, "options", options_to_json(plan, options));
    return json;
}

json_t *message_prove_to_json(const char *name, const struct plan *plan, int device_number)
{
    json_t *json = request_new(REQUEST_PROVE, name);
    json_object_set_new(json, "plan", plan_to_json(plan));
    message_set_int(json, "device_number", device_number);
    return json;
}

bool message_request_from_json(const json_t *json, struct message_request *ret, struct err *err)
{
    struct message_request request = {.kind = REQUEST_COUNT};
    int64_t level = 0;
    for (unsigned kind = 0; kind < REQUEST_COUNT; kind++)
        if (strcmp(protocol_type(json), request_types[kind]) == 0)
            request.kind = (enum message_request_kind)kind;
    if (request.kind == REQUEST_COUNT)
        return err_set(err, ERR_BUG, "engine: no such request: \"%s\"", protocol_type(json));
    if (!json_get_text_into(json, "name", request.name, sizeof request.name, err) ||
        !message_get_int(json, "log_level", LOG_ERROR, LOG_DEBUG, &level, err))
        return message_refuse(json, err);
    request.log_level = (enum log_level)level;
    *ret = request;
    return true;
}

static bool get_device_number(const json_t *json, int *ret, struct err *err)
{
    int64_t number = 0;
    if (!message_get_int(json, "device_number", 0, MESSAGE_DEVICE_NUMBER_MAX, &number, err))
        return false;
    *ret = (int)number;
    return true;
}

bool message_device_from_json(const json_t *json, int *ret_device_number, struct err *err)
{
    return get_device_number(json, ret_device_number, err) || message_refuse(json, err);
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
        !message_get_int(object, "jobs", 1, 4096, &jobs, err) ||
        !get_device_number(object, &options.device_number, err) ||
        !message_get_int(object, "memory_bytes", 0, INT64_MAX, &options.memory_bytes, err) ||
        !json_get_bool(object, "allow_damaged", &options.allow_damaged, err) ||
        !get_score(object, &options.score, err) ||
        !bits_from_json(object, "done_video", plan->span_count * plan->video_count,
                        &options.done.video, err) ||
        !bits_from_json(object, "done_audio", plan->audio_count, &options.done.audio, err)) {
        message_options_done(&options);
        return message_refuse(json, err);
    }
    options.jobs = (int)jobs;
    *ret = options;
    return true;
}
