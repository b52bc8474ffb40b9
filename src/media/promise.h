// SPDX-License-Identifier: BSD-2-Clause
// How long a file says it is, by its outermost structure: MP4 boxes, the Matroska
// segment, the RIFF chunk. A file that ends earlier was cut short.
#ifndef RUNG_MEDIA_PROMISE_H
#define RUNG_MEDIA_PROMISE_H

#include <stdint.h>

#include "src/media/byte_source.h"

// Bytes promised; -1 when the format (libavformat's short name) does not say.
int64_t promise_bytes(const struct byte_source *source, const char *format_name);

#endif
