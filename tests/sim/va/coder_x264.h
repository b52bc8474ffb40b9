// SPDX-License-Identifier: BSD-2-Clause
// Frames into slices by libx264, in the order they come, each predicted from the one before or
// from none.
#ifndef RUNG_SIM_VA_CODER_X264_H
#define RUNG_SIM_VA_CODER_X264_H

#include "slice_h264.h"

struct coder_config {
    int width, height;
    bool has_cabac, has_8x8;
    int chroma_qp_offset;
    int qp;
};

struct coder; // one thread at a time

struct coder *coder_open(const struct coder_config *config);
void coder_close(struct coder **coder);

const struct slice_origin *coder_origin(const struct coder *coder);

enum coder_type { CODER_IDR, CODER_I, CODER_P };

// ROWS: NV12. The slice, with its NAL header, is the coder's until the next one; NULL when it
// fails.
const uint8_t *coder_encode(struct coder *coder, const uint8_t *luma, const uint8_t *chroma,
                            size_t pitch_bytes, enum coder_type type, size_t *ret_size);

#endif
