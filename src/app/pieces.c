// SPDX-License-Identifier: BSD-2-Clause
// Bookkeeping of what is made.
#include "src/app/pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

#define IFRAMES_MAX       CMAF_FRAGMENTS_PER_SEGMENT
#define SEGMENT_MAX_BYTES (1ll << 30)

static void track_init(struct pieces *pieces, struct piece_track *track, size_t span_count)
{
    track->span_count = span_count;
    track->segments = mem_alloc((size_t)pieces->plan->grid.segment_count * sizeof *track->segments);
    track->spans_done = mem_alloc(span_count * sizeof *track->spans_done);
    track->spans_damaged = mem_alloc(span_count * sizeof *track->spans_damaged);
    track->spans_downloaded = mem_alloc(span_count * sizeof *track->spans_downloaded);
    track->spans_score = mem_alloc(span_count * sizeof *track->spans_score);
}

void pieces_init(struct pieces *pieces, const struct plan *plan)
{
    *pieces = (struct pieces){.plan = plan};
    pieces->track_count = plan->video_count + plan->audio_count;
    pieces->tracks = mem_alloc(pieces->track_count * sizeof *pieces->tracks);
    for (size_t i = 0; i < plan->video_count; i++) {
        struct piece_track *track = &pieces->tracks[i];
        *track = (struct piece_track){.is_video = true,
                                      .plan_index = i,
                                      .id = plan->video[i].id,
                                      .folder = plan->video[i].folder};
        track_init(pieces, track, plan->span_count);
    }
    for (size_t i = 0; i < plan->audio_count; i++) {
        struct piece_track *track = &pieces->tracks[plan->video_count + i];
        *track = (struct piece_track){
            .plan_index = i, .id = plan->audio[i].id, .folder = plan->audio[i].folder};
        track_init(pieces, track, 1);
    }
}

static void segment_clear(struct piece_segment *segment)
{
    free(segment->iframes);
    *segment = (struct piece_segment){0};
}

void pieces_done(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->track_count; i++) {
        struct piece_track *track = &pieces->tracks[i];
        for (int64_t k = 0; k < pieces->plan->grid.segment_count; k++)
            segment_clear(&track->segments[k]);
        free(track->segments);
        free(track->spans_done);
        free(track->spans_damaged);
        free(track->spans_downloaded);
        free(track->spans_score);
    }
    MEM_FREE(pieces->tracks);
    pieces->track_count = 0;
}

struct piece_track *pieces_find(struct pieces *pieces, const char *track_id)
{
    for (size_t i = 0; track_id && i < pieces->track_count; i++)
        if (strcmp(pieces->tracks[i].id, track_id) == 0)
            return &pieces->tracks[i];
    return NULL;
}

bool pieces_add_init(struct pieces *pieces, const struct media_init *init, const char sha256[65],
                     struct err *err)
{
    struct piece_track *track = pieces_find(pieces, init->track_id);
    if (!track)
        return err_set(err, ERR_BUG, "init segment of a track that is not planned");
    if (init->timescale_hz <= 0 || strlen(init->codec) >= sizeof track->codec ||
        init->size_bytes == 0)
        return err_set(err, ERR_BUG, "%s: init segment makes no sense", track->id);
    if (track->has_init && strcmp(track->init_sha256, sha256) != 0)
        return err_set(err, ERR_BUG, "%s: two different init segments", track->id);
    track->has_init = true;
    snprintf(track->codec, sizeof track->codec, "%s", init->codec);
    track->timescale_hz = init->timescale_hz;
    track->init_size_bytes = init->size_bytes;
    snprintf(track->init_sha256, sizeof track->init_sha256, "%s", sha256);
    return true;
}

