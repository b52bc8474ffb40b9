// SPDX-License-Identifier: BSD-2-Clause
// I-frame playlists, and playlists of a presentation beside each other.
#include "kit.h"

static struct fragment_facts *fragment(struct kit *kit, size_t segment, size_t i)
{
    return &kit_unit(kit, "v1.m3u8", segment)->fragments[i];
}

static void no_sync(struct kit *kit)
{
    fragment(kit, 1, 1)->is_sync = false;
}

static void larger_picture(struct kit *kit)
{
    fragment(kit, 1, 1)->first_sample_end_byte += 1;
}

static void smaller_picture(struct kit *kit)
{
    fragment(kit, 1, 1)->first_sample_end_byte -= 1;
}

static void later_moof(struct kit *kit)
{
    fragment(kit, 0, 0)->moof_byte += 24; // styp before it
}

static void only_picture(struct kit *kit)
{
    fragment(kit, 0, 0)->first_sample_end_byte = 9000;
    fragment(kit, 0, 0)->sample_count = 1;
    fragment(kit, 0, 0)->end_byte = 10000;
}

static void lists_more(struct kit *kit)
{
    fragment(kit, 0, 0)->declares_beyond = true;
}

static void later_picture(struct kit *kit)
{
    fragment(kit, 0, 1)->first_sample_time += 6000;
}

static void starts_later(struct kit *kit)
{
    for (size_t i = 0; i < 3; i++)
        kit_unit(kit, "v2.m3u8", i)->earliest_time += 2400;
}

static void audio_primed(struct kit *kit)
{
    for (size_t i = 0; i < 3; i++)
        kit_unit(kit, "a.m3u8", i)->earliest_time -= 1024;
}

#define LAST  "#EXTINF:4.000,\nv2_3.m4s\n"
#define LASTA "#EXTINF:4.000,\na_3.m4s\n"

static const struct kit_case cases[] = {
    {"no I-FRAMES-ONLY", RULE_M18, true, "i1.m3u8", "#EXT-X-I-FRAMES-ONLY\n", ""},
    {"an I-frame variant that is a media playlist", RULE_M18, true, "master.m3u8",
     "URI=\"i1.m3u8\"", "URI=\"v1.m3u8\""},
    {"a variant of I-frames only", RULE_M18, true, "master.m3u8", "v2.m3u8", "i1.m3u8"},
    {"a range a byte short", RULE_M19, true, "i1.m3u8", "10000@0", "9999@0"},
    {"a range a byte long", RULE_M19, true, "i1.m3u8", "10000@0", "10001@0"},
    {"a range that starts late", RULE_M19, true, "i1.m3u8", "10000@0", "9992@8"},
    {"a picture a byte larger", RULE_M19, true, .facts = larger_picture},
    {"a picture a byte smaller", RULE_M19, true, .facts = smaller_picture},
    {"a range of a whole fragment of one picture", RULE_M19, false, .facts = only_picture},
    {"a range from the styp on", RULE_M19, false, .facts = later_moof},
    {"no picture that stands alone", RULE_M19, true, .facts = no_sync},
    {"a trun that lists more", RULE_M20, true, .facts = lists_more},
    {"EXTINF of an I-frame wrong", RULE_M21, true, "i1.m3u8", "2.000,", "1.5,"},
    {"EXTINF of an I-frame a few ms off", RULE_M21, false, "i1.m3u8", "2.000,", "2.01,"},
    {"a picture that is shown later", RULE_M21, true, .facts = later_picture},
    {"the last I-frame is missing", RULE_M21, true, "i1.m3u8",
     "#EXTINF:2.000,\n#EXT-X-BYTERANGE:10000@200000\nv1_3.m4s\n", ""},
    {"every other I-frame with its own gap", RULE_M21, false, "i1.m3u8",
     "2.000,\n#EXT-X-BYTERANGE:10000@0\nv1_1.m4s\n#EXTINF:2.000,\n"
     "#EXT-X-BYTERANGE:10000@200000\n",
     "4.000,\n#EXT-X-BYTERANGE:10000@0\n"},
    {"target durations differ", RULE_M22, true, "v2.m3u8", "DURATION:4", "DURATION:5"},
    {"the audio's target differs", RULE_M22, true, "a.m3u8", "DURATION:4", "DURATION:5"},
    {"the I-frames' target differs", RULE_M22, false, "i1.m3u8", "DURATION:4", "DURATION:5"},
    {"the last segment is missing", RULE_M23, true, "v2.m3u8", LAST, ""},
    {"the last audio segment is missing", RULE_M23, true, "a.m3u8", LASTA, ""},
    {"audio ends 30 ms sooner", RULE_M23, false, "a.m3u8", LASTA, "#EXTINF:3.970,\na_3.m4s\n"},
    {"a video ends 100 ms sooner", RULE_M23, true, "v2.m3u8", LAST, "#EXTINF:3.900,\nv2_3.m4s\n"},
    {"a live playlist may be behind", RULE_M23, false, "v2.m3u8", LAST "#EXT-X-ENDLIST\n", ""},
    {"a video starts 100 ms later", RULE_M23, true, .facts = starts_later},
    {"audio starts with its priming", RULE_M23, false, .facts = audio_primed},
    {"a discontinuity in one", RULE_M24, true, "v2.m3u8", "v2_1.m4s\n",
     "v2_1.m4s\n#EXT-X-DISCONTINUITY\n"},
    {"a discontinuity missing in one", RULE_M24, true, "v1.m3u8", "v1_1.m4s\n",
     "v1_1.m4s\n#EXT-X-DISCONTINUITY\n"},
    {"another discontinuity sequence", RULE_M24, true, "v2.m3u8", "#EXT-X-MAP",
     "#EXT-X-DISCONTINUITY-SEQUENCE:3\n#EXT-X-MAP"},
    {"boundaries differ", RULE_M25, true, "v2.m3u8", "4.000,\nv2_1.m4s\n#EXTINF:4.000,",
     "3.000,\nv2_1.m4s\n#EXTINF:5.000,"},
    {"the audio's boundaries are its own", RULE_M25, false, "a.m3u8",
     "4.000,\na_1.m4s\n#EXTINF:4.000,", "4.01,\na_1.m4s\n#EXTINF:3.99,"},
    {"a date in one", RULE_M41, true, "v2.m3u8", "#EXT-X-MAP",
     "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:09Z\n#EXT-X-MAP"},
    {"a date in the first", RULE_M41, true, "v1.m3u8", "#EXT-X-MAP",
     "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:09Z\n#EXT-X-MAP"},
    {"a segment fewer", RULE_M25, true, "v2.m3u8", LAST, ""},
};

