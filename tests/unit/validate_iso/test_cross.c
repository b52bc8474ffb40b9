// SPDX-License-Identifier: BSD-2-Clause
// Rules over several segments: a good presentation of two video tracks and one audio
// track is silent, and each rule finds what one change to the facts breaks.
#include "boxes.h"

enum { SEGMENTS = 3, VIDEO = 0, VIDEO_TOO = 1, AUDIO_ONE = 2 };

static struct unit *unit_of(struct evidence *evidence, size_t track, size_t i)
{
    return &evidence->units[evidence->tracks[track].segments[i].unit];
}

static struct init_facts *init_of(struct evidence *evidence, size_t track)
{
    return &evidence->inits[evidence->tracks[track].segments[0].init];
}

static size_t add_init(struct evidence *evidence, size_t resource, enum media_kind kind)
{
    size_t init = evidence_init_unit(evidence, resource, 0, 100);
    bool is_video = kind == MEDIA_VIDEO;
    evidence->inits[init] = (struct init_facts){
        .is_read = true,
        .kind = kind,
        .brands = {"cmfc", "cfhd"},
        .brand_count = is_video ? 2 : 1,
        .timescale_hz = is_video ? 24000 : 48000,
        .track_id = 1,
        .language = "und",
        .has_edit = true,
        .edit_media_time = is_video ? 2000 : 1024,
        .edit_empty = {0, 1},
        .codec = {.string = "x",
                  .profile = 2,
                  .level = 30,
                  .width_px = is_video ? 640 : 0,
                  .height_px = is_video ? 360 : 0,
                  .frame_rate = {is_video ? 24 : 0, 1},
                  .bit_depth = is_video ? 8 : 0,
                  .channels = 2,
                  .sample_rate_hz = 48000},
    };
    memcpy(evidence->inits[init].entry, is_video ? "avc1" : "mp4a", 5);
    return init;
}

// Two seconds a segment: 48 pictures, or 94, 94 and 93 frames.
static void add_track(struct evidence *evidence, const char *name, enum media_kind kind, size_t set)
{
    bool is_video = kind == MEDIA_VIDEO;
    size_t resource = evidence_resource(evidence, name, name);
    size_t init = add_init(evidence, resource, kind);
    struct track *track = evidence_track(evidence);
    *track = (struct track){.name = mem_strdup(name),
                            .origin = TRACK_DASH,
                            .kind = kind,
                            .set = set,
                            .has_index = true};
    uint64_t time = 0;
    for (size_t i = 0; i < SEGMENTS; i++) {
        uint32_t count = is_video ? 48 : i == 2 ? 95 : 94;
        uint32_t frame = is_video ? 1000 : 1024;
        int64_t delay = is_video ? 2000 : 0;
        size_t at = evidence_unit(evidence, resource, 100 + (int64_t)i * 1000, 1000, init);
        struct unit *unit = &evidence->units[at];
        unit->is_read = unit->is_fmp4 = true;
        unit->decode_time = time;
        unit->duration = (uint64_t)count * frame;
        unit->earliest_time = (int64_t)time + delay;
        unit->latest_end = (int64_t)(time + unit->duration) + delay;
        unit->sample_count = count;
        unit->shortest_sample = unit->longest_sample = frame;
        unit->sap_type = 1;
        if (is_video)
            unit->first_idr_time = unit->last_idr_time = unit->earliest_time;
        unit->fragment_count = 1;
        unit->fragments = mem_alloc(sizeof *unit->fragments);
        unit->fragments[0].sequence = (uint32_t)i + 1;
        track_add_segment(
            &evidence->tracks[evidence->track_count - 1],
            &(struct track_segment){
                .unit = at,
                .init = init,
                .start = rational_make((int64_t)time, is_video ? 24000 : 48000),
                .duration = rational_make((int64_t)unit->duration, is_video ? 24000 : 48000)});
        time += unit->duration;
    }
    evidence->resources[resource].size_bytes = 100 + SEGMENTS * 1000;
}

static void evidence_make(struct evidence *evidence)
{
    evidence_init(evidence);
    add_track(evidence, "v360", MEDIA_VIDEO, 0);
    add_track(evidence, "v360too", MEDIA_VIDEO, 0);
    add_track(evidence, "audio", MEDIA_AUDIO, 1);
}

static void run_all(const struct evidence *evidence, struct findings *ret)
{
    findings_init(ret);
    for (size_t i = 0; i < iso_rule_count; i++)
        if (iso_rules[i].run)
            iso_rules[i].run(evidence, ret);
}

static void a_good_presentation_is_silent(void **state)
{
    (void)state;
    struct evidence evidence;
    struct findings findings;
    evidence_make(&evidence);
    run_all(&evidence, &findings);
    for (size_t i = 0; i < findings.count; i++)
        print_message("%s: %s\n", rule_id_name(findings.items[i].rule), findings.items[i].message);
    assert_int_equal(findings.count, 0);
    findings_done(&findings);
    evidence_done(&evidence);
}

