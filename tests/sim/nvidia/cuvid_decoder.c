// SPDX-License-Identifier: BSD-2-Clause
// Decoders. A decode surface is a reference to a picture of the software decoder; it
// becomes device memory when it is mapped.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "counters.h"
#include "cuvid_caps.h"
#include "faults.h"
#include "handover.h"
#include "headers.h"
#include "memory.h"
#include "software_decoder.h"
#include "surface.h"

#define MAX_SURFACES 64

SIM_DECLARE(cuvidCreateDecoder);
SIM_DECLARE(cuvidDestroyDecoder);
SIM_DECLARE(cuvidDecodePicture);
SIM_DECLARE(cuvidGetDecodeStatus);
SIM_DECLARE(cuvidReconfigureDecoder);
SIM_API tcuvidMapVideoFrame64 cuvidMapVideoFrame64;
SIM_API tcuvidUnmapVideoFrame64 cuvidUnmapVideoFrame64;

struct decoder {
    int device;
    CUVIDDECODECREATEINFO info;
    struct software_decoder *software;
    struct header_memory headers;
    AVFrame *pictures[MAX_SURFACES];
    uint64_t pool; // stands for the decode surfaces in the device's memory
    uint64_t outputs[MAX_SURFACES];
    bool is_mapped[MAX_SURFACES];
    size_t pitch;
    pthread_mutex_t lock;
};

static _Atomic int64_t pictures_of_device[SIM_MAX_DEVICES];

static void free_decoder(struct decoder *decoder)
{
    for (int i = 0; i < MAX_SURFACES; i++) {
        av_frame_free(&decoder->pictures[i]);
        if (decoder->outputs[i])
            memory_free(decoder->outputs[i]);
        counters.surfaces_mapped -= decoder->is_mapped[i];
    }
    if (decoder->pool)
        memory_free(decoder->pool);
    software_decoder_close(&decoder->software);
    pthread_mutex_destroy(&decoder->lock);
    free(decoder);
}

static bool allocate(struct decoder *decoder)
{
    const CUVIDDECODECREATEINFO *info = &decoder->info;
    size_t sample = info->OutputFormat == cudaVideoSurfaceFormat_P016 ? 2 : 1;
    size_t height = info->ulTargetHeight + info->ulTargetHeight / 2;
    decoder->pitch = align_up(info->ulTargetWidth * sample, SIM_ALIGNMENT);
    decoder->pool = memory_allocate(decoder->device, info->ulNumDecodeSurfaces * sample *
                                                         info->ulWidth * info->ulHeight * 3 / 2);
    for (unsigned long i = 0; i < info->ulNumOutputSurfaces; i++)
        if (!(decoder->outputs[i] = memory_allocate(decoder->device, decoder->pitch * height)))
            return false;
    for (unsigned long i = 0; i < info->ulNumDecodeSurfaces; i++)
        if (!(decoder->pictures[i] = av_frame_alloc()))
            return false;
    return decoder->pool != 0;
}

// The decoder's own scaler and deinterlacer are not simulated.
static bool is_plain(const CUVIDDECODECREATEINFO *info)
{
    int width = info->display_area.right - info->display_area.left;
    int height = info->display_area.bottom - info->display_area.top;
    if (info->DeinterlaceMode != cudaVideoDeinterlaceMode_Weave)
        return false;
    return width <= 0 || (info->ulTargetWidth == align_up((size_t)width, 2) &&
                          info->ulTargetHeight == align_up((size_t)height, 2));
}

static CUresult check_info(int device, const CUVIDDECODECREATEINFO *info)
{
    if (!cuvid_caps_allow(device, info->CodecType, info->ChromaFormat,
                          (unsigned)info->bitDepthMinus8) ||
        !cuvid_caps_fit(info->CodecType, info->ulWidth, info->ulHeight) || !is_plain(info))
        return SIM_NOT_SUPPORTED;
    if (info->ulNumDecodeSurfaces < 1 || info->ulNumDecodeSurfaces > MAX_SURFACES ||
        info->ulNumOutputSurfaces < 1 || info->ulNumOutputSurfaces > MAX_SURFACES ||
        info->ulTargetWidth % 2 || info->ulTargetHeight % 2 || !info->ulTargetWidth ||
        !info->ulTargetHeight)
        return SIM_INVALID_VALUE;
    return (info->bitDepthMinus8 > 0) == (info->OutputFormat == cudaVideoSurfaceFormat_P016)
               ? CUDA_SUCCESS
               : SIM_NOT_SUPPORTED;
}

CUresult cuvidCreateDecoder(CUvideodecoder *ret, CUVIDDECODECREATEINFO *info)
{
    CUresult error;
    struct CUctx_st *context = context_current(&error);
    if (context)
        error = check_info(context->device, info);
    if (error != CUDA_SUCCESS)
        return error;
    struct decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder)
        return SIM_OUT_OF_MEMORY;
    pthread_mutex_init(&decoder->lock, NULL);
    decoder->device = context->device;
    decoder->info = *info;
    if (!allocate(decoder)) {
        free_decoder(decoder);
        return SIM_OUT_OF_MEMORY;
    }
    counters.decoders_opened++;
    counters.decoders_live++;
    *ret = decoder;
    return CUDA_SUCCESS;
}

CUresult cuvidDestroyDecoder(CUvideodecoder handle)
{
    if (!handle)
        return SIM_INVALID_HANDLE;
    free_decoder(handle);
    counters.decoders_live--;
    return context_check();
}

