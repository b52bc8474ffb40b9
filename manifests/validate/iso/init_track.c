// SPDX-License-Identifier: BSD-2-Clause
// The track of an init segment: its header, edit list, language, handler and empty
// sample tables (ISO/IEC 14496-12 8.3 to 8.6; ISO/IEC 23000-19 7.5.4 to 7.5.13).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/init_private.h"
#include "src/base/mem.h"

static const struct handler_row {
    const char *handler;
    enum media_kind kind;
    const char *header; // the media header that belongs to it; NULL: nmhd or another
} handlers[] = {
    {"vide", MEDIA_VIDEO, "vmhd"}, {"soun", MEDIA_AUDIO, "smhd"}, {"subt", MEDIA_TEXT, "sthd"},
    {"text", MEDIA_TEXT, "nmhd"},  {"pict", MEDIA_IMAGE, "vmhd"},
};

static const char *const media_headers[] = {"vmhd", "smhd", "sthd", "nmhd", "hmhd"};

static const struct handler_row *handler_row(uint32_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(handlers); i++)
        if (FOUR(handlers[i].handler) == type)
            return &handlers[i];
    return NULL;
}

static uint32_t rounded(uint32_t fixed)
{
    return (uint32_t)(((uint64_t)fixed + 0x8000) >> 16);
}

static void check_tkhd(struct init_scan *scan, const struct iso_box *box, uint32_t flags,
                       uint32_t volume)
{
    const struct init_facts *facts = scan->facts;
    const char *path = "moov/trak/tkhd";
    if ((flags & 1) == 0)
        iso_report(&scan->reader, RULE_S43, SPOT(box->at, path, iso_hex(flags).text),
                   "The track is not enabled");
    bool has_size = facts->track_width_px || facts->track_height_px;
    struct iso_text size = iso_pair(facts->track_width_px, 'x', facts->track_height_px);
    if (facts->kind == MEDIA_AUDIO && has_size)
        iso_report(&scan->reader, RULE_S43, SPOT(box->at, path, size.text, "0x0"),
                   "The header of an audio track states a picture size");
    if (facts->kind == MEDIA_VIDEO && (!facts->track_width_px || !facts->track_height_px))
        iso_report(&scan->reader, RULE_S43, SPOT(box->at, path, size.text),
                   "The header of a video track states no picture size");
    if (facts->kind == MEDIA_VIDEO && volume != 0)
        iso_report(&scan->reader, RULE_S43, SPOT(box->at, path, iso_hex(volume).text, "0"),
                   "The header of a video track states a volume");
}

static void read_tkhd(struct init_scan *scan, const struct iso_box *trak)
{
    static const uint32_t identity[9] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
    const char *path = "moov/trak/tkhd";
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, trak, FOUR("tkhd"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    bool is_wide = full.version == 1;
    cursor_wide(&cursor, is_wide);
    cursor_wide(&cursor, is_wide);
    scan->facts->track_id = cursor_u32(&cursor);
    cursor_skip(&cursor, 4);
    uint64_t duration = cursor_wide(&cursor, is_wide);
    cursor_skip(&cursor, 12); // reserved, layer, alternate_group
    uint32_t volume = cursor_u16(&cursor);
    cursor_skip(&cursor, 2);
    bool is_identity = true;
    for (size_t i = 0; i < ARRAY_LEN(identity); i++)
        is_identity &= cursor_u32(&cursor) == identity[i];
    scan->facts->track_width_px = rounded(cursor_u32(&cursor));
    scan->facts->track_height_px = rounded(cursor_u32(&cursor));
    if (cursor.is_short || full.version > 1) {
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, path),
                   "The tkhd box is too short or of no known version");
        return;
    }
    if (scan->facts->track_id == 0)
        iso_report(&scan->reader, RULE_S59, SPOT(box.at, path, "0"), "The track's ID is 0");
    check_tkhd(scan, &box, full.flags, volume);
    if (!scan->is_cmaf)
        return;
    if (duration != 0)
        iso_report(&scan->reader, RULE_S41,
                   SPOT(box.at, path, iso_number((int64_t)duration).text, "0"),
                   "The track header states a duration though moov has no samples");
    if (!is_identity)
        iso_report(&scan->reader, RULE_S42, SPOT(box.at, path),
                   "The matrix of the track header is not the default");
}