static void what_was_not_read_is_not_judged(void **state)
{
    (void)state;
    struct evidence evidence;
    struct findings findings;
    evidence_make(&evidence);
    for (size_t i = 0; i < evidence.unit_count; i++) {
        evidence.units[i].is_read = i % 3 == 1;
        evidence.units[i].decode_time += 77 * i;
    }
    unit_of(&evidence, VIDEO_TOO, 1)->earliest_time = unit_of(&evidence, VIDEO, 1)->earliest_time;
    run_all(&evidence, &findings);
    assert_int_equal(findings.count, 0);
    findings_done(&findings);
    evidence_done(&evidence);
}

static void a_gap(struct evidence *evidence)
{
    for (size_t i = 1; i < SEGMENTS; i++)
        unit_of(evidence, VIDEO, i)->decode_time += 1;
}

static void a_wrap(struct evidence *evidence)
{
    uint64_t start = (1ull << 32) - 48000;
    unit_of(evidence, VIDEO, 0)->decode_time = start;
    unit_of(evidence, VIDEO, 1)->decode_time = 0;
}

static void a_longer_edit(struct evidence *evidence)
{
    init_of(evidence, VIDEO)->edit_media_time = 3000;
}

static void an_edit_of_a_second(struct evidence *evidence)
{
    init_of(evidence, AUDIO_ONE)->edit_media_time = 48000;
}

static void numbers_again(struct evidence *evidence)
{
    unit_of(evidence, VIDEO, 1)->fragments[0].sequence = 1;
}

static void an_idr_in_the_first_only(struct evidence *evidence)
{
    for (size_t i = 1; i < SEGMENTS; i++)
        unit_of(evidence, VIDEO, i)->first_idr_time = unit_of(evidence, VIDEO, i)->last_idr_time =
            INT64_MIN;
}

static void idrs_far_apart_in_one(struct evidence *evidence)
{
    unit_of(evidence, VIDEO, 1)->longest_idr_gap = 60000;
}

static void no_idr_at_the_end(struct evidence *evidence)
{
    unit_of(evidence, VIDEO, 2)->latest_end += 24000;
}

static void an_index_of_other_durations(struct evidence *evidence)
{
    evidence->tracks[VIDEO].segments[1].duration = (struct rational){3, 1};
}

static void an_index_that_ends_early(struct evidence *evidence)
{
    evidence->resources[0].size_bytes += 900;
}

static void an_event_of_version_0(struct evidence *evidence)
{
    struct unit *unit = unit_of(evidence, VIDEO, 0);
    evidence->tracks[VIDEO].origin = TRACK_HLS;
    unit->events = mem_alloc(sizeof *unit->events);
    unit->events[0].scheme = mem_strdup("urn:x");
    unit->event_count = 1;
}

static void an_index_that_points_into_a_fragment(struct evidence *evidence)
{
    struct unit *unit = unit_of(evidence, VIDEO, 1);
    unit->fragment_count = 0;
    unit->sample_count = 0;
    unit->is_fmp4 = false;
}

static void an_index_of_another_stream(struct evidence *evidence)
{
    evidence->tracks[VIDEO].index_timescale_hz = 24000;
    evidence->tracks[VIDEO].index_reference_id = 2;
}

static void an_index_in_another_timescale(struct evidence *evidence)
{
    evidence->tracks[VIDEO].index_timescale_hz = 90000;
    evidence->tracks[VIDEO].index_reference_id = 1;
}

static void a_clock_that_goes_back(struct evidence *evidence)
{
    for (size_t i = 0; i < 2; i++) {
        struct unit *unit = unit_of(evidence, VIDEO, i);
        unit->has_prft = true;
        unit->first_ntp = unit->last_ntp = 5 - i;
    }
}

static void one_cut_elsewhere(struct evidence *evidence)
{
    unit_of(evidence, VIDEO_TOO, 1)->earliest_time += 1000;
}

static void another_codec(struct evidence *evidence)
{
    memcpy(init_of(evidence, VIDEO_TOO)->entry, "hvc1", 5);
}

static void another_depth(struct evidence *evidence)
{
    init_of(evidence, VIDEO_TOO)->codec.bit_depth = 10;
}

static void audio_that_goes_on(struct evidence *evidence)
{
    unit_of(evidence, AUDIO_ONE, 2)->latest_end += 48000;
}

static void audio_with_a_hole(struct evidence *evidence)
{
    for (size_t i = 1; i < SEGMENTS; i++)
        unit_of(evidence, AUDIO_ONE, i)->decode_time += 1024;
}

