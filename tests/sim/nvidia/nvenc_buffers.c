// SPDX-License-Identifier: BSD-2-Clause
// Pictures in (registered device memory, or host buffers) and buffers for coded data.
#include <stdlib.h>

#include "counters.h"
#include "memory.h"
#include "nvenc.h"

static bool is_supported(NV_ENC_BUFFER_FORMAT format)
{
    return format == NV_ENC_BUFFER_FORMAT_NV12 || format == NV_ENC_BUFFER_FORMAT_YV12 ||
           format == NV_ENC_BUFFER_FORMAT_YUV420_10BIT;
}

// Room for luma and, below it, chroma; what comes after the last row's pixels is not
// the input's.
static size_t extent(const struct nvenc_input *input)
{
    return input->pitch * (size_t)(input->height + input->height / 2);
}

static struct nvenc_input *free_input(struct nvenc_session *session)
{
    for (int i = 0; i < NVENC_MAX_BUFFERS; i++)
        if (!session->inputs[i].is_used)
            return &session->inputs[i];
    return NULL;
}

static NVENCSTATUS register_resource(void *handle, NV_ENC_REGISTER_RESOURCE *resource)
{
    struct nvenc_session *session = handle;
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    struct nvenc_input input = {
        .is_used = true,
        .address = (uint64_t)(uintptr_t)resource->resourceToRegister,
        .height = (int)resource->height,
        .pitch = resource->pitch,
        .format = resource->bufferFormat,
    };
    struct nvenc_input *place = free_input(session);
    if (resource->resourceType != NV_ENC_INPUT_RESOURCE_TYPE_CUDADEVICEPTR ||
        !is_supported(input.format) || resource->width < (uint32_t)session->width ||
        input.height < session->height || !place || !memory_shadow(input.address, extent(&input)))
        return NV_ENC_ERR_RESOURCE_REGISTER_FAILED;
    *place = input;
    resource->registeredResource = place;
    return NV_ENC_SUCCESS;
}

static NVENCSTATUS unregister_resource(void *session, NV_ENC_REGISTERED_PTR resource)
{
    struct nvenc_input *input = resource;
    if (!input || !input->is_used || input->is_mapped)
        return NV_ENC_ERR_RESOURCE_NOT_REGISTERED;
    input->is_used = false;
    return nvenc_check(session);
}

static NVENCSTATUS map_resource(void *session, NV_ENC_MAP_INPUT_RESOURCE *how)
{
    struct nvenc_input *input = how->registeredResource;
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    if (!input || !input->is_used || input->is_mapped)
        return NV_ENC_ERR_RESOURCE_NOT_REGISTERED;
    input->is_mapped = true;
    how->mappedResource = input;
    how->mappedBufferFmt = input->format;
    return NV_ENC_SUCCESS;
}

static NVENCSTATUS unmap_resource(void *session, NV_ENC_INPUT_PTR resource)
{
    struct nvenc_input *input = resource;
    if (!input || !input->is_mapped)
        return NV_ENC_ERR_RESOURCE_NOT_MAPPED;
    input->is_mapped = false;
    return nvenc_check(session);
}

static NVENCSTATUS create_input(void *handle, NV_ENC_CREATE_INPUT_BUFFER *how)
{
    struct nvenc_session *session = handle;
    struct nvenc_input *place = free_input(session);
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    if (!is_supported(how->bufferFmt) || !place)
        return NV_ENC_ERR_INVALID_PARAM;
    int sample = how->bufferFmt == NV_ENC_BUFFER_FORMAT_YUV420_10BIT ? 2 : 1;
    *place = (struct nvenc_input){
        .is_used = true,
        .height = (int)how->height,
        .pitch = align_up(how->width * (size_t)sample, 128),
        .format = how->bufferFmt,
    };
    place->host = calloc(1, extent(place) + place->pitch);
    if (!place->host) {
        place->is_used = false;
        return NV_ENC_ERR_OUT_OF_MEMORY;
    }
    how->inputBuffer = place;
    return NV_ENC_SUCCESS;
}

static NVENCSTATUS destroy_input(void *session, NV_ENC_INPUT_PTR buffer)
{
    struct nvenc_input *input = buffer;
    if (!input || !input->is_used)
        return NV_ENC_ERR_INVALID_PTR;
    free(input->host);
    *input = (struct nvenc_input){.is_used = false};
    return nvenc_check(session);
}

static NVENCSTATUS lock_input(void *session, NV_ENC_LOCK_INPUT_BUFFER *how)
{
    struct nvenc_input *input = how->inputBuffer;
    if (!input || !input->host)
        return NV_ENC_ERR_INVALID_PTR;
    how->bufferDataPtr = input->host;
    how->pitch = (uint32_t)input->pitch;
    return nvenc_check(session);
}

static NVENCSTATUS unlock_input(void *session, NV_ENC_INPUT_PTR buffer)
{
    const struct nvenc_input *input = buffer;
    if (!input || !input->host)
        return NV_ENC_ERR_INVALID_PTR;
    counters.htod_copies++;
    counters.htod_bytes += (int64_t)extent(input);
    return nvenc_check(session);
}

static NVENCSTATUS create_output(void *handle, NV_ENC_CREATE_BITSTREAM_BUFFER *how)
{
    struct nvenc_session *session = handle;
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    for (int i = 0; i < NVENC_MAX_BUFFERS; i++) {
        if (session->outputs[i].is_used)
            continue;
        session->outputs[i].is_used = true;
        how->bitstreamBuffer = &session->outputs[i];
        return NV_ENC_SUCCESS;
    }
    return NV_ENC_ERR_OUT_OF_MEMORY;
}

static NVENCSTATUS destroy_output(void *session, NV_ENC_OUTPUT_PTR buffer)
{
    struct nvenc_output *output = buffer;
    if (!output || !output->is_used)
        return NV_ENC_ERR_INVALID_PTR;
    free(output->data);
    *output = (struct nvenc_output){.is_used = false};
    return nvenc_check(session);
}

// Chroma lies at pitch times the registered height; planar chroma is V before U.
bool nvenc_locate(const struct nvenc_session *session, const struct nvenc_input *input,
                  struct encoder_picture *ret)
{
    (void)session;
    const uint8_t *rows =
        input->address ? memory_shadow(input->address, extent(input)) : input->host;
    if (!rows)
        return false;
    const uint8_t *below = rows + input->pitch * (size_t)input->height;
    ret->is_planar = input->format == NV_ENC_BUFFER_FORMAT_YV12;
    ret->luma = rows;
    ret->luma_pitch = input->pitch;
    ret->chroma_pitch = ret->is_planar ? input->pitch / 2 : input->pitch;
    ret->chroma[1] = below;
    ret->chroma[0] =
        ret->is_planar ? below + ret->chroma_pitch * (size_t)(input->height / 2) : below;
    return true;
}

void nvenc_fill_buffers(NV_ENCODE_API_FUNCTION_LIST *list)
{
    list->nvEncRegisterResource = register_resource;
    list->nvEncUnregisterResource = unregister_resource;
    list->nvEncMapInputResource = map_resource;
    list->nvEncUnmapInputResource = unmap_resource;
    list->nvEncCreateInputBuffer = create_input;
    list->nvEncDestroyInputBuffer = destroy_input;
    list->nvEncLockInputBuffer = lock_input;
    list->nvEncUnlockInputBuffer = unlock_input;
    list->nvEncCreateBitstreamBuffer = create_output;
    list->nvEncDestroyBitstreamBuffer = destroy_output;
}
