// SPDX-License-Identifier: BSD-2-Clause
// TTML's two ways of writing a time.
#include "manifests/validate/text/ttml_time.h"

#include <string.h>

#include "manifests/validate/text/lines.h"

static bool take(struct line *at, char c)
{
    if (at->length == 0 || *at->text != c)
        return false;
    at->text++;
    at->length--;
    return true;
}

// Digits after a point, as thousandths of thousandths (six places; more are cut).
static bool take_fraction(struct line *at, uint64_t *ret_millionths)
{
    uint64_t value = 0;
    size_t count = 0;
    while (at->length > 0 && *at->text >= '0' && *at->text <= '9') {
        if (count < 6)
            value = value * 10 + (uint64_t)(*at->text - '0');
        count++;
        at->text++;
        at->length--;
    }
    for (size_t i = count; i < 6; i++)
        value *= 10;
    *ret_millionths = value;
    return count > 0;
}

// Longer than any film, and so small that sums of a document's times stay in range.
#define TIME_MAX_MS 1000000000000000LL

// count of 1/per seconds, in milliseconds.
static int64_t scaled(struct rational count, struct rational per)
{
    int64_t ms = rational_round(rational_div(count, per), 1000);
    return ms > TIME_MAX_MS ? TIME_MAX_MS : ms;
}

static struct rational frames_per_second(const struct ttml_clock *clock)
{
    return rational_mul(rational_make((int64_t)clock->frame_rate, 1), clock->factor);
}

static struct rational ticks_per_second(const struct ttml_clock *clock)
{
    if (clock->tick_rate > 0)
        return rational_make((int64_t)clock->tick_rate, 1);
    if (!clock->has_frame_rate)
        return rational_make(1, 1);
    return rational_mul(frames_per_second(clock), rational_make((int64_t)clock->sub_frame_rate, 1));
}

// After "hh:mm:ss": nothing, ".fraction", or ":frames" with or without ".sub-frames".
static bool read_clock_end(struct line at, const struct ttml_clock *clock, int64_t *ret_ms)
{
    uint64_t value = 0;
    *ret_ms = 0;
    if (at.length == 0)
        return true;
    if (take(&at, '.')) {
        if (!take_fraction(&at, &value) || at.length > 0)
            return false;
        *ret_ms = (int64_t)(value + 500) / 1000;
        return true;
    }
    uint64_t sub = 0;
    if (!take(&at, ':') || line_digits(&at, 6, &value) < 2 || value >= clock->frame_rate)
        return false;
    if (take(&at, '.') && line_digits(&at, 6, &sub) == 0)
        return false;
    if (at.length > 0 || (sub > 0 && sub >= clock->sub_frame_rate))
        return false;
    struct rational frames =
        rational_add(rational_make((int64_t)value, 1),
                     rational_make((int64_t)sub, (int64_t)clock->sub_frame_rate));
    *ret_ms = scaled(frames, frames_per_second(clock));
    return true;
}

static bool read_offset(struct line at, uint64_t whole, const struct ttml_clock *clock,
                        int64_t *ret_ms)
{
    uint64_t millionths = 0;
    if (take(&at, '.') && !take_fraction(&at, &millionths))
        return false;
    struct rational count = rational_make((int64_t)(whole * 1000000 + millionths), 1000000);
    static const struct {
        const char *metric;
        int64_t num, den; // per second
    } metrics[] = {{"h", 1, 3600}, {"m", 1, 60}, {"s", 1, 1}, {"ms", 1000, 1}};
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
        if (line_is(&at, metrics[i].metric)) {
            *ret_ms = scaled(count, rational_make(metrics[i].num, metrics[i].den));
            return true;
        }
    if (!line_is(&at, "f") && !line_is(&at, "t"))
        return false;
    *ret_ms = scaled(count, line_is(&at, "f") ? frames_per_second(clock) : ticks_per_second(clock));
    return true;
}

bool ttml_time_read(const char *text, const struct ttml_clock *clock, int64_t *ret_ms)
{
    struct line at = {.text = text, .length = strlen(text)};
    uint64_t parts[3];
    size_t digits = line_digits(&at, 12, &parts[0]);
    if (digits == 0)
        return false;
    if (at.length == 0 || *at.text != ':')
        return read_offset(at, parts[0], clock, ret_ms);
    if (digits < 2 || digits > 9)
        return false;
    for (unsigned i = 1; i < 3; i++)
        if (!take(&at, ':') || line_digits(&at, 2, &parts[i]) != 2 || parts[i] > 59 + (i == 2))
            return false;
    int64_t rest_ms;
    if (!read_clock_end(at, clock, &rest_ms))
        return false;
    *ret_ms = (int64_t)((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + rest_ms;
    return true;
}

bool ttml_count_read(const char *text, uint64_t *ret)
{
    struct line at = {.text = text, .length = strlen(text)};
    return line_digits(&at, 9, ret) > 0 && at.length == 0 && *ret > 0;
}
