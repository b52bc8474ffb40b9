// SPDX-License-Identifier: BSD-2-Clause
// What progress lines say, at every width.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/app/progress.h"

static struct progress_state half_done(void)
{
    struct progress_state state = {
        .track_count = 2, .media_s = 20, .frame_rate = 25, .elapsed_s = 5};
    for (size_t i = 0; i < 2; i++) {
        snprintf(state.tracks[i].label, sizeof state.tracks[i].label, "%s", i ? "360p" : "720p");
        state.tracks[i].is_shown = true;
        state.tracks[i].units_total = 500;
        state.tracks[i].units_done = 250;
        state.tracks[i].weight = i ? 1 : 4;
    }
    return state;
}

static char *line_at(const struct progress_state *state, size_t width)
{
    struct buf line = {0};
    progress_line(state, width, &line);
    assert_true(line.size_bytes <= width);
    buf_put_u8(&line, 0);
    return (char *)line.data;
}

static void numbers_follow_from_the_work_done(void **state)
{
    (void)state;
    struct progress_state half = half_done();
    struct progress_numbers numbers = progress_measure(&half);
    assert_true(fabs(numbers.fraction - 0.5) < 1e-9);
    assert_true(fabs(numbers.speed - 2) < 1e-9); // 10 s of 20 in 5 s
    assert_true(fabs(numbers.frames_per_s - 50) < 1e-9);
    assert_true(fabs(numbers.eta_s - 5) < 1e-9);
}

static void work_of_an_earlier_run_is_not_speed(void **state)
{
    (void)state;
    struct progress_state half = half_done();
    for (size_t i = 0; i < 2; i++)
        half.tracks[i].units_before = 200;
    struct progress_numbers numbers = progress_measure(&half);
    assert_true(fabs(numbers.fraction - 0.5) < 1e-9);
    assert_true(fabs(numbers.speed - 0.4) < 1e-9);
    assert_true(fabs(numbers.eta_s - 25) < 1e-9);
}

static void larger_rungs_count_for_more(void **state)
{
    (void)state;
    struct progress_state skew = half_done();
    skew.tracks[0].units_done = 500;
    skew.tracks[1].units_done = 0;
    assert_true(fabs(progress_measure(&skew).fraction - 0.8) < 1e-9);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    struct progress_state half = half_done();
    for (size_t width = 1; width <= 250; width++) {
        AUTO_FREE char *line = line_at(&half, width);
        assert_true(strlen(line) <= width);
    }
}

static void width_decides_what_is_shown(void **state)
{
    (void)state;
    struct progress_state half = half_done();
    static const struct {
        size_t width;
        const char *line;
    } cases[] = {
        {4, " 50%"},
        {28, " 50% 2.00x 50 fps ETA 0:05"},
        {48, " 50% 2.00x 50 fps ETA 0:05 | 720p 50%  +1"},
        {60, " 50% 2.00x 50 fps ETA 0:05 | 720p 50%  360p 50%"},
        {80, " 50% [======>     ] 2.00x 50 fps ETA 0:05 | 720p 50%  360p 50%"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *line = line_at(&half, cases[i].width);
        assert_string_equal(line, cases[i].line);
    }
}

static void the_beginning_promises_nothing(void **state)
{
    (void)state;
    struct progress_state start = half_done();
    start.elapsed_s = 0;
    for (size_t i = 0; i < 2; i++)
        start.tracks[i].units_done = 0;
    AUTO_FREE char *line = line_at(&start, 60);
    assert_string_equal(line, "  0% 0.00x 0 fps ETA --:-- | 720p 0%  360p 0%");
}

static void more_units_than_planned_stay_at_100(void **state)
{
    (void)state;
    struct progress_state over = half_done();
    for (size_t i = 0; i < 2; i++)
        over.tracks[i].units_done = 501;
    AUTO_FREE char *line = line_at(&over, 60);
    assert_non_null(strstr(line, "100% "));
    assert_non_null(strstr(line, "720p 100%"));
    assert_non_null(strstr(line, "ETA 0:00"));
}

static void json_lines_are_documents(void **state)
{
    (void)state;
    struct progress_state half = half_done();
    struct buf text = {0};
    progress_json(&half, &text);
    json_t *root = json_loadb((const char *)text.data, text.size_bytes, 0, NULL);
    assert_non_null(root);
    assert_true(fabs(json_real_value(json_object_get(root, "percent")) - 50) < 1e-6);
    assert_int_equal(json_array_size(json_object_get(root, "tracks")), 2);
    assert_null(memchr(text.data, '\n', text.size_bytes));
    json_decref(root);
    buf_done(&text);
}

static void auto_looks_at_the_terminal(void **state)
{
    (void)state;
    assert_int_equal(progress_kind_choose("auto", true, false), PROGRESS_BAR);
    assert_int_equal(progress_kind_choose("auto", false, false), PROGRESS_PLAIN);
    assert_int_equal(progress_kind_choose("auto", true, true), PROGRESS_NONE);
    assert_int_equal(progress_kind_choose("json", true, true), PROGRESS_JSON);
    assert_int_equal(progress_kind_choose("none", true, false), PROGRESS_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_from_the_work_done),
        cmocka_unit_test(work_of_an_earlier_run_is_not_speed),
        cmocka_unit_test(larger_rungs_count_for_more),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(width_decides_what_is_shown),
        cmocka_unit_test(the_beginning_promises_nothing),
        cmocka_unit_test(more_units_than_planned_stay_at_100),
        cmocka_unit_test(json_lines_are_documents),
        cmocka_unit_test(auto_looks_at_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
