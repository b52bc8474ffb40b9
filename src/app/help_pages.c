// SPDX-License-Identifier: BSD-2-Clause
// The man page and the reference page, from the same tables as the help.
#include "src/app/help.h"

#include <string.h>

// roff: a leading dot or quote is a request, a bare minus a hyphen.
static void roff(struct buf *ret, const char *text)
{
    bool is_line_start = true;
    for (const char *at = text; *at; at++) {
        if (is_line_start && (*at == '.' || *at == '\''))
            buf_append(ret, "\\&", 2);
        is_line_start = *at == '\n';
        if (*at == '-')
            buf_append(ret, "\\-", 2);
        else if (*at == '\\')
            buf_append(ret, "\\e", 2);
        else if (*at == '\n' && at[1] == '\n')
            buf_append(ret, "\n.P", 3);
        else
            buf_append(ret, at, 1);
    }
}

static void roff_line(struct buf *ret, const char *request, const char *text)
{
    buf_printf(ret, "%s", request);
    roff(ret, text);
    buf_append(ret, "\n", 1);
}

static void man_command(const struct command_row *command, struct buf *ret)
{
    AUTO_FREE char *usage = mem_printf("rung %s [options]%s%s", command->name,
                                       *command->arguments ? " " : "", command->arguments);
    roff_line(ret, ".SS ", usage);
    roff_line(ret, "", command->description);
    for (const char *line = command->examples; *line;) {
        size_t length = strcspn(line, "\n");
        size_t tab = strcspn(line, "\t");
        AUTO_FREE char *call = mem_printf("%.*s", (int)tab, line);
        AUTO_FREE char *what = mem_printf("%.*s", (int)(length - tab - 1), line + tab + 1);
        buf_printf(ret, ".TP\n");
        roff_line(ret, ".B ", call);
        roff_line(ret, "", what);
        line += length + (line[length] == '\n');
    }
}

static void man_options(struct buf *ret)
{
    for (int group = 0; group < GROUP_COUNT; group++) {
        buf_printf(ret, ".SS %s\n", option_group_title((enum option_group)group));
        for (size_t i = 0; i < OPTION_COUNT; i++) {
            const struct option_row *row = option_find((enum option_id)i);
            if ((int)row->group != group || row->is_hidden)
                continue;
            AUTO_FREE char *flag = help_flag_text(row);
            AUTO_FREE char *facts = help_facts_text(row);
            buf_printf(ret, ".TP\n");
            roff_line(ret, ".B ", flag);
            roff_line(ret, "", row->help);
            if (facts) {
                AUTO_FREE char *bracketed = mem_printf("[%s]", facts);
                roff_line(ret, "", bracketed);
            }
        }
    }
}

void help_man(struct buf *ret)
{
    buf_printf(ret,
               ".\\\" Made by rung help --man from the tables of options and commands.\n"
               ".TH RUNG 1 \"\" \"Rung %s\" \"User commands\"\n.SH NAME\n"
               "rung \\- one video in, one adaptive presentation out\n.SH SYNOPSIS\n",
               RUNG_VERSION);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command_row *row = command_find((enum command_id)i);
        if (!row->is_hidden)
            buf_printf(ret, ".B rung %s\n[options] %s\n.br\n", row->name, row->arguments);
    }
    buf_printf(ret, ".B rung \\-\\-version\n.SH COMMANDS\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command_row *row = command_find((enum command_id)i);
        if (!row->is_hidden)
            man_command(row, ret);
    }
    buf_printf(ret, ".SH OPTIONS\n");
    roff_line(ret, "",
              "A flag wins over its environment variable (--segment-duration: "
              "RUNG_SEGMENT_DURATION), the variable over the key in the --config file "
              "(segment_duration), the key over the default. Switches are turned off by "
              "--no-NAME. Arguments that start with - go after --.");
    man_options(ret);
    buf_printf(ret, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < exit_code_count; i++) {
        buf_printf(ret, ".TP\n.B %d\n", exit_codes[i].code);
        roff_line(ret, "", exit_codes[i].meaning);
    }
    buf_printf(ret, ".SH FILES\n");
    static const char *const files[][2] = {
        {"OUT/master.m3u8", "the HLS multivariant playlist"},
        {"OUT/manifest.mpd", "the DASH manifest, over the same segments"},
        {"OUT/video/ID, OUT/audio/ID", "init.mp4, 00001.m4s and on, media.m3u8, iframes.m3u8"},
        {"OUT/rung.json", "what was made, as --json prints it"},
        {"OUT/.rung", "the journal of an unfinished run, for --resume"},
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        buf_printf(ret, ".TP\n");
        roff_line(ret, ".I ", files[i][0]);
        roff_line(ret, "", files[i][1]);
    }
}

// A table cell: no line breaks, no bare bars.
static void cell(struct buf *ret, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '|')
            buf_append(ret, "\\|", 2);
        else
            buf_append(ret, *at == '\n' ? " " : at, 1);
    }
}

static void markdown_group(enum option_group group, struct buf *ret)
{
    buf_printf(ret,
               "\n## %s\n\n| flag | variable | key | meaning |\n"
               "|---|---|---|---|\n",
               option_group_title(group));
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        if (row->group != group || row->is_hidden)
            continue;
        char key[OPTION_NAME_SIZE], variable[OPTION_NAME_SIZE];
        option_key(row, key);
        option_variable(row, variable);
        AUTO_FREE char *flag = help_flag_text(row);
        AUTO_FREE char *facts = help_facts_text(row);
        buf_printf(ret, "| `%s` | `%s` | `%s` | ", flag, variable, key);
        cell(ret, row->help);
        if (facts) {
            buf_printf(ret, " [");
            cell(ret, facts);
            buf_printf(ret, "]");
        }
        buf_printf(ret, " |\n");
    }
}

void help_markdown(struct buf *ret)
{
    buf_printf(ret,
               "# Options\n\nMade by `rung help --markdown` from the table the program itself "
               "reads; a test fails when this page drifts.\n\nA flag wins over its environment "
               "variable, the variable over the key in the `--config` file (one JSON object), the "
               "key over the default. An empty variable counts as not set. Unknown flags and keys "
               "and values out of range are refused. `rung config` shows what is in force and "
               "where it came from. Which flags a command takes, its `--help` lists.\n");
    for (int group = 0; group < GROUP_COUNT; group++)
        markdown_group((enum option_group)group, ret);
    buf_printf(ret, "\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
    for (size_t i = 0; i < exit_code_count; i++)
        buf_printf(ret, "| %d | %s |\n", exit_codes[i].code, exit_codes[i].meaning);
}
