// SPDX-License-Identifier: BSD-2-Clause
// What the files that read a playlist share: the reader's state between lines.
#ifndef RUNG_VALIDATE_HLS_READER_PRIVATE_H
#define RUNG_VALIDATE_HLS_READER_PRIVATE_H

#include "manifests/validate/hls/grammar.h"
#include "manifests/validate/hls/playlist.h"
#include "manifests/validate/hls/variables.h"

struct reader {
    struct hls_playlist *playlist;
    const struct hls_source *source;
    struct findings *findings;
    struct variables_user variables;
    struct place place; // of the line being read
    bool *is_seen;      // one for each tag_grammars row
    // media playlist: what the next segment gets
    struct hls_segment next;
    bool has_range, has_range_offset;
    int64_t pending_line; // of the first tag that waits for its segment; 0 none
    size_t key, map;
    uint64_t bitrate_kbps;
    bool has_discontinuity; // one was read
    // multivariant playlist
    size_t waiting; // variant whose URI line comes next; NONE
};

// Room for one more in an array that doubles at powers of two.
#define READER_GROW(array, count)                                                                  \
    do {                                                                                           \
        if (((count) & ((count)-1)) == 0)                                                          \
            (array) = mem_realloc((array), (count) ? (count)*2 : 1, sizeof *(array));              \
        memset(&(array)[count], 0, sizeof *(array));                                               \
    } while (0)

#define READER_FINDING(reader, rule, ...)                                                          \
    findings_add((reader)->findings, RULE_##rule, &(reader)->place, NULL, NULL, __VA_ARGS__)

// A tag that is known and stands in a playlist of its kind; the last of playlist->tags.
void reader_media_tag(struct reader *reader, const struct hls_tag *tag);
void reader_media_uri(struct reader *reader, char *uri);
void reader_media_end(struct reader *reader);

#endif
