// SPDX-License-Identifier: BSD-2-Clause
// Faults that RUNG_SIM_FAULTS asks for: NAME[=VALUE][@DEVICE][!], separated by commas.
// README.md lists them. With "!" a fault belongs to the first process that it hits:
// a marker file in RUNG_SIM_STATE keeps it from later ones.
#ifndef RUNG_SIM_FAULTS_H
#define RUNG_SIM_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

enum fault {
    FAULT_NO_DEVICE,
    FAULT_DRIVER_TOO_OLD,
    FAULT_NO_ENCODER,
    FAULT_SESSIONS,
    FAULT_VRAM,
    FAULT_NO_DECODER,
    FAULT_LOST_AFTER,
    FAULT_DECODE_ERROR_AT,
    FAULT_ENCODE_ERROR_AT,
    FAULT_ENCODE_ERROR_AT_FLUSH,
    FAULT_HANG_AT,
    FAULT_HANG_ENCODE_AT,
    FAULT_KINDS,
};

// What was asked for; neither claims the marker. DEVICE of -1 stands for all of them.
bool fault_number(enum fault kind, int device, int64_t *ret_number);
bool fault_names(enum fault kind, int device, const char *word);

// The fault happens now: true if it may, which with "!" only one process is told.
// Later calls of that process are told the same.
bool fault_fires(enum fault kind, int device);

// Never returns, as a call into a wedged driver.
_Noreturn void fault_hang(void);

#endif
