// SPDX-License-Identifier: BSD-2-Clause
// The real engine end and the real client with a media room between them that is
// made for the test: probe_source and run_plan below take the place of the real
// ones and do what the input's first line says.
#include "src/engine/serve.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/log.h"
#include "src/engine/child.h"
#include "src/engine/message.h"
#include "src/media/probe.h"
#include "tests/unit/engine/sample_plan.h"

// --- the media room, in the engine process ----------------------------------

static const uint8_t big[3 << 20] = {1, 2, 3};

static bool make_track(const struct media_sink *sink, const char *id, int64_t spans,
                       struct err *err)
{
    static const struct plan_span both[] = {{0, 3}, {3, 2}};
    struct media_init init = {id, "avc1.640028", 24000, big, 100};
    if (!sink->init(sink->self, &init, err))
        return false;
    for (int64_t span = 0; span < spans; span++) {
        for (int64_t i = 0; i < both[span].segment_count; i++) {
            int64_t index = both[span].first_segment + i;
            struct media_segment segment = {.track_id = id,
                                            .index = index,
                                            .start_ticks = index * SAMPLE_SEGMENT_TICKS,
                                            .duration_ticks = index == SAMPLE_SEGMENTS - 1
                                                                  ? SAMPLE_LAST_TICKS
                                                                  : SAMPLE_SEGMENT_TICKS,
                                            .data = big,
                                            .size_bytes = sizeof big};
            sink->progress(sink->self, id, index + 1);
            if (!sink->segment(sink->self, &segment, err))
                return false;
        }
        struct media_span_report report = {.track_id = id, .span = id[0] == 'h' ? span : -1};
        if (!sink->span_done(sink->self, &report, err))
            return false;
    }
    return true;
}

struct making {
    const struct media_sink *sink;
    const char *id;
    int64_t spans;
    bool ok;
};

static void *make_main(void *self)
{
    struct making *making = self;
    log_msg(LOG_INFO, "media", "making %s", making->id);
    making->ok = make_track(making->sink, making->id, making->spans, NULL);
    return NULL;
}

// From three threads at once, as the pipeline does.
static bool make_all(const struct media_sink *sink, struct err *err)
{
    struct making all[] = {{sink, "h264-360p", SAMPLE_SPANS, false},
                           {sink, "h264-180p", SAMPLE_SPANS, false},
                           {sink, "en-aac-stereo", 1, false}};
    pthread_t threads[ARRAY_LEN(all)];
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        pthread_create(&threads[i], NULL, make_main, &all[i]);
    bool ok = true;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        pthread_join(threads[i], NULL);
        ok = ok && all[i].ok;
    }
    return ok || err_set(err, ERR_BUG, "the sink failed");
}

static bool read_slowly(const struct byte_source *source, struct err *err)
{
    for (int i = 0; i < 15; i++) {
        uint8_t byte;
        if (source->read_at(source->self, 0, &byte, 1) != 1)
            return err_set(err, ERR_INPUT, "read failed");
        usleep(200000);
    }
    return true;
}

bool run_plan(const struct byte_source *source, const struct plan *plan,
              const struct run_options *options, const struct media_sink *sink,
              struct run_stats *ret_stats, struct err *err)
{
    char part[32] = "";
    if (source->read_at(source->self, 0, part, sizeof part - 1) <= 0)
        return err_set(err, ERR_INPUT, "%s: empty", source->name);
    *ret_stats = (struct run_stats){.damaged = 5};
    if (strcmp(part, "whole") == 0)
        return make_all(sink, err);
    if (strcmp(part, "flood") == 0) {
        int64_t begin_us = clock_monotonic_us();
        for (int64_t i = 0; clock_monotonic_us() - begin_us < 1500000; i++)
            sink->progress(sink->self, plan->video[0].id, i);
        sink->progress(sink->self, plan->video[0].id, 777);
        return make_all(sink, err);
    }
    if (strcmp(part, "slow") == 0)
        return read_slowly(source, err) && make_all(sink, err);
    if (strcmp(part, "look") == 0)
        return err_set(err, ERR_INPUT, "%s: %s %s jobs %d done %d%d%d%d size %lld", source->name,
                       plan->video[1].id, options->allow_damaged ? "damaged" : "strict",
                       options->jobs, options->done.video[0], options->done.video[1],
                       options->done.video[2], options->done.video[3],
                       (long long)source->size_bytes);
    if (strcmp(part, "cancel") == 0) {
        sink->init(sink->self, &(struct media_init){plan->video[0].id, "a", 24000, big, 9}, err);
        while (!atomic_load(options->cancel))
            usleep(1000);
        return err_set(err, ERR_CANCELLED, "run: stopped");
    }
    for (;;) // "hang"
        pause();
}

