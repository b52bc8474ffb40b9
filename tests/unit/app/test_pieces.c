// SPDX-License-Identifier: BSD-2-Clause
// Bookkeeping of pieces: what counts as done, the journal's round trip, and the
// presentation that comes of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/pieces.h"
#include "src/base/mem.h"

static const char sha[65] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// Two rungs and one audio track; five segments of 2 s in spans of 2, 2 and 1.
static void plan_make(struct plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->has_video = true;
    plan->frame_rate = rational_make(25, 1);
    plan->frame_count = 225;
    plan->grid = segment_grid_build(rational_make(9, 1), rational_make(2, 1));
    plan->video_count = 2;
    snprintf(plan->video[0].id, sizeof plan->video[0].id, "h264-720p");
    snprintf(plan->video[0].folder, sizeof plan->video[0].folder, "video/h264-720p");
    snprintf(plan->video[1].id, sizeof plan->video[1].id, "h264-360p");
    snprintf(plan->video[1].folder, sizeof plan->video[1].folder, "video/h264-360p");
    plan->audio_count = 1;
    snprintf(plan->audio[0].id, sizeof plan->audio[0].id, "und-aac-stereo");
    snprintf(plan->audio[0].folder, sizeof plan->audio[0].folder, "audio/und-aac-stereo");
    snprintf(plan->audio[0].language, sizeof plan->audio[0].language, "und");
    plan->audio[0].channels = 2;
    plan->spans = mem_alloc(3 * sizeof *plan->spans);
    plan->span_count = 3;
    plan->spans[0] = (struct plan_span){0, 2};
    plan->spans[1] = (struct plan_span){2, 2};
    plan->spans[2] = (struct plan_span){4, 1};
}

static void add_init(struct pieces *pieces, const char *id)
{
    struct media_init init = {
        .track_id = id, .codec = "avc1.64001f", .timescale_hz = 1000, .size_bytes = 700};
    struct err err = {0};
    if (!pieces_add_init(pieces, &init, sha, &err))
        fail_msg("%s", err.text);
}

static bool add_segment(struct pieces *pieces, const char *id, int64_t index, struct err *err)
{
    struct cmaf_iframe iframe = {
        .start_ticks = index * 2000, .offset_bytes = 24, .size_bytes = 100};
    struct media_segment segment = {.track_id = id,
                                    .index = index,
                                    .start_ticks = index * 2000,
                                    .duration_ticks = index == 4 ? 1000 : 2000,
                                    .size_bytes = 1000 + (size_t)(index > 0 ? index : 0),
                                    .iframes = &iframe,
                                    .iframe_count = 1};
    return pieces_add_segment(pieces, &segment, sha, err);
}

static void add_span(struct pieces *pieces, const char *id, int64_t span, int64_t damaged)
{
    struct media_span_report report = {.track_id = id, .span = span, .damaged = damaged};
    assert_true(pieces_add_span(pieces, &report, NULL));
}

static void fill(struct pieces *pieces, const char *id, bool is_video, int64_t segments)
{
    add_init(pieces, id);
    for (int64_t k = 0; k < segments; k++)
        assert_true(add_segment(pieces, id, k, NULL));
    if (!is_video)
        add_span(pieces, id, -1, 0);
    for (int64_t span = 0; is_video && span < 3; span++)
        add_span(pieces, id, span, span);
}

struct fixture {
    struct plan plan;
    struct pieces pieces;
};

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    plan_make(&fixture->plan);
    pieces_init(&fixture->pieces, &fixture->plan);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    pieces_done(&fixture->pieces);
    free(fixture->plan.spans);
    free(fixture);
    return 0;
}

static void a_span_is_complete_when_all_of_it_is_there(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct piece_track *track = pieces_find(pieces, "h264-720p");
    assert_true(add_segment(pieces, "h264-720p", 0, NULL));
    add_span(pieces, "h264-720p", 0, 0);
    assert_false(pieces_span_complete(pieces, track, 0)); // segment 1 and init missing
    assert_true(add_segment(pieces, "h264-720p", 1, NULL));
    assert_false(pieces_span_complete(pieces, track, 0)); // init missing
    add_init(pieces, "h264-720p");
    assert_true(pieces_span_complete(pieces, track, 0));
    assert_false(pieces_span_complete(pieces, track, 1));
    assert_int_equal(pieces_spans_complete(pieces), 1);
    assert_true(pieces_keeps(pieces, track, 1));
    assert_false(pieces_keeps(pieces, track, 2));
}

