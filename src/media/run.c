// SPDX-License-Identifier: BSD-2-Clause
// The worker pool. As many threads as jobs; each takes the task that run_pick.c says
// is the most useful one. Which thread does what when never changes the bytes.
#include "src/media/run_private.h"

#include <inttypes.h>
#include <string.h>

#include "src/base/clock.h"

static void fail(struct run *run, const struct err *err)
{
    if (run->is_failed)
        return;
    run->is_failed = true;
    run->err = *err;
}

static bool is_wanted(const struct run *run, size_t span, size_t track)
{
    const bool *done = run->options->done.video;
    return !done || !done[span * run->plan->video_count + track];
}

// How many lanes of the span use the pilot's analysis: those that follow it and are
// wanted, and its own.
static size_t analysis_users(const struct run *run, size_t span, size_t pilot)
{
    size_t followers = 0;
    for (size_t t = 0; t < run->plan->video_count; t++)
        followers += run->plan->video[t].analysis == ANALYSIS_FOLLOWS &&
                     (size_t)run->plan->video[t].pilot == pilot && is_wanted(run, span, t);
    return followers > 0 || is_wanted(run, span, pilot) ? followers + 1 : 0;
}

static void add_lanes(struct run *run, struct open_span *span)
{
    for (size_t t = 0; t < run->plan->video_count; t++) {
        bool is_pilot = run->plan->video[t].analysis == ANALYSIS_PILOT;
        size_t users = is_pilot ? analysis_users(run, span->span, t) : 0;
        if (users > 0)
            open_span_add_pilot(span, t, run->scratch, users);
    }
    for (size_t t = 0; t < run->plan->video_count; t++) {
        bool is_mute = !is_wanted(run, span->span, t);
        if (is_mute && !span->analyses[t])
            continue;
        struct lane_spec lane = {.init = is_mute ? &run->mute_inits[t] : &run->inits[t],
                                 .sink = is_mute ? &media_sink_nowhere : run->sink,
                                 .score = is_mute ? SCORE_NONE : run->options->score,
                                 .device = run->device};
        open_span_add_lane(span, t, lane);
        span->lanes[t].is_mute = is_mute;
    }
}

// Under the lock: takes the next span with work to do, or skips those without.
static void open_next(struct run *run)
{
    while (run->next_span < run->plan->span_count) {
        struct span_source_spec spec = {
            .source = run->source,
            .plan = run->plan,
            .sizes = &run->sizes,
            .pools = run->pools,
            .span = run->next_span++,
            .allow_damaged = run->options->allow_damaged,
            .device = run->device,
        };
        struct open_span *span = open_span_new(&spec, run->frames_per_batch);
        add_lanes(run, span);
        if (span->lane_count > 0) {
            run->spans[run->span_count++] = span;
            return;
        }
        open_span_free(&span);
    }
}

static void close_span(struct run *run, struct open_span *span)
{
    size_t at = 0;
    while (run->spans[at] != span)
        at++;
    run->span_count--;
    memmove(&run->spans[at], &run->spans[at + 1], (run->span_count - at) * sizeof run->spans[0]);
    run->stats.decode_cpu_us += span->stats.decode_cpu_us;
    run->stats.scale_cpu_us += span->stats.scale_cpu_us;
    run->stats.damaged += span->stats.damaged;
    if (run->plan->timing == TIMING_CONSTANT && run->plan->keep_every == 1)
        run->stats.missing_frames += span->stats.repeated_frames;
    open_span_add_cpu(span, &run->stats.encode_cpu_us, &run->stats.score_cpu_us);
    open_span_free(&span);
    // The first span had many pictures waiting; the later ones need few.
    for (size_t s = 0; s < run->sizes.count; s++)
        picture_pool_trim(run->pools[s]);
}

// Every scaled picture of a rung that is coded on the CPU came down once.
static int64_t frames_downloaded(const struct run *run, const struct open_span *span, size_t track)
{
    bool comes_down =
        run->plan->tier.scale != DEVICE_CPU && run->plan->video[track].encoded_on == DEVICE_CPU;
    return comes_down ? span->stats.scaled_frames : 0;
}

static bool report_span(struct run *run, const struct open_span *span, const struct open_lane *lane,
                        struct err *err)
{
    struct media_span_report report = {
        .track_id = run->plan->video[lane->track].id,
        .span = (int64_t)span->span,
        .frames = span->frame_count,
        .duplicated_frames = span->stats.repeated_frames,
        .dropped_frames = span->stats.dropped_frames,
        .damaged = span->stats.damaged,
        .encode_cpu_us = lane->cpu_us,
        .frames_downloaded = frames_downloaded(run, span, lane->track),
        .score = lane_score(lane->lane),
    };
    return run->sink->span_done(run->sink->self, &report, err);
}

