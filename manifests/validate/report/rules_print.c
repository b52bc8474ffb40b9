// SPDX-License-Identifier: BSD-2-Clause
// The table of rules: for a terminal, as JSON, and as the page docs/validate-rules.md.
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/report/report.h"

static const char *const profiles[] = {"apple", "dashif", "cmaf", "rung"};

static void put_profiles(struct buf *ret, unsigned bits)
{
    if (bits == PROFILE_ALL) {
        buf_printf(ret, "all");
        return;
    }
    for (size_t i = 0, count = 0; i < ARRAY_LEN(profiles); i++)
        if (bits & 1u << i)
            buf_printf(ret, "%s%s", count++ ? ", " : "", profiles[i]);
}

void rules_text(const struct rule_set *rules, struct buf *ret)
{
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = rules->rows[id];
        if (!row)
            continue;
        buf_printf(ret, "%-4s %-8s %s\n              %s [%s; profiles: ", rule_id_name(row->id),
                   rule_level_name(row->level), row->statement, row->fix, row->source);
        put_profiles(ret, row->profiles);
        buf_printf(ret, "]\n");
    }
}

void rules_json(const struct rule_set *rules, struct buf *ret)
{
    json_t *list = json_array();
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = rules->rows[id];
        if (!row)
            continue;
        json_t *of = json_array();
        for (size_t i = 0; i < ARRAY_LEN(profiles); i++)
            if (row->profiles & 1u << i)
                json_array_append_new(of, json_string(profiles[i]));
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "rule", rule_id_name(row->id),
                            "level", rule_level_name(row->level), "statement", row->statement,
                            "source", row->source, "fix", row->fix, "profiles", of));
    }
    json_t *root = json_pack("{s:s, s:o}", "rung", RUNG_VERSION, "rules", list);
    char *text = json_dumps(root, JSON_INDENT(2));
    buf_printf(ret, "%s\n", text ? text : "{}");
    MEM_FREE(text);
    json_decref(root);
}

static const struct {
    char letter;
    const char *title;
} chapters[] = {
    {'L', "Loading"},
    {'H', "Any HLS playlist"},
    {'M', "Media playlists"},
    {'V', "Multivariant playlists"},
    {'D', "DASH"},
    {'S', "Segments"},
    {'X', "HLS against DASH"},
};

static void put_cell(struct buf *ret, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_append(ret, "\\", 1);
        buf_append(ret, text, 1);
    }
}

static void put_row(struct buf *ret, const struct rule_row *row)
{
    buf_printf(ret, "| %s | %s | ", rule_id_name(row->id), rule_level_name(row->level));
    put_cell(ret, row->statement);
    buf_printf(ret, " | ");
    put_cell(ret, row->fix);
    buf_printf(ret, " | ");
    put_cell(ret, row->source);
    buf_printf(ret, " | ");
    put_profiles(ret, row->profiles);
    buf_printf(ret, " |\n");
}

void rules_markdown(const struct rule_set *rules, struct buf *ret)
{
    size_t count = 0;
    for (size_t id = 0; id < RULE_COUNT; id++)
        count += rules->rows[id] != NULL;
    buf_printf(
        ret,
        "# Rules of rung validate\n\nWritten by `rung validate --rules --format markdown`; "
        "%zu rules. An id never changes its meaning. `--only`, `--skip` and `--profile` choose "
        "among them.\n",
        count);
    for (size_t c = 0; c < ARRAY_LEN(chapters); c++) {
        buf_printf(ret,
                   "\n## %s\n\n| id | level | what must hold | what to do | source | profiles |\n"
                   "|---|---|---|---|---|---|\n",
                   chapters[c].title);
        for (size_t id = 0; id < RULE_COUNT; id++)
            if (rules->rows[id] && rule_id_name((enum rule_id)id)[0] == chapters[c].letter)
                put_row(ret, rules->rows[id]);
    }
}
