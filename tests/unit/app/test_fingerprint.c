// SPDX-License-Identifier: BSD-2-Clause
// Two runs are the same only when everything that shapes the result is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/fingerprint.h"

static json_t *sample(void)
{
    return json_loads("{\"rung\":\"1\",\"plan_sha256\":\"a\",\"source\":{\"size_bytes\":5},"
                      "\"encoders\":{\"libx264\":\"164\"},"
                      "\"options\":{\"preset\":\"slow\",\"ladder\":\"\"}}",
                      0, NULL);
}

static void equal_runs_do_not_differ(void **state)
{
    (void)state;
    json_t *a = sample(), *b = sample();
    char *text = NULL;
    assert_false(fingerprint_differs(a, b, &text));
    assert_null(text);
    json_decref(a);
    json_decref(b);
}

static void each_difference_is_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"rung\":\"2\"}", "another version of rung"},
        {"{\"plan_sha256\":\"b\"}", "the plan is another one"},
        {"{\"source\":{\"size_bytes\":6}}", "source is another file"},
        {"{\"encoders\":{\"libx264\":\"165\"}}", "encoder libraries"},
        {"{\"options\":{\"preset\":\"fast\",\"ladder\":\"\"}}", "--preset is fast, was slow"},
        {"{\"options\":{\"preset\":\"slow\",\"ladder\":\"720\"}}", "--ladder is 720, was not set"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *now = sample(), *before = sample(), *change = json_loads(cases[i][0], 0, NULL);
        AUTO_FREE char *text = NULL;
        json_object_update(now, change);
        assert_true(fingerprint_differs(now, before, &text));
        if (!strstr(text, cases[i][1]))
            fail_msg("\"%s\" does not say \"%s\"", text, cases[i][1]);
        json_decref(now);
        json_decref(before);
        json_decref(change);
    }
}

static void nothing_to_compare_with_is_a_difference(void **state)
{
    (void)state;
    json_t *now = sample(), *empty = json_object();
    AUTO_FREE char *text = NULL;
    assert_true(fingerprint_differs(now, empty, &text));
    json_decref(now);
    json_decref(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_runs_do_not_differ),
        cmocka_unit_test(each_difference_is_named),
        cmocka_unit_test(nothing_to_compare_with_is_a_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
