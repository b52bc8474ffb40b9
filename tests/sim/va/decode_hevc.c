// SPDX-License-Identifier: BSD-2-Clause
// HEVC pictures (Main and Main 10) in the NVIDIA driver's terms.
#include <string.h>

#include "decode.h"

static void translate_sps(const VAPictureParameterBufferHEVC *p, CUVIDHEVCPICPARAMS *ret)
{
    ret->pic_width_in_luma_samples = p->pic_width_in_luma_samples;
    ret->pic_height_in_luma_samples = p->pic_height_in_luma_samples;
    ret->log2_min_luma_coding_block_size_minus3 = p->log2_min_luma_coding_block_size_minus3;
    ret->log2_diff_max_min_luma_coding_block_size = p->log2_diff_max_min_luma_coding_block_size;
    ret->log2_min_transform_block_size_minus2 = p->log2_min_transform_block_size_minus2;
    ret->log2_diff_max_min_transform_block_size = p->log2_diff_max_min_transform_block_size;
    ret->pcm_enabled_flag = p->pic_fields.bits.pcm_enabled_flag;
    ret->log2_min_pcm_luma_coding_block_size_minus3 = p->log2_min_pcm_luma_coding_block_size_minus3;
    ret->log2_diff_max_min_pcm_luma_coding_block_size =
        p->log2_diff_max_min_pcm_luma_coding_block_size;
    ret->pcm_sample_bit_depth_luma_minus1 = p->pcm_sample_bit_depth_luma_minus1;
    ret->pcm_sample_bit_depth_chroma_minus1 = p->pcm_sample_bit_depth_chroma_minus1;
    ret->pcm_loop_filter_disabled_flag = p->pic_fields.bits.pcm_loop_filter_disabled_flag;
    ret->strong_intra_smoothing_enabled_flag =
        p->pic_fields.bits.strong_intra_smoothing_enabled_flag;
    ret->max_transform_hierarchy_depth_intra = p->max_transform_hierarchy_depth_intra;
    ret->max_transform_hierarchy_depth_inter = p->max_transform_hierarchy_depth_inter;
    ret->amp_enabled_flag = p->pic_fields.bits.amp_enabled_flag;
    ret->log2_max_pic_order_cnt_lsb_minus4 = p->log2_max_pic_order_cnt_lsb_minus4;
    ret->num_short_term_ref_pic_sets = p->num_short_term_ref_pic_sets;
    ret->long_term_ref_pics_present_flag =
        p->slice_parsing_fields.bits.long_term_ref_pics_present_flag;
    ret->num_long_term_ref_pics_sps = p->num_long_term_ref_pic_sps;
    ret->sps_temporal_mvp_enabled_flag = p->slice_parsing_fields.bits.sps_temporal_mvp_enabled_flag;
    ret->sample_adaptive_offset_enabled_flag =
        p->slice_parsing_fields.bits.sample_adaptive_offset_enabled_flag;
    ret->scaling_list_enable_flag = p->pic_fields.bits.scaling_list_enabled_flag;
    ret->IrapPicFlag = p->slice_parsing_fields.bits.RapPicFlag;
    ret->IdrPicFlag = p->slice_parsing_fields.bits.IdrPicFlag;
    ret->bit_depth_luma_minus8 = p->bit_depth_luma_minus8;
    ret->bit_depth_chroma_minus8 = p->bit_depth_chroma_minus8;
}

