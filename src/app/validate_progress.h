// SPDX-License-Identifier: BSD-2-Clause
// How far a validation is, on standard error.
#ifndef RUNG_APP_VALIDATE_PROGRESS_H
#define RUNG_APP_VALIDATE_PROGRESS_H

#include "manifests/validate/validate.h"
#include "src/app/options.h"

struct validate_meter;

struct validate_meter *validate_meter_new(const struct options *options);
void validate_meter_free(struct validate_meter **meter); // takes the bar away
struct validate_progress validate_meter_hook(struct validate_meter *meter);

#endif
