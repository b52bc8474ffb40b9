// SPDX-License-Identifier: BSD-2-Clause
// How the samples of a fragment are encrypted: senc, saiz and saio against the samples,
// and what must stay readable (ISO/IEC 23001-7 5 to 10; ISO/IEC 23000-19 8.2).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/segment_private.h"
#include "src/base/mem.h"

enum { SENC_SUBSAMPLES = 2, AUX_HAS_TYPE = 1 };

// ISO/IEC 23001-7 6: what a 'seig' group says of its samples.
struct seig {
    bool is_known; // all samples are in one group that is described here
    bool is_protected;
    uint32_t iv_bytes;
};

static bool find_group_box(struct segment_scan *scan, const struct fragment *fragment,
                           uint32_t type, struct cursor *ret, struct iso_full *ret_full)
{
    struct iso_walk walk = iso_walk_into(&scan->reader, &fragment->traf);
    struct iso_box box;
    while (iso_walk_next(&walk, &box)) {
        if (box.type != type)
            continue;
        struct cursor cursor = iso_full_cursor(&scan->reader, &box, ret_full);
        if (cursor_u32(&cursor) == FOUR("seig")) {
            *ret = cursor;
            return true;
        }
    }
    return false;
}

struct seig_list { // sgpd of the fragment
    struct cursor entries;
    uint32_t length;
    uint32_t count;
};

static struct seig_list find_seig_list(struct segment_scan *scan, const struct fragment *fragment)
{
    struct seig_list list = {0};
    struct iso_full full;
    if (!find_group_box(scan, fragment, FOUR("sgpd"), &list.entries, &full) || full.version == 0)
        return list;
    list.length = cursor_u32(&list.entries);
    if (full.version >= 2)
        cursor_u32(&list.entries);
    list.count = cursor_u32(&list.entries);
    return list;
}

// The entry of a group index (0x10001 is the first that stands in the fragment itself).
static struct seig read_seig(const struct seig_list *list, uint32_t index)
{
    struct seig seig = {0};
    struct cursor cursor = list->entries;
    if (index <= 0x10000 || list->length < 20 || index - 0x10000 > list->count)
        return seig;
    uint64_t skip_bytes = (uint64_t)list->length * (index - 0x10001);
    cursor_skip(&cursor, skip_bytes > SIZE_MAX ? SIZE_MAX : (size_t)skip_bytes);
    cursor_skip(&cursor, 2);
    seig.is_protected = cursor_u8(&cursor) == 1;
    seig.iv_bytes = cursor_u8(&cursor);
    seig.is_known = !cursor.is_short;
    return seig;
}

// Fragments are encrypted throughout or not at all (ISO/IEC 23000-19 8.2.3.1).
static struct seig find_seig(struct segment_scan *scan, const struct fragment *fragment,
                             bool *ret_has_groups)
{
    struct cursor cursor;
    struct iso_full full;
    struct seig first = {0};
    *ret_has_groups = find_group_box(scan, fragment, FOUR("sbgp"), &cursor, &full);
    if (!*ret_has_groups)
        return first;
    if (full.version >= 1)
        cursor_u32(&cursor);
    uint32_t runs = cursor_u32(&cursor);
    size_t at = (size_t)(cursor.at - scan->reader.data);
    const struct seig_list list = find_seig_list(scan, fragment);
    const struct encryption_facts *facts = &scan->init->encryption;
    // A handful of runs shows what there is.
    for (uint32_t i = 0; i < runs && i < 64 && cursor_left(&cursor) >= 8; i++) {
        cursor_u32(&cursor);
        uint32_t index = cursor_u32(&cursor);
        struct seig seig = read_seig(&list, index);
        if (index == 0)
            seig = (struct seig){.is_known = true,
                                 .is_protected = facts->is_default_protected,
                                 .iv_bytes = facts->iv_size_bytes};
        if (i == 0)
            first = seig;
        else if (first.is_known && seig.is_known && first.is_protected != seig.is_protected)
            ISO_REPORT_ONCE(&scan->reader, RULE_S31, SPOT(at, "moof/traf/sbgp"),
                            "Some samples of the fragment are encrypted and some are in the clear");
        if (!seig.is_known || seig.iv_bytes != first.iv_bytes)
            first.is_known = false;
    }
    return first;
}

