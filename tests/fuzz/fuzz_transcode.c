// SPDX-License-Identifier: BSD-2-Clause
// Any bytes all the way: facts, plan, and every segment of a small ladder, with damage
// allowed. Whatever is refused is refused in words; whatever is made lies on the grid.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/log.h"
#include "src/base/mem.h"
#include "src/media/probe.h"
#include "src/media/run.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take_init(void *self, const struct media_init *init, struct err *err)
{
    (void)self;
    (void)err;
    check(init->size_bytes > 8 && init->timescale_hz > 0);
    return true;
}

static bool take_segment(void *self, const struct media_segment *segment, struct err *err)
{
    const struct plan *plan = self;
    (void)err;
    check(segment->index >= 0 && segment->index < plan->grid.segment_count);
    check(segment->duration_ticks > 0 && segment->size_bytes > 8);
    return true;
}

static bool take_span(void *self, const struct media_span_report *report, struct err *err)
{
    (void)self;
    (void)err;
    check(report->frames > 0);
    return true;
}

static void make(const struct byte_source *source, const struct source_facts *facts)
{
    struct plan_options options;
    plan_options_init(&options);
    options.is_default_ladder = false;
    options.ladder[0] = (struct ladder_rung){.short_side_px = 96};
    options.ladder[1] = (struct ladder_rung){.short_side_px = 64}; // leads the first
    options.ladder_count = 2;
    options.limit_duration = rational_make(1, 2);
    memcpy(options.preset, "veryfast", sizeof "veryfast");
    AUTO_FREE struct plan *plan = mem_alloc(sizeof *plan);
    struct err err = {0};
    if (!plan_build(facts, &options, plan, &err)) {
        check(err.text[0]);
        return;
    }
    struct media_sink sink = {
        .self = plan, .init = take_init, .segment = take_segment, .span_done = take_span};
    struct run_options run = {.jobs = 1, .memory_bytes = 64 << 20, .allow_damaged = true};
    struct run_stats stats = {0};
    if (!run_plan(source, plan, &run, &sink, &stats, &err))
        check(err.kind != ERR_NONE && err.kind != ERR_BUG && err.text[0]);
    plan_done(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct byte_source source = {
        .self = &input, .read_at = read_input, .size_bytes = (int64_t)size, .name = "input"};
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct err err = {0};
    log_setup(LOG_ERROR, LOG_TEXT);
    // Whole seconds of huge pictures are slow, not wrong.
    if (probe_source(&source, facts, &err) &&
        (int64_t)facts->video.coded_width_px * facts->video.coded_height_px <= 1280 * 720)
        make(&source, facts);
    return 0;
}
