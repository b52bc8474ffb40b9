// SPDX-License-Identifier: BSD-2-Clause
// TTML: what is fine, what is said of what is not, and when text is shown.
#include "texts.h"

#define NS     " xmlns='http://www.w3.org/ns/ttml' xmlns:ttp='http://www.w3.org/ns/ttml#parameter'"
#define TT     "<tt" NS " xml:lang='en'>"
#define REGION "<head><layout><region xml:id='r'/></layout></head>"
#define P      "<body><div><p begin='1s' end='2s'>a</p></div></body></tt>"

// clang-format off
static const struct text_case good[] = {
    {"smallest", TT "</tt>", NULL, 0},
    {"empty language", "<tt" NS " xml:lang=''></tt>", NULL, 0},
    {"paragraph", TT "<head/>" P, NULL, 0},
    {"declaration", "<?xml version='1.0' encoding='UTF-8'?>\n<!-- a -->\n" TT P "\n", NULL, 0},
    {"prefix", "<t:tt xmlns:t='http://www.w3.org/ns/ttml' xml:lang='en'><t:body><t:div><t:p>a</t:p></t:div></t:body></t:tt>", NULL, 0},
    {"region and style", TT "<head><styling><style xml:id='s'/><style xml:id='t' style='s'/></styling><layout>"
     "<region xml:id='r'><style xml:id='u'/></region></layout></head><body region='r' style='s t'><div>"
     "<p style='s'><span>a</span><br/>b</p></div></body></tt>", NULL, 0},
    {"characters by name", TT "<body><div><p>&lt;a &amp; &#x20ac;<![CDATA[<b>]]></p></div></body></tt>", NULL, 0},
    {"metadata holds anything", TT "<head><metadata><p>x</p><y xmlns='z'>t</y></metadata></head>" P, NULL, 0},
    {"foreign elements", TT "<head><x xmlns='y'><p>z</p></x></head>" P, NULL, 0},
    {"times of all kinds", "<tt" NS " xml:lang='en' ttp:frameRate='25' ttp:tickRate='1000'>"
     "<body begin='00:00:01' end='00:00:09.123456789'><div dur='5.5m'><p begin='00:00:01:24' end='50f'/>"
     "<p begin='100t' dur='1h'/><p begin='20ms'/></div></body></tt>", NULL, 0},
    {"sequence", TT "<body timeContainer='seq'><div dur='1s'/><div dur='1s'/></body></tt>", NULL, 0},
    {"IMSC1 in media time", "<tt" NS " xml:lang='en' ttp:timeBase='media' ttp:profile='http://www.w3.org/ns/ttml/profile/imsc1/text'>" P, NULL, 0},
    {"set", TT "<body><set begin='1s' end='2s'/><div><set begin='1s'/></div></body></tt>", NULL, 0},
};

