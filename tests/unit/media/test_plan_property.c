// SPDX-License-Identifier: BSD-2-Clause
// What must hold for every plan, over many random sources.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/plan.h"
#include "tests/unit/media/plan_facts.h"

enum { ROUNDS = 20000 };

// Fixed, so that a failure comes again.
static uint64_t random_state;

static int64_t random_between(int64_t least, int64_t most)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return least + (int64_t)(random_state % (uint64_t)(most - least + 1));
}

static int random_side(void)
{
    static const int usual[] = {240, 360, 480, 540, 720, 800, 1080, 1440, 1920, 2160, 4320};
    if (random_between(0, 2) == 0)
        return usual[random_between(0, ARRAY_LEN(usual) - 1)];
    return (int)random_between(1, random_between(0, 1) ? 8192 : 300);
}

static void random_facts(struct source_facts *facts)
{
    static const struct rational rates[] = {
        {24, 1}, {25, 1},  {30000, 1001}, {24000, 1001},  {60000, 1001},    {50, 1}, {60, 1},
        {90, 1}, {120, 1}, {240, 1},      {15, 2},        {1, 10},          {12, 1}, {1000, 1},
        {25, 2}, {1, 1},   {2997, 100},   {120000, 1001}, {1192500, 39913}, {61, 1},
    };
    facts_init_video(facts, random_side(), random_side());
    struct rational rate = rates[random_between(0, ARRAY_LEN(rates) - 1)];
    facts->video.first_time = rational_make(random_between(-90000, 900000), 90000);
    facts_set_rate(facts, rate.num, rate.den,
                   random_between(1, random_between(0, 3) ? 5000 : 100000000));
    facts->video.timing = (enum facts_timing)random_between(0, 2);
    facts->video.rotation_deg = (int)random_between(0, 3) * 90;
    facts->video.longest_keyframe_gap = rational_make(random_between(0, 100), 3);
    facts->is_seekable = random_between(0, 3) > 0;
    facts->has_discontinuities = random_between(0, 7) == 0;
    for (int64_t i = random_between(0, 3); i > 0; i--)
        facts_add_audio(facts, i % 2 ? "eng" : "");
}

static void random_options(struct plan_options *options)
{
    static const char *const presets[] = {"ultrafast", "medium", "placebo"};
    plan_options_init(options);
    options->codecs[VIDEO_HEVC] = random_between(0, 1);
    options->codecs[VIDEO_AV1] = random_between(0, 1);
    snprintf(options->preset, sizeof(options->preset), "%s", presets[random_between(0, 2)]);
    options->gop = rational_make(random_between(1, 6), random_between(1, 3));
    options->segment_duration = rational_mul(options->gop, rational_make(random_between(1, 5), 1));
    options->is_default_ladder = random_between(0, 1);
    options->ladder_count = (size_t)random_between(1, PLAN_RUNGS_MAX);
    for (size_t i = 0; i < options->ladder_count; i++)
        options->ladder[i].short_side_px = (int)random_between(2, 2200);
    if (random_between(0, 3) == 0)
        options->limit_duration = rational_make(random_between(1, 100000), 1000);
}

static int even_down(int px)
{
    return px < 2 ? 2 : px - px % 2;
}

static void check_sizes(const struct source_facts *facts, const struct plan *plan)
{
    int source_width = facts->video.display_width_px,
        source_height = facts->video.display_height_px;
    assert_true(plan->video_count > 0);
    for (size_t i = 0; i < plan->video_count; i++) {
        const struct plan_video *track = &plan->video[i];
        assert_true(track->width_px <= even_down(source_width));
        assert_true(track->height_px <= even_down(source_height));
        assert_int_equal(track->width_px % 2, 0);
        assert_int_equal(track->height_px % 2, 0);
        assert_true(track->width_px >= 2 && track->height_px >= 2);
        int side = track->width_px < track->height_px ? track->width_px : track->height_px;
        assert_int_equal(side, track->rung_px);
        // The long side is within one pixel pair of the exact one.
        bool is_portrait = source_height > source_width;
        double exact = is_portrait ? (double)track->width_px * source_height / source_width
                                   : (double)track->height_px * source_width / source_height;
        double off = (is_portrait ? track->height_px : track->width_px) - exact;
        bool is_own_size = track->width_px == even_down(source_width) &&
                           track->height_px == even_down(source_height);
        if (!is_own_size && (off > 1.001 || off < -1.001))
            fail_msg("%dx%d of %dx%d", track->width_px, track->height_px, source_width,
                     source_height);
        assert_true(track->maxrate_bps > 0 && track->bufsize_bits > 0);
        if (track->codec == VIDEO_H264)
            assert_in_range(track->reference_frames, 1, 16);
    }
}

