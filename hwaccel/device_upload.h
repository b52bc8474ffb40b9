// SPDX-License-Identifier: BSD-2-Clause
// Frames from host memory onto the device, in the row's upload_format.
#ifndef RUNG_HWACCEL_DEVICE_UPLOAD_H
#define RUNG_HWACCEL_DEVICE_UPLOAD_H

#include "hwaccel/device.h"

struct device_upload; // one thread at a time; keeps its pool of frames from call to call

struct device_upload *device_upload_new(struct device_context *context);
void device_upload_free(struct device_upload **upload);

// libav's code when it fails.
int device_upload_run(struct device_upload *upload, const AVFrame *frame, AVFrame **ret);

#endif
