// SPDX-License-Identifier: BSD-2-Clause
// Names of rules, and levels and media kinds in words.
#include "manifests/validate/core/rule_id.h"

#include <strings.h>

#include "manifests/validate/core/rule.h"
#include "src/base/mem.h"

#define RULE_ID_TEXT(name) #name,
static const char *const names[] = {RULE_IDS(RULE_ID_TEXT)};
#undef RULE_ID_TEXT

static const char *const levels[LEVEL_COUNT] = {"notice", "warning", "error"};

const char *rule_id_name(enum rule_id id)
{
    return (unsigned)id < ARRAY_LEN(names) ? names[id] : "?";
}

enum rule_id rule_id_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcasecmp(names[i], name) == 0)
            return (enum rule_id)i;
    return RULE_COUNT;
}

const char *rule_level_name(enum rule_level level)
{
    return (unsigned)level < LEVEL_COUNT ? levels[level] : "?";
}
