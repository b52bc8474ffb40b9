// SPDX-License-Identifier: BSD-2-Clause
// Kinds of samples: what a few bytes of each codec are taken for.
#include "configs.h"

enum {
    KNOWN = 1 << 0,
    IDR = 1 << 1,
    SYNC = 1 << 2,
    INTRA = 1 << 3,
    SPARE = 1 << 4, // disposable
    LEADS = 1 << 5,
    SAME = 1 << 6,
    FOREIGN = 1 << 7,
    DISCOURAGED = 1 << 8,
    KEY = KNOWN | IDR | SYNC | INTRA,
};

struct sample_case {
    const char *name;
    const char *hex;
    unsigned flags;
    uint32_t sap_type;
    const char *malformed; // a part of the sentence
};

#define SPS "000000186742c00dda05467889b01100000303e90000bb800f142aa0"
#define PPS "0000000468ce0fc8"

// H.264 slices: first_mb_in_slice 0 and slice_type are the bits 1, 00110 (P), 011 (I).
static const struct sample_case h264[] = {
    {"IDR", "000000026588", KEY, 1, NULL},
    {"IDR of two slices behind a delimiter", "00000002091000000002658800000003658888", KEY, 1,
     NULL},
    {"P", "0000000241e0", KNOWN, 0, NULL},
    {"P that nothing refers to", "0000000201e0", KNOWN | SPARE, 0, NULL},
    {"B of type 6", "00000002019c", KNOWN | SPARE, 0, NULL},
    {"I of type 7", "000000024188", KNOWN | INTRA, 0, NULL},
    {"I of type 2", "0000000241b0", KNOWN | INTRA, 0, NULL},
    {"recovery point at I", "0000000406060184000000024188", KNOWN | INTRA, 3, NULL},
    {"recovery point behind another message", "0000000706050102060184000000024188", KNOWN | INTRA,
     3, NULL},
    {"gradual refresh", "00000004060601280000000241e0", KNOWN, 4, NULL},
    {"IDR with its own sets", SPS PPS "000000026588", KEY | SAME, 1, NULL},
    {"IDR with another set", "0000000468ce0fc9000000026588", KEY | FOREIGN, 1, NULL},
    {"IDR and others", "0000000265880000000241e0", KNOWN, 0, "mixes IDR slices"},
    {"no slice", "000000020910", 0, 0, "no slice"},
    {"recovery point without a slice", "00000004060601280000", 0, 0, "inside the length"},
    {"nothing", "", 0, 0, "no slice"},
    {"length beyond the end", "0000000365880000", KEY, 1, "inside the length"},
    {"longer than the sample", "0000000965880000", 0, 0, "longer than the rest"},
    {"length cut off", "000000026588000000", KEY, 1, "inside the length"},
    {"length zero", "00000002658800000000", KEY, 1, "length 0"},
    {"forbidden bit", "00000002e588", KEY, 1, "forbidden bit"},
};

static const struct sample_case h264_fields[] = {
    {"IDR field and its P field", "0000000265880000000241e0", KNOWN | IDR | SYNC, 1, NULL},
    {"P field and a lone IDR field", "0000000241e0000000026588", KNOWN, 0, NULL},
};

// HEVC NAL unit headers: type << 1, then layer 0 and temporal id 1 (01).
static const struct sample_case hevc[] = {
    {"IDR_W_RADL", "0000000326 01af", KEY, 1, NULL},
    {"IDR_N_LP", "0000000328 01af", KEY, 1, NULL},
    {"CRA", "000000032a 01af", KNOWN | SYNC | INTRA, 3, NULL},
    {"BLA_W_LP", "0000000320 01af", KEY, 3, NULL},
    {"BLA_N_LP", "0000000324 01af", KEY, 1, NULL},
    {"TRAIL_R of type P", "0000000302 01d0", KNOWN, 0, NULL},
    {"TRAIL_R of type I", "0000000302 01d8", KNOWN | INTRA, 0, NULL},
    {"TRAIL_N", "0000000300 01e0", KNOWN | SPARE, 0, NULL},
    {"RASL_N", "0000000310 01e0", KNOWN | SPARE | LEADS, 0, NULL},
    {"RADL_R", "000000030e 01e0", KNOWN | LEADS, 0, NULL},
    {"IDR with its set", "00000006 4401c073c189 0000000326 01af", KEY | SAME, 1, NULL},
    {"IDR with another set", "00000006 4401c073c188 0000000326 01af", KEY | FOREIGN, 1, NULL},
    {"IDR and others", "0000000326 01af 0000000302 0150", KNOWN | INTRA, 0, "mixes random access"},
    {"second layer does not count", "0000000326 01af 0000000302 0950", KEY, 1, NULL},
    {"delimiter alone", "0000000346 0150", 0, 0, "no slice"},
    {"header cut", "0000000126", 0, 0, "shorter than its header"},
    {"forbidden bit", "00000003a6 01af", KEY, 1, "forbidden bit"},
};

