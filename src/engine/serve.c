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

// The whole of the work, between a parsed request and the last word. plan and
// options are NULL for a probe.
static bool serve_request(const struct message_request *request, const struct plan *plan,
                          struct run_options *options, struct err *err)
{
    int input_fd = ENGINE_INPUT_FD;
    int64_t size_bytes = 0;
    if (!input_size(input_fd, request->name, &size_bytes, err))
        return false;

    // ENGINE SANDBOX: the process locks itself in here. All that is needed from
    // the system is open, no thread runs yet, and not one byte of the untrusted
    // input has been looked at; nothing that opens anything may move below.

    struct watch *watch AUTO_FREE = mem_alloc(sizeof *watch);
    if (!watch_begin(watch, plan, err))
        return false;
    log_set_writer(send_log, watch);
    av_log_to_ours();
    struct counted_source counted = {.inner = byte_source_fd(&input_fd, size_bytes, request->name),
                                     .watch = watch};
    struct byte_source source = counted.inner;
    source.self = &counted;
    source.read_at = read_counted;

    if (options)
        options->cancel = &watch->is_cancelled;
    struct err failure = {0};
    AUTO(json_free)
    json_t *answer = plan ? answer_run(watch, &source, plan, options, &failure)
                          : answer_probe(&source, &failure);
    watch_end(watch);
    log_set_writer(NULL, NULL);
    // Whatever stopping broke first: it was the stopping.
    if (!answer && atomic_load(&watch->is_cancelled))
        err_set(&failure, ERR_CANCELLED, "stopped");
    if (!answer)
        answer = message_error_to_json(&failure);
    return watch_send(watch, answer, NULL, 0, err);
}

static bool serve_json(const json_t *json, struct err *err)
{
    struct message_request request;
    if (!message_request_from_json(json, &request, err))
        return false;
    log_setup(request.log_level, LOG_TEXT);
    if (!request.is_run)
        return serve_request(&request, NULL, NULL, err);

    AUTO(plan_done) struct plan plan = {0};
    AUTO(message_options_done) struct run_options options = {0};
    json_t *object = NULL;
    if (!json_get_object(json, "plan", &object, err) || !plan_from_json(object, &plan, err) ||
        !message_options_from_json(json, &plan, &options, err))
        return err_wrap(err, "engine request");
    return serve_request(&request, &plan, &options, err);
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
