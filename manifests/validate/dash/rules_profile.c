// SPDX-License-Identifier: BSD-2-Clause
// Rules that depend on profiles: what isoff-live, isoff-on-demand, DASH-IF, DVB and the
// low-latency services ask for; and XLink, which no profile here resolves.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

#define PROFILE_LIVE          "urn:mpeg:dash:profile:isoff-live:2011"
#define PROFILE_EXT_LIVE      "urn:mpeg:dash:profile:isoff-ext-live:2014"
#define PROFILE_ON_DEMAND     "urn:mpeg:dash:profile:isoff-on-demand:2011"
#define PROFILE_EXT_ON_DEMAND "urn:mpeg:dash:profile:isoff-ext-on-demand:2014"
#define SEPARATORS            ", \t\r\n"

static bool is_live(const char *profiles)
{
    return list_has(profiles, SEPARATORS, PROFILE_LIVE) ||
           list_has(profiles, SEPARATORS, PROFILE_EXT_LIVE);
}

static bool is_on_demand(const char *profiles)
{
    return list_has(profiles, SEPARATORS, PROFILE_ON_DEMAND) ||
           list_has(profiles, SEPARATORS, PROFILE_EXT_ON_DEMAND);
}

static bool is_dashif(const char *profiles)
{
    return strstr(profiles, "dashif.org/guidelines") || strstr(profiles, "urn:com:dashif");
}

static bool is_side_file(const xmlNode *representation)
{
    const char *mime = node_common(representation, "mimeType", NULL);
    return mime && (has_prefix(mime, "text/") || has_prefix(mime, "application/ttml"));
}

static void check_profile_of(const struct dash_cursor *at, struct findings *findings)
{
    const char *profiles = node_profiles(at->representation->node);
    const struct mpd_segments *segments = &at->representation->segments;
    bool wants_live = is_live(profiles), wants_file = is_on_demand(profiles);
    // Profiles that allow any addressing beside the one that does not: 8.1 lets what does
    // not conform to one be for the other.
    if (strstr(profiles, "profile:full:2011") || strstr(profiles, "profile:isoff-main:2011"))
        return;
    const struct spot *spot = SPOT(at->mpd, at->representation->node, NULL, at->track);
    if (is_side_file(at->representation->node) || wants_live == wants_file)
        return;
    if (wants_live && segments->addressing != ADDRESS_TEMPLATE)
        dash_report(findings, RULE_D6, spot, NULL, NULL,
                    "the profile is isoff-live, but no SegmentTemplate addresses this "
                    "Representation");
    else if (wants_file &&
             (segments->addressing == ADDRESS_LIST || segments->addressing == ADDRESS_TEMPLATE))
        dash_report(findings, RULE_D6, spot, NULL, NULL,
                    "the profile is isoff-on-demand, but a %s addresses this Representation",
                    (const char *)segments->node->name);
    else if (wants_file && at->track && at->track->segment_count && !at->track->has_index &&
             track_unit(at->evidence, at->track, 0)->is_fmp4)
        dash_report(findings, RULE_D6, spot, NULL, NULL,
                    "the profile is isoff-on-demand, but the file of this Representation has no "
                    "sidx that could be read");
}

DASH_RUN(D6)
{
    struct dash_cursor mpds = {evidence}, at = {evidence};
    while (dash_next(&mpds, DEPTH_MPD)) {
        const char *profiles = node_profiles(mpds.mpd->root);
        if (mpds.mpd->is_dynamic && is_on_demand(profiles) && !is_live(profiles))
            dash_report(findings, RULE_D6, SPOT(mpds.mpd, NULL, "type"), "dynamic", "static",
                        "the profile is isoff-on-demand, but the MPD is dynamic");
    }
    while (dash_next(&at, DEPTH_REPRESENTATION))
        check_profile_of(&at, findings);
}

static void check_subset(const struct mpd *mpd, const xmlNode *node, struct findings *findings)
{
    const char *own = node_attr(node, "profiles");
    const char *upper = node_profiles(node->parent);
    const char *at = own;
    char word[200];
    while (own && *upper && list_next(&at, SEPARATORS, word, sizeof word))
        if (!list_has(upper, SEPARATORS, word))
            dash_report(findings, RULE_D44, SPOT(mpd, node, "profiles"), word, upper,
                        "the profile %s is not among those of the level above", word);
}

DASH_RUN(D44)
{
    struct dash_cursor sets = {evidence}, at = {evidence};
    while (dash_next(&sets, DEPTH_SET))
        check_subset(sets.mpd, sets.set->node, findings);
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        check_subset(at.mpd, at.representation->node, findings);
        NODE_EACH(sub, at.representation->node, "SubRepresentation")
        {
            check_subset(at.mpd, sub, findings);
        }
    }
}

