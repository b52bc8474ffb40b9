// SPDX-License-Identifier: BSD-2-Clause
// What was found wrong: collected by rule and track, bounded however bad the input is.
#ifndef RUNG_VALIDATE_CORE_FINDINGS_H
#define RUNG_VALIDATE_CORE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/rule_id.h"

// Of one rule in one track as many are kept; the rest are counted.
#define FINDINGS_PER_RULE_AND_TRACK 20
// Of one rule over all tracks.
#define FINDINGS_PER_RULE 200

// Where it is. Everything borrowed; copied by findings_add.
struct place {
    const char *file;  // as shown to people: relative to what was given, or the address
    const char *track; // NULL: about no single track
    int64_t line;      // 1-based, 0: not a matter of lines
    int64_t byte;      // offset in the file, -1: not a matter of bytes (PLACE sets it)
    const char *path;  // "MPD/Period[1]/AdaptationSet[2]/@lang", "moof/traf/trun"; NULL
};
// PLACE(.file = name, .line = 12); PLACE_BYTE(offset, .file = name) in a file of bytes.
#define PLACE(...)              (&(struct place){.byte = -1, __VA_ARGS__})
#define PLACE_BYTE(offset, ...) (&(struct place){.byte = (offset), __VA_ARGS__})

struct finding {
    enum rule_id rule;
    char *file;
    char *track; // NULL: none
    int64_t line;
    int64_t byte;
    char *path;     // NULL: none
    char *message;  // one sentence without full stop: what is wrong here
    char *stated;   // what is written there, NULL: nothing is
    char *measured; // what is true, NULL: nothing was measured
};

struct findings {
    struct finding *items; // in the order found
    size_t count;
    bool is_off[RULE_COUNT];   // rules that are left out: adding them does nothing
    int64_t total[RULE_COUNT]; // all that were added, kept or not
};

void findings_init(struct findings *findings);
void findings_done(struct findings *findings);

// Adds one. stated and measured may be NULL; the message must read on its own for a
// person who sees no other field. Not for several threads at once: readers in threads
// have a list each, and findings_move joins them in a fixed order.
void findings_add(struct findings *findings, enum rule_id rule, const struct place *place,
                  const char *stated, const char *measured, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

// Moves all of `from` to the end of `to` and leaves it empty.
void findings_move(struct findings *to, struct findings *from);

#endif
