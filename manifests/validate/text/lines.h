// SPDX-License-Identifier: BSD-2-Clause
// A text file line by line, whatever ends its lines, and times as WebVTT writes them.
#ifndef RUNG_VALIDATE_TEXT_LINES_H
#define RUNG_VALIDATE_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line { // borrowed, without its end; not zero-terminated
    const char *text;
    size_t length;
};

struct lines {
    const char *at;
    const char *end;
    int64_t number; // of the line last given, 1-based
};

void lines_init(struct lines *lines, const char *text, size_t size_bytes);
// LF, CR LF and CR end a line (WebVTT 4.1). False at the end of the text.
bool lines_next(struct lines *lines, struct line *ret);
bool lines_peek(const struct lines *lines, struct line *ret);

bool line_starts(const struct line *line, const char *word);
bool line_holds(const struct line *line, const char *part);
bool line_is_blank(const struct line *line); // nothing at all, or only spaces and tabs
// Takes leading spaces and tabs off; how many there were.
size_t line_skip_spaces(struct line *line);
// The run up to the next space or tab, taken off the line's front. Empty at the end.
struct line line_word(struct line *line);
bool line_is(const struct line *line, const char *text);

// A timestamp (WebVTT 4.4): hours of two or more digits are optional, minutes and seconds
// below 60, three digits of milliseconds. Taken off the line's front. False, and the line
// as it was, when none stands there.
bool line_timestamp(struct line *line, int64_t *ret_ms);
// Decimal digits from the front, at most max of them; how many there were.
size_t line_digits(struct line *line, size_t max, uint64_t *ret);
// Bytes of the UTF-8 sequence at `at`, 0 when none is there. A zero byte is one.
size_t lines_utf8(const char *at, const char *end);
// The sentence part for a message: at most 40 characters in quotes, cut fit for printing.
// text needs 64 bytes.
void line_quote(const struct line *line, char text[64]);

#endif
