// SPDX-License-Identifier: BSD-2-Clause
// The rung table and the rules that fit it to a source.
#include "src/media/ladder.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

struct cap_row {
    int short_side_px;
    int maxrate_kbps; // H.264, 16:9, up to 30 frames per second
    bool is_default;  // a rung of the default ladder; else a point of the curve only
};

static const struct cap_row caps[] = {
    {2160, 17120, true}, {1440, 9630, true}, {1080, 5350, true}, {720, 2996, true},
    {540, 1712, true},   {480, 1498, false}, {360, 856, true},   {240, 428, true},
};

struct codec_row {
    double cap_factor;
    double crf;
    double crf_max;
};

static const struct codec_row codecs[VIDEO_CODEC_COUNT] = {
    [VIDEO_H264] = {1.0, 23, 51},
    [VIDEO_HEVC] = {0.65, 26, 51},
    [VIDEO_AV1] = {0.55, 33, 63},
};

size_t ladder_default(struct ladder_rung ret_rungs[PLAN_RUNGS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(caps); i++)
        if (caps[i].is_default)
            ret_rungs[count++] = (struct ladder_rung){.short_side_px = caps[i].short_side_px};
    return count;
}

static int even_down(int px)
{
    return px < 2 ? 2 : px & ~1;
}

// The even number nearest to side * num / den.
static int even_nearest(int64_t side, int64_t num, int64_t den)
{
    int64_t even = 2 * ((side * num + den) / (2 * den));
    return even < 2 ? 2 : (int)even;
}

static int long_side(int short_side_px, int source_short_px, int source_long_px)
{
    int nearest = even_nearest(short_side_px, source_long_px, source_short_px);
    // Rounding up must not make a picture wider than the source.
    int limit = even_down(source_long_px);
    return nearest > limit ? limit : nearest;
}

static struct ladder_pick pick_build(const struct ladder_rung *rung, int width_px, int height_px)
{
    bool is_portrait = height_px > width_px;
    int source_short = is_portrait ? width_px : height_px;
    int source_long = is_portrait ? height_px : width_px;
    int side = even_down(rung->short_side_px);
    int other = long_side(side, source_short, source_long);
    return (struct ladder_pick){
        .rung_px = side,
        .width_px = is_portrait ? side : other,
        .height_px = is_portrait ? other : side,
        .maxrate_bps = rung->maxrate_bps,
        .crf = rung->crf,
    };
}

static struct ladder_pick pick_source_size(int width_px, int height_px)
{
    int width = even_down(width_px), height = even_down(height_px);
    return (struct ladder_pick){
        .rung_px = width < height ? width : height,
        .width_px = width,
        .height_px = height,
    };
}

static int rung_compare(const void *a, const void *b)
{
    const struct ladder_rung *left = a, *right = b;
    return (left->short_side_px < right->short_side_px) -
           (left->short_side_px > right->short_side_px);
}

static void note_rung(struct plan *notes, enum plan_note_kind kind, int rung_px, const char *fmt,
                      ...) __attribute__((format(printf, 4, 5)));

