// SPDX-License-Identifier: BSD-2-Clause
// What has been made so far of a plan: init segments, segments, finished spans.
// Pure bookkeeping over what the engine reported; every number is checked, since
// it crossed a process. Used by one thread.
#ifndef RUNG_APP_PIECES_H
#define RUNG_APP_PIECES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "packager/codec_string.h"
#include "packager/presentation.h"
#include "src/base/err.h"
#include "src/media/plan.h"
#include "src/media/run.h"
#include "src/media/sink.h"

struct piece_segment {
    bool is_present;
    int64_t start_ticks;
    int64_t duration_ticks;
    uint64_t size_bytes;
    char sha256[65];
    struct cmaf_iframe *iframes;
    size_t iframe_count;
};

struct piece_track {
    bool is_video;
    size_t plan_index; // in plan->video or plan->audio
    const char *id;    // borrowed from the plan
    const char *folder;
    bool has_init;
    char codec[CODEC_STRING_SIZE];
    int64_t timescale_hz;
    uint64_t init_size_bytes;
    char init_sha256[65];
    struct piece_segment *segments; // plan->grid.segment_count of them
    bool *spans_done;               // video: plan->span_count; audio: 1
    int64_t *spans_damaged;
    int64_t *spans_downloaded;       // frames
    struct media_score *spans_score; // no frames: not scored
    size_t span_count;
};

struct pieces {
    const struct plan *plan; // borrowed
    struct piece_track *tracks;
    size_t track_count; // video first, in the plan's order
};

void pieces_init(struct pieces *pieces, const struct plan *plan);
void pieces_done(struct pieces *pieces);

struct piece_track *pieces_find(struct pieces *pieces, const char *track_id);

// BUG when the report does not fit the plan.
bool pieces_add_init(struct pieces *pieces, const struct media_init *init, const char sha256[65],
                     struct err *err);
bool pieces_add_segment(struct pieces *pieces, const struct media_segment *segment,
                        const char sha256[65], struct err *err);
bool pieces_add_span(struct pieces *pieces, const struct media_span_report *report,
                     struct err *err);

// The segments [first, end) a span covers. Audio's last segment may be missing
// (no audio frame starts in it), so its end is where the present ones stop.
void pieces_span_range(const struct pieces *pieces, const struct piece_track *track, size_t span,
                       int64_t *ret_first, int64_t *ret_end);
// Reported done, and all it needs is present.
bool pieces_span_complete(const struct pieces *pieces, const struct piece_track *track,
                          size_t span);
void pieces_drop_span(const struct pieces *pieces, struct piece_track *track, size_t span);
void pieces_drop_track(const struct pieces *pieces, struct piece_track *track); // and its init
size_t pieces_spans_complete(const struct pieces *pieces);                      // of all tracks
size_t pieces_video_spans_complete(const struct pieces *pieces);
bool pieces_all_complete(const struct pieces *pieces);
// Whether the segment lies in a complete span.
bool pieces_keeps(const struct pieces *pieces, const struct piece_track *track, int64_t index);
// Forgets all segments that no complete span holds; init segments stay.
void pieces_forget_unfinished(struct pieces *pieces);

// Segments that exist, from 0 without a gap.
int64_t pieces_segment_count(const struct pieces *pieces, const struct piece_track *track);
uint64_t pieces_track_bytes(const struct pieces *pieces, const struct piece_track *track);
// Damage counted once per span, not once per rung.
int64_t pieces_damaged(const struct pieces *pieces);

// Of all finished spans together.
struct media_score pieces_score(const struct piece_track *track);
int64_t pieces_downloaded(const struct piece_track *track);

// The two arrays of `done` for engine_run; caller frees both.
void pieces_fill_done(const struct pieces *pieces, struct run_done *ret_done);

// The model both manifests are written from; measured. BUG when segments do not
// follow each other without a gap.
bool pieces_build_presentation(const struct pieces *pieces, struct presentation *ret,
                               struct err *err);

// Journal lines. pieces_apply takes any of the three; INPUT when malformed.
json_t *pieces_init_line(const struct piece_track *track);
json_t *pieces_segment_line(const struct piece_track *track, int64_t index);
json_t *pieces_span_line(const struct media_span_report *report);
bool pieces_apply(struct pieces *pieces, const json_t *line, struct err *err);

#endif
