// SPDX-License-Identifier: BSD-2-Clause
// Reads the tags and URI lines of media playlists into segments (RFC 8216 4.3.2, 4.3.3).
#include <string.h>

#include "manifests/validate/hls/reader_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

// Notes that a tag waits for its segment; M31 when one of its kind waits already.
static void pend(struct reader *reader, bool is_there_already, const struct hls_tag *tag)
{
    if (is_there_already)
        READER_FINDING(reader, M31, "#%s stands twice before one segment", tag->name);
    if (!reader->pending_line)
        reader->pending_line = tag->line;
}

static void on_extinf(struct reader *reader, const struct hls_tag *tag)
{
    struct hls_segment *next = &reader->next;
    const char *text = tag->value ? tag->value : "";
    const char *comma = strchr(text, ',');
    size_t length = comma ? (size_t)(comma - text) : strlen(text);
    pend(reader, next->extinf_line > 0, tag);
    next->extinf_line = tag->line;
    if (!comma)
        READER_FINDING(reader, M5, "EXTINF:%.40s has no comma after the duration", text);
    char digits[64] = "";
    if (length < sizeof digits)
        memcpy(digits, text, length);
    next->has_extinf = value_decimal(digits, &next->duration);
    next->title = comma ? pool_copy(&reader->playlist->pool, comma + 1, strlen(comma + 1)) : NULL;
    if (!next->has_extinf) {
        next->duration = (struct rational){0, 1};
        READER_FINDING(reader, M5, "EXTINF's duration \"%.*s\" is no decimal number of seconds",
                       (int)(length < 40 ? length : 40), text);
    } else if (next->duration.num == 0) {
        READER_FINDING(reader, M5, "EXTINF gives the segment a duration of 0");
    }
}

static void on_byterange(struct reader *reader, const struct hls_tag *tag)
{
    struct value_range range;
    pend(reader, reader->has_range, tag);
    if (!value_byte_range(tag->value, &range) || range.size == 0) {
        READER_FINDING(reader, H4, "EXT-X-BYTERANGE has to be n[@o] in bytes, and it is \"%.60s\"",
                       tag->value ? tag->value : "");
        return;
    }
    reader->has_range = true;
    reader->has_range_offset = range.has_offset;
    reader->next.range_size = (int64_t)range.size;
    reader->next.range_offset = (int64_t)range.offset;
}

static void on_discontinuity(struct reader *reader, const struct hls_tag *tag)
{
    pend(reader, false, tag);
    reader->next.is_discontinuity = true;
    reader->has_discontinuity = true;
}

static void on_gap(struct reader *reader, const struct hls_tag *tag)
{
    pend(reader, reader->next.has_gap, tag);
    reader->next.has_gap = true;
}

static void on_date_time(struct reader *reader, const struct hls_tag *tag)
{
    pend(reader, reader->next.date_time != NULL, tag);
    reader->next.date_time = tag->value ? tag->value : "";
    reader->next.date_time_line = tag->line;
}

static void on_key(struct reader *reader, const struct hls_tag *tag)
{
    struct hls_playlist *playlist = reader->playlist;
    (void)tag;
    READER_GROW(playlist->keys, playlist->key_count);
    reader->key = playlist->key_count++;
    playlist->keys[reader->key] = playlist->tag_count - 1;
}

static void on_map(struct reader *reader, const struct hls_tag *tag)
{
    struct hls_playlist *playlist = reader->playlist;
    const char *uri = hls_attribute(tag, "URI");
    const char *text = hls_attribute(tag, "BYTERANGE");
    struct value_range range = {0};
    bool has_range = text && value_byte_range(text, &range) && range.size > 0;
    if (text && !has_range)
        READER_FINDING(reader, H4,
                       "BYTERANGE of EXT-X-MAP has to be n@o in bytes, and it is "
                       "\"%.60s\"",
                       text);
    else if (text && !range.has_offset)
        READER_FINDING(reader, M7, "BYTERANGE=\"%s\" of EXT-X-MAP gives no offset", text);
    if (!uri)
        return;
    READER_GROW(playlist->maps, playlist->map_count);
    reader->map = playlist->map_count++;
    playlist->maps[reader->map] =
        (struct hls_map){.line = tag->line,
                         .uri = (char *)uri,
                         .range_offset = has_range ? (int64_t)range.offset : 0,
                         .range_size = has_range ? (int64_t)range.size : -1,
                         .key = reader->key};
}

static void on_bitrate(struct reader *reader, const struct hls_tag *tag)
{
    (void)value_integer(tag->value, &reader->bitrate_kbps);
}

static void on_target_duration(struct reader *reader, const struct hls_tag *tag)
{
    uint64_t number;
    if (value_integer(tag->value, &number) && number <= INT32_MAX)
        reader->playlist->target_duration = (int64_t)number;
    else
        READER_FINDING(reader, M1,
                       "EXT-X-TARGETDURATION has to be whole seconds, and it is "
                       "\"%.40s\"",
                       tag->value ? tag->value : "");
}

