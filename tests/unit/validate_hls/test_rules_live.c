// SPDX-License-Identifier: BSD-2-Clause
// Live playlists, interstitials, and what Apple's devices choose by themselves.
#include "kit.h"

#define NUMBER "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n"
#define LIVE(number)                                                                               \
    "#EXT-X-MEDIA-SEQUENCE:" number "\n#EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:00Z\n"
#define LAST           "#EXTINF:4.000,\nv2_3.m4s\n#EXT-X-ENDLIST\n"
#define END            "#EXT-X-ENDLIST\n"
#define MAP            "#EXT-X-MAP"
#define DATED          "#EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:00Z\n"
#define AD             "#EXT-X-DATERANGE:ID=\"a\",CLASS=\"com.apple.hls.interstitial\","
#define AD_AT          "START-DATE=\"2026-03-01T12:00:04Z\",DURATION=0"
#define ASSET          ",X-ASSET-URI=\"https://ads.example/a.m3u8\""
#define PLACE_AD(text) DATED text "\n#EXT-X-MAP"
#define KEY            "#EXT-X-KEY:METHOD="
#define FAIRPLAY       ",KEYFORMAT=\"com.apple.streamingkeydelivery\",KEYFORMATVERSIONS="
#define AUDIO_GROUP    "AUTOSELECT=YES,CHANNELS=\"2\",URI=\"a.m3u8\""
#define DESCRIBES      "CHARACTERISTICS=\"org.example.x, public.accessibility.describes-video\","

