// SPDX-License-Identifier: BSD-2-Clause
// A job's beginning and end: looking at the source, planning, claiming the folder.
#include "src/app/job.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/fingerprint.h"
#include "src/app/resources.h"
#include "src/app/signals.h"
#include "src/app/tiers.h"
#include "src/base/clock.h"
#include "src/base/file.h"
#include "src/base/json.h"
#include "src/base/log.h"
#include "src/media/score.h"

#define REPORT_MAX_BYTES (16u << 20)

struct job *job_new(const struct options *options)
{
    struct job *job = mem_alloc(sizeof *job);
    job->options = options;
    job->input.fd = -1;
    job->output.lock_fd = -1;
    job->warnings = json_array();
    job->fallbacks = json_array();
    job->start_us = clock_monotonic_us();
    job->first_segment_us = -1;
    return job;
}

void job_free(struct job **job_ptr)
{
    struct job *job = *job_ptr;
    if (!job)
        return;
    progress_free(&job->progress);
    journal_close(&job->journal);
    for (size_t i = 0; job->digests && i < job->pieces.track_count; i++)
        digest_free(&job->digests[i].digest);
    free(job->digests);
    presentation_done(&job->presentation);
    if (job->has_pieces)
        pieces_done(&job->pieces);
    if (job->has_plan)
        plan_done(&job->plan);
    input_close(&job->input);
    output_folder_close(&job->output);
    json_decref(job->fingerprint);
    json_decref(job->warnings);
    json_decref(job->fallbacks);
    json_decref(job->report);
    MEM_FREE(*job_ptr);
}

void job_warn(struct job *job, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *text = mem_vprintf(fmt, args);
    va_end(args);
    log_msg(LOG_WARNING, "app", "%s", text);
    json_array_append_new(job->warnings, json_text_lossy(text));
}

void job_add_fallback(struct job *job, const char *at, const char *stage, const char *from,
                      const char *to, const char *reason)
{
    json_array_append_new(job->fallbacks,
                          json_pack("{s:s, s:s, s:s, s:s, s:o}", "at", at, "stage", stage, "from",
                                    from, "to", to, "reason", json_text_lossy(reason)));
}

void job_add_usage(struct job *job, const struct engine_usage *usage)
{
    job->engine_cpu_us += usage->cpu_us;
    if (usage->peak_rss_bytes > job->engine_peak_bytes)
        job->engine_peak_bytes = usage->peak_rss_bytes;
}

bool job_name_input(const struct job *job, struct err *err)
{
    if (err->kind == ERR_INPUT && !strstr(err->text, job->input.name))
        err_wrap(err, "%s", job->input.name);
    return false;
}

// What the plan has to warn of. Interlacing, dropped rungs and the like are told
// by `rung plan` and in rung.json.
void job_tell_notes(struct job *job)
{
    for (size_t i = 0; i < job->plan.note_count; i++) {
        const struct plan_note *note = &job->plan.notes[i];
        if (note->kind == NOTE_WARNING)
            job_warn(job, "%s: %s", note->subject, note->reason);
        else
            log_msg(LOG_VERBOSE, "plan", "%s: %s", note->subject, note->reason);
    }
}

// What is asked for in vain is said before hours of encoding, not after.
static void choose_score(struct job *job)
{
    if (!options_bool(job->options, OPTION_VMAF))
        return;
    if (!score_kind_is_available(SCORE_VMAF)) {
        job_warn(job, "--vmaf: no scores, the linked FFmpeg has no libvmaf filter that works");
        return;
    }
    job->score = SCORE_VMAF;
    for (size_t i = 0; i < job->plan.video_count; i++)
        if (!score_can(job->score, &job->plan.video[i]))
            job_warn(job, "--vmaf: no scores for %s, %s", job->plan.video[i].id,
                     "its pictures are too small or there is no decoder for them");
}

// A user who bounds memory hears beforehand where that bound does not hold.
void job_tell_memory(struct job *job)
{
    int64_t allowed = options_integer(job->options, OPTION_MEMORY, resources_default_memory());
    int64_t needed = plan_shared_group_bytes(&job->plan);
    if (needed > allowed)
        job_warn(job,
                 "rungs that share an analysis hold the pictures of a whole group: %lld MiB, more "
                 "than the %lld MiB of --memory; a shorter --gop takes less",
                 (long long)((needed + (1 << 20) - 1) >> 20), (long long)(allowed >> 20));
}

