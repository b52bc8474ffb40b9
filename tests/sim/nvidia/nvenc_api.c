// SPDX-License-Identifier: BSD-2-Clause
// The library's two functions, and the questions one may ask a session.
#include <string.h>

#include "faults.h"
#include "nvenc.h"

SIM_API NVENCSTATUS NvEncodeAPIGetMaxSupportedVersion(uint32_t *version);
SIM_API NVENCSTATUS NvEncodeAPICreateInstance(NV_ENCODE_API_FUNCTION_LIST *list);

NVENCSTATUS NvEncodeAPIGetMaxSupportedVersion(uint32_t *version)
{
    bool is_old = fault_fires(FAULT_DRIVER_TOO_OLD, -1);
    *version = is_old ? 10 << 4 | 0 : NVENCAPI_MAJOR_VERSION << 4 | NVENCAPI_MINOR_VERSION;
    return NV_ENC_SUCCESS;
}

NVENCSTATUS nvenc_check(const struct nvenc_session *session)
{
    if (!session)
        return NV_ENC_ERR_INVALID_ENCODERDEVICE;
    return context_check_handle(session->context) == CUDA_SUCCESS ? NV_ENC_SUCCESS
                                                                  : NV_ENC_ERR_GENERIC;
}

static NVENCSTATUS get_guid_count(void *session, uint32_t *count)
{
    *count = 2;
    return nvenc_check(session);
}

static NVENCSTATUS get_guids(void *session, GUID *guids, uint32_t room, uint32_t *count)
{
    const GUID known[] = {NV_ENC_CODEC_H264_GUID, NV_ENC_CODEC_HEVC_GUID};
    *count = room < 2 ? room : 2;
    memcpy(guids, known, *count * sizeof guids[0]);
    return nvenc_check(session);
}

static NVENCSTATUS get_caps(void *session, GUID codec, NV_ENC_CAPS_PARAM *asked, int *value)
{
    bool is_hevc = guid_is(codec, NV_ENC_CODEC_HEVC_GUID);
    const struct {
        NV_ENC_CAPS cap;
        int value;
    } known[] = {
        {NV_ENC_CAPS_NUM_MAX_BFRAMES, 4},
        {NV_ENC_CAPS_SUPPORTED_RATECONTROL_MODES, 63},
        {NV_ENC_CAPS_SUPPORT_CABAC, 1},
        {NV_ENC_CAPS_SUPPORT_ADAPTIVE_TRANSFORM, 1},
        {NV_ENC_CAPS_WIDTH_MAX, is_hevc ? 8192 : 4096},
        {NV_ENC_CAPS_HEIGHT_MAX, is_hevc ? 8192 : 4096},
        {NV_ENC_CAPS_WIDTH_MIN, is_hevc ? 129 : 145},
        {NV_ENC_CAPS_HEIGHT_MIN, is_hevc ? 33 : 49},
        {NV_ENC_CAPS_SUPPORT_CUSTOM_VBV_BUF_SIZE, 1},
        {NV_ENC_CAPS_SUPPORT_LOOKAHEAD, 1},
        {NV_ENC_CAPS_SUPPORT_TEMPORAL_AQ, 1},
        {NV_ENC_CAPS_SUPPORT_10BIT_ENCODE, is_hevc},
        {NV_ENC_CAPS_SUPPORT_WEIGHTED_PREDICTION, 1},
        {NV_ENC_CAPS_SUPPORT_BFRAME_REF_MODE, 3},
        {NV_ENC_CAPS_SUPPORT_MULTIPLE_REF_FRAMES, 1},
        {NV_ENC_CAPS_SUPPORT_CONSTRAINED_ENCODING, 1},
        {NV_ENC_CAPS_NUM_ENCODER_ENGINES, 1},
    };
    *value = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].cap == asked->capsToQuery)
            *value = known[i].value;
    return nvenc_check(session);
}

static NVENCSTATUS get_preset_ex(void *session, GUID codec, GUID preset, NV_ENC_TUNING_INFO tuning,
                                 NV_ENC_PRESET_CONFIG *ret)
{
    NV_ENC_CONFIG *config = &ret->presetCfg;
    (void)preset, (void)tuning;
    memset(config, 0, sizeof *config);
    config->version = NV_ENC_CONFIG_VER;
    config->profileGUID = NV_ENC_CODEC_PROFILE_AUTOSELECT_GUID;
    config->gopLength = 250;
    config->frameIntervalP = 1;
    config->frameFieldMode = NV_ENC_PARAMS_FRAME_FIELD_MODE_FRAME;
    config->rcParams.version = NV_ENC_RC_PARAMS_VER;
    config->rcParams.rateControlMode = NV_ENC_PARAMS_RC_VBR;
    config->rcParams.constQP = (NV_ENC_QP){28, 31, 25};
    if (guid_is(codec, NV_ENC_CODEC_HEVC_GUID)) {
        config->encodeCodecConfig.hevcConfig.chromaFormatIDC = 1;
        config->encodeCodecConfig.hevcConfig.hevcVUIParameters.videoFormat = 5;
    } else {
        config->encodeCodecConfig.h264Config.chromaFormatIDC = 1;
        config->encodeCodecConfig.h264Config.h264VUIParameters.videoFormat = 5;
    }
    return nvenc_check(session);
}

static NVENCSTATUS get_preset(void *session, GUID codec, GUID preset, NV_ENC_PRESET_CONFIG *ret)
{
    return get_preset_ex(session, codec, preset, NV_ENC_TUNING_INFO_UNDEFINED, ret);
}

static const char *last_error(void *session)
{
    (void)session;
    return "";
}

NVENCSTATUS NvEncodeAPICreateInstance(NV_ENCODE_API_FUNCTION_LIST *list)
{
    if (!list)
        return NV_ENC_ERR_INVALID_PTR;
    if (list->version != NV_ENCODE_API_FUNCTION_LIST_VER)
        return NV_ENC_ERR_INVALID_VERSION;
    list->nvEncGetEncodeGUIDCount = get_guid_count;
    list->nvEncGetEncodeGUIDs = get_guids;
    list->nvEncGetEncodeCaps = get_caps;
    list->nvEncGetEncodePresetConfig = get_preset;
    list->nvEncGetEncodePresetConfigEx = get_preset_ex;
    list->nvEncGetLastErrorString = last_error;
    nvenc_fill_session(list);
    nvenc_fill_buffers(list);
    nvenc_fill_encode(list);
    return NV_ENC_SUCCESS;
}
