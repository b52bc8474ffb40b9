// SPDX-License-Identifier: BSD-2-Clause
// Reading and writing tiers.
#include "src/app/tier_text.h"

#include <string.h>

#include "src/base/mem.h"

static bool is_tier(struct tier tier)
{
    struct tier tiers[TIERS_MAX];
    size_t count = tiers_of(tier_accelerator(tier), tiers);
    for (size_t i = 0; i < count; i++)
        if (tier_equal(tiers[i], tier))
            return true;
    return false;
}

static bool take(const char *const words[STAGE_COUNT], struct tier *ret)
{
    struct tier tier;
    if (!device_from_name(words[STAGE_DECODE], &tier.decode) ||
        !device_from_name(words[STAGE_SCALE], &tier.scale) ||
        !device_from_name(words[STAGE_ENCODE], &tier.encode) || !is_tier(tier))
        return false;
    *ret = tier;
    return true;
}

bool tier_from_text(const char *text, struct tier *ret)
{
    AUTO_FREE char *copy = mem_strdup(text);
    char *rest = copy;
    const char *words[STAGE_COUNT] = {NULL};
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        words[i] = strsep(&rest, ",");
    return !rest && take(words, ret);
}

json_t *tier_to_json(struct tier tier)
{
    json_t *json = json_object();
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        json_object_set_new(json, stage_name((enum stage)stage),
                            json_string(device_name(tier_stage(tier, (enum stage)stage))));
    return json;
}

bool tier_from_json(const json_t *json, struct tier *ret)
{
    const char *words[STAGE_COUNT];
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        words[stage] = json_string_value(json_object_get(json, stage_name((enum stage)stage)));
    return take(words, ret);
}
