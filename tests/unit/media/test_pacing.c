// SPDX-License-Identifier: BSD-2-Clause
// Frame pacing: which source frame each output frame shows, told by the number that
// is painted into it; and that a span started anywhere shows what one decode from
// the start shows.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "src/base/digest.h"
#include "src/media/lane.h"
#include "src/media/span_source.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/media/footage_plan.h"

enum { SHOWN_MAX = 128 };

struct shown {
    int count;
    int numbers[SHOWN_MAX];
    char digests[SHOWN_MAX][65];
    struct span_source_stats stats;
};

static void digest_picture(const struct picture *picture, char ret_hex[65])
{
    struct digest *digest = digest_new();
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < picture->height_px / (p ? 2 : 1); y++)
            digest_update(digest, picture->plane[p] + y * picture->stride_bytes[p],
                          (size_t)picture->width_px / (p ? 2 : 1));
    digest_hex(digest, ret_hex);
    digest_free(&digest);
}

// All frames of the plan's span 0.
static void play(const char *name, const struct byte_source *source, struct plan *plan,
                 struct shown *ret)
{
    struct ladder_sizes sizes;
    struct err err = {0};
    struct span_source *span = NULL;
    ladder_sizes_init(&sizes, plan);
    struct picture_pool *pool = picture_pool_new(sizes.width_px[0], sizes.height_px[0]);
    struct span_source_spec spec = {
        .source = source, .plan = plan, .sizes = &sizes, .pools = &pool, .span = 0};
    memset(ret, 0, sizeof *ret);
    if (!span_source_open(&spec, &span, &err))
        fail_msg("%s: open: %s", name, err.text);
    int64_t frames = plan_span_end_frame(plan, 0) - plan_span_first_frame(plan, 0);
    assert_true(frames > 0 && frames <= SHOWN_MAX);
    for (; ret->count < frames; ret->count++) {
        struct picture *picture = NULL;
        if (!span_source_next(span, &picture, &err))
            fail_msg("%s: frame %d: %s", name, ret->count, err.text);
        ret->numbers[ret->count] = footage_number(picture->plane[0], picture->stride_bytes[0],
                                                  picture->width_px, picture->height_px);
        digest_picture(picture, ret->digests[ret->count]);
        picture_unref(&picture);
    }
    ret->stats = span_source_stats(span);
    span_source_free(&span);
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    picture_pool_free(&pool);
}

struct pacing_case {
    const char *name;
    int64_t times_ms[16]; // of the source's frames; ends with -1
    int64_t start_ms;     // of the output timeline
    int keep_every;       // at 25 slots per second
    int expected[16];     // the source frame of every output frame; ends with -1
    int repeated;
    int dropped;
};

static const struct pacing_case cases[] = {
    {"constant", {0, 40, 80, 120, 160, -1}, 0, 1, {0, 1, 2, 3, 4, -1}, 0, 0},
    {"wobbling clock", {0, 41, 79, 121, 159, -1}, 0, 1, {0, 1, 2, 3, 4, -1}, 0, 0},
    {"held frame", {0, 40, 200, 240, -1}, 0, 1, {0, 1, 1, 1, 1, 2, 3, -1}, 3, 0},
    {"three in one slot", {0, 40, 44, 50, 80, -1}, 0, 1, {0, 3, 4, -1}, 0, 2},
    {"held and too many",
     {0, 40, 80, 200, 240, 245, 250, 320, -1},
     0,
     1,
     {0, 1, 2, 2, 2, 3, 6, 6, 7, -1},
     3,
     2},
    {"late first frame", {120, 160, 200, -1}, 0, 1, {0, 0, 0, 0, 1, 2, -1}, 3, 0},
    {"early end", {0, 40, 80, -1}, 0, 1, {0, 1, 2, 2, 2, 2, -1}, 3, 0},
    {"early end of everything", {0, -1}, 0, 1, {0, 0, 0, -1}, 2, 0},
    {"start offset", {1000, 1040, 1080, -1}, 1000, 1, {0, 1, 2, -1}, 0, 0},
    {"frames before the start", {0, 40, 80, 120, 160, -1}, 80, 1, {2, 3, 4, -1}, 0, 0},
    {"one in two", {0, 40, 80, 120, 160, 200, 240, -1}, 0, 2, {0, 2, 4, 6, -1}, 0, 0},
    {"one in two of an even number", {0, 40, 80, 120, -1}, 0, 2, {0, 2, -1}, 0, 0},
    {"one in four", {0, 40, 80, 120, 160, 200, -1}, 0, 4, {0, 4, -1}, 0, 0},
    {"one in two with a hole", {0, 40, 200, 240, -1}, 0, 2, {0, 1, 1, 3, -1}, 1, 0},
    {"one frame", {0, -1}, 0, 1, {0, -1}, 0, 0},
};

