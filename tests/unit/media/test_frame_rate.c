// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/frame_rate.h"

static void check(const struct frame_rate *detector, enum facts_timing timing, struct rational rate,
                  size_t row)
{
    struct rational found;
    enum facts_timing kind = frame_rate_result(detector, &found);
    if (kind != timing || rational_cmp(found, rate) != 0)
        fail_msg("row %zu: kind %d rate %lld/%lld instead of %d %lld/%lld", row, kind,
                 (long long)found.num, (long long)found.den, timing, (long long)rate.num,
                 (long long)rate.den);
}

static void finds_the_exact_rate_behind_rounded_times(void **state)
{
    (void)state;
    static const struct {
        struct rational rate, time_base, declared;
        int frames;
        int64_t start;
    } rows[] = {
        {{24, 1}, {1, 1000}, {24, 1}, 240, 0},
        {{24000, 1001}, {1, 1000}, {0, 1}, 2400, 7},
        {{24000, 1001}, {1, 1000}, {2997, 125}, 60, 0},
        {{30000, 1001}, {1, 1000}, {2997, 100}, 300, 33},
        {{30000, 1001}, {1, 90000}, {30000, 1001}, 30, 126000},
        {{30, 1}, {1, 90000}, {0, 1}, 30, -333000},
        {{25, 1}, {1, 90000}, {50, 1}, 17, 0}, // field rate declared
        {{50, 1}, {1, 90000}, {50, 1}, 100, 0},
        {{60000, 1001}, {1, 1000}, {0, 1}, 6000, 0},
        {{60, 1}, {1, 90000}, {810000, 13487}, 18, 0}, // an average of few frames
        {{120, 1}, {1, 1000}, {120, 1}, 500, 0},
        {{25, 2}, {1, 12800}, {0, 1}, 100, 512},
        {{15000, 1001}, {1, 1000}, {0, 1}, 2000, 0},
        {{1, 1}, {1, 16384}, {0, 1}, 5, 0},
        {{2505000, 83831}, {1, 2505000}, {2505000, 83831}, 167, 0}, // no standard at all
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct frame_rate detector;
        frame_rate_init(&detector, rows[i].time_base, &rows[i].declared, 1);
        struct rational per_tick = rational_mul(rows[i].rate, rows[i].time_base);
        for (int n = 0; n < rows[i].frames; n++)
            frame_rate_add(&detector,
                           rows[i].start +
                               rational_round(rational_div((struct rational){n, 1}, per_tick), 1));
        check(&detector, TIMING_CONSTANT, rows[i].rate, i);
    }
}

// Joined pieces: the container's average is then no rate the pictures have.
static void pauses_do_not_bend_the_rate(void **state)
{
    (void)state;
    struct frame_rate detector;
    struct rational average = rational_make(1440 * INT64_C(12288), 1440 * 512 + 3 * 258);
    frame_rate_init(&detector, (struct rational){1, 12288}, &average, 1);
    for (int n = 0; n < 1440; n++)
        frame_rate_add(&detector, n * 512 + n / 480 * 258); // 21 ms after every 20 s
    check(&detector, TIMING_CONSTANT, (struct rational){24, 1}, 0);
}

// Steps between frames in ticks of 1/90000 s, repeated.
static void keeps_what_uneven_content_needs(void **state)
{
    (void)state;
    static const struct {
        int64_t steps[8];
        int times[8]; // each step, before the next
        struct rational rate;
    } rows[] = {
        {{3750, 11250, 7500}, {48, 16, 24}, {24, 1}}, // 24, then 8, then 12 per second
        {{11250, 7500}, {40, 60}, {24, 1}},           // 8, then 12
        {{29250, 3000}, {1, 60}, {30, 1}},            // one long frame first
        {{3000, 3000, 6000}, {20, 20, 20}, {30, 1}},  // 30 with every third missing
        {{1500, 3000, 4500}, {50, 50, 50}, {60, 1}},  // screen capture up to 60
        {{90000, 270000, 180000}, {3, 4, 3}, {1, 1}}, // slides on whole seconds
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct frame_rate detector;
        int64_t now = 0;
        frame_rate_init(&detector, (struct rational){1, 90000}, NULL, 0);
        frame_rate_add(&detector, now);
        for (size_t s = 0; s < 8 && rows[i].times[s]; s++)
            for (int n = 0; n < rows[i].times[s]; n++)
                frame_rate_add(&detector, now += rows[i].steps[s]);
        check(&detector, TIMING_VARIABLE, rows[i].rate, i);
    }
}

static void slides_at_odd_times_are_not_moved_far(void **state)
{
    (void)state;
    struct frame_rate detector;
    struct rational rate;
    frame_rate_init(&detector, (struct rational){1, 1000}, NULL, 0);
    int64_t now = 0;
    for (int i = 0; i < 200; i++)
        frame_rate_add(&detector, now += 1500 + (i * 7919) % 1000);
    assert_int_equal(frame_rate_result(&detector, &rate), TIMING_VARIABLE);
    // Half a slot of this rate is the error a viewer may see: 25 ms at most.
    assert_true(rational_cmp(rate, (struct rational){18, 1}) >= 0);
}

static void trembling_times_stay_constant(void **state)
{
    (void)state;
    struct frame_rate detector;
    struct rational declared = {30, 1};
    frame_rate_init(&detector, (struct rational){1, 90000}, &declared, 1);
    for (int i = 0; i < 1000; i++)
        frame_rate_add(&detector, i * 3000 + (i * 7919) % 600 - 300);
    check(&detector, TIMING_CONSTANT, declared, 0);
}

static void one_frame_takes_the_declared_rate(void **state)
{
    (void)state;
    struct frame_rate detector;
    const struct rational declared[] = {{0, 1}, {90000, 1}, {2997, 100}, {25, 1}};
    frame_rate_init(&detector, (struct rational){1, 1000}, declared, 4);
    frame_rate_add(&detector, 40);
    check(&detector, TIMING_CONSTANT, (struct rational){30000, 1001}, 0);
    frame_rate_init(&detector, (struct rational){1, 1000}, NULL, 0);
    frame_rate_add(&detector, 40);
    check(&detector, TIMING_CONSTANT, (struct rational){25, 1}, 1);
}

static void hours_of_frames_do_not_drift_off(void **state)
{
    (void)state;
    struct frame_rate detector;
    frame_rate_init(&detector, (struct rational){1, 1000}, NULL, 0);
    for (int64_t i = 0; i < 250000; i++) // almost three hours
        frame_rate_add(&detector, (i * 1001000 + 12000) / 24000);
    check(&detector, TIMING_CONSTANT, (struct rational){24000, 1001}, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_exact_rate_behind_rounded_times),
        cmocka_unit_test(pauses_do_not_bend_the_rate),
        cmocka_unit_test(keeps_what_uneven_content_needs),
        cmocka_unit_test(slides_at_odd_times_are_not_moved_far),
        cmocka_unit_test(trembling_times_stay_constant),
        cmocka_unit_test(one_frame_takes_the_declared_rate),
        cmocka_unit_test(hours_of_frames_do_not_drift_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
