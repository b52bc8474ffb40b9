// SPDX-License-Identifier: BSD-2-Clause
// One transcode job on this machine: what it was asked, what it knows, what it has
// made. job.c looks and plans, tiers.c finds the tier for it, job_run.c has the engine
// make the pieces, job_fallback.c goes on with another tier, job_resume.c takes over
// an earlier run, publish.c finishes, report.c tells.
#ifndef RUNG_APP_JOB_H
#define RUNG_APP_JOB_H

#include <jansson.h>

#include "src/app/input.h"
#include "src/app/journal.h"
#include "src/app/options.h"
#include "src/app/output_folder.h"
#include "src/app/pieces.h"
#include "src/app/progress.h"
#include "src/app/request.h"
#include "src/base/digest.h"
#include "src/engine/client.h"

// The hash over init + segments of a track, fed in order while they come by.
struct job_digest {
    struct digest *digest;
    int64_t next; // -1: init comes next; else the segment
};

struct job {
    const struct options *options;
    struct input input;
    struct output_folder output;
    struct source_facts facts;
    struct plan_options request; // what the plan was built from
    struct tier_rules rules;
    int device_number;
    struct plan plan;
    struct pieces pieces;
    json_t *fingerprint;
    struct journal *journal;
    struct job_digest *digests; // one per track of pieces
    struct progress *progress;  // while the engine runs
    struct presentation presentation;
    json_t *warnings;  // texts
    json_t *fallbacks; // objects as in rung.json
    json_t *report;    // rung.json, once published

    struct run_stats stats; // summed over engine runs
    int64_t engine_cpu_us;
    int64_t engine_peak_bytes;
    int64_t start_us;
    int64_t first_segment_us; // since start; -1: not (or not in this run)

    enum score_kind score; // what is measured; NONE also where it was asked for in vain

    bool has_plan;
    bool has_pieces;
    bool is_claimed; // the output folder is ours: failing must clean it
};

struct job *job_new(const struct options *options);
void job_free(struct job **job);

// Opens and probes the input and plans. Nothing is written.
bool job_look(struct job *job, struct err *err);
// The plan's warnings, to the log and rung.json.
void job_tell_notes(struct job *job);
// Warns where the work needs more memory than --memory allows.
void job_tell_memory(struct job *job);
// Says it on the log and keeps it for rung.json.
void job_warn(struct job *job, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void job_add_fallback(struct job *job, const char *at, const char *stage, const char *from,
                      const char *to, const char *reason);
// Puts the input's name before an error of its making that does not say it. Returns false.
bool job_name_input(const struct job *job, struct err *err);
void job_add_usage(struct job *job, const struct engine_usage *usage);

// Claims the output folder and starts the journal, or takes over what an earlier
// run left. *ret_is_complete: nothing is left to do.
bool job_claim(struct job *job, bool *ret_is_complete, struct err *err);
// Reads the journal and the finished pieces. CONFIG when it is of another run.
bool job_take_over(struct job *job, struct err *err);
// Header and lines of all that is kept, as a new journal.
bool job_start_journal(struct job *job, struct err *err);

// The tier of an earlier run that job_take_over, or job_claim, will go on with. False when
// there is none.
bool job_earlier_tier(const struct job *job, struct tier *ret, int *ret_encoders_max);
// Builds job->fingerprint anew.
bool job_identify(struct job *job, struct err *err);

// How long an engine may be silent: normal_s, unless a test asks for another limit.
int job_stall_limit_s(int normal_s);
// Has the engine make every piece that is missing.
bool job_run(struct job *job, struct err *err);
// After the engine failed so on a device: plans with the next tier that the rules allow, forgets
// what another encoder will make, and tells. False: there is none, *err says why.
bool job_fall_back(struct job *job, const struct err *why, bool has_progress, struct err *err);

// Verifies, writes playlists, and last rung.json and the two manifests, or none of them.
bool job_publish(struct job *job, struct err *err);

// The key of a track's file in the store. Caller frees. index -1: init.mp4.
char *job_key(const struct piece_track *track, int64_t index);

#endif
