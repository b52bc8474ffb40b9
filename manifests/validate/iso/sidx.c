// SPDX-License-Identifier: BSD-2-Clause
// One segment index box by itself (ISO/IEC 14496-12 8.16.3).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/box_private.h"
#include "manifests/validate/iso/iso.h"
#include "src/base/mem.h"

enum { ENTRY_BYTES = 12 };

static struct sidx_entry read_entry(struct cursor *cursor)
{
    uint32_t size = cursor_u32(cursor);
    uint32_t duration = cursor_u32(cursor);
    uint32_t sap = cursor_u32(cursor);
    return (struct sidx_entry){.is_index = size >> 31,
                               .size_bytes = size & 0x7fffffff,
                               .duration = duration,
                               .starts_with_sap = sap >> 31,
                               .sap_type = sap >> 28 & 7};
}

// Version 1 with an offset or time beyond 2^63 would make sums overflow.
static bool check_fields(struct iso_reader *reader, const struct sidx *sidx)
{
    if (sidx->timescale_hz == 0) {
        iso_report(reader, RULE_S21, SPOT(0, "sidx", "0"), "The segment index has timescale 0");
        return false;
    }
    if (sidx->earliest_time > INT64_MAX / 2 || sidx->first_offset_bytes > INT64_MAX / 2) {
        iso_report(reader, RULE_S21, SPOT(0, "sidx"),
                   "A time or offset of the segment index is beyond any file");
        return false;
    }
    return true;
}

static bool read_entries(struct iso_reader *reader, struct cursor *cursor, struct sidx *sidx)
{
    cursor_skip(cursor, 2);
    uint32_t count = cursor_u16(cursor);
    if (cursor->is_short || cursor_left(cursor) / ENTRY_BYTES < count) {
        iso_report(reader, RULE_S38,
                   SPOT(0, "sidx", iso_number(count).text,
                        iso_number((int64_t)(cursor_left(cursor) / ENTRY_BYTES)).text),
                   "The sidx box is too short for its %" PRIu32 " entries", count);
        return false;
    }
    sidx->entries = mem_realloc(NULL, count ? count : 1, sizeof *sidx->entries);
    for (; sidx->entry_count < count; sidx->entry_count++)
        sidx->entries[sidx->entry_count] = read_entry(cursor);
    return true;
}

bool iso_sidx_read(const uint8_t *data, size_t size_bytes, int64_t base_byte,
                   const struct place *place, struct findings *findings, struct sidx *ret)
{
    memset(ret, 0, sizeof *ret);
    struct iso_reader reader = {.data = data,
                                .size_bytes = size_bytes,
                                .base_byte = base_byte,
                                .place = place,
                                .findings = findings};
    struct iso_walk walk = {.reader = &reader, .path = "", .end = size_bytes};
    struct iso_box box;
    if (!iso_walk_next(&walk, &box) || box.is_cut)
        return false; // said by the walk, or there is nothing
    if (box.type != FOUR("sidx")) {
        iso_report(&reader, RULE_S21, SPOT(0, "sidx", "sidx", iso_four(box.type).text),
                   "A segment index is said to be here, but the box is '%s'",
                   iso_four(box.type).text);
        return false;
    }
    struct iso_full full;
    struct cursor cursor = iso_full_cursor(&reader, &box, &full);
    struct sidx sidx = {.box_byte = base_byte, .box_size_bytes = (int64_t)box.end};
    sidx.reference_id = cursor_u32(&cursor);
    sidx.timescale_hz = cursor_u32(&cursor);
    sidx.earliest_time = cursor_wide(&cursor, full.version >= 1);
    sidx.first_offset_bytes = cursor_wide(&cursor, full.version >= 1);
    if (!check_fields(&reader, &sidx) || !read_entries(&reader, &cursor, &sidx))
        return false;
    *ret = sidx;
    return true;
}

void sidx_done(struct sidx *sidx)
{
    MEM_FREE(sidx->entries);
    memset(sidx, 0, sizeof *sidx);
}

void unit_done_measured(struct unit *unit)
{
    for (size_t i = 0; i < unit->event_count; i++)
        MEM_FREE(unit->events[i].scheme);
    MEM_FREE(unit->events);
    MEM_FREE(unit->fragments);
    unit->event_count = unit->fragment_count = 0;
}
