// SPDX-License-Identifier: BSD-2-Clause
// The filter graph: a source of frames on the device, one scale filter for each step of
// the plan, a sink for each size.
#include "hwaccel/device_graph.h"

#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>

#include "hwaccel/av_compat_hw.h"
#include "hwaccel/device_private.h"
#include "hwaccel/scale_plan.h"
#include "src/base/mem.h"

struct device_graph {
    AVFilterGraph *graph;
    AVFilterContext *source;
    AVFilterContext **sinks;
    size_t count;
    // what it was built for
    AVBufferRef *frames;
    int width_px;
    int height_px;
};

void device_graph_free(struct device_graph **graph)
{
    if (!*graph)
        return;
    avfilter_graph_free(&(*graph)->graph);
    av_buffer_unref(&(*graph)->frames);
    MEM_FREE((*graph)->sinks);
    MEM_FREE(*graph);
}

bool device_graph_takes(const struct device_graph *graph, const AVFrame *frame)
{
    return graph->width_px == frame->width && graph->height_px == frame->height &&
           graph->frames->data == frame->hw_frames_ctx->data;
}

// newer libavfilter wants to know the frames' context when the source is initialised.
static int add_source(struct device_graph *graph, const AVFrame *like)
{
    graph->source = avfilter_graph_alloc_filter(graph->graph, avfilter_get_by_name("buffer"), "in");
    AVBufferSrcParameters *parameters = av_buffersrc_parameters_alloc();
    int rc = AVERROR(ENOMEM);
    if (graph->source && parameters) {
        parameters->format = like->format;
        parameters->width = like->width;
        parameters->height = like->height;
        parameters->time_base = (AVRational){1, 1};
        parameters->sample_aspect_ratio = (AVRational){1, 1};
        parameters->hw_frames_ctx = like->hw_frames_ctx;
        compat_source_colours(parameters, like);
        rc = av_buffersrc_parameters_set(graph->source, parameters);
        if (rc >= 0)
            rc = avfilter_init_str(graph->source, NULL);
    }
    av_free(parameters);
    return rc;
}

static int add_sinks(struct device_graph *graph)
{
    graph->sinks = mem_alloc(graph->count * sizeof(*graph->sinks));
    int rc = 0;
    for (size_t i = 0; i < graph->count && rc >= 0; i++) {
        char name[24];
        snprintf(name, sizeof name, "out%zu", i);
        rc = avfilter_graph_create_filter(&graph->sinks[i], avfilter_get_by_name("buffersink"),
                                          name, NULL, NULL, graph->graph);
    }
    return rc;
}

// "split=3[a0][a1][a2];" where something goes to several places: its name is made of from.
static void print_uses(const struct scale_plan *plan, int from, int size, struct buf *ret)
{
    size_t uses = scale_plan_uses(plan, from) + (size >= 0 ? 1 : 0);
    buf_printf(ret, "split=%zu", uses);
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].from == from)
            buf_printf(ret, "[to%zu]", i);
    if (size >= 0)
        buf_printf(ret, "[out%d]", size);
}

// size: NULL for one in between.
static void print_scaler(const struct backend_row *row, const struct scale_step *step,
                         const struct device_size *size, struct buf *ret)
{
    enum AVPixelFormat format = size && size->is_for_host ? row->host_format : row->encode_format;
    buf_printf(ret, "%s=w=%d:h=%d:format=%s%s%s", row->scale_filter, step->width_px,
               step->height_px, av_get_pix_fmt_name(format), row->scale_options ? ":" : "",
               row->scale_options ? row->scale_options : "");
    if (row->scale_pool_extra > 0)
        buf_printf(ret, ":extra_hw_frames=%d", row->scale_pool_extra + (size ? size->kept : 0));
}

