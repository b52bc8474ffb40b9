// SPDX-License-Identifier: BSD-2-Clause
// Contexts, each thread's stack of them, and the loss of a device.
#include <pthread.h>
#include <stdlib.h>

#include "context.h"
#include "counters.h"
#include "faults.h"
#include "memory.h"

#define MAX_CONTEXTS 256
#define STACK_DEPTH  64

SIM_API tcuCtxCreate_v2 cuCtxCreate_v2;
SIM_API tcuCtxDestroy_v2 cuCtxDestroy_v2;
SIM_API tcuCtxPushCurrent_v2 cuCtxPushCurrent_v2;
SIM_API tcuCtxPopCurrent_v2 cuCtxPopCurrent_v2;
SIM_DECLARE(cuCtxSetLimit);
SIM_DECLARE(cuCtxGetDevice);
SIM_DECLARE(cuDevicePrimaryCtxRetain);
SIM_DECLARE(cuDevicePrimaryCtxRelease);
SIM_DECLARE(cuDevicePrimaryCtxSetFlags);
SIM_DECLARE(cuDevicePrimaryCtxGetState);
SIM_DECLARE(cuDevicePrimaryCtxReset);
SIM_API CUresult cuCtxGetCurrent(CUcontext *context);
SIM_API CUresult cuCtxSetCurrent(CUcontext context);
SIM_API CUresult cuCtxSynchronize(void);
SIM_API CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes);

