// SPDX-License-Identifier: BSD-2-Clause
// rung validate: load manifests, list tracks, read every init and segment once, apply the
// rules. This room only conducts; see ARCHITECTURE.md for the flow.
#ifndef RUNG_VALIDATE_VALIDATE_H
#define RUNG_VALIDATE_VALIDATE_H

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"
#include "manifests/validate/fetch/origin.h"
#include "manifests/validate/report/report.h"

struct validate_progress { // called now and then, from any one thread at a time
    void (*report)(void *self, size_t done, size_t total, int64_t bytes);
    void *self;
};

struct validate_spec {
    const char *const *inputs; // a folder; a playlist, an MPD or both; or an init and segments
    size_t input_count;
    struct origin_spec origin;
    size_t sample;      // segments per track, 0: all
    bool has_cross;     // HLS against DASH when both are there
    unsigned profiles;  // rule_profile bits, 0: every rule
    const bool *is_off; // RULE_COUNT flags (--skip, --only); NULL: none
    unsigned threads;   // 0: the cores
    struct validate_progress progress;
};

struct validation {
    struct evidence evidence;
    struct findings findings;
    int64_t bytes_read;
    size_t requests;
    size_t transient_failures; // files that may be there another time
    double wall_s;
};

const struct rule_set *rule_set_all(void);

// False only when there is nothing to judge (no manifest found, nothing reachable:
// INPUT or TRANSIENT), when several presentations are given (CONFIG) or on stop
// (CANCELLED); what is wrong inside is findings.
bool validate_run(const struct validate_spec *spec, struct validation *ret, struct err *err);
void validation_done(struct validation *validation);

#endif
