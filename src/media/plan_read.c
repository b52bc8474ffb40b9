// SPDX-License-Identifier: BSD-2-Clause
// plan_from_json: reads a plan that came from another process and believes none
// of it. What passes here is safe to index, allocate and open folders by.
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/ladder.h"
#include "src/media/plan_names.h"
#include "src/media/plan_private.h"
#include "src/media/plan_read.h"

static bool read_source_colour(const json_t *json, struct plan *plan, struct err *err)
{
    return json_get_bool(json, "tone_map", &plan->tone_map, err) &&
           plan_read_int32(json, "source_primaries", 1, 22, &plan->source_primaries, err) &&
           plan_read_int32(json, "source_transfer", 1, 18, &plan->source_transfer, err) &&
           plan_read_int32(json, "source_matrix", 0, 14, &plan->source_matrix, err) &&
           json_get_bool(json, "source_is_full_range", &plan->source_is_full_range, err) &&
           plan_read_int32(json, "source_chroma_location", 0, 6, &plan->source_chroma_location,
                           err) &&
           plan_read_int32(json, "colour_primaries", 1, 22, &plan->colour_primaries, err) &&
           plan_read_int32(json, "transfer_characteristics", 1, 18, &plan->transfer_characteristics,
                           err) &&
           plan_read_int32(json, "matrix_coefficients", 0, 14, &plan->matrix_coefficients, err);
}

static bool read_rate(const json_t *json, const char *key, struct rational *ret, struct err *err)
{
    if (!json_get_rational(json, key, ret, err))
        return false;
    if (ret->num <= 0 || ret->den <= 0 || rational_cmp(*ret, rational_make(100000, 1)) > 0)
        return err_set(err, ERR_INPUT, "\"%s\" is no frame rate", key);
    return true;
}

static bool read_frames(const json_t *json, struct plan *plan, struct err *err)
{
    const int64_t most = INT64_C(1) << 32;
    if (!read_rate(json, "source_frame_rate", &plan->source_frame_rate, err) ||
        !plan_read_int(json, "keep_every", 1, 1 << 20, &plan->keep_every, err) ||
        !read_rate(json, "frame_rate", &plan->frame_rate, err) ||
        !plan_read_int(json, "frame_count", 1, most, &plan->frame_count, err) ||
        !plan_read_int(json, "frames_per_gop", 1, most, &plan->frames_per_gop, err) ||
        !plan_read_int(json, "frames_per_segment", 1, most, &plan->frames_per_segment, err) ||
        !plan_read_int(json, "timescale_hz", 1, UINT32_MAX, &plan->video_timescale_hz, err) ||
        !plan_read_int(json, "frame_duration_ticks", 1, INT32_MAX, &plan->frame_duration_ticks,
                       err))
        return false;
    struct rational kept = rational_mul(plan->frame_rate, rational_make(plan->keep_every, 1));
    if (rational_cmp(kept, plan->source_frame_rate) != 0)
        return err_set(err, ERR_INPUT, "\"frame_rate\" is not \"source_frame_rate\" / keep_every");
    struct rational ticks = rational_make(plan->video_timescale_hz, plan->frame_duration_ticks);
    if (rational_cmp(ticks, plan->frame_rate) != 0)
        return err_set(err, ERR_INPUT, "\"frame_duration_ticks\" is not one frame");
    if (plan->frames_per_segment % plan->frames_per_gop)
        return err_set(err, ERR_INPUT, "\"frames_per_gop\" does not divide frames_per_segment");
    return true;
}

static bool read_picture(const json_t *json, struct plan *plan, struct err *err)
{
    int timing = 0;
    if (!plan_read_int32(json, "stream_index", 0, INT32_MAX, &plan->video_stream_index, err) ||
        !plan_read_word(json, "timing", plan_timing_names, ARRAY_LEN(plan_timing_names), &timing,
                        err) ||
        !json_get_bool(json, "deinterlace", &plan->deinterlace, err) ||
        !plan_read_int32(json, "rotation_deg", 0, 270, &plan->rotation_deg, err) ||
        !json_get_bool(json, "is_mirrored", &plan->is_mirrored, err))
        return false;
    plan->timing = (enum facts_timing)timing;
    if (plan->rotation_deg % 90)
        return err_set(err, ERR_INPUT, "\"rotation_deg\" is no quarter turn");
    return read_source_colour(json, plan, err) && read_frames(json, plan, err);
}

