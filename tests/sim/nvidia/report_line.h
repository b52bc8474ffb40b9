// SPDX-License-Identifier: BSD-2-Clause
// One line of RUNG_SIM_REPORT: JSON, written by one write to a file opened for appending, so
// that several processes may share the file.
#ifndef SIM_REPORT_LINE_H
#define SIM_REPORT_LINE_H

#include <stddef.h>
#include <stdint.h>

// driver: "simulated VA". fault: NULL for none. names and values: count of each. Nothing is
// written where the variable is not set.
void report_line(const char *driver, const char *event, const char *fault, const char *const *names,
                 const int64_t *values, size_t count);

#endif
