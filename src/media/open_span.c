// SPDX-License-Identifier: BSD-2-Clause
// Batches and lanes of one span.
#include "src/media/open_span.h"

#include "src/base/clock.h"

struct open_span *open_span_new(const struct span_source_spec *spec, int64_t frames_per_batch)
{
    struct open_span *span = mem_alloc(sizeof *span);
    span->span = spec->span;
    span->plan = spec->plan;
    span->sizes = spec->sizes;
    span->source_spec = *spec;
    span->frame_count =
        plan_span_end_frame(spec->plan, spec->span) - plan_span_first_frame(spec->plan, spec->span);
    for (size_t t = 0; t < spec->plan->video_count; t++) {
        int64_t wanted = lane_look_beyond(spec->plan, t, spec->span);
        span->look_beyond = wanted > span->look_beyond ? wanted : span->look_beyond;
    }
    span->frames_per_batch = frames_per_batch;
    span->batch_count =
        (span->frame_count + span->look_beyond + frames_per_batch - 1) / frames_per_batch;
    span->batches = mem_alloc((size_t)span->batch_count * sizeof *span->batches);
    return span;
}

void open_span_add_pilot(struct open_span *span, size_t pilot, const struct scratch *scratch,
                         size_t users)
{
    int64_t gop = span->plan->frames_per_gop;
    span->analyses[pilot] =
        analysis_new(scratch, span->span, pilot, (span->frame_count + gop - 1) / gop, users);
    const struct plan_video *track = &span->plan->video[pilot];
    const struct encoder_ops *ops = encoder_of(track);
    int64_t looks = ops && ops->look_beyond ? ops->look_beyond(track) : 0;
    span->pilot_looks = looks > span->pilot_looks ? looks : span->pilot_looks;
}

void open_span_add_lane(struct open_span *span, size_t track, struct lane_spec spec)
{
    const struct plan_video *video = &span->plan->video[track];
    spec.plan = span->plan;
    spec.span = span->span;
    spec.track = track;
    if (video->analysis != ANALYSIS_OWN)
        spec.analysis =
            span->analyses[video->analysis == ANALYSIS_PILOT ? track : (size_t)video->pilot];
    span->lanes[track] = (struct open_lane){.lane = lane_new(&spec), .track = track};
    span->lane_count++;
}

bool open_span_can_encode(const struct open_span *span, const struct open_lane *lane)
{
    if (!lane->lane || lane->is_busy || lane->is_finished)
        return false;
    if (lane->next_batch < span->made)
        return lane_is_ready(lane->lane, span->batches[lane->next_batch].count);
    return span->made == span->batch_count && lane_is_ready(lane->lane, 0);
}

static void batch_release(struct open_span *span, struct batch *batch)
{
    if (!batch->pictures)
        return;
    for (size_t i = 0; i < (size_t)batch->count * span->sizes->count; i++)
        picture_unref(&batch->pictures[i]);
    MEM_FREE(batch->pictures);
}

void open_span_free(struct open_span **span)
{
    if (!*span)
        return;
    for (size_t t = 0; t < PLAN_VIDEO_MAX; t++)
        lane_free(&(*span)->lanes[t].lane);
    for (size_t t = 0; t < PLAN_VIDEO_MAX; t++)
        analysis_free(&(*span)->analyses[t]);
    for (int64_t b = 0; b < (*span)->batch_count; b++)
        batch_release(*span, &(*span)->batches[b]);
    MEM_FREE((*span)->batches);
    span_source_free(&(*span)->source);
    MEM_FREE(*span);
}

// Sizes that only lanes above them in the cascade needed are not kept.
static void drop_unused_sizes(struct open_span *span, struct picture **pictures)
{
    bool is_used[PLAN_VIDEO_MAX] = {0};
    for (size_t t = 0; t < span->plan->video_count; t++)
        if (span->lanes[t].lane)
            is_used[span->sizes->of_track[t]] = true;
    for (size_t s = 0; s < span->sizes->count; s++)
        if (!is_used[s])
            picture_unref(&pictures[s]);
}

