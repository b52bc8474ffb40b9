// SPDX-License-Identifier: BSD-2-Clause
// Lines and their parts. Nothing is copied; every read stays inside the text.
#include "manifests/validate/text/lines.h"

#include <string.h>

#include "src/base/text.h"

void lines_init(struct lines *lines, const char *text, size_t size_bytes)
{
    *lines = (struct lines){.at = text, .end = text + size_bytes};
}

bool lines_next(struct lines *lines, struct line *ret)
{
    if (lines->at == lines->end)
        return false;
    const char *at = lines->at;
    while (at < lines->end && *at != '\n' && *at != '\r')
        at++;
    *ret = (struct line){.text = lines->at, .length = (size_t)(at - lines->at)};
    if (at < lines->end)
        at += *at == '\r' && at + 1 < lines->end && at[1] == '\n' ? 2 : 1;
    lines->at = at;
    lines->number++;
    return true;
}

bool lines_peek(const struct lines *lines, struct line *ret)
{
    struct lines copy = *lines;
    return lines_next(&copy, ret);
}

bool line_starts(const struct line *line, const char *word)
{
    size_t length = strlen(word);
    return line->length >= length && memcmp(line->text, word, length) == 0;
}

bool line_holds(const struct line *line, const char *part)
{
    return memmem(line->text, line->length, part, strlen(part)) != NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

bool line_is_blank(const struct line *line)
{
    struct line rest = *line;
    line_skip_spaces(&rest);
    return rest.length == 0;
}

static void take(struct line *line, size_t count)
{
    line->text += count;
    line->length -= count;
}

size_t line_skip_spaces(struct line *line)
{
    size_t count = 0;
    while (count < line->length && is_space(line->text[count]))
        count++;
    take(line, count);
    return count;
}

struct line line_word(struct line *line)
{
    size_t count = 0;
    line_skip_spaces(line);
    while (count < line->length && !is_space(line->text[count]))
        count++;
    struct line word = {.text = line->text, .length = count};
    take(line, count);
    return word;
}

bool line_is(const struct line *line, const char *text)
{
    return line->length == strlen(text) && memcmp(line->text, text, line->length) == 0;
}

size_t line_digits(struct line *line, size_t max, uint64_t *ret)
{
    size_t count = 0;
    *ret = 0;
    while (count < line->length && count < max && line->text[count] >= '0' &&
           line->text[count] <= '9')
        *ret = *ret * 10 + (uint64_t)(line->text[count++] - '0');
    take(line, count);
    return count;
}

static bool take_char(struct line *line, char c)
{
    if (line->length == 0 || *line->text != c)
        return false;
    take(line, 1);
    return true;
}

bool line_timestamp(struct line *line, int64_t *ret_ms)
{
    struct line at = *line;
    uint64_t parts[3] = {0};
    size_t first = line_digits(&at, 9, &parts[0]);
    if (first < 2 || !take_char(&at, ':') || line_digits(&at, 2, &parts[1]) != 2)
        return false;
    bool has_hours = take_char(&at, ':');
    if (has_hours ? line_digits(&at, 2, &parts[2]) != 2 : first != 2)
        return false;
    uint64_t fraction;
    uint64_t more;
    if (!take_char(&at, '.') || line_digits(&at, 3, &fraction) != 3 ||
        line_digits(&at, 1, &more) != 0)
        return false;
    uint64_t hours = has_hours ? parts[0] : 0;
    uint64_t minutes = parts[has_hours];
    uint64_t seconds = parts[has_hours + 1];
    if (minutes > 59 || seconds > 59)
        return false;
    *ret_ms = (int64_t)(((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction);
    *line = at;
    return true;
}

void line_quote(const struct line *line, char text[64])
{
    enum { SHOWN = 40 };
    size_t length = line->length > SHOWN ? SHOWN : line->length;
    // Never end inside a UTF-8 sequence.
    while (length > 0 && length < line->length && ((uint8_t)line->text[length] & 0xc0) == 0x80)
        length--;
    size_t at = 0;
    text[at++] = '"';
    for (size_t i = 0; i < length; i++) {
        uint8_t c = (uint8_t)line->text[i];
        text[at++] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
    }
    if (length < line->length) {
        memcpy(text + at, "...", 3);
        at += 3;
    }
    text[at++] = '"';
    text[at] = '\0';
}

size_t lines_utf8(const char *at, const char *end)
{
    if ((uint8_t)*at < 0x80)
        return 1;
    char sequence[5] = {0};
    size_t left = (size_t)(end - at);
    memcpy(sequence, at, left < 4 ? left : 4);
    return text_sequence(sequence, NULL);
}
