// SPDX-License-Identifier: BSD-2-Clause
// What the readers of the single codecs offer to codec.c, and what they share.
#ifndef RUNG_VALIDATE_CODEC_CODEC_PRIVATE_H
#define RUNG_VALIDATE_CODEC_CODEC_PRIVATE_H

#include "manifests/validate/codec/bits.h"
#include "manifests/validate/codec/codec.h"

// More than any real configuration holds: VPS, SPS and PPS are at most 16, 32 and 256.
#define CODEC_SETS_MAX 320

// Of one configuration box each. The codec is empty but for its entry, the facts are zero
// but for sample_aspect 1/1 and frame_rate 0/1.
typedef bool codec_reader(const struct codec_config *config, struct codec *codec,
                          struct codec_facts *facts, struct err *err);
codec_reader avcc_read, hvcc_read, vvcc_read, av1c_read, vpcc_read, esds_read, dac3_read, dec3_read,
    dac4_read, dops_read, dfla_read, alac_read, mhac_read;

typedef void codec_looker(const struct codec *codec, const uint8_t *data, size_t size_bytes,
                          struct sample_look *ret);
codec_looker h264_look, hevc_look, vvc_look, av1_look, vp8_look, vp9_look;

// Parameter sets of the configuration.
void codec_keep_set(struct codec *codec, const uint8_t *data, size_t size_bytes);
// Whether the configuration holds this very parameter set; sets the look's flag for it.
void codec_compare_set(const struct codec *codec, const uint8_t *data, size_t size_bytes,
                       struct sample_look *look);

// The next NAL unit of a sample with length fields. False at the end, and when the length
// is wrong (then look->malformed says so).
struct nal {
    const uint8_t *data;
    size_t size_bytes; // > 0
};
bool nal_next(const struct codec *codec, const uint8_t **at, const uint8_t *end, struct nal *ret,
              struct sample_look *look);

// Video usability information as H.264 E.1.1, H.265 E.2.1 begin: aspect ratio, overscan,
// video signal type, chroma location.
void vui_read_head(struct codec_bits *bits, struct codec_facts *facts);

// Cropped size; 0 when nothing would be left.
uint32_t cropped_px(uint64_t coded_px, uint64_t cropped_off_px);
// units/scale as a rate, 0/1 when either is 0.
struct rational codec_rate(uint32_t scale, uint64_t units);

// Sets facts->conflict unless one was found before.
void codec_conflict(struct codec_facts *facts, const char *sentence);

#endif
