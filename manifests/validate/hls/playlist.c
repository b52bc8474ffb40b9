// SPDX-License-Identifier: BSD-2-Clause
// Reads a playlist: lines, tags, and the structure of multivariant playlists. Media
// playlists' segments: playlist_media.c.
#include "manifests/validate/hls/playlist.h"

#include <stdlib.h>
#include <string.h>

#include "manifests/validate/hls/reader_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"
#include "src/base/text.h"

#define HEAD_LINES 64 // #EXTM3U is looked for in as many

const char *hls_attribute(const struct hls_tag *tag, const char *name)
{
    for (size_t i = 0; i < tag->attribute_count; i++)
        if (strcmp(tag->attributes[i].name, name) == 0)
            return tag->attributes[i].value;
    return NULL;
}

bool hls_attribute_integer(const struct hls_tag *tag, const char *name, uint64_t *ret)
{
    return value_integer(hls_attribute(tag, name), ret);
}

const struct hls_tag *hls_tag_find(const struct hls_playlist *playlist, const char *name)
{
    for (size_t i = 0; i < playlist->tag_count; i++)
        if (strcmp(playlist->tags[i].name, name) == 0)
            return &playlist->tags[i];
    return NULL;
}

void hls_playlist_free(struct hls_playlist **playlist)
{
    struct hls_playlist *p = *playlist;
    if (!p)
        return;
    for (size_t i = 0; i < p->tag_count; i++)
        MEM_FREE(p->tags[i].attributes);
    MEM_FREE(p->tags);
    MEM_FREE(p->segments);
    MEM_FREE(p->maps);
    MEM_FREE(p->keys);
    MEM_FREE(p->variants);
    MEM_FREE(p->renditions);
    MEM_FREE(p->variables);
    pool_done(&p->pool);
    MEM_FREE(*playlist);
}

// The next line of a text, cut off with a zero byte. NULL: no more.
static char *next_line(char **rest)
{
    char *line = *rest;
    if (!line)
        return NULL;
    char *end = strchr(line, '\n');
    *rest = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return line;
}

// Which kind it is: by what most tags that stand in one kind only say.
static bool looks_multivariant(const char *text)
{
    size_t media = 0, multivariant = 0;
    for (const char *at = text; at; at = strchr(at, '\n'), at = at ? at + 1 : NULL) {
        if (strncmp(at, "#EXT", 4) != 0)
            continue;
        const struct tag_grammar *grammar = tag_grammar_find(at + 1, strcspn(at + 1, ":\r\n \t"));
        media += grammar && grammar->where == IN_MEDIA;
        multivariant += grammar && grammar->where == IN_MULTIVARIANT;
    }
    return multivariant > 0 && multivariant >= media;
}

static void variant_add(struct reader *reader, const struct hls_tag *tag, bool is_iframes)
{
    struct hls_playlist *playlist = reader->playlist;
    READER_GROW(playlist->variants, playlist->variant_count);
    playlist->variants[playlist->variant_count++] =
        (struct hls_variant){.tag = playlist->tag_count - 1,
                             .uri = is_iframes ? (char *)hls_attribute(tag, "URI") : NULL,
                             .is_iframes = is_iframes,
                             .resource = NONE,
                             .playlist = NONE,
                             .track = NONE};
}

static void rendition_add(struct reader *reader, const struct hls_tag *tag)
{
    struct hls_playlist *playlist = reader->playlist;
    READER_GROW(playlist->renditions, playlist->rendition_count);
    playlist->renditions[playlist->rendition_count++] =
        (struct hls_rendition){.tag = playlist->tag_count - 1,
                               .uri = (char *)hls_attribute(tag, "URI"),
                               .resource = NONE,
                               .playlist = NONE,
                               .track = NONE};
}

static void no_uri(struct reader *reader)
{
    if (reader->waiting == NONE)
        return;
    READER_FINDING(reader, V1, "the EXT-X-STREAM-INF before this line has no URI line after it");
    reader->waiting = NONE;
}

