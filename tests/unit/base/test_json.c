// SPDX-License-Identifier: BSD-2-Clause
// Typed reads of JSON objects.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "src/base/mem.h"

static const char document[] =
    "{\"int\":-7,\"big\":9007199254740993,\"real\":0.5,\"yes\":true,\"text\":\"a\\u20acb\","
    "\"null\":null,\"rate\":\"30000/1001\",\"list\":[1],\"object\":{},\"bad_rate\":\"x\"}";

static json_t *load(void)
{
    json_t *json = json_loads(document, 0, NULL);
    assert_non_null(json);
    return json;
}

static void members_of_the_right_type_are_read(void **state)
{
    (void)state;
    AUTO(json_free) json_t *json = load();
    struct err err = {0};
    int64_t number = 0;
    bool flag = false;
    double real = 0;
    struct rational rate = {0};
    const char *text = NULL;
    json_t *member = NULL;
    assert_true(json_get_int(json, "int", &number, &err));
    assert_int_equal(number, -7);
    assert_true(json_get_int(json, "big", &number, &err));
    assert_int_equal(number, INT64_C(9007199254740993)); // no way through a double
    assert_true(json_get_bool(json, "yes", &flag, &err) && flag);
    assert_true(json_get_real(json, "real", &real, &err) && real == 0.5);
    assert_true(json_get_real(json, "int", &real, &err) && real == -7);
    assert_true(json_get_rational(json, "rate", &rate, &err));
    assert_int_equal(rate.num * 1001, INT64_C(30000) * rate.den);
    assert_true(json_get_text(json, "text", &text, &err));
    assert_string_equal(text, "a\xe2\x82\xac"
                              "b");
    assert_true(json_get_text(json, "null", &text, &err));
    assert_null(text);
    assert_true(json_get_array(json, "list", &member, &err) && json_array_size(member) == 1);
    assert_true(json_get_object(json, "object", &member, &err) && json_is_object(member));
    assert_int_equal(err.kind, ERR_NONE);
}

static void others_are_named_and_leave_the_value(void **state)
{
    (void)state;
    static const char *const keys[] = {"missing", "object"};
    AUTO(json_free) json_t *json = load();
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        int64_t number = 5;
        bool flag = true;
        double real = 5;
        struct rational rate = {5, 7};
        const char *text = "kept";
        json_t *member = json;
        for (int kind = 0; kind < 6; kind++) {
            struct err err = {0};
            bool worked = kind == 0   ? json_get_int(json, keys[i], &number, &err)
                          : kind == 1 ? json_get_bool(json, keys[i], &flag, &err)
                          : kind == 2 ? json_get_real(json, keys[i], &real, &err)
                          : kind == 3 ? json_get_rational(json, keys[i], &rate, &err)
                          : kind == 4 ? json_get_text(json, keys[i], &text, &err)
                                      : json_get_array(json, keys[i], &member, &err);
            assert_false(worked);
            assert_int_equal(err.kind, ERR_INPUT);
            assert_non_null(strstr(err.text, keys[i]));
        }
        assert_true(number == 5 && flag && real == 5 && rate.num == 5 && rate.den == 7);
        assert_string_equal(text, "kept");
        assert_ptr_equal(member, json);
    }
    struct rational rate = {5, 7};
    struct err err = {0};
    assert_false(json_get_rational(json, "bad_rate", &rate, &err));
    assert_int_equal(rate.num, 5);
    assert_false(json_get_object(json, "list", &json, &err));
}

static void what_is_no_object_has_no_members(void **state)
{
    (void)state;
    int64_t number = 5;
    struct err err = {0};
    AUTO(json_free) json_t *list = json_array();
    assert_false(json_get_int(list, "x", &number, &err));
    assert_false(json_get_int(NULL, "x", &number, &err));
    assert_int_equal(json_int_or(NULL, "x", 9), 9);
}

static void a_missing_number_takes_the_default(void **state)
{
    (void)state;
    AUTO(json_free) json_t *json = load();
    assert_int_equal(json_int_or(json, "int", 9), -7);
    assert_int_equal(json_int_or(json, "missing", 9), 9);
    assert_int_equal(json_int_or(json, "text", 9), 9);
}

static void fixed_arrays_are_cut_at_a_character(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text;
    } cases[] = {
        {6, "a\xe2\x82\xac"
            "b"},
        {5, "a\xe2\x82\xac"},
        {4, "a"},
        {3, "a"},
        {2, "a"},
        {1, ""},
    };
    AUTO(json_free) json_t *json = load();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[8] = "xxxxxxx";
        assert_true(json_get_text_into(json, "text", text, cases[i].size, NULL));
        assert_string_equal(text, cases[i].text);
    }
    char text[8] = "x";
    assert_true(json_get_text_into(json, "null", text, sizeof text, NULL));
    assert_string_equal(text, "");
}

static void rationals_go_as_text(void **state)
{
    (void)state;
    AUTO(json_free) json_t *json = json_object();
    json_set_rational(json, "rate", rational_make(30000, 1001));
    assert_string_equal(json_string_value(json_object_get(json, "rate")), "30000/1001");
}

static void only_bad_bytes_are_lost(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *wanted;
    } cases[] = {
        {"plain", "plain"},
        {"caf\xc3\xa9 \xff", "caf\xc3\xa9 ?"},
        {"\xc3", "?"},
        {"\xe2\x82", "??"},
        {"\xe2\x82\xac\x80", "\xe2\x82\xac?"},
        {"\xed\xa0\x80", "???"},
        {"\xc0\xaf", "??"},
        {"\xf4\x90\x80\x80", "????"},
        {"\xf0\x9f\x8e\xac", "\xf0\x9f\x8e\xac"},
        {NULL, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(json_free) json_t *json = json_text_lossy(cases[i].text);
        assert_non_null(json);
        assert_string_equal(json_string_value(json), cases[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_the_right_type_are_read),
        cmocka_unit_test(others_are_named_and_leave_the_value),
        cmocka_unit_test(what_is_no_object_has_no_members),
        cmocka_unit_test(a_missing_number_takes_the_default),
        cmocka_unit_test(fixed_arrays_are_cut_at_a_character),
        cmocka_unit_test(rationals_go_as_text),
        cmocka_unit_test(only_bad_bytes_are_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