static const struct sample_case vvc[] = {
    {"IDR_W_RADL", "00000003 003980", KEY, 1, NULL},
    {"CRA", "00000003 004980", KNOWN | SYNC | INTRA, 3, NULL},
    {"GDR", "00000003 005180", KNOWN, 4, NULL},
    {"RASL", "00000003 001980", KNOWN | LEADS, 0, NULL},
    {"trailing", "00000003 000180", KNOWN, 0, NULL},
    {"no slice", "00000003 00a180", 0, 0, "no slice"},
};

#define SEQUENCE "0a0e000000043d06d4daf91010101840"

static const struct sample_case av1[] = {
    {"key frame with its header", SEQUENCE "320110", KEY | SAME, 1, NULL},
    {"key frame alone", "320110", KNOWN | INTRA, 0, NULL},
    {"key frame not shown", SEQUENCE "320100", KNOWN | INTRA | SAME, 0, NULL},
    {"key frame of another size", "0a0e000000043d07d4daf91010101840320110", KEY | FOREIGN, 1, NULL},
    {"key frame, other tools", "0a0e000000043d06d4fbf91010101840320110", KEY | SAME, 1, NULL},
    {"inter frame", "320130", KNOWN, 0, NULL},
    {"intra only frame", "320150", KNOWN | INTRA, 0, NULL},
    {"frame header and tiles",
     SEQUENCE "1a0110"
              "220100",
     KEY | SAME, 1, NULL},
    {"shows an earlier frame", "1a0180", KNOWN, 0, NULL},
    {"last OBU without size", SEQUENCE "3010aaaa", KEY | SAME, 1, NULL},
    {"with extension", SEQUENCE "36000110", KEY | SAME, 1, NULL},
    {"delimiter", "1200320130", KNOWN | DISCOURAGED, 0, NULL},
    {"padding", "3201307a0100", KNOWN | DISCOURAGED, 0, NULL},
    {"tile list", "3201304200", KNOWN, 0, "tile list"},
    {"nothing", "", 0, 0, "no frame"},
    {"longer than the sample", "320510", 0, 0, "longer than"},
    {"size without end", "3280", 0, 0, "leb128"},
    {"size too large", "32ffffffffffffffffff01", 0, 0, "leb128"},
    {"forbidden bit", "b20110", 0, 0, "forbidden bit"},
    {"cut header", "34", 0, 0, "inside an OBU header"},
    {"header cut in band", "0a03000000320110", KNOWN | INTRA | IDR | SYNC, 1, "ends early"},
};

static const struct sample_case vp9[] = {
    {"key frame", "824983420000", KEY, 1, NULL},
    {"inter frame", "8600", KNOWN, 0, NULL},
    {"shows an earlier frame", "8800", KNOWN, 0, NULL},
    {"superframe", "82498342 00 8600 c10502c1", KEY, 1, NULL},
    {"superframe too long", "82498342 00 8600 c10602c1", KEY, 1, "superframe"},
    {"key frame without its code", "824983430000", KEY, 1, "sync code"},
    {"no frame marker", "42498342", 0, 0, "VP9 frame"},
    {"nothing", "", 0, 0, "VP9 frame"},
};

static const struct sample_case vp8[] = {
    {"key frame", "10 0200 9d012a 40014000", KEY, 1, NULL},
    {"inter frame", "110200", KNOWN, 0, NULL},
    {"key frame without its code", "10 0200 9d012b 40014000", KEY, 1, "start code"},
    {"nothing", "", 0, 0, "too short"},
};

