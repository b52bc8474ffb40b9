// SPDX-License-Identifier: BSD-2-Clause
// slice_header() of ITU-T H.264, 7.3.3, for frames of one slice and at most one reference: read
// as libx264 writes it, and written for the parameter sets of the program.
#include "slice_h264.h"

#include <stdlib.h>
#include <string.h>

#include "bits.h"

#define NAL_SLICE 1
#define NAL_IDR   5

enum slice_type { SLICE_P = 0, SLICE_I = 2 };

struct header {
    unsigned nal_type, nal_ref_idc;
    unsigned type; // modulo 5
    unsigned cabac_init;
    int qp;
    unsigned deblocking; // disable_deblocking_filter_idc
    int alpha, beta;
    size_t data_at; // bits
};

static int get_se(struct bit_reader *r)
{
    uint32_t code = bits_get_ue(r);
    return code % 2 ? (int)(code / 2 + 1) : -(int)(code / 2);
}

struct slice_origin slice_origin_read(const uint8_t *sps, size_t sps_size, const uint8_t *pps,
                                      size_t pps_size)
{
    struct slice_origin origin = {.has_cabac = false};
    struct bit_reader r = {.data = sps, .size_bits = 8 * sps_size};
    unsigned profile = bits_get(&r, 8);
    bits_get(&r, 16);
    bits_get_ue(&r);
    if (profile >= 100) {
        bits_get_ue(&r); // chroma format, depths, bypass, no matrices
        bits_get_ue(&r);
        bits_get_ue(&r);
        bits_get(&r, 2);
    }
    origin.frame_num_bits = bits_get_ue(&r) + 4;
    origin.order_type = bits_get_ue(&r);
    if (origin.order_type == 0)
        origin.order_bits = bits_get_ue(&r) + 4;
    r = (struct bit_reader){.data = pps, .size_bits = 8 * pps_size};
    bits_get_ue(&r);
    bits_get_ue(&r);
    origin.has_cabac = bits_get(&r, 1);
    bits_get(&r, 1);
    bits_get_ue(&r); // slice groups, references
    bits_get_ue(&r);
    bits_get_ue(&r);
    bits_get(&r, 3); // weights
    origin.init_qp = 26 + get_se(&r);
    return origin;
}

static void read_references(struct bit_reader *r)
{
    if (bits_get(r, 1))
        bits_get_ue(r);
    if (!bits_get(r, 1))
        return;
    while (bits_get_ue(r) != 3 && r->position < r->size_bits)
        bits_get_ue(r);
}

static void read_marking(struct bit_reader *r, bool is_idr)
{
    if (is_idr) {
        bits_get(r, 2);
        return;
    }
    if (!bits_get(r, 1))
        return;
    for (unsigned operation; (operation = bits_get_ue(r)) != 0 && r->position < r->size_bits;) {
        bits_get_ue(r);
        if (operation == 3)
            bits_get_ue(r);
    }
}

static struct header read_header(const struct slice_origin *origin, uint8_t nal_header,
                                 const uint8_t *plain, size_t size)
{
    struct header h = {.nal_type = nal_header & 31, .nal_ref_idc = nal_header >> 5 & 3};
    struct bit_reader r = {.data = plain, .size_bits = 8 * size};
    bits_get_ue(&r);
    h.type = bits_get_ue(&r) % 5;
    bits_get_ue(&r);
    bits_get(&r, origin->frame_num_bits);
    if (h.nal_type == NAL_IDR)
        bits_get_ue(&r);
    if (origin->order_type == 0)
        bits_get(&r, origin->order_bits);
    if (h.type == SLICE_P)
        read_references(&r);
    if (h.nal_ref_idc)
        read_marking(&r, h.nal_type == NAL_IDR);
    if (origin->has_cabac && h.type != SLICE_I)
        h.cabac_init = bits_get_ue(&r);
    h.qp = origin->init_qp + get_se(&r);
    h.deblocking = bits_get_ue(&r);
    if (h.deblocking != 1) {
        h.alpha = get_se(&r);
        h.beta = get_se(&r);
    }
    while (origin->has_cabac && r.position % 8 != 0)
        bits_get(&r, 1);
    h.data_at = r.position;
    return h;
}

// Without its fields in the header a deblocking filter is on, and moved by nothing.
static bool needs_deblocking_fields(const struct header *h)
{
    return h->deblocking || h->alpha || h->beta;
}

