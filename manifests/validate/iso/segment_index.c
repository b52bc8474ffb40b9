// SPDX-License-Identifier: BSD-2-Clause
// The segment index inside a media segment, held against the fragments it lists
// (ISO/IEC 14496-12 8.16.3; ISO/IEC 23009-1 6.3.4.3; ISO/IEC 23000-19 7.3.3.3).
#include <inttypes.h>

#include "manifests/validate/iso/segment_private.h"

static const char path_of_index[] = "sidx";

static void check_references(struct segment_scan *scan, size_t at)
{
    const struct sidx *sidx = &scan->sidx;
    const struct init_facts *init = scan->init;
    if (!init)
        return;
    if (sidx->reference_id != init->track_id)
        iso_report(&scan->reader, RULE_S69,
                   SPOT(at, path_of_index, iso_number(sidx->reference_id).text,
                        iso_number(init->track_id).text),
                   "The segment index is of stream %" PRIu32 ", the track is %" PRIu32,
                   sidx->reference_id, init->track_id);
    if (sidx->timescale_hz != init->timescale_hz)
        iso_report(&scan->reader, RULE_S69,
                   SPOT(at, path_of_index, iso_number(sidx->timescale_hz).text,
                        iso_number(init->timescale_hz).text),
                   "The segment index counts in 1/%" PRIu32 " s, the track in 1/%" PRIu32 " s",
                   sidx->timescale_hz, init->timescale_hz);
    for (size_t i = 0; i < sidx->entry_count; i++)
        if (sidx->entries[i].is_index && scan->is_cmaf) {
            iso_report(&scan->reader, RULE_S69, SPOT(at, path_of_index),
                       "Entry %zu of the segment index points to another index, not to media",
                       i + 1);
            return;
        }
}

void segment_read_sidx(struct segment_scan *scan, const struct iso_box *box)
{
    struct sidx sidx;
    scan->unit->has_sidx = true;
    if (scan->has_sidx || scan->reader.is_silent)
        return; // only the first describes the whole segment
    if (!iso_sidx_read(scan->reader.data + box->at, box->end - box->at,
                       scan->reader.base_byte + (int64_t)box->at, scan->reader.place,
                       scan->reader.findings, &sidx))
        return;
    scan->has_sidx = true;
    scan->sidx = sidx;
    check_references(scan, box->at);
}

// Ticks of the index as ticks of the track, rounded; never so large that sums overflow.
static int64_t to_track(const struct segment_scan *scan, uint64_t ticks)
{
    const unsigned __int128 most = INT64_MAX / 4;
    unsigned __int128 scaled = ticks;
    if (scan->sidx.timescale_hz != scan->init->timescale_hz)
        scaled = (scaled * scan->init->timescale_hz + scan->sidx.timescale_hz / 2) /
                 scan->sidx.timescale_hz;
    return (int64_t)(scaled < most ? scaled : most);
}

static bool is_near(int64_t a, int64_t b)
{
    return a - b <= 1 && b - a <= 1;
}

// What one entry claims, and the fragments that stand there.
struct reference {
    size_t number; // from 1
    const struct sidx_entry *entry;
    int64_t at, end; // in the file
    const struct fragment_facts *fragments;
    size_t count;
};

// How long the entry's fragments are shown: from their earliest picture to the earliest one
// behind them (ISO/IEC 14496-12 8.16.3), which is another time than they take to decode
// where a fragment ends between pictures that are reordered.
static int64_t shown_duration(const struct unit *unit, const struct reference *reference)
{
    size_t next = (size_t)(reference->fragments - unit->fragments) + reference->count;
    int64_t end = unit->fragments[0].earliest_time;
    if (next < unit->fragment_count)
        return unit->fragments[next].earliest_time - reference->fragments[0].earliest_time;
    for (size_t i = 0; i < unit->fragment_count; i++)
        end += (int64_t)unit->fragments[i].duration;
    return end - reference->fragments[0].earliest_time;
}