static unsigned flags_of(const struct sample_look *look)
{
    return (look->is_known ? KNOWN : 0U) | (look->is_idr ? IDR : 0U) |
           (look->may_be_sync ? SYNC : 0U) | (look->has_only_intra ? INTRA : 0U) |
           (look->is_disposable ? SPARE : 0U) | (look->is_leading ? LEADS : 0U) |
           (look->has_same_set ? SAME : 0U) | (look->has_foreign_set ? FOREIGN : 0U) |
           (look->discouraged ? DISCOURAGED : 0U);
}

static size_t spaced_bytes(const char *spaced, uint8_t ret[HEX_BYTES_MAX])
{
    char hex[2 * HEX_BYTES_MAX];
    size_t at = 0;
    for (; *spaced; spaced++)
        if (*spaced != ' ')
            hex[at++] = *spaced;
    hex[at] = '\0';
    return hex_bytes(hex, ret);
}

static void check(const struct codec *codec, const struct sample_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[HEX_BYTES_MAX];
        size_t size_bytes = spaced_bytes(cases[i].hex, bytes);
        AUTO_FREE uint8_t *exact = mem_alloc(size_bytes ? size_bytes : 1);
        memcpy(exact, bytes, size_bytes);
        struct sample_look look;
        codec_look(codec, exact, size_bytes, &look);
        if (flags_of(&look) != cases[i].flags || look.sap_type != cases[i].sap_type)
            fail_msg("%s %s: flags %x, SAP %u instead of %x, %u", codec->entry, cases[i].name,
                     flags_of(&look), look.sap_type, cases[i].flags, cases[i].sap_type);
        const char *said = look.malformed ? look.malformed : "";
        if (cases[i].malformed ? !strstr(said, cases[i].malformed) : said[0] != '\0')
            fail_msg("%s %s: said \"%s\"", codec->entry, cases[i].name, said);
    }
}

struct codec_case {
    const char *entry, *box_type, *hex;
    const struct sample_case *cases;
    size_t count;
};

static const struct codec_case codecs[] = {
    {"avc1", "avcC", AVCC_BASELINE, h264, ARRAY_LEN(h264)},
    {"avc1", "avcC", AVCC_FIELDS, h264_fields, ARRAY_LEN(h264_fields)},
    {"hvc1", "hvcC", HVCC_MAIN, hevc, ARRAY_LEN(hevc)},
    {"vvc1", "vvcC", "00000000fe00", vvc, ARRAY_LEN(vvc)},
    {"av01", "av1C", AV1C_AOM, av1, ARRAY_LEN(av1)},
    {"vp09", "vpcC", VPCC_MAIN, vp9, ARRAY_LEN(vp9)},
    {"vp08", "vpcC", VPCC_MAIN, vp8, ARRAY_LEN(vp8)},
};

static void takes_each_sample_for_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
        const struct codec_case *one = &codecs[i];
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        assert_true(read_hex(one->entry, one->box_type, one->hex, &codec, &facts, &err));
        check(&codec, one->cases, one->count);
        codec_done(&codec);
    }
}

static void lengths_of_one_and_two_bytes_are_read(void **state)
{
    (void)state;
    static const struct sample_case two[] = {{"IDR", "00026588", KEY, 1, NULL}};
    static const struct sample_case one[] = {{"IDR", "026588", KEY, 1, NULL}};
    struct codec codec;
    struct codec_facts facts;
    struct err err = {0};
    assert_true(read_hex("avc3", "avcC", "0142c00dfde000", &codec, &facts, &err));
    check(&codec, two, 1);
    codec_done(&codec);
    assert_true(read_hex("avc3", "avcC", "0142c00dfce000", &codec, &facts, &err));
    check(&codec, one, 1);
    codec_done(&codec);
}

static void without_a_configuration_nothing_is_said(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0, 0, 0, 2, 0x65, 0x88};
    static const char *const entries[] = {"avc1", "hvc1", "av01", "mp4a", "xxxx"};
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        struct sample_look look;
        read_hex(entries[i], NULL, "", &codec, &facts, &err);
        codec_look(&codec, bytes, sizeof bytes, &look);
        assert_int_equal(flags_of(&look), 0);
        assert_null(look.malformed);
        codec_done(&codec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_each_sample_for_what_it_is),
        cmocka_unit_test(lengths_of_one_and_two_bytes_are_read),
        cmocka_unit_test(without_a_configuration_nothing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
