// SPDX-License-Identifier: BSD-2-Clause
// Header lines are read as RFC 9110 writes them, and nothing else is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/net/http_header.h"

static void content_ranges_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct http_content_range wanted;
    } cases[] = {
        {"bytes 0-99/1234", {0, 99, 1234}},
        {"bytes 0-0/1", {0, 0, 1}},
        {"Bytes  5-6/*", {5, 6, -1}},
        {"bytes */1234", {-1, -1, 1234}},
        {"bytes */*", {-1, -1, -1}},
        {"bytes 9000000000-9000000001/9000000002", {9000000000, 9000000001, 9000000002}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_content_range got = {0};
        assert_true(http_content_range_read(cases[i].text, strlen(cases[i].text), &got));
        assert_int_equal(got.first_byte, cases[i].wanted.first_byte);
        assert_int_equal(got.last_byte, cases[i].wanted.last_byte);
        assert_int_equal(got.total_bytes, cases[i].wanted.total_bytes);
    }
}

static void malformed_ranges_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "bytes",
        "bytes ",
        "bytes 0-99",
        "bytes 99-0/100",
        "bytes 0-100/100",
        "items 0-9/10",
        "bytes -1-9/10",
        "bytes a-9/10",
        "bytes 0-9/",
        "bytes /10",
        "bytes 0-/10",
        "bytes=0-9/10",
        "bytes 0-9/99999999999999999999",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_content_range got;
        if (http_content_range_read(cases[i], strlen(cases[i]), &got))
            fail_msg("read: %s", cases[i]);
    }
}

static void a_line_is_of_one_field(void **state)
{
    (void)state;
    const char *value = NULL;
    size_t length = 0;
    static const char line[] = "content-TYPE: \t video/mp4 \r\n";
    assert_true(http_header_is(line, sizeof line - 1, "Content-Type", &value, &length));
    assert_int_equal(length, 9);
    assert_memory_equal(value, "video/mp4", 9);
    assert_false(http_header_is(line, sizeof line - 1, "Content", &value, &length));
    assert_false(http_header_is(line, 5, "Content-Type", &value, &length));
    assert_true(http_header_is("A:", 2, "a", &value, &length));
    assert_int_equal(length, 0);
}

static void numbers_do_not_overflow(void **state)
{
    (void)state;
    int64_t got = 0;
    assert_true(http_number_read("922337203685477579", 18, &got));
    assert_true(got == 922337203685477579);
    assert_false(http_number_read("9223372036854775808", 19, &got));
    assert_false(http_number_read("", 0, &got));
    assert_false(http_number_read("+1", 2, &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_ranges_are_read),
        cmocka_unit_test(malformed_ranges_are_refused),
        cmocka_unit_test(a_line_is_of_one_field),
        cmocka_unit_test(numbers_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
