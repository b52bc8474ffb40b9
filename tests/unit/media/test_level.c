// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/codec_level.h"

struct level_case {
    int width_px, height_px;
    int rate_num, rate_den;
    int maxrate_kbps, bufsize_kb;
    int references;
    int h264, hevc, av1;
};

// Expected values worked out by hand from the standards' tables.
static const struct level_case level_cases[] = {
    {1920, 1080, 24, 1, 5350, 7500, 4, 40, 120, 8},
    {1920, 1080, 30, 1, 5350, 7500, 4, 40, 120, 8},
    {1920, 1080, 30000, 1001, 5350, 7500, 4, 40, 120, 8},
    {1920, 1080, 31, 1, 5350, 7500, 4, 42, 120, 8},
    {1920, 1080, 60, 1, 8025, 11250, 4, 42, 123, 9},
    {1280, 720, 30, 1, 2996, 4200, 4, 31, 93, 5},
    {1280, 720, 60, 1, 4494, 6300, 4, 32, 120, 8},
    {960, 540, 24, 1, 1712, 2400, 4, 31, 90, 4},
    {640, 360, 30, 1, 856, 1200, 4, 30, 63, 1},
    {426, 240, 30, 1, 428, 600, 4, 21, 60, 0},
    {3840, 2160, 30, 1, 17120, 24000, 4, 51, 150, 12},
    {3840, 2160, 60, 1, 25680, 36000, 4, 52, 153, 13},
    {7680, 4320, 30, 1, 50000, 60000, 4, 60, 180, 16},
    // The rate alone lifts the level: High has 1.25 x 14000 at 3.1, 20000 at 3.2.
    {1280, 720, 30, 1, 17500, 17500, 4, 31, 123, 9},
    {1280, 720, 30, 1, 17501, 17500, 4, 32, 123, 9},
    {1280, 720, 30, 1, 25000, 25001, 4, 40, 153, 12},
    // Portrait is as large as landscape.
    {1080, 1920, 24, 1, 5350, 7500, 4, 40, 120, 8},
    // Long and flat: 256 macroblocks by 2 is 512, but wider than sqrt(8 x 5120).
    {4096, 32, 24, 1, 1000, 1400, 4, 40, 120, 4},
    // Level 1.1 holds two CIF pictures, 1.2 holds six.
    {352, 288, 7, 1, 200, 300, 2, 11, 60, 0},
    {352, 288, 7, 1, 200, 300, 4, 12, 60, 0},
};

static struct level_need need_of(const struct level_case *row)
{
    return (struct level_need){
        .width_px = row->width_px,
        .height_px = row->height_px,
        .frame_rate = rational_make(row->rate_num, row->rate_den),
        .maxrate_bps = row->maxrate_kbps * INT64_C(1000),
        .bufsize_bits = row->bufsize_kb * INT64_C(1000),
        .reference_frames = row->references,
    };
}

static void is_the_least_that_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(level_cases); i++) {
        const struct level_case *row = &level_cases[i];
        struct level_need need = need_of(row);
        int h264 = h264_level_find(&need).idc, hevc = hevc_level_find(&need).idc;
        int av1 = av1_level_find(&need).idc;
        if (h264 != row->h264 || hevc != row->hevc || av1 != row->av1)
            fail_msg("row %zu, %dx%d at %d/%d: h264 %d, hevc %d, av1 %d; wanted %d, %d, %d", i,
                     row->width_px, row->height_px, row->rate_num, row->rate_den, h264, hevc, av1,
                     row->h264, row->hevc, row->av1);
    }
}

static void says_when_no_level_holds(void **state)
{
    (void)state;
    struct level_need need = {16384, 16384, {60, 1}, 1000000, 1000000, 4};
    assert_false(h264_level_find(&need).is_kept);
    assert_int_equal(h264_level_find(&need).idc, 62);
    assert_false(hevc_level_find(&need).is_kept);
    assert_int_equal(hevc_level_find(&need).idc, 186);
    assert_false(av1_level_find(&need).is_kept);
    assert_int_equal(av1_level_find(&need).idc, 31);
}

static void never_falls_when_the_need_grows(void **state)
{
    (void)state;
    for (int side = 16; side <= 4096; side += 48) {
        struct level_need small = {side, side, {25, 1}, 500000, 700000, 4};
        struct level_need large = {side + 48, side, {30, 1}, 600000, 800000, 5};
        assert_true(h264_level_find(&small).idc <= h264_level_find(&large).idc);
        assert_true(hevc_level_find(&small).idc <= hevc_level_find(&large).idc);
        assert_true(av1_level_find(&small).idc <= av1_level_find(&large).idc);
    }
}

static void picture_buffer_follows_table_a1(void **state)
{
    (void)state;
    assert_int_equal(h264_level_dpb_frames(40, 1920, 1080), 4);
    assert_int_equal(h264_level_dpb_frames(31, 1280, 720), 5);
    assert_int_equal(h264_level_dpb_frames(40, 1280, 720), 9);
    assert_int_equal(h264_level_dpb_frames(51, 3840, 2160), 5);
    assert_int_equal(h264_level_dpb_frames(40, 320, 240), 16);
    assert_int_equal(h264_level_dpb_frames(10, 1920, 1080), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_least_that_holds),
        cmocka_unit_test(says_when_no_level_holds),
        cmocka_unit_test(never_falls_when_the_need_grows),
        cmocka_unit_test(picture_buffer_follows_table_a1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
