// SPDX-License-Identifier: BSD-2-Clause
// Reading an MPD: what is refused, what is inherited, where Periods lie.
#include "tests/unit/validate_dash/bench.h"

static const struct refusal {
    const char *text;
    const char *says;
} refusals[] = {
    {"", "empty"},
    {"no xml at all", "not well-formed"},
    {"<MPD><Period></MPD>", "not well-formed"},
    {"<SmoothStreamingMedia/>", "not MPD"},
    {"<!DOCTYPE MPD [<!ENTITY a \"b\">]><MPD>&a;</MPD>", "DOCTYPE"},
    {"<!DOCTYPE MPD SYSTEM \"http://example.com/x.dtd\"><MPD/>", "DOCTYPE"},
    {"<MPD>&undefined;</MPD>", "not well-formed"},
};

static void refuses_what_is_no_mpd(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        struct bench bench;
        bench_read(&bench, refusals[i].text);
        assert_false(bench.is_read);
        assert_int_equal(bench.err.kind, ERR_INPUT);
        if (!strstr(bench.err.text, refusals[i].says))
            fail_msg("\"%s\" does not say \"%s\"", bench.err.text, refusals[i].says);
        bench_done(&bench);
    }
}

static void refuses_deep_nesting_and_too_many_children(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf deep = {0};
    AUTO(buf_done) struct buf wide = {0};
    buf_printf(&deep, "<MPD>");
    for (int i = 0; i < 100; i++)
        buf_printf(&deep, "<a>");
    for (int i = 0; i < 100; i++)
        buf_printf(&deep, "</a>");
    buf_printf(&deep, "</MPD>");
    buf_printf(&wide, "<MPD>");
    for (int i = 0; i <= MPD_CHILDREN_MAX; i++)
        buf_printf(&wide, "<Period/>");
    buf_printf(&wide, "</MPD>");
    struct buf *texts[] = {&deep, &wide};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct bench bench;
        buf_put_u8(texts[i], 0);
        bench_read(&bench, (const char *)texts[i]->data);
        assert_false(bench.is_read);
        assert_int_equal(bench.err.kind, ERR_INPUT);
        bench_done(&bench);
    }
}

static void a_long_timeline_is_read(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf list = {0};
    for (int i = 0; i < MPD_CHILDREN_MAX * 2; i++)
        buf_printf(&list, "<S d=\"1\"/>");
    buf_put_u8(&list, 0);
    AUTO_FREE char *text =
        with_change(GOOD_MPD, "<S t=\"0\" d=\"51200\" r=\"2\"/>", (const char *)list.data);
    struct bench bench;
    bench_read(&bench, text);
    assert_true(bench.is_read);
    bench_done(&bench);
}

static void lines_beyond_65535_are_told(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf text = {0};
    buf_printf(&text, "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"p\" "
                      "minBufferTime=\"PT1S\">");
    for (int i = 0; i < 70000; i++)
        buf_printf(&text, "\n");
    buf_printf(&text, "<Period><Chapter/></Period></MPD>");
    buf_put_u8(&text, 0);
    struct bench bench;
    bench_read(&bench, (const char *)text.data);
    assert_int_equal(bench.findings.count, 1);
    assert_int_equal(bench.findings.items[0].line, 70001);
    assert_string_equal(bench.findings.items[0].path, "MPD/Period[1]/Chapter[1]");
    bench_done(&bench);
}

static void the_line_of_broken_xml_is_told(void **state)
{
    (void)state;
    struct bench bench;
    bench_read(&bench, "<MPD>\n<Period>\n</Periode>\n</MPD>");
    assert_false(bench.is_read);
    assert_int_equal(bench.fault_line, 3);
    bench_done(&bench);
}

