// SPDX-License-Identifier: BSD-2-Clause
// A slice of one H.264 stream put into another: its data stays, its header is written anew, after
// the parameter sets of the stream it goes to. They must agree in what the data depend on (entropy
// coding, 8x8 transforms, offsets of chroma's quantiser).
#ifndef RUNG_SIM_VA_SLICE_H264_H
#define RUNG_SIM_VA_SLICE_H264_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <va/va.h>
#include <va/va_enc_h264.h>

// What slice headers depend on in the parameter sets of the stream it comes from.
struct slice_origin {
    unsigned frame_num_bits;
    unsigned order_type, order_bits;
    int init_qp;
    bool has_cabac;
};

// From the payloads of an SPS and a PPS, without NAL headers.
struct slice_origin slice_origin_read(const uint8_t *sps, size_t sps_size, const uint8_t *pps,
                                      size_t pps_size);

struct slice_place {
    const VAEncSequenceParameterBufferH264 *sequence;
    const VAEncPictureParameterBufferH264 *picture;
    const VAEncSliceParameterBufferH264 *slice;
};

// NAL: a slice with its NAL header, as it is in a stream. Appends one to OUT and returns the new
// length, 0 when it cannot be.
size_t slice_h264_move(const struct slice_origin *origin, const uint8_t *nal, size_t size,
                       const struct slice_place *place, uint8_t *out, size_t used, size_t room);

#endif
