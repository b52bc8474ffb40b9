// SPDX-License-Identifier: BSD-2-Clause
// Matching by bytes, or by description where HLS and DASH have files of their own.
#include "manifests/validate/cross_match_private.h"

#include <string.h>
#include <strings.h>

#include "manifests/validate/dash/mpd.h"
#include "manifests/validate/hls/playlist.h"
#include "src/base/mem.h"

bool cross_has_both(const struct evidence *evidence)
{
    bool has_hls = false;
    bool has_dash = false;
    for (size_t i = 0; i < evidence->track_count; i++) {
        has_hls = has_hls || evidence->tracks[i].origin == TRACK_HLS;
        has_dash = has_dash || evidence->tracks[i].origin == TRACK_DASH;
    }
    return has_hls && has_dash;
}

static bool is_trick_play(const struct evidence *evidence, const struct track *track)
{
    const struct mpd_set *set =
        &evidence->mpds[track->manifest]->periods[track->period].sets[track->set];
    for (const xmlNode *child = set->node->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE ||
            xmlStrcmp(child->name, (const xmlChar *)"EssentialProperty") != 0)
            continue;
        AUTO_FREE char *scheme = mpd_attribute(child, "schemeIdUri");
        if (scheme && strcmp(scheme, "http://dashif.org/guidelines/trickmode") == 0)
            return true;
    }
    return false;
}

bool cross_is_played(const struct evidence *evidence, const struct track *track)
{
    if (track->segment_count == 0 || track->kind == MEDIA_IMAGE)
        return false;
    if (track->origin == TRACK_DASH)
        return !is_trick_play(evidence, track);
    // A playlist that merely lies beside the multivariant one is no part of what it offers.
    return track->origin == TRACK_HLS && evidence->playlists[track->manifest]->is_listed;
}

static bool is_same_bytes(const struct track *a, const struct track *b)
{
    return a->segments[0].unit == b->segments[0].unit ||
           (a->segments[0].init != NONE && a->segments[0].init == b->segments[0].init);
}

static bool is_same_description(const struct evidence *evidence, const struct track *a,
                                const struct track *b)
{
    const struct init_facts *one = track_init(evidence, a, 0);
    const struct init_facts *other = track_init(evidence, b, 0);
    if (a->kind != b->kind)
        return false;
    if (!one || !other)
        return a->kind == MEDIA_TEXT; // WebVTT here, stpp there
    if (a->kind == MEDIA_TEXT)
        return strcasecmp(one->language, other->language) == 0;
    return strcmp(one->codec.string, other->codec.string) == 0 &&
           one->codec.width_px == other->codec.width_px &&
           one->codec.height_px == other->codec.height_px &&
           one->codec.channels == other->codec.channels &&
           strcasecmp(one->language, other->language) == 0;
}

size_t cross_partner(const struct evidence *evidence, const struct track *track, size_t from)
{
    enum track_origin wanted = track->origin == TRACK_DASH ? TRACK_HLS : TRACK_DASH;
    for (int is_loose = 0; is_loose < 2; is_loose++)
        for (size_t i = from; i < evidence->track_count; i++) {
            const struct track *other = &evidence->tracks[i];
            if (other->origin != wanted || !cross_is_played(evidence, other))
                continue;
            if (is_loose ? is_same_description(evidence, track, other)
                         : is_same_bytes(track, other))
                return i;
        }
    return NONE;
}
