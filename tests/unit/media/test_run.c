// SPDX-License-Identifier: BSD-2-Clause
// Running a whole plan: the same bytes for any number of workers and any memory,
// resuming, stopping, damage, and sinks that refuse.
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "src/media/run.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/media/footage_plan.h"
#include "tests/unit/media/shelf.h"

enum { FRAMES = 130, PER_SEGMENT = 20, SEGMENTS = 7, SPANS = 4, TRACKS = 3 };

struct rig {
    struct footage footage;
    struct plan plan;
    atomic_bool cancel;
    struct run_options options;
    struct run_stats stats;
    struct err err;
};

static float tone(int64_t sample, int channel, int rate_hz)
{
    return (float)((sample * 440 * (channel + 1) / rate_hz) % 2) * 0.4f - 0.2f;
}

static void rig_init(struct rig *rig, void **state)
{
    struct footage_spec spec = {
        .container = "matroska",
        .video = {.encoder = "libx264",
                  .options = "preset=veryfast:g=25:bf=2:x264-params=open-gop=1",
                  .width_px = 128,
                  .height_px = 96,
                  .rate = {25, 1},
                  .frames = FRAMES},
        .audio = {.encoder = "pcm_s16le",
                  .rate_hz = 44100,
                  .channels = 2,
                  .samples = 44100 * 5,
                  .wave = tone}};
    static const int64_t lengths[SPANS] = {1, 2, 3, 1};
    memset(rig, 0, sizeof *rig);
    footage_make(&rig->footage, &spec);
    footage_plan(&rig->plan, (AVRational){25, 1}, FRAMES, 10, PER_SEGMENT);
    assert_int_equal(rig->plan.grid.segment_count, SEGMENTS);
    footage_plan_video(&rig->plan, "libx264", 128, 96);
    footage_plan_video(&rig->plan, "libx264", 64, 48);
    footage_plan_video(&rig->plan, "libx265", 64, 64);
    footage_plan_audio(&rig->plan, 1);
    if (*state) { // the larger H.264 rung follows the smaller one
        rig->plan.video[0].analysis = ANALYSIS_FOLLOWS;
        rig->plan.video[0].pilot = 1;
        rig->plan.video[1].analysis = ANALYSIS_PILOT;
    }
    rig->plan.span_count = 0;
    for (int64_t at = 0; rig->plan.span_count < SPANS;) {
        int64_t length = lengths[rig->plan.span_count];
        rig->plan.spans[rig->plan.span_count++] = (struct plan_span){at, length};
        at += length;
    }
    rig->options = (struct run_options){.jobs = 2, .memory_bytes = 1 << 30, .cancel = &rig->cancel};
}

static void rig_done(struct rig *rig)
{
    plan_done(&rig->plan);
    footage_done(&rig->footage);
}

static bool rig_run(struct rig *rig, struct shelf *shelf)
{
    rig->err = (struct err){0};
    return run_plan(&rig->footage.source, &rig->plan, &rig->options, &shelf->sink, &rig->stats,
                    &rig->err);
}

static void rig_must_run(struct rig *rig, struct shelf *shelf)
{
    shelf_init(shelf);
    if (!rig_run(rig, shelf))
        fail_msg("%s", rig->err.text);
}

static void jobs_and_memory_never_change_the_bytes(void **state)
{
    static const struct {
        int jobs;
        int64_t memory_bytes;
        int poison; // what fresh memory is filled with
    } ways[] = {{1, 1 << 30},       {2, 1 << 30},  {5, 1 << 30},      {1, 1}, {2, 1}, {5, 1},
                {2, 1 << 30, 0x5a}, {0, 40 << 20}, {1, 1 << 30, 0xff}};
    struct rig rig;
    char first[65] = "", digest[65];
    rig_init(&rig, state);
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        struct shelf shelf;
        rig.options.jobs = ways[i].jobs;
        rig.options.memory_bytes = ways[i].memory_bytes;
        mallopt(M_PERTURB, ways[i].poison);
        rig_must_run(&rig, &shelf);
        mallopt(M_PERTURB, 0);
        assert_int_equal(shelf.count, (TRACKS + 1) * (SEGMENTS + 1));
        assert_int_equal(shelf.report_count, TRACKS * SPANS + 1);
        assert_true(shelf.progress_units > 0);
        shelf_digest(&shelf, digest);
        if (i == 0)
            memcpy(first, digest, sizeof first);
        if (strcmp(first, digest) != 0)
            fail_msg("%d jobs, %lld bytes, poison %d: other bytes", ways[i].jobs,
                     (long long)ways[i].memory_bytes, ways[i].poison);
        assert_int_equal(rig.stats.damaged, 0);
        assert_int_equal(rig.stats.missing_frames, 0);
        assert_true(rig.stats.peak_frame_bytes > 0);
        shelf_done(&shelf);
    }
    rig_done(&rig);
}

