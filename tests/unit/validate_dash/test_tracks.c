// SPDX-License-Identifier: BSD-2-Clause
// From MPDs to tracks: addresses, byte ranges and times of segments; rules about files
// with an index; the rules that only some profiles wake.
#include "tests/unit/validate_dash/bench.h"

#define WITH(segments)                                                                             \
    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"p\" minBufferTime=\"PT1S\" "          \
    "mediaPresentationDuration=\"PT10S\"><Period><AdaptationSet mimeType=\"video/mp4\" "           \
    "contentType=\"video\"><Representation id=\"v1\" "                                             \
    "bandwidth=\"5000\"><BaseURL>b/</BaseURL>" segments                                            \
    "</Representation></AdaptationSet></Period></MPD>"

static const struct listing {
    const char *text;
    size_t count;
    const char *names[3];    // of the first segments' files
    int64_t starts_ms[3];    // of the first segments
    int64_t duration_ms;     // of the first
    int64_t offset, size;    // of the first
    const char *init;        // file, NULL: none
    int64_t init_size_bytes; // asked for
} listings[] = {
    {WITH("<SegmentTemplate timescale=\"10\" duration=\"40\" media=\"$Number%03d$.m4s\" "
          "initialization=\"i$Bandwidth$.mp4\"/>"),
     3,
     {"b/001.m4s", "b/002.m4s", "b/003.m4s"},
     {0, 4000, 8000},
     4000,
     0,
     -1,
     "b/i5000.mp4",
     -1},
    {WITH("<SegmentTemplate timescale=\"10\" startNumber=\"5\" presentationTimeOffset=\"7\" "
          "media=\"$Number$-$Time$\"><SegmentTimeline><S t=\"7\" d=\"40\" r=\"1\"/><S d=\"20\"/>"
          "</SegmentTimeline></SegmentTemplate>"),
     3,
     {"b/5-7", "b/6-47", "b/7-87"},
     {0, 4000, 8000},
     4000,
     0,
     -1,
     NULL,
     0},
    {WITH("<SegmentTemplate timescale=\"10\" media=\"$Time$\"><SegmentTimeline>"
          "<S d=\"40\" r=\"-1\"/></SegmentTimeline></SegmentTemplate>"),
     3,
     {"b/0", "b/40", "b/80"},
     {0, 4000, 8000},
     4000,
     0,
     -1,
     NULL,
     0},
    {WITH("<SegmentTemplate timescale=\"10\" media=\"$Number$\"><SegmentTimeline>"
          "<S d=\"40\" n=\"9\"/><S t=\"50\" d=\"40\" r=\"-1\"/><S t=\"90\" d=\"1\"/>"
          "</SegmentTimeline></SegmentTemplate>"),
     3,
     {"b/9", "b/10", "b/11"},
     {0, 5000, 9000},
     4000,
     0,
     -1,
     NULL,
     0},
    {WITH("<SegmentTemplate timescale=\"10\" duration=\"40\" endNumber=\"2\" media=\"$Number$\"/>"),
     2,
     {"b/1", "b/2"},
     {0, 4000},
     4000,
     0,
     -1,
     NULL,
     0},
    // Three times 3.3 s and a tenth: the last tenth is no segment of its own.
    {WITH("<SegmentTemplate timescale=\"10\" duration=\"33\" media=\"$Number$\"/>"),
     3,
     {"b/1", "b/2", "b/3"},
     {0, 3300, 6600},
     3300,
     0,
     -1,
     NULL,
     0},
    {WITH("<SegmentTemplate media=\"only\"/>"), 1, {"b/only"}, {0}, 10000, 0, -1, NULL, 0},
    {WITH("<SegmentList timescale=\"10\" duration=\"50\"><Initialization range=\"0-99\"/>"
          "<SegmentURL mediaRange=\"100-299\"/><SegmentURL media=\"x\"/></SegmentList>"),
     2,
     {"b/", "b/x"},
     {0, 5000},
     5000,
     100,
     200,
     "b/",
     100},
    {WITH("<SegmentList timescale=\"10\"><SegmentTimeline><S d=\"30\"/><S d=\"70\"/>"
          "</SegmentTimeline><Initialization sourceURL=\"../i\"/><SegmentURL media=\"x\"/>"
          "<SegmentURL media=\"y\"/></SegmentList>"),
     2,
     {"b/x", "b/y"},
     {0, 3000},
     3000,
     0,
     -1,
     "i",
     -1},
};

