// SPDX-License-Identifier: BSD-2-Clause
// Which tags there are, where each may stand and what it takes: tables (RFC 8216 4.3 and
// 4.4, rfc8216bis 4.4).
#ifndef RUNG_VALIDATE_HLS_GRAMMAR_H
#define RUNG_VALIDATE_HLS_GRAMMAR_H

#include "manifests/validate/core/findings.h"
#include "manifests/validate/hls/playlist.h"

enum { IN_MEDIA = 1, IN_MULTIVARIANT = 2, IN_BOTH = 3 };

enum tag_takes {
    TAKES_NOTHING,
    TAKES_INTEGER,
    TAKES_ATTRIBUTES,
    TAKES_OWN, // a form of its own, read where the tag is
};

struct tag_grammar {
    const char *name;
    unsigned where;
    enum tag_takes takes;
    bool is_once; // in a playlist
};

enum attribute_takes {
    ATTRIBUTE_INTEGER,
    ATTRIBUTE_HEX,
    ATTRIBUTE_FLOAT,
    ATTRIBUTE_SIGNED,
    ATTRIBUTE_QUOTED,
    ATTRIBUTE_WORD,       // enumerated string; of `words` when there are some
    ATTRIBUTE_RESOLUTION, // decimal-resolution
    ATTRIBUTE_DATE,       // quoted, ISO/IEC 8601
    ATTRIBUTE_QUOTED_OR_WORD,
    ATTRIBUTE_ANY,
};

struct attribute_grammar {
    const char *tag;
    const char *name;
    enum attribute_takes takes;
    const char *words;     // "YES|NO"; NULL: any
    enum rule_id required; // broken when it is missing; RULE_COUNT: optional
};

extern const struct tag_grammar tag_grammars[];
extern const size_t tag_grammar_count;
extern const struct attribute_grammar attribute_grammars[];
extern const size_t attribute_grammar_count;

// By the name after "#", which may run on. NULL: no tag of HLS.
const struct tag_grammar *tag_grammar_find(const char *name, size_t length);
const struct attribute_grammar *attribute_grammar_find(const char *tag, const char *name);

// Splits the tag's value into attributes (H4). Names and values go to the pool.
void attributes_read(struct hls_tag *tag, struct pool *pool, const struct place *place,
                     struct findings *findings);
// Judges the attributes of a known tag: types, words (H4), required ones, odd names (H12).
void attributes_check(const struct hls_tag *tag, const struct place *place,
                      struct findings *findings);
// A tag that is none but nearly one (H12).
void tag_name_check(const char *name, const struct place *place, struct findings *findings);

#endif
