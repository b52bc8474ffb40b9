// SPDX-License-Identifier: BSD-2-Clause
// What an engine may deliver, and what ends it.
#include "src/engine/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/engine/sample_plan.h"

static const uint8_t bytes[100] = {1, 2, 3};

static struct media_segment segment_at(const char *track, int64_t index)
{
    return (struct media_segment){
        .track_id = track,
        .index = index,
        .start_ticks = index * SAMPLE_SEGMENT_TICKS,
        .duration_ticks = index == SAMPLE_SEGMENTS - 1 ? SAMPLE_LAST_TICKS : SAMPLE_SEGMENT_TICKS,
        .data = bytes,
        .size_bytes = sizeof bytes};
}

static bool add_init(struct ledger *ledger, const char *track, int64_t timescale_hz,
                     size_t size_bytes, bool *ret_is_new, struct err *err)
{
    struct media_init init = {.track_id = track,
                              .codec = "avc1.640028",
                              .timescale_hz = timescale_hz,
                              .data = bytes,
                              .size_bytes = size_bytes};
    return ledger_add_init(ledger, &init, ret_is_new, err);
}

static bool add_span(struct ledger *ledger, const char *track, int64_t span, struct err *err)
{
    struct media_span_report report = {.track_id = track, .span = span};
    return ledger_add_span(ledger, &report, err);
}

struct fixture {
    struct plan plan;
    struct ledger *ledger;
};

static int fixture_open(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    sample_plan_init(&fixture->plan);
    fixture->ledger = ledger_new(&fixture->plan, &(struct run_done){0});
    *state = fixture;
    return 0;
}

static int fixture_close(void **state)
{
    struct fixture *fixture = *state;
    ledger_free(&fixture->ledger);
    plan_done(&fixture->plan);
    free(fixture);
    return 0;
}

static void deliver_track(struct ledger *ledger, const char *track, int64_t skipped_span)
{
    static const struct plan_span spans[] = {{0, 3}, {3, 2}};
    struct err err = {0};
    bool is_new = false;
    assert_true(add_init(ledger, track, 24000, 50, &is_new, &err));
    for (int64_t span = 0; span < SAMPLE_SPANS; span++) {
        if (span == skipped_span)
            continue;
        for (int64_t i = 0; i < spans[span].segment_count; i++) {
            struct media_segment segment = segment_at(track, spans[span].first_segment + i);
            if (!ledger_add_segment(ledger, &segment, &err))
                fail_msg("%s", err.text);
        }
        if (!add_span(ledger, track, span, &err))
            fail_msg("%s", err.text);
    }
}

static void deliver_audio(struct ledger *ledger)
{
    struct err err = {0};
    bool is_new = false;
    struct media_segment segment = segment_at("en-aac-stereo", 0);
    segment.start_ticks = 7; // audio frames do not lie on the video's grid
    assert_true(add_init(ledger, "en-aac-stereo", 48000, 50, &is_new, &err));
    assert_true(ledger_add_segment(ledger, &segment, &err));
    assert_true(add_span(ledger, "en-aac-stereo", -1, &err));
}

static void is_settled_only_when_everything_came(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    assert_false(ledger_is_settled(fixture->ledger, &err));
    deliver_track(fixture->ledger, "h264-360p", -1);
    deliver_track(fixture->ledger, "h264-180p", -1);
    assert_false(ledger_is_settled(fixture->ledger, &err));
    assert_int_equal(err.kind, ERR_BUG);
    deliver_audio(fixture->ledger);
    assert_true(ledger_is_settled(fixture->ledger, &err));
}

static void what_was_done_before_is_not_owed_and_not_taken(void **state)
{
    struct fixture *fixture = *state;
    bool video[SAMPLE_SPANS * 2] = {[1 * 2 + 0] = true};
    bool audio[1] = {true};
    AUTO(ledger_free)
    struct ledger *ledger =
        ledger_new(&fixture->plan, &(struct run_done){.video = video, .audio = audio});
    struct err err = {0};
    deliver_track(ledger, "h264-360p", 1);
    deliver_track(ledger, "h264-180p", -1);
    assert_true(ledger_is_settled(ledger, &err));
    struct media_segment segment = segment_at("h264-360p", 3);
    assert_false(ledger_add_segment(ledger, &segment, &err));
    assert_false(add_span(ledger, "h264-360p", 1, &err));
    assert_false(add_span(ledger, "en-aac-stereo", -1, &err));
}