static void a_timeline_of_the_set_is_inherited_once(void **state)
{
    (void)state;
    struct bench bench;
    bench_read(&bench, GOOD_MPD);
    const struct mpd_set *set = &bench.evidence.mpds[0]->periods[0].sets[0];
    const struct mpd_segments *one = &set->representations[0].segments;
    const struct mpd_segments *other = &set->representations[1].segments;
    assert_int_equal(one->addressing, ADDRESS_TEMPLATE);
    assert_int_equal(one->timescale_hz, 12800);
    assert_int_equal(one->timeline_count, 1);
    assert_int_equal(one->timeline[0].r, 2);
    assert_ptr_equal(one->timeline, other->timeline);
    bench_done(&bench);
}

static void the_inner_level_overrides_single_attributes(void **state)
{
    (void)state;
    AUTO_FREE char *text = with_change(
        GOOD_MPD, "frameRate=\"25\"/>",
        "frameRate=\"25\"><SegmentTemplate startNumber=\"7\" presentationTimeOffset=\"5\"/>"
        "</Representation>");
    struct bench bench;
    bench_read(&bench, text);
    const struct mpd_segments *own =
        &bench.evidence.mpds[0]->periods[0].sets[0].representations[0].segments;
    assert_int_equal(own->start_number, 7);
    assert_int_equal(own->presentation_time_offset, 5);
    assert_int_equal(own->timescale_hz, 12800);
    assert_true(own->has_timeline);
    bench_done(&bench);
}

static void base_urls_are_joined(void **state)
{
    (void)state;
    AUTO_FREE char *one = with_change(GOOD_FILE_MPD, "<Period>",
                                      "<BaseURL>http://a.example/x/y</BaseURL><Period><BaseURL>"
                                      "../p/</BaseURL>");
    struct bench bench;
    bench_read(&bench, one);
    assert_string_equal(bench.evidence.mpds[0]->periods[0].sets[0].representations[0].base_url,
                        "http://a.example/p/v1.mp4");
    bench_done(&bench);
}

#define TIMED(first, second, attributes)                                                           \
    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"p\" "                                 \
    "minBufferTime=\"PT1S\" " attributes "><Period " first "/><Period " second "/></MPD>"

static const struct period_case {
    const char *text;
    int64_t start_ms, duration_ms; // of the second Period; -1: not known
} period_cases[] = {
    {TIMED("duration=\"PT5S\"", "duration=\"PT7S\"", ""), 5000, 7000},
    {TIMED("", "start=\"PT5S\"", "mediaPresentationDuration=\"PT9.5S\""), 5000, 4500},
    {TIMED("duration=\"PT5S\"", "", ""), 5000, -1},
    {TIMED("", "", ""), -1, -1},
    {TIMED("duration=\"PT5S\"", "", "type=\"dynamic\""), -1, -1},
    {TIMED("start=\"PT1M\" duration=\"PT5S\"", "", "type=\"dynamic\""), 65000, -1},
};

static void periods_are_placed_by_their_neighbours(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(period_cases); i++) {
        struct bench bench;
        bench_read(&bench, period_cases[i].text);
        const struct mpd_period *period = &bench.evidence.mpds[0]->periods[1];
        int64_t start = period->has_start ? rational_round(period->start, 1000) : -1;
        int64_t duration = period->has_duration ? rational_round(period->duration, 1000) : -1;
        assert_int_equal(start, period_cases[i].start_ms);
        assert_int_equal(duration, period_cases[i].duration_ms);
        bench_done(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_mpd),
        cmocka_unit_test(refuses_deep_nesting_and_too_many_children),
        cmocka_unit_test(a_long_timeline_is_read),
        cmocka_unit_test(lines_beyond_65535_are_told),
        cmocka_unit_test(the_line_of_broken_xml_is_told),
        cmocka_unit_test(a_timeline_of_the_set_is_inherited_once),
        cmocka_unit_test(the_inner_level_overrides_single_attributes),
        cmocka_unit_test(base_urls_are_joined),
        cmocka_unit_test(periods_are_placed_by_their_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
