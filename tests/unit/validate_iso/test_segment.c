// SPDX-License-Identifier: BSD-2-Clause
// Media segments: good ones are silent and measured, and each rule finds its fault.
#include "boxes.h"

static void good_segments_are_silent(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"video", VIDEO_INIT, VIDEO_SEGMENT, NULL, NULL, RULE_COUNT},
        {"audio", AUDIO_INIT, AUDIO_SEGMENT, NULL, NULL, RULE_COUNT},
        {"wvtt", WVTT_INIT, WVTT_SEGMENT, NULL, NULL, RULE_COUNT},
        {"stpp", STPP_INIT, STPP_SEGMENT, NULL, NULL, RULE_COUNT},
        {"cenc", CENC_INIT, CENC_SEGMENT, NULL, NULL, RULE_COUNT},
        {"cbcs", CBCS_INIT, CBCS_SEGMENT, NULL, NULL, RULE_COUNT},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void times_and_places_are_measured(void **state)
{
    (void)state;
    static const struct box_case row = {"video", VIDEO_INIT, VIDEO_SEGMENT};
    AUTO(read_case_done) struct read_case read;
    case_read(&row, &read);
    const struct unit *unit = &read.unit;
    assert_true(unit->is_read && unit->is_fmp4 && unit->has_styp && unit->is_sync_flagged);
    assert_int_equal(unit->decode_time, 24000);
    assert_int_equal(unit->duration, 3000);
    assert_int_equal(unit->earliest_time, 26000);
    assert_int_equal(unit->latest_end, 29000);
    assert_int_equal(unit->sample_count, 3);
    assert_int_equal(unit->shortest_sample, 1000);
    assert_int_equal(unit->sap_type, 1);
    assert_int_equal(unit->first_idr_time, 26000);
    assert_int_equal(unit->fragment_count, 1);
    const struct fragment_facts *fragment = &unit->fragments[0];
    assert_int_equal(fragment->moof_byte, 24);
    assert_int_equal(fragment->sequence, 7);
    assert_int_equal(fragment->first_sample_time, 26000);
    assert_int_equal(fragment->end_byte - fragment->first_sample_end_byte, 14);
    assert_true(fragment->is_sync && fragment->declares_beyond);
}

static void text_is_measured(void **state)
{
    (void)state;
    static const struct box_case rows[] = {{"wvtt", WVTT_INIT, WVTT_SEGMENT},
                                           {"stpp", STPP_INIT, STPP_SEGMENT}};
    AUTO(read_case_done) struct read_case wvtt;
    AUTO(read_case_done) struct read_case stpp;
    case_read(&rows[0], &wvtt);
    case_read(&rows[1], &stpp);
    assert_int_equal(wvtt.unit.text_start_ms, 6000); // the first sample is empty
    assert_int_equal(wvtt.unit.text_end_ms, 8000);
    assert_int_equal(stpp.unit.text_start_ms, 1000);
    assert_int_equal(stpp.unit.text_end_ms, 2000);
}

#define LATE_EMSG(box) "[mdat " IDR P P "] " box

