// SPDX-License-Identifier: BSD-2-Clause
// The inside of an opened device, for the files that make up its interface.
#ifndef RUNG_HWACCEL_DEVICE_PRIVATE_H
#define RUNG_HWACCEL_DEVICE_PRIVATE_H

#include <libavutil/buffer.h>
#include <stdatomic.h>

#include "hwaccel/device.h"

struct device_context {
    const struct backend_row *row;
    int number;
    AVBufferRef *ref;
    _Atomic int64_t frames_down;
    _Atomic int64_t bytes_down;
    _Atomic int64_t frames_up;
    _Atomic int64_t bytes_up;
    _Atomic int refusal_state; // 0: none, 1: being written, 2: written, and never again
    char refusal[512];
};

// "WHAT: WORDS: MEANS; REMEDY" of libav's code and its words of this thread. ret_is_lost: nothing
// works any more in this process.
void device_story(const struct backend_row *row, int averror, const char *what, char *ret,
                  size_t size, bool *ret_is_lost);

// av_hwframe_transfer_data that does not hide failures.
int device_transfer(AVFrame *to, const AVFrame *from);

// The format of pixels of a frame on the device.
enum AVPixelFormat device_pixels(const AVFrame *frame);

#endif
