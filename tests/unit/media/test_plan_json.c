// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/plan.h"
#include "tests/unit/media/plan_facts.h"

// A plan that has something in every member.
static struct plan *full_plan(bool has_video)
{
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof(*facts));
    struct plan *plan = mem_alloc(sizeof(*plan));
    struct plan_options options;
    struct err err = {0};
    facts_init_video(facts, 1920, 1080);
    facts_set_rate(facts, 120000, 1001, 12000);
    facts->video.first_time = rational_make(-7, 90000);
    facts->video.timing = TIMING_VARIABLE;
    facts->video.rotation_deg = 270;
    facts->video.is_mirrored = true;
    facts->video.is_interlaced = true;
    facts->video.transfer_characteristics = 16;
    facts->video.chroma_location = 1;
    facts->video.stream_index = 3;
    facts->has_video = has_video;
    facts_add_audio(facts, "deu")->is_default = true;
    snprintf(facts_add_audio(facts, "eng")->title, 128, "Kommentar \"zwei\" \xc3\xa4");
    plan_options_init(&options);
    options.codecs[VIDEO_HEVC] = options.codecs[VIDEO_AV1] = true;
    options.is_default_ladder = false;
    options.ladder[0] = (struct ladder_rung){720, 1234000, 21.7};
    options.ladder[1] = (struct ladder_rung){360, 0, 0};
    options.ladder_count = 2;
    if (!plan_build(facts, &options, plan, &err))
        fail_msg("%s", err.text);
    return plan;
}

static void plan_free(struct plan **plan)
{
    plan_done(*plan);
    MEM_FREE(*plan);
}

// Through text, as it travels.
static json_t *through_text(const struct plan *plan)
{
    AUTO(json_free) json_t *json = plan_to_json(plan);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_non_null(text);
    json_t *read = json_loads(text, 0, NULL);
    free(text);
    assert_non_null(read);
    return read;
}

#define SAME(member) assert_memory_equal(&a->member, &b->member, sizeof(a->member))

static void check_same(const struct plan *a, const struct plan *b)
{
    SAME(deinterlace);
    SAME(rotation_deg);
    SAME(is_mirrored);
    SAME(tone_map);
    SAME(source_primaries);
    SAME(source_transfer);
    SAME(source_matrix);
    SAME(source_is_full_range);
    SAME(source_chroma_location);
    SAME(has_video);
    SAME(video_stream_index);
    SAME(timing);
    SAME(source_frame_rate);
    SAME(keep_every);
    SAME(is_seekable);
    SAME(source_start);
    SAME(frame_rate);
    SAME(frame_count);
    SAME(frames_per_gop);
    SAME(frames_per_segment);
    SAME(video_timescale_hz);
    SAME(frame_duration_ticks);
    SAME(colour_primaries);
    SAME(transfer_characteristics);
    SAME(matrix_coefficients);
    SAME(video_count);
    SAME(audio_count);
    SAME(grid);
    SAME(span_count);
    SAME(tier);
    SAME(note_count);
    assert_memory_equal(a->spans, b->spans, a->span_count * sizeof(a->spans[0]));
}

static void check_same_tracks(const struct plan *a, const struct plan *b)
{
    for (size_t i = 0; i < a->video_count; i++) {
        SAME(video[i].codec);
        SAME(video[i].rung_px);
        SAME(video[i].width_px);
        SAME(video[i].height_px);
        SAME(video[i].crf);
        SAME(video[i].maxrate_bps);
        SAME(video[i].bufsize_bits);
        SAME(video[i].profile_idc);
        SAME(video[i].level_idc);
        SAME(video[i].reference_frames);
        SAME(video[i].analysis);
        SAME(video[i].pilot);
        assert_string_equal(a->video[i].id, b->video[i].id);
        assert_string_equal(a->video[i].folder, b->video[i].folder);
        assert_string_equal(a->video[i].encoder, b->video[i].encoder);
        assert_string_equal(a->video[i].preset, b->video[i].preset);
    }
    for (size_t i = 0; i < a->audio_count; i++) {
        SAME(audio[i].stream_index);
        SAME(audio[i].is_default);
        SAME(audio[i].channels);
        SAME(audio[i].sample_rate_hz);
        SAME(audio[i].bitrate_bps);
        assert_string_equal(a->audio[i].id, b->audio[i].id);
        assert_string_equal(a->audio[i].folder, b->audio[i].folder);
        assert_string_equal(a->audio[i].language, b->audio[i].language);
        assert_string_equal(a->audio[i].name, b->audio[i].name);
    }
    for (size_t i = 0; i < a->note_count; i++) {
        SAME(notes[i].kind);
        assert_string_equal(a->notes[i].subject, b->notes[i].subject);
        assert_string_equal(a->notes[i].reason, b->notes[i].reason);
    }
}

