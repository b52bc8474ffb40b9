// SPDX-License-Identifier: BSD-2-Clause
// ITU-T H.265, 7.3.2.2, 7.3.2.3 and 7.3.6.1, as far as libx265 and FFmpeg's encoders go.
#include "sets_hevc.h"

#include <stdlib.h>
#include <string.h>

#include "bits.h"

#define NAL_SPS  33
#define NAL_PPS  34
#define SETS_MAX 1024
#define SLICE_I  2

static int get_se(struct bit_reader *r)
{
    uint32_t code = bits_get_ue(r);
    return code % 2 ? (int)(code / 2 + 1) : -(int)(code / 2);
}

static bool read_sps(struct bit_reader *r, struct sets_hevc *ret)
{
    bits_get(r, 4);
    unsigned sub_layers = bits_get(r, 3);
    bits_get(r, 1);
    bits_get(r, 32); // profile, tier and level: 96 bits
    bits_get(r, 32);
    bits_get(r, 32);
    bits_get_ue(r);
    bool is_420 = bits_get_ue(r) == 1;
    bits_get_ue(r);
    bits_get_ue(r);
    if (bits_get(r, 1)) // conformance window
        for (int i = 0; i < 4; i++)
            bits_get_ue(r);
    bits_get_ue(r);
    bits_get_ue(r);
    ret->order_bits = bits_get_ue(r) + 4;
    bits_get(r, 1);
    for (int i = 0; i < 3; i++)
        bits_get_ue(r);
    ret->min_block_log2 = bits_get_ue(r) + 3;
    ret->block_log2 = ret->min_block_log2 + bits_get_ue(r);
    ret->min_transform_log2 = bits_get_ue(r) + 2;
    ret->transform_log2 = ret->min_transform_log2 + bits_get_ue(r);
    ret->depth_inter = bits_get_ue(r);
    ret->depth_intra = bits_get_ue(r);
    bool has_lists = bits_get(r, 1);
    bits_get(r, 1);
    ret->has_sao = bits_get(r, 1);
    bool has_pcm = bits_get(r, 1);
    bool has_reference_sets = bits_get_ue(r) > 0;
    ret->has_long_term = bits_get(r, 1);
    ret->has_temporal_vectors = bits_get(r, 1);
    ret->is_smooth = bits_get(r, 1);
    return sub_layers == 0 && is_420 && !has_lists && !has_pcm && !has_reference_sets &&
           !ret->has_long_term;
}

static bool read_pps(struct bit_reader *r, struct sets_hevc *ret)
{
    bits_get_ue(r);
    bits_get_ue(r);
    bits_get(r, 1);
    ret->has_output_flag = bits_get(r, 1);
    ret->extra_bits = bits_get(r, 3);
    ret->hides_signs = bits_get(r, 1);
    bits_get(r, 1);
    bits_get_ue(r);
    bits_get_ue(r);
    ret->init_qp = 26 + get_se(r);
    ret->is_constrained = bits_get(r, 1);
    ret->skips_transform = bits_get(r, 1);
    ret->has_qp_delta = bits_get(r, 1);
    ret->qp_delta_depth = ret->has_qp_delta ? bits_get_ue(r) : 0;
    ret->cb_offset = get_se(r);
    ret->cr_offset = get_se(r);
    ret->has_chroma_offsets = bits_get(r, 1);
    bits_get(r, 2);                        // weights
    bool is_strange = bits_get(r, 3) != 0; // lossless blocks, tiles, wavefronts
    ret->filters_across_slices = bits_get(r, 1);
    if (bits_get(r, 1)) {
        ret->can_override_deblocking = bits_get(r, 1);
        ret->is_not_deblocked = bits_get(r, 1);
        for (int i = 0; i < 2 && !ret->is_not_deblocked; i++)
            ret->deblocking[i] = get_se(r);
    }
    bool has_lists = bits_get(r, 1);
    bits_get(r, 1);
    bits_get_ue(r);
    ret->has_extension = bits_get(r, 1);
    return !is_strange && !has_lists;
}

struct sets_hevc sets_hevc_read(const uint8_t *data, size_t size)
{
    struct sets_hevc sets = {.is_complete = false};
    bool has_sps = false, has_pps = false;
    for (size_t at = 0; at + 5 < size; at++) {
        uint8_t plain[SETS_MAX];
        if (data[at] || data[at + 1] || data[at + 2] != 1)
            continue;
        unsigned type = data[at + 3] >> 1 & 63;
        size_t length = size - at - 5 < SETS_MAX ? size - at - 5 : SETS_MAX;
        struct bit_reader r = {.data = plain};
        r.size_bits = 8 * bits_unescape(data + at + 5, length, plain);
        if (type == NAL_SPS)
            has_sps = read_sps(&r, &sets);
        if (type == NAL_PPS)
            has_pps = read_pps(&r, &sets);
    }
    sets.is_complete = has_sps && has_pps;
    return sets;
}

