// SPDX-License-Identifier: BSD-2-Clause
// The filter graph: turning, deinterlacing, HDR to SDR, formats the scaler does not
// read; seen where it matters, behind the scaler.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <libavutil/pixdesc.h>

#include "src/base/mem.h"
#include "src/media/filter.h"
#include "src/media/scale.h"

static const AVRational time_base = {1, 1000};

static void plan_plain(struct plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->source_primaries = plan->source_transfer = plan->source_matrix = 1;
    plan->colour_primaries = plan->transfer_characteristics = plan->matrix_coefficients = 1;
    plan->has_video = true;
}

static AVFrame *frame_new(enum AVPixelFormat format, int width_px, int height_px, int64_t pts)
{
    AVFrame *frame = av_frame_alloc();
    frame->format = format;
    frame->width = width_px;
    frame->height = height_px;
    frame->pts = pts;
    assert_true(av_frame_get_buffer(frame, 0) >= 0);
    for (int b = 0; b < AV_NUM_DATA_POINTERS && frame->buf[b]; b++)
        memset(frame->buf[b]->data, 128, frame->buf[b]->size);
    return frame;
}

static void send(struct filter *filter, AVFrame *frame)
{
    struct err err = {0};
    if (!filter_send(filter, frame, &err))
        fail_msg("%s", err.text);
}

// The next frame, NULL when input is needed or all is out.
static AVFrame *receive(struct filter *filter)
{
    struct err err = {0};
    AVFrame *frame = av_frame_alloc();
    enum filter_result result = filter_receive(filter, frame, &err);
    if (result == FILTER_FAILED)
        fail_msg("%s", err.text);
    if (result != FILTER_FRAME)
        av_frame_free(&frame);
    return frame;
}

// One frame through a filter of its own.
static AVFrame *filtered(const struct plan *plan, AVFrame *frame)
{
    struct filter *filter = filter_new(plan, time_base);
    send(filter, frame);
    AVFrame *out = receive(filter);
    send(filter, NULL);
    if (!out)
        out = receive(filter);
    assert_non_null(out);
    assert_null(receive(filter));
    filter_free(&filter);
    return out;
}

static void an_ordinary_frame_passes_untouched(void **state)
{
    (void)state;
    struct plan plan;
    char text[FILTER_TEXT_SIZE] = "x";
    plan_plain(&plan);
    filter_describe(&plan, AV_PIX_FMT_YUV420P, text);
    assert_string_equal(text, "");
    AVFrame *frame = frame_new(AV_PIX_FMT_YUV420P, 64, 48, 1234);
    uint8_t *data = frame->data[0];
    AVFrame *out = filtered(&plan, frame);
    assert_ptr_equal(out->data[0], data);
    assert_int_equal(out->pts, 1234);
    av_frame_free(&out);
}

enum corner { TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT };

static enum corner marked_corner(const AVFrame *frame)
{
    int found = -1;
    for (int corner = 0; corner < 4; corner++) {
        int x = corner & 1 ? frame->width - 2 : 1, y = corner & 2 ? frame->height - 2 : 1;
        if (frame->data[0][y * frame->linesize[0] + x] < 200)
            continue;
        assert_int_equal(found, -1);
        found = corner;
    }
    assert_int_not_equal(found, -1);
    return (enum corner)found;
}

static void turns_and_mirrors_the_right_way(void **state)
{
    (void)state;
    // Where the stored picture's top left corner is to be seen: turned clockwise,
    // then mirrored left-right.
    static const struct {
        int rotation_deg;
        bool is_mirrored;
        enum corner corner;
    } cases[] = {
        {0, false, TOP_LEFT},      {90, false, TOP_RIGHT},    {180, false, BOTTOM_RIGHT},
        {270, false, BOTTOM_LEFT}, {0, true, TOP_RIGHT},      {90, true, TOP_LEFT},
        {180, true, BOTTOM_LEFT},  {270, true, BOTTOM_RIGHT},
    };
    static const enum AVPixelFormat formats[] = {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P,
                                                 AV_PIX_FMT_YUV444P, AV_PIX_FMT_NV12};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (size_t f = 0; f < ARRAY_LEN(formats); f++) {
            struct plan plan;
            plan_plain(&plan);
            plan.rotation_deg = cases[i].rotation_deg;
            plan.is_mirrored = cases[i].is_mirrored;
            AVFrame *frame = frame_new(formats[f], 64, 48, 40);
            for (int y = 0; y < 8; y++)
                memset(frame->data[0] + y * frame->linesize[0], 235, 8);
            AVFrame *out = filtered(&plan, frame);
            bool is_turned = cases[i].rotation_deg % 180 != 0;
            assert_int_equal(out->width, is_turned ? 48 : 64);
            assert_int_equal(out->height, is_turned ? 64 : 48);
            assert_int_equal(out->pts, 40);
            assert_true(scale_reads_format((enum AVPixelFormat)out->format));
            if (marked_corner(out) != cases[i].corner)
                fail_msg("%d%s: corner %d, not %d", cases[i].rotation_deg,
                         cases[i].is_mirrored ? " mirrored" : "", marked_corner(out),
                         cases[i].corner);
            av_frame_free(&out);
        }
}

