// SPDX-License-Identifier: BSD-2-Clause
// Evidence: every resource and unit once, however many manifests name it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "manifests/validate/core/evidence.h"

static void a_resource_is_one_by_its_address(void **state)
{
    struct evidence evidence;
    (void)state;
    evidence_init(&evidence);
    size_t a = evidence_resource(&evidence, "file:///x/a", "a");
    size_t b = evidence_resource(&evidence, "file:///x/b", "b");
    assert_int_not_equal(a, b);
    assert_int_equal(evidence_resource(&evidence, "file:///x/a", "other name"), a);
    assert_string_equal(evidence.resources[a].name, "a");
    assert_int_equal(evidence.resources[a].size_bytes, -1);
    evidence_done(&evidence);
}

static void a_unit_is_one_by_its_bytes_and_init(void **state)
{
    struct evidence evidence;
    (void)state;
    evidence_init(&evidence);
    size_t file = evidence_resource(&evidence, "file:///v.mp4", "v.mp4");
    size_t init = evidence_init_unit(&evidence, file, 0, 800);
    size_t one = evidence_unit(&evidence, file, 800, 1000, init);
    assert_int_equal(evidence_unit(&evidence, file, 800, 1000, init), one);
    assert_int_not_equal(evidence_unit(&evidence, file, 800, 1001, init), one);
    assert_int_not_equal(evidence_unit(&evidence, file, 1800, 1000, init), one);
    assert_int_not_equal(evidence_unit(&evidence, file, 800, 1000, NONE), one);
    assert_int_equal(evidence_init_unit(&evidence, file, 0, 800), init);
    assert_true(evidence.units[one].is_wanted);
    evidence_done(&evidence);
}

static void ten_thousand_units_are_found_again(void **state)
{
    struct evidence evidence;
    (void)state;
    evidence_init(&evidence);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < 10000; i++) {
            char uri[32];
            snprintf(uri, sizeof uri, "file:///%05zu.m4s", i);
            size_t resource = evidence_resource(&evidence, uri, uri);
            assert_int_equal(resource, i);
            assert_int_equal(evidence_unit(&evidence, resource, 0, -1, NONE), i);
        }
    assert_int_equal(evidence.unit_count, 10000);
    evidence_done(&evidence);
}

static void times_take_the_edit_off(void **state)
{
    struct init_facts init = {.timescale_hz = 24000, .edit_media_time = 2000, .edit_empty = {1, 2}};
    struct unit unit = {.earliest_time = 26000, .duration = 48000};
    (void)state;
    struct rational start = unit_start(&init, &unit);
    assert_int_equal(rational_cmp(start, rational_make(3, 2)), 0);
    assert_int_equal(rational_cmp(unit_duration(&init, &unit), rational_make(2, 1)), 0);
    assert_int_equal(ticks_to_seconds(NULL, 5).num, 0);
}

static void what_the_edit_takes_off_is_not_shown(void **state)
{
    static const struct {
        int64_t edit, earliest;
        uint64_t duration, shown;
    } cases[] = {
        {0, 0, 5829, 5829},         // no edit
        {1024, 0, 5829, 4805},      // priming in front
        {1024, 5829, 5829, 5829},   // a later unit
        {2048, 1024, 5829, 4805},   // an edit over two units: what is left of the second
        {1024, 1024, 48000, 48000}, // the delay of reordered pictures cuts nothing
        {1024, 0, 1000, 0},         // nothing is left
        {INT64_MAX, -5, 1000, 0},   {-1024, 0, 1000, 1000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct init_facts init = {.timescale_hz = 48000, .edit_media_time = cases[i].edit};
        struct unit unit = {.earliest_time = cases[i].earliest, .duration = cases[i].duration};
        struct rational shown = unit_shown_duration(&init, &unit);
        assert_int_equal(rational_cmp(shown, rational_make((int64_t)cases[i].shown, 48000)), 0);
    }
    assert_int_equal(unit_shown_duration(NULL, &(struct unit){.duration = 5}).num, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resource_is_one_by_its_address),
        cmocka_unit_test(a_unit_is_one_by_its_bytes_and_init),
        cmocka_unit_test(ten_thousand_units_are_found_again),
        cmocka_unit_test(times_take_the_edit_off),
        cmocka_unit_test(what_the_edit_takes_off_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
