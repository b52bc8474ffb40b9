// SPDX-License-Identifier: BSD-2-Clause
// A proof's way through the engine and back. prove_plan below takes the place of the real one
// and does what the input says, in the engine process; the rest is the real client and the
// real engine end.
#include "src/media/prove.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "src/engine/client.h"
#include "src/engine/message.h"
#include "src/engine/serve.h"
#include "tests/unit/engine/sample_plan.h"

// --- the media room, in the engine process ----------------------------------

static void say(json_t *json)
{
    protocol_send(ENGINE_SOCKET_FD, json, NULL, 0, NULL);
    json_decref(json);
}

bool prove_plan(const struct byte_source *source, const struct plan *plan,
                const struct prove_options *options, struct prove_result *ret, struct err *err)
{
    char part[32] = "";
    source->read_at(source->self, 0, part, sizeof part - 1);
    *ret = (struct prove_result){.frames = options->device_number, .encoders_opened = 1};
    if (strcmp(part, "works") == 0)
        return true;
    if (strcmp(part, "refused") == 0)
        return err_set(err, ERR_DEVICE_ENCODE, "%s: %s was refused", source->name,
                       plan->video[1].id);
    if (strcmp(part, "stopped unasked") == 0)
        return err_set(err, ERR_CANCELLED, "stopped");
    if (strcmp(part, "crash") == 0) {
        signal(SIGSEGV, SIG_DFL); // sanitizers catch it
        raise(SIGSEGV);
    }
    if (strcmp(part, "facts") == 0)
        say(json_pack("{s:s, s:{}}", "type", "facts", "facts"));
    if (strcmp(part, "done") == 0)
        say(message_stats_to_json(&(struct run_stats){0}));
    while (!atomic_load(options->cancel)) // "hang"
        usleep(1000);
    return err_set(err, ERR_DEVICE, "went away");
}

// --- the supervisor's side --------------------------------------------------

static bool prove_part(const char *part, int stall_limit_s, const atomic_bool *cancel,
                       struct prove_result *ret, struct err *err)
{
    char text[32] = "";
    int fd = memfd_create("input", MFD_CLOEXEC);
    assert_true(fd >= 0);
    snprintf(text, sizeof text, "%s", part);
    assert_int_equal(pwrite(fd, text, sizeof text, 0), sizeof text);
    AUTO(plan_done) struct plan plan;
    sample_plan_init(&plan);
    struct engine_spec spec = {
        .input_fd = fd, .input_name = "a.mp4", .stall_limit_s = stall_limit_s, .cancel = cancel};
    bool ok = engine_prove(&spec, &plan, 5, ret, NULL, err);
    close(fd);
    return ok;
}

static void tells_how_it_ended(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        enum err_kind kind; // NONE: well
        const char *wanted;
    } rows[] = {
        {"works", ERR_NONE, ""},
        {"refused", ERR_DEVICE_ENCODE, "a.mp4: h264-180p was refused"},
        {"crash", ERR_DEVICE, "engine died: signal 11"},
        {"hang", ERR_DEVICE, "sent nothing for 1 s"},
        {"stopped unasked", ERR_BUG, "without being asked"},
        {"facts", ERR_BUG, "unexpected"},
        {"done", ERR_BUG, "unexpected"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct prove_result result;
        struct err err = {0};
        bool ok = prove_part(rows[i].part, 1, NULL, &result, &err);
        if (ok != (rows[i].kind == ERR_NONE) || err.kind != rows[i].kind ||
            !strstr(err.text, rows[i].wanted))
            fail_msg("%s: %s: \"%s\"", rows[i].part, err_kind_name(err.kind), err.text);
    }
}

static void tells_how_far_it_came(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        int64_t frames; // the device's number, here
        int64_t encoders_opened;
    } rows[] = {{"works", 5, 1}, {"refused", 5, 1}, {"crash", 0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct prove_result result = {.frames = 77, .encoders_opened = 77};
        struct err err = {0};
        prove_part(rows[i].part, 20, NULL, &result, &err);
        assert_int_equal(result.frames, rows[i].frames);
        assert_int_equal(result.encoders_opened, rows[i].encoders_opened);
    }
}

static void *cancel_soon(void *self)
{
    usleep(300000);
    atomic_store((atomic_bool *)self, true);
    return NULL;
}

static void can_be_stopped(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
    struct prove_result result;
    struct err err = {0};
    assert_false(prove_part("hang", 20, &cancel, &result, &err));
    pthread_join(thread, NULL);
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_string_equal(err.text, "stopped"); // by itself, not killed
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "engine") == 0)
        return engine_serve();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_how_it_ended),
        cmocka_unit_test(tells_how_far_it_came),
        cmocka_unit_test(can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
