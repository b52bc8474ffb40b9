// SPDX-License-Identifier: BSD-2-Clause
// The rest of libnvcuvid that the loader insists on: context locks, which FFmpeg never
// takes, and the driver's own demuxer, which refuses.
#include <pthread.h>
#include <stdlib.h>

#include "api.h"

SIM_DECLARE(cuvidCtxLockCreate);
SIM_DECLARE(cuvidCtxLockDestroy);
SIM_DECLARE(cuvidCtxLock);
SIM_DECLARE(cuvidCtxUnlock);
SIM_DECLARE(cuvidCreateVideoSource);
SIM_DECLARE(cuvidCreateVideoSourceW);
SIM_DECLARE(cuvidDestroyVideoSource);
SIM_DECLARE(cuvidSetVideoSourceState);
SIM_DECLARE(cuvidGetVideoSourceState);
SIM_DECLARE(cuvidGetSourceVideoFormat);
SIM_DECLARE(cuvidGetSourceAudioFormat);

struct _CUcontextlock_st {
    pthread_mutex_t mutex;
};

CUresult cuvidCtxLockCreate(CUvideoctxlock *ret, CUcontext context)
{
    (void)context;
    if (!(*ret = calloc(1, sizeof **ret)))
        return SIM_OUT_OF_MEMORY;
    pthread_mutex_init(&(*ret)->mutex, NULL);
    return CUDA_SUCCESS;
}

CUresult cuvidCtxLockDestroy(CUvideoctxlock lock)
{
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
    return CUDA_SUCCESS;
}

CUresult cuvidCtxLock(CUvideoctxlock lock, unsigned flags)
{
    (void)flags;
    return pthread_mutex_lock(&lock->mutex) == 0 ? CUDA_SUCCESS : CUDA_ERROR_UNKNOWN;
}

CUresult cuvidCtxUnlock(CUvideoctxlock lock, unsigned flags)
{
    (void)flags;
    return pthread_mutex_unlock(&lock->mutex) == 0 ? CUDA_SUCCESS : CUDA_ERROR_UNKNOWN;
}

CUresult cuvidCreateVideoSource(CUvideosource *ret, const char *name, CUVIDSOURCEPARAMS *how)
{
    (void)ret, (void)name, (void)how;
    return SIM_NOT_SUPPORTED;
}

CUresult cuvidCreateVideoSourceW(CUvideosource *ret, const wchar_t *name, CUVIDSOURCEPARAMS *how)
{
    (void)ret, (void)name, (void)how;
    return SIM_NOT_SUPPORTED;
}

CUresult cuvidDestroyVideoSource(CUvideosource source)
{
    (void)source;
    return SIM_NOT_SUPPORTED;
}

CUresult cuvidSetVideoSourceState(CUvideosource source, cudaVideoState state)
{
    (void)source, (void)state;
    return SIM_NOT_SUPPORTED;
}

cudaVideoState cuvidGetVideoSourceState(CUvideosource source)
{
    (void)source;
    return cudaVideoState_Error;
}

CUresult cuvidGetSourceVideoFormat(CUvideosource source, CUVIDEOFORMAT *format, unsigned flags)
{
    (void)source, (void)format, (void)flags;
    return SIM_NOT_SUPPORTED;
}

CUresult cuvidGetSourceAudioFormat(CUvideosource source, CUAUDIOFORMAT *format, unsigned flags)
{
    (void)source, (void)format, (void)flags;
    return SIM_NOT_SUPPORTED;
}
