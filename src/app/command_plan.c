// SPDX-License-Identifier: BSD-2-Clause
// rung plan: probe and plan, printed; nothing is written anywhere.
#include <jansson.h>
#include <stdio.h>

#include "src/app/job.h"
#include "src/app/program.h"
#include "src/base/json.h"
#include "src/base/log.h"
#include "src/media/plan_text.h"

static void print_json(const struct job *job)
{
    AUTO(json_free)
    json_t *root = json_pack("{s:s, s:o, s:o, s:O}", "rung", RUNG_VERSION, "source",
                             facts_to_json(&job->facts), "plan", plan_to_json(&job->plan),
                             "fallbacks", job->fallbacks);
    AUTO_FREE char *text = json_dumps(root, JSON_INDENT(2));
    if (text)
        printf("%s\n", text);
}

int command_plan(const struct options *options)
{
    struct err err = {0};
    struct job *job = job_new(options);
    bool ok = job_look(job, &err);
    if (ok && options_bool(options, OPTION_JSON)) {
        print_json(job);
    } else if (ok) {
        AUTO(buf_done) struct buf text = {0};
        plan_text_build(&job->facts, &job->plan, &text);
        ok = buf_print(&text, stdout) ||
             err_set(&err, ERR_TRANSIENT, "write to standard output failed");
    }
    job_free(&job);
    return ok ? 0 : program_fail(&err);
}