static CUresult decode(struct decoder *decoder, const CUVIDPICPARAMS *picture)
{
    AVFrame *target = decoder->pictures[picture->CurrPicIdx];
    bool is_hevc = decoder->info.CodecType == cudaVideoCodec_HEVC;
    uint8_t *data = NULL;
    size_t size;
    if (!picture->second_field)
        av_frame_unref(target);
    if (picture->Reserved[0] == HANDOVER_MARK) {
        const struct handover *given = (const void *)picture->pBitstreamData;
        return av_frame_ref(target, given->picture) < 0 ? SIM_OUT_OF_MEMORY : CUDA_SUCCESS;
    }
    if (!decoder->software)
        decoder->software = software_decoder_open(is_hevc ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264);
    if (!decoder->software)
        return SIM_OUT_OF_MEMORY;
    if (!(is_hevc ? headers_hevc : headers_h264)(&decoder->headers, picture, &data, &size))
        return SIM_INVALID_VALUE;
    software_decoder_decode(decoder->software, data, size, target);
    free(data);
    return CUDA_SUCCESS;
}

static CUresult faults_at_picture(int device)
{
    int64_t at, now = ++pictures_of_device[device];
    if (fault_number(FAULT_HANG_AT, device, &at) && now == at && fault_fires(FAULT_HANG_AT, device))
        fault_hang();
    if (fault_number(FAULT_DECODE_ERROR_AT, device, &at) && now == at &&
        fault_fires(FAULT_DECODE_ERROR_AT, device))
        return CUDA_ERROR_UNKNOWN;
    return CUDA_SUCCESS;
}

CUresult cuvidDecodePicture(CUvideodecoder handle, CUVIDPICPARAMS *picture)
{
    struct decoder *decoder = handle;
    CUresult error = context_check();
    if (error != CUDA_SUCCESS)
        return error;
    if (!decoder || picture->CurrPicIdx < 0 ||
        (unsigned long)picture->CurrPicIdx >= decoder->info.ulNumDecodeSurfaces)
        return SIM_INVALID_VALUE;
    pthread_mutex_lock(&decoder->lock);
    counters.pictures_decoded += !picture->second_field;
    error = picture->second_field ? CUDA_SUCCESS : faults_at_picture(decoder->device);
    if (error == CUDA_SUCCESS)
        error = decode(decoder, picture);
    pthread_mutex_unlock(&decoder->lock);
    return error;
}

CUresult cuvidGetDecodeStatus(CUvideodecoder handle, int index, CUVIDGETDECODESTATUS *status)
{
    (void)handle, (void)index;
    status->decodeStatus = cuvidDecodeStatus_Success;
    return context_check();
}

CUresult cuvidReconfigureDecoder(CUvideodecoder handle, CUVIDRECONFIGUREDECODERINFO *info)
{
    (void)handle, (void)info;
    return SIM_NOT_SUPPORTED;
}

static CUresult map(struct decoder *decoder, int index, uint64_t *ret_address)
{
    const CUVIDDECODECREATEINFO *info = &decoder->info;
    unsigned long free_one = 0;
    while (free_one < info->ulNumOutputSurfaces && decoder->is_mapped[free_one])
        free_one++;
    if (free_one == info->ulNumOutputSurfaces)
        return SIM_INVALID_VALUE;
    struct surface surface = {
        .pitch_bytes = decoder->pitch,
        .width = (int)info->ulTargetWidth,
        .height = (int)info->ulTargetHeight,
        .is_wide = info->OutputFormat == cudaVideoSurfaceFormat_P016,
    };
    surface.rows = memory_shadow(decoder->outputs[free_one],
                                 decoder->pitch * (size_t)(surface.height + surface.height / 2));
    surface_fill(&surface, decoder->pictures[index], info->display_area.left,
                 info->display_area.top);
    decoder->is_mapped[free_one] = true;
    counters.surfaces_mapped++;
    *ret_address = decoder->outputs[free_one];
    return CUDA_SUCCESS;
}

CUresult cuvidMapVideoFrame64(CUvideodecoder handle, int index, unsigned long long *ret_address,
                              unsigned *ret_pitch, CUVIDPROCPARAMS *how)
{
    struct decoder *decoder = handle;
    uint64_t address = 0;
    CUresult error = context_check();
    (void)how;
    if (error != CUDA_SUCCESS)
        return error;
    if (!decoder || index < 0 || (unsigned long)index >= decoder->info.ulNumDecodeSurfaces)
        return SIM_INVALID_VALUE;
    pthread_mutex_lock(&decoder->lock);
    error = map(decoder, index, &address);
    *ret_address = address;
    *ret_pitch = (unsigned)decoder->pitch;
    pthread_mutex_unlock(&decoder->lock);
    return error;
}

CUresult cuvidUnmapVideoFrame64(CUvideodecoder handle, unsigned long long address)
{
    struct decoder *decoder = handle;
    CUresult error = SIM_INVALID_VALUE, state = context_check();
    if (!decoder)
        return SIM_INVALID_HANDLE;
    pthread_mutex_lock(&decoder->lock);
    for (int i = 0; i < MAX_SURFACES; i++) {
        if (!decoder->is_mapped[i] || decoder->outputs[i] != address)
            continue;
        decoder->is_mapped[i] = false;
        counters.surfaces_mapped--;
        error = CUDA_SUCCESS;
    }
    pthread_mutex_unlock(&decoder->lock);
    return state != CUDA_SUCCESS ? state : error;
}