struct edit {
    uint64_t duration;
    int64_t media_time; // -1: empty
    uint32_t rate;
};

static void check_edit(struct init_scan *scan, const struct iso_box *box, const struct edit *edit)
{
    const char *path = "moov/trak/edts/elst";
    if (edit->media_time >= 0 && edit->duration != 0 && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S15,
                   SPOT(box->at, path, iso_number((int64_t)edit->duration).text, "0"),
                   "The edit lasts %" PRIu64 " ticks; over fragments it has duration 0",
                   edit->duration);
    if (edit->rate != 0x10000)
        iso_report(&scan->reader, RULE_S15, SPOT(box->at, path, iso_hex(edit->rate).text),
                   "The edit's media rate is not 1");
    if (edit->media_time < -1)
        iso_report(&scan->reader, RULE_S15, SPOT(box->at, path, iso_number(edit->media_time).text),
                   "The edit begins at a negative media time");
    if (edit->media_time == -1 && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S15, SPOT(box->at, path, "-1"),
                   "The edit list holds an empty edit");
}

// movie_hz: the timescale of mvhd, in which empty edits are written.
static void read_elst(struct init_scan *scan, const struct iso_box *trak, uint32_t movie_hz)
{
    const char *path = "moov/trak/edts/elst";
    struct iso_box edts;
    struct iso_box box;
    struct iso_full full;
    struct init_facts *facts = scan->facts;
    if (!iso_find(&scan->reader, trak, FOUR("edts"), &edts) ||
        !iso_find(&scan->reader, &edts, FOUR("elst"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    uint32_t count = cursor_u32(&cursor);
    facts->has_edit = true;
    scan->edit_count = count;
    size_t entry_bytes = full.version == 1 ? 20 : 12;
    if (full.version > 1 || cursor_left(&cursor) / entry_bytes < count) {
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, path, iso_number(count).text),
                   "The elst box is too short for its %" PRIu32 " entries", count);
        return;
    }
    bool has_media = false;
    for (uint32_t i = 0; i < count; i++) {
        struct edit edit = {.duration = cursor_wide(&cursor, full.version == 1)};
        edit.media_time =
            full.version == 1 ? (int64_t)cursor_u64(&cursor) : (int32_t)cursor_u32(&cursor);
        edit.rate = cursor_u32(&cursor);
        if (i < FINDINGS_PER_RULE_AND_TRACK)
            check_edit(scan, &box, &edit);
        if (edit.media_time == -1 && !has_media && movie_hz && edit.duration <= INT64_MAX)
            facts->edit_empty = rational_add(
                facts->edit_empty, rational_make((int64_t)edit.duration, (int64_t)movie_hz));
        if (edit.media_time > 0 && edit.media_time <= INT64_MAX / 2 && !has_media)
            facts->edit_media_time = edit.media_time;
        has_media |= edit.media_time >= 0;
    }
    if (count != 1 && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S15, SPOT(box.at, path, iso_number(count).text, "1"),
                   "The edit list has %" PRIu32 " entries; the offset of a start is one", count);
    if (scan->is_cmf2 && facts->kind == MEDIA_VIDEO)
        iso_report(&scan->reader, RULE_S14, SPOT(box.at, path),
                   "A video track of brand cmf2 has an edit list");
}

static void check_language(struct init_scan *scan, const struct iso_box *box, uint32_t packed)
{
    char *language = scan->facts->language;
    bool is_good = true;
    for (int i = 0; i < 3; i++) {
        uint32_t letter = packed >> (10 - 5 * i) & 31;
        is_good &= letter >= 1 && letter <= 26;
        language[i] = (char)(letter + 0x60);
    }
    language[3] = 0;
    if (is_good)
        return;
    language[0] = 0;
    iso_report(&scan->reader, RULE_S52, SPOT(box->at, "moov/trak/mdia/mdhd", iso_hex(packed).text),
               "The language of the media header is no three letters; 'und' says unknown");
}

static void read_mdhd(struct init_scan *scan, const struct iso_box *mdia)
{
    const char *path = "moov/trak/mdia/mdhd";
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, mdia, FOUR("mdhd"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    bool is_wide = full.version == 1;
    cursor_wide(&cursor, is_wide);
    cursor_wide(&cursor, is_wide);
    scan->facts->timescale_hz = cursor_u32(&cursor);
    uint64_t duration = cursor_wide(&cursor, is_wide);
    uint32_t packed = cursor_u16(&cursor);
    if (cursor.is_short || full.version > 1) {
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, path),
                   "The mdhd box is too short or of no known version");
        return;
    }
    check_language(scan, &box, packed);
    if (scan->facts->timescale_hz == 0)
        iso_report(&scan->reader, RULE_S59, SPOT(box.at, path, "0"), "The track's timescale is 0");
    if (duration != 0 && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S41,
                   SPOT(box.at, path, iso_number((int64_t)duration).text, "0"),
                   "The media header states a duration though moov has no samples");
}

