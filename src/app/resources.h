// SPDX-License-Identifier: BSD-2-Clause
// What this process may use of the machine: cores by affinity and cgroup quota,
// memory by cgroup limit and what is built in. cgroup v2 and v1.
#ifndef RUNG_APP_RESOURCES_H
#define RUNG_APP_RESOURCES_H

#include <stdint.h>

struct resources {
    int cores;            // >= 1; a quota of 1.5 cores counts as 2
    int64_t memory_bytes; // the smallest limit that holds
};

// root: "" for this machine, a folder with proc/self/cgroup, proc/meminfo and
// sys/fs/cgroup below it for tests. affinity_cores: 0 asks the system.
struct resources resources_read(const char *root, int affinity_cores);

int resources_default_jobs(void);
int64_t resources_default_memory(void); // min(4 GiB, half of memory_bytes)

#endif
