// SPDX-License-Identifier: BSD-2-Clause
// One closed group of pictures through a libx264 of its own: as a pilot, which looks
// ahead, codes in CRF and leaves statistics, or as a second pass that reads them, with
// QPs from rate_follow.h.
#ifndef RUNG_MEDIA_X264_GROUP_H
#define RUNG_MEDIA_X264_GROUP_H

#include "src/media/rate_follow.h"
#include "src/media/x264_settings.h"

struct x264_group_spec {
    const struct plan *plan;
    const struct plan_video *track;
    const struct buf *config; // that the encoder must have: avcC
    struct picture **pictures;
    int64_t count;              // of the group
    int64_t beyond;             // more pictures, which a pilot looks at only
    const char *statistics_out; // path, of a pilot; else NULL
    const char *statistics_in;
    struct rate_follow *follow; // says the QPs, with statistics_in
    int64_t expected_bits;      // of the whole group, not too low; with statistics_in
    bool gives_back;            // each picture's reference, once it went in
};

struct coded_picture {
    size_t offset_bytes; // into bytes
    size_t size_bytes;
    int64_t frame; // presentation order in the group, from 0
    bool is_sync;
};

struct coded_group {
    struct buf bytes;
    struct coded_picture *pictures; // [count], in coded order
    int64_t *bits; // [count], the same: what each adds to its segment, boxes included
    int64_t count;
};

// Replaces what *group holds. BUG when libx264 does not do as it was told.
bool x264_group_code(const struct x264_group_spec *spec, struct coded_group *group,
                     struct err *err);
void coded_group_done(struct coded_group *group);

#endif
