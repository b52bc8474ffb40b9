// SPDX-License-Identifier: BSD-2-Clause
// Reading an AV1 sequence header OBU up to its colour description.
#include "packager/av1_sequence_private.h"

#include "packager/bits_private.h"

enum { OBU_SEQUENCE_HEADER = 1 };

struct timing {
    bool has_decoder_model;
    unsigned delay_bits;
};

static void read_timing_info(struct bits *bits, struct timing *timing)
{
    if (!bits_read(bits, 1))
        return;
    bits_read(bits, 32); // num_units_in_display_tick
    bits_read(bits, 32); // time_scale
    if (bits_read(bits, 1))
        bits_read_ue(bits); // num_ticks_per_picture_minus_1
    timing->has_decoder_model = bits_read(bits, 1);
    if (timing->has_decoder_model) {
        timing->delay_bits = bits_read(bits, 5) + 1;
        bits_read(bits, 32); // num_units_in_decoding_tick
        bits_read(bits, 10); // lengths of removal and presentation times
    }
}

static void read_operating_points(struct bits *bits, const struct timing *timing)
{
    bool has_display_delay = bits_read(bits, 1);
    unsigned count = bits_read(bits, 5) + 1;
    for (unsigned i = 0; i < count; i++) {
        bits_read(bits, 12);
        if (bits_read(bits, 5) > 7)
            bits_read(bits, 1); // seq_tier
        if (timing->has_decoder_model && bits_read(bits, 1)) {
            bits_read(bits, timing->delay_bits);
            bits_read(bits, timing->delay_bits);
            bits_read(bits, 1);
        }
        if (has_display_delay && bits_read(bits, 1))
            bits_read(bits, 4);
    }
}

static void read_frame_size(struct bits *bits, bool is_reduced)
{
    unsigned width_bits = bits_read(bits, 4) + 1;
    unsigned height_bits = bits_read(bits, 4) + 1;
    bits_read(bits, width_bits);
    bits_read(bits, height_bits);
    if (!is_reduced && bits_read(bits, 1))
        bits_read(bits, 7); // lengths of frame ids
}

static void read_inter_tools(struct bits *bits)
{
    bits_read(bits, 4); // interintra, masked, warped, dual filter
    bool has_order_hint = bits_read(bits, 1);
    if (has_order_hint)
        bits_read(bits, 2);
    unsigned screen_content = bits_read(bits, 1) ? 2 : bits_read(bits, 1);
    if (screen_content > 0 && !bits_read(bits, 1))
        bits_read(bits, 1); // seq_force_integer_mv
    if (has_order_hint)
        bits_read(bits, 3);
}

static void read_colour(struct bits *bits, unsigned profile, struct av1_colour *colour)
{
    bool is_high = bits_read(bits, 1);
    if (profile == 2 && is_high)
        bits_read(bits, 1); // twelve_bit
    bool is_mono = profile != 1 && bits_read(bits, 1);
    colour->is_described = bits_read(bits, 1);
    colour->primaries = colour->transfer = colour->matrix = 2;
    if (colour->is_described) {
        colour->primaries = (int)bits_read(bits, 8);
        colour->transfer = (int)bits_read(bits, 8);
        colour->matrix = (int)bits_read(bits, 8);
    }
    // sRGB as RGB is full range by definition and then has no bit for it.
    bool is_srgb =
        !is_mono && colour->primaries == 1 && colour->transfer == 13 && colour->matrix == 0;
    colour->is_full_range = is_srgb || bits_read(bits, 1);
}

static bool read_sequence(const uint8_t *data, size_t size_bytes, struct av1_colour *ret)
{
    struct bits bits;
    bits_init(&bits, data, size_bytes);
    struct timing timing = {0};
    unsigned profile = bits_read(&bits, 3);
    bits_read(&bits, 1); // still_picture
    bool is_reduced = bits_read(&bits, 1);
    if (is_reduced) {
        bits_read(&bits, 5); // seq_level_idx
    } else {
        read_timing_info(&bits, &timing);
        read_operating_points(&bits, &timing);
    }
    read_frame_size(&bits, is_reduced);
    bits_read(&bits, 3); // 128x128 superblocks, filter intra, intra edge
    if (!is_reduced)
        read_inter_tools(&bits);
    bits_read(&bits, 3); // superres, cdef, restoration
    struct av1_colour colour = {0};
    read_colour(&bits, profile, &colour);
    if (bits.is_past_end)
        return false;
    *ret = colour;
    return true;
}

// leb128() of 4.10.5: up to eight bytes, seven bits each, lowest first.
static bool read_leb128(const uint8_t *data, size_t size_bytes, size_t *at, uint64_t *ret)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8 && *at < size_bytes; i++) {
        uint8_t byte = data[(*at)++];
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80)) {
            *ret = value;
            return true;
        }
    }
    return false;
}

bool av1_sequence_find_colour(const uint8_t *obus, size_t size_bytes, bool *ret_found,
                              struct av1_colour *ret_colour)
{
    size_t at = 0;
    while (at < size_bytes) {
        uint8_t header = obus[at++];
        unsigned type = header >> 3 & 15;
        bool has_extension = header & 4, has_size = header & 2;
        if (header & 0x80 || !has_size) // configOBUs always carry sizes (AV1 ISOBMFF 2.3.3)
            return false;
        if (has_extension)
            at++;
        uint64_t size;
        if (!read_leb128(obus, size_bytes, &at, &size) || size > size_bytes - at)
            return false;
        if (type == OBU_SEQUENCE_HEADER) {
            if (!read_sequence(obus + at, (size_t)size, ret_colour))
                return false;
            *ret_found = true;
            return true;
        }
        at += (size_t)size;
    }
    *ret_found = false;
    return true;
}
