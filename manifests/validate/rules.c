// SPDX-License-Identifier: BSD-2-Clause
// The tables of all rooms, joined in the order of their names.
#include <pthread.h>

#include "manifests/validate/dash/tracks.h"
#include "manifests/validate/hls/tracks.h"
#include "manifests/validate/iso/iso.h"
#include "manifests/validate/load_private.h"

static struct rule_set all;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void join(const struct rule_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        all.rows[rows[i].id] = &rows[i];
}

static void join_all(void)
{
    join(load_rules, load_rule_count);
    join(hls_rules, hls_rule_count);
    join(dash_rules, dash_rule_count);
    join(iso_rules, iso_rule_count);
    join(cross_rules, cross_rule_count);
}

const struct rule_set *rule_set_all(void)
{
    pthread_once(&once, join_all);
    return &all;
}
