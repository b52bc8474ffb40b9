// SPDX-License-Identifier: BSD-2-Clause
// Which rung is a pilot, and for whom.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/plan.h"
#include "tests/unit/media/plan_facts.h"

struct sharing_case {
    int width_px, height_px;
    const char *preset;
    int gop_ms;
    const char *expected; // "1080>540" follows, "540!" is a pilot, "240" has its own
    const char *note;     // why nothing is shared; NULL: none
};

static const struct sharing_case cases[] = {
    {1920, 1080, "veryfast", 2000, "1080>540 720>540 540! 360>240 240! ", NULL},
    {1920, 1080, "slow", 2000, "1080>540 720>540 540! 360>240 240! ", NULL},
    {1080, 1920, "medium", 2000, "1080>540 720>540 540! 360>240 240! ", NULL},
    {1280, 720, "medium", 2000, "720>360 540>360 360! 240 ", NULL},
    {3840, 2160, "medium", 2000, "2160>1080 1440>1080 1080! 720>360 540>360 360! 240 ", NULL},
    {640, 360, "medium", 2000, "360>240 240! ", NULL},
    {320, 180, "medium", 2000, "180 ", NULL},
    {1920, 1080, "superfast", 2000, "1080 720 540 360 240 ", NULL}, // looks nowhere
    {1920, 1080, "ultrafast", 2000, "1080 720 540 360 240 ", NULL},
    {1920, 1080, "medium", 200, "1080 720 540 360 240 ", "too short"},
    {1920, 1080, "medium", 15000, "1080 720 540 360 240 ", "too much memory"},
};

static void describe(const struct plan *plan, struct buf *ret)
{
    for (size_t i = 0; i < plan->video_count; i++) {
        const struct plan_video *track = &plan->video[i];
        buf_printf(ret, "%d", track->rung_px);
        if (track->analysis == ANALYSIS_FOLLOWS)
            buf_printf(ret, ">%d", plan->video[track->pilot].rung_px);
        buf_printf(ret, track->analysis == ANALYSIS_PILOT ? "! " : " ");
    }
    buf_append(ret, "", 1);
}

static bool has_note(const struct plan *plan, const char *words)
{
    for (size_t i = 0; i < plan->note_count; i++)
        if (strstr(plan->notes[i].reason, words))
            return true;
    return false;
}

static void make_plan(const struct sharing_case *c, bool codecs[VIDEO_CODEC_COUNT],
                      struct plan *plan)
{
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct plan_options options;
    struct err err = {0};
    facts_init_video(facts, c->width_px, c->height_px);
    plan_options_init(&options);
    memcpy(options.codecs, codecs, sizeof options.codecs);
    snprintf(options.preset, sizeof options.preset, "%s", c->preset);
    options.gop = rational_make(c->gop_ms, 1000);
    options.segment_duration = rational_mul(options.gop, rational_make(2, 1));
    if (!plan_build(facts, &options, plan, &err))
        fail_msg("%s", err.text);
}

static void a_small_rung_leads_the_larger_ones(void **state)
{
    (void)state;
    bool codecs[VIDEO_CODEC_COUNT] = {[VIDEO_H264] = true};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE struct plan *plan = mem_alloc(sizeof *plan);
        AUTO(buf_done) struct buf text = {0};
        make_plan(&cases[i], codecs, plan);
        describe(plan, &text);
        if (strcmp((char *)text.data, cases[i].expected) != 0)
            fail_msg("%zu: %s, not %s", i, (char *)text.data, cases[i].expected);
        if (has_note(plan, "shares another's analysis") != (cases[i].note != NULL) ||
            (cases[i].note && !has_note(plan, cases[i].note)))
            fail_msg("%zu: the note is wrong", i);
        plan_done(plan);
    }
}

static void other_codecs_look_for_themselves(void **state)
{
    (void)state;
    bool codecs[VIDEO_CODEC_COUNT] = {true, true, true};
    AUTO_FREE struct plan *plan = mem_alloc(sizeof *plan);
    make_plan(&cases[0], codecs, plan);
    for (size_t i = 0; i < plan->video_count; i++) {
        const struct plan_video *track = &plan->video[i];
        assert_int_equal(track->analysis != ANALYSIS_OWN, track->codec == VIDEO_H264);
        if (track->analysis == ANALYSIS_FOLLOWS)
            assert_int_equal(plan->video[track->pilot].codec, VIDEO_H264);
    }
    plan_done(plan);
}

// Only the tracks that share hold their pictures, but of a whole group.
static void what_a_shared_group_holds(void **state)
{
    (void)state;
    static const struct {
        size_t at; // in cases
        int64_t px;
    } rows[] = {
        {3, 1280 * 720 + 960 * 540 + 640 * 360},
        {6, 0},
        {8, 0},
    };
    bool codecs[VIDEO_CODEC_COUNT] = {[VIDEO_H264] = true};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_FREE struct plan *plan = mem_alloc(sizeof *plan);
        make_plan(&cases[rows[i].at], codecs, plan);
        assert_int_equal(plan_shared_group_bytes(plan), rows[i].px * 3 / 2 * plan->frames_per_gop);
        plan_done(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_rung_leads_the_larger_ones),
        cmocka_unit_test(other_codecs_look_for_themselves),
        cmocka_unit_test(what_a_shared_group_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
