// SPDX-License-Identifier: BSD-2-Clause
// Reading: structure, values, variables, bounds; and the rules that speak while reading.
#include "kit.h"

#include "manifests/validate/hls/value.h"

static const struct kit_case cases[] = {
    {"the first line is another", RULE_H1, true, "v1.m3u8", "#EXTM3U\n", "#x\n#EXTM3U\n"},
    {"a byte order mark", RULE_H1, true, "master.m3u8", "#EXTM3U", "\xef\xbb\xbf#EXTM3U"},
    {"a comment that is not UTF-8", RULE_H1, true, "v1.m3u8", "#EXT-X-TARGET",
     "# caf\xe9\n#EXT-X-TARGET"},
    {"a comment in UTF-8", RULE_H1, false, "v1.m3u8", "#EXT-X-TARGET",
     "# caf\xc3\xa9\n#EXT-X-TARGET"},
    {"lines end with CR LF", RULE_H9, false, "v1.m3u8", "*\n", "\r\n"},
    {"a target duration in the multivariant playlist", RULE_H2, true, "master.m3u8",
     "#EXT-X-MEDIA:", "#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA:"},
    {"a rendition in a media playlist", RULE_H2, true, "v1.m3u8", "#EXT-X-MAP",
     "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"b\"\n#EXT-X-MAP"},
    {"version twice", RULE_H3, true, "v1.m3u8", "#EXT-X-TARGET", "#EXT-X-VERSION:7\n#EXT-X-TARGET"},
    {"version too low for a map", RULE_H3, true, "v1.m3u8", "VERSION:7", "VERSION:5"},
    {"version just high enough", RULE_H3, false, "v1.m3u8", "VERSION:7", "VERSION:6"},
    {"a map of I-frames needs 5", RULE_H3, false, "i1.m3u8", "VERSION:7", "VERSION:5"},
    {"no version at all", RULE_H3, true, "v1.m3u8", "#EXT-X-VERSION:7\n", ""},
    {"an attribute whose name begins with REQ-", RULE_H3, true, "master.m3u8", "VIDEO-RANGE=SDR",
     "VIDEO-RANGE=SDR,REQ-VIDEO-LAYOUT=\"CH-STEREO\""},
    {"a fraction in version 2", RULE_H3, true, "i1.m3u8", "VERSION:7", "VERSION:2"},
    {"an attribute twice", RULE_H4, true, "master.m3u8", "FRAME-RATE=24.000",
     "FRAME-RATE=24.000,FRAME-RATE=24.000"},
    {"quotes left open", RULE_H4, true, "master.m3u8", "mp4a.40.2\"", "mp4a.40.2"},
    {"a number in quotes", RULE_H4, true, "master.m3u8", "BANDWIDTH=928000",
     "BANDWIDTH=\"928000\""},
    {"a size without x", RULE_H4, true, "master.m3u8", "640x360", "640by360"},
    {"a URI without quotes", RULE_H4, true, "v1.m3u8", "\"v1_init.mp4\"", "v1_init.mp4"},
    {"a space after a comma", RULE_H4, true, "master.m3u8", ",RESOLUTION", ", RESOLUTION"},
    {"a comma at the end", RULE_H4, true, "master.m3u8", "CAPTIONS=NONE\n", "CAPTIONS=NONE,\n"},
    {"an attribute without a value", RULE_H4, true, "master.m3u8", "FRAME-RATE=24.000",
     "FRAME-RATE="},
    {"no attribute but a word", RULE_H4, true, "master.m3u8", "FRAME-RATE=24.000", "FRAMES"},
    {"a lower-case name", RULE_H4, true, "master.m3u8", "FRAME-RATE=", "frame-rate="},
    {"a value for a tag without", RULE_H4, true, "v1.m3u8", "#EXT-X-ENDLIST", "#EXT-X-ENDLIST:1"},
    {"a word that is not among them", RULE_H4, true, "master.m3u8", "DEFAULT=YES", "DEFAULT=1"},
    {"an unknown attribute of somebody's own", RULE_H4, false, "master.m3u8", "DEFAULT=YES",
     "DEFAULT=YES,X-COM-EXAMPLE=\"a,b\""},
    {"a byte range that is none", RULE_H4, true, "i1.m3u8", "10000@0", "10000-0"},
    {"a target duration twice", RULE_H5, true, "v1.m3u8", "#EXT-X-MAP",
     "#EXT-X-TARGETDURATION:4\n#EXT-X-MAP"},
    {"independent segments twice", RULE_H5, true, "master.m3u8",
     "#EXT-X-MEDIA:", "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MEDIA:"},
    {"EXT-X-ALLOW-CACHE", RULE_H6, true, "v1.m3u8", "#EXT-X-MAP",
     "#EXT-X-ALLOW-CACHE:YES\n#EXT-X-MAP"},
    {"PROGRAM-ID", RULE_H6, true, "master.m3u8", "FRAME-RATE", "PROGRAM-ID=1,FRAME-RATE"},
    {"a map without URI", RULE_H8, true, "v1.m3u8", "URI=\"v1_init.mp4\"", "BYTERANGE=\"9@0\""},
    {"a start without offset", RULE_H8, true, "v1.m3u8", "#EXT-X-MAP",
     "#EXT-X-START:PRECISE=YES\n#EXT-X-MAP"},
    {"a space at the end of a URI", RULE_H9, true, "v1.m3u8", "v1_2.m4s", "v1_2.m4s "},
    {"a space at the end of a title", RULE_H9, false, "v1.m3u8", "4.000,\n", "4.000,title \n"},
    {"a bell in a tag", RULE_H9, true, "v1.m3u8", "v1_init", "v1\a_init"},
    {"a variable that nobody defined", RULE_H10, true, "master.m3u8", "VERSION:7\n",
     "VERSION:8\n#EXT-X-SESSION-DATA:DATA-ID=\"a.b\",VALUE=\"{$x}\"\n"},
    {"a variable that is defined", RULE_H10, false, "master.m3u8", "VERSION:7\n",
     "VERSION:8\n#EXT-X-DEFINE:NAME=\"x\",VALUE=\"1\"\n"
     "#EXT-X-SESSION-DATA:DATA-ID=\"a.b\",VALUE=\"{$x}\"\n"},
    {"a variable twice", RULE_H10, true, "master.m3u8", "VERSION:7\n",
     "VERSION:8\n#EXT-X-DEFINE:NAME=\"x\",VALUE=\"1\"\n#EXT-X-DEFINE:NAME=\"x\",VALUE=\"2\"\n"},
    {"a variable without value", RULE_H10, true, "master.m3u8", "VERSION:7\n",
     "VERSION:8\n#EXT-X-DEFINE:NAME=\"x\"\n"},
    {"an import that the parent lacks", RULE_H10, true, "v1.m3u8", "VERSION:7\n",
     "VERSION:8\n#EXT-X-DEFINE:IMPORT=\"x\"\n"},
    {"braces before version 8 are text", RULE_H10, false, "v1.m3u8", "v1_2.m4s", "{$x}.m4s"},
    {"a tag misspelt", RULE_H12, true, "v1.m3u8", "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-MEDIA-SEQUENSE"},
    {"a vendor's tag", RULE_H12, false, "v1.m3u8", "#EXT-X-MAP", "#EXT-X-CUE-OUT:30\n#EXT-X-MAP"},
    {"an attribute misspelt", RULE_H12, true, "master.m3u8", "AVERAGE-BANDWIDTH",
     "AVERAGE-BANDWITH"},
    {"a fraction as target duration", RULE_M1, true, "v1.m3u8", "DURATION:4", "DURATION:4.5"},
    {"no target duration", RULE_M1, true, "v1.m3u8", "#EXT-X-TARGETDURATION:4\n", ""},
    {"EXTINF without comma", RULE_M5, true, "v1.m3u8", "4.000,", "4.000"},
    {"no EXTINF", RULE_M5, true, "v1.m3u8", "#EXTINF:4.000,\n", ""},
    {"EXTINF of 0", RULE_M5, true, "v1.m3u8", "4.000,", "0,"},
    {"EXTINF below 0", RULE_M5, true, "v1.m3u8", "4.000,", "-4,"},
    {"EXTINF without segment", RULE_M5, true, "v1.m3u8", "v1_3.m4s\n", ""},
    {"EXTINF with a title", RULE_M5, false, "v1.m3u8", "4.000,", "4.000,a title, with comma"},
    {"no offset at the first range", RULE_M7, true, "i1.m3u8", "10000@0", "10000"},
    {"a sequence number late", RULE_M10, true, "v1.m3u8", "#EXT-X-ENDLIST",
     "#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-ENDLIST"},
    {"the discontinuity before its number", RULE_M10, true, "v1.m3u8", "#EXT-X-MAP",
     "#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-MAP"},
    {"two EXTINF for a segment", RULE_M31, true, "v1.m3u8", "#EXTINF:4.000,",
     "#EXTINF:4.000,\n#EXTINF:4.000,"},
    {"a tag for no segment", RULE_M31, true, "v1.m3u8", "#EXT-X-ENDLIST",
     "#EXT-X-DISCONTINUITY\n#EXT-X-ENDLIST"},
    {"no BANDWIDTH", RULE_V1, true, "master.m3u8", "BANDWIDTH=928000,AV", "AV"},
    {"BANDWIDTH of 0", RULE_V1, true, "master.m3u8", "BANDWIDTH=928000,AV", "BANDWIDTH=0,AV"},
    {"no URI line", RULE_V1, true, "master.m3u8", "v1.m3u8\n", ""},
    {"no URI line at the end", RULE_V1, true, "master.m3u8",
     "#EXT-X-I-FRAME-STREAM-INF:", "#EXT-X-STREAM-INF:BANDWIDTH=5\n#EXT-X-I-FRAME-STREAM-INF:"},
    {"a URI line too many", RULE_V1, true, "master.m3u8", "v1.m3u8\n", "v1.m3u8\nv3.m3u8\n"},
    {"a comment and a blank before the URI line", RULE_V1, false, "master.m3u8", "v1.m3u8\n",
     "\n# here\nv1.m3u8\n"},
    {"no URI of I-frames", RULE_V19, true, "master.m3u8", ",URI=\"i1.m3u8\"", ""},
    {"no TYPE", RULE_V13, true, "master.m3u8", "TYPE=AUDIO,", ""},
};