// One edit takes ENDLIST away, and with it the last segment or not.
static const struct kit_case cases[] = {
    {"a window of two target durations", RULE_M44, false, "v2.m3u8", LAST, ""}, // it is VOD
    {"an event may be short", RULE_M44, false, "v2.m3u8", "VOD", "EVENT"},
    {"a VOD playlist needs no dates", RULE_M46, false, "v2.m3u8", END, ""},
    {"a hint after the end", RULE_M47, true, "v1.m3u8", END,
     "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"x.m4s\"\n" END},
    {"a short part with others behind it", RULE_M47, true, "v1.m3u8", MAP,
     "#EXT-X-PART-INF:PART-TARGET=1\n#EXT-X-PART:DURATION=0.8,URI=\"p.m4s\"\n"
     "#EXT-X-PART:DURATION=1,URI=\"q.m4s\"\n" MAP},
    {"a part of exactly 85 %", RULE_M47, false, "v1.m3u8", MAP,
     "#EXT-X-PART-INF:PART-TARGET=1\n#EXT-X-PART:DURATION=0.85,URI=\"p.m4s\"\n"
     "#EXT-X-PART:DURATION=1,URI=\"q.m4s\"\n" MAP},
    {"the last part of a segment may be short", RULE_M47, false, "v1.m3u8", MAP,
     "#EXT-X-PART-INF:PART-TARGET=1\n#EXT-X-PART:DURATION=1,URI=\"p.m4s\"\n"
     "#EXT-X-PART:DURATION=0.2,URI=\"q.m4s\"\n" MAP},
    {"a part that stands alone may be short", RULE_M47, false, "v1.m3u8", MAP,
     "#EXT-X-PART-INF:PART-TARGET=1\n#EXT-X-PART:DURATION=0.2,URI=\"p.m4s\",INDEPENDENT=YES\n"
     "#EXT-X-PART:DURATION=1,URI=\"q.m4s\"\n" MAP},
    {"a part before a gap may be short", RULE_M47, false, "v1.m3u8", MAP,
     "#EXT-X-PART-INF:PART-TARGET=1\n#EXT-X-PART:DURATION=0.2,URI=\"p.m4s\"\n"
     "#EXT-X-PART:DURATION=1,URI=\"q.m4s\",GAP=YES\n" MAP},

    {"an interstitial with its asset", RULE_M49, false, "v1.m3u8", MAP, PLACE_AD(AD AD_AT ASSET)},
    {"an interstitial without one", RULE_M49, true, "v1.m3u8", MAP, PLACE_AD(AD AD_AT)},
    {"an interstitial with two", RULE_M49, true, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT ASSET ",X-ASSET-LIST=\"https://ads.example/a.json\"")},
    {"the asset in another tag of the same range", RULE_M49, false, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT "\n#EXT-X-DATERANGE:ID=\"a\"" ASSET)},
    {"a date range of another class needs none", RULE_M49, false, "v1.m3u8", MAP,
     PLACE_AD("#EXT-X-DATERANGE:ID=\"a\",CLASS=\"org.example\"," AD_AT)},
    {"two restrictions", RULE_M49, false, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT ASSET ",X-RESTRICT=\"SKIP,JUMP\"")},
    {"a restriction that is none", RULE_M49, true, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT ASSET ",X-RESTRICT=\"SEEK\"")},
    {"a negative resume offset", RULE_M49, false, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT ASSET ",X-RESUME-OFFSET=-1.5")},
    {"a resume offset in quotes", RULE_M49, true, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT ASSET ",X-RESUME-OFFSET=\"1\"")},
    {"a snap without quotes", RULE_M49, true, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT ASSET ",X-SNAP=IN")},
    {"a timeline style that is none", RULE_M49, true, "v1.m3u8", MAP,
     PLACE_AD(AD AD_AT ASSET ",X-TIMELINE-STYLE=\"BOLD\"")},
    {"an interstitial at the end", RULE_M50, false, "v1.m3u8", MAP,
     PLACE_AD(AD "START-DATE=\"2026-03-01T12:00:12Z\"" ASSET)},
    {"an interstitial after the end", RULE_M50, true, "v1.m3u8", MAP,
     PLACE_AD(AD "START-DATE=\"2026-03-01T12:00:13Z\"" ASSET)},
    {"an interstitial before the beginning", RULE_M50, true, "v1.m3u8", MAP,
     PLACE_AD(AD "START-DATE=\"2026-03-01T11:59:59Z\"" ASSET)},
    {"one that is cued before may be anywhere", RULE_M50, false, "v1.m3u8", MAP,
     PLACE_AD(AD "START-DATE=\"2026-03-01T11:00:00Z\",CUE=\"PRE,ONCE\"" ASSET)},
    {"an asset without the class", RULE_M50, true, "v1.m3u8", MAP,
     PLACE_AD("#EXT-X-DATERANGE:ID=\"a\"," AD_AT ASSET)},

    {"variants of PQ alone", RULE_H14, true, "master.m3u8", "*VIDEO-RANGE=SDR", "VIDEO-RANGE=PQ"},
    {"one variant of SDR", RULE_H14, false, "master.m3u8",
     "RESOLUTION=640x360,FRAME-RATE=24.000,VIDEO-RANGE=SDR",
     "RESOLUTION=640x360,FRAME-RATE=24.000,VIDEO-RANGE=HLG"},
    {"nothing said is SDR", RULE_H14, false, "master.m3u8", "*,VIDEO-RANGE=SDR", ""},
    {"I-frames of HLG alone", RULE_H14, true, "master.m3u8", "VIDEO-RANGE=SDR,URI",
     "VIDEO-RANGE=HLG,URI"},
    {"described audio that is selected", RULE_H15, false, "master.m3u8", AUDIO_GROUP,
     DESCRIBES AUDIO_GROUP},
    {"described audio that is not", RULE_H15, true, "master.m3u8", AUDIO_GROUP,
     DESCRIBES "CHANNELS=\"2\",URI=\"a.m3u8\""},
    {"forced subtitles that are not", RULE_H15, true, "master.m3u8", "#EXT-X-STREAM-INF",
     "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"x\",LANGUAGE=\"en\",FORCED=YES,"
     "URI=\"a.m3u8\"\n#EXT-X-STREAM-INF"},
    {"captions with one characteristic alone", RULE_H15, false, "master.m3u8", "#EXT-X-STREAM-INF",
     "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"x\",LANGUAGE=\"en\",CHARACTERISTICS="
     "\"public.accessibility.transcribes-spoken-dialog\",URI=\"a.m3u8\"\n#EXT-X-STREAM-INF"},
    {"a key of FairPlay", RULE_H16, false, "v1.m3u8", MAP,
     KEY "SAMPLE-AES,URI=\"skd://k\"" FAIRPLAY "\"1\"\n" MAP},
    {"one of several versions", RULE_H16, false, "v1.m3u8", MAP,
     KEY "SAMPLE-AES,URI=\"skd://k\"" FAIRPLAY "\"1/2\"\n" MAP},
    {"FairPlay with AES-128", RULE_H16, true, "v1.m3u8", MAP,
     KEY "AES-128,URI=\"skd://k\"" FAIRPLAY "\"1\"\n" MAP},
    {"FairPlay at a web address", RULE_H16, true, "v1.m3u8", MAP,
     KEY "SAMPLE-AES,URI=\"https://keys.example/k\"" FAIRPLAY "\"1\"\n" MAP},
    {"FairPlay of version 2", RULE_H16, true, "v1.m3u8", MAP,
     KEY "SAMPLE-AES,URI=\"skd://k\"" FAIRPLAY "\"2\"\n" MAP},
    {"skd without its format", RULE_H16, true, "v1.m3u8", MAP,
     KEY "SAMPLE-AES,URI=\"skd://k\"\n" MAP},
};

