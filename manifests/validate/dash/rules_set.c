// SPDX-License-Identifier: BSD-2-Clause
// Rules about AdaptationSets and their Representations as they are written: what must be
// there, what must agree within a set.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

DASH_RUN(D8)
{
    struct dash_cursor at = {evidence}, sets = {evidence};
    while (dash_next(&at, DEPTH_PERIOD)) {
        bool has_link = node_attr_ns(at.period->node, "href", XLINK_NAMESPACE) != NULL;
        bool is_empty = at.period->has_duration && at.period->duration.num == 0;
        if (!at.period->set_count && !has_link && !is_empty &&
            !node_child(at.period->node, "EmptyAdaptationSet"))
            dash_report(findings, RULE_D8, SPOT(at.mpd, at.period->node), NULL, NULL,
                        "this Period has no AdaptationSet");
    }
    while (dash_next(&sets, DEPTH_SET))
        if (!sets.set->representation_count &&
            !node_attr_ns(sets.set->node, "href", XLINK_NAMESPACE))
            dash_report(findings, RULE_D8, SPOT(sets.mpd, sets.set->node), NULL, NULL,
                        "this AdaptationSet has no Representation");
}

DASH_RUN(D19)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const xmlNode *node = at.representation->node;
        const char *mime = node_common(node, "mimeType", NULL);
        if (!mime)
            dash_report(findings, RULE_D19, SPOT(at.mpd, node, "mimeType", at.track), NULL, NULL,
                        "neither this Representation nor its AdaptationSet states a mimeType");
        else if (!strchr(mime, '/'))
            dash_report(findings, RULE_D19, SPOT(at.mpd, node, "mimeType", at.track), mime, NULL,
                        "mimeType is \"%.60s\", which has no subtype", mime);
        bool needs_codecs = has_prefix(mime, "video/") || has_prefix(mime, "audio/") ||
                            has_prefix(mime, "application/mp4");
        if (needs_codecs && !node_common(node, "codecs", NULL))
            dash_report(findings, RULE_D19, SPOT(at.mpd, node, "codecs", at.track), NULL, NULL,
                        "neither this Representation nor its AdaptationSet states its codecs");
    }
}

// D21 and D41 on attributes that both levels may have.
static const struct {
    const char *name;
    bool may_differ; // the set's is a bound or a default, or refined below
} common[] = {
    {"mimeType", false},        {"width", false},
    {"height", false},          {"sar", false},
    {"frameRate", false},       {"audioSamplingRate", false},
    {"scanType", false},        {"codingDependency", false},
    {"codecs", true},           {"startWithSAP", true},
    {"maximumSAPPeriod", true}, {"maxPlayoutRate", true},
    {"profiles", true},         {"segmentProfiles", true},
};

static bool is_same_value(const char *name, const char *a, const char *b)
{
    struct rational one, other;
    if (strcmp(a, b) == 0)
        return true;
    return strcmp(name, "frameRate") == 0 && read_frame_rate(a, &one) &&
           read_frame_rate(b, &other) && rational_cmp(one, other) == 0;
}

static void check_both_levels(const struct dash_cursor *at, enum rule_id rule,
                              struct findings *findings)
{
    for (size_t i = 0; i < ARRAY_LEN(common); i++) {
        const char *name = common[i].name;
        const char *upper = node_attr(at->set->node, name);
        const char *own = node_attr(at->representation->node, name);
        if (!upper || !own || strchr(upper, ' ')) // two rates are a range
            continue;
        bool is_same = is_same_value(name, upper, own);
        const struct spot *spot = SPOT(at->mpd, at->representation->node, name, at->track);
        if (rule == RULE_D21 && !is_same && !common[i].may_differ)
            dash_report(findings, rule, spot, own, upper,
                        "%s is %.60s here and %.60s in the AdaptationSet", name, own, upper);
        if (rule == RULE_D41 && is_same)
            dash_report(findings, rule, spot, own, upper,
                        "%s stands here and in the AdaptationSet, which is enough", name);
    }
}

static void check_kinds(const struct dash_cursor *at, struct findings *findings)
{
    const struct evidence *evidence = at->evidence;
    const struct mpd_representation *first = &at->set->representations[0];
    const struct track *first_track = representation_track(evidence, first);
    enum media_kind stated = node_kind(first->node), own = node_kind(at->representation->node);
    enum media_kind there = track_kind(evidence, first_track),
                    real = track_kind(evidence, at->track);
    const struct spot *spot = SPOT(at->mpd, at->representation->node, NULL, at->track);
    if (stated != MEDIA_UNKNOWN && own != MEDIA_UNKNOWN && stated != own)
        dash_report(findings, RULE_D21, spot, media_kind_name(own), media_kind_name(stated),
                    "this Representation is %s, the first of its AdaptationSet %s",
                    media_kind_name(own), media_kind_name(stated));
    else if (there != MEDIA_UNKNOWN && real != MEDIA_UNKNOWN && there != real)
        dash_report(findings, RULE_D21, spot, NULL, media_kind_name(real),
                    "this Representation holds %s, the first of its AdaptationSet %s",
                    media_kind_name(real), media_kind_name(there));
}

