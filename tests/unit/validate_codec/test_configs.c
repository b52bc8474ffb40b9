// SPDX-License-Identifier: BSD-2-Clause
// Video configurations: what is read from good ones, checked against what ffprobe says of
// the same streams, and what is said of bad ones.
#include "configs.h"

struct video_case {
    const char *name, *entry, *box_type, *hex;
    const char *string;
    uint32_t width_px, height_px;
    struct rational rate, aspect;
    uint32_t bit_depth, chroma_format;
    uint32_t colour[3]; // 0 when nothing is said
    bool is_interlaced, is_full_range;
};

#define FILM                                                                                       \
    {                                                                                              \
        24000, 1001                                                                                \
    }
#define NONE_SAID                                                                                  \
    {                                                                                              \
        0, 0, 0                                                                                    \
    }

// clang-format off
static const struct video_case videos[] = {
    {"H.264 baseline", "avc1", "avcC", AVCC_BASELINE, "avc1.42C00D", 322, 182, FILM, {1, 1}, 8, 1,
     NONE_SAID, false, false},
    {"H.264 4:2:2 10 bit", "avc1", "avcC",
     "017a000dffe10018677a000db6cb40a8cf1117808800001f480005dc0078a15501000468ce0fc8fefafa00",
     "avc1.7A000D", 322, 182, FILM, {1, 1}, 10, 2, NONE_SAID, false, false},
    {"H.264 4:4:4", "avc3", "avcC",
     "01f4000dffe1001867f4000d919681519e3e2f011000003e90000bb800f142aa01000568ce0f1920fff8f800",
     "avc3.F4000D", 322, 182, FILM, {1, 1}, 8, 3, NONE_SAID, false, false},
    {"H.264 without colour", "avc1", "avcC",
     "0164000dffe100186764000df2d02a33c7c5e02d9000003e90000bb800f142aa01000468ce0fc8fcf8f800",
     "avc1.64000D", 322, 182, FILM, {1, 1}, 8, 0, NONE_SAID, false, true},
    {"H.264 with scaling lists and HRD", "avc1", "avcC",
     "0164000dffe100226764000dacb40a8cf1136022000007d200017700c04003d08000f425239003c50aa80100"
     "0568ce0fc40cfdf8f800", "avc1.64000D", 322, 182, FILM, {1, 1}, 8, 1, NONE_SAID, false, false},
    {"H.264 PQ", "avc1", "avcC",
     "016e000dffe1001d676e000da6cb40a8cf113602d424402500000303e90000bb800f142aa001000468ce0fc8"
     "fdfafa00", "avc1.6E000D", 322, 182, FILM, {1, 1}, 10, 1, {9, 16, 9}, false, false},
    {"H.264 full range, BT.709 matrix", "avc1", "avcC",
     "0142c00dffe1001a6742c00dda05467889b016e040402800001f480005dc0078a15501000468ce0fc8",
     "avc1.42C00D", 322, 182, FILM, {1, 1}, 8, 1, {2, 2, 1}, false, true},
    {"H.264 40:33", "avc1", "avcC",
     "0142c00dffe100186742c00dda05467889b05100000303e90000bb800f142aa001000468ce0fc8",
     "avc1.42C00D", 322, 182, FILM, {40, 33}, 8, 1, NONE_SAID, false, false},
    {"H.264 fields", "avc1", "avcC", AVCC_FIELDS, "avc1.4D4015", 320, 184, {25, 1}, {1, 1}, 8, 1,
     NONE_SAID, true, false},
    {"HEVC Main", "hvc1", "hvcC", HVCC_MAIN, "hvc1.1.6.L60.90", 322, 182, FILM, {1, 1}, 8, 1,
     NONE_SAID, false, false},
    {"HEVC Main 10 PQ", "hev1", "hvcC",
     "0102200000009000000000003cf000fcfdfafa00000f03a00001001840010c01ffff02200000030090000003"
     "000003003c959409a10001002d42010102200000030090000003000003003ca00a880c1c44cd965654a4c2f0"
     "16a1220120800001f480002ee004a2000100064401c073e189", "hev1.2.4.L60.90", 322, 182, FILM,
     {1, 1}, 10, 1, {9, 16, 9}, false, false},
    {"HEVC range extensions 4:4:4", "hvc1", "hvcC",
     "0104080000009808000000003cf000fcfffcfc00000f03a00001001740010c01ffff04080000030098080000"
     "0300003c959409a10001002a420101040800000300980800000300003c90015101838f8b294b2b2a5261780b"
     "40400000fa4000177002a2000100084401c07318301890", "hvc1.4.10.L60.98.8", 322, 182, FILM,
     {1, 1}, 12, 3, NONE_SAID, false, false},
    {"HEVC fields", "hvc1", "hvcC",
     "0101600000004000000000003cf000fcfdf8f800000f03a00001001840010c01ffff01600000030040000003"
     "000003003c959409a10001002a42010101600000030040000003000003003ca00a880c1c44d965654a4c2f01"
     "686800001f480002ee0040a2000100064401c073c189", "hvc1.1.6.L60.40", 322, 182, {12000, 1001},
     {1, 1}, 8, 1, NONE_SAID, true, false},
    {"AV1 with default colours", "av01", "av1C", AV1C_SVT, "av01.0.00M.08", 322, 182, {0, 1},
     {1, 1}, 8, 1, NONE_SAID, false, false},
    {"AV1 full range", "av01", "av1C", AV1C_AOM, "av01.0.00M.08.0.110.01.01.01.1", 322, 182,
     {0, 1}, {1, 1}, 8, 1, {1, 1, 1}, false, true},
    {"AV1 10 bit PQ", "av01", "av1C", "81004c000a0e000000043d06d402f85091009040",
     "av01.0.00M.10.0.110.09.16.09.0", 322, 182, {0, 1}, {1, 1}, 10, 1, {9, 16, 9}, false, false},
    {"AV1 12 bit 4:2:2", "av01", "av1C", "814068000a0b400000043d06d4daf96220",
     "av01.2.00M.12.0.100.01.01.01.0", 322, 182, {0, 1}, {1, 1}, 12, 2, NONE_SAID, false, false},
    {"AV1 4:4:4", "av01", "av1C", "812000000a0a200000043d06d4daf902",
     "av01.1.00M.08.0.000.01.01.01.0", 322, 182, {0, 1}, {1, 1}, 8, 3, NONE_SAID, false, false},
    {"AV1 without a sequence header", "av01", "av1C", "812d4c00", "av01.1.13M.10", 0, 0, {0, 1},
     {1, 1}, 10, 1, NONE_SAID, false, false},
    {"VP9", "vp09", "vpcC", VPCC_MAIN, "vp09.00.11.08", 0, 0, {0, 1}, {1, 1}, 8, 1, {2, 2, 2},
     false, false},
    {"VP9 10 bit PQ", "vp09", "vpcC", "01000000020ba20910090000", "vp09.02.11.10.01.09.16.09.00",
     0, 0, {0, 1}, {1, 1}, 10, 1, {9, 16, 9}, false, false},
    {"VP9 4:4:4", "vp09", "vpcC", "01000000010b860202020000", "vp09.01.11.08.03.02.02.02.00", 0,
     0, {0, 1}, {1, 1}, 8, 3, {2, 2, 2}, false, false},
    // 14496-15 11.2.4.2: Main 10, level 5.1, one byte of constraints, 3840x2160.
    {"VVC", "vvc1", "vvcC", "00000000ff00115f01025180000f000870000000", "vvc1.1.L81.CQA", 3840,
     2160, {0, 1}, {1, 1}, 10, 1, NONE_SAID, false, false},
};
// clang-format on

