// SPDX-License-Identifier: BSD-2-Clause
// Sample entries: what stands in the first one, and the boxes below it (ISO/IEC
// 14496-12 8.5.2, 12; 14496-15; 14496-30). Its codec configuration is read by codec/.
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/init_private.h"
#include "src/base/mem.h"

enum { // bytes of the fields in front of the children
    PLAIN_BYTES = 8,
    VISUAL_BYTES = 78,
    AUDIO_BYTES = 28
};

// The configuration box that each sample entry has one of.
static const struct config_row {
    const char *entry;
    const char *box;
} configs[] = {
    {"avc1", "avcC"}, {"avc3", "avcC"}, {"dva1", "avcC"}, {"dvav", "avcC"}, {"hvc1", "hvcC"},
    {"hev1", "hvcC"}, {"dvh1", "hvcC"}, {"dvhe", "hvcC"}, {"vvc1", "vvcC"}, {"vvi1", "vvcC"},
    {"av01", "av1C"}, {"dav1", "av1C"}, {"vp08", "vpcC"}, {"vp09", "vpcC"}, {"mp4v", "esds"},
    {"mp4a", "esds"}, {"ac-3", "dac3"}, {"ec-3", "dec3"}, {"ac-4", "dac4"}, {"Opus", "dOps"},
    {"fLaC", "dfLa"}, {"mha1", "mhaC"},
};

static const char *config_box(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LEN(configs); i++)
        if (strcmp(configs[i].entry, entry) == 0)
            return configs[i].box;
    return NULL;
}

static void read_visual(struct init_scan *scan, struct cursor cursor)
{
    cursor_skip(&cursor, 16);
    scan->facts->entry_width_px = cursor_u16(&cursor);
    scan->facts->entry_height_px = cursor_u16(&cursor);
}

static void read_audio(struct init_scan *scan, struct cursor cursor)
{
    cursor_skip(&cursor, 8);
    scan->facts->entry_channels = cursor_u16(&cursor);
    cursor_skip(&cursor, 6);
    scan->facts->entry_sample_rate_hz = cursor_u32(&cursor) >> 16;
}

static void read_colr(struct init_scan *scan, const struct iso_box *box)
{
    struct cursor cursor = iso_box_cursor(&scan->reader, box);
    if (cursor_u32(&cursor) != FOUR("nclx") || scan->facts->has_colr_nclx)
        return;
    scan->facts->primaries = cursor_u16(&cursor);
    scan->facts->transfer = cursor_u16(&cursor);
    scan->facts->matrix = cursor_u16(&cursor);
    scan->facts->is_full_range = cursor_u8(&cursor) >> 7;
    scan->facts->has_colr_nclx = !cursor.is_short;
}

static void read_pasp(struct init_scan *scan, const struct iso_box *box)
{
    struct cursor cursor = iso_box_cursor(&scan->reader, box);
    scan->facts->pasp_h = cursor_u32(&cursor);
    scan->facts->pasp_v = cursor_u32(&cursor);
    scan->facts->has_pasp = scan->facts->pasp_h && scan->facts->pasp_v;
    if (!scan->facts->has_pasp)
        iso_report(&scan->reader, RULE_S5, SPOT(box->at, "stsd/pasp"),
                   "The pixel aspect ratio has a side of 0");
}

// DOVIDecoderConfigurationRecord, Dolby Vision Streams within ISOBMFF 3.2.
static void read_dolby_vision(struct init_scan *scan, const struct iso_box *box)
{
    struct cursor cursor = iso_box_cursor(&scan->reader, box);
    cursor_skip(&cursor, 2);
    uint32_t word = cursor_u16(&cursor);
    uint32_t compatibility = cursor_u8(&cursor) >> 4;
    if (cursor.is_short)
        return;
    scan->facts->has_dolby_vision = true;
    scan->facts->dv_profile = word >> 9;
    scan->facts->dv_level = word >> 3 & 63;
    scan->facts->dv_compatibility = compatibility;
}

