// SPDX-License-Identifier: BSD-2-Clause
// Functions that FFmpeg's loader insists on and that a server without a display never
// calls: OpenGL, arrays, linking. They refuse.
#include "api.h"

SIM_DECLARE(cuGraphicsGLRegisterImage);
SIM_DECLARE(cuGraphicsUnregisterResource);
SIM_DECLARE(cuGraphicsMapResources);
SIM_DECLARE(cuGraphicsUnmapResources);
SIM_DECLARE(cuGraphicsSubResourceGetMappedArray);
SIM_API tcuGraphicsResourceGetMappedPointer cuGraphicsResourceGetMappedPointer_v2;
SIM_API tcuGLGetDevices_v2 cuGLGetDevices_v2;
SIM_API tcuArray3DCreate cuArray3DCreate_v2;
SIM_DECLARE(cuArrayDestroy);

CUresult cuGLGetDevices_v2(unsigned *count, CUdevice *devices, unsigned room, CUGLDeviceList list)
{
    (void)count, (void)devices, (void)room, (void)list;
    return SIM_NOT_SUPPORTED;
}

CUresult cuGraphicsGLRegisterImage(CUgraphicsResource *ret, GLuint image, GLenum target,
                                   unsigned flags)
{
    (void)ret, (void)image, (void)target, (void)flags;
    return SIM_NOT_SUPPORTED;
}

CUresult cuGraphicsUnregisterResource(CUgraphicsResource resource)
{
    (void)resource;
    return SIM_NOT_SUPPORTED;
}

CUresult cuGraphicsMapResources(unsigned count, CUgraphicsResource *resources, CUstream stream)
{
    (void)count, (void)resources, (void)stream;
    return SIM_NOT_SUPPORTED;
}

CUresult cuGraphicsUnmapResources(unsigned count, CUgraphicsResource *resources, CUstream stream)
{
    (void)count, (void)resources, (void)stream;
    return SIM_NOT_SUPPORTED;
}

CUresult cuGraphicsSubResourceGetMappedArray(CUarray *ret, CUgraphicsResource resource,
                                             unsigned index, unsigned level)
{
    (void)ret, (void)resource, (void)index, (void)level;
    return SIM_NOT_SUPPORTED;
}

CUresult cuGraphicsResourceGetMappedPointer_v2(CUdeviceptr *ret, size_t *ret_size,
                                               CUgraphicsResource resource)
{
    (void)ret, (void)ret_size, (void)resource;
    return SIM_NOT_SUPPORTED;
}

CUresult cuArray3DCreate_v2(CUarray *ret, const CUDA_ARRAY3D_DESCRIPTOR *descriptor)
{
    (void)ret, (void)descriptor;
    return SIM_NOT_SUPPORTED;
}

CUresult cuArrayDestroy(CUarray array)
{
    (void)array;
    return SIM_NOT_SUPPORTED;
}