static void open_senc(struct segment_scan *scan, struct fragment *fragment)
{
    struct iso_full full;
    if (!iso_find(&scan->reader, &fragment->traf, FOUR("senc"), &fragment->senc))
        return;
    fragment->senc_cursor = iso_full_cursor(&scan->reader, &fragment->senc, &full);
    fragment->senc_count = cursor_u32(&fragment->senc_cursor);
    fragment->senc_left = fragment->senc_count;
    fragment->has_subsamples = full.flags & SENC_SUBSAMPLES;
    fragment->has_senc = !fragment->senc_cursor.is_short;
    if (!fragment->has_senc)
        iso_report(&scan->reader, RULE_S38, SPOT(fragment->senc.at, "moof/traf/senc"),
                   "The senc box is too short for its count");
}

static void check_aux_type(struct segment_scan *scan, const struct iso_box *box, uint32_t type)
{
    const char *scheme = scan->init ? scan->init->encryption.scheme : "";
    if (scheme[0] && type != FOUR("cenc") && type != FOUR(scheme))
        iso_report(&scan->reader, RULE_S70,
                   SPOT(box->at, iso_four(box->type).text, iso_four(type).text, scheme),
                   "The auxiliary information of '%s' has the type '%s'", iso_four(box->type).text,
                   iso_four(type).text);
}

static void open_saiz(struct segment_scan *scan, struct fragment *fragment)
{
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, &fragment->traf, FOUR("saiz"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    if (full.flags & AUX_HAS_TYPE) {
        check_aux_type(scan, &box, cursor_u32(&cursor));
        cursor_u32(&cursor);
    }
    fragment->saiz_default = cursor_u8(&cursor);
    fragment->saiz_count = cursor_u32(&cursor);
    fragment->saiz_sizes = cursor;
    fragment->has_saiz = !cursor.is_short;
    if (cursor.is_short ||
        (fragment->saiz_default == 0 && cursor_left(&cursor) < fragment->saiz_count))
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, "moof/traf/saiz"),
                   "The saiz box is too short for its fields");
}

// Offsets count as the runs' do: from the moof, where default-base-is-moof is set.
static void check_saio(struct segment_scan *scan, const struct fragment *fragment)
{
    const char *path = "moof/traf/saio";
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, &fragment->traf, FOUR("saio"), &box))
        return;
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    if (full.flags & AUX_HAS_TYPE) {
        check_aux_type(scan, &box, cursor_u32(&cursor));
        cursor_u32(&cursor);
    }
    uint32_t count = cursor_u32(&cursor);
    uint64_t offset = cursor_wide(&cursor, full.version >= 1);
    if (count != 1)
        iso_report(&scan->reader, RULE_S70, SPOT(box.at, path, iso_number(count).text, "1"),
                   "saio has %" PRIu32 " offsets, where one belongs", count);
    if (count == 0 || cursor.is_short || !fragment->has_senc)
        return;
    int64_t wanted = (int64_t)(fragment->senc.payload_at + 8) - fragment->base_at;
    if (offset > INT64_MAX || (int64_t)offset != wanted)
        iso_report(&scan->reader, RULE_S30,
                   SPOT(box.at, path, iso_number((int64_t)offset).text, iso_number(wanted).text),
                   "saio points %" PRIu64 " bytes behind the moof's start, but the entries of senc "
                   "are at %" PRId64,
                   offset, wanted);
}

