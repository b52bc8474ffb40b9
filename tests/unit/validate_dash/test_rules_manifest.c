// SPDX-License-Identifier: BSD-2-Clause
// Rules that need nothing but the text: each fires on a changed MPD and none on a good one.
#include "tests/unit/validate_dash/bench.h"

static void good_manifests_give_no_finding(void **state)
{
    (void)state;
    static const char *const texts[] = {GOOD_MPD, GOOD_FILE_MPD};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct bench bench;
        bench_read(&bench, texts[i]);
        bench_make_file(&bench);
        bench_list(&bench);
        bench_measure(&bench);
        for (size_t r = 0; r < dash_rule_count; r++)
            bench_run(&bench, dash_rules[r].id);
        bench_print(&bench);
        assert_int_equal(bench.findings.count, 0);
        bench_done(&bench);
    }
}

static void every_rule_of_the_group_has_one_row_that_says_all(void **state)
{
    (void)state;
    for (enum rule_id id = RULE_D1; id <= RULE_D77; id++) {
        size_t count = 0;
        for (size_t i = 0; i < dash_rule_count; i++) {
            const struct rule_row *row = &dash_rules[i];
            count += row->id == id;
            assert_true(row->statement[0] && row->source[0] && row->fix[0]);
            assert_true(row->statement[strlen(row->statement) - 1] != '.');
            assert_true(row->profiles != 0);
        }
        if (count != 1)
            fail_msg("%s has %zu rows", rule_id_name(id), count);
    }
}

