// SPDX-License-Identifier: BSD-2-Clause
// What makes two runs the same run: the plan, the source, the encoders, the
// version. Resuming is only right when all of it is equal. Where a run decodes and
// scales is no part of it: that may change from one span to the next.
#ifndef RUNG_APP_FINGERPRINT_H
#define RUNG_APP_FINGERPRINT_H

#include <jansson.h>
#include <stdbool.h>

#include "src/app/input.h"
#include "src/app/options.h"
#include "src/base/mem.h"
#include "src/media/plan.h"

// {"rung", "plan_sha256", "source":{...}, "encoders":{...}, "options":{...}, "tier":{...}}
json_t *fingerprint_build(const struct plan *plan, const struct input *input,
                          const struct options *options, struct err *err);

// True when they differ; *ret then says in what ("the option preset is slow, was
// medium; the source changed"). Caller frees.
bool fingerprint_differs(const json_t *now, const json_t *before, char **ret);

// The tier of the run, and the limit of encoders on its device, which a run that goes on starts
// from. False when there is none, or what is there is no tier.
void fingerprint_set_tier(json_t *fingerprint, struct tier tier, int encoders_max);
bool fingerprint_get_tier(const json_t *fingerprint, struct tier *ret, int *ret_encoders_max);

#endif