static bool read_grid(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *grid = NULL;
    struct rational duration, segment;
    int64_t count = 0;
    if (!json_get_object(json, "grid", &grid, err) ||
        !json_get_rational(grid, "duration", &duration, err) ||
        !json_get_rational(grid, "segment_duration", &segment, err) ||
        !plan_read_int(grid, "segment_count", 1, INT64_C(1) << 32, &count, err))
        return false;
    if (duration.num <= 0 || duration.den <= 0 || segment.num <= 0 || segment.den <= 0)
        return err_set(err, ERR_INPUT, "\"grid\" has no duration");
    if (plan->has_video &&
        (rational_cmp(duration,
                      rational_div(rational_make(plan->frame_count, 1), plan->frame_rate)) != 0 ||
         rational_cmp(segment, rational_div(rational_make(plan->frames_per_segment, 1),
                                            plan->frame_rate)) != 0))
        return err_set(err, ERR_INPUT, "\"grid\" does not agree with the frames");
    plan->grid = segment_grid_build(duration, segment);
    if (plan->grid.segment_count != count)
        return err_set(err, ERR_INPUT, "\"segment_count\" does not agree with the durations");
    return true;
}

static bool read_spans(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *spans = NULL;
    if (!plan_read_array(json, "spans", PLAN_SPANS_MAX, &spans, err))
        return false;
    size_t count = json_array_size(spans);
    int64_t next = 0;
    plan->spans = mem_alloc((count ? count : 1) * sizeof(plan->spans[0]));
    for (size_t i = 0; i < count; i++) {
        struct plan_span *span = &plan->spans[i];
        const json_t *entry = json_array_get(spans, i);
        if (!plan_read_int(entry, "first_segment", next, next, &span->first_segment, err) ||
            !plan_read_int(entry, "segment_count", 1, plan->grid.segment_count - next,
                           &span->segment_count, err))
            return err_wrap(err, "span %zu", i);
        next += span->segment_count;
        plan->span_count++;
    }
    if (next != plan->grid.segment_count)
        return err_set(err, ERR_INPUT, "the spans end at segment %" PRId64 " of %" PRId64, next,
                       plan->grid.segment_count);
    if (plan->span_count > 1 && !(plan->is_seekable && plan->has_video))
        return err_set(err, ERR_INPUT, "several spans of a source that cannot seek");
    return true;
}

// One of a device's tiers, and encoders of no other device.
static bool check_tier(const struct plan *plan, struct err *err)
{
    struct tier tiers[TIERS_MAX];
    size_t count = tiers_of(tier_accelerator(plan->tier), tiers), i = 0;
    while (i < count && !tier_equal(tiers[i], plan->tier))
        i++;
    if (i == count)
        return err_set(err, ERR_INPUT, "\"tier\" is no tier");
    for (size_t t = 0; t < plan->video_count; t++)
        if (plan->video[t].encoded_on != DEVICE_CPU &&
            plan->video[t].encoded_on != plan->tier.encode)
            return err_set(err, ERR_INPUT, "%s is encoded outside the tier", plan->video[t].id);
    return true;
}

static bool read_notes(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *notes = NULL;
    if (!plan_read_array(json, "notes", PLAN_NOTES_MAX, &notes, err))
        return false;
    for (size_t i = 0; i < json_array_size(notes); i++) {
        const json_t *entry = json_array_get(notes, i);
        struct plan_note *note = &plan->notes[i];
        int kind = 0;
        if (!plan_read_word(entry, "kind", plan_note_kind_names, ARRAY_LEN(plan_note_kind_names),
                            &kind, err) ||
            !plan_read_text(entry, "subject", note->subject, sizeof(note->subject), err) ||
            !plan_read_text(entry, "reason", note->reason, sizeof(note->reason), err))
            return err_wrap(err, "note %zu", i + 1);
        note->kind = (enum plan_note_kind)kind;
        plan->note_count++;
    }
    return true;
}

static bool read_plan(const json_t *json, struct plan *plan, struct err *err)
{
    json_t *picture = NULL, *tier = NULL;
    plan_init(plan);
    if (!json_get_bool(json, "has_video", &plan->has_video, err) ||
        !json_get_bool(json, "is_seekable", &plan->is_seekable, err) ||
        !json_get_rational(json, "source_start", &plan->source_start, err))
        return false;
    if (plan->has_video &&
        (!json_get_object(json, "picture", &picture, err) || !read_picture(picture, plan, err)))
        return false;
    return plan_read_tracks(json, plan, err) && read_grid(json, plan, err) &&
           read_spans(json, plan, err) && json_get_object(json, "tier", &tier, err) &&
           plan_read_device(tier, "decode", &plan->tier.decode, err) &&
           plan_read_device(tier, "scale", &plan->tier.scale, err) &&
           plan_read_device(tier, "encode", &plan->tier.encode, err) && check_tier(plan, err) &&
           read_notes(json, plan, err);
}

bool plan_from_json(const json_t *json, struct plan *ret_plan, struct err *err)
{
    AUTO_FREE struct plan *plan = mem_alloc(sizeof(*plan));
    if (!read_plan(json, plan, err)) {
        plan_done(plan);
        return err_wrap(err, "plan");
    }
    *ret_plan = *plan;
    return true;
}
