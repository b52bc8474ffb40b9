// SPDX-License-Identifier: BSD-2-Clause
// The zimg cascade.
#include "src/media/scale_private.h"

#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>
#include <zimg.h>

#include "src/base/mem.h"

#define ALIGN_BYTES 64

struct zimg_stage {
    zimg_filter_graph *graph;
    void *scratch;
};

struct zimg_scaler {
    const struct plan *plan;
    const struct ladder_sizes *sizes;
    struct zimg_stage stages[PLAN_VIDEO_MAX];
    AVFrame *aligned; // copy of frames zimg cannot read in place
    // shape that stage 0 was built for
    int width_px;
    int height_px;
    int format;
};

// Little-endian planar formats of 8 to 16 bits without alpha. Grey is among them, as
// libswscale (from FFmpeg 7 on) takes all grey for full range, whatever it is told.
static const char format_list[] =
    "yuv420p|yuv422p|yuv444p|yuvj420p|yuvj422p|yuvj444p|yuv410p|yuv411p|yuv440p|"
    "yuv420p9le|yuv422p9le|yuv444p9le|yuv420p10le|yuv422p10le|yuv444p10le|yuv440p10le|"
    "yuv420p12le|yuv422p12le|yuv444p12le|yuv440p12le|yuv420p14le|yuv422p14le|yuv444p14le|"
    "yuv420p16le|yuv422p16le|yuv444p16le|gbrp|gbrp9le|gbrp10le|gbrp12le|gbrp14le|gbrp16le|"
    "gray|gray9le|gray10le|gray12le|gray14le|gray16le";

const char *scale_format_list(void)
{
    return format_list;
}

bool scale_reads_format(enum AVPixelFormat format)
{
    const char *name = av_get_pix_fmt_name(format);
    if (!name)
        return false;
    size_t length = strlen(name);
    for (const char *at = format_list; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, name, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return true;
    }
    return false;
}

struct zimg_scaler *zimg_scaler_new(const struct plan *plan, const struct ladder_sizes *sizes)
{
    struct zimg_scaler *scaler = mem_alloc(sizeof *scaler);
    scaler->plan = plan;
    scaler->sizes = sizes;
    scaler->format = -1;
    return scaler;
}

static void stage_done(struct zimg_stage *stage)
{
    zimg_filter_graph_free(stage->graph);
    free(stage->scratch);
    *stage = (struct zimg_stage){0};
}

void zimg_scaler_free(struct zimg_scaler **scaler)
{
    if (!*scaler)
        return;
    for (size_t s = 0; s < ARRAY_LEN((*scaler)->stages); s++)
        stage_done(&(*scaler)->stages[s]);
    av_frame_free(&(*scaler)->aligned);
    MEM_FREE(*scaler);
}

// Chroma siting after the picture was turned: left becomes top or bottom; zimg has
// no "right", for which the centre is the nearest.
static zimg_chroma_location_e siting(const struct plan *plan)
{
    static const zimg_chroma_location_e of_av[] = {
        ZIMG_CHROMA_LEFT, ZIMG_CHROMA_LEFT,        ZIMG_CHROMA_CENTER, ZIMG_CHROMA_TOP_LEFT,
        ZIMG_CHROMA_TOP,  ZIMG_CHROMA_BOTTOM_LEFT, ZIMG_CHROMA_BOTTOM,
    };
    unsigned location = (unsigned)plan->source_chroma_location;
    zimg_chroma_location_e upright =
        location < ARRAY_LEN(of_av) ? of_av[location] : ZIMG_CHROMA_LEFT;
    if (plan->rotation_deg == 0 && !plan->is_mirrored)
        return upright;
    if (upright == ZIMG_CHROMA_LEFT && plan->rotation_deg == 90)
        return ZIMG_CHROMA_TOP;
    if (upright == ZIMG_CHROMA_LEFT && plan->rotation_deg == 270)
        return ZIMG_CHROMA_BOTTOM;
    return ZIMG_CHROMA_CENTER;
}

