// SPDX-License-Identifier: BSD-2-Clause
// The level tables of H.264, HEVC and AV1 and the search through them.
#include "src/media/codec_level.h"

#include <stddef.h>

#include "src/base/mem.h"

struct h264_row {
    int idc;
    int64_t max_mbps;    // macroblocks per second
    int64_t max_fs;      // macroblocks per frame
    int64_t max_dpb_mbs; // macroblocks in the decoded picture buffer
    int64_t max_br;      // units of cpbBrVclFactor bit/s
    int64_t max_cpb;     // units of cpbBrVclFactor bits
};

// Level 1b is left out: in High it needs level_idc 9, which few readers know.
static const struct h264_row h264_rows[] = {
    {10, 1485, 99, 396, 64, 175},
    {11, 3000, 396, 900, 192, 500},
    {12, 6000, 396, 2376, 384, 1000},
    {13, 11880, 396, 2376, 768, 2000},
    {20, 11880, 396, 2376, 2000, 2000},
    {21, 19800, 792, 4752, 4000, 4000},
    {22, 20250, 1620, 8100, 4000, 4000},
    {30, 40500, 1620, 8100, 10000, 10000},
    {31, 108000, 3600, 18000, 14000, 14000},
    {32, 216000, 5120, 20480, 20000, 20000},
    {40, 245760, 8192, 32768, 20000, 25000},
    {41, 245760, 8192, 32768, 50000, 62500},
    {42, 522240, 8704, 34816, 50000, 62500},
    {50, 589824, 22080, 110400, 135000, 135000},
    {51, 983040, 36864, 184320, 240000, 240000},
    {52, 2073600, 36864, 184320, 240000, 240000},
    {60, 4177920, 139264, 696320, 240000, 240000},
    {61, 8355840, 139264, 696320, 480000, 480000},
    {62, 16711680, 139264, 696320, 800000, 800000},
};

// cpbBrVclFactor of High: 1.25 times that of Main.
static const int64_t h264_high_factor = 1250;

static int64_t blocks(int64_t size_px, int64_t block_px)
{
    return (size_px + block_px - 1) / block_px;
}

// units_per_frame * rate <= limit, exactly.
static bool rate_fits(int64_t units_per_frame, struct rational frame_rate, int64_t limit)
{
    struct rational per_second = rational_mul(rational_make(units_per_frame, 1), frame_rate);
    return rational_cmp(per_second, rational_make(limit, 1)) <= 0;
}

static bool h264_row_fits(const struct h264_row *row, const struct level_need *need)
{
    int64_t width = blocks(need->width_px, 16), height = blocks(need->height_px, 16);
    int64_t frame = width * height;
    return frame <= row->max_fs && width * width <= 8 * row->max_fs &&
           height * height <= 8 * row->max_fs &&
           rate_fits(frame, need->frame_rate, row->max_mbps) &&
           frame * need->reference_frames <= row->max_dpb_mbs &&
           need->maxrate_bps <= row->max_br * h264_high_factor &&
           need->bufsize_bits <= row->max_cpb * h264_high_factor;
}

struct level h264_level_find(const struct level_need *need)
{
    for (size_t i = 0; i < ARRAY_LEN(h264_rows); i++)
        if (h264_row_fits(&h264_rows[i], need))
            return (struct level){h264_rows[i].idc, true};
    return (struct level){h264_rows[ARRAY_LEN(h264_rows) - 1].idc, false};
}

int h264_level_dpb_frames(int level_idc, int width_px, int height_px)
{
    int64_t frame = blocks(width_px, 16) * blocks(height_px, 16);
    int64_t frames = 1;
    for (size_t i = 0; i < ARRAY_LEN(h264_rows); i++)
        if (h264_rows[i].idc == level_idc && frame > 0)
            frames = h264_rows[i].max_dpb_mbs / frame;
    return frames < 1 ? 1 : frames > 16 ? 16 : (int)frames;
}

