// SPDX-License-Identifier: BSD-2-Clause
// Choosing the tier of a job before it starts: the search of tier_search.h, with plans and
// proofs on the real input.
#ifndef RUNG_APP_TIERS_H
#define RUNG_APP_TIERS_H

#include "src/app/job.h"
#include "src/app/tier_search.h"

// A proof, and a run on a device, that says nothing for so long hangs. Longer than a driver
// takes to compile its kernels.
#define TIERS_STALL_LIMIT_S 60

// Builds job->plan with the best tier that works here, and says in its notes why no better one
// was taken. DEVICE when the rules allow none that works.
bool tiers_choose(struct job *job, const struct tier_request *request, struct err *err);

// What a step means, for people: "<reason>; decode goes to the CPU". Caller frees.
char *tiers_step_text(const struct tier_step *step, const char *reason);
// Keeps the step for rung.json, and for the notes of the next plan.
void tiers_add_step(struct job *job, const char *at, const struct tier_step *step,
                    const char *reason);
// Puts every step of the job into the notes of its plan.
void tiers_note_steps(struct job *job);

#endif
