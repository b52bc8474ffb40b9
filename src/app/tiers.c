// SPDX-License-Identifier: BSD-2-Clause
// The search for a tier, with engines.
#include "src/app/tiers.h"

#include <stdlib.h>
#include <string.h>

#include "hwaccel/device_sign.h"
#include "src/app/signals.h"
#include "src/base/log.h"

char *tiers_step_text(const struct tier_step *step, const char *reason)
{
    if (step->encoders > 0)
        return mem_printf("%s; %d encoder%s %s on %s, the CPU takes the other rungs", reason,
                          step->encoders, step->encoders == 1 ? "" : "s",
                          step->encoders == 1 ? "stays" : "stay", device_name(step->from));
    if (strcmp(step->stage, "device") != 0)
        return mem_printf("%s; going on with %s on the CPU", reason, step->stage);
    if (step->to == DEVICE_CPU)
        return mem_printf("%s; going on with the CPU", reason);
    return mem_printf("%s; %s %s", reason, step->to == step->from ? "once more with" : "next is",
                      device_name(step->to));
}

void tiers_add_step(struct job *job, const char *at, const struct tier_step *step,
                    const char *reason)
{
    job_add_fallback(job, at, step->stage, device_name(step->from), device_name(step->to), reason);
}

void tiers_note_steps(struct job *job)
{
    size_t i;
    json_t *step;
    json_array_foreach(job->fallbacks, i, step)
    {
        const char *stage = json_string_value(json_object_get(step, "stage"));
        bool is_whole = strcmp(stage, "device") == 0;
        plan_note(&job->plan, NOTE_INFO, "tier", "%s%s%s: %s", is_whole ? "" : stage,
                  is_whole ? "" : " not on ", json_string_value(json_object_get(step, "from")),
                  json_string_value(json_object_get(step, "reason")));
    }
}

// Leaves out what there is no sign of, which costs no process. What the user named is always
// tried: its own words say best why it is not there.
static void keep_likely(struct tier_request *request, struct buf *missing)
{
    const char *library_path = getenv("LD_LIBRARY_PATH");
    size_t kept = 0;
    for (size_t i = 0; i < request->device_count; i++) {
        const char *reason = NULL;
        if (request->is_by_name || device_has_sign(request->devices[i], "", library_path, &reason))
            request->devices[kept++] = request->devices[i];
        else
            buf_printf(missing, "%s%s", missing->size_bytes ? ", " : "", reason);
    }
    request->device_count = kept;
}

// A run that goes on must encode where the earlier one did; decoding and scaling are free.
static bool start_from_earlier(const struct job *job, struct tier_request *request, struct err *err)
{
    struct tier earlier;
    if (!job_earlier_tier(job, &earlier, &request->encoders_max))
        return true;
    const char *wanted = options_text(job->options, OPTION_HWACCEL);
    enum device device = tier_accelerator(earlier);
    bool is_allowed = false;
    for (size_t i = 0; i < request->device_count; i++)
        is_allowed = is_allowed || request->devices[i] == device;
    if (earlier.encode != DEVICE_CPU && !is_allowed)
        return err_set(err, ERR_CONFIG,
                       "cannot resume %s: its rungs are encoded on %s, which --hwaccel %s leaves "
                       "out; --force starts anew",
                       job->output.path, device_name(device), wanted);
    if (!is_allowed && strcmp(wanted, "auto") != 0 && request->device_count > 0)
        earlier = (struct tier){request->devices[0], request->devices[0], DEVICE_CPU};
    else if (!is_allowed)
        earlier = (struct tier){DEVICE_CPU, DEVICE_CPU, DEVICE_CPU};
    request->has_start = true;
    request->start = earlier;
    return true;
}

static bool build_plan(struct job *job, const struct tier_search *search, struct err *err)
{
    if (job->has_plan)
        plan_done(&job->plan);
    job->has_plan = false;
    job->request.tier = search->tier;
    job->request.device_encoders_max = search->encoders_max;
    job->device_number = search->number;
    if (!plan_build(&job->facts, &job->request, &job->plan, err))
        return false;
    job->has_plan = true;
    return true;
}

