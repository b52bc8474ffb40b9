// SPDX-License-Identifier: BSD-2-Clause
// Flags, environment and defaults; which of them wins.
#include "src/app/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/nearest.h"
#include "src/base/mem.h"

struct reader {
    struct options *options;
    const char *flag_text[OPTION_COUNT]; // NULL: not given
    char *joined[OPTION_COUNT];          // owned: repeated flags in one text
    char flag_name[OPTION_COUNT][OPTION_NAME_SIZE];
    int argc;
    char **argv;
    int at;
};

bool options_set(struct options *options, const struct option_row *row, enum option_origin origin,
                 const char *where, const char *text, struct err *err)
{
    struct option_value read = {0};
    if (!option_value_read(row, text, &read, err))
        return err_wrap(err, "%s", where);
    struct option_value *value = &options->values[row->id];
    if (value->text && value->origin > origin) {
        free(read.text);
        return true;
    }
    free(value->text);
    *value = read;
    value->origin = origin;
    return true;
}

static bool belongs(const struct options *options, const struct option_row *row)
{
    return (row->commands & COMMAND_BIT(options->command->id)) != 0;
}

static bool unknown_flag(const struct options *options, const char *name, struct err *err)
{
    const char *names[OPTION_COUNT + 2];
    size_t count = 0;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        if (belongs(options, row) && !row->is_hidden)
            names[count++] = row->name;
    }
    names[count++] = "help";
    names[count++] = "version";
    const char *nearest = nearest_name(name, names, count);
    if (nearest)
        return err_set(err, ERR_CONFIG, "unknown flag --%s; did you mean --%s?", name, nearest);
    return err_set(err, ERR_CONFIG, "unknown flag --%s; rung %s --help lists them", name,
                   options->command->name);
}

static bool take(struct reader *reader, const struct option_row *row, const char *shown,
                 const char *text, struct err *err)
{
    if (!belongs(reader->options, row))
        return err_set(err, ERR_CONFIG, "%s does not belong to rung %s", shown,
                       reader->options->command->name);
    if (row->type == OPTION_TYPE_LINES && reader->flag_text[row->id]) {
        char *joined = mem_printf("%s\n%s", reader->flag_text[row->id], text);
        free(reader->joined[row->id]);
        reader->flag_text[row->id] = reader->joined[row->id] = joined;
    } else {
        reader->flag_text[row->id] = text;
    }
    snprintf(reader->flag_name[row->id], OPTION_NAME_SIZE, "%s", shown);
    return true;
}

// The next argument as a value. What looks like another long flag is none.
static const char *next_value(struct reader *reader, const char *shown, struct err *err)
{
    if (reader->at >= reader->argc || strncmp(reader->argv[reader->at], "--", 2) == 0) {
        err_set(err, ERR_CONFIG, "%s needs a value", shown);
        return NULL;
    }
    return reader->argv[reader->at++];
}

// --name of a bool row, --no-name, and --name of a row called no-name.
static const struct option_row *find_bool(const char *name, bool *ret_value)
{
    char opposite[OPTION_NAME_SIZE];
    *ret_value = false;
    if (strncmp(name, "no-", 3) == 0)
        snprintf(opposite, sizeof opposite, "%s", name + 3);
    else
        snprintf(opposite, sizeof opposite, "no-%.60s", name);
    const struct option_row *row = option_find_by_name(opposite);
    return row && row->type == OPTION_TYPE_BOOL ? row : NULL;
}

static bool read_long(struct reader *reader, const char *argument, struct err *err)
{
    char shown[OPTION_NAME_SIZE];
    const char *equals = strchr(argument, '=');
    size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
    snprintf(shown, sizeof shown, "%.*s", (int)(length < 60 ? length : 60), argument);
    const char *name = shown + 2;
    const struct option_row *row = option_find_by_name(name);
    if (!row) {
        bool value = false;
        row = find_bool(name, &value);
        if (!row)
            return unknown_flag(reader->options, name, err);
        if (equals)
            return err_set(err, ERR_CONFIG, "%s takes no value", shown);
        return take(reader, row, shown, value ? "true" : "false", err);
    }
    if (equals)
        return take(reader, row, shown, equals + 1, err);
    if (row->type == OPTION_TYPE_BOOL)
        return take(reader, row, shown, "true", err);
    if (!belongs(reader->options, row))
        return take(reader, row, shown, "", err);
    const char *value = next_value(reader, shown, err);
    return value && take(reader, row, shown, value, err);
}

static bool read_short(struct reader *reader, const char *argument, struct err *err)
{
    for (const char *at = argument + 1; *at; at++) {
        const struct option_row *row = option_find_by_short(*at);
        char shown[3] = {'-', *at, '\0'};
        if (!row)
            return err_set(err, ERR_CONFIG,
                           "unknown flag %s; a file of that name is written ./%s or after --",
                           argument, argument);
        if (row->type == OPTION_TYPE_BOOL) {
            if (!take(reader, row, shown, "true", err))
                return false;
            continue;
        }
        const char *value = at[1] ? at + 1 : next_value(reader, shown, err);
        return value && take(reader, row, shown, value, err);
    }
    return true;
}

static bool read_argument(struct reader *reader, const char *argument, struct err *err)
{
    struct options *options = reader->options;
    if (options->argument_count >= options->command->arguments_max)
        return err_set(
            err, ERR_CONFIG, "rung %s takes %s; \"%s\" is one too many", options->command->name,
            *options->command->arguments ? options->command->arguments : "no arguments", argument);
    options->arguments[options->argument_count++] = argument;
    return true;
}

