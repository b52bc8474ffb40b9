// SPDX-License-Identifier: BSD-2-Clause
// Pieces of the report for people.
#ifndef RUNG_VALIDATE_REPORT_TEXT_PRIVATE_H
#define RUNG_VALIDATE_REPORT_TEXT_PRIVATE_H

#include "manifests/validate/report/order_private.h"

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_YELLOW, INK_BLUE, INK_GREEN };
// Text in a colour when there is colour.
void ink_text(const struct report_input *input, enum ink ink, struct buf *ret, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
enum ink ink_of_level(enum rule_level level);

// Cuts text from the left to fit `columns`, with "…" in front; control characters become
// spaces. Caller frees.
char *text_fit(const char *given, size_t columns);

void summary_tracks(const struct report_input *input, struct buf *ret);
void summary_timeline(const struct report_input *input, struct buf *ret);

#endif
