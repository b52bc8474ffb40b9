// SPDX-License-Identifier: BSD-2-Clause
// A media segment: the boxes of the file level, in order (ISO/IEC 14496-12 8.8, 8.16;
// ISO/IEC 23000-19 7.3.2, 7.3.3).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/init_private.h"
#include "manifests/validate/iso/segment_private.h"
#include "src/base/mem.h"

static bool is_in_front(uint32_t type)
{
    return type == FOUR("styp") || type == FOUR("prft") || type == FOUR("emsg") ||
           type == FOUR("sidx") || type == FOUR("ssix");
}

// What the next box is; 0 at the end.
static uint32_t next_type(struct segment_scan *scan, size_t at)
{
    struct iso_walk walk = {.reader = &scan->reader,
                            .path = "",
                            .at = at,
                            .end = scan->reader.size_bytes,
                            .is_quiet = true,
                            .is_file = true};
    struct iso_box box;
    return iso_walk_next(&walk, &box) ? box.type : 0;
}

// Before every chunk its own prft is allowed; the rest describes the whole segment.
static void check_position(struct segment_scan *scan, const struct iso_box *box)
{
    if (scan->moof_count == 0)
        return;
    uint32_t next = next_type(scan, box->end);
    bool leads_on = next == FOUR("moof") || is_in_front(next);
    bool is_index = box->type == FOUR("sidx") || box->type == FOUR("ssix");
    bool is_fine = leads_on && !is_index && (box->type == FOUR("prft") || scan->is_chunked);
    if (!is_fine)
        iso_report(&scan->reader, RULE_S7, SPOT(box->at, iso_four(box->type).text),
                   "The %s box stands after the first moof", iso_four(box->type).text);
}

// Where the samples of a moof are: the mdat boxes behind it.
static void find_data(struct segment_scan *scan, struct fragment *fragment)
{
    struct iso_walk walk = {.reader = &scan->reader,
                            .path = "",
                            .at = fragment->moof.end,
                            .end = scan->reader.size_bytes,
                            .is_quiet = true,
                            .is_file = true};
    struct iso_box box;
    size_t count = 0;
    fragment->facts.end_byte = (int64_t)fragment->moof.end;
    while (iso_walk_next(&walk, &box)) {
        if (box.type == FOUR("free") || box.type == FOUR("skip"))
            continue;
        if (box.type != FOUR("mdat"))
            break;
        if (count++ == 0)
            fragment->data_at = box.payload_at;
        fragment->data_end = box.end;
        fragment->facts.end_byte = (int64_t)box.end;
    }
    fragment->has_data = count > 0;
    if (count == 0)
        iso_report(&scan->reader, RULE_S9,
                   SPOT(fragment->moof.at, "moof", NULL,
                        iso_four(next_type(scan, fragment->moof.end)).text),
                   "No mdat box follows the moof");
    else if (count > 1 && scan->is_cmaf)
        iso_report(&scan->reader, RULE_S9,
                   SPOT(fragment->moof.at, "moof", NULL, iso_number((int64_t)count).text),
                   "%zu mdat boxes follow the moof; a CMAF chunk has one", count);
}

static void keep_fragment(struct segment_scan *scan, const struct fragment *fragment)
{
    struct unit *unit = scan->unit;
    size_t count = unit->fragment_count;
    if ((count & (count - 1)) == 0)
        unit->fragments =
            mem_realloc(unit->fragments, count ? count * 2 : 1, sizeof *unit->fragments);
    struct fragment_facts facts = fragment->facts;
    facts.moof_byte = scan->reader.base_byte + (int64_t)fragment->moof.at;
    facts.end_byte += scan->reader.base_byte;
    if (facts.first_sample_end_byte == 0)
        facts.first_sample_end_byte = facts.end_byte;
    unit->fragments[unit->fragment_count++] = facts;
}

static void read_moof(struct segment_scan *scan, const struct iso_box *moof)
{
    struct fragment fragment = {.moof = *moof, .base_at = (int64_t)moof->at};
    scan->moof_count++;
    find_data(scan, &fragment);
    if (scan->unit->fragment_count >= ISO_FRAGMENTS_MAX) {
        ISO_REPORT_ONCE(&scan->reader, RULE_S13, SPOT(moof->at, "moof"),
                        "The segment has more than %u fragments; the rest is not read",
                        ISO_FRAGMENTS_MAX);
        return;
    }
    fragment_read(scan, &fragment);
    if (fragment.has_samples)
        keep_fragment(scan, &fragment);
}

static void check_mdat(struct segment_scan *scan, const struct iso_box *box, uint32_t before)
{
    bool is_after_moof = before == FOUR("moof") || before == FOUR("mdat");
    if (!is_after_moof)
        iso_report(&scan->reader, RULE_S9, SPOT(box->at, "mdat"),
                   "The mdat box belongs to no moof: none stands in front of it");
    if (iso_box_size(box) == 0 && !box->is_cut)
        iso_report(&scan->reader, RULE_S64, SPOT(box->at, "mdat"), "The mdat box is empty");
}

static void take_box(struct segment_scan *scan, const struct iso_box *box, uint32_t before)
{
    if (is_in_front(box->type))
        check_position(scan, box);
    if (box->type == FOUR("styp"))
        segment_read_styp(scan, box);
    else if (box->type == FOUR("sidx"))
        segment_read_sidx(scan, box);
    else if (box->type == FOUR("prft"))
        segment_read_prft(scan, box);
    else if (box->type == FOUR("emsg"))
        segment_read_emsg(scan, box);
    else if (box->type == FOUR("moof"))
        read_moof(scan, box);
    else if (box->type == FOUR("mdat"))
        check_mdat(scan, box, before);
    else if (box->type == FOUR("meta") || box->type == FOUR("udta"))
        iso_report(&scan->reader, RULE_S53, SPOT(box->at, ""),
                   "A '%s' box stands at the level of the file", iso_four(box->type).text);
}

