// SPDX-License-Identifier: BSD-2-Clause
// Allocation and copies. Copies are done at once; each is counted by its direction.
#include <string.h>

#include "context.h"
#include "counters.h"
#include "memory.h"

SIM_API tcuMemAlloc_v2 cuMemAlloc_v2;
SIM_API tcuMemAllocPitch_v2 cuMemAllocPitch_v2;
SIM_API tcuMemFree_v2 cuMemFree_v2;
SIM_DECLARE(cuMemAllocManaged);
SIM_DECLARE(cuMemsetD8Async);
SIM_DECLARE(cuMemcpy);
SIM_DECLARE(cuMemcpyAsync);
SIM_API tcuMemcpy2D_v2 cuMemcpy2D_v2;
SIM_API tcuMemcpy2DAsync_v2 cuMemcpy2DAsync_v2;
SIM_API tcuMemcpyHtoD_v2 cuMemcpyHtoD_v2;
SIM_API tcuMemcpyHtoDAsync_v2 cuMemcpyHtoDAsync_v2;
SIM_API tcuMemcpyDtoH_v2 cuMemcpyDtoH_v2;
SIM_API tcuMemcpyDtoHAsync_v2 cuMemcpyDtoHAsync_v2;
SIM_API tcuMemcpyDtoD_v2 cuMemcpyDtoD_v2;
SIM_API tcuMemcpyDtoDAsync_v2 cuMemcpyDtoDAsync_v2;

CUresult cuMemAlloc_v2(CUdeviceptr *ret, size_t size)
{
    CUresult error;
    struct CUctx_st *context = context_current(&error);
    if (!context)
        return error;
    if (size == 0)
        return SIM_INVALID_VALUE;
    uint64_t address = memory_allocate(context->device, size);
    if (!address)
        return SIM_OUT_OF_MEMORY;
    *ret = address;
    return CUDA_SUCCESS;
}

CUresult cuMemAllocPitch_v2(CUdeviceptr *ret, size_t *ret_pitch, size_t width, size_t height,
                            unsigned element_size)
{
    (void)element_size;
    *ret_pitch = align_up(width, SIM_ALIGNMENT);
    return cuMemAlloc_v2(ret, *ret_pitch * height);
}

CUresult cuMemAllocManaged(CUdeviceptr *ret, size_t size, unsigned flags)
{
    (void)ret, (void)size, (void)flags;
    return SIM_NOT_SUPPORTED; // the host may touch such memory, which the shadow forbids
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
    // A lost device's memory is given back all the same: what leaks is the program's.
    bool known = memory_free(address);
    CUresult error = context_check();
    return error != CUDA_SUCCESS ? error : known ? CUDA_SUCCESS : SIM_INVALID_VALUE;
}

CUresult cuMemsetD8Async(CUdeviceptr address, unsigned char value, size_t size, CUstream stream)
{
    (void)stream;
    CUresult error = context_check();
    uint8_t *shadow = memory_shadow(address, size);
    if (error == CUDA_SUCCESS && !shadow)
        return SIM_INVALID_VALUE;
    if (error == CUDA_SUCCESS)
        memset(shadow, value, size);
    return error;
}

static void count(bool from_device, bool to_device, size_t size)
{
    if (from_device && to_device) {
        counters.dtod_copies++;
    } else if (from_device) {
        counters.dtoh_copies++;
        counters.dtoh_bytes += (int64_t)size;
    } else if (to_device) {
        counters.htod_copies++;
        counters.htod_bytes += (int64_t)size;
    }
}

struct side {
    CUmemorytype type;
    uint64_t device;
    const void *host;
    size_t x, y, pitch;
};

// The first byte of a side; device memory must be live over its whole extent.
static uint8_t *start_of(const struct side *side, size_t width, size_t height)
{
    size_t skipped = side->y * side->pitch + side->x;
    if (side->type == CU_MEMORYTYPE_DEVICE)
        return memory_shadow_rows(side->device + skipped, width, height, side->pitch);
    if (side->type != CU_MEMORYTYPE_HOST || !side->host ||
        memory_is_device((uint64_t)(uintptr_t)side->host))
        return NULL;
    return (uint8_t *)(uintptr_t)side->host + skipped;
}

static CUresult copy(const struct side *from, const struct side *to, size_t width, size_t height)
{
    CUresult error = context_check();
    if (error != CUDA_SUCCESS || width == 0 || height == 0)
        return error;
    uint8_t *source = start_of(from, width, height), *target = start_of(to, width, height);
    if (!source || !target)
        return SIM_INVALID_VALUE;
    for (size_t row = 0; row < height; row++)
        memmove(target + row * to->pitch, source + row * from->pitch, width);
    count(from->type == CU_MEMORYTYPE_DEVICE, to->type == CU_MEMORYTYPE_DEVICE, width * height);
    return CUDA_SUCCESS;
}

static CUresult copy_line(struct side to, struct side from, size_t size)
{
    return copy(&from, &to, size, 1);
}

static struct side device_side(CUdeviceptr address)
{
    return (struct side){.type = CU_MEMORYTYPE_DEVICE, .device = address};
}

static struct side host_side(const void *address)
{
    return (struct side){.type = CU_MEMORYTYPE_HOST, .host = address};
}

// Of a unified address space: the address itself says which side it is on.
static struct side unified_side(CUdeviceptr address)
{
    return memory_is_device(address) ? device_side(address)
                                     : host_side((const void *)(uintptr_t)address);
}

CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D *c)
{
    struct side from = {c->srcMemoryType, c->srcDevice, c->srcHost,
                        c->srcXInBytes,   c->srcY,      c->srcPitch};
    struct side to = {c->dstMemoryType, c->dstDevice, c->dstHost,
                      c->dstXInBytes,   c->dstY,      c->dstPitch};
    return copy(&from, &to, c->WidthInBytes, c->Height);
}

CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *c, CUstream stream)
{
    (void)stream;
    return cuMemcpy2D_v2(c);
}

CUresult cuMemcpy(CUdeviceptr to, CUdeviceptr from, size_t size)
{
    return copy_line(unified_side(to), unified_side(from), size);
}

CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t size, CUstream stream)
{
    (void)stream;
    return cuMemcpy(to, from, size);
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t size)
{
    return copy_line(device_side(to), host_side(from), size);
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t size, CUstream stream)
{
    (void)stream;
    return cuMemcpyHtoD_v2(to, from, size);
}

CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t size)
{
    return copy_line(host_side(to), device_side(from), size);
}

CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t size, CUstream stream)
{
    (void)stream;
    return cuMemcpyDtoH_v2(to, from, size);
}

CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t size)
{
    return copy_line(device_side(to), device_side(from), size);
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t size, CUstream stream)
{
    (void)stream;
    return cuMemcpyDtoD_v2(to, from, size);
}