static void check_vttc(struct init_scan *scan, const struct iso_box *box)
{
    if (iso_box_size(box) < 6 || memcmp(scan->reader.data + box->payload_at, "WEBVTT", 6) != 0)
        iso_report(&scan->reader, RULE_S60, SPOT(box->at, "stsd/wvtt/vttC"),
                   "The vttC box does not begin with WEBVTT");
}

static void take_child(struct init_scan *scan, const struct iso_box *box)
{
    if (box->type == FOUR("colr"))
        read_colr(scan, box);
    else if (box->type == FOUR("pasp"))
        read_pasp(scan, box);
    else if (box->type == FOUR("dvcC") || box->type == FOUR("dvvC") || box->type == FOUR("dvwC"))
        read_dolby_vision(scan, box);
    else if (box->type == FOUR("mdcv") || box->type == FOUR("SmDm"))
        scan->facts->has_mdcv = true;
    else if (box->type == FOUR("clli") || box->type == FOUR("CoLL"))
        scan->facts->has_clli = true;
    else if (box->type == FOUR("vttC"))
        check_vttc(scan, box);
}

// Copies of the configuration do no harm and are seen in the field; others are counted.
static void take_config(struct init_scan *scan, const struct iso_box *box)
{
    const uint8_t *data = scan->reader.data;
    if (scan->config_count == 0) {
        scan->config = *box;
        iso_four_copy(scan->config_type, box->type);
    } else if (iso_box_size(box) == iso_box_size(&scan->config) &&
               memcmp(data + box->payload_at, data + scan->config.payload_at, iso_box_size(box)) ==
                   0) {
        return;
    }
    scan->config_count++;
}

// Everything below the entry's fields; loud about sizes.
static void read_children(struct init_scan *scan, const struct iso_box *children)
{
    const char *wanted = config_box(scan->facts->entry);
    bool has_vttc = false;
    struct iso_walk walk = iso_walk_into(&scan->reader, children);
    walk.is_quiet = false;
    walk.path = "stsd/entry";
    struct iso_box box;
    while (iso_walk_next(&walk, &box)) {
        take_child(scan, &box);
        has_vttc |= box.type == FOUR("vttC");
        if (wanted && box.type == FOUR(wanted))
            take_config(scan, &box);
    }
    if (strcmp(scan->facts->entry, "wvtt") == 0 && !has_vttc)
        iso_report(&scan->reader, RULE_S60, SPOT(scan->entry_at, "stsd/wvtt"),
                   "The wvtt sample entry has no vttC box");
}

// Three strings, each with its zero byte; writers leave out the optional last ones at the
// entry's end (ISO/IEC 14496-12 12.6.3.2). Gives where they end.
static size_t read_stpp(struct init_scan *scan, struct cursor cursor)
{
    const uint8_t *first = cursor.at;
    size_t left_bytes = cursor_left(&cursor);
    const uint8_t *at = first;
    for (int i = 0; i < 3; i++) {
        if (i > 0 && (size_t)(at - first) == left_bytes)
            return left_bytes;
        const uint8_t *zero = memchr(at, 0, left_bytes - (size_t)(at - first));
        if (!zero) {
            iso_report(&scan->reader, RULE_S60, SPOT(scan->entry_at, "stsd/stpp"),
                       "A string of the stpp sample entry has no end");
            return left_bytes;
        }
        if (i == 0 && !memmem(first, (size_t)(zero - first), "http://www.w3.org/ns/ttml", 25))
            iso_report(&scan->reader, RULE_S60, SPOT(scan->entry_at, "stsd/stpp"),
                       "The namespace of the stpp sample entry is not TTML's, "
                       "http://www.w3.org/ns/ttml");
        at = zero + 1;
    }
    return (size_t)(at - first);
}

// The entry's name in the clear: frma when it is encrypted.
static void name_entry(struct init_scan *scan, uint32_t type, const struct iso_box *children)
{
    struct iso_box sinf;
    struct iso_box frma;
    iso_four_copy(scan->facts->entry, type);
    if (iso_find(&scan->reader, children, FOUR("sinf"), &sinf) &&
        iso_find(&scan->reader, &sinf, FOUR("frma"), &frma) && iso_box_size(&frma) >= 4) {
        struct cursor cursor = iso_box_cursor(&scan->reader, &frma);
        iso_four_copy(scan->facts->entry, cursor_u32(&cursor));
    }
}

