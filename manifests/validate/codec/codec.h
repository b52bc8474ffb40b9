// SPDX-License-Identifier: BSD-2-Clause
// Coded streams, read by our own bounded readers: configurations of sample entries, the
// RFC 6381 string each gives, and what kind of picture a sample is. Any bytes may come
// in; every read is checked.
#ifndef RUNG_VALIDATE_CODEC_CODEC_H
#define RUNG_VALIDATE_CODEC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/codec_facts.h"
#include "src/base/err.h"

// What must be remembered of a configuration to look at samples. Freed with codec_done.
struct codec {
    char entry[5];
    uint32_t nal_length_size; // 1, 2, 4; 0: not NAL units
    struct parameter_set {
        uint8_t *data;
        size_t size_bytes;
    } * sets; // of the configuration
    size_t set_count;
    bool is_monochrome;         // AV1 and kin: what its sample readers need
    uint32_t frame_header_bits; // codec's own use
    uint32_t own[8];            // codec's own use
};

// entry: sample entry in the clear ("avc1"); config: payload of the configuration box
// (avcC, hvcC, vvcC, av1C, vpcC, esds, dac3, dec3, dac4, dOps, dfLa, stpp/wvtt: none) whose
// type is given. has_colr…: AV1 and VP9 strings need the sample entry's colr (nclx) when
// the stream says nothing. INPUT with one sentence when it is malformed; *facts then holds
// what was read up to there.
struct codec_config {
    const char *entry;
    const char *box_type; // "avcC"
    const uint8_t *data;
    size_t size_bytes;
};
bool codec_read(const struct codec_config *config, struct codec *ret, struct codec_facts *facts,
                struct err *err);
void codec_done(struct codec *codec);

struct sample_look {
    bool is_known;     // the codec has pictures and this one was understood
    uint32_t sap_type; // 1 IDR-like closed, 2, 3 open (CRA, recovery point with I), 0 none
    bool is_idr; // H.264 IDR, HEVC IDR/BLA, AV1/VP9 key frame with sequence header where needed
    bool has_only_intra;
    bool is_disposable;   // no other picture refers to it
    bool has_foreign_set; // a parameter set in band that the configuration does not hold
    bool has_same_set;    // one in band that it does hold
    const char *malformed; // static text: NAL unit longer than its sample, bad leb128, …; NULL fine
};

// data: one sample, in the clear (or, for cenc subsamples, with NAL headers clear).
void codec_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
                struct sample_look *ret);

// The parts of a codecs string that may be compared loosely: true when both name the same
// thing (case of hex digits, trailing zero constraint bytes, AV1's optional fields).
bool codec_string_same(const char *a, const char *b);
// False with a sentence when the text is not a well-formed RFC 6381 element of a codec
// that is known here; unknown codecs are fine.
bool codec_string_check(const char *text, struct err *err);

#endif
