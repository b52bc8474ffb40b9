// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/plan.h"
#include "src/media/plan_text.h"
#include "tests/unit/media/plan_facts.h"

struct bench {
    struct source_facts facts;
    struct plan_options options;
    struct plan plan;
    struct err err;
};

static struct bench *bench_new(int width_px, int height_px)
{
    struct bench *bench = mem_alloc(sizeof(*bench));
    facts_init_video(&bench->facts, width_px, height_px);
    plan_options_init(&bench->options);
    return bench;
}

static void bench_free(struct bench **bench)
{
    plan_done(&(*bench)->plan);
    MEM_FREE(*bench);
}

static void build(struct bench *bench)
{
    plan_done(&bench->plan);
    bench->err = (struct err){0};
    if (!plan_build(&bench->facts, &bench->options, &bench->plan, &bench->err))
        fail_msg("%s", bench->err.text);
}

static void assert_refused(struct bench *bench, enum err_kind kind, const char *words)
{
    bench->err = (struct err){0};
    if (plan_build(&bench->facts, &bench->options, &bench->plan, &bench->err))
        fail_msg("was planned; wanted \"%s\"", words);
    if (bench->err.kind != kind || !strstr(bench->err.text, words))
        fail_msg("%s: %s; wanted \"%s\"", err_kind_name(bench->err.kind), bench->err.text, words);
}

static bool has_note(const struct plan *plan, enum plan_note_kind kind, const char *subject,
                     const char *words)
{
    for (size_t i = 0; i < plan->note_count; i++)
        if (plan->notes[i].kind == kind && strcmp(plan->notes[i].subject, subject) == 0 &&
            strstr(plan->notes[i].reason, words))
            return true;
    return false;
}

static void assert_rational(struct rational value, int64_t num, int64_t den)
{
    char text[48];
    rational_format(value, text);
    if (rational_cmp(value, rational_make(num, den)) != 0)
        fail_msg("%s; wanted %lld/%lld", text, (long long)num, (long long)den);
}

static void a_film_gets_the_known_plan(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(1920, 1080);
    build(bench);
    const struct plan *plan = &bench->plan;
    assert_int_equal(plan->video_count, 5);
    assert_string_equal(plan->video[0].id, "h264-1080p");
    assert_string_equal(plan->video[0].folder, "video/h264-1080p");
    assert_string_equal(plan->video[0].encoder, "libx264");
    assert_string_equal(plan->video[0].preset, "medium");
    assert_int_equal(plan->video[0].level_idc, 40);
    assert_int_equal(plan->video[0].profile_idc, 100);
    assert_int_equal(plan->video[0].reference_frames, 3);
    assert_true(plan->video[0].crf == 23);
    assert_int_equal(plan->video[0].maxrate_bps, 5350000);
    assert_int_equal(plan->video[0].bufsize_bits, 7500000);
    assert_int_equal(plan->frames_per_gop, 48);
    assert_int_equal(plan->frames_per_segment, 96);
    assert_int_equal(plan->grid.segment_count, 15);
    assert_rational(plan->grid.duration, 60, 1);
    assert_true(has_note(plan, NOTE_DROPPED, "1440p", "source is 1080p"));
    assert_int_equal(plan->tier.encode, DEVICE_CPU);
}

static void references_fit_the_picture_buffer(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(1920, 1080);
    snprintf(bench->options.preset, sizeof(bench->options.preset), "veryslow");
    build(bench);
    assert_int_equal(bench->plan.video[0].level_idc, 40);
    assert_int_equal(bench->plan.video[0].reference_frames, 4);  // 32768 / 8160
    assert_int_equal(bench->plan.video[1].reference_frames, 5);  // 18000 / 3600
    assert_int_equal(bench->plan.video[4].reference_frames, 11); // 4752 / 405
}

static void codecs_stand_side_by_side(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(1280, 720);
    bench->options.codecs[VIDEO_HEVC] = bench->options.codecs[VIDEO_AV1] = true;
    build(bench);
    assert_int_equal(bench->plan.video_count, 12);
    assert_string_equal(bench->plan.video[0].id, "h264-720p");
    assert_string_equal(bench->plan.video[1].id, "hevc-720p");
    assert_string_equal(bench->plan.video[2].id, "av1-720p");
    assert_string_equal(bench->plan.video[2].preset, "8");
    assert_int_equal(bench->plan.video[1].level_idc, 93);
    assert_int_equal(bench->plan.video[1].profile_idc, 1);
    assert_int_equal(bench->plan.video[2].level_idc, 5);
    assert_true(bench->plan.video[1].crf == 26 && bench->plan.video[2].crf == 33);
}

