// SPDX-License-Identifier: BSD-2-Clause
// What one run owes by its plan and what the engine has delivered of it. The
// engine handles hostile media and may have been taken over by it: nothing it
// says reaches the sink before the ledger found its place in the plan. Every
// refusal is BUG.
#ifndef RUNG_ENGINE_LEDGER_H
#define RUNG_ENGINE_LEDGER_H

#include "src/media/plan.h"
#include "src/media/run.h"
#include "src/media/sink.h"

struct ledger;

// plan is borrowed; done is read only here.
struct ledger *ledger_new(const struct plan *plan, const struct run_done *done);
void ledger_free(struct ledger **ledger);

// *ret_is_new is false for a repetition of the same bytes, which says nothing
// new; other bytes for the same track are refused: one init serves all segments.
bool ledger_add_init(struct ledger *ledger, const struct media_init *init, bool *ret_is_new,
                     struct err *err);
// Known track, owed and new, on the grid (video: to the tick), iframe ranges in
// order and inside the bytes.
bool ledger_add_segment(struct ledger *ledger, const struct media_segment *segment,
                        struct err *err);
// Owed and new, its segments are there, and its downloads no more than there are frames.
bool ledger_add_span(struct ledger *ledger, const struct media_span_report *report,
                     struct err *err);
bool ledger_knows_track(const struct ledger *ledger, const char *track_id, struct err *err);
// Nothing is owed any more.
bool ledger_is_settled(const struct ledger *ledger, struct err *err);

#endif