// A change of GOOD_MPD that the rule finds.
static const struct change {
    enum rule_id rule;
    const char *from, *to;
} changes[] = {
    {RULE_D1, "<Period id=\"1\" start=\"PT0S\">", "<Period id=\"1\"><Chapter/>"},
    {RULE_D1, "</Period>", "<BaseURL>x/</BaseURL></Period>"},
    {RULE_D1, "bandwidth=\"1000000\"", "bandwidth=\"fast\""},
    {RULE_D1, " bandwidth=\"1000000\"", ""},
    {RULE_D1, "minBufferTime=\"PT4S\"", ""},
    {RULE_D1, "minBufferTime", "minbuffertime"},
    {RULE_D1, "maxSegmentDuration=\"PT4S\"", "maxSegmentDuration=\"-PT4S\""},
    {RULE_D1, "contentType=\"video\"", "contentType=\"film\""},
    {RULE_D1, "startWithSAP=\"1\"", "startWithSAP=\"7\""},
    {RULE_D1, "frameRate=\"25\"/>", "frameRate=\"29.97\"/>"},
    {RULE_D1, "par=\"16:9\"", "par=\"16/9\""},
    {RULE_D1, "<S t=\"0\" d=\"51200\" r=\"2\"/>", "<S t=\"0\"/>"},
    {RULE_D1, "id=\"v1\"", "id=\"v 1\""},
    {RULE_D1, "urn:mpeg:dash:schema:mpd:2011", "urn:mpeg:DASH:schema:MPD:2011"},
    {RULE_D2, "type=\"static\"", "type=\"dynamic\" publishTime=\"2024-01-01T00:00:00Z\""},
    {RULE_D2, "type=\"static\"", "type=\"dynamic\" availabilityStartTime=\"2024-01-01T00:00:00Z\""},
    {RULE_D3, "mediaPresentationDuration=\"PT12S\"", ""},
    {RULE_D3, "<Period id=\"1\" start=\"PT0S\">", "<Period duration=\"PT11S\">"},
    {RULE_D5, "type=\"static\"", "minimumUpdatePeriod=\"PT2S\""},
    {RULE_D5, "type=\"static\"", "timeShiftBufferDepth=\"PT2S\""},
    {RULE_D6, "isoff-live", "isoff-on-demand"},
    {RULE_D7, "id=\"v2\"", "id=\"v1\""},
    {RULE_D7, "AdaptationSet id=\"2\"", "AdaptationSet id=\"1\""},
    {RULE_D7, "id=\"a1\"", "id=\"v1\""},
    {RULE_D8, GOOD_VIDEO_SET GOOD_AUDIO_SET, ""},
    {RULE_D8, GOOD_AUDIO_SET, "<AdaptationSet/>"},
    {RULE_D9, "start=\"PT0S\"", "start=\"PT1S\""},
    {RULE_D9, "<Period id=\"1\"", "<Period duration=\"PT1S\"/><Period id=\"1\""},
    {RULE_D9, "<Period id=\"1\" start=\"PT0S\"",
     "<Period duration=\"PT1S\"/><Period start=\"PT2S\""},
    {RULE_D9, "<Period id=\"1\" start=\"PT0S\"", "<Period/><Period"},
    {RULE_D10, "<SegmentTemplate", "<SegmentList/><SegmentTemplate"},
    {RULE_D10, "frameRate=\"25\"/>",
     "frameRate=\"25\"><SegmentList><SegmentURL media=\"x\"/></SegmentList></Representation>"},
    {RULE_D10, "<AdaptationSet", "<SegmentList duration=\"1\"/><AdaptationSet"},
    {RULE_D11, "frameRate=\"25\"/>",
     "frameRate=\"25\"><SegmentList><SegmentURL media=\"x\"/></SegmentList></Representation>"},
    {RULE_D12, "$Number$", "1"},
    {RULE_D12, "$Number$", "$Segment$"},
    {RULE_D12, "$Number$", "$Number%5x$"},
    {RULE_D12, "$Number$", "$Number$-$Time$"},
    {RULE_D12, "init.mp4", "$Number$.mp4"},
    {RULE_D12, "init.mp4", "init$.mp4"},
    {RULE_D13, "timescale=\"12800\"", "timescale=\"12800\" duration=\"51200\""},
    {RULE_D13, " duration=\"192000\"", ""},
    {RULE_D13, " duration=\"192000\"", " duration=\"0\""},
    {RULE_D14, "<S t=\"0\" d=\"51200\" r=\"2\"/>",
     "<S t=\"0\" d=\"51200\"/><S t=\"51201\" d=\"9\"/>"},
    {RULE_D14, "<S t=\"0\" d=\"51200\" r=\"2\"/>",
     "<S t=\"0\" d=\"51200\"/><S t=\"51199\" d=\"9\"/>"},
    {RULE_D14, "d=\"51200\"", "d=\"0\""},
    {RULE_D14, "r=\"2\"", "r=\"-2\""},
    {RULE_D14, "<S t=\"0\" d=\"51200\" r=\"2\"/>", "<S d=\"51200\" r=\"-1\"/><S d=\"5\"/>"},
    {RULE_D14, "<S t=\"0\" d=\"51200\" r=\"2\"/>", ""},
    {RULE_D14, "t=\"0\" d=\"51200\" r=\"2\"", "t=\"18446744073709551615\" d=\"51200\""},
    {RULE_D19, "mimeType=\"video/mp4\"", ""},
    {RULE_D19, "mimeType=\"video/mp4\"", "mimeType=\"video\""},
    {RULE_D19, " codecs=\"mp4a.40.2\"", ""},
    {RULE_D21, "id=\"v2\"", "id=\"v2\" mimeType=\"video/webm\""},
    {RULE_D22, "maxWidth=\"1280\"", "maxWidth=\"1000\""},
    {RULE_D22, "maxFrameRate=\"25\"", "minFrameRate=\"30\""},
    {RULE_D24, " par=\"16:9\"", ""},
    {RULE_D24, " sar=\"1:1\"", ""},
    {RULE_D24, " lang=\"en\"", ""},
    {RULE_D24, " audioSamplingRate=\"48000\"", ""},
    {RULE_D25, " segmentAlignment=\"true\"", ""},
    {RULE_D25, "segmentAlignment=\"true\"", "segmentAlignment=\"false\""},
    {RULE_D28, "value=\"main\"", "value=\"principal\""},
    {RULE_D28, " value=\"main\"", ""},
    {RULE_D32, "<Role",
     "<EssentialProperty schemeIdUri=\"http://dashif.org/guidelines/trickmode\" "
     "value=\"9\"/><Role"},
    {RULE_D32, "<Role",
     "<EssentialProperty schemeIdUri=\"http://dashif.org/guidelines/trickmode\" "
     "value=\"1\"/><Role"},
    {RULE_D34, "type=\"static\"", "type=\"dynamic\""},
    {RULE_D37, "PT12S", "P1M"},
    {RULE_D37, "start=\"PT0S\"", "start=\"P0Y\""},
    {RULE_D38, "<Period id=\"1\"", "<Period xlink:href=\"http://a.example/p\" id=\"1\""},
    {RULE_D39, "<Period id=\"1\"", "<Period xlink:href=\"manifest.mpd\" id=\"1\""},
    {RULE_D39, "<Period id=\"1\"", "<Period xlink:href=\"\" id=\"1\""},
    {RULE_D39, "<Period id=\"1\"", "<Period xlink:actuate=\"onLoad\" id=\"1\""},
    {RULE_D39, "<Period id=\"1\"", "<Period xlink:href=\"p\" xlink:actuate=\"later\" id=\"1\""},
    {RULE_D41, "id=\"v2\"", "id=\"v2\" mimeType=\"video/mp4\""},
    {RULE_D42, "maxWidth=\"1280\"", "minWidth=\"1281\" maxWidth=\"1280\""},
    {RULE_D42, "maxWidth=\"1280\"", "maxWidth=\"1280\" maxBandwidth=\"10\""},
    {RULE_D43, "par=\"16:9\"", "par=\"4:3\""},
    {RULE_D44, "id=\"v2\"", "id=\"v2\" profiles=\"urn:mpeg:dash:profile:full:2011\""},
    {RULE_D45, "<Period id=\"1\" start=\"PT0S\">\n<AdaptationSet",
     "<Period bitstreamSwitching=\"true\"><AdaptationSet bitstreamSwitching=\"false\""},
    {RULE_D46, "id=\"v2\"", "id=\"v2\" dependencyId=\"v1 v9\""},
    {RULE_D46, "</Period>", "<Subset contains=\"1 3\"/></Period>"},
    {RULE_D46, "<Role", "<ContentProtection schemeIdUri=\"u\" ref=\"x\"/><Role"},
    {RULE_D47, "<SegmentTemplate", "<SegmentTemplate indexRangeExact=\"true\""},
    {RULE_D49, "</MPD>", "<UTCTiming schemeIdUri=\"urn:sundial\" value=\"x\"/></MPD>"},
    {RULE_D49, "</MPD>",
     "<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:direct:2014\" value=\"noon\"/></MPD>"},
    {RULE_D50, "<AdaptationSet",
     "<EventStream schemeIdUri=\"u\"><Event presentationTime=\"13\"/></EventStream>"
     "<AdaptationSet"},
    {RULE_D50, "<AdaptationSet",
     "<EventStream schemeIdUri=\"u\"><Event contentEncoding=\"base64\">no!</Event></EventStream>"
     "<AdaptationSet"},
    {RULE_D51, "<Period", "<ProgramInformation lang=\"en\"/><ProgramInformation/><Period"},
    {RULE_D52, "value=\"2\"", "value=\"stereo\""},
    {RULE_D52, "<Role", "<FramePacking schemeIdUri=\"u\" value=\"1\"/><Role"},
    {RULE_D53, "<Role",
     "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:srd:2014\" value=\"0,0,0,5\"/><Role"},
    {RULE_D53, "<Role",
     "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:srd:2014\" value=\"0,1,0,5,5,5,5\"/><Role"},
    {RULE_D54, "</MPD>",
     "<EssentialProperty schemeIdUri=\"urn:mpeg:dash:fallback:2016\" "
     "value=\"x\"/></MPD>"},
    {RULE_D56, "profile:isoff-live:2011",
     "profile:isoff-live:2011,http://dashif.org/guidelines/dash264\" x=\""},
    {RULE_D58, " timescale=\"48000\"", ""},
    {RULE_D59, "contentType=\"video\"", "contentType=\"audio\""},
    {RULE_D60, "media=\"$RepresentationID$/", "media=\"v/"},
    {RULE_D61, " media=\"$RepresentationID$/$Number$.m4s\"", ""},
    {RULE_D62, "type=\"static\" mediaPresentationDuration=\"PT12S\"", "type=\"dynamic\""},
    {RULE_D62, "type=\"static\"",
     "type=\"dynamic\" availabilityStartTime=\"2024-01-01T00:00:00Z\" "
     "availabilityEndTime=\"2023-01-01T00:00:00Z\""},
    {RULE_D63, "<SegmentTemplate", "<SegmentTemplate timeShiftBufferDepth=\"PT1S\""},
    {RULE_D64, "<Period",
     "<ServiceDescription><Latency min=\"5\" target=\"4\"/></ServiceDescription><Period"},
    {RULE_D65, GOOD_AUDIO_SET,
     "<AdaptationSet mimeType=\"video/mp4\"><Representation id=\"v3\"/></AdaptationSet>"},
    {RULE_D66, "frameRate=\"25\"/>",
     "frameRate=\"25\"><ContentProtection schemeIdUri=\"u\"/></Representation>"},
    {RULE_D66, "<Role",
     "<ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\" value=\"cenc\"/><Role"},
    {RULE_D69, "<Role",
     "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:adaptation-set-switching:2016\" "
     "value=\"2,3\"/><Role"},
    {RULE_D70, "<SegmentTemplate", "<ContentComponent contentType=\"video\"/><SegmentTemplate"},
    {RULE_D70, "frameRate=\"25\"/>",
     "frameRate=\"25\"><SubRepresentation level=\"1\"/></Representation>"},
    {RULE_D71, "<SegmentTemplate", "<SegmentTemplate availabilityTimeOffset=\"-1\""},
    {RULE_D71, "<SegmentTemplate", "<SegmentTemplate availabilityTimeComplete=\"false\""},
    {RULE_D72, "<Period id=\"1\"", "<Period duration=\"PT0S\"/><Period id=\"1\""},
    {RULE_D74, "<Role",
     "<Accessibility schemeIdUri=\"urn:scte:dash:cc:cea-608:2015\" value=\"CC9=eng\"/><Role"},
    {RULE_D74, "<Role",
     "<Accessibility schemeIdUri=\"urn:scte:dash:cc:cea-708:2015\" value=\"1=lang:?\"/><Role"},
    {RULE_D77, "avc1.64001f", "avc1.64001"},
};

