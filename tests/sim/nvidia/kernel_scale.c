// SPDX-License-Identifier: BSD-2-Clause
// scale_cuda's kernels, Subsample_{Nearest,Bilinear,Bicubic,Lanczos}_{in}_{out}[_uv],
// for 4:2:0 formats of 8, 10 and 16 bits.
//
// Bilinear is four bilinear fetches around the source position, spread by the scale
// factor: together a tent as wide as its taps reach, up to three pixels. The cubic ones
// are four fixed taps, which alias when the picture gets smaller.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "memory.h"

enum algorithm { NEAREST, BILINEAR, BICUBIC, LANCZOS };

static const char *const algorithm_names[] = {"Nearest", "Bilinear", "Bicubic", "Lanczos"};

struct format {
    const char *name;
    int bits;
    bool is_interleaved; // chroma
};

static const struct format formats[] = {
    {"yuv420p", 8, false},
    {"nv12", 8, true},
    {"p010le", 10, true},
    {"p016le", 16, true},
};

// The arguments of a launch, in order.
struct launch {
    const struct texture *texture[4];
    uint64_t target[4];
    int target_width, target_height, target_pitch;
    int source_width, source_height;
    float parameter;
};

// What one output column (or row) reads: source positions and their weights. Bilinear's
// are two pairs, each a fetch of the texture unit, in 1/256.
struct taps {
    int position[4];
    float weight[4];
    uint32_t part[4];
};

// A linear fetch at CENTRE: two neighbours, with the 8 bit fraction of the hardware.
static void linear_taps(float centre, int *position, uint32_t *part)
{
    float at = centre - 0.5f, below = floorf(at);
    position[0] = (int)below;
    position[1] = (int)below + 1;
    part[1] = (uint32_t)roundf((at - below) * 256.0f);
    part[0] = 256 - part[1];
}

static void lanczos_weights(float fraction, float weight[4])
{
    float sum = 0.0f;
    for (int i = 0; i < 4; i++) {
        float x = (float)M_PI * (fraction + 1.0f - (float)i);
        weight[i] = x == 0.0f ? 1.0f : sinf(x) * sinf(x / 2.0f) / (x * x / 2.0f);
        sum += weight[i];
    }
    for (int i = 0; i < 4; i++)
        weight[i] /= sum;
}

// Keys' cubic with A; FFmpeg's default is A = 0.
static void bicubic_weights(float fraction, float parameter, float weight[4])
{
    const float a = parameter == 999999.0f ? 0.0f : -parameter;
    for (int i = 0; i < 3; i++) {
        float x = fabsf(fraction + 1.0f - (float)i);
        weight[i] = x < 1.0f ? ((a + 2.0f) * x - (a + 3.0f)) * x * x + 1.0f
                             : ((a * x - 5.0f * a) * x + 8.0f * a) * x - 4.0f * a;
    }
    weight[3] = 1.0f - weight[0] - weight[1] - weight[2];
}

static void set_taps(struct taps *taps, int algorithm, int index, float scale, float parameter)
{
    float centre = ((float)index + 0.5f) * scale;
    memset(taps, 0, sizeof *taps);
    if (algorithm == NEAREST) {
        taps->position[0] = (int)floorf(centre);
        taps->weight[0] = 1.0f;
    } else if (algorithm == BILINEAR) {
        float wide = fminf(fmaxf(0.5f * (scale - 1.0f), 0.0f), 1.0f);
        float spread = wide / (0.5f + wide);
        linear_taps(centre - spread, taps->position, taps->part);
        linear_taps(centre + spread, taps->position + 2, taps->part + 2);
    } else {
        float below = floorf(centre - 0.5f), fraction = centre - 0.5f - below;
        for (int i = 0; i < 4; i++)
            taps->position[i] = (int)below - 1 + i;
        if (algorithm == BICUBIC)
            bicubic_weights(fraction, parameter, taps->weight);
        else
            lanczos_weights(fraction, taps->weight);
    }
}

static struct taps *make_taps(int algorithm, int target, int source, float parameter)
{
    struct taps *taps = calloc((size_t)target, sizeof *taps);
    for (int i = 0; taps && i < target; i++) {
        set_taps(&taps[i], algorithm, i, (float)source / (float)target, parameter);
        for (int k = 0; k < 4; k++)
            taps[i].position[k] = clamp_int(taps[i].position[k], 0, source - 1);
    }
    return taps;
}

