// SPDX-License-Identifier: BSD-2-Clause
// From options in force to what the planner takes, and the choice of place.
#ifndef RUNG_APP_REQUEST_H
#define RUNG_APP_REQUEST_H

#include "src/app/options.h"
#include "src/media/plan.h"

// One step from where a stage was wanted to where it ran.
struct fallback {
    bool has_happened;
    char from[16];
    char to[16];
    char reason[128];
};

// CONFIG when options contradict each other or the ladder cannot be read.
bool request_build(const struct options *options, struct plan_options *ret, struct err *err);

// Which accelerator was asked for and what became of it. DEVICE when it is not
// there and --fallback=never.
bool request_place(const struct options *options, struct fallback *ret, struct err *err);

// Every encoder the plan names is in this build; CONFIG otherwise.
bool request_check_encoders(const struct plan *plan, struct err *err);

#endif
