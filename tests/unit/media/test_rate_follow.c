// SPDX-License-Identifier: BSD-2-Clause
// The controller against a pretend encoder, whose bits fall by half when QP rises by 6.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/rate_follow.h"

enum { GOP = 48, DELAY = 4, PICTURE_CAP = 40000 }; // bits each, at 25 pictures/s

struct rig {
    float qp[GOP];
    char type[GOP];
    int64_t bits[GOP];
    struct analysis_group analysis;
    struct rate_cap cap;
    int given[GOP];
    int64_t coded_bits;
};

// An I picture, then P, B, B …; a quarter of all bits in the first.
static void rig_init(struct rig *rig, int64_t pilot_bits)
{
    *rig = (struct rig){0};
    for (int i = 0; i < GOP; i++) {
        rig->qp[i] = i == 0 ? 20.3f : i % 3 == 1 ? 23.4f : 25.6f;
        rig->type[i] = i == 0 ? 'I' : i % 3 == 1 ? 'P' : 'b';
        rig->bits[i] = i == 0 ? pilot_bits / 4 : pilot_bits * 3 / 4 / (GOP - 1);
        rig->analysis.bits += rig->bits[i];
    }
    rig->analysis.frame_count = GOP;
    rig->analysis.qp = rig->qp;
    rig->analysis.type = rig->type;
    rig->analysis.frame_bits = rig->bits;
    rate_cap_init(&rig->cap, PICTURE_CAP * 25, PICTURE_CAP * 35, (struct rational){25, 1}, 2 * GOP);
}

// `truth`: what the rung really takes in relation to the pilot; later: from the middle on.
static void code(struct rig *rig, double guess, double truth, double later, double offset)
{
    struct rate_follow follow;
    rate_follow_init(&follow, &rig->analysis, &rig->cap, 0, offset, guess);
    for (int i = 0; i < GOP + DELAY; i++) {
        if (i < GOP)
            rig->given[i] = rate_follow_qp(&follow, i);
        if (i < DELAY)
            continue;
        int out = i - DELAY;
        double rise = (double)rig->given[out] - (double)rig->qp[out];
        double bits = (double)rig->bits[out] * (out < GOP / 2 ? truth : later) * exp2(-rise / 6);
        rig->coded_bits += (int64_t)bits;
        rate_follow_coded(&follow, out, (int64_t)bits);
    }
    rig->cap = follow.cap;
    rate_follow_done(&follow);
}

static double mean_rise(const struct rig *rig)
{
    double sum = 0;
    for (int i = 0; i < GOP; i++)
        sum += (double)rig->given[i] - (double)rig->qp[i];
    return sum / GOP;
}

static void far_below_the_cap_qps_are_the_pilots(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig, GOP * PICTURE_CAP / 4);
    code(&rig, 2, 2, 2, 0);
    if (fabs(mean_rise(&rig)) > 0.05) // rounded, and right on average
        fail_msg("%.3f", mean_rise(&rig));
    for (int i = 0; i < GOP; i++)
        assert_true(fabs((double)rig.given[i] - (double)rig.qp[i]) <= 1);
}

static void another_crf_moves_them_all(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig, GOP * PICTURE_CAP / 4);
    code(&rig, 1, 1, 1, 2.5);
    if (fabs(mean_rise(&rig) - 2.5) > 0.05)
        fail_msg("%.3f", mean_rise(&rig));
}

static void a_cap_is_kept_and_used(void **state)
{
    (void)state;
    static const struct {
        double guess, truth, later;
    } cases[] = {
        {3, 3, 3},   // the guess is right
        {1.5, 3, 3}, // too low
        {6, 3, 3},   // too high
        {3, 2, 5},   // harder from the middle on
        {3, 5, 2},   // easier
        {3, 8, 8},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rig rig;
        rig_init(&rig, GOP * PICTURE_CAP * 2 / 3);
        code(&rig, cases[i].guess, cases[i].truth, cases[i].later, 0);
        double share = (double)rig.coded_bits / (GOP * PICTURE_CAP);
        if (share > 1.03 || share < 0.75)
            fail_msg("%zu: %.3f of the cap", i, share);
    }
}

// With the right guess quality is steady: no picture is paid for by another.
static void under_a_cap_the_rise_is_steady(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig, GOP * PICTURE_CAP);
    code(&rig, 2, 2, 2, 0);
    double least = 99, most = -99;
    for (int i = 0; i < GOP; i++) {
        double rise = (double)rig.given[i] - (double)rig.qp[i];
        least = rise < least ? rise : least;
        most = rise > most ? rise : most;
    }
    if (most - least > 2.5)
        fail_msg("%.2f to %.2f", least, most);
}

static void a_hopeless_cap_ends_at_the_highest_qp(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig, (int64_t)GOP * PICTURE_CAP * 10000);
    code(&rig, 1, 1, 1, 0);
    for (int i = 0; i < GOP; i++)
        assert_in_range(rig.given[i], 50, 51);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(far_below_the_cap_qps_are_the_pilots),
        cmocka_unit_test(another_crf_moves_them_all),
        cmocka_unit_test(a_cap_is_kept_and_used),
        cmocka_unit_test(under_a_cap_the_rise_is_steady),
        cmocka_unit_test(a_hopeless_cap_ends_at_the_highest_qp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