static void check_order(const struct plan *plan)
{
    for (size_t i = 1; i < plan->video_count; i++) {
        const struct plan_video *a = &plan->video[i - 1], *b = &plan->video[i];
        assert_true(a->rung_px > b->rung_px || (a->rung_px == b->rung_px && a->codec < b->codec));
        assert_string_not_equal(a->id, b->id);
    }
    size_t defaults = 0;
    for (size_t i = 0; i < plan->audio_count; i++) {
        defaults += plan->audio[i].is_default;
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(plan->audio[i].id, plan->audio[k].id);
            assert_string_not_equal(plan->audio[i].name, plan->audio[k].name);
        }
    }
    assert_int_equal(defaults, plan->audio_count > 0);
}

static void assert_rational_equal(struct rational a, struct rational b)
{
    assert_true(rational_cmp(a, b) == 0);
}

static void check_grid(const struct source_facts *facts, const struct plan *plan)
{
    struct rational count = rational_make(plan->frame_count, 1);
    assert_true(rational_cmp(plan->frame_rate, rational_make(61, 1)) < 0);
    assert_rational_equal(rational_mul(plan->frame_rate, rational_make(plan->keep_every, 1)),
                          facts->video.frame_rate);
    assert_rational_equal(plan->grid.duration, rational_div(count, plan->frame_rate));
    assert_rational_equal(rational_make(plan->video_timescale_hz, plan->frame_duration_ticks),
                          plan->frame_rate);
    assert_true(plan->video_timescale_hz >= 10000);
    assert_int_equal(plan->frames_per_segment % plan->frames_per_gop, 0);
    // Frame counts of all segments add up to the whole, none is empty.
    int64_t segments = plan->grid.segment_count;
    int64_t last = plan->frame_count - (segments - 1) * plan->frames_per_segment;
    assert_in_range(last, 1, plan->frames_per_segment);
    for (int64_t k = 0; k < segments; k += 1 + segments / 50) {
        assert_int_equal(segment_grid_first_unit(&plan->grid, k, plan->frame_rate),
                         k * plan->frames_per_segment);
        assert_true(
            rational_cmp(segment_grid_start(&plan->grid, k), segment_grid_end(&plan->grid, k)) < 0);
    }
    assert_rational_equal(segment_grid_end(&plan->grid, segments - 1), plan->grid.duration);
    assert_int_equal(segment_grid_first_unit(&plan->grid, segments, plan->frame_rate),
                     plan->frame_count);
}

static void check_spans(const struct source_facts *facts, const struct plan *plan)
{
    int64_t next = 0;
    assert_in_range(plan->span_count, 1, 4096);
    for (size_t i = 0; i < plan->span_count; i++) {
        assert_int_equal(plan->spans[i].first_segment, next);
        assert_true(plan->spans[i].segment_count > 0);
        next += plan->spans[i].segment_count;
    }
    assert_int_equal(next, plan->grid.segment_count);
    if (!facts->is_seekable || facts->has_discontinuities || facts->video.timing == TIMING_COUNTED)
        assert_int_equal(plan->span_count, 1);
}

static void check_json(const struct plan *plan)
{
    AUTO_FREE struct plan *read = mem_alloc(sizeof(*read));
    AUTO(json_free) json_t *json = plan_to_json(plan);
    struct err err = {0};
    if (!plan_from_json(json, read, &err))
        fail_msg("%s", err.text);
    AUTO(json_free) json_t *again = plan_to_json(read);
    assert_true(json_equal(json, again));
    plan_done(read);
}

