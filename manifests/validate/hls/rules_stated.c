// SPDX-License-Identifier: BSD-2-Clause
// Attributes that RFC 8216 leaves open and Apple's authoring specification demands: that they
// are there. Whether they are true is for the rules beside their subjects.
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"

enum which_variants { ALL_PLAYED, ALL_VIDEO, ALL_IFRAMES };

static bool is_one_of(const struct evidence *evidence, const struct hls_variant *variant,
                      enum which_variants which)
{
    if (variant->is_iframes != (which == ALL_IFRAMES))
        return false;
    return which != ALL_VIDEO ||
           track_media_kind(evidence, look_track_at(evidence, variant->track)) == MEDIA_VIDEO;
}

// Finds `rule` for every variant of the kind that lacks the attribute.
static void check_variants(const struct evidence *evidence, struct findings *findings,
                           enum rule_id rule, enum which_variants which, const char *attribute)
{
    static const char *const names[] = {"variant", "video variant", "I-frame variant"};
    for (size_t p = 0; p < evidence->playlist_count; p++) {
        const struct hls_playlist *playlist = evidence->playlists[p];
        for (size_t i = 0; playlist->is_multivariant && i < playlist->variant_count; i++) {
            const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
            if (!hls_attribute(tag, attribute) &&
                is_one_of(evidence, &playlist->variants[i], which))
                findings_add(findings, rule, HLS_AT(playlist, tag->line), NULL, NULL,
                             "the %s has no %s", names[which], attribute);
        }
    }
}

void hls_run_V44(const struct evidence *evidence, struct findings *findings)
{
    check_variants(evidence, findings, RULE_V44, ALL_PLAYED, "AVERAGE-BANDWIDTH");
}

void hls_run_V45(const struct evidence *evidence, struct findings *findings)
{
    check_variants(evidence, findings, RULE_V45, ALL_PLAYED, "CODECS");
}

void hls_run_V46(const struct evidence *evidence, struct findings *findings)
{
    check_variants(evidence, findings, RULE_V46, ALL_VIDEO, "RESOLUTION");
}

void hls_run_V47(const struct evidence *evidence, struct findings *findings)
{
    check_variants(evidence, findings, RULE_V47, ALL_VIDEO, "FRAME-RATE");
}

void hls_run_V50(const struct evidence *evidence, struct findings *findings)
{
    check_variants(evidence, findings, RULE_V50, ALL_IFRAMES, "CODECS");
    check_variants(evidence, findings, RULE_V50, ALL_IFRAMES, "RESOLUTION");
}

static void check_v48(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->renditions[i].tag];
        const char *type = hls_attribute(tag, "TYPE");
        if (type && strcmp(type, "VIDEO") != 0 && !hls_attribute(tag, "LANGUAGE"))
            FIND(V48, playlist, tag->line, NULL, NULL, "the %.40s rendition has no LANGUAGE", type);
    }
}
HLS_RUN(V48, multivariant, check_v48)
