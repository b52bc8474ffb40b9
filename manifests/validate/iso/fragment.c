// SPDX-License-Identifier: BSD-2-Clause
// One moof: its header, its track fragment's header and decode time, and the runs in it
// (ISO/IEC 14496-12 8.8.4 to 8.8.12; ISO/IEC 23000-19 7.5.15 to 7.5.17).
#include <inttypes.h>

#include "manifests/validate/iso/segment_private.h"
#include "src/base/mem.h"

enum {
    TFHD_BASE_OFFSET = 0x01,
    TFHD_DESCRIPTION = 0x02,
    TFHD_DURATION = 0x08,
    TFHD_SIZE = 0x10,
    TFHD_FLAGS = 0x20,
    TFHD_EMPTY = 0x010000,
    TFHD_BASE_IS_MOOF = 0x020000,
};

// Decode times beyond are taken as 0, so that sums of times cannot overflow.
#define TIME_MAX ((uint64_t)INT64_MAX / 2)

static void read_mfhd(struct segment_scan *scan, struct fragment *fragment)
{
    struct iso_box box;
    struct iso_full full;
    struct unit *unit = scan->unit;
    if (!iso_find(&scan->reader, &fragment->moof, FOUR("mfhd"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    fragment->facts.sequence = cursor_u32(&cursor);
    if (cursor.is_short) {
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, "moof/mfhd"),
                   "The mfhd box is too short for its sequence number");
        return;
    }
    if (unit->fragment_count == 0)
        return;
    uint32_t before = unit->fragments[unit->fragment_count - 1].sequence;
    if (fragment->facts.sequence <= before)
        iso_report(&scan->reader, RULE_S17,
                   SPOT(box.at, "moof/mfhd", iso_number(fragment->facts.sequence).text,
                        iso_number(before).text),
                   "Fragment number %" PRIu32 " comes after number %" PRIu32,
                   fragment->facts.sequence, before);
}

static void check_base(struct segment_scan *scan, const struct fragment *fragment, size_t at)
{
    const char *path = "moof/traf/tfhd";
    struct iso_text flags = iso_hex(fragment->tfhd_flags);
    if (fragment->tfhd_flags & TFHD_BASE_OFFSET)
        iso_report(&scan->reader, RULE_S10, SPOT(at, path, flags.text),
                   "Data offsets count from an absolute position: base-data-offset-present is set");
    else if ((fragment->tfhd_flags & TFHD_BASE_IS_MOOF) == 0)
        iso_report(&scan->reader, RULE_S10, SPOT(at, path, flags.text),
                   "default-base-is-moof is not set");
}

static void check_description(struct segment_scan *scan, size_t at, uint32_t index)
{
    if (index == 0)
        iso_report(&scan->reader, RULE_S61, SPOT(at, "moof/traf/tfhd", "0"),
                   "The sample description index is 0; the first one is 1");
    else if (scan->init && index > scan->init->entry_count)
        iso_report(&scan->reader, RULE_S61,
                   SPOT(at, "moof/traf/tfhd", iso_number(index).text,
                        iso_number(scan->init->entry_count).text),
                   "The fragment uses sample description %" PRIu32
                   ", but the init segment has %" PRIu32,
                   index, scan->init->entry_count);
}

static void read_tfhd(struct segment_scan *scan, struct fragment *fragment)
{
    const char *path = "moof/traf/tfhd";
    struct iso_box box;
    struct iso_full full;
    const struct init_facts *init = scan->init;
    fragment->description = 1;
    if (init) {
        fragment->default_duration = init->default_duration;
        fragment->default_size = init->default_size_bytes;
        fragment->default_flags = init->default_flags;
    }
    if (!iso_find(&scan->reader, &fragment->traf, FOUR("tfhd"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    uint32_t track_id = cursor_u32(&cursor);
    fragment->tfhd_flags = full.flags;
    if (full.flags & TFHD_BASE_OFFSET)
        fragment->base_at = (int64_t)(cursor_u64(&cursor) & INT64_MAX) - scan->reader.base_byte;
    if (full.flags & TFHD_DESCRIPTION) {
        fragment->description = cursor_u32(&cursor);
        check_description(scan, box.at, fragment->description);
    }
    if ((fragment->has_default_duration = (full.flags & TFHD_DURATION) != 0))
        fragment->default_duration = cursor_u32(&cursor);
    if ((fragment->has_default_size = (full.flags & TFHD_SIZE) != 0))
        fragment->default_size = cursor_u32(&cursor);
    if ((fragment->has_default_flags = (full.flags & TFHD_FLAGS) != 0))
        fragment->default_flags = cursor_u32(&cursor);
    if (cursor.is_short)
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, path),
                   "The tfhd box is too short for what its flags announce");
    if (full.version != 0)
        iso_report(&scan->reader, RULE_S65, SPOT(box.at, path, iso_number(full.version).text, "0"),
                   "The tfhd box has version %" PRIu32, full.version);
    if (init && track_id != init->track_id)
        iso_report(&scan->reader, RULE_S10,
                   SPOT(box.at, path, iso_number(track_id).text, iso_number(init->track_id).text),
                   "The fragment is of track %" PRIu32 ", the init segment has track %" PRIu32,
                   track_id, init->track_id);
    check_base(scan, fragment, box.at);
}

// The decode time that this fragment should have is known from the one before it.
static void check_continuity(struct segment_scan *scan, const struct fragment *fragment, size_t at)
{
    uint64_t stated = fragment->facts.decode_time;
    if (!scan->has_next || stated == scan->next_time)
        return;
    iso_report(&scan->reader, RULE_S11,
               SPOT(at, "moof/traf/tfdt", iso_number((int64_t)stated).text,
                    iso_number((int64_t)scan->next_time).text),
               "The fragment begins at %" PRIu64 ", but the one before it ends at %" PRIu64, stated,
               scan->next_time);
}

static void read_tfdt(struct segment_scan *scan, struct fragment *fragment)
{
    const char *path = "moof/traf/tfdt";
    struct iso_box box;
    struct iso_full full;
    fragment->facts.decode_time = scan->next_time;
    if (!iso_find(&scan->reader, &fragment->traf, FOUR("tfdt"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    uint64_t time = cursor_wide(&cursor, full.version >= 1);
    fragment->is_tfdt_wide = full.version >= 1;
    if (cursor.is_short) {
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, path),
                   "The tfdt box is too short for its time");
        return;
    }
    if (time > TIME_MAX) {
        iso_report(&scan->reader, RULE_S12, SPOT(box.at, path, iso_number((int64_t)time).text),
                   "The decode time is negative, or beyond any use: %" PRId64, (int64_t)time);
        return;
    }
    fragment->facts.decode_time = time;
    fragment->has_tfdt = true;
    // The first fragment from 2^32 on that keeps to 32 bits has come round to 0.
    if (!fragment->is_tfdt_wide && scan->has_next && scan->next_time > UINT32_MAX &&
        time == (uint32_t)scan->next_time)
        iso_report(&scan->reader, RULE_S12,
                   SPOT(box.at, path, iso_number((int64_t)time).text,
                        iso_number((int64_t)scan->next_time).text),
                   "The decode time does not fit the 32 bits of version 0 and has come round");
    else
        check_continuity(scan, fragment, box.at);
}

static void check_runs(struct segment_scan *scan, const struct fragment *fragment)
{
    bool is_empty = fragment->tfhd_flags & TFHD_EMPTY;
    if (is_empty && fragment->run_count > 0)
        iso_report(&scan->reader, RULE_S65, SPOT(fragment->traf.at, "moof/traf"),
                   "tfhd says that the time is empty (duration-is-empty), but there are runs");
    if (!is_empty && fragment->run_count == 0)
        iso_report(&scan->reader, RULE_S9, SPOT(fragment->traf.at, "moof/traf"),
                   "The track fragment has no run, no trun box");
    if (fragment->has_data && fragment->has_samples && !fragment->is_misplaced &&
        fragment->traf_count == 1) {
        uint64_t data_bytes = fragment->data_end - fragment->data_at;
        if (fragment->used_bytes < data_bytes)
            iso_report(&scan->reader, RULE_S64,
                       SPOT(fragment->data_at, "mdat", iso_number((int64_t)data_bytes).text,
                            iso_number((int64_t)fragment->used_bytes).text),
                       "The mdat box holds %" PRIu64 " bytes, of which no sample uses %" PRIu64,
                       data_bytes, data_bytes - fragment->used_bytes);
    }
}

static bool is_piff_senc(const struct segment_scan *scan, const struct iso_box *box)
{
    // Protected Interoperable File Format 5.3.2, before ISO/IEC 23001-7 had senc.
    static const uint8_t id[16] = {0xa2, 0x39, 0x4f, 0x52, 0x5a, 0x9b, 0x4f, 0x14,
                                   0xa2, 0x44, 0x6c, 0x42, 0x7c, 0x64, 0x8d, 0xf4};
    bool is_same = box->type == FOUR("uuid") && iso_box_size(box) >= sizeof id;
    for (size_t i = 0; i < sizeof id && is_same; i++)
        is_same = scan->reader.data[box->payload_at + i] == id[i];
    return is_same;
}

static void read_traf(struct segment_scan *scan, struct fragment *fragment)
{
    read_tfhd(scan, fragment);
    read_tfdt(scan, fragment);
    fragment_open_crypt(scan, fragment);
    fragment->has_subs = iso_find(&scan->reader, &fragment->traf, FOUR("subs"), &fragment->subs);
    struct iso_walk walk = iso_walk_into(&scan->reader, &fragment->traf);
    struct iso_box box;
    fragment->next_at = fragment->data_at;
    fragment->facts.earliest_time = INT64_MAX;
    while (iso_walk_next(&walk, &box)) {
        if (box.type == FOUR("trun"))
            fragment_read_run(scan, fragment, &box);
        else if (is_piff_senc(scan, &box))
            iso_report(&scan->reader, RULE_S88, SPOT(box.at, "moof/traf/uuid"),
                       "Encryption is described by PIFF's uuid box, not by senc");
    }
    check_runs(scan, fragment);
    fragment_close_crypt(scan, fragment);
    if (fragment->has_samples)
        fragment_check_groups(scan, fragment);
    else
        fragment->facts.earliest_time = (int64_t)fragment->facts.decode_time;
}

// The traf of the init's track; the first, where none is.
static bool find_traf(struct segment_scan *scan, struct fragment *fragment, uint32_t *ret_count)
{
    struct iso_walk walk = iso_walk_into(&scan->reader, &fragment->moof);
    struct iso_box box;
    struct iso_box tfhd;
    struct iso_full full;
    bool is_ours = false;
    *ret_count = 0;
    while (iso_walk_next(&walk, &box)) {
        if (box.type != FOUR("traf"))
            continue;
        if ((*ret_count)++ == 0)
            fragment->traf = box;
        if (is_ours || !scan->init || !iso_find(&scan->reader, &box, FOUR("tfhd"), &tfhd))
            continue;
        struct cursor cursor = iso_full_cursor(&scan->reader, &tfhd, &full);
        is_ours = cursor_u32(&cursor) == scan->init->track_id;
        if (is_ours)
            fragment->traf = box;
    }
    return *ret_count > 0;
}

void fragment_read(struct segment_scan *scan, struct fragment *fragment)
{
    iso_check_children(&scan->reader, &fragment->moof);
    read_mfhd(scan, fragment);
    if (!find_traf(scan, fragment, &fragment->traf_count))
        return;
    if (fragment->traf_count > 1 && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S9,
                   SPOT(fragment->moof.at, "moof", iso_number(fragment->traf_count).text, "1"),
                   "The moof has %" PRIu32 " track fragments; in CMAF it has one",
                   fragment->traf_count);
    read_traf(scan, fragment);
    if (!fragment->has_samples)
        return;
    if (scan->unit->fragment_count == 0)
        scan->unit->decode_time = fragment->facts.decode_time;
    scan->has_next = true;
    scan->next_time = fragment->facts.decode_time + fragment->facts.duration;
}
