// SPDX-License-Identifier: BSD-2-Clause
// Reading values by type.
#include "src/app/option_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/app/nearest.h"
#include "src/app/tier_text.h"
#include "src/base/mem.h"

#define CHOICES_MAX 32

const char *option_origin_name(enum option_origin origin)
{
    static const char *const names[] = {"default", "file", "environment", "flag"};
    return (unsigned)origin < ARRAY_LEN(names) ? names[origin] : "unknown";
}

// Splits "a|b|c" into texts that the caller frees through `copy`.
static size_t choices_split(const char *values, char **ret_copy, const char *ret[CHOICES_MAX])
{
    *ret_copy = mem_strdup(values);
    size_t count = 0;
    char *rest = *ret_copy;
    while (rest && count < CHOICES_MAX)
        ret[count++] = strsep(&rest, "|");
    return count;
}

int option_choice_find(const char *values, const char *word)
{
    AUTO_FREE char *copy = NULL;
    const char *names[CHOICES_MAX];
    size_t count = choices_split(values, &copy, names);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], word) == 0)
            return (int)i;
    return -1;
}

char *option_choice_text(const char *values)
{
    AUTO_FREE char *copy = NULL;
    const char *names[CHOICES_MAX];
    size_t count = choices_split(values, &copy, names);
    struct buf text = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", names[i]);
    buf_put_u8(&text, 0);
    return (char *)text.data;
}

static bool choice_wrong(const char *values, const char *word, struct err *err)
{
    AUTO_FREE char *copy = NULL;
    const char *names[CHOICES_MAX];
    size_t count = choices_split(values, &copy, names);
    // Among few choices the nearest misleads: h265 is not a misspelt h264.
    const char *nearest = count > 5 ? nearest_name(word, names, count) : NULL;
    if (nearest)
        return err_set(err, ERR_CONFIG, "\"%s\" is not a choice; did you mean \"%s\"?", word,
                       nearest);
    AUTO_FREE char *all = option_choice_text(values);
    return err_set(err, ERR_CONFIG, "\"%s\" is not a choice; it is one of %s", word, all);
}

bool option_integer_parse(const char *text, int64_t *ret)
{
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    if (!isdigit((unsigned char)*digits))
        return false;
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *ret = value;
    return true;
}

bool option_size_parse(const char *text, int64_t *ret_bytes)
{
    static const char units[] = "KMGT";
    if (!isdigit((unsigned char)*text))
        return false;
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0)
        return false;
    int shift = 0;
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (unit) {
        shift = 10 * (int)(unit - units + 1);
        end++;
        if (strcasecmp(end, "iB") == 0 || strcasecmp(end, "B") == 0)
            end += strlen(end);
    }
    if (*end != '\0' || value > (INT64_MAX >> shift))
        return false;
    *ret_bytes = (int64_t)value << shift;
    return true;
}

bool option_seconds_parse(const char *text, struct rational *ret)
{
    if (!isdigit((unsigned char)*text) && *text != '.' && *text != '-')
        return false;
    if (strchr(text, '/'))
        return rational_parse(text, ret);
    int64_t number = 0, scale = 1;
    bool has_point = false, has_digit = false, is_negative = *text == '-';
    for (const char *at = text + is_negative; *at; at++) {
        if (*at == '.' && !has_point) {
            has_point = true;
            continue;
        }
        // 17 digits hold every time there is, and cannot overflow below.
        if (!isdigit((unsigned char)*at) || number >= 10000000000000000 || scale >= 1000000000000)
            return false;
        has_digit = true;
        number = number * 10 + (*at - '0');
        if (has_point)
            scale *= 10;
    }
    if (!has_digit)
        return false;
    *ret = rational_make(is_negative ? -number : number, scale);
    return true;
}

static bool bool_parse(const char *text, int64_t *ret)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcasecmp(text, words[i]) == 0) {
            *ret = (int64_t)(i % 2);
            return true;
        }
    return false;
}

