// SPDX-License-Identifier: BSD-2-Clause
// Error kinds and texts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/err.h"
#include "src/base/mem.h"

static void the_story_reads_outermost_first(void **state)
{
    (void)state;
    struct err err = {0};
    assert_false(err_set(&err, ERR_DEVICE, "out of %s", "memory"));
    assert_false(err_wrap(&err, "open %s", "h264_nvenc"));
    assert_false(err_wrap(&err, "rung %dp", 720));
    assert_string_equal(err.text, "rung 720p: open h264_nvenc: out of memory");
    assert_int_equal(err.kind, ERR_DEVICE);
}

static void nobody_listening_is_fine(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_BUG, "x"));
    assert_false(err_wrap(NULL, "x"));
}

static void wrapping_nothing_adds_no_colon(void **state)
{
    (void)state;
    struct err err = {0};
    err_wrap(&err, "open");
    assert_string_equal(err.text, "open");
}

static void a_text_may_quote_itself(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ERR_INPUT, "moov atom not found");
    err_set(&err, ERR_CONFIG, "%s (%s)", "a.mp4", err.text);
    assert_string_equal(err.text, "a.mp4 (moov atom not found)");
}

static void too_long_keeps_the_outermost(void **state)
{
    (void)state;
    char lots[2000];
    memset(lots, 'x', sizeof lots - 1);
    lots[sizeof lots - 1] = '\0';
    struct err err = {0};
    err_set(&err, ERR_INPUT, "%s", lots);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    err_wrap(&err, "job 91");
    assert_memory_equal(err.text, "job 91: xxx", 11);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    err_wrap(&err, "%s", lots + 1);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void a_cut_text_ends_in_a_whole_character(void **state)
{
    (void)state;
    // Every phase of a 3-byte character against the end of the array.
    for (size_t lead = 0; lead < 3; lead++) {
        char lots[2000] = "";
        size_t used = lead;
        memset(lots, 'x', lead);
        for (; used + 3 < sizeof lots; used += 3)
            memcpy(lots + used, "\xe2\x82\xac", 3);
        struct err err = {0};
        err_set(&err, ERR_INPUT, "%s", lots);
        size_t length = strlen(err.text);
        assert_int_equal((length - lead) % 3, 0);
        assert_true(length + 3 >= sizeof err.text);
    }
}

static void kinds_have_words_and_codes(void **state)
{
    (void)state;
    static const struct {
        enum err_kind kind;
        const char *name;
        int exit_code;
    } cases[] = {
        {ERR_NONE, "none", 0},     {ERR_INPUT, "input", 1},
        {ERR_CONFIG, "config", 2}, {ERR_TRANSIENT, "transient", 3},
        {ERR_DEVICE, "device", 3}, {ERR_CANCELLED, "cancelled", 130},
        {ERR_BUG, "bug", 70},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(err_kind_name(cases[i].kind), cases[i].name);
        assert_int_equal(err_kind_from_name(cases[i].name), cases[i].kind);
        assert_int_equal(err_kind_exit_code(cases[i].kind), cases[i].exit_code);
    }
    assert_string_equal(err_kind_name((enum err_kind)99), "bug");
    assert_int_equal(err_kind_exit_code((enum err_kind) - 1), 70);
    assert_int_equal(err_kind_from_name("moon"), ERR_BUG);
    assert_int_equal(err_kind_from_name(NULL), ERR_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_story_reads_outermost_first),
        cmocka_unit_test(nobody_listening_is_fine),
        cmocka_unit_test(wrapping_nothing_adds_no_colon),
        cmocka_unit_test(a_text_may_quote_itself),
        cmocka_unit_test(too_long_keeps_the_outermost),
        cmocka_unit_test(a_cut_text_ends_in_a_whole_character),
        cmocka_unit_test(kinds_have_words_and_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
