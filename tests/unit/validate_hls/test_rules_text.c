// SPDX-License-Identifier: BSD-2-Clause
// WebVTT segments beside the media: three of 4 s, and a video that begins at `media_start_s`.
#include "kit.h"

#define MASTER                                                                                     \
    "#EXTM3U\n#EXT-X-VERSION:7\n"                                                                  \
    "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"x\",LANGUAGE=\"en\",URI=\"t.m3u8\"\n"       \
    "#EXT-X-STREAM-INF:BANDWIDTH=928000,CODECS=\"avc1.64001e\",SUBTITLES=\"s\"\nv1.m3u8\n"
#define TEXTS                                                                                      \
    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:1\n"                \
    "#EXTINF:4.000,\nt_1.vtt\n#EXTINF:4.000,\nt_2.vtt\n#EXTINF:4.000,\nt_3.vtt\n#EXT-X-ENDLIST\n"

struct text { // cues of each segment in ms; an end of 0 ends the list
    struct cue_facts cues[3][4];
    int64_t shift; // of all segments, 1/90000 s
    bool has_map[3];
    unsigned media_start_s;
};

static void put_cues(struct kit *kit, const struct text *text)
{
    struct track *video = kit_track(kit, "v1.m3u8"), *track = kit_track(kit, "t.m3u8");
    for (size_t i = 0; i < 3; i++) {
        struct unit *media = &kit->evidence.units[video->segments[i].unit];
        struct unit *unit = &kit->evidence.units[track->segments[i].unit];
        media->decode_time += (uint64_t)text->media_start_s * 24000;
        media->earliest_time += (int64_t)text->media_start_s * 24000;
        unit->is_read = unit->is_webvtt = true;
        unit->is_fmp4 = false;
        unit->has_timestamp_map = text->has_map[i];
        unit->cue_shift = text->shift;
        while (unit->cue_count < 4 && text->cues[i][unit->cue_count].end_ms)
            unit->cue_count++;
        unit->cues = mem_alloc(sizeof text->cues[i]);
        memcpy(unit->cues, text->cues[i], sizeof text->cues[i]);
    }
}

static size_t text_findings(const struct text *text, enum rule_id rule)
{
    struct kit kit;
    kit_init(&kit);
    kit_add(&kit, "master.m3u8", MASTER);
    kit_add(&kit, "v1.m3u8", MEDIA_TEXT("v1"));
    kit_add(&kit, "t.m3u8", TEXTS);
    kit_link(&kit);
    struct track *track = kit_track(&kit, "t.m3u8");
    for (size_t i = 0; i < 3; i++)
        kit.evidence.units[track->segments[i].unit].is_read = true; // no boxes to measure
    kit_measure(&kit, 4);
    put_cues(&kit, text);
    kit_run(&kit);
    size_t found = (size_t)kit.findings.total[rule];
    kit_done(&kit);
    return found;
}

#define ALL_MAPS .has_map = {true, true, true}

static void cues_lie_in_their_segments(void **state)
{
    const struct text good = {{{{0, 2000}, {3000, 5000}}, {{3000, 5000}}, {{9000, 11000}}},
                              ALL_MAPS};
    const struct text cut = {{{{3000, 4000}}, {{4000, 5000}}, {{0, 0}}}, ALL_MAPS};
    const struct text local = {{{{1000, 2000}}, {{1000, 2000}}, {{1000, 2000}}}, ALL_MAPS};
    const struct text missing = {{{{1000, 9000}}, {{0, 0}}, {{1000, 9000}}}, ALL_MAPS};
    const struct text earlier = {{{{0, 0}}, {{0, 0}}, {{1000, 9000}}}, ALL_MAPS};
    const struct text slightly = {{{{0, 4300}}, {{4000, 8300}}, {{0, 0}}}, ALL_MAPS};
    (void)state;
    assert_int_equal(text_findings(&good, RULE_M42), 0);
    assert_int_equal(text_findings(&cut, RULE_M42), 0);
    assert_int_equal(text_findings(&local, RULE_M42), 2);
    assert_int_equal(text_findings(&missing, RULE_M42), 2); // each of two cues that say so
    assert_int_equal(text_findings(&earlier, RULE_M42), 2);
    assert_int_equal(text_findings(&slightly, RULE_M42), 0);
}

static void maps_are_taken_into_account(void **state)
{
    struct text text = {{{{1000, 2000}}, {{5000, 6000}}, {{9000, 10000}}}, ALL_MAPS};
    (void)state;
    text.shift = 900000;
    assert_int_equal(text_findings(&text, RULE_M42), 3);
    text.media_start_s = 10;
    assert_int_equal(text_findings(&text, RULE_M42), 0);
    text.shift = 900000 + (INT64_C(1) << 33); // the clock has gone round
    assert_int_equal(text_findings(&text, RULE_M42), 0);
    text.shift = 0;
    text.media_start_s = 95444; // 2^33 / 90000 is 95443.7
    assert_int_equal(text_findings(&text, RULE_M42), 0);
}

static void maps_that_are_missing_are_counted(void **state)
{
    const struct text all = {.has_map = {true, true, true}};
    const struct text one = {.has_map = {true, false, true}};
    (void)state;
    assert_int_equal(text_findings(&all, RULE_M43), 0);
    assert_int_equal(text_findings(&one, RULE_M43), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cues_lie_in_their_segments),
        cmocka_unit_test(maps_are_taken_into_account),
        cmocka_unit_test(maps_that_are_missing_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