static void unfinished_spans_are_forgotten(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct piece_track *track = pieces_find(pieces, "h264-720p");
    add_init(pieces, "h264-720p");
    for (int64_t k = 0; k < 3; k++)
        assert_true(add_segment(pieces, "h264-720p", k, NULL));
    add_span(pieces, "h264-720p", 0, 0);
    pieces_forget_unfinished(pieces);
    assert_true(track->segments[1].is_present);
    assert_false(track->segments[2].is_present);
    assert_true(track->has_init);
}

static void done_marks_follow_span_then_track(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct run_done done;
    fill(pieces, "h264-360p", true, 5);
    pieces_fill_done(pieces, &done);
    for (size_t span = 0; span < 3; span++) {
        assert_false(done.video[span * 2 + 0]);
        assert_true(done.video[span * 2 + 1]);
    }
    assert_false(done.audio[0]);
    free(done.video);
    free(done.audio);
}

static void audio_may_lack_its_last_segment_only(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct piece_track *track = pieces_find(pieces, "und-aac-stereo");
    fill(pieces, "und-aac-stereo", false, 3);
    assert_false(pieces_span_complete(pieces, track, 0));
    assert_true(add_segment(pieces, "und-aac-stereo", 3, NULL));
    assert_true(pieces_span_complete(pieces, track, 0));
    assert_int_equal(pieces_spans_complete(pieces), 1);
    assert_int_equal(pieces_video_spans_complete(pieces), 0);
}

static void reports_that_do_not_fit_the_plan_are_refused(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct err err = {0};
    assert_false(add_segment(pieces, "h264-4320p", 0, &err));
    assert_int_equal(err.kind, ERR_BUG);
    assert_false(add_segment(pieces, "h264-720p", 5, &err));
    assert_false(add_segment(pieces, "h264-720p", -1, &err));
    struct media_span_report report = {.track_id = "h264-720p", .span = 3};
    assert_false(pieces_add_span(pieces, &report, &err));
    struct cmaf_iframe iframe = {.offset_bytes = 90, .size_bytes = 20};
    struct media_segment segment = {.track_id = "h264-720p",
                                    .duration_ticks = 1,
                                    .size_bytes = 100,
                                    .iframes = &iframe,
                                    .iframe_count = 1};
    assert_false(pieces_add_segment(pieces, &segment, sha, &err));
    segment.iframe_count = 0;
    assert_true(pieces_add_segment(pieces, &segment, sha, &err));
    segment.duration_ticks = 0;
    assert_false(pieces_add_segment(pieces, &segment, sha, &err));
}

static void a_second_init_must_be_the_same(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct media_init init = {
        .track_id = "h264-720p", .codec = "avc1.64001f", .timescale_hz = 1000, .size_bytes = 700};
    char other[65];
    memcpy(other, sha, sizeof other);
    other[0] = 'f';
    assert_true(pieces_add_init(pieces, &init, sha, NULL));
    assert_true(pieces_add_init(pieces, &init, sha, NULL));
    assert_false(pieces_add_init(pieces, &init, other, NULL));
}

static void damage_counts_once_per_span(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    fill(pieces, "h264-720p", true, 5); // 0 + 1 + 2
    fill(pieces, "h264-360p", true, 5);
    assert_int_equal(pieces_damaged(pieces), 3);
}

static void journal_lines_bring_everything_back(void **state)
{
    struct fixture *fixture = *state;
    struct pieces *pieces = &fixture->pieces, again;
    fill(pieces, "h264-720p", true, 5);
    pieces_init(&again, &fixture->plan);
    const struct piece_track *track = pieces_find(pieces, "h264-720p");
    json_t *line = pieces_init_line(track);
    assert_true(pieces_apply(&again, line, NULL));
    json_decref(line);
    for (int64_t k = 0; k < 5; k++) {
        line = pieces_segment_line(track, k);
        assert_true(pieces_apply(&again, line, NULL));
        json_decref(line);
    }
    struct media_span_report report = {.track_id = "h264-720p", .span = 1, .damaged = 7};
    line = pieces_span_line(&report);
    assert_true(pieces_apply(&again, line, NULL));
    json_decref(line);
    const struct piece_track *copy = pieces_find(&again, "h264-720p");
    assert_string_equal(copy->codec, track->codec);
    assert_string_equal(copy->init_sha256, track->init_sha256);
    assert_int_equal(copy->timescale_hz, 1000);
    assert_int_equal(copy->spans_damaged[1], 7);
    assert_true(pieces_span_complete(&again, copy, 1));
    for (int64_t k = 0; k < 5; k++) {
        assert_int_equal(copy->segments[k].size_bytes, track->segments[k].size_bytes);
        assert_int_equal(copy->segments[k].start_ticks, track->segments[k].start_ticks);
        assert_int_equal(copy->segments[k].iframe_count, 1);
        assert_int_equal(copy->segments[k].iframes[0].offset_bytes, 24);
    }
    pieces_done(&again);
}

