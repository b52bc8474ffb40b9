// SPDX-License-Identifier: BSD-2-Clause
// Redirects, retries, headers and ranges over real connections.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/fetch/origin_private.h"
#include "tests/unit/web.h"

static struct web web, other;
static struct origin_answer got;
static struct buf body;
static atomic_int tries; // of addresses that get better or never do

static void hop_to(int fd, const char *to)
{
    web_say(fd, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to);
}

static void answer(struct web *server, int fd, const char *path, const char *head)
{
    unsigned there = server == &web ? other.port : web.port;
    AUTO_FREE char *elsewhere = mem_printf("http://127.0.0.1:%u/echo", there);
    long first = 0, last = 0;
    int number = 0;
    const char *range = strstr(head, "\r\nRange: bytes=");
    if (range && sscanf(range, "\r\nRange: bytes=%ld-%ld", &first, &last) < 1)
        first = 0;
    if (strncmp(path, "/dir/good", 9) == 0)
        web_ok(fd, "video/mp4\x1b", "0123456789", 10);
    else if (strcmp(path, "/echo") == 0)
        web_ok(fd, "text/plain", head, strlen(head));
    else if (strcmp(path, "/to-echo") == 0)
        hop_to(fd, elsewhere);
    else if (strcmp(path, "/to-good") == 0)
        hop_to(fd, "dir/one");
    else if (strcmp(path, "/dir/one") == 0)
        hop_to(fd, "./good?k=secret");
    else if (strcmp(path, "/circle") == 0)
        hop_to(fd, "/circle2");
    else if (strcmp(path, "/circle2") == 0)
        hop_to(fd, "circle");
    else if (sscanf(path, "/chain/%d", &number) == 1) {
        AUTO_FREE char *next = mem_printf("/chain/%d", number + 1);
        hop_to(fd, next);
    } else if (strcmp(path, "/to-file") == 0)
        hop_to(fd, "file:///etc/passwd");
    else if (strcmp(path, "/to-ftp") == 0)
        hop_to(fd, "ftp://127.0.0.1/x");
    else if (strcmp(path, "/to-user") == 0)
        hop_to(fd, "http://user:pw@127.0.0.1/");
    else if (strcmp(path, "/to-nowhere") == 0)
        web_say(fd, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/better") == 0 && atomic_fetch_add(&tries, 1) < 2)
        web_say(fd, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/better") == 0)
        web_ok(fd, "text/plain", "fine", 4);
    else if (strcmp(path, "/later") == 0 && atomic_fetch_add(&tries, 1) == 0)
        web_say(fd, "HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/later") == 0)
        web_ok(fd, "text/plain", "fine", 4);
    else if (strcmp(path, "/much-later") == 0)
        web_say(fd, "HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/cut") == 0 && atomic_fetch_add(&tries, 1) == 0)
        web_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012");
    else if (strcmp(path, "/cut") == 0)
        web_ok(fd, "text/plain", "0123456789", 10);
    else if (strcmp(path, "/reset") == 0) {
        struct linger hard = {.l_onoff = 1};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    } else if (strcmp(path, "/broken") == 0)
        web_say(fd, "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/beyond") == 0)
        web_say(fd, "HTTP/1.1 416 No\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/beyond-somehow") == 0)
        web_say(fd, "HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/large") == 0) {
        web_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n");
        char data[300] = "";
        web_send(fd, data, sizeof data);
    } else
        web_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
}

static int start(void **state)
{
    (void)state;
    web_start(&web, answer);
    web_start(&other, answer);
    got.body = &body;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    web_stop(&web);
    web_stop(&other);
    buf_done(&body);
    return 0;
}

static struct origin *given(struct origin_spec spec)
{
    struct origin *origin = origin_new(&spec);
    AUTO_FREE char *input = mem_printf("http://127.0.0.1:%u/dir/good?sig=secret", web.port);
    AUTO_FREE char *address = NULL;
    if (!origin_address(origin, input, &address, NULL))
        abort();
    atomic_store(&tries, 0);
    return origin;
}

static bool read_at(struct origin *origin, const char *path, int64_t offset, int64_t size,
                    struct err *err)
{
    AUTO_FREE char *address = mem_printf("http://127.0.0.1:%u%s", web.port, path);
    *err = (struct err){0};
    return origin_read(origin, address, offset, size, &got, err);
}

static bool body_is(const char *text)
{
    return body.size_bytes == strlen(text) && memcmp(body.data, text, body.size_bytes) == 0;
}

