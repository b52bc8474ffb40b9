// SPDX-License-Identifier: BSD-2-Clause
// One accelerator, opened: its context in libav, decoders and encoders that use it, frames
// up and down. One per engine process, shared by its threads. A frame "on the device" is an
// AVFrame of the row's frame_format; all of them are counted references.
#ifndef RUNG_HWACCEL_DEVICE_H
#define RUNG_HWACCEL_DEVICE_H

#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>

#include "hwaccel/backend.h"

struct device_context; // thread-safe

// number: which of several, from 0. DEVICE with the reason in words when it is not there.
bool device_open(enum device device, int number, struct device_context **ret, struct err *err);
void device_close(struct device_context **context);

const struct backend_row *device_row(const struct device_context *context);
// Borrowed: an AVHWDeviceContext.
AVBufferRef *device_ref(const struct device_context *context);

// The decoder of libavcodec that the device accelerates; NULL: none in this build.
const AVCodec *device_decoder(const struct device_context *context, enum AVCodecID codec);
// To be called before avcodec_open2; sets opaque, get_format and one thread. Frames come out on the
// device, or, where the device refuses the stream, in host memory: see device_holds. Decoded frames
// are the decoder's own surfaces: of them the row's decoder_extra_surfaces may be held at a time.
bool device_attach_decoder(struct device_context *context, AVCodecContext *decoder,
                           struct err *err);
bool device_holds(const struct device_context *context, const AVFrame *frame);
// The words with which the device first refused a stream; "" where it never did, or said nothing.
const char *device_refusal(const struct device_context *context);

// Fills what the row wants for this codec: options, rate, B frames, frames' context (of
// `first`, a frame on the device like those that will come). To be called before
// avcodec_open2 with *options.
bool device_attach_encoder(struct device_context *context, const struct backend_encoder *row,
                           const struct backend_rate *rate, const AVFrame *first,
                           AVCodecContext *encoder, AVDictionary **options, struct err *err);

// What crossed between host and device since it was opened.
struct device_traffic {
    int64_t frames_down;
    int64_t bytes_down;
    int64_t frames_up;
    int64_t bytes_up;
};

struct device_traffic device_traffic(const struct device_context *context);

// A frame on the device into planes of 8-bit 4:2:0 in host memory (Y, U, V), which have its size
// and hold a whole stride in every row, the last one too: what lies between rows is written over.
// DEVICE_SCALE when it fails.
bool device_download(struct device_context *context, const AVFrame *frame, uint8_t *const plane[3],
                     const int stride_bytes[3], struct err *err);

// Sets an error of this stage from libav's code and what libav said on this thread (words.h):
// "decode on cuda: No decoder surfaces left: …". Returns false.
bool device_fail(const struct device_context *context, enum stage stage, int averror,
                 const char *what, struct err *err);

#endif
