// SPDX-License-Identifier: BSD-2-Clause
// Whether an attribute's text is of its type (XML Schema Part 2 and ISO/IEC 23009-1).
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/dash/structure_private.h"
#include "src/base/mem.h"

// xs:duration in full: years and months are of the type; that they are not wanted is D37.
static bool is_duration(const char *text)
{
    static const char units[2][4] = {"YMD", "HMS"};
    text += strspn(text, " \t\r\n");
    if (*text++ != 'P')
        return false;
    bool is_time = false, has_any = false;
    size_t next = 0;
    while (*text && !strchr(" \t\r\n", *text)) {
        if (*text == 'T') {
            if (is_time)
                return false;
            is_time = true;
            has_any = false;
            next = 0;
            text++;
            continue;
        }
        size_t whole = strspn(text, "0123456789");
        text += whole;
        bool has_point = *text == '.';
        size_t part = has_point ? strspn(text + 1, "0123456789") : 0;
        text += has_point + part;
        const char *unit = whole && *text ? strchr(units[is_time] + next, *text) : NULL;
        if (!unit || (has_point && (*unit != 'S' || !part)))
            return false;
        next = (size_t)(unit - units[is_time]) + 1;
        has_any = true;
        text++;
    }
    return has_any && text[strspn(text, " \t\r\n")] == '\0';
}

static bool is_double(const char *text)
{
    if (strcmp(text, "INF") == 0 || strcmp(text, "-INF") == 0 || strcmp(text, "NaN") == 0)
        return true;
    text += strspn(text, " \t\r\n");
    text += *text == '-' || *text == '+';
    size_t whole = strspn(text, "0123456789");
    text += whole;
    size_t part = 0;
    if (*text == '.') {
        part = strspn(text + 1, "0123456789");
        text += 1 + part;
    }
    if (!whole && !part)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '-' || *text == '+';
        size_t exponent = strspn(text, "0123456789");
        if (!exponent)
            return false;
        text += exponent;
    }
    return text[strspn(text, " \t\r\n")] == '\0';
}

static bool are_uints(const char *text, size_t most)
{
    char word[32];
    uint64_t value;
    size_t count = 0;
    while (list_next(&text, " \t\r\n", word, sizeof word)) {
        if (!read_unsigned(word, UINT32_MAX, &value))
            return false;
        count++;
    }
    return !most || (count >= 1 && count <= most);
}

// "100-": to the end.
static bool is_open_range(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits && strcmp(text + digits, "-") == 0;
}

static const struct {
    enum value_type type;
    const char *words; // between spaces
    const char *should_be;
} choices[] = {
    {VALUE_PRESENTATION, "static dynamic", "static or dynamic"},
    {VALUE_SCAN, "progressive interlaced unknown", "progressive, interlaced or unknown"},
    {VALUE_CONTENT, "text image audio video application font",
     "text, image, audio, video, application or font"},
    {VALUE_MEDIA_TYPE, "video audio any all", "video, audio, any or all"},
    {VALUE_BASE64, "base64", "base64"},
    {VALUE_SWITCHING, "media bitstream", "media or bitstream"},
    {VALUE_RANDOM_ACCESS, "closed open gradual", "closed, open or gradual"},
    {VALUE_ORDER, "undefined time-ordered fully-ordered",
     "undefined, time-ordered or fully-ordered"},
    {VALUE_CLOCK, "encoder captured application", "encoder, captured or application"},
    {VALUE_SOURCE, "content statistics other", "content, statistics or other"},
};

static const char *choice_fault(enum value_type type, const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(choices); i++)
        if (choices[i].type == type)
            return list_has(choices[i].words, " ", text) ? NULL : choices[i].should_be;
    return NULL;
}

static const char *number_fault(enum value_type type, const char *text)
{
    uint64_t number;
    int64_t integer;
    bool flag;
    switch (type) {
    case VALUE_UINT:
        return read_unsigned(text, UINT32_MAX, &number) ? NULL : "an unsigned integer of 32 bits";
    case VALUE_ULONG:
        return read_unsigned(text, UINT64_MAX, &number) ? NULL : "an unsigned integer of 64 bits";
    case VALUE_INT:
        return read_signed(text, &integer) ? NULL : "an integer";
    case VALUE_DOUBLE:
        return is_double(text) ? NULL : "a number";
    case VALUE_BOOL:
        return read_bool(text, &flag) ? NULL : "true or false";
    case VALUE_BOOL_OR_UINT:
        return read_bool(text, &flag) || read_unsigned(text, UINT32_MAX, &number)
                   ? NULL
                   : "true, false or an unsigned integer";
    case VALUE_SAP:
        return read_unsigned(text, 6, &number) ? NULL : "an integer from 0 to 6";
    case VALUE_PERCENT:
        return read_unsigned(text, 100, &number) && number ? NULL : "an integer from 1 to 100";
    case VALUE_UINTS:
        return are_uints(text, 0) ? NULL : "a list of unsigned integers between spaces";
    case VALUE_UINTS_1_2:
        return are_uints(text, 2) ? NULL : "one or two unsigned integers";
    default:
        return choice_fault(type, text);
    }
}

const char *dash_value_fault(enum value_type type, const char *text)
{
    struct rational value;
    int64_t offset, size;
    switch (type) {
    case VALUE_STRING:
        return NULL;
    case VALUE_WORD:
        return strpbrk(text, " \t\r\n") ? "without white space" : NULL;
    case VALUE_FILLED:
        return text[strspn(text, " \t\r\n")] ? NULL : "not empty";
    case VALUE_URI:
        return strpbrk(text, " \t\r\n<>\"") ? "a URI, with blanks and <>\" as %XX" : NULL;
    case VALUE_DURATION:
        return is_duration(text) ? NULL : "an xs:duration that is not negative, as PT4.5S";
    case VALUE_DATE:
        return read_date(text, &value) ? NULL : "an xs:dateTime, as 2024-05-01T12:00:00Z";
    case VALUE_FRAME_RATE:
        return read_frame_rate(text, &value) ? NULL : "a frame rate, as 25 or 30000/1001";
    case VALUE_RATIO:
        return read_ratio(text, &value) ? NULL : "a ratio, as 16:9";
    case VALUE_LANGUAGE:
        return read_language(text) ? NULL : "a language tag of RFC 5646, as en or pt-BR";
    case VALUE_RANGE:
        return read_range(text, &offset, &size) || is_open_range(text) ? NULL
                                                                       : "a byte range, as 0-815";
    default:
        return number_fault(type, text);
    }
}