static bool read_flags(struct reader *reader, struct err *err)
{
    bool only_arguments = false;
    while (reader->at < reader->argc) {
        const char *argument = reader->argv[reader->at++];
        bool ok;
        if (only_arguments || argument[0] != '-' || argument[1] == '\0')
            ok = read_argument(reader, argument, err);
        else if (strcmp(argument, "--") == 0)
            ok = only_arguments = true;
        else if (argument[1] == '-')
            ok = read_long(reader, argument, err);
        else
            ok = read_short(reader, argument, err);
        if (!ok)
            return false;
    }
    const struct options *options = reader->options;
    if (options->argument_count < options->command->arguments_min)
        return err_set(err, ERR_CONFIG, "%s is missing: rung %s %s", options->command->arguments,
                       options->command->name, options->command->arguments);
    return true;
}

// An empty variable counts as not set: containers often pass those.
static const char *variable(char **environment, const char *name)
{
    size_t length = strlen(name);
    for (char **at = environment; at && *at; at++)
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
            return (*at)[length + 1] ? *at + length + 1 : NULL;
    return NULL;
}

static bool read_environment(struct options *options, char **environment, struct err *err)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        char name[OPTION_NAME_SIZE];
        option_variable(row, name);
        const char *text = variable(environment, name);
        if (text && !options_set(options, row, ORIGIN_ENVIRONMENT, name, text, err))
            return false;
    }
    return true;
}

// A variable that misses one of ours by a letter does nothing: worth saying.
static void warn_environment(struct options *options, char **environment)
{
    char variables[OPTION_COUNT][OPTION_NAME_SIZE];
    for (size_t i = 0; i < OPTION_COUNT; i++)
        option_variable(option_find((enum option_id)i), variables[i]);
    for (char **at = environment; at && *at; at++) {
        char name[OPTION_NAME_SIZE];
        size_t length = strcspn(*at, "=");
        if (strncmp(*at, "RUNG_", 5) != 0 || length >= sizeof name)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)length, *at);
        const char *near = NULL;
        for (size_t i = 0; i < OPTION_COUNT; i++) {
            size_t distance = nearest_distance(name, variables[i]);
            if (distance == 0) {
                near = NULL;
                break;
            }
            if (distance <= 2)
                near = variables[i];
        }
        if (near && !options->warning)
            options->warning = mem_printf("%s means nothing here; did you mean %s?", name, near);
    }
}

static bool check_together(const struct options *options, struct err *err)
{
    static const enum option_id pairs[][2] = {
        {OPTION_QUIET, OPTION_VERBOSE},
        {OPTION_RESUME, OPTION_FORCE},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (options_bool(options, pairs[i][0]) && options_bool(options, pairs[i][1]))
            return err_set(err, ERR_CONFIG, "--%s and --%s exclude each other",
                           option_find(pairs[i][0])->name, option_find(pairs[i][1])->name);
    return true;
}

static bool apply_all(struct reader *reader, char **environment, struct err *err)
{
    struct options *options = reader->options;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        if (row->default_text &&
            !options_set(options, row, ORIGIN_DEFAULT, row->name, row->default_text, err))
            return false;
    }
    const char *path = reader->flag_text[OPTION_CONFIG];
    if (!path)
        path = variable(environment, "RUNG_CONFIG");
    if (path && !options_read_file(options, path, err))
        return false;
    if (!read_environment(options, environment, err))
        return false;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (reader->flag_text[i] &&
            !options_set(options, option_find((enum option_id)i), ORIGIN_FLAG, reader->flag_name[i],
                         reader->flag_text[i], err))
            return false;
    return check_together(options, err);
}

bool options_read(const struct command_row *command, int argc, char **argv, char **environment,
                  struct options *ret, struct err *err)
{
    struct options options = {.command = command};
    struct reader reader = {.options = &options, .argc = argc, .argv = argv};
    options.arguments = mem_alloc(((size_t)argc + 1) * sizeof *options.arguments);
    bool ok = read_flags(&reader, err) && apply_all(&reader, environment, err);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        free(reader.joined[i]);
    if (!ok) {
        options_done(&options);
        return false;
    }
    warn_environment(&options, environment);
    *ret = options;
    return true;
}

void options_done(struct options *options)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        MEM_FREE(options->values[i].text);
    MEM_FREE(options->warning);
    MEM_FREE(options->arguments);
}

const char *options_text(const struct options *options, enum option_id id)
{
    return options->values[id].text;
}

int64_t options_integer(const struct options *options, enum option_id id, int64_t fallback)
{
    return options->values[id].text ? options->values[id].integer : fallback;
}

bool options_bool(const struct options *options, enum option_id id)
{
    return options->values[id].text && options->values[id].integer != 0;
}

bool options_is(const struct options *options, enum option_id id, const char *word)
{
    return options->values[id].text && strcmp(options->values[id].text, word) == 0;
}

struct rational options_seconds(const struct options *options, enum option_id id)
{
    return options->values[id].text ? options->values[id].seconds : rational_make(0, 1);
}

const char *options_shown(const struct option_row *row, const struct option_value *value)
{
    if (!value->text)
        return NULL;
    return row->is_secret ? "***" : value->text;
}
