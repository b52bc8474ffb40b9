// SPDX-License-Identifier: BSD-2-Clause
// Framing: what goes in comes out, and what is no message is refused.
#include "src/engine/protocol.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/json.h"

struct ends {
    int a;
    int b;
};

static struct ends ends_open(void)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    return (struct ends){pair[0], pair[1]};
}

static void ends_close(struct ends *ends)
{
    if (ends->a >= 0)
        close(ends->a);
    if (ends->b >= 0)
        close(ends->b);
}

struct sending {
    int fd;
    const uint8_t *data;
    size_t size_bytes;
    int times;
    bool ok;
};

static void *send_main(void *self)
{
    struct sending *sending = self;
    json_t *json = json_pack("{s:s, s:i}", "type", "segment", "index", 7);
    struct err err = {0};
    sending->ok = true;
    for (int i = 0; i < sending->times; i++)
        sending->ok &= protocol_send(sending->fd, json, sending->data, sending->size_bytes, &err);
    json_decref(json);
    return NULL;
}

// Larger than any socket buffer, so that both ends go through partial transfers.
static void carries_large_payloads_whole(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 65536, (20u << 20) + 3};
    AUTO(buf_done) struct buf payload = {0};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(ends_close) struct ends ends = ends_open();
        AUTO_FREE uint8_t *data = mem_alloc(sizes[i] + 1);
        for (size_t k = 0; k < sizes[i]; k++)
            data[k] = (uint8_t)(k * 2654435761u >> 13);
        struct sending sending = {.fd = ends.a, .data = data, .size_bytes = sizes[i], .times = 2};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, send_main, &sending), 0);
        for (int k = 0; k < 2; k++) {
            AUTO(json_free) json_t *json = NULL;
            struct err err = {0};
            assert_int_equal(protocol_receive(ends.b, &json, &payload, &err), PROTOCOL_MESSAGE);
            assert_string_equal(protocol_type(json), "segment");
            assert_int_equal(json_int_or(json, "index", 0), 7);
            assert_int_equal(payload.size_bytes, sizes[i]);
            assert_int_equal(memcmp(payload.data ? payload.data : data, data, sizes[i]), 0);
        }
        pthread_join(thread, NULL);
        assert_true(sending.ok);
    }
}

static void is_closed_when_the_peer_goes_even_inside_a_message(void **state)
{
    (void)state;
    static const uint8_t header[PROTOCOL_HEADER_BYTES] = {'R', 'U', 'N', 'G', 0, 0, 0, 20};
    for (size_t sent = 0; sent <= sizeof header; sent += 8) {
        AUTO(ends_close) struct ends ends = ends_open();
        AUTO(buf_done) struct buf payload = {0};
        assert_int_equal(send(ends.a, header, sent, 0), sent);
        close(ends.a);
        ends.a = -1;
        json_t *json = NULL;
        struct err err = {0};
        assert_int_equal(protocol_receive(ends.b, &json, &payload, &err), PROTOCOL_CLOSED);
        assert_null(json);
    }
}