static void codecs_leave_out_what_they_cannot_take(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(48, 48);
    bench->options.codecs[VIDEO_AV1] = true;
    build(bench);
    assert_int_equal(bench->plan.video_count, 1);
    assert_true(has_note(&bench->plan, NOTE_DROPPED, "av1-48p", "48x48"));
    bench->options.codecs[VIDEO_H264] = false;
    assert_refused(bench, ERR_INPUT, "48x48");
}

struct rate_case {
    int64_t num, den;
    int64_t keep_every, out_num, out_den;
    int64_t timescale_hz, ticks;
    int64_t frames_per_segment;
};

static const struct rate_case rate_cases[] = {
    {24, 1, 1, 24, 1, 24000, 1000, 96},
    {30000, 1001, 1, 30000, 1001, 30000, 1001, 120},
    {60000, 1001, 1, 60000, 1001, 60000, 1001, 240},
    {60, 1, 1, 60, 1, 60000, 1000, 240},
    {90, 1, 2, 45, 1, 45000, 1000, 180},
    {120, 1, 2, 60, 1, 60000, 1000, 240},
    {240, 1, 4, 60, 1, 60000, 1000, 240},
    {120000, 1001, 2, 60000, 1001, 60000, 1001, 240},
    {810000, 13487, 1, 810000, 13487, 810000, 13487, 240}, // a camera's 60
    {61, 1, 2, 61, 2, 61000, 2000, 122},
    {25, 2, 1, 25, 2, 25000, 2000, 50},
    {1, 10, 1, 1, 10, 10000, 100000, 1},
};

static void rates_are_kept_or_halved(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(640, 360);
    for (size_t i = 0; i < ARRAY_LEN(rate_cases); i++) {
        const struct rate_case *row = &rate_cases[i];
        facts_set_rate(&bench->facts, row->num, row->den, 1001);
        build(bench);
        const struct plan *plan = &bench->plan;
        assert_rational(plan->frame_rate, row->out_num, row->out_den);
        assert_int_equal(plan->keep_every, row->keep_every);
        assert_int_equal(plan->video_timescale_hz, row->timescale_hz);
        assert_int_equal(plan->frame_duration_ticks, row->ticks);
        assert_int_equal(plan->frames_per_segment, row->frames_per_segment);
        assert_int_equal(plan->frame_count, (1001 + row->keep_every - 1) / row->keep_every);
        assert_int_equal(has_note(plan, NOTE_CHANGED, "frame rate", "one in"), row->keep_every > 1);
    }
}

static void segments_are_whole_groups_nearest_to_what_was_asked(void **state)
{
    (void)state;
    static const struct {
        struct rational rate, segment, gop;
        int64_t frames_per_gop, frames_per_segment;
        bool is_noted;
    } rows[] = {
        {{24, 1}, {4, 1}, {2, 1}, 48, 96, false},
        {{30000, 1001}, {4, 1}, {2, 1}, 60, 120, false},
        {{24, 1}, {4, 1}, {1, 10}, 2, 96, false}, // 2.4 frames: 48 groups of 2
        {{25, 2}, {1, 2}, {1, 10}, 1, 6, true},   // 6.25 frames
        {{30, 1}, {17, 10}, {17, 20}, 26, 52, true},
        {{1, 10}, {4, 1}, {2, 1}, 1, 1, true}, // a frame lasts longer than a segment
    };
    AUTO(bench_free) struct bench *bench = bench_new(640, 360);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        facts_set_rate(&bench->facts, rows[i].rate.num, rows[i].rate.den, 1001);
        bench->options.segment_duration = rows[i].segment;
        bench->options.gop = rows[i].gop;
        build(bench);
        assert_int_equal(bench->plan.frames_per_gop, rows[i].frames_per_gop);
        assert_int_equal(bench->plan.frames_per_segment, rows[i].frames_per_segment);
        assert_int_equal(has_note(&bench->plan, NOTE_CHANGED, "segments", "whole groups"),
                         rows[i].is_noted);
    }
}

static void variable_timing_counts_by_the_clock(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(640, 360);
    struct video_facts *video = &bench->facts.video;
    video->timing = TIMING_VARIABLE;
    video->frame_count = 100;
    video->first_time = rational_make(3, 2);
    video->end_time = rational_make(23, 2);
    build(bench);
    assert_int_equal(bench->plan.frame_count, 240);
    assert_rational(bench->plan.source_start, 3, 2);
    assert_true(has_note(&bench->plan, NOTE_CHANGED, "frame rate", "constant 24"));
    video->end_time = video->first_time; // one frame without a duration
    video->frame_count = 1;
    build(bench);
    assert_int_equal(bench->plan.frame_count, 1);
    assert_int_equal(bench->plan.grid.segment_count, 1);
    assert_int_equal(bench->plan.span_count, 1);
}

