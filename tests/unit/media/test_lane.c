// SPDX-License-Identifier: BSD-2-Clause
// Lanes: segments as the grid says, with times that join over spans; looked at box
// by box, and through libavformat and a decoder as a player would see them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "packager/box.h"
#include "src/media/codec_list.h"
#include "src/media/demux.h"
#include "src/media/lane.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/media/footage_plan.h"
#include "tests/unit/media/shelf.h"

struct lane_case {
    const char *encoder;
    const char *preset;
    int width_px, height_px;
    AVRational rate;
    int frames;
    int gop;
    int per_segment;
    int segments_per_span;
};

static const struct lane_case cases[] = {
    {"libx264", "veryfast", 64, 48, {25, 1}, 50, 5, 10, 2},
    {"libx264", "medium", 64, 48, {30000, 1001}, 61, 12, 24, 1},
    {"libx264", "ultrafast", 64, 48, {24, 1}, 7, 3, 3, 1},
    {"libx264", "medium", 32, 16, {25, 1}, 1, 48, 96, 1},
    {"libx264", "medium", 64, 48, {60, 1}, 41, 10, 20, 1}, // the last span: one frame
    {"libx264", "medium", 64, 48, {25, 1}, 9, 1, 2, 2},
    {"libx265", "ultrafast", 64, 64, {25, 1}, 25, 5, 10, 1},
    {"libx265", "medium", 64, 64, {30000, 1001}, 21, 10, 10, 1},
    {"libsvtav1", "12", 64, 64, {25, 1}, 25, 5, 10, 1},
    {"libsvtav1", "12", 64, 64, {25, 1}, 21, 10, 20, 1},
};

static void plan_case(const struct lane_case *c, struct plan *plan)
{
    footage_plan(plan, c->rate, c->frames, c->gop, c->per_segment);
    struct plan_video *track = footage_plan_video(plan, c->encoder, c->width_px, c->height_px);
    snprintf(track->preset, sizeof track->preset, "%s", c->preset);
    plan->span_count = 0;
    for (int64_t at = 0; at < plan->grid.segment_count; at += c->segments_per_span) {
        int64_t left = plan->grid.segment_count - at;
        int64_t count = left < c->segments_per_span ? left : c->segments_per_span;
        plan->spans[plan->span_count++] = (struct plan_span){at, count};
    }
}

static void paint(struct picture *picture, int number)
{
    AVFrame frame = {.width = picture->width_px, .height = picture->height_px};
    for (int p = 0; p < 3; p++) {
        frame.data[p] = picture->plane[p];
        frame.linesize[p] = picture->stride_bytes[p];
    }
    footage_paint_number(&frame, number);
}

// with `beyond` pictures of the next span behind its own
static void make_span_and(int64_t beyond, const struct plan *plan, size_t span,
                          struct track_init *init, struct shelf *shelf, struct picture_pool *pool)
{
    struct err err = {0};
    struct lane_spec spec = {plan, 0, span, init, &shelf->sink};
    struct lane *lane = lane_new(&spec);
    int64_t first = plan_span_first_frame(plan, span), end = plan_span_end_frame(plan, span);
    for (int64_t frame = first; frame < end + beyond; frame++) {
        struct picture *picture = picture_get(pool);
        paint(picture, (int)frame);
        if (!lane_encode(lane, picture, &err))
            fail_msg("%s", err.text);
        picture_unref(&picture);
    }
    if (!lane_finish(lane, &err))
        fail_msg("%s", err.text);
    assert_int_equal(lane_frames_done(lane), end - first);
    lane_free(&lane);
}

static void make_span(const struct plan *plan, size_t span, struct track_init *init,
                      struct shelf *shelf, struct picture_pool *pool)
{
    make_span_and(lane_look_beyond(plan, 0, span), plan, span, init, shelf, pool);
}

// All spans, in the order given by `is_backwards`.
static void make_all(const struct plan *plan, bool is_backwards, struct shelf *shelf)
{
    struct track_init init;
    struct picture_pool *pool = picture_pool_new(plan->video[0].width_px, plan->video[0].height_px);
    shelf_init(shelf);
    track_init_init(&init);
    for (size_t i = 0; i < plan->span_count; i++)
        make_span(plan, is_backwards ? plan->span_count - 1 - i : i, &init, shelf, pool);
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    track_init_done(&init);
    picture_pool_free(&pool);
}

static uint32_t u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

struct totals {
    int64_t next_decode_ticks;
    int64_t samples;
};