static void read_entry(struct init_scan *scan, const struct iso_box *entry)
{
    struct cursor cursor = iso_box_cursor(&scan->reader, entry);
    cursor_skip(&cursor, 6);
    uint32_t reference = cursor_u16(&cursor);
    if (reference == 0 || (scan->dref_count && reference > scan->dref_count))
        iso_report(
            &scan->reader, RULE_S46,
            SPOT(entry->at, "stsd", iso_number(reference).text, iso_number(scan->dref_count).text),
            "The sample entry's data reference %" PRIu32 " does not exist", reference);
    size_t fields_bytes = PLAIN_BYTES;
    if (scan->facts->kind == MEDIA_VIDEO || scan->facts->kind == MEDIA_IMAGE) {
        read_visual(scan, cursor);
        fields_bytes = VISUAL_BYTES;
    } else if (scan->facts->kind == MEDIA_AUDIO) {
        read_audio(scan, cursor);
        fields_bytes = AUDIO_BYTES;
    } else if (entry->type == FOUR("stpp")) {
        fields_bytes += read_stpp(scan, cursor);
    }
    if (iso_box_size(entry) < fields_bytes) {
        iso_four_copy(scan->facts->entry, entry->type);
        iso_report(&scan->reader, RULE_S38, SPOT(entry->at, "stsd"),
                   "The sample entry '%s' is too short for its fields", scan->facts->entry);
        return;
    }
    struct iso_box children = *entry;
    children.payload_at += fields_bytes;
    name_entry(scan, entry->type, &children);
    read_children(scan, &children);
    init_read_sinf(scan, &children, entry->type);
}

// Where a track begins in the clear it has an entry for that and one for the rest.
static void read_other_entry(struct init_scan *scan, const struct iso_box *entry)
{
    size_t fields_bytes = scan->facts->kind == MEDIA_AUDIO  ? AUDIO_BYTES
                          : scan->facts->kind == MEDIA_TEXT ? PLAIN_BYTES
                                                            : VISUAL_BYTES;
    struct iso_box children = *entry;
    if (scan->facts->encryption.is_encrypted || iso_box_size(entry) < fields_bytes)
        return;
    children.payload_at += fields_bytes;
    init_read_sinf(scan, &children, entry->type);
}

void init_read_stsd(struct init_scan *scan, const struct iso_box *stbl)
{
    const char *path = "moov/trak/mdia/minf/stbl/stsd";
    struct iso_box stsd;
    struct iso_full full;
    if (!iso_find(&scan->reader, stbl, FOUR("stsd"), &stsd))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &stsd, &full);
    uint32_t count = cursor_u32(&cursor);
    struct iso_box list = stsd;
    list.payload_at += cursor.is_short ? iso_box_size(&stsd) : 8;
    struct iso_walk walk = iso_walk_into(&scan->reader, &list);
    walk.is_quiet = false;
    walk.path = path;
    struct iso_box entry;
    uint32_t seen = 0;
    while (iso_walk_next(&walk, &entry)) {
        if (seen == 0) {
            scan->entry_at = entry.at;
            read_entry(scan, &entry);
        } else {
            read_other_entry(scan, &entry);
        }
        if (seen < 32 && (entry.type >> 8) != FOURCC(0, 'e', 'n', 'c'))
            scan->facts->clear_entries |= 1u << seen;
        seen++;
    }
    scan->facts->entry_count = seen;
    if (seen == 0 || seen != count)
        iso_report(&scan->reader, RULE_S46,
                   SPOT(stsd.at, path, iso_number(count).text, iso_number(seen).text),
                   "stsd says %" PRIu32 " sample entries and holds %" PRIu32, count, seen);
    if (full.version != 0 && scan->is_cmaf && scan->facts->kind != MEDIA_AUDIO)
        iso_report(&scan->reader, RULE_S46, SPOT(stsd.at, path, iso_number(full.version).text, "0"),
                   "The stsd box has version %" PRIu32, full.version);
}
