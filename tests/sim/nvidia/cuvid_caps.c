// SPDX-License-Identifier: BSD-2-Clause
// What the simulated decoder can do: H.264 of 8 bits, HEVC of 8 and 10, all 4:2:0.
#include "cuvid_caps.h"

#include <string.h>

#include "context.h"
#include "faults.h"

SIM_DECLARE(cuvidGetDecoderCaps);

static const struct codec {
    cudaVideoCodec codec;
    const char *name; // for the fault no-decoder=NAME
    unsigned bits;    // bit set: 1 << (depth - 8); 0 for what is never decoded
    unsigned max_side, min_width, min_height;
} codecs[] = {
    {cudaVideoCodec_H264, "h264", 1 << 0, 4096, 48, 16},
    {cudaVideoCodec_HEVC, "hevc", 1 << 0 | 1 << 2, 8192, 144, 144},
};

static const struct codec *find(cudaVideoCodec codec)
{
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++)
        if (codecs[i].codec == codec)
            return &codecs[i];
    return NULL;
}

bool cuvid_caps_allow(int device, cudaVideoCodec codec, cudaVideoChromaFormat chroma,
                      unsigned depth_minus8)
{
    const struct codec *row = find(codec);
    if (!row || chroma != cudaVideoChromaFormat_420 || depth_minus8 > 4 ||
        !(row->bits >> depth_minus8 & 1))
        return false;
    return !fault_names(FAULT_NO_DECODER, device, row->name) ||
           !fault_fires(FAULT_NO_DECODER, device);
}

bool cuvid_caps_fit(cudaVideoCodec codec, unsigned long width, unsigned long height)
{
    const struct codec *row = find(codec);
    return row && width >= row->min_width && height >= row->min_height && width <= row->max_side &&
           height <= row->max_side;
}

CUresult cuvidGetDecoderCaps(CUVIDDECODECAPS *caps)
{
    CUresult error;
    struct CUctx_st *context = context_current(&error);
    if (!context)
        return error;
    const struct codec *row = find(caps->eCodecType);
    caps->bIsSupported = cuvid_caps_allow(context->device, caps->eCodecType, caps->eChromaFormat,
                                          caps->nBitDepthMinus8);
    caps->nNumNVDECs = caps->bIsSupported;
    caps->nOutputFormatMask = 0;
    caps->nMaxWidth = caps->nMaxHeight = caps->nMaxMBCount = 0;
    caps->nMinWidth = caps->nMinHeight = 0;
    if (!caps->bIsSupported)
        return CUDA_SUCCESS;
    caps->nOutputFormatMask = 1 << cudaVideoSurfaceFormat_NV12 | 1 << cudaVideoSurfaceFormat_P016;
    caps->nMaxWidth = caps->nMaxHeight = row->max_side;
    caps->nMaxMBCount = row->max_side * row->max_side / 256;
    caps->nMinWidth = (unsigned short)row->min_width;
    caps->nMinHeight = (unsigned short)row->min_height;
    return CUDA_SUCCESS;
}
