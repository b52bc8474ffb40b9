// SPDX-License-Identifier: BSD-2-Clause
// Parsing of --ladder.
#include "src/media/ladder_file.h"

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

static bool append_rung(struct plan_options *options, const struct ladder_rung *rung,
                        struct err *err)
{
    if (rung->short_side_px < LADDER_SIDE_MIN_PX || rung->short_side_px > LADDER_SIDE_MAX_PX)
        return err_set(err, ERR_CONFIG, "ladder: a rung of %d is outside %d to %d",
                       rung->short_side_px, LADDER_SIDE_MIN_PX, LADDER_SIDE_MAX_PX);
    if (options->ladder_count == PLAN_RUNGS_MAX)
        return err_set(err, ERR_CONFIG, "ladder: there are more than %d rungs", PLAN_RUNGS_MAX);
    options->ladder[options->ladder_count++] = *rung;
    return true;
}

// Digits only; what is too large for any rung stops growing.
static const char *read_number(const char *text, int *ret_value)
{
    int value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        value = value > LADDER_SIDE_MAX_PX ? value : value * 10 + (*at - '0');
    *ret_value = value;
    return at == text ? NULL : at;
}

static bool parse_list(const char *text, struct plan_options *options, struct err *err)
{
    const char *at = text;
    for (;;) {
        struct ladder_rung rung = {0};
        const char *end = read_number(skip_space(at), &rung.short_side_px);
        if (!end)
            return err_set(err, ERR_CONFIG, "ladder \"%.60s\": a number is missing", text);
        if (!append_rung(options, &rung, err))
            return false;
        at = skip_space(end);
        if (!*at)
            return true;
        if (*at++ != ',')
            return err_set(err, ERR_CONFIG, "ladder \"%.60s\": rungs are parted by commas", text);
    }
}

// Out of a range too wide for an int still says so in the caller's words.
static int clamp_int(json_int_t value)
{
    return value < 0 ? -1 : value > LADDER_SIDE_MAX_PX ? LADDER_SIDE_MAX_PX + 1 : (int)value;
}

static bool read_member(const char *key, const json_t *value, struct ladder_rung *rung,
                        struct err *err)
{
    if (strcmp(key, "short_side") == 0) {
        if (!json_is_integer(value))
            return err_set(err, ERR_CONFIG, "ladder: \"short_side\" is no whole number");
        rung->short_side_px = clamp_int(json_integer_value(value));
        return true;
    }
    if (strcmp(key, "maxrate_kbps") == 0) {
        json_int_t kbps = json_integer_value(value);
        if (!json_is_integer(value) || kbps < 10 || kbps > LADDER_MAXRATE_MAX_KBPS)
            return err_set(err, ERR_CONFIG,
                           "ladder: \"maxrate_kbps\" is no whole number from 10 to %d",
                           LADDER_MAXRATE_MAX_KBPS);
        rung->maxrate_bps = (int64_t)kbps * 1000;
        return true;
    }
    if (strcmp(key, "crf") == 0) {
        double crf = json_number_value(value);
        if (!json_is_number(value) || !(crf >= 1 && crf <= ladder_crf_max(VIDEO_AV1)))
            return err_set(err, ERR_CONFIG, "ladder: \"crf\" is no number from 1 to %g",
                           ladder_crf_max(VIDEO_AV1));
        rung->crf = crf;
        return true;
    }
    return err_set(err, ERR_CONFIG,
                   "ladder: a rung has no \"%.40s\"; it has short_side, maxrate_kbps, crf", key);
}

static bool read_rung(json_t *json, struct ladder_rung *ret_rung, struct err *err)
{
    struct ladder_rung rung = {0};
    const char *key;
    json_t *value;
    if (json_is_integer(json)) {
        rung.short_side_px = clamp_int(json_integer_value(json));
        *ret_rung = rung;
        return true;
    }
    if (!json_is_object(json))
        return err_set(err, ERR_CONFIG, "ladder: a rung is a number or an object");
    json_object_foreach(json, key, value)
    {
        if (!read_member(key, value, &rung, err))
            return false;
    }
    if (rung.short_side_px == 0)
        return err_set(err, ERR_CONFIG, "ladder: a rung is without its \"short_side\"");
    *ret_rung = rung;
    return true;
}

static bool parse_table(const json_t *json, struct plan_options *options, struct err *err)
{
    const json_t *rungs = json;
    if (json_is_object(json)) {
        rungs = json_object_get(json, "rungs");
        if (json_object_size(json) != 1 || !rungs)
            return err_set(err, ERR_CONFIG, "ladder: the table's one member is \"rungs\"");
    }
    if (!json_is_array(rungs) || json_array_size(rungs) == 0)
        return err_set(err, ERR_CONFIG, "ladder: the table is no list of rungs");
    for (size_t i = 0; i < json_array_size(rungs); i++) {
        struct ladder_rung rung;
        if (!read_rung(json_array_get(rungs, i), &rung, err) || !append_rung(options, &rung, err))
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
        return err_set(err, ERR_CONFIG, "ladder: line %d: %s", error.line, error.text);
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
                       "ladder \"%.60s\" is neither \"default\", nor 1080,720,…, nor a JSON table",
                       text);
    else if (!parse_list(start, &options, err))
        return false;
    take_ladder(&options, ret_options);
    return true;
}
