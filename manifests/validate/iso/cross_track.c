// SPDX-License-Identifier: BSD-2-Clause
// Rules on a track as a whole: access points, the index, events, where audio and video
// begin and end, and what the declared level can carry.
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/rules_private.h"
#include "src/base/mem.h"

// Apple HLS Authoring Specification 1.13, and a little more: whole pictures at 29.97 or
// 23.976 per second make 2 seconds last 2.002.
static const struct rational idr_gap_max = {41, 20};

struct idr_scan {
    struct rational longest;
    size_t at; // segment where the longest gap ends
    bool has_last;
    struct rational last;
};

static void idr_gap(struct idr_scan *scan, struct rational gap, size_t at)
{
    if (rational_cmp(gap, scan->longest) > 0) {
        scan->longest = gap;
        scan->at = at;
    }
}

static void idr_take(struct idr_scan *scan, const struct init_facts *init, const struct unit *unit,
                     size_t at)
{
    if (unit->first_idr_time != INT64_MIN) {
        struct rational first = ticks_to_seconds(init, unit->first_idr_time);
        if (scan->has_last)
            idr_gap(scan, rational_sub(first, scan->last), at);
        idr_gap(scan, ticks_to_seconds(init, unit->longest_idr_gap), at);
        scan->last = ticks_to_seconds(init, unit->last_idr_time);
        scan->has_last = true;
    }
    // To the end of this one there may be none, which the last segment needs.
    if (scan->has_last)
        idr_gap(scan, rational_sub(ticks_to_seconds(init, unit->latest_end), scan->last), at);
}

static void judge_idr(const struct evidence *evidence, struct findings *findings,
                      const struct track *track)
{
    struct idr_scan scan = {.longest = {0, 1}};
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        const struct init_facts *init = track_init(evidence, track, i);
        if (!init || init->kind != MEDIA_VIDEO || !unit_is_media(unit) ||
            (i > 0 && track->segments[i].discontinuity != track->segments[i - 1].discontinuity))
            scan.has_last = false; // a stretch begins; gaps across are none
        if (init && init->kind == MEDIA_VIDEO && init->timescale_hz && unit_is_media(unit))
            idr_take(&scan, init, unit, i);
    }
    if (rational_cmp(scan.longest, idr_gap_max) <= 0)
        return;
    struct place place = segment_place(evidence, track, scan.at);
    findings_add(findings, RULE_S20, &place, "2 s", seconds_text(scan.longest).text,
                 "IDR pictures are up to %s apart", seconds_text(scan.longest).text);
}

void rule_s20(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++)
        if (track_is_judged(evidence, t))
            judge_idr(evidence, findings, &evidence->tracks[t]);
}

static void judge_index_start(const struct evidence *evidence, struct findings *findings,
                              const struct track *track, size_t i)
{
    const struct unit *unit = track_unit(evidence, track, i);
    const struct init_facts *init = track_init(evidence, track, i);
    uint32_t stated = track->segments[i].index_sap;
    bool is_one = unit->fragment_count > 0 && unit->fragments[0].is_sync && unit->sap_type <= 2;
    if (!init || init->kind != MEDIA_VIDEO || !unit_is_media(unit) || is_one ||
        (stated != 1 && stated != 2))
        return;
    struct place place = segment_place(evidence, track, i);
    place.path = "sidx";
    findings_add(findings, RULE_S21, &place, iso_number(stated).text,
                 unit->sap_type ? iso_number(unit->sap_type).text : "none",
                 "The index says that segment %zu starts with an access point of type %" PRIu32
                 ", and it starts with %s",
                 i + 1, stated, unit->sap_type == 3 ? "one of type 3" : "none");
}

// A sidx of a whole file: what it says of each segment, and whether it reaches the end.
static void judge_index_entry(const struct evidence *evidence, struct findings *findings,
                              const struct track *track, size_t i)
{
    const struct unit *unit = track_unit(evidence, track, i);
    const struct init_facts *init = track_init(evidence, track, i);
    if (init && unit->is_read && unit->size_bytes > 0 && unit->fragment_count == 0) {
        struct place place = segment_place(evidence, track, i);
        place.path = "sidx";
        findings_add(findings, RULE_S21, &place, NULL, NULL,
                     "The index says that segment %zu is here, but no fragment begins here", i + 1);
    }
    if (!init || init->timescale_hz == 0 || !unit_is_media(unit))
        return;
    struct rational stated = track->segments[i].duration;
    struct rational real = unit_duration(init, unit);
    struct rational off = rational_sub(real, stated);
    struct rational tick = rational_make(1, init->timescale_hz);
    struct rational edit = ticks_to_seconds(init, init->edit_media_time);
    bool is_edited = init->kind == MEDIA_AUDIO && i == 0 && off.num > 0 &&
                     rational_cmp(off, rational_add(edit, tick)) <= 0;
    if (off.num < 0)
        off = rational_sub((struct rational){0, 1}, off);
    if (rational_cmp(off, tick) <= 0 || is_edited)
        return;
    struct place place = segment_place(evidence, track, i);
    place.path = "sidx";
    findings_add(findings, RULE_S21, &place, seconds_text(stated).text, seconds_text(real).text,
                 "The index says that segment %zu lasts %s, it lasts %s", i + 1,
                 seconds_text(stated).text, seconds_text(real).text);
}

