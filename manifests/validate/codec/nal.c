// SPDX-License-Identifier: BSD-2-Clause
// What H.264, HEVC and VVC share: NAL units with length fields, kept parameter sets, the
// beginning of the VUI.
#include <string.h>

#include "manifests/validate/codec/codec_private.h"
#include "src/base/mem.h"

void codec_keep_set(struct codec *codec, const uint8_t *data, size_t size_bytes)
{
    if (codec->set_count >= CODEC_SETS_MAX || size_bytes == 0)
        return;
    if ((codec->set_count & (codec->set_count - 1)) == 0)
        codec->sets = mem_realloc(codec->sets, codec->set_count ? codec->set_count * 2 : 1,
                                  sizeof *codec->sets);
    uint8_t *copy = mem_alloc(size_bytes);
    memcpy(copy, data, size_bytes);
    codec->sets[codec->set_count++] =
        (struct parameter_set){.data = copy, .size_bytes = size_bytes};
}

void codec_compare_set(const struct codec *codec, const uint8_t *data, size_t size_bytes,
                       struct sample_look *look)
{
    for (size_t i = 0; i < codec->set_count; i++)
        if (codec->sets[i].size_bytes == size_bytes &&
            memcmp(codec->sets[i].data, data, size_bytes) == 0) {
            look->has_same_set = true;
            return;
        }
    look->has_foreign_set = true;
}

bool nal_next(const struct codec *codec, const uint8_t **at, const uint8_t *end, struct nal *ret,
              struct sample_look *look)
{
    size_t left = (size_t)(end - *at);
    if (left == 0)
        return false;
    if (left < codec->nal_length_size) {
        look->malformed = "the sample ends inside the length of a NAL unit";
        return false;
    }
    size_t length = 0;
    for (unsigned i = 0; i < codec->nal_length_size; i++)
        length = length << 8 | (*at)[i];
    left -= codec->nal_length_size;
    if (length > left) {
        look->malformed = "a NAL unit is longer than the rest of its sample";
        return false;
    }
    if (length == 0) {
        look->malformed = "a NAL unit has the length 0";
        return false;
    }
    ret->data = *at + codec->nal_length_size;
    ret->size_bytes = length;
    *at = ret->data + length;
    return true;
}

// ITU-T H.264 Table E-1, the same in H.265.
static const struct {
    uint8_t width, height;
} aspects[] = {
    {1, 1},   {1, 1},   {12, 11}, {10, 11}, {16, 11},  {40, 33}, {24, 11}, {20, 11}, {32, 11},
    {80, 33}, {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3},   {3, 2},   {2, 1},
};

void vui_read_head(struct codec_bits *bits, struct codec_facts *facts)
{
    if (codec_bits_flag(bits)) { // aspect_ratio_info_present_flag
        uint32_t idc = codec_bits_get(bits, 8);
        uint32_t width = 1;
        uint32_t height = 1;
        if (idc == 255) {
            width = codec_bits_get(bits, 16);
            height = codec_bits_get(bits, 16);
        } else if (idc < ARRAY_LEN(aspects)) {
            width = aspects[idc].width;
            height = aspects[idc].height;
        }
        if (width > 0 && height > 0)
            facts->sample_aspect = rational_make(width, height);
    }
    if (codec_bits_flag(bits)) // overscan_info_present_flag
        codec_bits_skip(bits, 1);
    if (codec_bits_flag(bits)) { // video_signal_type_present_flag
        codec_bits_skip(bits, 3);
        facts->is_full_range = codec_bits_flag(bits);
        if (codec_bits_flag(bits)) {
            uint32_t primaries = codec_bits_get(bits, 8);
            uint32_t transfer = codec_bits_get(bits, 8);
            uint32_t matrix = codec_bits_get(bits, 8);
            facts->has_colour = true;
            facts->primaries = primaries;
            facts->transfer = transfer;
            facts->matrix = matrix;
        }
    }
    if (codec_bits_flag(bits)) { // chroma_loc_info_present_flag
        codec_bits_ue(bits);
        codec_bits_ue(bits);
    }
}

uint32_t cropped_px(uint64_t coded_px, uint64_t cropped_off_px)
{
    return cropped_off_px >= coded_px || coded_px - cropped_off_px > UINT32_MAX
               ? 0
               : (uint32_t)(coded_px - cropped_off_px);
}

struct rational codec_rate(uint32_t scale, uint64_t units)
{
    return scale > 0 && units > 0 ? rational_make(scale, (int64_t)units) : (struct rational){0, 1};
}

void codec_conflict(struct codec_facts *facts, const char *sentence)
{
    if (!facts->conflict)
        facts->conflict = sentence;
}
