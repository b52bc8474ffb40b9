// SPDX-License-Identifier: BSD-2-Clause
// The outcome of a validation, written for people and for machines. Pure: evidence and
// findings in, text out.
#ifndef RUNG_VALIDATE_REPORT_REPORT_H
#define RUNG_VALIDATE_REPORT_REPORT_H

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"
#include "manifests/validate/core/rule.h"
#include "src/base/mem.h"

struct rule_set { // the joined table, ordered by enum rule_id; rows[id] is never NULL
    const struct rule_row *rows[RULE_COUNT];
};

// Measured figures of one track, for the summary.
struct track_measure {
    struct rational duration; // seconds, real
    int64_t peak_bps;         // over runs of 0.5 to 1.5 target durations (RFC 8216 4.1)
    int64_t average_bps;
    int64_t bytes;
    struct rational shortest, longest; // segment, seconds
};
void track_measure_build(const struct evidence *evidence, const struct track *track,
                         struct track_measure *ret);

struct report_input {
    const char *given; // what was validated, as shown
    const struct evidence *evidence;
    const struct findings *findings;
    const struct rule_set *rules;
    enum rule_level level;  // findings below are counted, not listed
    const char *profile;    // NULL: all
    bool is_colour;         // text only
    bool is_brief;          // text only: the verdict and the findings
    unsigned width_columns; // text only; 0: 80
    double wall_s;
    int64_t bytes_read;
    size_t requests;
};

void report_text(const struct report_input *input, struct buf *ret);
void report_json(const struct report_input *input, struct buf *ret);
void report_sarif(const struct report_input *input, struct buf *ret); // SARIF 2.1.0
void report_junit(const struct report_input *input,
                  struct buf *ret); // one suite per track, one case per rule
void rules_text(const struct rule_set *rules, struct buf *ret); // rung validate --rules
void rules_json(const struct rule_set *rules, struct buf *ret);
void rules_markdown(const struct rule_set *rules, struct buf *ret); // docs/validate-rules.md

#endif