static void box_order_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"emsg behind", VIDEO_INIT, VIDEO_SEGMENT, "[mdat " IDR P P "]",
         LATE_EMSG("[emsg #0 'x' 00 00 #24000 #0 #0 #0]"), RULE_S7},
        {"prft behind", VIDEO_INIT, VIDEO_SEGMENT, "[mdat " IDR P P "]",
         LATE_EMSG("[prft #0 #1 #0 #0 #0]"), RULE_S7},
        {"prft in front", VIDEO_INIT, VIDEO_SEGMENT, "[moof", "[prft #0 #1 #0 #0 #0] [moof",
         RULE_COUNT},
        {"styp of an init", VIDEO_INIT, VIDEO_SEGMENT, "'msdh' #0 'msdh' 'cmfs'",
         "'isom' #0 'isom'", RULE_S8},
        {"msix without sidx", VIDEO_INIT, VIDEO_SEGMENT, "'cmfs'", "'msix'", RULE_S8},
        {"no mdat", VIDEO_INIT, VIDEO_SEGMENT, "[mdat", "[free", RULE_S9},
        {"no moof", VIDEO_INIT, VIDEO_SEGMENT, "[moof", "[free", RULE_S9},
        {"two mdat", VIDEO_INIT, VIDEO_SEGMENT, "[mdat", "[mdat ] [mdat", RULE_S9},
        {"two traf", VIDEO_INIT, VIDEO_SEGMENT, "[traf", "[traf [tfhd 020000 00 #1]] [traf",
         RULE_S9},
        {"no mfhd", VIDEO_INIT, VIDEO_SEGMENT, "[mfhd", "[free", RULE_S9},
        {"no trun", VIDEO_INIT, VIDEO_SEGMENT, "[trun", "[free", RULE_S9},
        {"tfdt behind trun", AUDIO_INIT, AUDIO_SEGMENT,
         "[tfdt 01000000 #0 #0] [trun 00000001 #2 $data ]",
         "[trun 00000001 #2 $data ] [tfdt 01000000 #0 #0]", RULE_S39},
        {"styp is not first", VIDEO_INIT, "[free] " VIDEO_SEGMENT, NULL, NULL, RULE_S39},
        {"cut mdat", VIDEO_INIT, VIDEO_SEGMENT, "[mdat " IDR P P "]", "000000ff 'mdat' 0000",
         RULE_S38},
        {"cut trun", VIDEO_INIT, VIDEO_SEGMENT, "#3 $data", "#4 $data", RULE_S38},
        {"meta in the file", VIDEO_INIT, VIDEO_SEGMENT, "[moof", "[meta #0] [moof", RULE_S53},
        {"a brand alone", VIDEO_INIT, VIDEO_SEGMENT, "'msdh' #0 'msdh'", "'msdh' #0 'hlsf'",
         RULE_S54},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

#define TWO(sequence, time)                                                                        \
    "[mdat " IDR P P "] [moof [mfhd #0 #" sequence                                                 \
    "] [traf [tfhd 0002003a #1 #1 #1000 #7 01010000] [tfdt 01000000 #0 #" time                     \
    "] [trun 01000801 #1 $data #2000 ]]] [mdat " P "]"

static void fragment_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"two fragments", VIDEO_INIT, VIDEO_SEGMENT, "[mdat " IDR P P "]", TWO("8", "27000"),
         RULE_COUNT},
        {"a gap", VIDEO_INIT, VIDEO_SEGMENT, "[mdat " IDR P P "]", TWO("8", "27001"), RULE_S11},
        {"number again", VIDEO_INIT, VIDEO_SEGMENT, "[mdat " IDR P P "]", TWO("7", "27000"),
         RULE_S17},
        {"base offset", VIDEO_INIT, VIDEO_SEGMENT, "[tfhd 0002002a #1", "[tfhd 0000002b #1 #0 #24",
         RULE_S10},
        {"not from the moof", VIDEO_INIT, VIDEO_SEGMENT, "[tfhd 0002002a", "[tfhd 0000002a",
         RULE_S10},
        {"another track", VIDEO_INIT, VIDEO_SEGMENT, "[tfhd 0002002a #1", "[tfhd 0002002a #2",
         RULE_S10},
        {"no tfdt", VIDEO_INIT, VIDEO_SEGMENT, "[tfdt", "[free", RULE_S11},
        {"negative time", VIDEO_INIT, VIDEO_SEGMENT, "01000000 #0 #24000", "01000000 #-1 #0",
         RULE_S12},
        {"offset into the moof", VIDEO_INIT, VIDEO_SEGMENT, "$data", "#8", RULE_S13},
        {"offset behind", VIDEO_INIT, VIDEO_SEGMENT, "$data", "#9999", RULE_S13},
        {"a sample too long", VIDEO_INIT, VIDEO_SEGMENT, "#7 #2000 ]", "#8 #2000 ]", RULE_S13},
        {"bytes that are no sample's", VIDEO_INIT, VIDEO_SEGMENT, P "]", P "00]", RULE_S64},
        {"no such description", VIDEO_INIT, VIDEO_SEGMENT, "#1 #1 #1000", "#1 #2 #1000", RULE_S61},
        {"no duration", VIDEO_INIT, VIDEO_SEGMENT, "#1 #1 #1000", "#1 #1 #0", RULE_S62},
        {"negative offset", VIDEO_INIT, VIDEO_SEGMENT, "[trun 01000a05 #3 $data 02000000 #9 #2000",
         "[trun 00000a05 #3 $data 02000000 #9 #-1", RULE_S63},
        {"trun version 2", VIDEO_INIT, VIDEO_SEGMENT, "[trun 01", "[trun 02", RULE_S65},
        {"both kinds of flags", AUDIO_INIT, AUDIO_SEGMENT, "[trun 00000001 #2 $data",
         "[trun 00000405 #2 $data 02000000 02000000 02000000", RULE_S65},
        {"empty time with runs", AUDIO_INIT, AUDIO_SEGMENT, "[tfhd 0002003a", "[tfhd 0003003a",
         RULE_S65},
        {"late pictures", VIDEO_INIT, VIDEO_SEGMENT, "#9 #2000", "#9 #9000", RULE_S78},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

