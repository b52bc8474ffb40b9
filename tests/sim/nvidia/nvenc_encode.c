// SPDX-License-Identifier: BSD-2-Clause
// Pictures in, coded pictures out. Output buffers are filled in the order in which they
// were submitted; with B pictures the first are late by as many calls.
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "faults.h"
#include "nvenc.h"

static _Atomic int64_t pictures_of_device[SIM_MAX_DEVICES];
static _Atomic int64_t flushes_of_device[SIM_MAX_DEVICES];

static bool store(struct nvenc_session *session, const struct encoded *coded)
{
    struct nvenc_output *output = session->waiting[0];
    if (session->waiting_count == 0)
        return false;
    if (coded->size > output->room) {
        uint8_t *grown = realloc(output->data, coded->size);
        if (!grown)
            return false;
        output->data = grown;
        output->room = coded->size;
    }
    memcpy(output->data, coded->data, coded->size);
    output->size = coded->size;
    output->time = coded->time;
    output->kind = coded->kind;
    output->qp = coded->qp;
    output->is_full = true;
    session->waiting_count--;
    memmove(session->waiting, session->waiting + 1,
            (size_t)session->waiting_count * sizeof session->waiting[0]);
    counters.pictures_encoded++;
    return true;
}

static NVENCSTATUS flush(struct nvenc_session *session)
{
    struct encoded coded;
    int device = session->context->device, result;
    int64_t at;
    if (session->flush_number == 0) // the caller may ask again until it has all pictures
        session->flush_number = ++flushes_of_device[device];
    if (fault_number(FAULT_ENCODE_ERROR_AT_FLUSH, device, &at) &&
        (at == 0 || at == session->flush_number) &&
        fault_fires(FAULT_ENCODE_ERROR_AT_FLUSH, device))
        return NV_ENC_ERR_GENERIC;
    while (session->waiting_count > 0) {
        result = session->ops->encode(session->encoder, NULL, &coded);
        if (result < 0 || (result > 0 && !store(session, &coded)))
            return NV_ENC_ERR_GENERIC;
        if (result == 0)
            break;
    }
    return NV_ENC_SUCCESS;
}

static NVENCSTATUS faults_at_picture(int device)
{
    int64_t at, now = ++pictures_of_device[device];
    if (fault_number(FAULT_HANG_ENCODE_AT, device, &at) && now == at &&
        fault_fires(FAULT_HANG_ENCODE_AT, device))
        fault_hang();
    if (fault_number(FAULT_ENCODE_ERROR_AT, device, &at) && now == at &&
        fault_fires(FAULT_ENCODE_ERROR_AT, device))
        return NV_ENC_ERR_GENERIC;
    return NV_ENC_SUCCESS;
}

static NVENCSTATUS encode_one(struct nvenc_session *session, const NV_ENC_PIC_PARAMS *how)
{
    const struct nvenc_input *input = how->inputBuffer;
    struct nvenc_output *output = how->outputBitstream;
    struct encoder_picture picture = {
        .time = (int64_t)how->inputTimeStamp,
        .force_idr = how->encodePicFlags & NV_ENC_PIC_FLAG_FORCEIDR,
        .force_intra = how->encodePicFlags & NV_ENC_PIC_FLAG_FORCEINTRA,
    };
    struct encoded coded;
    if (!input || !input->is_used || !output || !output->is_used || output->is_full ||
        session->waiting_count == NVENC_MAX_BUFFERS)
        return NV_ENC_ERR_INVALID_PARAM;
    if (input->address && !input->is_mapped)
        return NV_ENC_ERR_RESOURCE_NOT_MAPPED;
    if (how->pictureStruct != NV_ENC_PIC_STRUCT_FRAME || !nvenc_locate(session, input, &picture))
        return NV_ENC_ERR_INVALID_PARAM;
    if (!session->is_hevc) {
        picture.sei = how->codecPicParams.h264PicParams.seiPayloadArray;
        picture.sei_count = how->codecPicParams.h264PicParams.seiPayloadArrayCnt;
    }
    NVENCSTATUS status = faults_at_picture(session->context->device);
    if (status != NV_ENC_SUCCESS)
        return status;
    session->waiting[session->waiting_count++] = output;
    int result = session->ops->encode(session->encoder, &picture, &coded);
    if (result < 0 || (result > 0 && !store(session, &coded)))
        return NV_ENC_ERR_GENERIC;
    return result > 0 ? NV_ENC_SUCCESS : NV_ENC_ERR_NEED_MORE_INPUT;
}

static NVENCSTATUS encode_picture(void *handle, NV_ENC_PIC_PARAMS *how)
{
    struct nvenc_session *session = handle;
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    if (!session->encoder)
        return NV_ENC_ERR_ENCODER_NOT_INITIALIZED;
    pthread_mutex_lock(&session->lock);
    status = how->encodePicFlags & NV_ENC_PIC_FLAG_EOS ? flush(session) : encode_one(session, how);
    pthread_mutex_unlock(&session->lock);
    return status;
}

static NVENCSTATUS lock_bitstream(void *handle, NV_ENC_LOCK_BITSTREAM *how)
{
    static const NV_ENC_PIC_TYPE types[] = {
        [PICTURE_IDR] = NV_ENC_PIC_TYPE_IDR,
        [PICTURE_I] = NV_ENC_PIC_TYPE_I,
        [PICTURE_P] = NV_ENC_PIC_TYPE_P,
        [PICTURE_B] = NV_ENC_PIC_TYPE_B,
    };
    struct nvenc_session *session = handle;
    struct nvenc_output *output = how->outputBitstream;
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    if (!output || !output->is_used)
        return NV_ENC_ERR_INVALID_PTR;
    // The hardware would wait; here nothing would ever come of that.
    if (!output->is_full)
        return NV_ENC_ERR_LOCK_BUSY;
    how->bitstreamBufferPtr = output->data;
    how->bitstreamSizeInBytes = (uint32_t)output->size;
    how->outputTimeStamp = (uint64_t)output->time;
    how->pictureType = types[output->kind];
    how->pictureStruct = NV_ENC_PIC_STRUCT_FRAME;
    how->frameAvgQP = (uint32_t)(output->qp < 0 ? 0 : output->qp);
    how->frameIdx = session->coded_count++;
    how->numSlices = 1;
    counters.bitstream_bytes += (int64_t)output->size;
    return NV_ENC_SUCCESS;
}

static NVENCSTATUS unlock_bitstream(void *session, NV_ENC_OUTPUT_PTR buffer)
{
    struct nvenc_output *output = buffer;
    if (!output || !output->is_full)
        return NV_ENC_ERR_INVALID_PTR;
    output->is_full = false;
    return nvenc_check(session);
}

void nvenc_fill_encode(NV_ENCODE_API_FUNCTION_LIST *list)
{
    list->nvEncEncodePicture = encode_picture;
    list->nvEncLockBitstream = lock_bitstream;
    list->nvEncUnlockBitstream = unlock_bitstream;
}
