// SPDX-License-Identifier: BSD-2-Clause
// Texture objects over rows of pixels: what scale_cuda and yadif_cuda read through.
#include <pthread.h>

#include "context.h"
#include "counters.h"
#include "kernel.h"
#include "memory.h"

#define MAX_TEXTURES 1024

SIM_DECLARE(cuTexObjectCreate);
SIM_DECLARE(cuTexObjectDestroy);

static struct {
    struct texture texture;
    bool is_used;
} textures[MAX_TEXTURES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool read_resource(const CUDA_RESOURCE_DESC *resource, struct texture *ret)
{
    bool is_wide = resource->res.pitch2D.format == CU_AD_FORMAT_UNSIGNED_INT16;
    if (resource->resType != CU_RESOURCE_TYPE_PITCH2D ||
        (!is_wide && resource->res.pitch2D.format != CU_AD_FORMAT_UNSIGNED_INT8) ||
        resource->res.pitch2D.numChannels < 1 || resource->res.pitch2D.numChannels > 4 ||
        resource->res.pitch2D.devPtr % SIM_ALIGNMENT != 0 ||
        resource->res.pitch2D.pitchInBytes % 32 != 0)
        return false;
    *ret = (struct texture){
        .pitch_bytes = resource->res.pitch2D.pitchInBytes,
        .width = (int)resource->res.pitch2D.width,
        .height = (int)resource->res.pitch2D.height,
        .channels = (int)resource->res.pitch2D.numChannels,
        .sample_bytes = is_wide ? 2 : 1,
    };
    ret->data = memory_shadow_rows(resource->res.pitch2D.devPtr,
                                   resource->res.pitch2D.width * (size_t)ret->channels *
                                       (size_t)ret->sample_bytes,
                                   resource->res.pitch2D.height, ret->pitch_bytes);
    return ret->data != NULL;
}

CUresult cuTexObjectCreate(CUtexObject *ret, const CUDA_RESOURCE_DESC *resource,
                           const CUDA_TEXTURE_DESC *how, const CUDA_RESOURCE_VIEW_DESC *view)
{
    struct texture texture;
    CUresult error = context_check();
    (void)view;
    if (error != CUDA_SUCCESS)
        return error;
    if (!read_resource(resource, &texture))
        return SIM_INVALID_VALUE;
    texture.is_linear = how->filterMode == CU_TR_FILTER_MODE_LINEAR;
    texture.is_integer = (how->flags & CU_TRSF_READ_AS_INTEGER) != 0;
    error = SIM_OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAX_TEXTURES && error != CUDA_SUCCESS; i++) {
        if (textures[i].is_used)
            continue;
        textures[i].is_used = true;
        textures[i].texture = texture;
        *ret = (CUtexObject)i + 1;
        error = CUDA_SUCCESS;
        counters.textures_live++;
    }
    pthread_mutex_unlock(&lock);
    return error;
}

CUresult cuTexObjectDestroy(CUtexObject handle)
{
    CUresult error = SIM_INVALID_HANDLE;
    pthread_mutex_lock(&lock);
    if (handle >= 1 && handle <= MAX_TEXTURES && textures[handle - 1].is_used) {
        textures[handle - 1].is_used = false;
        counters.textures_live--;
        error = CUDA_SUCCESS;
    }
    pthread_mutex_unlock(&lock);
    CUresult state = context_check();
    return state != CUDA_SUCCESS ? state : error;
}

const struct texture *texture_get(CUtexObject handle)
{
    bool is_known = handle >= 1 && handle <= MAX_TEXTURES && textures[handle - 1].is_used;
    return is_known ? &textures[handle - 1].texture : NULL;
}