static void on_sequence(struct reader *reader, const struct hls_tag *tag)
{
    bool is_media = strcmp(tag->name, "EXT-X-MEDIA-SEQUENCE") == 0;
    struct hls_playlist *playlist = reader->playlist;
    (void)value_integer(tag->value,
                        is_media ? &playlist->media_sequence : &playlist->discontinuity_sequence);
    if (playlist->segment_count)
        READER_FINDING(reader, M10, "#%s has to stand before the first segment", tag->name);
    else if (!is_media && reader->has_discontinuity)
        READER_FINDING(reader, M10, "#%s has to stand before the first EXT-X-DISCONTINUITY",
                       tag->name);
}

static void on_type(struct reader *reader, const struct hls_tag *tag)
{
    reader->playlist->type = pool_copy(&reader->playlist->pool, tag->value ? tag->value : "",
                                       strlen(tag->value ? tag->value : ""));
}

static void on_endlist(struct reader *reader, const struct hls_tag *tag)
{
    (void)tag;
    reader->playlist->has_endlist = true;
}

static void on_iframes_only(struct reader *reader, const struct hls_tag *tag)
{
    (void)tag;
    reader->playlist->is_iframes_only = true;
}

static const struct {
    const char *name;
    void (*on)(struct reader *reader, const struct hls_tag *tag);
} handlers[] = {
    {"EXTINF", on_extinf},
    {"EXT-X-BYTERANGE", on_byterange},
    {"EXT-X-DISCONTINUITY", on_discontinuity},
    {"EXT-X-GAP", on_gap},
    {"EXT-X-PROGRAM-DATE-TIME", on_date_time},
    {"EXT-X-KEY", on_key},
    {"EXT-X-MAP", on_map},
    {"EXT-X-BITRATE", on_bitrate},
    {"EXT-X-TARGETDURATION", on_target_duration},
    {"EXT-X-MEDIA-SEQUENCE", on_sequence},
    {"EXT-X-DISCONTINUITY-SEQUENCE", on_sequence},
    {"EXT-X-PLAYLIST-TYPE", on_type},
    {"EXT-X-ENDLIST", on_endlist},
    {"EXT-X-I-FRAMES-ONLY", on_iframes_only},
};

void reader_media_tag(struct reader *reader, const struct hls_tag *tag)
{
    for (size_t i = 0; i < ARRAY_LEN(handlers); i++)
        if (strcmp(handlers[i].name, tag->name) == 0) {
            handlers[i].on(reader, tag);
            return;
        }
}

// A range without an offset goes on where the one before it ended (RFC 8216 4.3.2.2).
static void fill_range(struct reader *reader)
{
    const struct hls_playlist *playlist = reader->playlist;
    struct hls_segment *next = &reader->next;
    const struct hls_segment *last =
        playlist->segment_count ? &playlist->segments[playlist->segment_count - 1] : NULL;
    if (next->range_size < 0 || reader->has_range_offset)
        return;
    if (last && last->range_size >= 0 && strcmp(last->uri, next->uri) == 0)
        next->range_offset = last->range_offset + last->range_size;
    else
        READER_FINDING(reader, M7,
                       "EXT-X-BYTERANGE has no offset, and the segment before is no range of %.80s",
                       next->uri);
    if (next->range_offset > INT64_MAX / 2) // sums stay far from the edge
        next->range_offset = 0;
}

void reader_media_uri(struct reader *reader, char *uri)
{
    struct hls_playlist *playlist = reader->playlist;
    struct hls_segment *next = &reader->next;
    next->uri = uri;
    next->line = reader->place.line;
    next->key = reader->key;
    next->map = reader->map;
    next->bitrate_kbps = reader->bitrate_kbps;
    if (!next->extinf_line)
        READER_FINDING(reader, M5, "the segment %.80s has no EXTINF", uri);
    fill_range(reader);
    READER_GROW(playlist->segments, playlist->segment_count);
    playlist->segments[playlist->segment_count++] = *next;
    *next = (struct hls_segment){.range_size = -1, .duration = {0, 1}};
    reader->has_range = reader->has_range_offset = false;
    reader->pending_line = 0;
}

void reader_media_end(struct reader *reader)
{
    if (!reader->pending_line)
        return;
    reader->place.line = reader->pending_line;
    if (reader->next.extinf_line) {
        READER_FINDING(reader, M5, "EXTINF has no URI line after it");
    } else if (reader->playlist->has_endlist) {
        // A live playlist may end so: the segment comes with the next reload.
        READER_FINDING(reader, M31, "the tags at the end of the playlist belong to no segment");
    }
}