static void redirects_are_followed_and_told(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = given((struct origin_spec){0});
    struct err err;
    assert_true(read_at(origin, "/to-good", 0, -1, &err));
    assert_true(body_is("0123456789"));
    assert_int_equal(got.redirects, 2);
    assert_int_equal(got.http_status, 200);
    assert_string_equal(got.content_type, "video/mp4 ");
    AUTO_FREE char *wanted = mem_printf("http://127.0.0.1:%u/dir/good?k=secret", web.port);
    assert_string_equal(got.final_address, wanted);
    assert_true(read_at(origin, "/dir/good", 0, -1, &err));
    assert_string_equal(got.final_address, "");
    int64_t bytes;
    size_t requests;
    origin_totals(origin, &bytes, &requests);
    assert_int_equal(bytes, 20);
    assert_int_equal(requests, 4);
}

static void what_will_not_pass_fails_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int requests;
        int status;
        bool is_refused;
        const char *words;
    } cases[] = {
        {"/none", 1, 404, false, "the server answered 404"},
        {"/circle", 2, 302, false, "redirected in a circle, back to http://127.0.0.1"},
        {"/chain/0", 9, 302, false, "redirected more than 8 times"},
        {"/to-file", 1, 302, true, "from the web to a file"},
        {"/to-ftp", 1, 302, true, "scheme ftp:"},
        {"/to-user", 1, 302, true, "user name"},
        {"/to-nowhere", 1, 302, false, "without saying where to go"},
        {"/beyond-somehow", 1, 416, false, "begins after the end"},
        {"/large", 1, 200, false, "larger than 200 bytes"},
    };
    AUTO(origin_free) struct origin *origin = given((struct origin_spec){.segment_cap_bytes = 200});
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int before = atomic_load(&web.requests);
        struct err err;
        if (read_at(origin, cases[i].path, 0, -1, &err) || err.kind != ERR_INPUT ||
            got.http_status != cases[i].status || got.is_refused != cases[i].is_refused ||
            !strstr(err.text, cases[i].words) || strstr(err.text, "pw"))
            fail_msg("%s: %d, %s", cases[i].path, got.http_status, err.text);
        assert_int_equal(atomic_load(&web.requests) - before, cases[i].requests);
        assert_int_equal(body.size_bytes, 0);
    }
}

static void what_may_pass_is_tried_again(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int requests;
        const char *wanted; // NULL: it does not pass
        const char *words;
    } cases[] = {
        {"/better", 3, "fine", ""},     {"/later", 2, "fine", ""},
        {"/cut", 2, "0123456789", ""},  {"/broken", 3, NULL, "the server answered 500, 3 times"},
        {"/reset", 3, NULL, "3 times"}, {"/much-later", 1, NULL, "asks to come back in 3600 s"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(origin_free) struct origin *origin = given((struct origin_spec){0});
        int before = atomic_load(&web.requests);
        struct err err;
        bool ok = read_at(origin, cases[i].path, 0, -1, &err);
        if (ok != (cases[i].wanted != NULL) || (!ok && err.kind != ERR_TRANSIENT) ||
            !strstr(err.text, cases[i].words))
            fail_msg("%s: %s", cases[i].path, err.text);
        assert_true(!ok || body_is(cases[i].wanted));
        assert_int_equal(err.kind, ok ? ERR_NONE : ERR_TRANSIENT); // earlier tries leave nothing
        assert_int_equal(atomic_load(&web.requests) - before, cases[i].requests);
    }
}