static void segments_have_their_addresses_and_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(listings); i++) {
        const struct listing *want = &listings[i];
        struct bench bench;
        bench_read(&bench, want->text);
        bench_list(&bench);
        const struct evidence *evidence = &bench.evidence;
        const struct track *track = &evidence->tracks[0];
        print_message("listing %zu\n", i);
        assert_int_equal(track->segment_count, want->count);
        assert_string_equal(track->name, "v1");
        assert_int_equal(track->kind, MEDIA_VIDEO);
        for (size_t s = 0; s < want->count && s < 3; s++) {
            const struct unit *unit = track_unit(evidence, track, s);
            assert_string_equal(evidence->resources[unit->resource].name, want->names[s]);
            assert_int_equal(rational_round(track->segments[s].start, 1000), want->starts_ms[s]);
        }
        const struct unit *first = track_unit(evidence, track, 0);
        assert_int_equal(rational_round(track->segments[0].duration, 1000), want->duration_ms);
        assert_int_equal(first->offset_bytes, want->offset);
        assert_int_equal(first->size_bytes, want->size);
        assert_int_equal(track->segments[0].has_own_range, want->size >= 0);
        size_t init = track->segments[0].init;
        assert_int_equal(init != NONE, want->init != NULL);
        if (want->init) {
            const struct unit *unit = &evidence->init_units[init];
            assert_string_equal(evidence->resources[unit->resource].name, want->init);
            assert_int_equal(unit->size_bytes, want->init_size_bytes);
        }
        bench_done(&bench);
    }
}

static void representations_share_units_of_one_file(void **state)
{
    (void)state;
    AUTO_FREE char *same = with_change(GOOD_MPD, "id=\"v2\"", "id=\"v1\"");
    struct bench bench;
    bench_read(&bench, same);
    bench_list(&bench);
    const struct track *tracks = bench.evidence.tracks;
    assert_int_equal(bench.evidence.track_count, 3);
    assert_int_equal(tracks[0].segments[2].unit, tracks[1].segments[2].unit);
    bench_done(&bench);
}

static void tracks_of_several_periods_have_names_of_their_own(void **state)
{
    (void)state;
    AUTO_FREE char *two =
        with_change(GOOD_MPD, "<Period id=\"1\" start=\"PT0S\">",
                    "<Period id=\"p0\" duration=\"PT4S\">" GOOD_AUDIO_SET "</Period><Period>");
    struct bench bench;
    bench_read(&bench, two);
    bench_list(&bench);
    assert_string_equal(bench.evidence.tracks[0].name, "p0/a1");
    assert_string_equal(bench.evidence.tracks[3].name, "2/a1");
    assert_int_equal(bench.evidence.tracks[3].period, 1);
    assert_int_equal(rational_round(bench.evidence.tracks[3].segments[0].start, 1), 4);
    bench_done(&bench);
}

static void an_index_gives_ranges_and_times(void **state)
{
    (void)state;
    struct bench bench;
    bench_read(&bench, GOOD_FILE_MPD);
    bench_make_file(&bench);
    bench_list(&bench);
    const struct track *track = &bench.evidence.tracks[0];
    assert_true(track->has_index);
    assert_int_equal(track->segment_count, FILM_SEGMENTS);
    const struct unit *unit = track_unit(&bench.evidence, track, 1);
    assert_int_equal(unit->offset_bytes, 92 + 1000);
    assert_int_equal(unit->size_bytes, 1000);
    assert_int_equal(track->segments[1].stated_ticks, -1);
    assert_int_equal(rational_round(track->segments[1].start, 1), 4);
    assert_int_equal(bench.evidence.init_units[0].size_bytes, 24);
    bench_print(&bench);
    assert_int_equal(bench.findings.count, 0);
    bench_done(&bench);
}

static void a_file_without_an_index_range_is_looked_through(void **state)
{
    (void)state;
    AUTO_FREE char *text = with_change(
        GOOD_FILE_MPD,
        "<SegmentBase indexRange=\"24-91\" timescale=\"12800\"><Initialization range=\"0-23\"/>"
        "</SegmentBase>",
        "");
    struct bench bench;
    bench_read(&bench, text);
    bench_make_file(&bench);
    bench_list(&bench);
    assert_int_equal(bench.evidence.tracks[0].segment_count, FILM_SEGMENTS);
    assert_int_equal(bench.evidence.init_units[0].size_bytes, 24);
    bench_done(&bench);
}

