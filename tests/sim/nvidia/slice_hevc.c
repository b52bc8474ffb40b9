// SPDX-License-Identifier: BSD-2-Clause
// The set of a slice (ITU-T H.265, 7.3.6.1 and 7.3.7) follows from the references that
// the interface lists. What stands behind it in the header is not parsed but copied, so
// the new header must differ in length by whole bytes: slice_reserved_flags, of which a
// PPS may announce up to seven, fill it up.
#include "slice_hevc.h"

#include <stdlib.h>
#include <string.h>

#include "bits.h"

#define HEADER_BYTES 2 // of a NAL unit

struct slice {
    const uint8_t *nal; // behind the start code
    size_t size;
    unsigned type;
    unsigned pps_id;
    bool is_dependent;
    size_t reserved_at, order_end, set_end; // bits of the payload without emulation prevention
};

static unsigned bits_for(unsigned count)
{
    unsigned bits = 0;
    while (count > 1u << bits)
        bits++;
    return bits;
}

static unsigned address_bits(const CUVIDHEVCPICPARAMS *p)
{
    unsigned log2_size = p->log2_min_luma_coding_block_size_minus3 + 3u +
                         p->log2_diff_max_min_luma_coding_block_size;
    unsigned size = 1u << log2_size;
    return bits_for(((unsigned)p->pic_width_in_luma_samples + size - 1) / size *
                    (((unsigned)p->pic_height_in_luma_samples + size - 1) / size));
}

static bool is_idr(unsigned type)
{
    return type == 19 || type == 20;
}

// Where in the header the parts are that change.
static void read_slice(const CUVIDHEVCPICPARAMS *p, const uint8_t *plain, size_t size,
                       struct slice *slice)
{
    struct bit_reader r = {.data = plain, .size_bits = size * 8};
    bool is_first = bits_get(&r, 1);
    if (slice->type >= 16 && slice->type <= 23)
        bits_get(&r, 1);
    slice->pps_id = bits_get_ue(&r);
    slice->is_dependent = false;
    if (!is_first) {
        if (p->dependent_slice_segments_enabled_flag)
            slice->is_dependent = bits_get(&r, 1);
        bits_get(&r, address_bits(p));
    }
    slice->reserved_at = r.position;
    if (slice->is_dependent)
        return;
    bits_get(&r, p->num_extra_slice_header_bits);
    bits_get_ue(&r); // slice_type
    if (p->output_flag_present_flag)
        bits_get(&r, 1);
    if (p->separate_colour_plane_flag)
        bits_get(&r, 2);
    if (!is_idr(slice->type))
        bits_get(&r, p->log2_max_pic_order_cnt_lsb_minus4 + 4u);
    slice->order_end = r.position;
    if (!is_idr(slice->type)) {
        bool is_of_sps = bits_get(&r, 1);
        bits_get(&r, is_of_sps ? bits_for(p->num_short_term_ref_pic_sets) : 0);
        if (!is_of_sps)
            r.position += (size_t)p->NumBitsForShortTermRPSInSlice;
    }
    slice->set_end = r.position;
}

struct reference {
    int delta;
    bool is_used;
};

static int by_distance(const void *a, const void *b)
{
    const struct reference *x = a, *y = b;
    return abs(x->delta) - abs(y->delta);
}

static void put_side(struct bit_writer *w, const struct reference *references, int count)
{
    for (int i = 0, last = 0; i < count; i++) {
        bits_put_ue(w, (uint32_t)(abs(references[i].delta) - last - 1));
        bits_put(w, 1, references[i].is_used);
        last = abs(references[i].delta);
    }
}

// short_term_ref_pic_set( 0 ) of an SPS that has none.
static void put_set(struct bit_writer *w, const CUVIDHEVCPICPARAMS *p)
{
    struct reference before[16], after[16];
    int before_count = 0, after_count = 0;
    for (int i = 0; i < 16; i++) {
        struct reference one = {p->PicOrderCntVal[i] - p->CurrPicOrderCntVal, false};
        if (p->IsLongTerm[i] || one.delta == 0)
            continue;
        for (int k = 0; k < p->NumPocStCurrBefore && k < 8; k++)
            one.is_used |= p->RefPicSetStCurrBefore[k] == i;
        for (int k = 0; k < p->NumPocStCurrAfter && k < 8; k++)
            one.is_used |= p->RefPicSetStCurrAfter[k] == i;
        // A reference that got lost has no surface, but the header counts on it.
        if (p->RefPicIdx[i] < 0 && !one.is_used)
            continue;
        if (one.delta < 0)
            before[before_count++] = one;
        else
            after[after_count++] = one;
    }
    qsort(before, (size_t)before_count, sizeof before[0], by_distance);
    qsort(after, (size_t)after_count, sizeof after[0], by_distance);
    bits_put(w, 1, 0); // not one of the SPS
    bits_put_ue(w, (uint32_t)before_count);
    bits_put_ue(w, (uint32_t)after_count);
    put_side(w, before, before_count);
    put_side(w, after, after_count);
}

