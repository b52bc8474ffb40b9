// SPDX-License-Identifier: BSD-2-Clause
// The client against engines that behave, misbehave, hang and die. The engines are
// this program started again: its input says which one to be, and is also where
// an engine leaves word for the test (how often it was started, its process id).
#include "src/engine/client.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/engine/message.h"
#include "tests/unit/engine/sample_plan.h"
#include "tests/unit/engine/fake_engines.h"

static int input_open(const char *part)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    assert_true(fd >= 0);
    char name[NOTE_OFFSET] = "";
    snprintf(name, sizeof name, "%s", part);
    assert_int_equal(pwrite(fd, name, sizeof name, 0), sizeof name);
    note_write(fd, (struct note){0});
    return fd;
}

struct heard {
    int inits;
    int segments;
    int spans;
    int64_t units;
    int fail_at_segment; // 0: never
    atomic_bool *cancel_at_segment;
};

static bool hear_init(void *self, const struct media_init *init, struct err *err)
{
    (void)err;
    ((struct heard *)self)->inits += init->size_bytes == 100;
    return true;
}

static bool hear_segment(void *self, const struct media_segment *segment, struct err *err)
{
    struct heard *heard = self;
    heard->segments += segment->size_bytes == sizeof payload &&
                       memcmp(segment->data, payload, sizeof payload) == 0;
    if (heard->cancel_at_segment)
        atomic_store(heard->cancel_at_segment, true);
    if (heard->segments == heard->fail_at_segment)
        return err_set(err, ERR_TRANSIENT, "disk full");
    return true;
}

static bool hear_span(void *self, const struct media_span_report *report, struct err *err)
{
    (void)report;
    (void)err;
    ((struct heard *)self)->spans++;
    return true;
}

static void hear_progress(void *self, const char *track_id, int64_t units_done)
{
    (void)track_id;
    ((struct heard *)self)->units += units_done;
}

struct outcome {
    bool ok;
    struct err err;
    struct run_stats stats;
    struct engine_usage usage;
    struct note note;
    int64_t wall_us;
};

static struct outcome run_part(const char *part, int stall_limit_s, const atomic_bool *cancel,
                               struct heard *heard)
{
    struct outcome outcome = {0};
    int fd = input_open(part);
    AUTO(plan_done) struct plan plan;
    sample_plan_init(&plan);
    struct engine_spec spec = {
        .input_fd = fd, .input_name = "a.mp4", .stall_limit_s = stall_limit_s, .cancel = cancel};
    struct run_options options = {.jobs = 1};
    struct media_sink sink = {.self = heard,
                              .init = hear_init,
                              .segment = hear_segment,
                              .span_done = hear_span,
                              .progress = hear_progress};
    int64_t begin_us = clock_monotonic_us();
    outcome.ok =
        engine_run(&spec, &plan, &options, &sink, &outcome.stats, &outcome.usage, &outcome.err);
    outcome.wall_us = clock_monotonic_us() - begin_us;
    outcome.note = note_read(fd);
    close(fd);
    // Reaped, whatever it did.
    if (outcome.note.pid)
        assert_int_equal(waitpid(outcome.note.pid, NULL, WNOHANG), -1);
    return outcome;
}

static void hands_over_all_that_a_good_engine_makes(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct outcome outcome = run_part("valid", 20, NULL, &heard);
    if (!outcome.ok)
        fail_msg("%s", outcome.err.text);
    assert_int_equal(heard.inits, 3);
    assert_int_equal(heard.segments, 2 * SAMPLE_SEGMENTS + 1);
    assert_int_equal(heard.spans, 2 * SAMPLE_SPANS + 1);
    assert_int_equal(heard.units, 404);
    assert_int_equal(outcome.stats.damaged, 42);
    assert_true(outcome.usage.peak_rss_bytes > 100000);
    assert_true(outcome.usage.cpu_us > 0);
}

