// SPDX-License-Identifier: BSD-2-Clause
// Rate detection. What counts as one frame is scan.c's business.
#include "src/media/frame_rate.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum {
    RESIDUAL_ONE = 65536, // one slot
    TIGHT_SPREAD = RESIDUAL_ONE * 15 / 100,
};

// Rising, so that the first that fits is the lowest.
static const struct rational standard_rates[] = {
    {1, 1},   {2, 1},        {3, 1},  {4, 1},  {5, 1},        {6, 1},   {15, 2},        {8, 1},
    {10, 1},  {12000, 1001}, {12, 1}, {25, 2}, {15000, 1001}, {15, 1},  {16, 1},        {18, 1},
    {20, 1},  {24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1},  {48000, 1001},  {48, 1},
    {50, 1},  {60000, 1001}, {60, 1}, {72, 1}, {90, 1},       {100, 1}, {120000, 1001}, {120, 1},
    {240, 1},
};

bool frame_rate_is_sane(struct rational rate)
{
    return rate.num > 0 && rate.den > 0 && rational_cmp(rate, (struct rational){1000, 1}) <= 0;
}

struct rational frame_rate_snap(struct rational rate)
{
    if (!frame_rate_is_sane(rate))
        return rate;
    for (size_t i = 0; i < ARRAY_LEN(standard_rates); i++) {
        struct rational ratio = rational_div(rate, standard_rates[i]);
        struct rational off = rational_sub(ratio, (struct rational){1, 1});
        if (off.num < 0)
            off.num = -off.num;
        if (rational_cmp(off, (struct rational){1, 10000}) <= 0)
            return standard_rates[i];
    }
    return rate;
}

static void add_candidate(struct frame_rate *detector, struct rational rate, bool is_declared,
                          bool is_standard)
{
    for (size_t i = 0; i < detector->candidate_count; i++) {
        if (rational_cmp(detector->candidate[i].rate, rate) == 0) {
            detector->candidate[i].is_declared |= is_declared;
            return;
        }
    }
    // A declared rate with huge terms would overflow nothing, but means nothing either.
    if (detector->candidate_count == FRAME_RATE_CANDIDATES || rate.num > INT32_MAX ||
        rate.den > INT32_MAX)
        return;
    detector->candidate[detector->candidate_count++] = (struct frame_rate_candidate){
        .rate = rate, .is_declared = is_declared, .is_standard = is_standard};
}

void frame_rate_init(struct frame_rate *detector, struct rational time_base,
                     const struct rational *declared, size_t declared_count)
{
    memset(detector, 0, sizeof *detector);
    detector->declared = (struct rational){0, 1};
    detector->time_base = time_base;
    for (size_t i = 0; i < ARRAY_LEN(standard_rates); i++)
        add_candidate(detector, standard_rates[i], false, true);
    for (size_t i = 0; i < declared_count; i++) {
        if (!frame_rate_is_sane(declared[i]))
            continue;
        if (detector->declared.num == 0)
            detector->declared = frame_rate_snap(declared[i]);
        add_candidate(detector, frame_rate_snap(declared[i]), true, false);
    }
}

static void candidate_add(struct frame_rate_candidate *candidate, bool is_first,
                          struct rational time_base, int64_t ticks)
{
    __int128 per_slot = (__int128)time_base.den * candidate->rate.den;
    __int128 place = (__int128)ticks * time_base.num * candidate->rate.num;
    __int128 twice = 2 * place + per_slot;
    __int128 slot = twice / (2 * per_slot) - (twice % (2 * per_slot) < 0);
    int64_t residual = (int64_t)((place - slot * per_slot) * RESIDUAL_ONE / per_slot);
    if (is_first) {
        candidate->last_slot = (int64_t)slot;
        candidate->least_residual = candidate->most_residual = residual;
        candidate->last_residual = residual;
        return;
    }
    if (slot <= candidate->last_slot)
        candidate->collisions++;
    else
        candidate->gaps += (int64_t)slot - candidate->last_slot - 1;
    int64_t step = residual - candidate->last_residual;
    if (llabs(step) > RESIDUAL_ONE / 2) // into the next slot
        step += step < 0 ? RESIDUAL_ONE : -RESIDUAL_ONE;
    if (llabs(step) > TIGHT_SPREAD)
        candidate->uneven++;
    else
        candidate->drift += step;
    candidate->last_residual = residual;
    if (slot > candidate->last_slot)
        candidate->last_slot = (int64_t)slot;
    if (residual < candidate->least_residual)
        candidate->least_residual = residual;
    if (residual > candidate->most_residual)
        candidate->most_residual = residual;
}

void frame_rate_add(struct frame_rate *detector, int64_t ticks)
{
    bool is_first = detector->frames++ == 0;
    if (is_first)
        detector->first_ticks = ticks;
    for (size_t i = 0; i < detector->candidate_count; i++)
        candidate_add(&detector->candidate[i], is_first, detector->time_base,
                      ticks - detector->first_ticks);
}

static int64_t spread(const struct frame_rate_candidate *candidate)
{
    return candidate->most_residual - candidate->least_residual;
}

