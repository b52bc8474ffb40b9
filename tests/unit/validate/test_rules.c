// SPDX-License-Identifier: BSD-2-Clause
// The joined table: every rule has one row, and every row can be read.
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/dash/tracks.h"
#include "manifests/validate/hls/tracks.h"
#include "manifests/validate/iso/iso.h"
#include "manifests/validate/load_private.h"

static void every_rule_has_one_row(void **state)
{
    const struct {
        const struct rule_row *rows;
        size_t count;
    } tables[] = {{load_rules, load_rule_count},
                  {hls_rules, hls_rule_count},
                  {dash_rules, dash_rule_count},
                  {iso_rules, iso_rule_count},
                  {cross_rules, cross_rule_count}};
    int rows[RULE_COUNT] = {0};
    (void)state;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (size_t i = 0; i < tables[t].count; i++)
            rows[tables[t].rows[i].id]++;
    for (size_t id = 0; id < RULE_COUNT; id++)
        if (rows[id] != 1)
            fail_msg("%s has %d rows", rule_id_name((enum rule_id)id), rows[id]);
}

// "A claim without a full stop", "Do this.", so that reports read as one hand wrote them.
static void rows_are_written_alike(void **state)
{
    const struct rule_set *rules = rule_set_all();
    (void)state;
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = rules->rows[id];
        const char *name = rule_id_name(row->id);
        if (strlen(row->statement) < 10 || row->statement[strlen(row->statement) - 1] == '.')
            fail_msg("%s: statement \"%s\"", name, row->statement);
        if (strlen(row->fix) < 8 || row->fix[strlen(row->fix) - 1] != '.' ||
            !isupper((unsigned char)row->fix[0]))
            fail_msg("%s: fix \"%s\"", name, row->fix);
        if (!row->source[0] || row->source[strlen(row->source) - 1] == '.')
            fail_msg("%s: source \"%s\"", name, row->source);
        assert_true(row->level < LEVEL_COUNT);
        assert_true(row->profiles != 0 && (row->profiles & ~(unsigned)PROFILE_ALL) == 0);
    }
}

static void contents_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum content content;
    } cases[] = {
        {"#EXTM3U\n", CONTENT_PLAYLIST},
        {"\xef\xbb\xbf#EXTM3U\n", CONTENT_PLAYLIST},
        {"<?xml version=\"1.0\"?><MPD/>", CONTENT_MPD},
        {"\n  <MPD/>", CONTENT_MPD},
        {"\0\0\0\x18"
         "ftypisom",
         CONTENT_BOXES},
        {"\0\0\0\x18"
         "styp",
         CONTENT_BOXES},
        {"WEBVTT\n", CONTENT_WEBVTT},
        {"G@\0\x10", CONTENT_OTHER},
        {"", CONTENT_OTHER},
        {"PK\3\4abcdefgh", CONTENT_OTHER},
    };
    static const size_t sizes[] = {8, 11, 27, 8, 12, 8, 7, 4, 0, 12};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(content_sniff((const uint8_t *)cases[i].text, sizes[i]), cases[i].content);
}

struct halves {
    const char *claim;
    bool has_init, has_segment, has_playlist, is_webvtt;
    int found;
};

static void make_halves(struct evidence *evidence, const struct halves *halves)
{
    size_t file = evidence_resource(evidence, "file:///a.mp4", "a.mp4");
    size_t init = halves->has_init ? evidence_init_unit(evidence, file, 0, 100) : NONE;
    size_t unit = evidence_unit(evidence, file, 100, -1, init);
    struct track *track = evidence_track(evidence);
    track->origin = TRACK_SINGLE;
    track->name = mem_strdup("a.mp4");
    track->file = evidence->resources[file].name;
    evidence->units[unit].is_read = true;
    evidence->units[unit].is_fmp4 = !halves->is_webvtt;
    evidence->units[unit].is_webvtt = halves->is_webvtt;
    if (halves->has_segment)
        track_add_segment(track, &(struct track_segment){.unit = unit, .init = init});
    evidence->mpd_count = halves->has_playlist;
}

static void a_segment_or_an_init_alone_is_named(void **state)
{
    static const struct halves cases[] = {
        {"both", true, true, false, false, 0},
        {"a segment alone", false, true, false, false, 1},
        {"an init alone", true, false, false, false, 1},
        {"WebVTT has no init", false, true, false, true, 0},
        {"given beside a manifest for its place", false, true, true, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct evidence evidence;
        struct findings findings;
        evidence_init(&evidence);
        findings_init(&findings);
        make_halves(&evidence, &cases[i]);
        rule_set_all()->rows[RULE_L5]->run(&evidence, &findings);
        if (findings.total[RULE_L5] != cases[i].found)
            fail_msg("%s: %d", cases[i].claim, (int)findings.total[RULE_L5]);
        evidence.mpd_count = 0; // there is none to free
        evidence_done(&evidence);
        findings_done(&findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_one_row),
        cmocka_unit_test(rows_are_written_alike),
        cmocka_unit_test(contents_are_told_apart),
        cmocka_unit_test(a_segment_or_an_init_alone_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