#define CMF2_INIT                                                                                  \
    "[ftyp 'iso6' #0 'iso6' 'cmf2'] [moov " MVHD("24000") "[trak " TKHD(                           \
        "0000", "01aa0000",                                                                        \
        "00f00000") "[mdia " MDHD("24000") "[hdlr #0 #0 'vide' *12 'Video' 00] [minf [vmhd "       \
                                           "00000001 *8] " DINF                                    \
                                           "[stbl [stsd #0 #1 [avc1 " VISUAL AVCC COLR PASP        \
                                           "]] " TABLES "]]]] " MVEX "]"
#define CMF2_SEGMENT                                                                               \
    STYP "[moof [mfhd #0 #7] [traf [tfhd 0002003a #1 #1 #1000 #9 02000000] "                       \
         "[tfdt 01000000 #0 #0] [trun 01000001 #1 $data ]]] [mdat " IDR "]"

static void cmf2_is_held_to_its_word(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"as it should be", CMF2_INIT, CMF2_SEGMENT, NULL, NULL, RULE_COUNT},
        {"trun version 0", CMF2_INIT, CMF2_SEGMENT, "[trun 01", "[trun 00", RULE_S14},
        {"size from trex", CMF2_INIT, CMF2_SEGMENT, "0002003a #1 #1 #1000 #9",
         "0002002a #1 #1 #1000", RULE_S14},
        {"cmfc may have trun version 0", VIDEO_INIT, VIDEO_SEGMENT, "[trun 01", "[trun 00",
         RULE_COUNT},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void sample_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"begins with P", VIDEO_INIT, VIDEO_SEGMENT, "6588840010", "419a240010", RULE_S18},
        {"P flagged as sync", VIDEO_INIT, VIDEO_SEGMENT, "6588840010", "419a240010", RULE_S19},
        {"IDR flagged as none", VIDEO_INIT, VIDEO_SEGMENT, "$data 02000000", "$data 01010000",
         RULE_S19},
        {"a set of its own", VIDEO_INIT, VIDEO_SEGMENT, "#7 #2000 #7 #2000 ]]] [mdat " IDR,
         "#14 #2000 #7 #2000 ]]] [mdat " IDR "00000003 68ee12 ", RULE_S6},
        {"flags against each other", VIDEO_INIT, VIDEO_SEGMENT, "$data 02000000", "$data 01000000",
         RULE_S66},
        {"NAL unit too long", VIDEO_INIT, VIDEO_SEGMENT, "00000003 419a24", "00000004 419a24",
         RULE_S74},
        {"reference flagged disposable", VIDEO_INIT, VIDEO_SEGMENT, "01010000]", "01810000]",
         RULE_S86},
        {"audio without sync", AUDIO_INIT, AUDIO_SEGMENT, "#4 02000000", "#4 00010000", RULE_S75},
        {"audio of another length", AUDIO_INIT, AUDIO_SEGMENT, "#1024", "#1000", RULE_S76},
        {"ADTS", AUDIO_INIT, AUDIO_SEGMENT,
         "#4 02000000] [tfdt 01000000 #0 #0] [trun 00000001 #2 $data ]]] [mdat 21100405 21100405]",
         "#8 02000000] [tfdt 01000000 #0 #0] [trun 00000001 #1 $data ]]] [mdat fff15080 01000000]",
         RULE_S77},
        {"sets missing with avc3",
         FTYP "[moov " MVHD("24000") "[trak " TKHD("0000", "01aa0000", "00f00000")
             ELST("2000") "[mdia " MDHD(
                 "24000") "[hdlr #0 #0 'vide' *12 'Video' 00] [minf "
                          "[vmhd 00000001 *8] " DINF "[stbl [stsd #0 #1 [avc3 " VISUAL
                          "[avcC 01640015ffe000 fdf8f800] " COLR PASP "]] " TABLES "]]]] " MVEX "]",
         VIDEO_SEGMENT, NULL, NULL, RULE_S73},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void text_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"a cue without text", WVTT_INIT, WVTT_SEGMENT, "[payl", "[free", RULE_S36},
        {"not a cue", WVTT_INIT, WVTT_SEGMENT, "[vttc", "[abcd", RULE_S36},
        {"empty with a cue", WVTT_INIT, WVTT_SEGMENT, "#8 #25 ]]] [mdat [vtte ] [vttc",
         "#8 #33 ]]] [mdat [vtte ] [vtte ] [vttc", RULE_S36},
        {"broken XML", STPP_INIT, STPP_SEGMENT, "</div></body>", "</dxv></body>", RULE_S36},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void event_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"an event", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         "[emsg 01000000 #24000 #0 #0 #0 #1 'urn:x' 00 00] [moof", RULE_COUNT},
        {"another timescale", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         "[emsg 01000000 #1000 #0 #0 #0 #1 'urn:x' 00 00] [moof", RULE_S22},
        {"prft of another track", VIDEO_INIT, VIDEO_SEGMENT, "[moof", "[prft #0 #2 #0 #0 #0] [moof",
         RULE_S23},
        {"prft goes back", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         "[prft #0 #1 #9 #0 #0] [prft #0 #1 #8 #0 #0] [moof", RULE_S23},
        {"no scheme", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         "[emsg 01000000 #24000 #0 #0 #0 #1 00 00] [moof", RULE_S67},
        {"no end", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         "[emsg 01000000 #24000 #0 #0 #0 #1 'urn:x'] [moof", RULE_S67},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void encryption_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"no senc", CBCS_INIT, CBCS_SEGMENT, "[senc", "[free", RULE_COUNT},
        {"encrypted without sinf", VIDEO_INIT, CENC_SEGMENT, NULL, NULL, RULE_S28},
        {"no vectors", CENC_INIT, CENC_SEGMENT, "[saiz #0 10 #2] [saio #0 #1 $senc ] [senc",
         "[free", RULE_S30},
        {"fewer entries", CENC_INIT, CENC_SEGMENT, "[senc 00000002 #2", "[senc 00000002 #1",
         RULE_S30},
        {"subsamples too short", CENC_INIT, CENC_SEGMENT, "0001 0005 #16", "0001 0004 #16",
         RULE_S30},
        {"saio beside", CENC_INIT, CENC_SEGMENT, "$senc", "#9", RULE_S30},
        {"half in the clear", CENC_INIT, CENC_SEGMENT, "[saiz",
         "[sgpd 01000000 'seig' #20 #2 0000 01 08 " KID "0000 00 00 " KID
         "] [sbgp #0 'seig' #2 #1 #65537 #1 #65538] [saiz",
         RULE_S31},
        {"sizes in saiz", CENC_INIT, CENC_SEGMENT, "[saiz #0 10", "[saiz #0 11", RULE_S70},
        {"count in saiz", CENC_INIT, CENC_SEGMENT, "[saiz #0 10 #2", "[saiz #0 10 #1", RULE_S70},
        {"none in saiz", CBCS_INIT,
         "[styp 'msdh' #0 'msdh' 'cmfs'] "
         "[moof [mfhd #0 #7] [traf [tfhd 0002003a #1 #1 #1000 #21 02000000] [tfdt 01000000 #0 #0] "
         "[trun 01000801 #2 $data #2000 #2000 ] [saiz #0 00 #0] [saio #0 #1 $senc ] "
         "[senc 00000000 #2 ]]] [mdat " SLICE SLICE "]",
         NULL, NULL, RULE_COUNT},
        {"two offsets", CENC_INIT, CENC_SEGMENT, "[saio #0 #1 $senc", "[saio #0 #2 $senc #0",
         RULE_S70},
        {"type of saio", CENC_INIT, CENC_SEGMENT, "[saio #0 #1", "[saio 00000001 'abcd' #0 #1",
         RULE_S70},
        {"hidden header", CENC_INIT, CENC_SEGMENT, "0001 0005 #16", "0001 0004 #17", RULE_S80},
        {"no whole blocks", CENC_INIT, CENC_SEGMENT, "0001 0005 #16", "0001 0006 #15", RULE_S81},
        {"PIFF", CENC_INIT, CENC_SEGMENT, "[saiz",
         "[uuid a2394f525a9b4f14a2446c427c648df4 #0 #0] [saiz", RULE_S88},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void tables_beside_runs_are_checked(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"groups of moov", AUDIO_INIT, AUDIO_SEGMENT, "[trun", "[sbgp #0 'roll' #1 #2 #1] [trun",
         RULE_COUNT},
        {"group that is nowhere", AUDIO_INIT, AUDIO_SEGMENT, "[trun",
         "[sbgp #0 'roll' #1 #2 #65537] [trun", RULE_S71},
        {"groups of more samples", AUDIO_INIT, AUDIO_SEGMENT, "[trun",
         "[sbgp #0 'roll' #1 #3 #1] [trun", RULE_S71},
        {"sdtp", AUDIO_INIT, AUDIO_SEGMENT, "[trun", "[sdtp #0 0000] [trun", RULE_COUNT},
        {"sdtp of one more", AUDIO_INIT, AUDIO_SEGMENT, "[trun", "[sdtp #0 000000] [trun",
         RULE_S72},
        {"subs of a third", AUDIO_INIT, AUDIO_SEGMENT, "[trun", "[subs #0 #1 #3 0000] [trun",
         RULE_S72},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

