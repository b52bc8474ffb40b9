// SPDX-License-Identifier: BSD-2-Clause
// The libavfilter graph in front of the scaler.
#include "src/media/filter.h"

#include <inttypes.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/scale.h"

struct filter {
    const struct plan *plan;
    AVRational time_base;
    AVFilterGraph *graph;
    AVFilterContext *source;
    AVFilterContext *sink;
    AVRational sink_time_base;
    // shape the graph was built for
    int width_px;
    int height_px;
    int format;
    // frames that wait to be taken: at most one when passing through
    AVFrame *passing;
    AVFrame *waiting; // first frame of a new shape, until the old graph is drained
    bool is_draining;
    bool is_ended;
};

struct filter *filter_new(const struct plan *plan, AVRational time_base)
{
    struct filter *filter = mem_alloc(sizeof *filter);
    filter->plan = plan;
    filter->time_base = time_base;
    filter->format = -1;
    return filter;
}

void filter_free(struct filter **filter)
{
    if (!*filter)
        return;
    avfilter_graph_free(&(*filter)->graph);
    av_frame_free(&(*filter)->passing);
    av_frame_free(&(*filter)->waiting);
    MEM_FREE(*filter);
}

static const char *turn_of(int rotation_deg)
{
    switch (rotation_deg) {
    case 90:
        return ",transpose=clock";
    case 180:
        return ",hflip,vflip";
    case 270:
        return ",transpose=cclock";
    default:
        return "";
    }
}

// HDR to SDR in linear light, through zimg and libavfilter's tonemap.
static const char tone_map_chain[] =
    ",zscale=transfer=linear:npl=203,format=gbrpf32le,zscale=primaries=bt709"
    ",tonemap=tonemap=mobius:desat=0"
    ",zscale=transfer=bt709:matrix=bt709:range=limited:filter=bilinear,format=yuv420p";

// What the scaler reads and every format can be turned into without loss.
static const char planar_formats[] =
    "yuv420p|yuv422p|yuv444p|yuv410p|yuv411p|yuv440p|yuv420p10le|yuv422p10le|yuv444p10le|"
    "yuv440p10le|yuv420p12le|yuv422p12le|yuv444p12le|yuv440p12le|yuv420p16le|yuv422p16le|"
    "yuv444p16le|gbrp|gbrp10le|gbrp12le|gbrp16le";

void filter_describe(const struct plan *plan, enum AVPixelFormat format,
                     char ret_text[FILTER_TEXT_SIZE])
{
    char text[512];
    const AVPixFmtDescriptor *shape = av_pix_fmt_desc_get(format);
    ret_text[0] = '\0';
    if (shape && shape->flags & AV_PIX_FMT_FLAG_HWACCEL)
        return; // on a device; the plan takes care that nothing is to be done
    snprintf(text, sizeof text, "%s%s%s%s",
             plan->deinterlace ? ",bwdif=mode=send_frame:deint=interlaced" : "",
             plan->tone_map ? tone_map_chain : "", turn_of(plan->rotation_deg),
             plan->is_mirrored ? ",hflip" : "");
    // zscale and bwdif take planar formats only, as the scaler does: convert first, and
    // leave the range as it is. Not into the "j" formats, which say a range themselves.
    char convert[900] = "";
    if (!scale_reads_format(format)) {
        const char *range = plan->source_is_full_range ? "full" : "limited";
        snprintf(convert, sizeof convert,
                 ",scale=in_range=%s:out_range=%s:flags=bicubic+accurate_rnd+bitexact,"
                 "format=pix_fmts=%s",
                 range, range, planar_formats);
    }
    snprintf(ret_text, FILTER_TEXT_SIZE, "%s%s", convert, text);
    if (ret_text[0] == ',')
        memmove(ret_text, ret_text + 1, strlen(ret_text));
}

static bool add_source(struct filter *filter, const AVFrame *frame)
{
    char args[256];
    snprintf(args, sizeof args, "video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:pixel_aspect=1/1",
             frame->width, frame->height, frame->format, filter->time_base.num,
             filter->time_base.den);
    return avfilter_graph_create_filter(&filter->source, avfilter_get_by_name("buffer"), "in", args,
                                        NULL, filter->graph) >= 0 &&
           avfilter_graph_create_filter(&filter->sink, avfilter_get_by_name("buffersink"), "out",
                                        NULL, NULL, filter->graph) >= 0;
}

static bool link_chain(struct filter *filter, const char *chain)
{
    AVFilterInOut *outputs = avfilter_inout_alloc();
    AVFilterInOut *inputs = avfilter_inout_alloc();
    bool ok = outputs && inputs;
    if (ok) {
        *outputs = (AVFilterInOut){av_strdup("in"), filter->source, 0, NULL};
        *inputs = (AVFilterInOut){av_strdup("out"), filter->sink, 0, NULL};
        ok = avfilter_graph_parse_ptr(filter->graph, chain, &inputs, &outputs, NULL) >= 0 &&
             avfilter_graph_config(filter->graph, NULL) >= 0;
    }
    avfilter_inout_free(&outputs);
    avfilter_inout_free(&inputs);
    return ok;
}

