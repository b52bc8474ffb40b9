// SPDX-License-Identifier: BSD-2-Clause
// Rules on switching sets: a player goes from one track to another at any segment
// (ISO/IEC 23000-19 7.3.4; ISO/IEC 23009-1 5.3.3.2).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/rules_private.h"
#include "src/base/mem.h"

struct pair { // the first track of a set, and another one of it
    const struct evidence *evidence;
    struct findings *findings;
    const struct track *first, *track;
    const struct init_facts *first_init, *init;
};

static void each_pair(const struct evidence *evidence, struct findings *findings,
                      void (*judge)(const struct pair *))
{
    for (size_t f = 0; f < evidence->track_count; f++) {
        if (!track_leads_set(evidence, f))
            continue;
        for (size_t t = f + 1; t < evidence->track_count; t++) {
            if (!track_is_of_set(evidence, f, t))
                continue;
            struct pair pair = {.evidence = evidence,
                                .findings = findings,
                                .first = &evidence->tracks[f],
                                .track = &evidence->tracks[t],
                                .first_init = track_init(evidence, &evidence->tracks[f], 0),
                                .init = track_init(evidence, &evidence->tracks[t], 0)};
            if (pair.init && pair.first_init)
                judge(&pair);
        }
    }
}

static struct place init_place(const struct pair *pair)
{
    size_t init = pair->track->segments[0].init;
    const struct unit *unit = &pair->evidence->init_units[init];
    return (struct place){.file = pair->evidence->resources[unit->resource].name,
                          .track = pair->track->name,
                          .byte = unit->offset_bytes};
}

static const char *other(const struct pair *pair)
{
    return pair->first->name ? pair->first->name : "another track";
}

static void judge_s24(const struct pair *pair)
{
    size_t count = pair->track->segment_count < pair->first->segment_count
                       ? pair->track->segment_count
                       : pair->first->segment_count;
    for (size_t i = 0; i < count; i++) {
        const struct init_facts *init = track_init(pair->evidence, pair->track, i);
        const struct init_facts *first_init = track_init(pair->evidence, pair->first, i);
        const struct unit *unit = track_unit(pair->evidence, pair->track, i);
        const struct unit *first_unit = track_unit(pair->evidence, pair->first, i);
        if (!init || !first_init || !unit_is_media(unit) || !unit_is_media(first_unit) ||
            init->timescale_hz == 0 || first_init->timescale_hz == 0)
            continue;
        struct rational start = unit_start(init, unit);
        struct rational first_start = unit_start(first_init, first_unit);
        struct rational off = rational_sub(start, first_start);
        uint32_t coarse_hz = init->timescale_hz < first_init->timescale_hz
                                 ? init->timescale_hz
                                 : first_init->timescale_hz;
        bool is_exact = init->timescale_hz == first_init->timescale_hz;
        struct rational slack = is_exact ? (struct rational){0, 1} : rational_make(1, coarse_hz);
        if (off.num < 0)
            off = rational_sub((struct rational){0, 1}, off);
        if (rational_cmp(off, slack) <= 0)
            continue;
        struct place place = segment_place(pair->evidence, pair->track, i);
        findings_add(pair->findings, RULE_S24, &place, seconds_text(first_start).text,
                     seconds_text(start).text,
                     "Segment %zu begins at %s, that of %s in the same set at %s", i + 1,
                     seconds_text(start).text, other(pair), seconds_text(first_start).text);
        return; // one cause; all that follow are off, too
    }
}

void rule_s24(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, judge_s24);
}

static const char *const families[][5] = {
    {"avc1", "avc3", "dva1", "dvav"},
    {"hvc1", "hev1", "dvh1", "dvhe"},
    {"av01", "dav1"},
    {"vvc1", "vvi1"},
    {"vp08"},
    {"vp09"},
    {"mp4a"},
    {"ac-3"},
    {"ec-3"},
    {"ac-4"},
    {"Opus"},
    {"fLaC"},
    {"wvtt"},
    {"stpp"},
};

static size_t family_of(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        for (size_t k = 0; k < ARRAY_LEN(families[i]) && families[i][k]; k++)
            if (strcmp(families[i][k], entry) == 0)
                return i;
    return ARRAY_LEN(families);
}

// Lower profiles of one family are decoded by what decodes the higher ones; other codecs,
// sample depths and subsamplings are not.
static void judge_s25(const struct pair *pair)
{
    const struct init_facts *a = pair->first_init;
    const struct init_facts *b = pair->init;
    struct place place = init_place(pair);
    if (a->kind != b->kind)
        findings_add(pair->findings, RULE_S25, &place, media_kind_name(a->kind),
                     media_kind_name(b->kind), "The track is %s, %s in the same set is %s",
                     media_kind_name(b->kind), other(pair), media_kind_name(a->kind));
    else if (strcmp(a->entry, b->entry) != 0 && family_of(a->entry) != family_of(b->entry))
        findings_add(pair->findings, RULE_S25, &place, a->entry, b->entry,
                     "The track is coded as '%s', %s in the same set as '%s'", b->entry,
                     other(pair), a->entry);
    else if (a->codec.bit_depth && b->codec.bit_depth && a->codec.bit_depth != b->codec.bit_depth)
        findings_add(pair->findings, RULE_S25, &place, iso_number(a->codec.bit_depth).text,
                     iso_number(b->codec.bit_depth).text,
                     "The track has %" PRIu32 " bits per sample, %s in the same set %" PRIu32,
                     b->codec.bit_depth, other(pair), a->codec.bit_depth);
    else if (a->kind == MEDIA_VIDEO && a->codec.bit_depth && b->codec.bit_depth && // both known
             a->codec.chroma_format != b->codec.chroma_format)
        findings_add(pair->findings, RULE_S25, &place, iso_number(a->codec.chroma_format).text,
                     iso_number(b->codec.chroma_format).text,
                     "The tracks of the set differ in chroma subsampling");
}

