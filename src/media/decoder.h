// SPDX-License-Identifier: BSD-2-Clause
// The source's video decoder, on the CPU or on a device.
#ifndef RUNG_MEDIA_DECODER_H
#define RUNG_MEDIA_DECODER_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

#include "hwaccel/device.h"
#include "src/base/err.h"

// device: NULL for the CPU. DEVICE_DECODE when it is the device that refuses.
bool decoder_open(const AVStream *stream, struct device_context *device, AVCodecContext **ret,
                  struct err *err);

// Whether the frame lies where it was asked for, and whole: a device that refuses a stream
// lets libavcodec decode it in host memory and says nothing.
bool decoder_check_frame(const AVCodecContext *decoder, const struct device_context *device,
                         const AVFrame *frame, struct err *err);

#endif