static void judges_times(void **state)
{
    (void)state;
    kit_check(cases, ARRAY_LEN(cases));
}

static size_t subtitles_findings(const char *drop, const char *target)
{
    struct kit kit;
    AUTO_FREE char *master = kit_edit(
        master_text, "#EXT-X-MEDIA:",
        "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"x\",LANGUAGE=\"en\",URI=\"t.m3u8\"\n"
        "#EXT-X-MEDIA:");
    AUTO_FREE char *text = drop ? kit_edit(MEDIA_TEXT("t"), drop, "") : mem_strdup(MEDIA_TEXT("t"));
    AUTO_FREE char *video = kit_edit(MEDIA_TEXT("v1"), "TARGETDURATION:4", target);
    kit_init(&kit);
    kit_add(&kit, "master.m3u8", master);
    kit_add(&kit, "v1.m3u8", video);
    kit_add(&kit, "t.m3u8", text);
    kit_link(&kit);
    kit_run(&kit);
    size_t found = (size_t)kit.findings.total[RULE_M29];
    kit_done(&kit);
    return found;
}

static void subtitles_reach_to_the_end(void **state)
{
    (void)state;
    static const char exact[] = "TARGETDURATION:4", generous[] = "TARGETDURATION:5";
    assert_int_equal(subtitles_findings(NULL, exact), 0);
    assert_int_equal(subtitles_findings("#EXTINF:4.000,\nt_3.m4s\n", exact), 1);
    assert_int_equal(subtitles_findings(NULL, generous), 0);
    assert_int_equal(subtitles_findings("#EXTINF:4.000,\nt_3.m4s\n", generous), 1);
}

// The findings of M41 when the first video is dated here, and all others there.
static size_t date_findings(const char *first, const char *others)
{
    static const char *const names[] = {"v2.m3u8", "a.m3u8", "i1.m3u8"};
    const char *const texts[] = {MEDIA_TEXT("v2"), MEDIA_TEXT("a"), iframes_text};
    struct kit kit;
    AUTO_FREE char *video = kit_edit(MEDIA_TEXT("v1"), "#EXT-X-MAP", first);
    kit_init(&kit);
    kit_add(&kit, "master.m3u8", master_text);
    kit_add(&kit, "v1.m3u8", video);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO_FREE char *text = kit_edit(texts[i], "#EXT-X-MAP", others);
        kit_add(&kit, names[i], text);
    }
    kit_link(&kit);
    kit_run(&kit);
    size_t found = (size_t)kit.findings.total[RULE_M41];
    kit_done(&kit);
    return found;
}

static void dates_are_the_same_in_all_playlists(void **state)
{
    static const char date[] = "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:09Z\n#EXT-X-MAP";
    static const char same[] = "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T09:08:09.1+02:00\n#EXT-X-MAP";
    static const char later[] = "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:10Z\n#EXT-X-MAP";
    (void)state;
    assert_int_equal(date_findings(date, date), 0);
    assert_int_equal(date_findings(date, same), 0);
    assert_int_equal(date_findings("#EXT-X-MAP", "#EXT-X-MAP"), 0);
    assert_int_equal(date_findings(date, later), 3);
    assert_int_equal(date_findings(date, "#EXT-X-MAP"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(judges_times),
                                       cmocka_unit_test(subtitles_reach_to_the_end),
                                       cmocka_unit_test(dates_are_the_same_in_all_playlists)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
