// SPDX-License-Identifier: BSD-2-Clause
// Cleaning and cutting text, escaping paths.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/text.h"
#include "src/base/uri.h"

static void sequences_are_those_of_rfc_3629(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        uint32_t point;
    } cases[] = {
        {"a", 1, 'a'},
        {"\x7f", 1, 0x7f},
        {"\xc2\x80", 2, 0x80},
        {"\xdf\xbf", 2, 0x7ff},
        {"\xe0\xa0\x80", 3, 0x800},
        {"\xef\xbf\xbd", 3, 0xfffd},
        {"\xf0\x90\x80\x80", 4, 0x10000},
        {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
        {"\x80", 0, 0},             // a continuation by itself
        {"\xc1\xbf", 0, 0},         // overlong
        {"\xe0\x9f\xbf", 0, 0},     // overlong
        {"\xf0\x8f\xbf\xbf", 0, 0}, // overlong
        {"\xed\xa0\x80", 0, 0},     // a surrogate
        {"\xf4\x90\x80\x80", 0, 0}, // above U+10FFFF
        {"\xf8\x88\x80\x80", 0, 0},
        {"\xe2\x82", 0, 0}, // ends early
        {"\xe2(\xa1", 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint32_t point = 0;
        assert_int_equal(text_sequence(cases[i].text, &point), cases[i].length);
        assert_int_equal(point, cases[i].point);
    }
}

static void clean_text_is_one_line_of_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *clean;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {"caf\xc3\xa9 \"x\" <&>", "caf\xc3\xa9 \"x\" <&>"},
        {"a\r\n\tb\x01\x1b", "a   b  "},
        {"\x7f\xc2\x85\xc2\x9f\xc2\xa0", "   \xc2\xa0"},
        {"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", "  \xe2\x80\xaa"},
        {"\xff"
         "a",
         "\xef\xbf\xbd"
         "a"},
        {"\xef\xbf\xbe\xef\xbf\xbf\xef\xb7\x90", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf0\x9f\x8e\xac", "\xf0\x9f\x8e\xac"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *clean = text_clean(cases[i].text);
        assert_string_equal(clean, cases[i].clean);
    }
}

static void cuts_fall_between_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *cut;
    } cases[] = {
        {"abc", 10, "abc"},
        {"abc", 4, "abc"},
        {"abc", 3, "ab"},
        {"abc", 1, ""},
        {"a\xc3\xa9", 4, "a\xc3\xa9"},
        {"a\xc3\xa9", 3, "a"},
        {"\xf0\x9f\x8e\xac", 5, "\xf0\x9f\x8e\xac"},
        {"\xf0\x9f\x8e\xac", 4, ""},
        {"\xf0\x9f\x8e\xac", 2, ""},
        {"\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80"}, // never text: left as it is
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[16] = "";
        memcpy(text, cases[i].text, strlen(cases[i].text));
        text_cut(text, cases[i].size);
        assert_string_equal(text, cases[i].cut);
    }
    char kept[] = "x";
    text_cut(kept, 0);
    assert_string_equal(kept, "x");
}

static void paths_become_references(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *escaped;
    } cases[] = {
        {"video/h264-1080p", "video/h264-1080p"},
        {"a b/\xc3\xa9", "a%20b/%C3%A9"},
        {"c:x", "c%3Ax"},
        {"100%/$Number$?#", "100%25/%24Number%24%3F%23"},
        {"~._-\"'<>&\n", "~._-%22%27%3C%3E%26%0A"},
        {"", ""},
        {NULL, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_done) struct buf buf = {0};
        uri_append_path(&buf, cases[i].path);
        buf_put_u8(&buf, 0);
        assert_string_equal((char *)buf.data, cases[i].escaped);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_are_those_of_rfc_3629),
        cmocka_unit_test(clean_text_is_one_line_of_utf8),
        cmocka_unit_test(cuts_fall_between_characters),
        cmocka_unit_test(paths_become_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