static void judges_tags(void **state)
{
    (void)state;
    kit_check(cases, ARRAY_LEN(cases));
}

// The findings of a rule in one live playlist of so many segments of 4 s.
static size_t live_findings(enum rule_id rule, const char *head, unsigned segments)
{
    AUTO(buf_done) struct buf text = {0};
    struct kit kit;
    buf_printf(&text,
               "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:4\n%s"
               "#EXT-X-MAP:URI=\"i.mp4\"\n",
               head);
    for (unsigned i = 0; i < segments; i++)
        buf_printf(&text, "#EXTINF:4.000,\n%u.m4s\n", i);
    buf_append(&text, "", 1);
    kit_init(&kit);
    kit_add(&kit, "live.m3u8", (const char *)text.data);
    kit_link(&kit);
    kit_run(&kit);
    size_t found = (size_t)kit.findings.total[rule];
    kit_done(&kit);
    return found;
}

static void a_window_has_its_length(void **state)
{
    (void)state;
    assert_int_equal(live_findings(RULE_M44, LIVE("7"), 2), 1);
    assert_int_equal(live_findings(RULE_M44, LIVE("7"), 3), 0);
    assert_int_equal(live_findings(RULE_M44, LIVE("0"), 1), 0); // nothing was taken out yet
    assert_int_equal(live_findings(RULE_M44, LIVE("7") "#EXT-X-SKIP:SKIPPED-SEGMENTS=5\n", 1), 0);
    assert_int_equal(live_findings(RULE_M45, LIVE("7"), 5), 1);
    assert_int_equal(live_findings(RULE_M45, LIVE("7"), 6), 0);
    assert_int_equal(live_findings(RULE_M45, LIVE("1"), 3), 0);
    assert_int_equal(live_findings(RULE_M46, LIVE("7"), 6), 0);
    assert_int_equal(live_findings(RULE_M46, "#EXT-X-MEDIA-SEQUENCE:7\n", 6), 1);
}

static void a_server_holds_back_enough(void **state)
{
    static const char parts[] = "#EXT-X-PART-INF:PART-TARGET=1\n";
    AUTO_FREE char *poll =
        mem_printf("%s%s#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=3\n", LIVE("7"), parts);
    AUTO_FREE char *near = mem_printf(
        "%s%s#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=2.9\n", LIVE("7"), parts);
    AUTO_FREE char *good = mem_printf(
        "%s%s#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3\n", LIVE("7"), parts);
    (void)state;
    assert_int_equal(live_findings(RULE_M48, poll, 6), 1);
    assert_int_equal(live_findings(RULE_M48, near, 6), 1);
    assert_int_equal(live_findings(RULE_M48, good, 6), 0);
    assert_int_equal(live_findings(RULE_M48, LIVE("7") "#EXT-X-SERVER-CONTROL:HOLD-BACK=40\n", 6),
                     1);
    assert_int_equal(live_findings(RULE_M48, LIVE("7") "#EXT-X-SERVER-CONTROL:HOLD-BACK=24\n", 6),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_tags),
        cmocka_unit_test(a_window_has_its_length),
        cmocka_unit_test(a_server_holds_back_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
