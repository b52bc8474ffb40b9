// SPDX-License-Identifier: BSD-2-Clause
// Many reads: every one is handed over once, failures with their reason.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/validate_fetch/shelf.h"
#include "tests/unit/web.h"

enum { COUNT = 500, WEB_COUNT = 60 };

static char *shelf;

static int make(void **state)
{
    (void)state;
    shelf = shelf_make();
    for (int i = 0; i < COUNT; i++) {
        AUTO_FREE char *name = mem_printf("s/%d", i);
        AUTO_FREE char *text = mem_printf("segment %d", i);
        if (i % 10 != 7)
            shelf_put(shelf, name, text, strlen(text));
    }
    return 0;
}

static int clear(void **state)
{
    (void)state;
    shelf_remove(&shelf);
    return 0;
}

struct tally {
    atomic_int seen[COUNT];
    atomic_int failures, wrong, now, most;
    atomic_bool *stop; // set after some
};

static void enter(struct tally *tally)
{
    int now = atomic_fetch_add(&tally->now, 1) + 1;
    int most = atomic_load(&tally->most);
    while (now > most && !atomic_compare_exchange_weak(&tally->most, &most, now))
        continue;
}

static void measure(void *self, const struct origin_job *job, const struct origin_answer *answer,
                    const struct err *err)
{
    struct tally *tally = self;
    enter(tally);
    atomic_fetch_add(&tally->seen[job->key], 1);
    if (answer) {
        AUTO_FREE char *wanted = mem_printf("segment %zu", job->key);
        if (err || answer->body->size_bytes != strlen(wanted) ||
            memcmp(answer->body->data, wanted, strlen(wanted)) != 0)
            atomic_fetch_add(&tally->wrong, 1);
    } else {
        const struct origin_failure *failure = origin_failure_of(err);
        bool is_right = err->kind == ERR_INPUT && strstr(err->text, "s/") &&
                        (failure->http_status == 0 || failure->http_status == 404) &&
                        !failure->is_refused;
        atomic_fetch_add(is_right ? &tally->failures : &tally->wrong, 1);
    }
    if (tally->stop && job->key > 20)
        atomic_store(tally->stop, true);
    atomic_fetch_sub(&tally->now, 1);
}

static char **addresses(const char *base, size_t count, struct origin_job *jobs)
{
    char **list = mem_realloc(NULL, count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = mem_printf("%ss/%zu", base, i);
        jobs[i] = (struct origin_job){.address = list[i], .size_bytes = -1, .key = i};
    }
    return list;
}

static void free_list(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        MEM_FREE(list[i]);
    MEM_FREE(list);
}

static void every_file_is_handed_over_once(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = origin_new(&(struct origin_spec){.parallel = 4});
    AUTO_FREE char *base = NULL;
    assert_true(origin_address(origin, shelf, &base, NULL));
    static struct origin_job jobs[COUNT];
    static struct tally tally;
    char **list = addresses(base, COUNT, jobs);
    struct err err = {0};
    assert_true(origin_read_all(origin, jobs, COUNT, measure, &tally, &err));
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(tally.seen[i], 1);
    assert_int_equal(tally.failures, COUNT / 10);
    assert_int_equal(tally.wrong, 0);
    assert_true(tally.most <= 4);
    assert_true(origin_read_all(origin, jobs, 0, measure, &tally, &err));
    free_list(list, COUNT);
}

static void a_stop_leaves_the_rest(void **state)
{
    (void)state;
    atomic_bool is_stopped = false;
    AUTO(origin_free)
    struct origin *origin = origin_new(&(struct origin_spec){.stop = &is_stopped});
    AUTO_FREE char *base = NULL;
    assert_true(origin_address(origin, shelf, &base, NULL));
    static struct origin_job jobs[COUNT];
    static struct tally tally;
    tally.stop = &is_stopped;
    char **list = addresses(base, COUNT, jobs);
    struct err err = {0};
    assert_false(origin_read_all(origin, jobs, COUNT, measure, &tally, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    int seen = 0;
    for (int i = 0; i < COUNT; i++)
        seen += tally.seen[i];
    assert_true(seen > 20 && seen < COUNT / 2);
    free_list(list, COUNT);
}

static void segments(struct web *web, int fd, const char *path, const char *head)
{
    (void)web;
    (void)head;
    int number = 0;
    usleep(2000);
    if (sscanf(path, "/s/%d", &number) == 1 && number % 10 != 7) {
        AUTO_FREE char *text = mem_printf("segment %d", number);
        web_ok(fd, "video/mp4", text, strlen(text));
    } else
        web_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
}

static void the_web_is_asked_by_several_at_once(void **state)
{
    (void)state;
    struct web web;
    web_start(&web, segments);
    AUTO(origin_free) struct origin *origin = origin_new(&(struct origin_spec){.parallel = 5});
    AUTO_FREE char *input = mem_printf("http://127.0.0.1:%u/", web.port);
    AUTO_FREE char *base = NULL;
    assert_true(origin_address(origin, input, &base, NULL));
    static struct origin_job jobs[WEB_COUNT];
    static struct tally tally;
    char **list = addresses(base, WEB_COUNT, jobs);
    struct err err = {0};
    assert_true(origin_read_all(origin, jobs, WEB_COUNT, measure, &tally, &err));
    for (int i = 0; i < WEB_COUNT; i++)
        assert_int_equal(tally.seen[i], 1);
    assert_int_equal(tally.failures, WEB_COUNT / 10);
    assert_int_equal(tally.wrong, 0);
    assert_int_equal(atomic_load(&web.requests), WEB_COUNT);
    int64_t bytes;
    size_t requests;
    origin_totals(origin, &bytes, &requests);
    assert_int_equal(requests, WEB_COUNT);
    free_list(list, WEB_COUNT);
    web_stop(&web);
}

static void large_bodies_come_one_at_a_time(void *self, const struct origin_job *job,
                                            const struct origin_answer *answer,
                                            const struct err *err)
{
    struct tally *tally = self;
    (void)job;
    (void)err;
    enter(tally);
    if (!answer || answer->body->size_bytes != 70u << 20)
        atomic_fetch_add(&tally->wrong, 1);
    usleep(20000);
    atomic_fetch_sub(&tally->now, 1);
}

static void memory_is_bounded(void **state)
{
    (void)state;
    shelf_put(shelf, "s/large", "x", 1);
    AUTO_FREE char *path = mem_printf("%s/s/large", shelf);
    assert_int_equal(truncate(path, 70 << 20), 0);
    AUTO(origin_free) struct origin *origin = origin_new(&(struct origin_spec){0});
    AUTO_FREE char *base = NULL;
    assert_true(origin_address(origin, shelf, &base, NULL));
    AUTO_FREE char *address = mem_printf("%ss/large", base);
    struct origin_job jobs[6];
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        jobs[i] = (struct origin_job){.address = address, .size_bytes = -1};
    struct tally tally = {0};
    struct err err = {0};
    assert_true(origin_read_all(origin, jobs, ARRAY_LEN(jobs), large_bodies_come_one_at_a_time,
                                &tally, &err));
    assert_int_equal(tally.wrong, 0);
    assert_int_equal(tally.most, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_handed_over_once),
        cmocka_unit_test(a_stop_leaves_the_rest),
        cmocka_unit_test(the_web_is_asked_by_several_at_once),
        cmocka_unit_test(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, make, clear);
}