static bool is_language(const char *text)
{
    return *text && strcmp(text, "und") != 0;
}

static void check_languages(const struct dash_cursor *at, struct findings *findings)
{
    const struct track *first_track =
        representation_track(at->evidence, &at->set->representations[0]);
    const struct init_facts *first = track_first_init(at->evidence, first_track);
    const struct init_facts *own = track_first_init(at->evidence, at->track);
    if (first && own && is_language(first->language) && is_language(own->language) &&
        strcmp(first->language, own->language) != 0)
        dash_report(findings, RULE_D21, SPOT(at->mpd, at->representation->node, NULL, at->track),
                    NULL, own->language,
                    "the media of this Representation is in %s, that of the first of its "
                    "AdaptationSet in %s",
                    own->language, first->language);
}

DASH_RUN(D21)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        check_both_levels(&at, RULE_D21, findings);
        check_kinds(&at, findings);
        check_languages(&at, findings);
    }
}

DASH_RUN(D41)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION))
        check_both_levels(&at, RULE_D41, findings);
}

struct wish { // D24: where the attribute may stand
    const char *name;
    enum media_kind kind;
    bool in_set, in_representation;
};

static const struct wish wishes[] = {
    {"par", MEDIA_VIDEO, true, false},
    {"width", MEDIA_VIDEO, true, true},
    {"height", MEDIA_VIDEO, true, true},
    {"sar", MEDIA_VIDEO, true, true},
    {"frameRate", MEDIA_VIDEO, true, true},
    {"lang", MEDIA_AUDIO, true, false},
    {"audioSamplingRate", MEDIA_AUDIO, true, true},
};

static void wish_for(const struct dash_cursor *at, const struct wish *wish,
                     struct findings *findings)
{
    if (wish->in_set && node_attr(at->set->node, wish->name))
        return;
    size_t lacking = 0;
    for (size_t i = 0; wish->in_representation && i < at->set->representation_count; i++)
        lacking += !node_attr(at->set->representations[i].node, wish->name);
    if (wish->in_representation && !lacking)
        return;
    dash_report(findings, RULE_D24, SPOT(at->mpd, at->set->node, wish->name), NULL, NULL,
                wish->in_representation
                    ? "this %s AdaptationSet states no %s, nor do all of its Representations"
                    : "this %s AdaptationSet states no %s",
                media_kind_name(wish->kind), wish->name);
}

static bool all_have_child(const struct mpd_set *set, const char *name)
{
    if (node_child(set->node, name))
        return true;
    for (size_t i = 0; i < set->representation_count; i++)
        if (!node_child(set->representations[i].node, name))
            return false;
    return set->representation_count > 0;
}

DASH_RUN(D24)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_SET)) {
        enum media_kind kind = node_kind(at.set->node);
        if (at.set->is_trick || !at.set->representation_count)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(wishes); i++)
            if (wishes[i].kind == kind)
                wish_for(&at, &wishes[i], findings);
        if (kind == MEDIA_AUDIO && !all_have_child(at.set, "AudioChannelConfiguration"))
            dash_report(findings, RULE_D24, SPOT(at.mpd, at.set->node), NULL, NULL,
                        "this audio AdaptationSet states no AudioChannelConfiguration, nor do "
                        "all of its Representations");
    }
}

static const struct {
    const char *name, *least, *most;
    bool is_rate;
    enum rule_id rule; // that the value lies between
} bounds[] = {
    {"width", "minWidth", "maxWidth", false, RULE_D22},
    {"height", "minHeight", "maxHeight", false, RULE_D22},
    {"frameRate", "minFrameRate", "maxFrameRate", true, RULE_D22},
    {"bandwidth", "minBandwidth", "maxBandwidth", false, RULE_D42},
};

static bool bound_value(const char *text, bool is_rate, struct rational *ret)
{
    uint64_t value;
    if (is_rate)
        return read_frame_rate(text, ret);
    if (!read_unsigned(text, UINT32_MAX, &value))
        return false;
    *ret = (struct rational){(int64_t)value, 1};
    return true;
}

void dash_check_bounds(const struct dash_cursor *at, enum rule_id rule, struct findings *findings)
{
    for (size_t i = 0; i < ARRAY_LEN(bounds) * 2; i++) {
        bool is_most = i % 2;
        const char *name = bounds[i / 2].name;
        const char *bound_name = is_most ? bounds[i / 2].most : bounds[i / 2].least;
        const char *text = node_common(at->representation->node, name, NULL);
        const char *bound = node_attr(at->set->node, bound_name);
        struct rational value, limit;
        if (bounds[i / 2].rule != rule || !bound_value(text, bounds[i / 2].is_rate, &value) ||
            !bound_value(bound, bounds[i / 2].is_rate, &limit))
            continue;
        int order = rational_cmp(value, limit);
        if (is_most ? order > 0 : order < 0)
            dash_report(findings, rule, SPOT(at->mpd, at->representation->node, name, at->track),
                        text, bound, "%s is %.40s, but %s of the AdaptationSet is %.40s", name,
                        text, bound_name, bound);
    }
}