static void one_init_serves_all_segments(void **state)
{
    struct fixture *fixture = *state;
    bool is_new = false;
    struct err err = {0};
    assert_true(add_init(fixture->ledger, "h264-360p", 24000, 50, &is_new, &err));
    assert_true(is_new);
    assert_true(add_init(fixture->ledger, "h264-360p", 24000, 50, &is_new, &err));
    assert_false(is_new);
    assert_false(add_init(fixture->ledger, "h264-360p", 24000, 51, &is_new, &err));
    assert_int_equal(err.kind, ERR_BUG);
}

static void refuses_inits_that_do_not_fit(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *track;
        int64_t timescale_hz;
        size_t size_bytes;
    } rows[] = {{"h264-360p", 90000, 50},
                {"h264-360p", 24000, 0},
                {"h264-360p", 24000, (1u << 20) + 1},
                {"h264-1080p", 24000, 50},
                {"../h264-360p", 24000, 50},
                {"", 24000, 50}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool is_new = false;
        struct err err = {0};
        if (add_init(fixture->ledger, rows[i].track, rows[i].timescale_hz, rows[i].size_bytes,
                     &is_new, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, ERR_BUG);
    }
}

static void refuses_segments_that_do_not_fit(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *what;
        const char *track;
        int64_t index;
        int64_t start_more;
        int64_t duration_more;
        size_t size_bytes;
    } rows[] = {{"unknown track", "h264-720p", 0, 0, 0, 100},
                {"before the grid", "h264-360p", -1, SAMPLE_SEGMENT_TICKS, 0, 100},
                {"behind the grid", "h264-360p", SAMPLE_SEGMENTS, 0, 0, 100},
                {"audio behind the grid", "en-aac-stereo", SAMPLE_SEGMENTS, 0, 0, 100},
                {"late", "h264-360p", 1, 1, 0, 100},
                {"early", "h264-360p", 1, -1, 0, 100},
                {"long", "h264-360p", 1, 0, 1, 100},
                {"short", "h264-360p", 1, 0, -1, 100},
                {"the last one long", "h264-360p", 4, 0, 1, 100},
                {"empty", "h264-360p", 1, 0, 0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct media_segment segment = segment_at(rows[i].track, rows[i].index);
        segment.start_ticks += rows[i].start_more;
        segment.duration_ticks += rows[i].duration_more;
        segment.size_bytes = rows[i].size_bytes;
        struct err err = {0};
        if (ledger_add_segment(fixture->ledger, &segment, &err))
            fail_msg("%s was taken", rows[i].what);
        assert_int_equal(err.kind, ERR_BUG);
    }
}

static void refuses_a_segment_that_comes_twice(void **state)
{
    struct fixture *fixture = *state;
    struct media_segment segment = segment_at("h264-360p", 2);
    struct err err = {0};
    assert_true(ledger_add_segment(fixture->ledger, &segment, &err));
    assert_false(ledger_add_segment(fixture->ledger, &segment, &err));
    struct media_segment other = segment_at("h264-180p", 2);
    assert_true(ledger_add_segment(fixture->ledger, &other, &err));
}

