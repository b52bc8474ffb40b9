// SPDX-License-Identifier: BSD-2-Clause
// Interstitials: date ranges that schedule other content (rfc8216bis appendix D). What any
// date range must have is in rules_dates.c.
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

#define INTERSTITIAL "com.apple.hls.interstitial"
#define LATE_MAX_US  500000

enum form { FORM_TEXT, FORM_WORDS, FORM_WORD, FORM_DECIMAL, FORM_SIGNED };

static const struct {
    const char *name;
    enum form form;
    const char *words;
} attributes[] = {
    {"X-ASSET-URI", FORM_TEXT, NULL},
    {"X-ASSET-LIST", FORM_TEXT, NULL},
    {"X-RESUME-OFFSET", FORM_SIGNED, NULL},
    {"X-PLAYOUT-LIMIT", FORM_DECIMAL, NULL},
    {"X-SNAP", FORM_WORDS, "OUT|IN"},
    {"X-RESTRICT", FORM_WORDS, "SKIP|JUMP"},
    {"X-CONTENT-MAY-VARY", FORM_WORD, "YES|NO"},
    {"X-TIMELINE-OCCUPIES", FORM_WORD, "POINT|RANGE"},
    {"X-TIMELINE-STYLE", FORM_WORD, "HIGHLIGHT|PRIMARY"},
    {"X-SKIP-CONTROL-OFFSET", FORM_DECIMAL, NULL},
    {"X-SKIP-CONTROL-DURATION", FORM_DECIMAL, NULL},
};

static bool is_interstitial(const struct hls_tag *tag)
{
    return strcmp(tag->name, "EXT-X-DATERANGE") == 0 &&
           look_same(hls_attribute(tag, "CLASS"), INTERSTITIAL);
}

static bool has_words(const char *list, const char *words)
{
    const char *item;
    for (size_t length; (length = value_next(&list, ',', &item)) != NONE;) {
        size_t blank = strspn(item, " ");
        if (length <= blank || !value_has_word(words, item + blank, length - blank))
            return false;
    }
    return true;
}

static bool has_form(const struct hls_attribute *attribute, enum form form, const char *words)
{
    struct rational number;
    bool is_quoted = attribute->type == HLS_VALUE_QUOTED;
    switch (form) {
    case FORM_TEXT:
        return is_quoted && *attribute->value;
    case FORM_WORDS:
        return is_quoted && has_words(attribute->value, words);
    case FORM_WORD:
        return is_quoted && value_has_word(words, attribute->value, strlen(attribute->value));
    case FORM_DECIMAL:
        return !is_quoted && value_decimal(attribute->value, &number);
    case FORM_SIGNED:
        return !is_quoted && value_signed(attribute->value, &number);
    }
    return true;
}

static const char *form_name(enum form form)
{
    switch (form) {
    case FORM_TEXT:
        return "text in quotes";
    case FORM_WORDS:
        return "in quotes a list of";
    case FORM_WORD:
        return "in quotes one of";
    case FORM_DECIMAL:
        return "a number of seconds";
    case FORM_SIGNED:
        return "a number of seconds, which may be negative";
    }
    return "";
}

static void check_form(const struct hls_playlist *playlist, const struct hls_tag *tag,
                       struct findings *findings)
{
    for (size_t i = 0; i < tag->attribute_count; i++) {
        const struct hls_attribute *attribute = &tag->attributes[i];
        for (size_t a = 0; a < ARRAY_LEN(attributes); a++) {
            const char *words = attributes[a].words;
            if (strcmp(attributes[a].name, attribute->name) != 0 ||
                has_form(attribute, attributes[a].form, words))
                continue;
            FIND(M49, playlist, tag->line, attribute->value, NULL,
                 "%s=%.60s of an interstitial is not %s%s%s", attribute->name, attribute->value,
                 form_name(attributes[a].form), words ? " " : "", words ? words : "");
        }
    }
}

struct ranges { // the date ranges of a playlist; hostile ones only have more
    const struct hls_playlist *playlist;
    const struct hls_tag *tags[LOOK_MAX];
    size_t count;
};

static void ranges_build(const struct hls_playlist *playlist, struct ranges *ret)
{
    ret->playlist = playlist;
    ret->count = 0;
    for (size_t i = 0; i < playlist->tag_count && ret->count < LOOK_MAX; i++)
        if (strcmp(playlist->tags[i].name, "EXT-X-DATERANGE") == 0)
            ret->tags[ret->count++] = &playlist->tags[i];
}