// Never reused, so that a stale handle is told from a live one.
static struct CUctx_st contexts[MAX_CONTEXTS];
static int context_count;
static struct CUctx_st *primary[SIM_MAX_DEVICES];
static unsigned primary_flags[SIM_MAX_DEVICES];
static _Atomic bool is_lost[SIM_MAX_DEVICES];
static _Atomic int64_t launches[SIM_MAX_DEVICES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local struct CUctx_st *stack[STACK_DEPTH];
static _Thread_local int depth;

bool context_device_is_lost(int device)
{
    return is_lost[device];
}

bool context_count_launch(int device)
{
    int64_t limit, now = ++launches[device];
    counters.kernel_launches++;
    if (fault_number(FAULT_LOST_AFTER, device, &limit) && now > limit &&
        fault_fires(FAULT_LOST_AFTER, device))
        is_lost[device] = true;
    return !is_lost[device];
}

CUresult context_check_handle(const struct CUctx_st *handle)
{
    if (handle < contexts || handle >= contexts + MAX_CONTEXTS || !handle->is_live)
        return SIM_INVALID_CONTEXT;
    return is_lost[handle->device] ? SIM_ILLEGAL_ADDRESS : CUDA_SUCCESS;
}

struct CUctx_st *context_current(CUresult *ret_error)
{
    struct CUctx_st *current = depth > 0 ? stack[depth - 1] : NULL;
    *ret_error = current ? context_check_handle(current) : SIM_INVALID_CONTEXT;
    return *ret_error == CUDA_SUCCESS ? current : NULL;
}

CUresult context_check(void)
{
    CUresult error;
    context_current(&error);
    return error;
}

static struct CUctx_st *make(CUdevice device, unsigned flags)
{
    if (context_count == MAX_CONTEXTS)
        return NULL;
    struct CUctx_st *made = &contexts[context_count++];
    *made = (struct CUctx_st){.device = device, .flags = flags, .is_live = true};
    counters.contexts_opened++;
    counters.contexts_live++;
    return made;
}

CUresult cuCtxCreate_v2(CUcontext *ret, unsigned flags, CUdevice device)
{
    if (device < 0 || device >= context_device_count())
        return SIM_INVALID_DEVICE;
    if (is_lost[device])
        return SIM_ILLEGAL_ADDRESS;
    pthread_mutex_lock(&lock);
    struct CUctx_st *made = depth < STACK_DEPTH ? make(device, flags) : NULL;
    pthread_mutex_unlock(&lock);
    if (!made)
        return SIM_OUT_OF_MEMORY;
    stack[depth++] = made;
    *ret = made;
    return CUDA_SUCCESS;
}

CUresult cuCtxDestroy_v2(CUcontext context)
{
    CUresult error = context_check_handle(context);
    if (error == SIM_INVALID_CONTEXT)
        return error;
    context->is_live = false;
    counters.contexts_live--;
    if (depth > 0 && stack[depth - 1] == context)
        depth--;
    counters_report("context");
    return error;
}

CUresult cuCtxPushCurrent_v2(CUcontext context)
{
    CUresult error = context_check_handle(context);
    if (error != CUDA_SUCCESS)
        return error;
    if (depth == STACK_DEPTH)
        return SIM_INVALID_VALUE;
    stack[depth++] = context;
    return CUDA_SUCCESS;
}

CUresult cuCtxPopCurrent_v2(CUcontext *ret)
{
    if (depth == 0)
        return SIM_INVALID_CONTEXT;
    struct CUctx_st *popped = stack[--depth];
    if (ret)
        *ret = popped;
    return is_lost[popped->device] ? SIM_ILLEGAL_ADDRESS : CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext *context)
{
    *context = depth > 0 ? stack[depth - 1] : NULL;
    return CUDA_SUCCESS;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
    if (!context) {
        depth -= depth > 0;
        return CUDA_SUCCESS;
    }
    CUresult error = context_check_handle(context);
    if (error == CUDA_SUCCESS)
        stack[depth > 0 ? depth - 1 : depth++] = context;
    return error;
}

CUresult cuCtxSynchronize(void)
{
    return context_check();
}

CUresult cuCtxSetLimit(CUlimit limit, size_t value)
{
    (void)limit, (void)value;
    return context_check();
}

CUresult cuCtxGetDevice(CUdevice *device)
{
    CUresult error;
    struct CUctx_st *current = context_current(&error);
    if (current)
        *device = current->device;
    return error;
}

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes)
{
    CUresult error;
    struct CUctx_st *current = context_current(&error);
    if (current)
        memory_sizes(current->device, free_bytes, total_bytes);
    return error;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *ret, CUdevice device)
{
    if (device < 0 || device >= context_device_count())
        return SIM_INVALID_DEVICE;
    if (is_lost[device])
        return SIM_ILLEGAL_ADDRESS;
    pthread_mutex_lock(&lock);
    if (!primary[device])
        primary[device] = make(device, primary_flags[device]);
    struct CUctx_st *context = primary[device];
    if (context) {
        context->is_primary = true;
        context->references++;
        *ret = context;
    }
    pthread_mutex_unlock(&lock);
    return context ? CUDA_SUCCESS : SIM_OUT_OF_MEMORY;
}

CUresult cuDevicePrimaryCtxRelease(CUdevice device)
{
    if (device < 0 || device >= SIM_MAX_DEVICES || !primary[device])
        return SIM_INVALID_CONTEXT;
    pthread_mutex_lock(&lock);
    bool is_last = --primary[device]->references == 0;
    if (is_last) {
        primary[device]->is_live = false;
        primary[device] = NULL;
        counters.contexts_live--;
    }
    pthread_mutex_unlock(&lock);
    if (is_last)
        counters_report("context");
    return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxSetFlags(CUdevice device, unsigned flags)
{
    if (device < 0 || device >= context_device_count())
        return SIM_INVALID_DEVICE;
    primary_flags[device] = flags;
    return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned *flags, int *active)
{
    if (device < 0 || device >= context_device_count())
        return SIM_INVALID_DEVICE;
    *flags = primary_flags[device];
    *active = primary[device] != NULL;
    return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxReset(CUdevice device)
{
    return device >= 0 && device < context_device_count() ? CUDA_SUCCESS : SIM_INVALID_DEVICE;
}