bool pieces_add_segment(struct pieces *pieces, const struct media_segment *segment,
                        const char sha256[65], struct err *err)
{
    struct piece_track *track = pieces_find(pieces, segment->track_id);
    if (!track)
        return err_set(err, ERR_BUG, "segment of a track that is not planned");
    if (segment->index < 0 || segment->index >= pieces->plan->grid.segment_count)
        return err_set(err, ERR_BUG, "%s: segment %lld is outside the grid", track->id,
                       (long long)segment->index);
    if (segment->start_ticks < 0 || segment->duration_ticks <= 0 || segment->size_bytes == 0 ||
        (int64_t)segment->size_bytes > SEGMENT_MAX_BYTES || segment->iframe_count > IFRAMES_MAX)
        return err_set(err, ERR_BUG, "%s: segment %lld makes no sense", track->id,
                       (long long)segment->index);
    for (size_t i = 0; i < segment->iframe_count; i++)
        if (segment->iframes[i].offset_bytes > segment->size_bytes ||
            segment->iframes[i].size_bytes > segment->size_bytes - segment->iframes[i].offset_bytes)
            return err_set(err, ERR_BUG, "%s: segment %lld: I-frame outside of it", track->id,
                           (long long)segment->index);
    struct piece_segment *piece = &track->segments[segment->index];
    segment_clear(piece);
    piece->is_present = true;
    piece->start_ticks = segment->start_ticks;
    piece->duration_ticks = segment->duration_ticks;
    piece->size_bytes = segment->size_bytes;
    snprintf(piece->sha256, sizeof piece->sha256, "%s", sha256);
    if (segment->iframe_count > 0) {
        piece->iframes = mem_alloc(segment->iframe_count * sizeof *piece->iframes);
        memcpy(piece->iframes, segment->iframes, segment->iframe_count * sizeof *piece->iframes);
        piece->iframe_count = segment->iframe_count;
    }
    return true;
}

// No metric goes past 100, and none scores more pictures than there are.
static bool is_score(const struct media_score *score, int64_t frame_count)
{
    const int64_t most = 100 * INT64_C(1000000);
    return score->frames >= 0 && score->frames <= frame_count && score->min_millionths >= 0 &&
           score->min_millionths <= most && score->sum_millionths >= 0 &&
           score->sum_millionths <= most * score->frames;
}

bool pieces_add_span(struct pieces *pieces, const struct media_span_report *report, struct err *err)
{
    struct piece_track *track = pieces_find(pieces, report->track_id);
    if (!track)
        return err_set(err, ERR_BUG, "span of a track that is not planned");
    // Audio is one span over the whole file, reported as -1.
    int64_t span = track->is_video ? report->span : 0;
    if (span < 0 || span >= (int64_t)track->span_count)
        return err_set(err, ERR_BUG, "%s: span %lld is not planned", track->id, (long long)span);
    if (!is_score(&report->score, track->is_video ? pieces->plan->frame_count : 0))
        return err_set(err, ERR_BUG, "%s: span %lld: scores make no sense", track->id,
                       (long long)span);
    if (report->frames_downloaded < 0 || report->frames_downloaded > pieces->plan->frame_count)
        return err_set(err, ERR_BUG, "%s: span %lld: %lld frames downloaded make no sense",
                       track->id, (long long)span, (long long)report->frames_downloaded);
    track->spans_done[span] = true;
    track->spans_downloaded[span] = report->frames_downloaded;
    track->spans_score[span] = report->score;
    track->spans_damaged[span] = report->damaged > 0 ? report->damaged : 0;
    return true;
}

void pieces_span_range(const struct pieces *pieces, const struct piece_track *track, size_t span,
                       int64_t *ret_first, int64_t *ret_end)
{
    const struct plan *plan = pieces->plan;
    if (track->is_video) {
        *ret_first = plan->spans[span].first_segment;
        *ret_end = plan->spans[span].first_segment + plan->spans[span].segment_count;
        return;
    }
    *ret_first = 0;
    *ret_end = plan->grid.segment_count;
    if (*ret_end > 1 && !track->segments[*ret_end - 1].is_present)
        (*ret_end)--;
}

bool pieces_span_complete(const struct pieces *pieces, const struct piece_track *track, size_t span)
{
    int64_t first, end;
    if (!track->has_init || !track->spans_done[span])
        return false;
    pieces_span_range(pieces, track, span, &first, &end);
    for (int64_t k = first; k < end; k++)
        if (!track->segments[k].is_present)
            return false;
    return true;
}

void pieces_drop_span(const struct pieces *pieces, struct piece_track *track, size_t span)
{
    int64_t first, end;
    pieces_span_range(pieces, track, span, &first, &end);
    for (int64_t k = first; k < end; k++)
        segment_clear(&track->segments[k]);
    track->spans_done[span] = false;
    track->spans_damaged[span] = 0;
    track->spans_downloaded[span] = 0;
    track->spans_score[span] = (struct media_score){0};
}