static void reads_what_the_stream_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(videos); i++) {
        const struct video_case *one = &videos[i];
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        print_message("%s\n", one->name);
        bool is_read = read_hex(one->entry, one->box_type, one->hex, &codec, &facts, &err);
        assert_string_equal(err.text, "");
        assert_true(is_read);
        assert_string_equal(facts.string, one->string);
        assert_int_equal(facts.width_px, one->width_px);
        assert_int_equal(facts.height_px, one->height_px);
        assert_int_equal(rational_cmp(facts.frame_rate, one->rate), 0);
        assert_int_equal(rational_cmp(facts.sample_aspect, one->aspect), 0);
        assert_int_equal(facts.bit_depth, one->bit_depth);
        assert_int_equal(facts.chroma_format, one->chroma_format);
        assert_int_equal(facts.has_colour, one->colour[0] != 0);
        assert_int_equal(facts.primaries, one->colour[0]);
        assert_int_equal(facts.transfer, one->colour[1]);
        assert_int_equal(facts.matrix, one->colour[2]);
        assert_int_equal(facts.is_interlaced, one->is_interlaced);
        assert_int_equal(facts.is_full_range, one->is_full_range);
        assert_null(facts.conflict);
        assert_int_equal(facts.stream_level, facts.level);
        assert_int_equal(facts.stream_profile, facts.profile);
        assert_true(codec_string_check(facts.string, &err));
        codec_done(&codec);
    }
}