static void speaks_of_what_breaks_the_grammar(void **state)
{
    (void)state;
    kit_check(cases, ARRAY_LEN(cases));
}

static void reads_segments_as_they_are(void **state)
{
    static const char text[] = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:5\n"
                               "#EXT-X-DISCONTINUITY-SEQUENCE:9\n#EXT-X-BITRATE:800\n"
                               "#EXT-X-MAP:URI=\"m.mp4\",BYTERANGE=\"800@0\"\n"
                               "#EXTINF:3.989333333333333,first\n#EXT-X-BYTERANGE:100@800\nm.mp4\n"
                               "#EXTINF:4,\n#EXT-X-BYTERANGE:50\nm.mp4\n"
                               "#EXT-X-DISCONTINUITY\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
                               "#EXT-X-GAP\n#EXTINF:1.5,\nother.ts\n";
    struct kit kit;
    (void)state;
    kit_init(&kit);
    const struct hls_playlist *playlist = kit_add(&kit, "m.m3u8", text);
    const struct hls_segment *segments = playlist->segments;
    assert_int_equal(playlist->segment_count, 3);
    assert_int_equal(segments[0].duration.num, 3989333333333333);
    assert_int_equal(segments[0].duration.den, 1000000000000000);
    assert_string_equal(segments[0].title, "first");
    assert_int_equal(segments[0].line, 9);
    assert_int_equal(segments[1].range_offset, 900);
    assert_int_equal(segments[1].range_size, 50);
    assert_int_equal(segments[1].bitrate_kbps, 800);
    assert_int_equal(segments[2].range_size, -1);
    assert_true(segments[2].is_discontinuity && segments[2].has_gap);
    assert_int_equal(segments[2].key, 0);
    assert_true(segments[0].key == NONE);
    assert_int_equal(playlist->maps[0].range_size, 800);
    assert_false(playlist->has_endlist);
    kit_link(&kit);
    const struct track *track = kit_track(&kit, "m.m3u8");
    assert_int_equal(track->segments[2].discontinuity, 10);
    assert_false(kit_unit(&kit, "m.m3u8", 2)->is_wanted);
    assert_true(kit_unit(&kit, "m.m3u8", 2)->is_ciphertext);
    assert_false(kit_unit(&kit, "m.m3u8", 1)->is_ciphertext);
    kit_done(&kit);
}