bool sets_hevc_agree(const struct sets_hevc *a, const struct sets_hevc *b)
{
    return a->is_complete && b->is_complete && a->min_block_log2 == b->min_block_log2 &&
           a->block_log2 == b->block_log2 && a->min_transform_log2 == b->min_transform_log2 &&
           a->transform_log2 == b->transform_log2 && a->depth_intra == b->depth_intra &&
           a->is_smooth == b->is_smooth && a->hides_signs == b->hides_signs &&
           a->is_constrained == b->is_constrained && a->skips_transform == b->skips_transform &&
           a->has_qp_delta == b->has_qp_delta && a->qp_delta_depth == b->qp_delta_depth &&
           a->cb_offset == b->cb_offset && a->cr_offset == b->cr_offset &&
           a->is_not_deblocked == b->is_not_deblocked && a->deblocking[0] == b->deblocking[0] &&
           a->deblocking[1] == b->deblocking[1];
}

static bool is_idr(unsigned type)
{
    return type == 19 || type == 20;
}

// Of an IDR. Sets the quantiser; the position is that of the data.
static bool read_header(const struct sets_hevc *sets, struct bit_reader *r, int *ret_qp)
{
    bits_get(r, 2);
    bits_get_ue(r);
    bits_get(r, sets->extra_bits);
    bool is_intra = bits_get_ue(r) == SLICE_I;
    bits_get(r, sets->has_output_flag ? 1 : 0);
    bool has_sao = sets->has_sao && bits_get(r, 2) != 0;
    *ret_qp = sets->init_qp + get_se(r);
    for (int i = 0; i < 2 && sets->has_chroma_offsets; i++)
        get_se(r);
    bool overrides = sets->can_override_deblocking && bits_get(r, 1);
    if (sets->filters_across_slices && !sets->is_not_deblocked)
        bits_get(r, 1);
    if (sets->has_extension)
        return false;
    bits_get(r, 1);
    while (r->position % 8 != 0)
        bits_get(r, 1);
    return is_intra && !has_sao && !overrides;
}

static void put_header(struct bit_writer *w, const struct place_hevc *place, int qp)
{
    const struct sets_hevc *sets = place->sets;
    bits_put(w, 1, 1);
    if (place->nal_type >= 16 && place->nal_type <= 23)
        bits_put(w, 1, 0);
    bits_put_ue(w, place->pps_id);
    bits_put(w, sets->extra_bits, 0);
    bits_put_ue(w, SLICE_I);
    if (sets->has_output_flag)
        bits_put(w, 1, 1);
    if (!is_idr(place->nal_type)) {
        bits_put(w, sets->order_bits, (uint32_t)place->order & ((1u << sets->order_bits) - 1));
        bits_put(w, 1, 0); // a set of references in full, and empty
        bits_put_ue(w, 0);
        bits_put_ue(w, 0);
        if (sets->has_temporal_vectors)
            bits_put(w, 1, 0);
    }
    if (sets->has_sao)
        bits_put(w, 2, 0);
    bits_put_se(w, qp - sets->init_qp);
    if (sets->has_chroma_offsets)
        bits_put(w, 2, 3);
    if (sets->can_override_deblocking)
        bits_put(w, 1, 0);
    if (sets->filters_across_slices && !sets->is_not_deblocked)
        bits_put(w, 1, 1);
    bits_put_end(w);
}

size_t slice_hevc_move(const struct sets_hevc *origin, const uint8_t *nal, size_t size,
                       const struct place_hevc *place, uint8_t *out, size_t used, size_t room)
{
    uint8_t *plain = malloc(size + 1), *moved = malloc(size + sizeof(struct bit_writer));
    struct bit_writer w = {.bits = 0};
    size_t result = 0;
    int qp;
    if (plain && moved && size > 2 && !place->sets->has_extension) {
        struct bit_reader r = {.data = plain};
        size_t plain_size = bits_unescape(nal + 2, size - 2, plain);
        r.size_bits = 8 * plain_size;
        bool is_good = read_header(origin, &r, &qp) && r.position / 8 < plain_size;
        const uint8_t header[2] = {(uint8_t)(place->nal_type << 1), 1};
        if (is_good) {
            size_t at = r.position / 8;
            put_header(&w, place, qp);
            memcpy(moved, w.data, w.bits / 8);
            memcpy(moved + w.bits / 8, plain + at, plain_size - at);
            result =
                bits_append_nal(out, used, room, header, 2, moved, w.bits / 8 + plain_size - at);
        }
    }
    free(plain);
    free(moved);
    return result;
}