static void scores_add_up_and_survive_the_journal(void **state)
{
    struct fixture *fixture = *state;
    struct pieces *pieces = &fixture->pieces;
    struct piece_track *track = pieces_find(pieces, "h264-720p");
    assert_int_equal(pieces_score(track).frames, 0);
    for (int span = 0; span < 3; span++) {
        struct media_span_report report = {.track_id = "h264-720p", .span = span};
        if (span != 1)
            report.score = (struct media_score){50, 50 * INT64_C(90000000) + span, 80000000 - span};
        json_t *line = pieces_span_line(&report);
        assert_true(pieces_apply(pieces, line, NULL));
        json_decref(line);
    }
    struct media_score sum = pieces_score(track);
    assert_int_equal(sum.frames, 100);
    assert_int_equal(sum.sum_millionths, 100 * INT64_C(90000000) + 2);
    assert_int_equal(sum.min_millionths, 80000000 - 2);
    pieces_drop_span(pieces, track, 2);
    assert_int_equal(pieces_score(track).frames, 50);
}

static void downloads_add_up_and_survive_the_journal(void **state)
{
    (void)state;
    struct plan plan;
    struct pieces pieces, again;
    plan_make(&plan);
    pieces_init(&pieces, &plan);
    pieces_init(&again, &plan);
    struct piece_track *track = pieces_find(&pieces, "h264-720p");
    for (int64_t span = 0; span < 3; span++) {
        struct media_span_report report = {
            .track_id = track->id, .span = span, .frames_downloaded = span * 50};
        assert_true(pieces_add_span(&pieces, &report, NULL));
        json_t *line = pieces_span_line(&report);
        assert_true(pieces_apply(&again, line, NULL));
        json_decref(line);
    }
    assert_int_equal(pieces_downloaded(track), 150);
    assert_int_equal(pieces_downloaded(pieces_find(&again, "h264-720p")), 150);
    pieces_drop_span(&pieces, track, 2);
    assert_int_equal(pieces_downloaded(track), 50);
    struct media_span_report report = {.track_id = track->id, .frames_downloaded = 226};
    assert_false(pieces_add_span(&pieces, &report, NULL));
    report.frames_downloaded = -1;
    assert_false(pieces_add_span(&pieces, &report, NULL));
    pieces_done(&again);
    pieces_done(&pieces);
    plan_done(&plan);
}

// What another encoder makes anew starts with an init segment of its own.
static void a_track_can_be_dropped_whole(void **state)
{
    (void)state;
    struct plan plan;
    struct pieces pieces;
    plan_make(&plan);
    pieces_init(&pieces, &plan);
    fill(&pieces, "h264-720p", true, 5);
    fill(&pieces, "h264-360p", true, 5);
    struct piece_track *track = pieces_find(&pieces, "h264-720p");
    pieces_drop_track(&pieces, track);
    assert_false(track->has_init);
    assert_int_equal(pieces_segment_count(&pieces, track), 0);
    assert_int_equal(pieces_spans_complete(&pieces), 3);
    struct media_init other = {
        .track_id = track->id, .codec = "avc1.64001f", .timescale_hz = 1000, .size_bytes = 9};
    static const char other_sha[65] =
        "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
    assert_true(pieces_add_init(&pieces, &other, other_sha, NULL));
    pieces_done(&pieces);
    plan_done(&plan);
}