static void replaces_variables(void **state)
{
    static const char parent[] = "#EXTM3U\n#EXT-X-VERSION:8\n"
                                 "#EXT-X-DEFINE:NAME=\"host\",VALUE=\"h.example\"\n"
                                 "#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://{$host}/{$no}v\n";
    static const char child[] = "#EXTM3U\n#EXT-X-VERSION:11\n#EXT-X-DEFINE:IMPORT=\"host\"\n"
                                "#EXT-X-DEFINE:QUERYPARAM=\"token\"\n#EXTINF:1,\n"
                                "//{$host}/s?t={$token}\n";
    struct findings findings;
    struct hls_playlist *a = NULL, *b = NULL;
    struct err err = {0};
    (void)state;
    findings_init(&findings);
    assert_true(hls_playlist_read(parent, strlen(parent), 0, "p", &findings, &a, &err));
    assert_string_equal(a->variants[0].uri, "https://h.example/{$no}v");
    assert_int_equal(findings.total[RULE_H10], 1);
    const struct hls_source source = {
        .file = "c", .address = "http://h/c.m3u8?x=1&token=a%2Fb&y=2", .parent = a};
    assert_true(hls_playlist_read_from(child, strlen(child), &source, &findings, &b, &err));
    assert_string_equal(b->segments[0].uri, "//h.example/s?t=a/b");
    assert_int_equal(findings.total[RULE_H10], 1);
    hls_playlist_free(&a);
    hls_playlist_free(&b);
    findings_done(&findings);
}