static void check_entry(struct segment_scan *scan, const struct reference *reference)
{
    size_t at = (size_t)(scan->sidx.box_byte - scan->reader.base_byte);
    const struct fragment_facts *fragments = reference->fragments;
    const struct sidx_entry *entry = reference->entry;
    int64_t media = 0;
    for (size_t i = 0; i < reference->count; i++)
        media += (int64_t)fragments[i].duration;
    int64_t stated = to_track(scan, entry->duration);
    // Priming that an edit takes away is not presented: the first entry may be shorter by it.
    int64_t cut = media - stated;
    bool is_edited = scan->init->kind == MEDIA_AUDIO && reference->number == 1 && cut > 0 &&
                     scan->unit->earliest_time < scan->init->edit_media_time &&
                     cut <= scan->init->edit_media_time + 1;
    if (!is_near(stated, media) && !is_edited &&
        !is_near(stated, shown_duration(scan->unit, reference)))
        iso_report(&scan->reader, RULE_S21,
                   SPOT(at, path_of_index, iso_number(stated).text, iso_number(media).text),
                   "Entry %zu of the segment index lasts %" PRId64 " ticks, its media %" PRId64,
                   reference->number, stated, media);
    bool has_start = entry->starts_with_sap && (entry->sap_type == 1 || entry->sap_type == 2);
    if (has_start && !fragments[0].is_sync)
        iso_report(&scan->reader, RULE_S21,
                   SPOT(at, path_of_index, iso_number(entry->sap_type).text, "none"),
                   "Entry %zu of the segment index says that it starts with an access point of "
                   "type %" PRIu32 ", but its first sample is none",
                   reference->number, entry->sap_type);
}

// Whether `byte` is where a fragment begins, or a box in front of one: nothing that was
// read as a fragment lies across it.
static bool is_boundary(const struct unit *unit, int64_t byte)
{
    size_t low = 0;
    size_t high = unit->fragment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (unit->fragments[middle].moof_byte < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 || unit->fragments[low - 1].end_byte <= byte;
}

static void check_start(struct segment_scan *scan)
{
    size_t at = (size_t)(scan->sidx.box_byte - scan->reader.base_byte);
    const struct init_facts *init = scan->init;
    int64_t real = scan->unit->earliest_time;
    int64_t shown = real - init->edit_media_time;
    int64_t stated = to_track(scan, scan->sidx.earliest_time);
    if (!is_near(stated, real) && !is_near(stated, shown < 0 ? 0 : shown))
        iso_report(&scan->reader, RULE_S21,
                   SPOT(at, path_of_index, iso_number(stated).text, iso_number(shown).text),
                   "The segment index says that the media begins at %" PRId64
                   ", it begins at %" PRId64,
                   stated, shown);
}

// The entries, one behind the other, from the end of the index on.
static int64_t check_entries(struct segment_scan *scan)
{
    const struct sidx *sidx = &scan->sidx;
    const struct unit *unit = scan->unit;
    size_t at = (size_t)(sidx->box_byte - scan->reader.base_byte);
    int64_t byte = sidx->box_byte + sidx->box_size_bytes + (int64_t)sidx->first_offset_bytes;
    size_t next = 0;
    for (size_t i = 0; i < sidx->entry_count; i++) {
        struct reference reference = {.number = i + 1,
                                      .entry = &sidx->entries[i],
                                      .at = byte,
                                      .end = byte + sidx->entries[i].size_bytes,
                                      .fragments = unit->fragments + next};
        while (next < unit->fragment_count && unit->fragments[next].moof_byte < reference.end) {
            next++;
            reference.count++;
        }
        if (!is_boundary(unit, reference.end) || reference.count == 0)
            iso_report(&scan->reader, RULE_S21,
                       SPOT(at, path_of_index, iso_number(reference.entry->size_bytes).text),
                       "Entry %zu of the segment index, bytes %" PRId64 " to %" PRId64
                       ", is not a whole number of fragments",
                       i + 1, reference.at, reference.end);
        else
            check_entry(scan, &reference);
        byte = reference.end;
    }
    return byte;
}

void segment_check_sidx(struct segment_scan *scan)
{
    const struct sidx *sidx = &scan->sidx;
    const struct unit *unit = scan->unit;
    if (!scan->has_sidx || !scan->init || scan->init->timescale_hz == 0 ||
        unit->fragment_count == 0)
        return;
    for (size_t i = 0; i < sidx->entry_count; i++)
        if (sidx->entries[i].is_index)
            return; // its parts are behind other indices
    check_start(scan);
    int64_t end = check_entries(scan);
    int64_t last = unit->fragments[unit->fragment_count - 1].end_byte;
    int64_t most = scan->reader.base_byte + (int64_t)scan->reader.size_bytes;
    if (sidx->entry_count > 0 && (end < last || end > most))
        iso_report(&scan->reader, RULE_S21,
                   SPOT((size_t)(sidx->box_byte - scan->reader.base_byte), path_of_index,
                        iso_number(end).text, iso_number(last).text),
                   "The segment index ends at byte %" PRId64 ", the media at byte %" PRId64, end,
                   last);
}