// These need a second change to be about.
static const struct change second_changes[] = {
    {RULE_D56, "mimeType=\"video/mp4\"", "mimeType=\"video/webm\""},
    {RULE_D63, "minBufferTime", "timeShiftBufferDepth=\"PT60S\" minBufferTime"},
    {RULE_D65, "value=\"main\"", "value=\"alternate\""},
};

static void each_rule_fires_on_its_fault(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct bench bench;
        AUTO_FREE char *text = with_change(GOOD_MPD, changes[i].from, changes[i].to);
        for (size_t s = 0; s < ARRAY_LEN(second_changes); s++)
            if (second_changes[s].rule == changes[i].rule) {
                char *more = with_change(text, second_changes[s].from, second_changes[s].to);
                MEM_FREE(text);
                text = more;
            }
        bench_read(&bench, text);
        if (!bench.is_read) {
            print_message("%s\n", bench.err.text);
            fail_msg("change %zu: \"%s\" is not read", i, changes[i].to);
        }
        bench_list(&bench);
        if (bench_run(&bench, changes[i].rule) == 0) {
            print_message("%s does not fire on change %zu: \"%s\"\n", rule_id_name(changes[i].rule),
                          i, changes[i].to);
            failed++;
        }
        for (size_t f = 0; f < bench.findings.count; f++) {
            const struct finding *item = &bench.findings.items[f];
            assert_string_equal(item->file, "manifest.mpd");
            assert_true(item->line > 0);
            assert_true(item->path && item->path[0]);
            assert_true(item->message[0] && item->message[strlen(item->message) - 1] != '.');
        }
        bench_done(&bench);
    }
    assert_int_equal(failed, 0);
}