static void a_variable_may_leave_nothing_of_a_line(void **state)
{
    static const char text[] = "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:1\n"
                               "#EXT-X-DEFINE:NAME=\"x\",VALUE=\"\"\n#EXTINF:1,\n{$x}\n";
    struct findings findings;
    struct hls_playlist *playlist = NULL;
    struct err err = {0};
    (void)state;
    findings_init(&findings);
    assert_true(hls_playlist_read(text, strlen(text), 0, "m", &findings, &playlist, &err));
    assert_string_equal(playlist->segments[0].uri, "");
    hls_playlist_free(&playlist);
    findings_done(&findings);
}

static void does_not_let_variables_grow_without_end(void **state)
{
    AUTO(buf_done) struct buf text = {0};
    struct findings findings;
    struct hls_playlist *playlist = NULL;
    struct err err = {0};
    (void)state;
    findings_init(&findings);
    buf_printf(&text, "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-DEFINE:NAME=\"x\",VALUE=\"");
    for (size_t i = 0; i < 60000; i++)
        buf_append(&text, "y", 1);
    buf_printf(&text, "\"\n");
    for (size_t i = 0; i < 40000; i++)
        buf_printf(&text, "#EXTINF:1,\n{$x}\n");
    assert_true(
        hls_playlist_read((char *)text.data, text.size_bytes, 0, "p", &findings, &playlist, &err));
    assert_true(findings.total[RULE_H10] > 0);
    assert_true(playlist->pool.size_bytes < 40000000);
    hls_playlist_free(&playlist);
    findings_done(&findings);
}

