// SPDX-License-Identifier: BSD-2-Clause
// Trying devices: every tier of one, proven by running it.
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hwaccel/backend.h"
#include "src/app/doctor.h"
#include "src/app/resources.h"
#include "src/app/signals.h"
#include "src/app/tier_text.h"
#include "src/app/tiers.h"
#include "src/base/clock.h"
#include "src/base/file.h"
#include "src/base/json.h"
#include "src/engine/client.h"
#include "src/media/sample.h"

static struct engine_spec spec_of(const struct doctor_sample *sample)
{
    return (struct engine_spec){.input_fd = sample->fd,
                                .input_name = "the sample",
                                .stall_limit_s = TIERS_STALL_LIMIT_S,
                                .cancel = signals_stop_flag()};
}

bool doctor_sample_open(struct doctor_sample *ret, struct err *err)
{
    AUTO(buf_done) struct buf bytes = {0};
    ret->fd = -1;
    if (!sample_make(&bytes, err))
        return false;
    ret->fd = memfd_create("sample", MFD_CLOEXEC);
    if (ret->fd < 0 || !file_write_all(ret->fd, bytes.data, bytes.size_bytes))
        return err_set(err, ERR_TRANSIENT, "there is no memory for a sample");
    struct engine_spec spec = spec_of(ret);
    return engine_probe(&spec, &ret->facts, NULL, err);
}

void doctor_sample_close(struct doctor_sample *sample)
{
    if (sample->fd >= 0)
        close(sample->fd);
    sample->fd = -1;
}

static bool plan_sample(const struct doctor_sample *sample, struct tier tier, struct plan *ret,
                        struct err *err)
{
    struct plan_options options;
    plan_options_init(&options);
    snprintf(options.preset, sizeof options.preset, "veryfast");
    options.tier = tier;
    return plan_build(&sample->facts, &options, ret, err);
}

// The cause and what to do about it, which the device's story tells in one breath.
static void set_story(json_t *object, enum device device, const struct err *why)
{
    const struct backend_remedy *remedy =
        why->kind == ERR_NONE ? NULL : backend_remedy(device, why->text);
    const char *advice = remedy ? remedy->remedy : NULL;
    const char *end = advice ? strstr(why->text, advice) : NULL;
    size_t length = end ? (size_t)(end - why->text) : strlen(why->text);
    while (length > 0 && strchr("; ", why->text[length - 1]))
        length--;
    AUTO_FREE char *reason = mem_printf("%.*s", (int)length, why->text);
    json_object_set_new(object, "reason", length ? json_text_lossy(reason) : json_null());
    json_object_set_new(object, "remedy", advice ? json_text_lossy(advice) : json_null());
}

static json_t *tier_json(struct tier tier, enum device device, int64_t frames, int64_t wall_us,
                         const struct err *why)
{
    json_t *object = tier_to_json(tier);
    json_object_set_new(object, "works", json_boolean(why->kind == ERR_NONE));
    json_object_set_new(object, "frames", json_integer(frames));
    json_object_set_new(object, "wall_s", json_real((double)wall_us / 1e6));
    set_story(object, device, why);
    return object;
}

// False with an error that no device made.
static bool prove_tier(const struct doctor_sample *sample, struct tier tier, int number,
                       json_t *tiers, struct err *ret_why)
{
    AUTO_FREE struct plan *plan = mem_alloc(sizeof *plan);
    struct engine_spec spec = spec_of(sample);
    struct prove_result result = {0};
    if (!plan_sample(sample, tier, plan, ret_why))
        return false;
    engine_prove(&spec, plan, number, &result, NULL, ret_why);
    plan_done(plan);
    json_array_append_new(
        tiers, tier_json(tier, tier_accelerator(tier), result.frames, result.wall_us, ret_why));
    return ret_why->kind == ERR_NONE || err_is_device(ret_why->kind);
}

json_t *doctor_try_device(const struct doctor_sample *sample, enum device device, int number,
                          struct err *err)
{
    struct tier tiers[TIERS_MAX];
    size_t count = tiers_of(device, tiers);
    json_t *list = json_array();
    json_t *object = json_pack("{s:s, s:i}", "device", device_name(device), "number", number);
    struct err first = {0};
    // The last is the CPU's.
    for (size_t i = 0; i + 1 < count && first.kind != ERR_DEVICE; i++) {
        struct err why = {0};
        if (!prove_tier(sample, tiers[i], number, list, &why)) {
            *err = why;
            json_decref(list);
            json_decref(object);
            return NULL;
        }
        if (i == 0)
            first = why;
    }
    bool opens = first.kind != ERR_DEVICE;
    if (opens)
        first = (struct err){0};
    else
        json_array_clear(list); // what it says is said of the device
    json_object_set_new(object, "opens", json_boolean(opens));
    set_story(object, device, &first);
    json_object_set_new(object, "tiers", list);
    return object;
}

json_t *doctor_try_cpu(const struct doctor_sample *sample, struct err *err)
{
    const struct tier on_cpu = {DEVICE_CPU, DEVICE_CPU, DEVICE_CPU};
    struct run_options options = {.jobs = resources_default_jobs(),
                                  .memory_bytes = resources_default_memory()};
    AUTO_FREE struct plan *plan = mem_alloc(sizeof *plan);
    struct engine_spec spec = spec_of(sample);
    struct run_stats stats = {0};
    struct err why = {0};
    if (!plan_sample(sample, on_cpu, plan, err))
        return NULL;
    int64_t begin_us = clock_monotonic_us();
    bool ok = engine_run(&spec, plan, &options, &media_sink_nowhere, &stats, NULL, &why);
    int64_t wall_us = clock_monotonic_us() - begin_us;
    plan_done(plan);
    if (why.kind == ERR_CANCELLED) {
        *err = why;
        return NULL;
    }
    json_t *tiers = json_array();
    json_array_append_new(tiers,
                          tier_json(on_cpu, DEVICE_CPU, ok ? SAMPLE_FRAMES : 0, wall_us, &why));
    return json_pack("{s:s, s:i, s:b, s:n, s:n, s:o}", "device", device_name(DEVICE_CPU), "number",
                     0, "opens", 1, "reason", "remedy", "tiers", tiers);
}
