// SPDX-License-Identifier: BSD-2-Clause
// The rows of the encoder table, all by the same rules: every frame comes out once,
// groups start where they are told to and nowhere else, equal input gives equal
// bytes whatever memory held before.
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "src/base/digest.h"
#include "src/media/encode.h"
#include "tests/unit/media/footage_plan.h"

enum { FRAMES_MAX = 80 };

struct taken {
    int count;
    int64_t frames[FRAMES_MAX]; // in the order they came
    bool is_sync[FRAMES_MAX];
    int first_unit[FRAMES_MAX]; // type of the first NAL unit that holds a picture
    struct digest *digest;
    enum video_codec codec;
};

static int picture_unit(const struct taken *taken, const struct encoded *encoded)
{
    size_t at = 0;
    while (taken->codec != VIDEO_AV1 && at + 5 <= encoded->size_bytes) {
        size_t length = (size_t)encoded->data[at] << 24 | (size_t)encoded->data[at + 1] << 16 |
                        (size_t)encoded->data[at + 2] << 8 | encoded->data[at + 3];
        int type = taken->codec == VIDEO_H264 ? encoded->data[at + 4] & 0x1f
                                              : encoded->data[at + 4] >> 1 & 0x3f;
        assert_true(length > 0 && at + 4 + length <= encoded->size_bytes);
        if (taken->codec == VIDEO_H264 ? type >= 1 && type <= 5 : type < 32)
            return type;
        at += 4 + length;
    }
    return -1;
}

static bool take(void *self, const struct encoded *encoded, struct err *err)
{
    struct taken *taken = self;
    (void)err;
    assert_true(taken->count < FRAMES_MAX);
    assert_true(encoded->size_bytes > 0);
    taken->frames[taken->count] = encoded->frame;
    taken->is_sync[taken->count] = encoded->is_sync;
    taken->first_unit[taken->count++] = picture_unit(taken, encoded);
    digest_update(taken->digest, encoded->data, encoded->size_bytes);
    return true;
}

// A ramp that moves, so that there is something to predict, and texture.
static void paint(struct picture *picture, int number)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < picture->height_px / (p ? 2 : 1); y++)
            for (int x = 0; x < picture->width_px / (p ? 2 : 1); x++)
                picture->plane[p][y * picture->stride_bytes[p] + x] =
                    (uint8_t)(p ? 100 + (x + number) % 50
                                : 40 + ((x * 3 + y * 2 + number * 4) % 128) + (x * y) % 13);
}

struct encode_case {
    const char *encoder;
    const char *preset;
    int width_px, height_px;
    int frames;
    int gop;
};

static const struct encode_case cases[] = {
    {"libx264", "veryfast", 2, 2, 5, 3},      {"libx264", "medium", 2, 2, 12, 4},
    {"libx264", "veryfast", 4, 2, 3, 2},      {"libx264", "medium", 16, 16, 1, 48},
    {"libx264", "medium", 426, 240, 60, 24},  {"libx264", "veryfast", 98, 50, 30, 12},
    {"libx264", "ultrafast", 64, 48, 25, 10}, {"libx264", "slow", 64, 48, 49, 48},
    {"libx264", "medium", 64, 48, 10, 1},     {"libx264", "medium", 64, 48, 11, 2},
    {"libx264", "placebo", 64, 48, 20, 10},   {"libx265", "veryfast", 64, 64, 25, 10},
    {"libx265", "ultrafast", 64, 64, 13, 12}, {"libx265", "medium", 66, 64, 25, 12},
    {"libx265", "medium", 64, 64, 1, 48},     {"libx265", "medium", 64, 64, 7, 2},
    {"libx265", "slow", 128, 72, 21, 20},     {"libsvtav1", "12", 64, 64, 25, 10},
    {"libsvtav1", "10", 66, 64, 21, 20},      {"libsvtav1", "12", 64, 64, 1, 48},
    {"libsvtav1", "8", 128, 72, 34, 16},
};

struct coding {
    struct taken taken;
    struct buf config;
    int64_t reorder;
    char digest[65];
};