static void the_cut_into_spans_does_not_change_what_is_shown(void **state)
{
    struct rig rig;
    struct shelf many, one;
    rig_init(&rig, state);
    rig_must_run(&rig, &many);
    rig.plan.span_count = 1;
    rig.plan.spans[0] = (struct plan_span){0, SEGMENTS};
    rig_must_run(&rig, &one);
    for (size_t i = 0; i < many.count; i++) {
        const struct shelf_piece *piece = &many.pieces[i];
        const struct shelf_piece *other = shelf_find(&one, piece->track, piece->index);
        assert_non_null(other);
        assert_int_equal(piece->start_ticks, other->start_ticks);
        assert_int_equal(piece->duration_ticks, other->duration_ticks);
        assert_int_equal(piece->iframe_count, other->iframe_count);
        if (piece->index == SHELF_INIT || piece->track[0] == 'a') {
            assert_int_equal(piece->bytes.size_bytes, other->bytes.size_bytes);
            assert_memory_equal(piece->bytes.data, other->bytes.data, piece->bytes.size_bytes);
        }
    }
    shelf_done(&many);
    shelf_done(&one);
    rig_done(&rig);
}

// What is marked done must not come again, what is not must come as it did before.
static void resuming_makes_what_is_missing_and_nothing_else(void **state)
{
    struct rig rig;
    struct shelf whole;
    rig_init(&rig, state);
    rig_must_run(&rig, &whole);
    for (unsigned seed = 0; seed < 5; seed++) {
        bool video[SPANS * TRACKS], audio[1] = {seed % 2};
        int missing = 0;
        for (unsigned i = 0; i < ARRAY_LEN(video); i++) {
            video[i] = seed == 0 || (seed * 2654435761u >> (i + 3) & 1);
            missing += !video[i];
        }
        rig.options.done = (struct run_done){video, audio};
        rig.options.jobs = 1 + (int)seed % 3;
        struct shelf rest;
        rig_must_run(&rig, &rest);
        size_t expected = audio[0] ? 0 : SEGMENTS + 1;
        for (size_t t = 0; t < TRACKS; t++) {
            bool has_init = false;
            for (size_t s = 0; s < SPANS; s++)
                if (!video[s * TRACKS + t]) {
                    expected += (size_t)rig.plan.spans[s].segment_count;
                    has_init = true;
                }
            expected += has_init;
        }
        assert_int_equal(rest.count, expected);
        assert_int_equal(rest.report_count, missing + !audio[0]);
        for (size_t i = 0; i < rest.count; i++) {
            const struct shelf_piece *piece = &rest.pieces[i];
            const struct shelf_piece *before = shelf_find(&whole, piece->track, piece->index);
            assert_non_null(before);
            assert_int_equal(piece->bytes.size_bytes, before->bytes.size_bytes);
            assert_memory_equal(piece->bytes.data, before->bytes.data, piece->bytes.size_bytes);
        }
        shelf_done(&rest);
    }
    shelf_done(&whole);
    rig_done(&rig);
}

static void reports_count_every_frame(void **state)
{
    struct rig rig;
    struct shelf shelf;
    int64_t frames[TRACKS] = {0};
    bool seen[TRACKS][SPANS] = {0};
    rig_init(&rig, state);
    rig_must_run(&rig, &shelf);
    for (size_t i = 0; i < shelf.report_count; i++) {
        const struct media_span_report *report = &shelf.reports[i];
        if (shelf.report_tracks[i][0] == 'a') {
            assert_int_equal(report->span, -1);
            // 5.2 s of timeline, 5 s of source
            assert_in_range(report->silence_samples, 9600 - 1, 9600 + 1);
            continue;
        }
        int track = shelf.report_tracks[i][1] - '0';
        assert_in_range(track, 0, TRACKS - 1);
        assert_false(seen[track][report->span]);
        seen[track][report->span] = true;
        frames[track] += report->frames;
        assert_int_equal(report->duplicated_frames, 0);
        assert_int_equal(report->dropped_frames, 0);
        assert_int_equal(report->damaged, 0);
    }
    for (int t = 0; t < TRACKS; t++)
        assert_int_equal(frames[t], FRAMES);
    shelf_done(&shelf);
    rig_done(&rig);
}

static void a_sink_that_refuses_stops_the_job_with_its_words(void **state)
{
    struct rig rig;
    rig_init(&rig, state);
    for (int jobs = 1; jobs <= 3; jobs += 2)
        for (int at = 1; at <= (TRACKS + 1) * SEGMENTS; at += 13) {
            struct shelf shelf;
            shelf_init(&shelf);
            shelf.fail_at = at;
            rig.options.jobs = jobs;
            assert_false(rig_run(&rig, &shelf));
            assert_int_equal(rig.err.kind, ERR_TRANSIENT);
            assert_non_null(strstr(rig.err.text, "the shelf is full"));
            shelf_done(&shelf);
        }
    rig_done(&rig);
}

