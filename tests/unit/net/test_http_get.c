// SPDX-License-Identifier: BSD-2-Clause
// One exchange with servers that are right, wrong, and hostile.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/net/http_get.h"
#include "src/net/peer.h"
#include "tests/unit/web.h"

// 300,000 zero bytes: gzip's header and first block, zeros, and the end of it.
static const uint8_t gzipped[325] = {0x1f, 0x8b, 0x08,        [8] = 0x02,   0x03, 0xed, 0xc1,
                                     0x01, 0x0d, [17] = 0xc2, 0xa0,         0xf7, 0x4f, 0x6d,
                                     0x0f, 0x07, 0x14,        [315] = 0xfc, 0x18, 0xfb, 0xe2,
                                     0xb2, 0xf6, 0xe0,        0x93,         0x04};
static const char digits[] = "0123456789abcdefghij";

static void answer(struct web *web, int fd, const char *path, const char *head)
{
    (void)web;
    static char filler[65536];
    long first = 0, last = 0;
    const char *range = strstr(head, "\r\nRange: bytes=");
    if (strcmp(path, "http://nowhere.invalid/a?b") == 0) // as a proxy is asked
        web_ok(fd, "text/plain", "by proxy", 8);
    else if (strcmp(path, "/plain") == 0)
        web_ok(fd, "text/x; a=b", digits, 20);
    else if (strcmp(path, "/ranged") == 0 && range &&
             sscanf(range, "\r\nRange: bytes=%ld-%ld", &first, &last) >= 1) {
        last = last == 0 || last > 19 ? 19 : last;
        if (first > 19)
            web_say(fd,
                    "HTTP/1.1 416 No\r\nContent-Range: bytes */20\r\nContent-Length: 0\r\n\r\n");
        else
            web_say(
                fd,
                "HTTP/1.1 206 Part\r\nContent-Range: bytes %ld-%ld/20\r\nContent-Length: %ld\r\n"
                "\r\n%.*s",
                first, last, last - first + 1, (int)(last - first + 1), digits + first);
    } else if (strcmp(path, "/generous") == 0) // more than the range
        web_say(fd,
                "HTTP/1.1 206 Part\r\nContent-Range: bytes 2-19/20\r\nContent-Length: 18\r\n\r\n%s",
                digits + 2);
    else if (strcmp(path, "/shifted") == 0)
        web_say(
            fd,
            "HTTP/1.1 206 Part\r\nContent-Range: bytes 0-4/20\r\nContent-Length: 5\r\n\r\n01234");
    else if (strcmp(path, "/vague") == 0)
        web_say(fd, "HTTP/1.1 206 Part\r\nContent-Length: 5\r\n\r\n01234");
    else if (strcmp(path, "/gzip") == 0) {
        web_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 325\r\n\r\n");
        web_send(fd, gzipped, sizeof gzipped);
    } else if (strcmp(path, "/nogzip") == 0)
        web_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n01234");
    else if (strcmp(path, "/short") == 0)
        web_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n01234");
    else if (strcmp(path, "/huge") == 0)
        web_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n01234");
    else if (strcmp(path, "/endless") == 0) {
        web_say(fd, "HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 4096; i++)
            web_send(fd, filler, sizeof filler);
    } else if (strcmp(path, "/heads") == 0) {
        web_say(fd, "HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 20000; i++)
            web_say(fd, "X-%d: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", i);
    } else if (strcmp(path, "/away") == 0)
        web_say(fd, "HTTP/1.1 302 Away\r\nLocation:  http://elsewhere/ \r\nRetry-After: 7\r\n"
                    "Content-Length: 4\r\n\r\naway");
    else if (strcmp(path, "/silent") == 0)
        usleep(8000000);
    else if (strcmp(path, "/drip") == 0) {
        web_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        for (int i = 0; i < 80; i++) {
            web_say(fd, "x");
            usleep(100000);
        }
    } else if (strcmp(path, "/noise") == 0)
        web_say(fd, "220 mail.example ESMTP\r\n");
    else if (strcmp(path, "/hint") == 0)
        web_say(fd, "HTTP/1.1 103 Hints\r\nContent-Type: wrong\r\nLocation: /wrong\r\n\r\n"
                    "HTTP/1.1 200 OK\r\nContent-Type: right\r\nContent-Length: 2\r\n\r\nok");
    else
        web_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nno!");
}

static struct web web;
static struct http_client *client;
static struct buf body;

static int start(void **state)
{
    (void)state;
    web_start(&web, answer);
    client = http_client_new();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_client_free(&client);
    buf_done(&body);
    web_stop(&web);
    return 0;
}

static bool get(const char *path, struct http_get_spec spec, struct http_answer *ret,
                struct err *err)
{
    AUTO_FREE char *address = mem_printf("http://127.0.0.1:%u%s", web.port, path);
    spec.address = address;
    spec.size_bytes = spec.size_bytes ? spec.size_bytes : -1;
    spec.cap_bytes = spec.cap_bytes ? spec.cap_bytes : 100000;
    spec.silence_s = 2;
    spec.limit_s = 30;
    *ret = (struct http_answer){.body = &body};
    *err = (struct err){0};
    return http_get(client, &spec, ret, err);
}

static bool body_is(const char *text)
{
    return body.size_bytes == strlen(text) && memcmp(body.data, text, body.size_bytes) == 0;
}

static void a_body_and_its_type_come_whole(void **state)
{
    (void)state;
    AUTO(http_answer_done) struct http_answer got;
    struct err err;
    assert_true(get("/plain", (struct http_get_spec){0}, &got, &err));
    assert_int_equal(got.status, 200);
    assert_int_equal(got.total_bytes, 20);
    assert_string_equal(got.content_type, "text/x; a=b");
    assert_true(body_is(digits));
    assert_false(got.is_range_ignored);
}

static void ranges_come_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int64_t offset, size;
        const char *wanted;
        int status;
        bool is_ignored;
    } cases[] = {
        {"/ranged", 2, 3, "234", 206, false},
        {"/ranged", 0, 1, "0", 206, false},
        {"/ranged", 15, -1, "fghij", 206, false},
        {"/ranged", 18, 10, "ij", 206, false}, // it ends before
        {"/ranged", 20, 5, "", 416, false},
        {"/generous", 2, 3, "234", 206, false},
        {"/plain", 2, 3, "234", 200, true},
        {"/plain", 15, -1, "fghij", 200, true},
        {"/plain", 18, 10, "ij", 200, true},
        {"/plain", 30, 10, "", 200, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(http_answer_done) struct http_answer got;
        struct err err;
        struct http_get_spec spec = {.offset_bytes = cases[i].offset, .size_bytes = cases[i].size};
        if (!get(cases[i].path, spec, &got, &err))
            fail_msg("case %zu: %s", i, err.text);
        assert_int_equal(got.status, cases[i].status);
        assert_int_equal(got.total_bytes, 20);
        assert_int_equal(got.is_range_ignored, cases[i].is_ignored);
        if (!body_is(cases[i].wanted))
            fail_msg("case %zu: %.*s", i, (int)body.size_bytes, (char *)body.data);
    }
}

static void gzip_is_decoded_and_the_cap_is_for_what_comes_out(void **state)
{
    (void)state;
    AUTO(http_answer_done) struct http_answer got;
    struct err err;
    for (int is_asked = 0; is_asked < 2; is_asked++) {
        assert_true(get("/gzip",
                        (struct http_get_spec){.is_compressible = is_asked, .cap_bytes = 300000},
                        &got, &err));
        assert_int_equal(body.size_bytes, 300000);
        assert_int_equal(got.total_bytes, 300000);
    }
    assert_false(get("/gzip", (struct http_get_spec){.is_compressible = true, .cap_bytes = 299999},
                     &got, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "larger than 299999 bytes"));
    assert_true(body.size_bytes <= 299999);
}

static void wrong_answers_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int64_t offset, size;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"/shifted", 2, 3, ERR_INPUT, "from byte 0, asked for was byte 2"},
        {"/vague", 2, 3, ERR_INPUT, "without a Content-Range"},
        {"/vague", 0, 0, ERR_INPUT, "no range was asked"},
        {"/nogzip", 0, 0, ERR_INPUT, "Content-Encoding"},
        {"/short", 0, 0, ERR_TRANSIENT, "ended before 50 bytes"},
        {"/huge", 0, 0, ERR_INPUT, "larger than 100000 bytes"},
        {"/endless", 0, 0, ERR_INPUT, "larger than 100000 bytes"},
        {"/heads", 0, 0, ERR_INPUT, "headers are larger"},
        {"/silent", 0, 0, ERR_TRANSIENT, "too slow or silent"},
        {"/drip", 0, 0, ERR_TRANSIENT, "too slow or silent"},
        {"/noise", 0, 0, ERR_INPUT, "the answer is not HTTP"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(http_answer_done) struct http_answer got;
        struct err err;
        struct http_get_spec spec = {.offset_bytes = cases[i].offset, .size_bytes = cases[i].size};
        if (get(cases[i].path, spec, &got, &err) || err.kind != cases[i].kind ||
            !strstr(err.text, cases[i].words))
            fail_msg("%s: %s, %s", cases[i].path, err_kind_name(err.kind), err.text);
    }
}