static zimg_image_format output_format(const struct plan *plan, int width_px, int height_px)
{
    zimg_image_format f;
    zimg_image_format_default(&f, ZIMG_API_VERSION);
    f.width = (unsigned)width_px;
    f.height = (unsigned)height_px;
    f.pixel_type = ZIMG_PIXEL_BYTE;
    f.subsample_w = 1;
    f.subsample_h = 1;
    f.color_family = ZIMG_COLOR_YUV;
    f.matrix_coefficients = (zimg_matrix_coefficients_e)plan->matrix_coefficients;
    f.depth = 8;
    f.pixel_range = ZIMG_RANGE_LIMITED;
    f.chroma_location = ZIMG_CHROMA_LEFT;
    return f;
}

// What a side must be a multiple of for zimg: whole chroma samples.
static int whole(int side_px, int log2_chroma)
{
    int unit = 1 << log2_chroma;
    return (side_px + unit - 1) / unit * unit;
}

static zimg_image_format source_format(const struct plan *plan, const AVFrame *frame)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    bool is_rgb = (desc->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    bool is_grey = desc->nb_components == 1;
    bool is_j = strncmp(desc->name, "yuvj", 4) == 0;
    // The tone mapping chain has made BT.709 limited range of it already.
    bool is_mapped = plan->tone_map;
    zimg_image_format f;
    zimg_image_format_default(&f, ZIMG_API_VERSION);
    // Odd sides: the picture is padded to whole chroma samples and the padding left out.
    f.width = (unsigned)whole(frame->width, is_rgb ? 0 : desc->log2_chroma_w);
    f.height = (unsigned)whole(frame->height, is_rgb ? 0 : desc->log2_chroma_h);
    f.active_region.left = 0;
    f.active_region.top = 0;
    f.active_region.width = frame->width;
    f.active_region.height = frame->height;
    f.pixel_type = desc->comp[0].depth > 8 ? ZIMG_PIXEL_WORD : ZIMG_PIXEL_BYTE;
    f.depth = (unsigned)desc->comp[0].depth;
    f.subsample_w = is_rgb ? 0 : desc->log2_chroma_w;
    f.subsample_h = is_rgb ? 0 : desc->log2_chroma_h;
    f.color_family = is_rgb ? ZIMG_COLOR_RGB : is_grey ? ZIMG_COLOR_GREY : ZIMG_COLOR_YUV;
    int matrix = is_mapped ? 1 : plan->source_matrix;
    if (is_grey)
        matrix = plan->matrix_coefficients; // luma means the same in all of them
    if (!is_rgb && matrix == 0)
        matrix = 1; // an RGB source that a decoder or filter handed over as YUV
    f.matrix_coefficients = is_rgb ? ZIMG_MATRIX_RGB : (zimg_matrix_coefficients_e)matrix;
    bool is_full = is_rgb || is_j || (!is_mapped && plan->source_is_full_range);
    f.pixel_range = is_full ? ZIMG_RANGE_FULL : ZIMG_RANGE_LIMITED;
    f.chroma_location = siting(plan);
    return f;
}

// Only a real change of primaries pays for the trip through linear light.
static void set_gamut(const struct plan *plan, zimg_image_format *from, zimg_image_format *to)
{
    if (plan->tone_map || plan->source_primaries == plan->colour_primaries)
        return;
    from->color_primaries = (zimg_color_primaries_e)plan->source_primaries;
    from->transfer_characteristics = (zimg_transfer_characteristics_e)plan->source_transfer;
    to->color_primaries = (zimg_color_primaries_e)plan->colour_primaries;
    to->transfer_characteristics = (zimg_transfer_characteristics_e)plan->transfer_characteristics;
}