static void comes_back_the_same(void **state)
{
    (void)state;
    for (int has_video = 0; has_video < 2; has_video++) {
        AUTO(plan_free) struct plan *plan = full_plan(has_video);
        AUTO_FREE struct plan *read = mem_alloc(sizeof(*read));
        AUTO(json_free) json_t *json = through_text(plan);
        struct err err = {0};
        if (!plan_from_json(json, read, &err))
            fail_msg("%s", err.text);
        check_same(plan, read);
        check_same_tracks(plan, read);
        plan_done(read);
    }
}

struct edit_case {
    const char *path;  // members and indexes, parted by dots
    const char *value; // JSON; NULL: removed
};

// Every one of these must be refused.
static const struct edit_case edit_cases[] = {
    {"has_video", NULL},
    {"has_video", "false"},
    {"is_seekable", "false"}, // several spans then
    {"source_start", "\"1/0\""},
    {"picture", NULL},
    {"picture.timing", "\"sometimes\""},
    {"picture.rotation_deg", "45"},
    {"picture.rotation_deg", "-90"},
    {"picture.stream_index", "-1"},
    {"picture.source_primaries", "2147483648"},
    {"picture.source_matrix", "15"},
    {"picture.source_chroma_location", "7"},
    {"picture.keep_every", "0"},
    {"picture.keep_every", "4"},
    {"picture.frame_rate", "\"0/1\""},
    {"picture.frame_rate", "\"-24/1\""},
    {"picture.frame_count", "0"},
    {"picture.frame_count", "5999"}, // the grid says otherwise
    {"picture.frame_count", "9223372036854775807"},
    {"picture.frames_per_gop", "0"},
    {"picture.frames_per_gop", "7"},
    {"picture.frames_per_segment", "0"},
    {"picture.timescale_hz", "0"},
    {"picture.frame_duration_ticks", "0"},
    {"picture.frame_duration_ticks", "1000"},
    {"video", "[]"},
    {"video", "{}"},
    {"video.0", "7"},
    {"video.0.id", "\"../x\""},
    {"video.0.id", "\"\""},
    {"video.0.id", "\"h264-0123456789012345678901234567890123456789p\""},
    {"video.0.folder", "\"video/..\""},
    {"video.0.folder", "\"/etc\""},
    {"video.0.codec", "\"vp9\""},
    {"video.0.encoder", "\"libx265\""},
    {"video.0.preset", "\"medium:crf=1\""},
    {"video.0.width_px", "1281"},
    {"video.0.width_px", "0"},
    {"video.0.height_px", "16386"},
    {"video.0.crf", "-1"},
    {"video.0.crf", "52"},
    {"video.0.crf", "\"23\""},
    {"video.0.maxrate_bps", "0"},
    {"video.0.bufsize_bits", "-1"},
    {"video.0.level_idc", "256"},
    {"video.0.reference_frames", "17"},
    {"video.0.analysis", "\"someone's\""},
    {"video.0.analysis", NULL},
    {"video.0.pilot", NULL},
    {"video.0.pilot", "\"h264-9p\""},
    {"video.0.pilot", "\"h264-720p\""},  // itself, and no pilot
    {"audio.0.id", "\"en-aac-stereo\""}, // its folder is another
    {"audio.0.language", "\"e\\\"n\""},
    {"audio.0.channels", "0"},
    {"audio.0.sample_rate_hz", "0"},
    {"audio.0.is_default", "false"},
    {"audio.1.is_default", "true"},
    {"grid.duration", "\"0/1\""},
    {"grid.duration", "\"100/1\""},
    {"grid.segment_duration", "\"0/1\""},
    {"grid.segment_count", "1"},
    {"grid.segment_count", "0"},
    {"spans", "[]"},
    {"spans.0.first_segment", "1"},
    {"spans.0.segment_count", "0"},
    {"spans.0.segment_count", "2"},
    {"spans.1.segment_count", "1000000"},
    {"tier.decode", "\"abacus\""},
    {"tier.decode", "\"cuda\""}, // it alone is no tier
    {"video.0.encoded_on", "\"cuda\""},
    {"video.0.encoded_on", NULL},
    {"tier", NULL},
    {"notes.0.kind", "\"joke\""},
    {"notes.0.subject", "7"},
};

