// SPDX-License-Identifier: BSD-2-Clause
// Having the engine make the pieces: the sink that stores and journals them, and
// starting the engine again when it dies.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/job.h"
#include "src/app/resources.h"
#include "src/app/signals.h"
#include "src/app/tiers.h"
#include "src/base/clock.h"
#include "src/base/log.h"

#define TRIES_WITHOUT_PROGRESS 3
// Longer than any single encode step takes on a slow machine under load.
#define STALL_LIMIT_S 300

static size_t track_index(const struct job *job, const struct piece_track *track)
{
    return (size_t)(track - job->pieces.tracks);
}

// Feeds the running hash when the piece is the next one in order. What comes out
// of order is read back at the end.
static void feed_digest(struct job *job, const struct piece_track *track, int64_t index,
                        const void *data, size_t size_bytes)
{
    struct job_digest *running = &job->digests[track_index(job, track)];
    if (running->next != index)
        return;
    digest_update(running->digest, data, size_bytes);
    running->next++;
}

static bool sink_init(void *self, const struct media_init *init, struct err *err)
{
    struct job *job = self;
    char sha256[65];
    digest_hex_of(init->data, init->size_bytes, sha256);
    struct piece_track *track = pieces_find(&job->pieces, init->track_id);
    bool is_known = track && track->has_init;
    if (!pieces_add_init(&job->pieces, init, sha256, err))
        return false;
    if (is_known)
        return true;
    AUTO_FREE char *key = job_key(track, -1);
    struct store *store = job->output.store;
    if (!store->ops->put(store, key, init->data, init->size_bytes, err))
        return false;
    feed_digest(job, track, -1, init->data, init->size_bytes);
    return journal_append(job->journal, pieces_init_line(track), err);
}

// When every rung (every audio track of an audio-only job) has its first segment,
// a player could start.
static void note_first_segment(struct job *job)
{
    for (size_t i = 0; i < job->pieces.track_count; i++) {
        const struct piece_track *track = &job->pieces.tracks[i];
        if (track->is_video == job->plan.has_video && !track->segments[0].is_present)
            return;
    }
    job->first_segment_us = clock_monotonic_us() - job->start_us;
}

static bool sink_segment(void *self, const struct media_segment *segment, struct err *err)
{
    struct job *job = self;
    char sha256[65];
    digest_hex_of(segment->data, segment->size_bytes, sha256);
    struct piece_track *track = pieces_find(&job->pieces, segment->track_id);
    bool was_fed =
        track && segment->index >= 0 && segment->index < job->digests[track_index(job, track)].next;
    if (was_fed) {
        // Made again after the engine died: the hash so far no longer counts.
        struct job_digest *running = &job->digests[track_index(job, track)];
        digest_free(&running->digest);
        *running = (struct job_digest){digest_new(), -1};
    }
    if (!pieces_add_segment(&job->pieces, segment, sha256, err))
        return false;
    AUTO_FREE char *key = job_key(track, segment->index);
    struct store *store = job->output.store;
    if (!store->ops->put(store, key, segment->data, segment->size_bytes, err))
        return false;
    feed_digest(job, track, segment->index, segment->data, segment->size_bytes);
    if (segment->index == 0 && job->first_segment_us < 0)
        note_first_segment(job);
    if (!track->is_video)
        progress_set(job->progress, track_index(job, track), 0, segment->index + 1);
    progress_tick(job->progress, false);
    return journal_append(job->journal, pieces_segment_line(track, segment->index), err);
}

static bool sink_span(void *self, const struct media_span_report *report, struct err *err)
{
    struct job *job = self;
    if (!pieces_add_span(&job->pieces, report, err))
        return false;
    log_msg(LOG_VERBOSE, "app", "%s: span %lld is done", report->track_id, (long long)report->span);
    return journal_append(job->journal, pieces_span_line(report), err) &&
           journal_sync(job->journal, err);
}

// Frames of a track that earlier runs made.
static int64_t frames_before(const struct job *job, const bool *done_video, size_t track)
{
    const struct plan *plan = &job->plan;
    int64_t frames = 0;
    for (size_t span = 0; span < plan->span_count; span++) {
        if (!done_video[span * plan->video_count + track])
            continue;
        int64_t first = plan->spans[span].first_segment * plan->frames_per_segment;
        int64_t end = first + plan->spans[span].segment_count * plan->frames_per_segment;
        frames += (end < plan->frame_count ? end : plan->frame_count) - first;
    }
    return frames;
}

struct sink {
    struct job *job;
    int64_t *frames_before; // per video track
};

static void sink_progress(void *self, const char *track_id, int64_t units_done)
{
    struct sink *sink = self;
    struct job *job = sink->job;
    const struct piece_track *track = pieces_find(&job->pieces, track_id);
    if (track && track->is_video)
        progress_set(job->progress, track_index(job, track), sink->frames_before[track->plan_index],
                     units_done);
    progress_tick(job->progress, false);
}

static bool forward_init(void *self, const struct media_init *init, struct err *err)
{
    return sink_init(((struct sink *)self)->job, init, err);
}

static bool forward_segment(void *self, const struct media_segment *segment, struct err *err)
{
    return sink_segment(((struct sink *)self)->job, segment, err);
}

static bool forward_span(void *self, const struct media_span_report *report, struct err *err)
{
    return sink_span(((struct sink *)self)->job, report, err);
}