void pieces_drop_track(const struct pieces *pieces, struct piece_track *track)
{
    for (size_t span = 0; span < track->span_count; span++)
        pieces_drop_span(pieces, track, span);
    track->has_init = false;
}

static size_t track_spans_complete(const struct pieces *pieces, const struct piece_track *track)
{
    size_t count = 0;
    for (size_t span = 0; span < track->span_count; span++)
        count += pieces_span_complete(pieces, track, span);
    return count;
}

size_t pieces_spans_complete(const struct pieces *pieces)
{
    size_t count = 0;
    for (size_t i = 0; i < pieces->track_count; i++)
        count += track_spans_complete(pieces, &pieces->tracks[i]);
    return count;
}

size_t pieces_video_spans_complete(const struct pieces *pieces)
{
    size_t count = 0;
    for (size_t i = 0; i < pieces->track_count; i++)
        if (pieces->tracks[i].is_video)
            count += track_spans_complete(pieces, &pieces->tracks[i]);
    return count;
}

bool pieces_all_complete(const struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->track_count; i++)
        for (size_t span = 0; span < pieces->tracks[i].span_count; span++)
            if (!pieces_span_complete(pieces, &pieces->tracks[i], span))
                return false;
    return true;
}

bool pieces_keeps(const struct pieces *pieces, const struct piece_track *track, int64_t index)
{
    for (size_t span = 0; span < track->span_count; span++) {
        int64_t first, end;
        pieces_span_range(pieces, track, span, &first, &end);
        if (index >= first && index < end)
            return pieces_span_complete(pieces, track, span);
    }
    return false;
}

void pieces_forget_unfinished(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->track_count; i++)
        for (size_t span = 0; span < pieces->tracks[i].span_count; span++)
            if (!pieces_span_complete(pieces, &pieces->tracks[i], span))
                pieces_drop_span(pieces, &pieces->tracks[i], span);
}

int64_t pieces_segment_count(const struct pieces *pieces, const struct piece_track *track)
{
    int64_t count = 0;
    while (count < pieces->plan->grid.segment_count && track->segments[count].is_present)
        count++;
    return count;
}

uint64_t pieces_track_bytes(const struct pieces *pieces, const struct piece_track *track)
{
    uint64_t bytes = track->init_size_bytes;
    int64_t count = pieces_segment_count(pieces, track);
    for (int64_t k = 0; k < count; k++)
        bytes += track->segments[k].size_bytes;
    return bytes;
}

int64_t pieces_damaged(const struct pieces *pieces)
{
    int64_t total = 0;
    for (size_t span = 0; span < pieces->plan->span_count; span++) {
        int64_t most = 0;
        for (size_t i = 0; i < pieces->plan->video_count; i++)
            if (pieces->tracks[i].spans_damaged[span] > most)
                most = pieces->tracks[i].spans_damaged[span];
        total += most;
    }
    for (size_t i = pieces->plan->video_count; i < pieces->track_count; i++)
        total += pieces->tracks[i].spans_damaged[0];
    return total;
}

struct media_score pieces_score(const struct piece_track *track)
{
    struct media_score sum = {0};
    for (size_t span = 0; span < track->span_count; span++)
        media_score_add(&sum, &track->spans_score[span]);
    return sum;
}

int64_t pieces_downloaded(const struct piece_track *track)
{
    int64_t sum = 0;
    for (size_t span = 0; span < track->span_count; span++)
        sum += track->spans_downloaded[span];
    return sum;
}

void pieces_fill_done(const struct pieces *pieces, struct run_done *ret_done)
{
    const struct plan *plan = pieces->plan;
    *ret_done = (struct run_done){
        .video = mem_alloc(plan->span_count * plan->video_count * sizeof(bool)),
        .audio = mem_alloc(plan->audio_count * sizeof(bool)),
    };
    for (size_t i = 0; i < plan->video_count; i++)
        for (size_t span = 0; span < plan->span_count; span++)
            ret_done->video[span * plan->video_count + i] =
                pieces_span_complete(pieces, &pieces->tracks[i], span);
    for (size_t i = 0; i < plan->audio_count; i++)
        ret_done->audio[i] =
            pieces_span_complete(pieces, &pieces->tracks[plan->video_count + i], 0);
}
