// SPDX-License-Identifier: BSD-2-Clause
// The journal of an unfinished run: JSON lines, a header first. What a crash may
// leave behind is a torn last line, which reading drops.
#ifndef RUNG_APP_JOURNAL_H
#define RUNG_APP_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>

#include "src/base/err.h"

struct journal;

// Replaces path by a journal with these lines (header first), durably, and opens
// it for more. `lines` is a JSON array.
struct journal *journal_create(const char *path, const json_t *lines, struct err *err);
// Appends a line; takes the reference of `line`.
bool journal_append(struct journal *journal, json_t *line, struct err *err);
bool journal_sync(struct journal *journal, struct err *err);
void journal_close(struct journal **journal);

// Calls fn for every whole line; the first is the header. Reading ends without an
// error at the first line that is torn or no JSON object. INPUT when there is no
// journal or it is larger than any run makes; false from fn ends it too.
bool journal_read(const char *path, bool (*fn)(void *self, json_t *line, struct err *err),
                  void *self, struct err *err);

#endif
