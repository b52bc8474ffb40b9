// SPDX-License-Identifier: BSD-2-Clause
// Checking what an engine delivers against the plan.
#include "src/engine/ledger.h"

#include <string.h>

#include "src/base/digest.h"
#include "src/base/mem.h"

#define INIT_MAX_BYTES (1u << 20)

// Tracks are numbered video first, then audio, in the plan's order.
struct ledger {
    const struct plan *plan;
    size_t track_count;
    char (*init_digest)[65]; // [track]; "" until it came
    bool *has_segment;       // [track * segment_count + segment]
    bool *has_span;          // [span * track_count + track]; audio: span 0 only
};

static bool is_video(const struct ledger *ledger, size_t track)
{
    return track < ledger->plan->video_count;
}

static const char *track_id(const struct ledger *ledger, size_t track)
{
    const struct plan *plan = ledger->plan;
    return is_video(ledger, track) ? plan->video[track].id
                                   : plan->audio[track - plan->video_count].id;
}

static bool find_track(const struct ledger *ledger, const char *id, size_t *ret, struct err *err)
{
    for (size_t track = 0; track < ledger->track_count; track++)
        if (strcmp(track_id(ledger, track), id) == 0) {
            *ret = track;
            return true;
        }
    return err_set(err, ERR_BUG, "engine: the plan has no track \"%.64s\"", id);
}

