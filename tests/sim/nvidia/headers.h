// SPDX-License-Identifier: BSD-2-Clause
// Coded pictures as a software decoder wants them. The interface hands over slices and
// the meaning of their parameter sets, not the sets: they are written anew.
#ifndef RUNG_SIM_HEADERS_H
#define RUNG_SIM_HEADERS_H

#include "api.h"

// What must be remembered between pictures of one decoder.
struct header_memory {
    uint8_t sent[8192]; // the parameter sets that the software decoder has
    size_t sent_size;
    bool has_mbaff, is_mbaff;
};

// A whole access unit in *ret_data (to be freed) from PICTURE. False when the picture
// uses what cannot be rebuilt.
bool headers_h264(struct header_memory *memory, const CUVIDPICPARAMS *picture, uint8_t **ret_data,
                  size_t *ret_size);
bool headers_hevc(struct header_memory *memory, const CUVIDPICPARAMS *picture, uint8_t **ret_data,
                  size_t *ret_size);

// PARAMETER_SETS (only if they are not those sent last) and then the slices.
bool headers_join(struct header_memory *memory, const uint8_t *sets, size_t sets_size,
                  const uint8_t *slices, size_t slices_size, uint8_t **ret_data, size_t *ret_size);

#endif
