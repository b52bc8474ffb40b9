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

// Reads one WebVTT file. Faults of header, map, cue times, settings, order and characters
// become M29 findings at their lines, at most 40 of them. That there is no X-TIMESTAMP-MAP
// is no fault here: RFC 8216 3.5 says SHOULD, and what it means is the playlist's matter.
// False, and one finding: no WebVTT at all.
bool vtt_read(const char *text, size_t size_bytes, const struct place *place,
              struct findings *findings, struct vtt_facts *ret);

struct cue_facts; // core/evidence.h
// The same, and the times of the first CUES_MAX cues. The caller frees *ret_cues.
bool vtt_read_cues(const char *text, size_t size_bytes, const struct place *place,
                   struct findings *findings, struct vtt_facts *ret, struct cue_facts **ret_cues,
                   size_t *ret_count);

struct ttml_facts {
    size_t paragraph_count;
    int64_t start_ms; // -1: no timed element
    int64_t end_ms;   // -1: open
};
// Reads one TTML document with libxml2 (no network, no DOCTYPE, at most 16 MiB and 64
// elements deep). Faults of XML, structure, references and times become S36, at most 20 of
// them; where the place has a byte, the document's line is part of the message. Times are
// those of the document: in stpp samples the track's (ISO/IEC 14496-30 5). False: it is no
// TTML or could not be read to its end; a finding says why.
bool ttml_read(const char *text, size_t size_bytes, const struct place *place,
               struct findings *findings, struct ttml_facts *ret);

#endif
