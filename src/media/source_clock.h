// SPDX-License-Identifier: BSD-2-Clause
// The source clock: takes jumps out of packet times. A packet whose dts runs more
// than 10 s ahead of its stream's last one, or more than 1 s behind it, starts a new
// *epoch*, whose offset makes that stream go on without a gap. The offset is shared
// by all streams, so sound stays with picture. Packets of the old epoch that were
// interleaved late are still recognised as such. Pure; one object per open input.
#ifndef RUNG_MEDIA_SOURCE_CLOCK_H
#define RUNG_MEDIA_SOURCE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/rational.h"

#define SOURCE_CLOCK_STREAMS 64
#define SOURCE_CLOCK_NO_TIME INT64_MIN

struct source_clock_packet {
    size_t stream;             // < SOURCE_CLOCK_STREAMS
    struct rational time_base; // seconds per tick
    int64_t dts;               // SOURCE_CLOCK_NO_TIME: unknown
    int64_t duration;          // ticks, 0: unknown
};

struct source_clock {
    struct rational epoch[2]; // seconds to add; [0] was used last
    size_t epoch_count;
    int64_t jumps;
    bool has_latest;
    struct rational latest; // of any stream, on the source clock
    struct {
        bool has_last;
        int64_t last;     // ticks, on the source clock
        int64_t duration; // of that packet
    } stream[SOURCE_CLOCK_STREAMS];
};

void source_clock_init(struct source_clock *clock);
// Forgets where the streams are, as after a seek; jumps stay counted.
void source_clock_restart(struct source_clock *clock);
// Ticks of the packet's time base to add to its pts and dts.
int64_t source_clock_offset(struct source_clock *clock, const struct source_clock_packet *packet);

#endif
