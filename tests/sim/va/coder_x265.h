// SPDX-License-Identifier: BSD-2-Clause
// Frames into slices by libx265, each by itself.
#ifndef RUNG_SIM_VA_CODER_X265_H
#define RUNG_SIM_VA_CODER_X265_H

#include "sets_hevc.h"

struct intra_coder; // one thread at a time

// For slices that the parameter sets WANTED are right for; NULL when libx265 makes none such.
struct intra_coder *intra_coder_open(int width, int height, int qp, const struct sets_hevc *wanted);
void intra_coder_close(struct intra_coder **coder);

const struct sets_hevc *intra_coder_sets(const struct intra_coder *coder);

// NV12. The slice, with its NAL header, is the coder's until the next one; NULL when it fails.
const uint8_t *intra_coder_encode(struct intra_coder *coder, const uint8_t *luma,
                                  const uint8_t *chroma, size_t pitch_bytes, size_t *ret_size);

#endif