struct hevc_row {
    int idc;
    int64_t max_luma_ps;
    int64_t max_luma_sr;
    int64_t max_br;  // Main tier, units of 1000 bit/s
    int64_t max_cpb; // Main tier, units of 1000 bits
};

static const struct hevc_row hevc_rows[] = {
    {30, 36864, 552960, 128, 350},
    {60, 122880, 3686400, 1500, 1500},
    {63, 245760, 7372800, 3000, 3000},
    {90, 552960, 16588800, 6000, 6000},
    {93, 983040, 33177600, 10000, 10000},
    {120, 2228224, 66846720, 12000, 12000},
    {123, 2228224, 133693440, 20000, 20000},
    {150, 8912896, 267386880, 25000, 25000},
    {153, 8912896, 534773760, 40000, 40000},
    {156, 8912896, 1069547520, 60000, 60000},
    {180, 35651584, 1069547520, 60000, 60000},
    {183, 35651584, 2139095040, 120000, 120000},
    {186, 35651584, 4278190080, 240000, 240000},
};

static bool hevc_row_fits(const struct hevc_row *row, const struct level_need *need)
{
    // Pictures are coded in whole blocks of 8, the least coding block.
    int64_t width = blocks(need->width_px, 8) * 8, height = blocks(need->height_px, 8) * 8;
    int64_t frame = width * height;
    return frame <= row->max_luma_ps && width * width <= 8 * row->max_luma_ps &&
           height * height <= 8 * row->max_luma_ps &&
           rate_fits(frame, need->frame_rate, row->max_luma_sr) &&
           need->maxrate_bps <= row->max_br * 1000 && need->bufsize_bits <= row->max_cpb * 1000;
}

struct level hevc_level_find(const struct level_need *need)
{
    for (size_t i = 0; i < ARRAY_LEN(hevc_rows); i++)
        if (hevc_row_fits(&hevc_rows[i], need))
            return (struct level){hevc_rows[i].idc, true};
    return (struct level){hevc_rows[ARRAY_LEN(hevc_rows) - 1].idc, false};
}

struct av1_row {
    int index; // seq_level_idx
    int64_t max_picture;
    int64_t max_width_px;
    int64_t max_height_px;
    int64_t max_display_rate;
    int64_t max_bps; // Main tier; the buffer holds one second of it
};

static const struct av1_row av1_rows[] = {
    {0, 147456, 2048, 1152, 4423680, 1500000},
    {1, 278784, 2816, 1584, 8363520, 3000000},
    {4, 665856, 4352, 2448, 19975680, 6000000},
    {5, 1065024, 5504, 3096, 31950720, 10000000},
    {8, 2359296, 6144, 3456, 70778880, 12000000},
    {9, 2359296, 6144, 3456, 141557760, 20000000},
    {12, 8912896, 8192, 4352, 267386880, 30000000},
    {13, 8912896, 8192, 4352, 534773760, 40000000},
    {14, 8912896, 8192, 4352, 1069547520, 60000000},
    {16, 35651584, 16384, 8704, 1069547520, 60000000},
    {17, 35651584, 16384, 8704, 2139095040, 100000000},
    {18, 35651584, 16384, 8704, 4278190080, 160000000},
};

static const int av1_index_maximum_parameters = 31;

static bool av1_row_fits(const struct av1_row *row, const struct level_need *need)
{
    int64_t frame = (int64_t)need->width_px * need->height_px;
    return frame <= row->max_picture && need->width_px <= row->max_width_px &&
           need->height_px <= row->max_height_px &&
           rate_fits(frame, need->frame_rate, row->max_display_rate) &&
           need->maxrate_bps <= row->max_bps && need->bufsize_bits <= row->max_bps;
}

struct level av1_level_find(const struct level_need *need)
{
    for (size_t i = 0; i < ARRAY_LEN(av1_rows); i++)
        if (av1_row_fits(&av1_rows[i], need))
            return (struct level){av1_rows[i].index, true};
    return (struct level){av1_index_maximum_parameters, false};
}
