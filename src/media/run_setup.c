// SPDX-License-Identifier: BSD-2-Clause
// What a run needs before its first task, and gives back after its last.
#include "src/media/run_private.h"

#define BATCH_BYTES (12 << 20) // pictures of one batch, all sizes; two are about at once

// An accelerator's engines work through one span as fast as through several; each open span
// costs surfaces and, where it encodes, sessions. Its memory is shared with other jobs.
#define DEVICE_SPANS_MAX        4
#define DEVICE_ENCODE_SPANS_MAX 1 // so many sessions as were proven
#define DEVICE_PICTURES_BYTES   (INT64_C(256) << 20)

// Where the device's pools do not grow, frames for all that is in use are there from the start:
// pictures in batches, of which one is being made, and those that an encoder holds.
#define FIXED_BATCHES_AHEAD 3
#define FIXED_BATCH_FRAMES  8
#define ENCODER_KEEPS       16

static bool is_sharing(const struct plan *plan)
{
    for (size_t t = 0; t < plan->video_count; t++)
        if (plan->video[t].analysis != ANALYSIS_OWN)
            return true;
    return false;
}

static bool open_what_is_needed(struct run *run, struct err *err)
{
    enum device device = tier_accelerator(run->plan->tier);
    if (device != DEVICE_CPU &&
        !device_open(device, run->options->device_number, &run->device, err))
        return false;
    return !is_sharing(run->plan) || scratch_new(&run->scratch, err);
}

static void set_limits(struct run *run)
{
    run->spans_max = OPEN_SPANS_MAX;
    run->memory_bytes = run->options->memory_bytes;
    if (tier_accelerator(run->plan->tier) == DEVICE_CPU)
        return;
    run->spans_max = DEVICE_SPANS_MAX;
    if (run->plan->tier.encode == DEVICE_CPU)
        return;
    run->spans_max = DEVICE_ENCODE_SPANS_MAX;
    if (run->memory_bytes > DEVICE_PICTURES_BYTES)
        run->memory_bytes = DEVICE_PICTURES_BYTES;
}

static void limit_batches(struct run *run)
{
    const struct backend_row *row = backend_find(run->plan->tier.encode);
    if (!row || row->scale_pool_extra == 0)
        return;
    if (run->frames_per_batch > FIXED_BATCH_FRAMES)
        run->frames_per_batch = FIXED_BATCH_FRAMES;
    run->batches_ahead = FIXED_BATCHES_AHEAD;
    run->sizes.kept_on_device = FIXED_BATCHES_AHEAD * (int)run->frames_per_batch + ENCODER_KEEPS;
}

static void init(struct run *run)
{
    const struct plan *plan = run->plan;
    pthread_mutex_init(&run->lock, NULL);
    pthread_cond_init(&run->changed, NULL);
    ladder_sizes_init(&run->sizes, plan);
    set_limits(run);
    for (size_t s = 0; s < run->sizes.count; s++) {
        run->pools[s] = ladder_size_pool(&run->sizes, s);
        run->frame_bytes += picture_pool_picture_bytes(run->pools[s]);
    }
    for (size_t t = 0; t < plan->video_count; t++) {
        track_init_init(&run->inits[t]);
        track_init_init(&run->mute_inits[t]);
        run->lanes_bytes += lane_memory_bytes(plan, t, run->options->score);
    }
    run->frames_per_batch = run->frame_bytes ? BATCH_BYTES / run->frame_bytes : 1;
    if (run->frames_per_batch < 1)
        run->frames_per_batch = 1;
    if (run->frames_per_batch > plan->frames_per_gop && plan->frames_per_gop > 0)
        run->frames_per_batch = plan->frames_per_gop;
    limit_batches(run);
    if (!plan->has_video)
        run->next_span = plan->span_count;
    for (size_t a = 0; a < plan->audio_count; a++) {
        if (run->options->done.audio && run->options->done.audio[a])
            continue;
        struct audio_spec spec = {.source = run->source,
                                  .plan = plan,
                                  .track = a,
                                  .sink = run->sink,
                                  .allow_damaged = run->options->allow_damaged};
        run->audio[a].audio = audio_new(&spec);
    }
}

void run_end(struct run *run)
{
    for (size_t s = 0; s < run->span_count; s++)
        open_span_free(&run->spans[s]);
    for (size_t a = 0; a < run->plan->audio_count; a++)
        audio_free(&run->audio[a].audio);
    for (size_t s = 0; s < run->sizes.count; s++)
        picture_pool_free(&run->pools[s]);
    scratch_free(&run->scratch);
    device_close(&run->device);
    for (size_t t = 0; t < run->plan->video_count; t++) {
        track_init_done(&run->inits[t]);
        track_init_done(&run->mute_inits[t]);
    }
    pthread_cond_destroy(&run->changed);
    pthread_mutex_destroy(&run->lock);
}

bool run_begin(struct run *run, struct err *err)
{
    init(run);
    return open_what_is_needed(run, err);
}
