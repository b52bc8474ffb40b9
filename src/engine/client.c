// SPDX-License-Identifier: BSD-2-Clause
// One conversation with one engine process: the request, what comes back, and
// how it ends. Starting and reaping the process is in child.c, checking what it
// delivers in ledger.c.
#include "src/engine/client.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/log.h"
#include "src/engine/child.h"
#include "src/engine/ledger.h"
#include "src/engine/message.h"

#define CANCEL_GRACE_US (2 * INT64_C(1000000))
// After its last word an engine only has to exit; sanitizers and coverage write
// their reports then.
#define EXIT_GRACE_MS  5000
#define CLOSE_GRACE_MS 1000
// Facts of a source with every note there is room for stay far below this.
#define FROM_ENGINE_JSON_MAX_BYTES ((size_t)2 << 20)

struct talk {
    const struct engine_spec *spec;
    struct child child;
    struct protocol_link link;
    bool is_asking;     // the request is on its way
    bool is_finished;   // the engine has said its last word
    struct err failure; // which was this error
    int64_t waiting_since_us;
    int64_t cancelled_us; // 0: not cancelled

    struct source_facts *facts; // probe
    struct prove_result *proof; // proof
    struct ledger *ledger;      // run
    const struct media_sink *sink;
    struct run_stats *stats;
};

static bool is_cancelled(const struct engine_spec *spec)
{
    return spec->cancel && atomic_load(spec->cancel);
}

static bool give_up_now(void *self, struct err *err)
{
    (void)self;
    return err_set(err, ERR_TRANSIENT, "engine socket is full");
}

static void send_cancel(const struct talk *talk)
{
    struct protocol_link link = {.fd = talk->link.fd, .keep_waiting = give_up_now};
    AUTO(json_free) json_t *json = message_plain("cancel");
    // An engine that cannot take it is killed when its grace is over.
    protocol_link_send(&link, json, NULL, 0, NULL);
}

static bool keep_waiting(void *self, struct err *err)
{
    struct talk *talk = self;
    int64_t now_us = clock_monotonic_us();
    if (is_cancelled(talk->spec) && talk->cancelled_us == 0) {
        if (talk->is_asking)
            return err_set(err, ERR_CANCELLED, "stopped");
        talk->cancelled_us = now_us;
        send_cancel(talk);
    }
    if (talk->cancelled_us != 0 && now_us - talk->cancelled_us > CANCEL_GRACE_US)
        return err_set(err, ERR_CANCELLED, "stopped; the engine did not answer and was killed");
    int limit_s = talk->spec->stall_limit_s;
    if (limit_s > 0 && now_us - talk->waiting_since_us > limit_s * INT64_C(1000000))
        return err_set(err, ERR_DEVICE, "engine sent nothing for %d s", limit_s);
    return true;
}

static bool hear_facts(struct talk *talk, const json_t *json, const struct buf *payload,
                       struct err *err)
{
    (void)payload;
    talk->is_finished = true;
    return message_facts_from_json(json, talk->facts, err);
}

static bool check_stopping(const struct talk *talk, struct err *err)
{
    if (talk->failure.kind == ERR_CANCELLED && talk->cancelled_us == 0)
        return err_set(err, ERR_BUG, "engine stopped without being asked to: %s",
                       talk->failure.text);
    return true;
}

static bool hear_proved(struct talk *talk, const json_t *json, const struct buf *payload,
                        struct err *err)
{
    (void)payload;
    talk->is_finished = true;
    return message_proved_from_json(json, talk->proof, &talk->failure, err) &&
           check_stopping(talk, err);
}

static bool hear_init(struct talk *talk, const json_t *json, const struct buf *payload,
                      struct err *err)
{
    struct media_init init;
    bool is_new = false;
    if (!message_init_from_json(json, payload, &init, err) ||
        !ledger_add_init(talk->ledger, &init, &is_new, err))
        return false;
    return !is_new || talk->sink->init(talk->sink->self, &init, err);
}

static bool hear_segment(struct talk *talk, const json_t *json, const struct buf *payload,
                         struct err *err)
{
    struct media_segment segment;
    struct cmaf_iframe iframes[MESSAGE_IFRAMES_MAX];
    return message_segment_from_json(json, payload, iframes, &segment, err) &&
           ledger_add_segment(talk->ledger, &segment, err) &&
           talk->sink->segment(talk->sink->self, &segment, err);
}

