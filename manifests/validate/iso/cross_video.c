// SPDX-License-Identifier: BSD-2-Clause
// Rules on a video track as a whole that need its init and a segment: what a Dolby Vision
// level carries, and composition delay that nothing takes back.
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/rules_private.h"
#include "src/base/mem.h"

// Dolby Vision profiles and levels, table of levels: pictures of this width at most, and
// luma samples in a second.
static const struct {
    uint32_t width_max_px;
    uint64_t per_second_max;
} dolby_levels[] = {
    {0, 0},                              // there is no level 0
    {1280, UINT64_C(1280) * 720 * 24},   // 1
    {1280, UINT64_C(1280) * 720 * 30},   // 2
    {1920, UINT64_C(1920) * 1080 * 24},  // 3
    {2560, UINT64_C(1920) * 1080 * 30},  // 4
    {3840, UINT64_C(1920) * 1080 * 60},  // 5
    {3840, UINT64_C(3840) * 2160 * 24},  // 6
    {3840, UINT64_C(3840) * 2160 * 30},  // 7
    {3840, UINT64_C(3840) * 2160 * 48},  // 8
    {3840, UINT64_C(3840) * 2160 * 60},  // 9
    {3840, UINT64_C(3840) * 2160 * 120}, // 10
    {7680, UINT64_C(3840) * 2160 * 120}, // 11
    {7680, UINT64_C(7680) * 4320 * 60},  // 12
    {7680, UINT64_C(7680) * 4320 * 120}, // 13
};

// The first segment that was read; NONE: none was.
static size_t first_media(const struct evidence *evidence, const struct track *track)
{
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct init_facts *init = track_init(evidence, track, i);
        const struct unit *unit = track_unit(evidence, track, i);
        if (init && init->timescale_hz && unit_is_media(unit) && unit->duration)
            return i;
    }
    return NONE;
}

static void judge_dolby(const struct evidence *evidence, struct findings *findings,
                        const struct track *track)
{
    size_t at = first_media(evidence, track);
    const struct init_facts *init = at == NONE ? NULL : track_init(evidence, track, at);
    if (!init || !init->has_dolby_vision || !init->codec.width_px || init->dv_level == 0 ||
        init->dv_level >= ARRAY_LEN(dolby_levels))
        return;
    const struct unit *unit = track_unit(evidence, track, at);
    double rate = (double)unit->sample_count / rational_to_double(unit_duration(init, unit));
    double per_second = rate * (double)init->codec.width_px * (double)init->codec.height_px;
    if (init->codec.width_px <= dolby_levels[init->dv_level].width_max_px &&
        per_second <= (double)dolby_levels[init->dv_level].per_second_max * 1.01)
        return;
    struct place place = segment_place(evidence, track, at);
    findings_add(findings, RULE_S93, &place, iso_number(init->dv_level).text,
                 iso_pair(init->codec.width_px, 'x', init->codec.height_px).text,
                 "Level %" PRIu32 " of Dolby Vision does not carry %" PRIu32 "x%" PRIu32
                 " at %.3f frames per second",
                 init->dv_level, init->codec.width_px, init->codec.height_px, rate);
}

void rule_s93(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++)
        if (evidence->tracks[t].kind == MEDIA_VIDEO && track_is_judged(evidence, t))
            judge_dolby(evidence, findings, &evidence->tracks[t]);
}

static void judge_delay(const struct evidence *evidence, struct findings *findings,
                        const struct track *track)
{
    size_t at = first_media(evidence, track);
    const struct init_facts *init = at == NONE ? NULL : track_init(evidence, track, at);
    const struct unit *unit = at == NONE ? NULL : track_unit(evidence, track, at);
    // An edit list is S16's matter.
    if (!init || init->has_edit || unit->decode_time > INT64_MAX ||
        unit->earliest_time <= (int64_t)unit->decode_time)
        return;
    struct rational delay =
        ticks_to_seconds(init, unit->earliest_time - (int64_t)unit->decode_time);
    struct place place = segment_place(evidence, track, at);
    place.path = "moof/traf/trun";
    findings_add(findings, RULE_S94, &place, NULL, seconds_text(delay).text,
                 "The first picture is shown %s after the time in tfdt, and neither an edit list "
                 "nor negative composition offsets take that back",
                 seconds_text(delay).text);
}

void rule_s94(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++)
        if (evidence->tracks[t].kind == MEDIA_VIDEO && track_is_judged(evidence, t))
            judge_delay(evidence, findings, &evidence->tracks[t]);
}
