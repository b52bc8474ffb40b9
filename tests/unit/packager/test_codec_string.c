// SPDX-License-Identifier: BSD-2-Clause
// Codecs strings of known records; malformed records are refused.
#include "bytes.h"

#include "packager/codec_string.h"

// Parameter sets a record must hold; their inside is not looked at.
#define AVC_SETS  "e1 0004 67640028 01 0002 68ee"
#define HEVC_SETS "02 a1 0001 0002 4201 a2 0001 0002 4401"

struct row {
    enum cmaf_codec codec;
    const char *record;
    const char *text; // NULL: refused
};

static const struct row known[] = {
    {CMAF_H264, "01 640028 ff" AVC_SETS, "avc1.640028"},
    {CMAF_H264, "01 42c01e ff" AVC_SETS, "avc1.42c01e"},
    {CMAF_H264, "01 4d401f ff" AVC_SETS "fdf8f800", "avc1.4d401f"},
    // space 0, tier, profile; compatibility; constraints; level; rest fixed
    {CMAF_HEVC, "01 01 60000000 b00000000000 5d f000fcfdf8f800000f" HEVC_SETS, "hvc1.1.6.L93.B0"},
    {CMAF_HEVC, "01 02 20000000 b00000000000 99 f000fcfdfafa00000f" HEVC_SETS, "hvc1.2.4.L153.B0"},
    {CMAF_HEVC, "01 22 20000000 900000000000 96 f000fcfdfafa00000f" HEVC_SETS, "hvc1.2.4.H150.90"},
    {CMAF_HEVC, "01 41 60000000 000000000000 5d f000fcfdf8f800000f" HEVC_SETS, "hvc1.A1.6.L93"},
    {CMAF_HEVC, "01 04 08000000 bd0008000000 5d f000fcfdf8f800000f" HEVC_SETS,
     "hvc1.4.10.L93.BD.0.8"},
    {CMAF_AV1, "81 04 0c 00", "av01.0.04M.08"},
    {CMAF_AV1, "81 08 4c 00", "av01.0.08M.10"},
    {CMAF_AV1, "81 2d c0 00", "av01.1.13H.10.0.000.01.01.01.0"}, // 4:4:4
    {CMAF_AV1, "81 5f e8 00", "av01.2.31H.12.0.100.01.01.01.0"}, // 4:2:2, 12 bit
    {CMAF_AV1, "81 08 1c 00", "av01.0.08M.08.1.110.01.01.01.0"}, // no colour at all
    {CMAF_AV1, "81 08 0e 00", "av01.0.08M.08.0.112.01.01.01.0"}, // colocated chroma
    // From libsvtav1: colours not described, then BT.2020 with PQ.
    {CMAF_AV1, "81000c00 0a0b000000043cfecc02f80040", "av01.0.00M.08"},
    {CMAF_AV1, "81004c00 0a0e000000043cfecc02f85091009040", "av01.0.00M.10.0.110.09.16.09.0"},
    // A temporal delimiter before it is stepped over.
    {CMAF_AV1, "81004c00 1200 0a0e000000043cfecc02f85091009040", "av01.0.00M.10.0.110.09.16.09.0"},
    {CMAF_AAC, "1190", "mp4a.40.2"},
    {CMAF_AAC, "119056e500", "mp4a.40.2"}, // says that SBR is not used
    {CMAF_AAC, "2b118800", "mp4a.40.5"},   // SBR as the object type
    {CMAF_AAC, "139056e5a0", "mp4a.40.5"}, // SBR behind an AAC-LC config
    {CMAF_AAC, "139056e5a54880", "mp4a.40.29"},
    {CMAF_AAC, "eb09880000", "mp4a.40.29"},
    {CMAF_AAC, "f95090", "mp4a.40.42"},    // an escaped object type: 32 + 10
    {CMAF_AAC, "1780177010", "mp4a.40.2"}, // a sample rate in 24 bits
};