static bool is_tag_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-';
}

static void read_elng(struct init_scan *scan, const struct iso_box *mdia)
{
    struct iso_box box;
    struct iso_full full;
    char *language = scan->facts->language;
    if (!iso_find(&scan->reader, mdia, FOUR("elng"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    size_t length = strnlen((const char *)cursor.at, cursor_left(&cursor));
    bool is_good =
        length < cursor_left(&cursor) && length >= 2 && length < sizeof scan->facts->language;
    for (size_t i = 0; i < length && is_good; i++)
        is_good = is_tag_byte(cursor.at[i]);
    if (!is_good) {
        iso_report(&scan->reader, RULE_S52, SPOT(box.at, "moov/trak/mdia/elng"),
                   "The extended language is no language tag that ends with a zero byte");
        return;
    }
    memcpy(language, cursor.at, length);
    language[length] = 0;
}

static void read_hdlr(struct init_scan *scan, const struct iso_box *mdia)
{
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, mdia, FOUR("hdlr"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    cursor_skip(&cursor, 4);
    scan->handler = cursor_u32(&cursor);
    const struct handler_row *row = handler_row(scan->handler);
    if (row)
        scan->facts->kind = row->kind;
    if (cursor.is_short)
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, "moov/trak/mdia/hdlr"),
                   "The hdlr box is too short for its fields");
}

// Graphics mode, colour and balance are what players assume (ISO/IEC 23000-19 7.5.6, 7.5.7).
static void check_media_header(struct init_scan *scan, const struct iso_box *box)
{
    struct iso_full full;
    struct cursor cursor = iso_full_cursor(&scan->reader, box, &full);
    bool is_default = true;
    if (box->type == FOUR("vmhd"))
        is_default = full.version == 0 && cursor_u64(&cursor) == 0;
    else if (box->type == FOUR("smhd"))
        is_default = full.version == 0 && cursor_u16(&cursor) == 0;
    if (!is_default && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S44, SPOT(box->at, "moov/trak/mdia/minf"),
                   "The fields of the '%s' box are not their defaults", iso_four(box->type).text);
    if (box->type == FOUR("vmhd") && full.flags != 1)
        iso_report(&scan->reader, RULE_S44,
                   SPOT(box->at, "moov/trak/mdia/minf", iso_hex(full.flags).text, "0x000001"),
                   "The flags of the vmhd box are not 1");
    if (cursor.is_short)
        iso_report(&scan->reader, RULE_S38, SPOT(box->at, "moov/trak/mdia/minf"),
                   "The '%s' box is too short for its fields", iso_four(box->type).text);
}

static void read_media_header(struct init_scan *scan, const struct iso_box *minf)
{
    const char *path = "moov/trak/mdia/minf";
    const struct handler_row *row = handler_row(scan->handler);
    struct iso_walk walk = iso_walk_into(&scan->reader, minf);
    struct iso_box box;
    uint32_t seen = 0;
    uint32_t count = 0;
    while (iso_walk_next(&walk, &box))
        for (size_t i = 0; i < ARRAY_LEN(media_headers); i++)
            if (box.type == FOUR(media_headers[i])) {
                seen = box.type;
                count++;
                check_media_header(scan, &box);
            }
    if (!row)
        return;
    struct iso_text seen_text = iso_four(seen);
    struct iso_text handler = iso_four(scan->handler);
    const struct iso_spot *spot = SPOT(minf->at, path, seen_text.text, handler.text);
    if (count == 0)
        iso_report(&scan->reader, RULE_S4, SPOT(minf->at, path, NULL, row->header),
                   "A '%s' track has no %s box", row->handler, row->header);
    else if (count > 1)
        iso_report(&scan->reader, RULE_S4, spot, "The track has %" PRIu32 " media headers", count);
    // Text tracks are seen with both text headers; only another kind's is wrong.
    else if (seen != FOUR(row->header) &&
             !(row->kind == MEDIA_TEXT && (seen == FOUR("nmhd") || seen == FOUR("sthd"))))
        iso_report(&scan->reader, RULE_S4, spot, "A '%s' track has the media header '%s', not '%s'",
                   row->handler, seen_text.text, row->header);
}

static void read_dref(struct init_scan *scan, const struct iso_box *minf)
{
    const char *path = "moov/trak/mdia/minf/dinf/dref";
    struct iso_box dinf;
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, minf, FOUR("dinf"), &dinf) ||
        !iso_find(&scan->reader, &dinf, FOUR("dref"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    scan->dref_count = cursor_u32(&cursor);
    if (scan->dref_count != 1)
        iso_report(&scan->reader, RULE_S45, SPOT(box.at, path, iso_number(scan->dref_count).text),
                   "dref has %" PRIu32 " entries where one belongs", scan->dref_count);
    struct iso_box list = box;
    list.payload_at += 8;
    struct iso_walk walk = iso_walk_into(&scan->reader, &list);
    struct iso_box entry;
    if (cursor.is_short || !iso_walk_next(&walk, &entry))
        return;
    iso_full_cursor(&scan->reader, &entry, &full);
    if ((full.flags & 1) == 0)
        iso_report(&scan->reader, RULE_S45, SPOT(entry.at, path, iso_hex(full.flags).text, "1"),
                   "The samples are said to be in another file");
}

// Tables of samples that are in moov are no fragments.
static void check_tables(struct init_scan *scan, const struct iso_box *stbl)
{
    static const char *const counted[] = {"stts", "stsc", "stco", "co64", "stss", "ctts"};
    struct iso_walk walk = iso_walk_into(&scan->reader, stbl);
    struct iso_box box;
    while (iso_walk_next(&walk, &box)) {
        struct iso_full full;
        struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
        bool is_table = box.type == FOUR("stsz") || box.type == FOUR("stz2");
        if (is_table)
            cursor_u32(&cursor); // sample_size, field_size
        for (size_t i = 0; i < ARRAY_LEN(counted); i++)
            is_table |= box.type == FOUR(counted[i]);
        uint32_t count = is_table ? cursor_u32(&cursor) : 0;
        if (is_table && cursor.is_short)
            iso_report(&scan->reader, RULE_S38, SPOT(box.at, "moov/trak/mdia/minf/stbl"),
                       "The '%s' box is too short for its fields", iso_four(box.type).text);
        else if (count != 0)
            iso_report(&scan->reader, RULE_S3,
                       SPOT(box.at, "moov/trak/mdia/minf/stbl", iso_number(count).text, "0"),
                       "The '%s' box lists %" PRIu32 " entries; samples belong in fragments",
                       iso_four(box.type).text, count);
    }
}

static uint32_t movie_timescale(struct init_scan *scan, const struct iso_box *trak)
{
    // mvhd stands in front of every trak or behind it: found from the moov around it.
    struct iso_box file = {.end = scan->reader.size_bytes};
    struct iso_box moov;
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, &file, FOUR("moov"), &moov) || trak->at < moov.at ||
        !iso_find(&scan->reader, &moov, FOUR("mvhd"), &box))
        return 0;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    cursor_skip(&cursor, full.version == 1 ? 16 : 8);
    return cursor_u32(&cursor);
}

bool init_read_trak(struct init_scan *scan, const struct iso_box *trak)
{
    struct iso_box mdia;
    struct iso_box minf;
    struct iso_box stbl;
    if (!iso_find(&scan->reader, trak, FOUR("mdia"), &mdia))
        return false;
    read_hdlr(scan, &mdia);
    if (scan->facts->kind == MEDIA_UNKNOWN && handler_row(scan->handler) == NULL)
        return false;
    read_tkhd(scan, trak);
    read_mdhd(scan, &mdia);
    read_elng(scan, &mdia);
    read_elst(scan, trak, movie_timescale(scan, trak));
    if (!iso_find(&scan->reader, &mdia, FOUR("minf"), &minf))
        return true;
    read_media_header(scan, &minf);
    read_dref(scan, &minf);
    if (iso_find(&scan->reader, &minf, FOUR("stbl"), &stbl)) {
        check_tables(scan, &stbl);
        init_read_stsd(scan, &stbl);
    }
    return true;
}