static void check_switching_inits(const struct dash_cursor *at, struct findings *findings)
{
    const struct init_facts *first = track_first_init(
        at->evidence, representation_track(at->evidence, &at->set->representations[0]));
    const struct init_facts *own = track_first_init(at->evidence, at->track);
    if (!first || !own || first == own)
        return;
    const char *what = first->track_id != own->track_id           ? "track_ID"
                       : first->timescale_hz != own->timescale_hz ? "timescale"
                       : strcmp(first->entry, own->entry) != 0    ? "sample entry"
                                                                  : NULL;
    if (what)
        dash_report(findings, RULE_D45, SPOT(at->mpd, at->set->node, "bitstreamSwitching"), "true",
                    NULL,
                    "bitstreamSwitching is true, but the %s of Representation %.80s differs from "
                    "the first one's",
                    what, at->representation->id);
}

DASH_RUN(D45)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        bool period = false, set = false;
        const char *text = node_attr(at.set->node, "bitstreamSwitching");
        read_bool(node_attr(at.period->node, "bitstreamSwitching"), &period);
        bool has_own = read_bool(text, &set);
        if (period && has_own && !set && at.representation_next == 1)
            dash_report(findings, RULE_D45, SPOT(at.mpd, at.set->node, "bitstreamSwitching"), text,
                        "true", "bitstreamSwitching is true in the Period and false here");
        if (has_own ? set : period)
            check_switching_inits(&at, findings);
    }
}

DASH_RUN(D56)
{
    static const char mimes[] = "video/mp4 audio/mp4 application/mp4 application/ttml+xml text/vtt "
                                "image/jpeg image/png";
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const xmlNode *node = at.representation->node;
        const char *mime = node_common(node, "mimeType", NULL);
        const char *codecs = node_common(node, "codecs", NULL);
        char word[100];
        if (!is_dashif(node_profiles(node)))
            continue;
        const char *rest = mime;
        if (mime && list_next(&rest, "; ", word, sizeof word) && !list_has(mimes, " ", word))
            dash_report(findings, RULE_D56, SPOT(at.mpd, node, "mimeType", at.track), mime, NULL,
                        "the mimeType %.80s is none that DASH-IF content has", mime);
        if (codecs && strchr(codecs, ',') && node_kind(node) != MEDIA_UNKNOWN)
            dash_report(findings, RULE_D56, SPOT(at.mpd, node, "codecs", at.track), codecs, NULL,
                        "codecs names several codecs; in DASH-IF content a Representation has one");
    }
}

#define DVB_PERIODS_MAX 64
#define DVB_EACH_MAX    16
#define DVB_BYTES_MAX   (256 * 1024)

DASH_RUN(D75)
{
    struct dash_cursor mpds = {evidence}, at = {evidence}, sets = {evidence};
    while (dash_next(&mpds, DEPTH_MPD)) {
        if (!strstr(node_profiles(mpds.mpd->root), "urn:dvb:dash:profile"))
            continue;
        if (mpds.mpd->text_bytes > DVB_BYTES_MAX)
            dash_report(findings, RULE_D75, SPOT(mpds.mpd, NULL), NULL, NULL,
                        "the MPD has %zu bytes; with a DVB profile it has at most %d",
                        mpds.mpd->text_bytes, DVB_BYTES_MAX);
        if (mpds.mpd->period_count > DVB_PERIODS_MAX)
            dash_report(findings, RULE_D75, SPOT(mpds.mpd, NULL), NULL, NULL,
                        "there are %zu Periods; with a DVB profile there are at most %d",
                        mpds.mpd->period_count, DVB_PERIODS_MAX);
    }
    while (dash_next(&at, DEPTH_PERIOD))
        if (at.period->set_count > DVB_EACH_MAX &&
            strstr(node_profiles(at.mpd->root), "urn:dvb:dash:profile"))
            dash_report(findings, RULE_D75, SPOT(at.mpd, at.period->node), NULL, NULL,
                        "there are %zu AdaptationSets; with a DVB profile there are at most %d",
                        at.period->set_count, DVB_EACH_MAX);
    while (dash_next(&sets, DEPTH_SET))
        if (sets.set->representation_count > DVB_EACH_MAX &&
            strstr(node_profiles(sets.mpd->root), "urn:dvb:dash:profile"))
            dash_report(findings, RULE_D75, SPOT(sets.mpd, sets.set->node), NULL, NULL,
                        "there are %zu Representations; with a DVB profile there are at most %d",
                        sets.set->representation_count, DVB_EACH_MAX);
}

static bool has_service_latency(const struct mpd *mpd)
{
    NODE_EACH(service, mpd->root, "ServiceDescription")
    {
        if (node_attr(node_child(service, "Latency"), "target"))
            return true;
    }
    return false;
}

