// SPDX-License-Identifier: BSD-2-Clause
// How large a picture each level allows: H.264 Table A-1, H.265 Table A.8, AV1 A.3. What a
// level says of rates is not looked at: parameter sets are no witness of the frame rate.
#include <string.h>

#include "manifests/validate/codec/codec_private.h"
#include "src/base/mem.h"

struct limit {
    uint32_t level;
    uint32_t size; // macroblocks, luma samples
};

static const struct limit h264_limits[] = {
    {9, 99},     {10, 99},    {11, 396},   {12, 396},    {13, 396},    {20, 396},    {21, 792},
    {22, 1620},  {30, 1620},  {31, 3600},  {32, 5120},   {40, 8192},   {41, 8192},   {42, 8704},
    {50, 22080}, {51, 36864}, {52, 36864}, {60, 139264}, {61, 139264}, {62, 139264},
};
static const struct limit hevc_limits[] = {
    {30, 36864},     {60, 122880},    {63, 245760},    {90, 552960},   {93, 983040},
    {120, 2228224},  {123, 2228224},  {150, 8912896},  {153, 8912896}, {156, 8912896},
    {180, 35651584}, {183, 35651584}, {186, 35651584},
};
static const struct limit av1_limits[] = {
    {0, 147456},    {1, 278784},    {4, 665856},    {5, 1065024},   {8, 2359296},
    {9, 2359296},   {12, 8912896},  {13, 8912896},  {14, 8912896},  {15, 8912896},
    {16, 35651584}, {17, 35651584}, {18, 35651584}, {19, 35651584},
};

static const struct {
    const char *box_type;
    const struct limit *limits;
    size_t count;
    uint32_t block_px; // a side of what is counted
} families[] = {
    {"avcC", h264_limits, ARRAY_LEN(h264_limits), 16},
    {"hvcC", hevc_limits, ARRAY_LEN(hevc_limits), 1},
    {"av1C", av1_limits, ARRAY_LEN(av1_limits), 1},
};

bool codec_level_allows(const char *box_type, const struct codec_facts *facts)
{
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if (strcmp(families[i].box_type, box_type) != 0)
            continue;
        uint64_t block = families[i].block_px;
        uint64_t size =
            ((facts->width_px + block - 1) / block) * ((facts->height_px + block - 1) / block);
        for (size_t j = 0; j < families[i].count; j++)
            if (families[i].limits[j].level == facts->level)
                return size <= families[i].limits[j].size;
    }
    return true; // nothing known
}
