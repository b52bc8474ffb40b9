// SPDX-License-Identifier: BSD-2-Clause
// The table of metrics and the libavfilter graph around one of them. Some filters
// write their result on every frame, libvmaf only into a log when it is closed: that
// log is a file in memory.
#include "src/media/score_graph.h"

#include <errno.h>
#include <inttypes.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/av_log.h"

#define LOG_TAIL_BYTES (64 << 10) // the pooled values stand at the end

static const struct score_row {
    const char *name;
    const char *filter;    // its inputs: coded first, then reference
    const char *options;   // the same spelling from FFmpeg 5.1 to 8
    const char *frame_key; // metadata with a frame's score; NULL: only the log has it
    const char *log_key;   // among the log's pooled values
} rows[SCORE_KIND_COUNT] = {
    [SCORE_NONE] = {.name = "none"},
    // No threads of its own: --jobs says how many there are. The model is named, since
    // scores of two models cannot be compared.
    [SCORE_VMAF] = {.name = "vmaf",
                    .filter = "libvmaf",
                    .options = "model=version=vmaf_v0.6.1:n_threads=0",
                    .log_key = "vmaf"},
    [SCORE_SSIM] = {.name = "ssim", .filter = "ssim", .frame_key = "lavfi.ssim.All"},
};

struct score_graph {
    const struct score_row *row;
    AVFilterGraph *graph;
    AVFilterContext *coded;
    AVFilterContext *reference;
    AVFilterContext *sink;
    AVFrame *out;
    int log_fd; // -1: none
    int64_t pairs;
    int64_t pairs_out;
    struct media_score sum; // of frame_key
};

const char *score_kind_name(enum score_kind kind)
{
    return (unsigned)kind < SCORE_KIND_COUNT ? rows[kind].name : rows[SCORE_NONE].name;
}

bool score_kind_find(const char *name, enum score_kind *ret)
{
    for (int kind = 0; kind < SCORE_KIND_COUNT; kind++)
        if (strcmp(rows[kind].name, name) == 0) {
            *ret = (enum score_kind)kind;
            return true;
        }
    return false;
}

void media_score_add(struct media_score *sum, const struct media_score *more)
{
    if (more->frames == 0)
        return;
    if (sum->frames == 0 || more->min_millionths < sum->min_millionths)
        sum->min_millionths = more->min_millionths;
    sum->frames += more->frames;
    sum->sum_millionths += more->sum_millionths;
}

bool score_kind_is_available(enum score_kind kind)
{
    const AVFilter *filter = kind != SCORE_NONE ? avfilter_get_by_name(rows[kind].filter) : NULL;
    AVFilterGraph *graph = filter ? avfilter_graph_alloc() : NULL;
    AVFilterContext *context = NULL;
    if (!graph)
        return false;
    av_log_to_ours();
    bool ok = avfilter_graph_create_filter(&context, filter, "score", rows[kind].options, NULL,
                                           graph) >= 0;
    avfilter_graph_free(&graph);
    return ok;
}

static bool add_metric(struct score_graph *graph, AVFilterContext **ret)
{
    AUTO_FREE char *options = NULL;
    if (graph->log_fd >= 0)
        options = mem_printf("%s:log_fmt=json:log_path=/proc/self/fd/%d", graph->row->options,
                             graph->log_fd);
    return avfilter_graph_create_filter(ret, avfilter_get_by_name(graph->row->filter), "score",
                                        options ? options : graph->row->options, NULL,
                                        graph->graph) >= 0;
}

static bool add_end(struct score_graph *graph, const char *filter, const char *name,
                    const char *options, AVFilterContext **ret)
{
    return avfilter_graph_create_filter(ret, avfilter_get_by_name(filter), name, options, NULL,
                                        graph->graph) >= 0;
}

static bool build(struct score_graph *graph, int width_px, int height_px)
{
    AVFilterContext *metric = NULL;
    char source[96];
    snprintf(source, sizeof source,
             "video_size=%dx%d:pix_fmt=yuv420p:time_base=1/1:pixel_aspect=1/1", width_px,
             height_px);
    graph->graph = avfilter_graph_alloc();
    graph->out = av_frame_alloc();
    if (!graph->graph || !graph->out)
        return false;
    graph->graph->nb_threads = 1;
    return add_end(graph, "buffer", "coded", source, &graph->coded) &&
           add_end(graph, "buffer", "reference", source, &graph->reference) &&
           add_metric(graph, &metric) && add_end(graph, "buffersink", "out", NULL, &graph->sink) &&
           avfilter_link(graph->coded, 0, metric, 0) >= 0 &&
           avfilter_link(graph->reference, 0, metric, 1) >= 0 &&
           avfilter_link(metric, 0, graph->sink, 0) >= 0 &&
           avfilter_graph_config(graph->graph, NULL) >= 0;
}

bool score_graph_open(enum score_kind kind, int width_px, int height_px,
                      struct score_graph **ret_graph, struct err *err)
{
    const struct score_row *row = &rows[kind];
    if (kind == SCORE_NONE || !avfilter_get_by_name(row->filter))
        return err_set(err, ERR_CONFIG, "no filter for the score %s", row->name);
    struct score_graph *graph = mem_alloc(sizeof *graph);
    graph->row = row;
    graph->log_fd = -1;
    if (row->log_key) {
        graph->log_fd = memfd_create("score", MFD_CLOEXEC);
        if (graph->log_fd < 0) {
            score_graph_free(&graph);
            return err_set(err, ERR_TRANSIENT, "%s: memory for its log: %s", row->filter,
                           strerror(errno));
        }
    }
    if (!build(graph, width_px, height_px)) {
        score_graph_free(&graph);
        return err_set(err, ERR_CONFIG, "no %s filter for %dx%d pictures", row->filter, width_px,
                       height_px);
    }
    *ret_graph = graph;
    return true;
}

