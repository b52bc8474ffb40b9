// SPDX-License-Identifier: BSD-2-Clause
// From options in force to what the planner takes, and the choice of place.
#ifndef RUNG_APP_REQUEST_H
#define RUNG_APP_REQUEST_H

#include "src/app/options.h"
#include "src/app/tier_search.h"
#include "src/media/plan.h"

// CONFIG when options contradict each other or the ladder cannot be read.
bool request_build(const struct options *options, struct plan_options *ret, struct err *err);

// Which accelerators may be taken, and how far a job may step down. CONFIG when the options
// contradict each other.
bool request_tiers(const struct options *options, struct tier_request *ret, struct err *err);

// Every encoder the plan names is in this build; CONFIG otherwise.
bool request_check_encoders(const struct plan *plan, struct err *err);

#endif