static void a_last_segment_in_the_middle(struct evidence *evidence)
{
    struct unit *unit = unit_of(evidence, VIDEO, 1);
    memcpy(unit->styp[0], "lmsg", 5);
    unit->styp_count = 1;
}

static void another_composition_delay(struct evidence *evidence)
{
    unit_of(evidence, VIDEO, 1)->earliest_time += 2000;
    unit_of(evidence, VIDEO_TOO, 1)->earliest_time += 2000;
}

static void another_timescale(struct evidence *evidence)
{
    init_of(evidence, VIDEO_TOO)->timescale_hz = 12000;
}

static void another_language(struct evidence *evidence)
{
    memcpy(init_of(evidence, VIDEO_TOO)->language, "deu", 4);
}

static void one_encrypted(struct evidence *evidence)
{
    init_of(evidence, VIDEO_TOO)->encryption.is_encrypted = true;
    memcpy(init_of(evidence, VIDEO_TOO)->encryption.scheme, "cenc", 5);
}

static void audio_of_two_layouts(struct evidence *evidence)
{
    evidence->tracks[AUDIO_ONE].set = 7;
    add_track(evidence, "surround", MEDIA_AUDIO, 7);
    init_of(evidence, 3)->codec.channels = 6;
}

static void fewer_segments(struct evidence *evidence)
{
    evidence->tracks[VIDEO_TOO].segment_count--;
}

static void a_longer_one(struct evidence *evidence)
{
    unit_of(evidence, VIDEO_TOO, 2)->latest_end += 2000;
}

static void another_profile_brand(struct evidence *evidence)
{
    memcpy(init_of(evidence, VIDEO_TOO)->brands[1], "cfsd", 5);
}

static void parameter_sets_of_25_fps(struct evidence *evidence)
{
    init_of(evidence, VIDEO)->codec.frame_rate = (struct rational){25, 1};
}

static void level_1(struct evidence *evidence)
{
    init_of(evidence, VIDEO)->codec.level = init_of(evidence, VIDEO)->codec.stream_level = 10;
}

// 640x360 is 920 macroblocks, 22080 a second, where level 2.2 has 1620 and 20250.
static void level_2_2(struct evidence *evidence)
{
    init_of(evidence, VIDEO)->codec.level = 22;
}

// The last segment comes with another init, whose level carries no such pictures.
static void a_second_init_of_level_1(struct evidence *evidence)
{
    size_t init = add_init(evidence, 0, MEDIA_VIDEO);
    size_t other = evidence_init_unit(evidence, 0, 5000, 100);
    evidence->inits[other] = evidence->inits[init];
    evidence->inits[other].codec.level = 10;
    evidence->tracks[VIDEO].segments[SEGMENTS - 1].init = other;
}

static int64_t level_findings(uint32_t configured, uint32_t in_stream)
{
    struct evidence evidence;
    struct findings findings;
    evidence_make(&evidence);
    init_of(&evidence, VIDEO)->codec.level = configured;
    init_of(&evidence, VIDEO)->codec.stream_level = in_stream;
    run_all(&evidence, &findings);
    int64_t found = findings.total[RULE_S90];
    findings_done(&findings);
    evidence_done(&evidence);
    return found;
}

static void a_level_below_the_streams_is_not_judged_again(void **state)
{
    (void)state;
    assert_int_equal(level_findings(30, 30), 0);
    assert_int_equal(level_findings(10, 30), 0); // S34
    assert_int_equal(level_findings(10, 10), 1);
    assert_int_equal(level_findings(30, 10), 0); // more than the stream needs may be declared
}

static void a_stream_that_nothing_is_known_of_is_no_other(void **state)
{
    (void)state;
    struct evidence evidence;
    struct findings findings;
    evidence_make(&evidence);
    struct codec_facts *codec = &init_of(&evidence, VIDEO_TOO)->codec;
    init_of(&evidence, VIDEO)->codec.chroma_format = 1;
    codec->bit_depth = codec->width_px = codec->height_px = 0;
    run_all(&evidence, &findings);
    assert_int_equal(findings.count, 0);
    findings_done(&findings);
    evidence_done(&evidence);
}