static void iframes_lie_in_order_inside_their_segment(void **state)
{
    struct fixture *fixture = *state;
    const int64_t start = SAMPLE_SEGMENT_TICKS;
    const struct {
        const char *track;
        struct cmaf_iframe iframes[2];
        bool is_good;
    } rows[] = {
        {"h264-360p", {{start, 0, 101}, {0}}, false},
        {"h264-360p", {{start, 100, 1}, {0}}, false},
        {"h264-360p", {{start, UINT64_MAX, 2}, {0}}, false},
        {"h264-360p", {{start, 2, UINT64_MAX}, {0}}, false},
        {"h264-360p", {{start, 0, 0}, {0}}, false},
        {"h264-360p", {{start - 1, 0, 10}, {0}}, false},
        {"h264-360p", {{start + SAMPLE_SEGMENT_TICKS, 0, 10}, {0}}, false},
        {"h264-360p", {{start, 0, 10}, {start + 1, 9, 10}}, false},
        {"h264-360p", {{start, 50, 10}, {start + 1, 20, 10}}, false},
        {"en-aac-stereo", {{start, 0, 10}, {0}}, false},
        {"h264-360p", {{start, 0, 10}, {start + 1, 10, 90}}, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct media_segment segment = segment_at(rows[i].track, 1);
        segment.iframes = rows[i].iframes;
        segment.iframe_count = rows[i].iframes[1].size_bytes ? 2 : 1;
        struct err err = {0};
        if (ledger_add_segment(fixture->ledger, &segment, &err) != rows[i].is_good)
            fail_msg("row %zu: %s", i, rows[i].is_good ? err.text : "was taken");
    }
}

static void a_span_needs_its_segments_and_its_init(void **state)
{
    struct fixture *fixture = *state;
    struct ledger *ledger = fixture->ledger;
    struct err err = {0};
    bool is_new = false;
    for (int64_t i = 3; i < SAMPLE_SEGMENTS; i++) {
        assert_false(add_span(ledger, "h264-360p", 1, &err));
        struct media_segment segment = segment_at("h264-360p", i);
        assert_true(ledger_add_segment(ledger, &segment, &err));
    }
    assert_false(add_span(ledger, "h264-360p", 1, &err));
    assert_non_null(strstr(err.text, "init"));
    assert_true(add_init(ledger, "h264-360p", 24000, 50, &is_new, &err));
    assert_true(add_span(ledger, "h264-360p", 1, &err));
    assert_false(add_span(ledger, "h264-360p", 1, &err));
}

static void no_span_downloads_more_frames_than_there_are(void **state)
{
    struct fixture *fixture = *state;
    struct ledger *ledger = fixture->ledger;
    struct err err = {0};
    bool is_new = false;
    assert_true(add_init(ledger, "h264-360p", 24000, 50, &is_new, &err));
    for (int64_t i = 0; i < 3; i++) {
        struct media_segment segment = segment_at("h264-360p", i);
        assert_true(ledger_add_segment(ledger, &segment, &err));
    }
    struct media_span_report report = {.track_id = "h264-360p", .frames = 144};
    static const int64_t wrong[] = {-1, 203, INT64_MAX};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        report.frames_downloaded = wrong[i];
        assert_false(ledger_add_span(ledger, &report, &err));
        assert_int_equal(err.kind, ERR_BUG);
    }
    report.frames_downloaded = 150; // with those behind its end
    assert_true(ledger_add_span(ledger, &report, &err));
}

static void audio_is_never_downloaded(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    bool is_new = false;
    struct media_segment segment = segment_at("en-aac-stereo", 0);
    assert_true(add_init(fixture->ledger, "en-aac-stereo", 48000, 50, &is_new, &err));
    assert_true(ledger_add_segment(fixture->ledger, &segment, &err));
    struct media_span_report report = {
        .track_id = "en-aac-stereo", .span = -1, .frames_downloaded = 1};
    assert_false(ledger_add_span(fixture->ledger, &report, &err));
}

static void refuses_spans_that_are_not_in_the_plan(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *track;
        int64_t span;
    } rows[] = {{"h264-360p", -1},
                {"h264-360p", SAMPLE_SPANS},
                {"h264-360p", INT64_MAX},
                {"en-aac-stereo", 0},
                {"h265-360p", 0}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        if (add_span(fixture->ledger, rows[i].track, rows[i].span, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, ERR_BUG);
    }
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(is_settled_only_when_everything_came),
        WITH_FIXTURE(what_was_done_before_is_not_owed_and_not_taken),
        WITH_FIXTURE(one_init_serves_all_segments),
        WITH_FIXTURE(refuses_inits_that_do_not_fit),
        WITH_FIXTURE(refuses_segments_that_do_not_fit),
        WITH_FIXTURE(refuses_a_segment_that_comes_twice),
        WITH_FIXTURE(iframes_lie_in_order_inside_their_segment),
        WITH_FIXTURE(a_span_needs_its_segments_and_its_init),
        WITH_FIXTURE(no_span_downloads_more_frames_than_there_are),
        WITH_FIXTURE(audio_is_never_downloaded),
        WITH_FIXTURE(refuses_spans_that_are_not_in_the_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