static void set_interlaced(AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags |= AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
    frame->interlaced_frame = frame->top_field_first = 1;
#endif
}

static void deinterlacing_gives_one_frame_per_frame_with_its_time(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 3, 4, 25};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        for (int uneven = 0; uneven < 2; uneven++) {
            struct plan plan;
            plan_plain(&plan);
            plan.deinterlace = true;
            struct filter *filter = filter_new(&plan, time_base);
            int got = 0;
            for (int n = 0; n <= counts[i]; n++) {
                int64_t pts = n * 40 + (uneven ? n % 3 : 0);
                AVFrame *frame = n < counts[i] ? frame_new(AV_PIX_FMT_YUV420P, 64, 48, pts) : NULL;
                if (frame)
                    set_interlaced(frame);
                send(filter, frame);
                for (AVFrame *out; (out = receive(filter)); av_frame_free(&out), got++)
                    assert_int_equal(out->pts, got * 40 + (uneven ? got % 3 : 0));
            }
            assert_int_equal(got, counts[i]);
            filter_free(&filter);
        }
}

static void deinterlacing_removes_the_comb(void **state)
{
    (void)state;
    struct plan plan;
    plan_plain(&plan);
    plan.deinterlace = true;
    struct filter *filter = filter_new(&plan, time_base);
    int checked = 0;
    for (int n = 0; n <= 6; n++) {
        AVFrame *frame = n < 6 ? frame_new(AV_PIX_FMT_YUV420P, 96, 48, n * 40) : NULL;
        if (frame) {
            set_interlaced(frame);
            for (int y = 0; y < 48; y++) // a bar that runs 8 pixels per field
                memset(frame->data[0] + y * frame->linesize[0] + n * 12 + (y % 2) * 6, 235, 12);
        }
        send(filter, frame);
        for (AVFrame *out; (out = receive(filter)); av_frame_free(&out)) {
            for (int y = 9; y < 39 && out->pts > 0 && out->pts < 200; y++, checked++)
                for (int x = 0; x < 96; x++) {
                    const uint8_t *at = out->data[0] + y * out->linesize[0] + x;
                    int above = at[-out->linesize[0]], below = at[out->linesize[0]];
                    bool is_comb = abs(*at - above) > 60 && abs(*at - below) > 60 &&
                                   (*at > above) == (*at > below);
                    assert_false(is_comb);
                }
        }
    }
    assert_true(checked > 100);
    filter_free(&filter);
}

// Scaled to half the size; the colour in the middle.
static void middle_colour(const struct plan *plan, const AVFrame *frame, int ret_colour[3])
{
    struct plan sized = *plan;
    struct ladder_sizes sizes;
    struct err err = {0};
    struct picture *picture = NULL;
    sized.video_count = 1;
    sized.video[0].width_px = frame->width / 2;
    sized.video[0].height_px = frame->height / 2;
    ladder_sizes_init(&sizes, &sized);
    struct picture_pool *pool = picture_pool_new(sizes.width_px[0], sizes.height_px[0]);
    struct scaler *scaler = scaler_new(&sized, &sizes, NULL);
    if (!scaler_run(scaler, frame, &pool, &picture, &err))
        fail_msg("%s", err.text);
    for (int p = 0; p < 3; p++)
        ret_colour[p] =
            picture->plane[p][(picture->height_px / (p ? 4 : 2)) * picture->stride_bytes[p] +
                              picture->width_px / (p ? 4 : 2)];
    picture_unref(&picture);
    scaler_free(&scaler);
    picture_pool_free(&pool);
}

