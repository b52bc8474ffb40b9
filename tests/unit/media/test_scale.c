// SPDX-License-Identifier: BSD-2-Clause
// Scaling: colours against numbers worked out by hand from the standards' matrices,
// formats, chroma siting.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/media/scale_rig.h"

struct colour_case {
    const char *name;
    const char *format;
    int matrix;
    bool is_full;
    int in[3];
    int out[3];
};

// Expected values: source matrix undone and BT.709 applied with pencil and paper from
// the Kr, Kb of ISO/IEC 23091-2, rounded.
static const struct colour_case colours[] = {
    {"709 as it is", "yuv420p", 1, false, {63, 102, 240}, {63, 102, 240}},
    {"601 red", "yuv420p", 6, false, {81, 90, 240}, {62, 102, 240}},
    {"601 green", "yuv420p", 6, false, {145, 54, 34}, {173, 42, 26}},
    {"601 blue, 625 lines", "yuv420p", 5, false, {41, 240, 110}, {32, 240, 118}},
    {"601 skin", "yuv420p", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"240M", "yuv420p", 7, false, {150, 110, 150}, {150, 110, 150}},
    {"2020 matrix", "yuv420p", 9, false, {150, 110, 150}, {148, 111, 150}},
    {"601 in 4:2:2", "yuv422p", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"601 in 4:4:4", "yuv444p", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"601 in 4:4:0", "yuv440p", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"601 in 4:1:1", "yuv411p", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"601 in 4:1:0", "yuv410p", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"full range white", "yuvj420p", 1, false, {255, 128, 128}, {235, 128, 128}},
    {"full range black", "yuvj420p", 1, false, {0, 128, 128}, {16, 128, 128}},
    {"full range colour", "yuv420p", 1, true, {200, 100, 150}, {188, 103, 147}},
    {"full range 601", "yuvj422p", 6, true, {150, 110, 150}, {143, 114, 147}},
    {"10 bit black", "yuv420p10le", 1, false, {64, 512, 512}, {16, 128, 128}},
    {"10 bit white", "yuv422p10le", 1, false, {940, 512, 512}, {235, 128, 128}},
    {"10 bit colour", "yuv444p10le", 1, false, {502, 400, 600}, {126, 100, 150}},
    {"12 bit 601", "yuv420p12le", 6, false, {2400, 1760, 2400}, {148, 112, 149}},
    {"16 bit 601", "yuv420p16le", 6, false, {38400, 28160, 38400}, {148, 112, 149}},
    {"grey", "gray", 6, false, {150, 150, 150}, {150, 128, 128}},
    {"full range grey", "gray", 6, true, {255, 255, 255}, {235, 128, 128}},
    {"full range dark grey", "gray", 1, true, {51, 51, 51}, {60, 128, 128}},
    {"10 bit grey", "gray10le", 9, false, {940, 940, 940}, {235, 128, 128}},
    {"16 bit full range grey", "gray16le", 1, true, {65535, 65535, 65535}, {235, 128, 128}},
    {"RGB red", "gbrp", 0, true, {255, 0, 0}, {63, 102, 240}},
    {"RGB green", "gbrp", 0, true, {0, 255, 0}, {173, 42, 26}},
    {"RGB blue", "gbrp", 0, true, {0, 0, 255}, {32, 240, 118}},
    {"RGB white", "gbrp", 0, true, {255, 255, 255}, {235, 128, 128}},
    {"RGB brown", "gbrp", 0, true, {200, 120, 60}, {130, 94, 166}},
    {"RGB 10 bit", "gbrp10le", 0, true, {800, 500, 200}, {132, 88, 164}},
};

static void converts_colours_by_the_standards_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(colours); i++) {
        const struct colour_case *c = &colours[i];
        struct rig rig;
        rig_init(&rig, 32, 24);
        rig.plan.source_matrix = c->matrix;
        rig.plan.source_is_full_range = c->is_full;
        AVFrame *frame = frame_new(av_get_pix_fmt(c->format), 64, 48);
        fill(frame, c->in);
        rig_run(&rig, frame);
        assert_flat(rig.pictures[0], c->out, 1, c->name);
        av_frame_free(&frame);
        rig_done(&rig);
    }
}

