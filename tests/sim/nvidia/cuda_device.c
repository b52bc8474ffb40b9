// SPDX-License-Identifier: BSD-2-Clause
// cuInit, devices and what they say about themselves.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "counters.h"
#include "faults.h"
#include "memory.h"

SIM_DECLARE(cuInit);
SIM_DECLARE(cuDeviceGetCount);
SIM_DECLARE(cuDeviceGet);
SIM_DECLARE(cuDeviceGetAttribute);
SIM_DECLARE(cuDeviceGetName);
SIM_DECLARE(cuDeviceGetUuid);
SIM_DECLARE(cuDeviceComputeCapability);
SIM_API CUresult cuDriverGetVersion(int *version);
SIM_API CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device);

static bool is_initialised;

int context_device_count(void)
{
    const char *text = getenv("RUNG_SIM_DEVICES");
    long count = text && *text ? strtol(text, NULL, 10) : 1;
    if (fault_fires(FAULT_NO_DEVICE, -1))
        return 0;
    return count < 0 ? 0 : count > SIM_MAX_DEVICES ? SIM_MAX_DEVICES : (int)count;
}

static CUresult check_device(CUdevice device)
{
    if (!is_initialised)
        return SIM_NOT_INITIALIZED;
    return device >= 0 && device < context_device_count() ? CUDA_SUCCESS : SIM_INVALID_DEVICE;
}

CUresult cuInit(unsigned flags)
{
    if (flags != 0)
        return SIM_INVALID_VALUE;
    if (context_device_count() == 0)
        return SIM_NO_DEVICE;
    is_initialised = true;
    return CUDA_SUCCESS;
}

CUresult cuDriverGetVersion(int *version)
{
    *version = 11040;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count)
{
    if (!is_initialised)
        return SIM_NOT_INITIALIZED;
    *count = context_device_count();
    return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
    CUresult error = check_device(ordinal);
    if (error == CUDA_SUCCESS)
        *device = ordinal;
    return error;
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device)
{
    static const struct {
        int attribute, value;
    } known[] = {
        {CU_DEVICE_ATTRIBUTE_CLOCK_RATE, 1590000},
        {CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT, SIM_ALIGNMENT},
        {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, 40},
        {CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS, 1},
        {CU_DEVICE_ATTRIBUTE_PCI_BUS_ID, 1},
        {CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT, 3},
        {CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, 1},
        {CU_DEVICE_ATTRIBUTE_TEXTURE_PITCH_ALIGNMENT, 32},
        {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 7},
        {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 5},
    };
    CUresult error = check_device(device);
    if (error != CUDA_SUCCESS)
        return error;
    *value = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].attribute == (int)attribute)
            *value = known[i].value;
    if (attribute == CU_DEVICE_ATTRIBUTE_PCI_BUS_ID)
        *value += device;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int size, CUdevice device)
{
    CUresult error = check_device(device);
    if (error == CUDA_SUCCESS && size > 0)
        snprintf(name, (size_t)size, "Rung simulated device %d", device);
    return error;
}

CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice device)
{
    CUresult error = check_device(device);
    if (error == CUDA_SUCCESS) {
        memset(uuid, 0x51, sizeof *uuid);
        uuid->bytes[15] = (char)device;
    }
    return error;
}

CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice device)
{
    CUresult error = check_device(device);
    *major = 7;
    *minor = 5;
    return error;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
    size_t unused;
    CUresult error = check_device(device);
    if (error == CUDA_SUCCESS)
        memory_sizes(device, &unused, bytes);
    return error;
}