static void judge_index_end(const struct evidence *evidence, struct findings *findings,
                            const struct track *track)
{
    size_t last = track->segment_count - 1;
    const struct unit *unit = track_unit(evidence, track, last);
    int64_t file_bytes = evidence->resources[unit->resource].size_bytes;
    int64_t end = unit->offset_bytes + unit->size_bytes;
    if (file_bytes < 0 || unit->size_bytes < 0 || !unit->is_read)
        return;
    // A trailing mfra box is small; half a segment that is left out is not.
    if (end <= file_bytes && file_bytes - end < unit->size_bytes / 2)
        return;
    struct place place = segment_place(evidence, track, last);
    place.path = "sidx";
    findings_add(findings, RULE_S21, &place, iso_number(end).text, iso_number(file_bytes).text,
                 "The index ends at byte %" PRId64 ", the file at byte %" PRId64, end, file_bytes);
}

void rule_s21(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        if (!track->has_index || track->segment_count == 0)
            continue;
        for (size_t i = 0; i < track->segment_count; i++) {
            judge_index_entry(evidence, findings, track, i);
            judge_index_start(evidence, findings, track, i);
        }
        judge_index_end(evidence, findings, track);
    }
}

// The index of a whole file, which no segment holds.
void rule_s69(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        const struct init_facts *init =
            track->segment_count > 0 ? track_init(evidence, track, 0) : NULL;
        if (!track->has_index || track->index_timescale_hz == 0 || !init)
            continue;
        struct place place = segment_place(evidence, track, 0);
        place.path = "sidx";
        if (track->index_reference_id != init->track_id)
            findings_add(findings, RULE_S69, &place, iso_number(track->index_reference_id).text,
                         iso_number(init->track_id).text,
                         "The segment index is of stream %" PRIu32 ", the track is %" PRIu32,
                         track->index_reference_id, init->track_id);
        if (track->index_timescale_hz != init->timescale_hz)
            findings_add(findings, RULE_S69, &place, iso_number(track->index_timescale_hz).text,
                         iso_number(init->timescale_hz).text,
                         "The segment index counts in 1/%" PRIu32 " s, the track in 1/%" PRIu32
                         " s",
                         track->index_timescale_hz, init->timescale_hz);
    }
}

void rule_s22(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        for (size_t i = 0; i < track->segment_count && track->origin == TRACK_HLS; i++) {
            const struct unit *unit = track_unit(evidence, track, i);
            for (size_t e = 0; e < unit->event_count; e++)
                if (unit->events[e].version == 0) {
                    struct place place = segment_place(evidence, track, i);
                    place.path = "emsg";
                    findings_add(findings, RULE_S22, &place, "0", NULL,
                                 "An event message has version 0; HLS carries ID3 in version 1");
                    break;
                }
        }
    }
}

static struct rational larger(struct rational a, struct rational b)
{
    return rational_cmp(a, b) > 0 ? a : b;
}

static struct rational absolute(struct rational a)
{
    return a.num < 0 ? rational_sub((struct rational){0, 1}, a) : a;
}

static void judge_ends(const struct evidence *evidence, struct findings *findings,
                       const struct track *video, const struct track *audio)
{
    struct rational video_start, video_end, audio_start, audio_end;
    if (!track_span(evidence, video, &video_start, &video_end) ||
        !track_span(evidence, audio, &audio_start, &audio_end))
        return;
    // Audio is cut at its own frames, too.
    struct rational slack = larger(track_frame(evidence, video), track_frame(evidence, audio));
    // Where an MPD lays both differently on its timeline, media times cannot be compared.
    struct rational laid = rational_sub(rational_sub(audio_start, audio->segments[0].start),
                                        rational_sub(video_start, video->segments[0].start));
    if (audio->origin == TRACK_DASH && rational_cmp(absolute(laid), slack) > 0)
        return;
    struct rational start = rational_sub(audio_start, video_start);
    struct rational end = rational_sub(audio_end, video_end);
    const struct {
        const char *what;
        struct rational off;
        size_t segment;
    } ends[] = {{"begin", start, 0}, {"end", end, audio->segment_count - 1}};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (rational_cmp(absolute(ends[i].off), slack) <= 0)
            continue;
        struct place place = segment_place(evidence, audio, ends[i].segment);
        findings_add(findings, RULE_S26, &place, seconds_text(slack).text,
                     seconds_text(absolute(ends[i].off)).text,
                     "Audio %ss %s %s video, more than one frame", ends[i].what,
                     seconds_text(absolute(ends[i].off)).text,
                     ends[i].off.num > 0 ? "after" : "before");
    }
}

