// SPDX-License-Identifier: BSD-2-Clause
// Video processing: a region of a surface into one of another, scaled by areas, from NV12 or
// P010 to either. Colours stay what they are.
#include <libavutil/common.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "driver.h"

struct process {
    struct SwsContext *scaler;
    struct va_surface *target;
    const struct va_surface *source; // NULL until it is named
    VARectangle from, to;
};

static void *open_processor(const struct config *config, int width, int height)
{
    (void)config, (void)width, (void)height;
    return calloc(1, sizeof(struct process));
}

static void close_processor(void *state)
{
    struct process *process = state;
    sws_freeContext(process->scaler);
    free(process);
}

static VAStatus begin(void *state, struct va_surface *target)
{
    struct process *process = state;
    process->target = target;
    process->source = NULL;
    return VA_STATUS_SUCCESS;
}

static bool read_region(const VARectangle *asked, const struct va_surface *surface,
                        VARectangle *ret)
{
    *ret = asked ? *asked
                 : (VARectangle){.width = (uint16_t)surface->width,
                                 .height = (uint16_t)surface->height};
    // Chroma has no place between two samples.
    return ret->x >= 0 && ret->y >= 0 && ret->x % 2 == 0 && ret->y % 2 == 0 && ret->width > 0 &&
           ret->height > 0 && ret->x + ret->width <= surface->width &&
           ret->y + ret->height <= surface->height;
}

static VAStatus render(void *state, struct driver *driver, const struct va_buffer *buffer)
{
    struct process *process = state;
    const VAProcPipelineParameterBuffer *how = (const void *)buffer->data;
    if (buffer->type != VAProcPipelineParameterBufferType || buffer->size < sizeof *how)
        return VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE;
    process->source = objects_get(&driver->objects[OBJECT_SURFACE], OBJECT_SURFACE, how->surface);
    if (!process->source)
        return VA_STATUS_ERROR_INVALID_SURFACE;
    if (how->num_filters > 0)
        return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
    if (how->rotation_state != VA_ROTATION_NONE || how->mirror_state != VA_MIRROR_NONE ||
        !read_region(how->surface_region, process->source, &process->from) ||
        !read_region(how->output_region, process->target, &process->to))
        return VA_STATUS_ERROR_INVALID_PARAMETER;
    return VA_STATUS_SUCCESS;
}

static enum AVPixelFormat format_of(const struct va_surface *surface)
{
    return surface->is_wide ? AV_PIX_FMT_P010 : AV_PIX_FMT_NV12;
}

static void planes_of(const struct va_surface *surface, const VARectangle *region, uint8_t *data[4],
                      int pitch[4])
{
    size_t left = (size_t)region->x * (surface->is_wide ? 2 : 1);
    size_t chroma_row = (size_t)surface->height + (size_t)region->y / 2;
    data[0] = surface->rows + surface->pitch_bytes * (size_t)region->y + left;
    data[1] = surface->rows + surface->pitch_bytes * chroma_row + left;
    data[2] = data[3] = NULL;
    pitch[0] = pitch[1] = (int)surface->pitch_bytes;
    pitch[2] = pitch[3] = 0;
}

static VAStatus end(void *state, struct driver *driver)
{
    struct process *process = state;
    const struct va_surface *source = process->source, *target = process->target;
    const VARectangle *from = &process->from, *to = &process->to;
    uint8_t *in[4], *out[4];
    int in_pitch[4], out_pitch[4];
    (void)driver;
    if (!source)
        return VA_STATUS_ERROR_OPERATION_FAILED;
    planes_of(source, from, in, in_pitch);
    planes_of(target, to, out, out_pitch);
    va_counters.pictures_processed++;
    if (from->width == to->width && from->height == to->height &&
        source->is_wide == target->is_wide) {
        av_image_copy(out, out_pitch, (const uint8_t **)in, in_pitch, format_of(source),
                      from->width, from->height);
        return VA_STATUS_SUCCESS;
    }
    process->scaler = sws_getCachedContext(
        process->scaler, from->width, from->height, format_of(source), to->width, to->height,
        format_of(target), SWS_AREA | SWS_ACCURATE_RND, NULL, NULL, NULL);
    if (!process->scaler || sws_scale(process->scaler, (const uint8_t *const *)in, in_pitch, 0,
                                      from->height, out, out_pitch) < 0)
        return VA_STATUS_ERROR_OPERATION_FAILED;
    return VA_STATUS_SUCCESS;
}

static VAStatus query_filters(VADriverContextP va, VAContextID context, VAProcFilterType *filters,
                              unsigned *count)
{
    (void)va, (void)context, (void)filters;
    *count = 0;
    return VA_STATUS_SUCCESS;
}

static VAStatus query_filter_caps(VADriverContextP va, VAContextID context, VAProcFilterType type,
                                  void *caps, unsigned *count)
{
    (void)va, (void)context, (void)type, (void)caps, (void)count;
    return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
}

static VAStatus query_pipeline(VADriverContextP va, VAContextID context, VABufferID *filters,
                               unsigned count, VAProcPipelineCaps *caps)
{
    static VAProcColorStandardType standards[] = {
        VAProcColorStandardBT601, VAProcColorStandardBT709, VAProcColorStandardBT2020};
    static uint32_t formats[] = {VA_FOURCC_NV12, VA_FOURCC_P010};
    (void)va, (void)context, (void)filters;
    if (count > 0)
        return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
    *caps = (VAProcPipelineCaps){
        .input_color_standards = standards,
        .num_input_color_standards = 3,
        .output_color_standards = standards,
        .num_output_color_standards = 3,
        .num_input_pixel_formats = 2,
        .input_pixel_format = formats,
        .num_output_pixel_formats = 2,
        .output_pixel_format = formats,
        .max_input_width = MAX_SIDE_PX,
        .max_input_height = MAX_SIDE_PX,
        .min_input_width = 16,
        .min_input_height = 16,
        .max_output_width = MAX_SIDE_PX,
        .max_output_height = MAX_SIDE_PX,
        .min_output_width = 16,
        .min_output_height = 16,
    };
    return VA_STATUS_SUCCESS;
}

void fill_process(struct VADriverVTableVPP *table)
{
    table->vaQueryVideoProcFilters = query_filters;
    table->vaQueryVideoProcFilterCaps = query_filter_caps;
    table->vaQueryVideoProcPipelineCaps = query_pipeline;
}

const struct work work_process = {
    .open = open_processor, .close = close_processor, .begin = begin, .render = render, .end = end};
