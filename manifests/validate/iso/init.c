// SPDX-License-Identifier: BSD-2-Clause
// Init segments: ftyp and moov, and what stands directly in them (ISO/IEC 14496-12 4.3,
// 8.2, 8.8; ISO/IEC 23000-19 7.3.1).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/init_private.h"
#include "src/base/mem.h"

bool init_has_brand(const struct init_facts *init, const char *brand)
{
    for (size_t i = 0; i < init->brand_count; i++)
        if (strcmp(init->brands[i], brand) == 0)
            return true;
    return false;
}

bool init_is_cmaf(const struct init_facts *init)
{
    return init_has_brand(init, "cmfc") || init_has_brand(init, "cmf2");
}

void init_read_ftyp(struct init_scan *scan, const struct iso_box *ftyp)
{
    struct init_facts *facts = scan->facts;
    struct cursor cursor = iso_box_cursor(&scan->reader, ftyp);
    uint32_t major = cursor_u32(&cursor);
    uint32_t minor = cursor_u32(&cursor);
    bool has_major = false;
    iso_four_copy(facts->brands[facts->brand_count++], major);
    while (cursor_left(&cursor) >= 4) {
        uint32_t brand = cursor_u32(&cursor);
        has_major |= brand == major;
        if (brand != major && facts->brand_count < BRANDS_MAX)
            iso_four_copy(facts->brands[facts->brand_count++], brand);
    }
    scan->is_cmf2 = init_has_brand(facts, "cmf2");
    scan->is_cmaf = scan->is_cmf2 || init_has_brand(facts, "cmfc");
    if (cursor.is_short || cursor_left(&cursor) > 0)
        iso_report(&scan->reader, RULE_S38, SPOT(ftyp->at, "ftyp"),
                   "The ftyp box is no list of whole brands");
    if (!has_major)
        iso_report(&scan->reader, RULE_S54, SPOT(ftyp->at, "ftyp", iso_four(major).text),
                   "The major brand '%s' is not among the compatible brands", iso_four(major).text);
    if ((major == FOUR("cmfc") || major == FOUR("cmf2")) && minor != 0)
        iso_report(&scan->reader, RULE_S54, SPOT(ftyp->at, "ftyp", iso_number(minor).text, "0"),
                   "The major brand is '%s' and minor_version is %" PRIu32 ", where it is 0",
                   iso_four(major).text, minor);
}

static const uint32_t identity_matrix[9] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

static bool read_matrix(struct cursor *cursor)
{
    bool is_identity = true;
    for (size_t i = 0; i < ARRAY_LEN(identity_matrix); i++)
        is_identity &= cursor_u32(cursor) == identity_matrix[i];
    return is_identity;
}

