// SPDX-License-Identifier: BSD-2-Clause
// The program behind main: dispatch of commands.
#ifndef RUNG_APP_PROGRAM_H
#define RUNG_APP_PROGRAM_H

#include "src/base/err.h"

// Returns the exit code.
int program_run(int argc, char **argv, char **environment);

// Logs the error and returns its exit code (for CANCELLED: that of the signal).
int program_fail(const struct err *err);

#endif