static void a_file_that_cannot_be_read_is_one_unit(void **state)
{
    (void)state;
    struct bench bench;
    bench_read(&bench, GOOD_FILE_MPD);
    bench_list(&bench);
    assert_int_equal(bench.evidence.tracks[0].segment_count, 1);
    assert_false(bench.evidence.tracks[0].has_index);
    bench_done(&bench);
}

static const struct range_case {
    const char *from, *to;
    enum rule_id rule;
} ranges[] = {
    {"indexRange=\"24-91\"", "indexRange=\"24-92\"", RULE_D29},
    {"indexRange=\"24-91\"", "indexRange=\"32-91\"", RULE_D29},
    {" indexRange=\"24-91\"", "", RULE_D29},
    {"range=\"0-23\"", "range=\"0-20\"", RULE_D29},
    {"range=\"0-23\"", "range=\"8-23\"", RULE_D29},
    {"maxSubsegmentDuration=\"PT4S\"", "maxSubsegmentDuration=\"PT3S\"", RULE_D48},
    {"type=\"static\"", "type=\"dynamic\"", RULE_D6},
    {"isoff-on-demand", "isoff-live", RULE_D6},
    {"subsegmentStartsWithSAP=\"1\"", "", RULE_D60},
};

static void ranges_of_an_indexed_file_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        struct bench bench;
        AUTO_FREE char *text = with_change(GOOD_FILE_MPD, ranges[i].from, ranges[i].to);
        bench_read(&bench, text);
        bench_make_file(&bench);
        bench_list(&bench);
        bool is_control = ranges[i].rule == RULE_D60;
        if ((bench_run(&bench, ranges[i].rule) != 0) == is_control) {
            bench_print(&bench);
            fail_msg("%s and \"%s\"", rule_id_name(ranges[i].rule), ranges[i].to);
        }
        bench_done(&bench);
    }
}

static void ranges_beyond_their_file_are_found(void **state)
{
    (void)state;
    for (int is_long = 0; is_long < 2; is_long++) {
        struct bench bench;
        bench_read(&bench, listings[7].text);
        bench_list(&bench);
        struct evidence *evidence = &bench.evidence;
        evidence->resources[track_unit(evidence, &evidence->tracks[0], 0)->resource].size_bytes =
            is_long ? 300 : 299;
        assert_int_equal(bench_run(&bench, RULE_D47), !is_long);
        bench_done(&bench);
    }
}

// Once read, the unit has the size of what came.
static void ranges_that_end_beyond_their_file_are_found(void **state)
{
    (void)state;
    struct bench bench;
    bench_read(&bench, listings[7].text);
    bench_list(&bench);
    struct evidence *evidence = &bench.evidence;
    struct unit *unit = &evidence->units[evidence->tracks[0].segments[0].unit];
    int64_t asked = unit->size_bytes;
    unit->is_cut = true;
    unit->size_bytes = asked - 1;
    evidence->resources[unit->resource].size_bytes = unit->offset_bytes + asked - 1;
    assert_int_equal(bench_run(&bench, RULE_D47), 1);
    AUTO_FREE char *stated = mem_printf("%lld-%lld", (long long)unit->offset_bytes,
                                        (long long)(unit->offset_bytes + asked - 1));
    assert_string_equal(bench.findings.items[0].stated, stated);
    bench_done(&bench);
}

static void segments_beyond_the_limit_are_refused(void **state)
{
    (void)state;
    AUTO_FREE char *text = with_change(GOOD_MPD, "$Number$.m4s", "all");
    AUTO_FREE char *endless = with_change(text, "r=\"2\"", "r=\"9223372036854775806\"");
    struct bench bench;
    bench_read(&bench, endless);
    bench_list(&bench);
    assert_int_equal(bench.evidence.tracks[0].segment_count, MPD_SEGMENTS_MAX);
    assert_int_equal(bench.evidence.tracks[1].segment_count, 0);
    assert_true(bench.findings.total[RULE_D14] > 0);
    bench_done(&bench);
}

#define TILES(value, more)                                                                         \
    "<AdaptationSet id=\"3\" contentType=\"image\" mimeType=\"image/jpeg\"><SegmentTemplate "      \
    "media=\"t\" duration=\"12\"/><Representation id=\"t1\" " more                                 \
    "><EssentialProperty schemeIdUri=\"http://dashif.org/guidelines/thumbnail_tile\" "             \
    "value=\"" value "\"/></Representation></AdaptationSet></Period>"
