// SPDX-License-Identifier: BSD-2-Clause
// Measuring how near coded pictures are to those they were made from: one row per
// metric, each done by a filter of libavfilter that takes two streams.
#ifndef RUNG_MEDIA_SCORE_GRAPH_H
#define RUNG_MEDIA_SCORE_GRAPH_H

#include <stdbool.h>

#include "src/base/err.h"
#include "src/media/sink.h"

// ssim is for those who test: every libavfilter has it.
enum score_kind { SCORE_NONE, SCORE_VMAF, SCORE_SSIM, SCORE_KIND_COUNT };

// "vmaf"; "none" for none.
const char *score_kind_name(enum score_kind kind);
bool score_kind_find(const char *name, enum score_kind *ret);
// Whether this libavfilter has the filter, and the filter what it needs (its model).
bool score_kind_is_available(enum score_kind kind);

struct AVFrame;
struct score_graph; // used by one thread at a time; runs on the thread that calls

// Pictures are yuv420p of this size.
bool score_graph_open(enum score_kind kind, int width_px, int height_px,
                      struct score_graph **ret_graph, struct err *err);
void score_graph_free(struct score_graph **graph);

// The next pair. Both frames are emptied, also on failure.
bool score_graph_add(struct score_graph *graph, struct AVFrame *coded, struct AVFrame *reference,
                     struct err *err);
// Adds what the pairs since opening scored to *sum; at least one pair is needed.
// Only score_graph_free comes after this.
bool score_graph_finish(struct score_graph *graph, struct media_score *sum, struct err *err);

void media_score_add(struct media_score *sum, const struct media_score *more);

#endif
