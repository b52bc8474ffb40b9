// SPDX-License-Identifier: BSD-2-Clause
// A small video of our own making, to try tiers on where no source is at hand: H.264 in MP4,
// upright, progressive, 8 bits, BT.709, so that every stage may run on a device.
#ifndef RUNG_MEDIA_SAMPLE_H
#define RUNG_MEDIA_SAMPLE_H

#include "src/base/err.h"
#include "src/base/mem.h"

#define SAMPLE_WIDTH_PX   1280
#define SAMPLE_HEIGHT_PX  720
#define SAMPLE_FRAMES     48
#define SAMPLE_FRAME_RATE 24

// Appends the file. CONFIG when the linked libraries cannot make it.
bool sample_make(struct buf *ret, struct err *err);

#endif
