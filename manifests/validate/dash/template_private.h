// SPDX-License-Identifier: BSD-2-Clause
// A template of segment addresses, part by part.
#ifndef RUNG_VALIDATE_DASH_TEMPLATE_PRIVATE_H
#define RUNG_VALIDATE_DASH_TEMPLATE_PRIVATE_H

#include "manifests/validate/dash/dash_private.h"

enum template_part_kind {
    TEMPLATE_TEXT,
    TEMPLATE_ID,
    TEMPLATE_NUMBER,
    TEMPLATE_TIME,
    TEMPLATE_BANDWIDTH,
    TEMPLATE_SUBNUMBER,
    TEMPLATE_BAD // an identifier that is none, or whose format is none
};

struct template_part {
    enum template_part_kind kind;
    const char *text; // in the template, dollars included
    size_t size;
    unsigned width; // of a number, at least
};

// The part at *at, which moves on; false at the end.
bool template_next(const char **at, struct template_part *ret);
bool template_has(const char *text, enum template_part_kind kind);

#endif
