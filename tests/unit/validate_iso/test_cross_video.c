// SPDX-License-Identifier: BSD-2-Clause
// One video track of two segments with an edit that takes its delay back, in a file with an
// index: levels of Dolby Vision, composition delay, access points of the index.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "manifests/validate/iso/rules_private.h"
#include "src/base/mem.h"

#define DELAY 2000

struct film {
    struct evidence evidence;
    struct track *track;
    struct init_facts *init;
    struct unit *units[2];
};

static void film_make(struct film *film)
{
    struct evidence *evidence = &film->evidence;
    evidence_init(evidence);
    size_t resource = evidence_resource(evidence, "file:///v.mp4", "v.mp4");
    evidence->resources[resource].size_bytes = 2100;
    size_t init = evidence_init_unit(evidence, resource, 0, 100);
    film->init = &evidence->inits[init];
    *film->init = (struct init_facts){.is_read = true,
                                      .kind = MEDIA_VIDEO,
                                      .timescale_hz = 24000,
                                      .track_id = 1,
                                      .has_edit = true,
                                      .edit_media_time = DELAY,
                                      .edit_empty = {0, 1}};
    snprintf(film->init->entry, sizeof film->init->entry, "hvc1");
    film->track = evidence_track(evidence);
    film->track->name = mem_strdup("v");
    film->track->origin = TRACK_DASH;
    film->track->kind = MEDIA_VIDEO;
    film->track->has_index = true;
    size_t at[2];
    for (size_t i = 0; i < 2; i++)
        at[i] = evidence_unit(evidence, resource, 100 + (int64_t)i * 1000, 1000, init);
    for (size_t i = 0; i < 2; i++) {
        struct unit *unit = film->units[i] = &evidence->units[at[i]];
        unit->is_read = unit->is_fmp4 = true;
        unit->decode_time = i * 48000;
        unit->duration = 48000;
        unit->earliest_time = (int64_t)unit->decode_time + DELAY;
        unit->latest_end = unit->earliest_time + 48000;
        unit->sample_count = 48;
        unit->shortest_sample = unit->longest_sample = 1000;
        unit->sap_type = 1;
        unit->fragment_count = 1;
        unit->fragments = mem_alloc(sizeof *unit->fragments);
        unit->fragments[0].is_sync = true;
        track_add_segment(film->track, &(struct track_segment){.unit = at[i],
                                                               .init = init,
                                                               .start = {2 * (int64_t)i, 1},
                                                               .duration = {2, 1},
                                                               .index_sap = 1});
    }
}

static int64_t found(struct film *film, enum rule_id rule)
{
    struct findings findings;
    findings_init(&findings);
    for (size_t i = 0; i < iso_rule_count; i++)
        if (iso_rules[i].id == rule)
            iso_rules[i].run(&film->evidence, &findings);
    int64_t total = findings.total[rule];
    findings_done(&findings);
    return total;
}

static void levels_of_dolby_vision_carry_the_pictures(void **state)
{
    static const struct {
        uint32_t level, width_px, height_px;
        int64_t count;
    } rows[] = {
        {1, 1280, 720, 0},   {1, 1280, 730, 1},  {1, 1282, 360, 1},  {2, 1282, 360, 1},
        {3, 1920, 1080, 0},  {6, 3840, 2160, 0}, {4, 3840, 2160, 1}, {0, 7680, 4320, 0}, // no level
        {14, 7680, 4320, 0},                                                             // nor this
    };
    struct film film;
    (void)state;
    film_make(&film);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        film.init->dv_level = rows[i].level;
        film.init->codec.width_px = rows[i].width_px;
        film.init->codec.height_px = rows[i].height_px;
        film.init->has_dolby_vision = false;
        assert_int_equal(found(&film, RULE_S93), 0);
        film.init->has_dolby_vision = true;
        if (found(&film, RULE_S93) != rows[i].count)
            fail_msg("level %u, %ux%u", rows[i].level, rows[i].width_px, rows[i].height_px);
    }
    evidence_done(&film.evidence);
}

static void delay_is_taken_back(void **state)
{
    struct film film;
    (void)state;
    film_make(&film);
    assert_int_equal(found(&film, RULE_S94), 0);
    film.init->has_edit = false;
    film.init->edit_media_time = 0;
    assert_int_equal(found(&film, RULE_S94), 1);
    film.units[0]->earliest_time = 0; // negative offsets
    assert_int_equal(found(&film, RULE_S94), 0);
    evidence_done(&film.evidence);
}

static void access_points_of_an_index_are_there(void **state)
{
    struct film film;
    (void)state;
    film_make(&film);
    assert_int_equal(found(&film, RULE_S21), 0);
    film.units[1]->sap_type = 3; // an open group of pictures
    assert_int_equal(found(&film, RULE_S21), 1);
    film.units[0]->fragments[0].is_sync = false;
    assert_int_equal(found(&film, RULE_S21), 2);
    film.track->segments[0].index_sap = 0; // says nothing
    film.track->segments[1].index_sap = 3;
    assert_int_equal(found(&film, RULE_S21), 0);
    evidence_done(&film.evidence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_of_dolby_vision_carry_the_pictures),
        cmocka_unit_test(delay_is_taken_back),
        cmocka_unit_test(access_points_of_an_index_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