// An attribute of the range: of this tag, or of another with the same ID.
static const char *range_attribute(const struct ranges *ranges, const struct hls_tag *tag,
                                   const char *name)
{
    const char *id = hls_attribute(tag, "ID"), *value = hls_attribute(tag, name);
    for (size_t i = 0; !value && id && i < ranges->count; i++)
        if (look_same(hls_attribute(ranges->tags[i], "ID"), id))
            value = hls_attribute(ranges->tags[i], name);
    return value;
}

static void check_m49(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct ranges ranges;
    (void)evidence;
    ranges_build(playlist, &ranges);
    for (size_t i = 0; i < ranges.count; i++) {
        const struct hls_tag *tag = ranges.tags[i];
        if (!is_interstitial(tag))
            continue;
        bool has_uri = range_attribute(&ranges, tag, "X-ASSET-URI");
        bool has_list = range_attribute(&ranges, tag, "X-ASSET-LIST");
        if (has_uri == has_list)
            FIND(M49, playlist, tag->line, NULL, NULL,
                 has_uri ? "the interstitial has both X-ASSET-URI and X-ASSET-LIST"
                         : "the interstitial has neither X-ASSET-URI nor X-ASSET-LIST");
        check_form(playlist, tag, findings);
    }
}
HLS_RUN(M49, media, check_m49)

// --- M50: interstitials that are never played

// The date of the playlist's beginning, from the first segment that has one.
static bool dated_zero(const struct hls_playlist *playlist, struct value_date *ret)
{
    struct rational before = {0, 1};
    for (size_t i = 0; i < playlist->segment_count; i++) {
        const struct hls_segment *segment = &playlist->segments[i];
        if (segment->date_time) {
            if (!value_date(segment->date_time, ret))
                return false;
            ret->time_us -= rational_round(before, 1000000);
            return true;
        }
        before = rational_add(before, segment->duration);
    }
    return false;
}

static void check_place(const struct ranges *ranges, const struct hls_tag *tag,
                        struct findings *findings)
{
    const struct hls_playlist *playlist = ranges->playlist;
    const char *start_text = hls_attribute(tag, "START-DATE");
    const char *cue = range_attribute(ranges, tag, "CUE");
    struct value_date zero, start;
    if (!playlist->has_endlist || (cue && (strstr(cue, "PRE") || strstr(cue, "POST"))) ||
        !value_date(start_text, &start) || !dated_zero(playlist, &zero) ||
        start.has_zone != zero.has_zone)
        return;
    int64_t length_us = rational_round(look_stated_duration(playlist), 1000000);
    int64_t at_us = start.time_us - zero.time_us;
    if (at_us >= -LATE_MAX_US && at_us <= length_us + LATE_MAX_US)
        return;
    char measured[40], length[40];
    value_seconds(rational_make(at_us, 1000000), measured);
    value_seconds(look_stated_duration(playlist), length);
    FIND(M50, playlist, tag->line, start_text, measured,
         "the interstitial starts at %s of a playlist that lasts %s", measured, length);
}

static void check_class(const struct ranges *ranges, const struct hls_tag *tag,
                        struct findings *findings)
{
    const struct hls_playlist *playlist = ranges->playlist;
    const char *class = range_attribute(ranges, tag, "CLASS");
    bool has_asset = hls_attribute(tag, "X-ASSET-URI") || hls_attribute(tag, "X-ASSET-LIST");
    if (has_asset && !look_same(class, INTERSTITIAL))
        FIND(M50, playlist, tag->line, class, INTERSTITIAL,
             "the date range names an asset, and its CLASS is %s%.60s%s, so that nobody plays it",
             class ? "\"" : "", class ? class : "missing", class ? "\"" : "");
}

static void check_m50(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct ranges ranges;
    (void)evidence;
    ranges_build(playlist, &ranges);
    for (size_t i = 0; i < ranges.count; i++) {
        if (is_interstitial(ranges.tags[i]))
            check_place(&ranges, ranges.tags[i], findings);
        else
            check_class(&ranges, ranges.tags[i], findings);
    }
}
HLS_RUN(M50, media, check_m50)
