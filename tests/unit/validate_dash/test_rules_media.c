// SPDX-License-Identifier: BSD-2-Clause
// Rules that hold the MPD against the film: the text is changed, or the film is.
#include "tests/unit/validate_dash/bench.h"

// A change of GOOD_MPD after which it says something that is not true of the film.
static const struct change {
    enum rule_id rule;
    const char *from, *to;
} changes[] = {
    {RULE_D3, "PT12S", "PT13S"},
    {RULE_D3, "PT12S", "PT11S"},
    {RULE_D4, "maxSegmentDuration=\"PT4S\"", "maxSegmentDuration=\"PT3.9S\""},
    {RULE_D4, "maxSegmentDuration=\"PT4S\"", "maxSegmentDuration=\"PT0.5S\""},
    {RULE_D15, "timescale=\"12800\"", "timescale=\"12801\""},
    {RULE_D15, "timescale=\"12800\"", ""},
    {RULE_D16, "startNumber=\"1\"", "startNumber=\"1\" presentationTimeOffset=\"12800\""},
    {RULE_D17, "t=\"0\" d=\"51200\" r=\"2\"", "t=\"512\" d=\"51200\" r=\"2\""},
    {RULE_D17, "t=\"0\" d=\"51200\" r=\"2\"", "t=\"0\" d=\"52000\" r=\"2\""},
    {RULE_D17, "duration=\"192000\"", "duration=\"96000\""},
    {RULE_D18, "startNumber=\"1\"", "startNumber=\"2\""},
    {RULE_D18, "startNumber=\"1\"", "startNumber=\"0\""},
    {RULE_D18, "r=\"2\"", "r=\"3\""},
    {RULE_D20, "avc1.64001f", "avc1.640028"},
    {RULE_D20, "avc1.64001f", "hvc1.1.6.L93.B0"},
    {RULE_D20, "mp4a.40.2", "mp4a.40.29"},
    {RULE_D22, "width=\"1280\" height", "width=\"1200\" height"},
    {RULE_D22, "height=\"720\" sar", "height=\"700\" sar"},
    {RULE_D22, "frameRate=\"25\"/>", "frameRate=\"24\"/>"},
    {RULE_D22, "frameRate=\"25\"/>", "frameRate=\"25000/1001\"/>"},
    {RULE_D23, "audioSamplingRate=\"48000\"", "audioSamplingRate=\"44100\""},
    {RULE_D23, "value=\"2\"", "value=\"6\""},
    {RULE_D27, "bandwidth=\"1000000\"", "bandwidth=\"700000\""},
    {RULE_D27, "bandwidth=\"128000\"", "bandwidth=\"64000\""},
    {RULE_D30, "<Role",
     "<ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\" value=\"cenc\"/><Role"},
    {RULE_D36, "<Role",
     "<SupplementalProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:TransferCharacteristics\" "
     "value=\"16\"/><Role"},
    {RULE_D36, "<Role",
     "<SupplementalProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:ColourPrimaries\" value=\"9\"/>"
     "<Role"},
    {RULE_D40, "PT12S", "PT13S"},
    {RULE_D55, "par=\"16:9\"", "par=\"16:9\" scanType=\"interlaced\""},
    {RULE_D57, "lang=\"en\"", "lang=\"fr\""},
    {RULE_D73, "startNumber=\"1\"", "startNumber=\"1\" eptDelta=\"51200\""},
};

static void what_is_untrue_of_the_film_is_found(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct bench bench;
        AUTO_FREE char *text = with_change(GOOD_MPD, changes[i].from, changes[i].to);
        bench_read(&bench, text);
        bench_list(&bench);
        bench_measure(&bench);
        if (bench_run(&bench, changes[i].rule) == 0) {
            print_message("%s does not fire on change %zu: \"%s\"\n", rule_id_name(changes[i].rule),
                          i, changes[i].to);
            failed++;
        }
        bench_done(&bench);
    }
    assert_int_equal(failed, 0);
}

