// SPDX-License-Identifier: BSD-2-Clause
// Between ttml.c, which meets the elements, and ttml_rules.c, which knows what they mean.
#ifndef RUNG_VALIDATE_TEXT_TTML_PRIVATE_H
#define RUNG_VALIDATE_TEXT_TTML_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/text/text.h"
#include "manifests/validate/text/ttml_time.h"

#define TTML_DEPTH_MAX      64
#define TTML_ATTRIBUTES_MAX 64
#define TTML_IDS_MAX        1024 // beyond it references are not looked up

enum ttml_kind {
    TTML_FOREIGN, // another namespace, or an element unknown here: its inside is not looked at
    TTML_TT,
    TTML_HEAD,
    TTML_STYLING,
    TTML_STYLE,
    TTML_LAYOUT,
    TTML_REGION,
    TTML_BODY,
    TTML_DIV,
    TTML_P,
    TTML_SPAN,
    TTML_BR,
    TTML_SET,
    TTML_METADATA,
    TTML_KINDS,
};

// An open element. Times in milliseconds of the document.
struct ttml_open {
    enum ttml_kind kind;
    bool is_sequence;    // timeContainer="seq"
    bool is_unknown;     // its times hang on something that is not known
    bool is_timed;       // it or one around it says a time
    bool has_own_time;   // it says one itself
    bool has_timed_part; // something in it says one
    int64_t begin_ms;
    int64_t end_ms;  // -1: open
    int64_t next_ms; // where the next child of a sequence begins
};

struct ttml_id {
    char *name;
    enum ttml_kind kind;
};

struct ttml {
    struct ttml_facts *facts;
    struct ttml_clock clock;
    struct ttml_open open[TTML_DEPTH_MAX];
    size_t depth;
    struct ttml_id *ids;
    size_t id_count;
    bool has_lost_ids;
    bool has_root, has_head, has_body;
};

struct ttml_attribute { // borrowed, the value not zero-terminated
    const char *name;
    const char *space;
    const char *value;
    size_t value_bytes;
};
struct ttml_element {
    const char *name;
    const char *space;
    const struct ttml_attribute *attributes;
    size_t attribute_count;
};

void ttml_init(struct ttml *ttml, struct ttml_facts *facts);
void ttml_done(struct ttml *ttml);
// False: reading must stop (too deep, or no TTML at all; told).
bool ttml_element_begin(struct ttml *ttml, const struct ttml_element *element);
void ttml_element_end(struct ttml *ttml);
void ttml_text(struct ttml *ttml, const char *text, size_t length);
bool ttml_finish(struct ttml *ttml); // whether it was TTML

// In ttml.c: a finding where the reader is. stated may be NULL.
void ttml_fault(struct ttml *ttml, const char *stated, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