// False with an error that is not a device's.
static bool prove(struct job *job, struct tier_proof *ret, struct err *ret_why)
{
    struct engine_spec spec = {.input_fd = job->input.fd,
                               .input_name = job->input.name,
                               .stall_limit_s = job_stall_limit_s(TIERS_STALL_LIMIT_S),
                               .cancel = signals_stop_flag()};
    struct prove_result result = {0};
    struct engine_usage usage = {0};
    struct tier_proof proof = {.planned = job->plan.tier};
    for (size_t i = 0; i < job->plan.video_count; i++)
        proof.encoders_planned += job->plan.video[i].encoded_on != DEVICE_CPU;
    if (tier_accelerator(proof.planned) != DEVICE_CPU) {
        char text[64];
        tier_format(proof.planned, text);
        bool ok = engine_prove(&spec, &job->plan, job->device_number, &result, &usage, ret_why);
        log_msg(LOG_VERBOSE, "app", "tier %s: %s", text, ok ? "works" : ret_why->text);
        job_add_usage(job, &usage);
        proof.failure = ok ? ERR_NONE : ret_why->kind;
        proof.is_open = result.devices_opened > 0;
        proof.encoders_opened = (int)result.encoders_opened;
    }
    *ret = proof;
    return proof.failure == ERR_NONE || err_is_device(proof.failure);
}

// Why the source lets a device do no more than the plan says.
static const char *reason_of_plan(const struct job *job)
{
    for (size_t i = 0; i < job->plan.note_count; i++)
        if (job->plan.notes[i].kind == NOTE_CHANGED &&
            strcmp(job->plan.notes[i].subject, "tier") == 0)
            return job->plan.notes[i].reason;
    return "the source leaves it nothing to do";
}

static bool refuse(const struct job *job, const struct err *why, struct err *err)
{
    const char *policy = options_text(job->options, OPTION_FALLBACK);
    const char *wanted = options_text(job->options, OPTION_HWACCEL);
    if (why->kind != ERR_NONE)
        return err_set(err, ERR_DEVICE, "--hwaccel %s: %s; --fallback is %s", wanted, why->text,
                       policy);
    return err_set(err, ERR_DEVICE, "--hwaccel %s: %s; --fallback is %s", wanted,
                   reason_of_plan(job), policy);
}

// That a device found by itself is not there after all is no news.
static void tell_step(struct job *job, bool is_news, const struct tier_step *step,
                      const char *reason)
{
    AUTO_FREE char *text = tiers_step_text(step, reason);
    tiers_add_step(job, "start", step, reason);
    if (is_news)
        job_warn(job, "%s", text);
    else
        log_msg(LOG_VERBOSE, "app", "%s", text);
}

static bool search_until_found(struct job *job, struct tier_search *search,
                               enum tier_verdict verdict, struct err *err)
{
    for (;;) {
        if (!build_plan(job, search, err))
            return false;
        if (verdict == TIER_TAKE)
            return true;
        struct tier_proof proof;
        struct tier_step step;
        struct err why = {0};
        if (!prove(job, &proof, &why)) {
            *err = why;
            return false;
        }
        verdict = tier_search_take(search, &proof, &step);
        if (verdict == TIER_REFUSED)
            return refuse(job, &why, err);
        if (proof.failure == ERR_NONE)
            return true;
        tell_step(job, search->request.is_by_name || proof.is_open, &step, why.text);
        if (search->request.has_start && (search->tier.encode != search->request.start.encode ||
                                          search->encoders_max != search->request.encoders_max))
            return err_set(err, ERR_DEVICE,
                           "cannot resume %s: its rungs are encoded on %s: %s; --force starts anew",
                           job->output.path, device_name(search->request.start.encode), why.text);
    }
}

// A device that was asked for by name, and has nothing to do, is a fallback like any other.
static void tell_idle(struct job *job, const struct tier_search *search)
{
    if (!search->request.is_by_name || search->request.has_start || !job->facts.has_video ||
        tier_accelerator(job->plan.tier) != DEVICE_CPU || json_array_size(job->fallbacks) > 0)
        return;
    struct tier_step step = {
        .stage = "device", .from = search->request.devices[0], .to = DEVICE_CPU};
    tell_step(job, true, &step, reason_of_plan(job));
}

bool tiers_choose(struct job *job, const struct tier_request *asked, struct err *err)
{
    struct tier_request request = *asked;
    struct tier_search search;
    AUTO(buf_done) struct buf missing = {0};
    job->rules = request.rules;
    if (!job->facts.has_video)
        request.device_count = 0;
    if (!start_from_earlier(job, &request, err))
        return false;
    if (!request.has_start)
        keep_likely(&request, &missing);
    enum tier_verdict verdict = tier_search_begin(&search, &request);
    if (!search_until_found(job, &search, verdict, err))
        return false;
    tiers_note_steps(job);
    tell_idle(job, &search);
    if (request.has_start)
        plan_note(&job->plan, NOTE_INFO, "tier", "as in the run that goes on");
    if (missing.size_bytes > 0 && tier_accelerator(job->plan.tier) == DEVICE_CPU)
        plan_note(&job->plan, NOTE_INFO, "tier", "%s%.*s",
                  json_array_size(job->fallbacks) > 0 ? "" : "the CPU: ", (int)missing.size_bytes,
                  (const char *)missing.data);
    return true;
}
