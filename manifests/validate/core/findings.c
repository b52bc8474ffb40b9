// SPDX-License-Identifier: BSD-2-Clause
// The list of findings and its bounds.
#include "manifests/validate/core/findings.h"

#include <stdarg.h>
#include <string.h>

#include "src/base/mem.h"

void findings_init(struct findings *findings)
{
    memset(findings, 0, sizeof *findings);
}

static void finding_done(struct finding *finding)
{
    MEM_FREE(finding->file);
    MEM_FREE(finding->track);
    MEM_FREE(finding->path);
    MEM_FREE(finding->message);
    MEM_FREE(finding->stated);
    MEM_FREE(finding->measured);
}

void findings_done(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        finding_done(&findings->items[i]);
    MEM_FREE(findings->items);
    memset(findings, 0, sizeof *findings);
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

// Whether one more of this rule in this track is kept.
static bool has_room(const struct findings *findings, enum rule_id rule, const char *track)
{
    size_t of_rule = 0;
    size_t of_track = 0;
    if (findings->total[rule] < FINDINGS_PER_RULE_AND_TRACK)
        return true;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].rule == rule) {
            of_rule++;
            of_track += is_same(findings->items[i].track, track);
        }
    return of_rule < FINDINGS_PER_RULE && of_track < FINDINGS_PER_RULE_AND_TRACK;
}

static struct finding *append(struct findings *findings)
{
    // Doubles at powers of two: the list is bounded by rules times FINDINGS_PER_RULE.
    if ((findings->count & (findings->count - 1)) == 0)
        findings->items = mem_realloc(findings->items, findings->count ? findings->count * 2 : 1,
                                      sizeof *findings->items);
    struct finding *item = &findings->items[findings->count++];
    memset(item, 0, sizeof *item);
    return item;
}

void findings_add(struct findings *findings, enum rule_id rule, const struct place *place,
                  const char *stated, const char *measured, const char *fmt, ...)
{
    if (findings->is_off[rule])
        return;
    bool is_kept = has_room(findings, rule, place->track);
    findings->total[rule]++;
    if (!is_kept)
        return;
    va_list args;
    va_start(args, fmt);
    char *message = mem_vprintf(fmt, args);
    va_end(args);
    *append(findings) = (struct finding){
        .rule = rule,
        .file = mem_strdup(place->file ? place->file : ""),
        .track = mem_strdup(place->track),
        .line = place->line,
        .byte = place->byte,
        .path = mem_strdup(place->path),
        .message = message,
        .stated = mem_strdup(stated),
        .measured = mem_strdup(measured),
    };
}

void findings_move(struct findings *to, struct findings *from)
{
    int64_t kept[RULE_COUNT] = {0};
    for (size_t i = 0; i < from->count; i++) {
        struct finding *item = &from->items[i];
        kept[item->rule]++;
        if (to->is_off[item->rule]) {
            finding_done(item);
        } else if (has_room(to, item->rule, item->track)) {
            to->total[item->rule]++;
            *append(to) = *item;
        } else {
            to->total[item->rule]++;
            finding_done(item);
        }
    }
    for (size_t rule = 0; rule < RULE_COUNT; rule++)
        if (!to->is_off[rule])
            to->total[rule] += from->total[rule] - kept[rule];
    from->count = 0;
    findings_done(from);
}
