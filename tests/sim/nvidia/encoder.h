// SPDX-License-Identifier: BSD-2-Clause
// A software encoder behind an NVENC session. Called directly, never through
// libavcodec: FFmpeg opens sessions while it holds libavcodec's lock.
#ifndef RUNG_SIM_ENCODER_H
#define RUNG_SIM_ENCODER_H

#include "api.h"

struct encoder_config {
    int width, height, depth_bits;
    unsigned fps_num, fps_den;
    unsigned sar_num, sar_den;
    unsigned gop; // pictures between IDRs, 0 for no limit
    int b_frames;
    bool b_frames_are_references;
    bool is_cqp;
    int qp_intra, qp_inter, qp_b;
    float quality; // of constant quality, 0 when a rate is asked for
    unsigned average_bps, max_bps, buffer_bits;
    const char *profile; // in the encoder's own words, NULL for its choice
    unsigned level;      // as NVENC has it, 0 for the encoder's choice
    bool repeats_headers, has_aud, is_cavlc;
    unsigned slices;
    bool is_full_range, has_colour;
    unsigned primaries, transfer, matrix;
};

enum picture_kind { PICTURE_IDR, PICTURE_I, PICTURE_P, PICTURE_B };

// Rows of NV12 or P010 (chroma in one plane), or planar 8 bit.
struct encoder_picture {
    const uint8_t *luma, *chroma[2];
    size_t luma_pitch, chroma_pitch;
    bool is_planar;
    bool force_idr, force_intra;
    int64_t time;
    const NV_ENC_SEI_PAYLOAD *sei;
    unsigned sei_count;
};

// One coded picture, in coding order. DATA belongs to the encoder until the next call.
struct encoded {
    const uint8_t *data;
    size_t size;
    int64_t time;
    enum picture_kind kind;
    int qp;
};

struct encoder_ops {
    void *(*open)(const struct encoder_config *config);
    // PICTURE of NULL flushes. 1: *ret was set, 0: nothing came out, -1: failure.
    int (*encode)(void *encoder, const struct encoder_picture *picture, struct encoded *ret);
    // The parameter sets; returns their size, 0 on failure or if ROOM is too small.
    size_t (*headers)(void *encoder, uint8_t *out, size_t room);
    void (*close)(void *encoder);
};

extern const struct encoder_ops encoder_x264;
extern const struct encoder_ops encoder_x265;

#endif