void fragment_open_crypt(struct segment_scan *scan, struct fragment *fragment)
{
    struct iso_box box;
    const struct encryption_facts *facts = scan->init ? &scan->init->encryption : NULL;
    open_senc(scan, fragment);
    if (!facts || !facts->is_encrypted) {
        fragment->is_encrypted = fragment->has_senc;
        scan->unit->is_encrypted |= fragment->is_encrypted;
        if (facts && fragment->has_senc)
            iso_report(&scan->reader, RULE_S28, SPOT(fragment->senc.at, "moof/traf/senc"),
                       "The fragment is encrypted, but the init segment has no sinf box");
        fragment->has_senc = false; // what stands in it cannot be known
        return;
    }
    bool has_groups = false;
    struct seig seig = find_seig(scan, fragment, &has_groups);
    uint32_t entry = fragment->description - 1;
    bool is_clear_entry = entry < 32 && scan->init->clear_entries >> entry & 1;
    fragment->iv_bytes = seig.is_known ? seig.iv_bytes : facts->iv_size_bytes;
    fragment->is_encrypted =
        !is_clear_entry && (seig.is_known ? seig.is_protected : facts->is_default_protected);
    bool has_other = has_groups && !seig.is_known;
    if (has_other) { // groups that are described elsewhere: nothing can be said
        fragment->is_encrypted = true;
        fragment->has_senc = false;
    }
    scan->unit->is_encrypted |= fragment->is_encrypted;
    open_saiz(scan, fragment);
    check_saio(scan, fragment);
    if (fragment->is_encrypted && fragment->iv_bytes > 0 && !fragment->has_senc && !has_other &&
        !iso_find(&scan->reader, &fragment->traf, FOUR("saio"), &box) &&
        !iso_find(&scan->reader, &fragment->traf, FOUR("uuid"), &box))
        iso_report(&scan->reader, RULE_S30, SPOT(fragment->traf.at, "moof/traf"),
                   "The fragment is encrypted, but has no senc box with its initialization "
                   "vectors");
}

struct subsamples {
    uint32_t count;
    struct cursor cursor; // at the first pair
};

static uint64_t subsamples_total(const struct subsamples *list, bool *ret_has_odd)
{
    struct cursor cursor = list->cursor;
    uint64_t total_bytes = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        total_bytes += cursor_u16(&cursor);
        uint32_t secret_bytes = cursor_u32(&cursor);
        *ret_has_odd |= secret_bytes % 16 != 0;
        total_bytes += secret_bytes;
    }
    return total_bytes;
}

// Where the clear stretch ends that covers `at`, or 0 when `at` is in a protected one.
// Goes on from where it was: NAL units come in order.
struct clear_walk {
    struct subsamples list;
    uint64_t clear_at, clear_end, secret_end;
};

static bool is_clear_range(struct clear_walk *walk, uint64_t at, uint64_t end)
{
    while (at >= walk->secret_end) {
        if (walk->list.count == 0)
            return true; // behind all of them: the total is judged elsewhere
        walk->list.count--;
        walk->clear_at = walk->secret_end;
        walk->clear_end = walk->clear_at + cursor_u16(&walk->list.cursor);
        walk->secret_end = walk->clear_end + cursor_u32(&walk->list.cursor);
        // A stretch of clear bytes only goes on in the next one.
        while (walk->clear_end == walk->secret_end && walk->list.count > 0) {
            walk->list.count--;
            walk->clear_end += cursor_u16(&walk->list.cursor);
            walk->secret_end = walk->clear_end + cursor_u32(&walk->list.cursor);
        }
    }
    return end <= walk->clear_end || walk->clear_end == walk->secret_end;
}

// Lengths and headers of NAL units stay in the clear (ISO/IEC 23001-7 9.5.2).
static bool check_clear_headers(struct segment_scan *scan, const struct sample *sample,
                                const struct subsamples *list)
{
    uint32_t length_bytes = scan->codec->nal_length_size;
    const uint8_t *data = scan->reader.data + sample->at;
    struct clear_walk walk = {.list = *list};
    uint64_t at = 0;
    while (at + length_bytes < sample->size_bytes) {
        if (!is_clear_range(&walk, at, at + length_bytes + 1)) {
            ISO_REPORT_ONCE(&scan->reader, RULE_S80,
                            SPOT(sample->at + (size_t)at, "moof/traf/senc"),
                            "The length or header of a NAL unit in the sample at %" PRId64
                            " lies in encrypted bytes",
                            sample->time);
            return false;
        }
        uint64_t size_bytes = 0;
        for (uint32_t i = 0; i < length_bytes; i++)
            size_bytes = size_bytes << 8 | data[at + i];
        at += length_bytes + size_bytes;
    }
    return true;
}

static void check_saiz(struct segment_scan *scan, struct fragment *fragment, uint64_t entry_bytes)
{
    if (!fragment->has_saiz || fragment->facts.sample_count > fragment->saiz_count)
        return;
    uint32_t stated =
        fragment->saiz_default ? fragment->saiz_default : cursor_u8(&fragment->saiz_sizes);
    if (stated != entry_bytes && !fragment->saiz_sizes.is_short)
        ISO_REPORT_ONCE(&scan->reader, RULE_S70,
                        SPOT(fragment->senc.at, "moof/traf/saiz", iso_number(stated).text,
                             iso_number((int64_t)entry_bytes).text),
                        "saiz says %" PRIu32 " bytes for sample %" PRIu32
                        ", its entry in senc has %" PRIu64,
                        stated, fragment->facts.sample_count, entry_bytes);
}

