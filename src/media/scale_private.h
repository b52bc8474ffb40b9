// SPDX-License-Identifier: BSD-2-Clause
// The two ways to scale, behind scale.h.
#ifndef RUNG_MEDIA_SCALE_PRIVATE_H
#define RUNG_MEDIA_SCALE_PRIVATE_H

#include "src/media/scale.h"

struct zimg_scaler;

struct zimg_scaler *zimg_scaler_new(const struct plan *plan, const struct ladder_sizes *sizes);
void zimg_scaler_free(struct zimg_scaler **scaler);
bool zimg_scaler_run(struct zimg_scaler *scaler, const AVFrame *frame,
                     struct picture_pool *const *pools, struct picture **ret_pictures,
                     struct err *err);

// Frames of device_scaler (hwaccel/device_scale.h) into pictures: those for the host are
// downloaded, those for the device wrapped. Takes the frames, also when it fails.
bool pictures_from_device(struct device_context *device, const struct ladder_sizes *sizes,
                          AVFrame **frames, struct picture_pool *const *pools,
                          struct picture **ret_pictures, struct err *err);

#endif