static void translate_pps(const VAPictureParameterBufferHEVC *p, CUVIDHEVCPICPARAMS *ret)
{
    ret->dependent_slice_segments_enabled_flag =
        p->slice_parsing_fields.bits.dependent_slice_segments_enabled_flag;
    ret->slice_segment_header_extension_present_flag =
        p->slice_parsing_fields.bits.slice_segment_header_extension_present_flag;
    ret->sign_data_hiding_enabled_flag = p->pic_fields.bits.sign_data_hiding_enabled_flag;
    ret->cu_qp_delta_enabled_flag = p->pic_fields.bits.cu_qp_delta_enabled_flag;
    ret->diff_cu_qp_delta_depth = p->diff_cu_qp_delta_depth;
    ret->init_qp_minus26 = p->init_qp_minus26;
    ret->pps_cb_qp_offset = p->pps_cb_qp_offset;
    ret->pps_cr_qp_offset = p->pps_cr_qp_offset;
    ret->constrained_intra_pred_flag = p->pic_fields.bits.constrained_intra_pred_flag;
    ret->weighted_pred_flag = p->pic_fields.bits.weighted_pred_flag;
    ret->weighted_bipred_flag = p->pic_fields.bits.weighted_bipred_flag;
    ret->transform_skip_enabled_flag = p->pic_fields.bits.transform_skip_enabled_flag;
    ret->transquant_bypass_enabled_flag = p->pic_fields.bits.transquant_bypass_enabled_flag;
    ret->entropy_coding_sync_enabled_flag = p->pic_fields.bits.entropy_coding_sync_enabled_flag;
    ret->log2_parallel_merge_level_minus2 = p->log2_parallel_merge_level_minus2;
    ret->num_extra_slice_header_bits = p->num_extra_slice_header_bits;
    ret->loop_filter_across_tiles_enabled_flag =
        p->pic_fields.bits.loop_filter_across_tiles_enabled_flag;
    ret->loop_filter_across_slices_enabled_flag =
        p->pic_fields.bits.pps_loop_filter_across_slices_enabled_flag;
    ret->output_flag_present_flag = p->slice_parsing_fields.bits.output_flag_present_flag;
    ret->num_ref_idx_l0_default_active_minus1 = p->num_ref_idx_l0_default_active_minus1;
    ret->num_ref_idx_l1_default_active_minus1 = p->num_ref_idx_l1_default_active_minus1;
    ret->lists_modification_present_flag =
        p->slice_parsing_fields.bits.lists_modification_present_flag;
    ret->cabac_init_present_flag = p->slice_parsing_fields.bits.cabac_init_present_flag;
    ret->pps_slice_chroma_qp_offsets_present_flag =
        p->slice_parsing_fields.bits.pps_slice_chroma_qp_offsets_present_flag;
    ret->deblocking_filter_override_enabled_flag =
        p->slice_parsing_fields.bits.deblocking_filter_override_enabled_flag;
    ret->pps_deblocking_filter_disabled_flag =
        p->slice_parsing_fields.bits.pps_disable_deblocking_filter_flag;
    ret->pps_beta_offset_div2 = p->pps_beta_offset_div2;
    ret->pps_tc_offset_div2 = p->pps_tc_offset_div2;
    ret->tiles_enabled_flag = p->pic_fields.bits.tiles_enabled_flag;
    ret->num_tile_columns_minus1 = p->num_tile_columns_minus1;
    ret->num_tile_rows_minus1 = p->num_tile_rows_minus1;
    memcpy(ret->column_width_minus1, p->column_width_minus1, sizeof p->column_width_minus1);
    memcpy(ret->row_height_minus1, p->row_height_minus1, sizeof p->row_height_minus1);
}

static void translate_references(const VAPictureParameterBufferHEVC *p, CUVIDHEVCPICPARAMS *ret)
{
    ret->CurrPicOrderCntVal = p->CurrPic.pic_order_cnt;
    ret->NumBitsForShortTermRPSInSlice = (int)p->st_rps_bits;
    for (int i = 0; i < 16; i++) {
        const VAPictureHEVC *one = i < 15 ? &p->ReferenceFrames[i] : NULL;
        bool is_there = one && !(one->flags & VA_PICTURE_HEVC_INVALID);
        // What has the picture's own order is passed over.
        ret->PicOrderCntVal[i] = is_there ? one->pic_order_cnt : ret->CurrPicOrderCntVal;
        ret->RefPicIdx[i] = is_there ? i : -1;
        if (!is_there)
            continue;
        ret->IsLongTerm[i] = (one->flags & VA_PICTURE_HEVC_LONG_TERM_REFERENCE) != 0;
        if (one->flags & VA_PICTURE_HEVC_RPS_ST_CURR_BEFORE && ret->NumPocStCurrBefore < 8)
            ret->RefPicSetStCurrBefore[ret->NumPocStCurrBefore++] = (unsigned char)i;
        if (one->flags & VA_PICTURE_HEVC_RPS_ST_CURR_AFTER && ret->NumPocStCurrAfter < 8)
            ret->RefPicSetStCurrAfter[ret->NumPocStCurrAfter++] = (unsigned char)i;
        if (one->flags & VA_PICTURE_HEVC_RPS_LT_CURR && ret->NumPocLtCurr < 8)
            ret->RefPicSetLtCurr[ret->NumPocLtCurr++] = (unsigned char)i;
    }
    ret->NumPocTotalCurr = ret->NumPocStCurrBefore + ret->NumPocStCurrAfter + ret->NumPocLtCurr;
}

void translate_hevc(const struct decode *decode, CUVIDPICPARAMS *ret)
{
    const VAIQMatrixBufferHEVC *m = &decode->matrix.hevc;
    CUVIDHEVCPICPARAMS *hevc = &ret->CodecSpecific.hevc;
    translate_sps(&decode->picture.hevc, hevc);
    translate_pps(&decode->picture.hevc, hevc);
    translate_references(&decode->picture.hevc, hevc);
    memcpy(hevc->ScalingList4x4, m->ScalingList4x4, sizeof m->ScalingList4x4);
    memcpy(hevc->ScalingList8x8, m->ScalingList8x8, sizeof m->ScalingList8x8);
    memcpy(hevc->ScalingList16x16, m->ScalingList16x16, sizeof m->ScalingList16x16);
    memcpy(hevc->ScalingList32x32, m->ScalingList32x32, sizeof m->ScalingList32x32);
    memcpy(hevc->ScalingListDCCoeff16x16, m->ScalingListDC16x16, sizeof m->ScalingListDC16x16);
    memcpy(hevc->ScalingListDCCoeff32x32, m->ScalingListDC32x32, sizeof m->ScalingListDC32x32);
}