// The moof and the mdat have 159 bytes.
#define SIDX(id, hz, start, size, duration, sap)                                                   \
    "[sidx #0 #" id " #" hz " #" start " #0 0000 0001 #" size " #" duration " " sap "] [moof"

static void the_index_is_held_against_the_fragments(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"true", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("1", "24000", "24000", "159", "3000", "90000000"), RULE_COUNT},
        {"media time", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("1", "24000", "26000", "159", "3000", "90000000"), RULE_COUNT},
        {"too small", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("1", "24000", "24000", "158", "3000", "90000000"), RULE_S21},
        {"too large", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("1", "24000", "24000", "160", "3000", "90000000"), RULE_S21},
        {"too short", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("1", "24000", "24000", "159", "2000", "90000000"), RULE_S21},
        {"too early", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("1", "24000", "23000", "159", "3000", "90000000"), RULE_S21},
        {"another track", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("2", "24000", "24000", "159", "3000", "90000000"), RULE_S69},
        {"another timescale", VIDEO_INIT, VIDEO_SEGMENT, "[moof",
         SIDX("1", "48000", "48000", "159", "6000", "90000000"), RULE_S69},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

// A picture of the second fragment is shown before the last one of the first.
#define REORDERED(first, second)                                                                   \
    STYP "[sidx #0 #1 #24000 #24000 #0 0000 0002 #144 #" first " 90000000 #138 #" second           \
         " 00000000] "                                                                             \
         "[moof [mfhd #0 #7] [traf [tfhd 0002002a #1 #1 #1000 01010000] [tfdt 01000000 #0 "        \
         "#24000] [trun 01000a05 #2 #128 02000000 #9 #2000 #7 #3000 ]]] [mdat " IDR P "] "         \
         "[moof [mfhd #0 #8] [traf [tfhd 0002002a #1 #1 #1000 01010000] [tfdt 01000000 #0 "        \
         "#26000] [trun 01000a01 #2 #124 #7 #1000 #7 #2000 ]]] [mdat " P P "]"

