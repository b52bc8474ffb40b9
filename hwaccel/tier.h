// SPDX-License-Identifier: BSD-2-Clause
// Where each stage of a job runs, and where it runs when that fails. Pure.
#ifndef RUNG_HWACCEL_TIER_H
#define RUNG_HWACCEL_TIER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/err.h"

enum device { DEVICE_CPU, DEVICE_CUDA, DEVICE_VAAPI, DEVICE_QSV, DEVICE_COUNT };
enum stage { STAGE_DECODE, STAGE_SCALE, STAGE_ENCODE, STAGE_COUNT };

// (decode, scale, encode), each on the CPU or on one and the same accelerator.
struct tier {
    enum device decode;
    enum device scale;
    enum device encode;
};

// "cpu", "cuda", …: as --hwaccel spells them.
const char *device_name(enum device device);
bool device_from_name(const char *name, enum device *ret);
const char *stage_name(enum stage stage); // "decode", "scale", "encode"

// The accelerator of the tier; DEVICE_CPU where it has none.
enum device tier_accelerator(struct tier tier);
bool tier_equal(struct tier a, struct tier b);
enum device tier_stage(struct tier tier, enum stage stage);

// Best first: all on the device; decoding on the CPU; encoding on the CPU; all on the CPU.
#define TIERS_MAX 4
size_t tiers_of(enum device device, struct tier ret[TIERS_MAX]);

// The best tier after this one in which the stage is on the CPU. The CPU's is below itself.
struct tier tier_below(struct tier tier, enum stage failed);

// "decode cuda, scale cuda, encode cpu".
void tier_format(struct tier tier, char ret[64]);

// The stage that an error of an accelerator names; false for any other error, and for one
// of the device as a whole.
bool stage_of_err(enum err_kind kind, enum stage *ret);
enum err_kind stage_err(enum stage stage);

#endif
