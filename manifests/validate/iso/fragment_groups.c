// SPDX-License-Identifier: BSD-2-Clause
// Tables beside the runs of a fragment: sample groups, dependencies and subsamples must
// count the same samples (ISO/IEC 14496-12 8.6.4, 8.7.7, 8.9).
#include <inttypes.h>

#include "manifests/validate/iso/segment_private.h"

enum {
    GROUPS_MAX = 4096,  // of one box; more are not read
    DESCRIBED_MAX = 16, // kinds of groups that are described in one fragment
    LOCAL_FIRST = 0x10001
};

struct described { // what sgpd boxes of the fragment hold
    uint32_t types[DESCRIBED_MAX];
    uint32_t counts[DESCRIBED_MAX];
    size_t count;
};

static void read_sgpd(struct segment_scan *scan, const struct iso_box *box, struct described *list)
{
    const char *path = "moof/traf/sgpd";
    struct iso_full full;
    struct cursor cursor = iso_full_cursor(&scan->reader, box, &full);
    uint32_t type = cursor_u32(&cursor);
    uint32_t length = full.version >= 1 ? cursor_u32(&cursor) : 0;
    if (full.version >= 2)
        cursor_u32(&cursor);
    uint32_t count = cursor_u32(&cursor);
    uint64_t least_bytes = (uint64_t)count * (length ? length : 1);
    if (cursor.is_short || (full.version >= 1 && least_bytes > cursor_left(&cursor)))
        iso_report(&scan->reader, RULE_S71, SPOT(box->at, path, iso_number(count).text),
                   "The sgpd box is too short for its %" PRIu32 " descriptions", count);
    if (list->count < DESCRIBED_MAX) {
        list->types[list->count] = type;
        list->counts[list->count++] = count;
    }
}

static uint32_t described_count(const struct described *list, uint32_t type)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->types[i] == type)
            return list->counts[i];
    return 0;
}

static void check_sbgp(struct segment_scan *scan, const struct fragment *fragment,
                       const struct iso_box *box, const struct described *list)
{
    const char *path = "moof/traf/sbgp";
    struct iso_full full;
    struct cursor cursor = iso_full_cursor(&scan->reader, box, &full);
    uint32_t type = cursor_u32(&cursor);
    if (full.version >= 1)
        cursor_u32(&cursor);
    uint32_t runs = cursor_u32(&cursor);
    uint64_t samples = 0;
    uint32_t described = described_count(list, type);
    if (cursor.is_short || cursor_left(&cursor) / 8 < runs) {
        iso_report(&scan->reader, RULE_S71, SPOT(box->at, path, iso_number(runs).text),
                   "The sbgp box is too short for its %" PRIu32 " runs", runs);
        return;
    }
    for (uint32_t i = 0; i < runs && i < GROUPS_MAX; i++) {
        samples += cursor_u32(&cursor);
        uint32_t index = cursor_u32(&cursor);
        if (index >= LOCAL_FIRST && index - LOCAL_FIRST >= described)
            ISO_REPORT_ONCE(&scan->reader, RULE_S71,
                            SPOT(box->at, path, iso_number(index).text, iso_number(described).text),
                            "Samples are in group %" PRIu32
                            " of '%s', but the fragment describes %" PRIu32,
                            index - LOCAL_FIRST + 1, iso_four(type).text, described);
    }
    if (samples > fragment->facts.sample_count)
        iso_report(&scan->reader, RULE_S71,
                   SPOT(box->at, path, iso_number((int64_t)samples).text,
                        iso_number(fragment->facts.sample_count).text),
                   "The groups '%s' are said for %" PRIu64 " samples, the fragment has %" PRIu32,
                   iso_four(type).text, samples, fragment->facts.sample_count);
}

static void check_sdtp(struct segment_scan *scan, const struct fragment *fragment,
                       const struct iso_box *box)
{
    size_t count = iso_box_size(box) >= 4 ? iso_box_size(box) - 4 : 0;
    if (count != fragment->facts.sample_count)
        iso_report(&scan->reader, RULE_S72,
                   SPOT(box->at, "moof/traf/sdtp", iso_number((int64_t)count).text,
                        iso_number(fragment->facts.sample_count).text),
                   "sdtp describes %zu samples, the fragment has %" PRIu32, count,
                   fragment->facts.sample_count);
}

static void check_subs(struct segment_scan *scan, const struct fragment *fragment,
                       const struct iso_box *box)
{
    const char *path = "moof/traf/subs";
    struct iso_full full;
    struct cursor cursor = iso_full_cursor(&scan->reader, box, &full);
    uint32_t entries = cursor_u32(&cursor);
    uint64_t sample = 0;
    for (uint32_t i = 0; i < entries && !cursor.is_short; i++) {
        sample += cursor_u32(&cursor);
        size_t parts = cursor_u16(&cursor);
        cursor_skip(&cursor, parts * (full.version >= 1 ? 10 : 8));
    }
    if (cursor.is_short)
        iso_report(&scan->reader, RULE_S72, SPOT(box->at, path, iso_number(entries).text),
                   "The subs box is too short for its %" PRIu32 " entries", entries);
    else if (sample > fragment->facts.sample_count)
        iso_report(&scan->reader, RULE_S72,
                   SPOT(box->at, path, iso_number((int64_t)sample).text,
                        iso_number(fragment->facts.sample_count).text),
                   "subs describes sample %" PRIu64 ", the fragment has %" PRIu32, sample,
                   fragment->facts.sample_count);
}

void fragment_check_groups(struct segment_scan *scan, struct fragment *fragment)
{
    struct described list = {0};
    struct iso_box box;
    struct iso_walk walk = iso_walk_into(&scan->reader, &fragment->traf);
    while (iso_walk_next(&walk, &box))
        if (box.type == FOUR("sgpd"))
            read_sgpd(scan, &box, &list);
    walk = iso_walk_into(&scan->reader, &fragment->traf);
    while (iso_walk_next(&walk, &box)) {
        if (box.type == FOUR("sbgp"))
            check_sbgp(scan, fragment, &box, &list);
        else if (box.type == FOUR("sdtp"))
            check_sdtp(scan, fragment, &box);
        else if (box.type == FOUR("subs"))
            check_subs(scan, fragment, &box);
    }
}
