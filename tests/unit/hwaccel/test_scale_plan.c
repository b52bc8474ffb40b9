// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hwaccel/scale_plan.h"
#include "src/base/mem.h"

#define SOURCE  SCALE_FROM_SOURCE
#define BETWEEN SCALE_IN_BETWEEN

struct plan_case {
    int width_px, height_px;
    struct device_size sizes[8]; // ends with width 0
    struct scale_step steps[10]; // ends with width 0
};

static const struct plan_case plan_cases[] = {
    // The default ladder: all within 3:1 come from the source, 240 from 720 and no smaller one.
    {1920,
     1080,
     {{1920, 1080}, {1280, 720}, {960, 540}, {640, 360}, {426, 240}},
     {{1920, 1080, SOURCE, 0},
      {1280, 720, SOURCE, 1},
      {960, 540, SOURCE, 2},
      {640, 360, SOURCE, 3},
      {426, 240, 1, 4}}},
    {3840,
     2160,
     {{3840, 2160}, {2560, 1440}, {1920, 1080}, {1280, 720}, {960, 540}, {640, 360}, {426, 240}},
     {{3840, 2160, SOURCE, 0},
      {2560, 1440, SOURCE, 1},
      {1920, 1080, SOURCE, 2},
      {1280, 720, SOURCE, 3},
      {960, 540, 1, 4},
      {640, 360, 2, 5},
      {426, 240, 3, 6}}},
    {640, 360, {{640, 360}, {426, 240}}, {{640, 360, SOURCE, 0}, {426, 240, SOURCE, 1}}},
    // Nothing near enough was asked for: one more is made on the way.
    {1920, 1080, {{426, 240}}, {{1278, 720, SOURCE, BETWEEN}, {426, 240, 0, 0}}},
    {1920,
     1080,
     {{426, 240}, {320, 180}},
     {{1278, 720, SOURCE, BETWEEN}, {426, 240, 0, 0}, {320, 180, 1, 1}}},
    {7680,
     4320,
     {{256, 144}},
     {{6912, 3888, SOURCE, BETWEEN},
      {2304, 1296, 0, BETWEEN},
      {768, 432, 1, BETWEEN},
      {256, 144, 2, 0}}},
    // On its side; one direction alone may be too far; none may be below.
    {1080, 1920, {{404, 720}, {134, 240}}, {{404, 720, SOURCE, 0}, {134, 240, 0, 1}}},
    {1920, 100, {{480, 100}}, {{1440, 100, SOURCE, BETWEEN}, {480, 100, 0, 0}}},
    {640, 480, {{1280, 720}}, {{1280, 720, SOURCE, 0}}},
    {2, 2, {{2, 2}}, {{2, 2, SOURCE, 0}}},
};

static void print_plan(const struct scale_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        print_message("  %zu: %dx%d from %d, size %d\n", i, plan->steps[i].width_px,
                      plan->steps[i].height_px, plan->steps[i].from, plan->steps[i].size);
}

static void sizes_come_from_what_is_near(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(plan_cases); i++) {
        const struct plan_case *row = &plan_cases[i];
        size_t sizes = 0, steps = 0;
        while (row->sizes[sizes].width_px)
            sizes++;
        while (row->steps[steps].width_px)
            steps++;
        struct scale_plan plan = scale_plan_build(row->width_px, row->height_px, row->sizes, sizes);
        bool is_same =
            plan.count == steps && memcmp(plan.steps, row->steps, steps * sizeof *plan.steps) == 0;
        if (!is_same) {
            print_plan(&plan);
            fail_msg("row %zu, %dx%d", i, row->width_px, row->height_px);
        }
        scale_plan_done(&plan);
    }
}

static int side_of(const struct scale_plan *plan, int step, int source)
{
    return step < 0 ? source : plan->steps[step].width_px;
}

static void no_step_is_too_far(void **state)
{
    (void)state;
    for (int source = 64; source <= 8192; source += 46)
        for (int small = 16; small <= source; small *= 2) {
            struct device_size sizes[] = {{source, source}, {small * 2, small * 2}, {small, small}};
            struct scale_plan plan = scale_plan_build(source, source, sizes, ARRAY_LEN(sizes));
            size_t made = 0;
            for (size_t i = 0; i < plan.count; i++) {
                const struct scale_step *step = &plan.steps[i];
                assert_true(step->from < (int)i);
                assert_true(side_of(&plan, step->from, source) <= 3 * (step->width_px + 2));
                made += step->size != SCALE_IN_BETWEEN;
            }
            assert_int_equal(made, ARRAY_LEN(sizes));
            scale_plan_done(&plan);
        }
}

static void uses_are_counted(void **state)
{
    (void)state;
    const struct plan_case *row = &plan_cases[0];
    struct scale_plan plan = scale_plan_build(row->width_px, row->height_px, row->sizes, 5);
    assert_int_equal(scale_plan_uses(&plan, SCALE_FROM_SOURCE), 4);
    assert_int_equal(scale_plan_uses(&plan, 1), 1);
    assert_int_equal(scale_plan_uses(&plan, 4), 0);
    scale_plan_done(&plan);
    assert_null(plan.steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_come_from_what_is_near),
        cmocka_unit_test(no_step_is_too_far),
        cmocka_unit_test(uses_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
