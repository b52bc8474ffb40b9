// SPDX-License-Identifier: BSD-2-Clause
// The engine process: one request in, its answer out. What the request means is
// the media room's; here it gets its input, its sink and its way to be stopped.
#include "src/engine/serve.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/log.h"
#include "src/engine/message.h"
#include "src/engine/watch.h"
#include "src/media/av_log.h"
#include "src/media/probe.h"
#include "src/media/prove.h"

// The input, with every byte read counted as work that moves. A cancelled engine
// reads nothing more, which ends a probe or a scan within one read.
struct counted_source {
    struct byte_source inner;
    struct watch *watch;
};

static int64_t read_counted(void *self, int64_t offset, void *data, size_t size_bytes)
{
    struct counted_source *source = self;
    if (atomic_load(&source->watch->is_cancelled)) {
        errno = ECANCELED;
        return -1;
    }
    int64_t got = source->inner.read_at(source->inner.self, offset, data, size_bytes);
    if (got > 0)
        watch_moved(source->watch, got);
    return got;
}

static bool input_size(int fd, const char *name, int64_t *ret_size_bytes, struct err *err)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return err_set(err, ERR_TRANSIENT, "%s: %s", name, strerror(errno));
    int64_t size = S_ISREG(status.st_mode) ? status.st_size : lseek(fd, 0, SEEK_END);
    if (size < 0)
        return err_set(err, ERR_INPUT, "%s: cannot be read at any place: %s", name,
                       strerror(errno));
    *ret_size_bytes = size;
    return true;
}

static bool send_init(void *self, const struct media_init *init, struct err *err)
{
    AUTO(json_free) json_t *json = message_init_to_json(init);
    return watch_send(self, json, init->data, init->size_bytes, err);
}

static bool send_segment(void *self, const struct media_segment *segment, struct err *err)
{
    AUTO(json_free) json_t *json = message_segment_to_json(segment);
    return watch_send(self, json, segment->data, segment->size_bytes, err);
}

static bool send_span(void *self, const struct media_span_report *report, struct err *err)
{
    AUTO(json_free) json_t *json = message_span_to_json(report);
    return watch_send(self, json, NULL, 0, err);
}

static void note_progress(void *self, const char *track_id, int64_t units_done)
{
    watch_progress(self, track_id, units_done);
}

static void send_log(void *self, enum log_level level, const char *room, const char *text)
{
    AUTO(json_free) json_t *json = message_log_to_json(level, room, text);
    watch_send(self, json, NULL, 0, NULL);
}

static json_t *answer_probe(const struct byte_source *source, struct err *err)
{
    struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
    return probe_source(source, facts, err) ? message_facts_to_json(facts) : NULL;
}

static json_t *answer_run(struct watch *watch, const struct byte_source *source,
                          const struct plan *plan, const struct run_options *options,
                          struct err *err)
{
    const struct media_sink sink = {.self = watch,
                                    .init = send_init,
                                    .segment = send_segment,
                                    .span_done = send_span,
                                    .progress = note_progress};
    struct run_stats stats = {0};
    return run_plan(source, plan, options, &sink, &stats, err) ? message_stats_to_json(&stats)
                                                               : NULL;
}

// A proof that failed is an answer as well. NULL when it was stopped.
static json_t *answer_prove(const struct watch *watch, const struct byte_source *source,
                            const struct plan *plan, const struct prove_options *options)
{
    struct prove_result result = {0};
    struct err failure = {0};
    bool ok = prove_plan(source, plan, options, &result, &failure);
    if (!ok && atomic_load(&watch->is_cancelled))
        return NULL;
    if (ok)
        failure = (struct err){0};
    return message_proved_to_json(&result, &failure);
}

// A request with all that belongs to it.
struct work {
    struct message_request request;
    struct plan plan;           // run, prove
    struct run_options run;     // run
    struct prove_options prove; // prove
};

static void work_done(struct work *work)
{
    plan_done(&work->plan);
    message_options_done(&work->run);
}

