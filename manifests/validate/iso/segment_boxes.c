// SPDX-License-Identifier: BSD-2-Clause
// The boxes in front of fragments: styp, prft and emsg (ISO/IEC 14496-12 8.16.2, 8.16.5;
// ISO/IEC 23009-1 5.10.3.3, 6.3.4; ISO/IEC 23000-19 7.3.3, 7.4.5).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/segment_private.h"
#include "src/base/mem.h"

// Brands that say what a segment, fragment or chunk is.
static const char *const segment_brands[] = {"msdh", "msix", "sims", "dsms", "risx",
                                             "rlsx", "cmfs", "cmff", "cmfl", "cmfc",
                                             "cmf2", "hlsf", "3gmx", "ssss"};

static bool has_brand(const struct unit *unit, const char *brand)
{
    for (size_t i = 0; i < unit->styp_count; i++)
        if (strcmp(unit->styp[i], brand) == 0)
            return true;
    return false;
}

static void take_brand(struct unit *unit, uint32_t brand)
{
    char text[5];
    iso_four_copy(text, brand);
    if (!has_brand(unit, text) && unit->styp_count < BRANDS_MAX)
        memcpy(unit->styp[unit->styp_count++], text, sizeof text);
}

void segment_read_styp(struct segment_scan *scan, const struct iso_box *box)
{
    struct unit *unit = scan->unit;
    struct cursor cursor = iso_box_cursor(&scan->reader, box);
    bool is_first = !unit->has_styp;
    uint32_t major = cursor_u32(&cursor);
    cursor_u32(&cursor);
    unit->has_styp = true;
    take_brand(unit, major);
    bool has_major = false;
    while (cursor_left(&cursor) >= 4) {
        uint32_t brand = cursor_u32(&cursor);
        has_major |= brand == major;
        take_brand(unit, brand);
    }
    if (cursor.is_short || cursor_left(&cursor) > 0) {
        iso_report(&scan->reader, RULE_S38, SPOT(box->at, "styp"),
                   "The styp box is no list of whole brands");
        return;
    }
    scan->is_chunked = has_brand(unit, "cmfl");
    bool is_legal = false;
    for (size_t i = 0; i < ARRAY_LEN(segment_brands); i++)
        is_legal |= has_brand(unit, segment_brands[i]);
    if (!is_legal)
        iso_report(&scan->reader, RULE_S8, SPOT(box->at, "styp", iso_four(major).text),
                   "No brand of the styp box is that of a segment (msdh, cmfs, …)");
    if (!has_major && is_first)
        iso_report(&scan->reader, RULE_S54, SPOT(box->at, "styp", iso_four(major).text),
                   "The major brand '%s' of styp is not among its compatible brands",
                   iso_four(major).text);
    if (box->at != 0 && is_first)
        iso_report(&scan->reader, RULE_S39, SPOT(box->at, "styp"),
                   "The styp box is not the first of its segment");
}

void segment_read_prft(struct segment_scan *scan, const struct iso_box *box)
{
    struct iso_full full;
    struct cursor cursor = iso_full_cursor(&scan->reader, box, &full);
    uint32_t track_id = cursor_u32(&cursor);
    uint64_t ntp = cursor_u64(&cursor);
    cursor_wide(&cursor, full.version >= 1);
    if (cursor.is_short) {
        iso_report(&scan->reader, RULE_S38, SPOT(box->at, "prft"),
                   "The prft box is too short for its fields");
        return;
    }
    if (scan->init && track_id != scan->init->track_id)
        iso_report(
            &scan->reader, RULE_S23,
            SPOT(box->at, "prft", iso_number(track_id).text, iso_number(scan->init->track_id).text),
            "The producer reference time is for track %" PRIu32 ", the media is track %" PRIu32,
            track_id, scan->init->track_id);
    if (scan->has_prft && ntp < scan->last_ntp)
        iso_report(&scan->reader, RULE_S23, SPOT(box->at, "prft"),
                   "The producer reference time goes back");
    scan->has_prft = true;
    scan->last_ntp = ntp;
    if (!scan->unit->has_prft)
        scan->unit->first_ntp = ntp;
    scan->unit->has_prft = true;
    scan->unit->last_ntp = ntp;
}

struct emsg {
    uint32_t version;
    const char *scheme;
    uint32_t timescale_hz;
    uint64_t time; // version 1: presentation time; 0: after the segment's start
    uint32_t duration;
    bool is_whole;
};

static const char *cursor_string(struct cursor *cursor)
{
    const uint8_t *zero = memchr(cursor->at, 0, cursor_left(cursor));
    const char *text = (const char *)cursor->at;
    if (!zero) {
        cursor->is_short = true;
        cursor->at = cursor->end;
        return NULL;
    }
    cursor->at = zero + 1;
    return text;
}

static struct emsg read_emsg(const struct segment_scan *scan, const struct iso_box *box)
{
    struct iso_full full;
    struct cursor cursor = iso_full_cursor(&scan->reader, box, &full);
    struct emsg emsg = {.version = full.version};
    if (full.version == 0) {
        emsg.scheme = cursor_string(&cursor);
        cursor_string(&cursor);
    }
    emsg.timescale_hz = cursor_u32(&cursor);
    emsg.time = cursor_wide(&cursor, full.version >= 1);
    emsg.duration = cursor_u32(&cursor);
    cursor_u32(&cursor); // id
    if (full.version >= 1) {
        emsg.scheme = cursor_string(&cursor);
        cursor_string(&cursor);
    }
    emsg.is_whole = !cursor.is_short && full.version <= 1 && emsg.scheme != NULL;
    return emsg;
}

static void add_event(struct unit *unit, const struct emsg *emsg)
{
    if (unit->event_count >= ISO_EVENTS_MAX)
        return;
    if ((unit->event_count & (unit->event_count - 1)) == 0)
        unit->events = mem_realloc(unit->events, unit->event_count ? unit->event_count * 2 : 1,
                                   sizeof *unit->events);
    unit->events[unit->event_count++] =
        (struct event_facts){.scheme = mem_printf("%.512s", emsg->scheme),
                             .version = emsg->version,
                             .timescale_hz = emsg->timescale_hz};
}

void segment_read_emsg(struct segment_scan *scan, const struct iso_box *box)
{
    struct emsg emsg = read_emsg(scan, box);
    if (!emsg.is_whole) {
        iso_report(&scan->reader, RULE_S67, SPOT(box->at, "emsg"),
                   "The emsg box is cut, of no known version, or its strings have no end");
        return;
    }
    add_event(scan->unit, &emsg);
    if (emsg.scheme[0] == 0)
        iso_report(&scan->reader, RULE_S67, SPOT(box->at, "emsg"),
                   "The event has no scheme_id_uri");
    if (emsg.timescale_hz == 0)
        iso_report(&scan->reader, RULE_S67, SPOT(box->at, "emsg", "0"),
                   "The event's timescale is 0");
    else if (scan->is_cmaf && scan->init->timescale_hz &&
             emsg.timescale_hz != scan->init->timescale_hz)
        iso_report(&scan->reader, RULE_S22,
                   SPOT(box->at, "emsg", iso_number(emsg.timescale_hz).text,
                        iso_number(scan->init->timescale_hz).text),
                   "The event's timescale is %" PRIu32 ", the track's is %" PRIu32,
                   emsg.timescale_hz, scan->init->timescale_hz);
}