static void a_range_of_an_endless_body_ends(void **state)
{
    (void)state;
    AUTO(http_answer_done) struct http_answer got;
    struct err err;
    struct http_get_spec spec = {.offset_bytes = 1000000, .size_bytes = 1000};
    assert_true(get("/endless", spec, &got, &err));
    assert_true(got.is_range_ignored);
    assert_int_equal(body.size_bytes, 1000);
    assert_int_equal(got.skipped_bytes, 1000000);
}

static void other_statuses_are_answers(void **state)
{
    (void)state;
    AUTO(http_answer_done) struct http_answer got;
    struct err err;
    assert_true(get("/nothing", (struct http_get_spec){0}, &got, &err));
    assert_int_equal(got.status, 404);
    assert_int_equal(body.size_bytes, 0);
    assert_int_equal(got.total_bytes, -1);
    assert_null(got.location);

    assert_true(get("/away", (struct http_get_spec){0}, &got, &err));
    assert_int_equal(got.status, 302);
    assert_string_equal(got.location, "http://elsewhere/");
    assert_int_equal(got.retry_after_s, 7);
    assert_int_equal(body.size_bytes, 0);
    http_answer_done(&got);

    assert_true(get("/hint", (struct http_get_spec){0}, &got, &err));
    assert_int_equal(got.status, 200);
    assert_string_equal(got.content_type, "right");
    assert_null(got.location);
    assert_true(body_is("ok"));
}