static void the_index_counts_time_as_it_is_shown(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"shown", VIDEO_INIT, REORDERED("1000", "3000"), NULL, NULL, RULE_COUNT},
        {"decoded", VIDEO_INIT, REORDERED("2000", "2000"), NULL, NULL, RULE_COUNT},
        {"neither", VIDEO_INIT, REORDERED("1500", "2500"), NULL, NULL, RULE_S21},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void an_iframe_range_may_end_inside_its_mdat(void **state)
{
    (void)state;
    static const struct box_case row = {"video", VIDEO_INIT, VIDEO_SEGMENT};
    AUTO(read_case_done) struct read_case read;
    case_read(&row, &read);
    AUTO(buf_done) struct buf segment = {0};
    boxes_build(VIDEO_SEGMENT, &segment);
    read.unit.is_iframe = true;
    iso_segment_read(segment.data, segment.size_bytes - 14, 0, &read.init, &read.codec,
                     PLACE(.file = "1.m4s"), &read.findings, &read.unit);
    assert_int_equal(read.findings.count, 0);
    assert_int_equal(read.unit.fragment_count, 1);
    assert_int_equal(read.unit.fragments[0].first_sample_end_byte, segment.size_bytes - 14);
    // One that is cut inside its picture shows where the picture would end.
    iso_segment_read(segment.data, segment.size_bytes - 16, 0, &read.init, &read.codec,
                     PLACE(.file = "1.m4s"), &read.findings, &read.unit);
    assert_int_equal(read.findings.count, 0);
    assert_int_equal(read.unit.fragments[0].end_byte, segment.size_bytes - 16);
    assert_int_equal(read.unit.fragments[0].first_sample_end_byte, segment.size_bytes - 14);
}

