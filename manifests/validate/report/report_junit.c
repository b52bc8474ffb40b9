// SPDX-License-Identifier: BSD-2-Clause
// JUnit's XML, as CI servers read it: a suite for each track, a case for each rule that
// was applied; errors fail a case, warnings are its output.
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/report/order_private.h"
#include "src/base/text.h"

static void put_escaped(struct buf *ret, const char *text)
{
    AUTO_FREE char *clean = text_clean(text ? text : "");
    for (const char *at = clean; *at; at++) {
        switch (*at) {
        case '&':
            buf_printf(ret, "&amp;");
            break;
        case '<':
            buf_printf(ret, "&lt;");
            break;
        case '>':
            buf_printf(ret, "&gt;");
            break;
        case '"':
            buf_printf(ret, "&quot;");
            break;
        default:
            buf_append(ret, at, 1);
        }
    }
}

struct suite {
    const char *name;
    const struct finding *const *items; // of this suite, sorted by rule within their level
    size_t count;
};

// Whether any finding of the rule is an error; warnings do not fail a case.
static const struct finding *first_of(const struct suite *suite, enum rule_id rule)
{
    for (size_t i = 0; i < suite->count; i++)
        if (suite->items[i]->rule == rule)
            return suite->items[i];
    return NULL;
}

static void put_case(const struct report_input *input, const struct suite *suite,
                     const struct rule_row *row, struct buf *ret)
{
    const char *tag = row->level == LEVEL_ERROR ? "failure" : "system-out";
    const struct finding *first = first_of(suite, row->id);
    (void)input;
    buf_printf(ret, "    <testcase classname=\"");
    put_escaped(ret, suite->name);
    buf_printf(ret, "\" name=\"%s ", rule_id_name(row->id));
    put_escaped(ret, row->statement);
    if (!first) {
        buf_printf(ret, "\"/>\n");
        return;
    }
    buf_printf(ret, "\">\n      <%s", tag);
    if (row->level == LEVEL_ERROR) {
        buf_printf(ret, " type=\"%s\" message=\"", rule_id_name(row->id));
        put_escaped(ret, first->message);
        buf_printf(ret, "\"");
    }
    buf_printf(ret, ">");
    for (size_t i = 0; i < suite->count; i++) {
        if (suite->items[i]->rule != row->id)
            continue;
        AUTO_FREE char *where = finding_where(suite->items[i]);
        put_escaped(ret, where);
        buf_printf(ret, ": ");
        put_escaped(ret, suite->items[i]->message);
        buf_printf(ret, "\n");
    }
    put_escaped(ret, row->fix);
    buf_printf(ret, "</%s>\n    </testcase>\n", tag);
}

static size_t failed_cases(const struct report_input *input, const struct suite *suite)
{
    size_t failed = 0;
    for (size_t id = 0; id < RULE_COUNT; id++)
        failed += input->rules->rows[id] && input->rules->rows[id]->level == LEVEL_ERROR &&
                  first_of(suite, (enum rule_id)id);
    return failed;
}

static void put_suite(const struct report_input *input, const struct suite *suite, bool is_whole,
                      struct buf *ret)
{
    size_t cases = 0;
    for (size_t id = 0; id < RULE_COUNT; id++)
        cases += input->rules->rows[id] && !input->findings->is_off[id] &&
                 (is_whole || first_of(suite, (enum rule_id)id));
    buf_printf(ret, "  <testsuite name=\"");
    put_escaped(ret, suite->name);
    buf_printf(ret, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n", cases,
               failed_cases(input, suite));
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = input->rules->rows[id];
        if (row && !input->findings->is_off[id] && (is_whole || first_of(suite, row->id)))
            put_case(input, suite, row, ret);
    }
    buf_printf(ret, "  </testsuite>\n");
}

void report_junit(const struct report_input *input, struct buf *ret)
{
    struct order order;
    struct report_input all = *input;
    // A CI server shows what it is given: notices would only be noise in it.
    all.level = input->level < LEVEL_WARNING ? LEVEL_WARNING : input->level;
    order_build(&all, &order);
    buf_printf(ret,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rung validate\" "
               "time=\"%.3f\">\n",
               input->wall_s);
    bool has_common = false;
    for (size_t g = 0; g < order.group_count; g++) {
        const struct order_group *group = &order.groups[g];
        struct suite suite = {group->track ? group->track : input->given,
                              order.items + group->first, group->count};
        has_common = has_common || !group->track;
        // Rules that hold everywhere are listed once, under the presentation itself.
        put_suite(&all, &suite, !group->track, ret);
    }
    if (!has_common)
        put_suite(&all, &(struct suite){.name = input->given}, true, ret);
    buf_printf(ret, "</testsuites>\n");
    order_done(&order);
}