static void note_rung(struct plan *notes, enum plan_note_kind kind, int rung_px, const char *fmt,
                      ...)
{
    char subject[48], reason[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(reason, sizeof(reason), fmt, args);
    va_end(args);
    snprintf(subject, sizeof(subject), "%dp", rung_px);
    plan_note(notes, kind, subject, "%s", reason);
}

// Those that fit, without doubles, in the order of `rungs`.
static size_t choose_fitting(const struct ladder_rung *rungs, size_t rung_count, int width_px,
                             int height_px, struct plan *notes,
                             struct ladder_pick ret_picks[PLAN_RUNGS_MAX])
{
    int source_px = width_px < height_px ? width_px : height_px;
    size_t count = 0;
    for (size_t i = 0; i < rung_count; i++) {
        int asked_px = rungs[i].short_side_px;
        if (asked_px > source_px) {
            note_rung(notes, NOTE_DROPPED, asked_px, "source is %dp", source_px);
            continue;
        }
        struct ladder_pick pick = pick_build(&rungs[i], width_px, height_px);
        if (count > 0 && ret_picks[count - 1].rung_px == pick.rung_px) {
            note_rung(notes, NOTE_DROPPED, asked_px, "%dp is in the ladder already", pick.rung_px);
            continue;
        }
        if (pick.rung_px != asked_px)
            note_rung(notes, NOTE_CHANGED, asked_px, "made %dp: sizes are even", pick.rung_px);
        ret_picks[count++] = pick;
    }
    return count;
}

// A source between two rungs would lose its detail: 1920x800 fits 720p only. A
// source above the whole table does not get one: hardly a player takes 8K.
static bool wants_own_size(int source_px, int largest_px)
{
    return source_px < caps[0].short_side_px && (int64_t)source_px * 10 >= (int64_t)largest_px * 11;
}

size_t ladder_choose(const struct plan_options *options, int display_width_px,
                     int display_height_px, struct plan *notes,
                     struct ladder_pick ret_picks[PLAN_RUNGS_MAX])
{
    struct ladder_rung rungs[PLAN_RUNGS_MAX] = {0};
    size_t rung_count = options->ladder_count;
    if (options->is_default_ladder)
        rung_count = ladder_default(rungs);
    else
        memcpy(rungs, options->ladder, sizeof(rungs));
    qsort(rungs, rung_count, sizeof(rungs[0]), rung_compare);

    size_t count =
        choose_fitting(rungs, rung_count, display_width_px, display_height_px, notes, ret_picks);
    struct ladder_pick own = pick_source_size(display_width_px, display_height_px);
    int source_px = display_width_px < display_height_px ? display_width_px : display_height_px;
    if (count == 0) {
        note_rung(notes, NOTE_INFO, own.rung_px,
                  "the source's own size, as every rung is larger than %dp", source_px);
        ret_picks[count++] = own;
    } else if (options->is_default_ladder && wants_own_size(source_px, ret_picks[0].rung_px)) {
        note_rung(notes, NOTE_INFO, own.rung_px,
                  "added at the source's own size, well above the %dp that fits",
                  ret_picks[0].rung_px);
        memmove(ret_picks + 1, ret_picks, count * sizeof(ret_picks[0]));
        ret_picks[0] = own;
        count++;
    } else if (options->is_default_ladder && source_px > caps[0].short_side_px) {
        note_rung(notes, NOTE_INFO, own.rung_px,
                  "the source's own size is above %dp, the largest of the default ladder",
                  caps[0].short_side_px);
    }
    return count;
}

// Straight lines between the table's points, both axes logarithmic; the outermost
// lines go on beyond the ends.
static double curve_kbps(int short_side_px)
{
    size_t at = 0;
    while (at + 2 < ARRAY_LEN(caps) && short_side_px < caps[at + 1].short_side_px)
        at++;
    double high = caps[at].short_side_px, low = caps[at + 1].short_side_px;
    double part = log(short_side_px / low) / log(high / low);
    return caps[at + 1].maxrate_kbps *
           pow((double)caps[at].maxrate_kbps / caps[at + 1].maxrate_kbps, part);
}

int64_t ladder_maxrate_bps(enum video_codec codec, int width_px, int height_px,
                           struct rational frame_rate)
{
    int side = width_px < height_px ? width_px : height_px;
    int other = width_px < height_px ? height_px : width_px;
    double kbps = curve_kbps(side) * codecs[codec].cap_factor;
    kbps *= pow((double)other / even_nearest(side, 16, 9), 0.75);
    if (rational_cmp(frame_rate, rational_make(30, 1)) > 0)
        kbps *= 1.5;
    return kbps < 32 ? 32000 : llround(kbps) * 1000;
}

int64_t ladder_bufsize_bits(int64_t maxrate_bps)
{
    return maxrate_bps * 150 / 107;
}

double ladder_crf(enum video_codec codec)
{
    return codecs[codec].crf;
}

double ladder_crf_max(enum video_codec codec)
{
    return codecs[codec].crf_max;
}