static size_t find_span(const struct plan *plan, int64_t segment)
{
    size_t low = 0;
    size_t high = plan->span_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (plan->spans[middle].first_segment <= segment)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool *span_entry(const struct ledger *ledger, size_t span, size_t track)
{
    return &ledger->has_span[span * ledger->track_count + track];
}

static bool *segment_entry(const struct ledger *ledger, size_t track, int64_t segment)
{
    return &ledger->has_segment[track * (size_t)ledger->plan->grid.segment_count + (size_t)segment];
}

struct ledger *ledger_new(const struct plan *plan, const struct run_done *done)
{
    struct ledger *ledger = mem_alloc(sizeof *ledger);
    ledger->plan = plan;
    ledger->track_count = plan->video_count + plan->audio_count;
    size_t spans = plan->span_count > 0 ? plan->span_count : 1;
    ledger->init_digest = mem_alloc(ledger->track_count * sizeof *ledger->init_digest);
    ledger->has_segment = mem_alloc(ledger->track_count * (size_t)plan->grid.segment_count);
    ledger->has_span = mem_alloc(ledger->track_count * spans);
    for (size_t span = 0; span < plan->span_count; span++)
        for (size_t i = 0; i < plan->video_count; i++)
            *span_entry(ledger, span, i) = done->video && done->video[span * plan->video_count + i];
    for (size_t i = 0; i < plan->audio_count; i++)
        *span_entry(ledger, 0, plan->video_count + i) = done->audio && done->audio[i];
    return ledger;
}

void ledger_free(struct ledger **ledger)
{
    if (!*ledger)
        return;
    MEM_FREE((*ledger)->init_digest);
    MEM_FREE((*ledger)->has_segment);
    MEM_FREE((*ledger)->has_span);
    MEM_FREE(*ledger);
}

bool ledger_add_init(struct ledger *ledger, const struct media_init *init, bool *ret_is_new,
                     struct err *err)
{
    size_t track = 0;
    char digest[65];
    if (!find_track(ledger, init->track_id, &track, err))
        return false;
    if (init->size_bytes == 0 || init->size_bytes > INIT_MAX_BYTES)
        return err_set(err, ERR_BUG, "engine: init segment of %s has %zu bytes", init->track_id,
                       init->size_bytes);
    if (is_video(ledger, track) && init->timescale_hz != ledger->plan->video_timescale_hz)
        return err_set(err, ERR_BUG, "engine: timescale of %s is %lld, planned %lld",
                       init->track_id, (long long)init->timescale_hz,
                       (long long)ledger->plan->video_timescale_hz);
    digest_hex_of(init->data, init->size_bytes, digest);
    char *known = ledger->init_digest[track];
    if (known[0] && strcmp(known, digest) != 0)
        return err_set(err, ERR_BUG, "engine: a second, different init segment of %s",
                       init->track_id);
    *ret_is_new = !known[0];
    memcpy(known, digest, sizeof digest);
    return true;
}

static bool check_video_times(const struct plan *plan, const struct media_segment *segment,
                              struct err *err)
{
    int64_t whole = plan->frames_per_segment * plan->frame_duration_ticks;
    int64_t start = segment->index * whole;
    int64_t rest = plan->frame_count * plan->frame_duration_ticks - start;
    int64_t duration = rest < whole ? rest : whole;
    if (segment->start_ticks == start && segment->duration_ticks == duration)
        return true;
    return err_set(
        err, ERR_BUG, "engine: segment %lld of %s is [%lld, +%lld) ticks, planned [%lld, +%lld)",
        (long long)segment->index + 1, segment->track_id, (long long)segment->start_ticks,
        (long long)segment->duration_ticks, (long long)start, (long long)duration);
}

static bool check_iframes(const struct media_segment *segment, bool may_have, struct err *err)
{
    if (segment->iframe_count > 0 && !may_have)
        return err_set(err, ERR_BUG, "engine: iframes in %s, which is audio", segment->track_id);
    uint64_t behind = 0; // the last range
    for (size_t i = 0; i < segment->iframe_count; i++) {
        const struct cmaf_iframe *iframe = &segment->iframes[i];
        bool in_time = iframe->start_ticks >= segment->start_ticks &&
                       iframe->start_ticks < segment->start_ticks + segment->duration_ticks;
        bool in_bytes = iframe->size_bytes > 0 && iframe->offset_bytes >= behind &&
                        iframe->offset_bytes <= segment->size_bytes &&
                        iframe->size_bytes <= segment->size_bytes - iframe->offset_bytes;
        if (!in_time || !in_bytes)
            return err_set(err, ERR_BUG, "engine: iframe %zu of segment %lld of %s lies outside it",
                           i, (long long)segment->index + 1, segment->track_id);
        behind = iframe->offset_bytes + iframe->size_bytes;
    }
    return true;
}

bool ledger_add_segment(struct ledger *ledger, const struct media_segment *segment, struct err *err)
{
    const struct plan *plan = ledger->plan;
    size_t track = 0;
    if (!find_track(ledger, segment->track_id, &track, err))
        return false;
    if (segment->index < 0 || segment->index >= plan->grid.segment_count)
        return err_set(err, ERR_BUG, "engine: segment %lld of %s is not on the grid of %lld",
                       (long long)segment->index + 1, segment->track_id,
                       (long long)plan->grid.segment_count);
    size_t span = is_video(ledger, track) ? find_span(plan, segment->index) : 0;
    bool *has = segment_entry(ledger, track, segment->index);
    if (*has || *span_entry(ledger, span, track))
        return err_set(err, ERR_BUG, "engine: segment %lld of %s was there already",
                       (long long)segment->index + 1, segment->track_id);
    if (segment->size_bytes == 0)
        return err_set(err, ERR_BUG, "engine: segment %lld of %s is empty",
                       (long long)segment->index + 1, segment->track_id);
    if (is_video(ledger, track) && !check_video_times(plan, segment, err))
        return false;
    if (!check_iframes(segment, is_video(ledger, track), err))
        return false;
    *has = true;
    return true;
}

// Which segments a span of the track must have delivered. The last segments of
// the grid may be too short for one audio frame to start in them, so of audio
// only the first is certain.
static struct plan_span owed_segments(const struct ledger *ledger, size_t track, size_t span)
{
    if (is_video(ledger, track))
        return ledger->plan->spans[span];
    return (struct plan_span){.first_segment = 0, .segment_count = 1};
}

// A span takes each picture of its rung from the device once, and a few behind its end.
static bool check_downloads(const struct ledger *ledger, size_t track,
                            const struct media_span_report *report, struct err *err)
{
    int64_t most = is_video(ledger, track) ? ledger->plan->frame_count : 0;
    if (report->frames_downloaded >= 0 && report->frames_downloaded <= most)
        return true;
    return err_set(err, ERR_BUG, "engine: span %lld of %s downloaded %lld frames",
                   (long long)report->span, report->track_id, (long long)report->frames_downloaded);
}

bool ledger_add_span(struct ledger *ledger, const struct media_span_report *report, struct err *err)
{
    size_t track = 0;
    if (!find_track(ledger, report->track_id, &track, err))
        return false;
    int64_t spans = is_video(ledger, track) ? (int64_t)ledger->plan->span_count : 0;
    bool is_known =
        is_video(ledger, track) ? report->span >= 0 && report->span < spans : report->span == -1;
    if (!is_known)
        return err_set(err, ERR_BUG, "engine: %s has no span %lld", report->track_id,
                       (long long)report->span);
    size_t span = report->span < 0 ? 0 : (size_t)report->span;
    bool *has = span_entry(ledger, span, track);
    if (*has)
        return err_set(err, ERR_BUG, "engine: span %lld of %s was there already",
                       (long long)report->span, report->track_id);
    struct plan_span owed = owed_segments(ledger, track, span);
    for (int64_t i = owed.first_segment; i < owed.first_segment + owed.segment_count; i++)
        if (!*segment_entry(ledger, track, i))
            return err_set(err, ERR_BUG, "engine: span %lld of %s came without segment %lld",
                           (long long)report->span, report->track_id, (long long)i + 1);
    if (!ledger->init_digest[track][0])
        return err_set(err, ERR_BUG, "engine: span %lld of %s came without an init segment",
                       (long long)report->span, report->track_id);
    if (!check_downloads(ledger, track, report, err))
        return false;
    *has = true;
    return true;
}

bool ledger_knows_track(const struct ledger *ledger, const char *id, struct err *err)
{
    size_t track = 0;
    return find_track(ledger, id, &track, err);
}

bool ledger_is_settled(const struct ledger *ledger, struct err *err)
{
    for (size_t track = 0; track < ledger->track_count; track++) {
        size_t spans = is_video(ledger, track) ? ledger->plan->span_count : 1;
        for (size_t span = 0; span < spans; span++)
            if (!*span_entry(ledger, span, track))
                return err_set(err, ERR_BUG, "engine: done, but span %zu of %s is missing", span,
                               track_id(ledger, track));
    }
    return true;
}
