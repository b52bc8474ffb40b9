// SPDX-License-Identifier: BSD-2-Clause
// Language tags.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "manifests/validate/hls/language.h"
#include "src/base/mem.h"

static void knows_a_tag_by_its_form(void **state)
{
    static const char *const good[] = {
        "en",        "eng",        "pt-BR",     "zh-Hant-TW",   "es-419", "sl-rozaj-biske",
        "x-private", "de-CH-1901", "i-klingon", "en-a-bbb-x-a", "zh-yue"};
    static const char *const bad[] = {"",     "e",    "en_US",     "English language",
                                      "en-",  "-en",  "12",        "en--US",
                                      "en-x", "en-a", "abcdefghi", "english"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        if (!language_is_tag(good[i]))
            fail_msg("%s is a tag", good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (language_is_tag(bad[i]))
            fail_msg("%s is no tag", bad[i]);
}

static void knows_one_language_by_its_names(void **state)
{
    (void)state;
    assert_true(language_is_same("en-US", "eng"));
    assert_true(language_is_same("EN", "en-GB"));
    assert_true(language_is_same("ger", "deu"));
    assert_true(language_is_same("de", "ger"));
    assert_true(language_is_same("en", "und"));
    assert_true(language_is_same("en", ""));
    assert_true(language_is_same(NULL, "deu"));
    assert_true(language_is_same("cmn", "zho"));
    assert_false(language_is_same("en", "deu"));
    assert_false(language_is_same("fr", "en"));
    assert_false(language_is_same("nl", "deu"));
    assert_false(language_is_same("zu", "zh"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_a_tag_by_its_form),
        cmocka_unit_test(knows_one_language_by_its_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
