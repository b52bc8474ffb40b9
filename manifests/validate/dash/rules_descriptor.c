// SPDX-License-Identifier: BSD-2-Clause
// Rules about descriptors and their values: roles, tiles, clocks, spatial relations,
// chaining, captions, service descriptions.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

static bool is_scheme(const xmlNode *node, const char *scheme)
{
    const char *uri = node_attr(node, "schemeIdUri");
    return uri && strcmp(uri, scheme) == 0;
}

// The next element of the MPD's namespace in the order of the text.
static const xmlNode *descriptor_after(const xmlNode *node)
{
    const xmlNode *next = node_child(node, NULL);
    while (!next && node && node->type == XML_ELEMENT_NODE) {
        next = node_next(node, NULL);
        node = node->parent;
    }
    return next;
}

#define EACH_NODE(node, mpd)                                                                       \
    for (const xmlNode *node = (mpd)->root; node; node = descriptor_after(node))

static const char roles[] =
    "caption subtitle main alternate supplementary commentary dub description sign metadata "
    "enhanced-audio-intelligibility emergency forced-subtitle forced_subtitle easyreader karaoke "
    "3rd-party";

DASH_RUN(D28)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_NODE(node, at.mpd)
        {
            const char *value = node_attr(node, "value");
            if (!node_is(node, "Role") || !is_scheme(node, SCHEME_ROLE))
                continue;
            if (!value || !list_has(roles, " ", value) || strchr(value, ' '))
                dash_report(findings, RULE_D28, SPOT(at.mpd, node, "value"), value, NULL,
                            "the role \"%.60s\" is none of " SCHEME_ROLE, value ? value : "");
        }
    struct dash_cursor sets = {evidence};
    while (dash_next(&sets, DEPTH_SET)) {
        unsigned mains = 0;
        NODE_EACH(role, sets.set->node, "Role")
        {
            const char *value = node_attr(role, "value");
            mains += is_scheme(role, SCHEME_ROLE) && value && strcmp(value, "main") == 0;
            if (mains == 2)
                dash_report(findings, RULE_D28, SPOT(sets.mpd, role, "value"), "main", NULL,
                            "this AdaptationSet has the role main twice");
        }
    }
}

// "5x4" or, with a duration per tile, "5x4" in newer editions too.
static bool read_tiles(const char *text, uint64_t *columns, uint64_t *rows)
{
    const char *x = text ? strchr(text, 'x') : NULL;
    if (!x || x == text || x - text > 9)
        return false;
    char first[16];
    snprintf(first, sizeof first, "%.*s", (int)(x - text), text);
    return read_unsigned(first, 1000000, columns) && read_unsigned(x + 1, 1000000, rows) &&
           *columns && *rows;
}

static void check_tiles(const struct dash_cursor *at, const xmlNode *property,
                        struct findings *findings)
{
    static const char *const names[] = {"width", "height", "bandwidth"};
    const xmlNode *node = at->representation->node;
    const char *value = node_attr(property, "value");
    uint64_t columns, rows, width, height;
    if (!read_tiles(value, &columns, &rows)) {
        dash_report(findings, RULE_D33, SPOT(at->mpd, property, "value", at->track), value, NULL,
                    "thumbnail_tile is \"%.40s\"; it should be columns and rows, as 10x4",
                    value ? value : "");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!node_common(node, names[i], NULL))
            dash_report(findings, RULE_D33, SPOT(at->mpd, node, names[i], at->track), NULL, NULL,
                        "a Representation of thumbnails states no %s", names[i]);
    if (read_unsigned(node_common(node, "width", NULL), UINT32_MAX, &width) &&
        read_unsigned(node_common(node, "height", NULL), UINT32_MAX, &height) &&
        (width % columns || height % rows))
        dash_report(findings, RULE_D33, SPOT(at->mpd, property, "value", at->track), value, NULL,
                    "an image of %llux%llu does not divide into %.40s tiles",
                    (unsigned long long)width, (unsigned long long)height, value);
    if (node_kind(node) != MEDIA_IMAGE)
        dash_report(findings, RULE_D33, SPOT(at->mpd, node, "mimeType", at->track),
                    node_common(node, "mimeType", NULL), NULL,
                    "a Representation of thumbnails has no image for its mimeType");
}

DASH_RUN(D33)
{
    static const char *const names[] = {"EssentialProperty", "SupplementalProperty"};
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION))
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            NODE_EACH(node, at.representation->node, names[i])
            {
                if (is_scheme(node, SCHEME_TILES))
                    check_tiles(&at, node, findings);
            }
            NODE_EACH(node, at.set->node, names[i])
            {
                if (is_scheme(node, SCHEME_TILES))
                    check_tiles(&at, node, findings);
            }
        }
}

