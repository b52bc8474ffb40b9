// SPDX-License-Identifier: BSD-2-Clause
// Init segments: every box of ISO/IEC 14496-12 and 23000-19 that carries a fact
// about the track, byte for byte, and the order of boxes.
#include "bytes.h"

#include "packager/box.h"
#include "packager/cmaf.h"

#define AVC_RECORD "01 640028 ff e1 0004 67640028 01 0002 68ee fdf8f800"
#define HEVC_RECORD                                                                                \
    "01 01 60000000 b00000000000 5d f000fcfdf8f800000f 02 a1 0001 0002 4201 a2 0001 0002 4401"
#define AV1_RECORD "81 04 0c 00"
#define AAC_RECORD "1190"

#define STSD_PATH "moov/trak/mdia/minf/stbl/stsd"

struct init {
    struct buf record;
    struct buf bytes;
    struct cmaf_track_spec spec;
};

static struct init init_of(enum cmaf_codec codec)
{
    static const char *const records[] = {AVC_RECORD, HEVC_RECORD, AV1_RECORD, AAC_RECORD};
    struct init init = {0};
    bytes_put(&init.record, records[codec]);
    init.spec = (struct cmaf_track_spec){
        .codec = codec,
        .timescale_hz = codec == CMAF_AAC ? 48000 : 30000,
        .config = init.record.data,
        .config_size_bytes = init.record.size_bytes,
    };
    if (codec == CMAF_AAC) {
        init.spec.channels = 2;
        init.spec.sample_rate_hz = 48000;
    } else {
        init.spec.width_px = 1920;
        init.spec.height_px = 1080;
        init.spec.colour_primaries = 9;
        init.spec.transfer_characteristics = 16;
        init.spec.matrix_coefficients = 9;
    }
    return init;
}

static void init_write(struct init *init)
{
    struct err err = {0};
    buf_clear(&init->bytes);
    if (!cmaf_write_init(&init->spec, &init->bytes, &err))
        fail_msg("%s", err.text);
}

static void init_done(struct init *init)
{
    buf_done(&init->record);
    buf_done(&init->bytes);
}

// The payload of the box at `path`.
static void expect_box(const struct init *init, const char *path, const char *hex)
{
    struct box box;
    if (!box_find(init->bytes.data, init->bytes.size_bytes, path, &box))
        fail_msg("no %s", path);
    bytes_expect(box.payload, box.payload_size_bytes, hex);
}

static bool has_box(const struct init *init, const char *path)
{
    struct box box;
    return box_find(init->bytes.data, init->bytes.size_bytes, path, &box);
}

// The types of a container's children as one text: "mvhd trak mvex ".
static void expect_children(const struct init *init, const char *path, const char *types)
{
    struct box parent = {.payload = init->bytes.data, .payload_size_bytes = init->bytes.size_bytes};
    if (*path)
        assert_true(box_find(init->bytes.data, init->bytes.size_bytes, path, &parent));
    struct box_walk walk;
    struct box box;
    struct err err = {0};
    AUTO(buf_done) struct buf text = {0};
    box_walk_init(&walk, parent.payload, parent.payload_size_bytes);
    while (box_walk_next(&walk, &box, &err)) {
        buf_append(&text, box.payload - box.header_size_bytes + 4, 4);
        buf_put_u8(&text, ' ');
    }
    assert_int_equal(err.kind, ERR_NONE);
    buf_put_u8(&text, 0);
    assert_string_equal((const char *)text.data, types);
}

static void boxes_stand_in_their_order(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_AAC);
    init.spec.priming_ticks = 1024;
    init.spec.language = "pt-BR";
    init_write(&init);
    expect_children(&init, "", "ftyp moov ");
    expect_children(&init, "moov", "mvhd trak mvex ");
    expect_children(&init, "moov/trak", "tkhd edts mdia ");
    expect_children(&init, "moov/trak/mdia", "mdhd hdlr elng minf ");
    expect_children(&init, "moov/trak/mdia/minf", "smhd dinf stbl ");
    expect_children(&init, "moov/trak/mdia/minf/stbl", "stsd stts stsc stsz stco ");
    init_done(&init);
    init = init_of(CMAF_H264);
    init_write(&init);
    expect_children(&init, "moov/trak", "tkhd mdia ");
    expect_children(&init, "moov/trak/mdia", "mdhd hdlr minf ");
    expect_children(&init, "moov/trak/mdia/minf", "vmhd dinf stbl ");
    init_done(&init);
}

