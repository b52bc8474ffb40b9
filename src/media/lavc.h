// SPDX-License-Identifier: BSD-2-Clause
// What all encoders of libavcodec share: the stream's settings, the configuration record,
// and coded packets as samples.
#ifndef RUNG_MEDIA_LAVC_H
#define RUNG_MEDIA_LAVC_H

#include <libavcodec/avcodec.h>

#include "src/media/encode.h"

struct lavc {
    AVCodecContext *codec;
    AVFrame *frame;
    AVPacket *packet;
    enum cmaf_codec kind;
    int width_px;
    int height_px;
    struct buf nal_units; // Annex B turned into lengths
};

// Makes the context, not yet open. CONFIG when the linked libavcodec has no such encoder.
bool lavc_init(struct lavc *lavc, const struct encoder_spec *spec, struct err *err);
void lavc_done(struct lavc *lavc);

bool lavc_config(const struct lavc *lavc, struct buf *ret, struct err *err);

// Hands on all that is ready. False: `out` failed and err is set, or libavcodec did:
// *ret_averror is negative then and err untouched.
bool lavc_receive(struct lavc *lavc, encoded_fn out, void *self, int *ret_averror, struct err *err);

#endif
