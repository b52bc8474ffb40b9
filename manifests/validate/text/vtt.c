// SPDX-License-Identifier: BSD-2-Clause
// A WebVTT file (W3C WebVTT 4.1 to 4.4; RFC 8216 3.5): header, blocks, cues. What the
// text of cues may hold (tags, entities) is not looked at but for "-->".
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/text/lines.h"
#include "manifests/validate/text/text.h"
#include "manifests/validate/text/vtt_settings.h"
#include "src/base/mem.h"

// Of one file this many faults are told, so that hostile text costs no more than good text.
#define FAULTS_MAX   40
#define REGIONS_MAX  32
#define MPEGTS_WRAPS (1ULL << 33)

struct reader {
    struct lines lines;
    struct line line; // the current one
    struct place place;
    struct findings *findings;
    struct vtt_facts *facts;
    unsigned faults;
    int64_t latest_start_ms;
    int64_t latest_start_line;
    struct line regions[REGIONS_MAX]; // their ids
    size_t region_count;
    bool has_lost_regions;
    bool keeps_cues;
    struct cue_facts *cues;
    size_t cues_kept;
};

// stated: what stands there, NULL nothing.
static void __attribute__((format(printf, 3, 4)))
fault(struct reader *reader, const char *stated, const char *fmt, ...)
{
    if (reader->faults++ >= FAULTS_MAX)
        return;
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *message = mem_vprintf(fmt, args);
    va_end(args);
    reader->place.line = reader->lines.number;
    findings_add(reader->findings, RULE_M29, &reader->place, stated, NULL, "%s", message);
}

static void fault_line(struct reader *reader, const char *sentence)
{
    char quote[64];
    line_quote(&reader->line, quote);
    fault(reader, quote, "%s: %s", sentence, quote);
}

static bool next(struct reader *reader)
{
    return lines_next(&reader->lines, &reader->line);
}

// "MPEGTS:900000" or "LOCAL:00:00:00.000", taken off the front.
static bool read_map_part(struct line *rest, struct vtt_facts *facts, unsigned *seen)
{
    if (line_starts(rest, "MPEGTS:")) {
        rest->text += 7;
        rest->length -= 7;
        *seen |= 1;
        return line_digits(rest, 18, &facts->map_mpegts) > 0;
    }
    if (line_starts(rest, "LOCAL:")) {
        rest->text += 6;
        rest->length -= 6;
        *seen |= 2;
        return line_timestamp(rest, &facts->map_local_ms);
    }
    return false;
}

static void read_map(struct reader *reader)
{
    struct vtt_facts *facts = reader->facts;
    struct line rest = reader->line;
    unsigned seen = 0;
    if (facts->has_timestamp_map) {
        fault_line(reader, "a second X-TIMESTAMP-MAP stands in the header");
        return;
    }
    rest.text += strlen("X-TIMESTAMP-MAP=");
    rest.length -= strlen("X-TIMESTAMP-MAP=");
    bool is_sound = read_map_part(&rest, facts, &seen);
    if (is_sound && rest.length > 0 && *rest.text == ',') {
        rest.text++;
        rest.length--;
        line_skip_spaces(&rest);
        is_sound = read_map_part(&rest, facts, &seen);
    }
    if (!is_sound || seen != 3 || !line_is_blank(&rest)) {
        facts->map_mpegts = 0;
        facts->map_local_ms = 0;
        fault_line(reader, "X-TIMESTAMP-MAP is not MPEGTS:number,LOCAL:time");
        return;
    }
    facts->has_timestamp_map = true;
    if (facts->map_mpegts >= MPEGTS_WRAPS) {
        char stated[32];
        snprintf(stated, sizeof stated, "%" PRIu64, facts->map_mpegts);
        fault(reader, stated, "MPEGTS %s of X-TIMESTAMP-MAP has more than 33 bits", stated);
    }
}

// The first line and what follows up to the first blank line.
static bool read_header(struct reader *reader)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (reader->lines.end - reader->lines.at >= 3 && memcmp(reader->lines.at, mark, 3) == 0)
        reader->lines.at += 3;
    if (!next(reader) || !line_starts(&reader->line, "WEBVTT") ||
        (reader->line.length > 6 && reader->line.text[6] != ' ' && reader->line.text[6] != '\t')) {
        fault_line(reader, "the file does not begin with WEBVTT");
        return false;
    }
    if (line_holds(&reader->line, "-->"))
        fault_line(reader, "the first line holds an arrow");
    struct line ahead;
    while (lines_peek(&reader->lines, &ahead) && ahead.length > 0) {
        if (line_holds(&ahead, "-->")) {
            next(reader);
            fault_line(reader, "no blank line stands between header and first cue");
            // It is read as a cue all the same, as players do.
            reader->lines.at = ahead.text;
            reader->lines.number--;
            return true;
        }
        next(reader);
        if (line_starts(&reader->line, "X-TIMESTAMP-MAP"))
            line_starts(&reader->line, "X-TIMESTAMP-MAP=")
                ? read_map(reader)
                : fault_line(reader, "X-TIMESTAMP-MAP has no equals sign");
    }
    return true;
}