static void hostile_counts_take_no_time(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"four billion samples without fields", AUDIO_INIT, AUDIO_SEGMENT, "#2 $data", "#-1 $data",
         RULE_S13},
        {"four billion with", VIDEO_INIT, VIDEO_SEGMENT, "#3 $data", "#-1 $data", RULE_S38},
        {"samples of nothing", AUDIO_INIT, AUDIO_SEGMENT,
         "#1024 #4 02000000] [tfdt 01000000 #0 #0] [trun 00000001 #2 $data",
         "#1024 #0 02000000] [tfdt 01000000 #0 #0] [trun 00000001 #-1 $data", RULE_S13},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void without_an_init_only_boxes_are_read(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf segment = {0};
    struct findings findings;
    struct unit unit = {0};
    findings_init(&findings);
    boxes_build(VIDEO_SEGMENT, &segment);
    iso_segment_read(segment.data, segment.size_bytes, 0, NULL, NULL, PLACE(.file = "1.m4s"),
                     &findings, &unit);
    assert_int_equal(findings.count, 0);
    assert_int_equal(unit.sample_count, 3);
    unit_done_measured(&unit);
    iso_segment_read((const uint8_t *)"WEBVTT\n\n", 8, 0, NULL, NULL, PLACE(.file = "1.vtt"),
                     &findings, &unit);
    assert_false(unit.is_fmp4);
    unit_done_measured(&unit);
    findings_done(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_segments_are_silent),
        cmocka_unit_test(times_and_places_are_measured),
        cmocka_unit_test(text_is_measured),
        cmocka_unit_test(box_order_faults_are_found),
        cmocka_unit_test(fragment_faults_are_found),
        cmocka_unit_test(cmf2_is_held_to_its_word),
        cmocka_unit_test(sample_faults_are_found),
        cmocka_unit_test(text_faults_are_found),
        cmocka_unit_test(event_faults_are_found),
        cmocka_unit_test(encryption_faults_are_found),
        cmocka_unit_test(tables_beside_runs_are_checked),
        cmocka_unit_test(the_index_is_held_against_the_fragments),
        cmocka_unit_test(the_index_counts_time_as_it_is_shown),
        cmocka_unit_test(an_iframe_range_may_end_inside_its_mdat),
        cmocka_unit_test(hostile_counts_take_no_time),
        cmocka_unit_test(without_an_init_only_boxes_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
