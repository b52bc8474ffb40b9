// SPDX-License-Identifier: BSD-2-Clause
// The grid covers the whole duration exactly, and every unit lies in one segment.
#include "bytes.h"

#include "packager/segment_grid.h"

static struct segment_grid grid_of(int64_t num, int64_t den, int64_t segment_num,
                                   int64_t segment_den)
{
    return segment_grid_build(rational_make(num, den), rational_make(segment_num, segment_den));
}

static void count_is_rounded_up(void **state)
{
    (void)state;
    static const struct {
        int64_t num, den, segment_num, segment_den, count;
    } rows[] = {
        {8, 1, 4, 1, 2},
        {8001, 1000, 4, 1, 3},
        {7999, 1000, 4, 1, 2},
        {1, 30, 4, 1, 1},
        {720 * 1001, 30000, 120 * 1001, 30000, 6},
        {721 * 1001, 30000, 120 * 1001, 30000, 7},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct segment_grid grid =
            grid_of(rows[i].num, rows[i].den, rows[i].segment_num, rows[i].segment_den);
        assert_int_equal(grid.segment_count, rows[i].count);
    }
}

static void segments_touch_and_the_last_ends_with_the_media(void **state)
{
    (void)state;
    struct segment_grid grid = grid_of(721 * 1001, 30000, 120 * 1001, 30000);
    assert_int_equal(rational_cmp(segment_grid_start(&grid, 0), rational_make(0, 1)), 0);
    for (int64_t k = 0; k < grid.segment_count; k++) {
        struct rational start = segment_grid_start(&grid, k), end = segment_grid_end(&grid, k);
        assert_true(rational_cmp(start, end) < 0);
        assert_int_equal(rational_cmp(end, segment_grid_start(&grid, k + 1)), 0);
    }
    struct rational end = segment_grid_end(&grid, grid.segment_count - 1);
    assert_int_equal(rational_cmp(end, grid.duration), 0);
    struct rational start = segment_grid_start(&grid, 3);
    assert_int_equal(rational_cmp(start, rational_make(3 * 120 * 1001, 30000)), 0);
}

static void video_segments_hold_whole_frames(void **state)
{
    (void)state;
    struct segment_grid grid = grid_of(721 * 1001, 30000, 120 * 1001, 30000);
    struct rational rate = rational_make(30000, 1001);
    for (int64_t k = 0; k < grid.segment_count; k++)
        assert_int_equal(segment_grid_first_unit(&grid, k, rate), k * 120);
    assert_int_equal(segment_grid_first_unit(&grid, grid.segment_count, rate), 721);
}

static void audio_takes_the_first_frame_at_or_after_the_boundary(void **state)
{
    (void)state;
    struct segment_grid grid = grid_of(9, 1, 4, 1);
    struct rational rate = rational_make(48000, 1024);
    // 4 s are 187.5 frames, 8 s are 375, 9 s are 421.875.
    static const int64_t first[] = {0, 188, 375, 422};
    for (int64_t k = 0; k <= grid.segment_count; k++)
        assert_int_equal(segment_grid_first_unit(&grid, k, rate), first[k]);
}

static void every_unit_lies_where_it_starts(void **state)
{
    (void)state;
    struct segment_grid grid = grid_of(1001 * 500, 24000, 1001 * 96, 24000);
    struct rational rate = rational_make(44100, 1024);
    for (int64_t k = 0; k < grid.segment_count; k++) {
        int64_t first = segment_grid_first_unit(&grid, k, rate);
        struct rational at = rational_div(rational_make(first, 1), rate);
        struct rational before = rational_div(rational_make(first - 1, 1), rate);
        assert_true(rational_cmp(at, segment_grid_start(&grid, k)) >= 0);
        assert_true(rational_cmp(before, segment_grid_start(&grid, k)) < 0);
    }
}

static void a_day_at_an_odd_rate_stays_exact(void **state)
{
    (void)state;
    struct segment_grid grid = grid_of(86400, 1, 1001 * 96, 24000);
    int64_t last = grid.segment_count - 1;
    assert_int_equal(grid.segment_count, 21579); // 86400 / 4.004 = 21578.42…
    assert_int_equal(segment_grid_first_unit(&grid, last, rational_make(24000, 1001)), last * 96);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(count_is_rounded_up),
        cmocka_unit_test(segments_touch_and_the_last_ends_with_the_media),
        cmocka_unit_test(video_segments_hold_whole_frames),
        cmocka_unit_test(audio_takes_the_first_frame_at_or_after_the_boundary),
        cmocka_unit_test(every_unit_lies_where_it_starts),
        cmocka_unit_test(a_day_at_an_odd_rate_stays_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
