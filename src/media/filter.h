// SPDX-License-Identifier: BSD-2-Clause
// What must happen to a decoded frame before it is scaled: deinterlacing, HDR to
// SDR, turning upright, and a pixel format the scaler reads. One libavfilter graph,
// rebuilt when the frames change size or format; none at all when nothing is to do.
#ifndef RUNG_MEDIA_FILTER_H
#define RUNG_MEDIA_FILTER_H

#include <libavutil/frame.h>
#include <libavutil/rational.h>
#include <stdbool.h>

#include "src/base/err.h"
#include "src/media/plan.h"

struct filter;

// time_base is that of the frames' pts, in and out.
struct filter *filter_new(const struct plan *plan, AVRational time_base);
void filter_free(struct filter **filter);

// Gives one frame (its reference moves into the filter) or NULL to drain.
bool filter_send(struct filter *filter, AVFrame *frame, struct err *err);

enum filter_result { FILTER_FRAME, FILTER_NEED_INPUT, FILTER_END, FILTER_FAILED };

// The next frame that is ready, pts in time_base.
enum filter_result filter_receive(struct filter *filter, AVFrame *ret_frame, struct err *err);

// The graph a first frame of this shape would get, for tests and messages;
// empty text when frames pass as they are.
#define FILTER_TEXT_SIZE 1536
void filter_describe(const struct plan *plan, enum AVPixelFormat format,
                     char ret_text[FILTER_TEXT_SIZE]);

#endif