// Changes of GOOD_MPD that are as good.
static const struct change harmless[] = {
    {RULE_D1, "<Role", "<x:Own xmlns:x=\"urn:x\"><Period/></x:Own><Role"},
    {RULE_D1, "id=\"v1\"", "id=\"v1\" xmlns:y=\"urn:y\" y:z=\"1\""},
    {RULE_D1, "segmentAlignment=\"true\"", "segmentAlignment=\"1\""},
    {RULE_D1, "maxFrameRate=\"25\"", "maxFrameRate=\"30000/1001\" bitstreamSwitching=\"1\""},
    {RULE_D1, "<Period ", "<ServiceDescription id=\"0\"/><Period "},
    {RULE_D1, "</MPD>", "<Metrics metrics=\"x\"><Reporting schemeIdUri=\"u\"/></Metrics></MPD>"},
    {RULE_D1, "<Role",
     "<ContentProtection schemeIdUri=\"u\"><cenc:pssh>x</cenc:pssh></ContentProtection><Role"},
    {RULE_D9, "<Period id=\"1\" start=\"PT0S\"",
     "<Period start=\"PT0S\" duration=\"PT3.5S\"/>"
     "<Period start=\"PT3.5S\""},
    {RULE_D9, "<Period id=\"1\" start=\"PT0S\"",
     "<Period start=\"PT0S\" duration=\"PT0S\"/><Period id=\"1\" start=\"PT0S\""},
    {RULE_D9, "<Period id=\"1\" start=\"PT0S\"",
     "<Period start=\"PT0S\" xlink:href=\"ad.xml\"/><Period id=\"1\" start=\"PT0S\""},
    {RULE_D12, "$Number$", "$Number%03d$"},
    {RULE_D12, "$Number$", "$Time$"},
    {RULE_D14, "<S t=\"0\" d=\"51200\" r=\"2\"/>", "<S t=\"0\" d=\"51200\" r=\"-1\"/>"},
    {RULE_D14, "<S t=\"0\" d=\"51200\" r=\"2\"/>",
     "<S d=\"51200\" r=\"-1\"/><S t=\"102400\" d=\"51200\"/>"},
    {RULE_D21, "maxFrameRate=\"25\"", "frameRate=\"25/1\""},
    {RULE_D22, "maxWidth=\"1280\"", "minWidth=\"1280\" maxWidth=\"1280\""},
    {RULE_D28, "value=\"main\"", "value=\"forced-subtitle\""},
    {RULE_D28, "urn:mpeg:dash:role:2011\" value=\"main\"", "urn:own\" value=\"lead\""},
    {RULE_D32, "<Role",
     "<EssentialProperty schemeIdUri=\"http://dashif.org/guidelines/trickmode\" "
     "value=\"2\"/><Role"},
    {RULE_D37, "PT12S", "P0DT0M12S"},
    {RULE_D38, "<Period id=\"1\"",
     "<Period xlink:href=\"urn:mpeg:dash:resolve-to-zero:2013\"/><Period id=\"1\""},
    {RULE_D8, "<Period id=\"1\"",
     "<Period xlink:href=\"urn:mpeg:dash:resolve-to-zero:2013\"/><Period id=\"1\""},
    {RULE_D53, "<Role",
     "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:srd:2014\" value=\"0,0,0,5,5,5,5\"/><Role"},
    {RULE_D43, "width=\"1280\" height=\"720\" sar=\"1:1\"",
     "width=\"426\" height=\"240\" sar=\"1:1\""},
    {RULE_D49, "</MPD>",
     "<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:direct:2014\" value=\"2024-01-01T00:00:00Z\"/>"
     "</MPD>"},
    {RULE_D74, "<Role",
     "<Accessibility schemeIdUri=\"urn:scte:dash:cc:cea-608:2015\" value=\"CC1=eng;CC3=swe\"/>"
     "<Role"},
    {RULE_D74, "<Role",
     "<Accessibility schemeIdUri=\"urn:scte:dash:cc:cea-708:2015\" "
     "value=\"1=lang:eng;2=lang:deu,war:1\"/><Role"},
    {RULE_D77, "avc1.64001f", "avc1.64001F"},
};

