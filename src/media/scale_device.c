// SPDX-License-Identifier: BSD-2-Clause
// Scaled frames of an accelerator as pictures.
#include "src/media/scale_private.h"

#include <string.h>

static bool take_frame(struct device_context *device, bool stays, AVFrame **frame,
                       struct picture *picture, struct err *err)
{
    if (stays) {
        picture->device_frame = *frame;
        *frame = NULL;
        return true;
    }
    return device_download(device, *frame, picture->plane, picture->stride_bytes, err);
}

bool pictures_from_device(struct device_context *device, const struct ladder_sizes *sizes,
                          AVFrame **frames, struct picture_pool *const *pools,
                          struct picture **ret_pictures, struct err *err)
{
    struct picture *made[PLAN_VIDEO_MAX] = {0};
    bool ok = true;
    for (size_t s = 0; ok && s < sizes->count; s++) {
        made[s] = picture_get(pools[s]);
        ok = made[s] ? take_frame(device, sizes->is_on_device[s], &frames[s], made[s], err)
                     : err_set(err, ERR_TRANSIENT, "scaling: out of memory");
    }
    for (size_t s = 0; s < sizes->count; s++) {
        av_frame_free(&frames[s]);
        if (!ok)
            picture_unref(&made[s]);
    }
    memcpy(ret_pictures, made, sizes->count * sizeof made[0]);
    return ok;
}
