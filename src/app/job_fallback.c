// SPDX-License-Identifier: BSD-2-Clause
// Going on with another tier after a device failed in the middle of a job. What was made stays,
// but for rungs that another encoder will make: one init segment serves all their segments.
#include <string.h>

#include "src/app/job.h"
#include "src/app/tiers.h"

// Where the job stands: "start", or the first span that is missing something.
static void place_text(const struct job *job, char ret[32])
{
    size_t span = 0;
    for (bool is_whole = true; span < job->plan.span_count; span++) {
        for (size_t i = 0; i < job->plan.video_count; i++)
            is_whole = is_whole && pieces_span_complete(&job->pieces, &job->pieces.tracks[i], span);
        if (!is_whole)
            break;
    }
    if (pieces_video_spans_complete(&job->pieces) == 0)
        snprintf(ret, 32, "start");
    else
        snprintf(ret, 32, "span %zu", span);
}

// Whether the pieces that one track has made fit those that the other will make.
static bool codes_alike(const struct plan_video *a, const struct plan_video *b)
{
    return strcmp(a->encoder, b->encoder) == 0 && strcmp(a->preset, b->preset) == 0 &&
           a->analysis == b->analysis && a->pilot == b->pilot &&
           a->reference_frames == b->reference_frames && a->level_idc == b->level_idc;
}

static bool is_same_work(const struct plan *a, const struct plan *b)
{
    if (a->video_count != b->video_count || a->audio_count != b->audio_count ||
        a->span_count != b->span_count || a->frame_count != b->frame_count ||
        a->grid.segment_count != b->grid.segment_count ||
        rational_cmp(a->grid.segment_duration, b->grid.segment_duration) != 0)
        return false;
    for (size_t i = 0; i < a->video_count; i++)
        if (strcmp(a->video[i].id, b->video[i].id) != 0)
            return false;
    for (size_t i = 0; i < a->audio_count; i++)
        if (strcmp(a->audio[i].id, b->audio[i].id) != 0)
            return false;
    return memcmp(a->spans, b->spans, a->span_count * sizeof *a->spans) == 0;
}

static bool forget_track(struct job *job, size_t index, struct err *err)
{
    struct piece_track *track = &job->pieces.tracks[index];
    struct store *store = job->output.store;
    for (int64_t k = -1; k < job->plan.grid.segment_count; k++) {
        AUTO_FREE char *key = job_key(track, k);
        if (!store->ops->remove(store, key, err))
            return false;
    }
    pieces_drop_track(&job->pieces, track);
    digest_free(&job->digests[index].digest);
    job->digests[index] = (struct job_digest){digest_new(), -1};
    return true;
}

// In place: pieces and progress have borrowed the plan.
static bool plan_anew(struct job *job, struct tier tier, struct err *err)
{
    struct plan_options request = job->request;
    AUTO_FREE struct plan *plan = mem_alloc(sizeof *plan);
    request.tier = tier;
    if (tier.encode == DEVICE_CPU)
        request.device_encoders_max = 0;
    if (!plan_build(&job->facts, &request, plan, err))
        return false;
    if (!is_same_work(&job->plan, plan)) {
        plan_done(plan);
        return err_set(err, ERR_BUG, "the plan of another tier is of other work");
    }
    bool is_other[PLAN_VIDEO_MAX] = {false};
    for (size_t i = 0; i < plan->video_count; i++)
        is_other[i] = !codes_alike(&job->plan.video[i], &plan->video[i]);
    plan_done(&job->plan);
    job->plan = *plan;
    job->request = request;
    for (size_t i = 0; i < job->plan.video_count; i++)
        if (is_other[i] && !forget_track(job, i, err))
            return false;
    return true;
}

// The tier is part of it: --resume starts from there.
static bool write_journal_anew(struct job *job, struct err *err)
{
    if (!job_identify(job, err))
        return false;
    journal_close(&job->journal);
    return job_start_journal(job, err);
}

bool job_fall_back(struct job *job, const struct err *why, bool has_progress, struct err *err)
{
    struct tier_step step;
    struct tier below = job->plan.tier;
    char at[32];
    place_text(job, at);
    if (why->kind == ERR_DEVICE && has_progress) {
        enum device device = tier_accelerator(below);
        step = (struct tier_step){.stage = "device", .from = device, .to = device};
    } else if (!tier_rules_below(&job->rules, job->plan.tier, why->kind, &below, &step)) {
        *err = *why;
        return err_wrap(err, "--fallback is %s", options_text(job->options, OPTION_FALLBACK));
    }
    AUTO_FREE char *text = tiers_step_text(&step, why->text);
    job_warn(job, "%s", text);
    tiers_add_step(job, at, &step, why->text);
    pieces_forget_unfinished(&job->pieces);
    if (tier_equal(below, job->plan.tier))
        return true;
    if (!plan_anew(job, below, err))
        return false;
    tiers_note_steps(job);
    return write_journal_anew(job, err);
}
