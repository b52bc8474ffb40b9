// SPDX-License-Identifier: BSD-2-Clause
// From an MPD to tracks: which bytes each segment is.
#ifndef RUNG_VALIDATE_DASH_TRACKS_H
#define RUNG_VALIDATE_DASH_TRACKS_H

#include "manifests/validate/core/resolver.h"
#include "manifests/validate/dash/mpd.h"
#include "src/base/mem.h"

// Reads a part of a resource, for sidx boxes that must be known before the segments are.
// false: it could not be had (the reason is in the resource).
struct byte_reader {
    bool (*read)(void *self, size_t resource, int64_t offset_bytes, int64_t size_bytes,
                 struct buf *ret);
    void *self;
};

// Adds the tracks of every Representation of the MPD at evidence->mpds[index].
void dash_tracks_add(struct evidence *evidence, size_t index,
                     const struct reference_resolver *resolver, const struct byte_reader *reader,
                     struct findings *findings);

extern const struct rule_row dash_rules[]; // D
extern const size_t dash_rule_count;

#endif
