// SPDX-License-Identifier: BSD-2-Clause
// Bit rates of runs of segments.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "manifests/validate/core/bandwidth.h"
#include "src/base/mem.h"

static struct bandwidth measure(const struct bandwidth_segment *segments, size_t count,
                                int64_t target_s)
{
    struct bandwidth bandwidth;
    bandwidth_measure(segments, count, target_s, &bandwidth);
    return bandwidth;
}

static void a_short_last_segment_does_not_stand_alone(void **state)
{
    const struct bandwidth_segment segments[] = {
        {4000, {4, 1}}, {4000, {4, 1}}, {1000, {1, 10}}}; // the last: 80 kb/s by itself
    struct bandwidth bandwidth = measure(segments, 3, 4);
    (void)state;
    assert_int_equal(bandwidth.peak_bps, 9757); // with the one before it: 40000 / 4.1
    assert_int_equal(bandwidth.average_bps, 8889);
    assert_int_equal(bandwidth.bytes, 9000);
}

static void runs_reach_to_one_and_a_half_targets(void **state)
{
    const struct bandwidth_segment segments[] = {
        {1000, {2, 1}}, {5000, {2, 1}}, {5000, {2, 1}}, {1000, {2, 1}}};
    (void)state;
    assert_int_equal(measure(segments, 4, 4).peak_bps, 20000);
    assert_int_equal(measure(segments, 4, 8).peak_bps, 20000);
    assert_int_equal(measure(segments, 4, 12).peak_bps, 14667); // 6 s at least
}

static void single_segments_count_when_no_run_fits(void **state)
{
    const struct bandwidth_segment segments[] = {{1000, {10, 1}}, {2000, {10, 1}}};
    (void)state;
    assert_int_equal(measure(segments, 2, 2).peak_bps, 1600);
    assert_int_equal(measure(segments, 2, 0).peak_bps, 1600);
    assert_int_equal(measure(segments, 0, 2).peak_bps, 0);
}

static void bad_numbers_do_no_harm(void **state)
{
    const struct bandwidth_segment segments[] = {
        {INT64_MAX, {1, 1000000}}, {INT64_MAX, {1, 1}}, {-5, {1, 1}}, {5, {0, 1}}, {5, {-1, 1}}};
    (void)state;
    assert_int_equal(measure(segments, 5, INT64_MAX).peak_bps, INT64_MAX);
}

static void a_million_tiny_segments_take_no_square(void **state)
{
    size_t count = 200000;
    struct bandwidth_segment *segments = mem_alloc(count * sizeof *segments);
    (void)state;
    for (size_t i = 0; i < count; i++)
        segments[i] = (struct bandwidth_segment){1, {1, 1000000}};
    assert_int_equal(measure(segments, count, 10).average_bps, 8000000);
    MEM_FREE(segments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_last_segment_does_not_stand_alone),
        cmocka_unit_test(runs_reach_to_one_and_a_half_targets),
        cmocka_unit_test(single_segments_count_when_no_run_fits),
        cmocka_unit_test(bad_numbers_do_no_harm),
        cmocka_unit_test(a_million_tiny_segments_take_no_square),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
