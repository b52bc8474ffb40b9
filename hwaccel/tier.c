// SPDX-License-Identifier: BSD-2-Clause
// Tiers and their order.
#include "hwaccel/tier.h"

#include <stdio.h>
#include <string.h>

static const char *const device_names[DEVICE_COUNT] = {"cpu", "cuda", "vaapi", "qsv"};
static const char *const stage_names[STAGE_COUNT] = {"decode", "scale", "encode"};

const char *device_name(enum device device)
{
    return (unsigned)device < DEVICE_COUNT ? device_names[device] : "unknown";
}

bool device_from_name(const char *name, enum device *ret)
{
    for (unsigned i = 0; name && i < DEVICE_COUNT; i++)
        if (strcmp(device_names[i], name) == 0) {
            *ret = (enum device)i;
            return true;
        }
    return false;
}

const char *stage_name(enum stage stage)
{
    return (unsigned)stage < STAGE_COUNT ? stage_names[stage] : "unknown";
}

enum device tier_accelerator(struct tier tier)
{
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        if (tier_stage(tier, (enum stage)stage) != DEVICE_CPU)
            return tier_stage(tier, (enum stage)stage);
    return DEVICE_CPU;
}

bool tier_equal(struct tier a, struct tier b)
{
    return a.decode == b.decode && a.scale == b.scale && a.encode == b.encode;
}

enum device tier_stage(struct tier tier, enum stage stage)
{
    switch (stage) {
    case STAGE_DECODE:
        return tier.decode;
    case STAGE_SCALE:
        return tier.scale;
    case STAGE_ENCODE:
    case STAGE_COUNT:
        break;
    }
    return tier.encode;
}

size_t tiers_of(enum device device, struct tier ret[TIERS_MAX])
{
    const struct tier on_cpu = {DEVICE_CPU, DEVICE_CPU, DEVICE_CPU};
    size_t count = 0;
    if (device != DEVICE_CPU) {
        ret[count++] = (struct tier){device, device, device};
        ret[count++] = (struct tier){DEVICE_CPU, device, device};
        ret[count++] = (struct tier){device, device, DEVICE_CPU};
    }
    ret[count++] = on_cpu;
    return count;
}

// What already runs on the CPU stays there: a stage that was given up is not tried again.
static bool keeps_what_failed(struct tier above, struct tier below)
{
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        if (tier_stage(above, (enum stage)stage) == DEVICE_CPU &&
            tier_stage(below, (enum stage)stage) != DEVICE_CPU)
            return false;
    return true;
}

struct tier tier_below(struct tier tier, enum stage failed)
{
    struct tier tiers[TIERS_MAX];
    size_t count = tiers_of(tier_accelerator(tier), tiers);
    for (size_t i = 0; i < count; i++)
        if (!tier_equal(tier, tiers[i]) && tier_stage(tiers[i], failed) == DEVICE_CPU &&
            keeps_what_failed(tier, tiers[i]))
            return tiers[i];
    return tiers[count - 1];
}

void tier_format(struct tier tier, char ret[64])
{
    snprintf(ret, 64, "decode %s, scale %s, encode %s", device_name(tier.decode),
             device_name(tier.scale), device_name(tier.encode));
}

bool stage_of_err(enum err_kind kind, enum stage *ret)
{
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        if (stage_err((enum stage)stage) == kind) {
            *ret = (enum stage)stage;
            return true;
        }
    return false;
}

enum err_kind stage_err(enum stage stage)
{
    static const enum err_kind kinds[STAGE_COUNT] = {
        [STAGE_DECODE] = ERR_DEVICE_DECODE,
        [STAGE_SCALE] = ERR_DEVICE_SCALE,
        [STAGE_ENCODE] = ERR_DEVICE_ENCODE,
    };
    return (unsigned)stage < STAGE_COUNT ? kinds[stage] : ERR_DEVICE;
}