static void put_header(struct bit_writer *w, const struct header *h,
                       const struct slice_place *place)
{
    const VAEncSequenceParameterBufferH264 *sequence = place->sequence;
    const VAEncPictureParameterBufferH264 *picture = place->picture;
    unsigned order_bits = sequence->seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4 + 4u;
    unsigned frame_num_bits = sequence->seq_fields.bits.log2_max_frame_num_minus4 + 4u;
    bool is_idr = picture->pic_fields.bits.idr_pic_flag;
    bits_put_ue(w, 0);
    bits_put_ue(w, h->type);
    bits_put_ue(w, picture->pic_parameter_set_id);
    bits_put(w, frame_num_bits, picture->frame_num & ((1u << frame_num_bits) - 1));
    if (is_idr)
        bits_put_ue(w, place->slice->idr_pic_id);
    bits_put(w, order_bits, place->slice->pic_order_cnt_lsb & ((1u << order_bits) - 1));
    if (picture->pic_fields.bits.pic_order_present_flag)
        bits_put_se(w, 0);
    if (h->type == SLICE_P) {
        bits_put(w, 1, 1); // one reference, the last one coded
        bits_put_ue(w, 0);
        bits_put(w, 1, 0);
    }
    if (picture->pic_fields.bits.reference_pic_flag)
        bits_put(w, is_idr ? 2 : 1, 0);
    if (picture->pic_fields.bits.entropy_coding_mode_flag && h->type != SLICE_I)
        bits_put_ue(w, h->cabac_init);
    bits_put_se(w, h->qp - picture->pic_init_qp);
    if (picture->pic_fields.bits.deblocking_filter_control_present_flag) {
        bits_put_ue(w, h->deblocking);
        if (h->deblocking != 1) {
            bits_put_se(w, h->alpha);
            bits_put_se(w, h->beta);
        }
    }
    while (picture->pic_fields.bits.entropy_coding_mode_flag && w->bits % 8 != 0)
        bits_put(w, 1, 1); // cabac_alignment_one_bit
}

static bool can_move(const struct slice_origin *origin, const struct slice_place *place)
{
    const VAEncPictureParameterBufferH264 *picture = place->picture;
    return picture->pic_fields.bits.entropy_coding_mode_flag == origin->has_cabac &&
           !picture->pic_fields.bits.weighted_pred_flag &&
           !picture->pic_fields.bits.redundant_pic_cnt_present_flag &&
           place->sequence->seq_fields.bits.pic_order_cnt_type == 0 &&
           place->sequence->seq_fields.bits.frame_mbs_only_flag;
}

// Bits AT and later of PLAIN behind those of the header; returns bytes. Where the header ends
// within a byte, as that of the data does not, all are shifted.
static size_t join(const struct bit_writer *w, const uint8_t *plain, size_t size, size_t at,
                   uint8_t *ret)
{
    struct bit_reader r = {.data = plain, .size_bits = 8 * size, .position = at};
    size_t used = w->bits / 8;
    memcpy(ret, w->data, used + 1);
    if (w->bits % 8 == 0 && at % 8 == 0) {
        memcpy(ret + used, plain + at / 8, size - at / 8);
        return used + size - at / 8;
    }
    size_t end = 8 * size;
    while (end > at && !(plain[(end - 1) / 8] >> (7 - (end - 1) % 8) & 1))
        end--; // behind the stop bit, which ends the data wherever it comes to be
    size_t bits = w->bits;
    for (; r.position < end; bits++) {
        uint8_t mask = (uint8_t)(0x80 >> (bits % 8));
        uint8_t *byte = &ret[bits / 8];
        *byte = (uint8_t)(bits_get(&r, 1) ? *byte | mask : *byte & ~mask);
    }
    for (; bits % 8 != 0; bits++)
        ret[bits / 8] &= (uint8_t) ~(0x80 >> (bits % 8));
    return bits / 8;
}

size_t slice_h264_move(const struct slice_origin *origin, const uint8_t *nal, size_t size,
                       const struct slice_place *place, uint8_t *out, size_t used, size_t room)
{
    if (size < 2 || !can_move(origin, place))
        return 0;
    uint8_t *plain = malloc(size), *moved = malloc(size + sizeof(struct bit_writer));
    struct bit_writer w = {.bits = 0};
    size_t result = 0;
    if (plain && moved) {
        size_t plain_size = bits_unescape(nal + 1, size - 1, plain);
        struct header h = read_header(origin, nal[0], plain, plain_size);
        bool is_idr = place->picture->pic_fields.bits.idr_pic_flag;
        unsigned importance = place->picture->pic_fields.bits.reference_pic_flag ? 3 : 0;
        uint8_t header = (uint8_t)(importance << 5 | (is_idr ? NAL_IDR : NAL_SLICE));
        bool fits = place->picture->pic_fields.bits.deblocking_filter_control_present_flag ||
                    !needs_deblocking_fields(&h);
        put_header(&w, &h, place);
        size_t moved_size = join(&w, plain, plain_size, h.data_at, moved);
        if (fits)
            result = bits_append_nal(out, used, room, &header, 1, moved, moved_size);
    }
    free(plain);
    free(moved);
    return result;
}