static void each_change_is_found(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct evidence *);
        enum rule_id rule;
        const char *claim;
    } rows[] = {
        {a_gap, RULE_S11, "a gap"},
        {a_wrap, RULE_S12, "a wrap"},
        {a_longer_edit, RULE_S16, "a longer edit"},
        {an_edit_of_a_second, RULE_S16, "an edit of a second"},
        {numbers_again, RULE_S17, "numbers again"},
        {an_idr_in_the_first_only, RULE_S20, "an IDR in the first only"},
        {idrs_far_apart_in_one, RULE_S20, "IDRs far apart in one"},
        {no_idr_at_the_end, RULE_S20, "no IDR at the end"},
        {an_index_of_other_durations, RULE_S21, "an index of other durations"},
        {an_index_that_ends_early, RULE_S21, "an index that ends early"},
        {an_event_of_version_0, RULE_S22, "an event of version 0"},
        {one_cut_elsewhere, RULE_S24, "one cut elsewhere"},
        {an_index_that_points_into_a_fragment, RULE_S21, "an index that points elsewhere"},
        {an_index_of_another_stream, RULE_S69, "an index of another stream"},
        {an_index_in_another_timescale, RULE_S69, "an index in another timescale"},
        {a_clock_that_goes_back, RULE_S23, "a clock that goes back"},
        {another_codec, RULE_S25, "another codec"},
        {another_depth, RULE_S25, "another depth"},
        {audio_that_goes_on, RULE_S26, "audio that goes on"},
        {audio_with_a_hole, RULE_S27, "audio with a hole"},
        {a_last_segment_in_the_middle, RULE_S68, "a last segment in the middle"},
        {another_composition_delay, RULE_S79, "another composition delay"},
        {another_timescale, RULE_S82, "another timescale"},
        {another_language, RULE_S82, "another language"},
        {one_encrypted, RULE_S83, "one encrypted"},
        {audio_of_two_layouts, RULE_S84, "audio of two layouts"},
        {fewer_segments, RULE_S85, "fewer segments"},
        {a_longer_one, RULE_S85, "a longer one"},
        {another_profile_brand, RULE_S87, "another profile brand"},
        {parameter_sets_of_25_fps, RULE_S89, "parameter sets of 25 fps"},
        {level_1, RULE_S90, "level 1"},
        {level_2_2, RULE_S90, "level 2.2"},
        {a_second_init_of_level_1, RULE_S90, "a second init of level 1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct evidence evidence;
        struct findings findings;
        evidence_make(&evidence);
        rows[i].change(&evidence);
        run_all(&evidence, &findings);
        bool is_found = findings.total[rows[i].rule] > 0;
        for (size_t f = 0; !is_found && f < findings.count; f++)
            print_message("  %s: %s\n", rule_id_name(findings.items[f].rule),
                          findings.items[f].message);
        if (!is_found)
            fail_msg("%s: %s", rows[i].claim, rule_id_name(rows[i].rule));
        findings_done(&findings);
        evidence_done(&evidence);
    }
}

// 48 pictures at 23.976 per second last 2.002 s, and are what an encoder calls 2 s.
static void two_seconds_of_ntsc_pictures_are_two_seconds(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct evidence evidence;
        struct findings findings;
        evidence_make(&evidence);
        unit_of(&evidence, VIDEO, 1)->longest_idr_gap = i ? 24000 * 2100 / 1000 : 48048;
        run_all(&evidence, &findings);
        assert_int_equal(findings.total[RULE_S20], i);
        findings_done(&findings);
        evidence_done(&evidence);
    }
}

static void segments_of_two_manifests_are_judged_once(void **state)
{
    (void)state;
    struct evidence evidence;
    struct findings findings;
    evidence_make(&evidence);
    struct track *track = evidence_track(&evidence);
    track->name = mem_strdup("again");
    track->origin = TRACK_HLS;
    track->kind = MEDIA_VIDEO;
    for (size_t i = 0; i < SEGMENTS; i++)
        track_add_segment(track, &evidence.tracks[VIDEO].segments[i]);
    a_gap(&evidence);
    run_all(&evidence, &findings);
    assert_int_equal(findings.total[RULE_S11], 1);
    findings_done(&findings);
    evidence_done(&evidence);
}

static void every_segment_rule_has_one_row(void **state)
{
    (void)state;
    size_t rows[RULE_COUNT] = {0};
    for (size_t i = 0; i < iso_rule_count; i++) {
        rows[iso_rules[i].id]++;
        assert_true(iso_rules[i].statement[0] && iso_rules[i].source[0] && iso_rules[i].fix[0]);
    }
    for (size_t id = RULE_S1; id <= RULE_S94; id++)
        if (rows[id] != (id != RULE_S32)) // S32 is of the playlists
            fail_msg("%s has %zu rows", rule_id_name((enum rule_id)id), rows[id]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_presentation_is_silent),
        cmocka_unit_test(what_was_not_read_is_not_judged),
        cmocka_unit_test(a_stream_that_nothing_is_known_of_is_no_other),
        cmocka_unit_test(a_level_below_the_streams_is_not_judged_again),
        cmocka_unit_test(each_change_is_found),
        cmocka_unit_test(two_seconds_of_ntsc_pictures_are_two_seconds),
        cmocka_unit_test(segments_of_two_manifests_are_judged_once),
        cmocka_unit_test(every_segment_rule_has_one_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
