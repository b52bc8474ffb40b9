// SPDX-License-Identifier: BSD-2-Clause
// The options in force for one command: flag beats environment beats file beats
// default. Built once at start, read-only afterwards.
#ifndef RUNG_APP_OPTIONS_H
#define RUNG_APP_OPTIONS_H

#include "src/app/option_value.h"

struct options {
    const struct command_row *command;
    struct option_value values[OPTION_COUNT];
    const char **arguments; // what is no flag; the texts are borrowed from argv
    size_t argument_count;
    char *warning; // about the environment; NULL: none
};

// argv without program and command name; environment as `environ`. CONFIG with
// one line naming flag, variable or file, and the nearest right name.
bool options_read(const struct command_row *command, int argc, char **argv, char **environment,
                  struct options *ret, struct err *err);
void options_done(struct options *options);

// Sets an option from a text; `where` names the place in the error. Used by the
// reader of the configuration file. A weaker origin never replaces a stronger one.
bool options_set(struct options *options, const struct option_row *row, enum option_origin origin,
                 const char *where, const char *text, struct err *err);
// Reads a JSON configuration file into the options.
bool options_read_file(struct options *options, const char *path, struct err *err);

const char *options_text(const struct options *options, enum option_id id); // NULL: not set
int64_t options_integer(const struct options *options, enum option_id id, int64_t fallback);
bool options_bool(const struct options *options, enum option_id id);
bool options_is(const struct options *options, enum option_id id, const char *word);
struct rational options_seconds(const struct options *options, enum option_id id); // 0: not set

// What may be shown of a value: secrets become "***".
const char *options_shown(const struct option_row *row, const struct option_value *value);

#endif
