// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/facts.h"

static struct source_facts *example(void)
{
    struct source_facts *facts = mem_alloc(sizeof *facts);
    snprintf(facts->container, sizeof facts->container, "matroska,webm");
    facts->size_bytes = 123456789012;
    facts->has_video = true;
    facts->is_seekable = true;
    facts->is_truncated = true;
    snprintf(facts->truncated_text, sizeof facts->truncated_text,
             "1 of 2 video packets are missing");
    facts->video = (struct video_facts){.stream_index = 1,
                                        .codec = "h264",
                                        .profile = "High",
                                        .coded_width_px = 720,
                                        .coded_height_px = 576,
                                        .sample_aspect = {64, 45},
                                        .rotation_deg = 270,
                                        .is_mirrored = true,
                                        .display_width_px = 576,
                                        .display_height_px = 1024,
                                        .pixel_format = "yuv420p10le",
                                        .bit_depth = 10,
                                        .is_full_range = true,
                                        .colour_primaries = 9,
                                        .transfer_characteristics = 16,
                                        .matrix_coefficients = 9,
                                        .chroma_location = 3,
                                        .is_interlaced = true,
                                        .is_hdr = true,
                                        .timing = TIMING_VARIABLE,
                                        .frame_rate = {30000, 1001},
                                        .frame_count = 77,
                                        .first_time = {-7, 1000},
                                        .end_time = {5, 2},
                                        .keyframe_count = 3,
                                        .longest_keyframe_gap = {4, 3},
                                        .packets_before_first_key = 2};
    facts->audio_count = 2;
    for (int i = 0; i < 2; i++)
        facts->audio[i] = (struct audio_facts){.stream_index = 2 + i,
                                               .codec = "aac",
                                               .profile = "LC",
                                               .channels = 6 - i,
                                               .layout = "5.1",
                                               .sample_rate_hz = 48000,
                                               .language = "swe",
                                               .title = "Ljud",
                                               .is_default = i == 1,
                                               .first_time = {1, 7},
                                               .end_time = {9, 2},
                                               .packet_count = 11 + i};
    facts_note(facts, "video stream %d ignored", 4);
    return facts;
}

static void survives_json_unchanged(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = example();
    AUTO_FREE struct source_facts *back = mem_alloc(sizeof *back);
    AUTO(json_free) json_t *json = facts_to_json(facts);
    struct err err = {0};
    if (!facts_from_json(json, back, &err))
        fail_msg("%s", err.text);
    AUTO(json_free) json_t *again = facts_to_json(back);
    assert_true(json_equal(json, again));
    assert_memory_equal(&facts->video.end_time, &back->video.end_time, sizeof(struct rational));
    assert_int_equal(back->video.timing, TIMING_VARIABLE);
    assert_int_equal(back->video.rotation_deg, 270);
    assert_true(back->video.is_mirrored);
    assert_string_equal(back->video.pixel_format, "yuv420p10le");
    assert_int_equal(back->audio[1].channels, 5);
    assert_true(back->audio[1].is_default);
    assert_string_equal(back->notes[0].text, "video stream 4 ignored");
    assert_string_equal(back->truncated_text, "1 of 2 video packets are missing");
    assert_int_equal(back->size_bytes, 123456789012);
}

static void audio_only_has_no_video_member(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = example();
    facts->has_video = false;
    AUTO(json_free) json_t *json = facts_to_json(facts);
    assert_null(json_object_get(json, "video"));
    AUTO_FREE struct source_facts *back = mem_alloc(sizeof *back);
    assert_true(facts_from_json(json, back, NULL));
    assert_false(back->has_video);
}

static void refuses_what_the_planner_could_not_bear(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        const char *value; // JSON
        const char *told;
    } rows[] = {
        {"coded_width_px", "0", "coded_width_px"},
        {"display_height_px", "-4", "display_height_px"},
        {"frame_count", "0", "frame_count"},
        {"frame_rate", "\"0/1\"", "frame_rate"},
        {"frame_rate", "\"-30/1\"", "frame_rate"},
        {"frame_rate", "25", "frame_rate"},
        {"sample_aspect", "\"0/1\"", "sample_aspect"},
        {"rotation_deg", "45", "rotation_deg"},
        {"rotation_deg", "360", "rotation_deg"},
        {"end_time", "\"-1/1\"", "end_time"},
        {"timing", "\"sometimes\"", "sometimes"},
        {"timing", "null", "timing"},
        {"codec", "7", "codec"},
        {"is_hdr", "\"yes\"", "is_hdr"},
    };
    AUTO_FREE struct source_facts *facts = example();
    AUTO_FREE struct source_facts *back = mem_alloc(sizeof *back);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(json_free) json_t *json = facts_to_json(facts);
        json_object_set_new(json_object_get(json, "video"), rows[i].key,
                            json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
        struct err err = {0};
        if (facts_from_json(json, back, &err))
            fail_msg("%s = %s was taken", rows[i].key, rows[i].value);
        assert_int_equal(err.kind, ERR_INPUT);
        if (!strstr(err.text, rows[i].told))
            fail_msg("%s = %s: the error is '%s'", rows[i].key, rows[i].value, err.text);
    }
}

static void refuses_more_streams_than_it_holds(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = example();
    AUTO_FREE struct source_facts *back = mem_alloc(sizeof *back);
    AUTO(json_free) json_t *json = facts_to_json(facts);
    json_t *audio = json_object_get(json, "audio");
    while (json_array_size(audio) <= FACTS_AUDIO_MAX)
        json_array_append(audio, json_array_get(audio, 0));
    struct err err = {0};
    assert_false(facts_from_json(json, back, &err));
    assert_non_null(strstr(err.text, "too many"));
}

static void notes_beyond_the_last_are_dropped(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    for (int i = 0; i < FACTS_NOTES_MAX + 5; i++)
        facts_note(facts, "note %d", i);
    assert_int_equal(facts->note_count, FACTS_NOTES_MAX);
    assert_string_equal(facts->notes[FACTS_NOTES_MAX - 1].text, "note 47");
}

static void broken_text_does_not_break_the_document(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = example();
    memcpy(facts->audio[0].title,
           "a\xff\xfe"
           "b",
           5);
    AUTO(json_free) json_t *json = facts_to_json(facts);
    AUTO_FREE char *text = json_dumps(json, 0);
    assert_non_null(text);
    AUTO_FREE struct source_facts *back = mem_alloc(sizeof *back);
    assert_true(facts_from_json(json, back, NULL));
    assert_string_equal(back->audio[0].title, "a??b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_json_unchanged),
        cmocka_unit_test(audio_only_has_no_video_member),
        cmocka_unit_test(refuses_what_the_planner_could_not_bear),
        cmocka_unit_test(refuses_more_streams_than_it_holds),
        cmocka_unit_test(notes_beyond_the_last_are_dropped),
        cmocka_unit_test(broken_text_does_not_break_the_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
