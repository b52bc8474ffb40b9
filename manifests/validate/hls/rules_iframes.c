// SPDX-License-Identifier: BSD-2-Clause
// I-frame playlists (RFC 8216 4.3.3.6; Apple's authoring specification 6): what their
// ranges hold and how long they last.
#include <inttypes.h>
#include <stdio.h>

#include "manifests/validate/hls/cover.h"
#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

static void check_m18(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        if (variant->playlist >= evidence->playlist_count)
            continue;
        const struct hls_playlist *child = evidence->playlists[variant->playlist];
        int64_t line = playlist->tags[variant->tag].line;
        if (child->is_multivariant || child->is_iframes_only == variant->is_iframes)
            continue;
        if (variant->is_iframes)
            FIND(M18, playlist, line, child->file, NULL,
                 "%s is listed as an I-frame playlist and has no EXT-X-I-FRAMES-ONLY", child->file);
        else
            FIND(M18, playlist, line, child->file, NULL,
                 "%s is listed as a variant and is EXT-X-I-FRAMES-ONLY", child->file);
    }
}
HLS_RUN(M18, multivariant, check_m18)

// One entry of an I-frame playlist with what lies there.
struct iframe {
    const struct hls_segment *segment;
    const struct cover_entry *entry; // NULL: nothing measured lies there
    const struct unit *unit;         // whole, when entry is there; else the range itself, if read
    const struct init_facts *init;
    const struct fragment_facts *fragment;
};

static void iframe_look(const struct evidence *evidence, const struct cover *cover,
                        const struct track *track, size_t i, struct iframe *ret)
{
    const struct hls_playlist *playlist = evidence->playlists[track->manifest];
    const struct unit *unit = track_unit(evidence, track, i);
    *ret = (struct iframe){.segment = look_segment(playlist, track->segments[i].line),
                           .entry = cover_find(cover, evidence, unit->resource, unit->offset_bytes),
                           .init = track_init(evidence, track, i)};
    if (ret->entry) {
        const struct track *whole = &evidence->tracks[ret->entry->track];
        ret->unit = track_unit(evidence, whole, ret->entry->segment);
        ret->init = track_init(evidence, whole, ret->entry->segment);
    } else if (unit->is_read && unit->is_fmp4) {
        ret->unit = unit;
    }
    if (ret->unit)
        ret->fragment = cover_fragment(ret->unit, unit->offset_bytes);
}

static void find_range(const struct hls_playlist *playlist, const struct iframe *at,
                       struct findings *findings)
{
    const struct fragment_facts *fragment = at->fragment;
    int64_t start =
        at->segment->range_size >= 0 ? at->segment->range_offset : at->unit->offset_bytes;
    int64_t end = at->segment->range_size >= 0 ? start + at->segment->range_size
                                               : at->unit->offset_bytes + at->unit->size_bytes;
    char stated[64], measured[64];
    snprintf(stated, sizeof stated, "%" PRId64 "@%" PRId64, end - start, start);
    snprintf(measured, sizeof measured, "%" PRId64 "@%" PRId64,
             fragment->first_sample_end_byte - fragment->moof_byte, fragment->moof_byte);
    if (start > fragment->moof_byte)
        FIND(M19, playlist, at->segment->line, stated, measured,
             "the range %s begins inside a fragment, whose moof is at byte %" PRId64, stated,
             fragment->moof_byte);
    else if (end < fragment->first_sample_end_byte)
        FIND(M19, playlist, at->segment->line, stated, measured,
             "the range %s ends %" PRId64 " bytes before the I-frame does", stated,
             fragment->first_sample_end_byte - end);
    else if (!fragment->is_sync)
        FIND(M19, playlist, at->segment->line, stated, measured,
             "the range %s holds no I-frame: its first sample needs others", stated);
    else if (end > fragment->end_byte)
        FIND(M19, playlist, at->segment->line, stated, measured,
             "the range %s reaches %" PRId64 " bytes into the next fragment", stated,
             end - fragment->end_byte);
    else if (end > fragment->first_sample_end_byte && fragment->sample_count > 1)
        FIND(M19, playlist, at->segment->line, stated, measured,
             "the range %s holds %" PRId64 " bytes more than the I-frame", stated,
             end - fragment->first_sample_end_byte);
}

typedef void look_at_iframes(const struct evidence *evidence, const struct cover *cover,
                             const struct track *track, struct findings *findings);

static void each_iframe_track(const struct evidence *evidence, struct findings *findings,
                              look_at_iframes *look)
{
    AUTO(cover_done) struct cover cover = {0};
    cover_build(evidence, &cover);
    for (size_t t = 0; t < evidence->track_count; t++)
        if (evidence->tracks[t].origin == TRACK_HLS_IFRAMES)
            look(evidence, &cover, &evidence->tracks[t], findings);
}

static void check_m19(const struct evidence *evidence, const struct cover *cover,
                      const struct track *track, struct findings *findings)
{
    for (size_t i = 0; i < track->segment_count; i++) {
        struct iframe at;
        iframe_look(evidence, cover, track, i, &at);
        if (at.segment && at.fragment && at.fragment->sample_count)
            find_range(evidence->playlists[track->manifest], &at, findings);
    }
}

