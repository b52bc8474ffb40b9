// SPDX-License-Identifier: BSD-2-Clause
// What makes two runs the same run: the plan, the source, the encoders, the
// version. Resuming is only right when all of it is equal.
#ifndef RUNG_APP_FINGERPRINT_H
#define RUNG_APP_FINGERPRINT_H

#include <jansson.h>
#include <stdbool.h>

#include "src/app/input.h"
#include "src/app/options.h"
#include "src/base/mem.h"
#include "src/media/plan.h"

// {"rung", "plan_sha256", "source":{...}, "encoders":{...}, "options":{...}}
json_t *fingerprint_build(const struct plan *plan, const struct input *input,
                          const struct options *options, struct err *err);

// True when they differ; *ret then says in what ("the option preset is slow, was
// medium; the source changed"). Caller frees.
bool fingerprint_differs(const json_t *now, const json_t *before, char **ret);

#endif
