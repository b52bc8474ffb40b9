// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/language.h"
#include "src/media/plan.h"
#include "tests/unit/media/plan_facts.h"

struct bench {
    struct source_facts facts;
    struct plan_options options;
    struct plan plan;
    struct err err;
};

static struct bench *bench_new(bool has_video)
{
    struct bench *bench = mem_alloc(sizeof(*bench));
    facts_init_video(&bench->facts, 640, 360);
    bench->facts.has_video = has_video;
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
    if (!plan_build(&bench->facts, &bench->options, &bench->plan, &bench->err))
        fail_msg("%s", bench->err.text);
}

static void assert_refused(struct bench *bench, const char *words)
{
    bench->err = (struct err){0};
    if (plan_build(&bench->facts, &bench->options, &bench->plan, &bench->err))
        fail_msg("was planned; wanted \"%s\"", words);
    if (bench->err.kind != ERR_CONFIG || !strstr(bench->err.text, words))
        fail_msg("%s: %s; wanted \"%s\"", err_kind_name(bench->err.kind), bench->err.text, words);
}

static void want_language(struct bench *bench, const char *language)
{
    size_t size = sizeof(bench->options.audio_languages[0]);
    snprintf(bench->options.audio_languages[bench->options.audio_language_count++], size, "%s",
             language);
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

struct tag_case {
    const char *text;
    const char *tag;
    const char *name; // NULL: none
    bool is_tag;
};

static const struct tag_case tag_cases[] = {
    {"eng", "en", "English", true},
    {"en", "en", "English", true},
    {"ger", "de", "German", true},
    {"deu", "de", "German", true},
    {"fre", "fr", "French", true},
    {"fra", "fr", "French", true},
    {"chi", "zh", "Chinese", true},
    {"zho", "zh", "Chinese", true},
    {"cze", "cs", "Czech", true},
    {"nld", "nl", "Dutch", true},
    {"gre", "el", "Greek", true},
    {"per", "fa", "Persian", true},
    {"ENG", "en", "English", true},
    {"en-us", "en-US", "English", true},
    {"pt_BR", "pt-BR", "Portuguese", true},
    {"zh-hant-tw", "zh-Hant-TW", "Chinese", true},
    {"por-BR", "pt-BR", "Portuguese", true},
    {"haw", "haw", NULL, true},
    {"und", "und", NULL, true},
    {"mul", "mul", NULL, true},
    {"es-419", "es-419", "Spanish", true},
    {"en-x-us", "en-x-us", "English", true},
    {"", "und", NULL, false},
    {"e", "und", NULL, false},
    {"```", "und", NULL, false},
    {"en-", "und", NULL, false},
    {"en--us", "und", NULL, false},
    {"../en", "und", NULL, false},
    {"english language", "und", NULL, false},
    {"verylongword", "und", NULL, false},
    {"en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd", "und", NULL, false},
};

static void tags_become_bcp_47(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tag_cases); i++) {
        const struct tag_case *row = &tag_cases[i];
        char tag[LANGUAGE_TAG_SIZE];
        bool is_tag = language_from_tag(row->text, tag);
        const char *name = language_name(tag);
        if (is_tag != row->is_tag || strcmp(tag, row->tag) != 0 || !name != !row->name ||
            (name && strcmp(name, row->name) != 0))
            fail_msg("\"%s\": %s (%s); wanted %s", row->text, tag, name ? name : "-", row->tag);
    }
}

static void tracks_keep_language_name_and_default(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(true);
    facts_add_audio(&bench->facts, "eng")->channels = 6;
    struct audio_facts *second = facts_add_audio(&bench->facts, "ger");
    second->is_default = true;
    snprintf(second->title, sizeof(second->title), " Kino\t\"Ton\" ");
    facts_add_audio(&bench->facts, "eng")->channels = 1;
    facts_add_audio(&bench->facts, "")->is_default = true;
    build(bench);
    const struct plan_audio *audio = bench->plan.audio;
    assert_int_equal(bench->plan.audio_count, 4);
    assert_string_equal(audio[0].id, "en-aac-stereo");
    assert_string_equal(audio[0].folder, "audio/en-aac-stereo");
    assert_string_equal(audio[0].name, "English");
    assert_string_equal(audio[0].language, "en");
    assert_int_equal(audio[0].stream_index, 1);
    assert_int_equal(audio[0].channels, 2);
    assert_int_equal(audio[0].sample_rate_hz, 48000);
    assert_int_equal(audio[0].bitrate_bps, 128000);
    assert_string_equal(audio[1].id, "de-aac-stereo");
    assert_string_equal(audio[1].name, "Kino 'Ton'");
    assert_string_equal(audio[2].id, "en-aac-stereo-2");
    assert_string_equal(audio[2].name, "English 2");
    assert_string_equal(audio[3].id, "und-aac-stereo");
    assert_string_equal(audio[3].name, "Audio 4");
    for (int i = 0; i < 4; i++)
        assert_int_equal(audio[i].is_default, i == 1);
    assert_true(has_note(&bench->plan, NOTE_CHANGED, "audio 1", "6 channels"));
    assert_true(has_note(&bench->plan, NOTE_CHANGED, "audio 3", "mono"));
}