// trun as this packager writes it or any other: flags say which fields there are.
static void check_trun(const struct box *trun, int64_t default_duration, struct totals *totals)
{
    const uint8_t *at = trun->payload;
    uint32_t flags = u32(at) & 0xffffff, count = u32(at + 4);
    at += 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
    for (uint32_t i = 0; i < count; i++) {
        int64_t duration = default_duration;
        if (flags & 0x100) {
            duration = u32(at);
            at += 4;
        }
        at += (flags & 0x200 ? 4 : 0) + (flags & 0x400 ? 4 : 0);
        if (flags & 0x800) {
            assert_true((int32_t)u32(at) >= 0); // the delay leaves no negative offset
            at += 4;
        }
        assert_true(duration > 0);
        totals->next_decode_ticks += duration;
        totals->samples++;
    }
    assert_true(at <= trun->payload + trun->payload_size_bytes);
}

static void check_fragment(const struct box *moof, int64_t ticks, struct totals *totals)
{
    struct box tfdt, trun, tfhd;
    assert_true(box_find(moof->payload, moof->payload_size_bytes, "traf/tfdt", &tfdt));
    assert_true(box_find(moof->payload, moof->payload_size_bytes, "traf/trun", &trun));
    assert_true(box_find(moof->payload, moof->payload_size_bytes, "traf/tfhd", &tfhd));
    int64_t time = u32(tfdt.payload + 4);
    if (tfdt.payload[0] == 1)
        time = time << 32 | u32(tfdt.payload + 8);
    assert_int_equal(time, totals->next_decode_ticks);
    check_trun(&trun, ticks, totals);
}

static void segments_are_what_the_grid_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan plan;
        struct shelf shelf;
        struct totals totals = {0};
        plan_case(&cases[i], &plan);
        make_all(&plan, false, &shelf);
        assert_int_equal(shelf.count, 1 + plan.grid.segment_count);
        for (int64_t k = 0; k < plan.grid.segment_count; k++) {
            const struct shelf_piece *piece = shelf_find(&shelf, "v0", k);
            assert_non_null(piece);
            int64_t first = k * cases[i].per_segment, end = first + cases[i].per_segment;
            end = end < cases[i].frames ? end : cases[i].frames;
            assert_int_equal(piece->start_ticks, first * plan.frame_duration_ticks);
            assert_int_equal(piece->duration_ticks, (end - first) * plan.frame_duration_ticks);
            assert_int_equal(piece->iframe_count, (end - first + cases[i].gop - 1) / cases[i].gop);
            struct box_walk walk;
            struct box box;
            struct err err = {0};
            box_walk_init(&walk, piece->bytes.data, piece->bytes.size_bytes);
            while (box_walk_next(&walk, &box, &err))
                if (box.type == BOX_TYPE('m', 'o', 'o', 'f'))
                    check_fragment(&box, plan.frame_duration_ticks, &totals);
            assert_int_equal(totals.samples, end);
            assert_int_equal(totals.next_decode_ticks, end * plan.frame_duration_ticks);
        }
        shelf_done(&shelf);
        plan_done(&plan);
    }
}

static void spans_can_be_made_in_any_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan plan;
        struct shelf forth, back;
        char digests[2][65];
        plan_case(&cases[i], &plan);
        make_all(&plan, false, &forth);
        make_all(&plan, true, &back);
        shelf_digest(&forth, digests[0]);
        shelf_digest(&back, digests[1]);
        assert_string_equal(digests[0], digests[1]);
        shelf_done(&forth);
        shelf_done(&back);
        plan_done(&plan);
    }
}

// Every shown picture must be the one its time says.
static void check_shown(const struct plan *plan, const struct lane_case *c,
                        const struct byte_source *source)
{
    struct err err = {0};
    struct demux *demux = demux_open(source, &err);
    if (!demux)
        fail_msg("%s", err.text);
    const AVStream *stream = demux_format(demux)->streams[0];
    const AVCodec *codec = codec_find_decoder(stream->codecpar->codec_id);
    AVCodecContext *decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, stream->codecpar);
    decoder->thread_count = 1;
    assert_true(avcodec_open2(decoder, codec, NULL) >= 0);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    int64_t shown = 0;
    for (;;) {
        int rc = avcodec_receive_frame(decoder, frame);
        if (rc == AVERROR(EAGAIN)) {
            bool has = demux_read(demux, packet, &err) == DEMUX_PACKET;
            assert_true(avcodec_send_packet(decoder, has ? packet : NULL) >= 0);
            av_packet_unref(packet);
            continue;
        }
        if (rc == AVERROR_EOF)
            break;
        assert_true(rc >= 0);
        assert_int_equal(frame->pts, shown * plan->frame_duration_ticks);
        int number =
            footage_number(frame->data[0], frame->linesize[0], frame->width, frame->height);
        if (number != shown)
            fail_msg("%s %s: picture %d shown as %d", c->encoder, c->preset, number, (int)shown);
        shown++;
    }
    assert_int_equal(shown, c->frames);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    demux_free(&demux);
}