#define SIZE "bandwidth=\"1\" width=\"1600\" height=\"900\""

static const struct {
    const char *tiles;
    bool is_fault;
} tiles[] = {
    {TILES("10x10", SIZE), false}, {TILES("10", SIZE), true},
    {TILES("0x4", SIZE), true},    {TILES("x", SIZE), true},
    {TILES("7x10", SIZE), true},   {TILES("10x10", "bandwidth=\"1\""), true},
};

static void tiles_are_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tiles); i++) {
        struct bench bench;
        AUTO_FREE char *text = with_change(GOOD_MPD, "</Period>", tiles[i].tiles);
        bench_read(&bench, text);
        bench_list(&bench);
        assert_int_equal(bench_run(&bench, RULE_D33) > 0, tiles[i].is_fault);
        bench_done(&bench);
    }
}

static void limits_of_dvb_hold_only_with_its_profile(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf sets = {0};
    for (int i = 10; i < 30; i++)
        buf_printf(&sets, "<AdaptationSet id=\"%d\"/>", i);
    buf_printf(&sets, "</Period>");
    buf_put_u8(&sets, 0);
    AUTO_FREE char *many = with_change(GOOD_MPD, "</Period>", (const char *)sets.data);
    AUTO_FREE char *dvb = with_change(many, "urn:mpeg:dash:profile:isoff-live:2011",
                                      "urn:dvb:dash:profile:dvb-dash:2014");
    for (int i = 0; i < 2; i++) {
        struct bench bench;
        bench_read(&bench, i ? dvb : many);
        bench_list(&bench);
        assert_int_equal(bench_run(&bench, RULE_D75), i);
        bench_done(&bench);
    }
}

static void low_latency_services_are_described(void **state)
{
    (void)state;
    AUTO_FREE char *live = with_change(GOOD_MPD, "type=\"static\"", "type=\"dynamic\"");
    AUTO_FREE char *low = with_change(live, "profiles=\"",
                                      "profiles=\"http://www.dashif.org/guidelines/"
                                      "low-latency-live-v5,");
    AUTO_FREE char *early =
        with_change(low, "<SegmentTemplate ", "<SegmentTemplate availabilityTimeOffset=\"3\" ");
    struct bench bench;
    bench_read(&bench, early);
    bench_list(&bench);
    // No latency target; two Representations that say neither complete nor clock.
    assert_int_equal(bench_run(&bench, RULE_D76), 5);
    bench_done(&bench);
    bench_read(&bench, live);
    bench_list(&bench);
    assert_int_equal(bench_run(&bench, RULE_D76), 0);
    bench_done(&bench);
}

static void of_a_live_stream_without_end_the_newest_segments_are_looked_at(void **state)
{
    (void)state;
    struct bench bench;
    bench_read(&bench,
               "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"p\" "
               "minBufferTime=\"PT1S\" type=\"dynamic\" minimumUpdatePeriod=\"PT1S\" "
               "availabilityStartTime=\"2024-01-01T00:00:00Z\"><Period id=\"1\" start=\"PT0S\">"
               "<AdaptationSet mimeType=\"video/mp4\"><Representation id=\"v1\" bandwidth=\"1\">"
               "<SegmentTemplate duration=\"2\" media=\"$Number$\"/></Representation>"
               "</AdaptationSet></Period></MPD>");
    bench_list(&bench);
    assert_true(bench.evidence.tracks[0].segment_count <= 5);
    assert_true(bench.evidence.tracks[0].segment_count >= 1);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_have_their_addresses_and_times),
        cmocka_unit_test(representations_share_units_of_one_file),
        cmocka_unit_test(tracks_of_several_periods_have_names_of_their_own),
        cmocka_unit_test(an_index_gives_ranges_and_times),
        cmocka_unit_test(a_file_without_an_index_range_is_looked_through),
        cmocka_unit_test(a_file_that_cannot_be_read_is_one_unit),
        cmocka_unit_test(ranges_of_an_indexed_file_are_exact),
        cmocka_unit_test(ranges_beyond_their_file_are_found),
        cmocka_unit_test(ranges_that_end_beyond_their_file_are_found),
        cmocka_unit_test(segments_beyond_the_limit_are_refused),
        cmocka_unit_test(tiles_are_described),
        cmocka_unit_test(limits_of_dvb_hold_only_with_its_profile),
        cmocka_unit_test(low_latency_services_are_described),
        cmocka_unit_test(of_a_live_stream_without_end_the_newest_segments_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