static void a_dead_host_is_not_tried_for_ever(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = given((struct origin_spec){.retries = 1});
    struct err err;
    int before = atomic_load(&web.requests);
    // The pauses between tries are real: this takes half a second each.
    for (int i = 0; i < 10; i++)
        assert_false(read_at(origin, "/broken", 0, -1, &err));
    assert_int_equal(atomic_load(&web.requests) - before, 20);
    assert_false(read_at(origin, "/dir/good", 0, -1, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_non_null(strstr(err.text, "not tried"));
    assert_int_equal(atomic_load(&web.requests) - before, 20);
}

static void headers_go_to_the_first_host_only(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-Token: secret"};
    AUTO(origin_free)
    struct origin *origin = given((struct origin_spec){.headers = headers, .header_count = 1});
    struct err err;
    assert_true(read_at(origin, "/echo", 0, -1, &err));
    buf_put_u8(&body, 0);
    assert_non_null(strstr((char *)body.data, "X-Token: secret"));
    assert_true(read_at(origin, "/to-echo", 0, -1, &err)); // another port is another host
    buf_put_u8(&body, 0);
    assert_non_null(strstr((char *)body.data, "GET /echo"));
    assert_null(strstr((char *)body.data, "X-Token"));
}

static void manifests_ask_for_gzip_and_segments_do_not(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = given((struct origin_spec){0});
    AUTO_FREE char *address = mem_printf("http://127.0.0.1:%u/echo", web.port);
    struct err err = {0};
    assert_true(origin_read_manifest(origin, address, &got, &err));
    buf_put_u8(&body, 0);
    assert_non_null(strstr((char *)body.data, "Accept-Encoding: gzip"));
    assert_true(origin_read(origin, address, 0, -1, &got, &err));
    buf_put_u8(&body, 0);
    assert_non_null(strstr((char *)body.data, "Accept-Encoding: identity"));
}

static void ranges_end_where_the_resource_does(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = given((struct origin_spec){0});
    struct err err;
    assert_true(read_at(origin, "/beyond", 20, 5, &err));
    assert_int_equal(body.size_bytes, 0);
    assert_int_equal(got.total_bytes, 10);
    assert_true(read_at(origin, "/dir/good", 4, 3, &err));
    assert_true(got.is_range_ignored);
    assert_true(body_is("456"));
    assert_int_equal(got.total_bytes, 10);
    assert_true(read_at(origin, "/none", 4, 0, &err)); // nothing is asked for
    assert_int_equal(body.size_bytes, 0);
}

static void an_address_that_never_passed_the_policy_is_not_connected_to(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = origin_new(&(struct origin_spec){0});
    AUTO_FREE char *address = NULL;
    assert_true(origin_address(origin, "/", &address, NULL));
    int before = atomic_load(&web.requests);
    struct err err;
    assert_false(read_at(origin, "/dir/good", 0, -1, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_true(got.is_refused);
    assert_non_null(strstr(err.text, "127.0.0.1"));
    assert_int_equal(atomic_load(&web.requests), before);
}

// That the proxy is on this machine says nothing about the host that it was asked for.
static void a_proxy_nearby_brings_nobody_nearer(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = origin_new(&(struct origin_spec){0});
    AUTO_FREE char *proxy = mem_printf("http://127.0.0.1:%u", web.port);
    AUTO_FREE char *address = NULL, *next = NULL, *name = NULL;
    struct err err = {0};
    assert_true(origin_address(origin, "http://nowhere.invalid/m", &address, NULL));
    setenv("http_proxy", proxy, true);
    origin_read_manifest(origin, address, &got, &err);
    unsetenv("http_proxy");
    assert_int_equal(got.http_status, 404); // the proxy's answer
    assert_false(origin_resolve(origin, address, "http://127.0.0.1/x", &next, &name, &err));
}

static void nobody_there_may_pass(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = origin_new(&(struct origin_spec){.retries = 1});
    AUTO_FREE char *address = NULL;
    struct err err = {0};
    assert_true(origin_address(origin, "http://127.0.0.1:1/x?key=secret", &address, &err));
    assert_false(origin_read_manifest(origin, address, &got, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_int_equal(got.http_status, 0);
    assert_null(strstr(err.text, "secret"));
    assert_false(origin_read(origin, address, 0, -1, &got, NULL)); // nobody wants the story
}

static void a_stop_is_heard_while_waiting(void **state)
{
    (void)state;
    atomic_bool is_stopped = false;
    AUTO(origin_free) struct origin *origin = given((struct origin_spec){.stop = &is_stopped});
    struct err err;
    atomic_store(&is_stopped, true);
    assert_false(read_at(origin, "/broken", 0, -1, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirects_are_followed_and_told),
        cmocka_unit_test(what_will_not_pass_fails_at_once),
        cmocka_unit_test(what_may_pass_is_tried_again),
        cmocka_unit_test(a_dead_host_is_not_tried_for_ever),
        cmocka_unit_test(headers_go_to_the_first_host_only),
        cmocka_unit_test(manifests_ask_for_gzip_and_segments_do_not),
        cmocka_unit_test(ranges_end_where_the_resource_does),
        cmocka_unit_test(an_address_that_never_passed_the_policy_is_not_connected_to),
        cmocka_unit_test(a_proxy_nearby_brings_nobody_nearer),
        cmocka_unit_test(nobody_there_may_pass),
        cmocka_unit_test(a_stop_is_heard_while_waiting),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