static bool build(struct filter *filter, const AVFrame *frame, struct err *err)
{
    char chain[FILTER_TEXT_SIZE];
    filter_describe(filter->plan, (enum AVPixelFormat)frame->format, chain);
    avfilter_graph_free(&filter->graph);
    filter->width_px = frame->width;
    filter->height_px = frame->height;
    filter->format = frame->format;
    if (!*chain)
        return true;
    filter->graph = avfilter_graph_alloc();
    if (!filter->graph)
        return err_set(err, ERR_TRANSIENT, "filter graph: out of memory");
    filter->graph->nb_threads = 1;
    if (!add_source(filter, frame) || !link_chain(filter, chain)) {
        const char *name = av_get_pix_fmt_name((enum AVPixelFormat)frame->format);
        return err_set(err, ERR_INPUT, "no filter chain for %dx%d %s pictures (%s)", frame->width,
                       frame->height, name ? name : "unknown", chain);
    }
    filter->sink_time_base = av_buffersink_get_time_base(filter->sink);
    return true;
}

// libavfilter's scalers believe the frame's own tags: write the plan's resolution
// of "unspecified" into them.
static void tag(const struct plan *plan, AVFrame *frame)
{
    frame->color_primaries = (enum AVColorPrimaries)plan->source_primaries;
    frame->color_trc = (enum AVColorTransferCharacteristic)plan->source_transfer;
    frame->colorspace = (enum AVColorSpace)plan->source_matrix;
    frame->color_range = plan->source_is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    frame->sample_aspect_ratio = (AVRational){1, 1};
}

static bool push(struct filter *filter, AVFrame *frame, struct err *err)
{
    if (!filter->graph) {
        filter->passing = frame;
        return true;
    }
    int rc = av_buffersrc_add_frame(filter->source, frame);
    av_frame_free(&frame);
    if (rc < 0)
        return err_set(err, ERR_INPUT, "filter refused a frame: %s", av_err2str(rc));
    return true;
}

bool filter_send(struct filter *filter, AVFrame *frame, struct err *err)
{
    if (!frame) {
        filter->is_ended = true;
        if (filter->graph && !filter->is_draining &&
            av_buffersrc_add_frame(filter->source, NULL) < 0)
            return err_set(err, ERR_BUG, "filter graph refused its end");
        return true;
    }
    tag(filter->plan, frame);
    bool is_same = filter->format == frame->format && filter->width_px == frame->width &&
                   filter->height_px == frame->height;
    if (is_same)
        return push(filter, frame, err);
    if (!filter->graph) {
        if (build(filter, frame, err))
            return push(filter, frame, err);
        av_frame_free(&frame);
        return false;
    }
    // A new shape in the middle: drain the old graph first.
    filter->waiting = frame;
    filter->is_draining = true;
    if (av_buffersrc_add_frame(filter->source, NULL) < 0)
        return err_set(err, ERR_BUG, "filter graph refused its end");
    return true;
}

static enum filter_result after_drain(struct filter *filter, AVFrame *ret_frame, struct err *err)
{
    filter->is_draining = false;
    AVFrame *first = MEM_MOVE(filter->waiting);
    if (!build(filter, first, err)) {
        av_frame_free(&first);
        return FILTER_FAILED;
    }
    if (!push(filter, first, err))
        return FILTER_FAILED;
    if (filter->graph && filter->is_ended && av_buffersrc_add_frame(filter->source, NULL) < 0) {
        err_set(err, ERR_BUG, "filter graph refused its end");
        return FILTER_FAILED;
    }
    return filter_receive(filter, ret_frame, err);
}

enum filter_result filter_receive(struct filter *filter, AVFrame *ret_frame, struct err *err)
{
    if (filter->passing) {
        av_frame_move_ref(ret_frame, filter->passing);
        av_frame_free(&filter->passing);
        return FILTER_FRAME;
    }
    if (!filter->graph)
        return filter->is_ended ? FILTER_END : FILTER_NEED_INPUT;
    int rc = av_buffersink_get_frame(filter->sink, ret_frame);
    if (rc == AVERROR(EAGAIN))
        return FILTER_NEED_INPUT;
    if (rc == AVERROR_EOF)
        return filter->is_draining ? after_drain(filter, ret_frame, err) : FILTER_END;
    if (rc < 0) {
        err_set(err, ERR_INPUT, "filter: %s", av_err2str(rc));
        return FILTER_FAILED;
    }
    if (ret_frame->pts != AV_NOPTS_VALUE)
        ret_frame->pts = av_rescale_q(ret_frame->pts, filter->sink_time_base, filter->time_base);
    return FILTER_FRAME;
}
