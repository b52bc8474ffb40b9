// SPDX-License-Identifier: BSD-2-Clause
// The cap: bucket and segment budget, against sums made by hand.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/rate_cap.h"

enum { GOP = 50, MAXRATE = 1000000, BUFSIZE = 1400000 }; // 25 pictures/s, 40,000 bits each

static void cap_init(struct rate_cap *cap)
{
    rate_cap_init(cap, MAXRATE, BUFSIZE, (struct rational){25, 1}, 2 * GOP);
}

static void fill(int64_t *sizes, int64_t first_bits, int64_t bits)
{
    for (int i = 0; i < GOP; i++)
        sizes[i] = i == 0 ? first_bits : bits;
}

static void assert_near(double value, double wanted)
{
    if (fabs(value - wanted) > 1e-6)
        fail_msg("%.9f, not %.9f", value, wanted);
}

static void the_first_group_of_a_segment_may_borrow_a_quarter(void **state)
{
    (void)state;
    struct rate_cap cap;
    int64_t sizes[GOP];
    cap_init(&cap);
    fill(sizes, 40000, 40000);
    assert_near(rate_cap_excess(&cap, sizes, GOP, GOP), 1 / 1.25);
    assert_near(rate_cap_excess(&cap, sizes, GOP, 0), 1);
    fill(sizes, 50000, 50000); // 2.5 Mbit where 2 flow in and 1.26 are there
    assert_near(rate_cap_excess(&cap, sizes, GOP, GOP), 1);
    assert_near(rate_cap_excess(&cap, sizes, GOP, 0), 1.25);
}

static void what_is_borrowed_is_paid_back_in_the_segment(void **state)
{
    (void)state;
    struct rate_cap cap;
    int64_t sizes[GOP];
    cap_init(&cap);
    fill(sizes, 50000, 50000);
    rate_cap_take(&cap, sizes, GOP);
    fill(sizes, 30000, 30000);
    assert_near(rate_cap_excess(&cap, sizes, GOP, 0), 1);
    rate_cap_take(&cap, sizes, GOP);
    assert_int_equal(cap.segment_frames, 0);
    assert_near(cap.segment_bits, 0);
    // The bucket remembers over the segment's end: 1.26 - 0.5 + 0.5 Mbit.
    assert_near(cap.fullness_bits, 1260000);
}

static void one_picture_cannot_be_larger_than_the_bucket(void **state)
{
    (void)state;
    struct rate_cap cap;
    int64_t sizes[GOP];
    cap_init(&cap);
    fill(sizes, 1890000, 1000);
    assert_near(rate_cap_excess(&cap, sizes, GOP, GOP), 1.5);
}

// A burst behind a quiet stretch has a full bucket and no more, however long that was.
static void a_full_bucket_runs_over(void **state)
{
    (void)state;
    struct rate_cap cap;
    int64_t sizes[GOP];
    cap_init(&cap);
    fill(sizes, 0, 0);
    for (int i = GOP - 5; i < GOP; i++)
        sizes[i] = 468000; // 2.34 Mbit; 1.4 and four pictures' 40,000 are there
    assert_near(rate_cap_excess(&cap, sizes, GOP, GOP), 2340000 / 1560000.0);
}

static void rise_and_shrink_agree(void **state)
{
    (void)state;
    assert_near(rate_cap_qp_rise(1), 0);
    assert_near(rate_cap_qp_rise(0.5), 0);
    assert_near(rate_cap_qp_rise(2), 6.3);
    assert_near(rate_cap_shrink(6.3), 0.5);
    assert_near(rate_cap_shrink(-1), 1);
    for (double excess = 1.01; excess < 8; excess *= 1.3)
        assert_near(excess * rate_cap_shrink(rate_cap_qp_rise(excess)), 1);
}

// A cap that nothing can hold must not make later sums strange.
static void an_impossible_cap_stays_finite(void **state)
{
    (void)state;
    struct rate_cap cap;
    int64_t sizes[GOP];
    cap_init(&cap);
    fill(sizes, 10000000, 10000000);
    for (int i = 0; i < 5; i++) {
        double excess = rate_cap_excess(&cap, sizes, GOP, i % 2 ? 0 : GOP);
        assert_true(isfinite(excess) && excess > 1);
        rate_cap_take(&cap, sizes, GOP);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_group_of_a_segment_may_borrow_a_quarter),
        cmocka_unit_test(what_is_borrowed_is_paid_back_in_the_segment),
        cmocka_unit_test(one_picture_cannot_be_larger_than_the_bucket),
        cmocka_unit_test(a_full_bucket_runs_over),
        cmocka_unit_test(rise_and_shrink_agree),
        cmocka_unit_test(an_impossible_cap_stays_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
