// SPDX-License-Identifier: BSD-2-Clause
// Samples of text tracks: WebVTT cues as boxes, and TTML documents (ISO/IEC 14496-30;
// ISO/IEC 23000-19 11).
#include <inttypes.h>

#include "manifests/validate/iso/segment_private.h"
#include "manifests/validate/text/text.h"
#include "src/base/rational.h"

// Of one segment, and of one subs box that is searched for each.
enum { DOCUMENTS_MAX = 4096, ENTRIES_MAX = 4096 };

static const char path_of_sample[] = "mdat/sample";

static int64_t milliseconds(const struct segment_scan *scan, int64_t ticks)
{
    if (scan->init->timescale_hz == 0)
        return 0;
    return rational_round(rational_make(ticks, (int64_t)scan->init->timescale_hz), 1000);
}

static void take_span(struct unit *unit, int64_t start_ms, int64_t end_ms)
{
    if (unit->text_start_ms < 0 || start_ms < unit->text_start_ms)
        unit->text_start_ms = start_ms;
    if (end_ms > unit->text_end_ms)
        unit->text_end_ms = end_ms;
}

// A cue must say something: payl (ISO/IEC 14496-30 6.6).
static void check_cue(struct segment_scan *scan, const struct iso_box *cue)
{
    struct iso_box payload;
    if (!iso_find(&scan->reader, cue, FOUR("payl"), &payload))
        ISO_REPORT_ONCE(&scan->reader, RULE_S36, SPOT(cue->at, path_of_sample),
                        "A cue, a vttc box, has no payl box with its text");
}

void fragment_read_wvtt(struct segment_scan *scan, const struct sample *sample)
{
    struct iso_walk walk = {.reader = &scan->reader,
                            .path = path_of_sample,
                            .at = sample->at,
                            .end = sample->at + sample->size_bytes,
                            .is_quiet = true};
    struct iso_box box;
    size_t cues = 0;
    size_t empties = 0;
    bool is_bad = false;
    while (iso_walk_next(&walk, &box)) {
        is_bad |= box.is_cut;
        if (box.type == FOUR("vttc")) {
            check_cue(scan, &box);
            cues++;
        } else if (box.type == FOUR("vtte")) {
            empties++;
        } else if (box.type != FOUR("vtta")) {
            is_bad = true;
        }
    }
    if (is_bad || cues + empties == 0)
        ISO_REPORT_ONCE(&scan->reader, RULE_S36, SPOT(sample->at, path_of_sample),
                        "The WebVTT sample at %" PRId64
                        " is no list of cues (vttc) and no vtte box",
                        sample->time);
    else if (empties > 0 && cues + empties > 1)
        ISO_REPORT_ONCE(&scan->reader, RULE_S36, SPOT(sample->at, path_of_sample),
                        "The WebVTT sample at %" PRId64
                        " says that it is empty, vtte, beside others",
                        sample->time);
    if (cues > 0)
        take_span(scan->unit, milliseconds(scan, sample->time),
                  milliseconds(scan, sample->time + (int64_t)sample->duration));
}

// With images in the sample, the document is its first subsample (ISO/IEC 14496-30 5.5).
static uint32_t document_bytes(struct segment_scan *scan, const struct fragment *fragment,
                               const struct sample *sample)
{
    struct iso_full full;
    if (!fragment->has_subs)
        return sample->size_bytes;
    struct cursor cursor = iso_full_cursor(&scan->reader, &fragment->subs, &full);
    uint32_t entries = cursor_u32(&cursor);
    uint64_t number = 0;
    for (uint32_t i = 0; i < entries && i < ENTRIES_MAX && !cursor.is_short; i++) {
        number += cursor_u32(&cursor);
        uint32_t parts = cursor_u16(&cursor);
        if (number == fragment->facts.sample_count && parts > 0) {
            uint64_t first_bytes = cursor_wide(&cursor, false);
            if (full.version == 0)
                first_bytes >>= 16; // 16 bits of size, then priority and flags
            return first_bytes < sample->size_bytes ? (uint32_t)first_bytes : sample->size_bytes;
        }
        cursor_skip(&cursor, (size_t)parts * (full.version >= 1 ? 10 : 8));
    }
    return sample->size_bytes;
}

void fragment_read_stpp(struct segment_scan *scan, const struct fragment *fragment,
                        const struct sample *sample)
{
    uint32_t size_bytes = document_bytes(scan, fragment, sample);
    struct ttml_facts facts;
    struct place place = *scan->reader.place;
    place.byte = scan->reader.base_byte + (int64_t)sample->at;
    place.path = path_of_sample;
    if (scan->reader.is_silent || size_bytes > ISO_TEXT_MAX_BYTES ||
        scan->documents++ >= DOCUMENTS_MAX)
        return;
    if (ttml_read((const char *)scan->reader.data + sample->at, size_bytes, &place,
                  scan->reader.findings, &facts) &&
        facts.start_ms >= 0)
        take_span(scan->unit, facts.start_ms, facts.end_ms);
}