static void do_encode(struct run *run, struct task *task)
{
    struct open_span *span = task->span;
    struct open_lane *lane = task->lane;
    struct err err = {0};
    size_t track = lane->track;
    bool is_finish = lane->next_batch == span->batch_count;
    bool is_mute = lane->is_mute;
    bool ok = open_span_encode(span, lane, &err);
    int64_t lane_done = lane_frames_done(lane->lane);
    if (ok && is_finish && !is_mute)
        ok = report_span(run, span, lane, &err);
    pthread_mutex_lock(&run->lock);
    int64_t frames = lane_done - lane->frames_done;
    lane->frames_done = lane_done;
    lane->is_busy = false;
    if (!ok)
        fail(run, &err);
    if (is_finish) {
        lane->is_finished = true;
        span->lanes_finished++;
        if (span->lanes_finished == span->lane_count && !run->is_failed)
            close_span(run, span);
    } else {
        int64_t batch = lane->next_batch++;
        span->batches[batch].lanes_left--;
        open_span_release(span, batch);
    }
    bool is_progress = frames > 0 && !is_mute;
    int64_t done = run->frames_done[track] += is_progress ? frames : 0;
    pthread_mutex_unlock(&run->lock);
    if (is_progress && run->sink->progress)
        run->sink->progress(run->sink->self, run->plan->video[track].id, done);
}

static void do_make(struct run *run, struct task *task)
{
    struct err err = {0};
    bool ok = open_span_make(task->span, &err);
    pthread_mutex_lock(&run->lock);
    task->span->is_making = false;
    task->span->made++;
    if (!ok)
        fail(run, &err);
    run_used_bytes(run);
    pthread_mutex_unlock(&run->lock);
}

static void do_audio(struct run *run, struct task *task)
{
    struct err err = {0};
    struct audio_task *audio = task->audio;
    enum audio_result result = audio_step(audio->audio, &err);
    struct audio_stats stats = audio_stats(audio->audio);
    size_t track = (size_t)(audio - run->audio);
    pthread_mutex_lock(&run->lock);
    audio->is_busy = false;
    audio->is_done = result != AUDIO_MORE;
    if (result == AUDIO_FAILED)
        fail(run, &err);
    if (result == AUDIO_DONE) {
        run->stats.audio_cpu_us += stats.cpu_us;
        run->stats.damaged += stats.damaged;
    }
    pthread_mutex_unlock(&run->lock);
    if (run->sink->progress)
        run->sink->progress(run->sink->self, run->plan->audio[track].id, stats.samples_done);
}

// Under the lock.
static void mark_busy(struct task *task)
{
    if (task->kind == TASK_AUDIO)
        task->audio->is_busy = true;
    if (task->kind == TASK_ENCODE)
        task->lane->is_busy = true;
    if (task->kind == TASK_MAKE)
        task->span->is_making = true;
}

static void *work(void *self)
{
    struct run *run = self;
    pthread_mutex_lock(&run->lock);
    for (;;) {
        if (run->options->cancel && atomic_load(run->options->cancel)) {
            struct err err = {0};
            err_set(&err, ERR_CANCELLED, "stopped");
            fail(run, &err);
        }
        struct task task = run_pick(run);
        if (task.kind == TASK_END)
            break;
        if (task.kind == TASK_WAIT) {
            pthread_cond_wait(&run->changed, &run->lock);
            continue;
        }
        if (task.kind == TASK_OPEN) {
            open_next(run);
            pthread_cond_broadcast(&run->changed);
            continue;
        }
        mark_busy(&task);
        pthread_mutex_unlock(&run->lock);
        if (task.kind == TASK_AUDIO)
            do_audio(run, &task);
        if (task.kind == TASK_ENCODE)
            do_encode(run, &task);
        if (task.kind == TASK_MAKE)
            do_make(run, &task);
        pthread_mutex_lock(&run->lock);
        pthread_cond_broadcast(&run->changed);
    }
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

// Frames that the scan saw and no decode delivered: a few are how timestamps
// wobble, many are damage the decoder was silent about.
static bool is_complete(const struct run *run, struct err *err)
{
    int64_t missing = run->stats.missing_frames;
    if (run->options->allow_damaged || missing <= 5 + run->plan->frame_count / 50)
        return true;
    return err_set(err, ERR_INPUT,
                   "%" PRId64 " of %" PRId64 " pictures could not be decoded; --allow-damaged "
                   "repeats the ones before them",
                   missing, run->plan->frame_count);
}

static void add_traffic(struct run *run)
{
    if (!run->device)
        return;
    struct device_traffic traffic = device_traffic(run->device);
    run->stats.frames_downloaded = traffic.frames_down;
    run->stats.bytes_downloaded = traffic.bytes_down;
}

bool run_plan(const struct byte_source *source, const struct plan *plan,
              const struct run_options *options, const struct media_sink *sink,
              struct run_stats *ret_stats, struct err *err)
{
    struct run *run = mem_alloc(sizeof *run);
    *run = (struct run){.source = source, .plan = plan, .options = options, .sink = sink};
    if (!run_begin(run, err)) {
        run_end(run);
        MEM_FREE(run);
        return false;
    }
    int jobs = options->jobs < 1 ? 1 : options->jobs;
    pthread_t *threads = mem_alloc((size_t)jobs * sizeof *threads);
    int started = 0;
    while (started < jobs && pthread_create(&threads[started], NULL, work, run) == 0)
        started++;
    if (started == 0)
        work(run); // no thread to be had: this one does it all
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    MEM_FREE(threads);
    add_traffic(run);
    bool ok = !run->is_failed && is_complete(run, &run->err);
    if (ok)
        *ret_stats = run->stats;
    else if (err)
        *err = run->err;
    run_end(run);
    MEM_FREE(run);
    return ok;
}
