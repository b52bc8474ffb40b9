// SPDX-License-Identifier: BSD-2-Clause
// Real streams of many encoders, out of the folder that RUNG_MEDIA_DIR names: strings,
// sizes and key frames as ffprobe gives them.
#include "configs.h"

#include <stdlib.h>

#include "mp4.h"
#include "src/base/file.h"

struct stream_case {
    const char *clip;
    size_t track; // of those with a configuration, in order
    const char *string;
    uint32_t width_px, height_px;            // video
    uint32_t channels, rate_hz;              // audio
    uint32_t samples, idrs, open, malformed; // 0 samples: not looked at
};

// clang-format off
static const struct stream_case streams[] = {
    {"bbb_1080p_30s.mp4", 0, "avc1.4D4028", 1920, 1080, 0, 0, 721, 16, 0, 0},
    {"bbb_1080p_30s.mp4", 1, "mp4a.40.2", 0, 0, 6, 48000, 0, 0, 0, 0},
    {"sintel_trailer-720p.mp4", 0, "avc1.64001F", 1280, 720, 0, 0, 1253, 9, 0, 0},
    {"ax_bbb_800x640_768kbps_30fps_avc_pyramid_3b.mp4", 0, "avc1.64001F", 800, 640, 0, 0, 120, 4, 0, 0},
    {"ax_sample_2_byte_NAL_length.mp4", 0, "avc1.64001F", 1080, 720, 0, 0, 30, 1, 0, 0},
    {"ax_sample_without_stss.mp4", 0, "avc1.64101F", 1080, 720, 0, 0, 30, 30, 0, 0},
    {"ax_sample_with_invalid_nalu.mp4", 0, "avc1.64001F", 1080, 720, 0, 0, 30, 1, 0, 1},
    {"open_gop_bpyramid.mp4", 0, "avc1.640015", 480, 270, 0, 0, 240, 1, 6, 0},
    {"fate_interlaced_crop.mp4", 0, "avc1.4D4029", 640, 360, 0, 0, 126, 1, 5, 0},
    {"h264_high422_10bit.mp4", 0, "avc1.7A001E", 642, 362, 0, 0, 96, 1, 0, 0},
    {"odd_641x361_444.mp4", 0, "avc1.F4001E", 641, 361, 0, 0, 96, 1, 0, 0},
    {"ax_h265_bframes.mp4", 0, "hev1.1.6.L90.90", 854, 480, 0, 0, 30, 1, 0, 0},
    {"hdr10_1080p_12s_synthetic.mp4", 0, "hvc1.2.4.L120.90", 1920, 1080, 0, 0, 288, 1, 1, 0},
    {"fate_dv84.mp4", 0, "hvc1.2.4.L120.B0", 1920, 1080, 0, 0, 100, 1, 3, 0},
    {"fate_elst_ends_betn_b_and_i.mp4", 0, "hev1.1.6.L60.90", 320, 240, 0, 0, 25, 1, 12, 0},
    {"fate_multiview.mp4", 0, "hvc1.1.6.L123.B0", 1920, 1080, 0, 0, 11, 1, 0, 0},
    {"ax_water_180_mvhevc_5frames.mov", 0, "hvc1.1.6.L156.B0", 1934, 2160, 0, 0, 5, 1, 0, 0},
    {"ax_sample_av1.mp4", 0, "av01.0.05M.08", 1080, 720, 0, 0, 30, 1, 0, 0},
    {"ax_hdr10-av1.mp4", 0, "av01.0.31M.10.0.110.09.16.09.0", 0, 0, 0, 0, 127, 1, 0, 0},
    {"ax_sample_with_colr_mdcv_and_clli.mp4", 0, "av01.0.09M.10.0.110.09.16.09.0", 1920, 1080, 0, 0, 60, 1, 0, 0},
    {"ax_sample_ac3.mp4", 0, "ac-3", 0, 0, 6, 48000, 0, 0, 0, 0},
    {"ax_sample_eac3joc.mp4", 0, "ec-3", 0, 0, 6, 48000, 0, 0, 0, 0},
    {"ax_sample_alac.mp4", 0, "alac", 0, 0, 1, 44100, 0, 0, 0, 0},
    {"fate_al_sbr_cm_48_5.1.mp4", 0, "mp4a.40.2", 0, 0, 6, 48000, 0, 0, 0, 0},
    {"mvpy_chaplin.mp4", 1, "mp4a.6B", 0, 0, 0, 0, 0, 0, 0, 0},
};
// clang-format on

