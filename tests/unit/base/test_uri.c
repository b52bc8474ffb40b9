// SPDX-License-Identifier: BSD-2-Clause
// References resolve as RFC 3986 says, and decoded paths never lead elsewhere.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/uri.h"

#define BASE "http://a/b/c/d;p?q"

static const struct {
    const char *base, *reference, *wanted;
} resolved[] = {
    // RFC 3986 5.4.1
    {BASE, "g:h", "g:h"},
    {BASE, "g", "http://a/b/c/g"},
    {BASE, "./g", "http://a/b/c/g"},
    {BASE, "g/", "http://a/b/c/g/"},
    {BASE, "/g", "http://a/g"},
    {BASE, "//g", "http://g"},
    {BASE, "?y", "http://a/b/c/d;p?y"},
    {BASE, "g?y", "http://a/b/c/g?y"},
    {BASE, "#s", "http://a/b/c/d;p?q#s"},
    {BASE, "g#s", "http://a/b/c/g#s"},
    {BASE, "g?y#s", "http://a/b/c/g?y#s"},
    {BASE, ";x", "http://a/b/c/;x"},
    {BASE, "g;x", "http://a/b/c/g;x"},
    {BASE, "g;x?y#s", "http://a/b/c/g;x?y#s"},
    {BASE, "", "http://a/b/c/d;p?q"},
    {BASE, ".", "http://a/b/c/"},
    {BASE, "./", "http://a/b/c/"},
    {BASE, "..", "http://a/b/"},
    {BASE, "../", "http://a/b/"},
    {BASE, "../g", "http://a/b/g"},
    {BASE, "../..", "http://a/"},
    {BASE, "../../", "http://a/"},
    {BASE, "../../g", "http://a/g"},
    // RFC 3986 5.4.2
    {BASE, "../../../g", "http://a/g"},
    {BASE, "../../../../g", "http://a/g"},
    {BASE, "/./g", "http://a/g"},
    {BASE, "/../g", "http://a/g"},
    {BASE, "g.", "http://a/b/c/g."},
    {BASE, ".g", "http://a/b/c/.g"},
    {BASE, "g..", "http://a/b/c/g.."},
    {BASE, "..g", "http://a/b/c/..g"},
    {BASE, "./../g", "http://a/b/g"},
    {BASE, "./g/.", "http://a/b/c/g/"},
    {BASE, "g/./h", "http://a/b/c/g/h"},
    {BASE, "g/../h", "http://a/b/c/h"},
    {BASE, "g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {BASE, "g;x=1/../y", "http://a/b/c/y"},
    {BASE, "g?y/./x", "http://a/b/c/g?y/./x"},
    {BASE, "g?y/../x", "http://a/b/c/g?y/../x"},
    {BASE, "g#s/./x", "http://a/b/c/g#s/./x"},
    {BASE, "g#s/../x", "http://a/b/c/g#s/../x"},
    {BASE, "http:g", "http:g"}, // strict
    // what the examples leave out
    {"http://a", "g", "http://a/g"},
    {"http://a?x", "g", "http://a/g"},
    {"http://a?x", "", "http://a?x"},
    {"http://a/b?", "#", "http://a/b?#"},
    {"file:///a/b/c.m3u8", "d/e.m4s", "file:///a/b/d/e.m4s"},
    {"file:///a/b/", "../c", "file:///a/c"},
    {"file:///a", "/..//b", "file:////b"},
    {"x:/a", "/..//b", "x:/.//b"},
    {"urn:a:b", "c", "urn:c"},
    {BASE, "1g:h", "http://a/b/c/1g:h"},
    {BASE, ":h", "http://a/b/c/:h"},
    {BASE, "..//g", "http://a/b//g"},
    {BASE, "a//../g", "http://a/b/c/a/g"},
};

static void references_resolve_as_the_rfc_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(resolved); i++) {
        AUTO_FREE char *got = uri_resolve(resolved[i].base, resolved[i].reference);
        assert_string_equal(got, resolved[i].wanted);
    }
}

