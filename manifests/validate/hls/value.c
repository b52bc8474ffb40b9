// SPDX-License-Identifier: BSD-2-Clause
// Reading numbers, ranges, dates and lists from text.
#include "manifests/validate/hls/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/core/evidence.h"

#define DIGITS_KEPT   18
#define DIGITS_MAX    40
#define SECONDS_LIMIT ((int64_t)1 << 31)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool value_integer(const char *text, uint64_t *ret)
{
    uint64_t value = 0;
    size_t length = text ? strlen(text) : 0;
    if (length < 1 || length > 20)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]) || __builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
            return false;
    }
    *ret = value;
    return true;
}

bool value_decimal(const char *text, struct rational *ret)
{
    int64_t num = 0;
    int64_t den = 1;
    size_t digits = 0;
    bool has_point = false;
    if (!text || strlen(text) > DIGITS_MAX)
        return false;
    for (const char *at = text; *at; at++) {
        if (*at == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!is_digit(*at))
            return false;
        digits++;
        if (has_point && (num >= 100000000000000000 || den >= 1000000000000000000))
            continue; // beyond what is kept
        num = num * 10 + (*at - '0');
        den *= has_point ? 10 : 1;
        if (num / den >= SECONDS_LIMIT)
            return false;
    }
    if (digits == 0)
        return false;
    *ret = rational_make(num, den);
    return true;
}

bool value_signed(const char *text, struct rational *ret)
{
    bool is_negative = text && *text == '-';
    if (!value_decimal(is_negative ? text + 1 : text, ret))
        return false;
    if (is_negative)
        ret->num = -ret->num;
    return true;
}

bool value_hex(const char *text, size_t *ret_digits)
{
    if (!text || text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
        return false;
    size_t digits = strspn(text + 2, "0123456789abcdefABCDEF");
    if (digits == 0 || text[2 + digits])
        return false;
    *ret_digits = digits;
    return true;
}

// A decimal-integer that ends at the given byte.
static bool integer_until(const char *text, const char *end, uint64_t *ret)
{
    char digits[24];
    size_t length = (size_t)(end - text);
    if (length >= sizeof digits)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    return value_integer(digits, ret);
}

bool value_resolution(const char *text, uint64_t *ret_w, uint64_t *ret_h)
{
    const char *cross = text ? strchr(text, 'x') : NULL;
    return cross && integer_until(text, cross, ret_w) && value_integer(cross + 1, ret_h);
}

size_t value_next(const char **list, char separator, const char **ret_item)
{
    if (!*list)
        return NONE;
    const char *end = strchr(*list, separator);
    size_t length = end ? (size_t)(end - *list) : strlen(*list);
    *ret_item = *list;
    *list = end ? end + 1 : NULL;
    return length;
}

bool value_has_word(const char *words, const char *text, size_t length)
{
    const char *word;
    for (size_t n; (n = value_next(&words, '|', &word)) != NONE;)
        if (n == length && memcmp(word, text, n) == 0)
            return true;
    return false;
}

bool value_byte_range(const char *text, struct value_range *ret)
{
    const char *at = text ? strchr(text, '@') : NULL;
    struct value_range range = {.has_offset = at != NULL};
    if (!(at ? integer_until(text, at, &range.size) && value_integer(at + 1, &range.offset)
             : value_integer(text, &range.size)))
        return false;
    if (range.size > INT64_MAX / 2 || range.offset > INT64_MAX / 2)
        return false;
    *ret = range;
    return true;
}

// Reads exactly `count` digits of a value from least to most.
static bool number(const char **at, size_t count, int64_t least, int64_t most, int64_t *ret)
{
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit((*at)[i]))
            return false;
        value = value * 10 + ((*at)[i] - '0');
    }
    *at += count;
    *ret = value;
    return value >= least && value <= most;
}

static bool mark(const char **at, char c)
{
    if (**at != c)
        return false;
    ++*at;
    return true;
}

// Days since 1970-01-01 of a day of the Gregorian calendar.
static int64_t days_since_epoch(int64_t year, int64_t month, int64_t day)
{
    // Years begin in March, so that the leap day is the last.
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

// The zone's offset in minutes. False: what stands there is none.
static bool zone(const char *at, int64_t *ret_minutes, bool *ret_is_there)
{
    int64_t hours = 0;
    int64_t minutes = 0;
    *ret_is_there = *at != '\0';
    *ret_minutes = 0;
    if (*at == '\0' || strcmp(at, "Z") == 0)
        return true;
    int64_t sign = *at == '-' ? -1 : 1;
    if ((*at != '-' && *at != '+') || (at++, !number(&at, 2, 0, 23, &hours)))
        return false;
    if (*at && ((void)mark(&at, ':'), !number(&at, 2, 0, 59, &minutes)))
        return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return *at == '\0';
}

bool value_date(const char *text, struct value_date *ret)
{
    int64_t year, month, day, hour, minute, second, minutes;
    int64_t fraction_us = 0;
    const char *at = text;
    if (!text || !number(&at, 4, 1, 9999, &year) || !mark(&at, '-') ||
        !number(&at, 2, 1, 12, &month) || !mark(&at, '-') ||
        !number(&at, 2, 1, days_of_month(year, month), &day) || !mark(&at, 'T') ||
        !number(&at, 2, 0, 24, &hour) || !mark(&at, ':') || !number(&at, 2, 0, 59, &minute) ||
        !mark(&at, ':') || !number(&at, 2, 0, 60, &second))
        return false;
    if (*at == '.' || *at == ',') {
        int64_t unit = 100000;
        for (at++; is_digit(*at); at++, unit /= 10)
            fraction_us += (*at - '0') * unit;
    }
    bool has_zone;
    if (!zone(at, &minutes, &has_zone))
        return false;
    int64_t seconds = days_since_epoch(year, month, day) * 86400 + hour * 3600 + minute * 60 +
                      second - minutes * 60;
    *ret = (struct value_date){.time_us = seconds * 1000000 + fraction_us, .has_zone = has_zone};
    return true;
}

void value_seconds(struct rational seconds, char text[40])
{
    int64_t us = rational_round(seconds, 1000000);
    uint64_t size = us < 0 ? -(uint64_t)us : (uint64_t)us;
    int written = snprintf(text, 40, "%s%" PRIu64 ".%06" PRIu64, us < 0 ? "-" : "", size / 1000000,
                           size % 1000000);
    while (written > 0 && written < 40 && text[written - 1] == '0')
        text[--written] = '\0';
    if (written > 0 && written < 40 && text[written - 1] == '.')
        text[--written] = '\0';
    if (written > 0 && written < 37)
        snprintf(text + written, (size_t)(40 - written), " s");
}
