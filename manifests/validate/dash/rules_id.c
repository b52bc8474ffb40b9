// SPDX-License-Identifier: BSD-2-Clause
// Rules about identifiers: unique in their scope, and references that lead somewhere.
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

struct named {
    const char *id;
    const xmlNode *node;
};

struct names {
    struct named *items;
    size_t count;
};

static void names_done(struct names *names)
{
    MEM_FREE(names->items);
}

static void names_add(struct names *names, const xmlNode *node, const char *attribute)
{
    const char *id = node_attr(node, attribute);
    if (!id || !*id)
        return;
    if ((names->count & (names->count - 1)) == 0)
        names->items =
            mem_realloc(names->items, names->count ? names->count * 2 : 1, sizeof *names->items);
    names->items[names->count++] = (struct named){id, node};
}

static int compare(const void *a, const void *b)
{
    const struct named *one = a, *other = b;
    int order = strcmp(one->id, other->id);
    return order ? order
                 : (node_line(one->node) > node_line(other->node)) -
                       (node_line(one->node) < node_line(other->node));
}

static void names_sort(struct names *names)
{
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, compare);
}

static bool names_have(const struct names *names, const char *id)
{
    size_t low = 0, high = names->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(names->items[middle].id, id);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

// 5.3.5.2: Representations of one Period may share an id when they are the same in all
// that counts; examples of the standard do so.
static bool is_same_representation(const xmlNode *a, const xmlNode *b)
{
    static const char *const names[] = {"bandwidth", "codecs", "width",    "height",
                                        "mimeType",  "sar",    "frameRate"};
    if (!node_is(a, "Representation") || !node_is(b, "Representation") || a->parent == b->parent)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *one = node_common(a, names[i], NULL), *other = node_common(b, names[i], NULL);
        if (!one != !other || (one && strcmp(one, other) != 0))
            return false;
    }
    return true;
}

// Sorts and reports what is there twice.
static void report_twice(const struct mpd *mpd, struct names *names, const char *scope,
                         struct findings *findings)
{
    names_sort(names);
    for (size_t i = 1; i < names->count; i++) {
        const struct named *item = &names->items[i];
        if (strcmp(item->id, item[-1].id) == 0 &&
            !is_same_representation(item->node, item[-1].node))
            dash_report(findings, RULE_D7, SPOT(mpd, item->node, "id"), item->id, NULL,
                        "the id %.80s of this %s is used by another one of the same %s", item->id,
                        (const char *)item->node->name, scope);
    }
}

static void check_children(const struct mpd *mpd, const xmlNode *parent, const char *name,
                           struct findings *findings)
{
    AUTO(names_done) struct names names = {0};
    NODE_EACH(child, parent, name)
    {
        names_add(&names, child, "id");
    }
    report_twice(mpd, &names, (const char *)parent->name, findings);
}

static void list_representations(const struct mpd_period *period, struct names *names)
{
    for (size_t i = 0; i < period->set_count; i++)
        for (size_t j = 0; j < period->sets[i].representation_count; j++)
            names_add(names, period->sets[i].representations[j].node, "id");
}

DASH_RUN(D7)
{
    struct dash_cursor mpds = {evidence}, at = {evidence}, sets = {evidence};
    while (dash_next(&mpds, DEPTH_MPD)) {
        check_children(mpds.mpd, mpds.mpd->root, "Period", findings);
        check_children(mpds.mpd, mpds.mpd->root, "ServiceDescription", findings);
        check_children(mpds.mpd, mpds.mpd->root, "InitializationSet", findings);
    }
    while (dash_next(&at, DEPTH_PERIOD)) {
        AUTO(names_done) struct names names = {0};
        list_representations(at.period, &names);
        report_twice(at.mpd, &names, "Period", findings);
        check_children(at.mpd, at.period->node, "AdaptationSet", findings);
        check_children(at.mpd, at.period->node, "Subset", findings);
        check_children(at.mpd, at.period->node, "Preselection", findings);
    }
    while (dash_next(&sets, DEPTH_SET)) {
        check_children(sets.mpd, sets.set->node, "ContentComponent", findings);
        check_children(sets.mpd, sets.set->node, "ProducerReferenceTime", findings);
    }
}

struct reference {
    const struct mpd *mpd;
    const xmlNode *node;
    const char *attribute;
    const char *what; // "Representation"
};

// Each word of the attribute must be one of the names.
static void check_words(const struct reference *reference, const struct names *names,
                        struct findings *findings)
{
    const char *text = node_attr(reference->node, reference->attribute);
    const char *at = text;
    char word[200];
    while (text && list_next(&at, " \t\r\n", word, sizeof word))
        if (!names_have(names, word))
            dash_report(findings, RULE_D46,
                        SPOT(reference->mpd, reference->node, reference->attribute), word, NULL,
                        "%s names the %s %s, which is not there", reference->attribute,
                        reference->what, word);
}

