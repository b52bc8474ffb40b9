// SPDX-License-Identifier: BSD-2-Clause
// The table of backends. All that distinguishes one vendor's way from another's stands in
// its row; adding a backend is adding a row (hwaccel/backend_*.c) and a name in tier.h.
#ifndef RUNG_HWACCEL_BACKEND_H
#define RUNG_HWACCEL_BACKEND_H

#include <libavcodec/codec_id.h>
#include <libavutil/dict.h>
#include <libavutil/hwcontext.h>
#include <libavutil/pixfmt.h>
#include <stdint.h>

#include "hwaccel/tier.h"

// What an encoder of a device is to keep to; the same for all.
struct backend_rate {
    double crf; // libx264's scale for H.264, libx265's for HEVC, SVT-AV1's for AV1
    int64_t maxrate_bps;
    int64_t bufsize_bits;
    const char *preset; // libx264's names
};

struct backend_encoder {
    enum AVCodecID codec;
    const char *name;       // libavcodec's
    int max_b_frames;       // between two others, none of them referenced
    const char *options;    // "key=value:key=value", always
    const char *quality;    // the option that takes a CRF-like number, 0 to 51
    double quality_per_crf; // quality = crf * this + that
    double quality_offset;
    // The average rate asked for, as a part of maxrate, where the encoder holds a cap only around
    // an average; 0: none, the quality decides.
    double average_of_max;
    const char *preset;  // the option that takes one of presets
    const char *presets; // "veryfast=p1,medium=p4,…" for it; NULL: none
};

// How a message of libav's, or the device's, reads to a person.
struct backend_remedy {
    const char *contains; // of the message
    const char *means;    // "this chip has no encoder"
    const char *remedy;   // what to do about it; NULL: nothing
    bool is_lost;         // nothing works any more in this process
};

struct backend_row {
    enum device device;
    enum AVHWDeviceType type;
    enum AVPixelFormat frame_format;  // of a frame on the device
    enum AVPixelFormat upload_format; // of 8-bit frames that come from the host
    enum AVPixelFormat host_format;   // of scaled 8-bit frames that go to the host
    enum AVPixelFormat encode_format; // of scaled 8-bit frames that stay
    const char *scale_filter;         // its options w, h and format are given to it
    const char *scale_options;        // and these, always; NULL: none
    // av_hwdevice_ctx_create's device is this and the number counted from open_first; NULL: none.
    const char *open_prefix;
    int open_first;
    // The device that is opened, of which this one is derived; NONE: it is itself.
    enum AVHWDeviceType opened_through;
    // What its driver leaves in the file system (device_sign.h): nodes, a library by name, a
    // render node of this vendor ("": of any; NULL: none is looked for).
    const char *sign_nodes[3];
    const char *sign_library;
    const char *sign_render_vendor;
    const char *without_sign; // "no … driver"
    void (*prepare)(void);    // before it is opened; NULL: nothing
    int upload_pool_size;     // frames; 0: as many as are needed
    // Of scalers whose pools do not grow: frames beside those that are kept; 0: they grow.
    int scale_pool_extra;
    int decoder_extra_surfaces;
    struct backend_encoder encoders[3];
    struct backend_remedy remedies[32]; // ends with contains == NULL
};

// NULL for the CPU, which is no backend.
const struct backend_row *backend_find(enum device device);
// The row's encoder of this codec; NULL: none.
const struct backend_encoder *backend_encoder(enum device device, enum AVCodecID codec);
// By libavcodec's name, in any row; ret_device may be NULL.
const struct backend_encoder *backend_encoder_by_name(const char *name, enum device *ret_device);
// The first remedy whose text is in the message; NULL: none.
const struct backend_remedy *backend_remedy(enum device device, const char *message);

#endif
