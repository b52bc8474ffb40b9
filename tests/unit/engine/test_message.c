// SPDX-License-Identifier: BSD-2-Clause
// Every message comes back as it was, and nothing else comes through.
#include "src/engine/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "tests/unit/engine/sample_plan.h"

// As the other process would read it.
static json_t *over_the_wire(json_t *json)
{
    AUTO_FREE char *text = json_dumps(json, JSON_COMPACT);
    assert_non_null(text);
    json_decref(json);
    json_t *back = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(back);
    return back;
}

static void a_run_request_comes_back_whole(void **state)
{
    (void)state;
    AUTO(plan_done) struct plan plan;
    AUTO(plan_done) struct plan plan_back = {0};
    sample_plan_init(&plan);
    bool video[SAMPLE_SPANS * 2] = {false, true, true, false};
    bool audio[1] = {true};
    struct run_options options = {.jobs = 3,
                                  .memory_bytes = INT64_C(5) << 32,
                                  .allow_damaged = true,
                                  .done = {.video = video, .audio = audio},
                                  .score = SCORE_VMAF,
                                  .device_number = 3};
    AUTO(json_free)
    json_t *json = over_the_wire(message_run_to_json("a \xff b.mp4", &plan, &options));
    struct message_request request;
    AUTO(message_options_done) struct run_options back = {0};
    struct err err = {0};
    assert_true(message_request_from_json(json, &request, &err));
    assert_int_equal(request.kind, REQUEST_RUN);
    assert_non_null(strstr(request.name, "b.mp4"));
    assert_int_equal(request.log_level, log_get_level());
    if (!plan_from_json(json_object_get(json, "plan"), &plan_back, &err))
        fail_msg("%s", err.text);
    assert_int_equal(plan_back.span_count, SAMPLE_SPANS);
    assert_true(message_options_from_json(json, &plan, &back, &err));
    assert_int_equal(back.jobs, 3);
    assert_int_equal(back.memory_bytes, options.memory_bytes);
    assert_true(back.allow_damaged);
    assert_int_equal(back.score, SCORE_VMAF);
    assert_int_equal(back.device_number, 3);
    assert_memory_equal(back.done.video, video, sizeof video);
    assert_memory_equal(back.done.audio, audio, sizeof audio);
}

static void a_run_without_done_pieces_has_none(void **state)
{
    (void)state;
    AUTO(plan_done) struct plan plan;
    sample_plan_init(&plan);
    struct run_options options = {.jobs = 1};
    AUTO(json_free) json_t *json = over_the_wire(message_run_to_json(NULL, &plan, &options));
    AUTO(message_options_done) struct run_options back = {0};
    assert_true(message_options_from_json(json, &plan, &back, NULL));
    assert_null(back.done.video);
    assert_null(back.done.audio);
}

static void a_proofs_request_comes_back_whole(void **state)
{
    (void)state;
    AUTO(plan_done) struct plan plan;
    AUTO(plan_done) struct plan plan_back = {0};
    sample_plan_init(&plan);
    AUTO(json_free) json_t *json = over_the_wire(message_prove_to_json("a.mp4", &plan, 7));
    struct message_request request;
    struct err err = {0};
    int number = 0;
    assert_true(message_request_from_json(json, &request, &err));
    assert_int_equal(request.kind, REQUEST_PROVE);
    assert_true(plan_from_json(json_object_get(json, "plan"), &plan_back, &err));
    assert_true(message_device_from_json(json, &number, &err));
    assert_int_equal(number, 7);
}

static void device_numbers_are_bounded(void **state)
{
    (void)state;
    static const char *const rows[] = {"{}", "{\"device_number\":-1}", "{\"device_number\":256}",
                                       "{\"device_number\":4294967296}",
                                       "{\"device_number\":\"0\"}"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(json_free) json_t *json = json_loads(rows[i], 0, NULL);
        int number = 0;
        struct err err = {0};
        if (message_device_from_json(json, &number, &err) || err.kind != ERR_BUG)
            fail_msg("%s: %s", rows[i], err.text);
    }
}