static bool stage_build(struct zimg_stage *stage, const zimg_image_format *from,
                        const zimg_image_format *to, struct err *err)
{
    stage_done(stage);
    zimg_graph_builder_params params;
    zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
    params.resample_filter = ZIMG_RESIZE_LANCZOS;
    params.filter_param_a = 3;
    params.resample_filter_uv = ZIMG_RESIZE_LANCZOS;
    params.filter_param_a_uv = 3;
    params.dither_type = from->depth > 8 ? ZIMG_DITHER_ORDERED : ZIMG_DITHER_NONE;
    params.cpu_type = ZIMG_CPU_AUTO_64B;
    stage->graph = zimg_filter_graph_build(from, to, &params);
    size_t scratch_bytes = 0;
    if (!stage->graph ||
        zimg_filter_graph_get_tmp_size(stage->graph, &scratch_bytes) != ZIMG_ERROR_SUCCESS) {
        char text[256] = "";
        zimg_get_last_error(text, sizeof text);
        return err_set(err, ERR_INPUT, "cannot scale %ux%u to %ux%u: %s", from->width, from->height,
                       to->width, to->height, text);
    }
    size_t rounded = (scratch_bytes + ALIGN_BYTES) / ALIGN_BYTES * ALIGN_BYTES;
    stage->scratch = aligned_alloc(ALIGN_BYTES, rounded);
    if (!stage->scratch)
        return err_set(err, ERR_TRANSIENT, "scaling: out of memory");
    return true;
}

static bool build(struct zimg_scaler *scaler, const AVFrame *frame, struct err *err)
{
    const struct ladder_sizes *sizes = scaler->sizes;
    for (size_t s = 0; s < sizes->count; s++) {
        if (s > 0 && scaler->stages[s].graph)
            continue; // only the first depends on the frame's shape
        zimg_image_format to = output_format(scaler->plan, sizes->width_px[s], sizes->height_px[s]);
        zimg_image_format from =
            s == 0 ? source_format(scaler->plan, frame)
                   : output_format(scaler->plan, sizes->width_px[s - 1], sizes->height_px[s - 1]);
        if (s == 0)
            set_gamut(scaler->plan, &from, &to);
        if (!stage_build(&scaler->stages[s], &from, &to, err))
            return false;
    }
    scaler->width_px = frame->width;
    scaler->height_px = frame->height;
    scaler->format = frame->format;
    return true;
}

static bool is_readable_in_place(const AVFrame *frame)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    if (frame->width != whole(frame->width, desc->log2_chroma_w) ||
        frame->height != whole(frame->height, desc->log2_chroma_h))
        return false;
    for (int p = 0; p < av_pix_fmt_count_planes((enum AVPixelFormat)frame->format); p++)
        if ((uintptr_t)frame->data[p] % ALIGN_BYTES != 0 || frame->linesize[p] <= 0 ||
            frame->linesize[p] % ALIGN_BYTES != 0)
            return false;
    return true;
}

// Repeats the last luma column and row where an odd side was padded.
static void pad_edges(AVFrame *frame)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    size_t bytes = desc->comp[0].depth > 8 ? 2 : 1;
    size_t row_bytes = (size_t)frame->width * bytes;
    int pad_px = whole(frame->width, desc->log2_chroma_w) - frame->width;
    int pad_rows = whole(frame->height, desc->log2_chroma_h) - frame->height;
    for (int y = 0; y < frame->height && pad_px > 0; y++) {
        uint8_t *end = frame->data[0] + (ptrdiff_t)y * frame->linesize[0] + row_bytes;
        for (int x = 0; x < pad_px; x++)
            memcpy(end + (size_t)x * bytes, end - bytes, bytes);
    }
    uint8_t *last = frame->data[0] + (ptrdiff_t)(frame->height - 1) * frame->linesize[0];
    for (int y = 1; y <= pad_rows; y++)
        memcpy(last + (ptrdiff_t)y * frame->linesize[0], last, row_bytes + (size_t)pad_px * bytes);
}