static int length(const int *list)
{
    int count = 0;
    while (list[count] >= 0)
        count++;
    return count;
}

static void make_case(const struct pacing_case *c, const char *container, struct footage *footage)
{
    struct footage_spec spec = {.container = container,
                                .video = {.encoder = "mpeg4",
                                          .options = "g=1",
                                          .width_px = 64,
                                          .height_px = 48,
                                          .rate = {25, 1},
                                          .times = c->times_ms,
                                          .time_scale = 1000}};
    while (c->times_ms[spec.video.frames] >= 0)
        spec.video.frames++;
    footage_make(footage, &spec);
}

static void each_output_frame_shows_the_last_source_frame_before_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct pacing_case *c = &cases[i];
        struct footage footage;
        struct plan plan;
        struct shown shown;
        make_case(c, "matroska", &footage);
        footage_plan(&plan, (AVRational){25, c->keep_every}, length(c->expected), 100, 100);
        plan.source_frame_rate = rational_make(25, 1);
        plan.keep_every = c->keep_every;
        plan.timing = TIMING_VARIABLE;
        plan.source_start = rational_make(c->start_ms, 1000);
        footage_plan_video(&plan, "libx264", 64, 48);
        play("footage", &footage.source, &plan, &shown);
        for (int f = 0; f < shown.count; f++)
            if (shown.numbers[f] != c->expected[f])
                fail_msg("%s: output %d shows %d, not %d", c->name, f, shown.numbers[f],
                         c->expected[f]);
        if (shown.stats.repeated_frames != c->repeated || shown.stats.dropped_frames != c->dropped)
            fail_msg("%s: %d repeated, %d dropped, not %d and %d", c->name,
                     (int)shown.stats.repeated_frames, (int)shown.stats.dropped_frames, c->repeated,
                     c->dropped);
        assert_int_equal(shown.stats.damaged, 0);
        plan_done(&plan);
        footage_done(&footage);
    }
}

static void counted_frames_are_shown_whatever_their_times(void **state)
{
    (void)state;
    static const struct pacing_case wild = {.name = "wild",
                                            .times_ms = {0, 1, 2, 700, 701, 5000, -1}};
    struct footage footage;
    struct plan plan;
    struct shown shown;
    make_case(&wild, "matroska", &footage);
    footage_plan(&plan, (AVRational){25, 1}, 6, 100, 100);
    footage_plan_video(&plan, "libx264", 64, 48);
    plan.timing = TIMING_COUNTED;
    plan.is_seekable = false;
    play("footage", &footage.source, &plan, &shown);
    for (int f = 0; f < 6; f++)
        assert_int_equal(shown.numbers[f], f);
    assert_int_equal(shown.stats.repeated_frames, 0);
    plan_done(&plan);
    footage_done(&footage);
}

static void negative_times_are_times_like_others(void **state)
{
    (void)state;
    // In MPEG-TS a clock just before its wrap is one below zero.
    static const int64_t times[] = {-80, -40, 0, 40, 80, 120};
    struct footage_spec spec = {.container = "mpegts",
                                .options = "mpegts_copyts=1",
                                .video = {.encoder = "mpeg2video",
                                          .options = "g=3:bf=2",
                                          .width_px = 64,
                                          .height_px = 48,
                                          .rate = {25, 1},
                                          .frames = 6,
                                          .times = times,
                                          .time_scale = 1000}};
    struct footage footage;
    struct plan plan;
    struct shown shown;
    footage_make(&footage, &spec);
    footage_plan(&plan, (AVRational){25, 1}, 6, 100, 100);
    footage_plan_video(&plan, "libx264", 64, 48);
    plan.source_start = rational_make(-80, 1000);
    play("footage", &footage.source, &plan, &shown);
    for (int f = 0; f < 6; f++)
        assert_int_equal(shown.numbers[f], f);
    plan_done(&plan);
    footage_done(&footage);
}

struct gop_case {
    const char *container;
    const char *encoder;
    const char *options;
    AVRational rate;
    bool is_interlaced;
    bool flags_all_key;
};

