// SPDX-License-Identifier: BSD-2-Clause
// Slices of a picture whose headers name reference picture sets of an SPS we do not
// have, rewritten with the set in full.
#ifndef RUNG_SIM_SLICE_HEVC_H
#define RUNG_SIM_SLICE_HEVC_H

#include "api.h"

struct slices_hevc {
    uint8_t *data; // start codes and NAL units; the caller frees it
    size_t size;
    unsigned pps_id;
    unsigned extra_bits; // num_extra_slice_header_bits that the PPS must state
};

// False when a header cannot be read, or when slices of the picture differ in PPS.
bool slices_hevc_rewrite(const CUVIDPICPARAMS *picture, struct slices_hevc *ret);

#endif
