// SPDX-License-Identifier: BSD-2-Clause
// Running a plan's chain on a few pictures. It is made of the run's own parts, so that what
// works here works there.
#include "src/media/prove.h"

#include "src/base/clock.h"
#include "src/media/encode.h"
#include "src/media/lane.h"
#include "src/media/span_source.h"

// Enough for an encoder's B pictures and a decoder's surfaces to be in use at once.
#define PROOF_FRAMES 12

struct proof {
    const struct plan *plan;
    const struct prove_options *options;
    struct device_context *device;
    struct ladder_sizes sizes;
    struct picture_pool *pools[PLAN_VIDEO_MAX];
    struct span_source *source;
    struct picture *pictures[PROOF_FRAMES][PLAN_VIDEO_MAX];
    struct encoder *encoders[PLAN_VIDEO_MAX]; // by track; only those on the device
    struct prove_result *result;
};

// What comes out of one encoder.
struct outcome {
    const char *name;
    int64_t pictures;
    int64_t second_idr; // asked for at this one
};

static bool take_coded(void *self, const struct encoded *encoded, struct err *err)
{
    struct outcome *outcome = self;
    bool is_wanted = encoded->frame == 0 || encoded->frame == outcome->second_idr;
    outcome->pictures++;
    return !is_wanted || encoded->is_sync ||
           err_set(err, ERR_DEVICE_ENCODE, "%s gives no IDR where one is asked for", outcome->name);
}

static bool open_source(struct proof *proof, const struct byte_source *source, struct err *err)
{
    ladder_sizes_init(&proof->sizes, proof->plan);
    proof->sizes.kept_on_device = PROOF_FRAMES;
    for (size_t s = 0; s < proof->sizes.count; s++)
        proof->pools[s] = ladder_size_pool(&proof->sizes, s);
    struct span_source_spec spec = {
        .source = source,
        .plan = proof->plan,
        .sizes = &proof->sizes,
        .pools = proof->pools,
        .allow_damaged = true, // damage is for the run to judge
        .device = proof->device,
    };
    return span_source_open(&spec, &proof->source, err);
}

static bool read_pictures(struct proof *proof, struct err *err)
{
    int64_t end = plan_span_end_frame(proof->plan, 0);
    int64_t wanted = end < PROOF_FRAMES ? end : PROOF_FRAMES;
    for (int64_t i = 0; i < wanted; i++) {
        if (proof->options->cancel && atomic_load(proof->options->cancel))
            return err_set(err, ERR_CANCELLED, "stopped");
        if (!span_source_next(proof->source, proof->pictures[i], err))
            return false;
        proof->result->frames++;
    }
    return true;
}

static bool open_encoder(struct proof *proof, size_t track, struct err *err)
{
    const struct plan_video *video = &proof->plan->video[track];
    struct encoder_spec spec = {
        .plan = proof->plan,
        .track = video,
        .frame_count = proof->result->frames,
        .device = proof->device,
        .first = proof->pictures[0][proof->sizes.of_track[track]],
    };
    AUTO(buf_done) struct buf config = {0};
    if (!encoder_of(video)->open(&spec, &proof->encoders[track], err))
        return err_wrap(err, "%s", video->id);
    proof->result->encoders_opened++;
    return encoder_of(video)->config(proof->encoders[track], &config, err) ||
           err_wrap(err, "%s", video->id);
}

static bool open_encoders(struct proof *proof, struct err *err)
{
    for (size_t t = 0; t < proof->plan->video_count; t++)
        if (proof->plan->video[t].encoded_on != DEVICE_CPU && !open_encoder(proof, t, err))
            return false;
    return true;
}

static bool encode_all(struct proof *proof, size_t track, struct err *err)
{
    const struct plan_video *video = &proof->plan->video[track];
    const struct encoder_ops *ops = encoder_of(video);
    size_t size = proof->sizes.of_track[track];
    int64_t frames = proof->result->frames;
    struct outcome outcome = {.name = video->encoder, .second_idr = frames / 2};
    for (int64_t i = 0; i <= frames; i++) {
        struct picture *picture = i < frames ? proof->pictures[i][size] : NULL;
        bool is_idr = i == 0 || i == outcome.second_idr;
        if (!ops->encode(proof->encoders[track], picture, i, is_idr, take_coded, &outcome, err))
            return err_wrap(err, "%s", video->id);
    }
    return outcome.pictures == frames ||
           err_set(err, ERR_DEVICE_ENCODE, "%s: %s gives %d of %d pictures", video->id,
                   video->encoder, (int)outcome.pictures, (int)frames);
}

static bool prove(struct proof *proof, const struct byte_source *source, struct err *err)
{
    enum device device = tier_accelerator(proof->plan->tier);
    if (!device_open(device, proof->options->device_number, &proof->device, err))
        return false;
    proof->result->devices_opened = 1;
    if (!open_source(proof, source, err) || !read_pictures(proof, err) ||
        !open_encoders(proof, err))
        return false;
    for (size_t t = 0; t < proof->plan->video_count; t++)
        if (proof->encoders[t] && !encode_all(proof, t, err))
            return false;
    return true;
}

static void proof_done(struct proof *proof)
{
    for (size_t t = 0; t < proof->plan->video_count; t++)
        if (proof->encoders[t])
            encoder_of(&proof->plan->video[t])->close(proof->encoders[t]);
    for (size_t i = 0; i < PROOF_FRAMES; i++)
        for (size_t s = 0; s < proof->sizes.count; s++)
            picture_unref(&proof->pictures[i][s]);
    span_source_free(&proof->source);
    for (size_t s = 0; s < proof->sizes.count; s++)
        picture_pool_free(&proof->pools[s]);
    device_close(&proof->device);
}

bool prove_plan(const struct byte_source *source, const struct plan *plan,
                const struct prove_options *options, struct prove_result *ret, struct err *err)
{
    *ret = (struct prove_result){0};
    if (!plan->has_video || tier_accelerator(plan->tier) == DEVICE_CPU)
        return true;
    int64_t begin_us = clock_monotonic_us();
    struct proof *proof = mem_alloc(sizeof *proof);
    *proof = (struct proof){.plan = plan, .options = options, .result = ret};
    bool ok = prove(proof, source, err);
    if (proof->device) {
        struct device_traffic traffic = device_traffic(proof->device);
        ret->frames_downloaded = traffic.frames_down;
        ret->bytes_downloaded = traffic.bytes_down;
    }
    proof_done(proof);
    MEM_FREE(proof);
    ret->wall_us = clock_monotonic_us() - begin_us;
    return ok;
}
