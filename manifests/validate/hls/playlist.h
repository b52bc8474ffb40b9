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
#include "manifests/validate/hls/pool.h"
#include "src/base/err.h"
#include "src/base/rational.h"

#define HLS_LINES_MAX      2000000 // more is refused
#define HLS_ATTRIBUTES_MAX 64      // in one tag; the rest is dropped with H4
#define HLS_VARIABLES_MAX  128     // EXT-X-DEFINE; the rest is dropped with H10

enum hls_value_type { HLS_VALUE_WORD, HLS_VALUE_QUOTED, HLS_VALUE_BAD };

struct hls_attribute {
    char *name;
    char *value; // without quotes, variables replaced
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
    char *uri;    // as written, variables replaced
    bool has_extinf;
    struct rational duration; // 0/1 when EXTINF is missing or bad
    int64_t extinf_line;      // 0: none
    char *title;
    int64_t range_offset;  // resolved: implicit offsets filled in; 0 without a range
    int64_t range_size;    // -1: no range
    size_t map;            // into maps, NONE
    size_t key;            // into keys, NONE; of several KEYs that apply, the last
    bool is_discontinuity; // EXT-X-DISCONTINUITY before it
    bool has_gap;
    const char *date_time; // PROGRAM-DATE-TIME as written; NULL
    int64_t date_time_line;
    uint64_t bitrate_kbps; // EXT-X-BITRATE that applies; 0 none
};

struct hls_map {
    int64_t line;
    char *uri;
    int64_t range_offset;
    int64_t range_size; // -1 none
    size_t key;         // into keys, as in segments
};

struct hls_variable {
    char *name;
    char *value;
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
    size_t *keys; // indices of EXT-X-KEY tags; METHOD=NONE among them
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
        size_t resource; // of the playlist it leads to; set with the children, NONE before
        size_t playlist; // into evidence.playlists; NONE: not read
        size_t track;    // into evidence.tracks; NONE
    } * variants;
    size_t variant_count;
    struct hls_rendition {
        size_t tag; // EXT-X-MEDIA
        char *uri;  // NULL: none
        size_t resource;
        size_t playlist;
        size_t track;
    } * renditions;
    size_t rendition_count;
    size_t track;      // media playlist: its track; NONE
    bool is_listed;    // media playlist: by a multivariant one, or there is none; see hls_link
    size_t text_bytes; // size of the file
    struct hls_variable *variables;
    size_t variable_count;
    struct pool pool; // holds the strings
};

// Where a playlist comes from.
struct hls_source {
    size_t resource;                   // in the evidence
    const char *file;                  // its name; borrowed for as long as the playlist lives
    const char *address;               // for EXT-X-DEFINE:QUERYPARAM; NULL: no query
    const struct hls_playlist *parent; // for EXT-X-DEFINE:IMPORT; NULL: none
};

// Reads text (any bytes). Grammar faults become findings (H1, H2, H4, M5, …) at their
// lines. INPUT: this is not a playlist (no #EXTM3U anywhere near the start, binary, or
// beyond a limit).
bool hls_playlist_read(const char *text, size_t size_bytes, size_t resource, const char *file,
                       struct findings *findings, struct hls_playlist **ret, struct err *err);
// The same with all that variables may refer to (rfc8216bis 4.4.2.3).
bool hls_playlist_read_from(const char *text, size_t size_bytes, const struct hls_source *source,
                            struct findings *findings, struct hls_playlist **ret, struct err *err);
void hls_playlist_free(struct hls_playlist **playlist);

const char *hls_attribute(const struct hls_tag *tag, const char *name); // value; NULL: absent
// False: absent, or not a decimal-integer of 64 bit.
bool hls_attribute_integer(const struct hls_tag *tag, const char *name, uint64_t *ret);
const struct hls_tag *hls_tag_find(const struct hls_playlist *playlist, const char *name);

#endif
