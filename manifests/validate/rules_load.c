// SPDX-License-Identifier: BSD-2-Clause
// The L rules: was everything there that had to be read, and was it of a kind that can
// be judged.
#include <stdio.h>

#include "manifests/validate/load_private.h"
#include "src/base/mem.h"

static void report_missing(const struct evidence *evidence, const struct track *track,
                           const struct unit *unit, struct findings *findings)
{
    const struct resource *resource = &evidence->resources[unit->resource];
    const char *reason = resource->reason ? resource->reason : "not there";
    findings_add(findings, RULE_L1, PLACE(.file = resource->name, .track = track->name, .line = 0),
                 NULL, NULL, "%s cannot be had: %s", resource->name, reason);
}

static bool is_missing(const struct evidence *evidence, const struct unit *unit)
{
    return evidence->resources[unit->resource].is_missing;
}

// A missing file that an HLS playlist lists is H7's; single segments that an MPD lists are
// D18's. What is left: inits of DASH, tracks of which nothing is there, and files given.
static void check_reached(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        size_t missing = 0;
        if (track->origin == TRACK_HLS || track->origin == TRACK_HLS_IFRAMES ||
            !track->segment_count)
            continue;
        size_t init = track->segments[0].init;
        if (init != NONE && is_missing(evidence, &evidence->init_units[init]))
            report_missing(evidence, track, &evidence->init_units[init], findings);
        for (size_t i = 0; i < track->segment_count; i++)
            missing += is_missing(evidence, track_unit(evidence, track, i));
        if (missing && (track->origin == TRACK_SINGLE || missing == track->segment_count))
            report_missing(evidence, track, track_unit(evidence, track, 0), findings);
    }
}

// What the resolver refuses it reports itself; this is what was refused on reading.
static void check_refused(const struct evidence *evidence, struct findings *findings)
{
    for (size_t i = 0; i < evidence->resource_count; i++) {
        const struct resource *resource = &evidence->resources[i];
        if (resource->is_refused)
            findings_add(findings, RULE_L2, PLACE(.file = resource->name), NULL, NULL, "%s",
                         resource->reason ? resource->reason : "it may not be read");
    }
}

static void check_cmaf(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        size_t foreign = 0;
        for (size_t i = 0; i < track->segment_count; i++) {
            const struct unit *unit = track_unit(evidence, track, i);
            // With an init it must be boxes, and S38 says what is wrong with them.
            bool is_foreign =
                unit->is_ciphertext || (unit->init == NONE && !unit->is_fmp4 && !unit->is_webvtt);
            foreign +=
                unit->is_wanted && is_foreign && !evidence->resources[unit->resource].is_missing;
        }
        if (foreign)
            findings_add(findings, RULE_L3, PLACE(.file = track->file, .track = track->name), NULL,
                         NULL,
                         "%zu of %zu segments are not MP4 fragments (MPEG-TS, packed audio or "
                         "encrypted as a whole): only the manifests are judged",
                         foreign, track->segment_count);
    }
}

static void check_sampled(const struct evidence *evidence, struct findings *findings)
{
    struct reading_counts counts = evidence_reading(evidence);
    if (counts.left_out)
        findings_add(findings, RULE_L4, PLACE(.file = ""), NULL, NULL,
                     "%zu of %zu segments were left out by --sample: what spans them is not judged",
                     counts.left_out, counts.listed);
}

static const char *unit_name(const struct evidence *evidence, const struct unit *unit)
{
    return evidence->resources[unit->resource].name;
}

// A file given by itself whose other half is not there.
static void check_alone(const struct evidence *evidence, const struct track *track,
                        struct findings *findings)
{
    struct place place = {.file = track->file, .track = track->name, .byte = -1};
    const struct unit *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        if (unit->init != NONE || !unit->is_read || !unit->is_fmp4)
            continue;
        first = first ? first : unit;
        count++;
    }
    if (count)
        findings_add(findings, RULE_L5, &place, NULL, NULL,
                     "No init segment is given for %s%s: only the boxes are judged, not the "
                     "samples, times and codec",
                     unit_name(evidence, first), count > 1 ? " and the segments after it" : "");
    if (!track->segment_count)
        findings_add(findings, RULE_L5, &place, NULL, NULL,
                     "No segment is given for %s: only the init segment is judged, nothing that "
                     "it says is held against media",
                     track->file);
}

// Beside a manifest a file may be given for its place alone, which may then be read from.
static void check_halves(const struct evidence *evidence, struct findings *findings)
{
    for (size_t t = 0; t < evidence->track_count; t++)
        if (evidence->tracks[t].origin == TRACK_SINGLE && !evidence->playlist_count &&
            !evidence->mpd_count)
            check_alone(evidence, &evidence->tracks[t], findings);
}

const struct rule_row load_rules[] = {
    {RULE_L1, LEVEL_ERROR, PROFILE_ALL, "Every file that is given can be read and is what it seems",
     "field", "Give a folder, an HLS playlist, an MPD, or an init segment with its segments.",
     check_reached},
    {RULE_L2, LEVEL_ERROR, PROFILE_ALL,
     "References lead to http(s), or to files below the folder that is given",
     "RFC 3986 5, RFC 8216 10", "Use relative references that stay inside the presentation.",
     check_refused},
    {RULE_L3, LEVEL_NOTICE, PROFILE_ALL, "Segments are MP4 fragments that can be judged",
     "RFC 8216 3.3, ISO/IEC 23000-19",
     "Package as CMAF; MPEG-TS and packed audio are legal HLS but are not looked into.",
     check_cmaf},
    {RULE_L4, LEVEL_NOTICE, PROFILE_ALL, "Everything that the manifests list was read", "field",
     "Validate without --sample, or in parts.", check_sampled},
    {RULE_L5, LEVEL_WARNING, PROFILE_ALL,
     "Segments are given with their init segment, and an init segment with its segments", "field",
     "Give both: rung validate init.mp4 00001.m4s, or the manifest that lists them.", check_halves},
};
const size_t load_rule_count = ARRAY_LEN(load_rules);
