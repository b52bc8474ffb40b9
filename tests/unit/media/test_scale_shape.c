// SPDX-License-Identifier: BSD-2-Clause
// Scaling: frames of any shape and memory layout, and the cascade against the direct
// way.
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/media/scale_rig.h"

// Fills the whole allocation, padding too.
static void poison(AVFrame *frame, int value)
{
    for (int b = 0; b < AV_NUM_DATA_POINTERS && frame->buf[b]; b++)
        memset(frame->buf[b]->data, value, frame->buf[b]->size);
}

static void odd_sides_take_nothing_from_outside_the_picture(void **state)
{
    (void)state;
    static const int sizes[][4] = {
        {161, 121, 160, 120}, {161, 121, 80, 60}, {161, 121, 162, 122},
        {3, 3, 2, 2},         {1, 1, 2, 2},       {17, 5, 16, 4},
    };
    static const char *const formats[] = {"yuv420p", "yuv422p",     "yuv444p", "yuv411p",
                                          "yuv410p", "yuv420p10le", "gbrp",    "gray"};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (size_t f = 0; f < ARRAY_LEN(formats); f++) {
            static const int grey[3] = {120, 128, 128};
            struct rig rig;
            rig_init(&rig, sizes[i][2], sizes[i][3]);
            AVFrame *frame = frame_new(av_get_pix_fmt(formats[f]), sizes[i][0], sizes[i][1]);
            const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(av_get_pix_fmt(formats[f]));
            bool is_deep = desc->comp[0].depth > 8, is_rgb = desc->flags & AV_PIX_FMT_FLAG_RGB;
            poison(frame, 0xff);
            if (is_rgb) // (120 - 16) / 219 of 255
                fill(frame, (const int[3]){121, 121, 121});
            else
                fill(frame, is_deep ? (const int[3]){480, 512, 512} : grey);
            rig_run(&rig, frame);
            char what[64];
            snprintf(what, sizeof what, "%dx%d %s", sizes[i][0], sizes[i][1], formats[f]);
            assert_flat(rig.pictures[0], grey, 1, what);
            av_frame_free(&frame);
            rig_done(&rig);
        }
}

static void odd_sides_keep_the_geometry(void **state)
{
    (void)state;
    static const char *const formats[] = {"yuv420p", "yuv444p", "yuv410p", "gray"};
    for (size_t f = 0; f < ARRAY_LEN(formats); f++)
        for (int is_down = 0; is_down < 2; is_down++) {
            struct rig rig;
            rig_init(&rig, 20, 20);
            AVFrame *frame = frame_new(av_get_pix_fmt(formats[f]), 41, 41);
            poison(frame, 128);
            for (int y = 0; y < 41; y++) // a ramp to the right, or down
                for (int x = 0; x < 41; x++)
                    put(frame, 0, x, y, 20 + 5 * (is_down ? y : x));
            rig_run(&rig, frame);
            for (int i = 3; i < 17; i++) {
                // the middle of output i, in source samples
                double expected = 20 + 5 * ((i + 0.5) * 41 / 20 - 0.5);
                int got = is_down ? at(rig.pictures[0], 0, 10, i) : at(rig.pictures[0], 0, i, 10);
                if (fabs(got - expected) > 1)
                    fail_msg("%s: %d at %d, not %.1f", formats[f], got, i, expected);
            }
            av_frame_free(&frame);
            rig_done(&rig);
        }
}

// Edges, ramps and texture at once.
static void draw(AVFrame *frame)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < plane_height(frame, p); y++)
            for (int x = 0; x < plane_width(frame, p); x++) {
                double w = plane_width(frame, p), h = plane_height(frame, p);
                double v = 126 + 50 * sin(x * 14 / w + y * 9 / h) + 30 * cos(x * 60 / w * y / h);
                if ((int)(x * 8 / w) % 2 == (int)(y * 6 / h) % 2)
                    v += 25;
                put(frame, p, x, y, (int)v);
            }
}

static void assert_same(const struct picture *a, const struct picture *b, const char *what)
{
    assert_int_equal(a->width_px, b->width_px);
    assert_int_equal(a->height_px, b->height_px);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < a->height_px / (p ? 2 : 1); y++)
            if (memcmp(a->plane[p] + y * a->stride_bytes[p], b->plane[p] + y * b->stride_bytes[p],
                       (size_t)a->width_px / (p ? 2 : 1)) != 0)
                fail_msg("%s: plane %d row %d differs", what, p, y);
}

