// SPDX-License-Identifier: BSD-2-Clause
// Dates in media playlists: EXT-X-PROGRAM-DATE-TIME and EXT-X-DATERANGE.
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

// Dates are written to the millisecond and often taken from clocks.
#define DRIFT_MAX_US 250000

static void check_m16(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct value_date date;
    (void)evidence;
    for (size_t i = 0; i < playlist->segment_count; i++) {
        const struct hls_segment *segment = &playlist->segments[i];
        if (segment->date_time && !value_date(segment->date_time, &date))
            FIND(M16, playlist, segment->date_time_line, segment->date_time, NULL,
                 "EXT-X-PROGRAM-DATE-TIME \"%.60s\" is no date and time of ISO 8601",
                 segment->date_time);
    }
}
HLS_RUN(M16, media, check_m16)

static void check_m39(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct value_date date;
    (void)evidence;
    for (size_t i = 0; i < playlist->segment_count; i++) {
        const struct hls_segment *segment = &playlist->segments[i];
        if (segment->date_time && value_date(segment->date_time, &date) && !date.has_zone)
            FIND(M39, playlist, segment->date_time_line, segment->date_time, NULL,
                 "EXT-X-PROGRAM-DATE-TIME \"%.60s\" names no time zone", segment->date_time);
    }
}
HLS_RUN(M39, media, check_m39)

static void find_m33(const struct hls_playlist *playlist, const struct hls_segment *segment,
                     int64_t off_us, struct findings *findings)
{
    char text[40];
    value_seconds(rational_make(off_us, 1000000), text);
    FIND(M33, playlist, segment->date_time_line, segment->date_time, text,
         "EXT-X-PROGRAM-DATE-TIME is %s off from where the date before it and the durations lead",
         text);
}

static void check_m33(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct value_date date, last = {0};
    bool has_last = false;
    struct rational since = {0, 1}; // seconds from the last date to this segment
    (void)evidence;
    for (size_t i = 0; i < playlist->segment_count; i++) {
        const struct hls_segment *segment = &playlist->segments[i];
        if (segment->is_discontinuity)
            has_last = false;
        if (segment->date_time && value_date(segment->date_time, &date)) {
            int64_t since_us = rational_round(since, 1000000);
            int64_t expected_us = last.time_us + (since_us < INT64_MAX / 4 ? since_us : 0);
            int64_t off_us = date.time_us - expected_us;
            if (has_last && date.has_zone == last.has_zone &&
                (off_us > DRIFT_MAX_US || off_us < -DRIFT_MAX_US))
                find_m33(playlist, segment, off_us, findings);
            last = date;
            has_last = true;
            since = (struct rational){0, 1};
        }
        since = rational_add(since, segment->duration);
    }
}
HLS_RUN(M33, media, check_m33)

// --- M17: date ranges

#define M17(...) FIND(M17, playlist, tag->line, NULL, NULL, __VA_ARGS__)

static void check_cue(const struct hls_playlist *playlist, const struct hls_tag *tag,
                      struct findings *findings)
{
    const char *cue = hls_attribute(tag, "CUE");
    const char *item;
    for (size_t length; (length = value_next(&cue, ',', &item)) != NONE;)
        if (!value_has_word("PRE|POST|ONCE", item, length))
            M17("CUE holds \"%.*s\", and there are only PRE, POST and ONCE",
                (int)(length < 40 ? length : 40), item);
}

static void check_range(const struct hls_playlist *playlist, const struct hls_tag *tag,
                        struct findings *findings)
{
    const char *end_text = hls_attribute(tag, "END-DATE");
    const char *duration_text = hls_attribute(tag, "DURATION");
    struct value_date start, end;
    struct rational duration;
    bool has_start = value_date(hls_attribute(tag, "START-DATE"), &start);
    bool has_end = value_date(end_text, &end);
    check_cue(playlist, tag, findings);
    if (has_start && has_end && start.has_zone == end.has_zone) {
        if (end.time_us < start.time_us)
            M17("the date range ends at %s, before it starts", end_text);
        else if (value_decimal(duration_text, &duration) &&
                 llabs(end.time_us - start.time_us - rational_round(duration, 1000000)) > 1000)
            M17("the date range has DURATION=%s and an END-DATE that says otherwise",
                duration_text);
    }
    if (!hls_attribute(tag, "END-ON-NEXT"))
        return;
    if (!hls_attribute(tag, "CLASS"))
        M17("END-ON-NEXT needs a CLASS, for it ends with the next range of that");
    if (duration_text || end_text)
        M17("END-ON-NEXT excludes %s", duration_text ? "DURATION" : "END-DATE");
}

static const char *id_of(const struct hls_tag *tag)
{
    const char *id = hls_attribute(tag, "ID");
    return id ? id : "";
}

static int compare_ranges(const void *a, const void *b)
{
    const struct hls_tag *const *x = a;
    const struct hls_tag *const *y = b;
    int order = strcmp(id_of(*x), id_of(*y));
    return order ? order : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

// Two tags of one ID are one range: what both say must be the same.
static void check_same(const struct hls_playlist *playlist, const struct hls_tag *first,
                       const struct hls_tag *tag, struct findings *findings)
{
    for (size_t i = 0; i < tag->attribute_count; i++) {
        const char *value = hls_attribute(first, tag->attributes[i].name);
        if (value && strcmp(value, tag->attributes[i].value) != 0)
            M17("%s of the date range \"%.60s\" is not what line %d says", tag->attributes[i].name,
                id_of(tag), (int)first->line);
    }
}

static void check_ranges(const struct hls_playlist *playlist, const struct hls_tag **tags,
                         size_t count, struct findings *findings)
{
    qsort(tags, count, sizeof *tags, compare_ranges);
    for (size_t i = 0; i < count;) {
        const struct hls_tag *tag = tags[i];
        size_t next = i + 1;
        bool has_start = hls_attribute(tag, "START-DATE");
        for (; next < count && *id_of(tag) && strcmp(id_of(tag), id_of(tags[next])) == 0; next++) {
            check_same(playlist, tag, tags[next], findings);
            has_start = has_start || hls_attribute(tags[next], "START-DATE");
        }
        if (!has_start)
            M17("the date range \"%.60s\" has no START-DATE", id_of(tag));
        i = next;
    }
}

static void check_m17(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct hls_tag **tags = mem_alloc((playlist->tag_count + 1) * sizeof *tags);
    size_t count = 0;
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++)
        if (strcmp(playlist->tags[i].name, "EXT-X-DATERANGE") == 0)
            tags[count++] = &playlist->tags[i];
    if (count && !hls_tag_find(playlist, "EXT-X-PROGRAM-DATE-TIME")) {
        const struct hls_tag *tag = tags[0];
        M17("the playlist has a date range and no EXT-X-PROGRAM-DATE-TIME to place it by");
    }
    for (size_t i = 0; i < count; i++)
        check_range(playlist, tags[i], findings);
    if (count)
        check_ranges(playlist, tags, count, findings);
    MEM_FREE(tags);
}
HLS_RUN(M17, media, check_m17)
