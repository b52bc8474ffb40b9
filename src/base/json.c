// SPDX-License-Identifier: BSD-2-Clause
// Typed reads of JSON objects.
#include "src/base/json.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/text.h"

void json_free(json_t **json)
{
    json_decref(*json);
    *json = NULL;
}

static json_t *member(const json_t *object, const char *key, struct err *err)
{
    json_t *value = json_object_get(object, key);
    if (!value)
        err_set(err, ERR_INPUT, "\"%s\" is missing", key);
    return value;
}

static bool wrong(struct err *err, const char *key, const char *wanted)
{
    return err_set(err, ERR_INPUT, "\"%s\" is not %s", key, wanted);
}

bool json_get_int(const json_t *object, const char *key, int64_t *ret, struct err *err)
{
    json_t *value = member(object, key, err);
    if (!value)
        return false;
    if (!json_is_integer(value))
        return wrong(err, key, "an integer");
    *ret = json_integer_value(value);
    return true;
}

int64_t json_int_or(const json_t *object, const char *key, int64_t fallback)
{
    json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool json_get_bool(const json_t *object, const char *key, bool *ret, struct err *err)
{
    json_t *value = member(object, key, err);
    if (!value)
        return false;
    if (!json_is_boolean(value))
        return wrong(err, key, "true or false");
    *ret = json_is_true(value);
    return true;
}

bool json_get_real(const json_t *object, const char *key, double *ret, struct err *err)
{
    json_t *value = member(object, key, err);
    if (!value)
        return false;
    if (!json_is_number(value))
        return wrong(err, key, "a number");
    *ret = json_number_value(value);
    return true;
}

bool json_get_rational(const json_t *object, const char *key, struct rational *ret, struct err *err)
{
    json_t *value = member(object, key, err);
    if (!value)
        return false;
    if (!json_is_string(value) || !rational_parse(json_string_value(value), ret))
        return wrong(err, key, "a rational like \"30000/1001\"");
    return true;
}

bool json_get_array(const json_t *object, const char *key, json_t **ret_borrowed, struct err *err)
{
    json_t *value = member(object, key, err);
    if (!value)
        return false;
    if (!json_is_array(value))
        return wrong(err, key, "an array");
    *ret_borrowed = value;
    return true;
}

bool json_get_object(const json_t *object, const char *key, json_t **ret_borrowed, struct err *err)
{
    json_t *value = member(object, key, err);
    if (!value)
        return false;
    if (!json_is_object(value))
        return wrong(err, key, "an object");
    *ret_borrowed = value;
    return true;
}

bool json_get_text(const json_t *object, const char *key, const char **ret_borrowed,
                   struct err *err)
{
    json_t *value = member(object, key, err);
    if (!value)
        return false;
    if (!json_is_string(value) && !json_is_null(value))
        return wrong(err, key, "a string");
    *ret_borrowed = json_string_value(value);
    return true;
}

bool json_get_text_into(const json_t *object, const char *key, char *ret, size_t ret_size,
                        struct err *err)
{
    const char *text = NULL;
    if (!json_get_text(object, key, &text, err))
        return false;
    if (ret_size == 0)
        return true;
    if (!text)
        text = "";
    size_t length = strnlen(text, ret_size - 1);
    memcpy(ret, text, length);
    ret[length] = '\0';
    text_cut(ret, ret_size);
    return true;
}

void json_set_rational(json_t *object, const char *key, struct rational value)
{
    char text[48];
    rational_format(value, text);
    json_object_set_new(object, key, json_string(text));
}

json_t *json_text_lossy(const char *text)
{
    json_t *value = json_string(text ? text : "");
    if (value)
        return value;
    AUTO_FREE char *copy = mem_strdup(text);
    for (char *at = copy; *at;) {
        size_t length = text_sequence(at, NULL);
        if (length == 0)
            *at = '?';
        at += length ? length : 1;
    }
    return json_string(copy);
}