// Without the film these rules have nothing to say.
static void rules_are_silent_about_what_was_not_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct bench bench;
        bool is_of_text = changes[i].rule == RULE_D4;
        if (is_of_text)
            continue;
        AUTO_FREE char *text = with_change(GOOD_MPD, changes[i].from, changes[i].to);
        bench_read(&bench, text);
        bench_list(&bench);
        assert_int_equal(bench_run(&bench, changes[i].rule), 0);
        bench_done(&bench);
    }
}

// Changes that are as true of the film.
static const struct change harmless[] = {
    {RULE_D16, "duration=\"192000\"", "duration=\"192000\" presentationTimeOffset=\"1024\""},
    {RULE_D17, "duration=\"192000\"", "duration=\"190000\""},
    {RULE_D18, "PT12S", "PT12.05S"},
    {RULE_D20, "avc1.64001f", "avc1.64001F"},
    {RULE_D22, "frameRate=\"25\"/>", "frameRate=\"25000/1000\"/>"},
    {RULE_D23, "value=\"2\"", "value=\"x\""},
    {RULE_D23, "urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"2\"",
     "tag:dolby.com,2014:dash:audio_channel_configuration:2011\" value=\"A000\""},
    {RULE_D27, "minBufferTime=\"PT4S\"", "minBufferTime=\"PT8S\""},
    {RULE_D36, "<Role",
     "<SupplementalProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:ColourPrimaries\" value=\"1\"/>"
     "<Role"},
    {RULE_D57, "lang=\"en\"", "lang=\"eng-GB\""},
    {RULE_D57, "lang=\"en\"", "lang=\"en-US\""},
    {RULE_D57, "lang=\"en\"", "lang=\"und\""},
};

static void what_is_true_in_other_words_gives_no_alarm(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
        struct bench bench;
        AUTO_FREE char *text = with_change(GOOD_MPD, harmless[i].from, harmless[i].to);
        bench_read(&bench, text);
        bench_list(&bench);
        bench_measure(&bench);
        if (bench_run(&bench, harmless[i].rule) != 0) {
            bench_print(&bench);
            fail_msg("%s fires on \"%s\"", rule_id_name(harmless[i].rule), harmless[i].to);
        }
        bench_done(&bench);
    }
}

static void read_good(struct bench *bench)
{
    bench_read(bench, GOOD_MPD);
    bench_list(bench);
    bench_measure(bench);
}

static struct unit *unit_of(struct bench *bench, size_t track, size_t i)
{
    return &bench->evidence.units[bench->evidence.tracks[track].segments[i].unit];
}

static struct init_facts *init_of(struct bench *bench, size_t track)
{
    return &bench->evidence.inits[bench->evidence.tracks[track].segments[0].init];
}

static void segments_that_are_not_aligned_are_found(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    struct unit *unit = unit_of(&bench, 1, 1);
    unit->earliest_time += 6400;
    assert_int_equal(bench_run(&bench, RULE_D25), 1);
    bench_done(&bench);
}

static void access_points_worse_than_stated_are_found(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    unit_of(&bench, 0, 1)->sap_type = 3;
    unit_of(&bench, 1, 2)->sap_type = 0;
    unit_of(&bench, 1, 2)->is_sync_flagged = false;
    assert_int_equal(bench_run(&bench, RULE_D26), 2);
    bench_done(&bench);
    // A reader that finds no access point at all did not understand the stream.
    read_good(&bench);
    for (size_t i = 0; i < FILM_SEGMENTS; i++)
        unit_of(&bench, 0, i)->sap_type = 0;
    assert_int_equal(bench_run(&bench, RULE_D26), 0);
    bench_done(&bench);
}

// 4 s segments of just under bandwidth times 4 s, prefilled with 4 s: one of twice the
// size still comes in time after an average one, and no more than that.
static void the_buffer_underflows_exactly_when_it_does(void **state)
{
    (void)state;
    static const struct {
        int64_t size_bytes;
        bool is_late;
    } cases[] = {{500000, false}, {995000, false}, {995001, true}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct bench bench;
        read_good(&bench);
        unit_of(&bench, 0, 1)->size_bytes = cases[i].size_bytes;
        // Needed when the last picture, 1/25 s before the end, is decoded: starting with
        // this segment, 4 s of prefill and 3.96 s of playing, at 125000 bytes a second.
        assert_int_equal(bench_run(&bench, RULE_D27), cases[i].is_late);
        bench_done(&bench);
    }
}

