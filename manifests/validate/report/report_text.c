// SPDX-License-Identifier: BSD-2-Clause
// The report for people: the verdict, the findings worst first by track, the tracks.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/report/text_private.h"
#include "src/base/text.h"

static const char *const codes[] = {"",         "\x1b[1m",  "\x1b[2m", "\x1b[31m",
                                    "\x1b[33m", "\x1b[34m", "\x1b[32m"};

void ink_text(const struct report_input *input, enum ink ink, struct buf *ret, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *text = mem_vprintf(fmt, args);
    va_end(args);
    // What comes from outside must not reach the terminal as control characters.
    AUTO_FREE char *clean = text_clean(text);
    if (input->is_colour && ink != INK_PLAIN)
        buf_printf(ret, "%s%s\x1b[0m", codes[ink], clean);
    else
        buf_printf(ret, "%s", clean);
}

enum ink ink_of_level(enum rule_level level)
{
    return level == LEVEL_ERROR ? INK_RED : level == LEVEL_WARNING ? INK_YELLOW : INK_BLUE;
}

static size_t code_points(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

char *text_fit(const char *given, size_t columns)
{
    AUTO_FREE char *clean = text_clean(given);
    const char *text = clean;
    size_t length = code_points(text);
    if (length <= columns || columns < 2)
        return mem_strdup(text);
    size_t drop = length - columns + 1;
    while (drop && *text) {
        text++;
        while (((unsigned char)*text & 0xc0) == 0x80)
            text++;
        drop--;
    }
    return mem_printf("\xe2\x80\xa6%s", text);
}

static void put_count(const struct report_input *input, int64_t count, enum rule_level level,
                      struct buf *ret)
{
    enum ink ink = count ? ink_of_level(level) : INK_PLAIN;
    ink_text(input, ink, ret, "%" PRId64 " %s%s", count, rule_level_name(level),
             count == 1 ? "" : "s");
}

static void put_verdict(const struct report_input *input, const struct order *order,
                        struct buf *ret)
{
    ink_text(input, INK_BOLD, ret, "%s", input->given);
    buf_printf(ret, ": ");
    if (order->totals[LEVEL_ERROR] == 0 && order->totals[LEVEL_WARNING] == 0) {
        ink_text(input, INK_GREEN, ret, "no errors, no warnings");
    } else {
        put_count(input, order->totals[LEVEL_ERROR], LEVEL_ERROR, ret);
        buf_printf(ret, ", ");
        put_count(input, order->totals[LEVEL_WARNING], LEVEL_WARNING, ret);
    }
    if (order->totals[LEVEL_NOTICE]) {
        buf_printf(ret, ", ");
        put_count(input, order->totals[LEVEL_NOTICE], LEVEL_NOTICE, ret);
    }
    buf_printf(ret, "\n");
}

static void put_reading(const struct report_input *input, struct buf *ret)
{
    const struct evidence *evidence = input->evidence;
    struct reading_counts counts = evidence_reading(evidence);
    buf_printf(ret,
               "%zu HLS playlists, %zu MPDs, %zu tracks; %zu of %zu segments read, %.1f MB "
               "in %.2f s\n",
               evidence->playlist_count, evidence->mpd_count, evidence->track_count, counts.read,
               counts.listed, (double)input->bytes_read / 1e6, input->wall_s);
}

static void put_finding(const struct report_input *input, const struct finding *finding,
                        struct buf *ret)
{
    const struct rule_row *row = finding_row(input, finding);
    AUTO_FREE char *where = finding_where(finding);
    buf_printf(ret, "  ");
    ink_text(input, ink_of_level(row->level), ret, "%-7s", rule_level_name(row->level));
    ink_text(input, INK_BOLD, ret, " %-4s", rule_id_name(row->id));
    ink_text(input, INK_PLAIN, ret, "%s", where);
    buf_printf(ret, "\n               ");
    ink_text(input, INK_PLAIN, ret, "%s", finding->message);
    buf_printf(ret, "\n               ");
    ink_text(input, INK_DIM, ret, "%s. %s [%s]", row->statement, row->fix, row->source);
    buf_printf(ret, "\n");
}

// What was only counted, since one fault repeated is one fault.
static void put_rest(const struct report_input *input, struct buf *ret)
{
    const struct findings *findings = input->findings;
    int64_t kept[RULE_COUNT] = {0};
    for (size_t i = 0; i < findings->count; i++)
        kept[findings->items[i].rule]++;
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = input->rules->rows[id];
        if (row && row->level >= input->level && findings->total[id] > kept[id])
            buf_printf(ret, "  and %" PRId64 " more of %s\n", findings->total[id] - kept[id],
                       rule_id_name((enum rule_id)id));
    }
}

static void put_skipped(const struct report_input *input, struct buf *ret)
{
    size_t count = 0;
    for (size_t id = 0; id < RULE_COUNT; id++)
        if (input->rules->rows[id] && input->findings->is_off[id])
            buf_printf(ret, "%s%s",
                       count++ ? " " : "\nnot applied: ", rule_id_name((enum rule_id)id));
    if (count)
        buf_printf(ret, "\n");
}

void report_text(const struct report_input *input, struct buf *ret)
{
    struct order order;
    order_build(input, &order);
    put_verdict(input, &order, ret);
    if (!input->is_brief)
        put_reading(input, ret);
    for (size_t g = 0; g < order.group_count; g++) {
        const struct order_group *group = &order.groups[g];
        buf_printf(ret, "\n");
        ink_text(input, INK_BOLD, ret, "%s", group->track ? group->track : "the presentation");
        buf_printf(ret, "\n");
        for (size_t i = 0; i < group->count; i++)
            put_finding(input, order.items[group->first + i], ret);
    }
    put_rest(input, ret);
    if (input->evidence->track_count && !input->is_brief) {
        summary_tracks(input, ret);
        summary_timeline(input, ret);
    }
    if (!input->is_brief)
        put_skipped(input, ret);
    order_done(&order);
}
