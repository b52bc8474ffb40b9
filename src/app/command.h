// SPDX-License-Identifier: BSD-2-Clause
// The commands of the program: one const table that feeds dispatch, help, the man
// page and the reference page.
#ifndef RUNG_APP_COMMAND_H
#define RUNG_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/err.h"

struct options;

enum command_id {
    COMMAND_TRANSCODE,
    COMMAND_PLAN,
    COMMAND_VALIDATE,
    COMMAND_DOCTOR,
    COMMAND_CONFIG,
    COMMAND_HELP,
    COMMAND_ENGINE,
    COMMAND_COUNT
};

#define COMMAND_BIT(id) (1u << (id))

struct command_row {
    enum command_id id;
    const char *name;
    const char *arguments; // "INPUT", "" for none
    size_t arguments_min;
    size_t arguments_max;                      // SIZE_MAX: any number
    bool is_hidden;                            // runs, but is nobody's business
    const char *summary;                       // one line
    const char *description;                   // paragraphs, separated by an empty line
    const char *examples;                      // lines "command\tWhat it does"
    int (*run)(const struct options *options); // exit code; NULL: main does it
};

const struct command_row *command_find(enum command_id id);
// NULL with *err filled (CONFIG): unknown, with the nearest name, or one that
// belongs to Rung but not to this version.
const struct command_row *command_find_by_name(const char *name, struct err *err);

// The commands themselves; each returns the exit code and has said what is wrong.
int command_transcode(const struct options *options);
int command_plan(const struct options *options);
int command_validate(const struct options *options);
int command_doctor(const struct options *options);
int command_config(const struct options *options);

// Meaning of one exit code, for help pages.
struct exit_code_row {
    int code;
    const char *meaning;
};
extern const struct exit_code_row exit_codes[];
extern const size_t exit_code_count;

#endif