static void a_large_first_picture_counts_before_the_rest(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    struct unit *unit = unit_of(&bench, 0, 1);
    unit->size_bytes = 520000;
    unit->fragments = mem_alloc(sizeof *unit->fragments);
    unit->fragment_count = 1;
    unit->fragments[0] = (struct fragment_facts){.first_sample_end_byte = 510000,
                                                 .end_byte = 520000,
                                                 .decode_time = unit->decode_time,
                                                 .duration = unit->duration};
    // 500000 bytes are there when playing begins with this segment.
    assert_int_equal(bench_run(&bench, RULE_D27), 1);
    unit->fragments[0].first_sample_end_byte = 499000;
    bench.findings.total[RULE_D27] = 0;
    assert_int_equal(bench_run(&bench, RULE_D27), 0);
    bench_done(&bench);
}

static void the_bits_of_text_are_needed_evenly(void **state)
{
    (void)state;
    for (int is_text = 0; is_text < 2; is_text++) {
        struct bench bench;
        read_good(&bench);
        const struct track *track = &bench.evidence.tracks[0];
        if (is_text)
            bench.evidence.inits[track->segments[0].init].kind = MEDIA_TEXT;
        for (size_t i = 0; i < track->segment_count; i++) {
            struct unit *unit = unit_of(&bench, 0, i);
            // One cue for all of the segment: more than what is there when it begins.
            unit->size_bytes = 520000;
            unit->shortest_sample = unit->longest_sample = (uint32_t)unit->duration;
            unit->fragments = mem_alloc(sizeof *unit->fragments);
            unit->fragment_count = 1;
            unit->fragments[0] = (struct fragment_facts){.first_sample_end_byte = 520000,
                                                         .end_byte = 520000,
                                                         .decode_time = unit->decode_time,
                                                         .duration = unit->duration};
        }
        assert_int_equal(bench_run(&bench, RULE_D27), !is_text);
        // At three times the bandwidth text too comes too late.
        bench.findings.total[RULE_D27] = 0;
        for (size_t i = 0; i < track->segment_count; i++)
            unit_of(&bench, 0, i)->size_bytes = unit_of(&bench, 0, i)->fragments->end_byte =
                1500000;
        assert_int_equal(bench_run(&bench, RULE_D27), 1);
        bench_done(&bench);
    }
}

static void holes_in_a_sample_are_not_summed(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    unit_of(&bench, 0, 1)->is_read = false;
    unit_of(&bench, 0, 1)->size_bytes = 100000000;
    assert_int_equal(bench_run(&bench, RULE_D27), 0);
    assert_int_equal(bench_run(&bench, RULE_D3), 0);
    bench_done(&bench);
}

static void an_edited_first_segment_is_no_fault(void **state)
{
    (void)state;
    struct bench bench;
    AUTO_FREE char *text =
        with_change(GOOD_MPD, "timescale=\"48000\" duration=\"192000\"", "timescale=\"48000\"");
    AUTO_FREE char *timed = with_change(
        text, "$Number%05d$.m4s\"/>",
        "$Number%05d$.m4s\"><SegmentTimeline><S t=\"0\" d=\"190976\"/><S d=\"192000\" r=\"1\"/>"
        "</SegmentTimeline></SegmentTemplate>");
    bench_read(&bench, timed);
    bench_list(&bench);
    bench_measure(&bench);
    init_of(&bench, 2)->edit_media_time = 1024;
    init_of(&bench, 2)->has_edit = true;
    assert_int_equal(bench_run(&bench, RULE_D17), 0);
    assert_int_equal(bench_run(&bench, RULE_D16), 0);
    bench_print(&bench);
    bench_done(&bench);
}

