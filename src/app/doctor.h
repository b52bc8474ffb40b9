// SPDX-License-Identifier: BSD-2-Clause
// What rung doctor finds: accelerators and their tiers, each run on a small video of our own
// making; libraries; space and limits.
#ifndef RUNG_APP_DOCTOR_H
#define RUNG_APP_DOCTOR_H

#include <jansson.h>

#include "hwaccel/tier.h"
#include "src/app/options.h"
#include "src/base/mem.h"
#include "src/media/facts.h"

// The document that --json prints; caller owns, NULL with *err when nothing could be examined.
json_t *doctor_examine(const struct options *options, struct err *err);
// For a terminal.
void doctor_text(const json_t *report, struct buf *ret);

// A video to try tiers on, and what the probe says of it.
struct doctor_sample {
    int fd;
    struct source_facts facts;
};

bool doctor_sample_open(struct doctor_sample *ret, struct err *err);
void doctor_sample_close(struct doctor_sample *sample);

// {"device":"cuda", "number":0, "opens":true, "reason":null, "remedy":null, "tiers":[…]}, the
// tiers as {"decode":…, "scale":…, "encode":…, "works":true, "frames":12, "wall_s":0.4,
// "reason":null, "remedy":null}. NULL with an error that is not the device's.
json_t *doctor_try_device(const struct doctor_sample *sample, enum device device, int number,
                          struct err *err);
// The same for the CPU: the sample is transcoded, and what is made thrown away.
json_t *doctor_try_cpu(const struct doctor_sample *sample, struct err *err);

#endif
