// SPDX-License-Identifier: BSD-2-Clause
// A DASH MPD as it is written (ISO/IEC 23009-1): the tree with lines, and over that the
// structure with everything inherited filled in. libxml2 reads it: no network, no
// entities, no DTD, limits on depth and size.
#ifndef RUNG_VALIDATE_DASH_MPD_H
#define RUNG_VALIDATE_DASH_MPD_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"
#include "manifests/validate/core/rule.h"
#include "src/base/err.h"
#include "src/base/rational.h"

#define MPD_BYTES_MAX           (64 << 20)
#define MPD_DEPTH_MAX           32
#define MPD_ELEMENTS_MAX        400000
#define MPD_CHILDREN_MAX        10000 // of one element that is no list of segments or events
#define MPD_PERIODS_MAX         4096
#define MPD_REPRESENTATIONS_MAX 4096
#define MPD_SEGMENTS_MAX        1000000 // of all Representations; more are refused with D14
#define MPD_ADDRESSES_MAX       (INT64_C(256) << 20) // bytes of all addresses together
#define MPD_ADDRESS_MAX         8192                 // bytes of one address

enum mpd_addressing { ADDRESS_NONE, ADDRESS_BASE, ADDRESS_LIST, ADDRESS_TEMPLATE };

struct mpd_s { // one S of a SegmentTimeline
    int64_t line;
    bool has_t;
    uint64_t t, d;
    int64_t r;
    uint64_t n; // 0 absent
};

struct mpd_segment_url {
    int64_t line;
    const char *media;    // borrowed from the tree; NULL: the BaseURL
    int64_t offset, size; // size -1: no range
};

// A SegmentTimeline or the SegmentURLs of a SegmentList: read once, however many
// Representations inherit it.
struct mpd_list {
    const xmlNode *node;
    struct mpd_s *items;
    size_t item_count;
    struct mpd_segment_url *urls;
    size_t url_count;
};

// SegmentBase, SegmentList or SegmentTemplate with what the upper levels gave it.
struct mpd_segments {
    enum mpd_addressing addressing;
    const xmlNode *node;      // the innermost element
    const xmlNode *levels[3]; // it and the ones it inherits from, innermost first
    size_t level_count;
    uint64_t timescale_hz; // 1 when absent
    bool has_duration;
    uint64_t duration;
    bool has_timeline;
    const struct mpd_s *timeline; // borrowed from a list
    size_t timeline_count;
    uint64_t start_number;
    bool has_end_number;
    uint64_t end_number;
    uint64_t presentation_time_offset;
    const char *media;                  // template; borrowed; NULL
    const char *initialization;         // template, or sourceURL; borrowed; NULL
    bool has_initialization;            // an Initialization element or a template
    int64_t init_offset, init_size;     // Initialization@range; size -1: none
    int64_t index_offset, index_size;   // indexRange; size -1: none
    const struct mpd_segment_url *urls; // SegmentList; borrowed from a list
    size_t url_count;
};

struct mpd_representation {
    const xmlNode *node;
    const char *id;     // borrowed; "" missing
    uint64_t bandwidth; // 0 missing
    char *base_url;     // BaseURLs of all levels joined, relative to the MPD; NULL: none
    struct mpd_segments segments;
    size_t track; // into evidence.tracks; NONE
};

struct mpd_set {
    const xmlNode *node;
    bool is_trick; // for trick modes, or tiles of pictures: not played by itself
    struct mpd_representation *representations;
    size_t representation_count;
};

struct mpd_period {
    const xmlNode *node;
    bool has_start, has_duration;    // start is known, perhaps by the Period before it
    struct rational start, duration; // 0/1 when not known
    struct mpd_set *sets;
    size_t set_count;
};

struct mpd {
    size_t resource;
    const char *file; // borrowed
    xmlDoc *doc;
    const xmlNode *root;
    bool is_dynamic;
    bool has_duration;
    struct rational duration;        // mediaPresentationDuration
    struct rational min_buffer_time; // 0/1 missing
    bool has_availability_start;
    struct rational availability_start; // seconds since 1970 UTC
    struct mpd_period *periods;
    size_t period_count;
    struct mpd_list **lists;
    size_t list_count;
    size_t representation_count; // of all sets
    size_t text_bytes;
};

// Reads an MPD. Structure faults become D1 (and kin) findings. INPUT: not XML, or not an
// MPD, or beyond a limit; the text names line and cause, and *ret_line is
// that line, 0 where it is about none.
bool mpd_read(const char *text, size_t size_bytes, size_t resource, const char *file,
              struct findings *findings, struct mpd **ret, int64_t *ret_line, struct err *err);
void mpd_free(struct mpd **mpd);

// An attribute of the element; or of a Representation, else of its AdaptationSet (the
// common attributes). NULL: none. Caller frees.
char *mpd_attribute(const xmlNode *node, const char *name);
char *mpd_inherited(const xmlNode *representation, const char *name);
// "MPD/Period[1]/AdaptationSet[2]/Representation[3]", with /@name when name is not NULL.
char *mpd_path(const xmlNode *node, const char *name);
// xs:duration in exact seconds; false for years, months and anything else.
bool mpd_duration_parse(const char *text, struct rational *ret);
// A template with its identifiers replaced ($$, $RepresentationID$, $Number%05d$, $Time$,
// $Bandwidth$, $SubNumber$ as 1); NULL for an illegal one or a result of more than
// MPD_ADDRESS_MAX bytes. Caller frees.
char *mpd_fill_template(const char *text, const char *id, uint64_t number, uint64_t time,
                        uint64_t bandwidth);

#endif