static void tells_how_an_engine_failed(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        int stall_limit_s;
        enum err_kind kind;
        const char *wanted; // in the text
    } rows[] = {
        {"crash", 20, ERR_DEVICE, "engine died: signal 11 (Segmentation fault)"},
        {"silent", 20, ERR_DEVICE, "engine died: exit code 0"},
        {"exit 3", 20, ERR_DEVICE, "engine died: exit code 3"},
        {"close and stay", 20, ERR_DEVICE, "closed its socket"},
        {"hang", 1, ERR_DEVICE, "engine sent nothing for 1 s"},
        {"half message", 1, ERR_DEVICE, "engine sent nothing for 1 s"},
        {"garbage", 20, ERR_BUG, "magic"},
        {"large json", 20, ERR_BUG, "JSON"},
        {"large payload", 20, ERR_BUG, "payload"},
        {"unknown type", 20, ERR_BUG, "reboot"},
        {"facts in a run", 20, ERR_BUG, "unexpected"},
        {"payload where none belongs", 20, ERR_BUG, "payload"},
        {"unknown track", 20, ERR_BUG, "h264-4320p"},
        {"path as track", 20, ERR_BUG, "no track"},
        {"off the grid", 20, ERR_BUG, "grid"},
        {"segment twice", 20, ERR_BUG, "already"},
        {"done too early", 20, ERR_BUG, "missing"},
        {"span without segments", 20, ERR_BUG, "without segment"},
        {"stopped unasked", 20, ERR_BUG, "without being asked"},
        {"proved", 20, ERR_BUG, "unexpected"},
        {"error", 20, ERR_INPUT, "a.mp4: no moov"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct heard heard = {0};
        struct outcome outcome = run_part(rows[i].part, rows[i].stall_limit_s, NULL, &heard);
        if (outcome.ok || outcome.err.kind != rows[i].kind ||
            !strstr(outcome.err.text, rows[i].wanted))
            fail_msg("%s: %s, %s: \"%s\"; wanted %s, \"%s\"", rows[i].part,
                     outcome.ok ? "ok" : "failed", err_kind_name(outcome.err.kind),
                     outcome.err.text, err_kind_name(rows[i].kind), rows[i].wanted);
        if (outcome.wall_us > 15000000)
            fail_msg("%s took %lld us", rows[i].part, (long long)outcome.wall_us);
    }
}

static void keeps_what_came_before_a_crash(void **state)
{
    (void)state;
    struct heard heard = {0};
    assert_false(run_part("crash", 20, NULL, &heard).ok);
    assert_int_equal(heard.inits, 1);
    assert_int_equal(heard.segments, 1);
}

static void a_whole_result_stands_however_the_engine_ends(void **state)
{
    (void)state;
    struct heard heard = {0};
    assert_true(run_part("crash after done", 20, NULL, &heard).ok);
    assert_true(run_part("stay after done", 20, NULL, &heard).ok);
}

static void a_failing_sink_ends_the_run_with_its_own_error(void **state)
{
    (void)state;
    struct heard heard = {.fail_at_segment = 3};
    struct outcome outcome = run_part("valid", 20, NULL, &heard);
    assert_false(outcome.ok);
    assert_int_equal(outcome.err.kind, ERR_TRANSIENT);
    assert_string_equal(outcome.err.text, "disk full");
    assert_int_equal(heard.segments, 3);
}

static void a_cancelled_engine_stops_in_order(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    struct heard heard = {.cancel_at_segment = &cancel};
    struct outcome outcome = run_part("polite", 20, &cancel, &heard);
    assert_false(outcome.ok);
    assert_int_equal(outcome.err.kind, ERR_CANCELLED);
    assert_int_equal(heard.segments, 2);
    assert_true(outcome.wall_us < 2000000);
}

static void a_deaf_engine_is_killed_two_seconds_after_a_cancel(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    struct heard heard = {.cancel_at_segment = &cancel};
    struct outcome outcome = run_part("deaf", 20, &cancel, &heard);
    assert_false(outcome.ok);
    assert_int_equal(outcome.err.kind, ERR_CANCELLED);
    assert_true(outcome.wall_us >= 2000000);
    assert_true(outcome.wall_us < 8000000);
}

