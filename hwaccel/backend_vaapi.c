// SPDX-License-Identifier: BSD-2-Clause
// VAAPI: Intel and AMD through libva.
#include "hwaccel/backend_private.h"

// Every forced frame is IDR here without asking. Not every driver knows a quality with a cap:
// variable rate below one is what all of them have.
#define VAAPI_OPTIONS "rc_mode=VBR:idr_interval=0:b_depth=1:"

#define OF_DRIVER                                                                                  \
    "install the VA driver of this GPU (Intel: intel-media-va-driver, AMD: mesa-va-drivers); "     \
    "vainfo must succeed"

const struct backend_row backend_vaapi = {
    .device = DEVICE_VAAPI,
    .type = AV_HWDEVICE_TYPE_VAAPI,
    .frame_format = AV_PIX_FMT_VAAPI,
    .upload_format = AV_PIX_FMT_NV12,
    .host_format = AV_PIX_FMT_NV12,
    .encode_format = AV_PIX_FMT_NV12,
    .scale_filter = "scale_vaapi",
    .scale_options = "mode=hq",
    .open_prefix = "/dev/dri/renderD",
    .open_first = 128,
    .sign_render_vendor = "",
    .without_sign = "no render node for VAAPI",
    .scale_pool_extra = 4,
    .decoder_extra_surfaces = 8,
    .encoders =
        {
            {AV_CODEC_ID_H264, "h264_vaapi", 2, VAAPI_OPTIONS "profile=high:sei=0", NULL, 0, 0, 0.8,
             NULL, NULL},
            {AV_CODEC_ID_HEVC, "hevc_vaapi", 0, VAAPI_OPTIONS "profile=main:tier=main:sei=0", NULL,
             0, 0, 0.8, NULL, NULL},
            {AV_CODEC_ID_AV1, "av1_vaapi", 0, VAAPI_OPTIONS "profile=main:tier=main", NULL, 0, 0,
             0.8, NULL, NULL},
        },
    .remedies =
        {
            {"No VA display found", "no GPU of this number, or it may not be opened",
             "ls -l /dev/dri shows them: the user must be in the group that owns renderD128 "
             "(often render); a container needs --device /dev/dri",
             false},
            {"Failed to initialise VAAPI connection", "no VA driver works for this GPU", OF_DRIVER,
             false},
            {"libva: ", "no VA driver works for this GPU", OF_DRIVER, false},
            {"No usable encoding profile found", "this GPU does not encode this codec",
             "nothing to mend: encoding is for the CPU", false},
            {"No usable encoding entrypoint found", "this GPU does not encode this codec",
             "nothing to mend: encoding is for the CPU", false},
            {"Driver does not support any RC mode", "this driver encodes at no given rate",
             "a newer VA driver may help", false},
            {"Driver does not support VBR", "this driver encodes at no given rate",
             "a newer VA driver may help", false},
            {"Hardware does not support encoding at size", "this GPU does not encode this size",
             "nothing to mend: encoding is for the CPU", false},
            {"No support for codec", "this GPU does not decode such a stream",
             "nothing to mend: decoding is for the CPU", false},
            {"doesn't support hardware accelerated AV1", "this GPU does not decode AV1",
             "nothing to mend: decoding is for the CPU", false},
            {"VAProfile is not supported", "this GPU does not do this profile",
             "nothing to mend: it is for the CPU", false},
            {"VAEntryPoint is not supported", "this GPU does not do this with such a stream",
             "nothing to mend: it is for the CPU", false},
            {"resource allocation failed", "the device's memory is full",
             "end other programs that use this GPU", false},
            {"internal decoding error", "the GPU's decoder broke down", "see dmesg", false},
            {"internal encoding error", "the GPU's encoder broke down", "see dmesg", false},
            {"HW busy", "the GPU does not answer", "see dmesg", true},
            {NULL},
        },
};
