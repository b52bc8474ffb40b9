// SPDX-License-Identifier: BSD-2-Clause
// Video, sequence and picture parameter sets of HEVC (ITU-T H.265 7.3.2, 7.3.3, VUI E.2.1).
#include "manifests/validate/codec/codec_private.h"
#include "manifests/validate/codec/hevc.h"

#define ST_SETS_MAX 64
#define PICS_MAX    16

static void read_general(struct codec_bits *bits, struct hevc_profile *ret)
{
    ret->space = codec_bits_get(bits, 2);
    ret->tier = codec_bits_get(bits, 1);
    ret->profile = codec_bits_get(bits, 5);
    ret->compatibility = codec_bits_get(bits, 32);
    for (unsigned i = 0; i < 6; i++)
        ret->constraints[i] = (uint8_t)codec_bits_get(bits, 8);
    ret->level = codec_bits_get(bits, 8);
}

static void read_profile_tier_level(struct codec_bits *bits, unsigned sub_layers_minus1,
                                    struct hevc_profile *ret)
{
    bool has_profile[8] = {0};
    bool has_level[8] = {0};
    read_general(bits, ret);
    for (unsigned i = 0; i < sub_layers_minus1; i++) {
        has_profile[i] = codec_bits_flag(bits);
        has_level[i] = codec_bits_flag(bits);
    }
    if (sub_layers_minus1 > 0)
        codec_bits_skip(bits, 2 * (8 - sub_layers_minus1));
    for (unsigned i = 0; i < sub_layers_minus1; i++)
        codec_bits_skip(bits, 88 * has_profile[i] + 8 * has_level[i]);
}

static void skip_scaling_lists(struct codec_bits *bits)
{
    for (unsigned size = 0; size < 4; size++)
        for (unsigned matrix = 0; matrix < 6 && !bits->is_short; matrix += size == 3 ? 3 : 1) {
            if (!codec_bits_flag(bits)) { // scaling_list_pred_mode_flag
                codec_bits_ue(bits);
                continue;
            }
            unsigned count = size == 0 ? 16 : 64;
            if (size > 1)
                codec_bits_se(bits);
            for (unsigned i = 0; i < count; i++)
                codec_bits_se(bits);
        }
}

// st_ref_pic_set (7.3.7): only how many pictures each set has is needed to get past them.
static bool skip_ref_pic_sets(struct codec_bits *bits)
{
    uint32_t counts[ST_SETS_MAX];
    uint32_t sets = codec_bits_ue(bits);
    if (sets > ST_SETS_MAX)
        return false;
    for (uint32_t i = 0; i < sets && !bits->is_short; i++) {
        counts[i] = 0;
        if (i > 0 && codec_bits_flag(bits)) { // inter_ref_pic_set_prediction_flag
            codec_bits_skip(bits, 1);
            codec_bits_ue(bits);
            for (uint32_t j = 0; j <= counts[i - 1]; j++)
                if (codec_bits_flag(bits) || codec_bits_flag(bits)) // used_by_curr_pic or use_delta
                    counts[i]++;
        } else {
            uint32_t negative = codec_bits_ue(bits);
            uint32_t positive = codec_bits_ue(bits);
            if (negative > PICS_MAX || positive > PICS_MAX)
                return false;
            counts[i] = negative + positive;
            for (uint32_t j = 0; j < counts[i]; j++) {
                codec_bits_ue(bits);
                codec_bits_skip(bits, 1);
            }
        }
        if (counts[i] > PICS_MAX)
            return false;
    }
    return true;
}

static void skip_windows(struct codec_bits *bits)
{
    for (unsigned i = 0; i < 4; i++)
        codec_bits_ue(bits);
}

static void read_vui(struct codec_bits *bits, struct codec_facts *facts)
{
    vui_read_head(bits, facts);
    codec_bits_skip(bits, 1); // neutral_chroma_indication_flag
    bool is_field = codec_bits_flag(bits);
    codec_bits_skip(bits, 1);  // frame_field_info_present_flag
    if (codec_bits_flag(bits)) // default_display_window_flag
        skip_windows(bits);
    facts->is_interlaced |= is_field;
    if (codec_bits_flag(bits)) { // vui_timing_info_present_flag
        uint32_t units = codec_bits_get(bits, 32);
        uint32_t scale = codec_bits_get(bits, 32);
        if (!bits->is_short) // each field is a picture of its own
            facts->frame_rate = codec_rate(scale, is_field ? 2 * (uint64_t)units : units);
    }
}

static bool read_size(struct codec_bits *bits, struct hevc_sps *sps, struct codec_facts *facts)
{
    sps->chroma_format = codec_bits_ue(bits);
    if (sps->chroma_format > 3)
        return false;
    if (sps->chroma_format == 3)
        codec_bits_skip(bits, 1); // separate_colour_plane_flag
    uint64_t width = codec_bits_ue(bits);
    uint64_t height = codec_bits_ue(bits);
    uint64_t off[4] = {0}; // left, right, top, bottom
    if (codec_bits_flag(bits))
        for (unsigned i = 0; i < 4; i++)
            off[i] = codec_bits_ue(bits);
    unsigned unit_x = sps->chroma_format == 1 || sps->chroma_format == 2 ? 2 : 1;
    unsigned unit_y = sps->chroma_format == 1 ? 2 : 1;
    facts->width_px = cropped_px(width, (off[0] + off[1]) * unit_x);
    facts->height_px = cropped_px(height, (off[2] + off[3]) * unit_y);
    return facts->width_px > 0 && facts->height_px > 0;
}