static void dot_segments_go(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"/a/b/c/./../../g", "/a/g"},
        {"mid/content=5/../6", "mid/6"},
        {"/..", "/"},
        {"/.", "/"},
        {"..", ""},
        {".", ""},
        {"../../a", "a"},
        {"a/..", "/"},
        {"/a/../..", "/"},
        {"/a/b/../../../../c", "/c"},
        {"/...", "/..."},
        {"//..//..", "/"},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *path = mem_strdup(cases[i][0]);
        size_t length = uri_remove_dot_segments(path, strlen(path));
        path[length] = '\0';
        assert_string_equal(path, cases[i][1]);
    }
}

static void parts_are_found(void **state)
{
    (void)state;
    struct uri uri;
    uri_split("HTTPS://h:8/p/q?r?s#t#u", &uri);
    assert_true(uri_part_is(&uri.scheme, "https"));
    assert_true(uri_part_is(&uri.authority, "h:8"));
    assert_true(uri_part_is(&uri.path, "/p/q"));
    assert_true(uri_part_is(&uri.query, "r?s"));
    assert_true(uri_part_is(&uri.fragment, "t#u"));
    uri_split("a/b:c", &uri);
    assert_false(uri.scheme.is_there);
    assert_false(uri.authority.is_there);
    assert_false(uri_part_is(&uri.scheme, ""));
    assert_true(uri_part_is(&uri.path, "a/b:c"));
    uri_split("?", &uri);
    assert_true(uri_part_is(&uri.query, ""));
}

static void decoded_paths_stay_where_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted; // NULL: refused
    } cases[] = {
        {"/a%20b/c", "/a b/c"},
        {"/100%/%zz/%4", "/100%/%zz/%4"},
        {"/%c3%A4", "/\xc3\xa4"},
        {"/a%2Fb", NULL},
        {"/a%2fb", NULL},
        {"/a%00b", NULL},
        {"/%2e%2E/b", NULL},
        {"/.%2e", NULL},
        {"/%2e", NULL},
        {"/a/../b", NULL},
        {"/%252e%252e/b", "/%2e%2e/b"},
        {"/..a/b../.c", "/..a/b../.c"},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *got = NULL;
        bool ok = uri_decode_path(cases[i].text, strlen(cases[i].text), &got);
        assert_int_equal(ok, cases[i].wanted != NULL);
        if (ok)
            assert_string_equal(got, cases[i].wanted);
    }
}

static void encoding_and_decoding_are_reverse(void **state)
{
    (void)state;
    char every[256];
    for (int c = 1; c < 256; c++)
        every[c - 1] = (char)c;
    every[255] = '\0';
    AUTO(buf_done) struct buf encoded = {0};
    uri_append_path(&encoded, every);
    AUTO_FREE char *decoded = NULL;
    assert_true(uri_decode_path((char *)encoded.data, encoded.size_bytes, &decoded));
    assert_string_equal(decoded, every);
}

static void only_what_no_uri_holds_is_fixed(void **state)
{
    (void)state;
    static const char text[] = "/a b\xc3\xa4?x=%20&y=\"<\\>\"\x7f{}$Time$;,:@[]'!*()";
    AUTO(buf_done) struct buf fixed = {0};
    uri_append_fixed(&fixed, text, strlen(text));
    buf_put_u8(&fixed, 0);
    assert_string_equal((char *)fixed.data,
                        "/a%20b%C3%A4?x=%20&y=%22%3C%5C%3E%22%7F%7B%7D$Time$;,:@[]'!*()");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_resolve_as_the_rfc_says),
        cmocka_unit_test(dot_segments_go),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(decoded_paths_stay_where_they_are),
        cmocka_unit_test(encoding_and_decoding_are_reverse),
        cmocka_unit_test(only_what_no_uri_holds_is_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
