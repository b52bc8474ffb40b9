// SPDX-License-Identifier: BSD-2-Clause
// Readers of attribute values: numbers, durations, dates, ratios, ranges, language tags.
// Each takes any text and is exact or says no.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

#define FRACTION_DIGITS_MAX 9
#define SECONDS_MAX         INT64_C(100000000000) // over 3000 years: anything beyond is no time

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// XML Schema collapses the white space around these types.
static void trim(const char **text, size_t *size)
{
    *text += strspn(*text, " \t\r\n");
    *size = strlen(*text);
    while (*size && strchr(" \t\r\n", (*text)[*size - 1]))
        (*size)--;
}

static bool digits(const char *text, size_t size, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;
    if (!size)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(text[i]))
            return false;
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (max - digit) / 10 || digit > max)
            return false;
        value = value * 10 + digit;
    }
    *ret = value;
    return true;
}

bool read_unsigned(const char *text, uint64_t max, uint64_t *ret)
{
    size_t size;
    if (!text)
        return false;
    trim(&text, &size);
    if (size > 1 && *text == '+') {
        text++;
        size--;
    }
    return digits(text, size, max, ret);
}

bool read_signed(const char *text, int64_t *ret)
{
    size_t size;
    uint64_t value;
    if (!text)
        return false;
    trim(&text, &size);
    bool is_negative = size && *text == '-';
    if (size && (*text == '-' || *text == '+')) {
        text++;
        size--;
    }
    if (!digits(text, size, INT64_MAX, &value))
        return false;
    *ret = is_negative ? -(int64_t)value : (int64_t)value;
    return true;
}

bool node_unsigned(const xmlNode *node, const char *name, uint64_t *ret)
{
    return read_unsigned(node_attr(node, name), UINT64_MAX, ret);
}

static bool is_text(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(text, word, size) == 0;
}

bool read_bool(const char *text, bool *ret)
{
    size_t size;
    if (!text)
        return false;
    trim(&text, &size);
    bool is_true = is_text(text, size, "true") || is_text(text, size, "1");
    if (!is_true && !is_text(text, size, "false") && !is_text(text, size, "0"))
        return false;
    *ret = is_true;
    return true;
}

bool read_range(const char *text, int64_t *ret_offset, int64_t *ret_size)
{
    size_t size;
    uint64_t first, last;
    if (!text)
        return false;
    trim(&text, &size);
    const char *dash = memchr(text, '-', size);
    if (!dash || !digits(text, (size_t)(dash - text), INT64_MAX - 1, &first) ||
        !digits(dash + 1, size - (size_t)(dash + 1 - text), INT64_MAX - 1, &last) || last < first)
        return false;
    *ret_offset = (int64_t)first;
    *ret_size = (int64_t)(last - first) + 1;
    return true;
}

static bool fraction(const char *text, char between, struct rational *ret)
{
    size_t size;
    uint64_t num, den = 1;
    if (!text)
        return false;
    trim(&text, &size);
    const char *slash = memchr(text, between, size);
    size_t first = slash ? (size_t)(slash - text) : size;
    if (!digits(text, first, INT32_MAX, &num) ||
        (slash && !digits(slash + 1, size - first - 1, INT32_MAX, &den)) || den == 0)
        return false;
    *ret = rational_make((int64_t)num, (int64_t)den);
    return true;
}

bool read_frame_rate(const char *text, struct rational *ret)
{
    return fraction(text, '/', ret);
}

bool read_ratio(const char *text, struct rational *ret)
{
    return text && strchr(text, ':') && fraction(text, ':', ret);
}

// "12.5": what is before and after the point; digits beyond the ninth count for nothing.
static bool decimal(const char *text, size_t size, struct rational *ret)
{
    uint64_t whole = 0, part = 0;
    const char *point = memchr(text, '.', size);
    size_t first = point ? (size_t)(point - text) : size;
    if (!digits(text, first, (uint64_t)SECONDS_MAX, &whole))
        return false;
    int64_t den = 1;
    if (point) {
        size_t rest = size - first - 1;
        for (size_t i = 0; i < rest; i++)
            if (!is_digit(point[1 + i]))
                return false;
        size_t kept = rest < FRACTION_DIGITS_MAX ? rest : FRACTION_DIGITS_MAX;
        if (!rest || !digits(point + 1, kept, UINT64_MAX, &part))
            return false;
        for (size_t i = 0; i < kept; i++)
            den *= 10;
    }
    *ret = rational_add((struct rational){(int64_t)whole, 1}, rational_make((int64_t)part, den));
    return true;
}

bool read_decimal(const char *text, struct rational *ret)
{
    size_t size;
    if (!text)
        return false;
    trim(&text, &size);
    return decimal(text, size, ret);
}