static void copy_bits(struct bit_writer *w, const uint8_t *plain, size_t from, size_t to)
{
    struct bit_reader r = {.data = plain, .size_bits = to, .position = from};
    while (r.position < to)
        bits_put(w, 1, bits_get(&r, 1));
}

// How many reserved flags make the new header as long as the old one, modulo 8.
static unsigned needed_flags(const CUVIDHEVCPICPARAMS *p, const struct slice *slice)
{
    struct bit_writer set = {.bits = 0};
    if (!is_idr(slice->type))
        put_set(&set, p);
    size_t old = p->num_extra_slice_header_bits + (slice->set_end - slice->order_end);
    return (unsigned)(old + 8 * 1024 - set.bits) % 8;
}

static size_t rewrite(const CUVIDHEVCPICPARAMS *p, const struct slice *slice, const uint8_t *plain,
                      size_t size, unsigned flags, uint8_t *out, size_t used, size_t room)
{
    struct bit_writer w = {.bits = 0};
    uint8_t *payload = malloc(size + sizeof w.data);
    if (!payload)
        return 0;
    copy_bits(&w, plain, 0, slice->reserved_at);
    size_t tail = slice->reserved_at;
    if (!slice->is_dependent) {
        bits_put(&w, flags, 0);
        copy_bits(&w, plain, slice->reserved_at + p->num_extra_slice_header_bits, slice->order_end);
        if (!is_idr(slice->type))
            put_set(&w, p);
        tail = slice->set_end;
    }
    // Both are now at the same place within a byte; the rest is moved as it is.
    size_t byte_end = (tail + 7) / 8;
    copy_bits(&w, plain, tail, byte_end * 8);
    memcpy(payload, w.data, w.bits / 8);
    memcpy(payload + w.bits / 8, plain + byte_end, size - byte_end);
    used = w.bits % 8 || w.is_full ? 0
                                   : bits_append_nal(out, used, room, slice->nal, HEADER_BYTES,
                                                     payload, w.bits / 8 + size - byte_end);
    free(payload);
    return used;
}

static bool find_slice(const CUVIDPICPARAMS *picture, unsigned index, struct slice *ret)
{
    size_t start = picture->pSliceDataOffsets[index];
    size_t end = index + 1 < picture->nNumSlices ? picture->pSliceDataOffsets[index + 1]
                                                 : picture->nBitstreamDataLen;
    if (end > picture->nBitstreamDataLen || end < start + 3 + HEADER_BYTES + 2)
        return false;
    *ret = (struct slice){.nal = picture->pBitstreamData + start + 3, .size = end - start - 3};
    ret->type = ret->nal[0] >> 1 & 63;
    return true;
}

bool slices_hevc_rewrite(const CUVIDPICPARAMS *picture, struct slices_hevc *ret)
{
    const CUVIDHEVCPICPARAMS *p = &picture->CodecSpecific.hevc;
    size_t room = (size_t)picture->nBitstreamDataLen * 2 + (size_t)picture->nNumSlices * 8192;
    uint8_t *plain = malloc((size_t)picture->nBitstreamDataLen + 1);
    bool is_good = true, has_flags = false;
    *ret = (struct slices_hevc){.data = malloc(room)};
    for (unsigned i = 0; i < picture->nNumSlices && is_good; i++) {
        struct slice slice;
        is_good = plain && ret->data && find_slice(picture, i, &slice);
        if (!is_good)
            break;
        size_t size = bits_unescape(slice.nal + HEADER_BYTES, slice.size - HEADER_BYTES, plain);
        read_slice(p, plain, size, &slice);
        if (!has_flags && !slice.is_dependent) {
            ret->extra_bits = needed_flags(p, &slice);
            ret->pps_id = slice.pps_id;
            has_flags = true;
        }
        is_good = slice.pps_id == ret->pps_id &&
                  (slice.is_dependent || needed_flags(p, &slice) == ret->extra_bits) &&
                  slice.set_end < size * 8;
        if (is_good)
            ret->size =
                rewrite(p, &slice, plain, size, ret->extra_bits, ret->data, ret->size, room);
        is_good = is_good && ret->size > 0;
    }
    free(plain);
    if (!is_good) {
        free(ret->data);
        ret->data = NULL;
    }
    return is_good;
}
