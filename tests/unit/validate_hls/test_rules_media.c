// SPDX-License-Identifier: BSD-2-Clause
// Rules of media playlists: each speaks of one fault and is silent beside it.
#include "kit.h"

static void missing_segment(struct kit *kit)
{
    kit->evidence.resources[kit_unit(kit, "v1.m3u8", 1)->resource].is_missing = true;
}

static void missing_gap(struct kit *kit)
{
    kit->evidence.resources[kit_unit(kit, "v2.m3u8", 1)->resource].is_missing = true;
}

static void missing_map(struct kit *kit)
{
    size_t init = kit_track(kit, "v1.m3u8")->segments[0].init;
    kit->evidence.resources[kit->evidence.init_units[init].resource].is_missing = true;
}

static void served_as_text(struct kit *kit)
{
    struct resource *resource = &kit->evidence.resources[0];
    MEM_FREE(resource->uri);
    resource->uri = mem_strdup("http://h/playlist?x=.m3u8");
    resource->http_status = 200;
    resource->content_type = mem_strdup("text/plain");
}

static void served_right(struct kit *kit)
{
    served_as_text(kit);
    MEM_FREE(kit->evidence.resources[0].content_type);
    kit->evidence.resources[0].content_type = mem_strdup("application/vnd.apple.mpegurl");
}

static void long_segment(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->duration = 24000 * 5;
}

static void one_frame_longer(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->duration += 1000;
}

static void each_half_a_frame_longer(struct kit *kit)
{
    for (size_t i = 0; i < 3; i++)
        kit_unit(kit, "v1.m3u8", i)->duration += 500;
}

static void shorter_file(struct kit *kit)
{
    kit->evidence.resources[kit_unit(kit, "i1.m3u8", 0)->resource].size_bytes = 9000;
}

static void cut_segment(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->is_cut = true;
}

static void no_boxes(struct kit *kit)
{
    for (size_t i = 0; i < 3; i++)
        kit_unit(kit, "v1.m3u8", i)->is_fmp4 = false;
}

static void no_moov(struct kit *kit)
{
    kit_track_init(kit, "v1.m3u8")->is_read = false;
}

static void media_in_map(struct kit *kit)
{
    kit_track_init(kit, "v1.m3u8")->has_media = true;
}

static void jump_ahead(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 2)->decode_time += 24000;
}

static void step_of_a_frame(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 2)->decode_time += 1000;
}

static struct init_facts *second_init(struct kit *kit)
{
    return &kit->evidence.inits[kit_track(kit, "v1.m3u8")->segments[1].init];
}

static void other_codec(struct kit *kit)
{
    snprintf(second_init(kit)->entry, 5, "hvc1");
}

static void other_size(struct kit *kit)
{
    second_init(kit)->entry_width_px = 1280;
}

static void cenc(struct kit *kit)
{
    struct encryption_facts *facts = &kit_track_init(kit, "v1.m3u8")->encryption;
    facts->is_encrypted = true;
    snprintf(facts->scheme, 5, "cenc");
    kit_unit(kit, "v1.m3u8", 0)->is_encrypted = true;
}

static void cbcs(struct kit *kit)
{
    cenc(kit);
    snprintf(kit_track_init(kit, "v1.m3u8")->encryption.scheme, 5, "cbcs");
}

static void longer_audio(struct kit *kit)
{
    kit_track_init(kit, "a.m3u8")->edit_media_time = 1024;
    kit_unit(kit, "a.m3u8", 0)->duration += 2 * 1024;
}

#define NEXT_MAP     "v1_1.m4s\n#EXT-X-MAP:URI=\"other.mp4\"\n"
#define NEXT_MAPD    "v1_1.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"other.mp4\"\n"
#define PDT(text)    "#EXT-X-PROGRAM-DATE-TIME:" text "\n"
#define DATED        PDT("2024-05-06T07:08:09.000Z") "#EXT-X-DATERANGE:"
#define RANGE        "START-DATE=\"2024-05-06T07:08:09Z\""
#define BEFORE(text) "#EXT-X-MAP", text "#EXT-X-MAP"

