// SPDX-License-Identifier: BSD-2-Clause
// The findings in the order in which people read them, and what they add up to.
#ifndef RUNG_VALIDATE_REPORT_ORDER_PRIVATE_H
#define RUNG_VALIDATE_REPORT_ORDER_PRIVATE_H

#include "manifests/validate/report/report.h"

struct order_group {   // one track, or what belongs to none
    const char *track; // NULL: none
    size_t first;      // into items
    size_t count;
    enum rule_level worst;
};

struct order {
    const struct finding **items; // those at or above the level: worst first within a group
    size_t count;
    struct order_group *groups; // worst first, then in order of discovery
    size_t group_count;
    int64_t totals[LEVEL_COUNT]; // all findings, listed or not, kept or only counted
};

void order_build(const struct report_input *input, struct order *ret);
void order_done(struct order *order);

enum rule_level finding_level(const struct report_input *input, const struct finding *finding);
const struct rule_row *finding_row(const struct report_input *input, const struct finding *finding);
// "video/a.m3u8:12", "00001.m4s@1024", "manifest.mpd:7 MPD/Period[1]". Caller frees.
char *finding_where(const struct finding *finding);

#endif
