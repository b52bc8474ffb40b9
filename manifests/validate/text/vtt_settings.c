// SPDX-License-Identifier: BSD-2-Clause
// The grammar of WebVTT's settings: names, and one function for each kind of value.
#include "manifests/validate/text/vtt_settings.h"

#include <string.h>

#include "src/base/mem.h"

// 0 to 100 with or without a fraction, and its sign.
static bool take_percentage(struct line *value)
{
    struct line at = *value;
    uint64_t whole;
    uint64_t fraction = 0;
    if (line_digits(&at, 9, &whole) == 0)
        return false;
    if (at.length > 0 && *at.text == '.') {
        at.text++;
        at.length--;
        if (line_digits(&at, 18, &fraction) == 0)
            return false;
    }
    if (at.length == 0 || *at.text != '%' || whole > 100 || (whole == 100 && fraction > 0))
        return false;
    value->text = at.text + 1;
    value->length = at.length - 1;
    return true;
}

static bool is_one_of(const struct line *value, const char *const *words)
{
    for (; *words; words++)
        if (line_is(value, *words))
            return true;
    return false;
}

// Nothing, or a comma and one of the words.
static bool is_end_or(struct line *value, const char *const *words)
{
    if (value->length == 0)
        return true;
    if (*value->text != ',')
        return false;
    value->text++;
    value->length--;
    return is_one_of(value, words);
}

static bool is_percentage(struct line value)
{
    return take_percentage(&value) && value.length == 0;
}

static bool is_vertical(struct line value)
{
    return is_one_of(&value, (const char *const[]){"rl", "lr", NULL});
}

static bool is_line(struct line value)
{
    static const char *const ends[] = {"start", "center", "end", NULL};
    struct line at = value;
    uint64_t ignored;
    if (take_percentage(&at))
        return is_end_or(&at, ends);
    if (value.length > 0 && *value.text == '-') {
        value.text++;
        value.length--;
    }
    return line_digits(&value, 9, &ignored) > 0 && is_end_or(&value, ends);
}

static bool is_position(struct line value)
{
    return take_percentage(&value) &&
           is_end_or(&value, (const char *const[]){"line-left", "center", "line-right", NULL});
}

static bool is_align(struct line value)
{
    return is_one_of(&value,
                     (const char *const[]){"start", "center", "end", "left", "right", NULL});
}

static bool is_id(struct line value)
{
    return value.length > 0 && !line_holds(&value, "-->");
}

static bool is_count(struct line value)
{
    uint64_t ignored;
    return line_digits(&value, 9, &ignored) > 0 && value.length == 0;
}

static bool is_anchor(struct line value)
{
    if (!take_percentage(&value) || value.length == 0 || *value.text != ',')
        return false;
    value.text++;
    value.length--;
    return is_percentage(value);
}

static bool is_scroll(struct line value)
{
    return line_is(&value, "up");
}

struct setting {
    const char *name; // with its colon
    bool (*is_value)(struct line value);
};

static const char *check(const struct line *setting, const struct setting *known, size_t count,
                         unsigned *seen)
{
    for (size_t i = 0; i < count; i++) {
        if (!line_starts(setting, known[i].name))
            continue;
        struct line value = *setting;
        value.text += strlen(known[i].name);
        value.length -= strlen(known[i].name);
        if (*seen & 1U << i)
            return "stands there twice";
        *seen |= 1U << i;
        return known[i].is_value(value) ? NULL : "has a value that WebVTT does not have";
    }
    return "is none that WebVTT has";
}

const char *vtt_cue_setting(const struct line *setting, unsigned *seen)
{
    static const struct setting known[] = {
        {"vertical:", is_vertical}, {"line:", is_line},   {"position:", is_position},
        {"size:", is_percentage},   {"align:", is_align}, {"region:", is_id},
    };
    return check(setting, known, ARRAY_LEN(known), seen);
}

const char *vtt_region_setting(const struct line *setting, unsigned *seen)
{
    static const struct setting known[] = {
        {"id:", is_id},
        {"width:", is_percentage},
        {"lines:", is_count},
        {"regionanchor:", is_anchor},
        {"viewportanchor:", is_anchor},
        {"scroll:", is_scroll},
    };
    return check(setting, known, ARRAY_LEN(known), seen);
}
