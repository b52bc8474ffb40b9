// SPDX-License-Identifier: BSD-2-Clause
// One rule is one row: what must hold, how bad it is when it does not, who says so,
// how to mend it, and the function that looks. Rows stand in const tables, one table
// per room; manifests/validate/rules.c joins them.
#ifndef RUNG_VALIDATE_CORE_RULE_H
#define RUNG_VALIDATE_CORE_RULE_H

#include <stddef.h>

#include "manifests/validate/core/rule_id.h"

struct evidence;
struct findings;

enum rule_level { LEVEL_NOTICE, LEVEL_WARNING, LEVEL_ERROR, LEVEL_COUNT };

// What a rule belongs to, for --profile. Rows of the standards themselves (RFC 8216,
// ISO/IEC 23009-1, 14496-12) have all bits.
enum rule_profile {
    PROFILE_APPLE = 1 << 0,  // Apple's HLS Authoring Specification
    PROFILE_DASHIF = 1 << 1, // DASH-IF interoperability points
    PROFILE_CMAF = 1 << 2,   // ISO/IEC 23000-19
    PROFILE_RUNG = 1 << 3,   // what Rung promises of its own output
};
#define PROFILE_ALL (PROFILE_APPLE | PROFILE_DASHIF | PROFILE_CMAF | PROFILE_RUNG)

struct rule_row {
    enum rule_id id;
    enum rule_level level;
    unsigned profiles;     // rule_profile bits
    const char *statement; // what must hold, one line, no full stop
    const char
        *source; // "RFC 8216 4.3.3.1": document and section; "field" where only practice says so
    const char *fix; // what to do about it, one sentence in the imperative
    // Looks through the evidence and adds findings, of this row's id only. NULL: the
    // readers find it while they read (findings_add with this id).
    void (*run)(const struct evidence *evidence, struct findings *findings);
};

const char *rule_level_name(enum rule_level level); // "error", "warning", "notice"

#endif