static void memory_layout_does_not_matter(void **state)
{
    (void)state;
    struct rig plain, other;
    rig_init(&plain, 90, 66);
    rig_init(&other, 90, 66);
    AVFrame *frame = frame_new(AV_PIX_FMT_YUV420P, 128, 96);
    draw(frame);
    rig_run(&plain, frame);

    // planes that start anywhere, lines as long as the picture is wide
    uint8_t *memory = mem_alloc(128 * 96 * 2 + 16);
    AVFrame tight = *frame;
    uint8_t *next = memory + 1;
    for (int p = 0; p < 3; p++) {
        tight.data[p] = next;
        tight.linesize[p] = plane_width(frame, p) + 1;
        for (int y = 0; y < plane_height(frame, p); y++)
            memcpy(next + y * tight.linesize[p], frame->data[p] + y * frame->linesize[p],
                   (size_t)plane_width(frame, p));
        next += tight.linesize[p] * plane_height(frame, p);
    }
    rig_run(&other, &tight);
    assert_same(plain.pictures[0], other.pictures[0], "unaligned");

    // stored bottom up, read top down
    AVFrame *stored = frame_new(AV_PIX_FMT_YUV420P, 128, 96);
    AVFrame flipped = *stored;
    for (int p = 0; p < 3; p++) {
        int rows = plane_height(frame, p);
        flipped.data[p] = stored->data[p] + (ptrdiff_t)(rows - 1) * stored->linesize[p];
        flipped.linesize[p] = -stored->linesize[p];
        for (int y = 0; y < rows; y++)
            memcpy(flipped.data[p] + (ptrdiff_t)y * flipped.linesize[p],
                   frame->data[p] + (ptrdiff_t)y * frame->linesize[p],
                   (size_t)plane_width(frame, p));
    }
    rig_run(&other, &flipped);
    assert_same(plain.pictures[0], other.pictures[0], "negative strides");
    av_frame_free(&stored);
    av_frame_free(&frame);
    MEM_FREE(memory);
    rig_done(&plain);
    rig_done(&other);
}

static void a_new_shape_in_the_middle_is_as_a_new_scaler(void **state)
{
    (void)state;
    static const struct {
        int width_px, height_px;
        const char *format;
    } shapes[] = {{128, 96, "yuv420p"}, {64, 48, "yuv420p"},  {161, 121, "yuv420p"},
                  {64, 48, "yuv444p"},  {128, 96, "yuv420p"}, {63, 49, "yuv422p"}};
    const int sizes[3][2] = {{96, 72}, {64, 48}, {32, 24}};
    struct rig going = {0};
    rig_plan(&going.plan, sizes, 3);
    rig_start(&going);
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct rig fresh = {0};
        rig_plan(&fresh.plan, sizes, 3);
        rig_start(&fresh);
        AVFrame *frame =
            frame_new(av_get_pix_fmt(shapes[i].format), shapes[i].width_px, shapes[i].height_px);
        draw(frame);
        rig_run(&going, frame);
        rig_run(&fresh, frame);
        for (size_t s = 0; s < 3; s++)
            assert_same(going.pictures[s], fresh.pictures[s], shapes[i].format);
        av_frame_free(&frame);
        rig_done(&fresh);
    }
    rig_done(&going);
}

static double luma_psnr(const struct picture *a, const struct picture *b)
{
    double sum = 0;
    for (int y = 0; y < a->height_px; y++)
        for (int x = 0; x < a->width_px; x++) {
            double off = at(a, 0, x, y) - at(b, 0, x, y);
            sum += off * off;
        }
    return sum == 0 ? 100 : 10 * log10(65025.0 * a->width_px * a->height_px / sum);
}

static void the_cascade_is_as_good_as_the_direct_way(void **state)
{
    (void)state;
    const int sizes[5][2] = {{640, 360}, {482, 272}, {426, 240}, {254, 144}, {86, 48}};
    struct rig cascade = {0};
    rig_plan(&cascade.plan, sizes, 5);
    rig_start(&cascade);
    AVFrame *frame = frame_new(AV_PIX_FMT_YUV420P, 810, 456);
    draw(frame);
    rig_run(&cascade, frame);
    for (size_t s = 0; s < 5; s++) {
        struct rig direct;
        rig_init(&direct, sizes[s][0], sizes[s][1]);
        rig_run(&direct, frame);
        double psnr = luma_psnr(cascade.pictures[s], direct.pictures[0]);
        if (psnr < 40)
            fail_msg("%dx%d: only %.1f dB from the direct scaling", sizes[s][0], sizes[s][1], psnr);
        rig_done(&direct);
    }
    av_frame_free(&frame);
    rig_done(&cascade);
}

static void what_memory_held_before_never_shows(void **state)
{
    (void)state;
    static const char *const formats[] = {"yuv420p", "yuv420p10le", "yuv411p", "gbrp"};
    const int sizes[3][2] = {{150, 110}, {98, 74}, {34, 18}};
    for (size_t f = 0; f < ARRAY_LEN(formats); f++) {
        struct rig rigs[2] = {0};
        for (int r = 0; r < 2; r++) {
            mallopt(M_PERTURB, r ? 0xff : 0x5a);
            rig_plan(&rigs[r].plan, sizes, 3);
            rig_start(&rigs[r]);
            AVFrame *frame = frame_new(av_get_pix_fmt(formats[f]), 161, 121);
            poison(frame, r ? 0xff : 0x00);
            if (strcmp(formats[f], "gbrp") == 0)
                fill(frame, (const int[3]){200, 120, 60});
            else
                draw(frame);
            rig_run(&rigs[r], frame);
            av_frame_free(&frame);
        }
        mallopt(M_PERTURB, 0);
        for (size_t s = 0; s < 3; s++)
            assert_same(rigs[0].pictures[s], rigs[1].pictures[s], formats[f]);
        rig_done(&rigs[0]);
        rig_done(&rigs[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_sides_take_nothing_from_outside_the_picture),
        cmocka_unit_test(odd_sides_keep_the_geometry),
        cmocka_unit_test(memory_layout_does_not_matter),
        cmocka_unit_test(a_new_shape_in_the_middle_is_as_a_new_scaler),
        cmocka_unit_test(the_cascade_is_as_good_as_the_direct_way),
        cmocka_unit_test(what_memory_held_before_never_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
