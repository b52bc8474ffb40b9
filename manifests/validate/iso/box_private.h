// SPDX-License-Identifier: BSD-2-Clause
// Boxes and their fields, read within their bounds (ISO/IEC 14496-12 4.2), and the way
// readers of this room report what they find.
#ifndef RUNG_VALIDATE_ISO_BOX_PRIVATE_H
#define RUNG_VALIDATE_ISO_BOX_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/findings.h"

#define FOURCC(a, b, c, d)                                                                         \
    ((uint32_t)(uint8_t)(a) << 24 | (uint32_t)(uint8_t)(b) << 16 | (uint32_t)(uint8_t)(c) << 8 |   \
     (uint32_t)(uint8_t)(d))
// FOUR("moov")
#define FOUR(text) FOURCC((text)[0], (text)[1], (text)[2], (text)[3])

struct iso_reader {
    const uint8_t *data;
    size_t size_bytes;
    int64_t base_byte; // where data stands in its file
    const struct place *place;
    struct findings *findings;
    bool is_silent; // measures without reporting
    uint32_t said[RULE_COUNT];
};

// Where in the data, and both values, of one finding. SPOT(at, path, .measured = text)
struct iso_spot {
    size_t at;
    const char *path;
    const char *stated;
    const char *measured;
};
#define SPOT(...) (&(struct iso_spot){__VA_ARGS__})

// At most FINDINGS_PER_RULE_AND_TRACK of one rule in one reading are worded; the rest is
// counted, so that hostile input costs no time here.
void iso_report(struct iso_reader *reader, enum rule_id rule, const struct iso_spot *spot,
                const char *fmt, ...) __attribute__((format(printf, 4, 5)));
// The same, only the first time in this reading: for faults that every sample may have.
#define ISO_REPORT_ONCE(reader, rule, ...)                                                         \
    do {                                                                                           \
        if ((reader)->said[rule] == 0)                                                             \
            iso_report((reader), (rule), __VA_ARGS__);                                             \
    } while (0)

// A number or a type as text, for the length of one expression: iso_number(5).text
struct iso_text {
    char text[48];
};
struct iso_text iso_number(int64_t value);
struct iso_text iso_hex(uint32_t value);
struct iso_text iso_pair(int64_t a, char between, int64_t b);
struct iso_text iso_four(uint32_t type); // "moov"; what cannot be printed becomes '?'
void iso_four_copy(char ret[5], uint32_t type);

// Big-endian fields of a payload. Reading past the end gives 0 and sets is_short.
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
    bool is_short;
};

static inline size_t cursor_left(const struct cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

static inline bool cursor_has(struct cursor *cursor, size_t count)
{
    if (cursor_left(cursor) >= count)
        return true;
    cursor->is_short = true;
    cursor->at = cursor->end;
    return false;
}

static inline uint32_t cursor_u8(struct cursor *cursor)
{
    return cursor_has(cursor, 1) ? *cursor->at++ : 0;
}

static inline uint32_t cursor_u16(struct cursor *cursor)
{
    if (!cursor_has(cursor, 2))
        return 0;
    const uint8_t *at = cursor->at;
    cursor->at += 2;
    return (uint32_t)at[0] << 8 | at[1];
}

static inline uint32_t cursor_u32(struct cursor *cursor)
{
    if (!cursor_has(cursor, 4))
        return 0;
    const uint8_t *at = cursor->at;
    cursor->at += 4;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint64_t cursor_u64(struct cursor *cursor)
{
    if (!cursor_has(cursor, 8))
        return 0;
    uint64_t high = cursor_u32(cursor);
    return high << 32 | cursor_u32(cursor);
}

// 32 or 64 bits, as the version of a full box has it.
static inline uint64_t cursor_wide(struct cursor *cursor, bool is_wide)
{
    return is_wide ? cursor_u64(cursor) : cursor_u32(cursor);
}

static inline void cursor_skip(struct cursor *cursor, size_t count)
{
    if (cursor_has(cursor, count))
        cursor->at += count;
}

struct iso_box {
    uint32_t type;
    size_t at;  // of its header, in reader->data
    size_t end; // after its last byte
    size_t payload_at;
    bool is_cut; // its size says more than there is; `end` is where its parent ends
    uint64_t stated_bytes;
};

static inline size_t iso_box_size(const struct iso_box *box)
{
    return box->end - box->payload_at;
}

struct cursor iso_box_cursor(const struct iso_reader *reader, const struct iso_box *box);

struct iso_full { // ISO/IEC 14496-12 4.2
    uint32_t version;
    uint32_t flags;
};
// A cursor after version and flags.
struct cursor iso_full_cursor(const struct iso_reader *reader, const struct iso_box *box,
                              struct iso_full *ret);

// A container that is no file has at most so many boxes; real ones have a few dozen.
#define ISO_CHILDREN_MAX 65536

// The boxes of [at, end) one after another. What breaks their sizes is an S38 finding
// unless is_quiet, and ends the walk after the box that is cut.
struct iso_walk {
    struct iso_reader *reader;
    const char *path; // of the parent, "" for the file
    size_t at;
    size_t end;
    size_t count; // boxes so far
    bool is_quiet;
    bool is_file; // size 0, to the end of the file, is allowed
};
bool iso_walk_next(struct iso_walk *walk, struct iso_box *ret);
struct iso_walk iso_walk_into(struct iso_reader *reader, const struct iso_box *parent);

// The first child of this type; quiet. skip_bytes: fields in front of the children.
bool iso_find(struct iso_reader *reader, const struct iso_box *parent, uint32_t type,
              struct iso_box *ret);

// Checks which children a container must have, may have, and must not have, and the
// sizes of all, down the known containers (needs.c).
void iso_check_children(struct iso_reader *reader, const struct iso_box *parent);
void iso_check_init_file(struct iso_reader *reader);

#endif