static void a_proof_comes_back_with_its_failure(void **state)
{
    (void)state;
    struct prove_result result = {.devices_opened = 1,
                                  .frames = 4,
                                  .encoders_opened = 2,
                                  .frames_downloaded = 12,
                                  .bytes_downloaded = INT64_C(1) << 40,
                                  .wall_us = 77};
    static const struct err failures[] = {
        {0}, {ERR_DEVICE_ENCODE, "encode on cuda: the third session was refused"}};
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        AUTO(json_free)
        json_t *json = over_the_wire(message_proved_to_json(&result, &failures[i]));
        struct prove_result back;
        struct err failure = {0};
        struct err err = {0};
        if (!message_proved_from_json(json, &back, &failure, &err))
            fail_msg("%s", err.text);
        assert_memory_equal(&back, &result, sizeof back);
        assert_int_equal(failure.kind, failures[i].kind);
        assert_string_equal(failure.text, failures[i].text);
    }
}

static void a_segment_comes_back_whole(void **state)
{
    (void)state;
    uint8_t bytes[] = {1, 2, 3, 4, 5};
    struct buf payload = {.data = bytes, .size_bytes = sizeof bytes};
    struct cmaf_iframe iframes[2] = {{96000, 0, 2}, {120000, 2, 3}};
    struct media_segment segment = {.track_id = "h264-360p",
                                    .index = 2,
                                    .start_ticks = 96000,
                                    .duration_ticks = 48000,
                                    .iframes = iframes,
                                    .iframe_count = 2};
    AUTO(json_free) json_t *json = over_the_wire(message_segment_to_json(&segment));
    struct cmaf_iframe room[MESSAGE_IFRAMES_MAX];
    struct media_segment back;
    struct err err = {0};
    assert_true(message_segment_from_json(json, &payload, room, &back, &err));
    assert_string_equal(back.track_id, "h264-360p");
    assert_int_equal(back.index, 2);
    assert_int_equal(back.start_ticks, 96000);
    assert_int_equal(back.duration_ticks, 48000);
    assert_ptr_equal(back.data, bytes);
    assert_int_equal(back.size_bytes, sizeof bytes);
    assert_int_equal(back.iframe_count, 2);
    assert_int_equal(back.iframes[1].start_ticks, 120000);
    assert_int_equal(back.iframes[1].offset_bytes, 2);
    assert_int_equal(back.iframes[1].size_bytes, 3);
}

static void counters_come_back_whole(void **state)
{
    (void)state;
    struct media_span_report report = {"h264-180p", 1, 2, 3, 4, 5, 6, 7, 11, {8, 9, 10}};
    struct run_stats stats = {1, 2, 3, 4, 5, 6, INT64_MAX, 8, 9, 10};
    AUTO(json_free) json_t *span = over_the_wire(message_span_to_json(&report));
    AUTO(json_free) json_t *done = over_the_wire(message_stats_to_json(&stats));
    struct media_span_report report_back;
    struct run_stats stats_back;
    assert_true(message_span_from_json(span, &report_back, NULL));
    assert_string_equal(report_back.track_id, report.track_id);
    report_back.track_id = report.track_id;
    assert_memory_equal(&report_back, &report, sizeof report);
    assert_true(message_stats_from_json(done, &stats_back, NULL));
    assert_memory_equal(&stats_back, &stats, sizeof stats);
}

static void errors_cross_with_their_kind(void **state)
{
    (void)state;
    for (int kind = ERR_INPUT; kind <= ERR_BUG; kind++) {
        struct err failure = {.kind = (enum err_kind)kind, .text = "a.mp4: it is broken"};
        AUTO(json_free) json_t *json = over_the_wire(message_error_to_json(&failure));
        struct err back = {0};
        assert_true(message_error_from_json(json, &back, NULL));
        assert_int_equal(back.kind, kind);
        assert_string_equal(back.text, failure.text);
    }
}