static void the_limit_cuts(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(640, 360);
    bench->options.limit_duration = rational_make(21, 2);
    build(bench);
    assert_int_equal(bench->plan.frame_count, 252);
    assert_rational(bench->plan.grid.duration, 21, 2);
    bench->options.limit_duration = rational_make(1, 1000);
    build(bench);
    assert_int_equal(bench->plan.frame_count, 1);
    bench->options.limit_duration = rational_make(61, 1);
    build(bench);
    assert_int_equal(bench->plan.frame_count, 1440);
    assert_false(has_note(&bench->plan, NOTE_CHANGED, "duration", ""));
}

static void a_gop_is_chosen_that_divides(void **state)
{
    (void)state;
    static const struct {
        struct rational segment, gop;
        const char *shown; // NULL: nothing to tell
    } rows[] = {
        {{4, 1}, {2, 1}, NULL},
        {{6, 1}, {2, 1}, NULL},
        {{30, 1}, {2, 1}, NULL},
        {{5, 2}, {5, 4}, "1.25 s"},
        {{1001, 250}, {1001, 500}, "2.002 s"},
        {{3, 1}, {3, 2}, "1.5 s"},
        {{5, 1}, {5, 3}, "5/3 s"},
        {{1, 2}, {1, 2}, "0.5 s"},
    };
    AUTO(bench_free) struct bench *bench = bench_new(640, 360);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bench->options.segment_duration = rows[i].segment;
        build(bench);
        struct rational gop = rational_mul(rows[i].gop, bench->plan.frame_rate);
        assert_int_equal(bench->plan.frames_per_gop, rational_round(gop, 1));
        assert_int_equal(bench->plan.frames_per_segment % bench->plan.frames_per_gop, 0);
        assert_int_equal(rational_cmp(plan_default_gop(rows[i].segment), rows[i].gop), 0);
        assert_int_equal(has_note(&bench->plan, NOTE_INFO, "gop", ""), rows[i].shown != NULL);
        if (rows[i].shown)
            assert_true(has_note(&bench->plan, NOTE_INFO, "gop", rows[i].shown));
    }
}

static void refuses_options_that_do_not_fit(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(640, 360);
    bench->options.gop = rational_make(2, 1);
    bench->options.segment_duration = rational_make(5, 1);
    assert_refused(bench, ERR_CONFIG, "nearest right values are 4 and 6");
    bench->options.segment_duration = rational_make(1, 1);
    assert_refused(bench, ERR_CONFIG, "duration is 2");
    bench->options.gop = rational_make(-1, 1);
    assert_refused(bench, ERR_CONFIG, "more than 0 s");
    bench->options.gop = rational_make(0, 1);
    bench->options.segment_duration = rational_make(0, 1);
    assert_refused(bench, ERR_CONFIG, "more than 0 s");
    plan_options_init(&bench->options);
    snprintf(bench->options.preset, sizeof(bench->options.preset), "warp");
    assert_refused(bench, ERR_CONFIG, "ultrafast, superfast, veryfast");
    plan_options_init(&bench->options);
    bench->options.codecs[VIDEO_H264] = false;
    assert_refused(bench, ERR_CONFIG, "no video codec");
    plan_options_init(&bench->options);
    bench->options.is_default_ladder = false;
    assert_refused(bench, ERR_CONFIG, "1 to 16 rungs");
    bench->options.ladder_count = 1;
    bench->options.ladder[0] = (struct ladder_rung){360, 0, 60};
    assert_refused(bench, ERR_CONFIG, "crf of 60");
}

static void refuses_facts_that_make_no_sense(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(0, 360);
    assert_refused(bench, ERR_INPUT, "no size");
    facts_init_video(&bench->facts, 20000, 360);
    assert_refused(bench, ERR_INPUT, "20000x360");
    facts_init_video(&bench->facts, 640, 360);
    bench->facts.video.frame_count = 0;
    assert_refused(bench, ERR_INPUT, "no frames");
    bench->facts.video.frame_count = INT64_MAX;
    assert_refused(bench, ERR_INPUT, "claims");
    facts_init_video(&bench->facts, 640, 360);
    bench->facts.video.frame_rate = rational_make(0, 1);
    assert_refused(bench, ERR_INPUT, "frame rate");
    bench->facts.video.frame_rate = (struct rational){0, 0};
    assert_refused(bench, ERR_INPUT, "frame rate");
    bench->facts.has_video = false;
    assert_refused(bench, ERR_INPUT, "neither video nor audio");
}

