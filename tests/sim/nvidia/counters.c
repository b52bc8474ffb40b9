// SPDX-License-Identifier: BSD-2-Clause
// The counters and when they are reported.
#include "counters.h"

#include "api.h"
#include "report_line.h"

struct counters counters;

SIM_API void cuSimReport(void);

static void write_line(const char *event, const char *fault)
{
#define NAME(name)  #name,
#define VALUE(name) (int64_t) counters.name,
    static const char *const names[] = {SIM_COUNTERS(NAME)};
    const int64_t values[] = {SIM_COUNTERS(VALUE)};
#undef NAME
#undef VALUE
    report_line("simulated NVIDIA", event, fault, names, values, sizeof names / sizeof names[0]);
}

void counters_report(const char *event)
{
    write_line(event, NULL);
}

void counters_note_fault(const char *name)
{
    write_line("fault", name);
}

void cuSimReport(void)
{
    write_line("asked", NULL);
}

__attribute__((destructor)) static void report_at_exit(void)
{
    if (counters.contexts_opened > 0 || counters.decoders_opened > 0)
        write_line("exit", NULL);
}