static void a_player_sees_every_frame_at_its_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan plan;
        struct shelf shelf;
        AUTO(buf_done) struct buf joined = {0};
        plan_case(&cases[i], &plan);
        make_all(&plan, false, &shelf);
        shelf_join(&shelf, "v0", &joined);
        struct footage file = {.data = joined.data, .size_bytes = (int)joined.size_bytes};
        struct byte_source source = {.self = &file,
                                     .read_at = footage_read,
                                     .size_bytes = file.size_bytes,
                                     .name = "joined.mp4"};
        check_shown(&plan, &cases[i], &source);
        shelf_done(&shelf);
        plan_done(&plan);
    }
}

static void make_first(const struct plan *plan, int64_t beyond, struct shelf *shelf)
{
    struct track_init init;
    struct picture_pool *pool = picture_pool_new(plan->video[0].width_px, plan->video[0].height_px);
    shelf_init(shelf);
    track_init_init(&init);
    make_span_and(beyond, plan, 0, &init, shelf, pool);
    track_init_done(&init);
    picture_pool_free(&pool);
}

// Others in the ladder may like to see more: a lane's bytes are its own matter.
static void a_lane_looks_as_far_beyond_the_span_as_it_likes_and_no_farther(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan plan;
        struct shelf enough, more;
        char digests[2][65];
        plan_case(&cases[i], &plan);
        int64_t beyond = lane_look_beyond(&plan, 0, 0);
        int64_t left = plan.frame_count - plan_span_end_frame(&plan, 0);
        assert_true(beyond <= left);
        assert_int_equal(lane_look_beyond(&plan, 0, plan.span_count - 1), 0);
        make_first(&plan, beyond, &enough);
        make_first(&plan, beyond + 5, &more);
        shelf_digest(&enough, digests[0]);
        shelf_digest(&more, digests[1]);
        assert_string_equal(digests[0], digests[1]);
        shelf_done(&enough);
        shelf_done(&more);
        plan_done(&plan);
    }
}

static void a_sink_that_refuses_stops_it_with_the_sinks_words(void **state)
{
    (void)state;
    struct plan plan;
    struct shelf shelf;
    struct track_init init;
    struct err err = {0};
    plan_case(&cases[0], &plan);
    shelf_init(&shelf);
    shelf.fail_at = 1;
    track_init_init(&init);
    struct picture_pool *pool = picture_pool_new(64, 48);
    struct lane_spec spec = {&plan, 0, 0, &init, &shelf.sink};
    struct lane *lane = lane_new(&spec);
    bool ok = true;
    for (int i = 0; ok && i < 20; i++) {
        struct picture *picture = picture_get(pool);
        paint(picture, i);
        ok = lane_encode(lane, picture, &err);
        picture_unref(&picture);
    }
    ok = ok && lane_finish(lane, &err);
    assert_false(ok);
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_string_equal(err.text, "v0: the shelf is full");
    lane_free(&lane);
    picture_pool_free(&pool);
    track_init_done(&init);
    shelf_done(&shelf);
    plan_done(&plan);
}

static void an_encoder_nobody_knows_is_refused(void **state)
{
    (void)state;
    struct plan plan;
    struct shelf shelf;
    struct track_init init;
    struct err err = {0};
    plan_case(&cases[0], &plan);
    snprintf(plan.video[0].encoder, sizeof plan.video[0].encoder, "libx999");
    shelf_init(&shelf);
    track_init_init(&init);
    struct picture_pool *pool = picture_pool_new(64, 48);
    struct picture *picture = picture_get(pool);
    struct lane_spec spec = {&plan, 0, 0, &init, &shelf.sink};
    struct lane *lane = lane_new(&spec);
    assert_false(lane_encode(lane, picture, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(strstr(err.text, "libx999"));
    lane_free(&lane);
    picture_unref(&picture);
    picture_pool_free(&pool);
    track_init_done(&init);
    shelf_done(&shelf);
    plan_done(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_what_the_grid_says),
        cmocka_unit_test(spans_can_be_made_in_any_order),
        cmocka_unit_test(a_player_sees_every_frame_at_its_time),
        cmocka_unit_test(a_lane_looks_as_far_beyond_the_span_as_it_likes_and_no_farther),
        cmocka_unit_test(a_sink_that_refuses_stops_it_with_the_sinks_words),
        cmocka_unit_test(an_encoder_nobody_knows_is_refused),
    };
    setenv("SVT_LOG", "0", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
