// SPDX-License-Identifier: BSD-2-Clause
// Opening an accelerator, and what is known of it.
#include "hwaccel/device_private.h"

#include <libavutil/hwcontext.h>
#include <stdio.h>

#include "hwaccel/words.h"
#include "src/base/mem.h"

static int create(const struct backend_row *row, int number, AVBufferRef **ret)
{
    char name[64];
    snprintf(name, sizeof name, "%s%d", row->open_prefix ? row->open_prefix : "",
             row->open_first + number);
    const char *device = row->open_prefix ? name : NULL;
    if (row->opened_through == AV_HWDEVICE_TYPE_NONE)
        return av_hwdevice_ctx_create(ret, row->type, device, NULL, 0);
    AVBufferRef *through = NULL;
    int rc = av_hwdevice_ctx_create(&through, row->opened_through, device, NULL, 0);
    if (rc >= 0)
        rc = av_hwdevice_ctx_create_derived(ret, row->type, through, 0);
    av_buffer_unref(&through);
    return rc;
}

bool device_open(enum device device, int number, struct device_context **ret, struct err *err)
{
    const struct backend_row *row = backend_find(device);
    if (!row)
        return err_set(err, ERR_BUG, "%s is no accelerator", device_name(device));
    if (row->prepare)
        row->prepare();
    words_clear();
    AVBufferRef *ref = NULL;
    int rc = create(row, number, &ref);
    if (rc < 0) {
        char what[64], story[sizeof err->text];
        snprintf(what, sizeof what, "open %s device %d", device_name(device), number);
        bool is_lost;
        device_story(row, rc, what, story, sizeof story, &is_lost);
        return err_set(err, ERR_DEVICE, "%s", story);
    }
    struct device_context *context = mem_alloc(sizeof *context);
    context->row = row;
    context->number = number;
    context->ref = ref;
    *ret = context;
    return true;
}

void device_close(struct device_context **context)
{
    if (!*context)
        return;
    av_buffer_unref(&(*context)->ref);
    MEM_FREE(*context);
}

const struct backend_row *device_row(const struct device_context *context)
{
    return context->row;
}

AVBufferRef *device_ref(const struct device_context *context)
{
    return context->ref;
}

bool device_holds(const struct device_context *context, const AVFrame *frame)
{
    return frame->format == context->row->frame_format && frame->hw_frames_ctx != NULL;
}

enum AVPixelFormat device_pixels(const AVFrame *frame)
{
    return ((const AVHWFramesContext *)frame->hw_frames_ctx->data)->sw_format;
}

struct device_traffic device_traffic(const struct device_context *context)
{
    return (struct device_traffic){
        .frames_down = context->frames_down,
        .bytes_down = context->bytes_down,
        .frames_up = context->frames_up,
        .bytes_up = context->bytes_up,
    };
}
