// SPDX-License-Identifier: BSD-2-Clause
// The driver's types by the names FFmpeg's loader knows, and how a function of the
// driver is exported. Everything not marked so stays inside the shared object.
#ifndef RUNG_SIM_API_H
#define RUNG_SIM_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ffnvcodec/dynlink_cuda.h>
#include <ffnvcodec/dynlink_cuviddec.h>
#include <ffnvcodec/dynlink_nvcuvid.h>
#include <ffnvcodec/nvEncodeAPI.h>

// The header names the function's type tNAME; declaring by it proves the signature.
#define SIM_API           __attribute__((visibility("default")))
#define SIM_DECLARE(name) SIM_API t##name name

// Errors of the driver that the header has no name for.
#define SIM_INVALID_VALUE   ((CUresult)1)
#define SIM_OUT_OF_MEMORY   ((CUresult)2)
#define SIM_NOT_INITIALIZED ((CUresult)3)
#define SIM_NO_DEVICE       ((CUresult)100)
#define SIM_INVALID_DEVICE  ((CUresult)101)
#define SIM_INVALID_IMAGE   ((CUresult)200)
#define SIM_INVALID_CONTEXT ((CUresult)201)
#define SIM_INVALID_HANDLE  ((CUresult)400)
#define SIM_NOT_FOUND       ((CUresult)500)
#define SIM_ILLEGAL_ADDRESS ((CUresult)700)
#define SIM_LAUNCH_FAILED   ((CUresult)719)
#define SIM_NOT_SUPPORTED   ((CUresult)801)

#define SIM_MAX_DEVICES 8

#endif
