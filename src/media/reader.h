// SPDX-License-Identifier: BSD-2-Clause
// Reading the video of a span: seek, decode, filter. Frames come out in
// presentation order with the slot of the source grid they belong to: slot n is
// shown at plan->source_start + n / plan->source_frame_rate.
#ifndef RUNG_MEDIA_READER_H
#define RUNG_MEDIA_READER_H

#include <libavutil/frame.h>
#include <stdbool.h>
#include <stdint.h>

#include "hwaccel/device.h"
#include "src/base/err.h"
#include "src/media/byte_source.h"
#include "src/media/plan.h"

struct reader; // one thread at a time

struct reader_spec {
    const struct byte_source *source;
    const struct plan *plan;
    int64_t first_slot; // the span's first slot; a frame at or before it comes out first
    int64_t end_slot;   // one past its last: damage beyond it is not this span's
    bool allow_damaged;
    struct device_context *device; // NULL: decode on the CPU
};

// Fails with DEVICE_DECODE, and so does reader_next, when it is the device's matter: also
// where the CPU's decoder would only call the video damaged.
bool reader_open(const struct reader_spec *spec, struct reader **ret_reader, struct err *err);
void reader_free(struct reader **reader);

enum reader_result { READER_FRAME, READER_END, READER_FAILED };

enum reader_result reader_next(struct reader *reader, AVFrame *ret_frame, int64_t *ret_slot,
                               struct err *err);

// Packets and pictures of the span that could not be decoded so far.
int64_t reader_damaged(const struct reader *reader);

#endif
