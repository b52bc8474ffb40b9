// SPDX-License-Identifier: BSD-2-Clause
// Devices and contexts: which context is current on this thread, and whether its
// device is still alive.
#ifndef RUNG_SIM_CONTEXT_H
#define RUNG_SIM_CONTEXT_H

#include "api.h"

struct CUctx_st {
    int device;
    unsigned flags;
    int references; // of a primary context
    bool is_primary;
    bool is_live;
};

// How many devices there are: RUNG_SIM_DEVICES, or 1; 0 with the fault no-device.
int context_device_count(void);

// The current context; NULL and the reason when there is none or its device is lost.
struct CUctx_st *context_current(CUresult *ret_error);
// The reason alone, for calls that need no context afterwards.
CUresult context_check(void);
// Whether HANDLE is a context that lives, and its device does.
CUresult context_check_handle(const struct CUctx_st *handle);

bool context_device_is_lost(int device);
// Counts a kernel launch; false once the device is lost to the fault lost-after.
bool context_count_launch(int device);

#endif
