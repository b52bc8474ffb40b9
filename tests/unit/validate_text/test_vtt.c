// SPDX-License-Identifier: BSD-2-Clause
// WebVTT: what is fine, and what is said of what is not.
#include "manifests/validate/core/evidence.h"
#include "texts.h"

#define CUE "00:01.000 --> 00:02.000\nHello\n"

// clang-format off
static const struct text_case good[] = {
    {"header alone", "WEBVTT", NULL, 0},
    {"header with text", "WEBVTT - a title\n\n" CUE, NULL, 0},
    {"byte order mark", "\xef\xbb\xbfWEBVTT\n\n" CUE, NULL, 0},
    {"CR LF", "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nHello\r\n\r\n", NULL, 0},
    {"CR", "WEBVTT\r\r00:01.000 --> 00:02.000\rHello\r\r", NULL, 0},
    {"map", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n" CUE, NULL, 0},
    {"map the other way", "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n" CUE, NULL, 0},
    {"other header lines", "WEBVTT\nKind: captions\nLanguage: en\n\n" CUE, NULL, 0},
    {"hours", "WEBVTT\n\n100:00:01.000 --> 100:00:02.000\nx\n", NULL, 0},
    {"identifiers", "WEBVTT\n\n1\n" CUE "\nSTYLE\n00:03.000 --> 00:04.000\nx\n", NULL, 0},
    {"empty cue", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\n", NULL, 0},
    {"cues that overlap", "WEBVTT\n\n00:01.000 --> 00:09.000\na\n\n00:01.000 --> 00:02.000\nb\n", NULL, 0},
    {"settings", "WEBVTT\n\nREGION\nid:fred width:40% lines:3\nregionanchor:0%,100% viewportanchor:10%,90% scroll:up\n\n"
     "00:01.000 --> 00:02.000 line:-1 position:50%,line-left size:99.5% align:start\na\n\n"
     "00:01.000 --> 00:02.000\tvertical:rl line:0%,center\nb\n\n"
     "00:01.000 --> 00:02.000 region:fred align:center\nc\n", NULL, 0},
    {"notes and styles", "WEBVTT\n\nNOTE a\nb\n\nSTYLE\n::cue { color: red }\n\n" CUE "\nNOTE\n\n" CUE, NULL, 0},
    {"many blank lines", "WEBVTT\n\n\n\n" CUE "\n\n\n\n" CUE "\n\n", NULL, 0},
    {"UTF-8", "WEBVTT\n\n00:01.000 --> 00:02.000\n\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n", NULL, 0},
};

static const struct text_case bad[] = {
    {"arrow in the first line", "WEBVTT -->\n\n", "first line holds an arrow", 1},
    {"no blank line", "WEBVTT\n" CUE, "no blank line", 2},
    {"map without LOCAL", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000\n\n", "is not MPEGTS", 2},
    {"map twice the same", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1,MPEGTS:2\n\n", "is not MPEGTS", 2},
    {"map with a bad time", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1,LOCAL:0\n\n", "is not MPEGTS", 2},
    {"map with a colon", "WEBVTT\nX-TIMESTAMP-MAP:MPEGTS:1\n\n", "no equals sign", 2},
    {"two maps", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1,LOCAL:00:00.000\n"
     "X-TIMESTAMP-MAP=MPEGTS:1,LOCAL:00:00.000\n\n", "second X-TIMESTAMP-MAP", 3},
    {"map of 34 bits", "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:8589934592,LOCAL:00:00.000\n\n", "33 bits", 2},
    {"map behind the header", "WEBVTT\n\nX-TIMESTAMP-MAP=MPEGTS:1,LOCAL:00:00.000\n\n", "nobody reads", 3},
    {"comma", "WEBVTT\n\n00:01,000 --> 00:02,000\nx\n", "times are not", 3},
    {"one digit", "WEBVTT\n\n0:01.000 --> 00:02.000\nx\n", "times are not", 3},
    {"two digits of milliseconds", "WEBVTT\n\n00:01.00 --> 00:02.000\nx\n", "times are not", 3},
    {"four digits of milliseconds", "WEBVTT\n\n00:01.0000 --> 00:02.000\nx\n", "times are not", 3},
    {"61 seconds", "WEBVTT\n\n00:61.000 --> 02:00.000\nx\n", "times are not", 3},
    {"no space", "WEBVTT\n\n00:01.000-->00:02.000\nx\n", "times are not", 3},
    {"end missing", "WEBVTT\n\n00:01.000 -->\nx\n", "times are not", 3},
    {"ends at its start", "WEBVTT\n\n00:01.000 --> 00:01.000\nx\n", "not after its start", 3},
    {"ends before its start", "WEBVTT\n\na\n00:02.000 --> 00:01.000\nx\n", "not after its start", 4},
    {"out of order", "WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:04.000 --> 00:06.000\ny\n", "before the one in line 3", 6},
    {"unknown setting", "WEBVTT\n\n00:01.000 --> 00:02.000 colour:red\nx\n", "none that WebVTT has", 3},
    {"position above 100", "WEBVTT\n\n00:01.000 --> 00:02.000 position:101%\nx\n", "value", 3},
    {"position without a sign", "WEBVTT\n\n00:01.000 --> 00:02.000 position:50\nx\n", "value", 3},
    {"size of 100.5", "WEBVTT\n\n00:01.000 --> 00:02.000 size:100.5%\nx\n", "value", 3},
    {"align middle", "WEBVTT\n\n00:01.000 --> 00:02.000 align:middle\nx\n", "value", 3},
    {"setting twice", "WEBVTT\n\n00:01.000 --> 00:02.000 size:1% size:2%\nx\n", "twice", 3},
    {"unknown region", "WEBVTT\n\n00:01.000 --> 00:02.000 region:x\nx\n", "does not define", 3},
    {"region setting", "WEBVTT\n\nREGION\nid:a depth:3\n\n", "none that WebVTT has", 4},
    {"style behind a cue", "WEBVTT\n\n" CUE "\nSTYLE\n::cue {}\n\n", "after the first cue", 6},
    {"arrow in a note", "WEBVTT\n\nNOTE\na --> b\n\n", "NOTE block holds an arrow", 4},
    {"no blank line between cues", "WEBVTT\n\n" CUE "00:02.000 --> 00:03.000\nx\n", "without a blank line", 5},
    {"stray text", "WEBVTT\n\nHello\nthere\n\n" CUE, "neither a cue nor NOTE", 3},
    {"not UTF-8", "WEBVTT\n\n00:01.000 --> 00:02.000\n\xff\n", "not UTF-8", 4},
    {"cut sequence", "WEBVTT\n\n00:01.000 --> 00:02.000\n\xe2\x82", "not UTF-8", 4},
    {"CR, not UTF-8", "WEBVTT\r\r00:01.000 --> 00:02.000\r\xff\r", "not UTF-8", 4},
};

static const struct text_case none[] = {
    {"empty", "", "does not begin with WEBVTT", 0},
    {"another word", "WEBVT\n\n", "does not begin with WEBVTT", 1},
    {"a longer word", "WEBVTTX\n\n", "does not begin with WEBVTT", 1},
    {"SRT", "1\n00:00:01,000 --> 00:00:02,000\nx\n", "does not begin with WEBVTT", 1},
    {"blank line in front", "\nWEBVTT\n", "does not begin with WEBVTT", 1},
};
// clang-format on

static void check(const struct text_case *cases, size_t count, bool is_vtt)
{
    for (size_t i = 0; i < count; i++) {
        struct findings findings;
        struct vtt_facts facts;
        size_t length = strlen(cases[i].text);
        AUTO_FREE char *text = exact_copy(cases[i].text, length);
        findings_init(&findings);
        assert_int_equal(vtt_read(text, length, PLACE(.file = "a.vtt"), &findings, &facts), is_vtt);
        check_findings(&cases[i], &findings, RULE_M29);
        findings_done(&findings);
    }
}

static void good_text_gives_no_finding(void **state)
{
    (void)state;
    check(good, ARRAY_LEN(good), true);
}

static void each_fault_is_named_at_its_line(void **state)
{
    (void)state;
    check(bad, ARRAY_LEN(bad), true);
}

static void what_is_no_webvtt_is_said_to_be_none(void **state)
{
    (void)state;
    check(none, ARRAY_LEN(none), false);
}

static void a_zero_byte_is_a_fault(void **state)
{
    (void)state;
    static const char text[] = "WEBVTT\n\n00:01.000 --> 00:02.000\na\0b\0c\n";
    struct findings findings;
    struct vtt_facts facts;
    findings_init(&findings);
    assert_true(vtt_read(text, sizeof text - 1, PLACE(.file = "a.vtt"), &findings, &facts));
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.items[0].message, "the text holds a zero byte");
    assert_int_equal(findings.items[0].line, 4);
    findings_done(&findings);
}

static void gives_the_span_and_the_map(void **state)
{
    (void)state;
    static const char text[] = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:10.500,MPEGTS:900000\n\n"
                               "00:00:05.000 --> 00:00:30.250\na\n\n"
                               "01:00:06.000 --> 01:00:07.125 line:0\nb\n\n"
                               "01:00:06.500 --> 01:00:06.750\nc\n";
    struct findings findings;
    struct vtt_facts facts;
    findings_init(&findings);
    assert_true(vtt_read(text, sizeof text - 1, PLACE(.file = "a.vtt"), &findings, &facts));
    assert_int_equal(findings.count, 0);
    assert_int_equal(facts.cue_count, 3);
    assert_int_equal(facts.start_ms, 5000);
    assert_int_equal(facts.end_ms, 3607125);
    assert_true(facts.has_timestamp_map);
    assert_int_equal(facts.map_mpegts, 900000);
    assert_int_equal(facts.map_local_ms, 10500);
    assert_true(vtt_read("WEBVTT\n", 7, PLACE(.file = "a.vtt"), &findings, &facts));
    assert_int_equal(facts.cue_count, 0);
    assert_int_equal(facts.start_ms, -1);
    assert_int_equal(facts.end_ms, -1);
    assert_false(facts.has_timestamp_map);
    findings_done(&findings);
}

static void many_faults_are_told_a_few_times(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf text = {0};
    buf_printf(&text, "WEBVTT\n\n");
    for (unsigned i = 0; i < 100000; i++)
        buf_printf(&text, "x --> y\n");
    struct findings findings;
    struct vtt_facts facts;
    findings_init(&findings);
    assert_true(
        vtt_read((char *)text.data, text.size_bytes, PLACE(.file = "a.vtt"), &findings, &facts));
    assert_in_range(findings.count, 1, 40);
    findings_done(&findings);
}

static void keeps_the_times_of_cues(void **state)
{
    static const char text[] = "WEBVTT\n\n00:01.000 --> 00:02.500\na\n\n"
                               "00:02.000 --> 00:01.000\nb\n\n1:00:00.000 --> x\n";
    (void)state;
    struct findings findings;
    struct vtt_facts facts;
    struct cue_facts *cues;
    size_t count;
    findings_init(&findings);
    assert_true(vtt_read_cues(text, sizeof text - 1, PLACE(.file = "a.vtt"), &findings, &facts,
                              &cues, &count));
    assert_int_equal(count, 2);
    assert_int_equal(cues[0].start_ms, 1000);
    assert_int_equal(cues[0].end_ms, 2500);
    assert_int_equal(cues[1].end_ms, 1000);
    MEM_FREE(cues);
    findings_done(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_times_of_cues),
        cmocka_unit_test(good_text_gives_no_finding),
        cmocka_unit_test(each_fault_is_named_at_its_line),
        cmocka_unit_test(what_is_no_webvtt_is_said_to_be_none),
        cmocka_unit_test(a_zero_byte_is_a_fault),
        cmocka_unit_test(gives_the_span_and_the_map),
        cmocka_unit_test(many_faults_are_told_a_few_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
