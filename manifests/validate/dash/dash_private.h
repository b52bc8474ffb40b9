// SPDX-License-Identifier: BSD-2-Clause
// What the files of this room share: looking into the tree, reporting at a node, walking
// MPDs, Periods, AdaptationSets and Representations in order.
#ifndef RUNG_VALIDATE_DASH_DASH_PRIVATE_H
#define RUNG_VALIDATE_DASH_DASH_PRIVATE_H

#include "manifests/validate/dash/mpd.h"
#include "src/base/mem.h"

#define DASH_NAMESPACE  "urn:mpeg:dash:schema:mpd:2011"
#define XLINK_NAMESPACE "http://www.w3.org/1999/xlink"
#define CENC_NAMESPACE  "urn:mpeg:cenc:2013"

#define SCHEME_ROLE       "urn:mpeg:dash:role:2011"
#define SCHEME_PROTECTION "urn:mpeg:dash:mp4protection:2011"
#define SCHEME_TRICKMODE  "http://dashif.org/guidelines/trickmode"
#define SCHEME_SWITCHING  "urn:mpeg:dash:adaptation-set-switching:2016"
#define SCHEME_TILES      "http://dashif.org/guidelines/thumbnail_tile"

// An element of the MPD's own namespace with this name (NULL: any name).
bool node_is(const xmlNode *node, const char *name);
// The first such child, and the next such sibling; NULL: none. node may be NULL.
const xmlNode *node_child(const xmlNode *node, const char *name);
const xmlNode *node_next(const xmlNode *node, const char *name);
// Loops over the children of that name.
#define NODE_EACH(child, node, name)                                                               \
    for (const xmlNode *child = node_child((node), (name)); child; child = node_next(child, (name)))
// The attribute's value, borrowed from the tree; NULL: absent. node may be NULL.
const char *node_attr(const xmlNode *node, const char *name);
const char *node_attr_ns(const xmlNode *node, const char *name, const char *space);
// The attribute of a Representation, else of its AdaptationSet; ret_node says which.
const char *node_common(const xmlNode *representation, const char *name, const xmlNode **ret_node);
int64_t node_line(const xmlNode *node);
// The text in the element without the white space around it, at most limit bytes. Caller
// frees.
char *node_text(const xmlNode *node, size_t limit);
// Of an AdaptationSet or Representation: the profiles attribute in force.
const char *node_profiles(const xmlNode *node);
bool list_has(const char *list, const char *separators, const char *word);
// The next word of a list: *at moves on; false at the end. Words are cut at size - 1.
bool list_next(const char **at, const char *separators, char *word, size_t size);
bool has_prefix(const char *text, const char *prefix);

// Readers of attribute values; false: absent or not of the type.
bool read_unsigned(const char *text, uint64_t max, uint64_t *ret);
bool read_signed(const char *text, int64_t *ret);
bool read_bool(const char *text, bool *ret);
bool read_range(const char *text, int64_t *ret_offset, int64_t *ret_size); // "a-b"
bool read_frame_rate(const char *text, struct rational *ret);
bool read_ratio(const char *text, struct rational *ret);   // "16:9"
bool read_date(const char *text, struct rational *ret);    // seconds since 1970 UTC
bool read_decimal(const char *text, struct rational *ret); // xs:double without exponent
bool read_language(const char *text);                      // well-formed BCP 47
bool node_unsigned(const xmlNode *node, const char *name, uint64_t *ret);

struct spot { // where a finding is
    const struct mpd *mpd;
    const xmlNode *node;   // NULL: the MPD as a whole
    const char *attribute; // NULL: none
    const struct track *track;
    int64_t line; // 0: the node's
};
#define SPOT(mpd_, node_, ...) (&(struct spot){.mpd = (mpd_), .node = (node_), ##__VA_ARGS__})

void dash_report(struct findings *findings, enum rule_id rule, const struct spot *spot,
                 const char *stated, const char *measured, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

// `struct dash_cursor at = {evidence}; while (dash_next(&at, DEPTH_SET)) …`: every set of
// every Period of every MPD; what is above is set too.
enum dash_depth { DEPTH_MPD, DEPTH_PERIOD, DEPTH_SET, DEPTH_REPRESENTATION };
struct dash_cursor {
    const struct evidence *evidence;
    const struct mpd *mpd;
    const struct mpd_period *period;
    const struct mpd_set *set;
    const struct mpd_representation *representation;
    const struct track *track; // of the Representation; NULL: none was made
    size_t mpd_next, period_next, set_next, representation_next; // own
};
bool dash_next(struct dash_cursor *at, enum dash_depth depth);
const struct track *representation_track(const struct evidence *evidence,
                                         const struct mpd_representation *representation);

// What a set or Representation holds, by contentType, mimeType and codecs.
enum media_kind node_kind(const xmlNode *node);
// By what was measured of the first init that was read; MEDIA_UNKNOWN: none was.
enum media_kind track_kind(const struct evidence *evidence, const struct track *track);
const struct init_facts *track_first_init(const struct evidence *evidence,
                                          const struct track *track);
// Whether segment i's unit was read as boxes with its init; gives both.
bool track_measured(const struct evidence *evidence, const struct track *track, size_t i,
                    const struct unit **ret_unit, const struct init_facts **ret_init);
// The last segment, or the last before those that are missing; false: it was not read.
bool track_last_measured(const struct evidence *evidence, const struct track *track,
                         const struct unit **ret_unit, const struct init_facts **ret_init);
// Presentation start of the unit on the MPD's timeline and its end, in seconds.
struct rational dash_unit_start(const struct dash_cursor *at, const struct init_facts *init,
                                const struct unit *unit);
struct rational dash_unit_end(const struct dash_cursor *at, const struct init_facts *init,
                              const struct unit *unit);
bool node_is_trick(const xmlNode *set); // what mpd_set.is_trick says; mpd.c asks once

struct rational dash_abs(struct rational a);
// "12.346 s". text needs 40 bytes.
const char *dash_seconds_text(struct rational seconds, char text[40]);

// uri.c: resolves a reference against another, both perhaps relative (RFC 3986 5.2).
char *reference_join(const char *base, const char *reference);

// mpd_segments.c
void mpd_segments_build(struct mpd *mpd, struct mpd_period *period, struct mpd_set *set,
                        struct mpd_representation *representation);
// The attribute in force at the innermost level that has it; NULL: none.
const char *segments_attr(const struct mpd_segments *segments, const char *name);

// structure.c: D1.
void structure_check(const struct mpd *mpd, struct findings *findings);

// sidx_segments.c: lists the segments of a file with an index, or without one.
struct index_job {
    struct evidence *evidence;
    struct track *track;
    const struct dash_cursor *at;
    const struct byte_reader *reader;
    struct findings *findings;
    size_t resource;
    size_t init;   // NONE: not known yet
    size_t budget; // segments that may still be added
};
void index_segments_add(struct index_job *job);

// Values against min… and max… of the set: of sides and frame rates (D22) or rates (D42).
void dash_check_bounds(const struct dash_cursor *at, enum rule_id rule, struct findings *findings);

// rules_protection.c: appends what base64 text stands for; false: it is none.
bool dash_base64(const char *text, struct buf *ret);

// The rules' functions: dash_D2 looks for D2. dash_rules.c says which there are.
#define DASH_RUN(id)         void dash_##id(const struct evidence *evidence, struct findings *findings)
#define DASH_RUN_DECLARE(id) DASH_RUN(id);
RULE_IDS_DASH(DASH_RUN_DECLARE)

#endif
