// SPDX-License-Identifier: BSD-2-Clause
// Intel Quick Sync Video through libmfx or libvpl, on a VAAPI device.
#include "hwaccel/backend_private.h"

// No analysis that would choose I frames of its own; B frames unreferenced (b_strategy).
#define QSV_OPTIONS "forced_idr=1:look_ahead_depth=0:b_strategy=0:async_depth=4:"

#define QSV_PRESETS                                                                                \
    "ultrafast=veryfast,superfast=veryfast,veryfast=veryfast,faster=faster,fast=fast,"             \
    "medium=medium,slow=slow,slower=slower,veryslow=veryslow"

#define OF_RUNTIME                                                                                 \
    "install Intel's media runtime (libmfxgen1 or libmfx1) and VA driver (intel-media-va-driver)"

const struct backend_row backend_qsv = {
    .device = DEVICE_QSV,
    .type = AV_HWDEVICE_TYPE_QSV,
    .frame_format = AV_PIX_FMT_QSV,
    .upload_format = AV_PIX_FMT_NV12,
    .host_format = AV_PIX_FMT_NV12,
    .encode_format = AV_PIX_FMT_NV12,
    // scale_qsv of FFmpeg 5.1 has four frames whatever is asked.
    .scale_filter = "vpp_qsv",
    .scale_options = "async_depth=0",
    .open_prefix = "/dev/dri/renderD",
    .open_first = 128,
    .opened_through = AV_HWDEVICE_TYPE_VAAPI,
    .upload_pool_size = 16,
    .sign_render_vendor = "0x8086",
    .without_sign = "no Intel GPU",
    .scale_pool_extra = 16,
    .decoder_extra_surfaces = 32,
    .encoders =
        {
            {AV_CODEC_ID_H264, "h264_qsv", 2,
             QSV_OPTIONS "p_strategy=0:adaptive_i=0:adaptive_b=0:a53cc=0:profile=high", NULL, 0, 0,
             0.8, "preset", QSV_PRESETS},
            {AV_CODEC_ID_HEVC, "hevc_qsv", 0, QSV_OPTIONS "p_strategy=0:profile=main", NULL, 0, 0,
             0.8, "preset", QSV_PRESETS},
            {AV_CODEC_ID_AV1, "av1_qsv", 0, QSV_OPTIONS "profile=main", NULL, 0, 0, 0.8, "preset",
             QSV_PRESETS},
        },
    .remedies =
        {
            {"No VA display found", "no GPU of this number, or it may not be opened",
             "ls -l /dev/dri shows them: the user must be in the group that owns renderD128 "
             "(often render); a container needs --device /dev/dri",
             false},
            {"Failed to initialise VAAPI connection", "no VA driver works for this GPU", OF_RUNTIME,
             false},
            {"MFX session", "Intel's media runtime is missing or does not know this GPU",
             OF_RUNTIME, false},
            {"MFX implementation", "Intel's media runtime is missing or does not know this GPU",
             OF_RUNTIME, false},
            {"unsupported (-3)", "this GPU does not do this codec, profile or rate control",
             "nothing to mend: it is for the CPU", false},
            {"invalid video parameters (-15)", "this GPU refuses these settings",
             "nothing to mend: it is for the CPU", false},
            {"failed to allocate memory (-4)", "the device's memory is full",
             "end other programs that use this GPU", false},
            {"device lost (-13)", "the GPU is lost", NULL, true},
            {"device failed (-17)", "the GPU broke down", NULL, true},
            {"GPU hang (-21)", "the GPU hangs", NULL, true},
            {NULL},
        },
};
