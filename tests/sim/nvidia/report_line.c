// SPDX-License-Identifier: BSD-2-Clause
// The report's lines.
#include "report_line.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void report_line(const char *driver, const char *event, const char *fault, const char *const *names,
                 const int64_t *values, size_t count)
{
    const char *path = getenv("RUNG_SIM_REPORT");
    char line[2048];
    if (!path || !*path)
        return;
    int used = snprintf(line, sizeof line, "{\"driver\": \"%s\", \"event\": \"%s\", \"pid\": %d",
                        driver, event, (int)getpid());
    if (fault)
        used += snprintf(line + used, sizeof line - (size_t)used, ", \"fault\": \"%s\"", fault);
    for (size_t i = 0; i < count; i++)
        used += snprintf(line + used, sizeof line - (size_t)used, ", \"%s\": %" PRId64, names[i],
                         values[i]);
    used += snprintf(line + used, sizeof line - (size_t)used, "}\n");
    int file = open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, (size_t)used) != used)
        fprintf(stderr, "%s driver: cannot write %s: %s\n", driver, path, strerror(errno));
    if (file >= 0)
        close(file);
}