static void multivariant_tag(struct reader *reader, const struct hls_tag *tag)
{
    if (strcmp(tag->name, "EXT-X-STREAM-INF") == 0) {
        no_uri(reader);
        variant_add(reader, tag, false);
        reader->waiting = reader->playlist->variant_count - 1;
        return;
    }
    if (reader->waiting != NONE)
        READER_FINDING(reader, V1, "#%s stands between EXT-X-STREAM-INF and its URI line",
                       tag->name);
    if (strcmp(tag->name, "EXT-X-I-FRAME-STREAM-INF") == 0)
        variant_add(reader, tag, true);
    else if (strcmp(tag->name, "EXT-X-MEDIA") == 0)
        rendition_add(reader, tag);
}

static void both_tag(struct reader *reader, const struct hls_tag *tag)
{
    struct hls_playlist *playlist = reader->playlist;
    uint64_t number;
    if (strcmp(tag->name, "EXT-X-VERSION") == 0 && value_integer(tag->value, &number))
        playlist->version = number <= INT32_MAX ? (int64_t)number : INT32_MAX;
    else if (strcmp(tag->name, "EXT-X-INDEPENDENT-SEGMENTS") == 0)
        playlist->is_independent = true;
    else if (strcmp(tag->name, "EXT-X-DEFINE") == 0)
        variables_define(playlist, reader->source, tag, &reader->place, reader->findings);
}

// What the tag's row says of where it stands, how often, and what it takes.
static bool tag_fits(struct reader *reader, const struct hls_tag *tag,
                     const struct tag_grammar *grammar)
{
    bool is_multivariant = reader->playlist->is_multivariant;
    bool *is_seen = &reader->is_seen[grammar - tag_grammars];
    uint64_t number;
    if (!(grammar->where & (is_multivariant ? IN_MULTIVARIANT : IN_MEDIA))) {
        READER_FINDING(reader, H2, "#%s is a tag of %s playlists, and this is a %s playlist",
                       tag->name, is_multivariant ? "media" : "multivariant",
                       is_multivariant ? "multivariant" : "media");
        return false;
    }
    if (grammar->is_once && *is_seen) {
        if (strcmp(tag->name, "EXT-X-VERSION") == 0)
            READER_FINDING(reader, H3, "EXT-X-VERSION is there twice");
        else
            READER_FINDING(reader, H5, "#%s may stand in a playlist once, and here it is again",
                           tag->name);
        return false;
    }
    *is_seen = true;
    if (grammar->takes == TAKES_NOTHING && tag->value && strcmp(tag->name, "EXTM3U") != 0)
        READER_FINDING(reader, H4, "#%s takes no value, and it has \"%.60s\"", tag->name,
                       tag->value);
    if (grammar->takes == TAKES_INTEGER && !value_integer(tag->value, &number)) {
        READER_FINDING(reader, H4, "#%s takes a whole number, and it has \"%.60s\"", tag->name,
                       tag->value ? tag->value : "");
        return false;
    }
    return true;
}

static void attributes_of(struct reader *reader, struct hls_tag *tag)
{
    attributes_read(tag, &reader->playlist->pool, &reader->place, reader->findings);
    for (size_t i = 0; i < tag->attribute_count; i++) {
        struct hls_attribute *attribute = &tag->attributes[i];
        const struct attribute_grammar *grammar =
            attribute_grammar_find(tag->name, attribute->name);
        if (attribute->type == HLS_VALUE_QUOTED || (grammar && grammar->takes == ATTRIBUTE_HEX))
            attribute->value =
                variables_replace(&reader->variables, attribute->value, &reader->place);
    }
    attributes_check(tag, &reader->place, reader->findings);
}