static int convert(int value, int in_bits, int out_bits)
{
    if (in_bits == 8 && out_bits > 8)
        return (value | value << 8) & (out_bits == 10 ? 0xFFC0 : 0xFFFF);
    if (in_bits > 8 && out_bits == 8)
        return value >> 8;
    if (in_bits == 10 && out_bits == 16)
        return value | value >> 10;
    return in_bits == 16 && out_bits == 10 ? value & 0xFFC0 : value;
}

// Source rows, already weighted for the output row at hand.
struct lines {
    uint32_t *pair[2]; // bilinear
    float *sum;        // the cubic ones
};

static const uint8_t *row_of(const struct texture *t, int y)
{
    return t->data + (size_t)y * t->pitch_bytes;
}

static inline uint32_t sample_of(const uint8_t *row, int sample_bytes, int index)
{
    return sample_bytes == 1 ? row[index] : ((const uint16_t *)(const void *)row)[index];
}

static void weigh_rows(struct lines *lines, const struct texture *t, int algorithm,
                       const struct taps *v)
{
    int count = t->width * t->channels;
    for (int k = 0; k < 2 && algorithm == BILINEAR; k++) {
        const uint8_t *a = row_of(t, v->position[2 * k]), *b = row_of(t, v->position[2 * k + 1]);
        uint32_t x = v->part[2 * k], y = v->part[2 * k + 1];
        for (int i = 0; i < count; i++)
            lines->pair[k][i] =
                x * sample_of(a, t->sample_bytes, i) + y * sample_of(b, t->sample_bytes, i);
    }
    if (algorithm != BICUBIC && algorithm != LANCZOS)
        return;
    memset(lines->sum, 0, (size_t)count * sizeof lines->sum[0]);
    for (int k = 0; k < 4; k++) {
        const uint8_t *row = row_of(t, v->position[k]);
        for (int i = 0; i < count; i++)
            lines->sum[i] += v->weight[k] * (float)sample_of(row, t->sample_bytes, i);
    }
}

// Four fetches, each rounded to an integer by the texture unit, and their mean.
static int bilinear(const struct lines *lines, const int index[4], const uint32_t part[4])
{
    uint32_t sum = 2;
    for (int v = 0; v < 2; v++)
        for (int h = 0; h < 4; h += 2)
            sum += (lines->pair[v][index[h]] * part[h] +
                    lines->pair[v][index[h + 1]] * part[h + 1] + (1 << 15)) >>
                   16;
    return (int)(sum >> 2);
}

static int filter(const struct texture *t, int algorithm, const struct lines *lines,
                  const struct taps *h, const struct taps *v, int channel)
{
    int index[4];
    for (int i = 0; i < 4; i++)
        index[i] = h->position[i] * t->channels + channel;
    if (algorithm == NEAREST)
        return (int)sample_of(row_of(t, v->position[0]), t->sample_bytes, index[0]);
    if (algorithm == BILINEAR)
        return bilinear(lines, index, h->part);
    float sum = 0.0f;
    for (int i = 0; i < 4; i++)
        sum += h->weight[i] * lines->sum[index[i]];
    return clamp_int((int)sum, 0, t->sample_bytes == 1 ? 255 : 65535);
}

// Where one component of the result goes.
struct target {
    uint8_t *rows;
    int step, offset; // in samples
};

static void scale_component(const struct kernel *kernel, const struct launch *launch,
                            const struct taps *h, const struct taps *v,
                            const struct texture *texture, int channel, struct target target)
{
    const struct format *in = kernel->in, *out = kernel->out;
    size_t count = (size_t)texture->width * (size_t)texture->channels;
    struct lines lines = {{malloc(count * 4), malloc(count * 4)}, malloc(count * 4)};
    bool has_room = lines.pair[0] && lines.pair[1] && lines.sum;
    for (int y = 0; y < launch->target_height && has_room; y++) {
        weigh_rows(&lines, texture, kernel->algorithm, &v[y]);
        uint8_t *row = target.rows + (size_t)y * (size_t)launch->target_pitch;
        for (int x = 0; x < launch->target_width; x++) {
            int value = filter(texture, kernel->algorithm, &lines, &h[x], &v[y], channel);
            int index = x * target.step + target.offset;
            value = convert(value, in->bits, out->bits);
            if (out->bits == 8)
                row[index] = (uint8_t)value;
            else
                ((uint16_t *)(void *)row)[index] = (uint16_t)value;
        }
    }
    free(lines.pair[0]);
    free(lines.pair[1]);
    free(lines.sum);
}