// One segment that is late by the delay that an edit takes back: true of it only in a
// sense that no other segment has.
static void all_times_of_a_track_have_one_sense(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    init_of(&bench, 0)->edit_media_time = 1024;
    for (size_t i = 0; i < FILM_SEGMENTS; i++) {
        unit_of(&bench, 0, i)->earliest_time += 1024;
        unit_of(&bench, 0, i)->latest_end += 1024;
    }
    assert_int_equal(bench_run(&bench, RULE_D17), 0);
    unit_of(&bench, 0, 1)->decode_time += 1024;
    unit_of(&bench, 0, 1)->earliest_time += 1024;
    assert_int_equal(bench_run(&bench, RULE_D17), 1);
    bench_done(&bench);
}

static void late_media_leaves_a_gap_at_the_start(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    for (size_t i = 0; i < FILM_SEGMENTS; i++)
        unit_of(&bench, 0, i)->earliest_time += FILM_VIDEO_SCALE;
    assert_int_equal(bench_run(&bench, RULE_D16), 1);
    bench_done(&bench);
}

#define KEY_URN "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
#define PROTECTED(value, key, pssh)                                                                \
    "<ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\" value=\"" value           \
    "\" cenc:default_KID=\"" key "\"/><ContentProtection schemeIdUri=\"" KEY_URN "\">" pssh        \
    "</ContentProtection><Role"
#define GOOD_KEY  "00112233-4455-6677-8899-aabbccddeeff"
#define GOOD_PSSH "<cenc:pssh>AAAAIHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAAAA=</cenc:pssh>"

static const struct {
    const char *protection;
    bool has_scheme_fault, has_pssh_fault;
} protections[] = {
    {PROTECTED("cenc", GOOD_KEY, GOOD_PSSH), false, false},
    {PROTECTED("cbcs", GOOD_KEY, GOOD_PSSH), true, false},
    {PROTECTED("cenc", "10112233-4455-6677-8899-aabbccddeeff", GOOD_PSSH), true, false},
    {PROTECTED("cenc", "00112233445566778899aabbccddeeff", GOOD_PSSH), true, false},
    {PROTECTED("cenc", GOOD_KEY, "<cenc:pssh>no!</cenc:pssh>"), false, true},
    {PROTECTED("cenc", GOOD_KEY,
               "<cenc:pssh>AAAAIHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7AAAAAA=</cenc:pssh>"),
     false, true},
    {PROTECTED("cenc", GOOD_KEY, "<cenc:pssh>AAAAIHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7Q==</cenc:pssh>"),
     false, true},
    {"<Role", true, false},
};

static void protection_is_that_of_the_media(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(protections); i++) {
        struct bench bench;
        AUTO_FREE char *text = with_change(GOOD_MPD, "<Role", protections[i].protection);
        bench_read(&bench, text);
        bench_list(&bench);
        bench_measure(&bench);
        for (size_t t = 0; t < 2; t++) {
            struct encryption_facts *facts = &init_of(&bench, t)->encryption;
            facts->is_encrypted = facts->has_tenc = true;
            memcpy(facts->scheme, "cenc", 5);
            for (uint8_t k = 0; k < 16; k++)
                facts->key_id[k] = (uint8_t)(k * 0x11);
        }
        bool has_scheme = bench_run(&bench, RULE_D30) > 0,
             has_pssh = bench_run(&bench, RULE_D31) > 0;
        if (has_scheme != protections[i].has_scheme_fault ||
            has_pssh != protections[i].has_pssh_fault) {
            bench_print(&bench);
            fail_msg("protection %zu", i);
        }
        bench_done(&bench);
    }
}