void score_graph_free(struct score_graph **graph)
{
    if (!*graph)
        return;
    avfilter_graph_free(&(*graph)->graph);
    av_frame_free(&(*graph)->out);
    if ((*graph)->log_fd >= 0)
        close((*graph)->log_fd);
    MEM_FREE(*graph);
}

static bool to_millionths(double value, int64_t *ret, struct err *err)
{
    if (!isfinite(value) || value < 0 || value > 1000)
        return err_set(err, ERR_BUG, "a score of %g", value);
    *ret = (int64_t)(value * 1e6 + 0.5);
    return true;
}

static bool take_out(struct score_graph *graph, struct err *err)
{
    struct media_score one = {.frames = 1};
    graph->pairs_out++;
    if (!graph->row->frame_key)
        return true;
    const AVDictionaryEntry *entry =
        av_dict_get(graph->out->metadata, graph->row->frame_key, NULL, 0);
    if (!entry)
        return err_set(err, ERR_BUG, "%s scored nothing", graph->row->filter);
    if (!to_millionths(strtod(entry->value, NULL), &one.sum_millionths, err))
        return false;
    one.min_millionths = one.sum_millionths;
    media_score_add(&graph->sum, &one);
    return true;
}

static bool drain(struct score_graph *graph, struct err *err)
{
    for (;;) {
        int rc = av_buffersink_get_frame(graph->sink, graph->out);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return true;
        if (rc < 0)
            return err_set(err, ERR_BUG, "%s: %s", graph->row->filter, av_err2str(rc));
        bool ok = take_out(graph, err);
        av_frame_unref(graph->out);
        if (!ok)
            return false;
    }
}

// Frames that say different things of their colours would be converted on the way:
// what is compared are the samples as they are.
static bool send(struct score_graph *graph, AVFilterContext *source, AVFrame *frame)
{
    frame->pts = graph->pairs;
    frame->format = AV_PIX_FMT_YUV420P; // not yuvj420p, which says a range too
    frame->color_range = AVCOL_RANGE_UNSPECIFIED;
    frame->colorspace = AVCOL_SPC_UNSPECIFIED;
    frame->color_primaries = AVCOL_PRI_UNSPECIFIED;
    frame->color_trc = AVCOL_TRC_UNSPECIFIED;
    frame->chroma_location = AVCHROMA_LOC_UNSPECIFIED;
    frame->sample_aspect_ratio = (AVRational){1, 1};
    return av_buffersrc_add_frame(source, frame) >= 0;
}

bool score_graph_add(struct score_graph *graph, AVFrame *coded, AVFrame *reference, struct err *err)
{
    bool ok = send(graph, graph->coded, coded) && send(graph, graph->reference, reference);
    av_frame_unref(coded);
    av_frame_unref(reference);
    if (!ok)
        return err_set(err, ERR_BUG, "%s refused a picture", graph->row->filter);
    graph->pairs++;
    return drain(graph, err);
}

// The end of the log, from its pooled values on: the frames before them may be many.
static bool read_log(const struct score_graph *graph, json_t **ret, struct err *err)
{
    static const char key[] = "\"pooled_metrics\"";
    off_t end = lseek(graph->log_fd, 0, SEEK_END);
    off_t from = end > LOG_TAIL_BYTES ? end - LOG_TAIL_BYTES : 0;
    AUTO_FREE char *text = mem_alloc(LOG_TAIL_BYTES + 1);
    if (end <= 0 || pread(graph->log_fd, text, LOG_TAIL_BYTES, from) != (ssize_t)(end - from))
        return err_set(err, ERR_BUG, "%s wrote no log", graph->row->filter);
    const char *pooled = strstr(text, key);
    AUTO_FREE char *object = mem_printf("{%s", pooled ? pooled : "");
    *ret = json_loads(object, JSON_DISABLE_EOF_CHECK, NULL);
    return *ret || err_set(err, ERR_BUG, "the log of %s has no pooled scores", graph->row->filter);
}

static bool take_pooled(struct score_graph *graph, struct err *err)
{
    AUTO(json_free) json_t *log = NULL;
    json_t *pooled = NULL, *values = NULL;
    double mean = 0, min = 0;
    int64_t mean_millionths = 0;
    if (!read_log(graph, &log, err) || !json_get_object(log, "pooled_metrics", &pooled, err) ||
        !json_get_object(pooled, graph->row->log_key, &values, err) ||
        !json_get_real(values, "mean", &mean, err) || !json_get_real(values, "min", &min, err) ||
        !to_millionths(mean, &mean_millionths, err) ||
        !to_millionths(min, &graph->sum.min_millionths, err))
        return err_wrap(err, "%s", graph->row->filter);
    graph->sum.frames = graph->pairs;
    graph->sum.sum_millionths = mean_millionths * graph->pairs;
    return true;
}

bool score_graph_finish(struct score_graph *graph, struct media_score *sum, struct err *err)
{
    if (av_buffersrc_add_frame(graph->coded, NULL) < 0 ||
        av_buffersrc_add_frame(graph->reference, NULL) < 0)
        return err_set(err, ERR_BUG, "%s refused its end", graph->row->filter);
    if (!drain(graph, err))
        return false;
    if (graph->pairs_out != graph->pairs || graph->pairs == 0)
        return err_set(err, ERR_BUG, "%s scored %" PRId64 " of %" PRId64 " pictures",
                       graph->row->filter, graph->pairs_out, graph->pairs);
    avfilter_graph_free(&graph->graph); // which makes it write its log
    if (graph->row->log_key && !take_pooled(graph, err))
        return false;
    media_score_add(sum, &graph->sum);
    return true;
}
