// SPDX-License-Identifier: BSD-2-Clause
// Scores: pictures are compared with their own twins, whatever order they are coded
// in; measured with SSIM, which every libavfilter has. Where libvmaf is there, it is
// asked too.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "src/media/av_log.h"
#include "src/media/lane.h"
#include "src/media/picture_frame.h"
#include "src/media/run.h"
#include "src/media/score.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/media/footage_plan.h"
#include "tests/unit/media/shelf.h"

enum { WIDTH_PX = 128, HEIGHT_PX = 96 };

// Half of the stripes change from each picture to the next.
static int stripes_of(int number)
{
    return number * 40503 & 0xffff;
}

// Stripes with some texture in them, so that coding can lose something.
static void paint_frame(AVFrame *frame, int number)
{
    footage_paint_number(frame, stripes_of(number));
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++)
            frame->data[0][y * frame->linesize[0] + x] +=
                (uint8_t)((x * y + 3 * x + 5 * number) % 23);
}

static struct picture *painted(struct picture_pool *pool, int number)
{
    struct picture *picture = picture_get(pool);
    AVFrame frame = {.width = picture->width_px, .height = picture->height_px};
    for (int p = 0; p < 3; p++) {
        frame.data[p] = picture->plane[p];
        frame.linesize[p] = picture->stride_bytes[p];
    }
    paint_frame(&frame, number);
    return picture;
}

struct score_case {
    const char *encoder;
    const char *preset;
    double crf;
    int frames;
    // what is done wrong on purpose
    int shift;            // the score gets the picture so many numbers later
    int wrong_frame;      // the score gets another picture here; 0: nowhere
    int lost_coded;       // this coded picture never reaches the score; 0: all do
    enum score_kind kind; // NONE: ssim
};

struct rig {
    const struct score_case *c;
    struct score *score;
    int64_t taken;
    int64_t reordered; // pictures that are coded before an earlier one
    int64_t latest;
    struct media_score sum;
    int64_t most_used_bytes;
    int64_t cpu_us;
};

static bool take(void *self, const struct encoded *encoded, struct err *err)
{
    struct rig *rig = self;
    rig->reordered += encoded->frame < rig->latest;
    rig->latest = encoded->frame > rig->latest ? encoded->frame : rig->latest;
    if (++rig->taken == rig->c->lost_coded)
        return true;
    return score_add_coded(rig->score, encoded, err);
}

static bool encode_all(struct rig *rig, const struct encoder_ops *ops, struct encoder *encoder,
                       struct picture_pool *pool, struct err *err)
{
    const struct score_case *c = rig->c;
    for (int i = 0; i <= c->frames; i++) {
        struct picture *picture = i < c->frames ? painted(pool, i) : NULL;
        struct picture *other =
            picture ? painted(pool, i == c->wrong_frame && i ? i + 1 : i + c->shift) : NULL;
        if (other)
            score_add_picture(rig->score, other);
        bool ok = ops->encode(encoder, picture, i, i % 48 == 0, take, rig, err);
        picture_unref(&picture);
        picture_unref(&other);
        int64_t used = picture_pool_used_bytes(pool);
        rig->most_used_bytes = used > rig->most_used_bytes ? used : rig->most_used_bytes;
        if (!ok)
            return false;
    }
    return score_finish(rig->score, &rig->sum, err);
}

static bool score_case(const struct score_case *c, struct rig *rig, struct err *err)
{
    struct plan plan;
    struct encoder *encoder = NULL;
    AUTO(buf_done) struct buf config = {0};
    footage_plan(&plan, (AVRational){25, 1}, c->frames, 48, 96);
    struct plan_video *track = footage_plan_video(&plan, c->encoder, WIDTH_PX, HEIGHT_PX);
    snprintf(track->preset, sizeof track->preset, "%s", c->preset);
    track->crf = c->crf;
    track->maxrate_bps = 100000000;
    track->bufsize_bits = 100000000;
    *rig = (struct rig){.c = c, .latest = -1};
    const struct encoder_ops *ops = encoder_find(c->encoder);
    struct score_spec spec = {c->kind ? c->kind : SCORE_SSIM, track, &config};
    if (!ops->open(&(struct encoder_spec){&plan, track, 0, NULL}, &encoder, err) ||
        !ops->config(encoder, &config, err) || !score_open(&spec, &rig->score, err))
        fail_msg("%s: %s", c->encoder, err->text);
    struct picture_pool *pool = picture_pool_new(WIDTH_PX, HEIGHT_PX);
    bool ok = encode_all(rig, ops, encoder, pool, err);
    rig->cpu_us = score_cpu_us(rig->score);
    ops->close(encoder);
    score_free(&rig->score);
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    picture_pool_free(&pool);
    plan_done(&plan);
    return ok;
}