// Whether both are of one presentation: playlists all are, Representations by Period.
static bool are_together(const struct track *a, const struct track *b)
{
    if (a->origin == TRACK_HLS && b->origin == TRACK_HLS)
        return true;
    return a->origin == TRACK_DASH && b->origin == TRACK_DASH && a->manifest == b->manifest &&
           a->period == b->period;
}

void rule_s26(const struct evidence *evidence, struct findings *findings)
{
    for (size_t a = 0; a < evidence->track_count; a++) {
        const struct track *audio = &evidence->tracks[a];
        if (audio->kind != MEDIA_AUDIO || !track_is_judged(evidence, a))
            continue;
        for (size_t v = 0; v < evidence->track_count; v++) {
            const struct track *video = &evidence->tracks[v];
            if (video->kind == MEDIA_VIDEO && video->segment_count > 0 &&
                are_together(audio, video)) {
                judge_ends(evidence, findings, video, audio);
                break; // against one of them: the others are the same length, or are reported
            }
        }
    }
}

// Frames per second of the first segment that was read; 0/1 when they vary or none was.
static struct rational constant_rate(const struct evidence *evidence, const struct track *track,
                                     size_t *ret_at)
{
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        const struct init_facts *init = track_init(evidence, track, i);
        if (!init || !unit_is_media(unit) || init->timescale_hz == 0 || unit->duration == 0)
            continue;
        *ret_at = i;
        // Timescales of 1/1000 s round; frames of one rate then differ by a tick.
        if (unit->longest_sample - unit->shortest_sample > 1)
            return (struct rational){0, 1};
        return rational_div((struct rational){(int64_t)unit->sample_count, 1},
                            unit_duration(init, unit));
    }
    return (struct rational){0, 1};
}

static bool is_close_rate(struct rational a, struct rational b)
{
    struct rational off = absolute(rational_sub(a, b));
    return rational_cmp(rational_mul(off, (struct rational){100, 1}), b) <= 0; // within 1 %
}

void rule_s89(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        size_t at = 0;
        if (track->kind != MEDIA_VIDEO || !track_is_judged(evidence, t))
            continue;
        struct rational real = constant_rate(evidence, track, &at);
        const struct init_facts *init = track_init(evidence, track, at);
        if (!init || real.num == 0 || init->codec.frame_rate.num <= 0 ||
            init->codec.frame_rate.den <= 0)
            continue;
        struct rational stated = init->codec.frame_rate;
        struct rational twice = rational_mul(stated, (struct rational){2, 1});
        struct rational half = rational_div(stated, (struct rational){2, 1});
        if (is_close_rate(real, stated) || is_close_rate(real, twice) || is_close_rate(real, half))
            continue; // fields are counted, too
        struct place place = segment_place(evidence, track, at);
        findings_add(findings, RULE_S89, &place, iso_pair(stated.num, '/', stated.den).text,
                     iso_pair(real.num, '/', real.den).text,
                     "The parameter sets say %.3f frames per second, the samples come %.3f times "
                     "per second",
                     rational_to_double(stated), rational_to_double(real));
    }
}

struct level_row { // what a level carries, in macroblocks (AVC) or samples
    uint32_t level;
    uint64_t picture_max;
    uint64_t per_second_max;
};