static void every_cut_configuration_is_refused_or_read_and_never_read_beyond(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(videos); i++)
        for (size_t length = 0; length < strlen(videos[i].hex); length += 2) {
            struct codec codec;
            struct codec_facts facts;
            struct err err = {0};
            AUTO_FREE char *hex = mem_printf("%.*s", (int)length, videos[i].hex);
            if (!read_hex(videos[i].entry, videos[i].box_type, hex, &codec, &facts, &err))
                assert_int_equal(err.kind, ERR_INPUT);
            codec_done(&codec);
        }
}

struct fault_case {
    const char *entry, *box_type, *hex;
    const char *error, *conflict, *missing; // a part of the sentence, NULL: none
};

// clang-format off
static const struct fault_case faults[] = {
    // avcC
    {"avc1", NULL, "", "needs the configuration box avcC", NULL, NULL},
    {"avc1", "hvcC", AVCC_BASELINE, "needs the configuration box avcC", NULL, NULL},
    {"avc1", "avcC", "0142c0", "cut short", NULL, NULL},
    {"avc1", "avcC", "0042c00dffe000", "version 0", NULL, NULL},
    {"avc1", "avcC", "0142c00dfde000", NULL, NULL, "no sequence parameter set"},
    {"avc3", "avcC", "0142c00dfde000", NULL, NULL, NULL},
    {"avc1", "avcC", "0142c00dfee000", "lengths of 3 bytes", NULL, NULL},
    {"avc1", "avcC", "0142c00dffe1001867", "ends inside", NULL, NULL},
    {"avc1", "avcC", "0142c00dffe1000468ce0fc800", "something else where a sequence", NULL, NULL},
    {"avc1", "avcC", "0142c00dffe100086742c00dda05467800", "ends early", NULL, NULL},
    {"avc1", "avcC", "0142c00dffe100186742c00dda05467889b01100000303e90000bb800f142aa000", NULL,
     NULL, "no picture parameter set"},
    {"avc1", "avcC",
     "0142c00cffe100186742c00dda05467889b01100000303e90000bb800f142aa001000468ce0fc8", NULL,
     "lower level", NULL},
    {"avc1", "avcC",
     "0164c00dffe100186742c00dda05467889b01100000303e90000bb800f142aa001000468ce0fc8", NULL,
     "another profile", NULL},
    // Constrained Baseline is Main as well: constraint_set1_flag says so.
    {"avc1", "avcC",
     "014dc00dffe100186742c00dda05467889b01100000303e90000bb800f142aa001000468ce0fc8", NULL, NULL,
     NULL},
    {"avc1", "avcC",
     "0142e00dffe100186742c00dda05467889b01100000303e90000bb800f142aa001000468ce0fc8", NULL,
     "constraint flag", NULL},
    {"avc1", "avcC",
     "017a000dffe10018677a000db6cb40a8cf1117808800001f480005dc0078a15501000468ce0fc8fdfafa00",
     NULL, "chroma format", NULL},
    {"avc1", "avcC",
     "017a000dffe10018677a000db6cb40a8cf1117808800001f480005dc0078a15501000468ce0fc8fef8f800",
     NULL, "bit depth", NULL},
    // Pictures too large for the level are no matter of the configuration: S90 says so.
    {"avc1", "avcC",
     "0142c00affe100186742c00ada05467889b01100000303e90000bb800f142aa001000468ce0fc8", NULL, NULL,
     NULL},
    // hvcC
    {"hvc1", "hvcC",
     "0101600000009000000000001ef000fcfdf8f800000f03a00001001840010c01ffff01600000030090000003"
     "000003001e959409a10001002a42010101600000030090000003000003001ea00a880c1c44d965654a4c2f01"
     "680800001f480002ee0040a2000100064401c073c189", NULL, NULL, NULL},
    {"hvc1", "hvcC", "01016000", "cut short", NULL, NULL},
    {"hvc1", "hvcC", "0101600000009000000000003cf000fcfdf8f800000f00", NULL, NULL,
     "no video parameter set"},
    {"hev1", "hvcC", "0101600000009000000000003cf000fcfdf8f800000f00", NULL, NULL, NULL},
    {"hvc1", "hvcC", "0001600000009000000000003cf000fcfdf8f800000f00", "version 0", NULL, NULL},
    {"hvc1", "hvcC", "0101600000009000000000003cf000fcfdf8f800000e00", "3 bytes", NULL, NULL},
    {"hvc1", "hvcC", "0101600000009000000000003cf000fcfdf8f800000f01a1000100024001",
     "array of another type", NULL, NULL},
    {"hvc1", "hvcC", "0101600000009000000000003cf000fcfdf8f800000f01a1000100104201",
     "ends inside", NULL, NULL},
    // av1C
    {"av01", "av1C", "8100", "cut short", NULL, NULL},
    {"av01", "av1C", "82000c00", "marker and version", NULL, NULL},
    {"av01", "av1C", "81010c000a0b000000043d06d402f80040", NULL, "another level", NULL},
    {"av01", "av1C", "81200c000a0b000000043d06d402f80040", NULL, "another profile", NULL},
    {"av01", "av1C", "81004c000a0b000000043d06d402f80040", NULL, "bit depth", NULL},
    {"av01", "av1C", "810008000a0b000000043d06d402f80040", NULL, "chroma format", NULL},
    {"av01", "av1C", "81000d000a0b000000043d06d402f80040", NULL, "sample position", NULL},
    {"av01", "av1C", "81000c0008000000043d06d402f80040", NULL, "without its size", NULL},
    {"av01", "av1C", "81000c000a0b000000043d06d402f800400a0b000000043d06d402f80040",
     "two sequence headers", NULL, NULL},
    {"av01", "av1C", "81000c000a02000000", "ends early", NULL, NULL},
    {"av01", "av1C", "81000c000a0b0000", "longer than", NULL, NULL},
    {"av01", "av1C", "81000c000aff", "leb128", NULL, NULL},
    {"av01", "av1C", "81000c008a00", "forbidden bit", NULL, NULL},
    // vpcC
    {"vp09", "vpcC", "0100000000", "cut short", NULL, NULL},
    {"vp09", "vpcC", "00000000000b820202020000", "version 0", NULL, NULL},
    {"vp09", "vpcC", "01000000040b820202020000", "does not have", NULL, NULL},
    {"vp09", "vpcC", "01000000000b920202020000", "bit depth of 9", NULL, NULL},
    {"vp09", "vpcC", "01000000000ba20202020000", NULL, "bit depth", NULL},
    {"vp09", "vpcC", "01000000000b860202020000", NULL, "chroma format", NULL},
    {"vp09", "vpcC", "01000000000b820202020001", NULL, "initialization", NULL},
    // vvcC
    {"vvc1", "vvcC", "00000000ff0010", "cut short", NULL, NULL},
    {"vvc1", "vvcC", "00000000fe00", NULL, NULL, "no parameter set"},
};
// clang-format on

