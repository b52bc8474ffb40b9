// SPDX-License-Identifier: BSD-2-Clause
// Choosing work: audio that has fallen behind, then the pictures the largest rung needs
// next, then encoding (oldest span first, its slowest lane, largest rung first), then
// making more pictures while memory allows, then opening the next span. Nothing here
// changes what comes out, only when. Where rungs share an analysis the order within a span
// is another: pick_shared.
#include "src/media/run_private.h"

#define EARLY_BYTES         (304 << 20) // pictures that may wait for the sake of an early segment
#define AUDIO_LEAD_SEGMENTS 2           // that audio should be ahead of video
#define GROUPS_AHEAD        2           // of pictures of shared rungs, before the slowest lane

int64_t run_used_bytes(struct run *run)
{
    int64_t bytes = 0;
    for (size_t s = 0; s < run->sizes.count; s++)
        bytes += picture_pool_used_bytes(run->pools[s]);
    if (bytes > run->stats.peak_frame_bytes)
        run->stats.peak_frame_bytes = bytes;
    return bytes;
}

// Where the slowest lane of the oldest span is, in seconds of output.
static double video_position_s(const struct run *run)
{
    int64_t frame = run->plan->frame_count;
    if (run->span_count > 0) {
        const struct open_span *span = run->spans[0];
        int64_t batch = span->batch_count;
        for (size_t t = 0; t < run->plan->video_count; t++)
            if (span->lanes[t].lane && span->lanes[t].next_batch < batch)
                batch = span->lanes[t].next_batch;
        frame = plan_span_first_frame(run->plan, span->span) + batch * span->frames_per_batch;
    }
    return rational_to_double(rational_div(rational_make(frame, 1), run->plan->frame_rate));
}

static bool pick_audio(struct run *run, bool only_late, struct task *ret_task)
{
    double lead_s = AUDIO_LEAD_SEGMENTS * rational_to_double(run->plan->grid.segment_duration);
    double video_s = only_late ? video_position_s(run) : 0;
    for (size_t a = 0; a < run->plan->audio_count; a++) {
        struct audio_task *task = &run->audio[a];
        if (!task->audio || task->is_busy || task->is_done)
            continue;
        double at_s =
            (double)audio_stats(task->audio).samples_done / run->plan->audio[a].sample_rate_hz;
        if (only_late && at_s > video_s + lead_s)
            continue;
        *ret_task = (struct task){.kind = TASK_AUDIO, .audio = task};
        return true;
    }
    return false;
}

static bool is_any(const struct open_span *span, size_t track)
{
    (void)span;
    (void)track;
    return true;
}

static bool is_pilot(const struct open_span *span, size_t track)
{
    return span->analyses[track] != NULL;
}

// Of the lanes that can go on, the one that is farthest behind, largest rung first.
static bool pick_lane(struct open_span *span,
                      bool (*is_meant)(const struct open_span *span, size_t track),
                      struct task *ret_task)
{
    struct open_lane *best = NULL;
    for (size_t t = 0; t < span->plan->video_count; t++) {
        struct open_lane *lane = &span->lanes[t];
        if (is_meant(span, t) && open_span_can_encode(span, lane) &&
            (!best || lane->next_batch < best->next_batch))
            best = lane;
    }
    if (best)
        *ret_task = (struct task){.kind = TASK_ENCODE, .span = span, .lane = best};
    return best != NULL;
}

// Nothing is being coded and nothing can be.
static bool is_stuck(const struct open_span *span)
{
    for (size_t t = 0; t < span->plan->video_count; t++)
        if (span->lanes[t].is_busy || open_span_can_encode(span, &span->lanes[t]))
            return false;
    return true;
}

static bool fits_memory(struct run *run, int64_t more_bytes)
{
    int64_t encoders = (int64_t)run->span_count * run->lanes_bytes;
    return run_used_bytes(run) + encoders + more_bytes <= run->memory_bytes;
}

// Lanes on a device can always go on, so this waits for nothing that waits for pictures.
static bool has_device_pictures(const struct run *run, const struct open_span *span)
{
    int64_t next = span->made;
    for (size_t t = 0; t < run->plan->video_count; t++)
        if (span->lanes[t].lane && run->plan->video[t].encoded_on != DEVICE_CPU &&
            span->lanes[t].next_batch < next)
            next = span->lanes[t].next_batch;
    return run->batches_ahead == 0 || span->made - next < run->batches_ahead;
}

static bool pick_make(struct run *run, struct open_span *span, bool is_oldest,
                      struct task *ret_task)
{
    if (span->is_making || span->made == span->batch_count || !has_device_pictures(run, span))
        return false;
    // The oldest span must always get on, whatever the budget says.
    bool is_starving = is_oldest && is_stuck(span);
    if (!is_starving && !fits_memory(run, run->frames_per_batch * run->frame_bytes))
        return false;
    *ret_task = (struct task){.kind = TASK_MAKE, .span = span};
    return true;
}