static const struct gop_case gops[] = {
    {"mov", "libx264", "preset=veryfast:g=12:bf=0", {25, 1}, false},
    {"mov", "libx264", "preset=veryfast:g=12:bf=3", {30000, 1001}, false},
    {"matroska", "libx264", "preset=medium:g=12:bf=3:x264-params=open-gop=1:crf=20", {25, 1}},
    {"mpegts", "libx264", "preset=medium:g=12:bf=3:x264-params=open-gop=1", {25, 1}, false},
    {"mov", "libx264", "preset=medium:g=1000:bf=3", {24, 1}, false},
    {"mov", "libx264", "preset=medium:g=48:bf=3:x264-params=intra-refresh=1", {24, 1}, false},
    {"mov", "libx264", "preset=veryfast:g=12:bf=2:flags=+ildct", {25, 1}, true, 0},
    {"mov", "libx265", "preset=ultrafast:x265-params=keyint=12\\:log-level=none", {25, 1}},
    {"matroska", "mpeg4", "g=10:bf=2", {25, 1}, false},
    {"matroska", "mpeg2video", "g=10:bf=2", {25, 1}, false},
    {"mpegts", "mpeg2video", "g=10:bf=2", {25, 1}, false},
    {"matroska", "mpeg2video", "g=10:bf=2", {25, 1}, true, 0},
    {"avi", "mpeg4", "g=10", {25, 1}, false},
    {"webm", "libvpx", "g=12:deadline=realtime:cpu-used=8:lag-in-frames=8:auto-alt-ref=1", {25, 1}},
    {"matroska", "ffv1", "g=8", {25, 1}, false},
    // keyframes by their flags only
    {"matroska", "mpeg4", "g=10:bf=0", {25, 1}, false, true},
    {"matroska", "mpeg4", "g=10:bf=2", {25, 1}, false, true},
    {"matroska", "mpeg2video", "g=10:bf=2", {25, 1}, false, true},
    {"matroska", "libx264", "preset=veryfast:g=12:bf=3", {25, 1}, false, true},
    {"webm", "libvpx", "g=12:deadline=realtime:cpu-used=8", {25, 1}, false, true},
};

// Spans that begin with every segment of the grid, two segments long.
static void compare_spans(const struct gop_case *c, struct plan *plan,
                          const struct byte_source *source, const struct shown *whole)
{
    for (int64_t first = 0; first < plan->grid.segment_count; first++) {
        struct shown part;
        plan->spans[0].first_segment = first;
        plan->spans[0].segment_count = first + 1 < plan->grid.segment_count ? 2 : 1;
        play(c->options, source, plan, &part);
        int64_t at = first * plan->frames_per_segment;
        for (int f = 0; f < part.count; f++) {
            if (part.numbers[f] != whole->numbers[at + f])
                fail_msg("%s %s %s: a span from segment %d shows %d at frame %d", c->container,
                         c->encoder, c->options, (int)first, part.numbers[f], (int)at + f);
            if (strcmp(part.digests[f], whole->digests[at + f]) != 0)
                fail_msg("%s %s %s: a span from segment %d has another picture at frame %d",
                         c->container, c->encoder, c->options, (int)first, (int)at + f);
        }
        assert_int_equal(part.stats.damaged, 0);
    }
}

static float silence(int64_t sample, int channel, int rate_hz)
{
    (void)sample;
    (void)channel;
    (void)rate_hz;
    return 0;
}

static void a_span_from_anywhere_equals_one_decode(void **state)
{
    (void)state;
    enum { FRAMES = 50, PER_SEGMENT = 4 };
    for (size_t i = 0; i < ARRAY_LEN(gops); i++) {
        const struct gop_case *c = &gops[i];
        bool is_webm = strcmp(c->container, "webm") == 0;
        struct footage_spec spec = {.container = c->container,
                                    .video = {.encoder = c->encoder,
                                              .options = c->options,
                                              .width_px = 64,
                                              .height_px = 64,
                                              .rate = c->rate,
                                              .frames = FRAMES,
                                              .is_interlaced = c->is_interlaced,
                                              .flags_all_key = c->flags_all_key},
                                    // sound beside it, whose packets are no pictures
                                    .audio = {.encoder = is_webm ? NULL : "mp2",
                                              .rate_hz = 48000,
                                              .channels = 2,
                                              .samples = 2 * 48000,
                                              .wave = silence}};
        struct footage footage;
        struct plan plan;
        struct shown whole;
        footage_make(&footage, &spec);
        footage_plan(&plan, c->rate, FRAMES, PER_SEGMENT, PER_SEGMENT);
        footage_plan_video(&plan, "libx264", 64, 64);
        plan.deinterlace = c->is_interlaced;
        play(c->options, &footage.source, &plan, &whole);
        for (int f = 0; f < FRAMES; f++)
            if (whole.numbers[f] != f)
                fail_msg("%s %s %s: frame %d shows %d", c->container, c->encoder, c->options, f,
                         whole.numbers[f]);
        assert_int_equal(whole.stats.repeated_frames, 0);
        assert_int_equal(whole.stats.dropped_frames, 0);
        compare_spans(c, &plan, &footage.source, &whole);
        plan_done(&plan);
        footage_done(&footage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_output_frame_shows_the_last_source_frame_before_it),
        cmocka_unit_test(counted_frames_are_shown_whatever_their_times),
        cmocka_unit_test(negative_times_are_times_like_others),
        cmocka_unit_test(a_span_from_anywhere_equals_one_decode),
    };
    av_log_set_level(AV_LOG_QUIET);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