static void check_total(struct segment_scan *scan, const struct fragment *fragment,
                        const struct sample *sample, const struct subsamples *list)
{
    bool has_odd = false;
    uint64_t total_bytes = subsamples_total(list, &has_odd);
    const char *scheme = scan->init->encryption.scheme;
    if (total_bytes != sample->size_bytes)
        ISO_REPORT_ONCE(
            &scan->reader, RULE_S30,
            SPOT(fragment->senc.at, "moof/traf/senc", iso_number((int64_t)total_bytes).text,
                 iso_number(sample->size_bytes).text),
            "The subsamples of sample %" PRIu32 " cover %" PRIu64 " bytes, the sample has %" PRIu32,
            fragment->facts.sample_count, total_bytes, sample->size_bytes);
    if (has_odd && (strcmp(scheme, "cenc") == 0 || strcmp(scheme, "cbc1") == 0))
        ISO_REPORT_ONCE(&scan->reader, RULE_S81, SPOT(fragment->senc.at, "moof/traf/senc"),
                        "Protected bytes of a subsample are no multiple of 16 with scheme '%s'",
                        scheme);
}

bool fragment_next_crypt(struct segment_scan *scan, struct fragment *fragment,
                         const struct sample *sample)
{
    struct cursor *cursor = &fragment->senc_cursor;
    if (!fragment->has_senc)
        return !fragment->is_encrypted;
    if (fragment->senc_left == 0)
        return false; // too few: said at the end
    fragment->senc_left--;
    struct subsamples list = {0};
    uint64_t entry_bytes = fragment->iv_bytes;
    cursor_skip(cursor, fragment->iv_bytes);
    if (fragment->has_subsamples) {
        list.count = cursor_u16(cursor);
        list.cursor = *cursor;
        entry_bytes += 2 + 6 * (uint64_t)list.count;
        cursor_skip(cursor, 6 * (size_t)list.count);
    }
    if (cursor->is_short) {
        ISO_REPORT_ONCE(
            &scan->reader, RULE_S30,
            SPOT(fragment->senc.at, "moof/traf/senc", iso_number(fragment->senc_count).text),
            "The senc box is too short for its %" PRIu32 " entries", fragment->senc_count);
        return false;
    }
    check_saiz(scan, fragment, entry_bytes);
    if (list.count == 0)
        return !fragment->is_encrypted;
    check_total(scan, fragment, sample, &list);
    if (!scan->has_nals || !sample->is_here)
        return scan->has_looks;
    return check_clear_headers(scan, sample, &list);
}

void fragment_close_crypt(struct segment_scan *scan, struct fragment *fragment)
{
    uint32_t samples = fragment->facts.sample_count;
    bool is_empty = !fragment->is_encrypted && fragment->senc_count == 0;
    if (fragment->has_senc && fragment->senc_count != samples && !is_empty)
        iso_report(&scan->reader, RULE_S30,
                   SPOT(fragment->senc.at, "moof/traf/senc", iso_number(fragment->senc_count).text,
                        iso_number(samples).text),
                   "senc has entries for %" PRIu32 " samples, the fragment has %" PRIu32,
                   fragment->senc_count, samples);
    // Fewer than samples: the others have no information (ISO/IEC 14496-12 8.7.8), as with a
    // constant vector and whole samples encrypted.
    bool has_none = scan->init && scan->init->encryption.iv_size_bytes == 0 &&
                    !fragment->has_subsamples && fragment->saiz_count < samples;
    if (fragment->has_saiz && fragment->saiz_count != samples && !has_none)
        iso_report(&scan->reader, RULE_S70,
                   SPOT(fragment->traf.at, "moof/traf/saiz", iso_number(fragment->saiz_count).text,
                        iso_number(samples).text),
                   "saiz has sizes for %" PRIu32 " samples, the fragment has %" PRIu32,
                   fragment->saiz_count, samples);
}
