// SPDX-License-Identifier: BSD-2-Clause
// SPS and PPS (ITU-T H.264, 7.3.2.1 and 7.3.2.2) from CUVIDH264PICPARAMS. Unknown to
// the interface, and set to what does no harm: level, cropping, VUI, the table of
// picture order count type 1.
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "headers.h"

static const uint8_t zigzag4x4[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
static const uint8_t zigzag8x8[64] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

static void put_sps(struct bit_writer *w, const CUVIDPICPARAMS *picture, bool is_mbaff)
{
    const CUVIDH264PICPARAMS *p = &picture->CodecSpecific.h264;
    bits_put(w, 8, 100); // High
    bits_put(w, 8, 0);
    bits_put(w, 8, 51);
    bits_put_ue(w, 0);
    bits_put_ue(w, 1); // 4:2:0
    bits_put_ue(w, p->bit_depth_luma_minus8);
    bits_put_ue(w, p->bit_depth_chroma_minus8);
    bits_put(w, 1, p->qpprime_y_zero_transform_bypass_flag);
    bits_put(w, 1, 0); // scaling matrices are in the PPS
    bits_put_ue(w, (uint32_t)p->log2_max_frame_num_minus4);
    bits_put_ue(w, (uint32_t)p->pic_order_cnt_type);
    if (p->pic_order_cnt_type == 0) {
        bits_put_ue(w, (uint32_t)p->log2_max_pic_order_cnt_lsb_minus4);
    } else if (p->pic_order_cnt_type == 1) {
        bits_put(w, 1, (uint32_t)p->delta_pic_order_always_zero_flag);
        bits_put_se(w, 0);
        bits_put_se(w, 0);
        bits_put_ue(w, 0);
    }
    bits_put_ue(w, (uint32_t)p->num_ref_frames);
    bits_put(w, 1, 0);
    bits_put_ue(w, (uint32_t)picture->PicWidthInMbs - 1);
    bits_put_ue(w, (uint32_t)(picture->FrameHeightInMbs / (p->frame_mbs_only_flag ? 1 : 2)) - 1);
    bits_put(w, 1, (uint32_t)p->frame_mbs_only_flag);
    if (!p->frame_mbs_only_flag)
        bits_put(w, 1, is_mbaff);
    bits_put(w, 1, (uint32_t)p->direct_8x8_inference_flag);
    bits_put(w, 1, 0); // no cropping
    bits_put(w, 1, 0); // no VUI
    bits_put_end(w);
}

static void put_scaling_list(struct bit_writer *w, const uint8_t *list, const uint8_t *scan,
                             int count)
{
    int last = 8;
    bits_put(w, 1, 1);
    for (int i = 0; i < count; i++) {
        int delta = list[scan[i]] - last;
        bits_put_se(w, delta > 127 ? delta - 256 : delta < -128 ? delta + 256 : delta);
        last = list[scan[i]];
    }
}

static void put_pps(struct bit_writer *w, const CUVIDH264PICPARAMS *p, uint32_t id)
{
    bits_put_ue(w, id);
    bits_put_ue(w, 0);
    bits_put(w, 1, (uint32_t)p->entropy_coding_mode_flag);
    bits_put(w, 1, (uint32_t)p->pic_order_present_flag);
    bits_put_ue(w, 0); // one slice group
    bits_put_ue(w, (uint32_t)p->num_ref_idx_l0_active_minus1);
    bits_put_ue(w, (uint32_t)p->num_ref_idx_l1_active_minus1);
    bits_put(w, 1, (uint32_t)p->weighted_pred_flag);
    bits_put(w, 2, (uint32_t)p->weighted_bipred_idc);
    bits_put_se(w, p->pic_init_qp_minus26);
    bits_put_se(w, p->pic_init_qs_minus26);
    bits_put_se(w, p->chroma_qp_index_offset);
    bits_put(w, 1, (uint32_t)p->deblocking_filter_control_present_flag);
    bits_put(w, 1, (uint32_t)p->constrained_intra_pred_flag);
    bits_put(w, 1, (uint32_t)p->redundant_pic_cnt_present_flag);
    bits_put(w, 1, (uint32_t)p->transform_8x8_mode_flag);
    bits_put(w, 1, 1);
    for (int i = 0; i < 6; i++)
        put_scaling_list(w, p->WeightScale4x4[i], zigzag4x4, 16);
    for (int i = 0; i < 2 && p->transform_8x8_mode_flag; i++)
        put_scaling_list(w, p->WeightScale8x8[i], zigzag8x8, 64);
    bits_put_se(w, p->second_chroma_qp_index_offset);
    bits_put_end(w);
}

// The pic_parameter_set_id of the slice that begins at DATA with its start code.
static uint32_t pps_of_slice(const uint8_t *data, size_t size)
{
    uint8_t plain[24];
    struct bit_reader r = {.data = plain};
    size_t skipped = 4; // 00 00 01 and the NAL header
    if (size <= skipped)
        return 0;
    size_t taken = size - skipped < sizeof plain ? size - skipped : sizeof plain;
    r.size_bits = 8 * bits_unescape(data + skipped, taken, plain);
    bits_get_ue(&r); // first_mb_in_slice
    bits_get_ue(&r); // slice_type
    return bits_get_ue(&r) & 255;
}

bool headers_join(struct header_memory *memory, const uint8_t *sets, size_t sets_size,
                  const uint8_t *slices, size_t slices_size, uint8_t **ret_data, size_t *ret_size)
{
    bool is_known = memory->sent_size == sets_size && memcmp(memory->sent, sets, sets_size) == 0;
    size_t used = is_known ? 0 : sets_size;
    if (sets_size > sizeof memory->sent || !(*ret_data = calloc(1, used + slices_size + 64)))
        return false;
    memcpy(*ret_data, sets, used);
    memcpy(*ret_data + used, slices, slices_size);
    *ret_size = used + slices_size;
    memcpy(memory->sent, sets, sets_size);
    memory->sent_size = sets_size;
    return true;
}

bool headers_h264(struct header_memory *memory, const CUVIDPICPARAMS *picture, uint8_t **ret_data,
                  size_t *ret_size)
{
    const CUVIDH264PICPARAMS *p = &picture->CodecSpecific.h264;
    static const uint8_t sps_header = 0x67, pps_header = 0x68;
    struct bit_writer w = {.bits = 0};
    uint8_t sets[8192];
    bool has_pps[256] = {false};
    // A field picture does not say whether frames of its sequence are MBAFF.
    if (!picture->field_pic_flag) {
        memory->has_mbaff = true;
        memory->is_mbaff = p->MbaffFrameFlag;
    }
    put_sps(&w, picture, memory->has_mbaff ? memory->is_mbaff : true);
    size_t used = bits_append_nal(sets, 0, sizeof sets, &sps_header, 1, w.data, w.bits / 8);
    for (unsigned i = 0; i < picture->nNumSlices && used; i++) {
        unsigned offset = picture->pSliceDataOffsets[i];
        if (offset >= picture->nBitstreamDataLen)
            return false;
        uint32_t id =
            pps_of_slice(picture->pBitstreamData + offset, picture->nBitstreamDataLen - offset);
        if (has_pps[id])
            continue;
        has_pps[id] = true;
        w = (struct bit_writer){.bits = 0};
        put_pps(&w, p, id);
        used = bits_append_nal(sets, used, sizeof sets, &pps_header, 1, w.data, w.bits / 8);
    }
    return used && headers_join(memory, sets, used, picture->pBitstreamData,
                                picture->nBitstreamDataLen, ret_data, ret_size);
}