static const struct text_case bad[] = {
    {"another root", "<html/>", "root element is not tt", 0},
    {"another namespace", "<tt xmlns='http://www.w3.org/2006/10/ttaf1' xml:lang='en'/>", "root element is not tt", 0},
    {"no language", "<tt" NS "></tt>", "no xml:lang", 0},
    {"not closed", TT "<body>", "no well-formed XML", 0},
    {"crossed", TT "<body><div></body></div></tt>", "no well-formed XML", 0},
    {"prefix without namespace", "<tt" NS " xml:lang='en' a:b='c'/>", "no well-formed XML", 0},
    {"undefined entity", TT "<body><div><p>&x;</p></div></body></tt>", "no well-formed XML", 0},
    {"two roots", TT "</tt>" TT "</tt>", "no well-formed XML", 0},
    {"DOCTYPE", "<!DOCTYPE tt [<!ENTITY a 'b'>]>" TT P, "DOCTYPE", 0},
    {"DOCTYPE from outside", "<!DOCTYPE tt SYSTEM 'file:///etc/passwd'>" TT P, "DOCTYPE", 0},
    {"two bodies", TT "<body/><body/></tt>", "second body", 0},
    {"head behind the body", TT "<body/><head/></tt>", "after the body", 0},
    {"p in body", TT "<body><p/></body></tt>", "a p element stands in body", 0},
    {"div in tt", TT "<div/></tt>", "a div element stands in tt", 0},
    {"region in head", TT "<head><region xml:id='r'/></head></tt>", "a region element stands in head", 0},
    {"text in div", TT "<body><div>a</div></body></tt>", "text stands directly in div", 0},
    {"region not defined", TT REGION "<body><div region='q'/></body></tt>", "region \"q\" is named but not", 0},
    {"style not defined", TT "<body style='a'/></tt>", "style \"a\" is named but not", 0},
    {"style for a region", TT REGION "<body style='r'/></tt>", "named as a style but is another", 0},
    {"same id", TT "<body xml:id='a'><div xml:id='a'/></body></tt>", "two elements have the xml:id \"a\"", 0},
    {"no metric", TT "<body begin='1'/></tt>", "no time that TTML has", 0},
    {"comma", TT "<body begin='00:00:01,5'/></tt>", "no time that TTML has", 0},
    {"two parts", TT "<body end='00:01'/></tt>", "no time that TTML has", 0},
    {"too many frames", "<tt" NS " xml:lang='en' ttp:frameRate='25'><body begin='00:00:01:25'/></tt>", "no time that TTML has", 0},
    {"minutes", TT "<body dur='00:60:00'/></tt>", "no time that TTML has", 0},
    {"negative", TT "<body dur='-1s'/></tt>", "no time that TTML has", 0},
    {"ends before it begins", TT "<body begin='2s' end='1s'/></tt>", "ends before it begins", 0},
    {"container", TT "<body timeContainer='any'/></tt>", "neither par nor seq", 0},
    {"frame rate", "<tt" NS " xml:lang='en' ttp:frameRate='0'/>", "ttp:frameRate is \"0\"", 0},
    {"multiplier", "<tt" NS " xml:lang='en' ttp:frameRateMultiplier='1000'/>", "frameRateMultiplier", 0},
    {"IMSC1 in clock time", "<tt" NS " xml:lang='en' ttp:timeBase='clock' ttp:profile='http://www.w3.org/ns/ttml/profile/imsc1/text'/>", "media time only", 0},
    {"nothing", "", "document is empty", 0},
};
// clang-format on

static bool read(const char *text, size_t length, struct findings *findings,
                 struct ttml_facts *facts)
{
    AUTO_FREE char *copy = exact_copy(text, length);
    findings_init(findings);
    return ttml_read(copy, length, PLACE(.file = "a.ttml"), findings, facts);
}

static void good_documents_give_no_finding(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct findings findings;
        struct ttml_facts facts;
        assert_true(read(good[i].text, strlen(good[i].text), &findings, &facts));
        check_findings(&good[i], &findings, RULE_S36);
        findings_done(&findings);
    }
}

static void each_fault_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct findings findings;
        struct ttml_facts facts;
        read(bad[i].text, strlen(bad[i].text), &findings, &facts);
        check_findings(&bad[i], &findings, RULE_S36);
        findings_done(&findings);
    }
}

struct span_case {
    const char *name, *body;
    size_t paragraphs;
    int64_t start_ms, end_ms;
};

// clang-format off
static const struct span_case spans[] = {
    {"no time", "<body><div><p>a</p></div></body>", 1, -1, -1},
    {"one paragraph", "<body><div><p begin='1s' end='2s'/></div></body>", 1, 1000, 2000},
    {"clock time", "<body><div><p begin='01:02:03.456' end='01:02:04'/></div></body>", 1, 3723456, 3724000},
    {"frames", "<body><div><p begin='00:00:01:15' end='45f'/></div></body>", 1, 1600, 1800},
    {"ticks", "<body><div><p begin='500t' end='1500t'/></div></body>", 1, 500, 1500},
    {"hours and minutes", "<body><div><p begin='1.5m' end='0.1h'/></div></body>", 1, 90000, 360000},
    {"counted from the parent", "<body begin='10s'><div begin='5s'><p begin='1s' dur='2s'/></div></body>", 1, 16000, 18000},
    {"cut by the parent", "<body begin='10s' end='12s'><div><p begin='1s' end='9s'/></div></body>", 1, 11000, 12000},
    {"end and dur", "<body><div><p begin='1s' end='9s' dur='2s'/></div></body>", 1, 1000, 3000},
    {"time of the body alone", "<body begin='3s' end='4s'><div><p>a</p></div></body>", 1, 3000, 4000},
    {"time of a span", "<body><div><p><span begin='3s' end='4s'>a</span></p></div></body>", 1, 3000, 4000},
    {"several", "<body><div><p begin='5s' end='6s'/><p begin='1s' end='2s'/></div><div><p begin='3s' end='8s'/></div></body>", 3, 1000, 8000},
    {"sequence", "<body><div timeContainer='seq'><p dur='1s'/><p dur='2s'/><p begin='1s' dur='3s'/></div></body>", 3, 0, 7000},
    {"never shown", "<body end='5s'><div><p begin='6s' end='7s'/></div></body>", 1, -1, -1},
    {"open end", "<body><div><p begin='6s'/></div></body>", 1, 6000, -1},
    {"absurd", "<body begin='999999999999h'><div begin='999999999999h'><p begin='999999999999h' end='999999999999h'/></div></body>", 1, -1, -1},
};
// clang-format on

