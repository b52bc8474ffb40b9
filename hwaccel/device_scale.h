// SPDX-License-Identifier: BSD-2-Clause
// One frame into every size of a ladder, on the device: a filter graph of libavfilter that
// is made with the first frame and made again when frames change.
#ifndef RUNG_HWACCEL_DEVICE_SCALE_H
#define RUNG_HWACCEL_DEVICE_SCALE_H

#include "hwaccel/device.h"

struct device_size {
    int width_px;
    int height_px;
    bool is_for_host; // it will be downloaded: in the row's host_format
    int kept;         // frames of it that the caller holds at a time, at most
};

struct device_scaler; // one thread at a time

// sizes: largest first; copied. Pools that do not grow (the row's scale_pool_extra) have room for
// what is kept; beyond that device_scaler_run fails.
struct device_scaler *device_scaler_new(struct device_context *context,
                                        const struct device_size *sizes, size_t count);
void device_scaler_free(struct device_scaler **scaler);

// frame: on the device, or in host memory (8-bit 4:2:0 or what libswscale turns into it),
// and then it is uploaded first. Fills ret[0..count) with new frames on the device, which the
// caller frees with av_frame_free; they have the frame's pts and colours and nothing else of it (no
// picture type, no side data). DEVICE_SCALE when it fails; DEVICE_DECODE for a decoded picture that
// is cut at the left or the top, which only decoders on the CPU do.
bool device_scaler_run(struct device_scaler *scaler, const AVFrame *frame, AVFrame **ret,
                       struct err *err);

#endif
