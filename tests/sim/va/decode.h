// SPDX-License-Identifier: BSD-2-Clause
// A picture to be decoded, as the interface hands it over, and in the terms of the NVIDIA
// driver of the folder beside this one, whose code writes parameter sets anew.
#ifndef RUNG_SIM_VA_DECODE_H
#define RUNG_SIM_VA_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver.h"
#include "headers.h"
#include "software_decoder.h"

#define MAX_SLICES 600

union picture_parameters {
    VAPictureParameterBufferH264 h264;
    VAPictureParameterBufferHEVC hevc;
};

union quantization {
    VAIQMatrixBufferH264 h264;
    VAIQMatrixBufferHEVC hevc;
};

// Of a slice, in the buffer that holds its data.
struct extent {
    uint32_t offset, size;
    unsigned active[2]; // num_ref_idx_lX_active_minus1 of H.264
};

struct decode {
    bool is_hevc;
    struct software_decoder *software;
    struct header_memory headers;
    union picture_parameters picture;
    union quantization matrix;
    bool has_matrix;
    unsigned defaults[2]; // num_ref_idx_lX_default_active_minus1 of H.264, as far as known
    struct extent waiting[MAX_SLICES]; // for their data
    unsigned waiting_count;
    // slices of the picture, each with a start code
    uint8_t *data;
    size_t size, room;
    unsigned offsets[MAX_SLICES], slice_count;
    struct va_surface *target;
    struct va_surface *first_field; // of the picture before, if it was one
};

// Looks into a slice, its NAL header first, for what the interface leaves out.
void look_into_slice_h264(struct decode *decode, const struct extent *extent, const uint8_t *data);

void translate_h264(const struct decode *decode, CUVIDPICPARAMS *ret);
void translate_hevc(const struct decode *decode, CUVIDPICPARAMS *ret);

#endif
