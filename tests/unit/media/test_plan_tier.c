// SPDX-License-Identifier: BSD-2-Clause
// What a source allows of the tier that was asked for, and which rungs its encoder takes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hwaccel/backend.h"
#include "src/base/mem.h"
#include "src/media/plan.h"
#include "tests/unit/media/plan_facts.h"

struct bench {
    struct source_facts facts;
    struct plan_options options;
    struct plan plan;
};

static struct bench *bench_new(void)
{
    struct bench *bench = mem_alloc(sizeof *bench);
    facts_init_video(&bench->facts, 1920, 1080);
    plan_options_init(&bench->options);
    bench->options.tier = (struct tier){DEVICE_CUDA, DEVICE_CUDA, DEVICE_CUDA};
    return bench;
}

static void build(struct bench *bench)
{
    struct err err = {0};
    plan_done(&bench->plan);
    if (!plan_build(&bench->facts, &bench->options, &bench->plan, &err))
        fail_msg("%s", err.text);
}

static void bench_free(struct bench *bench)
{
    plan_done(&bench->plan);
    MEM_FREE(bench);
}

static void assert_tier(const struct bench *bench, const char *expected)
{
    char text[64];
    tier_format(bench->plan.tier, text);
    assert_string_equal(text, expected);
}

static bool has_note(const struct bench *bench, const char *words)
{
    for (size_t i = 0; i < bench->plan.note_count; i++)
        if (strcmp(bench->plan.notes[i].subject, "tier") == 0 &&
            strstr(bench->plan.notes[i].reason, words))
            return true;
    return false;
}

static size_t rungs_on(const struct bench *bench, enum device device)
{
    size_t count = 0;
    for (size_t i = 0; i < bench->plan.video_count; i++)
        count += bench->plan.video[i].encoded_on == device;
    return count;
}

static void nothing_is_on_a_device_unasked(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    bench->options.tier = (struct tier){DEVICE_CPU, DEVICE_CPU, DEVICE_CPU};
    build(bench);
    assert_tier(bench, "decode cpu, scale cpu, encode cpu");
    assert_int_equal(rungs_on(bench, DEVICE_CPU), bench->plan.video_count);
    bench_free(bench);
}

static void a_plain_source_is_all_on_the_device(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    build(bench);
    assert_tier(bench, "decode cuda, scale cuda, encode cuda");
    assert_int_equal(rungs_on(bench, DEVICE_CUDA), bench->plan.video_count);
    for (size_t i = 0; i < bench->plan.video_count; i++) {
        assert_string_equal(bench->plan.video[i].encoder, "h264_nvenc");
        assert_int_equal(bench->plan.video[i].analysis, ANALYSIS_OWN);
    }
    assert_false(has_note(bench, ""));
    bench_free(bench);
}

static void without_the_encoder_rungs_share_as_ever(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    bench->options.tier = (struct tier){DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU};
    build(bench);
    assert_tier(bench, "decode cuda, scale cuda, encode cpu");
    assert_int_equal(rungs_on(bench, DEVICE_CPU), bench->plan.video_count);
    assert_string_equal(bench->plan.video[0].encoder, "libx264");
    assert_int_equal(bench->plan.video[0].analysis, ANALYSIS_FOLLOWS);
    bench_free(bench);
}

static void what_the_cpu_must_do_moves_its_stage(void **state)
{
    (void)state;
    static const char on_cpu[] = "decode cpu, scale cpu, encode cpu";
    static const char uploaded[] = "decode cpu, scale cuda, encode cuda";
    struct bench *bench = bench_new();
    bench->facts.video.is_interlaced = true;
    build(bench);
    assert_tier(bench, uploaded);
    assert_true(has_note(bench, "deinterlaced"));
    bench->facts.video.is_interlaced = false;

    bench->facts.video.rotation_deg = 90;
    build(bench);
    assert_tier(bench, uploaded);
    assert_true(has_note(bench, "turned"));
    bench->facts.video.rotation_deg = 0;

    bench->facts.video.is_hdr = true;
    bench->facts.video.transfer_characteristics = 16;
    bench->facts.video.colour_primaries = bench->facts.video.matrix_coefficients = 9;
    build(bench);
    assert_tier(bench, uploaded);
    assert_true(has_note(bench, "HDR"));
    bench->facts.video.is_hdr = false;
    bench->facts.video.transfer_characteristics = bench->facts.video.colour_primaries = 1;

    bench->facts.video.matrix_coefficients = 6;
    build(bench);
    assert_tier(bench, on_cpu);
    assert_true(has_note(bench, "matrix"));
    bench->facts.video.matrix_coefficients = 1;

    bench->facts.video.is_full_range = true;
    build(bench);
    assert_tier(bench, on_cpu);
    assert_true(has_note(bench, "full range"));
    assert_int_equal(rungs_on(bench, DEVICE_CPU), bench->plan.video_count);
    bench_free(bench);
}

