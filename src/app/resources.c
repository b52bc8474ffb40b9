// SPDX-License-Identifier: BSD-2-Clause
// Reading affinity, cgroups and /proc/meminfo.
#include "src/app/resources.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"

#define MEMORY_UNKNOWN_BYTES (2ll << 30) // when nothing can be read: a small machine

// The beginning of a small file, as text. These files report size 0 and never
// need more than one read.
static bool read_text(const char *path, char *ret, size_t ret_size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, ret, ret_size - 1);
    close(fd);
    if (got < 0)
        return false;
    ret[got] = '\0';
    return true;
}

static bool read_number(const char *path, int64_t *ret)
{
    char text[64], *end = NULL;
    if (!read_text(path, text, sizeof text))
        return false;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || errno != 0)
        return false;
    *ret = value;
    return true;
}

static void lower_cores(struct resources *resources, int64_t quota, int64_t period)
{
    if (quota <= 0 || period <= 0)
        return;
    int64_t cores = (quota + period - 1) / period;
    if (cores < resources->cores)
        resources->cores = (int)cores;
}

static void lower_memory(struct resources *resources, int64_t bytes)
{
    if (bytes > 0 && bytes < resources->memory_bytes)
        resources->memory_bytes = bytes;
}

// One folder of a cgroup hierarchy; files of the other version are not there.
static void apply_folder(struct resources *resources, const char *folder)
{
    AUTO_FREE char *cpu_max = mem_printf("%s/cpu.max", folder);
    char text[64];
    if (read_text(cpu_max, text, sizeof text)) {
        char *end = NULL;
        long long quota = strtoll(text, &end, 10); // "max" reads as 0: no limit
        lower_cores(resources, quota, end != text ? strtoll(end, NULL, 10) : 0);
    }
    AUTO_FREE char *quota_path = mem_printf("%s/cpu.cfs_quota_us", folder);
    AUTO_FREE char *period_path = mem_printf("%s/cpu.cfs_period_us", folder);
    int64_t quota = 0, period = 0, bytes = 0;
    if (read_number(quota_path, &quota) && read_number(period_path, &period))
        lower_cores(resources, quota, period);
    AUTO_FREE char *memory_max = mem_printf("%s/memory.max", folder);
    AUTO_FREE char *memory_limit = mem_printf("%s/memory.limit_in_bytes", folder);
    if (read_number(memory_max, &bytes) || read_number(memory_limit, &bytes))
        lower_memory(resources, bytes);
}

// A limit anywhere between the root and our own group holds.
static void apply_chain(struct resources *resources, const char *mount, const char *group)
{
    AUTO_FREE char *path = mem_printf("%s%s", mount, group);
    size_t mount_length = strlen(mount);
    for (;;) {
        apply_folder(resources, path);
        char *slash = strrchr(path, '/');
        if (!slash || (size_t)(slash - path) < mount_length)
            return;
        *slash = '\0';
    }
}

// A line of /proc/self/cgroup: "0::/group" (v2) or "4:memory:/group" (v1).
static void apply_line(struct resources *resources, const char *root, const char *line)
{
    const char *controllers = strchr(line, ':');
    const char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group || strstr(group, ".."))
        return;
    size_t length = (size_t)(group - controllers - 1);
    AUTO_FREE char *mount =
        mem_printf("%s/sys/fs/cgroup%s%.*s", root, length ? "/" : "", (int)length, controllers + 1);
    apply_chain(resources, mount, group + 1);
}

static int64_t physical_bytes(const char *root)
{
    AUTO_FREE char *path = mem_printf("%s/proc/meminfo", root);
    char text[512];
    if (!read_text(path, text, sizeof text))
        return MEMORY_UNKNOWN_BYTES;
    const char *at = strstr(text, "MemTotal:");
    long long kib = at ? strtoll(at + strlen("MemTotal:"), NULL, 10) : 0;
    return kib > 0 ? kib * 1024 : MEMORY_UNKNOWN_BYTES;
}

static int affinity(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 && online < INT_MAX ? (int)online : 1;
}

struct resources resources_read(const char *root, int affinity_cores)
{
    struct resources resources = {affinity_cores > 0 ? affinity_cores : affinity(),
                                  physical_bytes(root)};
    AUTO_FREE char *path = mem_printf("%s/proc/self/cgroup", root);
    char text[8192];
    if (read_text(path, text, sizeof text)) {
        char *rest = text;
        for (char *line; (line = strsep(&rest, "\n")) != NULL;)
            apply_line(&resources, root, line);
    }
    if (resources.cores < 1)
        resources.cores = 1;
    return resources;
}

int resources_default_jobs(void)
{
    int cores = resources_read("", 0).cores;
    return cores > 1024 ? 1024 : cores;
}

int64_t resources_default_memory(void)
{
    int64_t half = resources_read("", 0).memory_bytes / 2;
    return half < 4ll << 30 ? half : 4ll << 30;
}