static bool hear_span(struct talk *talk, const json_t *json, const struct buf *payload,
                      struct err *err)
{
    (void)payload;
    struct media_span_report report;
    return message_span_from_json(json, &report, err) &&
           ledger_add_span(talk->ledger, &report, err) &&
           talk->sink->span_done(talk->sink->self, &report, err);
}

static bool hear_progress(struct talk *talk, const json_t *json, const struct buf *payload,
                          struct err *err)
{
    (void)payload;
    struct message_progress progress;
    if (!message_progress_from_json(json, &progress, err) ||
        !ledger_knows_track(talk->ledger, progress.track_id, err))
        return false;
    if (talk->sink->progress)
        talk->sink->progress(talk->sink->self, progress.track_id, progress.units_done);
    return true;
}

static bool hear_done(struct talk *talk, const json_t *json, const struct buf *payload,
                      struct err *err)
{
    (void)payload;
    talk->is_finished = true;
    struct run_stats stats;
    if (!ledger_is_settled(talk->ledger, err) || !message_stats_from_json(json, &stats, err))
        return false;
    *talk->stats = stats;
    return true;
}

static bool hear_alive(struct talk *talk, const json_t *json, const struct buf *payload,
                       struct err *err)
{
    (void)talk;
    (void)json;
    (void)payload;
    (void)err;
    return true; // having come is all it says
}

static bool hear_log(struct talk *talk, const json_t *json, const struct buf *payload,
                     struct err *err)
{
    (void)talk;
    (void)payload;
    struct message_log log;
    if (!message_log_from_json(json, &log, err))
        return false;
    log_msg(log.level, log.room, "%s", log.text);
    return true;
}

static bool hear_error(struct talk *talk, const json_t *json, const struct buf *payload,
                       struct err *err)
{
    (void)payload;
    if (!message_error_from_json(json, &talk->failure, err))
        return false;
    talk->is_finished = true;
    return check_stopping(talk, err);
}

enum { IN_PROBE = 1, IN_PROOF = 2, IN_RUN = 4, IN_ALL = IN_PROBE | IN_PROOF | IN_RUN };

static const struct {
    const char *type;
    int heard_in;
    bool has_payload;
    bool (*hear)(struct talk *talk, const json_t *json, const struct buf *payload, struct err *err);
} handlers[] = {
    {"facts", IN_PROBE, false, hear_facts}, {"proved", IN_PROOF, false, hear_proved},
    {"init", IN_RUN, true, hear_init},      {"segment", IN_RUN, true, hear_segment},
    {"span", IN_RUN, false, hear_span},     {"progress", IN_RUN, false, hear_progress},
    {"done", IN_RUN, false, hear_done},     {"alive", IN_ALL, false, hear_alive},
    {"log", IN_ALL, false, hear_log},       {"error", IN_ALL, false, hear_error},
};

static bool hear(struct talk *talk, const json_t *json, const struct buf *payload, struct err *err)
{
    const char *type = protocol_type(json);
    int now = talk->ledger ? IN_RUN : talk->proof ? IN_PROOF : IN_PROBE;
    for (size_t i = 0; i < ARRAY_LEN(handlers); i++) {
        if (strcmp(handlers[i].type, type) != 0 || !(handlers[i].heard_in & now))
            continue;
        if (payload->size_bytes > 0 && !handlers[i].has_payload)
            return err_set(err, ERR_BUG, "engine message \"%s\" has a payload", type);
        return handlers[i].hear(talk, json, payload, err);
    }
    return err_set(err, ERR_BUG, "engine message \"%.32s\" is unexpected", type);
}

enum talk_end { TALK_FINISHED, TALK_GONE, TALK_BROKEN };

// Until the engine's last word, its end, or something that ends it.
static enum talk_end listen_to_engine(struct talk *talk, struct err *err)
{
    AUTO(buf_done) struct buf payload = {0};
    while (!talk->is_finished) {
        AUTO(json_free) json_t *json = NULL;
        // From here, not from the last message: the time the sink took is ours.
        talk->waiting_since_us = clock_monotonic_us();
        switch (protocol_link_receive(&talk->link, &json, &payload, err)) {
        case PROTOCOL_CLOSED:
            return TALK_GONE;
        case PROTOCOL_FAILED:
            return TALK_BROKEN;
        case PROTOCOL_MESSAGE:
            if (!hear(talk, json, &payload, err))
                return TALK_BROKEN;
        }
    }
    return TALK_FINISHED;
}

