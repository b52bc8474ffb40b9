// SPDX-License-Identifier: BSD-2-Clause
// What coded slices and their headers depend on in HEVC parameter sets, and slices of intra
// pictures put from one stream into another.
#ifndef RUNG_SIM_VA_SETS_HEVC_H
#define RUNG_SIM_VA_SETS_HEVC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sets_hevc {
    // SPS
    unsigned order_bits;
    unsigned min_block_log2, block_log2, min_transform_log2, transform_log2;
    unsigned depth_inter, depth_intra;
    bool has_sao, has_temporal_vectors, has_long_term, is_smooth;
    // PPS
    bool has_output_flag, hides_signs, is_constrained, skips_transform, has_qp_delta;
    unsigned extra_bits, qp_delta_depth;
    int init_qp, cb_offset, cr_offset;
    bool has_chroma_offsets, filters_across_slices, can_override_deblocking, is_not_deblocked;
    int deblocking[2]; // offsets
    bool has_extension;
    bool is_complete; // both were found, and nothing in them that is unknown here
};

// From NAL units with start codes.
struct sets_hevc sets_hevc_read(const uint8_t *data, size_t size);
// Whether slice data coded for one is right for the other.
bool sets_hevc_agree(const struct sets_hevc *a, const struct sets_hevc *b);

struct place_hevc {
    const struct sets_hevc *sets;
    unsigned nal_type, pps_id;
    int order; // picture order count
};

// NAL: an IDR's slice with its NAL header. Appends one of nal_type with no references to OUT and
// returns the new length, 0 when it cannot be.
size_t slice_hevc_move(const struct sets_hevc *origin, const uint8_t *nal, size_t size,
                       const struct place_hevc *place, uint8_t *out, size_t used, size_t room);

#endif
