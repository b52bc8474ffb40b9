// SPDX-License-Identifier: BSD-2-Clause
// H.264 pictures in the NVIDIA driver's terms.
#include <string.h>

#include "bits.h"
#include "decode.h"

#define NAL_IDR 5

static bool overrides_references(const VAPictureParameterBufferH264 *p, unsigned nal_type,
                                 struct bit_reader *r, unsigned type)
{
    bits_get(r, p->seq_fields.bits.log2_max_frame_num_minus4 + 4u);
    if (!p->seq_fields.bits.frame_mbs_only_flag && bits_get(r, 1))
        bits_get(r, 1);
    bool is_field = p->pic_fields.bits.field_pic_flag;
    if (nal_type == NAL_IDR)
        bits_get_ue(r);
    bool has_second = p->pic_fields.bits.pic_order_present_flag && !is_field;
    if (p->seq_fields.bits.pic_order_cnt_type == 0) {
        bits_get(r, p->seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4 + 4u);
        if (has_second)
            bits_get_ue(r);
    } else if (p->seq_fields.bits.pic_order_cnt_type == 1 &&
               !p->seq_fields.bits.delta_pic_order_always_zero_flag) {
        bits_get_ue(r);
        if (has_second)
            bits_get_ue(r);
    }
    if (p->pic_fields.bits.redundant_pic_cnt_present_flag)
        bits_get_ue(r);
    if (type == 1)
        bits_get(r, 1); // direct_spatial_mv_pred_flag
    return bits_get(r, 1);
}

// The interface says how many references a slice has, not what the PPS has for slices that do not
// say: the number of a slice that does not override it.
void look_into_slice_h264(struct decode *decode, const struct extent *extent, const uint8_t *data)
{
    uint8_t plain[64];
    size_t size = extent->size - 1 < sizeof plain ? extent->size - 1 : sizeof plain;
    struct bit_reader r = {.data = plain, .size_bits = 8 * bits_unescape(data + 1, size, plain)};
    bits_get_ue(&r);
    unsigned type = bits_get_ue(&r) % 5; // P, B, I, SP, SI
    bits_get_ue(&r);
    if (type > 1 || overrides_references(&decode->picture.h264, data[0] & 31, &r, type))
        return;
    decode->defaults[0] = extent->active[0];
    if (type == 1)
        decode->defaults[1] = extent->active[1];
}

static void translate_sets(const struct decode *decode, CUVIDH264PICPARAMS *ret)
{
    const VAPictureParameterBufferH264 *p = &decode->picture.h264;
    ret->log2_max_frame_num_minus4 = p->seq_fields.bits.log2_max_frame_num_minus4;
    ret->pic_order_cnt_type = p->seq_fields.bits.pic_order_cnt_type;
    ret->log2_max_pic_order_cnt_lsb_minus4 = p->seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4;
    ret->delta_pic_order_always_zero_flag = p->seq_fields.bits.delta_pic_order_always_zero_flag;
    ret->frame_mbs_only_flag = p->seq_fields.bits.frame_mbs_only_flag;
    ret->direct_8x8_inference_flag = p->seq_fields.bits.direct_8x8_inference_flag;
    ret->num_ref_frames = p->num_ref_frames;
    ret->bit_depth_luma_minus8 = p->bit_depth_luma_minus8;
    ret->bit_depth_chroma_minus8 = p->bit_depth_chroma_minus8;
    ret->entropy_coding_mode_flag = p->pic_fields.bits.entropy_coding_mode_flag;
    ret->pic_order_present_flag = p->pic_fields.bits.pic_order_present_flag;
    ret->num_ref_idx_l0_active_minus1 = (int)decode->defaults[0];
    ret->num_ref_idx_l1_active_minus1 = (int)decode->defaults[1];
    ret->weighted_pred_flag = p->pic_fields.bits.weighted_pred_flag;
    ret->weighted_bipred_idc = p->pic_fields.bits.weighted_bipred_idc;
    ret->pic_init_qp_minus26 = p->pic_init_qp_minus26;
    ret->pic_init_qs_minus26 = p->pic_init_qs_minus26;
    ret->deblocking_filter_control_present_flag =
        p->pic_fields.bits.deblocking_filter_control_present_flag;
    ret->redundant_pic_cnt_present_flag = p->pic_fields.bits.redundant_pic_cnt_present_flag;
    ret->transform_8x8_mode_flag = p->pic_fields.bits.transform_8x8_mode_flag;
    ret->constrained_intra_pred_flag = p->pic_fields.bits.constrained_intra_pred_flag;
    ret->chroma_qp_index_offset = p->chroma_qp_index_offset;
    ret->second_chroma_qp_index_offset = p->second_chroma_qp_index_offset;
}

void translate_h264(const struct decode *decode, CUVIDPICPARAMS *ret)
{
    const VAPictureParameterBufferH264 *p = &decode->picture.h264;
    CUVIDH264PICPARAMS *h264 = &ret->CodecSpecific.h264;
    ret->PicWidthInMbs = p->picture_width_in_mbs_minus1 + 1;
    ret->FrameHeightInMbs = p->picture_height_in_mbs_minus1 + 1;
    ret->field_pic_flag = p->pic_fields.bits.field_pic_flag;
    ret->bottom_field_flag = (p->CurrPic.flags & VA_PICTURE_H264_BOTTOM_FIELD) != 0;
    ret->ref_pic_flag = p->pic_fields.bits.reference_pic_flag;
    translate_sets(decode, h264);
    h264->MbaffFrameFlag =
        p->seq_fields.bits.mb_adaptive_frame_field_flag && !p->pic_fields.bits.field_pic_flag;
    h264->frame_num = p->frame_num;
    if (decode->has_matrix) {
        memcpy(h264->WeightScale4x4, decode->matrix.h264.ScalingList4x4,
               sizeof h264->WeightScale4x4);
        memcpy(h264->WeightScale8x8, decode->matrix.h264.ScalingList8x8,
               sizeof h264->WeightScale8x8);
    } else {
        memset(h264->WeightScale4x4, 16, sizeof h264->WeightScale4x4);
        memset(h264->WeightScale8x8, 16, sizeof h264->WeightScale8x8);
    }
}
