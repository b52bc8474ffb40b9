// SPDX-License-Identifier: BSD-2-Clause
// Target duration, RFC 8216 peak and average, DASH bandwidth: values worked out by
// hand, and the definitions tried out directly on made-up tracks.
#include "bytes.h"

#include "packager/presentation.h"

enum { SEGMENTS_MAX = 24 };

struct track_fixture {
    struct presentation_segment segments[SEGMENTS_MAX];
    size_t count;
};

static void add(struct track_fixture *track, int64_t duration_ticks, uint64_t size_bytes)
{
    int64_t start = 0;
    if (track->count > 0)
        start = track->segments[track->count - 1].start_ticks +
                track->segments[track->count - 1].duration_ticks;
    track->segments[track->count++] =
        (struct presentation_segment){start, duration_ticks, size_bytes};
}

static struct presentation_track track_of(const struct track_fixture *fixture, int64_t timescale_hz)
{
    struct presentation_track track = {
        .timescale_hz = timescale_hz,
        .segments = mem_alloc(sizeof(fixture->segments)),
        .segment_count = fixture->count,
    };
    memcpy(track.segments, fixture->segments, sizeof(fixture->segments));
    return track;
}

static void peak_takes_runs_of_half_to_one_and_a_half_targets(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int target_s;
        int64_t durations[4]; // in ticks of 1000 Hz; 0 ends
        uint64_t sizes[4];
        int64_t peak;
    } rows[] = {
        {"the largest segment", 4, {4000, 4000, 4000}, {1000, 3000, 2000}, 6000},
        {"a short last segment is no run", 4, {4000, 1000}, {1000, 9000}, 16000},
        {"half a target is one", 4, {4000, 2000}, {1000, 9000}, 36000},
        {"short segments count together", 4, {1000, 1000, 4000}, {100, 2000, 500}, 8400},
        {"one and a half targets is one", 4, {1000, 4000, 1000}, {1000, 0, 1000}, 2667},
        {"a tick more is none", 4, {1000, 4001, 1000}, {1000, 0, 1000}, 1600},
        {"shorter than half: the whole", 6, {1000}, {500}, 4000},
        {"rounded up", 3, {3000}, {1}, 3},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct track_fixture track = {0};
        for (size_t k = 0; k < 4 && rows[i].durations[k]; k++)
            add(&track, rows[i].durations[k], rows[i].sizes[k]);
        int64_t peak = presentation_peak_bps(track.segments, track.count, 1000, rows[i].target_s);
        if (peak != rows[i].peak)
            fail_msg("%s: expected %lld, got %lld", rows[i].what, (long long)rows[i].peak,
                     (long long)peak);
    }
    assert_int_equal(presentation_peak_bps(NULL, 0, 1000, 4), 0);
}

static void measure_fills_every_track(void **state)
{
    (void)state;
    struct track_fixture video = {0}, audio = {0};
    add(&video, 4 * 30000, 500000);
    add(&video, 15015, 40000); // half a second
    add(&audio, 4 * 48000 + 512, 64000);
    add(&audio, 24000 - 512, 8000);
    struct presentation presentation = {.track_count = 2};
    presentation.tracks = mem_alloc(2 * sizeof(*presentation.tracks));
    presentation.tracks[0] = track_of(&video, 30000);
    presentation.tracks[1] = track_of(&audio, 48000);
    presentation_measure(&presentation);
    assert_int_equal(presentation.target_duration_s, 4);
    assert_int_equal(presentation.tracks[0].peak_bps, 1000000);
    // 540000 * 8 * 30000 / 135015 = 959893.34…
    assert_int_equal(presentation.tracks[0].average_bps, 959894);
    assert_int_equal(presentation.tracks[1].average_bps, 128000);
    presentation_done(&presentation);
    assert_null(presentation.tracks);
}

static void target_duration_rounds_half_up_and_is_at_least_one(void **state)
{
    (void)state;
    static const struct {
        int64_t ticks;
        int target_s;
    } rows[] = {{100, 1}, {1000, 1}, {1499, 1}, {1500, 2}, {4004, 4}, {4499, 4}, {4500, 5}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct track_fixture track = {0};
        add(&track, rows[i].ticks, 10);
        struct presentation presentation = {.track_count = 1};
        presentation.tracks = mem_alloc(sizeof(*presentation.tracks));
        presentation.tracks[0] = track_of(&track, 1000);
        presentation_measure(&presentation);
        assert_int_equal(presentation.target_duration_s, rows[i].target_s);
        presentation_done(&presentation);
    }
}

