// SPDX-License-Identifier: BSD-2-Clause
// Help for the terminal, and the pages made of the same tables: docs/rung.1
// (help --man) and docs/options.md (help --markdown).
#ifndef RUNG_APP_HELP_H
#define RUNG_APP_HELP_H

#include "src/app/options_table.h"
#include "src/base/mem.h"

void help_program(struct buf *ret);
void help_command(const struct command_row *command, struct buf *ret);
void help_man(struct buf *ret);
void help_markdown(struct buf *ret);

// Appends text wrapped at `width` columns, every line behind `indent` spaces.
// The first line goes on at column `at`. Ends without a newline.
void help_wrap(struct buf *ret, const char *text, size_t at, size_t indent, size_t width);

// "--segment-duration SECONDS", "-o, --output OUT". Caller frees.
char *help_flag_text(const struct option_row *row);
// What the row's help leaves to its columns: choices, range, default. NULL when
// there is nothing to add. Caller frees.
char *help_facts_text(const struct option_row *row);

#endif