static const char clocks[] =
    "urn:mpeg:dash:utc:ntp:2014 urn:mpeg:dash:utc:sntp:2014 urn:mpeg:dash:utc:http-head:2014 "
    "urn:mpeg:dash:utc:http-xsdate:2014 urn:mpeg:dash:utc:http-iso:2014 "
    "urn:mpeg:dash:utc:http-ntp:2014 urn:mpeg:dash:utc:direct:2014 "
    "urn:mpeg:dash:utc:ntp:2012 urn:mpeg:dash:utc:sntp:2012 urn:mpeg:dash:utc:http-head:2012 "
    "urn:mpeg:dash:utc:http-xsdate:2012 urn:mpeg:dash:utc:http-iso:2012 "
    "urn:mpeg:dash:utc:http-ntp:2012 urn:mpeg:dash:utc:direct:2012";

DASH_RUN(D49)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_NODE(node, at.mpd)
        {
            const char *uri = node_attr(node, "schemeIdUri");
            const char *value = node_attr(node, "value");
            struct rational date;
            if (!node_is(node, "UTCTiming") || !uri)
                continue;
            if (!list_has(clocks, " ", uri))
                dash_report(findings, RULE_D49, SPOT(at.mpd, node, "schemeIdUri"), uri, NULL,
                            "UTCTiming has the scheme %.100s, which is not known", uri);
            else if (!value || !*value)
                dash_report(findings, RULE_D49, SPOT(at.mpd, node, "value"), NULL, NULL,
                            "UTCTiming names no server and no time");
            else if (strstr(uri, ":direct:") && !read_date(value, &date))
                dash_report(findings, RULE_D49, SPOT(at.mpd, node, "value"), value, NULL,
                            "UTCTiming states \"%.60s\", which is no date", value);
        }
}

#define FRAME_PACKING_AVC   "urn:mpeg:dash:14496:10:frame_packing_arrangement_type:2011"
#define FRAME_PACKING_MPEG2 "urn:mpeg:dash:13818:1:stereo_video_format_type:2011"
#define FRAME_PACKING_CICP  "urn:mpeg:mpegB:cicp:VideoFramePackingType"

static const char *frame_packing_fault(const xmlNode *node)
{
    uint64_t value;
    bool is_known = is_scheme(node, FRAME_PACKING_AVC) || is_scheme(node, FRAME_PACKING_MPEG2) ||
                    is_scheme(node, FRAME_PACKING_CICP);
    if (!is_known)
        return "the scheme of FramePacking is not known";
    return read_unsigned(node_attr(node, "value"), is_scheme(node, FRAME_PACKING_MPEG2) ? 255 : 6,
                         &value)
               ? NULL
               : "the value of FramePacking is none of its scheme";
}

static bool is_hex(const char *text, size_t least, size_t most)
{
    size_t length = text ? strspn(text, "0123456789ABCDEFabcdef") : 0;
    return text && text[length] == '\0' && length >= least && length <= most;
}

static const char *channel_fault(const xmlNode *node)
{
    const char *value = node_attr(node, "value");
    uint64_t number;
    if (is_scheme(node, "urn:mpeg:dash:23003:3:audio_channel_configuration:2011") ||
        is_scheme(node, "urn:mpeg:mpegB:cicp:ChannelConfiguration"))
        return read_unsigned(value, 63, &number) ? NULL
                                                 : "the channel configuration is no number of "
                                                   "ISO/IEC 23091-3";
    if (is_scheme(node, "tag:dolby.com,2014:dash:audio_channel_configuration:2011") ||
        is_scheme(node, "urn:dolby:dash:audio_channel_configuration:2011"))
        return is_hex(value, 4, 6) ? NULL : "the channel configuration is not 4 to 6 hex digits";
    return NULL;
}

DASH_RUN(D52)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_NODE(node, at.mpd)
        {
            const char *fault = NULL;
            const char *value = node_attr(node, "value");
            if (node_is(node, "FramePacking"))
                fault = frame_packing_fault(node);
            else if (node_is(node, "AudioChannelConfiguration"))
                fault = channel_fault(node);
            else if (node_is(node, "Role") && is_scheme(node, "urn:mpeg:dash:stereoid:2011") &&
                     !(value && (*value == 'l' || *value == 'r')))
                fault = "the value of a stereoid role begins with neither l nor r";
            if (fault)
                dash_report(findings, RULE_D52, SPOT(at.mpd, node, "value"), value, NULL, "%s",
                            fault);
        }
}

#define SRD_VALUES_MAX 9