void hls_run_M19(const struct evidence *evidence, struct findings *findings)
{
    each_iframe_track(evidence, findings, check_m19);
}

static void check_m20(const struct evidence *evidence, const struct cover *cover,
                      const struct track *track, struct findings *findings)
{
    for (size_t i = 0; i < track->segment_count; i++) {
        struct iframe at;
        iframe_look(evidence, cover, track, i, &at);
        if (!at.segment || !at.fragment || !at.fragment->declares_beyond ||
            at.segment->range_size < 0 ||
            at.segment->range_offset + at.segment->range_size >= at.fragment->end_byte)
            continue;
        FIND(M20, evidence->playlists[track->manifest], at.segment->line, NULL, NULL,
             "the trun of this I-frame lists samples that lie beyond the range, as in fragments of "
             "whole groups of pictures; some players want all that is listed");
        return; // one fragment is like the other
    }
}

void hls_run_M20(const struct evidence *evidence, struct findings *findings)
{
    each_iframe_track(evidence, findings, check_m20);
}

// --- M21: durations

// When the track that holds the I-frames ends, in its own time. False: not known.
static bool track_end(const struct evidence *evidence, const struct track *track,
                      struct rational *ret)
{
    if (!track->segment_count || !track_is_measured(evidence, track, track->segment_count - 1))
        return false;
    const struct unit *unit = track_unit(evidence, track, track->segment_count - 1);
    *ret =
        ticks_to_seconds(track_init(evidence, track, track->segment_count - 1), unit->latest_end);
    return true;
}

// How long the picture stands until the next one of the playlist, or the end.
static bool real_gap(const struct evidence *evidence, const struct cover *cover,
                     const struct track *track, size_t i, struct rational *ret)
{
    struct iframe at, next;
    struct rational end;
    iframe_look(evidence, cover, track, i, &at);
    if (!at.fragment || !at.init || !at.entry)
        return false;
    const struct track *whole = &evidence->tracks[at.entry->track];
    uint32_t discontinuity = whole->segments[at.entry->segment].discontinuity;
    if (i + 1 < track->segment_count) {
        iframe_look(evidence, cover, track, i + 1, &next);
        if (!next.fragment || !next.init || !next.entry || next.entry->track != at.entry->track ||
            whole->segments[next.entry->segment].discontinuity != discontinuity)
            return false;
        end = ticks_to_seconds(next.init, next.fragment->first_sample_time);
    } else if (whole->segments[whole->segment_count - 1].discontinuity != discontinuity ||
               !track_end(evidence, whole, &end)) {
        return false;
    }
    *ret = rational_sub(end, ticks_to_seconds(at.init, at.fragment->first_sample_time));
    return true;
}

static void find_m21(const struct hls_playlist *playlist, const struct hls_segment *segment,
                     struct rational real, struct findings *findings)
{
    char stated[40], measured[40];
    value_seconds(segment->duration, stated);
    value_seconds(real, measured);
    FIND(M21, playlist, segment->line, stated, measured,
         "EXTINF says %s, and it is %s to the next I-frame listed", stated, measured);
}

// The sum against the playlist whose segments hold the I-frames.
static void check_sum(const struct evidence *evidence, const struct cover *cover,
                      const struct track *track, struct findings *findings)
{
    const struct hls_playlist *playlist = evidence->playlists[track->manifest];
    if (!track->segment_count || !playlist->has_endlist)
        return;
    const struct cover_entry *entry =
        cover_resource(cover, track_unit(evidence, track, 0)->resource);
    const struct track *whole = entry ? &evidence->tracks[entry->track] : NULL;
    if (!whole)
        return;
    const struct hls_playlist *media = evidence->playlists[whole->manifest];
    struct rational frame = track_slack(evidence, whole);
    struct rational stated = look_stated_duration(playlist);
    struct rational real = look_stated_duration(media);
    if (!media->has_endlist || rational_cmp(rational_gap(stated, real), frame) <= 0)
        return;
    char says[40], is[40];
    value_seconds(stated, says);
    value_seconds(real, is);
    FIND(M21, playlist, look_line(playlist, "EXT-X-ENDLIST"), says, is,
         "the I-frames last %s together, and %s lasts %s", says, media->file, is);
}

static void check_m21(const struct evidence *evidence, const struct cover *cover,
                      const struct track *track, struct findings *findings)
{
    const struct hls_playlist *playlist = evidence->playlists[track->manifest];
    bool is_fine = true;
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct hls_segment *segment = look_segment(playlist, track->segments[i].line);
        struct iframe at;
        struct rational real;
        iframe_look(evidence, cover, track, i, &at);
        if (!segment || !at.entry || !real_gap(evidence, cover, track, i, &real))
            continue;
        struct rational frame = track_slack(evidence, &evidence->tracks[at.entry->track]);
        if (rational_cmp(rational_gap(segment->duration, real), frame) <= 0)
            continue;
        find_m21(playlist, segment, real, findings);
        is_fine = false;
    }
    if (is_fine)
        check_sum(evidence, cover, track, findings);
}

void hls_run_M21(const struct evidence *evidence, struct findings *findings)
{
    each_iframe_track(evidence, findings, check_m21);
}