void init_read_mvhd(struct init_scan *scan, const struct iso_box *moov)
{
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, moov, FOUR("mvhd"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    bool is_wide = full.version == 1;
    cursor_wide(&cursor, is_wide); // creation and modification
    cursor_wide(&cursor, is_wide);
    uint32_t timescale_hz = cursor_u32(&cursor);
    uint64_t duration = cursor_wide(&cursor, is_wide);
    uint32_t rate = cursor_u32(&cursor);
    uint32_t volume = cursor_u16(&cursor);
    cursor_skip(&cursor, 10);
    bool is_identity = read_matrix(&cursor);
    cursor_skip(&cursor, 24);
    uint32_t next_track = cursor_u32(&cursor);
    const struct iso_spot *spot = SPOT(box.at, "moov/mvhd");
    if (full.version > 1 || cursor.is_short) {
        iso_report(&scan->reader, RULE_S38, spot,
                   "The mvhd box is too short or of no known version");
        return;
    }
    if (timescale_hz == 0)
        iso_report(&scan->reader, RULE_S59, SPOT(box.at, "moov/mvhd", "0"),
                   "The movie's timescale is 0");
    if (next_track == 0 || (next_track <= scan->facts->track_id && next_track != UINT32_MAX))
        iso_report(&scan->reader, RULE_S59,
                   SPOT(box.at, "moov/mvhd", iso_number(next_track).text,
                        iso_number(scan->facts->track_id).text),
                   "next_track_ID is %" PRIu32 " though track %" PRIu32 " exists", next_track,
                   scan->facts->track_id);
    if (!scan->is_cmaf)
        return;
    if (duration != 0)
        iso_report(
            &scan->reader, RULE_S41,
            SPOT(box.at, "moov/mvhd", iso_number((int64_t)duration).text, "0"),
            "The movie header states a duration, which belongs in mehd: moov has no samples");
    if (rate != 0x10000 || volume != 0x100 || !is_identity)
        iso_report(&scan->reader, RULE_S42, spot,
                   "Rate, volume or matrix of the movie header is not the default");
}

static void read_mehd(struct init_scan *scan, const struct iso_box *mvex)
{
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, mvex, FOUR("mehd"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    uint64_t duration = cursor_wide(&cursor, full.version == 1);
    if (duration == 0)
        iso_report(&scan->reader, RULE_S47, SPOT(box.at, "moov/mvex/mehd", "0"),
                   "mehd states a duration of 0; an unknown duration is said by no mehd at all");
}

void init_read_mvex(struct init_scan *scan, const struct iso_box *moov)
{
    struct iso_box mvex;
    struct iso_box box;
    if (!iso_find(&scan->reader, moov, FOUR("mvex"), &mvex))
        return;
    read_mehd(scan, &mvex);
    bool is_found = false;
    bool has_any = false;
    struct iso_walk walk = iso_walk_into(&scan->reader, &mvex);
    while (iso_walk_next(&walk, &box)) {
        if (box.type != FOUR("trex"))
            continue;
        has_any = true;
        struct iso_full full;
        struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
        if (cursor_u32(&cursor) != scan->facts->track_id || is_found)
            continue;
        is_found = true;
        uint32_t description = cursor_u32(&cursor);
        scan->facts->default_duration = cursor_u32(&cursor);
        scan->facts->default_size_bytes = cursor_u32(&cursor);
        scan->facts->default_flags = cursor_u32(&cursor);
        if (cursor.is_short)
            iso_report(&scan->reader, RULE_S38, SPOT(box.at, "moov/mvex/trex"),
                       "The trex box is too short for its fields");
        else if (description == 0)
            iso_report(&scan->reader, RULE_S61, SPOT(box.at, "moov/mvex/trex", "0"),
                       "default_sample_description_index is 0; the first one is 1");
    }
    if (has_any && !is_found)
        iso_report(&scan->reader, RULE_S3,
                   SPOT(mvex.at, "moov/mvex", NULL, iso_number(scan->facts->track_id).text),
                   "No trex box is for track %" PRIu32, scan->facts->track_id);
}

static void read_moov(struct init_scan *scan, const struct iso_box *moov, bool *ret_has_track)
{
    struct iso_walk walk = iso_walk_into(&scan->reader, moov);
    struct iso_box box;
    uint32_t track_count = 0;
    *ret_has_track = false;
    while (iso_walk_next(&walk, &box)) {
        if (box.type != FOUR("trak"))
            continue;
        track_count++;
        if (!*ret_has_track)
            *ret_has_track = init_read_trak(scan, &box);
    }
    if (track_count > 1 && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S1,
                   SPOT(moov->at, "moov", NULL, iso_number(track_count).text),
                   "moov has %" PRIu32 " tracks; a CMAF header has one", track_count);
    init_read_mvhd(scan, moov);
    init_read_mvex(scan, moov);
    init_read_pssh(scan, moov);
}

bool iso_init_read(const uint8_t *data, size_t size_bytes, int64_t base_byte,
                   const struct place *place, struct findings *findings,
                   struct init_facts *ret_init, struct codec *ret_codec)
{
    memset(ret_init, 0, sizeof *ret_init);
    memset(ret_codec, 0, sizeof *ret_codec);
    ret_init->edit_empty.den = 1;
    struct init_scan scan = {.reader = {.data = data,
                                        .size_bytes = size_bytes,
                                        .base_byte = base_byte,
                                        .place = place,
                                        .findings = findings},
                             .facts = ret_init,
                             .codec = ret_codec};
    iso_check_init_file(&scan.reader);
    struct iso_box file = {.end = size_bytes};
    struct iso_box box;
    if (iso_find(&scan.reader, &file, FOUR("ftyp"), &box))
        init_read_ftyp(&scan, &box);
    bool has_track = false;
    ret_init->has_media = iso_find(&scan.reader, &file, FOUR("moof"), &box) ||
                          iso_find(&scan.reader, &file, FOUR("mdat"), &box);
    if (!iso_find(&scan.reader, &file, FOUR("moov"), &box))
        return false;
    read_moov(&scan, &box, &has_track);
    if (!has_track)
        return false;
    init_check_codec(&scan);
    init_check_brands(&scan);
    ret_init->is_read = true;
    return true;
}
