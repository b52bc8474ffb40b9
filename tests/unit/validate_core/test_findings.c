// SPDX-License-Identifier: BSD-2-Clause
// Findings: bounded, countable, left out, joined.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "manifests/validate/core/findings.h"
#include "manifests/validate/core/rule.h"

static void keeps_twenty_of_a_rule_in_a_track_and_counts_the_rest(void **state)
{
    struct findings findings;
    (void)state;
    findings_init(&findings);
    for (int i = 0; i < 1000; i++)
        findings_add(&findings, RULE_M6, PLACE(.file = "a.m3u8", .track = "a", .line = i + 1), "1",
                     "2", "segment %d", i);
    findings_add(&findings, RULE_M6, PLACE(.file = "b.m3u8", .track = "b"), NULL, NULL, "other");
    assert_int_equal(findings.count, FINDINGS_PER_RULE_AND_TRACK + 1);
    assert_int_equal(findings.total[RULE_M6], 1001);
    assert_string_equal(findings.items[19].message, "segment 19");
    assert_int_equal(findings.items[19].line, 20);
    assert_int_equal(findings.items[19].byte, -1);
    assert_string_equal(findings.items[20].track, "b");
    findings_done(&findings);
}

static void keeps_two_hundred_of_a_rule_over_all_tracks(void **state)
{
    struct findings findings;
    (void)state;
    findings_init(&findings);
    for (int i = 0; i < 500; i++) {
        char track[16] = {(char)('a' + i % 26), (char)('a' + i / 26), 0};
        findings_add(&findings, RULE_S11, PLACE(.file = "x", .track = track), NULL, NULL, "gap");
    }
    assert_int_equal(findings.count, FINDINGS_PER_RULE);
    assert_int_equal(findings.total[RULE_S11], 500);
    findings_done(&findings);
}

static void a_rule_that_is_off_is_never_added(void **state)
{
    struct findings findings;
    struct findings from;
    (void)state;
    findings_init(&findings);
    findings_init(&from);
    findings.is_off[RULE_D1] = true;
    findings_add(&findings, RULE_D1, PLACE(.file = "x"), NULL, NULL, "no");
    findings_add(&from, RULE_D1, PLACE(.file = "x"), NULL, NULL, "no");
    findings_add(&from, RULE_D2, PLACE(.file = "x"), NULL, NULL, "yes");
    findings_move(&findings, &from);
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.total[RULE_D1], 0);
    assert_int_equal(findings.total[RULE_D2], 1);
    findings_done(&findings);
}

static void moving_keeps_order_bounds_and_totals(void **state)
{
    struct findings to;
    struct findings from;
    (void)state;
    findings_init(&to);
    findings_init(&from);
    for (int i = 0; i < 15; i++)
        findings_add(&to, RULE_S38, PLACE(.file = "a", .track = "t"), NULL, NULL, "to %d", i);
    for (int i = 0; i < 30; i++)
        findings_add(&from, RULE_S38, PLACE(.file = "b", .track = "t"), NULL, NULL, "from %d", i);
    findings_move(&to, &from);
    assert_int_equal(to.count, FINDINGS_PER_RULE_AND_TRACK);
    assert_int_equal(to.total[RULE_S38], 45);
    assert_string_equal(to.items[15].message, "from 0");
    assert_int_equal(from.count, 0);
    findings_done(&to);
}

static void names_of_rules_are_found_in_any_case(void **state)
{
    (void)state;
    assert_string_equal(rule_id_name(RULE_M6), "M6");
    assert_int_equal(rule_id_find("m6"), RULE_M6);
    assert_int_equal(rule_id_find("D37"), RULE_D37);
    assert_int_equal(rule_id_find("Z1"), RULE_COUNT);
    assert_int_equal(rule_id_find(""), RULE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_twenty_of_a_rule_in_a_track_and_counts_the_rest),
        cmocka_unit_test(keeps_two_hundred_of_a_rule_over_all_tracks),
        cmocka_unit_test(a_rule_that_is_off_is_never_added),
        cmocka_unit_test(moving_keeps_order_bounds_and_totals),
        cmocka_unit_test(names_of_rules_are_found_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