static double mean_of(const struct score_case *c, struct rig *rig)
{
    struct err err = {0};
    if (!score_case(c, rig, &err))
        fail_msg("%s %s: %s", c->encoder, c->preset, err.text);
    assert_int_equal(rig->sum.frames, c->frames);
    assert_true(rig->cpu_us > 0);
    double mean = (double)rig->sum.sum_millionths / (double)rig->sum.frames / 1e6;
    assert_true((double)rig->sum.min_millionths <= mean * 1e6 + 1);
    return mean;
}

static const struct {
    const char *encoder;
    const char *preset;
    double crf;
    bool has_b_pictures;
} codecs[] = {
    {"libx264", "medium", 12, true},
    {"libx264", "ultrafast", 12, false},
    {"libx265", "medium", 12, true},
    {"libsvtav1", "10", 20, false},
};

static void pictures_are_compared_with_their_own_twins(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
        struct rig rig;
        struct score_case c = {codecs[i].encoder, codecs[i].preset, codecs[i].crf, 100};
        double right = mean_of(&c, &rig);
        assert_int_equal(rig.reordered > 0, codecs[i].has_b_pictures);
        if (right < 0.95)
            fail_msg("%s %s: only %.4f", c.encoder, c.preset, right);
        c.shift = 1;
        double shifted = mean_of(&c, &rig);
        if (shifted > 0.7)
            fail_msg("%s %s: %.4f when one off", c.encoder, c.preset, shifted);
    }
}

static void what_is_coded_worse_scores_less(void **state)
{
    (void)state;
    static const double crfs[] = {4, 20, 32, 44};
    double above = 1;
    for (size_t i = 0; i < ARRAY_LEN(crfs); i++) {
        struct rig rig;
        struct score_case c = {"libx264", "medium", crfs[i], 60};
        double mean = mean_of(&c, &rig);
        if (mean >= above || (i == 0 && mean < 0.99))
            fail_msg("crf %.0f: %.6f after %.6f", crfs[i], mean, above);
        above = mean;
    }
}

static void one_bad_picture_is_the_least_and_hardly_the_mean(void **state)
{
    (void)state;
    struct rig good, bad;
    struct score_case c = {"libx264", "medium", 12, 80};
    double mean = mean_of(&c, &good);
    c.wrong_frame = 37;
    double less = mean_of(&c, &bad);
    assert_true(good.sum.min_millionths > 900000);
    assert_true(bad.sum.min_millionths < 700000);
    assert_true(less < mean - 0.2 / 80 && less > mean - 1.0 / 80);
}

static void pictures_wait_only_as_long_as_the_encoder_looks_ahead(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
        struct rig rig;
        struct score_case c = {codecs[i].encoder, codecs[i].preset, 30, 400};
        mean_of(&c, &rig);
        struct picture_pool *pool = picture_pool_new(WIDTH_PX, HEIGHT_PX);
        int64_t most = rig.most_used_bytes / picture_pool_picture_bytes(pool);
        picture_pool_free(&pool);
        if (most > 150)
            fail_msg("%s %s: %d pictures held", c.encoder, c.preset, (int)most);
    }
}

static void a_long_span_is_measured_in_parts(void **state)
{
    (void)state;
    struct rig rig;
    struct score_case c = {"libx264", "ultrafast", 20, 2 * 2048 + 3};
    assert_true(mean_of(&c, &rig) > 0.9);
}

static void a_lost_coded_picture_is_a_bug(void **state)
{
    (void)state;
    static const int lost[] = {1, 2, 50, 60};
    for (size_t i = 0; i < ARRAY_LEN(lost); i++) {
        struct rig rig;
        struct err err = {0};
        struct score_case c = {"libx264", "medium", 20, 60, .lost_coded = lost[i]};
        assert_false(score_case(&c, &rig, &err));
        assert_int_equal(err.kind, ERR_BUG);
        assert_non_null(strstr(err.text, "score: "));
    }
}

