// SPDX-License-Identifier: BSD-2-Clause
// One option's value: reading a text by the row's type and checking its range.
#ifndef RUNG_APP_OPTION_VALUE_H
#define RUNG_APP_OPTION_VALUE_H

#include "src/app/options_table.h"
#include "src/base/rational.h"

enum option_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_FLAG };

struct option_value {
    enum option_origin origin;
    char *text; // as it was given; NULL: not set
    int64_t
        integer; // INTEGER, -1 for a word; SIZE in bytes; ENUM position in `values`; BOOL 0 or 1
    struct rational seconds;
};

// Reads text into *ret (text, integer, seconds; not the origin). CONFIG with what
// is wrong, without the option's name: the caller knows where it came from.
bool option_value_read(const struct option_row *row, const char *text, struct option_value *ret,
                       struct err *err);

// "default", "file", "environment", "flag"
const char *option_origin_name(enum option_origin origin);

// Position of word in "a|b|c", or -1.
int option_choice_find(const char *values, const char *word);
// "a, b or c". Caller frees.
char *option_choice_text(const char *values);

// Seconds as a decimal ("2.5") or a fraction ("1001/250"), exactly.
bool option_seconds_parse(const char *text, struct rational *ret);
// "4G", "512MiB", "65536": powers of 1024.
bool option_size_parse(const char *text, int64_t *ret_bytes);
// Decimal digits, with a sign, nothing else.
bool option_integer_parse(const char *text, int64_t *ret);

#endif
