// SPDX-License-Identifier: BSD-2-Clause
// What the source allows of the tier that was asked for, and which rungs its encoder takes.
#include <stdio.h>

#include "hwaccel/backend.h"
#include "src/media/codec_list.h"
#include "src/media/plan_private.h"

// Accelerators scale and encode what is upright, progressive and SDR; the CPU makes it so.
static const char *reason_against_decoding(const struct plan *plan)
{
    if (plan->deinterlace)
        return "the video is deinterlaced";
    if (plan->rotation_deg != 0 || plan->is_mirrored)
        return "the video is turned";
    return plan->tone_map ? "HDR is tone-mapped" : NULL;
}

// They scale planes as they lie: matrix, range and primaries stay what they were.
static const char *reason_against_scaling(const struct plan *plan)
{
    if (plan->tone_map)
        return NULL; // done before, on the CPU
    if (plan->source_matrix != plan->matrix_coefficients)
        return "the colour matrix is converted";
    if (plan->source_is_full_range)
        return "full range is converted";
    return plan->source_primaries != plan->colour_primaries ? "the colour primaries are converted"
                                                            : NULL;
}

static void move_stage(struct plan *plan, enum stage stage, const char *reason)
{
    if (!reason || tier_stage(plan->tier, stage) == DEVICE_CPU)
        return;
    plan_note(plan, NOTE_CHANGED, "tier", "%s not on %s: %s on the CPU", stage_name(stage),
              device_name(tier_accelerator(plan->tier)), reason);
    plan->tier = tier_below(plan->tier, stage);
}

// Largest first, which are the ones that cost most.
static int encode_on_device(struct plan *plan, int encoders_max)
{
    int taken = 0;
    for (size_t i = 0; i < plan->video_count; i++) {
        struct plan_video *track = &plan->video[i];
        const struct backend_encoder *row =
            backend_encoder(plan->tier.encode, codec_id_of(track->codec));
        if (!row || (encoders_max > 0 && taken == encoders_max))
            continue;
        snprintf(track->encoder, sizeof track->encoder, "%s", row->name);
        track->encoded_on = plan->tier.encode;
        track->reference_frames = 0; // the encoder's own choice
        taken++;
    }
    return taken;
}

void plan_choose_tier(const struct plan_options *options, struct plan *plan)
{
    plan->tier = options->tier;
    if (tier_accelerator(plan->tier) == DEVICE_CPU)
        return;
    move_stage(plan, STAGE_DECODE, reason_against_decoding(plan));
    move_stage(plan, STAGE_SCALE, reason_against_scaling(plan));
    if (plan->tier.encode != DEVICE_CPU &&
        encode_on_device(plan, options->device_encoders_max) == 0)
        move_stage(plan, STAGE_ENCODE, "no rung has an encoder there");
}
