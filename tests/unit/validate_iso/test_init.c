// SPDX-License-Identifier: BSD-2-Clause
// Init segments: good ones are silent, and each rule finds its fault.
#include "boxes.h"

static void good_inits_are_silent(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"video", VIDEO_INIT, NULL, NULL, NULL, RULE_COUNT},
        {"audio", AUDIO_INIT, NULL, NULL, NULL, RULE_COUNT},
        {"wvtt", WVTT_INIT, NULL, NULL, NULL, RULE_COUNT},
        {"stpp", STPP_INIT, NULL, NULL, NULL, RULE_COUNT},
        {"stpp of two strings", STPP_INIT, NULL, "00 00 00", "00 00", RULE_COUNT},
        {"stpp of its namespace", STPP_INIT, NULL, "00 00 00", "00", RULE_COUNT},
        {"cenc", CENC_INIT, NULL, NULL, NULL, RULE_COUNT},
        {"cbcs", CBCS_INIT, NULL, NULL, NULL, RULE_COUNT},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void facts_are_those_of_the_boxes(void **state)
{
    (void)state;
    static const struct box_case rows[] = {{"video", VIDEO_INIT}, {"cbcs", CBCS_INIT}};
    AUTO(read_case_done) struct read_case video;
    AUTO(read_case_done) struct read_case cbcs;
    case_read(&rows[0], &video);
    case_read(&rows[1], &cbcs);
    assert_true(video.is_init_read);
    assert_int_equal(video.init.kind, MEDIA_VIDEO);
    assert_string_equal(video.init.entry, "avc1");
    assert_string_equal(video.init.codec.string, "avc1.640015");
    assert_string_equal(video.init.language, "und");
    assert_int_equal(video.init.timescale_hz, 24000);
    assert_int_equal(video.init.edit_media_time, 2000);
    assert_int_equal(video.init.entry_width_px, 426);
    assert_int_equal(video.init.brand_count, 3);
    assert_string_equal(cbcs.init.entry, "avc1");
    assert_true(cbcs.init.encryption.is_encrypted);
    assert_string_equal(cbcs.init.encryption.scheme, "cbcs");
    assert_int_equal(cbcs.init.encryption.skip_blocks, 9);
    assert_int_equal(cbcs.init.encryption.constant_iv_size_bytes, 16);
    assert_int_equal(cbcs.init.clear_entries, 0);
    assert_int_equal(cbcs.init.pssh_count, 1);
}

