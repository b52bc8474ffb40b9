// SPDX-License-Identifier: BSD-2-Clause
// Single segments without a manifest: each file that holds a moov is an init, and the
// segments after it are its track.
#include <string.h>

#include "manifests/validate/load_private.h"

#define HEAD_BYTES 65536

// Whether the file begins with an init: a moov before any moof. A file that has both is
// one track of one segment, read as a whole.
static bool begins_with_init(const struct buf *head)
{
    size_t at = 0;
    while (head->size_bytes - at >= 8) {
        const uint8_t *box = head->data + at;
        uint64_t size = (uint64_t)box[0] << 24 | (uint64_t)box[1] << 16 | box[2] << 8 | box[3];
        if (memcmp(box + 4, "moov", 4) == 0)
            return true;
        if (memcmp(box + 4, "moof", 4) == 0 || size < 8 || size > head->size_bytes - at)
            return false;
        at += size;
    }
    return false;
}

static struct track *new_track(struct session *session, size_t resource)
{
    struct track *track = evidence_track(session->evidence);
    track->origin = TRACK_SINGLE;
    track->name = mem_strdup(session->evidence->resources[resource].name);
    track->file = session->evidence->resources[resource].name;
    return track;
}

bool load_single(struct session *session, char *const *addresses, size_t count, struct err *err)
{
    size_t init = NONE;
    struct track *track = NULL;
    for (size_t i = 0; i < count; i++) {
        AUTO(buf_done) struct buf head = {0};
        AUTO_FREE char *address = NULL;
        AUTO_FREE char *name = NULL;
        struct origin_answer answer = {.body = &head};
        if (!origin_resolve(session->origin, addresses[i], "", &address, &name, err) ||
            !origin_read(session->origin, address, 0, HEAD_BYTES, &answer, err))
            return false;
        size_t resource = evidence_resource(session->evidence, address, name);
        if (begins_with_init(&head)) {
            init = evidence_init_unit(session->evidence, resource, 0, -1);
            track = new_track(session, resource);
            continue;
        }
        if (!track)
            track = new_track(session, resource);
        size_t unit = evidence_unit(session->evidence, resource, 0, -1, init);
        track_add_segment(track, &(struct track_segment){.unit = unit,
                                                         .init = init,
                                                         .start = {0, 1},
                                                         .duration = {0, 1},
                                                         .stated_ticks = -1});
    }
    return true;
}
