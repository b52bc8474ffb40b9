// SPDX-License-Identifier: BSD-2-Clause
// Sessions: opened, initialised, destroyed.
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "faults.h"
#include "memory.h"
#include "nvenc.h"

static _Atomic int64_t open_sessions[SIM_MAX_DEVICES];

static NVENCSTATUS refuse_open(int device)
{
    int64_t limit;
    if (fault_fires(FAULT_NO_ENCODER, device))
        return NV_ENC_ERR_UNSUPPORTED_DEVICE;
    if (fault_number(FAULT_SESSIONS, device, &limit) && open_sessions[device] >= limit &&
        fault_fires(FAULT_SESSIONS, device))
        return NV_ENC_ERR_OUT_OF_MEMORY;
    return NV_ENC_SUCCESS;
}

static NVENCSTATUS open_ex(NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS *how, void **ret)
{
    struct CUctx_st *context = how->device;
    if (how->deviceType != NV_ENC_DEVICE_TYPE_CUDA)
        return NV_ENC_ERR_UNSUPPORTED_DEVICE;
    if (how->apiVersion != NVENCAPI_VERSION)
        return NV_ENC_ERR_INVALID_VERSION;
    if (context_check_handle(context) != CUDA_SUCCESS)
        return NV_ENC_ERR_INVALID_DEVICE;
    NVENCSTATUS status = refuse_open(context->device);
    if (status != NV_ENC_SUCCESS)
        return status;
    struct nvenc_session *session = calloc(1, sizeof *session);
    if (!session)
        return NV_ENC_ERR_OUT_OF_MEMORY;
    session->context = context;
    pthread_mutex_init(&session->lock, NULL);
    open_sessions[context->device]++;
    counters.encoders_opened++;
    counters.encoders_live++;
    *ret = session;
    return NV_ENC_SUCCESS;
}

static const char *profile_name(GUID profile, bool is_hevc)
{
    if (is_hevc)
        return guid_is(profile, NV_ENC_HEVC_PROFILE_MAIN10_GUID) ? "main10" : "main";
    return guid_is(profile, NV_ENC_H264_PROFILE_BASELINE_GUID) ? "baseline"
           : guid_is(profile, NV_ENC_H264_PROFILE_MAIN_GUID)   ? "main"
           : guid_is(profile, NV_ENC_H264_PROFILE_HIGH_GUID)   ? "high"
                                                               : NULL;
}

static void set_rate(struct encoder_config *ret, const NV_ENC_RC_PARAMS *rc)
{
    ret->is_cqp = rc->rateControlMode == NV_ENC_PARAMS_RC_CONSTQP;
    ret->qp_intra = (int)rc->constQP.qpIntra;
    ret->qp_inter = (int)rc->constQP.qpInterP;
    ret->qp_b = (int)rc->constQP.qpInterB;
    ret->quality = (float)rc->targetQuality + (float)rc->targetQualityLSB / 256.0f;
    ret->average_bps = rc->averageBitRate;
    ret->max_bps =
        rc->rateControlMode == NV_ENC_PARAMS_RC_CBR ? rc->averageBitRate : rc->maxBitRate;
    ret->buffer_bits = rc->vbvBufferSize;
}

// The VUI of HEVC is the same structure by another name.
static void set_colour(struct encoder_config *ret, const NV_ENC_CONFIG_H264_VUI_PARAMETERS *vui)
{
    ret->is_full_range = vui->videoFullRangeFlag;
    ret->has_colour = vui->colourDescriptionPresentFlag;
    ret->primaries = vui->colourPrimaries;
    ret->transfer = vui->transferCharacteristics;
    ret->matrix = vui->colourMatrix;
}

static void set_h264(struct encoder_config *ret, const NV_ENC_CONFIG_H264 *h264)
{
    ret->depth_bits = 8;
    ret->repeats_headers = h264->repeatSPSPPS;
    ret->has_aud = h264->outputAUD;
    ret->level = h264->level;
    ret->is_cavlc = h264->entropyCodingMode == NV_ENC_H264_ENTROPY_CODING_MODE_CAVLC;
    ret->slices = h264->sliceMode == 3 ? h264->sliceModeData : 1;
    ret->b_frames_are_references = h264->useBFramesAsRef != NV_ENC_BFRAME_REF_MODE_DISABLED;
    set_colour(ret, &h264->h264VUIParameters);
}

static void set_hevc(struct encoder_config *ret, const NV_ENC_CONFIG_HEVC *hevc)
{
    ret->depth_bits = 8 + (int)hevc->pixelBitDepthMinus8;
    ret->repeats_headers = hevc->repeatSPSPPS;
    ret->has_aud = hevc->outputAUD;
    ret->level = hevc->level;
    ret->b_frames_are_references = hevc->useBFramesAsRef != NV_ENC_BFRAME_REF_MODE_DISABLED;
    set_colour(ret, &hevc->hevcVUIParameters);
}

