// SPDX-License-Identifier: BSD-2-Clause
// What was made: rung.json and the table at the end.
#ifndef RUNG_APP_REPORT_H
#define RUNG_APP_REPORT_H

#include <jansson.h>

#include "src/app/job.h"
#include "src/base/mem.h"

// rung.json of a job whose presentation is built and verified. Caller owns.
json_t *report_build(struct job *job);
// The document as text, with a newline at its end.
void report_print(const json_t *report, struct buf *ret);

// The table for people, from the document alone: works for a finished run found
// again, too. `where` is the output folder.
void report_table(const json_t *report, const char *where, struct buf *ret);

#endif
