// SPDX-License-Identifier: BSD-2-Clause
// Frame pacing and scaling for one span.
#include "src/media/span_source.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/media/lane.h"
#include "src/media/reader.h"

struct span_source {
    struct span_source_spec spec;
    struct reader *reader;
    struct scaler *scaler;
    int64_t next_frame; // output frame to be handed out
    AVFrame *shown;     // what is on screen at next_frame, once it is reached
    bool has_shown;
    bool is_shown_used; // it made it into the output
    int64_t shown_slot;
    AVFrame *coming; // the frame after it
    bool has_coming;
    int64_t coming_slot;
    bool is_ended;
    struct picture *pictures[PLAN_VIDEO_MAX]; // of `shown`, once scaled
    bool has_pictures;
    struct span_source_stats stats;
};

static void drop_pictures(struct span_source *source)
{
    for (size_t s = 0; s < source->spec.sizes->count; s++)
        picture_unref(&source->pictures[s]);
    source->has_pictures = false;
}

bool span_source_open(const struct span_source_spec *spec, struct span_source **ret_source,
                      struct err *err)
{
    const struct plan *plan = spec->plan;
    struct span_source *source = mem_alloc(sizeof *source);
    source->spec = *spec;
    source->next_frame = plan_span_first_frame(plan, spec->span);
    source->shown = av_frame_alloc();
    source->coming = av_frame_alloc();
    struct reader_spec reader_spec = {
        .source = spec->source,
        .plan = plan,
        .first_slot = source->next_frame * plan->keep_every,
        .end_slot = plan_span_end_frame(plan, spec->span) * plan->keep_every,
        .allow_damaged = spec->allow_damaged,
        .device = plan->tier.decode == DEVICE_CPU ? NULL : spec->device,
    };
    bool ok = source->shown && source->coming ? reader_open(&reader_spec, &source->reader, err)
                                              : err_set(err, ERR_TRANSIENT, "out of memory");
    if (!ok) {
        span_source_free(&source);
        return false;
    }
    source->scaler =
        scaler_new(plan, spec->sizes, plan->tier.scale == DEVICE_CPU ? NULL : spec->device);
    *ret_source = source;
    return true;
}

void span_source_free(struct span_source **source)
{
    if (!*source)
        return;
    drop_pictures(*source);
    av_frame_free(&(*source)->shown);
    av_frame_free(&(*source)->coming);
    reader_free(&(*source)->reader);
    scaler_free(&(*source)->scaler);
    MEM_FREE(*source);
}

static void step(struct span_source *source)
{
    int64_t first_slot =
        plan_span_first_frame(source->spec.plan, source->spec.span) * source->spec.plan->keep_every;
    bool is_halved = source->spec.plan->keep_every > 1;
    if (source->has_shown && !source->is_shown_used && !is_halved &&
        source->shown_slot >= first_slot)
        source->stats.dropped_frames++;
    drop_pictures(source);
    av_frame_unref(source->shown);
    av_frame_move_ref(source->shown, source->coming);
    source->shown_slot = source->coming_slot;
    source->has_shown = true;
    source->is_shown_used = false;
    source->has_coming = false;
}

// Reads until `shown` is what the slot shows and `coming` lies behind it.
static bool reach(struct span_source *source, int64_t slot, struct err *err)
{
    int64_t begin_us = clock_thread_cpu_us();
    bool ok = true;
    while (ok && !source->is_ended && (!source->has_coming || source->coming_slot <= slot)) {
        if (source->has_coming)
            step(source);
        switch (reader_next(source->reader, source->coming, &source->coming_slot, err)) {
        case READER_FRAME:
            source->has_coming = true;
            break;
        case READER_END:
            source->is_ended = true;
            break;
        case READER_FAILED:
            ok = false;
            break;
        }
    }
    // Nothing before the slot (a damaged or late start): show the first there is.
    if (ok && !source->has_shown && source->has_coming)
        step(source);
    source->stats.decode_cpu_us += clock_thread_cpu_us() - begin_us;
    return ok;
}

bool span_source_next(struct span_source *source, struct picture **ret_pictures, struct err *err)
{
    int64_t slot = source->next_frame * source->spec.plan->keep_every;
    if (!reach(source, slot, err))
        return false;
    if (!source->has_shown)
        return err_set(err, ERR_INPUT, "no picture could be decoded");
    if (source->is_shown_used)
        source->stats.repeated_frames++;
    if (!source->has_pictures) {
        int64_t begin_us = clock_thread_cpu_us();
        if (!scaler_run(source->scaler, source->shown, source->spec.pools, source->pictures, err))
            return false;
        source->has_pictures = true;
        source->stats.scaled_frames++;
        source->stats.scale_cpu_us += clock_thread_cpu_us() - begin_us;
    }
    for (size_t s = 0; s < source->spec.sizes->count; s++) {
        picture_ref(source->pictures[s]);
        ret_pictures[s] = source->pictures[s];
    }
    source->is_shown_used = true;
    source->next_frame++;
    return true;
}

struct span_source_stats span_source_stats(const struct span_source *source)
{
    struct span_source_stats stats = source->stats;
    stats.damaged = source->reader ? reader_damaged(source->reader) : 0;
    return stats;
}
