// SPDX-License-Identifier: BSD-2-Clause
// VPS, SPS and PPS (ITU-T H.265, 7.3.2) from CUVIDHEVCPICPARAMS. The short-term
// reference picture sets of the SPS are unknown to the interface: the SPS says there
// are none, and slices are given theirs in full (slice_hevc.c).
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "headers.h"
#include "slice_hevc.h"

static void put_profile(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    unsigned profile = p->sps_range_extension_flag ? 4 : p->bit_depth_luma_minus8 ? 2 : 1;
    bits_put(w, 3, 0);
    bits_put(w, 5, profile);
    bits_put(w, 32, 1u << (31 - profile));
    bits_put(w, 4, 9); // progressive, frames only
    bits_put(w, 32, 0);
    bits_put(w, 12, 0);
    bits_put(w, 8, 186); // level 6.2
}

static void put_vps(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    bits_put(w, 4, 0);
    bits_put(w, 2, 3);
    bits_put(w, 6, 0);
    bits_put(w, 3, 0);
    bits_put(w, 1, 1);
    bits_put(w, 16, 0xffff);
    put_profile(w, p);
    bits_put(w, 1, 1);
    bits_put_ue(w, 15);
    bits_put_ue(w, 0);
    bits_put_ue(w, 0);
    bits_put(w, 6, 0);
    bits_put_ue(w, 0);
    bits_put(w, 1, 0);
    bits_put(w, 1, 0);
    bits_put_end(w);
}

static void put_list(struct bit_writer *w, const uint8_t *list, int count, int dc)
{
    int last = dc ? dc : 8;
    bits_put(w, 1, 1); // in full
    if (dc)
        bits_put_se(w, dc - 8);
    for (int i = 0; i < count; i++) {
        int delta = list[i] - last;
        bits_put_se(w, delta > 127 ? delta - 256 : delta < -128 ? delta + 256 : delta);
        last = list[i];
    }
}

static void put_scaling_lists(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    for (int i = 0; i < 6; i++)
        put_list(w, p->ScalingList4x4[i], 16, 0);
    for (int i = 0; i < 6; i++)
        put_list(w, p->ScalingList8x8[i], 64, 0);
    for (int i = 0; i < 6; i++)
        put_list(w, p->ScalingList16x16[i], 64, p->ScalingListDCCoeff16x16[i]);
    for (int i = 0; i < 2; i++)
        put_list(w, p->ScalingList32x32[i], 64, p->ScalingListDCCoeff32x32[i]);
}

static void put_range_extension(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    bits_put(w, 1, p->sps_range_extension_flag);
    if (!p->sps_range_extension_flag)
        return;
    bits_put(w, 7, 0);
    bits_put(w, 1, p->transform_skip_rotation_enabled_flag);
    bits_put(w, 1, p->transform_skip_context_enabled_flag);
    bits_put(w, 1, p->implicit_rdpcm_enabled_flag);
    bits_put(w, 1, p->explicit_rdpcm_enabled_flag);
    bits_put(w, 1, p->extended_precision_processing_flag);
    bits_put(w, 1, p->intra_smoothing_disabled_flag);
    bits_put(w, 1, p->high_precision_offsets_enabled_flag);
    bits_put(w, 1, p->persistent_rice_adaptation_enabled_flag);
    bits_put(w, 1, p->cabac_bypass_alignment_enabled_flag);
}

static void put_blocks(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    bits_put_ue(w, p->log2_min_luma_coding_block_size_minus3);
    bits_put_ue(w, p->log2_diff_max_min_luma_coding_block_size);
    bits_put_ue(w, p->log2_min_transform_block_size_minus2);
    bits_put_ue(w, p->log2_diff_max_min_transform_block_size);
    bits_put_ue(w, p->max_transform_hierarchy_depth_inter);
    bits_put_ue(w, p->max_transform_hierarchy_depth_intra);
    bits_put(w, 1, p->scaling_list_enable_flag);
    if (p->scaling_list_enable_flag) {
        bits_put(w, 1, 1);
        put_scaling_lists(w, p);
    }
    bits_put(w, 1, p->amp_enabled_flag);
    bits_put(w, 1, p->sample_adaptive_offset_enabled_flag);
    bits_put(w, 1, p->pcm_enabled_flag);
    if (p->pcm_enabled_flag) {
        bits_put(w, 4, p->pcm_sample_bit_depth_luma_minus1);
        bits_put(w, 4, p->pcm_sample_bit_depth_chroma_minus1);
        bits_put_ue(w, p->log2_min_pcm_luma_coding_block_size_minus3);
        bits_put_ue(w, p->log2_diff_max_min_pcm_luma_coding_block_size);
        bits_put(w, 1, p->pcm_loop_filter_disabled_flag);
    }
}