static void check_period_references(const struct dash_cursor *at, struct findings *findings)
{
    static const char *const own[] = {"dependencyId", "associationId"};
    AUTO(names_done) struct names representations = {0};
    AUTO(names_done) struct names sets = {0};
    AUTO(names_done) struct names inits = {0};
    AUTO(names_done) struct names parts = {0}; // that a Preselection may name
    list_representations(at->period, &representations);
    for (size_t i = 0; i < at->period->set_count; i++) {
        names_add(&sets, at->period->sets[i].node, "id");
        names_add(&parts, at->period->sets[i].node, "id");
        NODE_EACH(child, at->period->sets[i].node, "ContentComponent")
        {
            names_add(&parts, child, "id");
        }
    }
    NODE_EACH(child, at->mpd->root, "InitializationSet")
    {
        names_add(&inits, child, "id");
    }
    names_sort(&representations);
    names_sort(&sets);
    names_sort(&inits);
    names_sort(&parts);
    for (size_t i = 0; i < at->period->set_count; i++) {
        const struct mpd_set *set = &at->period->sets[i];
        struct reference init = {at->mpd, set->node, "initializationSetRef", "InitializationSet"};
        check_words(&init, &inits, findings);
        for (size_t j = 0; j < set->representation_count; j++)
            for (size_t k = 0; k < ARRAY_LEN(own); k++) {
                struct reference one = {at->mpd, set->representations[j].node, own[k],
                                        "Representation"};
                check_words(&one, &representations, findings);
            }
    }
    NODE_EACH(subset, at->period->node, "Subset")
    {
        struct reference one = {at->mpd, subset, "contains", "AdaptationSet"};
        check_words(&one, &sets, findings);
    }
    NODE_EACH(preselection, at->period->node, "Preselection")
    {
        struct reference one = {at->mpd, preselection, "preselectionComponents",
                                "AdaptationSet or ContentComponent"};
        check_words(&one, &parts, findings);
    }
}

// ContentProtection@ref names a refId anywhere above it or in another set.
static void check_protection_references(const struct mpd *mpd, struct findings *findings)
{
    AUTO(names_done) struct names ids = {0};
    AUTO(names_done) struct names uses = {0};
    const xmlNode *node = mpd->root;
    while (node) {
        if (node_is(node, "ContentProtection")) {
            names_add(&ids, node, "refId");
            names_add(&uses, node, "ref");
        }
        const xmlNode *next = node_child(node, NULL);
        while (!next && node && node->type == XML_ELEMENT_NODE) {
            next = node_next(node, NULL);
            node = node->parent;
        }
        node = next;
    }
    names_sort(&ids);
    for (size_t i = 0; i < uses.count; i++) {
        struct reference one = {mpd, uses.items[i].node, "ref", "ContentProtection"};
        check_words(&one, &ids, findings);
    }
}

DASH_RUN(D46)
{
    struct dash_cursor at = {evidence}, mpds = {evidence};
    while (dash_next(&at, DEPTH_PERIOD))
        check_period_references(&at, findings);
    while (dash_next(&mpds, DEPTH_MPD))
        check_protection_references(mpds.mpd, findings);
}

static bool period_has_set(const struct mpd_period *period, const char *id)
{
    for (size_t i = 0; i < period->set_count; i++) {
        const char *own = node_attr(period->sets[i].node, "id");
        if (own && strcmp(own, id) == 0)
            return true;
    }
    return false;
}

// The words of every property of this scheme below the set must be ids of sets.
static void check_property(const struct dash_cursor *at, enum rule_id rule, const char *scheme,
                           struct findings *findings)
{
    static const char *const names[] = {"EssentialProperty", "SupplementalProperty"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        NODE_EACH(node, at->set->node, names[i])
        {
            const char *uri = node_attr(node, "schemeIdUri");
            const char *value = node_attr(node, "value");
            const char *word_at = value;
            char word[64];
            bool has_word = false;
            if (!uri || strcmp(uri, scheme) != 0)
                continue;
            while (list_next(&word_at, ", \t\r\n", word, sizeof word)) {
                const char *own = node_attr(at->set->node, "id");
                has_word = true;
                if (rule == RULE_D32 && own && strcmp(own, word) == 0)
                    dash_report(findings, rule, SPOT(at->mpd, node, "value"), word, NULL,
                                "the trick mode property names its own AdaptationSet");
                if (!period_has_set(at->period, word))
                    dash_report(findings, rule, SPOT(at->mpd, node, "value"), word, NULL,
                                "%s names the AdaptationSet %s, which this Period has not",
                                rule == RULE_D32 ? "the trick mode property" : "the property",
                                word);
            }
            if (!has_word)
                dash_report(findings, rule, SPOT(at->mpd, node, "value"), value, NULL,
                            "%s names no AdaptationSet",
                            rule == RULE_D32 ? "the trick mode property" : "the property");
        }
}

DASH_RUN(D32)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_SET))
        check_property(&at, RULE_D32, SCHEME_TRICKMODE, findings);
}

DASH_RUN(D69)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_SET))
        check_property(&at, RULE_D69, SCHEME_SWITCHING, findings);
}