static void brands_say_cmaf(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_H264);
    init_write(&init);
    expect_box(&init, "ftyp", "'iso6' 00000000 'iso6' 'cmfc' 'cmf2' 'dash'");
    init_done(&init);
    init = init_of(CMAF_AAC); // has an edit list, which cmf2 forbids
    init_write(&init);
    expect_box(&init, "ftyp", "'iso6' 00000000 'iso6' 'cmfc' 'dash'");
    init_done(&init);
}

static void headers_describe_a_video_track(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_H264);
    init_write(&init);
    expect_box(&init, "moov/mvhd",
               "00000000 00000000 00000000 00007530 00000000 00010000 0100 0000 0000000000000000"
               "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000"
               "00000000 00000000 00000000 00000000 00000000 00000000 00000002");
    expect_box(&init, "moov/trak/tkhd",
               "00000007 00000000 00000000 00000001 00000000 00000000 0000000000000000"
               "0000 0000 0000 0000"
               "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000"
               "07800000 04380000");
    expect_box(&init, "moov/trak/mdia/mdhd",
               "00000000 00000000 00000000 00007530 00000000 55c4 0000"); // und
    expect_box(&init, "moov/trak/mdia/hdlr",
               "00000000 00000000 'vide' 00000000 00000000 00000000 'Video' 00");
    expect_box(&init, "moov/trak/mdia/minf/vmhd", "00000001 0000 0000 0000 0000");
    expect_box(&init, "moov/trak/mdia/minf/dinf/dref",
               "00000000 00000001 0000000c 'url ' 00000001");
    expect_box(&init, "moov/trak/mdia/minf/stbl/stts", "00000000 00000000");
    expect_box(&init, "moov/trak/mdia/minf/stbl/stsc", "00000000 00000000");
    expect_box(&init, "moov/trak/mdia/minf/stbl/stsz", "00000000 00000000 00000000");
    expect_box(&init, "moov/trak/mdia/minf/stbl/stco", "00000000 00000000");
    expect_box(&init, "moov/mvex/trex", "00000000 00000001 00000001 00000000 00000000 00000000");
    init_done(&init);
}

static void headers_describe_an_audio_track(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_AAC);
    init_write(&init);
    expect_box(&init, "moov/trak/tkhd",
               "00000007 00000000 00000000 00000001 00000000 00000000 0000000000000000"
               "0000 0000 0100 0000"
               "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000"
               "00000000 00000000");
    expect_box(&init, "moov/trak/mdia/hdlr",
               "00000000 00000000 'soun' 00000000 00000000 00000000 'Audio' 00");
    expect_box(&init, "moov/trak/mdia/minf/smhd", "00000000 0000 0000");
    init_done(&init);
}

#define VISUAL_ENTRY_1080P                                                                         \
    "000000000000 0001 0000 0000 00000000 00000000 00000000 0780 0438 00480000 00480000 00000000"  \
    "0001 0000000000000000 0000000000000000 0000000000000000 0000000000000000 0018 ffff"
#define COLR_BT2020_PQ "00000013 'colr' 'nclx' 0009 0010 0009 00"
#define PASP_SQUARE    "00000010 'pasp' 00000001 00000001"