static void assert_sentence(const char *sentence, const char *part)
{
    if (!part) {
        assert_string_equal(sentence ? sentence : "", "");
    } else {
        assert_non_null(sentence);
        if (!strstr(sentence, part))
            fail_msg("\"%s\" does not hold \"%s\"", sentence, part);
    }
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        const struct fault_case *one = &faults[i];
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        print_message("%s\n", one->hex);
        bool is_read = read_hex(one->entry, one->box_type, one->hex, &codec, &facts, &err);
        assert_sentence(err.text, one->error);
        assert_int_equal(is_read, one->error == NULL);
        assert_sentence(facts.conflict, one->conflict);
        assert_sentence(facts.missing_set, one->missing);
        codec_done(&codec);
    }
}

#define HVCC_PQ(arrays)                                                                            \
    "0102200000009000000000003cf000fcfdfafa00000f" arrays                                          \
    "a00001001840010c01ffff02200000030090000003000003003c959409a10001002d420101022000000300900000" \
    "03000003003ca00a880c1c44cd965654a4c2f016a1220120800001f480002ee004a2000100064401c073e189"
#define SEI_LIGHT     "00094e01900403e8019080"
#define SEI_MASTERING "001e4e01891833c286c41d4c0bb884d03e803d13404200989680000003000180"