DASH_RUN(D42)
{
    struct dash_cursor sets = {evidence}, at = {evidence};
    while (dash_next(&sets, DEPTH_SET))
        for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
            const char *least = node_attr(sets.set->node, bounds[i].least);
            const char *most = node_attr(sets.set->node, bounds[i].most);
            struct rational low, high;
            if (bound_value(least, bounds[i].is_rate, &low) &&
                bound_value(most, bounds[i].is_rate, &high) && rational_cmp(low, high) > 0)
                dash_report(findings, RULE_D42, SPOT(sets.mpd, sets.set->node, bounds[i].least),
                            least, most, "%s is above %s", bounds[i].least, bounds[i].most);
        }
    while (dash_next(&at, DEPTH_REPRESENTATION))
        dash_check_bounds(&at, RULE_D42, findings);
}

DASH_RUN(D43)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const xmlNode *node = at.representation->node;
        uint64_t width, height;
        struct rational par, sar = {1, 1};
        const char *text = node_attr(at.set->node, "par");
        if (!read_ratio(text, &par) || par.num == 0 ||
            !read_unsigned(node_common(node, "width", NULL), UINT32_MAX, &width) ||
            !read_unsigned(node_common(node, "height", NULL), UINT32_MAX, &height) || !width ||
            !height || at.set->is_trick)
            continue;
        const char *sar_text = node_common(node, "sar", NULL);
        if (sar_text && (!read_ratio(sar_text, &sar) || sar.num == 0))
            continue;
        struct rational real = rational_mul(sar, rational_make((int64_t)width, (int64_t)height));
        // Sides are rounded to even numbers: two pixels each way.
        struct rational slack = rational_mul(real, rational_add(rational_make(2, (int64_t)width),
                                                                rational_make(2, (int64_t)height)));
        if (rational_cmp(dash_abs(rational_sub(real, par)), slack) <= 0)
            continue;
        AUTO_FREE char *measured = mem_printf("%.3f:1", rational_to_double(real));
        dash_report(findings, RULE_D43, SPOT(at.mpd, node, "width", at.track), text, measured,
                    "par of the AdaptationSet is %.40s, but width, height and sar give %s", text,
                    measured);
    }
}

static bool set_has_role(const xmlNode *set, const char *value)
{
    NODE_EACH(role, set, "Role")
    {
        const char *scheme = node_attr(role, "schemeIdUri");
        const char *own = node_attr(role, "value");
        if (scheme && own && strcmp(scheme, SCHEME_ROLE) == 0 && strcmp(own, value) == 0)
            return true;
    }
    return false;
}

static void check_mains(const struct dash_cursor *at, enum media_kind kind,
                        struct findings *findings)
{
    size_t sets = 0, mains = 0, with_role = 0;
    for (size_t i = 0; i < at->period->set_count; i++) {
        const xmlNode *set = at->period->sets[i].node;
        if (node_kind(set) != kind || at->period->sets[i].is_trick)
            continue;
        sets++;
        mains += set_has_role(set, "main");
        with_role += node_child(set, "Role") != NULL;
    }
    // Audio is often told apart by language alone.
    if (sets > 1 && mains == 0 && (kind == MEDIA_VIDEO || with_role))
        dash_report(findings, RULE_D65, SPOT(at->mpd, at->period->node), NULL, NULL,
                    "there are %zu %s AdaptationSets, and none has the role main", sets,
                    media_kind_name(kind));
}

DASH_RUN(D65)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_PERIOD)) {
        check_mains(&at, MEDIA_VIDEO, findings);
        check_mains(&at, MEDIA_AUDIO, findings);
    }
}

static void check_component(const struct dash_cursor *at, const xmlNode *component,
                            struct findings *findings)
{
    static const char *const names[] = {"lang", "contentType", "par"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (node_attr(component, names[i]) && node_attr(at->set->node, names[i]))
            dash_report(findings, RULE_D70, SPOT(at->mpd, component, names[i]),
                        node_attr(component, names[i]), node_attr(at->set->node, names[i]),
                        "%s stands both in the AdaptationSet and in its ContentComponent",
                        names[i]);
}

DASH_RUN(D70)
{
    struct dash_cursor sets = {evidence}, at = {evidence};
    while (dash_next(&sets, DEPTH_SET))
        NODE_EACH(component, sets.set->node, "ContentComponent")
        {
            check_component(&sets, component, findings);
        }
    while (dash_next(&at, DEPTH_REPRESENTATION))
        NODE_EACH(sub, at.representation->node, "SubRepresentation")
        {
            if (node_attr(sub, "level") && !node_attr(sub, "bandwidth"))
                dash_report(findings, RULE_D70, SPOT(at.mpd, sub, "bandwidth", at.track), NULL,
                            NULL, "this SubRepresentation has a level and no bandwidth");
        }
}
