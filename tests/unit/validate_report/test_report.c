// SPDX-License-Identifier: BSD-2-Clause
// Reports: order, escaping, what machines read.
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/report/report.h"

#define HOSTILE "<a>&\"\x1b[31m\xff|\n"

static const struct rule_row rows[] = {
    {RULE_M6, LEVEL_ERROR, PROFILE_ALL, "EXTINF is true", "RFC 8216 4.3.2.1", "Write the real one.",
     NULL},
    {RULE_M4, LEVEL_WARNING, PROFILE_APPLE, "TARGETDURATION is tight", "field", "Lower it.", NULL},
    {RULE_L3, LEVEL_NOTICE, PROFILE_ALL, "Segments are MP4", "RFC 8216 3.3", "Use CMAF.", NULL},
};

struct fixture {
    struct evidence evidence;
    struct findings findings;
    struct rule_set rules;
    struct report_input input;
    struct buf text;
};

static void add_track(struct evidence *evidence)
{
    size_t file = evidence_resource(evidence, "file:///a.m4s", "a.m4s");
    size_t init = evidence_init_unit(evidence, file, 0, 100);
    evidence->inits[init] = (struct init_facts){
        .is_read = true,
        .kind = MEDIA_VIDEO,
        .timescale_hz = 1000,
        .codec = {.string = "avc1.640028", .width_px = 1920, .height_px = 1080}};
    struct track *track = evidence_track(evidence);
    track->name = mem_strdup("v" HOSTILE);
    track->file = evidence->resources[file].name;
    track->kind = MEDIA_VIDEO;
    for (int i = 0; i < 3; i++) {
        size_t unit = evidence_unit(evidence, file, 100 + 1000 * i, 1000, init);
        evidence->units[unit].is_read = evidence->units[unit].is_fmp4 = true;
        evidence->units[unit].duration = 4000;
        track_add_segment(track, &(struct track_segment){.unit = unit,
                                                         .init = init,
                                                         .start = {4 * i, 1},
                                                         .duration = {4, 1},
                                                         .stated_ticks = -1});
    }
}

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    evidence_init(&fixture->evidence);
    findings_init(&fixture->findings);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        fixture->rules.rows[rows[i].id] = &rows[i];
    add_track(&fixture->evidence);
    struct findings *findings = &fixture->findings;
    findings_add(findings, RULE_L3, PLACE(.file = "x.m3u8"), NULL, NULL, "not MP4");
    findings_add(findings, RULE_M4, PLACE(.file = "x.m3u8", .track = "t", .line = 2), "9", "4",
                 "TARGETDURATION is 9");
    findings_add(findings, RULE_M6, PLACE(.file = "x.m3u8", .track = "t", .line = 12), "4.5", "4.0",
                 "EXTINF says 4.5 s" HOSTILE);
    findings_add(findings, RULE_M6, PLACE_BYTE(77, .file = "a.m4s", .track = "u", .path = "moof"),
                 NULL, NULL, "other track");
    fixture->input = (struct report_input){.given = "out" HOSTILE,
                                           .evidence = &fixture->evidence,
                                           .findings = findings,
                                           .rules = &fixture->rules};
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    evidence_done(&fixture->evidence);
    findings_done(&fixture->findings);
    buf_done(&fixture->text);
    MEM_FREE(fixture);
    return 0;
}

static const char *ended(struct buf *text)
{
    buf_append(text, "", 1);
    return (const char *)text->data;
}

static void text_lists_the_worst_first_and_has_no_control_characters(void **state)
{
    struct fixture *fixture = *state;
    report_text(&fixture->input, &fixture->text);
    const char *text = ended(&fixture->text);
    const char *error = strstr(text, "x.m3u8:12");
    const char *warning = strstr(text, "x.m3u8:2");
    const char *notice = strstr(text, "not MP4");
    assert_non_null(error);
    assert_non_null(warning);
    assert_non_null(notice);
    assert_true(error < warning && warning < notice);
    assert_non_null(strstr(text, "2 errors, 1 warning, 1 notice"));
    assert_non_null(strstr(text, "a.m4s@77 moof"));
    assert_non_null(strstr(text, "avc1.640028"));
    assert_null(strchr(text, '\x1b'));
}

static void the_level_hides_but_still_counts(void **state)
{
    struct fixture *fixture = *state;
    fixture->input.level = LEVEL_ERROR;
    report_text(&fixture->input, &fixture->text);
    const char *text = ended(&fixture->text);
    assert_null(strstr(text, "TARGETDURATION is 9"));
    assert_non_null(strstr(text, "1 warning"));
}

static void json_holds_every_field(void **state)
{
    struct fixture *fixture = *state;
    report_json(&fixture->input, &fixture->text);
    json_t *root = json_loadb((char *)fixture->text.data, fixture->text.size_bytes, 0, NULL);
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "errors")), 2);
    json_t *list = json_object_get(root, "findings");
    assert_int_equal(json_array_size(list), 4);
    json_t *first = json_array_get(list, 0);
    assert_string_equal(json_string_value(json_object_get(first, "rule")), "M6");
    assert_string_equal(json_string_value(json_object_get(first, "where")), "x.m3u8:12");
    assert_string_equal(json_string_value(json_object_get(first, "stated")), "4.5");
    assert_string_equal(json_string_value(json_object_get(first, "measured")), "4.0");
    json_t *track = json_array_get(json_object_get(root, "tracks"), 0);
    json_t *measured = json_object_get(track, "measured");
    assert_int_equal(json_integer_value(json_object_get(measured, "average_bandwidth_bps")), 2000);
    assert_int_equal(json_integer_value(json_object_get(measured, "peak_bandwidth_bps")), 2000);
    json_decref(root);
}