static bool work_from_json(const json_t *json, struct work *work, struct err *err)
{
    json_t *object = NULL;
    if (!message_request_from_json(json, &work->request, err))
        return false;
    if (work->request.kind == REQUEST_PROBE)
        return true;
    if (!json_get_object(json, "plan", &object, err) || !plan_from_json(object, &work->plan, err))
        return err_wrap(err, "engine request");
    bool ok = work->request.kind == REQUEST_RUN
                  ? message_options_from_json(json, &work->plan, &work->run, err)
                  : message_device_from_json(json, &work->prove.device_number, err);
    return ok || err_wrap(err, "engine request");
}

static json_t *answer(struct watch *watch, const struct byte_source *source, struct work *work,
                      struct err *err)
{
    switch (work->request.kind) {
    case REQUEST_RUN:
        work->run.cancel = &watch->is_cancelled;
        return answer_run(watch, source, &work->plan, &work->run, err);
    case REQUEST_PROVE:
        work->prove.cancel = &watch->is_cancelled;
        return answer_prove(watch, source, &work->plan, &work->prove);
    case REQUEST_PROBE:
    case REQUEST_COUNT:
        break;
    }
    return answer_probe(source, err);
}

// The whole of the work, between a parsed request and the last word.
static bool serve_work(struct work *work, struct err *err)
{
    int input_fd = ENGINE_INPUT_FD;
    int64_t size_bytes = 0;
    const char *name = work->request.name;
    if (!input_size(input_fd, name, &size_bytes, err))
        return false;

    // ENGINE SANDBOX: the process locks itself in here. All that is needed from
    // the system is open, no thread runs yet, and not one byte of the untrusted
    // input has been looked at; nothing that opens anything may move below.

    struct watch *watch AUTO_FREE = mem_alloc(sizeof *watch);
    if (!watch_begin(watch, work->request.kind == REQUEST_RUN ? &work->plan : NULL, err))
        return false;
    log_set_writer(send_log, watch);
    av_log_to_ours();
    struct counted_source counted = {.inner = byte_source_fd(&input_fd, size_bytes, name),
                                     .watch = watch};
    struct byte_source source = counted.inner;
    source.self = &counted;
    source.read_at = read_counted;

    struct err failure = {0};
    AUTO(json_free) json_t *last_word = answer(watch, &source, work, &failure);
    watch_end(watch);
    log_set_writer(NULL, NULL);
    // Whatever stopping broke first: it was the stopping.
    if (!last_word && atomic_load(&watch->is_cancelled))
        err_set(&failure, ERR_CANCELLED, "stopped");
    if (!last_word)
        last_word = message_error_to_json(&failure);
    return watch_send(watch, last_word, NULL, 0, err);
}

static bool serve_json(const json_t *json, struct err *err)
{
    AUTO(work_done) struct work work = {0};
    if (!work_from_json(json, &work, err))
        return false;
    log_setup(work.request.log_level, LOG_TEXT);
    return serve_work(&work, err);
}

int engine_serve(void)
{
    struct err err = {0};
    // Pictures and encoders go back to the system when a span is done. Left alone,
    // glibc keeps them on its heaps, where the next span's do not fit.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    // Started by hand, descriptors 3 and 4 could be anything.
    if (!getenv("RUNG_ENGINE")) {
        log_msg(LOG_WARNING, "engine", "`rung engine` is started by rung itself, not by hand");
        return err_kind_exit_code(ERR_CONFIG);
    }
    AUTO(json_free) json_t *json = NULL;
    AUTO(buf_done) struct buf payload = {0};
    switch (protocol_receive(ENGINE_SOCKET_FD, &json, &payload, &err)) {
    case PROTOCOL_CLOSED: // before it asked anything
        return err_kind_exit_code(ERR_CANCELLED);
    case PROTOCOL_FAILED:
        break;
    case PROTOCOL_MESSAGE:
        if (serve_json(json, &err))
            return 0;
    }
    json_t *answer AUTO(json_free) = message_error_to_json(&err);
    protocol_send(ENGINE_SOCKET_FD, answer, NULL, 0, NULL);
    return err_kind_exit_code(err.kind);
}
