// SPDX-License-Identifier: BSD-2-Clause
// Addresses in messages carry no secrets; only http(s) is fetched.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/net/http_fetch.h"

static void secrets_are_not_shown(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"https://host/a.mp4", "https://host/a.mp4"},
        {"https://host/a.mp4?X-Signature=abc", "https://host/a.mp4?…"},
        {"https://user:secret@host:8/a", "https://host:8/a"},
        {"https://user:p@ss@host/a@b", "https://host/a@b"},
        {"https://host?q=user@x", "https://host?…"},
        {"https://host/a#part", "https://host/a"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *shown = http_fetch_masked(cases[i][0]);
        assert_string_equal(shown, cases[i][1]);
    }
}

static void other_schemes_and_dead_servers_fail(void **state)
{
    (void)state;
    static const char *const cases[] = {"file:///etc/passwd", "http://127.0.0.1:1/x?key=secret",
                                        "http://"};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_fetch_spec spec = {.address = cases[i], .to_fd = -1};
        struct err err = {0};
        int64_t bytes = 0;
        assert_false(http_fetch(&spec, &bytes, &err));
        assert_int_not_equal(err.kind, ERR_NONE);
        assert_null(strstr(err.text, "secret"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_are_not_shown),
        cmocka_unit_test(other_schemes_and_dead_servers_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