static void figures_are_of_what_is_presented(void **state)
{
    struct fixture *fixture = *state;
    struct track_measure measured;
    fixture->evidence.inits[0].edit_media_time = 1000;
    fixture->evidence.tracks[0].segments[0].duration = rational_make(3, 1);
    for (size_t i = 0; i < 3; i++) {
        fixture->evidence.units[i].earliest_time = (int64_t)i * 4000;
        fixture->evidence.units[i].sample_count = 96;
    }
    track_measure_build(&fixture->evidence, &fixture->evidence.tracks[0], &measured);
    assert_int_equal(rational_cmp(measured.duration, rational_make(11, 1)), 0);
    assert_int_equal(rational_cmp(measured.shortest, rational_make(3, 1)), 0);
    assert_int_equal(measured.average_bps, 2182); // 3000 bytes in 11 s
}

// Segments of 2.002 and 1.335 s under a target of 2 s: the peak is of one of them alone, as
// together they are longer than one and a half targets. A target of 3 s would take both.
static void the_peak_is_of_the_stated_target(void **state)
{
    struct fixture *fixture = *state;
    struct track_measure measured;
    struct track *track = &fixture->evidence.tracks[0];
    track->target_s = 2;
    track->segment_count = 2;
    for (size_t i = 0; i < 2; i++) {
        struct unit *unit = &fixture->evidence.units[track->segments[i].unit];
        unit->duration = i ? 1335 : 2002;
        unit->earliest_time = i ? 2002 : 0;
        unit->sample_count = i ? 40 : 60;
        track->segments[i].duration = rational_make((int64_t)unit->duration, 1000);
    }
    track_measure_build(&fixture->evidence, track, &measured);
    assert_int_equal(measured.peak_bps, 5993); // 1000 bytes in 1.335 s
}

static void brief_is_the_verdict_and_the_findings(void **state)
{
    struct fixture *fixture = *state;
    fixture->input.is_brief = true;
    report_text(&fixture->input, &fixture->text);
    const char *text = ended(&fixture->text);
    assert_non_null(strstr(text, "2 errors, 1 warning, 1 notice"));
    assert_non_null(strstr(text, "TARGETDURATION is 9"));
    assert_null(strstr(text, "segments read"));
    assert_null(strstr(text, "avc1.640028"));
    assert_null(strstr(text, "a segment begins"));
}

// I-frames inside segments that are read anyway are no segments to be read.
static void only_what_is_to_be_read_counts(void **state)
{
    struct fixture *fixture = *state;
    struct evidence *evidence = &fixture->evidence;
    evidence->units[evidence_unit(evidence, 0, 100, 50, 0)].is_wanted = false;
    report_text(&fixture->input, &fixture->text);
    assert_non_null(strstr(ended(&fixture->text), "3 of 3 segments read"));
}

static void sarif_has_results_with_places(void **state)
{
    struct fixture *fixture = *state;
    report_sarif(&fixture->input, &fixture->text);
    json_t *root = json_loadb((char *)fixture->text.data, fixture->text.size_bytes, 0, NULL);
    assert_non_null(root);
    json_t *run = json_array_get(json_object_get(root, "runs"), 0);
    json_t *results = json_object_get(run, "results");
    assert_int_equal(json_array_size(results), 4);
    const char *rule;
    json_int_t line;
    assert_int_equal(json_unpack(json_array_get(results, 0), "{s:s, s:[{s:{s:{s:I}}}]}", "ruleId",
                                 &rule, "locations", "physicalLocation", "region", "startLine",
                                 &line),
                     0);
    assert_string_equal(rule, "M6");
    assert_int_equal(line, 12);
    json_decref(root);
}

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;
    for (; (text = strstr(text, word)); text++)
        count++;
    return count;
}

static void junit_is_escaped_and_fails_by_case(void **state)
{
    struct fixture *fixture = *state;
    report_junit(&fixture->input, &fixture->text);
    const char *text = ended(&fixture->text);
    assert_int_equal(occurrences(text, "<failure"), 2);
    assert_int_equal(occurrences(text, "<testcase"),
                     occurrences(text, "</testcase>") + occurrences(text, "\"/>"));
    assert_null(strstr(text, "<a>"));
    assert_non_null(strstr(text, "&lt;a&gt;&amp;&quot;"));
}

static void nothing_wrong_is_said_in_every_form(void **state)
{
    struct fixture *fixture = *state;
    void (*const forms[])(const struct report_input *, struct buf *) = {report_text, report_json,
                                                                        report_sarif, report_junit};
    findings_done(&fixture->findings);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        buf_clear(&fixture->text);
        forms[i](&fixture->input, &fixture->text);
        assert_true(fixture->text.size_bytes > 0);
        assert_null(strstr(ended(&fixture->text), "EXTINF says"));
    }
}

static void rules_are_printed_as_a_table(void **state)
{
    struct fixture *fixture = *state;
    rules_markdown(&fixture->rules, &fixture->text);
    assert_non_null(strstr(ended(&fixture->text), "| M4 | warning | TARGETDURATION is tight |"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_lists_the_worst_first_and_has_no_control_characters,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(the_level_hides_but_still_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(json_holds_every_field, setup, teardown),
        cmocka_unit_test_setup_teardown(figures_are_of_what_is_presented, setup, teardown),
        cmocka_unit_test_setup_teardown(the_peak_is_of_the_stated_target, setup, teardown),
        cmocka_unit_test_setup_teardown(brief_is_the_verdict_and_the_findings, setup, teardown),
        cmocka_unit_test_setup_teardown(only_what_is_to_be_read_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(sarif_has_results_with_places, setup, teardown),
        cmocka_unit_test_setup_teardown(junit_is_escaped_and_fails_by_case, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_wrong_is_said_in_every_form, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_are_printed_as_a_table, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
