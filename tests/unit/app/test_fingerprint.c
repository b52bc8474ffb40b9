// SPDX-License-Identifier: BSD-2-Clause
// Two runs are the same only when everything that shapes the result is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
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

static void where_it_ran_is_no_difference(void **state)
{
    (void)state;
    json_t *a = sample(), *b = sample();
    char *text = NULL;
    fingerprint_set_tier(a, (struct tier){DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU}, 0);
    fingerprint_set_tier(b, (struct tier){DEVICE_CPU, DEVICE_CPU, DEVICE_CPU}, 0);
    assert_false(fingerprint_differs(a, b, &text));
    json_decref(a);
    json_decref(b);
}

static void the_tier_comes_back(void **state)
{
    (void)state;
    const struct tier tier = {DEVICE_CPU, DEVICE_VAAPI, DEVICE_VAAPI};
    struct tier back = {0};
    int encoders_max = 0;
    json_t *json = sample();
    assert_false(fingerprint_get_tier(json, &back, &encoders_max));
    assert_false(fingerprint_get_tier(NULL, &back, &encoders_max));
    fingerprint_set_tier(json, tier, 3);
    assert_true(fingerprint_get_tier(json, &back, &encoders_max));
    assert_true(tier_equal(back, tier));
    assert_int_equal(encoders_max, 3);
    fingerprint_set_tier(json, tier, PLAN_VIDEO_MAX + 1);
    assert_false(fingerprint_get_tier(json, &back, &encoders_max));
    fingerprint_set_tier(json, tier, -1);
    assert_false(fingerprint_get_tier(json, &back, &encoders_max));
    json_decref(json);
}

// A plan on one tier and on another, through a real file's identity.
static void only_what_shapes_the_bytes_is_compared(void **state)
{
    (void)state;
    char name[] = "a.mp4", *environment[] = {NULL}, *argv[] = {name};
    const struct input input = {.fd = -1, .name = name};
    struct options options;
    assert_true(
        options_read(command_find(COMMAND_TRANSCODE), 1, argv, environment, &options, NULL));
    struct plan plan = {.grid = {.segment_count = 1}, .video_count = 1};
    snprintf(plan.video[0].encoder, sizeof plan.video[0].encoder, "libx264");
    plan.frame_rate = plan.source_frame_rate = plan.source_start = (struct rational){1, 1};
    plan.grid.duration = plan.grid.segment_duration = (struct rational){1, 1};
    json_t *before = fingerprint_build(&plan, &input, &options, NULL);
    assert_non_null(before);
    char *text = NULL;
    plan.tier = (struct tier){DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU};
    plan_note(&plan, NOTE_INFO, "tier", "the device is there today");
    json_t *now = fingerprint_build(&plan, &input, &options, NULL);
    assert_false(fingerprint_differs(now, before, &text));
    json_decref(now);
    snprintf(plan.video[0].encoder, sizeof plan.video[0].encoder, "h264_nvenc");
    plan.video[0].encoded_on = DEVICE_CUDA;
    now = fingerprint_build(&plan, &input, &options, NULL);
    assert_true(fingerprint_differs(now, before, &text));
    free(text);
    json_decref(now);
    json_decref(before);
    options_done(&options);
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
        cmocka_unit_test(where_it_ran_is_no_difference),
        cmocka_unit_test(the_tier_comes_back),
        cmocka_unit_test(only_what_shapes_the_bytes_is_compared),
        cmocka_unit_test(nothing_to_compare_with_is_a_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