// Whether the largest rung finds nothing to do once it is through with what it has.
// It takes about as long as all the others together: with two workers, making pictures
// only when every lane has used them up would let it wait once in every batch.
static bool will_starve(const struct open_span *span)
{
    size_t largest = 0;
    while (!span->lanes[largest].lane)
        largest++;
    const struct open_lane *lane = &span->lanes[largest];
    return span->made <= lane->next_batch + lane->is_busy;
}

// Spans whose pictures are still being made keep about one worker per lane and one
// more busy; where rungs share an analysis about two, since the largest takes as long as
// all else together and nothing gets far ahead of it. Another span beside them would only
// cost memory and delay the segments that are wanted first; it is opened when there are
// more workers than that.
static bool has_idle_workers(const struct run *run)
{
    size_t busy = 0;
    for (size_t s = 0; s < run->span_count; s++)
        if (run->spans[s]->made < run->spans[s]->batch_count)
            busy += run->scratch ? 2 : run->spans[s]->lane_count + 1;
    return busy < (size_t)run->options->jobs || busy == 0;
}

// The first segment is wanted early: in the first span the smallest rung runs ahead, so
// that something can be played, with the largest beside it, whose encoding takes
// longest; the others follow. Costs the pictures of a segment, so only while they
// are few enough.
static bool pick_in_first_span(struct run *run, struct open_span *span, struct task *ret_task)
{
    struct open_lane *smallest = NULL, *largest = NULL;
    for (size_t t = 0; t < run->plan->video_count; t++) {
        struct open_lane *lane = &span->lanes[t];
        if (!open_span_can_encode(span, lane))
            continue;
        if (t == 0)
            largest = lane;
        if (t + 1 == run->plan->video_count)
            smallest = lane;
    }
    struct open_lane *best = smallest ? smallest : largest;
    if (best) {
        *ret_task = (struct task){.kind = TASK_ENCODE, .span = span, .lane = best};
        return true;
    }
    return run_used_bytes(run) < EARLY_BYTES && pick_make(run, span, true, ret_task);
}

static bool pick_open(struct run *run, struct task *ret_task)
{
    if (run->next_span == run->plan->span_count || run->span_count == run->spans_max ||
        !has_idle_workers(run))
        return false;
    int64_t more = run->lanes_bytes + run->frames_per_batch * run->frame_bytes;
    if (run->span_count > 0 &&
        (run->span_count > (size_t)run->options->jobs || !fits_memory(run, more)))
        return false;
    *ret_task = (struct task){.kind = TASK_OPEN};
    return true;
}

static bool is_over(const struct run *run)
{
    if (run->is_failed)
        return true;
    for (size_t a = 0; a < run->plan->audio_count; a++)
        if (run->audio[a].audio && !run->audio[a].is_done)
            return false;
    return run->span_count == 0 && run->next_span == run->plan->span_count;
}

// Pictures of whole groups wait for their pilot and then for the slowest lane: one group
// is being coded, the next one is made ready for the pilots.
static bool has_room_ahead(struct run *run, const struct open_span *span)
{
    int64_t frames = span->plan->frames_per_gop + span->pilot_looks;
    int64_t room_bytes = (frames + frames / 4) * run->frame_bytes;
    if (run_used_bytes(run) > room_bytes * (int64_t)run->span_count)
        return false;
    int64_t slowest = span->frame_count;
    for (size_t t = 0; t < span->plan->video_count; t++)
        if (span->lanes[t].lane && span->lanes[t].frames_done < slowest)
            slowest = span->lanes[t].frames_done;
    int64_t ahead = span->made * span->frames_per_batch - slowest;
    return ahead < GROUPS_AHEAD * span->plan->frames_per_gop + span->pilot_looks;
}

// Where rungs share an analysis: the pilots first, for whom the others wait, then the
// others, largest first, since its pictures are half of all bytes, then pictures for the
// next group.
static bool pick_shared(struct run *run, struct open_span *span, bool is_oldest,
                        struct task *ret_task)
{
    if (pick_lane(span, is_pilot, ret_task) || pick_lane(span, is_any, ret_task))
        return true;
    return (has_room_ahead(run, span) || (is_oldest && is_stuck(span))) &&
           pick_make(run, span, is_oldest, ret_task);
}

static bool pick_in_span(struct run *run, struct open_span *span, bool is_oldest,
                         struct task *ret_task)
{
    if (run->scratch)
        return pick_shared(run, span, is_oldest, ret_task);
    if (is_oldest && span->span == 0 && pick_in_first_span(run, span, ret_task))
        return true;
    return (will_starve(span) && pick_make(run, span, is_oldest, ret_task)) ||
           pick_lane(span, is_any, ret_task) || pick_make(run, span, is_oldest, ret_task);
}

struct task run_pick(struct run *run)
{
    struct task task = {.kind = TASK_WAIT};
    if (is_over(run))
        return (struct task){.kind = TASK_END};
    if (pick_audio(run, true, &task))
        return task;
    for (size_t s = 0; s < run->span_count; s++)
        if (pick_in_span(run, run->spans[s], s == 0, &task))
            return task;
    if (pick_open(run, &task) || pick_audio(run, false, &task))
        return task;
    return task;
}