static void *cancel_soon(void *self)
{
    usleep(300000);
    atomic_store((atomic_bool *)self, true);
    return NULL;
}

static void an_engine_that_never_stops_talking_cannot_put_off_a_cancel(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
    struct heard heard = {0};
    struct outcome outcome = run_part("busy hang", 20, &cancel, &heard);
    pthread_join(thread, NULL);
    assert_false(outcome.ok);
    assert_int_equal(outcome.err.kind, ERR_CANCELLED);
    assert_true(outcome.wall_us < 8000000);
}

static void nothing_starts_once_cancelled(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct heard heard = {0};
    struct outcome outcome = run_part("valid", 20, &cancel, &heard);
    assert_false(outcome.ok);
    assert_int_equal(outcome.err.kind, ERR_CANCELLED);
    assert_int_equal(outcome.note.starts, 0);
}

static void a_crashing_probe_is_tried_once_more_and_then_the_inputs_fault(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        int starts;
        const char *wanted;
    } rows[] = {
        {"crash once", 2, "second time"},
        {"silent", 2, "a.mp4: reading it crashed twice"},
        {"error", 1, "a.mp4: no moov"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = input_open(rows[i].part);
        struct engine_spec spec = {.input_fd = fd, .input_name = "a.mp4", .stall_limit_s = 20};
        struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
        struct err err = {0};
        assert_false(engine_probe(&spec, facts, NULL, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        if (!strstr(err.text, rows[i].wanted))
            fail_msg("%s: \"%s\"", rows[i].part, err.text);
        assert_int_equal(note_read(fd).starts, rows[i].starts);
        close(fd);
    }
}

static void segments_have_no_place_in_a_probe(void **state)
{
    (void)state;
    int fd = input_open("segment twice");
    struct engine_spec spec = {.input_fd = fd, .stall_limit_s = 20};
    struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
    struct err err = {0};
    assert_false(engine_probe(&spec, facts, NULL, &err));
    assert_int_equal(err.kind, ERR_BUG);
    close(fd);
}

static void an_engine_sees_nothing_of_its_supervisor(void **state)
{
    (void)state;
    setenv("RUNG_TEST_SECRET", "hunter2", 1);
    setenv("CUDA_TEST_SETTING", "1", 1);
    int inherited = open("/dev/zero", O_RDONLY); // without close-on-exec
    int high = fcntl(inherited, F_DUPFD, 200);
    sigset_t blocked;
    sigset_t before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    signal(SIGUSR2, SIG_IGN);
    struct heard heard = {0};
    struct outcome outcome = run_part("look around", 20, NULL, &heard);
    signal(SIGUSR2, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(inherited);
    close(high);
    assert_int_equal(outcome.err.kind, ERR_INPUT);
    assert_int_equal(outcome.note.report, 1 << 20);
}

// The numbers the engine wants may be taken by its own descriptors, the wrong way
// round.
static void descriptors_may_lie_anywhere(void **state)
{
    (void)state;
    for (int at = 3; at <= 4; at++) {
        int low = input_open("error");
        int fd = fcntl(low, F_DUPFD_CLOEXEC, 60);
        close(low);
        int saved[2];
        for (int i = 0; i < 2; i++) {
            saved[i] = fcntl(3 + i, F_DUPFD_CLOEXEC, 60);
            close(3 + i);
        }
        // The socket pair then takes what is left of 3, 4 and 5.
        assert_int_equal(dup3(fd, at, O_CLOEXEC), at);
        struct engine_spec spec = {.input_fd = at, .input_name = "a.mp4", .stall_limit_s = 20};
        struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
        struct err err = {0};
        bool ok = engine_probe(&spec, facts, NULL, &err);
        close(at);
        close(fd);
        for (int i = 0; i < 2; i++)
            if (saved[i] >= 0) {
                dup3(saved[i], 3 + i, O_CLOEXEC);
                close(saved[i]);
            }
        assert_false(ok);
        assert_string_equal(err.text, "a.mp4: no moov");
    }
}

static void a_program_that_cannot_run_is_a_matter_of_configuration(void **state)
{
    (void)state;
    static const char *const programs[] = {"/nowhere/rung", "/dev/null"};
    for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
        int fd = input_open("error");
        struct engine_spec spec = {.input_fd = fd, .stall_limit_s = 20, .program = programs[i]};
        struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
        struct err err = {0};
        assert_false(engine_probe(&spec, facts, NULL, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        assert_non_null(strstr(err.text, programs[i]));
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        close(fd);
    }
}

static pid_t wait_for_engine(int fd)
{
    for (int i = 0; i < 1000; i++) {
        pid_t pid = note_read(fd).pid;
        if (pid)
            return pid;
        usleep(10000);
    }
    fail_msg("no engine came up");
    return 0;
}

static int status_of_orphan(pid_t pid)
{
    for (int i = 0; i < 1000; i++) {
        int status = 0;
        if (waitpid(pid, &status, WNOHANG) == pid)
            return status;
        usleep(10000);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    fail_msg("the engine outlived its supervisor");
    return 0;
}

// Not even one that never looks at its socket.
static void a_killed_supervisor_leaves_no_engine_behind(void **state)
{
    (void)state;
    int fd = input_open("hang");
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    pid_t supervisor = fork();
    if (supervisor == 0) {
        struct engine_spec spec = {.input_fd = fd, .input_name = "a.mp4", .stall_limit_s = 100};
        struct source_facts *facts = mem_alloc(sizeof *facts);
        engine_probe(&spec, facts, NULL, NULL);
        _exit(0);
    }
    pid_t engine = wait_for_engine(fd);
    assert_int_equal(kill(engine, 0), 0);
    kill(supervisor, SIGKILL);
    assert_int_equal(waitpid(supervisor, NULL, 0), supervisor);
    int status = status_of_orphan(engine);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    close(fd);
}

static void ctrl_c_and_sigterm_are_not_for_the_engine(void **state)
{
    (void)state;
    int fd = input_open("hang");
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    pid_t supervisor = fork();
    if (supervisor == 0) {
        struct engine_spec spec = {.input_fd = fd, .input_name = "a.mp4", .stall_limit_s = 100};
        struct source_facts *facts = mem_alloc(sizeof *facts);
        engine_probe(&spec, facts, NULL, NULL);
        _exit(0);
    }
    pid_t engine = wait_for_engine(fd);
    kill(engine, SIGINT);
    kill(engine, SIGTERM);
    usleep(100000);
    assert_int_equal(waitpid(supervisor, NULL, WNOHANG), 0); // still talking to it
    kill(supervisor, SIGKILL);
    waitpid(supervisor, NULL, 0);
    assert_int_equal(WTERMSIG(status_of_orphan(engine)), SIGKILL);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "engine") == 0)
        return engine_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_over_all_that_a_good_engine_makes),
        cmocka_unit_test(tells_how_an_engine_failed),
        cmocka_unit_test(keeps_what_came_before_a_crash),
        cmocka_unit_test(a_whole_result_stands_however_the_engine_ends),
        cmocka_unit_test(a_failing_sink_ends_the_run_with_its_own_error),
        cmocka_unit_test(a_cancelled_engine_stops_in_order),
        cmocka_unit_test(a_deaf_engine_is_killed_two_seconds_after_a_cancel),
        cmocka_unit_test(an_engine_that_never_stops_talking_cannot_put_off_a_cancel),
        cmocka_unit_test(nothing_starts_once_cancelled),
        cmocka_unit_test(a_crashing_probe_is_tried_once_more_and_then_the_inputs_fault),
        cmocka_unit_test(segments_have_no_place_in_a_probe),
        cmocka_unit_test(an_engine_sees_nothing_of_its_supervisor),
        cmocka_unit_test(descriptors_may_lie_anywhere),
        cmocka_unit_test(a_program_that_cannot_run_is_a_matter_of_configuration),
        cmocka_unit_test(a_killed_supervisor_leaves_no_engine_behind),
        cmocka_unit_test(ctrl_c_and_sigterm_are_not_for_the_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