static void primaries_are_converted_and_grey_stays_grey(void **state)
{
    (void)state;
    static const int grey[3] = {126, 128, 128}, wide[3] = {150, 120, 140};
    struct rig rig;
    rig_init(&rig, 32, 24);
    rig.plan.source_primaries = rig.plan.source_matrix = 9;
    AVFrame *frame = frame_new(AV_PIX_FMT_YUV420P, 64, 48);
    fill(frame, grey);
    rig_run(&rig, frame);
    assert_flat(rig.pictures[0], grey, 1, "grey");
    fill(frame, wide);
    rig_run(&rig, frame);
    // BT.2020's matrix undone, to linear light, BT.2087's 3x3, back through BT.709.
    assert_flat(rig.pictures[0], (const int[3]){149, 119, 148}, 1, "wide");
    av_frame_free(&frame);
    rig_done(&rig);
}

static void every_listed_format_is_read(void **state)
{
    (void)state;
    char list[1024];
    snprintf(list, sizeof list, "%s", scale_format_list());
    char *rest = NULL;
    int count = 0;
    for (char *name = strtok_r(list, "|", &rest); name; name = strtok_r(NULL, "|", &rest)) {
        enum AVPixelFormat format = av_get_pix_fmt(name);
        assert_true(format != AV_PIX_FMT_NONE);
        assert_true(scale_reads_format(format));
        struct rig rig;
        rig_init(&rig, 16, 16);
        AVFrame *frame = frame_new(format, 33, 17);
        fill(frame, (const int[3]){100, 100, 100});
        rig_run(&rig, frame);
        av_frame_free(&frame);
        rig_done(&rig);
        count++;
    }
    assert_true(count > 30);
    assert_false(scale_reads_format(AV_PIX_FMT_NV12));
    assert_false(scale_reads_format(AV_PIX_FMT_YUVA420P));
    assert_false(scale_reads_format(AV_PIX_FMT_GRAY10BE));
    assert_false(scale_reads_format(AV_PIX_FMT_YA8));
    assert_false(scale_reads_format(AV_PIX_FMT_YUV420P10BE));
    assert_false(scale_reads_format(AV_PIX_FMT_NONE));
}

static void tracks_of_one_size_share_it(void **state)
{
    (void)state;
    const int sizes[6][2] = {{96, 72}, {96, 72}, {64, 48}, {64, 48}, {48, 64}, {96, 72}};
    static const size_t of_track[6] = {0, 0, 1, 1, 2, 0};
    struct rig rig = {0};
    rig_plan(&rig.plan, sizes, 6);
    ladder_sizes_init(&rig.sizes, &rig.plan);
    assert_int_equal(rig.sizes.count, 3);
    for (size_t t = 0; t < 6; t++)
        assert_int_equal(rig.sizes.of_track[t], of_track[t]);
}

static void chroma_siting_moves_colour_by_a_fraction_only(void **state)
{
    (void)state;
    // A vertical colour edge: left siting stays where it is, centre siting is moved.
    for (int location = 1; location <= 6; location++) {
        struct rig rig;
        rig_init(&rig, 64, 48);
        rig.plan.source_chroma_location = location;
        AVFrame *frame = frame_new(AV_PIX_FMT_YUV420P, 64, 48);
        fill(frame, (const int[3]){126, 128, 128});
        for (int y = 0; y < 24; y++)
            memset(frame->data[1] + y * frame->linesize[1], 60, 16);
        rig_run(&rig, frame);
        bool is_left = location == 1 || location == 3 || location == 5;
        assert_int_equal(at(rig.pictures[0], 1, 4, 12), 60);
        assert_int_equal(at(rig.pictures[0], 1, 28, 12), 128);
        bool is_kept =
            at(rig.pictures[0], 1, 15, 12) == 60 && at(rig.pictures[0], 1, 16, 12) == 128;
        assert_int_equal(is_kept, is_left);
        av_frame_free(&frame);
        rig_done(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_colours_by_the_standards_numbers),
        cmocka_unit_test(primaries_are_converted_and_grey_stays_grey),
        cmocka_unit_test(every_listed_format_is_read),
        cmocka_unit_test(tracks_of_one_size_share_it),
        cmocka_unit_test(chroma_siting_moves_colour_by_a_fraction_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
