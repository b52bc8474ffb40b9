// SPDX-License-Identifier: BSD-2-Clause
// Single segments without a manifest: each file that begins with a moov is an init, and
// the segments after it are its track; what follows the moov in the same file is one too.
#include <string.h>

#include "manifests/validate/load_private.h"

#define HEAD_BYTES 65536

// Bytes of the init that the file begins with: up to the end of the moov, if that comes
// before any moof. 0: it begins with none.
static int64_t init_size(const struct buf *head)
{
    size_t at = 0;
    while (head->size_bytes - at >= 8) {
        const uint8_t *box = head->data + at;
        uint64_t size = (uint64_t)box[0] << 24 | (uint64_t)box[1] << 16 | box[2] << 8 | box[3];
        if (memcmp(box + 4, "moov", 4) == 0)
            return (int64_t)(at + size);
        if (memcmp(box + 4, "moof", 4) == 0 || size < 8 || size > head->size_bytes - at)
            return 0;
        at += size;
    }
    return 0;
}

static struct track *new_track(struct session *session, size_t resource)
{
    struct track *track = evidence_track(session->evidence);
    track->origin = TRACK_SINGLE;
    track->name = mem_strdup(session->evidence->resources[resource].name);
    track->file = session->evidence->resources[resource].name;
    return track;
}

static void add_segment(struct session *session, struct track *track, size_t resource,
                        int64_t offset_bytes, size_t init)
{
    size_t unit = evidence_unit(session->evidence, resource, offset_bytes, -1, init);
    track_add_segment(
        track,
        &(struct track_segment){
            .unit = unit, .init = init, .start = {0, 1}, .duration = {0, 1}, .stated_ticks = -1});
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
        int64_t size = init_size(&head);
        bool has_media = size > 0 && answer.total_bytes > size;
        if (size > 0)
            init = evidence_init_unit(session->evidence, resource, 0, has_media ? size : -1);
        if (size > 0 || !track)
            track = new_track(session, resource);
        if (size == 0 || has_media)
            add_segment(session, track, resource, has_media ? size : 0, init);
    }
    return true;
}
