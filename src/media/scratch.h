// SPDX-License-Identifier: BSD-2-Clause
// A private folder for files that a library insists on, in memory where the system has
// such a place (/dev/shm, else $TMPDIR or /tmp). It goes with its owner; one that a
// killed process left is removed by the next process that makes one.
#ifndef RUNG_MEDIA_SCRATCH_H
#define RUNG_MEDIA_SCRATCH_H

#include <stdbool.h>

#include "src/base/err.h"

struct scratch;

// TRANSIENT when no place takes a folder.
bool scratch_new(struct scratch **ret, struct err *err);
void scratch_free(struct scratch **scratch); // with all that is in it

const char *scratch_folder(const struct scratch *scratch);

#endif
