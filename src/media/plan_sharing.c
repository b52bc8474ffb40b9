// SPDX-License-Identifier: BSD-2-Clause
// Which H.264 rungs share one analysis. Measured (docs/performance.md): a pilot of half
// the height does for the rungs above it; a third of the height costs the top rung 4 to
// 14 % of rate; rungs below a pilot follow it badly.
#include <inttypes.h>
#include <string.h>

#include "src/media/plan_private.h"

#define GOP_MIN_FRAMES   12                 // an encoder is opened for every group
#define GROUP_MAX_BYTES  (INT64_C(3) << 29) // 2160p at 30 pictures/s, groups of 2 s
#define BYTES_PER_PX_NUM 3                  // 8-bit 4:2:0
#define BYTES_PER_PX_DEN 2

// Presets that do not look ahead have nothing to share.
static bool looks_ahead(const struct plan_video *track)
{
    return strcmp(track->preset, "ultrafast") != 0 && strcmp(track->preset, "superfast") != 0;
}

static int64_t picture_bytes(const struct plan_video *track)
{
    return (int64_t)track->width_px * track->height_px * BYTES_PER_PX_NUM / BYTES_PER_PX_DEN;
}

// All pictures of a group are in memory at once.
static int64_t group_bytes(const struct plan *plan)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < plan->video_count; i++)
        bytes += picture_bytes(&plan->video[i]);
    return bytes * plan->frames_per_gop;
}

int64_t plan_shared_group_bytes(const struct plan *plan)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < plan->video_count; i++)
        if (plan->video[i].analysis != ANALYSIS_OWN)
            bytes += picture_bytes(&plan->video[i]);
    return bytes * plan->frames_per_gop;
}

static const char *reason_against(const struct plan *plan)
{
    if (plan->frames_per_gop < GOP_MIN_FRAMES)
        return "groups of pictures are too short";
    if (group_bytes(plan) > GROUP_MAX_BYTES)
        return "the pictures of one group would take too much memory";
    return NULL;
}

static int short_side_px(const struct plan_video *track)
{
    return track->width_px < track->height_px ? track->width_px : track->height_px;
}

// The smallest of the rungs that is at least half of the top one.
static size_t find_pilot(const struct plan *plan, const size_t *rungs, size_t count)
{
    int top_px = short_side_px(&plan->video[rungs[0]]);
    size_t pilot = 0;
    for (size_t i = 1; i < count; i++)
        if (short_side_px(&plan->video[rungs[i]]) * 2 >= top_px)
            pilot = i;
    return pilot;
}

static void share(struct plan *plan, const size_t *rungs, size_t pilot)
{
    for (size_t i = 0; i < pilot; i++) {
        plan->video[rungs[i]].analysis = ANALYSIS_FOLLOWS;
        plan->video[rungs[i]].pilot = (int)rungs[pilot];
    }
    plan->video[rungs[pilot]].analysis = ANALYSIS_PILOT;
}

void plan_choose_sharing(struct plan *plan)
{
    size_t rungs[PLAN_VIDEO_MAX], count = 0;
    for (size_t i = 0; i < plan->video_count; i++)
        if (plan->video[i].codec == VIDEO_H264 && plan->video[i].encoded_on == DEVICE_CPU &&
            looks_ahead(&plan->video[i]))
            rungs[count++] = i;
    const char *reason = reason_against(plan);
    if (count > 1 && reason)
        plan_note(plan, NOTE_INFO, "h264", "no rung shares another's analysis: %s", reason);
    if (reason)
        return;
    for (size_t at = 0; at < count;) {
        size_t pilot = find_pilot(plan, rungs + at, count - at);
        if (pilot > 0)
            share(plan, rungs + at, pilot);
        at += pilot + 1;
    }
}