static bool is_constant(const struct frame_rate *detector,
                        const struct frame_rate_candidate *candidate)
{
    int64_t allowed = detector->frames / 500; // 0.2 %
    return candidate->collisions <= allowed && candidate->gaps <= allowed;
}

// What one tick of the time base is on this grid: timestamps are no better than that.
static int64_t tick_residual(const struct frame_rate *detector,
                             const struct frame_rate_candidate *candidate)
{
    struct rational slots = rational_mul(detector->time_base, candidate->rate);
    return rational_ceil(slots, RESIDUAL_ONE);
}

// The tightest of the standard or of the other candidates; among those that are as
// tight as the timestamps can tell, the one the container declares.
static const struct frame_rate_candidate *pick_among(const struct frame_rate *detector,
                                                     bool is_standard)
{
    const struct frame_rate_candidate *tightest = NULL, *declared = NULL;
    for (size_t i = 0; i < detector->candidate_count; i++) {
        const struct frame_rate_candidate *candidate = &detector->candidate[i];
        if (candidate->is_standard != is_standard || !is_constant(detector, candidate))
            continue;
        if (!tightest || spread(candidate) < spread(tightest))
            tightest = candidate;
        if (candidate->is_declared && (!declared || spread(candidate) < spread(declared)))
            declared = candidate;
    }
    if (!declared)
        return tightest;
    int64_t slack = tick_residual(detector, declared) + RESIDUAL_ONE / 256;
    return spread(declared) <= spread(tightest) + slack ? declared : tightest;
}

// A standard rate, unless one that is not fits clearly better: what muxers compute as
// an average of few frames is only nearly the rate.
static const struct frame_rate_candidate *pick_constant(const struct frame_rate *detector)
{
    const struct frame_rate_candidate *standard = pick_among(detector, true);
    const struct frame_rate_candidate *other = pick_among(detector, false);
    if (!standard || !other)
        return standard ? standard : other;
    // Pauses between pictures widen the spread of the right rate too; but only a wrong
    // one drifts from picture to picture.
    bool is_steady =
        llabs(standard->drift) <= TIGHT_SPREAD && standard->uneven <= detector->frames / 500;
    bool is_as_tight = spread(standard) <= spread(other) + TIGHT_SPREAD;
    return is_as_tight || is_steady ? standard : other;
}

// Would frames land within 25 ms of where they belong? Then sound still fits.
static bool is_close(const struct frame_rate_candidate *candidate)
{
    struct rational slots = rational_make(spread(candidate), RESIDUAL_ONE);
    return rational_cmp(rational_div(slots, candidate->rate), (struct rational){1, 20}) <= 0;
}

// Loses next to no frame and moves none far.
static bool is_usable(const struct frame_rate *detector,
                      const struct frame_rate_candidate *candidate)
{
    return candidate->is_standard && candidate->collisions <= detector->frames / 200 &&
           is_close(candidate);
}

// Rates stand close together (47.95, 48, 50): of those within 5 % the one that frames
// lie closest to, or that the container declares when timestamps cannot tell.
static struct rational closest_near(const struct frame_rate *detector, size_t lowest)
{
    const struct frame_rate_candidate *best = &detector->candidate[lowest];
    struct rational limit = rational_mul(best->rate, (struct rational){105, 100});
    for (size_t i = lowest + 1; i < detector->candidate_count; i++) {
        const struct frame_rate_candidate *candidate = &detector->candidate[i];
        if (!is_usable(detector, candidate) || rational_cmp(candidate->rate, limit) > 0)
            continue;
        int64_t slack = tick_residual(detector, candidate) + RESIDUAL_ONE / 256;
        int64_t bonus = slack * (candidate->is_declared - best->is_declared);
        if (spread(candidate) < spread(best) + bonus)
            best = candidate;
    }
    return best->rate;
}

// The lowest usable standard rate: best one whose slots most frames keep to, so that
// motion stays even.
static struct rational pick_variable(const struct frame_rate *detector)
{
    size_t usable = detector->candidate_count;
    for (size_t i = 0; i < detector->candidate_count; i++) {
        const struct frame_rate_candidate *candidate = &detector->candidate[i];
        if (!is_usable(detector, candidate))
            continue;
        if (candidate->uneven <= detector->frames / 8 + 1)
            return closest_near(detector, i);
        if (usable == detector->candidate_count)
            usable = i;
    }
    return usable < detector->candidate_count ? closest_near(detector, usable)
                                              : (struct rational){60, 1};
}

enum facts_timing frame_rate_result(const struct frame_rate *detector, struct rational *ret_rate)
{
    if (detector->frames < 2) {
        *ret_rate = (struct rational){25, 1};
        if (detector->declared.num > 0)
            *ret_rate = detector->declared;
        return TIMING_CONSTANT;
    }
    const struct frame_rate_candidate *constant = pick_constant(detector);
    if (constant) {
        *ret_rate = constant->rate;
        return TIMING_CONSTANT;
    }
    *ret_rate = pick_variable(detector);
    return TIMING_VARIABLE;
}
