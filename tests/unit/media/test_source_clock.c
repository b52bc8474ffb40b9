// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/source_clock.h"

enum { TICKS = 90000, STEP = 3600 };

static int64_t at(struct source_clock *clock, size_t stream, int64_t dts)
{
    struct source_clock_packet packet = {
        .stream = stream, .time_base = {1, TICKS}, .dts = dts, .duration = STEP};
    return dts + source_clock_offset(clock, &packet);
}

static void leaves_ordinary_times_alone(void **state)
{
    (void)state;
    static const int64_t times[] = {900000, 903600, 900000, 815000, 1715000, 1718600};
    struct source_clock clock;
    source_clock_init(&clock);
    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        assert_int_equal(at(&clock, 0, times[i]), times[i]);
    assert_int_equal(clock.jumps, 0);
}

static void a_jump_goes_on_without_a_gap(void **state)
{
    (void)state;
    static const int64_t jumps[] = {5000LL * TICKS, 11LL * TICKS, -2LL * TICKS, -5000LL * TICKS};
    for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
        struct source_clock clock;
        source_clock_init(&clock);
        assert_int_equal(at(&clock, 0, 0), 0);
        assert_int_equal(at(&clock, 0, STEP), STEP);
        assert_int_equal(at(&clock, 0, 2 * STEP + jumps[i]), 2 * STEP);
        assert_int_equal(at(&clock, 0, 3 * STEP + jumps[i]), 3 * STEP);
        assert_int_equal(clock.jumps, 1);
    }
}

static void sound_jumps_with_picture(void **state)
{
    (void)state;
    const int64_t far = 700LL * TICKS;
    struct source_clock clock;
    source_clock_init(&clock);
    at(&clock, 0, 0);
    at(&clock, 1, 500);
    at(&clock, 0, STEP);
    assert_int_equal(at(&clock, 0, 2 * STEP + far), 2 * STEP);
    // Written late: still from before the jump.
    assert_int_equal(at(&clock, 1, 500 + STEP), 500 + STEP);
    assert_int_equal(at(&clock, 0, 3 * STEP + far), 3 * STEP);
    assert_int_equal(at(&clock, 1, 500 + 2 * STEP + far), 500 + 2 * STEP);
    assert_int_equal(clock.jumps, 1);
}

static void one_wild_packet_moves_no_other(void **state)
{
    (void)state;
    struct source_clock clock;
    source_clock_init(&clock);
    for (int i = 0; i < 100; i++) {
        bool is_wild = i == 20 || i == 60;
        int64_t dts = i * STEP + (is_wild ? 90000LL * 3600 * (i + 1) : 0);
        assert_int_equal(at(&clock, 0, dts), i * STEP);
    }
    assert_int_equal(clock.jumps, 2);
}

static void packets_without_time_keep_the_epoch(void **state)
{
    (void)state;
    struct source_clock clock;
    source_clock_init(&clock);
    at(&clock, 0, 0);
    at(&clock, 0, 1000LL * TICKS);
    struct source_clock_packet packet = {
        .stream = 0, .time_base = {1, TICKS}, .dts = SOURCE_CLOCK_NO_TIME};
    assert_int_equal(source_clock_offset(&clock, &packet), STEP - 1000LL * TICKS);
}

static void extreme_times_overflow_nothing(void **state)
{
    (void)state;
    static const int64_t times[] = {INT64_MAX, INT64_MIN + 1, INT64_MAX / 4, -INT64_MAX / 4, 0};
    struct source_clock clock;
    source_clock_init(&clock);
    at(&clock, 0, 0);
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        struct source_clock_packet packet = {
            .stream = 0, .time_base = {1, TICKS}, .dts = times[i], .duration = INT64_MAX};
        source_clock_offset(&clock, &packet);
    }
    assert_in_range(clock.jumps, 1, 5);
}

static void a_seek_forgets_where_streams_were(void **state)
{
    (void)state;
    struct source_clock clock;
    source_clock_init(&clock);
    at(&clock, 0, 500LL * TICKS);
    source_clock_restart(&clock);
    assert_int_equal(at(&clock, 0, 100LL * TICKS), 100LL * TICKS);
    assert_int_equal(clock.jumps, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_ordinary_times_alone),
        cmocka_unit_test(a_jump_goes_on_without_a_gap),
        cmocka_unit_test(sound_jumps_with_picture),
        cmocka_unit_test(one_wild_packet_moves_no_other),
        cmocka_unit_test(packets_without_time_keep_the_epoch),
        cmocka_unit_test(extreme_times_overflow_nothing),
        cmocka_unit_test(a_seek_forgets_where_streams_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