static void knows_when_text_is_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        struct findings findings;
        struct ttml_facts facts;
        AUTO_FREE char *text =
            mem_printf("<tt" NS " xml:lang='en' ttp:frameRate='25' ttp:tickRate='1000'>%s</tt>",
                       spans[i].body);
        assert_true(read(text, strlen(text), &findings, &facts));
        assert_int_equal(findings.count, 0);
        if (facts.start_ms != spans[i].start_ms || facts.end_ms != spans[i].end_ms ||
            facts.paragraph_count != spans[i].paragraphs)
            fail_msg("%s: %ld to %ld, %zu paragraphs", spans[i].name, (long)facts.start_ms,
                     (long)facts.end_ms, facts.paragraph_count);
        findings_done(&findings);
    }
}

static void frames_follow_the_multiplier(void **state)
{
    (void)state;
    static const char text[] =
        "<tt" NS " xml:lang='en' ttp:frameRate='30' ttp:frameRateMultiplier='1000 1001'><body>"
        "<div><p begin='30f' end='00:00:02:15'/></div></body></tt>";
    struct findings findings;
    struct ttml_facts facts;
    assert_true(read(text, strlen(text), &findings, &facts));
    assert_int_equal(facts.start_ms, 1001);
    assert_int_equal(facts.end_ms, 2501); // 2 s and 15 frames
    findings_done(&findings);
}

static void depth_and_entities_have_an_end(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf text = {0};
    buf_printf(&text, "%s<body>", TT);
    for (unsigned i = 0; i < 10000; i++)
        buf_printf(&text, "<div>");
    struct findings findings;
    struct ttml_facts facts;
    assert_false(read((char *)text.data, text.size_bytes, &findings, &facts));
    assert_int_equal(findings.count, 1);
    assert_non_null(strstr(findings.items[0].message, "nested deeper"));
    findings_done(&findings);
    buf_clear(&text);
    buf_printf(&text, "<!DOCTYPE tt [<!ENTITY a0 'x'>");
    for (unsigned i = 1; i < 30; i++)
        buf_printf(&text, "<!ENTITY a%u '&a%u;&a%u;&a%u;'>", i, i - 1, i - 1, i - 1);
    buf_printf(&text, "]>%s<body>&a29;</body></tt>", TT);
    assert_false(read((char *)text.data, text.size_bytes, &findings, &facts));
    assert_int_equal(findings.count, 1);
    findings_done(&findings);
}

static void inside_a_segment_the_line_is_in_the_sentence(void **state)
{
    (void)state;
    static const char text[] = "<tt" NS " xml:lang='en'>\n<body begin='x'/></tt>";
    struct findings findings;
    struct ttml_facts facts;
    findings_init(&findings);
    ttml_read(text, strlen(text), &(struct place){.file = "a.m4s", .byte = 100}, &findings, &facts);
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.items[0].byte, 100);
    assert_int_equal(findings.items[0].line, 0);
    assert_non_null(strstr(findings.items[0].message, "(line 2 of the document)"));
    assert_string_equal(findings.items[0].stated, "x");
    findings_done(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_documents_give_no_finding),
        cmocka_unit_test(each_fault_is_named),
        cmocka_unit_test(knows_when_text_is_shown),
        cmocka_unit_test(frames_follow_the_multiplier),
        cmocka_unit_test(depth_and_entities_have_an_end),
        cmocka_unit_test(inside_a_segment_the_line_is_in_the_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
