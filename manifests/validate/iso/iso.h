// SPDX-License-Identifier: BSD-2-Clause
// Init segments and media segments, box by box (ISO/IEC 14496-12, 23000-19, 23001-7),
// by a bounded reader of our own. What breaks a rule of the S group inside one file is
// found here while reading; what spans segments is in the rules' run functions.
#ifndef RUNG_VALIDATE_ISO_ISO_H
#define RUNG_VALIDATE_ISO_ISO_H

#include "manifests/validate/codec/codec.h"
#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"
#include "manifests/validate/core/rule.h"

// Reads an init segment (all its bytes). Findings S1-S5, S14-S15, S28, S34, S38 at byte
// offsets (base_byte is added). `place` gives file and track. False: no usable moov, and
// ret_init->is_read stays false.
bool iso_init_read(const uint8_t *data, size_t size_bytes, int64_t base_byte,
                   const struct place *place, struct findings *findings,
                   struct init_facts *ret_init, struct codec *ret_codec);

// Reads one media segment. unit->resource, offset_bytes … are the caller's; the measured
// members are filled in. init may be NULL (then only box structure is read). Findings
// S6-S13, S17-S19 (inside the segment), S22-S23, S29-S31, S36, S38. Not WebVTT text:
// text/text.h. Reads data once, in order. Safe in several threads with separate
// findings and units.
void iso_segment_read(const uint8_t *data, size_t size_bytes, int64_t base_byte,
                      const struct init_facts *init, const struct codec *codec,
                      const struct place *place, struct findings *findings, struct unit *unit);

struct sidx_entry {
    bool is_index; // points to another sidx
    uint32_t size_bytes;
    uint32_t duration; // ticks of the sidx
    bool starts_with_sap;
    uint32_t sap_type;
};
struct sidx {
    int64_t box_byte, box_size_bytes;
    uint32_t reference_id; // of a track
    uint32_t timescale_hz;
    uint64_t earliest_time;
    uint64_t first_offset_bytes; // from the end of the box
    struct sidx_entry *entries;
    size_t entry_count;
};
#define SIDX_ENTRIES_MAX 65536
// The sidx box that begins at data. False with a finding (S21, S38) when it is none.
bool iso_sidx_read(const uint8_t *data, size_t size_bytes, int64_t base_byte,
                   const struct place *place, struct findings *findings, struct sidx *ret);
void sidx_done(struct sidx *sidx);

void unit_done_measured(struct unit *unit); // frees fragments and events

extern const struct rule_row iso_rules[]; // S
extern const size_t iso_rule_count;

#endif
