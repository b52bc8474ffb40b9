// SPDX-License-Identifier: BSD-2-Clause
// Whether a plan's tier works here: its exact chain (decode, scale, encode), run on the first
// pictures of the real source. What a device says of itself is no proof.
#ifndef RUNG_MEDIA_PROVE_H
#define RUNG_MEDIA_PROVE_H

#include <stdatomic.h>

#include "src/media/byte_source.h"
#include "src/media/plan.h"

struct prove_options {
    int device_number;
    const atomic_bool *cancel; // may be NULL
};

struct prove_result {
    int64_t devices_opened;    // 1, or 0: the failure is that it is not there
    int64_t frames;            // that went through all stages
    int64_t encoders_opened;   // of the device's, at the same time
    int64_t frames_downloaded; // scaled ones; 0 where all rungs are coded on the device
    int64_t bytes_downloaded;
    int64_t wall_us;
};

// Every rung's encoder is open before the first picture is coded. Fails with the kind of
// the stage (DEVICE_DECODE, _SCALE, _ENCODE), or DEVICE when there is no such device; other
// kinds are not the device's fault. *ret is filled then, too. A tier of the CPU alone is right
// by definition: nothing is run.
bool prove_plan(const struct byte_source *source, const struct plan *plan,
                const struct prove_options *options, struct prove_result *ret, struct err *err);

#endif
