// SPDX-License-Identifier: BSD-2-Clause
// Time expressions of TTML, for ttml.c.
#ifndef RUNG_VALIDATE_TEXT_TTML_TIME_H
#define RUNG_VALIDATE_TEXT_TTML_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/rational.h"

// What ttp: attributes of tt say about counting (TTML1 6.2).
struct ttml_clock {
    uint64_t frame_rate;     // 30 when not said
    struct rational factor;  // frameRateMultiplier, 1/1
    uint64_t sub_frame_rate; // 1
    uint64_t tick_rate;      // 0: not said
    bool has_frame_rate;
};

// A clock-time or offset-time (TTML1 10.3.1) in milliseconds, rounded. False when the text
// is neither, or has more frames than a second holds.
bool ttml_time_read(const char *text, const struct ttml_clock *clock, int64_t *ret_ms);
// A positive whole number; false when it is none.
bool ttml_count_read(const char *text, uint64_t *ret);

#endif