void rule_s25(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, judge_s25);
}

static void differ(const struct pair *pair, enum rule_id rule, const char *what, int64_t first,
                   int64_t here)
{
    struct place place = init_place(pair);
    if (first != here)
        findings_add(pair->findings, rule, &place, iso_number(first).text, iso_number(here).text,
                     "The track's %s is %" PRId64 ", that of %s in the same set is %" PRId64, what,
                     here, other(pair), first);
}

static void judge_s82(const struct pair *pair)
{
    const struct init_facts *a = pair->first_init;
    const struct init_facts *b = pair->init;
    struct place place = init_place(pair);
    differ(pair, RULE_S82, "timescale", a->timescale_hz, b->timescale_hz);
    if (strcmp(a->language, b->language) != 0)
        findings_add(pair->findings, RULE_S82, &place, a->language, b->language,
                     "The track's language is '%s', that of %s in the same set is '%s'",
                     b->language, other(pair), a->language);
    if (a->codec.has_colour && b->codec.has_colour) {
        differ(pair, RULE_S82, "colour primaries code", a->codec.primaries, b->codec.primaries);
        differ(pair, RULE_S82, "transfer function code", a->codec.transfer, b->codec.transfer);
        differ(pair, RULE_S82, "colour matrix code", a->codec.matrix, b->codec.matrix);
    }
}

void rule_s82(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, judge_s82);
}

static void judge_s83(const struct pair *pair)
{
    const struct encryption_facts *a = &pair->first_init->encryption;
    const struct encryption_facts *b = &pair->init->encryption;
    struct place place = init_place(pair);
    const char *first = a->is_encrypted ? a->scheme : "in the clear";
    const char *here = b->is_encrypted ? b->scheme : "in the clear";
    if (strcmp(first, here) != 0)
        findings_add(pair->findings, RULE_S83, &place, first, here,
                     "The track's encryption is '%s', that of %s in the same set is '%s'", here,
                     other(pair), first);
}

void rule_s83(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, judge_s83);
}

static void judge_s84(const struct pair *pair)
{
    const struct codec_facts *a = &pair->first_init->codec;
    const struct codec_facts *b = &pair->init->codec;
    if (pair->init->kind != MEDIA_AUDIO || !a->string[0] || !b->string[0])
        return;
    if (a->sample_rate_hz && b->sample_rate_hz)
        differ(pair, RULE_S84, "sampling rate", a->sample_rate_hz, b->sample_rate_hz);
    if (a->channels && b->channels)
        differ(pair, RULE_S84, "channel count", a->channels, b->channels);
}

void rule_s84(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, judge_s84);
}

static void judge_s85(const struct pair *pair)
{
    struct rational start, end, first_start, first_end;
    struct place place = init_place(pair);
    if (pair->track->segment_count != pair->first->segment_count)
        findings_add(pair->findings, RULE_S85, &place,
                     iso_number((int64_t)pair->first->segment_count).text,
                     iso_number((int64_t)pair->track->segment_count).text,
                     "The track has %zu segments, %s in the same set has %zu",
                     pair->track->segment_count, other(pair), pair->first->segment_count);
    else if (track_span(pair->evidence, pair->first, &first_start, &first_end) &&
             track_span(pair->evidence, pair->track, &start, &end)) {
        struct rational off = rational_sub(end, first_end);
        struct rational frame = track_frame(pair->evidence, pair->first);
        if (off.num < 0)
            off = rational_sub((struct rational){0, 1}, off);
        if (rational_cmp(off, frame) > 0)
            findings_add(pair->findings, RULE_S85, &place, seconds_text(first_end).text,
                         seconds_text(end).text, "The track ends at %s, %s in the same set at %s",
                         seconds_text(end).text, other(pair), seconds_text(first_end).text);
    }
}

void rule_s85(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, judge_s85);
}

static void judge_s87(const struct pair *pair)
{
    const char *first = init_media_profile(pair->first_init);
    const char *here = init_media_profile(pair->init);
    struct place place = init_place(pair);
    if (!first != !here || (first && here && strcmp(first, here) != 0))
        findings_add(pair->findings, RULE_S87, &place, first ? first : "none", here ? here : "none",
                     "The track's media profile brand is %s, that of %s in the same set is %s",
                     here ? here : "none", other(pair), first ? first : "none");
}

void rule_s87(const struct evidence *evidence, struct findings *findings)
{
    each_pair(evidence, findings, judge_s87);
}
