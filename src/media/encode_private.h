// SPDX-License-Identifier: BSD-2-Clause
// The rows of the encoder table, one per encoder.
#ifndef RUNG_MEDIA_ENCODE_PRIVATE_H
#define RUNG_MEDIA_ENCODE_PRIVATE_H

#include "src/media/encode.h"

extern const struct encoder_ops encoder_x264;
extern const struct encoder_ops encoder_x264_group; // for pilots and their followers
extern const struct encoder_ops encoder_x265;
extern const struct encoder_ops encoder_svtav1;
extern const struct encoder_ops encoder_device; // all of all backends (hwaccel/backend.h)

#endif