static void refuses_what_is_no_playlist(void **state)
{
    static const char boxes[] = "\0\0\0\x18\x66typiso5";
    const char *const texts[] = {"", "hello", "<MPD/>", boxes, "#EXTM3UX\n"};
    struct findings findings;
    (void)state;
    findings_init(&findings);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct hls_playlist *playlist = NULL;
        struct err err = {0};
        assert_false(hls_playlist_read(texts[i], i == 3 ? 12 : strlen(texts[i]), 0, "x", &findings,
                                       &playlist, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_null(playlist);
    }
    findings_done(&findings);
}

static void lists_each_child_once(void **state)
{
    struct kit kit;
    struct hls_child *children;
    (void)state;
    kit_init(&kit);
    AUTO_FREE char *text = kit_edit(master_text, "v2.m3u8", "v1.m3u8");
    kit_add(&kit, "master.m3u8", text);
    struct reference_resolver resolver = kit_resolver(&kit);
    assert_int_equal(hls_playlist_children(&kit.evidence, 0, &resolver, &children), 3);
    assert_string_equal(children[0].uri, "v1.m3u8");
    assert_string_equal(children[1].uri, "i1.m3u8");
    assert_true(children[1].is_iframes);
    assert_string_equal(children[2].uri, "a.m3u8");
    MEM_FREE(children);
    kit_done(&kit);
}

static void reads_dates(void **state)
{
    static const struct {
        const char *text;
        bool is_date, has_zone;
        int64_t time_us;
    } dates[] = {{"1970-01-01T00:00:00Z", true, true, 0},
                 {"2024-02-29T12:00:00.5+01:00", true, true, 1709204400500000},
                 {"2024-02-29T12:00:00.500000+0100", true, true, 1709204400500000},
                 {"2000-03-01T00:00:00", true, false, 951868800000000},
                 {"2023-02-29T12:00:00Z", false, false, 0},
                 {"2024-13-01T00:00:00Z", false, false, 0},
                 {"2024-01-01 00:00:00Z", false, false, 0},
                 {"2024-01-01T00:00:00Zulu", false, false, 0},
                 {"", false, false, 0}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        struct value_date date = {0};
        assert_int_equal(value_date(dates[i].text, &date), dates[i].is_date);
        assert_int_equal(date.has_zone, dates[i].has_zone);
        assert_int_equal(date.time_us, dates[i].time_us);
    }
}

static void reads_numbers_exactly(void **state)
{
    struct rational rational;
    uint64_t number;
    char text[40];
    (void)state;
    assert_true(value_integer("18446744073709551615", &number));
    assert_true(number == UINT64_MAX);
    assert_false(value_integer("18446744073709551616", &number));
    assert_false(value_integer("-1", &number));
    assert_true(value_decimal("4.010667", &rational));
    assert_int_equal(rational.num, 4010667);
    assert_true(value_decimal("0.333333333333333333333333", &rational));
    assert_false(value_decimal("1e3", &rational));
    assert_false(value_decimal("4294967296", &rational));
    assert_true(value_signed("-1.5", &rational));
    assert_int_equal(rational.num, -3);
    value_seconds(rational, text);
    assert_string_equal(text, "-1.5 s");
    value_seconds(rational_make(10, 1), text);
    assert_string_equal(text, "10 s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_of_what_breaks_the_grammar),
        cmocka_unit_test(reads_segments_as_they_are),
        cmocka_unit_test(replaces_variables),
        cmocka_unit_test(a_variable_may_leave_nothing_of_a_line),
        cmocka_unit_test(does_not_let_variables_grow_without_end),
        cmocka_unit_test(refuses_what_is_no_playlist),
        cmocka_unit_test(lists_each_child_once),
        cmocka_unit_test(reads_dates),
        cmocka_unit_test(reads_numbers_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
