// SPDX-License-Identifier: BSD-2-Clause
// Parsing of --ladder.
#include "src/media/ladder_file.h"

#include <stdio.h>
#include <string.h>

#include "src/media/ladder.h"

enum { LADDER_MAXRATE_MAX_KBPS = 800000 };

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

static bool is_list(const char *text)
{
    return *text && !text[strspn(text, "0123456789, ")];
}

bool ladder_text_is_inline(const char *text)
{
    const char *start = skip_space(text);
    return strcmp(start, "default") == 0 || is_list(start) || *start == '[' || *start == '{';
}

// A rung as it is being read. A side can be too large for its number, hence the words.
struct reading {
    struct ladder_rung rung;
    char side[32];
};

static bool append_rung(struct plan_options *options, const struct reading *reading,
                        struct err *err)
{
    int side_px = reading->rung.short_side_px;
    if (side_px < LADDER_SIDE_MIN_PX || side_px > LADDER_SIDE_MAX_PX)
        return err_set(err, ERR_CONFIG, "a rung of %s is outside %d to %d", reading->side,
                       LADDER_SIDE_MIN_PX, LADDER_SIDE_MAX_PX);
    if (options->ladder_count == PLAN_RUNGS_MAX)
        return err_set(err, ERR_CONFIG, "there are more than %d rungs", PLAN_RUNGS_MAX);
    options->ladder[options->ladder_count++] = reading->rung;
    return true;
}

// Digits only; what is too large for any rung stops growing, its words do not.
static const char *read_side(const char *text, struct reading *ret)
{
    int value = 0;
    size_t length = strspn(text, "0123456789");
    for (size_t i = 0; i < length; i++)
        value = value > LADDER_SIDE_MAX_PX ? value : value * 10 + (text[i] - '0');
    ret->rung.short_side_px = value;
    snprintf(ret->side, sizeof ret->side, "%.*s%s", (int)(length < 20 ? length : 20), text,
             length > 20 ? "…" : "");
    return length == 0 ? NULL : text + length;
}

static bool parse_list(const char *text, struct plan_options *options, struct err *err)
{
    const char *at = text;
    for (;;) {
        struct reading reading = {0};
        const char *end = read_side(skip_space(at), &reading);
        if (!end)
            return err_set(err, ERR_CONFIG, "\"%.60s\": a number is missing", text);
        if (!append_rung(options, &reading, err))
            return false;
        at = skip_space(end);
        if (!*at)
            return true;
        if (*at++ != ',')
            return err_set(err, ERR_CONFIG, "\"%.60s\": rungs are parted by commas", text);
    }
}

static void take_side(const json_t *json, struct reading *ret)
{
    json_int_t value = json_integer_value(json);
    bool is_outside = value < LADDER_SIDE_MIN_PX || value > LADDER_SIDE_MAX_PX;
    ret->rung.short_side_px = is_outside ? -1 : (int)value;
    snprintf(ret->side, sizeof ret->side, "%lld", (long long)value);
}

static bool read_member(const char *key, const json_t *value, struct reading *reading,
                        struct err *err)
{
    struct ladder_rung *rung = &reading->rung;
    if (strcmp(key, "short_side") == 0) {
        if (!json_is_integer(value))
            return err_set(err, ERR_CONFIG, "\"short_side\" is no whole number");
        take_side(value, reading);
        return true;
    }
    if (strcmp(key, "maxrate_kbps") == 0) {
        json_int_t kbps = json_integer_value(value);
        if (!json_is_integer(value) || kbps < 10 || kbps > LADDER_MAXRATE_MAX_KBPS)
            return err_set(err, ERR_CONFIG, "\"maxrate_kbps\" is no whole number from 10 to %d",
                           LADDER_MAXRATE_MAX_KBPS);
        rung->maxrate_bps = (int64_t)kbps * 1000;
        return true;
    }
    if (strcmp(key, "crf") == 0) {
        double crf = json_number_value(value);
        if (!json_is_number(value) || !(crf >= 1 && crf <= ladder_crf_max(VIDEO_AV1)))
            return err_set(err, ERR_CONFIG, "\"crf\" is no number from 1 to %g",
                           ladder_crf_max(VIDEO_AV1));
        rung->crf = crf;
        return true;
    }
    return err_set(err, ERR_CONFIG, "a rung has no \"%.40s\"; it has short_side, maxrate_kbps, crf",
                   key);
}

static bool read_rung(json_t *json, struct reading *ret, struct err *err)
{
    struct reading reading = {0};
    const char *key;
    json_t *value;
    if (json_is_integer(json)) {
        take_side(json, &reading);
        *ret = reading;
        return true;
    }
    if (!json_is_object(json))
        return err_set(err, ERR_CONFIG, "a rung is a number or an object");
    json_object_foreach(json, key, value)
    {
        if (!read_member(key, value, &reading, err))
            return false;
    }
    if (!*reading.side)
        return err_set(err, ERR_CONFIG, "a rung is without its \"short_side\"");
    *ret = reading;
    return true;
}

static bool parse_table(const json_t *json, struct plan_options *options, struct err *err)
{
    const json_t *rungs = json;
    if (json_is_object(json)) {
        rungs = json_object_get(json, "rungs");
        if (json_object_size(json) != 1 || !rungs)
            return err_set(err, ERR_CONFIG, "the table's one member is \"rungs\"");
    }
    if (!json_is_array(rungs))
        return err_set(err, ERR_CONFIG, "the table is no list of rungs");
    if (json_array_size(rungs) == 0)
        return err_set(err, ERR_CONFIG, "the list of rungs is empty");
    for (size_t i = 0; i < json_array_size(rungs); i++) {
        struct reading reading;
        if (!read_rung(json_array_get(rungs, i), &reading, err) ||
            !append_rung(options, &reading, err))
            return false;
    }
    return true;
}

// Takes over the ladder of a copy that was filled in without an error.
static void take_ladder(const struct plan_options *from, struct plan_options *ret_options)
{
    ret_options->is_default_ladder = from->is_default_ladder;
    ret_options->ladder_count = from->ladder_count;
    memcpy(ret_options->ladder, from->ladder, sizeof(from->ladder));
}

bool ladder_from_json(const json_t *json, struct plan_options *ret_options, struct err *err)
{
    struct plan_options options = {0};
    if (!parse_table(json, &options, err))
        return false;
    take_ladder(&options, ret_options);
    return true;
}

static bool parse_json_text(const char *text, struct plan_options *ret_options, struct err *err)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        return err_set(err, ERR_CONFIG, "line %d: %s", error.line, error.text);
    bool is_read = ladder_from_json(json, ret_options, err);
    json_decref(json);
    return is_read;
}

bool ladder_from_text(const char *text, struct plan_options *ret_options, struct err *err)
{
    struct plan_options options = {0};
    const char *start = skip_space(text);
    if (*start == '[' || *start == '{')
        return parse_json_text(start, ret_options, err);
    if (strcmp(start, "default") == 0)
        options.is_default_ladder = true;
    else if (!is_list(start))
        return err_set(err, ERR_CONFIG,
                       "\"%.60s\" is neither \"default\", nor 1080,720,…, nor a JSON table", text);
    else if (!parse_list(start, &options, err))
        return false;
    take_ladder(&options, ret_options);
    return true;
}
