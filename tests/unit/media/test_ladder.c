// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/ladder.h"

struct ladder_case {
    int width_px, height_px;
    const char *asked;  // "" is the default ladder
    const char *expect; // sizes, largest first
};

static const struct ladder_case ladder_cases[] = {
    {3840, 2160, "", "3840x2160 2560x1440 1920x1080 1280x720 960x540 640x360 426x240"},
    {1920, 1080, "", "1920x1080 1280x720 960x540 640x360 426x240"},
    {1080, 1920, "", "1080x1920 720x1280 540x960 360x640 240x426"},
    // Between two rungs, the source's own size is kept when it is worth it.
    {1920, 800, "", "1920x800 1728x720 1296x540 864x360 576x240"},
    {854, 480, "", "854x480 640x360 428x240"},
    {1366, 768, "", "1280x720 960x540 640x360 426x240"},
    {1920, 791, "", "1748x720 1310x540 874x360 582x240"},
    {7680, 4320, "", "3840x2160 2560x1440 1920x1080 1280x720 960x540 640x360 426x240"},
    {1919, 1079, "", "1918x1078 1280x720 960x540 640x360 426x240"},
    {1440, 1080, "", "1440x1080 960x720 720x540 480x360 320x240"},
    // Smaller than every rung: its own size, evened down, never 0.
    {161, 121, "", "160x120"},
    {1, 1, "", "2x2"},
    {8192, 3, "", "8192x2"},
    // Asked for: exactly that.
    {1920, 1080, "720 1080", "1920x1080 1280x720"},
    {1920, 800, "720 360", "1728x720 864x360"},
    {1920, 1080, "1081 1080 500", "1920x1080 888x500"},
    {1280, 720, "2160 1080", "1280x720"},
    {1920, 1080, "720 720 721 360", "1280x720 640x360"},
};

static void options_from(const char *asked, struct plan_options *ret_options)
{
    plan_options_init(ret_options);
    for (const char *at = asked; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        int side = 0;
        ret_options->is_default_ladder = false;
        assert_int_equal(sscanf(at, "%d", &side), 1);
        ret_options->ladder[ret_options->ladder_count++].short_side_px = side;
    }
}

static void gives_the_sizes_of_the_rules(void **state)
{
    (void)state;
    AUTO_FREE struct plan *notes = mem_alloc(sizeof(*notes));
    for (size_t i = 0; i < ARRAY_LEN(ladder_cases); i++) {
        const struct ladder_case *row = &ladder_cases[i];
        struct plan_options options;
        struct ladder_pick picks[PLAN_RUNGS_MAX];
        options_from(row->asked, &options);
        size_t count = ladder_choose(&options, row->width_px, row->height_px, notes, picks);
        AUTO(buf_done) struct buf sizes = {0};
        for (size_t k = 0; k < count; k++)
            buf_printf(&sizes, "%s%dx%d", k ? " " : "", picks[k].width_px, picks[k].height_px);
        buf_append(&sizes, "", 1);
        if (strcmp((const char *)sizes.data, row->expect) != 0)
            fail_msg("%dx%d [%s]: %s; wanted %s", row->width_px, row->height_px, row->asked,
                     (const char *)sizes.data, row->expect);
    }
}

static bool has_note(const struct plan *plan, enum plan_note_kind kind, const char *subject,
                     const char *reason)
{
    for (size_t i = 0; i < plan->note_count; i++)
        if (plan->notes[i].kind == kind && strcmp(plan->notes[i].subject, subject) == 0 &&
            strcmp(plan->notes[i].reason, reason) == 0)
            return true;
    return false;
}

static void says_why_a_rung_was_dropped(void **state)
{
    (void)state;
    AUTO_FREE struct plan *notes = mem_alloc(sizeof(*notes));
    struct plan_options options;
    struct ladder_pick picks[PLAN_RUNGS_MAX];
    options_from("1080 720 721", &options);
    assert_int_equal(ladder_choose(&options, 1280, 720, notes, picks), 1);
    assert_true(has_note(notes, NOTE_DROPPED, "1080p", "source is 720p"));
    assert_true(has_note(notes, NOTE_DROPPED, "721p", "source is 720p"));
    options_from("720 720", &options);
    assert_int_equal(ladder_choose(&options, 1280, 720, notes, picks), 1);
    assert_true(has_note(notes, NOTE_DROPPED, "720p", "720p is in the ladder already"));
    plan_options_init(&options);
    assert_int_equal(ladder_choose(&options, 7680, 4320, notes, picks), 7);
    assert_true(
        has_note(notes, NOTE_INFO, "4320p",
                 "the source's own size is above 2160p, the largest of the default ladder"));
}

struct cap_case {
    enum video_codec codec;
    int width_px, height_px;
    int rate;
    int expect_kbps;
};

static const struct cap_case cap_cases[] = {
    {VIDEO_H264, 1920, 1080, 24, 5350}, {VIDEO_H264, 1280, 720, 30, 2996},
    {VIDEO_H264, 960, 540, 30, 1712},   {VIDEO_H264, 854, 480, 30, 1498},
    {VIDEO_H264, 640, 360, 30, 856},    {VIDEO_H264, 426, 240, 30, 428},
    {VIDEO_H264, 2560, 1440, 30, 9630}, {VIDEO_H264, 3840, 2160, 30, 17120},
    {VIDEO_H264, 1080, 1920, 24, 5350}, {VIDEO_H264, 1920, 1080, 60, 8025},
    {VIDEO_HEVC, 1920, 1080, 24, 3478}, // 5350 * 0.65
    {VIDEO_AV1, 1920, 1080, 24, 2943},  // 5350 * 0.55
    {VIDEO_H264, 960, 720, 30, 2415},   // 2996 * 0.75^0.75
    {VIDEO_H264, 2, 2, 30, 32},         // a floor
};

static void caps_come_from_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cap_cases); i++) {
        const struct cap_case *row = &cap_cases[i];
        int64_t bps = ladder_maxrate_bps(row->codec, row->width_px, row->height_px,
                                         rational_make(row->rate, 1));
        if (bps != row->expect_kbps * INT64_C(1000))
            fail_msg("%dx%d at %d: %lld; wanted %d000", row->width_px, row->height_px, row->rate,
                     (long long)bps, row->expect_kbps);
    }
    assert_int_equal(ladder_bufsize_bits(5350000), 7500000);
}

static void larger_pictures_get_larger_caps(void **state)
{
    (void)state;
    int64_t last = 0;
    for (int side = 64; side <= 8640; side += 16) {
        int64_t bps =
            ladder_maxrate_bps(VIDEO_H264, side * 16 / 9 & ~1, side, rational_make(25, 1));
        // Evening the long side moves small pictures a little against each other.
        assert_true(bps > last - last / 50);
        last = bps;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_sizes_of_the_rules),
        cmocka_unit_test(says_why_a_rung_was_dropped),
        cmocka_unit_test(caps_come_from_the_table),
        cmocka_unit_test(larger_pictures_get_larger_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