bool probe_source(const struct byte_source *source, struct source_facts *ret_facts, struct err *err)
{
    char part[32] = "";
    source->read_at(source->self, 0, part, sizeof part - 1);
    if (strcmp(part, "read on") == 0) {
        uint8_t byte;
        while (source->read_at(source->self, 0, &byte, 1) == 1)
            continue;
        return err_set(err, ERR_INPUT, "%s: read failed", source->name);
    }
    if (strcmp(part, "warn") == 0) {
        log_msg(LOG_WARNING, "media", "the second stream is odd");
        return err_set(err, ERR_INPUT, "%s: not media", source->name);
    }
    memset(ret_facts, 0, sizeof *ret_facts);
    snprintf(ret_facts->container, sizeof ret_facts->container, "matroska,webm");
    ret_facts->size_bytes = source->size_bytes;
    return true;
}

// --- the supervisor's side --------------------------------------------------

static int input_open(const char *part)
{
    char text[32] = "";
    int fd = memfd_create("input", MFD_CLOEXEC);
    assert_true(fd >= 0);
    snprintf(text, sizeof text, "%s", part);
    assert_int_equal(pwrite(fd, text, sizeof text, 0), sizeof text);
    return fd;
}

struct heard {
    int inits;
    int segments;
    int spans;
    int progress;
    int64_t last_units;
    atomic_bool *cancel;
};

static bool hear_init(void *self, const struct media_init *init, struct err *err)
{
    (void)err;
    struct heard *heard = self;
    heard->inits += init->size_bytes > 0;
    if (heard->cancel)
        atomic_store(heard->cancel, true);
    return true;
}

static bool hear_segment(void *self, const struct media_segment *segment, struct err *err)
{
    (void)err;
    ((struct heard *)self)->segments +=
        segment->size_bytes == sizeof big && memcmp(segment->data, big, sizeof big) == 0;
    return true;
}

static bool hear_span(void *self, const struct media_span_report *report, struct err *err)
{
    (void)err;
    ((struct heard *)self)->spans += report->frames == 0;
    return true;
}

static void hear_progress(void *self, const char *track_id, int64_t units_done)
{
    struct heard *heard = self;
    if (strcmp(track_id, "h264-360p") == 0) {
        heard->progress++;
        heard->last_units = units_done;
    }
}

static bool run_part(const char *part, int stall_limit_s, const struct run_options *options,
                     const atomic_bool *cancel, struct heard *heard, struct run_stats *ret_stats,
                     struct err *err)
{
    int fd = input_open(part);
    AUTO(plan_done) struct plan plan;
    sample_plan_init(&plan);
    struct engine_spec spec = {
        .input_fd = fd, .input_name = "a.mp4", .stall_limit_s = stall_limit_s, .cancel = cancel};
    struct media_sink sink = {.self = heard,
                              .init = hear_init,
                              .segment = hear_segment,
                              .span_done = hear_span,
                              .progress = hear_progress};
    bool ok = engine_run(&spec, &plan, options, &sink, ret_stats, NULL, err);
    close(fd);
    return ok;
}

