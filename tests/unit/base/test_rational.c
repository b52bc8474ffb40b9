// SPDX-License-Identifier: BSD-2-Clause
// Exact arithmetic, its rounding and its limits.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/rational.h"

static void check(struct rational got, int64_t num, int64_t den)
{
    if (got.num != num || got.den != den)
        fail_msg("%lld/%lld is not %lld/%lld", (long long)got.num, (long long)got.den,
                 (long long)num, (long long)den);
}

static void results_are_reduced_with_a_positive_denominator(void **state)
{
    (void)state;
    check(rational_make(60000, 2002), 30000, 1001);
    check(rational_make(3, -6), -1, 2);
    check(rational_make(-3, -6), 1, 2);
    check(rational_make(0, -7), 0, 1);
    check(rational_make(1, INT64_MIN), 0, 1); // 1/-2^63 does not fit
    check(rational_make(INT64_MIN, 2), -(INT64_C(1) << 62), 1);
}

static void arithmetic_is_exact(void **state)
{
    (void)state;
    struct rational third = {1, 3}, frame = {1001, 30000};
    check(rational_add(third, third), 2, 3);
    check(rational_sub(third, third), 0, 1);
    check(rational_mul(frame, rational_make(30000, 1)), 1001, 1);
    check(rational_div(third, frame), 10000, 1001);
    check(rational_inv(rational_make(-2, 3)), -3, 2);
    struct rational sum = {0, 1};
    for (int i = 0; i < 30000; i++)
        sum = rational_add(sum, frame);
    check(sum, 1001, 1);
}

static void order_is_that_of_the_numbers(void **state)
{
    (void)state;
    static const struct rational ascending[] = {{-INT64_MAX, 1}, {-1, 2},
                                                {-1, 3},         {0, 1},
                                                {1, INT64_MAX},  {INT64_MAX - 1, INT64_MAX},
                                                {1, 1},          {INT64_MAX, INT64_MAX - 1},
                                                {INT64_MAX, 1}};
    for (size_t i = 0; i < ARRAY_LEN(ascending); i++)
        for (size_t k = 0; k < ARRAY_LEN(ascending); k++) {
            int order = rational_cmp(ascending[i], ascending[k]);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
}

static void rounding_goes_where_it_says(void **state)
{
    (void)state;
    static const struct {
        struct rational value;
        int64_t scale, floor, ceil, round;
    } cases[] = {
        {{1, 3}, 90000, 30000, 30000, 30000},
        {{1, 3}, 100, 33, 34, 33},
        {{2, 3}, 100, 66, 67, 67},
        {{1, 2}, 1, 0, 1, 1},
        {{-1, 2}, 1, -1, 0, 0},
        {{-3, 2}, 1, -2, -1, -1},
        {{-1, 3}, 1, -1, 0, 0},
        {{1001, 30000}, 90000, 3003, 3003, 3003},
        {{7, 1}, 0, 0, 0, 0},
        {{INT64_MAX, 1}, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {{-INT64_MAX, 1}, INT64_MAX, -INT64_MAX, -INT64_MAX, -INT64_MAX},
        {{INT64_MAX, INT64_MAX - 1}, INT64_MAX - 1, INT64_MAX, INT64_MAX, INT64_MAX},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(rational_floor(cases[i].value, cases[i].scale), cases[i].floor);
        assert_int_equal(rational_ceil(cases[i].value, cases[i].scale), cases[i].ceil);
        assert_int_equal(rational_round(cases[i].value, cases[i].scale), cases[i].round);
    }
}

static void what_does_not_fit_saturates(void **state)
{
    (void)state;
    struct rational huge = {INT64_MAX, 1};
    check(rational_add(huge, huge), INT64_MAX, 1);
    check(rational_mul(huge, rational_make(-2, 1)), -INT64_MAX, 1);
    check(rational_make(INT64_MIN, 1), -INT64_MAX, 1);
    // Too fine: the last bits go, the result stays reduced and near.
    struct rational fine = rational_mul(rational_make(1, INT64_MAX), rational_make(1, 3));
    check(fine, 0, 1);
    struct rational near_one = rational_mul(rational_make(INT64_MAX - 1, INT64_MAX),
                                            rational_make(INT64_MAX - 3, INT64_MAX - 2));
    assert_true(near_one.den > 0);
    assert_true(rational_to_double(near_one) > 0.999999 && rational_to_double(near_one) <= 1.0);
}

static void text_comes_back_as_it_went(void **state)
{
    (void)state;
    static const struct rational values[] = {{24, 1}, {30000, 1001},  {-1, 3},
                                             {0, 1},  {INT64_MAX, 1}, {-INT64_MAX, INT64_MAX - 1}};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        char text[48];
        struct rational back = {0};
        rational_format(values[i], text);
        assert_true(rational_parse(text, &back));
        check(back, values[i].num, values[i].den);
    }
    struct rational value;
    assert_true(rational_parse("50/2", &value));
    check(value, 25, 1);
    assert_true(rational_parse("24", &value));
    check(value, 24, 1);
}

static void other_text_is_refused_and_leaves_the_value(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        "24 ",
                                        " 24",
                                        "+24",
                                        "24/0",
                                        "24/-1",
                                        "24/",
                                        "/1",
                                        "24/ 1",
                                        "24/+1",
                                        "24/1/1",
                                        "24.0",
                                        "0x18",
                                        "1e3",
                                        "-",
                                        "--1",
                                        "abc",
                                        "9223372036854775808",
                                        "1/9223372036854775808",
                                        "-9223372036854775809"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct rational value = {5, 7};
        if (rational_parse(texts[i], &value))
            fail_msg("\"%s\" was taken", texts[i]);
        check(value, 5, 7);
    }
    assert_false(rational_parse(NULL, NULL));
}

static void short_forms_are_exact(void **state)
{
    (void)state;
    static const struct {
        struct rational value;
        const char *text;
    } rows[] = {{{2, 1}, "2"}, {{5, 4}, "1.25"}, {{1001, 500}, "2.002"}, {{5, 3}, "5/3"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[48];
        rational_format_short(rows[i].value, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void a_gap_has_no_direction(void **state)
{
    (void)state;
    struct rational a = {1, 3}, b = {1, 2}, sixth = {1, 6};
    assert_int_equal(rational_cmp(rational_gap(a, b), sixth), 0);
    assert_int_equal(rational_cmp(rational_gap(b, a), sixth), 0);
    assert_int_equal(rational_gap(a, a).num, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_reduced_with_a_positive_denominator),
        cmocka_unit_test(arithmetic_is_exact),
        cmocka_unit_test(order_is_that_of_the_numbers),
        cmocka_unit_test(rounding_goes_where_it_says),
        cmocka_unit_test(what_does_not_fit_saturates),
        cmocka_unit_test(text_comes_back_as_it_went),
        cmocka_unit_test(other_text_is_refused_and_leaves_the_value),
        cmocka_unit_test(short_forms_are_exact),
        cmocka_unit_test(a_gap_has_no_direction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
