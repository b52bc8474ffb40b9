// SPDX-License-Identifier: BSD-2-Clause
// The on-demand profile beyond its addressing (which is D6 and D29): access points of the
// subsegments, and the brand of files that hold everything.
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

#define ON_DEMAND  "urn:mpeg:dash:profile:isoff-on-demand:2011"
#define SEPARATORS ", \t\r\n"

static bool is_on_demand(const xmlNode *node)
{
    return list_has(node_profiles(node), SEPARATORS, ON_DEMAND);
}

static bool is_of_dashif(const xmlNode *node)
{
    return strstr(node_profiles(node), "http://dashif.org/guidelines/") != NULL;
}

DASH_RUN(D83)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_SET)) {
        const xmlNode *node = at.set->node;
        const char *text = node_attr(node, "subsegmentStartsWithSAP");
        enum media_kind kind = node_kind(node);
        uint64_t type = 0;
        if (!is_on_demand(node) || at.set->is_trick || at.set->representation_count == 0)
            continue;
        if (kind == MEDIA_UNKNOWN)
            kind = node_kind(at.set->representations[0].node);
        for (size_t i = 0; !text && i < at.set->representation_count; i++)
            text = node_attr(at.set->representations[i].node, "subsegmentStartsWithSAP");
        bool is_needed = is_of_dashif(node) && kind == MEDIA_VIDEO;
        if (text ? read_unsigned(text, 100, &type) && (type == 1 || type == 2) : !is_needed)
            continue;
        dash_report(findings, RULE_D83, SPOT(at.mpd, node, "subsegmentStartsWithSAP"), text, NULL,
                    text ? "subsegmentStartsWithSAP is %.20s, and clients of the on-demand profile "
                           "switch at access points of type 1 or 2"
                         : "the set is for on-demand use and has no subsegmentStartsWithSAP%s",
                    text ? text : "");
    }
}

static bool has_brand(const struct init_facts *init, const char *brand)
{
    for (size_t i = 0; i < init->brand_count; i++)
        if (strcmp(init->brands[i], brand) == 0)
            return true;
    return false;
}

DASH_RUN(D84)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct track *track = at.track;
        const struct init_facts *init = track_first_init(evidence, track);
        if (!is_on_demand(at.representation->node) || !track || !track->segment_count || !init ||
            track->segments[0].init == NONE || init->brand_count == 0 || has_brand(init, "dash"))
            continue;
        // Only where the file holds both, and so initializes itself.
        const struct unit *unit = track_unit(evidence, track, 0);
        if (evidence->init_units[track->segments[0].init].resource != unit->resource)
            continue;
        dash_report(findings, RULE_D84, SPOT(at.mpd, at.representation->segments.node, NULL, track),
                    NULL, init->brands[0],
                    "the file holds init and media, and its brands, %s first, lack dash",
                    init->brands[0]);
    }
}