static struct media_score score_of_equals(enum score_kind kind, int width_px, int height_px)
{
    struct err err = {0};
    struct score_graph *graph = NULL;
    struct media_score sum = {0};
    struct picture_pool *pool = picture_pool_new(width_px, height_px);
    AVFrame *coded = av_frame_alloc(), *reference = av_frame_alloc();
    if (!score_graph_open(kind, width_px, height_px, &graph, &err))
        fail_msg("%s", err.text);
    for (int i = 0; i < 10; i++) {
        struct picture *picture = painted(pool, i);
        assert_true(picture_lend(picture, coded) && picture_lend(picture, reference));
        coded->color_range = AVCOL_RANGE_MPEG; // what a decoder says of it does not matter
        coded->colorspace = AVCOL_SPC_BT709;
        if (!score_graph_add(graph, coded, reference, &err))
            fail_msg("%s", err.text);
        picture_unref(&picture);
    }
    if (!score_graph_finish(graph, &sum, &err))
        fail_msg("%s", err.text);
    score_graph_free(&graph);
    av_frame_free(&coded);
    av_frame_free(&reference);
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    picture_pool_free(&pool);
    return sum;
}

static void equal_pictures_score_one(void **state)
{
    (void)state;
    struct media_score sum = score_of_equals(SCORE_SSIM, WIDTH_PX, HEIGHT_PX);
    assert_int_equal(sum.frames, 10);
    assert_int_equal(sum.sum_millionths, 10 * 1000000);
    assert_int_equal(sum.min_millionths, 1000000);
}

static void a_graph_without_pictures_has_no_score(void **state)
{
    (void)state;
    struct err err = {0};
    struct score_graph *graph = NULL;
    struct media_score sum = {0};
    assert_true(score_graph_open(SCORE_SSIM, WIDTH_PX, HEIGHT_PX, &graph, &err));
    assert_false(score_graph_finish(graph, &sum, &err));
    assert_int_equal(err.kind, ERR_BUG);
    score_graph_free(&graph);
}

static void sums_add_up_and_keep_the_least(void **state)
{
    (void)state;
    struct media_score sum = {0};
    media_score_add(&sum, &(struct media_score){2, 180, 80});
    media_score_add(&sum, &(struct media_score){0});
    media_score_add(&sum, &(struct media_score){3, 250, 70});
    media_score_add(&sum, &(struct media_score){1, 95, 95});
    assert_int_equal(sum.frames, 6);
    assert_int_equal(sum.sum_millionths, 525);
    assert_int_equal(sum.min_millionths, 70);
}

static void kinds_are_found_by_name(void **state)
{
    (void)state;
    for (int kind = 0; kind < SCORE_KIND_COUNT; kind++) {
        enum score_kind back = SCORE_KIND_COUNT;
        assert_true(score_kind_find(score_kind_name((enum score_kind)kind), &back));
        assert_int_equal(back, kind);
    }
    enum score_kind untouched = SCORE_SSIM;
    assert_false(score_kind_find("beauty", &untouched));
    assert_int_equal(untouched, SCORE_SSIM);
    assert_false(score_kind_is_available(SCORE_NONE));
    assert_true(score_kind_is_available(SCORE_SSIM));
}

