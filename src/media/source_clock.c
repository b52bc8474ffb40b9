// SPDX-License-Identifier: BSD-2-Clause
// Jump removal. Which formats need it is the demuxer's knowledge.
#include "src/media/source_clock.h"

#include <string.h>

static const struct rational ahead_limit = {10, 1}; // seconds
static const struct rational behind_limit = {1, 1};

void source_clock_init(struct source_clock *clock)
{
    memset(clock, 0, sizeof *clock);
    clock->epoch[0] = (struct rational){0, 1};
    clock->epoch_count = 1;
}

void source_clock_restart(struct source_clock *clock)
{
    int64_t jumps = clock->jumps;
    source_clock_init(clock);
    clock->jumps = jumps;
}

static int64_t to_ticks(struct rational seconds, struct rational time_base)
{
    return rational_round(rational_div(seconds, time_base), 1);
}

// Where the stream's next packet is expected; false when nothing is known yet. A
// stream that starts is measured against the others.
static bool expected_ticks(const struct source_clock *clock,
                           const struct source_clock_packet *packet, int64_t *ret_ticks)
{
    if (clock->stream[packet->stream].has_last) {
        *ret_ticks = clock->stream[packet->stream].last;
        return true;
    }
    if (!clock->has_latest)
        return false;
    *ret_ticks = to_ticks(clock->latest, packet->time_base);
    return true;
}

static bool epoch_fits(const struct source_clock *clock, size_t epoch,
                       const struct source_clock_packet *packet, int64_t expected)
{
    // A starting stream may lie before the others by as much as it may lie after.
    struct rational behind = clock->stream[packet->stream].has_last ? behind_limit : ahead_limit;
    __int128 delta =
        (__int128)packet->dts + to_ticks(clock->epoch[epoch], packet->time_base) - expected;
    return delta <= to_ticks(ahead_limit, packet->time_base) &&
           delta >= -(__int128)to_ticks(behind, packet->time_base);
}

static void epoch_swap(struct source_clock *clock)
{
    struct rational other = clock->epoch[1];
    clock->epoch[1] = clock->epoch[0];
    clock->epoch[0] = other;
}

static void epoch_begin(struct source_clock *clock, const struct source_clock_packet *packet,
                        int64_t expected)
{
    int64_t next = expected + clock->stream[packet->stream].duration;
    clock->epoch[1] = clock->epoch[0];
    clock->epoch[0] =
        rational_sub(rational_mul((struct rational){next, 1}, packet->time_base),
                     rational_mul((struct rational){packet->dts, 1}, packet->time_base));
    clock->epoch_count = 2;
    clock->jumps++;
}

static void note_packet(struct source_clock *clock, const struct source_clock_packet *packet,
                        int64_t ticks)
{
    int64_t second = to_ticks((struct rational){1, 1}, packet->time_base);
    bool sane = packet->duration > 0 && packet->duration < second;
    clock->stream[packet->stream].has_last = true;
    clock->stream[packet->stream].last = ticks;
    clock->stream[packet->stream].duration = sane ? packet->duration : 0;
    clock->latest = rational_mul((struct rational){ticks, 1}, packet->time_base);
    clock->has_latest = true;
}

int64_t source_clock_offset(struct source_clock *clock, const struct source_clock_packet *packet)
{
    // Timestamps beyond this are junk, and would only overflow in what follows.
    const int64_t limit = INT64_MAX / 4;
    if (packet->dts == SOURCE_CLOCK_NO_TIME || packet->dts > limit || packet->dts < -limit ||
        packet->stream >= SOURCE_CLOCK_STREAMS)
        return to_ticks(clock->epoch[0], packet->time_base);
    int64_t expected;
    if (expected_ticks(clock, packet, &expected) && !epoch_fits(clock, 0, packet, expected)) {
        if (clock->epoch_count == 2 && epoch_fits(clock, 1, packet, expected))
            epoch_swap(clock);
        else
            epoch_begin(clock, packet, expected);
    }
    int64_t offset = to_ticks(clock->epoch[0], packet->time_base);
    note_packet(clock, packet, packet->dts + offset);
    return offset;
}