static void static_metadata_in_hvcc_is_seen(void **state)
{
    static const struct {
        const char *hex;
        bool has_light, has_mastering;
    } rows[] = {
        {HVCC_PQ("03"), false, false},
        {HVCC_PQ("04") "a70001" SEI_LIGHT, true, false},
        {HVCC_PQ("04") "a70001" SEI_MASTERING, false, true},
        {HVCC_PQ("04") "a70002" SEI_LIGHT SEI_MASTERING, true, true},
        {HVCC_PQ("04") "a8000100095001900403e8019080", false, false}, // a suffix SEI message
        {HVCC_PQ("04") "a7000100064e0190040380", false, false},       // cut short
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        assert_true(read_hex("hvc1", "hvcC", rows[i].hex, &codec, &facts, &err));
        assert_int_equal(facts.has_light_level, rows[i].has_light);
        assert_int_equal(facts.has_mastering, rows[i].has_mastering);
        codec_done(&codec);
    }
}

static void dolby_vision_entries_leave_the_string_to_the_caller(void **state)
{
    (void)state;
    struct codec codec;
    struct codec_facts facts;
    struct err err = {0};
    assert_true(read_hex("dvh1", "hvcC", HVCC_MAIN, &codec, &facts, &err));
    assert_string_equal(facts.string, "");
    assert_int_equal(facts.width_px, 322);
    assert_true(codec_string_matches(&facts, "dvh1.05.06"));
    codec_done(&codec);
}

static void the_container_s_colour_comes_first_in_av1_strings(void **state)
{
    (void)state;
    static const struct codec_colour pq = {.primaries = 9, .transfer = 16, .matrix = 9};
    uint8_t bytes[HEX_BYTES_MAX];
    struct codec codec;
    struct codec_facts facts;
    struct err err = {0};
    struct codec_config config = {
        .entry = "av01", .box_type = "av1C", .data = bytes, .colour = &pq};
    config.size_bytes = hex_bytes(AV1C_SVT, bytes);
    assert_true(codec_read(&config, &codec, &facts, &err));
    assert_string_equal(facts.string, "av01.0.00M.08.0.110.09.16.09.0");
    codec_done(&codec);
}

static void av1_without_colours_goes_by_either_name(void **state)
{
    (void)state;
    struct codec codec;
    struct codec_facts facts;
    struct err err = {0};
    assert_true(read_hex("av01", "av1C", "812000000a0a200000043d06d4daf902", &codec, &facts, &err));
    assert_true(codec_string_matches(&facts, "av01.1.00M.08.0.000.01.01.01.0"));
    assert_true(codec_string_matches(&facts, "av01.1.00M.08.0.000.02.02.02.0"));
    assert_false(codec_string_matches(&facts, "av01.1.00M.08.0.000.09.16.09.0"));
    assert_false(codec_string_matches(&facts, "av01.1.00M.08"));
    codec_done(&codec);
}

static void entries_without_a_configuration_are_named_by_themselves(void **state)
{
    (void)state;
    static const char *const entries[] = {"stpp", "wvtt", "dtsc", "tx3g"};
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        assert_true(read_hex(entries[i], NULL, "", &codec, &facts, &err));
        assert_string_equal(facts.string, entries[i]);
        codec_done(&codec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_stream_says),
        cmocka_unit_test(every_cut_configuration_is_refused_or_read_and_never_read_beyond),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(static_metadata_in_hvcc_is_seen),
        cmocka_unit_test(dolby_vision_entries_leave_the_string_to_the_caller),
        cmocka_unit_test(the_container_s_colour_comes_first_in_av1_strings),
        cmocka_unit_test(av1_without_colours_goes_by_either_name),
        cmocka_unit_test(entries_without_a_configuration_are_named_by_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