static void scores_that_make_no_sense_are_refused(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    static const struct media_score wrong[] = {
        {-1, 0, 0}, {226, 0, 0}, {1, 100000001, 0}, {1, -1, 0},        {1, 0, 100000001},
        {1, 0, -1}, {0, 1, 0},   {2, INT64_MAX, 0}, {INT64_MAX, 1, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct media_span_report report = {.track_id = "h264-720p", .score = wrong[i]};
        struct err err = {0};
        if (pieces_add_span(pieces, &report, &err))
            fail_msg("score %zu is taken", i);
        assert_int_equal(err.kind, ERR_BUG);
    }
    struct media_span_report audio = {.track_id = "und-aac-stereo", .span = -1, .score = {1, 1, 1}};
    assert_false(pieces_add_span(pieces, &audio, NULL));
    assert_false(pieces_find(pieces, "h264-720p")->spans_done[0]);
}

static void malformed_lines_are_refused(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    static const char *const lines[] = {
        "{}",
        "{\"other\":{}}",
        "{\"segment\":{}}",
        "{\"segment\":{\"track\":null,\"index\":0,\"start\":0,\"duration\":1,\"bytes\":1,"
        "\"sha256\":\"x\",\"iframes\":[]}}",
        "{\"init\":{\"track\":\"h264-720p\",\"codec\":null,\"timescale\":1,\"bytes\":1,"
        "\"sha256\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}}",
        "{\"span\":{\"track\":\"h264-720p\",\"span\":99,\"frames\":0,\"damaged\":0}}",
        "{\"span\":{\"track\":\"h264-720p\",\"span\":\"0\",\"frames\":0,\"damaged\":0}}",
        "{\"span\":{\"track\":\"h264-720p\",\"span\":0,\"frames\":0,\"damaged\":0,\"score\":[1,2]}"
        "}",
        "{\"span\":{\"track\":\"h264-720p\",\"span\":0,\"frames\":0,\"damaged\":0,\"score\":7}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        json_t *line = json_loads(lines[i], 0, NULL);
        assert_non_null(line);
        if (pieces_apply(pieces, line, NULL))
            fail_msg("taken: %s", lines[i]);
        json_decref(line);
    }
}

static void the_presentation_holds_every_segment(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct presentation presentation;
    struct err err = {0};
    fill(pieces, "h264-720p", true, 5);
    fill(pieces, "h264-360p", true, 5);
    fill(pieces, "und-aac-stereo", false, 4);
    assert_true(pieces_all_complete(pieces));
    assert_true(pieces_build_presentation(pieces, &presentation, &err));
    assert_int_equal(presentation.track_count, 3);
    assert_int_equal(presentation.target_duration_s, 2);
    const struct presentation_track *video = &presentation.tracks[0];
    assert_string_equal(video->switching_set, "h264");
    assert_int_equal(video->segment_count, 5);
    assert_int_equal(video->iframe_count, 5);
    assert_int_equal(video->iframes[4].segment_index, 4);
    assert_int_equal(video->segments[4].start_ticks, 8000);
    assert_true(video->average_bps > 0);
    const struct presentation_track *audio = &presentation.tracks[2];
    assert_null(audio->language);
    assert_int_equal(audio->segment_count, 4);
    assert_string_not_equal(audio->switching_set, video->switching_set);
    presentation_done(&presentation);
}

static void a_gap_is_never_published(void **state)
{
    struct pieces *pieces = &((struct fixture *)*state)->pieces;
    struct presentation presentation;
    struct err err = {0};
    fill(pieces, "h264-720p", true, 5);
    fill(pieces, "h264-360p", true, 5);
    fill(pieces, "und-aac-stereo", false, 5);
    pieces_find(pieces, "h264-360p")->segments[2].start_ticks = 4001;
    assert_false(pieces_build_presentation(pieces, &presentation, &err));
    assert_int_equal(err.kind, ERR_BUG);
    assert_non_null(strstr(err.text, "segment 3 starts at 4001, not at 4000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_span_is_complete_when_all_of_it_is_there, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(unfinished_spans_are_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(done_marks_follow_span_then_track, setup, teardown),
        cmocka_unit_test_setup_teardown(audio_may_lack_its_last_segment_only, setup, teardown),
        cmocka_unit_test_setup_teardown(reports_that_do_not_fit_the_plan_are_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_second_init_must_be_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_counts_once_per_span, setup, teardown),
        cmocka_unit_test_setup_teardown(journal_lines_bring_everything_back, setup, teardown),
        cmocka_unit_test_setup_teardown(scores_add_up_and_survive_the_journal, setup, teardown),
        cmocka_unit_test(downloads_add_up_and_survive_the_journal),
        cmocka_unit_test(a_track_can_be_dropped_whole),
        cmocka_unit_test_setup_teardown(scores_that_make_no_sense_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(malformed_lines_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(the_presentation_holds_every_segment, setup, teardown),
        cmocka_unit_test_setup_teardown(a_gap_is_never_published, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