static void fill_words(AVFrame *frame, int p, int count, uint16_t value)
{
    for (int y = 0; y < frame->height / (p ? 2 : 1); y++)
        for (int x = 0; x < count; x++)
            ((uint16_t *)(void *)(frame->data[p] + y * frame->linesize[p]))[x] = value;
}

static void hdr_becomes_limited_709_in_proportion(void **state)
{
    (void)state;
    // 10-bit codes of grey in PQ (SMPTE ST 2084) and HLG (BT.2100), and the luma to
    // expect within wide bounds: black is black, the reference white of 203 cd/m2 is
    // bright and not blown, brighter is brighter still.
    static const struct {
        int transfer;
        uint16_t code;
        int least, most;
    } cases[] = {
        {16, 64, 16, 17},    // 0
        {16, 319, 60, 100},  // about 5 cd/m2
        {16, 446, 110, 160}, // about 37 cd/m2, a mid grey
        {16, 573, 185, 228}, // 203 cd/m2
        {16, 723, 210, 236}, // 1000 cd/m2
        {18, 64, 16, 17},    // 0
        {18, 396, 90, 160},  // 38 %, a mid grey
        {18, 721, 185, 236}, // 75 %, reference white
    };
    int before = 0;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan plan;
        plan_plain(&plan);
        plan.tone_map = true;
        plan.source_primaries = plan.source_matrix = 9;
        plan.source_transfer = cases[i].transfer;
        AVFrame *frame = frame_new(AV_PIX_FMT_YUV420P10LE, 64, 48, 40);
        fill_words(frame, 0, 64, cases[i].code);
        fill_words(frame, 1, 32, 512);
        fill_words(frame, 2, 32, 512);
        AVFrame *out = filtered(&plan, frame);
        assert_int_equal(out->format, AV_PIX_FMT_YUV420P);
        int colour[3];
        middle_colour(&plan, out, colour);
        if (colour[0] < cases[i].least || colour[0] > cases[i].most)
            fail_msg("transfer %d, code %d: luma %d, not %d to %d", cases[i].transfer,
                     cases[i].code, colour[0], cases[i].least, cases[i].most);
        assert_in_range(colour[1], 126, 130);
        assert_in_range(colour[2], 126, 130);
        if (i > 0 && cases[i].transfer == cases[i - 1].transfer)
            assert_true(colour[0] >= before);
        before = colour[0];
        av_frame_free(&out);
    }
}

struct format_case {
    const char *format;
    int matrix;
    bool is_full;
    uint8_t in[4]; // bytes of a pixel, or of the three planes
    int out[3];
};

// Formats the scaler does not read, in the colours of test_scale.c.
static const struct format_case formats[] = {
    {"rgb24", 0, true, {255, 0, 0}, {63, 102, 240}},
    {"bgr24", 0, true, {60, 120, 200}, {130, 94, 166}},
    {"rgba", 0, true, {0, 255, 0, 255}, {173, 42, 26}},
    {"0rgb", 0, true, {0, 0, 0, 255}, {32, 240, 118}},
    {"gray10le", 1, true, {0xff, 0x03}, {235, 128, 128}},
    {"gray10le", 1, false, {0xac, 0x03}, {235, 128, 128}},
    {"gray", 1, true, {255}, {235, 128, 128}},
    {"gray", 1, true, {0}, {16, 128, 128}},
    {"gray", 1, false, {235}, {235, 128, 128}},
    {"gray", 1, false, {16}, {16, 128, 128}},
    {"nv12", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"nv12", 1, true, {200, 100, 150}, {188, 103, 147}},
    {"yuva420p", 6, false, {150, 110, 150}, {148, 112, 149}},
    {"yuva444p", 1, true, {200, 100, 150}, {188, 103, 147}},
    {"yuyv422", 6, false, {150, 110, 150, 150}, {148, 112, 149}},
    {"uyvy422", 1, true, {100, 200, 150, 200}, {188, 103, 147}},
};

