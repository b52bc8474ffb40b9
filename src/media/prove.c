// SPDX-License-Identifier: BSD-2-Clause
// No accelerator is in this build: only the CPU's tier works.
#include "src/media/prove.h"

bool prove_plan(const struct byte_source *source, const struct plan *plan,
                const struct prove_options *options, struct prove_result *ret, struct err *err)
{
    (void)source;
    (void)options;
    *ret = (struct prove_result){0};
    if (tier_accelerator(plan->tier) == DEVICE_CPU)
        return true;
    return err_set(err, ERR_DEVICE, "%s: there is no such device in this build",
                   device_name(tier_accelerator(plan->tier)));
}