static void a_run_reaches_the_sink_whole(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct run_options options = {.jobs = 1};
    struct run_stats stats = {0};
    struct err err = {0};
    if (!run_part("whole", 30, &options, NULL, &heard, &stats, &err))
        fail_msg("%s", err.text);
    assert_int_equal(heard.inits, 3);
    // The audio track of this room makes only its first three.
    assert_int_equal(heard.segments, 2 * SAMPLE_SEGMENTS + 3);
    assert_int_equal(heard.spans, 2 * SAMPLE_SPANS + 1);
    assert_int_equal(heard.last_units, SAMPLE_SEGMENTS);
    assert_int_equal(stats.damaged, 5);
}

static void plan_and_options_reach_the_pipeline(void **state)
{
    (void)state;
    struct heard heard = {0};
    bool done[4] = {false, true, true, false};
    struct run_options options = {.jobs = 3, .allow_damaged = true, .done = {.video = done}};
    struct run_stats stats;
    struct err err = {0};
    assert_false(run_part("look", 30, &options, NULL, &heard, &stats, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(err.text, "a.mp4: h264-180p damaged jobs 3 done 0110 size 32");
}

static void progress_is_at_most_ten_a_second_and_ends_with_the_last(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct run_options options = {.jobs = 1};
    struct run_stats stats;
    struct err err = {0};
    int64_t begin_us = clock_monotonic_us();
    assert_true(run_part("flood", 30, &options, NULL, &heard, &stats, &err));
    int64_t wall_us = clock_monotonic_us() - begin_us;
    assert_true(heard.progress >= 3);
    assert_true(heard.progress <= wall_us / 100000 + 2);
    assert_int_equal(heard.last_units, SAMPLE_SEGMENTS);
}

static void work_without_messages_is_no_stall(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct run_options options = {.jobs = 1};
    struct run_stats stats;
    struct err err = {0};
    if (!run_part("slow", 2, &options, NULL, &heard, &stats, &err))
        fail_msg("%s", err.text);
}

static void a_hung_pipeline_is_seen_though_the_watch_thread_lives(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct run_options options = {.jobs = 1};
    struct run_stats stats;
    struct err err = {0};
    int64_t begin_us = clock_monotonic_us();
    assert_false(run_part("hang", 3, &options, NULL, &heard, &stats, &err));
    assert_int_equal(err.kind, ERR_DEVICE);
    assert_string_equal(err.text, "engine sent nothing for 3 s");
    assert_true(clock_monotonic_us() - begin_us < 20000000);
}

static void a_cancel_reaches_the_pipeline(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    struct heard heard = {.cancel = &cancel};
    struct run_options options = {.jobs = 1};
    struct run_stats stats;
    struct err err = {0};
    assert_false(run_part("cancel", 30, &options, &cancel, &heard, &stats, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_string_equal(err.text, "stopped");
}

static void *cancel_soon(void *self)
{
    usleep(500000);
    atomic_store((atomic_bool *)self, true);
    return NULL;
}

static void a_cancelled_probe_reads_no_further(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    pthread_t thread;
    int fd = input_open("read on");
    struct engine_spec spec = {.input_fd = fd, .stall_limit_s = 30, .cancel = &cancel};
    struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
    struct err err = {0};
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
    assert_false(engine_probe(&spec, facts, NULL, &err));
    pthread_join(thread, NULL);
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_string_equal(err.text, "stopped"); // by itself, not killed
    close(fd);
}

static void facts_come_back(void **state)
{
    (void)state;
    int fd = input_open("facts");
    struct engine_spec spec = {.input_fd = fd, .stall_limit_s = 30};
    struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
    struct err err = {0};
    if (!engine_probe(&spec, facts, NULL, &err))
        fail_msg("%s", err.text);
    assert_string_equal(facts->container, "matroska,webm");
    assert_int_equal(facts->size_bytes, 32);
    close(fd);
}

struct line {
    int count;
    enum log_level level;
    char room[16];
    char text[64];
};

static void keep_line(void *self, enum log_level level, const char *room, const char *text)
{
    struct line *line = self;
    line->count++;
    line->level = level;
    snprintf(line->room, sizeof line->room, "%s", room);
    snprintf(line->text, sizeof line->text, "%s", text);
}

static void the_engines_log_lines_are_ours(void **state)
{
    (void)state;
    struct line line = {0};
    int fd = input_open("warn");
    struct engine_spec spec = {.input_fd = fd, .input_name = "b.mkv", .stall_limit_s = 30};
    struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
    struct err err = {0};
    log_set_writer(keep_line, &line);
    bool ok = engine_probe(&spec, facts, NULL, &err);
    log_set_writer(NULL, NULL);
    assert_false(ok);
    assert_string_equal(err.text, "b.mkv: not media");
    assert_int_equal(line.count, 1);
    assert_int_equal(line.level, LOG_WARNING);
    assert_string_equal(line.room, "media");
    assert_string_equal(line.text, "the second stream is odd");
    close(fd);
}

// Apart from the signal that a killed supervisor sends it.
static void an_engine_ends_when_its_socket_closes(void **state)
{
    (void)state;
    for (int has_asked = 0; has_asked <= 1; has_asked++) {
        int fd = input_open("hang");
        struct engine_spec spec = {.input_fd = fd};
        struct child child;
        struct err err = {0};
        assert_true(child_start(&spec, &child, &err));
        if (has_asked) {
            AUTO(plan_done) struct plan plan;
            sample_plan_init(&plan);
            AUTO(json_free)
            json_t *json = message_run_to_json("a", &plan, &(struct run_options){.jobs = 1});
            assert_true(protocol_send(child.socket_fd, json, NULL, 0, &err));
            usleep(300000); // well into the work
        }
        struct child_end end = child_finish(&child, 20000, NULL);
        assert_false(end.was_killed);
        assert_true(WIFEXITED(end.status));
        assert_int_equal(WEXITSTATUS(end.status), 130);
        close(fd);
    }
}

static void refuses_a_request_it_does_not_know(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "{\"type\":\"reboot\"}", "{\"type\":\"run\",\"name\":\"a\",\"log_level\":2}",
        "{\"type\":\"run\",\"name\":\"a\",\"log_level\":2,\"plan\":{},\"options\":{}}",
        "{\"type\":\"prove\",\"name\":\"a\",\"log_level\":2}", "{\"type\":\"probe\"}"};
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        int fd = input_open("facts");
        struct engine_spec spec = {.input_fd = fd};
        struct child child;
        struct err err = {0};
        assert_true(child_start(&spec, &child, &err));
        AUTO(json_free) json_t *json = json_loads(requests[i], 0, NULL);
        assert_true(protocol_send(child.socket_fd, json, NULL, 0, &err));
        AUTO(json_free) json_t *answer = NULL;
        AUTO(buf_done) struct buf payload = {0};
        assert_int_equal(protocol_receive(child.socket_fd, &answer, &payload, &err),
                         PROTOCOL_MESSAGE);
        if (strcmp(protocol_type(answer), "error") != 0)
            fail_msg("%s was answered with %s", requests[i], protocol_type(answer));
        child_finish(&child, 20000, NULL);
        close(fd);
    }
}

static void started_by_hand_it_says_so(void **state)
{
    (void)state;
    struct line line = {0};
    unsetenv("RUNG_ENGINE");
    log_set_writer(keep_line, &line);
    int code = engine_serve();
    log_set_writer(NULL, NULL);
    assert_int_equal(code, 2);
    assert_int_equal(line.count, 1);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "engine") == 0)
        return engine_serve();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_reaches_the_sink_whole),
        cmocka_unit_test(plan_and_options_reach_the_pipeline),
        cmocka_unit_test(progress_is_at_most_ten_a_second_and_ends_with_the_last),
        cmocka_unit_test(work_without_messages_is_no_stall),
        cmocka_unit_test(a_hung_pipeline_is_seen_though_the_watch_thread_lives),
        cmocka_unit_test(a_cancel_reaches_the_pipeline),
        cmocka_unit_test(a_cancelled_probe_reads_no_further),
        cmocka_unit_test(facts_come_back),
        cmocka_unit_test(the_engines_log_lines_are_ours),
        cmocka_unit_test(an_engine_ends_when_its_socket_closes),
        cmocka_unit_test(refuses_a_request_it_does_not_know),
        cmocka_unit_test(started_by_hand_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
