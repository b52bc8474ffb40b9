// SPDX-License-Identifier: BSD-2-Clause
// The table of encoders, and what they cost in memory.
#include "src/media/encode.h"

#include <string.h>

#include "src/media/encode_private.h"

static const struct encoder_ops *const rows[] = {
    &encoder_x264,
    &encoder_x265,
    &encoder_svtav1,
};

const struct encoder_ops *encoder_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i]->name, name) == 0)
            return rows[i];
    return backend_encoder_by_name(name, NULL) ? &encoder_device : NULL;
}

const struct encoder_ops *encoder_of(const struct plan_video *track)
{
    const struct encoder_ops *ops = encoder_find(track->encoder);
    return ops == &encoder_x264 && track->analysis != ANALYSIS_OWN ? &encoder_x264_group : ops;
}

// Lookahead and reference pictures, each with its half-size copy and per-block
// data: measured at about twice the bare picture. A follower does not look ahead.
int64_t encoder_memory_bytes(const struct plan *plan, const struct plan_video *track)
{
    int64_t picture_bytes = (int64_t)track->width_px * track->height_px * 3;
    if (track->encoded_on != DEVICE_CPU)
        return 0; // its memory is not the host's
    int64_t pictures = plan->frames_per_gop < 60 ? plan->frames_per_gop : 60;
    if (track->analysis == ANALYSIS_FOLLOWS)
        pictures = 8;
    else if (strstr(track->preset, "fast") && track->codec == VIDEO_H264)
        pictures = 24;
    return picture_bytes * (pictures + 8);
}
