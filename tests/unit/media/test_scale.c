// SPDX-License-Identifier: BSD-2-Clause
// Scaling: colours against numbers worked out by hand from the standards' matrices,
// frames of any shape and memory layout, the cascade against the direct way.
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "src/base/mem.h"
#include "src/media/scale.h"

struct rig {
    struct plan plan;
    struct ladder_sizes sizes;
    struct picture_pool *pools[PLAN_VIDEO_MAX];
    struct picture *pictures[PLAN_VIDEO_MAX];
    struct scaler *scaler;
};

// Source and output BT.709, limited range, no turning.
static void rig_plan(struct plan *plan, const int (*sizes)[2], size_t count)
{
    memset(plan, 0, sizeof *plan);
    plan->source_primaries = plan->source_transfer = plan->source_matrix = 1;
    plan->colour_primaries = plan->transfer_characteristics = plan->matrix_coefficients = 1;
    plan->has_video = true;
    plan->video_count = count;
    for (size_t i = 0; i < count; i++) {
        plan->video[i].width_px = sizes[i][0];
        plan->video[i].height_px = sizes[i][1];
    }
}

static void rig_start(struct rig *rig)
{
    ladder_sizes_init(&rig->sizes, &rig->plan);
    for (size_t s = 0; s < rig->sizes.count; s++)
        rig->pools[s] = picture_pool_new(rig->sizes.width_px[s], rig->sizes.height_px[s]);
    rig->scaler = scaler_new(&rig->plan, &rig->sizes);
}

static void rig_init(struct rig *rig, int width_px, int height_px)
{
    const int sizes[1][2] = {{width_px, height_px}};
    memset(rig, 0, sizeof *rig);
    rig_plan(&rig->plan, sizes, 1);
    rig_start(rig);
}

static void rig_drop(struct rig *rig)
{
    for (size_t s = 0; s < rig->sizes.count; s++)
        picture_unref(&rig->pictures[s]);
}

static void rig_done(struct rig *rig)
{
    rig_drop(rig);
    scaler_free(&rig->scaler);
    for (size_t s = 0; s < rig->sizes.count; s++)
        picture_pool_free(&rig->pools[s]);
}

static void rig_run(struct rig *rig, const AVFrame *frame)
{
    struct err err = {0};
    rig_drop(rig);
    if (!scaler_run(rig->scaler, frame, rig->pools, rig->pictures, &err))
        fail_msg("%s", err.text);
}

static AVFrame *frame_new(enum AVPixelFormat format, int width_px, int height_px)
{
    AVFrame *frame = av_frame_alloc();
    frame->format = format;
    frame->width = width_px;
    frame->height = height_px;
    assert_true(av_frame_get_buffer(frame, 64) >= 0);
    return frame;
}

static int plane_width(const AVFrame *frame, int p)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    return p ? AV_CEIL_RSHIFT(frame->width, desc->log2_chroma_w) : frame->width;
}

static int plane_height(const AVFrame *frame, int p)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    return p ? AV_CEIL_RSHIFT(frame->height, desc->log2_chroma_h) : frame->height;
}

static void put(AVFrame *frame, int p, int x, int y, int value)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    uint8_t *row = frame->data[p] + (ptrdiff_t)y * frame->linesize[p];
    if (desc->comp[0].depth > 8)
        ((uint16_t *)(void *)row)[x] = (uint16_t)value;
    else
        row[x] = (uint8_t)value;
}

static void fill(AVFrame *frame, const int colour[3])
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    for (int c = 0; c < (desc->nb_components < 3 ? 1 : 3); c++) {
        int p = desc->comp[c].plane; // R, G, B of planar RGB lie in planes 2, 0, 1
        bool is_rgb = desc->flags & AV_PIX_FMT_FLAG_RGB;
        for (int y = 0; y < plane_height(frame, is_rgb ? 0 : p); y++)
            for (int x = 0; x < plane_width(frame, is_rgb ? 0 : p); x++)
                put(frame, p, x, y, colour[c]);
    }
}

static uint8_t at(const struct picture *picture, int p, int x, int y)
{
    return picture->plane[p][y * picture->stride_bytes[p] + x];
}

static void assert_flat(const struct picture *picture, const int colour[3], int off_by,
                        const char *what)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < picture->height_px / (p ? 2 : 1); y++)
            for (int x = 0; x < picture->width_px / (p ? 2 : 1); x++)
                if (abs(at(picture, p, x, y) - colour[p]) > off_by)
                    fail_msg("%s: plane %d at %d,%d is %d, not %d", what, p, x, y,
                             at(picture, p, x, y), colour[p]);
}

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
        cmocka_unit_test(odd_sides_take_nothing_from_outside_the_picture),
        cmocka_unit_test(odd_sides_keep_the_geometry),
        cmocka_unit_test(memory_layout_does_not_matter),
        cmocka_unit_test(a_new_shape_in_the_middle_is_as_a_new_scaler),
        cmocka_unit_test(the_cascade_is_as_good_as_the_direct_way),
        cmocka_unit_test(what_memory_held_before_never_shows),
        cmocka_unit_test(tracks_of_one_size_share_it),
        cmocka_unit_test(chroma_siting_moves_colour_by_a_fraction_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
