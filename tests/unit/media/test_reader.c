// SPDX-License-Identifier: BSD-2-Clause
// Reading a span: where it starts, what is damage and whose, and that a decoder that
// trips over a seek is given a second start.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "src/media/demux.h"
#include "src/media/reader.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/media/footage_plan.h"

enum { FRAMES = 60, GOP = 20, WIDTH = 320, HEIGHT = 240 };

// A footage whose bytes can be made to fail.
struct unsound {
    struct footage footage;
    struct byte_source source;
    int64_t packet_at[FRAMES];
    int packet_bytes[FRAMES];
    // while is_armed these bytes read as something else
    bool is_armed;
    int64_t bad_at;
    int64_t bad_bytes;
    bool heals; // once they were read, and then the file's start again
    bool is_hit;
    bool fails; // reads of them fail instead
};

static int64_t unsound_read(void *self, int64_t offset, void *data, size_t size_bytes)
{
    struct unsound *unsound = self;
    int64_t got = footage_read(&unsound->footage, offset, data, size_bytes);
    if (!unsound->is_armed)
        return got;
    if (unsound->is_hit && unsound->heals && offset == 0) {
        unsound->is_armed = false;
        return got;
    }
    for (int64_t i = 0; i < got; i++)
        if (offset + i >= unsound->bad_at && offset + i < unsound->bad_at + unsound->bad_bytes) {
            unsound->is_hit = true;
            if (unsound->fails) {
                errno = EIO;
                return -1;
            }
            ((uint8_t *)data)[i] = 0xff;
        }
    return got;
}

// Too noisy to be small: packets shall lie apart.
static void paint_noise(AVFrame *frame, int number)
{
    unsigned noise = (unsigned)number * 7919u + 1u;
    footage_paint_number(frame, number);
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            noise = noise * 1664525u + 1013904223u;
            frame->data[0][y * frame->linesize[0] + x] += (noise >> 24) % 32;
        }
}

static void list_packets(struct unsound *unsound)
{
    struct err err = {0};
    struct demux *demux = demux_open(&unsound->footage.source, &err);
    AVPacket *packet = av_packet_alloc();
    int count = 0;
    assert_non_null(demux);
    while (demux_read(demux, packet, &err) == DEMUX_PACKET && count < FRAMES) {
        unsound->packet_at[count] = packet->pos;
        unsound->packet_bytes[count++] = packet->size;
        av_packet_unref(packet);
    }
    assert_int_equal(count, FRAMES);
    av_packet_free(&packet);
    demux_free(&demux);
}

static void unsound_init(struct unsound *unsound, struct plan *plan)
{
    struct footage_spec spec = {.container = "mov",
                                .video = {.encoder = "mpeg4",
                                          .options = "g=20:bf=0:sc_threshold=1000000000",
                                          .width_px = WIDTH,
                                          .height_px = HEIGHT,
                                          .rate = {25, 1},
                                          .frames = FRAMES,
                                          .paint = paint_noise}};
    memset(unsound, 0, sizeof *unsound);
    footage_make(&unsound->footage, &spec);
    list_packets(unsound);
    unsound->source = (struct byte_source){.self = unsound,
                                           .read_at = unsound_read,
                                           .size_bytes = unsound->footage.size_bytes,
                                           .name = "unsound.mov"};
    footage_plan(plan, (AVRational){25, 1}, FRAMES, GOP, GOP);
    footage_plan_video(plan, "libx264", WIDTH, HEIGHT);
}

static void unsound_done(struct unsound *unsound, struct plan *plan)
{
    plan_done(plan);
    footage_done(&unsound->footage);
}

// Most of packet n will read as ones.
static void spoil(struct unsound *unsound, int packet)
{
    unsound->bad_at = unsound->packet_at[packet] + unsound->packet_bytes[packet] / 4;
    unsound->bad_bytes = unsound->packet_bytes[packet] / 2;
    unsound->is_armed = true;
}

struct outcome {
    bool is_open;
    enum reader_result result; // the last one
    struct err err;
    int64_t first_slot;
    int frames;
    int64_t damaged;
};

