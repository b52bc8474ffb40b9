// SPDX-License-Identifier: BSD-2-Clause
// What an MPD may hold, as tables: each element's attributes with their types and its
// children in their order (ISO/IEC 23009-1, all editions to the fifth with its first
// amendment; where they differ, what any of them allows).
#ifndef RUNG_VALIDATE_DASH_STRUCTURE_PRIVATE_H
#define RUNG_VALIDATE_DASH_STRUCTURE_PRIVATE_H

#include "manifests/validate/dash/dash_private.h"

enum value_type {
    VALUE_STRING,
    VALUE_WORD, // no white space
    VALUE_URI,
    VALUE_FILLED, // not empty
    VALUE_UINT,
    VALUE_ULONG,
    VALUE_INT,
    VALUE_DOUBLE,
    VALUE_BOOL,
    VALUE_BOOL_OR_UINT,
    VALUE_DURATION,
    VALUE_DATE,
    VALUE_FRAME_RATE,
    VALUE_RATIO,
    VALUE_LANGUAGE,
    VALUE_RANGE,
    VALUE_SAP,
    VALUE_PERCENT, // 1 to 100
    VALUE_UINTS,   // a list
    VALUE_UINTS_1_2,
    VALUE_PRESENTATION, // the rest: one of a few words
    VALUE_SCAN,
    VALUE_CONTENT,
    VALUE_MEDIA_TYPE,
    VALUE_BASE64,
    VALUE_SWITCHING,
    VALUE_RANDOM_ACCESS,
    VALUE_ORDER,
    VALUE_CLOCK,
    VALUE_SOURCE
};

// NULL: the text is of the type; else what it should be ("an unsigned integer").
const char *dash_value_fault(enum value_type type, const char *text);

struct attribute_row {
    const char *name;
    enum value_type type;
    bool is_required;
};

struct child_row {
    const char *name;
    unsigned least;
    unsigned most; // 0: any number
};

#define STRUCTURE_PARTS_MAX 3

// Its attributes and children are those of all parts, in this order.
struct structure_part {
    const struct attribute_row *attributes;
    size_t attribute_count;
    const struct child_row *children;
    size_t child_count;
};

struct element_row {
    const char *name;
    const struct structure_part *parts[STRUCTURE_PARTS_MAX]; // NULL ends them
    bool has_any; // foreign content only: not looked into
};

// NULL: no such element.
const struct element_row *structure_element(const char *name);
// structure_table_other.c: the part of it that leads to no segments.
const struct element_row *structure_element_other(const char *name);

#endif
