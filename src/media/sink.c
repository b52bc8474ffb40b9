// SPDX-License-Identifier: BSD-2-Clause
// The sink that keeps nothing.
#include "src/media/sink.h"

static bool drop_init(void *self, const struct media_init *init, struct err *err)
{
    (void)self;
    (void)init;
    (void)err;
    return true;
}

static bool drop_segment(void *self, const struct media_segment *segment, struct err *err)
{
    (void)self;
    (void)segment;
    (void)err;
    return true;
}

static bool drop_span(void *self, const struct media_span_report *report, struct err *err)
{
    (void)self;
    (void)report;
    (void)err;
    return true;
}

const struct media_sink media_sink_nowhere = {
    .init = drop_init, .segment = drop_segment, .span_done = drop_span};