DASH_RUN(D76)
{
    struct dash_cursor mpds = {evidence}, at = {evidence};
    while (dash_next(&mpds, DEPTH_MPD)) {
        if (!strstr(node_profiles(mpds.mpd->root), "low-latency") || !mpds.mpd->is_dynamic)
            continue;
        if (!has_service_latency(mpds.mpd))
            dash_report(findings, RULE_D76, SPOT(mpds.mpd, NULL), NULL, NULL,
                        "a low-latency service has no ServiceDescription with a Latency target");
    }
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        const char *offset = segments_attr(segments, "availabilityTimeOffset");
        bool is_complete = true;
        read_bool(segments_attr(segments, "availabilityTimeComplete"), &is_complete);
        if (!strstr(node_profiles(at.mpd->root), "low-latency") || !at.mpd->is_dynamic || !offset)
            continue;
        if (is_complete && strcmp(offset, "INF") != 0)
            dash_report(findings, RULE_D76,
                        SPOT(at.mpd, segments->node, "availabilityTimeComplete", at.track), NULL,
                        "false",
                        "segments are offered before they are complete, but "
                        "availabilityTimeComplete is not false");
        if (!node_child(at.set->node, "ProducerReferenceTime") &&
            !node_child(at.representation->node, "ProducerReferenceTime"))
            dash_report(findings, RULE_D76, SPOT(at.mpd, at.set->node), NULL, NULL,
                        "a low-latency AdaptationSet has no ProducerReferenceTime");
    }
}

DASH_RUN(D71)
{
    struct dash_cursor at = {evidence};
    const xmlNode *told = NULL;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct mpd_segments *segments = &at.representation->segments;
        const char *offset = segments_attr(segments, "availabilityTimeOffset");
        const char *complete = segments_attr(segments, "availabilityTimeComplete");
        bool is_complete = true, has_base_offset = false;
        if (segments->node == told || !segments->node)
            continue;
        told = segments->node;
        for (const xmlNode *node = at.representation->node; node && node->type == XML_ELEMENT_NODE;
             node = node->parent)
            has_base_offset =
                has_base_offset || node_attr(node_child(node, "BaseURL"), "availabilityTimeOffset");
        if (offset && *offset == '-')
            dash_report(findings, RULE_D71, SPOT(at.mpd, told, "availabilityTimeOffset"), offset,
                        NULL, "availabilityTimeOffset is negative");
        if (read_bool(complete, &is_complete) && !is_complete && !offset && !has_base_offset)
            dash_report(findings, RULE_D71, SPOT(at.mpd, told, "availabilityTimeComplete"),
                        complete, NULL,
                        "availabilityTimeComplete is false, but no availabilityTimeOffset offers "
                        "segments early");
    }
}

// Every element of the tree, whatever its namespace, in the order of the text.
static const xmlNode *element_after(const xmlNode *node)
{
    const xmlNode *next = xmlFirstElementChild((xmlNode *)(uintptr_t)node);
    while (!next && node && node->type == XML_ELEMENT_NODE) {
        next = xmlNextElementSibling((xmlNode *)(uintptr_t)node);
        node = node->parent;
    }
    return next;
}

#define RESOLVES_TO_ZERO "urn:mpeg:dash:resolve-to-zero:2013"

DASH_RUN(D38)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        for (const xmlNode *node = at.mpd->root; node; node = element_after(node)) {
            const char *href = node_attr_ns(node, "href", XLINK_NAMESPACE);
            if (href && strcmp(href, RESOLVES_TO_ZERO) != 0)
                dash_report(findings, RULE_D38, SPOT(at.mpd, node, "xlink:href"), href, NULL,
                            "this %s stands elsewhere (%.200s); XLink is not followed, so that it "
                            "was not judged",
                            (const char *)node->name, href);
        }
}

static bool names_the_mpd(const struct mpd *mpd, const struct evidence *evidence, const char *href)
{
    const char *uri = mpd->resource < evidence->resource_count
                          ? evidence->resources[mpd->resource].uri
                          : mpd->file;
    AUTO_FREE char *joined = reference_join(uri, href);
    size_t length = strcspn(joined, "#");
    return length == strcspn(uri, "#") && strncmp(joined, uri, length) == 0;
}

static void check_xlink(const struct dash_cursor *at, const xmlNode *node,
                        struct findings *findings)
{
    const char *href = node_attr_ns(node, "href", XLINK_NAMESPACE);
    const char *actuate = node_attr_ns(node, "actuate", XLINK_NAMESPACE);
    static const struct {
        const char *name, *words;
    } fixed[] = {{"actuate", "onLoad onRequest"}, {"type", "simple"}, {"show", "embed"}};
    if (href && names_the_mpd(at->mpd, at->evidence, href))
        dash_report(findings, RULE_D39, SPOT(at->mpd, node, "xlink:href"), href, NULL,
                    "this XLink leads to the MPD that it stands in");
    if (actuate && !href)
        dash_report(findings, RULE_D39, SPOT(at->mpd, node, "xlink:actuate"), actuate, NULL,
                    "there is an xlink:actuate and no xlink:href");
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
        const char *value = node_attr_ns(node, fixed[i].name, XLINK_NAMESPACE);
        if (value && !list_has(fixed[i].words, " ", value))
            dash_report(findings, RULE_D39, SPOT(at->mpd, node, NULL), value, fixed[i].words,
                        "xlink:%s is \"%.60s\"; it may be: %s", fixed[i].name, value,
                        fixed[i].words);
    }
}

DASH_RUN(D39)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        for (const xmlNode *node = at.mpd->root; node; node = element_after(node))
            check_xlink(&at, node, findings);
}