static void vmaf_works_where_it_is_said_to(void **state)
{
    (void)state;
    if (!score_kind_is_available(SCORE_VMAF)) {
        struct err err = {0};
        struct score_graph *graph = NULL;
        assert_false(score_graph_open(SCORE_VMAF, WIDTH_PX, HEIGHT_PX, &graph, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        return; // that it is refused is all there is to see
    }
    struct media_score sum = score_of_equals(SCORE_VMAF, WIDTH_PX, HEIGHT_PX);
    assert_int_equal(sum.frames, 10);
    assert_true(sum.sum_millionths > 10 * INT64_C(95000000));
    struct rig rig;
    struct score_case c = {"libx264", "medium", 12, 60, .kind = SCORE_VMAF};
    double right = mean_of(&c, &rig);
    c.shift = 1;
    double shifted = mean_of(&c, &rig);
    if (right < 85 || shifted > right - 20)
        fail_msg("%.2f, one off %.2f", right, shifted);
    // as small as score_can() lets them be
    sum = score_of_equals(SCORE_VMAF, 34, 34);
    assert_int_equal(sum.frames, 10);
}

static void tiny_pictures_are_not_scored(void **state)
{
    (void)state;
    struct plan_video track = {.codec = VIDEO_H264, .width_px = 34, .height_px = 34};
    assert_true(score_can(SCORE_SSIM, &track));
    assert_false(score_can(SCORE_NONE, &track));
    track.height_px = 32;
    assert_false(score_can(SCORE_SSIM, &track));
}

static void run_once(const struct footage *footage, const struct plan *plan, enum score_kind kind,
                     struct shelf *shelf, struct run_stats *stats)
{
    struct err err = {0};
    struct run_options options = {.jobs = 2, .memory_bytes = 1 << 20, .score = kind};
    shelf_init(shelf);
    *stats = (struct run_stats){0};
    if (!run_plan(&footage->source, plan, &options, &shelf->sink, stats, &err))
        fail_msg("%s", err.text);
}

// Two rungs of one size, one smaller, and one too small; two spans.
static void make_plan(struct plan *plan)
{
    footage_plan(plan, (AVRational){25, 1}, 50, 10, 20);
    footage_plan_video(plan, "libx264", 96, 64)->crf = 16;
    footage_plan_video(plan, "libx265", 96, 64)->crf = 16;
    footage_plan_video(plan, "libx264", 54, 36)->crf = 16;
    footage_plan_video(plan, "libx264", 24, 16)->crf = 16;
    plan->spans[0] = (struct plan_span){0, 1};
    plan->spans[1] = (struct plan_span){1, 2};
    plan->span_count = 2;
}

static void a_run_reports_scores_and_makes_the_same_bytes(void **state)
{
    (void)state;
    struct footage footage;
    struct footage_spec spec = {.container = "mp4",
                                .video = {.encoder = "libx264",
                                          .options = "crf=1:g=10",
                                          .width_px = 96,
                                          .height_px = 64,
                                          .rate = {25, 1},
                                          .frames = 50,
                                          .paint = paint_frame}};
    AUTO(plan_done) struct plan plan = {0};
    struct shelf shelves[2];
    struct run_stats stats[2];
    char digests[2][65];
    footage_make(&footage, &spec);
    make_plan(&plan);
    for (int i = 0; i < 2; i++) {
        run_once(&footage, &plan, i ? SCORE_SSIM : SCORE_NONE, &shelves[i], &stats[i]);
        shelf_digest(&shelves[i], digests[i]);
        assert_int_equal(shelves[i].report_count, 8);
        assert_int_equal(stats[i].score_cpu_us > 0, i);
    }
    assert_string_equal(digests[0], digests[1]);
    for (size_t i = 0; i < 8; i++) {
        const struct media_span_report *report = &shelves[1].reports[i];
        bool is_tiny = strcmp(shelves[1].report_tracks[i], "v3") == 0;
        assert_int_equal(shelves[0].reports[i].score.frames, 0);
        assert_int_equal(report->score.frames, is_tiny ? 0 : report->frames);
        assert_true(is_tiny || report->score.sum_millionths > report->frames * 850000);
        assert_true(report->score.sum_millionths <= report->frames * 1000000);
    }
    shelf_done(&shelves[0]);
    shelf_done(&shelves[1]);
    footage_done(&footage);
}

static void a_lane_given_up_in_the_middle_keeps_nothing(void **state)
{
    (void)state;
    AUTO(plan_done) struct plan plan = {0};
    struct shelf shelf;
    struct track_init init;
    struct err err = {0};
    make_plan(&plan);
    shelf_init(&shelf);
    track_init_init(&init);
    struct picture_pool *pool = picture_pool_new(96, 64);
    struct lane_spec spec = {&plan, 0, 1, &init, &shelf.sink, SCORE_SSIM};
    struct lane *lane = lane_new(&spec);
    for (int i = 0; i < 25; i++) {
        struct picture *picture = painted(pool, i);
        if (!lane_encode(lane, picture, &err))
            fail_msg("%s", err.text);
        picture_unref(&picture);
    }
    assert_true(picture_pool_used_bytes(pool) > 0);
    lane_free(&lane);
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    picture_pool_free(&pool);
    track_init_done(&init);
    shelf_done(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_pictures_score_one),
        cmocka_unit_test(pictures_are_compared_with_their_own_twins),
        cmocka_unit_test(what_is_coded_worse_scores_less),
        cmocka_unit_test(one_bad_picture_is_the_least_and_hardly_the_mean),
        cmocka_unit_test(pictures_wait_only_as_long_as_the_encoder_looks_ahead),
        cmocka_unit_test(a_long_span_is_measured_in_parts),
        cmocka_unit_test(a_lost_coded_picture_is_a_bug),
        cmocka_unit_test(a_graph_without_pictures_has_no_score),
        cmocka_unit_test(sums_add_up_and_keep_the_least),
        cmocka_unit_test(kinds_are_found_by_name),
        cmocka_unit_test(tiny_pictures_are_not_scored),
        cmocka_unit_test(a_run_reports_scores_and_makes_the_same_bytes),
        cmocka_unit_test(a_lane_given_up_in_the_middle_keeps_nothing),
        cmocka_unit_test(vmaf_works_where_it_is_said_to),
    };
    setenv("SVT_LOG", "0", 1);
    av_log_to_ours();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