static struct encoder_config translate(const NV_ENC_INITIALIZE_PARAMS *init, bool is_hevc)
{
    const NV_ENC_CONFIG *config = init->encodeConfig;
    struct encoder_config ret = {
        .width = (int)init->encodeWidth,
        .height = (int)init->encodeHeight,
        .fps_num = init->frameRateNum,
        .fps_den = init->frameRateDen,
        .gop = config->gopLength == NVENC_INFINITE_GOPLENGTH ? 0 : config->gopLength,
        .b_frames = config->frameIntervalP > 1 ? config->frameIntervalP - 1 : 0,
        .profile = profile_name(config->profileGUID, is_hevc),
        .sar_num = 1,
        .sar_den = 1,
    };
    if (init->darWidth && init->darHeight) {
        uint64_t a = (uint64_t)init->darWidth * init->encodeHeight;
        uint64_t b = (uint64_t)init->darHeight * init->encodeWidth, x = a, y = b;
        while (y) {
            uint64_t rest = x % y;
            x = y;
            y = rest;
        }
        ret.sar_num = (unsigned)(a / x);
        ret.sar_den = (unsigned)(b / x);
    }
    set_rate(&ret, &config->rcParams);
    if (is_hevc)
        set_hevc(&ret, &config->encodeCodecConfig.hevcConfig);
    else
        set_h264(&ret, &config->encodeCodecConfig.h264Config);
    return ret;
}

static NVENCSTATUS initialize(void *handle, NV_ENC_INITIALIZE_PARAMS *init)
{
    struct nvenc_session *session = handle;
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    if (session->encoder || !init->encodeConfig || !init->frameRateNum || !init->frameRateDen)
        return NV_ENC_ERR_INVALID_PARAM;
    bool is_hevc = guid_is(init->encodeGUID, NV_ENC_CODEC_HEVC_GUID);
    if (init->encodeWidth < (is_hevc ? 129 : 145) || init->encodeHeight < (is_hevc ? 33 : 49) ||
        init->encodeConfig->frameFieldMode != NV_ENC_PARAMS_FRAME_FIELD_MODE_FRAME)
        return NV_ENC_ERR_INVALID_PARAM;
    struct encoder_config config = translate(init, is_hevc);
    session->is_hevc = is_hevc;
    session->ops = is_hevc ? &encoder_x265 : &encoder_x264;
    session->width = config.width;
    session->height = config.height;
    // About what a session with its reference pictures takes.
    session->memory = memory_allocate(session->context->device,
                                      (size_t)config.width * (size_t)config.height * 12);
    if (!session->memory)
        return NV_ENC_ERR_OUT_OF_MEMORY;
    session->encoder = session->ops->open(&config);
    return session->encoder ? NV_ENC_SUCCESS : NV_ENC_ERR_INVALID_PARAM;
}

static NVENCSTATUS set_streams(void *session, NV_ENC_CUSTREAM_PTR in, NV_ENC_CUSTREAM_PTR out)
{
    (void)in, (void)out;
    return nvenc_check(session);
}

static NVENCSTATUS get_headers(void *handle, NV_ENC_SEQUENCE_PARAM_PAYLOAD *payload)
{
    struct nvenc_session *session = handle;
    NVENCSTATUS status = nvenc_check(session);
    if (status != NV_ENC_SUCCESS)
        return status;
    if (!session->encoder)
        return NV_ENC_ERR_ENCODER_NOT_INITIALIZED;
    size_t size =
        session->ops->headers(session->encoder, payload->spsppsBuffer, payload->inBufferSize);
    *payload->outSPSPPSPayloadSize = (uint32_t)size;
    return size ? NV_ENC_SUCCESS : NV_ENC_ERR_NOT_ENOUGH_BUFFER;
}

static NVENCSTATUS reconfigure(void *session, NV_ENC_RECONFIGURE_PARAMS *how)
{
    (void)session, (void)how;
    return NV_ENC_ERR_UNIMPLEMENTED;
}

static NVENCSTATUS destroy(void *handle)
{
    struct nvenc_session *session = handle;
    if (!session)
        return NV_ENC_ERR_INVALID_ENCODERDEVICE;
    if (session->encoder)
        session->ops->close(session->encoder);
    if (session->memory)
        memory_free(session->memory);
    for (int i = 0; i < NVENC_MAX_BUFFERS; i++) {
        free(session->outputs[i].data);
        free(session->inputs[i].host);
    }
    open_sessions[session->context->device]--;
    counters.encoders_live--;
    pthread_mutex_destroy(&session->lock);
    free(session);
    return NV_ENC_SUCCESS;
}

void nvenc_fill_session(NV_ENCODE_API_FUNCTION_LIST *list)
{
    list->nvEncOpenEncodeSessionEx = open_ex;
    list->nvEncInitializeEncoder = initialize;
    list->nvEncSetIOCudaStreams = set_streams;
    list->nvEncGetSequenceParams = get_headers;
    list->nvEncReconfigureEncoder = reconfigure;
    list->nvEncDestroyEncoder = destroy;
}
