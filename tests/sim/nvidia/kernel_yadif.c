// SPDX-License-Identifier: BSD-2-Clause
// yadif_cuda's kernels, yadif_{uchar,uchar2,ushort,ushort2}: each missing line is the
// best of five edge directions, held within what the neighbours in time allow.
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "memory.h"

struct launch {
    const struct texture *previous, *current, *next;
    uint8_t *target;
    int width, height, pitch; // pitch in elements
    int parity, top_first, skips_check;
};

static int max3(int a, int b, int c)
{
    int high = a > b ? a : b;
    return high > c ? high : c;
}

static int min3(int a, int b, int c)
{
    int low = a < b ? a : b;
    return low < c ? low : c;
}

static int spatial(const struct texture *t, int x, int y, int channel)
{
    int above[7], below[7];
    for (int i = 0; i < 7; i++) {
        above[i] = texture_sample(t, x - 3 + i, y - 1, channel);
        below[i] = texture_sample(t, x - 3 + i, y + 1, channel);
    }
    int best = (above[3] + below[3]) / 2, score = 0;
    for (int i = -1; i <= 1; i++)
        score += abs(above[3 + i] - below[3 + i]);
    // Each side is followed farther only while that gets better.
    for (int side = -1; side <= 1; side += 2) {
        for (int slant = side; abs(slant) <= 2; slant += side) {
            int now = 0;
            for (int i = -1; i <= 1; i++)
                now += abs(above[3 + slant + i] - below[3 - slant + i]);
            if (now >= score)
                break;
            score = now;
            best = (above[3 + slant] + below[3 - slant]) / 2;
        }
    }
    return best;
}

static int temporal(const struct launch *launch, int x, int y, int channel, int predicted)
{
    bool is_second = !(launch->parity ^ launch->top_first);
    const struct texture *before = is_second ? launch->current : launch->previous;
    const struct texture *after = is_second ? launch->next : launch->current;
#define AT(t, dy) texture_sample(t, x, y + (dy), channel)
    int above = AT(launch->current, -1), below = AT(launch->current, 1);
    int middle = (AT(before, 0) + AT(after, 0)) / 2;
    int difference =
        max3(abs(AT(before, 0) - AT(after, 0)),
             (abs(AT(launch->previous, -1) - above) + abs(AT(launch->previous, 1) - below)) / 2,
             (abs(AT(launch->next, -1) - above) + abs(AT(launch->next, 1) - below)) / 2);
    if (!launch->skips_check) {
        int high = (AT(before, -2) + AT(after, -2)) / 2 - above;
        int low = (AT(before, 2) + AT(after, 2)) / 2 - below;
        int most = max3(middle - below, middle - above, high < low ? high : low);
        int least = min3(middle - below, middle - above, high > low ? high : low);
        difference = max3(difference, least, -most);
    }
#undef AT
    return clamp_int(predicted, middle - difference, middle + difference);
}

static int pixel(const struct launch *launch, int x, int y, int channel)
{
    if (y % 2 == launch->parity)
        return texture_sample(launch->current, x, y, channel);
    return temporal(launch, x, y, channel, spatial(launch->current, x, y, channel));
}

static void fill(const struct kernel *kernel, const struct launch *launch)
{
    size_t row_bytes =
        (size_t)launch->pitch * (size_t)kernel->channels * (size_t)kernel->sample_bytes;
    for (int y = 0; y < launch->height; y++) {
        uint8_t *row = launch->target + (size_t)y * row_bytes;
        for (int i = 0; i < launch->width * kernel->channels; i++) {
            int value = pixel(launch, i / kernel->channels, y, i % kernel->channels);
            if (kernel->sample_bytes == 1)
                row[i] = (uint8_t)value;
            else
                ((uint16_t *)(void *)row)[i] = (uint16_t)value;
        }
    }
}

static bool fits(const struct kernel *kernel, const struct texture *texture)
{
    return texture && texture->channels == kernel->channels &&
           texture->sample_bytes == kernel->sample_bytes;
}

static CUresult run(const struct kernel *kernel, void **arguments)
{
    struct launch launch = {
        .previous = texture_get(*(CUtexObject *)arguments[1]),
        .current = texture_get(*(CUtexObject *)arguments[2]),
        .next = texture_get(*(CUtexObject *)arguments[3]),
        .width = *(int *)arguments[4],
        .height = *(int *)arguments[5],
        .pitch = *(int *)arguments[6],
        .parity = *(int *)arguments[9],
        .top_first = *(int *)arguments[10],
        .skips_check = *(unsigned char *)arguments[11],
    };
    size_t element = (size_t)kernel->channels * (size_t)kernel->sample_bytes;
    launch.target = memory_shadow_rows(*(CUdeviceptr *)arguments[0], (size_t)launch.width * element,
                                       (size_t)launch.height, (size_t)launch.pitch * element);
    if (!launch.target || !fits(kernel, launch.previous) || !fits(kernel, launch.current) ||
        !fits(kernel, launch.next))
        return SIM_ILLEGAL_ADDRESS;
    fill(kernel, &launch);
    return CUDA_SUCCESS;
}

bool kernel_find_yadif(const char *name, struct kernel *ret)
{
    static const struct {
        const char *name;
        int sample_bytes, channels;
    } known[] = {{"yadif_uchar", 1, 1},
                 {"yadif_uchar2", 1, 2},
                 {"yadif_ushort", 2, 1},
                 {"yadif_ushort2", 2, 2}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i].name) == 0) {
            *ret = (struct kernel){
                .run = run, .sample_bytes = known[i].sample_bytes, .channels = known[i].channels};
            return true;
        }
    }
    return false;
}
