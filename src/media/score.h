// SPDX-License-Identifier: BSD-2-Clause
// Scores of one lane: decodes what its encoder makes and compares every picture with
// the one it was made from, at the rung's size. It only looks: what is coded does not
// depend on it. Used by one thread at a time.
#ifndef RUNG_MEDIA_SCORE_H
#define RUNG_MEDIA_SCORE_H

#include "src/media/encode.h"
#include "src/media/score_graph.h"

struct score;

struct score_spec {
    enum score_kind kind;
    const struct plan_video *track;
    const struct buf *config; // the decoder configuration record; read when opened
};

// Whether coded pictures of this codec can be decoded here and scored at this size.
bool score_can(enum score_kind kind, const struct plan_video *track);

bool score_open(const struct score_spec *spec, struct score **ret_score, struct err *err);
void score_free(struct score **score);

// The next picture the encoder gets, before it gets it. Kept until its coded twin is
// decoded: as long as the encoder looks ahead.
void score_add_picture(struct score *score, const struct picture *picture);
// A coded picture, in decode order.
bool score_add_coded(struct score *score, const struct encoded *encoded, struct err *err);
// After the last coded picture. BUG when not every picture came out of the decoder.
bool score_finish(struct score *score, struct media_score *ret_sum, struct err *err);

// What decoding and comparing took so far, on whichever threads called.
int64_t score_cpu_us(const struct score *score);
// Bytes an open score keeps beside pictures of the pool, roughly.
int64_t score_memory_bytes(const struct plan_video *track);

#endif