bool job_look(struct job *job, struct err *err)
{
    struct tier_request tiers;
    if (!request_build(job->options, &job->request, err) ||
        !request_tiers(job->options, &tiers, err))
        return false;
    if (!input_open(job->options->arguments[0], signals_stop_flag(), &job->input, err))
        return false;
    struct engine_spec spec = {
        .input_fd = job->input.fd, .input_name = job->input.name, .cancel = signals_stop_flag()};
    struct engine_usage usage = {0};
    bool ok = engine_probe(&spec, &job->facts, &usage, err);
    job_add_usage(job, &usage);
    if (!ok)
        return false;
    if (!tiers_choose(job, &tiers, err))
        return job_name_input(job, err);
    if (job->facts.is_truncated && !options_bool(job->options, OPTION_ALLOW_DAMAGED))
        plan_note(&job->plan, NOTE_WARNING, "truncated",
                  "transcode takes it with --allow-damaged only");
    choose_score(job);
    return request_check_encoders(&job->plan, err);
}

char *job_key(const struct piece_track *track, int64_t index)
{
    if (index < 0)
        return mem_printf("%s/init.mp4", track->folder);
    return mem_printf("%s/%05lld.m4s", track->folder, (long long)index + 1);
}

// The rung.json that is in the folder; NULL when it cannot be read.
static json_t *read_report(const struct job *job, struct err *err)
{
    AUTO_FREE char *path = mem_printf("%s/rung.json", job->output.path);
    AUTO(buf_done) struct buf bytes = {0};
    if (!file_exists(path)) {
        err_set(err, ERR_CONFIG,
                "output %s holds a presentation that is not by rung; --force replaces it",
                job->output.path);
        return NULL;
    }
    if (!file_read(path, REPORT_MAX_BYTES, &bytes, err))
        return NULL;
    json_t *report = json_loadb((const char *)bytes.data, bytes.size_bytes, 0, NULL);
    return report ? report : json_object();
}

// Whether the finished presentation in the folder is the one asked for.
static bool check_finished(struct job *job, struct err *err)
{
    AUTO(json_free) json_t *report = read_report(job, err);
    if (!report)
        return false;
    AUTO_FREE char *difference = NULL;
    if (fingerprint_differs(job->fingerprint, json_object_get(report, "job"), &difference))
        return err_set(err, ERR_CONFIG,
                       "output %s holds the result of another run: %s; --force replaces it",
                       job->output.path, difference);
    AUTO_FREE char *master = mem_printf("%s/master.m3u8", job->output.path);
    AUTO_FREE char *mpd = mem_printf("%s/manifest.mpd", job->output.path);
    if (!file_exists(master) || !file_exists(mpd))
        return err_set(err, ERR_CONFIG,
                       "output %s is incomplete and has nothing to resume from; use --force",
                       job->output.path);
    job->report = json_incref(report);
    return true;
}

bool job_identify(struct job *job, struct err *err)
{
    json_t *fingerprint = fingerprint_build(&job->plan, &job->input, job->options, err);
    if (!fingerprint)
        return false;
    fingerprint_set_tier(fingerprint, job->plan.tier, job->request.device_encoders_max);
    json_decref(job->fingerprint);
    job->fingerprint = fingerprint;
    return true;
}

static bool take_first_line(void *self, json_t *line, struct err *err)
{
    *(json_t **)self = json_incref(line);
    return err_set(err, ERR_CANCELLED, "one is enough");
}

bool job_earlier_tier(const struct job *job, struct tier *ret, int *ret_encoders_max)
{
    AUTO(json_free) json_t *found = NULL;
    if (!options_bool(job->options, OPTION_RESUME))
        return false;
    if (job->output.has_journal)
        journal_read(job->output.journal, take_first_line, &found, NULL);
    else if (job->output.has_presentation)
        found = read_report(job, NULL);
    return fingerprint_get_tier(json_object_get(found, "job"), ret, ret_encoders_max);
}

bool job_claim(struct job *job, bool *ret_is_complete, struct err *err)
{
    if (!job_identify(job, err))
        return false;
    pieces_init(&job->pieces, &job->plan);
    job->has_pieces = true;
    bool may_resume = options_bool(job->options, OPTION_RESUME);
    if (may_resume && job->output.has_presentation && !job->output.has_journal) {
        *ret_is_complete = check_finished(job, err);
        return *ret_is_complete;
    }
    if (!output_folder_claim(&job->output, err))
        return false;
    // Looked at again: it may have changed before the folder was ours.
    job->output.has_journal = file_exists(job->output.journal);
    if (may_resume && job->output.has_journal) {
        if (!job_take_over(job, err))
            return false;
    } else if ((options_bool(job->options, OPTION_FORCE) &&
                !output_folder_clear(&job->output, err)) ||
               !output_folder_check_tracks(&job->output, &job->plan, err)) {
        if (job->output.was_made || !job->output.has_journal)
            output_folder_give_up(&job->output);
        return false;
    }
    job->is_claimed = true;
    job->digests = mem_alloc(job->pieces.track_count * sizeof *job->digests);
    for (size_t i = 0; i < job->pieces.track_count; i++)
        job->digests[i] = (struct job_digest){digest_new(), -1};
    *ret_is_complete = false;
    return output_folder_sweep(&job->output, &job->plan, err) && job_start_journal(job, err);
}