static void a_system_without_pssh_is_found(void **state)
{
    (void)state;
    struct bench bench;
    AUTO_FREE char *text = with_change(GOOD_MPD, "<Role", PROTECTED("cenc", GOOD_KEY, ""));
    bench_read(&bench, text);
    bench_list(&bench);
    bench_measure(&bench);
    struct init_facts *init = init_of(&bench, 0);
    init->encryption.is_encrypted = true;
    assert_int_equal(bench_run(&bench, RULE_D67), 1);
    init->pssh_count = 1;
    memcpy(init->pssh_systems[0],
           "\xed\xef\x8b\xa9\x79\xd6\x4a\xce\xa3\xc8\x27\xdc\xd5\x1d\x21\xed", 16);
    bench.findings.total[RULE_D67] = 0;
    assert_int_equal(bench_run(&bench, RULE_D67), 0);
    bench_done(&bench);
}

static void events_in_segments_are_announced(void **state)
{
    (void)state;
    for (int is_announced = 0; is_announced < 2; is_announced++) {
        struct bench bench;
        AUTO_FREE char *text =
            with_change(GOOD_MPD, "<Role",
                        is_announced ? "<InbandEventStream schemeIdUri=\"urn:e\"/><Role"
                                     : "<InbandEventStream schemeIdUri=\"urn:x\"/><Role");
        bench_read(&bench, text);
        bench_list(&bench);
        bench_measure(&bench);
        struct unit *unit = unit_of(&bench, 0, 0);
        unit->events = mem_alloc(sizeof *unit->events);
        unit->event_count = 1;
        unit->events[0].scheme = mem_strdup("urn:e");
        assert_int_equal(bench_run(&bench, RULE_D35), !is_announced);
        bench_done(&bench);
    }
}

static void kinds_and_languages_of_a_set_agree(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    init_of(&bench, 1)->kind = MEDIA_AUDIO;
    assert_int_equal(bench_run(&bench, RULE_D21), 1);
    assert_int_equal(bench_run(&bench, RULE_D59), 1);
    bench_done(&bench);
    read_good(&bench);
    snprintf(init_of(&bench, 1)->language, 8, "fra");
    assert_int_equal(bench_run(&bench, RULE_D21), 1);
    bench_done(&bench);
}

static void high_dynamic_range_is_said(void **state)
{
    (void)state;
    struct bench bench;
    read_good(&bench);
    init_of(&bench, 0)->codec.transfer = 16;
    assert_int_equal(bench_run(&bench, RULE_D68), 1);
    bench_done(&bench);
}

static void inits_that_cannot_be_joined_are_found(void **state)
{
    (void)state;
    struct bench bench;
    AUTO_FREE char *text =
        with_change(GOOD_MPD, "par=\"16:9\"", "par=\"16:9\" bitstreamSwitching=\"true\"");
    bench_read(&bench, text);
    bench_list(&bench);
    bench_measure(&bench);
    assert_int_equal(bench_run(&bench, RULE_D45), 0);
    init_of(&bench, 1)->track_id = 2;
    assert_int_equal(bench_run(&bench, RULE_D45), 1);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_untrue_of_the_film_is_found),
        cmocka_unit_test(rules_are_silent_about_what_was_not_read),
        cmocka_unit_test(what_is_true_in_other_words_gives_no_alarm),
        cmocka_unit_test(segments_that_are_not_aligned_are_found),
        cmocka_unit_test(access_points_worse_than_stated_are_found),
        cmocka_unit_test(the_buffer_underflows_exactly_when_it_does),
        cmocka_unit_test(a_large_first_picture_counts_before_the_rest),
        cmocka_unit_test(the_bits_of_text_are_needed_evenly),
        cmocka_unit_test(holes_in_a_sample_are_not_summed),
        cmocka_unit_test(an_edited_first_segment_is_no_fault),
        cmocka_unit_test(all_times_of_a_track_have_one_sense),
        cmocka_unit_test(late_media_leaves_a_gap_at_the_start),
        cmocka_unit_test(protection_is_that_of_the_media),
        cmocka_unit_test(a_system_without_pssh_is_found),
        cmocka_unit_test(events_in_segments_are_announced),
        cmocka_unit_test(kinds_and_languages_of_a_set_agree),
        cmocka_unit_test(high_dynamic_range_is_said),
        cmocka_unit_test(inits_that_cannot_be_joined_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