static void read_tag(struct reader *reader, char *line)
{
    struct hls_playlist *playlist = reader->playlist;
    size_t length = strcspn(line + 1, ":");
    READER_GROW(playlist->tags, playlist->tag_count);
    struct hls_tag *tag = &playlist->tags[playlist->tag_count++];
    const struct tag_grammar *grammar = tag_grammar_find(line + 1, length);
    tag->line = reader->place.line;
    tag->name = pool_copy(&playlist->pool, line + 1, length);
    if (line[1 + length])
        tag->value = pool_copy(&playlist->pool, line + length + 2, strlen(line + length + 2));
    if (!grammar) {
        tag_name_check(tag->name, &reader->place, reader->findings);
        return;
    }
    if (grammar->takes == TAKES_ATTRIBUTES)
        attributes_of(reader, tag);
    if (!tag_fits(reader, tag, grammar))
        return;
    both_tag(reader, tag);
    if (playlist->is_multivariant)
        multivariant_tag(reader, tag);
    else
        reader_media_tag(reader, tag);
}

static void read_uri(struct reader *reader, const char *line)
{
    struct hls_playlist *playlist = reader->playlist;
    char *uri = variables_replace(&reader->variables,
                                  pool_copy(&playlist->pool, line, strlen(line)), &reader->place);
    if (!playlist->is_multivariant) {
        reader_media_uri(reader, uri);
        return;
    }
    if (reader->waiting == NONE) {
        READER_FINDING(reader, V1, "the URI line \"%.80s\" has no EXT-X-STREAM-INF before it", uri);
        return;
    }
    playlist->variants[reader->waiting].uri = uri;
    reader->waiting = NONE;
}

// Takes line ends and blanks off, and says what no line may hold. NULL: nothing is left.
static char *trim(struct reader *reader, char *line)
{
    size_t length = strlen(line);
    if (length && line[length - 1] == '\r')
        line[--length] = '\0';
    bool is_text = line[0] == '#' && strncmp(line, "#EXT", 4) != 0; // a comment
    size_t blank = strspn(line, " \t");
    size_t end = length;
    while (end > blank && (line[end - 1] == ' ' || line[end - 1] == '\t'))
        end--;
    if (end > blank && !is_text && (blank || (end < length && strncmp(line, "#EXTINF", 7) != 0)))
        READER_FINDING(reader, H9, "there is a space at the %s of this line",
                       blank ? "beginning" : "end");
    line[end] = '\0';
    line += blank;
    for (size_t i = 0; line[i] && !is_text; i++) {
        unsigned char c = (unsigned char)line[i];
        bool is_c1 =
            c == 0xc2 && (unsigned char)line[i + 1] >= 0x80 && (unsigned char)line[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || is_c1) {
            READER_FINDING(reader, H9, "this line holds the control character U+%04X",
                           is_c1 ? (unsigned char)line[i + 1] : c);
            break;
        }
    }
    return *line ? line : NULL;
}

static bool is_utf8(const char *line)
{
    for (size_t length; *line; line += length)
        if ((length = text_sequence(line, NULL)) == 0)
            return false;
    return true;
}

static void read_line(struct reader *reader, char *line)
{
    AUTO_FREE char *clean = NULL;
    line = trim(reader, line);
    if (!line)
        return;
    if (!is_utf8(line)) {
        READER_FINDING(reader, H1, "this line is not UTF-8");
        line = clean = text_clean(line);
    }
    if (strncmp(line, "#EXT", 4) == 0)
        read_tag(reader, line);
    else if (*line != '#')
        read_uri(reader, line);
}

static bool is_header(const char *line)
{
    return strncmp(line, "#EXTM3U", 7) == 0 && (!line[7] || strchr(" \t\r\n", line[7]));
}

