// SPDX-License-Identifier: BSD-2-Clause
// The meter's line: redrawn in place, in plain lines, or as JSON. Nothing is shown in
// the first moments: most validations are over by then.
#include "src/app/validate_progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "src/app/progress.h"
#include "src/base/clock.h"
#include "src/base/log.h"

struct validate_meter {
    enum progress_kind kind;
    int64_t start_us;
    int64_t last_us;
    bool is_drawn;
};

static void erase(struct validate_meter *meter)
{
    if (meter->is_drawn)
        fputs("\r\x1b[K", stderr);
    meter->is_drawn = false;
}

static int64_t interval_us(enum progress_kind kind)
{
    return kind == PROGRESS_BAR ? 100000 : kind == PROGRESS_JSON ? 1000000 : 5000000;
}

static void on_report(void *self, size_t done, size_t total, int64_t bytes)
{
    struct validate_meter *meter = self;
    int64_t now = clock_monotonic_us();
    if (meter->kind == PROGRESS_NONE || now - meter->last_us < interval_us(meter->kind))
        return;
    meter->last_us = now;
    double elapsed_s = (double)(now - meter->start_us) / 1e6;
    double fraction = total ? (double)done / (double)total : 0;
    double eta_s = fraction > 0 ? elapsed_s / fraction - elapsed_s : 0;
    switch (meter->kind) {
    case PROGRESS_BAR:
        fprintf(stderr, "\r\x1b[K%3.0f %%  %zu of %zu files, %.1f MB, %.0f s to go", 100 * fraction,
                done, total, (double)bytes / 1e6, eta_s);
        meter->is_drawn = true;
        break;
    case PROGRESS_PLAIN:
        log_msg(LOG_INFO, "validate", "%zu of %zu files read, %.1f MB, %.0f s to go", done, total,
                (double)bytes / 1e6, eta_s);
        break;
    case PROGRESS_JSON:
        fprintf(stderr,
                "{\"progress\":%.4f,\"files\":%zu,\"files_total\":%zu,\"bytes\":%" PRId64
                ",\"elapsed_s\":%.1f,\"eta_s\":%.1f}\n",
                fraction, done, total, bytes, elapsed_s, eta_s);
        break;
    case PROGRESS_NONE:
        break;
    }
}

static void step_aside(void *self, bool before)
{
    if (before)
        erase(self);
}

struct validate_meter *validate_meter_new(const struct options *options)
{
    struct validate_meter *meter = mem_alloc(sizeof *meter);
    meter->kind =
        progress_kind_choose(options_text(options, OPTION_PROGRESS), isatty(STDERR_FILENO) == 1,
                             options_bool(options, OPTION_QUIET));
    meter->start_us = meter->last_us = clock_monotonic_us();
    log_set_hook(step_aside, meter);
    return meter;
}

void validate_meter_free(struct validate_meter **meter)
{
    if (!*meter)
        return;
    log_set_hook(NULL, NULL);
    erase(*meter);
    MEM_FREE(*meter);
}

struct validate_progress validate_meter_hook(struct validate_meter *meter)
{
    return (struct validate_progress){on_report, meter};
}
