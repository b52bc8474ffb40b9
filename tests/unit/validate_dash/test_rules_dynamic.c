// SPDX-License-Identifier: BSD-2-Clause
// Dynamic MPDs, switching within and between sets, large times, files for on-demand use.
#include "bench.h"

#define STATIC "type=\"static\" mediaPresentationDuration=\"PT12S\""
#define DYNAMIC(rest)                                                                              \
    "type=\"dynamic\" availabilityStartTime=\"2024-01-01T00:00:00Z\" "                             \
    "minimumUpdatePeriod=\"PT4S\" " rest
#define TIMELINE "<S t=\"0\" d=\"51200\" r=\"2\"/>"
#define LAST_TWO "<S t=\"512000\" d=\"51200\" r=\"1\"/>"

// The findings of a rule in the text with up to two changes, over the film.
static int64_t found_in(const char *text, enum rule_id rule, const char *const changes[4])
{
    struct bench bench;
    AUTO_FREE char *first = with_change(text, changes[0], changes[1]);
    AUTO_FREE char *both =
        changes[2] ? with_change(first, changes[2], changes[3]) : mem_strdup(first);
    bench_read(&bench, both);
    if (text[1] == 'M') // the file for on-demand use
        bench_make_file(&bench);
    bench_list(&bench);
    bench_measure(&bench);
    int64_t found = bench_run(&bench, rule);
    bench_done(&bench);
    return found;
}

static const struct {
    const char *claim;
    enum rule_id rule;
    int64_t count;
    const char *changes[4];
} cases[] = {
    {"a buffer longer than the timeline",
     RULE_D78,
     1,
     {STATIC, DYNAMIC("timeShiftBufferDepth=\"PT30S\""), TIMELINE, LAST_TWO}},
    {"a segment less",
     RULE_D78,
     0,
     {STATIC, DYNAMIC("timeShiftBufferDepth=\"PT12S\""), TIMELINE, LAST_TWO}},
    {"a timeline from the Period's start",
     RULE_D78,
     0,
     {STATIC, DYNAMIC("timeShiftBufferDepth=\"PT30S\""), NULL, NULL}},
    {"a static MPD", RULE_D78, 0, {TIMELINE, LAST_TWO, NULL, NULL}},
    {"published a minute later",
     RULE_D79,
     0,
     {STATIC, DYNAMIC("publishTime=\"2024-01-01T00:01:12Z\""), NULL, NULL}},
    {"published an hour later",
     RULE_D79,
     1,
     {STATIC, DYNAMIC("publishTime=\"2024-01-01T01:00:00Z\""), NULL, NULL}},
    {"published an hour later, and ended",
     RULE_D79,
     0,
     {STATIC, DYNAMIC("publishTime=\"2024-01-01T01:00:00Z\""), "start=\"PT0S\"",
      "start=\"PT0S\" duration=\"PT12S\""}},
    {"published after the availability",
     RULE_D79,
     1,
     {STATIC,
      DYNAMIC("publishTime=\"2024-01-01T00:00:09Z\" availabilityEndTime="
              "\"2024-01-01T00:00:08Z\""),
      NULL, NULL}},
    {"a large time",
     RULE_D82,
     2,
     {TIMELINE, "<S t=\"9007199254740993\" d=\"51200\" r=\"2\"/>", NULL, NULL}},
    {"the largest time",
     RULE_D82,
     0,
     {TIMELINE, "<S t=\"9007199254740992\" d=\"51200\"/>", NULL, NULL}},
    {"a large offset",
     RULE_D82,
     2,
     {"startNumber=\"1\"", "startNumber=\"1\" presentationTimeOffset=\"18014398509481984\"", NULL,
      NULL}},
    {"switching to audio",
     RULE_D81,
     1,
     {"<Role",
      "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:adaptation-set-switching:2016\" "
      "value=\"2\"/><Role",
      NULL, NULL}},
    {"switching to itself",
     RULE_D81,
     1,
     {"<Role",
      "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:adaptation-set-switching:2016\" "
      "value=\"1\"/><Role",
      NULL, NULL}},
    {"access points of type 3", RULE_D83, 1, {"WithSAP=\"1\"", "WithSAP=\"3\"", NULL, NULL}},
    {"nothing said of access points",
     RULE_D83,
     0,
     {"subsegmentStartsWithSAP=\"1\"", "", NULL, NULL}},
    {"nothing said of access points in DASH-IF content",
     RULE_D83,
     1,
     {"subsegmentStartsWithSAP=\"1\"", "", "on-demand:2011",
      "on-demand:2011,http://dashif.org/guidelines/dash264"}},
};