struct colour_case {
    int width_px, height_px;
    const char *pixel_format;
    int stated[3]; // primaries, transfer, matrix
    int source[3];
    int output_primaries;
    bool tone_map;
};

static const struct colour_case colour_cases[] = {
    {1920, 1080, "yuv420p", {2, 2, 2}, {1, 1, 1}, 1, false},
    {720, 480, "yuv420p", {2, 2, 2}, {6, 6, 6}, 6, false},
    {720, 486, "yuv420p", {2, 2, 2}, {6, 6, 6}, 6, false},
    {720, 576, "yuv420p", {2, 2, 2}, {5, 6, 5}, 5, false},
    {1280, 534, "yuv420p", {2, 2, 2}, {1, 1, 1}, 1, false},
    {1920, 1080, "yuvj420p", {5, 6, 5}, {5, 6, 5}, 5, false},
    {1920, 1080, "yuv420p", {1, 2, 6}, {1, 1, 6}, 1, false},
    {1920, 1080, "gbrp", {2, 2, 2}, {1, 1, 0}, 1, false},
    {1920, 1080, "yuv420p", {1, 1, 0}, {1, 1, 1}, 1, false}, // RGB matrix of a YUV picture
    {1920, 1080, "yuv420p10le", {9, 14, 9}, {9, 14, 9}, 1, false},
    {1920, 1080, "yuv420p10le", {9, 2, 2}, {9, 1, 9}, 1, false},
    {1920, 1080, "yuv420p10le", {9, 16, 9}, {9, 16, 9}, 1, true},
    {1920, 1080, "yuv420p10le", {2, 18, 2}, {9, 18, 9}, 1, true},
    {1920, 1080, "yuv420p", {3, 255, -4}, {1, 1, 1}, 1, false},
};

static void colour_is_resolved_and_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(colour_cases); i++) {
        const struct colour_case *row = &colour_cases[i];
        AUTO(bench_free) struct bench *bench = bench_new(row->width_px, row->height_px);
        struct video_facts *video = &bench->facts.video;
        snprintf(video->pixel_format, sizeof(video->pixel_format), "%s", row->pixel_format);
        video->colour_primaries = row->stated[0];
        video->transfer_characteristics = row->stated[1];
        video->matrix_coefficients = row->stated[2];
        video->is_hdr = row->tone_map;
        build(bench);
        const struct plan *plan = &bench->plan;
        int got[] = {plan->source_primaries, plan->source_transfer, plan->source_matrix};
        if (memcmp(got, row->source, sizeof(got)) != 0 || plan->tone_map != row->tone_map ||
            plan->colour_primaries != row->output_primaries)
            fail_msg("row %zu: source %d/%d/%d, output %d, tone map %d", i, got[0], got[1], got[2],
                     plan->colour_primaries, plan->tone_map);
        assert_int_equal(plan->transfer_characteristics, 1);
        assert_int_equal(plan->matrix_coefficients, 1);
        assert_int_equal(has_note(plan, NOTE_CHANGED, "colour", "tone-mapped"), row->tone_map);
    }
}

struct span_case {
    int64_t seconds;
    int gap_s;
    bool is_seekable;
    const char *expect; // segments per span
};

static const struct span_case span_cases[] = {
    {60, 2, true, "1 4 4 4 2"}, {64, 2, true, "1 4 4 4 3"},   {56, 2, true, "1 4 4 5"},
    {4, 2, true, "1"},          {8, 2, true, "1 1"},          {12, 2, true, "1 2"},
    {60, 2, false, "15"},       {120, 10, true, "1 10 10 9"}, {120, 100, true, "1 29"},
};

