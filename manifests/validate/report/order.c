// SPDX-License-Identifier: BSD-2-Clause
// Sorting: groups by track, worst first; equal ones stay in the order they were found.
#include "manifests/validate/report/order_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct rule_row *finding_row(const struct report_input *input, const struct finding *finding)
{
    return input->rules->rows[finding->rule];
}

enum rule_level finding_level(const struct report_input *input, const struct finding *finding)
{
    return finding_row(input, finding)->level;
}

char *finding_where(const struct finding *finding)
{
    struct buf text = {0};
    buf_printf(&text, "%s", finding->file);
    if (finding->line > 0)
        buf_printf(&text, ":%" PRId64, finding->line);
    if (finding->byte >= 0)
        buf_printf(&text, "@%" PRId64, finding->byte);
    if (finding->path)
        buf_printf(&text, "%s%s", text.size_bytes ? " " : "", finding->path);
    buf_append(&text, "", 1);
    return (char *)text.data;
}

struct keyed { // what one finding is sorted by
    const struct finding *finding;
    size_t group;
    enum rule_level level;
    size_t at;
};

static bool is_same_track(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static size_t group_of(struct order *order, const char *track)
{
    for (size_t i = 0; i < order->group_count; i++)
        if (is_same_track(order->groups[i].track, track))
            return i;
    order->groups = mem_realloc(order->groups, order->group_count + 1, sizeof *order->groups);
    order->groups[order->group_count] = (struct order_group){.track = track};
    return order->group_count++;
}

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *one = a;
    const struct keyed *other = b;
    if (one->group != other->group)
        return one->group < other->group ? -1 : 1;
    if (one->level != other->level)
        return one->level > other->level ? -1 : 1;
    if (one->finding->rule != other->finding->rule)
        return one->finding->rule < other->finding->rule ? -1 : 1;
    return one->at < other->at ? -1 : 1;
}

static int compare_groups(const void *a, const void *b)
{
    const struct order_group *one = a;
    const struct order_group *other = b;
    if (one->worst != other->worst)
        return one->worst > other->worst ? -1 : 1;
    return one->first < other->first ? -1 : 1; // first: of discovery, until the items are laid out
}

static void rank_groups(struct order *order, struct keyed *keyed)
{
    if (order->group_count == 0)
        return; // qsort takes no NULL, not even for nothing
    for (size_t i = 0; i < order->group_count; i++)
        order->groups[i].first = i;
    qsort(order->groups, order->group_count, sizeof *order->groups, compare_groups);
    size_t *rank = mem_alloc((order->group_count + 1) * sizeof *rank);
    for (size_t i = 0; i < order->group_count; i++)
        rank[order->groups[i].first] = i;
    for (size_t i = 0; i < order->count; i++)
        keyed[i].group = rank[keyed[i].group];
    MEM_FREE(rank);
}

void order_build(const struct report_input *input, struct order *ret)
{
    const struct findings *findings = input->findings;
    memset(ret, 0, sizeof *ret);
    struct keyed *keyed = mem_alloc((findings->count + 1) * sizeof *keyed);
    for (size_t id = 0; id < RULE_COUNT; id++)
        if (input->rules->rows[id])
            ret->totals[input->rules->rows[id]->level] += findings->total[id];
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        enum rule_level level = finding_level(input, finding);
        if (level < input->level)
            continue;
        size_t group = group_of(ret, finding->track);
        struct order_group *of = &ret->groups[group];
        of->worst = level > of->worst ? level : of->worst;
        of->count++;
        keyed[ret->count++] = (struct keyed){finding, group, level, i};
    }
    rank_groups(ret, keyed);
    qsort(keyed, ret->count, sizeof *keyed, compare_keyed);
    ret->items = mem_alloc((ret->count + 1) * sizeof *ret->items);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = keyed[i].finding;
    size_t first = 0;
    for (size_t i = 0; i < ret->group_count; i++) {
        ret->groups[i].first = first;
        first += ret->groups[i].count;
    }
    MEM_FREE(keyed);
}

void order_done(struct order *order)
{
    MEM_FREE(order->items);
    MEM_FREE(order->groups);
}