static void an_error_of_no_kind_is_a_bug(void **state)
{
    (void)state;
    AUTO(json_free)
    json_t *json = json_pack("{s:s, s:s, s:s}", "type", "error", "kind", "none", "text", "fine");
    struct err back = {0};
    assert_true(message_error_from_json(json, &back, NULL));
    assert_int_equal(back.kind, ERR_BUG);
}

static void terminal_escapes_do_not_cross(void **state)
{
    (void)state;
    AUTO(json_free)
    json_t *json = over_the_wire(message_log_to_json(LOG_INFO, "media", "title \x1b[2J\nend\x7f"));
    struct message_log log;
    assert_true(message_log_from_json(json, &log, NULL));
    assert_string_equal(log.text, "title ?[2J?end?");
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char text[2048];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 3);
    AUTO(json_free) json_t *json = over_the_wire(message_log_to_json(LOG_INFO, "media", text));
    struct message_log log;
    assert_true(message_log_from_json(json, &log, NULL));
    assert_int_equal(strlen(log.text), 1022);
    assert_int_equal((unsigned char)log.text[1021], 0xa9);
}

enum shape { AS_INIT, AS_SEGMENT, AS_SPAN, AS_PROGRESS, AS_DONE, AS_LOG, AS_ERROR, AS_PROVED };

static bool read_as(enum shape shape, const json_t *json, struct err *err)
{
    struct buf payload = {0};
    struct cmaf_iframe room[MESSAGE_IFRAMES_MAX];
    struct media_init init;
    struct media_segment segment;
    struct media_span_report report;
    struct message_progress progress;
    struct run_stats stats;
    struct message_log log;
    struct prove_result proof;
    struct err failure;
    switch (shape) {
    case AS_INIT:
        return message_init_from_json(json, &payload, &init, err);
    case AS_SEGMENT:
        return message_segment_from_json(json, &payload, room, &segment, err);
    case AS_SPAN:
        return message_span_from_json(json, &report, err);
    case AS_PROGRESS:
        return message_progress_from_json(json, &progress, err);
    case AS_DONE:
        return message_stats_from_json(json, &stats, err);
    case AS_LOG:
        return message_log_from_json(json, &log, err);
    case AS_ERROR:
        return message_error_from_json(json, &failure, err);
    case AS_PROVED:
        return message_proved_from_json(json, &proof, &failure, err);
    }
    return true;
}

