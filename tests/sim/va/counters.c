// SPDX-License-Identifier: BSD-2-Clause
// The counters and when they are reported.
#include "counters.h"

#include "report_line.h"

struct va_counters va_counters;

static void write_line(const char *event, const char *fault)
{
#define NAME(name)  #name,
#define VALUE(name) (int64_t) va_counters.name,
    static const char *const names[] = {VA_COUNTERS(NAME)};
    const int64_t values[] = {VA_COUNTERS(VALUE)};
#undef NAME
#undef VALUE
    report_line("simulated VA", event, fault, names, values, sizeof names / sizeof names[0]);
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