static void size_format(int64_t bytes, char ret_text[32])
{
    static const char units[] = " KMGT";
    int unit = 0;
    while (unit < 4 && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    snprintf(ret_text, 32, unit ? "%lld%c" : "%lld", (long long)bytes, units[unit]);
}

static bool read_size(const struct option_row *row, const char *text, int64_t *ret, struct err *err)
{
    if (!option_size_parse(text, ret))
        return err_set(err, ERR_CONFIG, "\"%s\" is not a size like 512M or 4G", text);
    if (*ret >= row->min && *ret <= row->max)
        return true;
    char low[32], high[32];
    size_format(row->min, low);
    size_format(row->max, high);
    return err_set(err, ERR_CONFIG, "%s is out of range, from %s to %s", text, low, high);
}

static bool read_seconds(const struct option_row *row, const char *text, struct rational *ret,
                         struct err *err)
{
    if (!option_seconds_parse(text, ret))
        return err_set(err, ERR_CONFIG, "\"%s\" is not a time in seconds like 4, 2.5 or 1001/250",
                       text);
    if (rational_cmp(*ret, rational_make(row->min, 1000)) >= 0 &&
        rational_cmp(*ret, rational_make(row->max, 1000)) <= 0)
        return true;
    return err_set(err, ERR_CONFIG, "%s is out of range, from %g to %.10g seconds", text,
                   (double)row->min / 1000, (double)row->max / 1000);
}

static bool read_list(const struct option_row *row, const char *text, struct err *err)
{
    AUTO_FREE char *copy = mem_strdup(text);
    char *rest = copy;
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        if (*word == '\0')
            return err_set(err, ERR_CONFIG, "\"%s\" has an empty entry; write %s", text,
                           row->values ? "a list like h264,av1" : "a list like en,de");
        if (row->values && option_choice_find(row->values, word) < 0)
            return choice_wrong(row->values, word, err);
    }
    return true;
}

static bool read_integer(const struct option_row *row, const char *text, int64_t *ret,
                         struct err *err)
{
    if (row->values && option_choice_find(row->values, text) >= 0) {
        *ret = -1;
        return true;
    }
    if (!option_integer_parse(text, ret))
        return err_set(err, ERR_CONFIG, "\"%s\" is not a whole number", text);
    if (*ret >= row->min && *ret <= row->max)
        return true;
    return err_set(err, ERR_CONFIG, "%s is out of range, from %lld to %lld", text,
                   (long long)row->min, (long long)row->max);
}

static bool read_tier(const struct option_row *row, const char *text, struct err *err)
{
    struct tier tier;
    if (option_choice_find(row->values, text) >= 0 || tier_from_text(text, &tier))
        return true;
    AUTO_FREE char *words = option_choice_text(row->values);
    return err_set(err, ERR_CONFIG, "\"%s\" is not %s, and no tier like cuda,cuda,cpu", text,
                   words);
}

bool option_value_read(const struct option_row *row, const char *text, struct option_value *ret,
                       struct err *err)
{
    int64_t integer = 0;
    struct rational seconds = {0, 1};
    bool ok = true;
    switch (row->type) {
    case OPTION_TYPE_TEXT:
    case OPTION_TYPE_LINES:
        ok = *text != '\0' || err_set(err, ERR_CONFIG, "is empty");
        break;
    case OPTION_TYPE_INTEGER:
        ok = read_integer(row, text, &integer, err);
        break;
    case OPTION_TYPE_SIZE:
        ok = read_size(row, text, &integer, err);
        break;
    case OPTION_TYPE_SECONDS:
        ok = read_seconds(row, text, &seconds, err);
        break;
    case OPTION_TYPE_BOOL:
        ok = bool_parse(text, &integer) ||
             err_set(err, ERR_CONFIG, "\"%s\" is neither true nor false", text);
        break;
    case OPTION_TYPE_ENUM:
        integer = option_choice_find(row->values, text);
        ok = integer >= 0 || choice_wrong(row->values, text, err);
        break;
    case OPTION_TYPE_TIER:
        ok = read_tier(row, text, err);
        break;
    case OPTION_TYPE_LIST:
        ok = read_list(row, text, err);
        break;
    }
    if (!ok)
        return false;
    free(ret->text);
    ret->text = mem_strdup(text);
    ret->integer = integer;
    ret->seconds = seconds;
    return true;
}