static void put_sps(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    bits_put(w, 4, 0);
    bits_put(w, 3, 0);
    bits_put(w, 1, 1);
    put_profile(w, p);
    bits_put_ue(w, 0);
    bits_put_ue(w, 1); // 4:2:0
    bits_put_ue(w, (uint32_t)p->pic_width_in_luma_samples);
    bits_put_ue(w, (uint32_t)p->pic_height_in_luma_samples);
    bits_put(w, 1, 0); // no cropping
    bits_put_ue(w, p->bit_depth_luma_minus8);
    bits_put_ue(w, p->bit_depth_chroma_minus8);
    bits_put_ue(w, p->log2_max_pic_order_cnt_lsb_minus4);
    bits_put(w, 1, 1);
    bits_put_ue(w, 15);
    bits_put_ue(w, 0);
    bits_put_ue(w, 0);
    put_blocks(w, p);
    bits_put_ue(w, 0); // short-term reference picture sets
    bits_put(w, 1, p->long_term_ref_pics_present_flag);
    if (p->long_term_ref_pics_present_flag)
        bits_put_ue(w, 0);
    bits_put(w, 1, p->sps_temporal_mvp_enabled_flag);
    bits_put(w, 1, p->strong_intra_smoothing_enabled_flag);
    bits_put(w, 1, 0);
    bits_put(w, 1, p->sps_range_extension_flag);
    if (p->sps_range_extension_flag)
        put_range_extension(w, p);
    bits_put_end(w);
}

static void put_tiles(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    bits_put_ue(w, p->num_tile_columns_minus1);
    bits_put_ue(w, p->num_tile_rows_minus1);
    bits_put(w, 1, 0); // sizes are given whether uniform or not
    for (int i = 0; i < p->num_tile_columns_minus1; i++)
        bits_put_ue(w, p->column_width_minus1[i]);
    for (int i = 0; i < p->num_tile_rows_minus1; i++)
        bits_put_ue(w, p->row_height_minus1[i]);
    bits_put(w, 1, p->loop_filter_across_tiles_enabled_flag);
}

static void put_pps_filters(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    bits_put(w, 1, p->loop_filter_across_slices_enabled_flag);
    bits_put(w, 1, 1);
    bits_put(w, 1, p->deblocking_filter_override_enabled_flag);
    bits_put(w, 1, p->pps_deblocking_filter_disabled_flag);
    if (!p->pps_deblocking_filter_disabled_flag) {
        bits_put_se(w, p->pps_beta_offset_div2);
        bits_put_se(w, p->pps_tc_offset_div2);
    }
    bits_put(w, 1, 0); // scaling lists are in the SPS
    bits_put(w, 1, p->lists_modification_present_flag);
    bits_put_ue(w, p->log2_parallel_merge_level_minus2);
    bits_put(w, 1, p->slice_segment_header_extension_present_flag);
}

static void put_pps(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p, uint32_t id,
                    unsigned extra_bits)
{
    bits_put_ue(w, id);
    bits_put_ue(w, 0);
    bits_put(w, 1, p->dependent_slice_segments_enabled_flag);
    bits_put(w, 1, p->output_flag_present_flag);
    bits_put(w, 3, extra_bits);
    bits_put(w, 1, p->sign_data_hiding_enabled_flag);
    bits_put(w, 1, p->cabac_init_present_flag);
    bits_put_ue(w, p->num_ref_idx_l0_default_active_minus1);
    bits_put_ue(w, p->num_ref_idx_l1_default_active_minus1);
    bits_put_se(w, p->init_qp_minus26);
    bits_put(w, 1, p->constrained_intra_pred_flag);
    bits_put(w, 1, p->transform_skip_enabled_flag);
    bits_put(w, 1, p->cu_qp_delta_enabled_flag);
    if (p->cu_qp_delta_enabled_flag)
        bits_put_ue(w, p->diff_cu_qp_delta_depth);
    bits_put_se(w, p->pps_cb_qp_offset);
    bits_put_se(w, p->pps_cr_qp_offset);
    bits_put(w, 1, p->pps_slice_chroma_qp_offsets_present_flag);
    bits_put(w, 1, p->weighted_pred_flag);
    bits_put(w, 1, p->weighted_bipred_flag);
    bits_put(w, 1, p->transquant_bypass_enabled_flag);
    bits_put(w, 1, p->tiles_enabled_flag);
    bits_put(w, 1, p->entropy_coding_sync_enabled_flag);
    if (p->tiles_enabled_flag)
        put_tiles(w, p);
    put_pps_filters(w, p);
    bits_put(w, 1, 0); // the range extension is for 4:4:4
    bits_put_end(w);
}

static size_t append(uint8_t *out, size_t used, size_t room, uint8_t type,
                     const struct bit_writer *w)
{
    const uint8_t header[2] = {(uint8_t)(type << 1), 1};
    return used && !w->is_full ? bits_append_nal(out, used, room, header, 2, w->data, w->bits / 8)
                               : 0;
}

bool headers_hevc(struct header_memory *memory, const CUVIDPICPARAMS *picture, uint8_t **ret_data,
                  size_t *ret_size)
{
    const CUVIDHEVCPICPARAMS *p = &picture->CodecSpecific.hevc;
    struct bit_writer w = {.bits = 0};
    struct slices_hevc slices;
    uint8_t sets[8192];
    if (p->num_long_term_ref_pics_sps > 0 || p->pps_range_extension_flag ||
        !slices_hevc_rewrite(picture, &slices))
        return false;
    put_vps(&w, p);
    const uint8_t vps_header[2] = {32 << 1, 1};
    size_t used = bits_append_nal(sets, 0, sizeof sets, vps_header, 2, w.data, w.bits / 8);
    w = (struct bit_writer){.bits = 0};
    put_sps(&w, p);
    used = append(sets, used, sizeof sets, 33, &w);
    w = (struct bit_writer){.bits = 0};
    put_pps(&w, p, slices.pps_id, slices.extra_bits);
    used = append(sets, used, sizeof sets, 34, &w);
    bool is_made =
        used && headers_join(memory, sets, used, slices.data, slices.size, ret_data, ret_size);
    free(slices.data);
    return is_made;
}