static void harmless_changes_give_no_alarm(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
        struct bench bench;
        AUTO_FREE char *text = with_change(GOOD_MPD, harmless[i].from, harmless[i].to);
        bench_read(&bench, text);
        bench_list(&bench);
        if (bench_run(&bench, harmless[i].rule) != 0) {
            bench_print(&bench);
            fail_msg("%s fires on \"%s\"", rule_id_name(harmless[i].rule), harmless[i].to);
        }
        bench_done(&bench);
    }
}

static void a_fault_without_end_stays_bounded(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf list = {0};
    for (int i = 0; i < 20000; i++)
        buf_printf(&list, "<S d=\"0\" x=\"1\"/>");
    buf_put_u8(&list, 0);
    AUTO_FREE char *text =
        with_change(GOOD_MPD, "<S t=\"0\" d=\"51200\" r=\"2\"/>", (const char *)list.data);
    struct bench bench;
    bench_read(&bench, text);
    assert_true(bench.findings.count <= FINDINGS_PER_RULE);
    assert_int_equal(bench.findings.total[RULE_D1], 20000);
    assert_int_equal(bench_run(&bench, RULE_D14), 20000);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_manifests_give_no_finding),
        cmocka_unit_test(every_rule_of_the_group_has_one_row_that_says_all),
        cmocka_unit_test(each_rule_fires_on_its_fault),
        cmocka_unit_test(harmless_changes_give_no_alarm),
        cmocka_unit_test(a_fault_without_end_stays_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