static void fill_format(AVFrame *frame, const uint8_t in[4])
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    // packed 4:2:2 macropixels are two wide
    int units = desc->comp[0].plane == desc->comp[desc->nb_components - 1].plane
                    ? (desc->log2_chroma_w ? 4 : desc->comp[0].step)
                    : 0;
    const uint8_t *in_order = in;
    uint8_t yuyv[4] = {in[0], in[1], in[0], in[2]};
    if (frame->format == AV_PIX_FMT_YUYV422)
        in_order = yuyv;
    for (int y = 0; y < frame->height; y++) {
        uint8_t *row = frame->data[0] + y * frame->linesize[0];
        for (int x = 0; units && x < frame->width * desc->comp[0].step; x++)
            row[x] = in_order[x % units];
    }
    for (int p = 0; !units && p < 3 && frame->data[p]; p++)
        for (int y = 0; y < (p && desc->log2_chroma_h ? frame->height / 2 : frame->height); y++)
            for (int x = 0; x < frame->linesize[p]; x++)
                frame->data[p][y * frame->linesize[p] + x] =
                    frame->format == AV_PIX_FMT_NV12 && p == 1 ? in[1 + x % 2] : in[p];
}

static void other_formats_keep_their_colours(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        const struct format_case *c = &formats[i];
        struct plan plan;
        plan_plain(&plan);
        plan.source_matrix = c->matrix;
        plan.source_is_full_range = c->is_full;
        AVFrame *frame = frame_new(av_get_pix_fmt(c->format), 64, 48, 0);
        fill_format(frame, c->in);
        AVFrame *out = filtered(&plan, frame);
        assert_true(scale_reads_format((enum AVPixelFormat)out->format));
        int colour[3];
        middle_colour(&plan, out, colour);
        for (int k = 0; k < 3; k++)
            if (abs(colour[k] - c->out[k]) > 2)
                fail_msg("%s (%s range) became %d %d %d, not %d %d %d", c->format,
                         c->is_full ? "full" : "limited", colour[0], colour[1], colour[2],
                         c->out[0], c->out[1], c->out[2]);
        av_frame_free(&out);
    }
}

static void a_new_shape_in_the_middle_loses_no_frame(void **state)
{
    (void)state;
    static const struct {
        int width_px, height_px;
        enum AVPixelFormat format;
    } shapes[] = {{64, 48, AV_PIX_FMT_YUV420P},
                  {96, 48, AV_PIX_FMT_YUV420P},
                  {96, 48, AV_PIX_FMT_YUV444P},
                  {64, 48, AV_PIX_FMT_NV12},
                  {64, 48, AV_PIX_FMT_YUV420P}};
    for (int deinterlace = 0; deinterlace < 2; deinterlace++)
        for (int rotation = 0; rotation <= 90; rotation += 90) {
            struct plan plan;
            plan_plain(&plan);
            plan.deinterlace = deinterlace;
            plan.rotation_deg = rotation;
            struct filter *filter = filter_new(&plan, time_base);
            int got = 0, total = (int)ARRAY_LEN(shapes) * 3;
            for (int n = 0; n <= total; n++) {
                AVFrame *frame = NULL;
                if (n < total)
                    frame = frame_new(shapes[n / 3].format, shapes[n / 3].width_px,
                                      shapes[n / 3].height_px, n * 40);
                send(filter, frame);
                for (AVFrame *out; (out = receive(filter)); av_frame_free(&out), got++) {
                    assert_int_equal(out->pts, got * 40);
                    assert_int_equal(rotation ? out->height : out->width, shapes[got / 3].width_px);
                }
            }
            assert_int_equal(got, total);
            filter_free(&filter);
        }
}

static void giving_up_in_the_middle_leaves_nothing(void **state)
{
    (void)state; // the leak checker's test
    for (int rotation = 0; rotation <= 90; rotation += 90) {
        struct plan plan;
        plan_plain(&plan);
        plan.rotation_deg = rotation;
        struct filter *filter = filter_new(&plan, time_base);
        send(filter, frame_new(AV_PIX_FMT_YUV420P, 64, 48, 0));
        filter_free(&filter);
        assert_null(filter);
        filter_free(&filter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_frame_passes_untouched),
        cmocka_unit_test(turns_and_mirrors_the_right_way),
        cmocka_unit_test(deinterlacing_gives_one_frame_per_frame_with_its_time),
        cmocka_unit_test(deinterlacing_removes_the_comb),
        cmocka_unit_test(hdr_becomes_limited_709_in_proportion),
        cmocka_unit_test(other_formats_keep_their_colours),
        cmocka_unit_test(a_new_shape_in_the_middle_loses_no_frame),
        cmocka_unit_test(giving_up_in_the_middle_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
