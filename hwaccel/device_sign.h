// SPDX-License-Identifier: BSD-2-Clause
// Whether there is any sign of an accelerator: what its driver would leave in the file system. Only
// a proof knows whether it works, but that costs a process; --hwaccel auto spends none on a
// machine that has no accelerator.
#ifndef RUNG_HWACCEL_DEVICE_SIGN_H
#define RUNG_HWACCEL_DEVICE_SIGN_H

#include <stdbool.h>

#include "hwaccel/tier.h"

// root: "" for this machine, a folder with dev and sys below it for tests. library_path: as
// LD_LIBRARY_PATH; may be NULL. *ret_missing, when false: "no NVIDIA driver".
bool device_has_sign(enum device device, const char *root, const char *library_path,
                     const char **ret_missing);

#endif