// ITU-T H.264 table A-1.
static const struct level_row avc_levels[] = {
    {9, 99, 1485},        {10, 99, 1485},        {11, 396, 3000},       {12, 396, 6000},
    {13, 396, 11880},     {20, 396, 11880},      {21, 792, 19800},      {22, 1620, 20250},
    {30, 1620, 40500},    {31, 3600, 108000},    {32, 5120, 216000},    {40, 8192, 245760},
    {41, 8192, 245760},   {42, 8704, 522240},    {50, 22080, 589824},   {51, 36864, 983040},
    {52, 36864, 2073600}, {60, 139264, 4177920}, {61, 139264, 8355840}, {62, 139264, 16711680},
};
// ITU-T H.265 tables A.8, A.9.
static const struct level_row hevc_levels[] = {
    {30, 36864, 552960},         {60, 122880, 3686400},       {63, 245760, 7372800},
    {90, 552960, 16588800},      {93, 983040, 33177600},      {120, 2228224, 66846720},
    {123, 2228224, 133693440},   {150, 8912896, 267386880},   {153, 8912896, 534773760},
    {156, 8912896, 1069547520},  {180, 35651584, 1069547520}, {183, 35651584, 2139095040},
    {186, 35651584, 4278190080},
};
// AV1 annex A.3.
static const struct level_row av1_levels[] = {
    {0, 147456, 4423680},       {1, 278784, 8363520},       {4, 665856, 19975680},
    {5, 1065024, 31950720},     {8, 2359296, 70778880},     {9, 2359296, 141557760},
    {12, 8912896, 267386880},   {13, 8912896, 534773760},   {14, 8912896, 1069547520},
    {15, 8912896, 1069547520},  {16, 35651584, 1069547520}, {17, 35651584, 2139095040},
    {18, 35651584, 4278190080}, {19, 35651584, 4278190080},
};

static const struct level_table {
    const char *entries[2];
    const struct level_row *rows;
    size_t count;
    uint32_t unit_px; // side of the square that is counted
} level_tables[] = {
    {{"avc1", "avc3"}, avc_levels, ARRAY_LEN(avc_levels), 16},
    {{"hvc1", "hev1"}, hevc_levels, ARRAY_LEN(hevc_levels), 1},
    {{"av01", "av01"}, av1_levels, ARRAY_LEN(av1_levels), 1},
};

// A configuration that declares less than its own parameter set is S34's: what the set
// says is looked at here.
static uint32_t declared_level(const struct init_facts *init)
{
    return init->codec.stream_level > init->codec.level ? init->codec.stream_level
                                                        : init->codec.level;
}

static const struct level_row *level_of(const struct init_facts *init, uint32_t *ret_unit_px)
{
    for (size_t i = 0; i < ARRAY_LEN(level_tables); i++) {
        const struct level_table *table = &level_tables[i];
        if (strcmp(table->entries[0], init->entry) != 0 &&
            strcmp(table->entries[1], init->entry) != 0)
            continue;
        *ret_unit_px = table->unit_px;
        for (size_t r = 0; r < table->count; r++)
            if (table->rows[r].level == declared_level(init))
                return &table->rows[r];
    }
    return NULL;
}

// What the pictures of one init ask of its level; rate is 0 where it is not known.
static void judge_level(const struct evidence *evidence, struct findings *findings,
                        const struct track *track, size_t at, struct rational rate)
{
    const struct init_facts *init = track_init(evidence, track, at);
    uint32_t unit_px = 1;
    const struct level_row *row = init ? level_of(init, &unit_px) : NULL;
    if (!row || !init->codec.string[0] || !init->codec.width_px)
        return;
    uint64_t wide = ((uint64_t)init->codec.width_px + unit_px - 1) / unit_px;
    uint64_t high = ((uint64_t)init->codec.height_px + unit_px - 1) / unit_px;
    double per_second = rational_to_double(rate) * (double)(wide * high);
    struct place place = segment_place(evidence, track, at);
    if (wide * high > row->picture_max)
        findings_add(findings, RULE_S90, &place, iso_number(declared_level(init)).text,
                     iso_pair(init->codec.width_px, 'x', init->codec.height_px).text,
                     "Level %" PRIu32 " does not carry pictures of %" PRIu32 "x%" PRIu32,
                     declared_level(init), init->codec.width_px, init->codec.height_px);
    else if (per_second > (double)row->per_second_max * 1.01)
        findings_add(findings, RULE_S90, &place, iso_number(declared_level(init)).text,
                     iso_pair(init->codec.width_px, 'x', init->codec.height_px).text,
                     "Level %" PRIu32 " does not carry %" PRIu32 "x%" PRIu32
                     " at %.3f frames per second",
                     declared_level(init), init->codec.width_px, init->codec.height_px,
                     rational_to_double(rate));
}

void rule_s90(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        size_t at = 0;
        if (track->kind != MEDIA_VIDEO || !track_is_judged(evidence, t))
            continue;
        struct rational rate = constant_rate(evidence, track, &at);
        size_t rated = track->segments[at].init;
        for (size_t i = 0; i < track->segment_count; i++) {
            size_t init = track->segments[i].init;
            if (i > 0 && init == track->segments[i - 1].init)
                continue;
            judge_level(evidence, findings, track, i,
                        init == rated ? rate : (struct rational){0, 1});
        }
    }
}
