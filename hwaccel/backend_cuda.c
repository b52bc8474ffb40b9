// SPDX-License-Identifier: BSD-2-Clause
// NVIDIA: NVDEC, scale_cuda, NVENC.
#include "hwaccel/backend_private.h"

// Only forced frames are IDR, and each of them is (forced-idr); no look ahead, which would
// hold surfaces; B frames unreferenced, so that one frame of reordering is enough.
#define NVENC_OPTIONS                                                                              \
    "rc=vbr:tune=hq:forced-idr=1:strict_gop=1:no-scenecut=1:rc-lookahead=0:b_ref_mode=disabled:"   \
    "spatial-aq=1:"

#define NVENC_PRESETS                                                                              \
    "ultrafast=p1,superfast=p1,veryfast=p1,faster=p2,fast=p3,medium=p4,slow=p5,slower=p6,"         \
    "veryslow=p7"

#define OF_DRIVER                                                                                  \
    "install NVIDIA's driver; a container needs NVIDIA's container toolkit and the GPU "           \
    "(docker run --gpus all)"

#define IN_CONTAINER                                                                               \
    "a container needs the driver's video part: NVIDIA_DRIVER_CAPABILITIES=compute,video,utility"

#define OTHER_PROGRAMS "end other programs that use this GPU (nvidia-smi shows them)"

const struct backend_row backend_cuda = {
    .device = DEVICE_CUDA,
    .type = AV_HWDEVICE_TYPE_CUDA,
    .frame_format = AV_PIX_FMT_CUDA,
    // scale_cuda reads and writes three planes as well as two: nobody else has to.
    .upload_format = AV_PIX_FMT_YUV420P,
    .host_format = AV_PIX_FMT_YUV420P,
    .encode_format = AV_PIX_FMT_NV12,
    // The other kernels have four taps whatever the ratio, and alias. Without passthrough=0 a
    // picture of the source's size is the decoder's own surface, and those run out.
    .scale_filter = "scale_cuda",
    .scale_options = "interp_algo=bilinear:passthrough=0",
    .open_prefix = "",
    .sign_nodes = {"/dev/nvidiactl", "/dev/dxg"}, // the second is Windows' own, in WSL
    .sign_library = "libcuda.so.1",
    .without_sign = "no NVIDIA driver",
    .prepare = backend_cuda_prepare,
    // A decoder has 32 surfaces at most: the stream's own need and these must fit.
    .decoder_extra_surfaces = 6,
    // Quality by NVIDIA's scale is somewhat better than by the others' at the same number.
    .encoders =
        {
            {AV_CODEC_ID_H264, "h264_nvenc", 2,
             NVENC_OPTIONS "profile=high:coder=cabac:a53cc=0:surfaces=12", "cq", 1.0, 3.0, 0,
             "preset", NVENC_PRESETS},
            {AV_CODEC_ID_HEVC, "hevc_nvenc", 0,
             NVENC_OPTIONS "profile=main:tier=main:a53cc=0:surfaces=8", "cq", 1.0, 1.0, 0, "preset",
             NVENC_PRESETS},
            {AV_CODEC_ID_AV1, "av1_nvenc", 0, NVENC_OPTIONS "surfaces=8", "cq", 0.8, 3.0, 0,
             "preset", NVENC_PRESETS},
        },
    // The narrow before the wide: the first that fits is taken.
    .remedies =
        {
            {"Cannot load libcuda", "no NVIDIA driver here", OF_DRIVER, false},
            {"Cannot load libnvcuvid", "the driver's decoder library is missing", IN_CONTAINER,
             false},
            {"Cannot load libnvidia-encode", "the driver's encoder library is missing",
             IN_CONTAINER, false},
            {"Could not dynamically load CUDA", "no NVIDIA driver here", OF_DRIVER, false},
            {"CUDA_ERROR_NO_DEVICE", "the driver finds no GPU", OF_DRIVER, false},
            {"CUDA_ERROR_INVALID_DEVICE", "there is no GPU of this number",
             "nvidia-smi -L lists them", false},
            {"unsupported device (2)", "this chip has no encoder",
             "nothing to mend: encoding is for the CPU", false},
            {"OpenEncodeSessionEx failed: out of memory (10)",
             "no encoder session is left, or no device memory",
             OTHER_PROGRAMS ", or encode fewer "
                            "renditions at once",
             false},
            {"Driver does not support the required nvenc API version",
             "the driver is too old for this FFmpeg", "install a newer NVIDIA driver", false},
            {"Provided device doesn't support required NVENC features",
             "this chip does not encode pictures of this size or kind",
             "nothing to mend: encoding is for the CPU", false},
            {"driver version is insufficient", "the driver is too old",
             "install a newer NVIDIA driver", false},
            {"No capable devices found", "this GPU encodes nothing of this kind",
             "nothing to mend: encoding is for the CPU", false},
            {"CUDA_ERROR_OUT_OF_MEMORY", "the device's memory is full", OTHER_PROGRAMS, false},
            {"No decoder surfaces left", "more decoded pictures are held than the decoder has",
             "this is a fault of rung: please report it", false},
            {"CUDA_ERROR_NOT_SUPPORTED", "this chip does not decode such a stream",
             "nothing to mend: decoding is for the CPU", false},
            {"not within range", "this chip does not decode pictures of this size",
             "nothing to mend: decoding is for the CPU", false},
            {"exceeds maximum of", "this chip does not decode pictures of this size",
             "nothing to mend: decoding is for the CPU", false},
            {"lacking required capabilities", "this chip does not decode such a stream",
             "nothing to mend: decoding is for the CPU", false},
            {"doesn't support hardware accelerated AV1", "this chip does not decode AV1",
             "nothing to mend: decoding is for the CPU", false},
            {"CUDA_ERROR_ILLEGAL_ADDRESS", "the GPU's context is lost", NULL, true},
            {"CUDA_ERROR_LAUNCH_FAILED", "the GPU's context is lost", NULL, true},
            {"CUDA_ERROR_ECC_UNCORRECTABLE", "the GPU's memory has a fault",
             "see nvidia-smi -q -d ECC", true},
            {"CUDA_ERROR_DEVICE_UNAVAILABLE", "the GPU is taken by another process or gone",
             "see nvidia-smi", true},
            {"CUDA_ERROR_CONTEXT_IS_DESTROYED", "the GPU's context is lost", NULL, true},
            {"CUDA_ERROR_UNKNOWN", "the driver gives no reason",
             "see nvidia-smi and dmesg; after a suspend the driver must be loaded again", false},
            {"invalid param (8)", "the encoder refuses this size or these settings",
             "nothing to mend: encoding is for the CPU", false},
            {"generic error (20)", "the encoder broke down", "see nvidia-smi and dmesg", false},
            {NULL},
        },
};
