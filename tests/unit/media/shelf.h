// SPDX-License-Identifier: BSD-2-Clause
// A media sink that keeps everything in memory, and can be told to fail.
#ifndef RUNG_TESTS_UNIT_MEDIA_SHELF_H
#define RUNG_TESTS_UNIT_MEDIA_SHELF_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/digest.h"
#include "src/base/mem.h"
#include "src/media/sink.h"

#define SHELF_INIT (-1) // the index of a track's init segment

struct shelf_piece {
    char track[64];
    int64_t index;
    int64_t start_ticks, duration_ticks;
    size_t iframe_count;
    struct cmaf_iframe iframes[64];
    struct buf bytes;
};

struct shelf {
    pthread_mutex_t lock;
    struct shelf_piece *pieces;
    size_t count;
    struct media_span_report reports[256];
    char report_tracks[256][64];
    size_t report_count;
    int fail_at;            // the n-th segment is refused, from 1; 0: none
    atomic_bool *cancel;    // becomes true
    size_t cancel_at;       // with so many segments here
    int64_t progress_units; // the last that were told of, summed
    struct media_sink sink;
};

static inline struct shelf_piece *shelf_add(struct shelf *shelf, const char *track, int64_t index,
                                            const uint8_t *data, size_t size_bytes)
{
    shelf->pieces = mem_realloc(shelf->pieces, shelf->count + 1, sizeof *shelf->pieces);
    struct shelf_piece *piece = &shelf->pieces[shelf->count++];
    memset(piece, 0, sizeof *piece);
    snprintf(piece->track, sizeof piece->track, "%s", track);
    piece->index = index;
    buf_append(&piece->bytes, data, size_bytes);
    return piece;
}

static inline bool shelf_take_init(void *self, const struct media_init *init, struct err *err)
{
    struct shelf *shelf = self;
    (void)err;
    pthread_mutex_lock(&shelf->lock);
    shelf_add(shelf, init->track_id, SHELF_INIT, init->data, init->size_bytes);
    pthread_mutex_unlock(&shelf->lock);
    return true;
}

static inline bool shelf_take_segment(void *self, const struct media_segment *segment,
                                      struct err *err)
{
    struct shelf *shelf = self;
    bool ok = true;
    pthread_mutex_lock(&shelf->lock);
    if (shelf->fail_at > 0 && --shelf->fail_at == 0) {
        ok = err_set(err, ERR_TRANSIENT, "the shelf is full");
    } else {
        struct shelf_piece *piece =
            shelf_add(shelf, segment->track_id, segment->index, segment->data, segment->size_bytes);
        piece->start_ticks = segment->start_ticks;
        piece->duration_ticks = segment->duration_ticks;
        piece->iframe_count = segment->iframe_count;
        for (size_t i = 0; i < segment->iframe_count && i < ARRAY_LEN(piece->iframes); i++)
            piece->iframes[i] = segment->iframes[i];
    }
    if (shelf->cancel && shelf->count >= shelf->cancel_at)
        atomic_store(shelf->cancel, true);
    pthread_mutex_unlock(&shelf->lock);
    return ok;
}

static inline bool shelf_take_report(void *self, const struct media_span_report *report,
                                     struct err *err)
{
    struct shelf *shelf = self;
    (void)err;
    pthread_mutex_lock(&shelf->lock);
    if (shelf->report_count < ARRAY_LEN(shelf->reports)) {
        size_t at = shelf->report_count++;
        shelf->reports[at] = *report;
        snprintf(shelf->report_tracks[at], sizeof shelf->report_tracks[at], "%s", report->track_id);
        shelf->reports[at].track_id = NULL; // not ours to keep; see report_tracks
    }
    pthread_mutex_unlock(&shelf->lock);
    return true;
}

static inline void shelf_take_progress(void *self, const char *track_id, int64_t units_done)
{
    struct shelf *shelf = self;
    (void)track_id;
    pthread_mutex_lock(&shelf->lock);
    shelf->progress_units += units_done;
    pthread_mutex_unlock(&shelf->lock);
}

// Must not move afterwards.
static inline void shelf_init(struct shelf *shelf)
{
    memset(shelf, 0, sizeof *shelf);
    pthread_mutex_init(&shelf->lock, NULL);
    shelf->sink = (struct media_sink){.self = shelf,
                                      .init = shelf_take_init,
                                      .segment = shelf_take_segment,
                                      .span_done = shelf_take_report,
                                      .progress = shelf_take_progress};
}

static inline void shelf_done(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++)
        buf_done(&shelf->pieces[i].bytes);
    MEM_FREE(shelf->pieces);
    pthread_mutex_destroy(&shelf->lock);
}

static inline struct shelf_piece *shelf_find(const struct shelf *shelf, const char *track,
                                             int64_t index)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->pieces[i].index == index && strcmp(shelf->pieces[i].track, track) == 0)
            return &shelf->pieces[i];
    return NULL;
}

// Init and segments of one track in order, as a player would put them together.
static inline void shelf_join(const struct shelf *shelf, const char *track, struct buf *ret)
{
    const struct shelf_piece *piece;
    for (int64_t index = SHELF_INIT; (piece = shelf_find(shelf, track, index)); index++)
        buf_append(ret, piece->bytes.data, piece->bytes.size_bytes);
}

static inline int shelf_order(const void *a, const void *b)
{
    const struct shelf_piece *left = a, *right = b;
    int order = strcmp(left->track, right->track);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

// Of all there is, whatever order it came in; sorts it.
static inline void shelf_digest(struct shelf *shelf, char ret_hex[65])
{
    struct digest *digest = digest_new();
    qsort(shelf->pieces, shelf->count, sizeof *shelf->pieces, shelf_order);
    for (size_t i = 0; i < shelf->count; i++) {
        const struct shelf_piece *piece = &shelf->pieces[i];
        digest_update(digest, piece->track, strlen(piece->track));
        digest_update(digest, &piece->index, sizeof piece->index);
        digest_update(digest, &piece->start_ticks, sizeof piece->start_ticks);
        digest_update(digest, &piece->duration_ticks, sizeof piece->duration_ticks);
        digest_update(digest, piece->bytes.data, piece->bytes.size_bytes);
    }
    digest_hex(digest, ret_hex);
    digest_free(&digest);
}

#endif
