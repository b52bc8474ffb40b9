// SPDX-License-Identifier: BSD-2-Clause
// The counters and their report. A line is written by one write to a file opened for
// appending, so that several processes may share the file.
#include "counters.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct va_counters va_counters;

static void write_line(const char *event, const char *fault)
{
    const char *path = getenv("RUNG_SIM_REPORT");
    char line[2048];
    int used;
    if (!path || !*path)
        return;
    used =
        snprintf(line, sizeof line, "{\"driver\": \"simulated VA\", \"event\": \"%s\", \"pid\": %d",
                 event, (int)getpid());
    if (fault)
        used += snprintf(line + used, sizeof line - (size_t)used, ", \"fault\": \"%s\"", fault);
#define VA_COUNTER_PRINT(name)                                                                     \
    used += snprintf(line + used, sizeof line - (size_t)used, ", \"" #name "\": %" PRId64,         \
                     (int64_t)va_counters.name);
    VA_COUNTERS(VA_COUNTER_PRINT)
#undef VA_COUNTER_PRINT
    used += snprintf(line + used, sizeof line - (size_t)used, "}\n");
    int file = open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, (size_t)used) != used)
        fprintf(stderr, "simulated VA driver: cannot write %s: %s\n", path, strerror(errno));
    if (file >= 0)
        close(file);
}

void counters_report(const char *event)
{
    write_line(event, NULL);
}

void counters_note_fault(const char *name)
{
    write_line("fault", name);
}

__attribute__((destructor)) static void report_at_exit(void)
{
    if (va_counters.displays_opened > 0)
        write_line("exit", NULL);
}