// Reads to the end; every frame must be the one its slot says, unless it is spoilt.
static void read_all(struct reader *reader, bool are_spoilt, struct outcome *ret)
{
    AVFrame *frame = av_frame_alloc();
    int64_t slot = 0, last = INT64_MIN;
    while ((ret->result = reader_next(reader, frame, &slot, &ret->err)) == READER_FRAME) {
        if (ret->frames++ == 0)
            ret->first_slot = slot;
        else
            assert_int_equal(slot, last + 1);
        last = slot;
        if (!are_spoilt)
            assert_int_equal(
                footage_number(frame->data[0], frame->linesize[0], frame->width, frame->height),
                slot);
        av_frame_unref(frame);
    }
    ret->damaged = reader_damaged(reader);
    av_frame_free(&frame);
}

static struct outcome read_span(const struct unsound *unsound, const struct plan *plan,
                                int64_t first, int64_t end, bool allow_damaged)
{
    struct outcome outcome = {0};
    struct reader *reader = NULL;
    struct reader_spec spec = {&unsound->source, plan, first, end, allow_damaged, NULL};
    outcome.is_open = reader_open(&spec, &reader, &outcome.err);
    if (outcome.is_open)
        read_all(reader, unsound->is_armed, &outcome);
    reader_free(&reader);
    return outcome;
}

static void a_span_starts_at_or_before_its_first_slot(void **state)
{
    (void)state;
    struct unsound unsound;
    struct plan plan;
    unsound_init(&unsound, &plan);
    for (int64_t first = 0; first < FRAMES; first += 7) {
        struct outcome outcome = read_span(&unsound, &plan, first, FRAMES, false);
        assert_true(outcome.is_open);
        assert_int_equal(outcome.result, READER_END);
        assert_int_equal(outcome.first_slot, first / GOP * GOP); // the keyframe, not the start
        assert_int_equal(outcome.first_slot + outcome.frames, FRAMES);
    }
    plan.is_seekable = false;
    struct outcome outcome = read_span(&unsound, &plan, 50, FRAMES, false);
    assert_int_equal(outcome.first_slot, 0);
    unsound_done(&unsound, &plan);
}

static void damage_is_refused_or_counted(void **state)
{
    (void)state;
    struct unsound unsound;
    struct plan plan;
    unsound_init(&unsound, &plan);
    spoil(&unsound, 30);
    struct outcome refused = read_span(&unsound, &plan, 0, FRAMES, false);
    assert_int_equal(refused.result, READER_FAILED);
    assert_int_equal(refused.err.kind, ERR_INPUT);
    assert_non_null(strstr(refused.err.text, "1.200 s")); // frame 30 of 25 per second
    assert_non_null(strstr(refused.err.text, "--allow-damaged"));
    struct outcome allowed = read_span(&unsound, &plan, 0, FRAMES, true);
    assert_int_equal(allowed.result, READER_END);
    assert_int_equal(allowed.frames, FRAMES);
    assert_int_equal(allowed.damaged, 1);
    unsound_done(&unsound, &plan);
}

static void damage_outside_a_span_is_not_its_own(void **state)
{
    (void)state;
    struct unsound unsound;
    struct plan plan;
    unsound_init(&unsound, &plan);
    spoil(&unsound, 30);
    struct outcome before = read_span(&unsound, &plan, 0, 30, true);
    assert_int_equal(before.damaged, 0);
    struct outcome after = read_span(&unsound, &plan, 31, FRAMES, true);
    assert_int_equal(after.damaged, 0);
    struct outcome within = read_span(&unsound, &plan, 25, 35, true);
    assert_int_equal(within.damaged, 1);
    assert_int_equal(within.result, READER_END);
    unsound_done(&unsound, &plan);
}

static void damage_in_a_later_group_needs_no_second_start(void **state)
{
    (void)state;
    struct unsound unsound;
    struct plan plan;
    unsound_init(&unsound, &plan);
    unsound.heals = true; // a second start would find it whole
    spoil(&unsound, 50);
    struct outcome outcome = read_span(&unsound, &plan, 25, FRAMES, false);
    assert_int_equal(outcome.result, READER_FAILED);
    assert_true(unsound.is_armed);
    unsound_done(&unsound, &plan);
}