static const struct row malformed[] = {
    {CMAF_H264, "", NULL},
    {CMAF_H264, "00 640028 ff" AVC_SETS, NULL},            // version
    {CMAF_H264, "01 640028 ff", NULL},                     // cut off
    {CMAF_H264, "01 640028 ff e0 01 0002 68ee", NULL},     // no SPS
    {CMAF_H264, "01 640028 ff e1 0004 676400", NULL},      // SPS cut off
    {CMAF_H264, "01 640028 ff e1 0004 67640028", NULL},    // PPS count missing
    {CMAF_H264, "01 640028 ff e1 0004 67640028 00", NULL}, // no PPS
    {CMAF_H264, "01 640028 ff e1 0004 67640028 01 0003 68ee", NULL},
    {CMAF_H264, "01 640028 ff e1 0000 01 0002 68ee", NULL}, // empty SPS
    {CMAF_HEVC, "", NULL},
    {CMAF_HEVC, "01 01 60000000 b00000000000 5d f000fcfdf8f800000f", NULL},
    {CMAF_HEVC, "02 01 60000000 b00000000000 5d f000fcfdf8f800000f" HEVC_SETS, NULL},
    {CMAF_HEVC, "01 01 60000000 b00000000000 5d f000fcfdf8f800000f 00", NULL}, // no arrays
    {CMAF_HEVC, "01 01 60000000 b00000000000 5d f000fcfdf8f800000f 01 a1 0001 0002 4201", NULL},
    {CMAF_HEVC,
     "01 01 60000000 b00000000000 5d f000fcfdf8f800000f 03 a1 0001 0002 4201"
     "a2 0001 0002 4401",
     NULL}, // one array less than stated
    {CMAF_HEVC,
     "01 01 60000000 b00000000000 5d f000fcfdf8f800000f 02 a1 0001 0002 4201"
     "a2 0002 0002 4401",
     NULL}, // one unit less than stated
    {CMAF_AV1, "", NULL},
    {CMAF_AV1, "81 04 0c", NULL},
    {CMAF_AV1, "01 04 0c 00", NULL},         // marker bit
    {CMAF_AV1, "82 04 0c 00", NULL},         // version
    {CMAF_AV1, "81 64 0c 00", NULL},         // profile 3
    {CMAF_AV1, "81 04 2c 00", NULL},         // 12 bit without the high bit depth flag
    {CMAF_AV1, "81 04 6c 00", NULL},         // 12 bit in the Main profile
    {CMAF_AV1, "81000c00 0a0b000000", NULL}, // OBU cut off
    {CMAF_AV1, "81000c00 0a03000000", NULL}, // sequence header too short
    {CMAF_AV1, "81000c00 08000000", NULL},   // OBU without its size
    {CMAF_AV1, "81000c00 0affffffffffffffff7f", NULL},
    {CMAF_AV1, "81000c00 0e", NULL}, // extension byte missing
    {CMAF_AAC, "", NULL},
    {CMAF_AAC, "11", NULL},
    {CMAF_AAC, "0190", NULL},   // object type 0
    {CMAF_AAC, "1690", NULL},   // reserved sample rate
    {CMAF_AAC, "178017", NULL}, // 24-bit sample rate cut off
};

static bool build(const struct row *row, char text[CODEC_STRING_SIZE], struct err *err)
{
    AUTO(buf_done) struct buf record = {0};
    bytes_put(&record, row->record);
    // A copy of exact size, so that reading past it is found by the sanitizer.
    uint8_t *exact = mem_alloc(record.size_bytes);
    if (record.size_bytes)
        memcpy(exact, record.data, record.size_bytes);
    bool ok = codec_string_build(row->codec, exact, record.size_bytes, text, err);
    mem_free_ptr(&exact);
    return ok;
}

static void known_records_give_their_strings(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        char text[CODEC_STRING_SIZE] = "";
        struct err err = {0};
        if (!build(&known[i], text, &err))
            fail_msg("%s was refused: %s", known[i].text, err.text);
        assert_string_equal(text, known[i].text);
    }
}

static void malformed_records_are_the_inputs_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
        char text[CODEC_STRING_SIZE] = "untouched";
        struct err err = {0};
        if (build(&malformed[i], text, &err))
            fail_msg("row %zu gave %s", i, text);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_string_equal(text, "untouched");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_records_give_their_strings),
        cmocka_unit_test(malformed_records_are_the_inputs_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