static bool none_may(void *self, const struct sockaddr *peer)
{
    ++*(int *)self;
    assert_int_equal(peer_reach(peer), PEER_LOCAL);
    return false;
}

// Of a client without open connections, at an address where nothing may be connected to.
static bool get_guarded(const char *address, int *ret_asked, struct http_answer *ret,
                        struct err *err)
{
    struct http_client *fresh = http_client_new();
    struct http_get_spec spec = {.address = address,
                                 .size_bytes = -1,
                                 .cap_bytes = 100,
                                 .silence_s = 2,
                                 .limit_s = 10,
                                 .may_connect = none_may,
                                 .self = ret_asked};
    *ret_asked = 0;
    *ret = (struct http_answer){.body = &body};
    *err = (struct err){0};
    bool ok = http_get(fresh, &spec, ret, err);
    http_client_free(&fresh);
    return ok;
}

static void check_refused(void)
{
    int asked;
    AUTO(http_answer_done) struct http_answer got;
    struct err err;
    AUTO_FREE char *address = mem_printf("http://localhost:%u/plain?key=secret", web.port);
    int before = atomic_load(&web.requests);
    assert_false(get_guarded(address, &asked, &got, &err));
    assert_true(asked > 0);
    assert_true(got.is_refused);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "an address of a private network"));
    assert_null(strstr(err.text, "secret"));
    assert_int_equal(atomic_load(&web.requests), before);
}

static void a_peer_may_be_refused(void **state)
{
    (void)state;
    check_refused();
}

