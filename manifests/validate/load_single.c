// SPDX-License-Identifier: BSD-2-Clause
// Single segments without a manifest: each file that begins with a moov is an init, and
// the segments after it are its track; what follows the moov in the same file is one too.
// Segments before the first init are those of the first file that is an init alone.
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

struct single { // one file that was given
    size_t resource;
    int64_t init_bytes; // that it begins with, 0: none
    bool has_media;     // beside the init
};

static bool look_at(struct session *session, const char *given, struct single *ret, struct err *err)
{
    AUTO(buf_done) struct buf head = {0};
    AUTO_FREE char *address = NULL;
    AUTO_FREE char *name = NULL;
    struct origin_answer answer = {.body = &head};
    if (!origin_resolve(session->origin, given, "", &address, &name, err) ||
        !origin_read(session->origin, address, 0, HEAD_BYTES, &answer, err))
        return false;
    ret->resource = evidence_resource(session->evidence, address, name);
    ret->init_bytes = init_size(&head);
    ret->has_media = ret->init_bytes > 0 && answer.total_bytes > ret->init_bytes;
    return true;
}

// The init first, wherever it was given: shells and people sort 00001.m4s before init.mp4.
static void put_init_first(struct single *files, size_t count)
{
    size_t at = 0;
    if (count == 0 || files[0].init_bytes > 0)
        return;
    while (at < count && (files[at].init_bytes == 0 || files[at].has_media))
        at++;
    if (at == count)
        return;
    struct single init = files[at];
    memmove(files + 1, files, at * sizeof *files);
    files[0] = init;
}

static void add_files(struct session *session, const struct single *files, size_t count)
{
    size_t init = NONE;
    struct track *track = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct single *file = &files[i];
        bool is_init = file->init_bytes > 0;
        if (is_init)
            init = evidence_init_unit(session->evidence, file->resource, 0,
                                      file->has_media ? file->init_bytes : -1);
        if (is_init || !track)
            track = new_track(session, file->resource);
        if (!is_init || file->has_media)
            add_segment(session, track, file->resource, file->has_media ? file->init_bytes : 0,
                        init);
    }
}

bool load_single(struct session *session, char *const *addresses, size_t count, struct err *err)
{
    AUTO_FREE struct single *files = mem_alloc((count + 1) * sizeof *files);
    for (size_t i = 0; i < count; i++)
        if (!look_at(session, addresses[i], &files[i], err))
            return false;
    put_init_first(files, count);
    add_files(session, files, count);
    return true;
}