static enum talk_end ask(struct talk *talk, const json_t *request, struct err *err)
{
    struct err why = {0};
    talk->waiting_since_us = clock_monotonic_us();
    talk->is_asking = true;
    bool is_sent = protocol_link_send(&talk->link, request, NULL, 0, &why);
    talk->is_asking = false;
    // A peer that is gone may have said why before it went.
    if (is_sent || why.kind == ERR_TRANSIENT)
        return listen_to_engine(talk, err);
    if (err)
        *err = why;
    return TALK_BROKEN;
}

// The whole life of one engine. *ret_crashed: it ended without a last word.
static bool hold_talk(struct talk *talk, const json_t *request, struct engine_usage *usage,
                      bool *ret_crashed, struct err *err)
{
    static const int grace_ms[] = {
        [TALK_FINISHED] = EXIT_GRACE_MS, [TALK_GONE] = CLOSE_GRACE_MS, [TALK_BROKEN] = 0};
    *ret_crashed = false;
    if (is_cancelled(talk->spec))
        return err_set(err, ERR_CANCELLED, "stopped");
    if (!child_start(talk->spec, &talk->child, err))
        return false;
    talk->link = (struct protocol_link){.fd = talk->child.socket_fd,
                                        .json_max_bytes = FROM_ENGINE_JSON_MAX_BYTES,
                                        .keep_waiting = keep_waiting,
                                        .self = talk};
    enum talk_end how = ask(talk, request, err);
    struct child_end end = child_finish(&talk->child, grace_ms[how], usage);
    char text[96];
    child_end_describe(&end, text);
    if (how == TALK_BROKEN)
        return false;
    if (how == TALK_GONE) {
        if (is_cancelled(talk->spec))
            return err_set(err, ERR_CANCELLED, "stopped");
        *ret_crashed = true;
        return err_set(err, ERR_DEVICE, "engine died: %s",
                       end.was_killed ? "closed its socket without a result" : text);
    }
    if (talk->failure.kind != ERR_NONE) {
        if (err)
            *err = talk->failure;
        return false;
    }
    // The result is whole, so this is no failure; but it deserves to be seen.
    if (end.status != 0)
        log_msg(LOG_WARNING, "engine", "the engine ended badly after its work: %s",
                end.was_killed ? "it did not exit" : text);
    return true;
}

bool engine_probe(const struct engine_spec *spec, struct source_facts *ret_facts,
                  struct engine_usage *usage, struct err *err)
{
    const char *name = spec->input_name ? spec->input_name : "input";
    AUTO(json_free) json_t *request = message_probe_to_json(name);
    if (usage)
        *usage = (struct engine_usage){0};
    for (int attempt = 1;; attempt++) {
        struct err why = {0};
        struct talk talk = {.spec = spec, .facts = ret_facts};
        bool has_crashed = false;
        if (hold_talk(&talk, request, usage, &has_crashed, &why))
            return true;
        if (has_crashed && attempt == 1) {
            log_msg(LOG_WARNING, "engine", "%s: %s; trying once more", name, why.text);
            continue;
        }
        if (has_crashed)
            return err_set(err, ERR_INPUT, "%s: reading it crashed twice (%s)", name, why.text);
        if (err)
            *err = why;
        return false;
    }
}

bool engine_prove(const struct engine_spec *spec, const struct plan *plan, int device_number,
                  struct prove_result *ret, struct engine_usage *usage, struct err *err)
{
    AUTO(json_free)
    json_t *request = message_prove_to_json(spec->input_name, plan, device_number);
    if (usage)
        *usage = (struct engine_usage){0};
    *ret = (struct prove_result){0};
    struct talk talk = {.spec = spec, .proof = ret};
    bool has_crashed = false;
    bool ok = hold_talk(&talk, request, usage, &has_crashed, err);
    if (!ok && !talk.is_finished)
        ret->devices_opened = 1; // what it died of was there
    return ok;
}

bool engine_run(const struct engine_spec *spec, const struct plan *plan,
                const struct run_options *options, const struct media_sink *sink,
                struct run_stats *ret_stats, struct engine_usage *usage, struct err *err)
{
    AUTO(json_free) json_t *request = message_run_to_json(spec->input_name, plan, options);
    AUTO(ledger_free) struct ledger *ledger = ledger_new(plan, &options->done);
    if (usage)
        *usage = (struct engine_usage){0};
    struct talk talk = {.spec = spec, .ledger = ledger, .sink = sink, .stats = ret_stats};
    bool has_crashed = false;
    return hold_talk(&talk, request, usage, &has_crashed, err);
}
