// SPDX-License-Identifier: BSD-2-Clause
// Which measured segment a byte of a resource belongs to: I-frame playlists point into
// segments that other playlists list.
#ifndef RUNG_VALIDATE_HLS_COVER_H
#define RUNG_VALIDATE_HLS_COVER_H

#include "manifests/validate/core/evidence.h"

struct cover_entry {
    size_t resource;
    int64_t offset_bytes;
    size_t track;
    size_t segment; // of the track
};
struct cover {
    struct cover_entry *entries; // in order of resource, offset, track
    size_t count;
};

// Of all segments of HLS tracks that are no I-frame tracks.
void cover_build(const struct evidence *evidence, struct cover *ret);
void cover_done(struct cover *cover);

// The last segment that begins at or before the byte, when it holds the byte and was
// measured. NULL: none.
const struct cover_entry *cover_find(const struct cover *cover, const struct evidence *evidence,
                                     size_t resource, int64_t byte);
// Some segment of the resource, measured or not. NULL: nobody lists it.
const struct cover_entry *cover_resource(const struct cover *cover, size_t resource);

// The fragment of the unit in which the byte lies, or the next one when it lies in boxes
// before a moof. NULL: none.
const struct fragment_facts *cover_fragment(const struct unit *unit, int64_t byte);

#endif
