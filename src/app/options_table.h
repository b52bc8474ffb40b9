// SPDX-License-Identifier: BSD-2-Clause
// The one table of options. A row feeds the flag, the environment variable, the
// configuration key, --help, the man page and the reference page.
#ifndef RUNG_APP_OPTIONS_TABLE_H
#define RUNG_APP_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/app/command.h"

enum option_id {
    OPTION_OUTPUT,
    OPTION_LADDER,
    OPTION_CODECS,
    OPTION_PRESET,
    OPTION_SEGMENT_DURATION,
    OPTION_GOP,
    OPTION_LIMIT_DURATION,
    OPTION_VMAF,
    OPTION_AUDIO_LANGUAGES,
    OPTION_NO_AUDIO,
    OPTION_HWACCEL,
    OPTION_DEVICE,
    OPTION_FALLBACK,
    OPTION_JOBS,
    OPTION_MEMORY,
    OPTION_RESUME,
    OPTION_FORCE,
    OPTION_ALLOW_DAMAGED,
    OPTION_FORMAT,
    OPTION_LEVEL,
    OPTION_PROFILE,
    OPTION_ONLY,
    OPTION_SKIP,
    OPTION_CROSS,
    OPTION_SAMPLE,
    OPTION_RULES,
    OPTION_HEADER,
    OPTION_PARALLEL,
    OPTION_TIMEOUT,
    OPTION_PROGRESS,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_LOG_FORMAT,
    OPTION_CONFIG,
    OPTION_COUNT
};

enum option_type {
    OPTION_TYPE_TEXT,
    OPTION_TYPE_INTEGER, // or one of `values`, where there are some
    OPTION_TYPE_SIZE,    // bytes: 4G, 512M, 65536
    OPTION_TYPE_SECONDS, // exact: 4, 2.5, 1001/250
    OPTION_TYPE_BOOL,
    OPTION_TYPE_ENUM,  // one of `values`
    OPTION_TYPE_TIER,  // one of `values`, or a tier: cuda,cuda,cpu
    OPTION_TYPE_LINES, // may be given several times; the value has a line for each
    OPTION_TYPE_LIST,  // comma-separated; each one of `values` where there are some
};

enum option_group {
    GROUP_PICTURE,
    GROUP_AUDIO,
    GROUP_PLACE,
    GROUP_RUN,
    GROUP_JUDGE,
    GROUP_FETCH,
    GROUP_PRINT,
    GROUP_COUNT
};

struct option_row {
    enum option_id id;
    const char *name; // "segment-duration"; key and variable derive from it
    char short_flag;  // 0: none
    enum option_type type;
    enum option_group group;
    unsigned commands; // COMMAND_BITs
    const char *placeholder;
    const char *default_text; // NULL: not set
    const char *default_note; // for people, where default_text is NULL
    const char *values;       // "auto|none|cuda"
    int64_t min;              // INTEGER; SIZE in bytes; SECONDS in milliseconds
    int64_t max;
    bool is_secret;
    bool is_hidden; // understood, not offered
    const char *help;
};

#define OPTION_NAME_SIZE 64

const struct option_row *option_find(enum option_id id);
const struct option_row *option_find_by_name(const char *name); // "segment-duration"
const struct option_row *option_find_by_key(const char *key);   // "segment_duration"
const struct option_row *option_find_by_short(char flag);
void option_key(const struct option_row *row, char ret_key[OPTION_NAME_SIZE]);
void option_variable(const struct option_row *row, char ret_variable[OPTION_NAME_SIZE]);
const char *option_group_title(enum option_group group);

#endif