// Finds the header and says what is wrong with it. False: there is none.
static bool header_check(const char *text, const struct place *place, struct findings *findings)
{
    static const char bom[] = "\xef\xbb\xbf";
    struct place at = *place;
    at.line = 1;
    if (strncmp(text, bom, 3) == 0) {
        findings_add(findings, RULE_H1, &at, "byte order mark", NULL,
                     "the playlist begins with a byte order mark, which it must not");
        text += 3;
    }
    for (; at.line <= HEAD_LINES; at.line++) {
        if (is_header(text + strspn(text, " \t"))) {
            if (at.line > 1)
                findings_add(findings, RULE_H1, &at, NULL, NULL,
                             "#EXTM3U has to be the first line and stands in line %d",
                             (int)at.line);
            return true;
        }
        text = strchr(text, '\n');
        if (!text)
            return false;
        text++;
    }
    return false;
}

// A zero-terminated copy that can be cut into lines; zero bytes become spaces.
static char *copy_text(const char *text, size_t size_bytes, size_t *ret_zeroes)
{
    char *copy = mem_alloc(size_bytes + 1);
    *ret_zeroes = 0;
    for (size_t i = 0; i < size_bytes; i++) {
        copy[i] = text[i] ? text[i] : ' ';
        *ret_zeroes += !text[i];
    }
    return copy;
}

static struct hls_playlist *playlist_new(const struct hls_source *source, const char *text,
                                         size_t size_bytes)
{
    struct hls_playlist *playlist = mem_alloc(sizeof *playlist);
    playlist->resource = source->resource;
    playlist->file = source->file;
    playlist->target_duration = -1;
    playlist->version = 1;
    playlist->track = NONE;
    playlist->text_bytes = size_bytes;
    playlist->is_multivariant = looks_multivariant(text);
    return playlist;
}

static bool read_lines(struct reader *reader, char *text, struct err *err)
{
    char *rest = text;
    bool is_first = true;
    for (char *line; (line = next_line(&rest)); is_first = false) {
        if (++reader->place.line > HLS_LINES_MAX)
            return err_set(err, ERR_INPUT, "%s: more than %d lines", reader->source->file,
                           HLS_LINES_MAX);
        read_line(reader, is_first && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line);
    }
    if (reader->playlist->is_multivariant)
        no_uri(reader);
    else
        reader_media_end(reader);
    return true;
}

bool hls_playlist_read_from(const char *text, size_t size_bytes, const struct hls_source *source,
                            struct findings *findings, struct hls_playlist **ret, struct err *err)
{
    size_t zeroes;
    AUTO_FREE char *copy = copy_text(text, size_bytes, &zeroes);
    struct reader reader = {.source = source,
                            .findings = findings,
                            .place = {.file = source->file, .byte = -1},
                            .key = NONE,
                            .map = NONE,
                            .waiting = NONE};
    AUTO_FREE bool *is_seen = mem_alloc(tag_grammar_count * sizeof *is_seen);
    if (zeroes > size_bytes / 64 || !header_check(copy, &reader.place, findings))
        return err_set(err, ERR_INPUT, "%s: no HLS playlist, for it has no #EXTM3U line",
                       source->file);
    AUTO(hls_playlist_free) struct hls_playlist *playlist = playlist_new(source, copy, size_bytes);
    reader.playlist = playlist;
    reader.is_seen = is_seen;
    reader.variables = (struct variables_user){.playlist = playlist, .findings = findings};
    reader.next = (struct hls_segment){.range_size = -1, .duration = {0, 1}};
    if (!playlist->is_multivariant)
        reader.place.track = source->file;
    if (zeroes)
        READER_FINDING(&reader, H9, "the playlist holds %zu zero bytes", zeroes);
    if (!read_lines(&reader, copy, err))
        return false;
    *ret = MEM_MOVE(playlist);
    return true;
}

bool hls_playlist_read(const char *text, size_t size_bytes, size_t resource, const char *file,
                       struct findings *findings, struct hls_playlist **ret, struct err *err)
{
    const struct hls_source source = {.resource = resource, .file = file};
    return hls_playlist_read_from(text, size_bytes, &source, findings, ret, err);
}
