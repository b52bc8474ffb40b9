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
// type is given. vvcC, vpcC and dfLa are full boxes: their payload begins with version and
// flags. INPUT with one sentence when it is malformed; *facts then holds what was read up
// to there. *ret is always valid for codec_look (which then may know nothing) and for
// codec_done. facts->string is "" for
// Dolby Vision entries (dvh1, dav1 …), whose string the caller has from dvcC.
struct codec_colour { // colr of type nclx
    uint32_t primaries;
    uint32_t transfer;
    uint32_t matrix;
    bool is_full_range;
};
struct codec_config {
    const char *entry;
    const char *box_type; // "avcC"; NULL: the entry has none (stpp, wvtt)
    const uint8_t *data;
    size_t size_bytes;
    const struct codec_colour *colour; // NULL: no nclx colr. AV1's string takes it first
};
bool codec_read(const struct codec_config *config, struct codec *ret, struct codec_facts *facts,
                struct err *err);
void codec_done(struct codec *codec);

struct sample_look {
    bool is_known; // the codec has pictures and this one was understood
    // ISO/IEC 14496-12 annex I, as far as one sample shows it: 1 closed (2 when leading
    // pictures follow), 3 open (CRA, recovery point at an I picture), 4 gradual refresh, 0 none
    uint32_t sap_type;
    bool is_idr; // H.264 IDR, HEVC IDR/BLA, AV1/VP9 key frame with sequence header where needed
    bool has_only_intra;
    bool may_be_sync;   // a sync sample by the codec's binding: IDR; HEVC also CRA and BLA
    bool is_leading;    // HEVC RADL or RASL: shown before the random access point it follows
    bool is_disposable; // no other picture refers to it
    // A parameter set in band that the configuration does not hold. AV1: a sequence header
    // that says something else than the one in av1C; silent when there is none.
    bool has_foreign_set;
    bool has_same_set;     // one in band that it does hold
    const char *malformed; // static text: NAL unit longer than its sample, bad leb128, …; NULL fine
    const char *discouraged; // static text: legal, but the binding says it should not be; NULL
};

// data: one sample, in the clear (or, for cenc subsamples, with NAL headers clear).
void codec_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
                struct sample_look *ret);

// The parts of a codecs string that may be compared loosely: true when both name the same
// thing (case of hex digits, trailing zero constraint bytes, AV1's optional fields).
bool codec_string_same(const char *a, const char *b);
// Whether the stated element names what is there: codec_string_same with facts->string or
// with one of its alternatives. True when nothing is known (facts->string is "").
bool codec_string_matches(const struct codec_facts *facts, const char *text);
// False with a sentence when the text is not a well-formed RFC 6381 element of a codec
// that is known here; unknown codecs are fine.
bool codec_string_check(const char *text, struct err *err);

// Dolby Vision (Dolby Vision within ISOBMFF 2.2, RFC 6381): "dvh1.08.07" for the record in
// dvcC/dvvC of an entry (hvc1 and dvh1 give dvh1; hev1, dvhe: dvhe; avc1, dva1: dva1; avc3,
// dvav: dvav; av01, dav1: dav1). "" for another entry.
void codec_dolby_vision_string(const char *entry, uint32_t profile, uint32_t level,
                               char ret[CODEC_STRING_SIZE]);
// The brand that goes with it in SUPPLEMENTAL-CODECS: "db1p", "db2g", "db4h"; "" where the
// base layer alone is nothing (compatibility 0) or unknown.
const char *codec_dolby_vision_brand(uint32_t compatibility);

#endif