static void video_sample_entries(void **state)
{
    (void)state;
    static const char *const entries[] = {
        [CMAF_H264] = "00000000 00000001 00000096 'avc1'" VISUAL_ENTRY_1080P
                      "0000001d 'avcC'" AVC_RECORD COLR_BT2020_PQ PASP_SQUARE,
        [CMAF_HEVC] =
            "00000000 00000001 000000a6 'hvc1'" VISUAL_ENTRY_1080P "0000002d 'hvcC'" HEVC_RECORD
            "00000013 'colr' 'nclx' 0009 0010 0009 80" PASP_SQUARE,
        [CMAF_AV1] = "00000000 00000001 00000085 'av01'" VISUAL_ENTRY_1080P
                     "0000000c 'av1C'" AV1_RECORD COLR_BT2020_PQ PASP_SQUARE,
    };
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        struct init init = init_of((enum cmaf_codec)i);
        init.spec.is_full_range = i == CMAF_HEVC;
        init_write(&init);
        expect_box(&init, STSD_PATH, entries[i]);
        init_done(&init);
    }
}

static void rates_are_stated_when_given(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_AV1);
    init.spec.average_bps = 0x112233;
    init.spec.peak_bps = 0x445566;
    init_write(&init);
    expect_box(&init, STSD_PATH,
               "00000000 00000001 00000099 'av01'" VISUAL_ENTRY_1080P
               "0000000c 'av1C'" AV1_RECORD COLR_BT2020_PQ PASP_SQUARE
               "00000014 'btrt' 00000000 00445566 00112233");
    init_done(&init);
}

// ISO/IEC 14496-14 5.6 and 14496-1 7.2.6: ES, decoder config, its specific info, SL.
static void audio_sample_entry_holds_the_config(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_AAC);
    init.spec.average_bps = 128000;
    init_write(&init);
    expect_box(&init, STSD_PATH,
               "00000000 00000001 0000005f 'mp4a' 000000000000 0001 00000000 00000000 0002 0010"
               "0000 0000 bb800000"
               "00000027 'esds' 00000000 03 19 0000 00 04 11 40 15 000000 0001f400 0001f400"
               "05 02" AAC_RECORD "06 01 02"
               "00000014 'btrt' 00000000 0001f400 0001f400");
    init_done(&init);
}

static void a_rate_beyond_16_bits_is_left_to_the_config(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_AAC);
    init.spec.sample_rate_hz = 96000;
    init_write(&init);
    struct box stsd;
    assert_true(box_find(init.bytes.data, init.bytes.size_bytes, STSD_PATH, &stsd));
    bytes_expect(stsd.payload + 8 + 8 + 24, 4, "00000000");
    init_done(&init);
}

static void priming_is_one_edit(void **state)
{
    (void)state;
    static const struct {
        int64_t priming_ticks;
        const char *elst;
    } rows[] = {
        {1024, "00000000 00000001 00000000 00000400 0001 0000"},
        {INT32_MAX, "00000000 00000001 00000000 7fffffff 0001 0000"},
        {INT64_C(0x80000000), "01000000 00000001 0000000000000000 0000000080000000 0001 0000"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct init init = init_of(CMAF_AAC);
        init.spec.priming_ticks = rows[i].priming_ticks;
        init_write(&init);
        expect_box(&init, "moov/trak/edts/elst", rows[i].elst);
        init_done(&init);
    }
}

static void delayed_pictures_are_one_edit_and_not_cmf2(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_HEVC);
    init.spec.composition_delay_ticks = 2002;
    init_write(&init);
    expect_box(&init, "moov/trak/edts/elst", "00000000 00000001 00000000 000007d2 0001 0000");
    expect_box(&init, "ftyp", "'iso6' 00000000 'iso6' 'cmfc' 'dash'");
    init_done(&init);
}

static void no_edit_list_without_priming_or_delay(void **state)
{
    (void)state;
    struct init init = init_of(CMAF_AAC);
    init_write(&init);
    assert_false(has_box(&init, "moov/trak/edts"));
    init_done(&init);
    init = init_of(CMAF_H264);
    init.spec.priming_ticks = 1024;
    init_write(&init);
    assert_false(has_box(&init, "moov/trak/edts"));
    init_done(&init);
}

