// SPDX-License-Identifier: BSD-2-Clause
// The plan for people: what `rung plan` prints.
#ifndef RUNG_MEDIA_PLAN_TEXT_H
#define RUNG_MEDIA_PLAN_TEXT_H

#include "src/base/mem.h"
#include "src/media/plan.h"

// Appends plain text in UTF-8, lines ended by '\n', no terminating zero. Text of
// the source is made printable. Pure.
void plan_text_build(const struct source_facts *facts, const struct plan *plan, struct buf *ret);

#endif