// What is counted is the span's own; work counts all.
static void note_stats(struct open_span *span, int64_t frame)
{
    struct span_source_stats stats = span_source_stats(span->source);
    if (frame <= span->frame_count)
        span->stats = stats;
    span->stats.decode_cpu_us = stats.decode_cpu_us;
    span->stats.scale_cpu_us = stats.scale_cpu_us;
    span->stats.scaled_frames = stats.scaled_frames;
}

// Makes one frame. A source that is broken behind the span is the next span's matter.
static bool make_frame(struct open_span *span, int64_t frame, struct picture **pictures,
                       struct err *err)
{
    struct err why = {0};
    if (span->is_cut)
        return true;
    if (!span_source_next(span->source, pictures, &why)) {
        span->is_cut = frame >= span->frame_count && why.kind == ERR_INPUT;
        if (!span->is_cut && err)
            *err = why;
        return span->is_cut;
    }
    note_stats(span, frame + 1);
    drop_unused_sizes(span, pictures);
    return true;
}

bool open_span_make(struct open_span *span, struct err *err)
{
    if (!span->source && !span_source_open(&span->source_spec, &span->source, err))
        return false;
    struct batch *batch = &span->batches[span->made];
    int64_t first = span->made * span->frames_per_batch;
    int64_t left = span->frame_count + span->look_beyond - first;
    int64_t count = left < span->frames_per_batch ? left : span->frames_per_batch;
    batch->pictures = mem_alloc((size_t)count * span->sizes->count * sizeof *batch->pictures);
    batch->lanes_left = span->lane_count;
    for (int64_t i = 0; i < count; i++) {
        if (!make_frame(span, first + i, &batch->pictures[(size_t)i * span->sizes->count], err))
            return false;
        batch->count += !span->is_cut;
    }
    if (left == count)
        span_source_free(&span->source);
    return true;
}

bool open_span_encode(struct open_span *span, struct open_lane *lane, struct err *err)
{
    int64_t begin_us = clock_thread_cpu_us();
    bool ok = true;
    if (lane->next_batch < span->batch_count) {
        const struct batch *batch = &span->batches[lane->next_batch];
        size_t size = span->sizes->of_track[lane->track];
        for (int64_t i = 0; ok && i < batch->count; i++)
            ok = lane_encode(lane->lane, batch->pictures[(size_t)i * span->sizes->count + size],
                             err);
    } else {
        ok = lane_finish(lane->lane, err);
    }
    int64_t scored_us = lane_score_cpu_us(lane->lane) - lane->score_cpu_us;
    lane->cpu_us += clock_thread_cpu_us() - begin_us - scored_us;
    lane->score_cpu_us += scored_us;
    return ok;
}

void open_span_add_cpu(const struct open_span *span, int64_t *encode_us, int64_t *score_us)
{
    for (size_t t = 0; t < span->plan->video_count; t++) {
        *encode_us += span->lanes[t].cpu_us;
        *score_us += span->lanes[t].score_cpu_us;
    }
}

// A size goes back as soon as its last lane is through, the rest with the batch.
void open_span_release(struct open_span *span, int64_t batch_index)
{
    struct batch *batch = &span->batches[batch_index];
    if (batch->lanes_left == 0) {
        batch_release(span, batch);
        return;
    }
    bool is_needed[PLAN_VIDEO_MAX] = {0};
    for (size_t t = 0; t < span->plan->video_count; t++)
        if (span->lanes[t].lane && span->lanes[t].next_batch <= batch_index)
            is_needed[span->sizes->of_track[t]] = true;
    for (int64_t i = 0; i < batch->count; i++)
        for (size_t s = 0; s < span->sizes->count; s++)
            if (!is_needed[s])
                picture_unref(&batch->pictures[(size_t)i * span->sizes->count + s]);
}