static void one_reading_shows_what_is_wrong(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *text = cases[i].rule == RULE_D83 ? GOOD_FILE_MPD : GOOD_MPD;
        int64_t found = found_in(text, cases[i].rule, cases[i].changes);
        if (found == cases[i].count)
            continue;
        print_message("%s: %s: %lld\n", rule_id_name(cases[i].rule), cases[i].claim,
                      (long long)found);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static struct init_facts *init_of(struct bench *bench, size_t track)
{
    return &bench->evidence.inits[bench->evidence.tracks[track].segments[0].init];
}

static void read_changed(struct bench *bench, const char *from, const char *to)
{
    AUTO_FREE char *text = with_change(GOOD_MPD, from, to);
    bench_read(bench, text);
    bench_list(bench);
    bench_measure(bench);
}

static void one_init_decodes_all(void **state)
{
    static const char said[] = "par=\"16:9\" bitstreamSwitching=\"true\"";
    struct bench bench;
    (void)state;
    read_changed(&bench, "par=\"16:9\"", said);
    assert_int_equal(bench_run(&bench, RULE_D80), 0);
    init_of(&bench, 1)->config_hash = 7;
    assert_int_equal(bench_run(&bench, RULE_D80), 1);
    snprintf(init_of(&bench, 0)->entry, 5, "avc3");
    snprintf(init_of(&bench, 1)->entry, 5, "avc3");
    assert_int_equal(bench_run(&bench, RULE_D80), 1); // no other than before
    init_of(&bench, 1)->edit_media_time = 1024;
    assert_int_equal(bench_run(&bench, RULE_D80), 2);
    bench_done(&bench);
    read_changed(&bench, "par=\"16:9\"", "par=\"16:9\" bitstreamSwitching=\"false\"");
    init_of(&bench, 1)->config_hash = 7;
    assert_int_equal(bench_run(&bench, RULE_D80), 0);
    bench_done(&bench);
}

// A second video set that the first says one may switch to.
static void sets_are_aligned_where_said(void **state)
{
    static const char second[] =
        "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:adaptation-set-switching:2016\" "
        "value=\"3\"/><Role";
    static const char set[] =
        "<AdaptationSet id=\"3\" contentType=\"video\" mimeType=\"video/mp4\">"
        "<SegmentTemplate timescale=\"12800\" startNumber=\"1\" "
        "initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$/$Number$.m4s\">"
        "<SegmentTimeline><S t=\"0\" d=\"51200\" r=\"2\"/></SegmentTimeline></SegmentTemplate>"
        "<Representation id=\"v3\" codecs=\"hvc1\" bandwidth=\"1\"/></AdaptationSet></Period>";
    AUTO_FREE char *two = with_change(GOOD_MPD, "<Role", second);
    AUTO_FREE char *text = with_change(two, "</Period>", set);
    struct bench bench;
    (void)state;
    bench_read(&bench, text);
    bench_list(&bench);
    bench_measure(&bench);
    assert_int_equal(bench_run(&bench, RULE_D81), 0);
    size_t last = bench.evidence.track_count - 1;
    struct track *track = &bench.evidence.tracks[last];
    bench.evidence.units[track->segments[1].unit].earliest_time += 12800;
    assert_int_equal(bench_run(&bench, RULE_D81), 1);
    bench_done(&bench);
}

static void whole_files_have_the_brand(void **state)
{
    struct bench bench;
    (void)state;
    bench_read(&bench, GOOD_FILE_MPD);
    bench_make_file(&bench);
    bench_list(&bench);
    bench_measure(&bench);
    assert_int_equal(bench_run(&bench, RULE_D84), 0); // no brands are known
    struct init_facts *init = init_of(&bench, 0);
    init->brand_count = 2;
    snprintf(init->brands[0], 5, "iso6");
    snprintf(init->brands[1], 5, "cmfc");
    assert_int_equal(bench_run(&bench, RULE_D84), 1);
    snprintf(init->brands[1], 5, "dash");
    assert_int_equal(bench_run(&bench, RULE_D84), 1); // as before
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_reading_shows_what_is_wrong),
        cmocka_unit_test(one_init_decodes_all),
        cmocka_unit_test(sets_are_aligned_where_said),
        cmocka_unit_test(whole_files_have_the_brand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