static void dash_rate_by_hand(void **state)
{
    (void)state;
    static const struct {
        int64_t buffer_s;
        int64_t durations[3]; // seconds
        uint64_t sizes[3];
        int64_t rate;
    } rows[] = {
        {2, {4}, {1000000}, 4000000},
        {4, {4, 4}, {1000000, 1000000}, 2000000},
        {4, {4, 4}, {1000000, 3000000}, 6000000}, // starting at the second
        {8, {4, 4}, {1000000, 3000000}, 3000000},
        {8, {4, 4, 4}, {3000000, 3000000, 10}, 4000000}, // two in 8 + 4 s
        {4, {4}, {1}, 2},
        {0, {4}, {1000}, 8000}, // no buffer counts as one second
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct track_fixture fixture = {0};
        for (size_t k = 0; k < 3 && rows[i].durations[k]; k++)
            add(&fixture, rows[i].durations[k] * 90000, rows[i].sizes[k]);
        struct presentation_track track = track_of(&fixture, 90000);
        int64_t rate = presentation_dash_bps(&track, rows[i].buffer_s);
        MEM_FREE(track.segments);
        if (rate != rows[i].rate)
            fail_msg("row %zu: expected %lld, got %lld", i, (long long)rows[i].rate,
                     (long long)rate);
    }
}

// The definition itself: from every start, every later segment is whole in time.
static bool never_underflows(const struct presentation_track *track, int64_t rate, int64_t buffer_s)
{
    for (size_t i = 0; i < track->segment_count; i++) {
        __int128 bits = 0;
        for (size_t j = i; j < track->segment_count; j++) {
            bits += (__int128)track->segments[j].size_bytes * 8;
            __int128 ticks = (__int128)buffer_s * track->timescale_hz +
                             track->segments[j].start_ticks - track->segments[i].start_ticks;
            if (bits * track->timescale_hz > ticks * rate)
                return false;
        }
    }
    return true;
}

static void dash_rate_is_enough_and_one_bit_less_is_not(void **state)
{
    (void)state;
    uint32_t random = 12345;
    for (int round = 0; round < 300; round++) {
        struct track_fixture fixture = {0};
        random = random * 1664525 + 1013904223;
        size_t count = 1 + (random >> 8) % SEGMENTS_MAX;
        for (size_t i = 0; i < count; i++) {
            random = random * 1664525 + 1013904223;
            add(&fixture, 1 + (random >> 8) % 180000, 1 + (random >> 4) % 2000000);
        }
        struct presentation_track track = track_of(&fixture, 30000);
        int64_t buffer_s = 1 + round % 9;
        int64_t rate = presentation_dash_bps(&track, buffer_s);
        bool is_enough = never_underflows(&track, rate, buffer_s);
        bool is_least = !never_underflows(&track, rate - 1, buffer_s);
        MEM_FREE(track.segments);
        if (!is_enough || !is_least)
            fail_msg("round %d: %lld is enough: %d, least: %d", round, (long long)rate, is_enough,
                     is_least);
    }
}

static void done_frees_all_it_owns(void **state)
{
    (void)state;
    struct presentation presentation = {.track_count = 1};
    presentation.tracks = mem_alloc(sizeof(*presentation.tracks));
    struct presentation_track *track = &presentation.tracks[0];
    track->id = mem_strdup("id");
    track->folder = mem_strdup("folder");
    track->switching_set = mem_strdup("set");
    track->codec = mem_strdup("codec");
    track->language = mem_strdup("en");
    track->name = mem_strdup("English");
    track->segments = mem_alloc(64);
    track->iframes = mem_alloc(64);
    presentation_done(&presentation); // the leak checker looks after the rest
    assert_null(presentation.tracks);
    assert_int_equal(presentation.track_count, 0);
    presentation_done(&presentation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peak_takes_runs_of_half_to_one_and_a_half_targets),
        cmocka_unit_test(measure_fills_every_track),
        cmocka_unit_test(target_duration_rounds_half_up_and_is_at_least_one),
        cmocka_unit_test(dash_rate_by_hand),
        cmocka_unit_test(dash_rate_is_enough_and_one_bit_less_is_not),
        cmocka_unit_test(done_frees_all_it_owns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
