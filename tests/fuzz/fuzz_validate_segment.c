// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a media segment of any init segment. Input: the length of the init in 32
// bits, the init, the segment. The rules across segments then see it as a track of its
// own, twice over.
#include <stdlib.h>

#include "manifests/validate/iso/iso.h"
#include "src/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_unit(const struct unit *unit, size_t size_bytes)
{
    check(unit->is_read);
    check(unit->sample_count == 0 || unit->latest_end >= unit->earliest_time);
    check(unit->styp_count <= BRANDS_MAX && unit->sap_type <= 6);
    for (size_t i = 0; i < unit->fragment_count; i++) {
        const struct fragment_facts *fragment = &unit->fragments[i];
        check(fragment->moof_byte >= 0 && fragment->end_byte > fragment->moof_byte);
        check(fragment->end_byte <= (int64_t)size_bytes && fragment->sample_count > 0);
        check(fragment->first_sample_end_byte > fragment->moof_byte);
    }
}

static void run_rules(struct evidence *evidence, size_t unit, size_t init)
{
    struct findings findings;
    findings_init(&findings);
    for (int t = 0; t < 2; t++) {
        struct track *track = evidence_track(evidence);
        *track = (struct track){.name = mem_strdup("t"),
                                .origin = TRACK_DASH,
                                .kind = evidence->inits[init].kind,
                                .has_index = t == 0};
        for (int i = 0; i < 2 + t; i++)
            track_add_segment(track,
                              &(struct track_segment){
                                  .unit = unit, .init = init, .start = {0, 1}, .duration = {2, 1}});
    }
    for (size_t i = 0; i < iso_rule_count; i++)
        if (iso_rules[i].run)
            iso_rules[i].run(evidence, &findings);
    findings_done(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    if (size_bytes < 4)
        return 0;
    size_t init_bytes =
        (size_t)data[0] << 24 | (size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3];
    data += 4;
    size_bytes -= 4;
    if (init_bytes > size_bytes)
        init_bytes = size_bytes;
    struct evidence evidence;
    struct findings findings;
    struct codec codec;
    evidence_init(&evidence);
    findings_init(&findings);
    size_t resource = evidence_resource(&evidence, "file:///x", "x");
    size_t init = evidence_init_unit(&evidence, resource, 0, (int64_t)init_bytes);
    size_t unit = evidence_unit(&evidence, resource, 0, (int64_t)(size_bytes - init_bytes), init);
    bool is_read = iso_init_read(data, init_bytes, 0, PLACE(.file = "x"), &findings,
                                 &evidence.inits[init], &codec);
    evidence.units[unit].is_iframe = size_bytes % 16 == 7;
    iso_segment_read(data + init_bytes, size_bytes - init_bytes, 0,
                     is_read ? &evidence.inits[init] : NULL, is_read ? &codec : NULL,
                     PLACE(.file = "x"), &findings, &evidence.units[unit]);
    check_unit(&evidence.units[unit], size_bytes - init_bytes);
    run_rules(&evidence, unit, init);
    codec_done(&codec);
    findings_done(&findings);
    evidence_done(&evidence);
    return 0;
}