static void spans_follow_the_keyframe_gap(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(640, 360);
    for (size_t i = 0; i < ARRAY_LEN(span_cases); i++) {
        const struct span_case *row = &span_cases[i];
        facts_set_rate(&bench->facts, 24, 1, 24 * row->seconds);
        bench->facts.video.longest_keyframe_gap = rational_make(row->gap_s, 1);
        bench->facts.is_seekable = row->is_seekable;
        build(bench);
        AUTO(buf_done) struct buf got = {0};
        for (size_t k = 0; k < bench->plan.span_count; k++)
            buf_printf(&got, "%s%d", k ? " " : "", (int)bench->plan.spans[k].segment_count);
        buf_append(&got, "", 1);
        if (strcmp((const char *)got.data, row->expect) != 0)
            fail_msg("%d s, gap %d s: %s; wanted %s", (int)row->seconds, row->gap_s,
                     (const char *)got.data, row->expect);
    }
    facts_set_rate(&bench->facts, 24, 1, INT64_C(24) * 3600 * 24 * 30);
    build(bench);
    assert_in_range(bench->plan.span_count, 2000, 4096);
}

static void what_is_done_to_the_picture_is_said(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(1439, 1080);
    struct video_facts *video = &bench->facts.video;
    video->is_interlaced = true;
    video->rotation_deg = 90;
    video->sample_aspect = rational_make(64, 45);
    video->packets_before_first_key = 3;
    facts_note(&bench->facts, "second video stream 2 ignored");
    bench->facts.is_truncated = true;
    snprintf(bench->facts.truncated_text, sizeof(bench->facts.truncated_text), "240 of 720 gone");
    build(bench);
    const struct plan *plan = &bench->plan;
    assert_true(plan->deinterlace);
    assert_int_equal(plan->rotation_deg, 90);
    assert_true(has_note(plan, NOTE_CHANGED, "interlaced", "bwdif"));
    assert_true(has_note(plan, NOTE_CHANGED, "rotation", "90"));
    assert_true(has_note(plan, NOTE_CHANGED, "pixel aspect", "64:45"));
    assert_true(has_note(plan, NOTE_INFO, "size", "1439x1080"));
    assert_true(has_note(plan, NOTE_WARNING, "video", "3 packets"));
    assert_true(has_note(plan, NOTE_WARNING, "truncated", "240 of 720 gone"));
    assert_true(has_note(plan, NOTE_INFO, "source", "stream 2"));
    assert_true(has_note(plan, NOTE_INFO, "audio", "none"));
}

static void notes_never_overflow(void **state)
{
    (void)state;
    AUTO_FREE struct plan *plan = mem_alloc(sizeof(*plan));
    for (int i = 0; i < 2 * PLAN_NOTES_MAX; i++)
        plan_note(plan, NOTE_INFO, "n", "%0300d", i);
    assert_int_equal(plan->note_count, PLAN_NOTES_MAX);
    assert_string_equal(plan->notes[PLAN_NOTES_MAX - 1].subject, "notes");
}

static void text_shows_every_rung_and_note(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(1920, 800);
    AUTO(buf_done) struct buf text = {0};
    facts_add_audio(&bench->facts, "fra");
    bench->options.codecs[VIDEO_HEVC] = bench->options.codecs[VIDEO_AV1] = true;
    snprintf(bench->facts.audio[0].title, 128, "evil\x1b[2J\ntitle");
    build(bench);
    plan_text_build(&bench->facts, &bench->plan, &text);
    buf_append(&text, "", 1);
    const char *all = (const char *)text.data;
    for (size_t i = 0; i < bench->plan.video_count; i++)
        assert_non_null(strstr(all, bench->plan.video[i].id));
    for (size_t i = 0; i < bench->plan.note_count; i++)
        assert_non_null(strstr(all, bench->plan.notes[i].reason));
    assert_non_null(strstr(all, "fr-aac-stereo"));
    assert_non_null(strstr(all, "0:01:00.000"));
    assert_null(strchr(all, '\x1b')); // nothing of the source reaches the terminal raw
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_film_gets_the_known_plan),
        cmocka_unit_test(references_fit_the_picture_buffer),
        cmocka_unit_test(codecs_stand_side_by_side),
        cmocka_unit_test(codecs_leave_out_what_they_cannot_take),
        cmocka_unit_test(rates_are_kept_or_halved),
        cmocka_unit_test(segments_are_whole_groups_nearest_to_what_was_asked),
        cmocka_unit_test(variable_timing_counts_by_the_clock),
        cmocka_unit_test(the_limit_cuts),
        cmocka_unit_test(a_gop_is_chosen_that_divides),
        cmocka_unit_test(refuses_options_that_do_not_fit),
        cmocka_unit_test(refuses_facts_that_make_no_sense),
        cmocka_unit_test(colour_is_resolved_and_said),
        cmocka_unit_test(spans_follow_the_keyframe_gap),
        cmocka_unit_test(what_is_done_to_the_picture_is_said),
        cmocka_unit_test(notes_never_overflow),
        cmocka_unit_test(text_shows_every_rung_and_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