bool mpd_duration_parse(const char *text, struct rational *ret)
{
    static const char date_units[] = "D";
    static const char time_units[] = "HMS";
    static const int64_t time_seconds[] = {3600, 60, 1};
    size_t size, next_unit = 0;
    if (!text)
        return false;
    trim(&text, &size);
    const char *end = text + size;
    if (text == end || *text++ != 'P')
        return false;
    struct rational sum = {0, 1};
    bool is_time = false, has_part = false;
    while (text < end) {
        if (*text == 'T') {
            if (is_time || text + 1 == end)
                return false;
            is_time = true;
            text++;
            continue;
        }
        const char *from = text;
        while (text < end && (is_digit(*text) || *text == '.'))
            text++;
        if (text == end || text == from)
            return false;
        const char *units = is_time ? time_units : date_units;
        const char *unit = strchr(units + (is_time ? next_unit : 0), *text);
        if (!unit || (!is_time && has_part))
            return false;
        bool may_have_point = *text == 'S';
        struct rational value;
        if (!decimal(from, (size_t)(text - from), &value) || (!may_have_point && value.den != 1) ||
            (!may_have_point && memchr(from, '.', (size_t)(text - from))))
            return false;
        int64_t scale = is_time ? time_seconds[unit - units] : 86400;
        sum = rational_add(sum, rational_mul(value, (struct rational){scale, 1}));
        if (rational_cmp(sum, (struct rational){SECONDS_MAX, 1}) > 0)
            return false;
        next_unit = is_time ? (size_t)(unit - units) + 1 : 0;
        has_part = true;
        text++;
    }
    if (!has_part)
        return false;
    *ret = sum;
    return true;
}

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool field(const char *text, size_t count, uint64_t max, int64_t *ret)
{
    uint64_t value;
    if (strlen(text) < count || !digits(text, count, max, &value))
        return false;
    *ret = (int64_t)value;
    return true;
}

// "Z", "+01:00" or nothing, which is taken for UTC.
static bool zone(const char *text, size_t size, int64_t *ret_seconds)
{
    int64_t hours, minutes;
    *ret_seconds = 0;
    if (size == 0 || (size == 1 && *text == 'Z'))
        return true;
    if (size != 6 || (*text != '+' && *text != '-') || text[3] != ':' ||
        !field(text + 1, 2, 14, &hours) || !field(text + 4, 2, 59, &minutes))
        return false;
    *ret_seconds = (hours * 60 + minutes) * (*text == '-' ? -60 : 60);
    return true;
}

bool read_date(const char *text, struct rational *ret)
{
    size_t size;
    int64_t year, month, day, hour, minute, zone_s;
    if (!text)
        return false;
    trim(&text, &size);
    if (size < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || !field(text, 4, 9999, &year) || !field(text + 5, 2, 12, &month) ||
        !field(text + 8, 2, 31, &day) || !field(text + 11, 2, 24, &hour) ||
        !field(text + 14, 2, 59, &minute) || month < 1 || day < 1)
        return false;
    size_t at = 17;
    while (at < size && (is_digit(text[at]) || text[at] == '.'))
        at++;
    struct rational second;
    if (at < 19 || !is_digit(text[18]) || !decimal(text + 17, at - 17, &second) ||
        rational_cmp(second, (struct rational){61, 1}) >= 0 || !zone(text + at, size - at, &zone_s))
        return false;
    int64_t minutes = days_from_civil(year, month, day) * 1440 + hour * 60 + minute;
    *ret = rational_add(second, (struct rational){minutes * 60 - zone_s, 1});
    return true;
}

bool read_language(const char *text)
{
    size_t part = 0, length = 0;
    if (!text || !*text)
        return false;
    for (const char *at = text;; at++) {
        if (*at == '-' || *at == '\0') {
            // RFC 5646 2.1: subtags of 1 to 8, the first of 2 to 8 letters, "x-" or "i-".
            bool may_be_one =
                part > 0 || strncasecmp(text, "x-", 2) == 0 || strncasecmp(text, "i-", 2) == 0;
            if (length > 8 || length < (may_be_one ? 1u : 2u))
                return false;
            if (!*at)
                return true;
            part++;
            length = 0;
        } else if (is_alpha(*at) || (part > 0 && is_digit(*at))) {
            length++;
        } else {
            return false;
        }
    }
}

struct rational dash_abs(struct rational a)
{
    return a.num < 0 ? rational_sub((struct rational){0, 1}, a) : a;
}

const char *dash_seconds_text(struct rational seconds, char text[40])
{
    int64_t ms = rational_round(dash_abs(seconds), 1000);
    snprintf(text, 40, "%s%lld.%03lld s", seconds.num < 0 && ms ? "-" : "", (long long)(ms / 1000),
             (long long)(ms % 1000));
    return text;
}