static void malformed_messages_are_bugs(void **state)
{
    (void)state;
    static const struct {
        enum shape shape;
        const char *json;
    } rows[] = {
        {AS_INIT, "{}"},
        {AS_INIT, "{\"track\":\"a\",\"codec\":\"avc1.64\",\"timescale\":0}"},
        {AS_INIT, "{\"track\":\"a\",\"codec\":\"avc1.64\",\"timescale\":4294967296}"},
        {AS_INIT, "{\"track\":\"a\",\"codec\":\"x\\\"\\n#EXT\",\"timescale\":90000}"},
        {AS_INIT, "{\"track\":\"a\",\"codec\":\"\",\"timescale\":90000}"},
        {AS_INIT, "{\"track\":\"a\",\"codec\":null,\"timescale\":90000}"},
        {AS_INIT, "{\"track\":null,\"codec\":\"avc1.64\",\"timescale\":90000}"},
        {AS_SEGMENT, "{\"track\":\"a\",\"index\":0,\"start\":0,\"duration\":1}"},
        {AS_SEGMENT, "{\"track\":\"a\",\"index\":-1,\"start\":0,\"duration\":1,\"iframes\":[]}"},
        {AS_SEGMENT, "{\"track\":\"a\",\"index\":0,\"start\":-1,\"duration\":1,\"iframes\":[]}"},
        {AS_SEGMENT, "{\"track\":\"a\",\"index\":0,\"start\":0,\"duration\":0,\"iframes\":[]}"},
        {AS_SEGMENT, "{\"track\":\"a\",\"index\":0,\"start\":0,\"duration\":9223372036854775807,"
                     "\"iframes\":[]}"},
        {AS_SEGMENT, "{\"track\":\"a\",\"index\":0,\"start\":0,\"duration\":1,\"iframes\":[[1]]}"},
        {AS_SEGMENT, "{\"track\":\"a\",\"index\":0,\"start\":0,\"duration\":1,\"iframes\":[7]}"},
        {AS_SEGMENT,
         "{\"track\":\"a\",\"index\":0,\"start\":0,\"duration\":1,\"iframes\":[[0,-1,2]]}"},
        {AS_SEGMENT,
         "{\"track\":\"a\",\"index\":0,\"start\":0,\"duration\":1,\"iframes\":[[0,1,\"\"]]}"},
        {AS_SPAN, "{\"track\":\"a\",\"span\":-2,\"frames\":1}"},
        {AS_SPAN, "{\"track\":\"a\",\"span\":0,\"frames\":1}"},
        {AS_PROGRESS, "{\"track\":\"a\",\"units\":-1}"},
        {AS_PROGRESS, "{\"track\":7,\"units\":1}"},
        {AS_DONE, "{}"},
        {AS_LOG, "{\"level\":9,\"room\":\"a\",\"text\":\"b\"}"},
        {AS_LOG, "{\"level\":-1,\"room\":\"a\",\"text\":\"b\"}"},
        {AS_ERROR, "{\"kind\":\"input\"}"},
        {AS_PROVED, "{}"},
        {AS_PROVED,
         "{\"devices_opened\":1,\"frames\":1,\"encoders_opened\":49,\"frames_downloaded\":0,"
         "\"bytes_downloaded\":0,\"wall_us\":1,\"kind\":\"none\",\"text\":\"\"}"},
        {AS_PROVED,
         "{\"devices_opened\":1,\"frames\":-1,\"encoders_opened\":1,\"frames_downloaded\":0,"
         "\"bytes_downloaded\":0,\"wall_us\":1,\"kind\":\"none\",\"text\":\"\"}"},
        {AS_PROVED,
         "{\"devices_opened\":1,\"frames\":1,\"encoders_opened\":1,\"frames_downloaded\":0,"
         "\"bytes_downloaded\":0,\"wall_us\":1}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(json_free) json_t *json = json_loads(rows[i].json, 0, NULL);
        assert_non_null(json);
        struct err err = {0};
        if (read_as(rows[i].shape, json, &err))
            fail_msg("taken: %s", rows[i].json);
        if (err.kind != ERR_BUG)
            fail_msg("%s: kind is %s", rows[i].json, err_kind_name(err.kind));
    }
}

static void too_many_iframes_are_refused(void **state)
{
    (void)state;
    AUTO(json_free)
    json_t *json = json_pack("{s:s, s:s, s:i, s:i, s:i}", "type", "segment", "track", "a", "index",
                             0, "start", 0, "duration", 9);
    json_t *rows = json_array();
    json_object_set_new(json, "iframes", rows);
    for (int i = 0; i < MESSAGE_IFRAMES_MAX; i++)
        json_array_append_new(rows, json_pack("[i, i, i]", 0, 0, 0));
    assert_true(read_as(AS_SEGMENT, json, NULL));
    json_array_append_new(rows, json_pack("[i, i, i]", 0, 0, 0));
    assert_false(read_as(AS_SEGMENT, json, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_request_comes_back_whole),
        cmocka_unit_test(a_run_without_done_pieces_has_none),
        cmocka_unit_test(a_proofs_request_comes_back_whole),
        cmocka_unit_test(device_numbers_are_bounded),
        cmocka_unit_test(a_proof_comes_back_with_its_failure),
        cmocka_unit_test(a_segment_comes_back_whole),
        cmocka_unit_test(counters_come_back_whole),
        cmocka_unit_test(errors_cross_with_their_kind),
        cmocka_unit_test(an_error_of_no_kind_is_a_bug),
        cmocka_unit_test(terminal_escapes_do_not_cross),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(malformed_messages_are_bugs),
        cmocka_unit_test(too_many_iframes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
