// SPDX-License-Identifier: BSD-2-Clause
// An HLS playlist as it is written: every line, every attribute with its type, and over
// that the structure (RFC 8216 4; rfc8216bis). Reading reports what breaks the grammar
// and goes on; it refuses only what is no playlist at all.
#ifndef RUNG_VALIDATE_HLS_PLAYLIST_H
#define RUNG_VALIDATE_HLS_PLAYLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"
#include "src/base/err.h"
#include "src/base/rational.h"

#define HLS_LINES_MAX      2000000 // more is refused
#define HLS_ATTRIBUTES_MAX 64      // in one tag; the rest is dropped with H4

enum hls_value_type { HLS_VALUE_WORD, HLS_VALUE_QUOTED, HLS_VALUE_BAD };

struct hls_attribute {
    char *name;
    char *value; // without quotes
    enum hls_value_type type;
};

struct hls_tag { // one line that begins with #EXT
    int64_t line;
    char *name;                       // "EXT-X-STREAM-INF"
    char *value;                      // what follows the colon; NULL: nothing does
    struct hls_attribute *attributes; // for the tags that have attribute lists
    size_t attribute_count;
};

struct hls_segment {
    int64_t line; // of the URI
    char *uri;    // as written
    bool has_extinf;
    struct rational duration;
    char *title;
    int64_t range_offset;  // resolved: implicit offsets filled in; 0 without a range
    int64_t range_size;    // -1: no range
    size_t map;            // into maps, NONE
    size_t key;            // into keys, NONE
    bool is_discontinuity; // EXT-X-DISCONTINUITY before it
    bool has_gap;
    const char *date_time; // PROGRAM-DATE-TIME as written; NULL
    int64_t date_time_line;
};

struct hls_map {
    int64_t line;
    char *uri;
    int64_t range_offset;
    int64_t range_size; // -1 none
};

struct hls_playlist {
    size_t resource;  // in the evidence
    const char *file; // its name; borrowed
    bool is_multivariant;
    struct hls_tag *tags; // all, in order, unknown ones too
    size_t tag_count;
    // media playlist
    struct hls_segment *segments;
    size_t segment_count;
    struct hls_map *maps;
    size_t map_count;
    size_t *keys; // indices of EXT-X-KEY tags
    size_t key_count;
    int64_t target_duration; // -1 missing or bad
    int64_t version;         // 1 when not stated
    uint64_t media_sequence;
    uint64_t discontinuity_sequence;
    bool is_iframes_only, has_endlist, is_independent;
    char *type; // "VOD", "EVENT", NULL
    // multivariant playlist
    struct hls_variant {
        size_t tag; // STREAM-INF or I-FRAME-STREAM-INF
        char *uri;  // NULL: missing
        bool is_iframes;
        size_t playlist; // into evidence.playlists; NONE: not read
        size_t track;    // into evidence.tracks; NONE
    } * variants;
    size_t variant_count;
    struct hls_rendition {
        size_t tag; // EXT-X-MEDIA
        char *uri;  // NULL: none
        size_t playlist;
        size_t track;
    } * renditions;
    size_t rendition_count;
    size_t track;      // media playlist: its track; NONE
    size_t text_bytes; // size of the file
};

// Reads text (any bytes). Grammar faults become findings (H1, H2, H4, M5, …) at their
// lines. INPUT: this is not a playlist (no #EXTM3U anywhere near the start, binary, or
// beyond a limit).
bool hls_playlist_read(const char *text, size_t size_bytes, size_t resource, const char *file,
                       struct findings *findings, struct hls_playlist **ret, struct err *err);
void hls_playlist_free(struct hls_playlist **playlist);

const char *hls_attribute(const struct hls_tag *tag, const char *name); // value; NULL: absent
bool hls_attribute_integer(const struct hls_tag *tag, const char *name, uint64_t *ret);
const struct hls_tag *hls_tag_find(const struct hls_playlist *playlist, const char *name);

#endif