static void languages_are_packed_and_long_tags_kept(void **state)
{
    (void)state;
    static const struct {
        const char *tag, *packed, *elng;
    } rows[] = {
        {"en", "15c7", NULL},  // eng
        {"de", "10b5", NULL},  // deu
        {"ger", "1cb2", NULL}, // three letters pass through
        {"EN", "15c7", NULL},
        {"pt-BR", "41f2", "00000000 'pt-BR' 00"},           // por
        {"zh-Hant-TW", "690f", "00000000 'zh-Hant-TW' 00"}, // zho
        {"yue-HK", "66a5", "00000000 'yue-HK' 00"},
        {"xx", "55c4", "00000000 'xx' 00"}, // no such code: und
        {"und", "55c4", NULL},
        {"", "55c4", NULL},
        {NULL, "55c4", NULL},
        {"e1", "55c4", "00000000 'e1' 00"},
        {"i-klingon", "55c4", "00000000 'i-klingon' 00"},
        {"zu", "6aac", NULL}, // last row: zul
        {"aa", "0432", NULL}, // first row: aar
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct init init = init_of(CMAF_AAC);
        init.spec.language = rows[i].tag;
        init_write(&init);
        struct box mdhd;
        assert_true(box_find(init.bytes.data, init.bytes.size_bytes, "moov/trak/mdia/mdhd", &mdhd));
        bytes_expect(mdhd.payload + 20, 2, rows[i].packed);
        assert_int_equal(has_box(&init, "moov/trak/mdia/elng"), rows[i].elng != NULL);
        if (rows[i].elng)
            expect_box(&init, "moov/trak/mdia/elng", rows[i].elng);
        init_done(&init);
    }
}

static void refuses_what_it_cannot_describe(void **state)
{
    (void)state;
    struct err err = {0};
    struct init init = init_of(CMAF_H264);
    init.spec.config_size_bytes = 9;
    assert_false(cmaf_write_init(&init.spec, &init.bytes, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    init_done(&init);

    static const struct {
        enum cmaf_codec codec;
        int64_t timescale_hz;
        int width_px, channels, sample_rate_hz;
        int64_t priming_ticks;
    } rows[] = {
        {CMAF_H264, 0, 64, 0, 0, 0},        {CMAF_H264, INT64_C(1) << 32, 64, 0, 0, 0},
        {CMAF_H264, 25, 0, 0, 0, 0},        {CMAF_H264, 25, 65536, 0, 0, 0},
        {CMAF_AAC, 48000, 0, 0, 48000, 0},  {CMAF_AAC, 48000, 0, 2, 0, 0},
        {CMAF_AAC, 48000, 0, 2, 48000, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        init = init_of(rows[i].codec);
        init.spec.timescale_hz = rows[i].timescale_hz;
        init.spec.width_px = rows[i].width_px;
        init.spec.channels = rows[i].channels;
        init.spec.sample_rate_hz = rows[i].sample_rate_hz;
        init.spec.priming_ticks = rows[i].priming_ticks;
        err = (struct err){0};
        if (cmaf_write_init(&init.spec, &init.bytes, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, ERR_BUG);
        assert_int_equal(init.bytes.size_bytes, 0);
        init_done(&init);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_stand_in_their_order),
        cmocka_unit_test(brands_say_cmaf),
        cmocka_unit_test(headers_describe_a_video_track),
        cmocka_unit_test(headers_describe_an_audio_track),
        cmocka_unit_test(video_sample_entries),
        cmocka_unit_test(rates_are_stated_when_given),
        cmocka_unit_test(audio_sample_entry_holds_the_config),
        cmocka_unit_test(a_rate_beyond_16_bits_is_left_to_the_config),
        cmocka_unit_test(priming_is_one_edit),
        cmocka_unit_test(delayed_pictures_are_one_edit_and_not_cmf2),
        cmocka_unit_test(no_edit_list_without_priming_or_delay),
        cmocka_unit_test(languages_are_packed_and_long_tags_kept),
        cmocka_unit_test(refuses_what_it_cannot_describe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
