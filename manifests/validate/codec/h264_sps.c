// SPDX-License-Identifier: BSD-2-Clause
// The sequence parameter set of H.264 (ITU-T H.264 7.3.2.1.1, VUI E.1.1).
#include "manifests/validate/codec/h264.h"

#include "manifests/validate/codec/codec_private.h"
#include "src/base/mem.h"

// Profiles whose SPS says chroma format and bit depth.
static bool has_chroma(uint32_t profile)
{
    static const uint8_t profiles[] = {100, 110, 122, 244, 44,  83, 86,
                                       118, 128, 138, 139, 134, 135};
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++)
        if (profiles[i] == profile)
            return true;
    return false;
}

static void skip_scaling_list(struct codec_bits *bits, unsigned size)
{
    int32_t last = 8;
    int32_t next = 8;
    for (unsigned i = 0; i < size && next != 0 && !bits->is_short; i++) {
        next = (int32_t)(((int64_t)last + codec_bits_se(bits) + 256) & 255);
        last = next != 0 ? next : last;
    }
}

// False when a value is one that no stream has.
static bool read_chroma(struct codec_bits *bits, struct h264_sps *sps)
{
    sps->chroma_format = codec_bits_ue(bits);
    if (sps->chroma_format > 3)
        return false;
    bool has_planes = sps->chroma_format == 3 && codec_bits_flag(bits);
    sps->array_chroma = has_planes ? 0 : sps->chroma_format;
    uint32_t luma = codec_bits_ue(bits);
    uint32_t chroma = codec_bits_ue(bits);
    if (luma > 6 || chroma > 6)
        return false;
    sps->bit_depth = 8 + luma;
    codec_bits_skip(bits, 1);    // qpprime_y_zero_transform_bypass_flag
    if (codec_bits_flag(bits)) { // seq_scaling_matrix_present_flag
        unsigned count = sps->chroma_format != 3 ? 8 : 12;
        for (unsigned i = 0; i < count; i++)
            if (codec_bits_flag(bits))
                skip_scaling_list(bits, i < 6 ? 16 : 64);
    }
    return true;
}

static bool skip_order(struct codec_bits *bits)
{
    if (codec_bits_ue(bits) > 12) // log2_max_frame_num_minus4
        return false;
    uint32_t type = codec_bits_ue(bits); // pic_order_cnt_type
    if (type > 2)
        return false;
    if (type == 0)
        return codec_bits_ue(bits) <= 12;
    if (type == 1) {
        codec_bits_skip(bits, 1);
        codec_bits_se(bits);
        codec_bits_se(bits);
        uint32_t cycle = codec_bits_ue(bits);
        if (cycle > 255)
            return false;
        for (uint32_t i = 0; i < cycle && !bits->is_short; i++)
            codec_bits_se(bits);
    }
    return true;
}

static bool read_size(struct codec_bits *bits, const struct h264_sps *sps,
                      struct codec_facts *facts)
{
    uint64_t width_mbs = (uint64_t)codec_bits_ue(bits) + 1;
    uint64_t height_units = (uint64_t)codec_bits_ue(bits) + 1;
    bool has_only_frames = codec_bits_flag(bits);
    if (width_mbs > 4096 || height_units > 4096)
        return false;
    facts->is_interlaced = !has_only_frames;
    if (!has_only_frames)
        codec_bits_skip(bits, 1); // mb_adaptive_frame_field_flag
    codec_bits_skip(bits, 1);     // direct_8x8_inference_flag
    uint64_t off[4] = {0};        // left, right, top, bottom
    if (codec_bits_flag(bits))
        for (unsigned i = 0; i < 4; i++)
            off[i] = codec_bits_ue(bits);
    unsigned unit_x = sps->array_chroma == 1 || sps->array_chroma == 2 ? 2 : 1;
    unsigned unit_y = (sps->array_chroma == 1 ? 2 : 1) * (has_only_frames ? 1 : 2);
    facts->width_px = cropped_px(width_mbs * 16, (off[0] + off[1]) * unit_x);
    facts->height_px =
        cropped_px(height_units * 16 * (has_only_frames ? 1 : 2), (off[2] + off[3]) * unit_y);
    return facts->width_px > 0 && facts->height_px > 0;
}

static void read_vui(struct codec_bits *bits, struct codec_facts *facts)
{
    vui_read_head(bits, facts);
    if (codec_bits_flag(bits)) { // timing_info_present_flag
        uint32_t units = codec_bits_get(bits, 32);
        uint32_t scale = codec_bits_get(bits, 32);
        if (!bits->is_short)
            facts->frame_rate = codec_rate(scale, 2 * (uint64_t)units);
    }
}

bool h264_sps_read(const uint8_t *data, size_t size_bytes, struct h264_sps *ret,
                   struct codec_facts *facts, struct err *err)
{
    struct codec_bits bits;
    *ret = (struct h264_sps){.chroma_format = 1, .array_chroma = 1, .bit_depth = 8};
    codec_bits_init_nal(&bits, data, size_bytes);
    if ((codec_bits_get(&bits, 8) & 31) != 7)
        return err_set(err, ERR_INPUT, "what stands for a sequence parameter set is none");
    ret->profile = codec_bits_get(&bits, 8);
    ret->constraints = codec_bits_get(&bits, 8);
    ret->level = codec_bits_get(&bits, 8);
    bool is_sound = codec_bits_ue(&bits) <= 31; // seq_parameter_set_id
    if (is_sound && has_chroma(ret->profile))
        is_sound = read_chroma(&bits, ret);
    is_sound = is_sound && skip_order(&bits);
    if (is_sound) {
        codec_bits_ue(&bits);      // max_num_ref_frames
        codec_bits_skip(&bits, 1); // gaps_in_frame_num_value_allowed_flag
        is_sound = read_size(&bits, ret, facts);
    }
    if (is_sound && codec_bits_flag(&bits) && !bits.is_short)
        read_vui(&bits, facts);
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "the sequence parameter set ends early");
    if (!is_sound)
        return err_set(err, ERR_INPUT,
                       "the sequence parameter set holds a value that H.264 "
                       "does not have");
    facts->chroma_format = ret->chroma_format;
    facts->bit_depth = ret->bit_depth;
    return true;
}
