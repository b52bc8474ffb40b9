// SPDX-License-Identifier: BSD-2-Clause
// One frame into every size, on the device.
#include "hwaccel/device_scale.h"

#include <string.h>

#include "hwaccel/device_graph.h"
#include "hwaccel/device_private.h"
#include "hwaccel/device_upload.h"
#include "hwaccel/words.h"
#include "src/base/mem.h"

struct device_scaler {
    struct device_context *context;
    struct device_size *sizes;
    size_t count;
    struct device_upload *upload; // NULL until a frame comes from the host
    struct device_graph *graph;   // NULL until the first frame
};

struct device_scaler *device_scaler_new(struct device_context *context,
                                        const struct device_size *sizes, size_t count)
{
    struct device_scaler *scaler = mem_alloc(sizeof *scaler);
    scaler->context = context;
    scaler->count = count;
    scaler->sizes = mem_realloc(NULL, count, sizeof *sizes);
    memcpy(scaler->sizes, sizes, count * sizeof *sizes);
    return scaler;
}

void device_scaler_free(struct device_scaler **scaler)
{
    if (!*scaler)
        return;
    device_graph_free(&(*scaler)->graph);
    device_upload_free(&(*scaler)->upload);
    MEM_FREE((*scaler)->sizes);
    MEM_FREE(*scaler);
}

static bool scale(struct device_scaler *scaler, const AVFrame *frame, AVFrame **ret,
                  struct err *err)
{
    int rc = 0;
    if (scaler->graph && !device_graph_takes(scaler->graph, frame))
        device_graph_free(&scaler->graph);
    if (!scaler->graph)
        rc = device_graph_build(scaler->context, frame, scaler->sizes, scaler->count,
                                &scaler->graph);
    if (rc < 0)
        return device_fail(scaler->context, STAGE_SCALE, rc, "make the filter graph", err);
    rc = device_graph_run(scaler->graph, frame, ret);
    return rc >= 0 || device_fail(scaler->context, STAGE_SCALE, rc, "scale a picture", err);
}

static bool upload_and_scale(struct device_scaler *scaler, const AVFrame *frame, AVFrame **ret,
                             struct err *err)
{
    if (!scaler->upload)
        scaler->upload = device_upload_new(scaler->context);
    AVFrame *uploaded = NULL;
    int rc = device_upload_run(scaler->upload, frame, &uploaded);
    if (rc < 0)
        return device_fail(scaler->context, STAGE_SCALE, rc, "copy a picture to the device", err);
    bool ok = scale(scaler, uploaded, ret, err);
    av_frame_free(&uploaded);
    return ok;
}

bool device_scaler_run(struct device_scaler *scaler, const AVFrame *frame, AVFrame **ret,
                       struct err *err)
{
    words_clear();
    if (!device_holds(scaler->context, frame))
        return upload_and_scale(scaler, frame, ret, err);
    // libav cuts decoded frames of devices at the right and at the bottom only.
    if (frame->crop_left || frame->crop_top)
        return device_fail(scaler->context, STAGE_DECODE, AVERROR(ENOSYS),
                           "cut pictures at the left or the top", err);
    return scale(scaler, frame, ret, err);
}