// A word alone in its line, or followed by a space.
static bool is_block(const struct line *line, const char *word)
{
    size_t length = strlen(word);
    return line_starts(line, word) &&
           (line->length == length || line->text[length] == ' ' || line->text[length] == '\t');
}

// NOTE and STYLE: up to a blank line, no arrow.
static void skip_block(struct reader *reader, const char *what)
{
    while (next(reader) && reader->line.length > 0)
        if (line_holds(&reader->line, "-->")) {
            char sentence[64];
            snprintf(sentence, sizeof sentence, "a %s block holds an arrow", what);
            fault_line(reader, sentence);
        }
}

static void read_region(struct reader *reader)
{
    unsigned seen = 0;
    while (next(reader) && reader->line.length > 0) {
        struct line rest = reader->line;
        for (struct line word = line_word(&rest); word.length > 0; word = line_word(&rest)) {
            char quote[64];
            const char *wrong = vtt_region_setting(&word, &seen);
            line_quote(&word, quote);
            if (wrong)
                fault(reader, quote, "the region setting %s %s", quote, wrong);
            if (!line_starts(&word, "id:"))
                continue;
            if (reader->region_count < REGIONS_MAX)
                reader->regions[reader->region_count++] =
                    (struct line){word.text + 3, word.length - 3};
            else
                reader->has_lost_regions = true;
        }
    }
}

static void check_region(struct reader *reader, const struct line *setting)
{
    if (!line_starts(setting, "region:") || reader->has_lost_regions)
        return;
    struct line id = {setting->text + 7, setting->length - 7};
    for (size_t i = 0; i < reader->region_count; i++)
        if (reader->regions[i].length == id.length &&
            memcmp(reader->regions[i].text, id.text, id.length) == 0)
            return;
    char quote[64];
    line_quote(&id, quote);
    fault(reader, quote, "a cue names the region %s, which the file does not define", quote);
}

static void read_settings(struct reader *reader, struct line rest)
{
    unsigned seen = 0;
    for (struct line word = line_word(&rest); word.length > 0; word = line_word(&rest)) {
        char quote[64];
        const char *wrong = vtt_cue_setting(&word, &seen);
        line_quote(&word, quote);
        if (wrong)
            fault(reader, quote, "the cue setting %s %s", quote, wrong);
        else
            check_region(reader, &word);
    }
}