static void structure_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"no ftyp", VIDEO_INIT, NULL, "[ftyp", "[free", RULE_S1},
        {"no mvex", VIDEO_INIT, NULL, "[mvex", "[free", RULE_S1},
        {"two tracks", VIDEO_INIT, NULL, "[mvex", "[trak ] [mvex", RULE_S1},
        {"media in the init", VIDEO_INIT, NULL, "[ftyp", "[mdat 00] [ftyp", RULE_S1},
        {"a sample in stts", VIDEO_INIT, NULL, "[stts #0 #0]", "[stts #0 #1 #1 #1]", RULE_S3},
        {"a size in stsz", VIDEO_INIT, NULL, "[stsz #0 #0 #0]", "[stsz #0 #9 #1]", RULE_S3},
        {"no trex", VIDEO_INIT, NULL, "[trex", "[free", RULE_S3},
        {"trex of another track", VIDEO_INIT, NULL, "[trex #0 #1", "[trex #0 #2", RULE_S3},
        {"smhd for video", VIDEO_INIT, NULL, "[vmhd 00000001 *8]", "[smhd #0 #0]", RULE_S4},
        {"no media header", AUDIO_INIT, NULL, "[smhd", "[free", RULE_S4},
        {"box beyond its parent", VIDEO_INIT, NULL, "[pasp #1 #1]", "000000ff 'pasp'", RULE_S38},
        {"stray bytes", VIDEO_INIT, NULL, "[mvex", "000000 [mvex", RULE_S38},
        {"moov before ftyp", "[free] " VIDEO_INIT, NULL, NULL, NULL, RULE_S39},
        {"trak before mvhd", VIDEO_INIT, NULL, "[mvhd", "[free ] [mvhd", RULE_S39},
        {"no stsc", VIDEO_INIT, NULL, "[stsc", "[free", RULE_S40},
        {"two mdhd", VIDEO_INIT, NULL, "[mdhd", "[mdhd ] [mdhd", RULE_S40},
        {"no stsz or stz2", VIDEO_INIT, NULL, "[stsz", "[free", RULE_S40},
        {"two references", VIDEO_INIT, NULL, "[dref #0 #1", "[dref #0 #2", RULE_S45},
        {"samples elsewhere", VIDEO_INIT, NULL, "[url  00000001]", "[url  #0 'x' 00]", RULE_S45},
        {"no such reference", VIDEO_INIT, NULL, "[avc1 *6 0001", "[avc1 *6 0002", RULE_S46},
        {"two entries announced", VIDEO_INIT, NULL, "[stsd #0 #1", "[stsd #0 #2", RULE_S46},
        {"meta in the file", VIDEO_INIT, NULL, "[moov", "[meta #0] [moov", RULE_S53},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void header_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"no CMAF brand", VIDEO_INIT, NULL, "'cmfc'", "'iso8'", RULE_S2},
        {"an edit list with cmf2", VIDEO_INIT, NULL, "'cmfc'", "'cmf2'", RULE_S14},
        {"two edits", VIDEO_INIT, NULL, "[elst #0 #1 #0 #2000 00010000]",
         "[elst #0 #2 #9 #-1 00010000 #0 #2000 00010000]", RULE_S15},
        {"an edit that lasts", VIDEO_INIT, NULL, "#0 #2000 00010000", "#5 #2000 00010000",
         RULE_S15},
        {"an edit at double rate", VIDEO_INIT, NULL, "#2000 00010000", "#2000 00020000", RULE_S15},
        {"mvhd lasts", VIDEO_INIT, NULL, "#24000 #0 00010000", "#24000 #5 00010000", RULE_S41},
        {"tkhd lasts", VIDEO_INIT, NULL, "#1 *4 #0 *8", "#1 *4 #5 *8", RULE_S41},
        {"mdhd lasts", VIDEO_INIT, NULL, "#24000 #0 55c4", "#24000 #5 55c4", RULE_S41},
        {"quiet movie", VIDEO_INIT, NULL, "00010000 0100 *10", "00010000 0000 *10", RULE_S42},
        {"track turned", VIDEO_INIT, NULL, "0000 0000 0000 0000 00010000 *12 00010000",
         "0000 0000 0000 0000 00000000 *12 00010000", RULE_S42},
        {"disabled", VIDEO_INIT, NULL, "[tkhd 00000007", "[tkhd 00000006", RULE_S43},
        {"audio of a size", AUDIO_INIT, NULL, "40000000 #0 #0]", "40000000 01aa0000 00f00000]",
         RULE_S43},
        {"video without size", VIDEO_INIT, NULL, "01aa0000 00f00000", "#0 #0", RULE_S43},
        {"loud video", VIDEO_INIT, NULL, "0000 0000 0000 0000 0001", "0000 0000 0100 0000 0001",
         RULE_S43},
        {"graphics mode", VIDEO_INIT, NULL, "[vmhd 00000001 *8]", "[vmhd 00000001 0001 *6]",
         RULE_S44},
        {"balance", AUDIO_INIT, NULL, "[smhd #0 #0]", "[smhd #0 01000000]", RULE_S44},
        {"no duration in mehd", VIDEO_INIT, NULL, "[mvex", "[mvex [mehd #0 #0]", RULE_S47},
        {"stretched", VIDEO_INIT, NULL, "01aa0000 00f00000]", "02aa0000 00f00000]", RULE_S48},
        {"language 0", VIDEO_INIT, NULL, "55c4", "0000", RULE_S52},
        {"bad elng", VIDEO_INIT, NULL, "[minf", "[elng #0 'en US' 00] [minf", RULE_S52},
        {"major brand alone", VIDEO_INIT, NULL, "'iso6' #0 'iso6'", "'iso6' #0 'iso5'", RULE_S54},
        {"minor version", VIDEO_INIT, NULL, "'iso6' #0 'iso6'", "'cmfc' #1 'iso6'", RULE_S54},
        {"track 0", VIDEO_INIT, NULL, "[tkhd 00000007 #0 #0 #1", "[tkhd 00000007 #0 #0 #0",
         RULE_S59},
        {"timescale 0", VIDEO_INIT, NULL, "[mdhd #0 #0 #0 #24000", "[mdhd #0 #0 #0 #0", RULE_S59},
        {"next track", VIDEO_INIT, NULL, "*24 #2]", "*24 #1]", RULE_S59},
        {"description 0", VIDEO_INIT, NULL, "[trex #0 #1 #1", "[trex #0 #1 #0", RULE_S61},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void entry_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"no colr", VIDEO_INIT, NULL, "[colr", "[free", RULE_S5},
        {"no pasp", VIDEO_INIT, NULL, "[pasp", "[free", RULE_S5},
        {"another size", VIDEO_INIT, NULL, "01aa 00f0 00480000", "01ac 00f0 00480000", RULE_S49},
        {"five channels", AUDIO_INIT, NULL, "0002 0010", "0005 0010", RULE_S50},
        {"another rate", AUDIO_INIT, NULL, "bb800000", "7d000000", RULE_S50},
        {"another colour", VIDEO_INIT, NULL, "'nclx' 0006", "'nclx' 0009", RULE_S51},
        {"PQ without its metadata", VIDEO_INIT, NULL, "'nclx' 0006 0001", "'nclx' 0006 0010",
         RULE_S92},
        {"PQ without the light level", VIDEO_INIT, NULL, "[colr 'nclx' 0006 0001",
         "[mdcv *24] [colr 'nclx' 0006 0010", RULE_S92},
        {"no avcC", VIDEO_INIT, NULL, "[avcC", "[free", RULE_S58},
        {"two avcC that differ", VIDEO_INIT, NULL, "[pasp", "[avcC 01] [pasp", RULE_S58},
        {"cut avcC", VIDEO_INIT, NULL, "01640015ffe1001c", "01640015ffe1ffff", RULE_S34},
        {"level below the stream's", VIDEO_INIT, NULL, "01640015ff", "0164000aff", RULE_S34},
        {"no vttC", WVTT_INIT, NULL, "[vttC", "[free", RULE_S60},
        {"vttC of something", WVTT_INIT, NULL, "'WEBVTT'", "'SRTSRT'", RULE_S60},
        {"another namespace", STPP_INIT, NULL, "'http://www.w3.org/ns/ttml'", "'http://x'",
         RULE_S60},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void brands_that_lie_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"HD fits", VIDEO_INIT, NULL, "'dash'", "'cfsd'", RULE_COUNT},
        {"HD is BT.709", VIDEO_INIT, NULL, "'dash'", "'cfhd'", RULE_S2},
        {"AVC is not HEVC", VIDEO_INIT, NULL, "'dash'", "'chh1'", RULE_S2},
        {"video is not AAC", VIDEO_INIT, NULL, "'dash'", "'caac'", RULE_S2},
        {"AAC core fits", AUDIO_INIT, NULL, "'dash'", "'caac'", RULE_COUNT},
        {"AAC is not E-AC-3", AUDIO_INIT, NULL, "'dash'", "'ceac'", RULE_S2},
        {"WebVTT fits", WVTT_INIT, NULL, "'dash'", "'cwvt'", RULE_COUNT},
        {"TTML is not WebVTT", STPP_INIT, NULL, "'dash'", "'cwvt'", RULE_S2},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void encryption_faults_are_found(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"no sinf", CENC_INIT, NULL, "[sinf", "[free", RULE_S28},
        {"no tenc", CENC_INIT, NULL, "[tenc", "[free", RULE_S28},
        {"no schm", CENC_INIT, NULL, "[schm", "[free", RULE_S28},
        {"sinf in the clear", CENC_INIT, NULL, "[encv", "[avc1", RULE_S28},
        {"cenc with a pattern", CENC_INIT, NULL, "[tenc #0 0000", "[tenc 01000000 0019", RULE_S29},
        {"cbcs pattern 1:8", CBCS_INIT, NULL, "00 19 01", "00 18 01", RULE_S29},
        {"cbcs vector of 8", CBCS_INIT, NULL, "10 " KID, "08 0011223344556677 ", RULE_S29},
        {"unknown scheme", CENC_INIT, NULL, "'cenc'", "'abcd'", RULE_S55},
        {"scheme of another version", CENC_INIT, NULL, "'cenc' 00010000", "'cenc' 00020000",
         RULE_S55},
        {"cens is not of CMAF", CENC_INIT, NULL, "'cenc'", "'cens'", RULE_S55},
        {"vectors of 7", CENC_INIT, NULL, "01 08 ", "01 07 ", RULE_S56},
        {"no key", CENC_INIT, NULL, KID, "*16 ", RULE_S56},
        {"pssh with more inside", CENC_INIT, NULL, "fb4b #0]", "fb4b #1]", RULE_S57},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void other_packagers_inits_are_not_called_wrong(void **state)
{
    (void)state;
    static const struct box_case rows[] = {
        {"boxes in another order", VIDEO_INIT, NULL, "[minf [vmhd 00000001 *8] " DINF,
         "[minf " DINF "[vmhd 00000001 *8] ", RULE_COUNT},
        {"two avcC alike", VIDEO_INIT, NULL, PASP, PASP AVCC, RULE_COUNT},
        {"a duration in mehd", VIDEO_INIT, NULL, "[mvex", "[mvex [mehd #0 #9]", RULE_COUNT},
        {"meta in moov", VIDEO_INIT, NULL, "[mvex", "[meta #0 *8] [mvex", RULE_COUNT},
        {"a sample group description", VIDEO_INIT, NULL, "[stco", "[sgpd *18] [stco", RULE_COUNT},
        {"elng", VIDEO_INIT, NULL, "[minf", "[elng #0 'en-US' 00] [minf", RULE_COUNT},
        {"pixels that are not square", VIDEO_INIT, NULL, "[pasp #1 #1]", "[pasp #2 #2]",
         RULE_COUNT},
    };
    cases_judge(rows, ARRAY_LEN(rows));
}

static void what_is_no_init_gives_none(void **state)
{
    (void)state;
    struct init_facts init;
    struct codec codec;
    struct findings findings;
    findings_init(&findings);
    static const uint8_t text[] = "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n";
    assert_false(
        iso_init_read(text, sizeof text - 1, 0, PLACE(.file = "x"), &findings, &init, &codec));
    assert_false(init.is_read);
    assert_false(iso_init_read(NULL, 0, 0, PLACE(.file = "x"), &findings, &init, &codec));
    findings_done(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_inits_are_silent),
        cmocka_unit_test(facts_are_those_of_the_boxes),
        cmocka_unit_test(structure_faults_are_found),
        cmocka_unit_test(header_faults_are_found),
        cmocka_unit_test(entry_faults_are_found),
        cmocka_unit_test(brands_that_lie_are_found),
        cmocka_unit_test(encryption_faults_are_found),
        cmocka_unit_test(other_packagers_inits_are_not_called_wrong),
        cmocka_unit_test(what_is_no_init_gives_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
