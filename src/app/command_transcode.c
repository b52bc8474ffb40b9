// SPDX-License-Identifier: BSD-2-Clause
// rung transcode: one job from input to published presentation.
#include <stdio.h>
#include <string.h>

#include "src/app/job.h"
#include "src/app/program.h"
#include "src/app/report.h"
#include "src/app/signals.h"
#include "src/base/log.h"

static bool open_output(struct job *job, struct err *err)
{
    const char *given = options_text(job->options, OPTION_OUTPUT);
    AUTO_FREE char *name =
        given ? mem_strdup(given) : input_default_output(job->options->arguments[0]);
    struct output_rules rules = {.may_replace = options_bool(job->options, OPTION_FORCE),
                                 .may_resume = options_bool(job->options, OPTION_RESUME)};
    return output_folder_open(name, &rules, &job->output, err);
}

// What stays after a failure: nothing when the job cannot succeed as it is; the
// finished pieces when the same command may succeed later.
static void clean_up(struct job *job, const struct err *err)
{
    bool may_go_on =
        err->kind == ERR_CANCELLED || err->kind == ERR_TRANSIENT || err_is_device(err->kind);
    if (!job->is_claimed) {
        if (err->kind == ERR_CANCELLED)
            log_msg(LOG_WARNING, "app", "stopped; nothing was written");
        return;
    }
    if (may_go_on && pieces_spans_complete(&job->pieces) > 0) {
        if (job->journal)
            journal_sync(job->journal, NULL);
        log_msg(LOG_WARNING, "app",
                "%s; finished spans stay in %s, the same command with --resume goes on",
                err->kind == ERR_CANCELLED ? "stopped" : "not finished", job->output.path);
        return;
    }
    output_folder_discard(&job->output, &job->plan);
    if (may_go_on)
        log_msg(LOG_WARNING, "app", "%s before the first span was finished; nothing is kept",
                err->kind == ERR_CANCELLED ? "stopped" : "it ended");
}

static void tell_result(struct job *job)
{
    AUTO(buf_done) struct buf text = {0};
    if (options_bool(job->options, OPTION_JSON))
        report_print(job->report, &text);
    else if (!options_bool(job->options, OPTION_QUIET))
        report_table(job->report, job->output.path, &text);
    buf_print(&text, stdout);
}

// A result is complete or absent, unless the user says otherwise.
static bool check_whole(const struct job *job, struct err *err)
{
    if (!job->facts.is_truncated || options_bool(job->options, OPTION_ALLOW_DAMAGED))
        return true;
    return err_set(err, ERR_INPUT, "%s is cut short: %s; --allow-damaged takes what is there",
                   job->input.name, job->facts.truncated_text);
}

static bool transcode(struct job *job, struct err *err)
{
    bool is_complete = false;
    if (!open_output(job, err) || !job_look(job, err) || !check_whole(job, err) ||
        !output_folder_check_input(&job->output, &job->input, err) ||
        !job_claim(job, &is_complete, err))
        return false;
    job_tell_notes(job);
    if (is_complete) {
        log_msg(LOG_INFO, "app", "%s is already complete", job->output.path);
        return true;
    }
    job_tell_memory(job);
    return job_run(job, err) && job_publish(job, err);
}

int command_transcode(const struct options *options)
{
    struct err err = {0};
    struct job *job = job_new(options);
    bool ok = transcode(job, &err);
    int code = 0;
    if (ok) {
        tell_result(job);
    } else {
        code = program_fail(&err);
        clean_up(job, &err);
    }
    job_free(&job);
    return code;
}
