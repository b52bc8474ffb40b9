// SPDX-License-Identifier: BSD-2-Clause
// Deciding which tier comes next.
#include "src/app/tier_search.h"

static const struct tier on_cpu = {DEVICE_CPU, DEVICE_CPU, DEVICE_CPU};

static bool is_cpu(struct tier tier)
{
    return tier_accelerator(tier) == DEVICE_CPU;
}

bool tier_rules_allow(const struct tier_rules *rules, struct tier tier)
{
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++) {
        enum device wanted = tier_stage(rules->floor, (enum stage)stage);
        if (wanted != DEVICE_CPU && tier_stage(tier, (enum stage)stage) != wanted)
            return false;
    }
    return true;
}

bool tier_rules_below(const struct tier_rules *rules, struct tier tier, enum err_kind failure,
                      struct tier *ret, struct tier_step *ret_step)
{
    enum stage stage;
    bool is_stage = stage_of_err(failure, &stage);
    struct tier below =
        is_stage && rules->policy != TIER_POLICY_CPU ? tier_below(tier, stage) : on_cpu;
    *ret_step = (struct tier_step){.stage = is_stage ? stage_name(stage) : "device",
                                   .from = tier_accelerator(tier),
                                   .to = DEVICE_CPU};
    if (rules->policy == TIER_POLICY_NEVER || !tier_rules_allow(rules, below))
        return false;
    *ret = below;
    return true;
}

static enum tier_verdict enter(struct tier_search *search, struct tier tier, int encoders_max)
{
    search->tier = tier;
    search->encoders_max = tier.encode == DEVICE_CPU ? 0 : encoders_max;
    search->has_limited = search->encoders_max > 0;
    return is_cpu(tier) ? TIER_TAKE : TIER_TRY;
}

static enum tier_verdict enter_device(struct tier_search *search, size_t at, int number)
{
    enum device device = search->request.devices[at];
    search->at = at;
    search->number = number;
    return enter(search, (struct tier){device, device, device}, 0);
}

enum tier_verdict tier_search_begin(struct tier_search *search, const struct tier_request *request)
{
    *search = (struct tier_search){.request = *request};
    search->number = request->number < 0 ? 0 : request->number;
    if (request->has_start)
        return enter(search, request->start, request->encoders_max);
    return request->device_count > 0 ? enter_device(search, 0, search->number)
                                     : enter(search, on_cpu, 0);
}

// Of those that were not tried yet, when one has nothing to offer. Rules that demand a device
// are heeded there as well, so every one of them may be tried.
static bool has_other(const struct tier_search *search, const struct tier_proof *proof,
                      size_t *ret_at, int *ret_number)
{
    const struct tier_request *request = &search->request;
    if (request->has_start)
        return false;
    // A number that cannot be opened is behind the last.
    if (request->number < 0 && (proof->failure != ERR_DEVICE || proof->is_open)) {
        *ret_at = search->at;
        *ret_number = search->number + 1;
        return true;
    }
    *ret_at = search->at + 1;
    *ret_number = request->number < 0 ? 0 : request->number;
    return *ret_at < request->device_count;
}

// A device found by itself that is not there after all was never promised.
static bool was_promised(const struct tier_search *search, const struct tier_proof *proof)
{
    return search->request.is_by_name || search->request.has_start || proof->is_open ||
           proof->failure != ERR_DEVICE;
}

static enum tier_verdict step_down(struct tier_search *search, const struct tier_proof *proof,
                                   struct tier_step *ret_step)
{
    const struct tier_rules *rules = &search->request.rules;
    struct tier below = on_cpu;
    size_t at = 0;
    int number = 0;
    bool may = tier_rules_below(rules, proof->planned, proof->failure, &below, ret_step);
    if (may && !is_cpu(below))
        return enter(search, below, search->encoders_max);
    bool is_missing = !was_promised(search, proof);
    if ((is_missing || rules->policy == TIER_POLICY_STEPS) &&
        has_other(search, proof, &at, &number)) {
        ret_step->to = search->request.devices[at];
        return enter_device(search, at, number);
    }
    if (is_missing && rules->policy == TIER_POLICY_NEVER)
        may = true;
    return may ? enter(search, on_cpu, 0) : TIER_REFUSED;
}

enum tier_verdict tier_search_take(struct tier_search *search, const struct tier_proof *proof,
                                   struct tier_step *ret_step)
{
    const struct tier_rules *rules = &search->request.rules;
    *ret_step = (struct tier_step){.stage = "", .from = DEVICE_CPU, .to = DEVICE_CPU};
    if (proof->failure == ERR_NONE) {
        // The source may leave nothing for a device to do.
        bool is_for_nothing = is_cpu(proof->planned) && search->request.is_by_name &&
                              rules->policy == TIER_POLICY_NEVER;
        return !is_for_nothing && tier_rules_allow(rules, proof->planned) ? TIER_TAKE
                                                                          : TIER_REFUSED;
    }
    bool may_limit = rules->policy == TIER_POLICY_STEPS && !search->has_limited &&
                     proof->failure == ERR_DEVICE_ENCODE && proof->encoders_opened > 0 &&
                     proof->encoders_opened < proof->encoders_planned;
    if (!may_limit)
        return step_down(search, proof, ret_step);
    *ret_step = (struct tier_step){.stage = "encode",
                                   .from = tier_accelerator(proof->planned),
                                   .to = DEVICE_CPU,
                                   .encoders = proof->encoders_opened};
    return enter(search, proof->planned, proof->encoders_opened);
}
