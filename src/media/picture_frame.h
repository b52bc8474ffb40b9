// SPDX-License-Identifier: BSD-2-Clause
// A picture as libav's frame: the planes are lent, not copied.
#ifndef RUNG_MEDIA_PICTURE_FRAME_H
#define RUNG_MEDIA_PICTURE_FRAME_H

#include <libavutil/frame.h>
#include <stdbool.h>

#include "src/media/picture.h"

// Makes *frame a read-only view that holds a reference; what it held before is let
// go. False when memory is out.
bool picture_lend(const struct picture *picture, AVFrame *frame);

#endif