static bool find_target(const struct kernel *kernel, const struct launch *launch, int component,
                        struct target *ret)
{
    const struct format *out = kernel->out;
    bool is_pair = kernel->is_chroma && out->is_interleaved;
    int plane = !kernel->is_chroma ? 0 : is_pair ? 1 : 1 + component;
    size_t width = (size_t)launch->target_width * (is_pair ? 2 : 1) * (out->bits == 8 ? 1 : 2);
    ret->step = is_pair ? 2 : 1;
    ret->offset = is_pair ? component : 0;
    ret->rows = memory_shadow_rows(launch->target[plane], width, (size_t)launch->target_height,
                                   (size_t)launch->target_pitch);
    return ret->rows != NULL;
}

static CUresult scale_all(const struct kernel *kernel, const struct launch *launch,
                          const struct taps *h, const struct taps *v)
{
    const struct format *in = kernel->in;
    for (int component = 0; component < (kernel->is_chroma ? 2 : 1); component++) {
        bool is_pair = kernel->is_chroma && in->is_interleaved;
        int plane = !kernel->is_chroma ? 0 : is_pair ? 1 : 1 + component;
        const struct texture *texture = launch->texture[plane];
        struct target target;
        if (!texture || texture->channels != (is_pair ? 2 : 1) ||
            texture->sample_bytes != (in->bits == 8 ? 1 : 2) ||
            texture->width < launch->source_width || texture->height < launch->source_height ||
            !find_target(kernel, launch, component, &target))
            return SIM_ILLEGAL_ADDRESS;
        scale_component(kernel, launch, h, v, texture, is_pair ? component : 0, target);
    }
    return CUDA_SUCCESS;
}

static CUresult run(const struct kernel *kernel, void **arguments)
{
    struct launch launch;
    for (int i = 0; i < 4; i++) {
        launch.texture[i] = texture_get(*(CUtexObject *)arguments[i]);
        launch.target[i] = *(CUdeviceptr *)arguments[4 + i];
    }
    launch.target_width = *(int *)arguments[8];
    launch.target_height = *(int *)arguments[9];
    launch.target_pitch = *(int *)arguments[10];
    launch.source_width = *(int *)arguments[11];
    launch.source_height = *(int *)arguments[12];
    launch.parameter = *(float *)arguments[13];
    if (launch.target_width <= 0 || launch.target_height <= 0 || launch.target_pitch <= 0 ||
        launch.source_width <= 0 || launch.source_height <= 0)
        return SIM_ILLEGAL_ADDRESS;
    struct taps *h =
        make_taps(kernel->algorithm, launch.target_width, launch.source_width, launch.parameter);
    struct taps *v =
        make_taps(kernel->algorithm, launch.target_height, launch.source_height, launch.parameter);
    CUresult error = h && v ? scale_all(kernel, &launch, h, v) : SIM_OUT_OF_MEMORY;
    free(h);
    free(v);
    return error;
}

// The format whose name TEXT begins with; *text moves behind it.
static const struct format *read_format(const char **text)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        size_t length = strlen(formats[i].name);
        char after = strncmp(*text, formats[i].name, length) == 0 ? (*text)[length] : '?';
        if (after == '_' || after == '\0') {
            *text += length;
            return &formats[i];
        }
    }
    return NULL;
}

bool kernel_find_scale(const char *name, struct kernel *ret)
{
    static const char prefix[] = "Subsample_";
    *ret = (struct kernel){.run = run, .algorithm = -1};
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return false;
    name += strlen(prefix);
    for (int i = 0; i < 4; i++) {
        size_t length = strlen(algorithm_names[i]);
        if (ret->algorithm < 0 && strncmp(name, algorithm_names[i], length) == 0 &&
            name[length] == '_') {
            ret->algorithm = i;
            name += length + 1;
        }
    }
    if (ret->algorithm < 0 || !(ret->in = read_format(&name)) || *name++ != '_' ||
        !(ret->out = read_format(&name)))
        return false;
    ret->is_chroma = strcmp(name, "_uv") == 0;
    return ret->is_chroma || !*name;
}