static void format_time(int64_t ms, char text[32])
{
    snprintf(text, 32, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64, ms / 3600000,
             ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

static void keep_cue(struct reader *reader, int64_t start_ms, int64_t end_ms)
{
    size_t count = reader->cues_kept;
    if (!reader->keeps_cues || count >= CUES_MAX)
        return;
    if ((count & (count - 1)) == 0)
        reader->cues = mem_realloc(reader->cues, count ? count * 2 : 1, sizeof *reader->cues);
    reader->cues[count] = (struct cue_facts){start_ms, end_ms};
    reader->cues_kept++;
}

static void count_cue(struct reader *reader, int64_t start_ms, int64_t end_ms)
{
    struct vtt_facts *facts = reader->facts;
    char start[32];
    char other[32];
    format_time(start_ms, start);
    if (end_ms <= start_ms) {
        format_time(end_ms, other);
        fault(reader, other, "a cue ends at %s, not after its start at %s", other, start);
    }
    if (start_ms < reader->latest_start_ms) {
        format_time(reader->latest_start_ms, other);
        fault(reader, start,
              "a cue starts at %s, before the one in line %" PRId64 ", which starts at %s", start,
              reader->latest_start_line, other);
    } else {
        reader->latest_start_ms = start_ms;
        reader->latest_start_line = reader->lines.number;
    }
    if (facts->cue_count == 0 || start_ms < facts->start_ms)
        facts->start_ms = start_ms;
    if (facts->cue_count == 0 || end_ms > facts->end_ms)
        facts->end_ms = end_ms;
    facts->cue_count++;
    keep_cue(reader, start_ms, end_ms);
}

// The current line is one with an arrow. Reads it and the cue's text.
static void read_cue(struct reader *reader)
{
    struct line at = reader->line;
    int64_t start_ms;
    int64_t end_ms;
    line_skip_spaces(&at);
    bool has_start = line_timestamp(&at, &start_ms);
    bool has_gap = has_start && line_skip_spaces(&at) > 0 && line_starts(&at, "-->");
    if (has_gap) {
        at.text += 3;
        at.length -= 3;
        has_gap = line_skip_spaces(&at) > 0;
    }
    bool is_sound = has_gap && line_timestamp(&at, &end_ms) &&
                    (at.length == 0 || *at.text == ' ' || *at.text == '\t');
    if (!is_sound) {
        fault_line(reader, "a cue's times are not mm:ss.ttt --> mm:ss.ttt");
    } else {
        count_cue(reader, start_ms, end_ms);
        read_settings(reader, at);
    }
    struct line ahead;
    while (lines_peek(&reader->lines, &ahead) && ahead.length > 0) {
        if (line_holds(&ahead, "-->")) { // players begin a new cue here
            lines_next(&reader->lines, &reader->line);
            fault_line(reader, "a line with an arrow follows a cue's text without a blank line");
            reader->lines.at = ahead.text;
            reader->lines.number--;
            return;
        }
        next(reader);
    }
}

// The current line is the first of a block.
static void read_block(struct reader *reader)
{
    if (line_holds(&reader->line, "-->")) {
        read_cue(reader);
        return;
    }
    if (is_block(&reader->line, "NOTE")) {
        skip_block(reader, "NOTE");
        return;
    }
    bool is_style = is_block(&reader->line, "STYLE");
    struct line ahead;
    bool is_cue = lines_peek(&reader->lines, &ahead) && line_holds(&ahead, "-->");
    if (!is_cue && (is_style || is_block(&reader->line, "REGION"))) {
        if (reader->facts->cue_count > 0)
            fault(reader, NULL, "a %s block stands after the first cue",
                  is_style ? "STYLE" : "REGION");
        is_style ? skip_block(reader, "STYLE") : read_region(reader);
        return;
    }
    if (is_cue) {
        next(reader);
        read_cue(reader);
        return;
    }
    fault_line(reader, line_starts(&reader->line, "X-TIMESTAMP-MAP")
                           ? "X-TIMESTAMP-MAP stands after the header, where nobody reads it"
                           : "a block is neither a cue nor NOTE, STYLE or REGION");
    while (next(reader) && reader->line.length > 0)
        continue;
}

// The first zero byte and the first that is no UTF-8, each with its line.
static void check_characters(struct reader *reader)
{
    struct lines from = reader->lines;
    const uint8_t *at = (const uint8_t *)from.at;
    const uint8_t *end = (const uint8_t *)from.end;
    bool has_zero = false;
    int64_t line = 1;
    while (at < end) {
        size_t length = lines_utf8((const char *)at, (const char *)end);
        if (length == 0 || (*at == 0 && !has_zero)) {
            reader->lines.number = line;
            fault(reader, NULL,
                  length == 0 ? "the text is not UTF-8" : "the text holds a zero byte");
            has_zero |= length > 0;
            if (length == 0)
                break;
        }
        line += *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
        at += length;
    }
    reader->lines = from;
}

static bool read_file(struct reader *reader, const char *text, size_t size_bytes)
{
    *reader->facts = (struct vtt_facts){.start_ms = -1, .end_ms = -1};
    reader->latest_start_ms = -1;
    reader->place.byte = -1;
    lines_init(&reader->lines, text, size_bytes);
    if (!read_header(reader))
        return false;
    struct lines body = reader->lines;
    lines_init(&reader->lines, text, size_bytes);
    check_characters(reader);
    reader->lines = body;
    while (next(reader))
        if (reader->line.length > 0)
            read_block(reader);
    return true;
}

bool vtt_read(const char *text, size_t size_bytes, const struct place *place,
              struct findings *findings, struct vtt_facts *ret)
{
    struct reader reader = {.place = *place, .findings = findings, .facts = ret};
    return read_file(&reader, text, size_bytes);
}

bool vtt_read_cues(const char *text, size_t size_bytes, const struct place *place,
                   struct findings *findings, struct vtt_facts *ret, struct cue_facts **ret_cues,
                   size_t *ret_count)
{
    struct reader reader = {
        .place = *place, .findings = findings, .facts = ret, .keeps_cues = true};
    bool is_vtt = read_file(&reader, text, size_bytes);
    *ret_cues = reader.cues;
    *ret_count = reader.cues_kept;
    return is_vtt;
}