static void holds_for_every_source(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof(*facts));
    AUTO_FREE struct plan *plan = mem_alloc(sizeof(*plan));
    random_state = 0x9e3779b97f4a7c15;
    for (int round = 0; round < ROUNDS; round++) {
        struct plan_options options;
        struct err err = {0};
        random_facts(facts);
        random_options(&options);
        if (!plan_build(facts, &options, plan, &err))
            fail_msg("round %d, %dx%d: %s", round, facts->video.display_width_px,
                     facts->video.display_height_px, err.text);
        check_sizes(facts, plan);
        check_order(plan);
        check_grid(facts, plan);
        check_spans(facts, plan);
        if (round % 20 == 0)
            check_json(plan);
        plan_done(plan);
    }
}

static struct rational random_rational(void)
{
    static const int64_t ends[] = {INT64_MAX, -INT64_MAX, 1, 0, INT64_C(1) << 32, 90000};
    int64_t num = ends[random_between(0, ARRAY_LEN(ends) - 1)];
    int64_t den = ends[random_between(0, ARRAY_LEN(ends) - 1)];
    if (random_between(0, 1))
        num = random_between(-1000000, 1000000);
    return rational_make(num, den > 0 ? den : 1);
}

// Facts may come from a process that was led astray: a plan that can be written
// and read, or an error of the input's.
static void wild_facts_do_no_harm(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof(*facts));
    AUTO_FREE struct plan *plan = mem_alloc(sizeof(*plan));
    int planned = 0;
    random_state = 99;
    for (int round = 0; round < ROUNDS; round++) {
        struct plan_options options;
        struct err err = {0};
        random_facts(facts);
        random_options(&options);
        struct video_facts *video = &facts->video;
        struct rational *times[] = {&video->frame_rate, &video->first_time, &video->end_time,
                                    &video->longest_keyframe_gap, &video->sample_aspect};
        *times[random_between(0, ARRAY_LEN(times) - 1)] = random_rational();
        if (random_between(0, 3) == 0)
            video->frame_count = random_between(1, INT64_MAX / 2);
        if (random_between(0, 3) == 0)
            video->display_width_px = (int)random_between(1, 1 << 21);
        video->chroma_location = (int)random_between(0, 16);
        video->colour_primaries = (int)random_between(0, 255);
        video->matrix_coefficients = (int)random_between(0, 255);
        video->transfer_characteristics = (int)random_between(0, 255);
        if (facts->audio_count > 0) {
            facts->audio[0].first_time = random_rational();
            facts->audio[0].end_time = random_rational();
            facts->has_video = random_between(0, 1);
        }
        if (!plan_build(facts, &options, plan, &err)) {
            assert_int_equal(err.kind, ERR_INPUT);
            continue;
        }
        planned++;
        check_json(plan);
        plan_done(plan);
    }
    assert_in_range(planned, ROUNDS / 10, ROUNDS - 1);
}

static void same_facts_give_the_same_plan(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof(*facts));
    AUTO_FREE struct plan *plans = mem_alloc(2 * sizeof(*plans));
    random_state = 7;
    for (int round = 0; round < 100; round++) {
        struct plan_options options;
        random_facts(facts);
        random_options(&options);
        memset(&plans[1], 0xa5, sizeof(plans[1])); // what was there before must not matter
        assert_true(plan_build(facts, &options, &plans[0], NULL));
        assert_true(plan_build(facts, &options, &plans[1], NULL));
        AUTO(json_free) json_t *a = plan_to_json(&plans[0]);
        AUTO(json_free) json_t *b = plan_to_json(&plans[1]);
        assert_true(json_equal(a, b));
        plan_done(&plans[0]);
        plan_done(&plans[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_for_every_source),
        cmocka_unit_test(wild_facts_do_no_harm),
        cmocka_unit_test(same_facts_give_the_same_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
