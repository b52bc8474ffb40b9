// SPDX-License-Identifier: BSD-2-Clause
// Wall and CPU clocks, for reports and deadlines; never for media time.
#ifndef RUNG_BASE_CLOCK_H
#define RUNG_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_monotonic_us(void);
int64_t clock_thread_cpu_us(void);  // CPU time of the calling thread
int64_t clock_process_cpu_us(void); // user + system of this process

#endif