static void cancelling_stops_soon(void **state)
{
    struct rig rig;
    rig_init(&rig, state);
    for (int jobs = 1; jobs <= 3; jobs++) {
        struct shelf shelf;
        shelf_init(&shelf);
        shelf.cancel = &rig.cancel;
        shelf.cancel_at = 4;
        rig.options.jobs = jobs;
        assert_false(rig_run(&rig, &shelf));
        assert_int_equal(rig.err.kind, ERR_CANCELLED);
        // What was under way may be finished: a batch of a lane for each worker.
        assert_in_range(shelf.count, 4, 4 + 4 * (size_t)jobs);
        shelf_done(&shelf);
        atomic_store(&rig.cancel, false);
    }
    struct shelf none;
    shelf_init(&none);
    atomic_store(&rig.cancel, true);
    assert_false(rig_run(&rig, &none));
    assert_int_equal(rig.err.kind, ERR_CANCELLED);
    assert_int_equal(none.count, 0);
    shelf_done(&none);
    rig_done(&rig);
}

static void damage_fails_the_job_or_is_counted(void **state)
{
    struct rig rig;
    struct shelf shelf;
    rig_init(&rig, state);
    // A stretch in the middle that hits pictures and sound.
    memset(rig.footage.data + rig.footage.size_bytes / 2, 0xff, 40000);
    shelf_init(&shelf);
    assert_false(rig_run(&rig, &shelf));
    assert_int_equal(rig.err.kind, ERR_INPUT);
    assert_non_null(strstr(rig.err.text, "--allow-damaged"));
    shelf_done(&shelf);

    char digests[2][65];
    int64_t damaged[2], missing[2];
    rig.options.allow_damaged = true;
    for (int i = 0; i < 2; i++) {
        rig.options.jobs = 1 + 2 * i;
        rig_must_run(&rig, &shelf);
        assert_int_equal(shelf.count, (TRACKS + 1) * (SEGMENTS + 1));
        shelf_digest(&shelf, digests[i]);
        damaged[i] = rig.stats.damaged;
        missing[i] = rig.stats.missing_frames;
        shelf_done(&shelf);
    }
    assert_string_equal(digests[0], digests[1]);
    assert_true(missing[0] > 0);
    assert_int_equal(missing[0], missing[1]);
    assert_int_equal(damaged[0], damaged[1]);
    rig_done(&rig);
}

static void sound_alone_and_pictures_alone_work_too(void **state)
{
    for (int with_video = 0; with_video < 2; with_video++) {
        struct rig rig;
        struct shelf shelf;
        rig_init(&rig, state);
        if (with_video) {
            rig.plan.audio_count = 0;
        } else {
            rig.plan.has_video = false;
            rig.plan.video_count = 0;
            rig.plan.span_count = 1;
        }
        rig_must_run(&rig, &shelf);
        assert_int_equal(shelf.count, (with_video ? TRACKS : 1) * (SEGMENTS + 1));
        shelf_done(&shelf);
        rig_done(&rig);
    }
}

static void a_video_of_one_frame_is_a_video(void **state)
{
    struct rig rig;
    struct shelf shelf;
    rig_init(&rig, state);
    plan_done(&rig.plan);
    footage_plan(&rig.plan, (AVRational){25, 1}, 1, 50, 100);
    footage_plan_video(&rig.plan, "libx264", 128, 96);
    footage_plan_audio(&rig.plan, 1);
    rig_must_run(&rig, &shelf);
    assert_int_equal(shelf.count, 4);
    const struct shelf_piece *video = shelf_find(&shelf, "v0", 0);
    const struct shelf_piece *audio = shelf_find(&shelf, "a0", 0);
    assert_non_null(video);
    assert_non_null(audio);
    assert_int_equal(video->duration_ticks, rig.plan.frame_duration_ticks);
    assert_int_equal(audio->duration_ticks, 48000 / 25);
    shelf_done(&shelf);
    rig_done(&rig);
}

#define EACH_WAY(test)                                                                             \
    cmocka_unit_test(test),                                                                        \
    {                                                                                              \
        "shared: " #test, test, NULL, NULL, &is_shared                                             \
    }

int main(void)
{
    static bool is_shared = true;
    const struct CMUnitTest tests[] = {
        EACH_WAY(jobs_and_memory_never_change_the_bytes),
        EACH_WAY(the_cut_into_spans_does_not_change_what_is_shown),
        EACH_WAY(resuming_makes_what_is_missing_and_nothing_else),
        EACH_WAY(reports_count_every_frame),
        EACH_WAY(a_sink_that_refuses_stops_the_job_with_its_words),
        EACH_WAY(cancelling_stops_soon),
        EACH_WAY(damage_fails_the_job_or_is_counted),
        EACH_WAY(sound_alone_and_pictures_alone_work_too),
        EACH_WAY(a_video_of_one_frame_is_a_video),
    };
    av_log_set_level(AV_LOG_QUIET);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
