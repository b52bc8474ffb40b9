// SPDX-License-Identifier: BSD-2-Clause
// Configuration records out of parameter sets: the layout of ISO/IEC 14496-15 and
// of AV1 in ISOBMFF, byte for byte, for what x264, x265 and SVT-AV1 hand out.
#include "bytes.h"

#include "packager/codec_config.h"
#include "packager/codec_string.h"

#define X264_SPS "6764000dacd941419f9f011000003e90000ea600f1429960"
#define X264_PPS "68ef8fcb"
#define X265_VPS "40010c01ffff01600000030090000003000003003c959409"
#define X265_SPS                                                                                   \
    "42010101600000030090000003000003003ca00a080c1f3e595952930bc05a020000030002000003003210"
#define X265_PPS     "4401c073c189"
#define SVT_SEQUENCE "0a0b000000043cfecc02f80040"

#define X264_RECORD "01 64000d ff e1 0018" X264_SPS "01 0004" X264_PPS "fd f8 f8 00"
#define X265_RECORD                                                                                \
    "01 01 60000000 900000000000 3c f000 fc fd f8 f8 0000 0f 03"                                   \
    "a0 0001 0018" X265_VPS "a1 0001 002b" X265_SPS "a2 0001 0006" X265_PPS
#define SVT_RECORD "81 00 0c 00" SVT_SEQUENCE

static bool avcc(const char *sps_hex, const char *pps_hex, struct buf *ret, struct err *err)
{
    AUTO(buf_done) struct buf sps = {0};
    AUTO(buf_done) struct buf pps = {0};
    bytes_put(&sps, sps_hex);
    bytes_put(&pps, pps_hex);
    return codec_config_avcc(sps.data, sps.size_bytes, pps.data, pps.size_bytes, ret, err);
}

static void avcc_holds_the_parameter_sets(void **state)
{
    (void)state;
    static const struct {
        const char *sps, *pps, *record;
    } rows[] = {
        {X264_SPS, X264_PPS, X264_RECORD},
        // Baseline has no chroma and depth fields behind.
        {"6742c01edf", "68ce", "01 42c01e ff e1 0005 6742c01edf 01 0002 68ce"},
        // High 4:2:2, 10 bit: sps id 0 (1), chroma 2 (011), depths 2 (011 011), rest.
        {"677a001eb6c0", "68ce", "01 7a001e ff e1 0006 677a001eb6c0 01 0002 68ce fe fa fa 00"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf_done) struct buf record = {0};
        struct err err = {0};
        assert_true(avcc(rows[i].sps, rows[i].pps, &record, &err));
        bytes_expect(record.data, record.size_bytes, rows[i].record);
    }
}

static void avcc_refuses_what_are_not_parameter_sets(void **state)
{
    (void)state;
    static const struct {
        const char *sps, *pps;
    } rows[] = {
        {"", X264_PPS},       {"6764000d", X264_PPS},         // ends before the fields
        {X264_PPS, X264_PPS},                                 // not an SPS
        {X264_SPS, X264_SPS},                                 // not a PPS
        {X264_SPS, "68"},     {"6764000d00000000", X264_PPS}, // no end of the first code
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf_done) struct buf record = {0};
        struct err err = {0};
        assert_false(avcc(rows[i].sps, rows[i].pps, &record, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(record.size_bytes, 0);
    }
}

static void extradata_becomes_the_record(void **state)
{
    (void)state;
    static const struct {
        enum cmaf_codec codec;
        const char *extradata, *record;
    } rows[] = {
        {CMAF_H264, "00000001" X264_SPS "00000001" X264_PPS, X264_RECORD},
        {CMAF_HEVC, "00000001" X265_VPS "00000001" X265_SPS "00000001" X265_PPS, X265_RECORD},
        {CMAF_AV1, SVT_SEQUENCE, SVT_RECORD},
        {CMAF_H264, X264_RECORD, X264_RECORD},
        {CMAF_HEVC, X265_RECORD, X265_RECORD},
        {CMAF_AV1, SVT_RECORD, SVT_RECORD},
        {CMAF_AAC, "119056e500", "119056e500"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf_done) struct buf extradata = {0};
        AUTO(buf_done) struct buf record = {0};
        struct err err = {0};
        bytes_put(&extradata, rows[i].extradata);
        buf_put_u8(&record, 0xee); // what is there stays: the record is appended
        if (!codec_config_from_extradata(rows[i].codec, extradata.data, extradata.size_bytes, 320,
                                         180, &record, &err))
            fail_msg("row %zu: %s", i, err.text);
        assert_int_equal(record.data[0], 0xee);
        bytes_expect(record.data + 1, record.size_bytes - 1, rows[i].record);
    }
}

static void extradata_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum cmaf_codec codec;
        const char *extradata;
    } rows[] = {
        {CMAF_H264, ""},           {CMAF_H264, "0000000167"},
        {CMAF_H264, "01640028"},   {CMAF_HEVC, "000000014001"},
        {CMAF_HEVC, "0101600000"}, {CMAF_AV1, "0a0b000000"},
        {CMAF_AV1, "1200"}, // a temporal delimiter only
        {CMAF_AV1, "810064"},      {CMAF_AAC, "11"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf_done) struct buf extradata = {0};
        AUTO(buf_done) struct buf record = {0};
        struct err err = {0};
        bytes_put(&extradata, rows[i].extradata);
        if (codec_config_from_extradata(rows[i].codec, extradata.data, extradata.size_bytes, 320,
                                        180, &record, &err))
            fail_msg("row %zu was taken, %zu bytes", i, record.size_bytes);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(record.size_bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(avcc_holds_the_parameter_sets),
        cmocka_unit_test(avcc_refuses_what_are_not_parameter_sets),
        cmocka_unit_test(extradata_becomes_the_record),
        cmocka_unit_test(extradata_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
