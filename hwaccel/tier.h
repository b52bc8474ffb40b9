// SPDX-License-Identifier: BSD-2-Clause
// Where each stage of a job runs. One row per backend; only the CPU row exists so
// far, the rows for CUDA, VAAPI and QSV say why they are missing.
#ifndef RUNG_HWACCEL_TIER_H
#define RUNG_HWACCEL_TIER_H

#include <stdbool.h>
#include <stddef.h>

enum device { DEVICE_CPU, DEVICE_CUDA, DEVICE_VAAPI, DEVICE_QSV, DEVICE_COUNT };

// (decode, scale, encode), each on a device.
struct tier {
    enum device decode;
    enum device scale;
    enum device encode;
};

struct backend_row {
    enum device device;
    const char *name;        // as --hwaccel spells it; "cpu" for the CPU
    bool is_available;       // in this build
    const char *why_missing; // for people; NULL when available
};

const struct backend_row *backend_find(enum device device);
// NULL for an unknown name.
const struct backend_row *backend_find_by_name(const char *name);
const char *device_name(enum device device);

#endif