static void names_stay_unique_when_they_are_long(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(true);
    for (int i = 0; i < FACTS_AUDIO_MAX; i++)
        memset(facts_add_audio(&bench->facts, "eng")->title, 'x', 127);
    build(bench);
    for (size_t i = 0; i < bench->plan.audio_count; i++)
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(bench->plan.audio[i].name, bench->plan.audio[k].name);
            assert_string_not_equal(bench->plan.audio[i].id, bench->plan.audio[k].id);
        }
    assert_string_equal(bench->plan.audio[31].id, "en-aac-stereo-32");
}

static void languages_are_chosen(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(true);
    facts_add_audio(&bench->facts, "eng")->is_default = true;
    facts_add_audio(&bench->facts, "fre");
    facts_add_audio(&bench->facts, "de-CH");
    want_language(bench, "fra");
    want_language(bench, "de");
    build(bench);
    assert_int_equal(bench->plan.audio_count, 2);
    assert_string_equal(bench->plan.audio[0].id, "fr-aac-stereo");
    assert_string_equal(bench->plan.audio[1].id, "de-ch-aac-stereo");
    assert_string_equal(bench->plan.audio[1].language, "de-CH");
    assert_true(bench->plan.audio[0].is_default); // the source's default went
    assert_true(has_note(&bench->plan, NOTE_DROPPED, "audio 1", "en"));
    bench->options.audio_language_count = 0;
    want_language(bench, "ja");
    assert_refused(bench, "no audio track is in ja; the source has en, fr, de-CH");
    bench->options.audio_language_count = 0;
    want_language(bench, "?");
    assert_refused(bench, "\"?\" is no language tag");
}

static void audio_can_be_left_out(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(true);
    facts_add_audio(&bench->facts, "eng");
    bench->options.no_audio = true;
    build(bench);
    assert_int_equal(bench->plan.audio_count, 0);
    bench->facts.has_video = false;
    assert_refused(bench, "nothing is left");
    bench->options.no_audio = false;
    bench->facts.has_video = true;
    facts_add_audio(&bench->facts, "fra")->packet_count = 0;
    build(bench);
    assert_int_equal(bench->plan.audio_count, 1);
    assert_true(has_note(&bench->plan, NOTE_DROPPED, "audio 2", "no packets"));
}

static void audio_alone_sets_the_time(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(false);
    struct audio_facts *first = facts_add_audio(&bench->facts, "eng");
    struct audio_facts *second = facts_add_audio(&bench->facts, "fra");
    first->first_time = rational_make(1, 3);
    first->end_time = rational_make(10, 1);
    second->first_time = rational_make(1, 2);
    second->end_time = rational_make(31, 3);
    build(bench);
    const struct plan *plan = &bench->plan;
    assert_false(plan->has_video);
    assert_int_equal(plan->video_count, 0);
    assert_true(rational_cmp(plan->grid.duration, rational_make(10, 1)) == 0);
    assert_true(rational_cmp(plan->grid.segment_duration, rational_make(4, 1)) == 0);
    assert_true(rational_cmp(plan->source_start, rational_make(1, 3)) == 0);
    assert_int_equal(plan->grid.segment_count, 3);
    assert_int_equal(plan->span_count, 1);
    assert_int_equal(plan->spans[0].segment_count, 3);
    // A track that was not chosen does not count.
    want_language(bench, "en");
    build(bench);
    assert_true(rational_cmp(plan->grid.duration, rational_make(29, 3)) == 0);
    bench->options.limit_duration = rational_make(5, 1);
    build(bench);
    assert_true(rational_cmp(plan->grid.duration, rational_make(5, 1)) == 0);
}

static void gaps_against_the_video_are_said(void **state)
{
    (void)state;
    AUTO(bench_free) struct bench *bench = bench_new(true);
    struct audio_facts *audio = facts_add_audio(&bench->facts, "eng");
    audio->first_time = rational_make(1, 1);
    audio->end_time = rational_make(70, 1);
    build(bench);
    assert_true(has_note(&bench->plan, NOTE_CHANGED, "audio 1", "starts 1.000 s late"));
    assert_true(has_note(&bench->plan, NOTE_CHANGED, "audio 1", "ends 10.000 s late"));
    audio->first_time = rational_make(-2, 1);
    audio->end_time = rational_make(50, 1);
    build(bench);
    assert_true(has_note(&bench->plan, NOTE_CHANGED, "audio 1", "starts 2.000 s early"));
    assert_true(has_note(&bench->plan, NOTE_CHANGED, "audio 1", "ends 10.000 s early"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_become_bcp_47),
        cmocka_unit_test(tracks_keep_language_name_and_default),
        cmocka_unit_test(names_stay_unique_when_they_are_long),
        cmocka_unit_test(languages_are_chosen),
        cmocka_unit_test(audio_can_be_left_out),
        cmocka_unit_test(audio_alone_sets_the_time),
        cmocka_unit_test(gaps_against_the_video_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
