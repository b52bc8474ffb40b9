// SPDX-License-Identifier: BSD-2-Clause
// A temporary file without a name in $TMPDIR, and copying a stream into it.
#ifndef RUNG_APP_SPOOL_H
#define RUNG_APP_SPOOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/base/err.h"

// Returns the descriptor, or -1 with *err (TRANSIENT).
int spool_create(struct err *err);

// Copies everything from `from` into `to`, with a log line every few seconds.
bool spool_copy(int from, int to, const char *name, const atomic_bool *stop, int64_t *ret_bytes,
                struct err *err);

#endif