static bool make_aligned(struct zimg_scaler *scaler, const AVFrame *frame, struct err *err)
{
    AVFrame *copy = scaler->aligned;
    if (!copy || copy->width != frame->width || copy->height != frame->height ||
        copy->format != frame->format) {
        av_frame_free(&scaler->aligned);
        scaler->aligned = copy = av_frame_alloc();
        if (!copy)
            return err_set(err, ERR_TRANSIENT, "scaling: out of memory");
        const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
        copy->width = whole(frame->width, desc->log2_chroma_w);
        copy->height = whole(frame->height, desc->log2_chroma_h);
        copy->format = frame->format;
        if (av_frame_get_buffer(copy, ALIGN_BYTES) < 0)
            return err_set(err, ERR_TRANSIENT, "scaling: out of memory");
        copy->width = frame->width;
        copy->height = frame->height;
    }
    if (av_frame_copy(copy, frame) < 0)
        return err_set(err, ERR_BUG, "scaling: frame copy failed");
    pad_edges(copy);
    return true;
}

static zimg_image_buffer_const readable(const AVFrame *frame)
{
    // zimg orders planes R, G, B; libavutil's planar RGB is G, B, R.
    static const int rgb_plane[3] = {2, 0, 1};
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    bool is_rgb = (desc->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    zimg_image_buffer_const buffer = {ZIMG_API_VERSION};
    for (int p = 0; p < 3; p++) {
        int from = is_rgb ? rgb_plane[p] : p;
        buffer.plane[p].data = frame->data[from];
        buffer.plane[p].stride = frame->linesize[from];
        buffer.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    return buffer;
}

static zimg_image_buffer_const readable_picture(const struct picture *picture)
{
    zimg_image_buffer_const buffer = {ZIMG_API_VERSION};
    for (int p = 0; p < 3; p++) {
        buffer.plane[p].data = picture->plane[p];
        buffer.plane[p].stride = picture->stride_bytes[p];
        buffer.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    return buffer;
}

static zimg_image_buffer writable_picture(const struct picture *picture)
{
    zimg_image_buffer buffer = {ZIMG_API_VERSION};
    for (int p = 0; p < 3; p++) {
        buffer.plane[p].data = picture->plane[p];
        buffer.plane[p].stride = picture->stride_bytes[p];
        buffer.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    return buffer;
}

static void release(struct picture **pictures, size_t count)
{
    for (size_t s = 0; s < count; s++)
        picture_unref(&pictures[s]);
}

bool zimg_scaler_run(struct zimg_scaler *scaler, const AVFrame *frame,
                     struct picture_pool *const *pools, struct picture **ret_pictures,
                     struct err *err)
{
    if ((scaler->format != frame->format || scaler->width_px != frame->width ||
         scaler->height_px != frame->height) &&
        !build(scaler, frame, err))
        return false;
    if (!is_readable_in_place(frame)) {
        if (!make_aligned(scaler, frame, err))
            return false;
        frame = scaler->aligned;
    }
    struct picture *made[PLAN_VIDEO_MAX] = {0};
    for (size_t s = 0; s < scaler->sizes->count; s++) {
        made[s] = picture_get(pools[s]);
        if (!made[s]) {
            release(made, s);
            return err_set(err, ERR_TRANSIENT, "scaling: out of memory");
        }
        zimg_image_buffer_const from = s == 0 ? readable(frame) : readable_picture(made[s - 1]);
        zimg_image_buffer to = writable_picture(made[s]);
        if (zimg_filter_graph_process(scaler->stages[s].graph, &from, &to,
                                      scaler->stages[s].scratch, NULL, NULL, NULL,
                                      NULL) != ZIMG_ERROR_SUCCESS) {
            char text[256] = "";
            zimg_get_last_error(text, sizeof text);
            release(made, s + 1);
            return err_set(err, ERR_BUG, "scaling: %s", text);
        }
    }
    memcpy(ret_pictures, made, scaler->sizes->count * sizeof made[0]);
    return true;
}