static void damage_after_a_seek_is_looked_at_from_the_start(void **state)
{
    (void)state;
    for (int allow_damaged = 0; allow_damaged < 2; allow_damaged++) {
        struct unsound unsound;
        struct plan plan;
        struct outcome outcome = {0};
        struct reader *reader = NULL;
        unsound_init(&unsound, &plan);
        struct reader_spec spec = {&unsound.source, &plan, 42, FRAMES, allow_damaged, NULL};
        assert_true(reader_open(&spec, &reader, &outcome.err));
        unsound.heals = true;
        spoil(&unsound, 55);
        read_all(reader, false, &outcome);
        assert_true(unsound.is_hit);
        assert_false(unsound.is_armed); // it went back to the start
        assert_int_equal(outcome.result, READER_END);
        assert_int_equal(outcome.err.kind, ERR_NONE);
        assert_int_equal(outcome.first_slot, 40);
        assert_int_equal(outcome.frames, 20); // none twice, none left out
        assert_int_equal(outcome.damaged, 0);
        reader_free(&reader);
        unsound_done(&unsound, &plan);
    }
}

static void damage_that_is_there_from_the_start_too_stays_damage(void **state)
{
    (void)state;
    for (int allow_damaged = 0; allow_damaged < 2; allow_damaged++) {
        struct unsound unsound;
        struct plan plan;
        unsound_init(&unsound, &plan);
        spoil(&unsound, 45);
        struct outcome outcome = read_span(&unsound, &plan, 42, FRAMES, allow_damaged);
        assert_int_equal(outcome.result, allow_damaged ? READER_END : READER_FAILED);
        assert_int_equal(outcome.damaged, 1);
        if (allow_damaged)
            assert_int_equal(outcome.frames, 20);
        else
            assert_non_null(strstr(outcome.err.text, "1.800 s"));
        unsound_done(&unsound, &plan);
    }
}

static void a_failed_read_is_never_damage(void **state)
{
    (void)state;
    for (int allow_damaged = 0; allow_damaged < 2; allow_damaged++)
        for (int64_t first = 0; first <= 42; first += 42) {
            struct unsound unsound;
            struct plan plan;
            struct outcome outcome = {0};
            struct reader *reader = NULL;
            unsound_init(&unsound, &plan);
            struct reader_spec spec = {&unsound.source, &plan, first, FRAMES, allow_damaged, NULL};
            assert_true(reader_open(&spec, &reader, &outcome.err));
            unsound.fails = true;
            spoil(&unsound, 55);
            read_all(reader, false, &outcome);
            assert_int_equal(outcome.result, READER_FAILED);
            assert_int_equal(outcome.err.kind, ERR_TRANSIENT);
            reader_free(&reader);
            unsound_done(&unsound, &plan);
        }
}

static void a_stream_that_is_gone_is_refused(void **state)
{
    (void)state;
    struct unsound unsound;
    struct plan plan;
    unsound_init(&unsound, &plan);
    plan.video_stream_index = 3;
    struct outcome outcome = read_span(&unsound, &plan, 0, FRAMES, false);
    assert_false(outcome.is_open);
    assert_int_equal(outcome.err.kind, ERR_INPUT);
    unsound_done(&unsound, &plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_starts_at_or_before_its_first_slot),
        cmocka_unit_test(damage_is_refused_or_counted),
        cmocka_unit_test(damage_outside_a_span_is_not_its_own),
        cmocka_unit_test(damage_in_a_later_group_needs_no_second_start),
        cmocka_unit_test(damage_after_a_seek_is_looked_at_from_the_start),
        cmocka_unit_test(damage_that_is_there_from_the_start_too_stays_damage),
        cmocka_unit_test(a_failed_read_is_never_damage),
        cmocka_unit_test(a_stream_that_is_gone_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