static void walk_file(struct segment_scan *scan)
{
    struct iso_walk walk = {
        .reader = &scan->reader, .path = "", .end = scan->reader.size_bytes, .is_file = true};
    struct iso_box box;
    uint32_t before = 0;
    uint32_t known = 0;
    while (iso_walk_next(&walk, &box)) {
        take_box(scan, &box, before);
        known += box.type == FOUR("moof") || box.type == FOUR("mdat") || is_in_front(box.type) ||
                 box.type == FOUR("moov");
        if (box.type != FOUR("free") && box.type != FOUR("skip"))
            before = box.type;
    }
    scan->unit->is_fmp4 = known > 0;
}

static void check_whole(struct segment_scan *scan)
{
    const struct unit *unit = scan->unit;
    if (scan->moof_count == 0)
        iso_report(&scan->reader, RULE_S9, SPOT(0, ""),
                   "The segment has no movie fragment, no moof box");
    bool has_msix = false;
    for (size_t i = 0; i < unit->styp_count; i++)
        has_msix |= strcmp(unit->styp[i], "msix") == 0;
    if (has_msix && !unit->has_sidx)
        iso_report(&scan->reader, RULE_S8, SPOT(0, "styp", "msix"),
                   "The styp box says msix, an indexed segment, but there is no sidx box");
    // Pictures are shown in another order than they are coded, but for as long.
    int64_t shown = unit->latest_end - unit->earliest_time;
    int64_t slack = (int64_t)unit->longest_sample;
    if (scan->init && scan->init->kind == MEDIA_VIDEO && unit->sample_count > 0 &&
        (shown - (int64_t)unit->duration > slack || (int64_t)unit->duration - shown > slack))
        iso_report(&scan->reader, RULE_S78,
                   SPOT(0, "moof/traf/trun", iso_number((int64_t)unit->duration).text,
                        iso_number(shown).text),
                   "The pictures are shown over %" PRId64
                   " ticks, though their durations add up to %" PRIu64,
                   shown, unit->duration);
}

// As long as times are added up they stay inside 64 bits: a decode time is below 2^62, and
// 16 million samples of 2^32 ticks are below 2^57.
static void finish(struct segment_scan *scan)
{
    struct unit *unit = scan->unit;
    if (unit->sample_count == 0)
        unit->earliest_time = unit->latest_end = (int64_t)unit->decode_time;
    if (scan->has_next && scan->next_time > unit->decode_time)
        unit->duration = scan->next_time - unit->decode_time;
    check_whole(scan);
    segment_check_sidx(scan);
    unit->is_read = true;
}

static void clear_unit(struct unit *unit)
{
    unit_done_measured(unit);
    unit->is_webvtt = false;
    unit->has_styp = unit->has_sidx = unit->has_prft = false;
    unit->styp_count = 0;
    unit->decode_time = unit->duration = 0;
    unit->earliest_time = INT64_MAX;
    unit->latest_end = INT64_MIN;
    unit->sample_count = unit->longest_sample = unit->sap_type = 0;
    unit->shortest_sample = UINT32_MAX;
    unit->is_sync_flagged = unit->is_encrypted = false;
    unit->text_start_ms = unit->text_end_ms = -1;
    unit->first_idr_time = unit->last_idr_time = INT64_MIN;
    unit->longest_idr_gap = 0;
}

static bool has_pictures(const char *entry, bool *ret_has_nals)
{
    static const char *const nals[] = {"avc1", "avc3", "hvc1", "hev1", "vvc1",
                                       "vvi1", "dvh1", "dvhe", "dva1", "dvav"};
    static const char *const others[] = {"av01", "vp08", "vp09", "dav1"};
    *ret_has_nals = false;
    for (size_t i = 0; i < ARRAY_LEN(nals); i++)
        *ret_has_nals |= strcmp(entry, nals[i]) == 0;
    bool has_others = false;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        has_others |= strcmp(entry, others[i]) == 0;
    return has_others || *ret_has_nals;
}

void iso_segment_read(const uint8_t *data, size_t size_bytes, int64_t base_byte,
                      const struct init_facts *init, const struct codec *codec,
                      const struct place *place, struct findings *findings, struct unit *unit)
{
    struct segment_scan scan = {.reader = {.data = data,
                                           .size_bytes = size_bytes,
                                           .base_byte = base_byte,
                                           .place = place,
                                           .findings = findings,
                                           .is_silent = unit->is_iframe},
                                .init = init && init->is_read ? init : NULL,
                                .codec = codec,
                                .unit = unit};
    clear_unit(unit);
    if (scan.init) {
        scan.is_cmaf = init_is_cmaf(init);
        scan.is_cmf2 = init_has_brand(init, "cmf2");
        bool has_entry = codec && codec->entry[0];
        scan.has_looks =
            has_pictures(init->entry, &scan.has_nals) && has_entry && init->kind == MEDIA_VIDEO;
        scan.has_nals &= has_entry && codec->nal_length_size > 0;
    }
    walk_file(&scan);
    if (unit->shortest_sample == UINT32_MAX)
        unit->shortest_sample = 0;
    finish(&scan);
    sidx_done(&scan.sidx);
}
