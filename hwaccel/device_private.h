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
    // What libav said when the device refused a stream, once; the picture that shows it comes
    // later, maybe on another thread.
    atomic_bool is_refused;
    atomic_bool has_refusal;
    char refusal[512];
};

// "WHAT: WORDS: MEANS; REMEDY" of libav's code and its words of this thread. ret_is_lost: nothing
// works any more in this process.
void device_story(const struct backend_row *row, int averror, const char *what, char *ret,
                  size_t size, bool *ret_is_lost);

// Keeps what was said on this thread as the reason for a refusal.
void device_note_refusal(struct device_context *context);

// av_hwframe_transfer_data that does not hide failures.
int device_transfer(AVFrame *to, const AVFrame *from);

// The format of pixels of a frame on the device.
enum AVPixelFormat device_pixels(const AVFrame *frame);

#endif