static void encode_case(const struct encode_case *c, struct coding *ret)
{
    struct err err = {0};
    struct plan plan;
    struct encoder *encoder = NULL;
    footage_plan(&plan, (AVRational){25, 1}, c->frames, c->gop, c->gop);
    struct plan_video *track = footage_plan_video(&plan, c->encoder, c->width_px, c->height_px);
    snprintf(track->preset, sizeof track->preset, "%s", c->preset);
    const struct encoder_ops *ops = encoder_find(c->encoder);
    memset(ret, 0, sizeof *ret);
    ret->taken.digest = digest_new();
    ret->taken.codec = track->codec;
    if (!ops->open(&(struct encoder_spec){&plan, track, 0, NULL}, &encoder, &err) ||
        !ops->config(encoder, &ret->config, &err))
        fail_msg("%s %dx%d: %s", c->encoder, c->width_px, c->height_px, err.text);
    ret->reorder = ops->reorder_frames(encoder);
    struct picture_pool *pool = picture_pool_new(c->width_px, c->height_px);
    for (int i = 0; i <= c->frames; i++) {
        struct picture *picture = i < c->frames ? picture_get(pool) : NULL;
        if (picture)
            paint(picture, i);
        if (!ops->encode(encoder, picture, i, i % c->gop == 0, take, &ret->taken, &err))
            fail_msg("%s %s: %s", c->encoder, c->preset, err.text);
        picture_unref(&picture);
    }
    ops->close(encoder);
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    picture_pool_free(&pool);
    digest_hex(ret->taken.digest, ret->digest);
    digest_free(&ret->taken.digest);
    plan_done(&plan);
}

static void check_groups(const struct encode_case *c, const struct coding *coding)
{
    const struct taken *taken = &coding->taken;
    bool seen[FRAMES_MAX] = {0};
    assert_int_equal(taken->count, c->frames);
    for (int i = 0; i < taken->count; i++) {
        int64_t frame = taken->frames[i];
        if (frame < 0 || frame >= c->frames || seen[frame])
            fail_msg("%s %s: frame %d out of place", c->encoder, c->preset, (int)frame);
        seen[frame] = true;
        // closed groups: all of one before the first of the next
        assert_int_equal(frame / c->gop, i / c->gop);
        assert_int_equal(taken->is_sync[i], frame % c->gop == 0);
        if (taken->codec == VIDEO_H264)
            assert_int_equal(taken->first_unit[i] == 5, taken->is_sync[i]);
        if (taken->codec == VIDEO_HEVC)
            assert_int_equal(taken->first_unit[i] == 19 || taken->first_unit[i] == 20,
                             taken->is_sync[i]);
        // shown no earlier than the promised delay makes room for
        if (frame - i < -coding->reorder)
            fail_msg("%s %s: frame %d is coded as number %d, a delay of more than %d", c->encoder,
                     c->preset, (int)frame, i, (int)coding->reorder);
    }
}

static void frames_come_out_once_in_closed_groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct coding coding;
        encode_case(&cases[i], &coding);
        check_groups(&cases[i], &coding);
        buf_done(&coding.config);
    }
}

static void what_memory_held_before_does_not_matter(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct coding codings[3];
        static const int poisons[3] = {0, 0x5a, 0xff};
        for (int k = 0; k < 3; k++) {
            mallopt(M_PERTURB, poisons[k]);
            encode_case(&cases[i], &codings[k]);
        }
        mallopt(M_PERTURB, 0);
        for (int k = 1; k < 3; k++) {
            if (strcmp(codings[0].digest, codings[k].digest) != 0)
                fail_msg("%s %s %dx%d: other bytes for another heap", cases[i].encoder,
                         cases[i].preset, cases[i].width_px, cases[i].height_px);
            assert_int_equal(codings[0].config.size_bytes, codings[k].config.size_bytes);
            assert_memory_equal(codings[0].config.data, codings[k].config.data,
                                codings[0].config.size_bytes);
        }
        for (int k = 0; k < 3; k++)
            buf_done(&codings[k].config);
    }
}

static void rows_are_found_by_name_and_say_who_they_are(void **state)
{
    (void)state;
    static const char *const names[] = {"libx264", "libx265", "libsvtav1"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct encoder_ops *ops = encoder_find(names[i]);
        char text[64] = "";
        assert_non_null(ops);
        assert_string_equal(ops->name, names[i]);
        ops->identity(text);
        assert_ptr_equal(strstr(text, names[i]), text);
        assert_true(strlen(text) > strlen(names[i]));
    }
    assert_null(encoder_find("mpeg4"));
    assert_null(encoder_find(""));
}

static void a_preset_nobody_knows_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct plan plan;
    struct encoder *encoder = NULL;
    footage_plan(&plan, (AVRational){25, 1}, 10, 5, 5);
    struct plan_video *track = footage_plan_video(&plan, "libx264", 64, 48);
    snprintf(track->preset, sizeof track->preset, "sluggish");
    assert_false(encoder_find("libx264")->open(&(struct encoder_spec){&plan, track, 0, NULL},
                                               &encoder, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(strstr(err.text, "sluggish"));
    assert_null(encoder);
    plan_done(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_once_in_closed_groups),
        cmocka_unit_test(what_memory_held_before_does_not_matter),
        cmocka_unit_test(rows_are_found_by_name_and_say_who_they_are),
        cmocka_unit_test(a_preset_nobody_knows_is_refused),
    };
    setenv("SVT_LOG", "0", 1);
    av_log_set_level(AV_LOG_QUIET);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
