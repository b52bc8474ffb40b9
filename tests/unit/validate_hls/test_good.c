// SPDX-License-Identifier: BSD-2-Clause
// Nothing is said of what is good, or of what is not known.
#include "kit.h"

static const struct kit_case nothing = {.claim = "nothing"};

static void expect_silence(const struct kit *kit)
{
    if (kit->findings.count)
        kit_print(kit);
    assert_int_equal(kit->findings.count, 0);
}

static void says_nothing_of_a_good_presentation(void **state)
{
    struct kit kit;
    (void)state;
    kit_build(&kit, &nothing);
    expect_silence(&kit);
    assert_int_equal(kit.evidence.track_count, 4);
    assert_int_equal(kit_track(&kit, "i1.m3u8")->origin, TRACK_HLS_IFRAMES);
    kit_done(&kit);
}

static void says_nothing_where_no_unit_was_read(void **state)
{
    struct kit kit;
    (void)state;
    kit_init(&kit);
    for (size_t i = 0; i < ARRAY_LEN(kit_files); i++)
        kit_add(&kit, kit_files[i].name, kit_files[i].text);
    kit_link(&kit);
    kit_run(&kit);
    expect_silence(&kit);
    kit_done(&kit);
}

static void is_content_with_a_lone_media_playlist(void **state)
{
    struct kit kit;
    (void)state;
    kit_init(&kit);
    kit_add(&kit, "v1.m3u8", kit_files[1].text);
    kit_link(&kit);
    kit_measure(&kit, 4);
    kit_run(&kit);
    expect_silence(&kit);
    kit_done(&kit);
}

static void rows_are_whole_and_unique(void **state)
{
    bool is_seen[RULE_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < hls_rule_count; i++) {
        assert_false(is_seen[hls_rules[i].id]);
        is_seen[hls_rules[i].id] = true;
        assert_non_null(hls_rules[i].statement);
        assert_non_null(hls_rules[i].source);
        assert_int_equal(hls_rules[i].fix[strlen(hls_rules[i].fix) - 1], '.');
        assert_int_not_equal(hls_rules[i].statement[strlen(hls_rules[i].statement) - 1], '.');
        assert_int_not_equal(hls_rules[i].profiles, 0);
    }
#define IS_THERE(id) assert_true(is_seen[RULE_##id]);
    RULE_IDS_HLS(IS_THERE)
    assert_true(is_seen[RULE_S32]);
}

// What is untrue is so for everybody; what only Apple wants stated is no fault elsewhere.
static void absence_is_judged_for_apple_alone(void **state)
{
    static const enum rule_id untrue[] = {RULE_V3,  RULE_V5,  RULE_V7, RULE_V8,
                                          RULE_V16, RULE_V19, RULE_V22};
    static const enum rule_id absent[] = {RULE_V44, RULE_V45, RULE_V46, RULE_V47,
                                          RULE_V48, RULE_V49, RULE_V50};
    (void)state;
    for (size_t i = 0; i < hls_rule_count; i++)
        for (size_t k = 0; k < ARRAY_LEN(untrue); k++) {
            if (hls_rules[i].id == untrue[k])
                assert_int_equal(hls_rules[i].profiles, PROFILE_ALL);
            if (hls_rules[i].id == absent[k])
                assert_int_equal(hls_rules[i].profiles, PROFILE_APPLE | PROFILE_RUNG);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_of_a_good_presentation),
        cmocka_unit_test(says_nothing_where_no_unit_was_read),
        cmocka_unit_test(is_content_with_a_lone_media_playlist),
        cmocka_unit_test(rows_are_whole_and_unique),
        cmocka_unit_test(absence_is_judged_for_apple_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
