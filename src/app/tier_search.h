// SPDX-License-Identifier: BSD-2-Clause
// The search for the tier of a job: which one is tried next, and what became of the last. A pure
// state machine, fed with the outcomes of proofs; tiers.c runs those, job_fallback.c asks it
// when a stage fails in the middle.
#ifndef RUNG_APP_TIER_SEARCH_H
#define RUNG_APP_TIER_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "hwaccel/tier.h"

// How far one may go down.
enum tier_policy {
    TIER_POLICY_STEPS, // tier by tier, but not below `floor`
    TIER_POLICY_CPU,   // to the CPU at once
    TIER_POLICY_NEVER,
};

struct tier_rules {
    enum tier_policy policy;
    struct tier floor; // its stages on a device must stay there; all CPU: anything goes
};

struct tier_request {
    enum device devices[DEVICE_COUNT]; // in order of preference, none of them the CPU
    size_t device_count;
    bool is_by_name; // of one device, whose absence is then a refusal
    int number;      // which of several; -1: 0, 1, … until one proves
    struct tier_rules rules;
    bool has_start; // begin with `start` and `encoders_max`, not with the best tier
    struct tier start;
    int encoders_max;
};

// A step down.
struct tier_step {
    const char *stage; // "decode", "scale", "encode"; "device": all of it
    enum device from;
    enum device to;
    int encoders; // that stay on the device, of those it had; 0: says nothing
};

#define TIER_STEP_TEXT_SIZE 96

// Whether the rules let a job go on with `tier`.
bool tier_rules_allow(const struct tier_rules *rules, struct tier tier);
// The tier after `tier`, which failed so; false when the rules allow none. A device that is
// gone as a whole is followed by the CPU.
bool tier_rules_below(const struct tier_rules *rules, struct tier tier, enum err_kind failure,
                      struct tier *ret, struct tier_step *ret_step);

struct tier_search {
    struct tier_request request;
    size_t at;  // in request.devices
    int number; // of the device
    struct tier tier;
    int encoders_max; // 0: no limit
    bool has_limited; // the tier was tried with a limit already
};

// What to do now.
enum tier_verdict {
    TIER_TRY,     // plan with search.tier and search.encoders_max, and prove it
    TIER_TAKE,    // that plan is the one; for the CPU's tier nothing has to be proven
    TIER_REFUSED, // the rules allow no other
};

// TRY, or TAKE where there is nothing but the CPU.
enum tier_verdict tier_search_begin(struct tier_search *search, const struct tier_request *request);

// The outcome of a proof.
struct tier_proof {
    struct tier planned;   // what the plan took of the tier that was asked for
    int encoders_planned;  // on the device
    enum err_kind failure; // NONE: it works; of a device otherwise
    int encoders_opened;
    bool is_open; // the device is there, whatever failed then
};

// ret_step is what was stepped over; its `from` is the CPU where nothing was.
enum tier_verdict tier_search_take(struct tier_search *search, const struct tier_proof *proof,
                                   struct tier_step *ret_step);

#endif
