// SPDX-License-Identifier: BSD-2-Clause
// Streams and events. All work is done before a call returns, so there is nothing to
// wait for; a lost device still answers with its error.
#include <stdlib.h>

#include "context.h"

SIM_DECLARE(cuStreamCreate);
SIM_DECLARE(cuStreamQuery);
SIM_DECLARE(cuStreamSynchronize);
SIM_API tcuStreamDestroy_v2 cuStreamDestroy_v2;
SIM_DECLARE(cuStreamAddCallback);
SIM_DECLARE(cuEventCreate);
SIM_API tcuEventDestroy_v2 cuEventDestroy_v2;
SIM_DECLARE(cuEventSynchronize);
SIM_DECLARE(cuEventQuery);
SIM_DECLARE(cuEventRecord);

static CUresult make_handle(void **ret)
{
    CUresult error = context_check();
    if (error == CUDA_SUCCESS && !(*ret = calloc(1, 8)))
        error = SIM_OUT_OF_MEMORY;
    return error;
}

CUresult cuStreamCreate(CUstream *ret, unsigned flags)
{
    (void)flags;
    return make_handle((void **)ret);
}

CUresult cuStreamQuery(CUstream stream)
{
    (void)stream;
    return context_check();
}

CUresult cuStreamSynchronize(CUstream stream)
{
    (void)stream;
    return context_check();
}

CUresult cuStreamDestroy_v2(CUstream stream)
{
    free(stream);
    return context_check();
}

CUresult cuStreamAddCallback(CUstream stream, CUstreamCallback *callback, void *data,
                             unsigned flags)
{
    (void)flags;
    callback(stream, context_check(), data);
    return CUDA_SUCCESS;
}

CUresult cuEventCreate(CUevent *ret, unsigned flags)
{
    (void)flags;
    return make_handle((void **)ret);
}

CUresult cuEventDestroy_v2(CUevent event)
{
    free(event);
    return context_check();
}

CUresult cuEventSynchronize(CUevent event)
{
    (void)event;
    return context_check();
}

CUresult cuEventQuery(CUevent event)
{
    (void)event;
    return context_check();
}

CUresult cuEventRecord(CUevent event, CUstream stream)
{
    (void)event, (void)stream;
    return context_check();
}