static void print_plan(const struct backend_row *row, const struct scale_plan *plan,
                       const struct device_size *sizes, struct buf *ret)
{
    buf_printf(ret, "[in]");
    print_uses(plan, SCALE_FROM_SOURCE, -1, ret);
    for (size_t i = 0; i < plan->count; i++) {
        const struct scale_step *step = &plan->steps[i];
        buf_printf(ret, ";[to%zu]", i);
        print_scaler(row, step, step->size >= 0 ? &sizes[step->size] : NULL, ret);
        buf_printf(ret, ",");
        print_uses(plan, (int)i, step->size, ret);
    }
}

static bool prepend(AVFilterInOut **list, const char *name, AVFilterContext *filter)
{
    AVFilterInOut *end = avfilter_inout_alloc();
    if (!end)
        return false;
    *end = (AVFilterInOut){av_strdup(name), filter, 0, *list};
    *list = end;
    return end->name != NULL;
}

static int link_text(struct device_graph *graph, const char *text)
{
    AVFilterInOut *open_outputs = NULL, *open_inputs = NULL;
    bool ok = prepend(&open_outputs, "in", graph->source);
    for (size_t i = graph->count; ok && i-- > 0;)
        ok = prepend(&open_inputs, graph->sinks[i]->name, graph->sinks[i]);
    int rc = AVERROR(ENOMEM);
    if (ok)
        rc = avfilter_graph_parse_ptr(graph->graph, text, &open_inputs, &open_outputs, NULL);
    avfilter_inout_free(&open_outputs);
    avfilter_inout_free(&open_inputs);
    return rc < 0 ? rc : avfilter_graph_config(graph->graph, NULL);
}

int device_graph_build(const struct device_context *context, const AVFrame *like,
                       const struct device_size *sizes, size_t count, struct device_graph **ret)
{
    struct device_graph *graph = mem_alloc(sizeof *graph);
    graph->count = count;
    graph->width_px = like->width;
    graph->height_px = like->height;
    graph->frames = av_buffer_ref(like->hw_frames_ctx);
    graph->graph = avfilter_graph_alloc();
    int rc = graph->frames && graph->graph ? 0 : AVERROR(ENOMEM);
    if (rc >= 0) {
        // What filters complain of is said on the caller's thread (words.h).
        graph->graph->nb_threads = 1;
        rc = add_source(graph, like);
    }
    if (rc >= 0)
        rc = add_sinks(graph);
    if (rc >= 0) {
        struct scale_plan plan = scale_plan_build(like->width, like->height, sizes, count);
        AUTO(buf_done) struct buf text = {0};
        print_plan(context->row, &plan, sizes, &text);
        buf_append(&text, "", 1);
        buf_put_u8(&text, 0);
        rc = link_text(graph, (const char *)text.data);
        scale_plan_done(&plan);
    }
    if (rc < 0)
        device_graph_free(&graph);
    else
        *ret = graph;
    return rc;
}

// What a decoded frame brings along would tell an encoder what to do.
static void keep_bare(AVFrame *frame)
{
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    while (frame->nb_side_data > 0)
        av_frame_remove_side_data(frame, frame->side_data[0]->type);
}

int device_graph_run(struct device_graph *graph, const AVFrame *frame, AVFrame **ret)
{
    // KEEP_REF leaves the frame untouched; libav's prototype does not say so.
    int rc = av_buffersrc_add_frame_flags(graph->source, (AVFrame *)frame,
                                          AV_BUFFERSRC_FLAG_KEEP_REF | AV_BUFFERSRC_FLAG_PUSH);
    size_t made = 0;
    while (rc >= 0 && made < graph->count) {
        AVFrame *scaled = av_frame_alloc();
        rc = scaled ? av_buffersink_get_frame(graph->sinks[made], scaled) : AVERROR(ENOMEM);
        if (rc < 0) {
            av_frame_free(&scaled);
        } else {
            keep_bare(scaled);
            ret[made++] = scaled;
        }
    }
    while (rc < 0 && made > 0)
        av_frame_free(&ret[--made]);
    return rc;
}