// ISO/IEC 23009-1 annex H: source_id, x, y, w, h, then W, H, then spatial_set_id.
static const char *spatial_fault(const xmlNode *node)
{
    const char *value = node_attr(node, "value");
    uint64_t numbers[SRD_VALUES_MAX] = {0};
    char word[32];
    size_t count = 0;
    if (!node_is(node->parent, "AdaptationSet") && !node_is(node->parent, "SubRepresentation") &&
        !node_is(node->parent, "EmptyAdaptationSet") && !node_is(node->parent, "Preselection"))
        return "a spatial relationship stands outside AdaptationSet and SubRepresentation";
    if (!value)
        return "a spatial relationship has no value";
    while (count < SRD_VALUES_MAX && list_next(&value, ", ", word, sizeof word))
        if (!read_unsigned(word, UINT32_MAX, &numbers[count++]))
            return "the value of a spatial relationship is no list of unsigned integers";
    if (count < 5)
        return "a spatial relationship lacks some of source_id, x, y, w and h";
    if (count == 6)
        return "a spatial relationship has a total width and no total height";
    if (count >= 7 &&
        (numbers[1] + numbers[3] > numbers[5] || numbers[2] + numbers[4] > numbers[6]))
        return "a spatial relationship reaches beyond its total width or height";
    return NULL;
}

static bool is_property(const xmlNode *node)
{
    return node_is(node, "EssentialProperty") || node_is(node, "SupplementalProperty");
}

DASH_RUN(D53)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_NODE(node, at.mpd)
        {
            const char *fault = is_property(node) && is_scheme(node, "urn:mpeg:dash:srd:2014")
                                    ? spatial_fault(node)
                                    : NULL;
            if (fault)
                dash_report(findings, RULE_D53, SPOT(at.mpd, node, "value"),
                            node_attr(node, "value"), NULL, "%s", fault);
        }
}

DASH_RUN(D54)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_NODE(node, at.mpd)
        {
            const char *value = node_attr(node, "value");
            bool is_chain = is_scheme(node, "urn:mpeg:dash:chaining:2016");
            bool is_fallback = is_scheme(node, "urn:mpeg:dash:fallback:2016");
            if (!is_property(node) || (!is_chain && !is_fallback))
                continue;
            if (!value || !value[strspn(value, " ,")])
                dash_report(findings, RULE_D54, SPOT(at.mpd, node, "value"), value, NULL,
                            "%s names no other MPD", is_chain ? "chaining" : "the fallback");
            if (is_fallback &&
                (!node_is(node, "SupplementalProperty") || !node_is(node->parent, "MPD")))
                dash_report(findings, RULE_D54, SPOT(at.mpd, node), NULL, NULL,
                            "a fallback is no SupplementalProperty of the MPD element");
        }
}

static bool is_between(const xmlNode *node, const char *low, const char *high)
{
    struct rational a, b;
    return !read_decimal(node_attr(node, low), &a) || !read_decimal(node_attr(node, high), &b) ||
           rational_cmp(a, b) <= 0;
}

DASH_RUN(D64)
{
    static const char *const names[] = {"Latency", "PlaybackRate", "OperatingQuality",
                                        "OperatingBandwidth"};
    static const char *const pairs[][2] = {{"min", "max"}, {"min", "target"}, {"target", "max"}};
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_NODE(node, at.mpd)
        {
            bool is_service = false;
            for (size_t i = 0; i < ARRAY_LEN(names); i++)
                is_service = is_service || node_is(node, names[i]);
            for (size_t i = 0; is_service && i < ARRAY_LEN(pairs); i++)
                if (!is_between(node, pairs[i][0], pairs[i][1]))
                    dash_report(findings, RULE_D64, SPOT(at.mpd, node, pairs[i][0]),
                                node_attr(node, pairs[i][0]), node_attr(node, pairs[i][1]),
                                "%s@%s is above its %s", (const char *)node->name, pairs[i][0],
                                pairs[i][1]);
        }
}

// "CC1=eng;CC3=swe", "eng;deu" or nothing (SCTE 214-1 7.2; DASH-IF IOP 6.4.3.3).
static const char *caption_fault(const char *value, bool is_708)
{
    char word[64];
    if (!value)
        return NULL;
    while (list_next(&value, ";", word, sizeof word)) {
        const char *equal = strchr(word, '=');
        char *name = word;
        if (equal) {
            uint64_t number;
            const char *digits = is_708 ? word : word + 2;
            char *cut = word + (equal - word);
            *cut = '\0';
            if ((!is_708 && strncmp(word, "CC", 2) != 0) ||
                !read_unsigned(digits, is_708 ? 63 : 4, &number) || !number)
                return "a closed caption service has no such number";
            name = cut + 1;
        }
        name += has_prefix(name, "lang:") ? 5 : 0;
        name[strcspn(name, ",")] = '\0'; // 708: further properties
        if (!read_language(name))
            return "a closed caption service has no language tag";
    }
    return NULL;
}

DASH_RUN(D74)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_NODE(node, at.mpd)
        {
            bool is_608 = is_scheme(node, "urn:scte:dash:cc:cea-608:2015");
            bool is_708 = is_scheme(node, "urn:scte:dash:cc:cea-708:2015");
            const char *value = node_attr(node, "value");
            const char *fault = node_is(node, "Accessibility") && (is_608 || is_708)
                                    ? caption_fault(value, is_708)
                                    : NULL;
            if (fault)
                dash_report(findings, RULE_D74, SPOT(at.mpd, node, "value"), value, NULL, "%s",
                            fault);
        }
}