// From the bit depths to the VUI: what must be passed on the way.
static bool skip_to_vui(struct codec_bits *bits, unsigned sub_layers_minus1, struct hevc_sps *sps)
{
    uint32_t luma = codec_bits_ue(bits);
    uint32_t chroma = codec_bits_ue(bits);
    uint32_t order_bits = codec_bits_ue(bits); // log2_max_pic_order_cnt_lsb_minus4
    if (luma > 8 || chroma > 8 || order_bits > 12)
        return false;
    sps->bit_depth = 8 + luma;
    sps->chroma_bit_depth = 8 + chroma;
    unsigned layers = codec_bits_flag(bits) ? sub_layers_minus1 + 1 : 1;
    for (unsigned i = 0; i < 3 * layers + 6; i++) // ordering info, block sizes, depths
        codec_bits_ue(bits);
    if (codec_bits_flag(bits) && codec_bits_flag(bits)) // scaling_list_enabled, …_data_present
        skip_scaling_lists(bits);
    codec_bits_skip(bits, 2);
    if (codec_bits_flag(bits)) { // pcm_enabled_flag
        codec_bits_skip(bits, 8);
        codec_bits_ue(bits);
        codec_bits_ue(bits);
        codec_bits_skip(bits, 1);
    }
    if (!skip_ref_pic_sets(bits))
        return false;
    if (codec_bits_flag(bits)) { // long_term_ref_pics_present_flag
        uint32_t count = codec_bits_ue(bits);
        if (count > 32)
            return false;
        codec_bits_skip(bits, (uint64_t)count * (order_bits + 4 + 1));
    }
    codec_bits_skip(bits, 2);
    return true;
}

bool hevc_sps_read(const uint8_t *data, size_t size_bytes, struct hevc_sps *ret,
                   struct codec_facts *facts, struct err *err)
{
    struct codec_bits bits;
    *ret = (struct hevc_sps){0};
    codec_bits_init_nal(&bits, data, size_bytes);
    if (codec_bits_get(&bits, 16) >> 9 != HEVC_SPS)
        return err_set(err, ERR_INPUT, "what stands for a sequence parameter set is none");
    codec_bits_skip(&bits, 4);
    unsigned sub_layers_minus1 = codec_bits_get(&bits, 3);
    codec_bits_skip(&bits, 1);
    read_profile_tier_level(&bits, sub_layers_minus1, &ret->general);
    bool is_sound = sub_layers_minus1 < 7 && codec_bits_ue(&bits) < 16 &&
                    read_size(&bits, ret, facts) && skip_to_vui(&bits, sub_layers_minus1, ret);
    if (is_sound && codec_bits_flag(&bits) && !bits.is_short)
        read_vui(&bits, facts);
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "the sequence parameter set ends early");
    if (!is_sound)
        return err_set(err, ERR_INPUT,
                       "the sequence parameter set holds a value that HEVC does not have");
    facts->chroma_format = ret->chroma_format;
    facts->bit_depth = ret->bit_depth;
    return true;
}

struct rational hevc_vps_rate(const uint8_t *data, size_t size_bytes)
{
    struct codec_bits bits;
    struct hevc_profile general;
    codec_bits_init_nal(&bits, data, size_bytes);
    codec_bits_skip(&bits, 16 + 4 + 2 + 6);
    unsigned sub_layers_minus1 = codec_bits_get(&bits, 3);
    codec_bits_skip(&bits, 1 + 16);
    read_profile_tier_level(&bits, sub_layers_minus1, &general);
    unsigned layers = codec_bits_flag(&bits) ? sub_layers_minus1 + 1 : 1;
    for (unsigned i = 0; i < 3 * layers; i++)
        codec_bits_ue(&bits);
    uint32_t max_layer_id = codec_bits_get(&bits, 6);
    uint32_t sets_minus1 = codec_bits_ue(&bits);
    if (sub_layers_minus1 == 7 || sets_minus1 > 1023)
        return (struct rational){0, 1};
    codec_bits_skip(&bits, (uint64_t)sets_minus1 * (max_layer_id + 1));
    if (!codec_bits_flag(&bits)) // vps_timing_info_present_flag
        return (struct rational){0, 1};
    uint32_t units = codec_bits_get(&bits, 32);
    uint32_t scale = codec_bits_get(&bits, 32);
    return bits.is_short ? (struct rational){0, 1} : codec_rate(scale, units);
}

bool hevc_pps_extra_bits(const uint8_t *data, size_t size_bytes, uint32_t *ret)
{
    struct codec_bits bits;
    codec_bits_init_nal(&bits, data, size_bytes);
    codec_bits_skip(&bits, 16);
    codec_bits_ue(&bits);
    codec_bits_ue(&bits);
    codec_bits_skip(&bits, 2); // dependent_slice_segments_enabled_flag, output_flag_present_flag
    *ret = codec_bits_get(&bits, 3);
    return !bits.is_short;
}
