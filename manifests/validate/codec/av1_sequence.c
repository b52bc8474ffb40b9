// SPDX-License-Identifier: BSD-2-Clause
// AV1's open bitstream units (AV1 5.3) and sequence header (5.5).
#include <string.h>

#include "manifests/validate/codec/av1.h"
#include "manifests/validate/codec/codec_private.h"

// leb128() of at most 8 bytes and 32 bits (4.10.5).
static bool read_size(const uint8_t **at, const uint8_t *end, uint64_t *ret)
{
    *ret = 0;
    for (unsigned i = 0; i < 8 && *at < end; i++) {
        uint8_t byte = *(*at)++;
        *ret |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80))
            return *ret <= UINT32_MAX;
    }
    return false;
}

bool av1_obu_next(const uint8_t **at, const uint8_t *end, struct av1_obu *ret,
                  const char **ret_malformed)
{
    *ret_malformed = NULL;
    if (*at == end)
        return false;
    const uint8_t *next = *at;
    uint8_t header = *next++;
    ret->start = *at;
    ret->type = header >> 3 & 15;
    ret->has_size = header & 2;
    if (header & 0x80) {
        *ret_malformed = "an OBU header has its forbidden bit set";
        return false;
    }
    if (header & 4 && next++ == end) { // the extension
        *ret_malformed = "the sample ends inside an OBU header";
        return false;
    }
    uint64_t size_bytes = (uint64_t)(end - next);
    if (ret->has_size && !read_size(&next, end, &size_bytes)) {
        *ret_malformed = "the size of an OBU is no leb128 number";
        return false;
    }
    if (size_bytes > (uint64_t)(end - next)) {
        *ret_malformed = "an OBU is longer than what holds it";
        return false;
    }
    ret->data = next;
    ret->size_bytes = (size_t)size_bytes;
    *at = next + size_bytes;
    return true;
}

// What the decoder model adds to each operating point.
struct timing {
    bool has_model;
    unsigned delay_bits;
    bool has_display_delay;
};

static void read_timing(struct codec_bits *bits, struct timing *timing, struct av1_sequence *ret)
{
    uint32_t units = codec_bits_get(bits, 32);
    uint32_t scale = codec_bits_get(bits, 32);
    if (codec_bits_flag(bits)) { // equal_picture_interval
        uint64_t ticks = (uint64_t)codec_bits_uvlc(bits) + 1;
        ret->frame_rate =
            codec_rate(scale, (uint64_t)units * ticks <= INT64_MAX ? (uint64_t)units * ticks : 0);
    }
    timing->has_model = codec_bits_flag(bits);
    if (timing->has_model) {
        timing->delay_bits = codec_bits_get(bits, 5) + 1;
        codec_bits_skip(bits, 32 + 5 + 5);
    }
}

static void read_operating_points(struct codec_bits *bits, struct av1_sequence *ret)
{
    struct timing timing = {0};
    if (codec_bits_flag(bits)) // timing_info_present_flag
        read_timing(bits, &timing, ret);
    timing.has_display_delay = codec_bits_flag(bits);
    unsigned count = codec_bits_get(bits, 5) + 1;
    for (unsigned i = 0; i < count; i++) {
        codec_bits_skip(bits, 12);
        uint32_t level = codec_bits_get(bits, 5);
        uint32_t tier = level > 7 ? codec_bits_get(bits, 1) : 0;
        if (timing.has_model && codec_bits_flag(bits))
            codec_bits_skip(bits, 2 * timing.delay_bits + 1);
        if (timing.has_display_delay && codec_bits_flag(bits))
            codec_bits_skip(bits, 4);
        if (i == 0) {
            ret->level = level;
            ret->tier = tier;
        }
    }
}

static void skip_tools(struct codec_bits *bits, bool is_reduced)
{
    codec_bits_skip(bits, 3);
    if (!is_reduced) {
        codec_bits_skip(bits, 4);
        bool has_order = codec_bits_flag(bits);
        if (has_order)
            codec_bits_skip(bits, 2);
        // seq_choose_screen_content_tools, else seq_force_screen_content_tools
        bool has_screen = codec_bits_flag(bits) || codec_bits_flag(bits);
        if (has_screen && !codec_bits_flag(bits)) // seq_choose_integer_mv
            codec_bits_skip(bits, 1);
        if (has_order)
            codec_bits_skip(bits, 3);
    }
    codec_bits_skip(bits, 3);
}

// color_config (5.5.2).
static void read_colour(struct codec_bits *bits, struct av1_sequence *ret)
{
    ret->is_high = codec_bits_flag(bits);
    ret->is_twelve = ret->profile == 2 && ret->is_high && codec_bits_flag(bits);
    ret->is_monochrome = ret->profile != 1 && codec_bits_flag(bits);
    ret->has_colour = codec_bits_flag(bits);
    ret->primaries = ret->transfer = ret->matrix = 2;
    if (ret->has_colour) {
        ret->primaries = codec_bits_get(bits, 8);
        ret->transfer = codec_bits_get(bits, 8);
        ret->matrix = codec_bits_get(bits, 8);
    }
    ret->subsampling_x = ret->subsampling_y = 1;
    if (ret->is_monochrome) {
        ret->is_full_range = codec_bits_flag(bits);
        return;
    }
    if (ret->primaries == 1 && ret->transfer == 13 && ret->matrix == 0) { // sRGB
        ret->is_full_range = true;
        ret->subsampling_x = ret->subsampling_y = 0;
        return;
    }
    ret->is_full_range = codec_bits_flag(bits);
    if (ret->profile == 1) {
        ret->subsampling_x = ret->subsampling_y = 0;
    } else if (ret->profile == 2 && ret->is_twelve) {
        ret->subsampling_x = codec_bits_get(bits, 1);
        ret->subsampling_y = ret->subsampling_x ? codec_bits_get(bits, 1) : 0;
    } else if (ret->profile == 2) {
        ret->subsampling_y = 0;
    }
    if (ret->subsampling_x && ret->subsampling_y)
        ret->chroma_position = codec_bits_get(bits, 2);
}

bool av1_sequence_read(const uint8_t *data, size_t size_bytes, struct av1_sequence *ret)
{
    struct codec_bits bits;
    memset(ret, 0, sizeof *ret);
    ret->frame_rate = (struct rational){0, 1};
    codec_bits_init(&bits, data, size_bytes);
    ret->profile = codec_bits_get(&bits, 3);
    ret->is_still = codec_bits_flag(&bits);
    ret->is_reduced = codec_bits_flag(&bits);
    if (ret->is_reduced)
        ret->level = codec_bits_get(&bits, 5);
    else
        read_operating_points(&bits, ret);
    unsigned width_bits = codec_bits_get(&bits, 4) + 1;
    unsigned height_bits = codec_bits_get(&bits, 4) + 1;
    ret->width_px = codec_bits_get(&bits, width_bits) + 1;
    ret->height_px = codec_bits_get(&bits, height_bits) + 1;
    if (!ret->is_reduced && codec_bits_flag(&bits)) // frame_id_numbers_present_flag
        codec_bits_skip(&bits, 4 + 3);
    skip_tools(&bits, ret->is_reduced);
    read_colour(&bits, ret);
    return !bits.is_short;
}
