// SPDX-License-Identifier: BSD-2-Clause
// Tiers as users write them, and as JSON.
#ifndef RUNG_APP_TIER_TEXT_H
#define RUNG_APP_TIER_TEXT_H

#include <jansson.h>

#include "hwaccel/tier.h"

// "cuda,cuda,cpu": decode, scale, encode. False when there is no such tier.
bool tier_from_text(const char *text, struct tier *ret);

// {"decode":"cuda", "scale":"cuda", "encode":"cpu"}
json_t *tier_to_json(struct tier tier);
bool tier_from_json(const json_t *json, struct tier *ret);

#endif