static const struct kit_case cases[] = {
    {"a segment is missing", RULE_H7, true, .facts = missing_segment},
    {"a map is missing", RULE_H7, true, .facts = missing_map},
    {"a gap may be missing", RULE_H7, false, "v2.m3u8", "v2_2.m4s", "#EXT-X-GAP\nv2_2.m4s",
     missing_gap},
    {"a start beyond the end", RULE_H11, true, "v1.m3u8", BEFORE("#EXT-X-START:TIME-OFFSET=13\n")},
    {"a start from the end", RULE_H11, false, "v1.m3u8", BEFORE("#EXT-X-START:TIME-OFFSET=-12\n")},
    {"a start beyond, of all", RULE_H11, true, "master.m3u8",
     "#EXT-X-MEDIA:", "#EXT-X-START:TIME-OFFSET=-12.5\n#EXT-X-MEDIA:"},
    {"a playlist served as text", RULE_H13, true, .facts = served_as_text},
    {"a playlist served as one", RULE_H13, false, .facts = served_right},
    {"EXTINF above the target", RULE_M2, true, "v1.m3u8", "4.000,", "4.500,"},
    {"EXTINF that rounds down to it", RULE_M2, false, "v1.m3u8", "4.000,", "4.499,"},
    {"a segment of 5 s for 4 s", RULE_M3, true, .facts = long_segment},
    {"a segment a frame longer", RULE_M3, false, .facts = one_frame_longer},
    {"a target of 6 s for 4 s", RULE_M4, true, "v1.m3u8", "DURATION:4", "DURATION:6"},
    {"a target that audio needs", RULE_M4, false, "a.m3u8", "4.000,", "4.010,"},
    {"a target of 6 s for I-frames", RULE_M4, false, "i1.m3u8", "DURATION:4", "DURATION:6"},
    {"a segment a frame longer is at the edge", RULE_M6, false, .facts = one_frame_longer},
    {"a segment a second longer", RULE_M6, true, .facts = long_segment},
    {"a drift of half a frame each", RULE_M6, true, .facts = each_half_a_frame_longer},
    {"EXTINF 50 ms off", RULE_M6, true, "v1.m3u8", "4.000,", "4.050,"},
    {"EXTINF rounded to 10 ms", RULE_M6, false, "v1.m3u8", "4.000,", "4.01,"},
    {"two EXTINF that even out", RULE_M6, true, "v1.m3u8", "4.000,\nv1_1.m4s\n#EXTINF:4.000,",
     "3.8,\nv1_1.m4s\n#EXTINF:4.2,"},
    {"priming edited out of the first audio segment", RULE_M6, false, "a.m3u8", "4.000,",
     "4.02133,", longer_audio},
    {"priming left in", RULE_M6, false, "a.m3u8", "4.000,", "4.04267,", longer_audio},
    {"a range beyond the file", RULE_M7, true, .facts = shorter_file},
    {"a whole file may be cut", RULE_M7, false, .facts = cut_segment},
    {"a range that was cut", RULE_M7, true, "v1.m3u8", "v1_2.m4s",
     "#EXT-X-BYTERANGE:500000@0\nv1_2.m4s"},
    {"no map", RULE_M8, true, "v1.m3u8", "#EXT-X-MAP:URI=\"v1_init.mp4\"\n", ""},
    {"no map for what is not MP4", RULE_M8, false, "v1.m3u8", "#EXT-X-MAP:URI=\"v1_init.mp4\"\n",
     "", no_boxes},
    {"a map without moov", RULE_M9, true, .facts = no_moov},
    {"a map with samples", RULE_M9, true, .facts = media_in_map},
    {"a type in lower case", RULE_M11, true, "v1.m3u8", "TYPE:VOD", "TYPE:vod"},
    {"an event", RULE_M11, false, "v1.m3u8", "TYPE:VOD", "TYPE:EVENT"},
    {"no end", RULE_M12, true, "v1.m3u8", "#EXT-X-ENDLIST\n", ""},
    {"a live playlist has no end", RULE_M12, false, "v1.m3u8", "#EXT-X-PLAYLIST-TYPE:VOD\n", ""},
    {"an end and no type", RULE_M38, true, "v1.m3u8", "#EXT-X-PLAYLIST-TYPE:VOD\n", ""},
    {"an event that has ended", RULE_M38, false, "v1.m3u8", "TYPE:VOD", "TYPE:EVENT"},
    {"timestamps that jump", RULE_M13, true, .facts = jump_ahead},
    {"timestamps that jump behind a mark", RULE_M13, false, "v1.m3u8", "v1_2.m4s\n",
     "v1_2.m4s\n#EXT-X-DISCONTINUITY\n", jump_ahead},
    {"timestamps a frame off", RULE_M13, false, .facts = step_of_a_frame},
    {"another codec", RULE_M13, true, "v1.m3u8", "v1_1.m4s\n", NEXT_MAP, other_codec},
    {"another codec behind a mark", RULE_M13, false, "v1.m3u8", "v1_1.m4s\n", NEXT_MAPD,
     other_codec},
    {"another size is no other track", RULE_M13, false, "v1.m3u8", "v1_1.m4s\n", NEXT_MAP,
     other_size},
    {"another size", RULE_M37, true, "v1.m3u8", "v1_1.m4s\n", NEXT_MAP, other_size},
    {"another size behind a mark", RULE_M37, false, "v1.m3u8", "v1_1.m4s\n", NEXT_MAPD, other_size},
    {"an unknown method", RULE_M14, true, "v1.m3u8", BEFORE("#EXT-X-KEY:METHOD=ROT13,URI=\"k\"\n")},
    {"NONE with a URI", RULE_M14, true, "v1.m3u8", BEFORE("#EXT-X-KEY:METHOD=NONE,URI=\"k\"\n")},
    {"NONE alone", RULE_M14, false, "v1.m3u8", BEFORE("#EXT-X-KEY:METHOD=NONE\n")},
    {"no URI", RULE_M14, true, "v1.m3u8", BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES\n")},
    {"no method", RULE_M14, true, "v1.m3u8", BEFORE("#EXT-X-KEY:URI=\"k\"\n")},
    {"an IV of 40 digits", RULE_M14, true, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\","
            "IV=0x0123456789012345678901234567890123456789\n")},
    {"an IV of 16 digits", RULE_M15, true, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\",IV=0x0123456789012345\n")},
    {"an IV of 32 digits", RULE_M15, false, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\",IV=0x01234567890123450123456789012345\n")},
    {"no date", RULE_M16, true, "v1.m3u8", BEFORE(PDT("yesterday"))},
    {"a date", RULE_M16, false, "v1.m3u8", BEFORE(PDT("2024-05-06T07:08:09.123+0000"))},
    {"a date without zone", RULE_M39, true, "v1.m3u8", BEFORE(PDT("2024-05-06T07:08:09.123"))},
    {"a date with zone", RULE_M39, false, "v1.m3u8", BEFORE(PDT("2024-05-06T07:08:09.123Z"))},
    {"a range without ID", RULE_M17, true, "v1.m3u8", BEFORE(DATED RANGE "\n")},
    {"a range without start", RULE_M17, true, "v1.m3u8", BEFORE(DATED "ID=\"a\"\n")},
    {"a good range", RULE_M17, false, "v1.m3u8",
     BEFORE(DATED "ID=\"a\"," RANGE ",DURATION=3,END-DATE=\"2024-05-06T07:08:12Z\"\n")},
    {"a range and no date to place it", RULE_M17, true, "v1.m3u8",
     BEFORE("#EXT-X-DATERANGE:ID=\"a\"," RANGE "\n")},
    {"a range that ends before it starts", RULE_M17, true, "v1.m3u8",
     BEFORE(DATED "ID=\"a\"," RANGE ",END-DATE=\"2024-05-06T07:08:08Z\"\n")},
    {"END-ON-NEXT without CLASS", RULE_M17, true, "v1.m3u8",
     BEFORE(DATED "ID=\"a\"," RANGE ",END-ON-NEXT=YES\n")},
    {"END-ON-NEXT with a duration", RULE_M17, true, "v1.m3u8",
     BEFORE(DATED "ID=\"a\",CLASS=\"c\"," RANGE ",END-ON-NEXT=YES,DURATION=2\n")},
    {"one range in two tags", RULE_M17, false, "v1.m3u8",
     BEFORE(DATED "ID=\"a\"," RANGE "\n#EXT-X-DATERANGE:ID=\"a\",DURATION=2\n")},
    {"one range in two tags that differ", RULE_M17, true, "v1.m3u8",
     BEFORE(DATED "ID=\"a\",CLASS=\"x\"," RANGE "\n#EXT-X-DATERANGE:ID=\"a\",CLASS=\"y\"\n")},
    {"an unknown cue", RULE_M17, true, "v1.m3u8", BEFORE(DATED "ID=\"a\"," RANGE ",CUE=\"MID\"\n")},
    {"dates that go on", RULE_M33, false, "v1.m3u8", "v1_1.m4s\n#EXTINF:4.000,",
     PDT("2024-05-06T07:08:09.123Z") "v1_1.m4s\n" PDT("2024-05-06T07:08:13.122Z") "#EXTINF:4.000,"},
    {"dates that jump", RULE_M33, true, "v1.m3u8", "v1_1.m4s\n#EXTINF:4.000,",
     PDT("2024-05-06T07:08:09.123Z") "v1_1.m4s\n" PDT("2024-05-06T07:08:15.122Z") "#EXTINF:4.000,"},
    {"a target of 15 s", RULE_M26, true, "v1.m3u8", "DURATION:4", "DURATION:15"},
    {"a target of 6 s", RULE_M26, false, "v1.m3u8", "DURATION:4", "DURATION:6"},
    {"no segments", RULE_M30, true, "a.m3u8",
     "#EXTINF:4.000,\na_1.m4s\n#EXTINF:4.000,\na_2.m4s\n#EXTINF:4.000,\na_3.m4s\n", ""},
    {"an encrypted map without IV", RULE_M32, true, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n")},
    {"an encrypted map with IV", RULE_M32, false, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x01234567890123450123456789012345\n")},
    {"a bit rate that is wrong", RULE_M34, true, "v1.m3u8", BEFORE("#EXT-X-BITRATE:1000\n")},
    {"a bit rate that is near", RULE_M34, false, "v1.m3u8", BEFORE("#EXT-X-BITRATE:830\n")},
    {"EXT-X-SKIP", RULE_M35, true, "v1.m3u8", BEFORE("#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n")},
    {"a part without PART-INF", RULE_M36, true, "v1.m3u8",
     BEFORE("#EXT-X-PART:URI=\"p\",DURATION=0.5\n")},
    {"parts as they should be", RULE_M36, false, "v1.m3u8",
     BEFORE("#EXT-X-PART-INF:PART-TARGET=0.5\n"
            "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=1.5,HOLD-BACK=12,CAN-SKIP-UNTIL=24\n"
            "#EXT-X-PART:URI=\"p\",DURATION=0.5\n")},
    {"a part that is too long", RULE_M36, true, "v1.m3u8",
     BEFORE("#EXT-X-PART-INF:PART-TARGET=0.5\n#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=1.5\n"
            "#EXT-X-PART:URI=\"p\",DURATION=0.6\n")},
    {"a hold-back that is too short", RULE_M36, true, "v1.m3u8",
     BEFORE("#EXT-X-SERVER-CONTROL:HOLD-BACK=8\n")},
    {"key format versions that are words", RULE_M40, true, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\",KEYFORMATVERSIONS=\"1/a\"\n")},
    {"key format versions", RULE_M40, false, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\",KEYFORMATVERSIONS=\"1/2/15\"\n")},
    {"SAMPLE-AES and cenc", RULE_S32, true, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n"), cenc},
    {"SAMPLE-AES and cbcs", RULE_S32, false, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n"), cbcs},
    {"SAMPLE-AES-CTR and cenc", RULE_S32, false, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI=\"k\"\n"), cenc},
    {"cbcs and two keys, the first of which says CTR", RULE_S32, true, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI=\"k\"\n"
            "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"l\",KEYFORMAT=\"b\"\n"),
     cbcs},
    {"cbcs and a key that another took the place of", RULE_S32, false, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI=\"k\"\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"l\"\n"),
     cbcs},
    {"cbcs and no key", RULE_S32, true, .facts = cbcs},
    {"SAMPLE-AES and nothing encrypted", RULE_S32, true, "v1.m3u8",
     BEFORE("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n")},
};

static void judges_media_playlists(void **state)
{
    (void)state;
    kit_check(cases, ARRAY_LEN(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(judges_media_playlists)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