static void says_so_when_the_peer_is_gone(void **state)
{
    (void)state;
    AUTO(ends_close) struct ends ends = ends_open();
    close(ends.b);
    ends.b = -1;
    AUTO(json_free) json_t *json = json_pack("{s:s}", "type", "alive");
    struct err err = {0};
    assert_false(protocol_send(ends.a, json, NULL, 0, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
}

struct raw {
    const char *what;
    const char *magic;
    uint64_t json_bytes; // as the header says
    uint64_t payload_bytes;
    const char *json;
    const char *wanted; // in the error
};

static void refuses_what_is_no_message(void **state)
{
    (void)state;
    static const struct raw rows[] = {
        {"magic", "GNUR", 2, 0, "{}", "magic"},
        {"json too large", "RUNG", PROTOCOL_JSON_MAX_BYTES + 1, 0, "", "JSON"},
        {"payload too large", "RUNG", 2, UINT64_C(1) << 40, "{}", "payload"},
        {"payload of all ones", "RUNG", 2, UINT64_MAX, "{}", "payload"},
        {"no json", "RUNG", 0, 0, "", "engine message"},
        {"broken json", "RUNG", 5, 0, "{\"a\":", "engine message"},
        {"array", "RUNG", 2, 0, "[]", "type"},
        {"no type", "RUNG", 2, 0, "{}", "type"},
        {"type is a number", "RUNG", 10, 0, "{\"type\":1}", "type"},
        {"a key twice", "RUNG", 23, 0, "{\"type\":\"a\",\"type\":\"b\"}", "duplicate"},
        {"bad UTF-8", "RUNG", 12, 0, "{\"type\":\"\xff\"}", "decode"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(ends_close) struct ends ends = ends_open();
        AUTO(buf_done) struct buf bytes = {0};
        AUTO(buf_done) struct buf payload = {0};
        buf_append(&bytes, rows[i].magic, 4);
        buf_put_u32(&bytes, (uint32_t)rows[i].json_bytes);
        buf_put_u64(&bytes, rows[i].payload_bytes);
        buf_append(&bytes, rows[i].json, strlen(rows[i].json));
        assert_int_equal(send(ends.a, bytes.data, bytes.size_bytes, 0), bytes.size_bytes);
        json_t *json = NULL;
        struct err err = {0};
        if (protocol_receive(ends.b, &json, &payload, &err) != PROTOCOL_FAILED)
            fail_msg("%s was taken for a message", rows[i].what);
        assert_int_equal(err.kind, ERR_BUG);
        if (!strstr(err.text, rows[i].wanted))
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].what, err.text, rows[i].wanted);
    }
}

static void a_link_has_narrower_bounds_of_its_own(void **state)
{
    (void)state;
    AUTO(ends_close) struct ends ends = ends_open();
    AUTO(buf_done) struct buf payload = {0};
    AUTO(json_free) json_t *small = json_pack("{s:s}", "type", "a");
    AUTO(json_free) json_t *large = json_pack("{s:s}", "type", "abcdefghijklmnop");
    struct protocol_link link = {.fd = ends.b, .json_max_bytes = 16, .payload_max_bytes = 4};
    struct err err = {0};
    json_t *json = NULL;
    assert_true(protocol_send(ends.a, small, "1234", 4, &err));
    assert_int_equal(protocol_link_receive(&link, &json, &payload, &err), PROTOCOL_MESSAGE);
    json_decref(json);
    assert_true(protocol_send(ends.a, large, NULL, 0, &err));
    assert_int_equal(protocol_link_receive(&link, &json, &payload, &err), PROTOCOL_FAILED);
}

static bool count_down(void *self, struct err *err)
{
    int *left = self;
    return --*left > 0 || err_set(err, ERR_CANCELLED, "enough");
}

static void stops_waiting_when_told_to(void **state)
{
    (void)state;
    AUTO(ends_close) struct ends ends = ends_open();
    AUTO(buf_done) struct buf payload = {0};
    int left = 3;
    struct protocol_link link = {.fd = ends.b, .keep_waiting = count_down, .self = &left};
    struct err err = {0};
    json_t *json = NULL;
    assert_int_equal(protocol_link_receive(&link, &json, &payload, &err), PROTOCOL_FAILED);
    assert_int_equal(err.kind, ERR_CANCELLED);

    // A peer that takes nothing.
    AUTO_FREE uint8_t *data = mem_alloc(4u << 20);
    AUTO(json_free) json_t *message = json_pack("{s:s}", "type", "a");
    left = 3;
    assert_false(protocol_link_send(&link, message, data, 4u << 20, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
}

// A peer that never stops talking cannot put off a cancel.
static void stops_even_though_messages_are_waiting(void **state)
{
    (void)state;
    AUTO(ends_close) struct ends ends = ends_open();
    AUTO(buf_done) struct buf payload = {0};
    AUTO(json_free) json_t *message = json_pack("{s:s}", "type", "a");
    int left = 2;
    struct protocol_link link = {.fd = ends.b, .keep_waiting = count_down, .self = &left};
    struct err err = {0};
    for (int i = 0; i < 2; i++)
        assert_true(protocol_send(ends.a, message, NULL, 0, &err));
    json_t *json = NULL;
    assert_int_equal(protocol_link_receive(&link, &json, &payload, &err), PROTOCOL_MESSAGE);
    json_decref(json);
    assert_int_equal(protocol_link_receive(&link, &json, &payload, &err), PROTOCOL_FAILED);
    assert_int_equal(err.kind, ERR_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_large_payloads_whole),
        cmocka_unit_test(is_closed_when_the_peer_goes_even_inside_a_message),
        cmocka_unit_test(says_so_when_the_peer_is_gone),
        cmocka_unit_test(refuses_what_is_no_message),
        cmocka_unit_test(a_link_has_narrower_bounds_of_its_own),
        cmocka_unit_test(stops_waiting_when_told_to),
        cmocka_unit_test(stops_even_though_messages_are_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
