// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hwaccel/tier.h"
#include "src/base/mem.h"

#define CPU  DEVICE_CPU
#define CUDA DEVICE_CUDA

static void names_are_read_back(void **state)
{
    (void)state;
    static const char *const names[] = {"cpu", "cuda", "vaapi", "qsv"};
    for (unsigned i = 0; i < DEVICE_COUNT; i++) {
        enum device device = DEVICE_COUNT;
        assert_string_equal(device_name((enum device)i), names[i]);
        assert_true(device_from_name(names[i], &device));
        assert_int_equal(device, i);
    }
    enum device untouched = DEVICE_QSV;
    assert_false(device_from_name("CUDA", &untouched));
    assert_false(device_from_name("", &untouched));
    assert_false(device_from_name(NULL, &untouched));
    assert_int_equal(untouched, DEVICE_QSV);
    assert_string_equal(device_name(DEVICE_COUNT), "unknown");
    assert_string_equal(stage_name(STAGE_DECODE), "decode");
    assert_string_equal(stage_name(STAGE_SCALE), "scale");
    assert_string_equal(stage_name(STAGE_ENCODE), "encode");
    assert_string_equal(stage_name(STAGE_COUNT), "unknown");
}

static void the_best_tier_comes_first(void **state)
{
    (void)state;
    struct tier tiers[TIERS_MAX];
    assert_int_equal(tiers_of(DEVICE_CPU, tiers), 1);
    assert_int_equal(tier_accelerator(tiers[0]), DEVICE_CPU);
    for (unsigned d = DEVICE_CUDA; d < DEVICE_COUNT; d++) {
        enum device device = (enum device)d;
        const struct tier wanted[] = {{device, device, device},
                                      {CPU, device, device},
                                      {device, device, CPU},
                                      {CPU, CPU, CPU}};
        assert_int_equal(tiers_of(device, tiers), ARRAY_LEN(wanted));
        for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
            assert_true(tier_equal(tiers[i], wanted[i]));
        for (size_t i = 0; i + 1 < ARRAY_LEN(wanted); i++)
            assert_int_equal(tier_accelerator(tiers[i]), device);
    }
}

struct below_case {
    struct tier tier;
    enum stage failed;
    struct tier wanted;
};

static const struct below_case below_cases[] = {
    {{CUDA, CUDA, CUDA}, STAGE_DECODE, {CPU, CUDA, CUDA}},
    {{CUDA, CUDA, CUDA}, STAGE_SCALE, {CPU, CPU, CPU}},
    {{CUDA, CUDA, CUDA}, STAGE_ENCODE, {CUDA, CUDA, CPU}},
    {{CPU, CUDA, CUDA}, STAGE_DECODE, {CPU, CPU, CPU}},
    {{CPU, CUDA, CUDA}, STAGE_SCALE, {CPU, CPU, CPU}},
    {{CPU, CUDA, CUDA}, STAGE_ENCODE, {CPU, CPU, CPU}},
    {{CUDA, CUDA, CPU}, STAGE_DECODE, {CPU, CPU, CPU}},
    {{CUDA, CUDA, CPU}, STAGE_SCALE, {CPU, CPU, CPU}},
    {{CUDA, CUDA, CPU}, STAGE_ENCODE, {CPU, CPU, CPU}},
    {{CPU, CPU, CPU}, STAGE_DECODE, {CPU, CPU, CPU}},
    {{CPU, CPU, CPU}, STAGE_SCALE, {CPU, CPU, CPU}},
    {{CPU, CPU, CPU}, STAGE_ENCODE, {CPU, CPU, CPU}},
};

static void what_failed_moves_and_nothing_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(below_cases); i++) {
        const struct below_case *row = &below_cases[i];
        struct tier below = tier_below(row->tier, row->failed);
        char text[64], wanted[64];
        tier_format(below, text);
        tier_format(row->wanted, wanted);
        if (!tier_equal(below, row->wanted))
            fail_msg("row %zu: %s, wanted %s", i, text, wanted);
    }
}

static void falling_ends_on_the_cpu(void **state)
{
    (void)state;
    for (unsigned first = 0; first < STAGE_COUNT; first++)
        for (unsigned then = 0; then < STAGE_COUNT; then++) {
            struct tier tier = {DEVICE_QSV, DEVICE_QSV, DEVICE_QSV};
            tier = tier_below(tier, (enum stage)first);
            for (int i = 0; i < TIERS_MAX; i++)
                tier = tier_below(tier, (enum stage)then);
            assert_int_equal(tier_accelerator(tier), DEVICE_CPU);
        }
}

static void is_written_in_words(void **state)
{
    (void)state;
    char text[64];
    tier_format((struct tier){CUDA, CUDA, CPU}, text);
    assert_string_equal(text, "decode cuda, scale cuda, encode cpu");
    tier_format((struct tier){DEVICE_COUNT, DEVICE_VAAPI, DEVICE_QSV}, text);
    assert_string_equal(text, "decode unknown, scale vaapi, encode qsv");
}

static void errors_name_stages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STAGE_COUNT; i++) {
        enum stage stage = STAGE_COUNT;
        assert_true(stage_of_err(stage_err((enum stage)i), &stage));
        assert_int_equal(stage, i);
        assert_true(err_is_device(stage_err((enum stage)i)));
    }
    enum stage untouched = STAGE_ENCODE;
    assert_false(stage_of_err(ERR_DEVICE, &untouched));
    assert_false(stage_of_err(ERR_NONE, &untouched));
    assert_false(stage_of_err(ERR_INPUT, &untouched));
    assert_int_equal(untouched, STAGE_ENCODE);
    assert_int_equal(stage_err(STAGE_COUNT), ERR_DEVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_back),
        cmocka_unit_test(the_best_tier_comes_first),
        cmocka_unit_test(what_failed_moves_and_nothing_comes_back),
        cmocka_unit_test(falling_ends_on_the_cpu),
        cmocka_unit_test(is_written_in_words),
        cmocka_unit_test(errors_name_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
