// SPDX-License-Identifier: BSD-2-Clause
// One single-threaded encoder (or one of an accelerator) of one rung for one span: frames in,
// samples in decode order out. Each encoder is a row of functions; the span code knows none
// of them. The output depends only on the spec, the frames and the pilot's analysis.
#ifndef RUNG_MEDIA_ENCODE_H
#define RUNG_MEDIA_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "hwaccel/device.h"
#include "packager/cmaf.h"
#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/media/analysis.h"
#include "src/media/picture.h"
#include "src/media/plan.h"

struct encoder;

// A coded picture, valid during the call.
struct encoded {
    const uint8_t *data; // length-prefixed NAL units, or OBUs
    size_t size_bytes;
    int64_t frame; // which output frame of the span this is (presentation order, from 0)
    bool is_sync;
};

typedef bool (*encoded_fn)(void *self, const struct encoded *encoded, struct err *err);

struct encoder_spec {
    const struct plan *plan;
    const struct plan_video *track;
    int64_t frame_count;           // of the span
    struct analysis *analysis;     // of the span's pilot; NULL where the track has its own
    struct device_context *device; // NULL where the track is coded on the CPU
    const struct picture *first;   // like those that will come; set where there is a device
};

struct encoder_ops {
    const char *name; // as plan_video.encoder spells it
    bool (*open)(const struct encoder_spec *spec, struct encoder **ret, struct err *err);
    // The decoder configuration record (avcC, hvcC, av1C payload).
    bool (*config)(struct encoder *encoder, struct buf *ret, struct err *err);
    // How many frames a picture may be decoded before it is shown (B pictures).
    int64_t (*reorder_frames)(const struct encoder *encoder);
    // Whether so many pictures, in all, can be taken without waiting for a pilot. NULL:
    // always.
    bool (*is_ready)(const struct encoder_spec *spec, int64_t pictures);
    // How many of the pictures that follow the last one it gains from seeing: they are
    // given in the same way, and draining ends before them. NULL: none.
    int64_t (*look_beyond)(const struct plan_video *track);
    // Calls `out` for every coded picture that is ready. picture == NULL drains, until
    // `frame` pictures have come out.
    bool (*encode)(struct encoder *encoder, struct picture *picture, int64_t frame, bool force_idr,
                   encoded_fn out, void *self, struct err *err);
    void (*close)(struct encoder *encoder);
    // "libx264 164": library and version, part of what makes output reproducible.
    void (*identity)(char ret_text[64]);
};

// NULL when no row has that name.
const struct encoder_ops *encoder_find(const char *name);
// The same for a track, which may share its analysis with others.
const struct encoder_ops *encoder_of(const struct plan_video *track);
// Bytes an open encoder of this track keeps, roughly, for the memory budget.
int64_t encoder_memory_bytes(const struct plan *plan, const struct plan_video *track);

#endif