static json_t *child(json_t *json, const char *step)
{
    if (json_is_array(json))
        return json_array_get(json, (size_t)strtoul(step, NULL, 10));
    return json_object_get(json, step);
}

static void edit(json_t *json, const struct edit_case *row)
{
    char step[32];
    const char *at = row->path;
    for (;;) {
        size_t length = strcspn(at, ".");
        snprintf(step, sizeof(step), "%.*s", (int)length, at);
        assert_non_null(child(json, step)); // else the case tests nothing
        if (!at[length])
            break;
        json = child(json, step);
        at += length + 1;
    }
    if (!row->value)
        json_object_del(json, step);
    else if (json_is_array(json))
        json_array_set_new(json, (size_t)strtoul(step, NULL, 10),
                           json_loads(row->value, JSON_DECODE_ANY, NULL));
    else
        json_object_set_new(json, step, json_loads(row->value, JSON_DECODE_ANY, NULL));
}

static void refuses_what_breaks_a_bound(void **state)
{
    (void)state;
    AUTO(plan_free) struct plan *plan = full_plan(true);
    AUTO_FREE struct plan *read = mem_alloc(sizeof(*read));
    for (size_t i = 0; i < ARRAY_LEN(edit_cases); i++) {
        AUTO(json_free) json_t *json = through_text(plan);
        struct err err = {0};
        edit(json, &edit_cases[i]);
        if (plan_from_json(json, read, &err))
            fail_msg("%s = %s was taken", edit_cases[i].path,
                     edit_cases[i].value ? edit_cases[i].value : "nothing");
        if (err.kind != ERR_INPUT || strncmp(err.text, "plan: ", 6) != 0)
            fail_msg("%s: %s", edit_cases[i].path, err.text);
    }
}

static void refuses_two_tracks_of_one_name(void **state)
{
    (void)state;
    AUTO(plan_free) struct plan *plan = full_plan(true);
    AUTO_FREE struct plan *read = mem_alloc(sizeof(*read));
    AUTO(json_free) json_t *json = through_text(plan);
    json_t *video = json_object_get(json, "video");
    json_array_append(video, json_array_get(video, 0));
    assert_false(plan_from_json(json, read, NULL));
    while (json_array_size(video) <= PLAN_VIDEO_MAX)
        json_array_append(video, json_array_get(video, 0));
    assert_false(plan_from_json(json, read, NULL));
}

static void refuses_what_is_no_plan(void **state)
{
    (void)state;
    static const char *const texts[] = {"[]", "{}", "7", "null", "\"plan\""};
    AUTO_FREE struct plan *read = mem_alloc(sizeof(*read));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        AUTO(json_free) json_t *json = json_loads(texts[i], JSON_DECODE_ANY, NULL);
        assert_non_null(json);
        assert_false(plan_from_json(json, read, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_the_same),
        cmocka_unit_test(refuses_what_breaks_a_bound),
        cmocka_unit_test(refuses_two_tracks_of_one_name),
        cmocka_unit_test(refuses_what_is_no_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