// With a proxy it is the proxy that connects: nobody is asked about its address, and the
// server's is never looked up here.
static void a_proxy_is_not_asked_about(void **state)
{
    (void)state;
    static const char *const names[] = {"http_proxy", "all_proxy", "ALL_PROXY"};
    AUTO_FREE char *proxy = mem_printf("http://127.0.0.1:%u", web.port);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        int asked;
        AUTO(http_answer_done) struct http_answer got;
        struct err err;
        setenv(names[i], proxy, true);
        bool ok = get_guarded("http://nowhere.invalid/a?b", &asked, &got, &err);
        setenv(names[i], "", true); // as good as unset
        if (!ok)
            fail_msg("%s: %s", names[i], err.text);
        assert_int_equal(asked, 0);
        assert_false(got.is_refused);
        assert_true(body_is("by proxy"));
    }
    check_refused();
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unsetenv(names[i]);
}

// A proxy that this exchange does not go through changes nothing.
static void a_peer_is_refused_beside_a_proxy(void **state)
{
    (void)state;
    struct web proxy;
    web_start(&proxy, answer);
    AUTO_FREE char *other = mem_printf("http://127.0.0.1:%u", proxy.port);
    AUTO_FREE char *own = mem_printf("http://127.0.0.1:%u", web.port);
    const struct {
        const char *name, *value, *no_proxy;
    } cases[] = {
        {"https_proxy", own, NULL}, // of the other scheme, though at the same place
        {"HTTPS_PROXY", other, NULL},
        {"HTTP_PROXY", own, NULL}, // not read in capitals
        {"http_proxy", other, "example.org,localhost"},
        {"all_proxy", other, "localhost"},
        {"http_proxy", other, "*"},
        {"http_proxy", own, "*"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        setenv(cases[i].name, cases[i].value, true);
        if (cases[i].no_proxy)
            setenv("no_proxy", cases[i].no_proxy, true);
        check_refused();
        unsetenv(cases[i].name);
        unsetenv("no_proxy");
    }
    assert_int_equal(atomic_load(&proxy.requests), 0);
    web_stop(&proxy);
}

static void a_stop_ends_it(void **state)
{
    (void)state;
    atomic_bool is_stopped = true;
    AUTO(http_answer_done) struct http_answer got;
    struct err err;
    assert_false(get("/silent", (struct http_get_spec){.stop = &is_stopped}, &got, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
}

static void headers_are_sent(struct web *server, int fd, const char *path, const char *head)
{
    (void)server;
    (void)path;
    web_ok(fd, "text/plain", head, strlen(head));
}

static void headers_go_along(void **state)
{
    (void)state;
    struct web echo;
    web_start(&echo, headers_are_sent);
    static const char *const headers[] = {"X-One: 1", "Authorization: Bearer t"};
    AUTO_FREE char *address = mem_printf("http://127.0.0.1:%u/", echo.port);
    struct http_get_spec spec = {.address = address,
                                 .headers = headers,
                                 .header_count = 2,
                                 .offset_bytes = 0,
                                 .size_bytes = 10000,
                                 .cap_bytes = 100000,
                                 .silence_s = 2,
                                 .limit_s = 10};
    AUTO(http_answer_done) struct http_answer got = {.body = &body};
    struct err err = {0};
    assert_true(http_get(client, &spec, &got, &err));
    web_stop(&echo);
    buf_put_u8(&body, 0);
    const char *text = (char *)body.data;
    assert_non_null(strstr(text, "\r\nX-One: 1\r\n"));
    assert_non_null(strstr(text, "\r\nAuthorization: Bearer t\r\n"));
    assert_non_null(strstr(text, "\r\nRange: bytes=0-9999\r\n"));
    assert_non_null(strstr(text, "\r\nUser-Agent: rung/"));
    assert_non_null(strstr(text, "\r\nAccept-Encoding: identity\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_and_its_type_come_whole),
        cmocka_unit_test(ranges_come_exactly),
        cmocka_unit_test(gzip_is_decoded_and_the_cap_is_for_what_comes_out),
        cmocka_unit_test(wrong_answers_are_told),
        cmocka_unit_test(a_range_of_an_endless_body_ends),
        cmocka_unit_test(other_statuses_are_answers),
        cmocka_unit_test(a_peer_may_be_refused),
        cmocka_unit_test(a_proxy_is_not_asked_about),
        cmocka_unit_test(a_peer_is_refused_beside_a_proxy),
        cmocka_unit_test(a_stop_ends_it),
        cmocka_unit_test(headers_go_along),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
