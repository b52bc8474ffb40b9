// SPDX-License-Identifier: BSD-2-Clause
// The sizes of a ladder, and which way they are made.
#include "src/media/scale.h"

#include "hwaccel/device_scale.h"
#include "src/base/mem.h"
#include "src/media/scale_private.h"

struct scaler {
    const struct ladder_sizes *sizes;
    struct zimg_scaler *zimg; // on the CPU
    struct device_context *device;
    struct device_scaler *on_device;
};

static bool is_size(const struct ladder_sizes *sizes, size_t s, const struct plan_video *track)
{
    return sizes->width_px[s] == track->width_px && sizes->height_px[s] == track->height_px &&
           sizes->is_on_device[s] == (track->encoded_on != DEVICE_CPU);
}

void ladder_sizes_init(struct ladder_sizes *sizes, const struct plan *plan)
{
    *sizes = (struct ladder_sizes){0};
    for (size_t t = 0; t < plan->video_count; t++) {
        size_t s = 0;
        while (s < sizes->count && !is_size(sizes, s, &plan->video[t]))
            s++;
        if (s == sizes->count) {
            sizes->width_px[s] = plan->video[t].width_px;
            sizes->height_px[s] = plan->video[t].height_px;
            sizes->is_on_device[s] = plan->video[t].encoded_on != DEVICE_CPU;
            sizes->count++;
        }
        sizes->of_track[t] = s;
    }
}

struct picture_pool *ladder_size_pool(const struct ladder_sizes *sizes, size_t size)
{
    return sizes->is_on_device[size]
               ? picture_pool_new_device(sizes->width_px[size], sizes->height_px[size])
               : picture_pool_new(sizes->width_px[size], sizes->height_px[size]);
}

static struct device_scaler *new_on_device(const struct ladder_sizes *sizes,
                                           struct device_context *device)
{
    struct device_size wanted[PLAN_VIDEO_MAX];
    for (size_t s = 0; s < sizes->count; s++)
        wanted[s] =
            (struct device_size){.width_px = sizes->width_px[s],
                                 .height_px = sizes->height_px[s],
                                 .is_for_host = !sizes->is_on_device[s],
                                 .kept = sizes->is_on_device[s] ? sizes->kept_on_device : 1};
    return device_scaler_new(device, wanted, sizes->count);
}

struct scaler *scaler_new(const struct plan *plan, const struct ladder_sizes *sizes,
                          struct device_context *device)
{
    struct scaler *scaler = mem_alloc(sizeof *scaler);
    scaler->sizes = sizes;
    scaler->device = device;
    if (device)
        scaler->on_device = new_on_device(sizes, device);
    else
        scaler->zimg = zimg_scaler_new(plan, sizes);
    return scaler;
}

void scaler_free(struct scaler **scaler)
{
    if (!*scaler)
        return;
    zimg_scaler_free(&(*scaler)->zimg);
    device_scaler_free(&(*scaler)->on_device);
    MEM_FREE(*scaler);
}

bool scaler_run(struct scaler *scaler, const AVFrame *frame, struct picture_pool *const *pools,
                struct picture **ret_pictures, struct err *err)
{
    if (scaler->zimg)
        return zimg_scaler_run(scaler->zimg, frame, pools, ret_pictures, err);
    AVFrame *frames[PLAN_VIDEO_MAX] = {0};
    return device_scaler_run(scaler->on_device, frame, frames, err) &&
           pictures_from_device(scaler->device, scaler->sizes, frames, pools, ret_pictures, err);
}
