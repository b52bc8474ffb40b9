// SPDX-License-Identifier: BSD-2-Clause
// Text tracks: WebVTT files (W3C WebVTT; RFC 8216 3.5) and the documents in stpp samples
// (TTML, IMSC1). wvtt samples are boxes and read by iso.
#ifndef RUNG_VALIDATE_TEXT_TEXT_H
#define RUNG_VALIDATE_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/findings.h"

struct vtt_facts {
    size_t cue_count;
    int64_t start_ms; // of the earliest cue; -1 none
    int64_t end_ms;
    bool has_timestamp_map;
    uint64_t map_mpegts; // 90 kHz
    int64_t map_local_ms;
};

// Reads one WebVTT file. Faults of header, map, cue times and order become M29 findings
// at their lines. False: no WebVTT at all.
bool vtt_read(const char *text, size_t size_bytes, const struct place *place,
              struct findings *findings, struct vtt_facts *ret);

struct ttml_facts {
    size_t paragraph_count;
    int64_t start_ms; // -1: no timed element
    int64_t end_ms;
};
// Reads one TTML document with libxml2 (no network, no entities). Faults become S36.
bool ttml_read(const char *text, size_t size_bytes, const struct place *place,
               struct findings *findings, struct ttml_facts *ret);

#endif