// Decoding there and nothing else gains nothing: all goes to the CPU.
static void a_turned_source_without_the_encoder_is_the_cpus(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    bench->options.tier = (struct tier){DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU};
    bench->facts.video.rotation_deg = 270;
    build(bench);
    assert_tier(bench, "decode cpu, scale cpu, encode cpu");
    bench_free(bench);
}

static void few_sessions_are_the_largest_rungs(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    bench->options.device_encoders_max = 2;
    build(bench);
    assert_tier(bench, "decode cuda, scale cuda, encode cuda");
    for (size_t i = 0; i < bench->plan.video_count; i++) {
        const struct plan_video *track = &bench->plan.video[i];
        assert_int_equal(track->encoded_on, i < 2 ? DEVICE_CUDA : DEVICE_CPU);
        assert_string_equal(track->encoder, i < 2 ? "h264_nvenc" : "libx264");
    }
    // The others share among themselves.
    assert_int_equal(bench->plan.video[2].rung_px, 540);
    assert_int_equal(bench->plan.video[2].analysis, ANALYSIS_FOLLOWS);
    bench_free(bench);
}

// A codec that the device does not encode stays with the CPU's encoder, beside the others.
static void a_codec_without_an_encoder_there_is_the_cpus(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    bench->options.codecs[VIDEO_AV1] = true;
    build(bench);
    bool is_there = backend_encoder(DEVICE_CUDA, AV_CODEC_ID_AV1) != NULL;
    for (size_t i = 0; i < bench->plan.video_count; i++)
        if (bench->plan.video[i].codec == VIDEO_AV1)
            assert_int_equal(bench->plan.video[i].encoded_on, is_there ? DEVICE_CUDA : DEVICE_CPU);
    assert_tier(bench, "decode cuda, scale cuda, encode cuda");
    bench_free(bench);
}

static void it_comes_through_json(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct err err = {0};
    bench->options.device_encoders_max = 1;
    build(bench);
    AUTO(plan_done) struct plan read = {0};
    json_t *json = plan_to_json(&bench->plan);
    if (!plan_from_json(json, &read, &err))
        fail_msg("%s", err.text);
    assert_true(tier_equal(read.tier, bench->plan.tier));
    assert_int_equal(read.video[0].encoded_on, DEVICE_CUDA);
    assert_int_equal(read.video[1].encoded_on, DEVICE_CPU);
    plan_done(&read);
    json_t *video = json_array_get(json_object_get(json, "video"), 0);
    json_object_set_new(video, "encoder", json_string("hevc_nvenc"));
    assert_false(plan_from_json(json, &read, &err));
    json_object_set_new(video, "encoder", json_string("h264_nvenc"));
    json_object_set_new(video, "encoded_on", json_string("vaapi"));
    assert_false(plan_from_json(json, &read, &err));
    json_decref(json);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_on_a_device_unasked),
        cmocka_unit_test(a_plain_source_is_all_on_the_device),
        cmocka_unit_test(without_the_encoder_rungs_share_as_ever),
        cmocka_unit_test(what_the_cpu_must_do_moves_its_stage),
        cmocka_unit_test(a_turned_source_without_the_encoder_is_the_cpus),
        cmocka_unit_test(few_sessions_are_the_largest_rungs),
        cmocka_unit_test(a_codec_without_an_encoder_there_is_the_cpus),
        cmocka_unit_test(it_comes_through_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