static const char *const boxes[] = {"avcC", "hvcC", "av1C", "vpcC", "esds",
                                    "dac3", "dec3", "dOps", "dfLa", "alac"};

// The configuration in the first sample entry of the track.
static bool find_config(const struct mp4_box *trak, struct mp4_box *ret_entry,
                        struct codec_config *ret, struct codec_colour *colour)
{
    struct mp4_box stsd;
    struct mp4_box handler;
    struct mp4_box box;
    if (!mp4_path(trak, "mdia/minf/stbl/stsd", &stsd) || !mp4_path(trak, "mdia/hdlr", &handler) ||
        !mp4_next(stsd.data + 8, stsd.end, ret_entry))
        return false;
    bool is_video = memcmp(handler.data + 8, "vide", 4) == 0;
    const uint8_t *children = ret_entry->data + (is_video ? 78 : 28);
    *ret = (struct codec_config){.entry = ret_entry->type};
    for (size_t i = 0; i < ARRAY_LEN(boxes) && children < ret_entry->end; i++)
        if (mp4_find(children, ret_entry->end, boxes[i], &box)) {
            ret->box_type = boxes[i];
            ret->data = box.data;
            ret->size_bytes = (size_t)(box.end - box.data);
            if (mp4_find(children, ret_entry->end, "colr", &box) && box.end - box.data >= 11 &&
                memcmp(box.data, "nclx", 4) == 0) {
                *colour = (struct codec_colour){.primaries = box.data[5],
                                                .transfer = box.data[7],
                                                .matrix = box.data[9],
                                                .is_full_range = box.data[10] >> 7};
                ret->colour = colour;
            }
            return true;
        }
    return false;
}

static void look_at_samples(const struct stream_case *one, const struct mp4_box *trak,
                            const struct buf *file, const struct codec *codec)
{
    struct mp4_samples samples;
    uint32_t count = 0, idrs = 0, open = 0, malformed = 0;
    uint64_t byte;
    uint32_t size;
    assert_true(mp4_samples_init(trak, &samples));
    while (mp4_samples_next(&samples, &byte, &size) && byte + size <= file->size_bytes) {
        struct sample_look look;
        codec_look(codec, file->data + byte, size, &look);
        assert_true(look.is_known);
        count++;
        idrs += look.is_idr;
        open += look.sap_type == 3;
        malformed += look.malformed != NULL;
        assert_false(look.has_foreign_set);
    }
    assert_int_equal(count, one->samples);
    assert_int_equal(idrs, one->idrs);
    assert_int_equal(open, one->open);
    assert_int_equal(malformed, one->malformed);
}

static void check(const struct stream_case *one, const struct buf *file)
{
    struct mp4_box moov;
    struct mp4_box trak;
    struct mp4_box entry;
    struct codec_config config;
    struct codec_colour colour;
    size_t track = 0;
    assert_true(mp4_find(file->data, file->data + file->size_bytes, "moov", &moov));
    const uint8_t *at = moov.data;
    for (; mp4_next(at, moov.end, &trak); at = trak.end) {
        if (strcmp(trak.type, "trak") != 0 || !find_config(&trak, &entry, &config, &colour) ||
            track++ != one->track)
            continue;
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        assert_true(codec_read(&config, &codec, &facts, &err));
        assert_string_equal(facts.string, one->string);
        assert_int_equal(facts.width_px, one->width_px);
        assert_int_equal(facts.height_px, one->height_px);
        assert_int_equal(facts.channels, one->channels);
        assert_int_equal(facts.sample_rate_hz, one->rate_hz);
        assert_null(facts.conflict);
        assert_null(facts.missing_set);
        if (one->samples > 0)
            look_at_samples(one, &trak, file, &codec);
        codec_done(&codec);
        return;
    }
    fail_msg("no track %zu", one->track);
}

static void says_what_others_say_of_real_streams(void **state)
{
    (void)state;
    enum { CLIP_MAX = 64 << 20 };
    const char *folder = getenv("RUNG_MEDIA_DIR");
    if (!folder) {
        print_message("RUNG_MEDIA_DIR is not set\n");
        skip();
    }
    size_t missing = 0;
    for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
        AUTO_FREE char *path = mem_printf("%s/%s", folder, streams[i].clip);
        AUTO(buf_done) struct buf file = {0};
        struct err err = {0};
        print_message("%s\n", streams[i].clip);
        if (!file_read(path, CLIP_MAX, &file, &err)) {
            print_message("  skipped: %s\n", err.text);
            missing++;
            continue;
        }
        check(&streams[i], &file);
    }
    if (missing == ARRAY_LEN(streams))
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_others_say_of_real_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