static void add_stats(struct run_stats *sum, const struct run_stats *more)
{
    sum->decode_cpu_us += more->decode_cpu_us;
    sum->scale_cpu_us += more->scale_cpu_us;
    sum->encode_cpu_us += more->encode_cpu_us;
    sum->audio_cpu_us += more->audio_cpu_us;
    sum->score_cpu_us += more->score_cpu_us;
    sum->damaged += more->damaged;
    sum->missing_frames += more->missing_frames;
    sum->frames_downloaded += more->frames_downloaded;
    sum->bytes_downloaded += more->bytes_downloaded;
    if (more->peak_frame_bytes > sum->peak_frame_bytes)
        sum->peak_frame_bytes = more->peak_frame_bytes;
}

// RUNG_STALL_LIMIT_S, in seconds, is for tests of engines that hang: no option, since a limit
// that is too short ends engines that do well.
int job_stall_limit_s(int normal_s)
{
    const char *text = getenv("RUNG_STALL_LIMIT_S");
    char *end = NULL;
    long asked_s = text ? strtol(text, &end, 10) : 0;
    bool is_asked = text && end != text && *end == 0 && asked_s > 0 && asked_s <= STALL_LIMIT_S;
    return is_asked ? (int)asked_s : normal_s;
}

// Encoders of the CPU take their time on any tier.
static int stall_limit_s(const struct plan *plan)
{
    bool is_quick = plan->tier.encode != DEVICE_CPU;
    for (size_t i = 0; i < plan->video_count; i++)
        is_quick = is_quick && plan->video[i].encoded_on != DEVICE_CPU;
    return job_stall_limit_s(is_quick ? TIERS_STALL_LIMIT_S : STALL_LIMIT_S);
}

static bool run_once(struct job *job, struct err *err)
{
    const struct options *options = job->options;
    struct engine_spec spec = {.input_fd = job->input.fd,
                               .input_name = job->input.name,
                               .stall_limit_s = stall_limit_s(&job->plan),
                               .cancel = signals_stop_flag()};
    struct run_options run = {
        .jobs = (int)options_integer(options, OPTION_JOBS, resources_default_jobs()),
        .memory_bytes = options_integer(options, OPTION_MEMORY, resources_default_memory()),
        .allow_damaged = options_bool(options, OPTION_ALLOW_DAMAGED),
        .score = job->score,
        .device_number = job->device_number,
    };
    pieces_fill_done(&job->pieces, &run.done);
    AUTO_FREE int64_t *before = mem_alloc((job->plan.video_count + 1) * sizeof *before);
    for (size_t i = 0; i < job->plan.video_count; i++) {
        before[i] = frames_before(job, run.done.video, i);
        progress_set(job->progress, i, before[i], 0);
    }
    for (size_t i = 0; i < job->plan.audio_count; i++)
        if (run.done.audio[i])
            progress_set(job->progress, job->plan.video_count + i, job->plan.grid.segment_count, 0);
    struct sink sink = {job, before};
    struct media_sink media_sink = {.self = &sink,
                                    .init = forward_init,
                                    .segment = forward_segment,
                                    .span_done = forward_span,
                                    .progress = sink_progress};
    struct run_stats stats = {0};
    struct engine_usage usage = {0};
    bool ok = engine_run(&spec, &job->plan, &run, &media_sink, &stats, &usage, err);
    free(run.done.video);
    free(run.done.audio);
    job_add_usage(job, &usage);
    if (ok)
        add_stats(&job->stats, &stats);
    return ok;
}

static bool run_until_done(struct job *job, struct err *err)
{
    int tries = 0;
    while (!pieces_all_complete(&job->pieces)) {
        size_t before = pieces_spans_complete(&job->pieces);
        size_t video_before = pieces_video_spans_complete(&job->pieces);
        struct err why = {0};
        if (run_once(job, &why)) {
            if (pieces_all_complete(&job->pieces))
                return true;
            return err_set(err, ERR_BUG, "the engine left work undone");
        }
        bool has_progress = pieces_spans_complete(&job->pieces) > before;
        // Sound gets on whatever becomes of a device.
        bool has_device_progress = pieces_video_spans_complete(&job->pieces) > video_before;
        if (err_is_device(why.kind) && tier_accelerator(job->plan.tier) != DEVICE_CPU) {
            if (!job_fall_back(job, &why, has_device_progress, err))
                return false;
            tries = 0;
            continue;
        }
        tries = has_progress ? 1 : tries + 1;
        if (why.kind != ERR_DEVICE || tries >= TRIES_WITHOUT_PROGRESS) {
            *err = why;
            return why.kind == ERR_DEVICE ? err_wrap(err, "given up after %d tries", tries) : false;
        }
        job_warn(job, "%s; starting it again", why.text);
        job_add_fallback(job, "job", "engine", "cpu", "cpu", why.text);
        pieces_forget_unfinished(&job->pieces);
    }
    return true;
}

bool job_run(struct job *job, struct err *err)
{
    enum progress_kind kind =
        progress_kind_choose(options_text(job->options, OPTION_PROGRESS), isatty(STDERR_FILENO),
                             options_bool(job->options, OPTION_QUIET));
    job->progress = progress_new(kind, &job->plan);
    bool ok = run_until_done(job, err);
    if (ok)
        progress_tick(job->progress, kind != PROGRESS_BAR);
    progress_free(&job->progress);
    return ok || job_name_input(job, err);
}
