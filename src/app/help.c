// SPDX-License-Identifier: BSD-2-Clause
// Help for the terminal, from the tables.
#include "src/app/help.h"

#include <stdio.h>
#include <string.h>

#include "src/app/option_value.h"

#define HELP_WIDTH  80
#define HELP_INDENT 6

static void spaces(struct buf *ret, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_append(ret, " ", 1);
}

void help_wrap(struct buf *ret, const char *text, size_t at, size_t indent, size_t width)
{
    bool is_line_start = at <= indent;
    while (*text) {
        if (*text == '\n') {
            buf_append(ret, "\n", 1);
            text++;
            if (*text && *text != '\n')
                spaces(ret, indent);
            at = indent;
            is_line_start = true;
            continue;
        }
        if (*text == ' ') {
            text++;
            continue;
        }
        size_t length = strcspn(text, " \n");
        if (!is_line_start && at + 1 + length > width) {
            buf_append(ret, "\n", 1);
            spaces(ret, indent);
            at = indent;
            is_line_start = true;
        }
        if (!is_line_start) {
            buf_append(ret, " ", 1);
            at++;
        }
        buf_append(ret, text, length);
        at += length;
        text += length;
        is_line_start = false;
    }
}

char *help_flag_text(const struct option_row *row)
{
    char short_text[8] = "";
    if (row->short_flag)
        snprintf(short_text, sizeof short_text, "-%c, ", row->short_flag);
    return mem_printf("%s--%s%s%s", short_text, row->name, row->placeholder ? " " : "",
                      row->placeholder ? row->placeholder : "");
}

static void range_text(const struct option_row *row, struct buf *ret)
{
    if (row->type == OPTION_TYPE_INTEGER)
        buf_printf(ret, "%s%lld to %lld", row->values ? " or " : "", (long long)row->min,
                   (long long)row->max);
    else if (row->type == OPTION_TYPE_TIER)
        buf_printf(ret, ", or a tier");
    else if (row->type == OPTION_TYPE_SECONDS && row->max < 1000000000)
        buf_printf(ret, "%g to %g", (double)row->min / 1000, (double)row->max / 1000);
    else if (row->type == OPTION_TYPE_SIZE)
        buf_printf(ret, "at least %lldM", (long long)(row->min >> 20));
}

char *help_facts_text(const struct option_row *row)
{
    struct buf text = {0};
    if (row->values) {
        AUTO_FREE char *choices = option_choice_text(row->values);
        buf_printf(&text, "%s", choices);
    }
    range_text(row, &text);
    bool is_plain_bool = row->type == OPTION_TYPE_BOOL && !row->default_note;
    if (!is_plain_bool && (row->default_text || row->default_note))
        buf_printf(&text, "%sdefault: %s", text.size_bytes ? "; " : "",
                   row->default_text ? row->default_text : row->default_note);
    if (text.size_bytes == 0)
        return NULL;
    buf_put_u8(&text, 0);
    return (char *)text.data;
}

static void help_option(const struct option_row *row, struct buf *ret)
{
    AUTO_FREE char *flag = help_flag_text(row);
    AUTO_FREE char *facts = help_facts_text(row);
    buf_printf(ret, "  %s\n", flag);
    spaces(ret, HELP_INDENT);
    help_wrap(ret, row->help, HELP_INDENT, HELP_INDENT, HELP_WIDTH);
    if (facts) {
        AUTO_FREE char *bracketed = mem_printf("[%s]", facts);
        buf_append(ret, "\n", 1);
        spaces(ret, HELP_INDENT);
        help_wrap(ret, bracketed, HELP_INDENT, HELP_INDENT + 1, HELP_WIDTH);
    }
    buf_append(ret, "\n", 1);
}

static void help_options(const struct command_row *command, struct buf *ret)
{
    for (int group = 0; group < GROUP_COUNT; group++) {
        bool has_title = false;
        for (size_t i = 0; i < OPTION_COUNT; i++) {
            const struct option_row *row = option_find((enum option_id)i);
            if ((int)row->group != group || row->is_hidden ||
                !(row->commands & COMMAND_BIT(command->id)))
                continue;
            if (!has_title)
                buf_printf(ret, "\n%s:\n", option_group_title((enum option_group)group));
            has_title = true;
            help_option(row, ret);
        }
    }
}

static void help_examples(const struct command_row *command, struct buf *ret)
{
    if (!*command->examples)
        return;
    buf_printf(ret, "\nExamples:\n");
    for (const char *line = command->examples; *line;) {
        size_t length = strcspn(line, "\n");
        size_t tab = strcspn(line, "\t");
        buf_printf(ret, "  %.*s\n      %.*s\n", (int)tab, line, (int)(length - tab - 1),
                   line + tab + 1);
        line += length + (line[length] == '\n');
    }
}

static void help_exit_codes(struct buf *ret)
{
    buf_printf(ret, "\nExit codes:\n");
    for (size_t i = 0; i < exit_code_count; i++) {
        buf_printf(ret, "  %-4d", exit_codes[i].code);
        help_wrap(ret, exit_codes[i].meaning, HELP_INDENT, HELP_INDENT, HELP_WIDTH);
        buf_append(ret, "\n", 1);
    }
}

void help_command(const struct command_row *command, struct buf *ret)
{
    buf_printf(ret, "rung %s: %s\n\nUsage: rung %s [options]%s%s\n\n", command->name,
               command->summary, command->name, *command->arguments ? " " : "", command->arguments);
    help_wrap(ret, command->description, 0, 0, HELP_WIDTH);
    buf_append(ret, "\n", 1);
    help_options(command, ret);
    if (command->id != COMMAND_HELP)
        buf_printf(ret, "\n  -h, --help\n      This text.\n  --version\n      Versions of rung and "
                        "its libraries, and the licence of this binary.\n");
    help_examples(command, ret);
    if (command->id == COMMAND_HELP)
        return;
    buf_append(ret, "\n", 1);
    help_wrap(ret,
              "Every option is also an environment variable (--segment-duration: "
              "RUNG_SEGMENT_DURATION) and a key of the --config file (segment_duration). The flag "
              "wins over the variable, the variable over the file. Switches are turned off by "
              "--no-NAME. What starts with - and is no flag goes after -- or is written ./-x.",
              0, 0, HELP_WIDTH);
    buf_append(ret, "\n", 1);
    help_exit_codes(ret);
}

void help_program(struct buf *ret)
{
    buf_printf(ret,
               "rung turns one video into an adaptive presentation: every rung of the ladder,\n"
               "HLS and DASH over the same CMAF segments.\n\n"
               "Usage: rung COMMAND [options] [arguments]\n\nCommands:\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command_row *row = command_find((enum command_id)i);
        if (!row->is_hidden)
            buf_printf(ret, "  %-10s %-10s %s\n", row->name, row->arguments, row->summary);
    }
    buf_printf(ret, "\nTry:\n  rung transcode talk.mp4        makes ./talk/ with master.m3u8 and "
                    "manifest.mpd\n  rung plan talk.mp4             says what that would do\n"
                    "  rung transcode --help          all its options\n"
                    "  rung --version                 versions and licence\n");
}
