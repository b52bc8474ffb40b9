// SPDX-License-Identifier: BSD-2-Clause
// Rules D1 and D37: the tree against the tables of structure_table.c. What stands in a foreign
// namespace passes, as the schema lets it.
#include <string.h>

#include "manifests/validate/dash/structure_private.h"
#include "src/base/mem.h"

#define CHILDREN_MAX 32 // of all parts of any row

struct check {
    const struct mpd *mpd;
    struct findings *findings;
};

static const struct attribute_row *attribute_of(const struct element_row *element, const char *name)
{
    for (size_t i = 0; i < STRUCTURE_PARTS_MAX && element->parts[i]; i++)
        for (size_t j = 0; j < element->parts[i]->attribute_count; j++)
            if (strcmp(element->parts[i]->attributes[j].name, name) == 0)
                return &element->parts[i]->attributes[j];
    return NULL;
}

// The attribute that was perhaps meant: the same but for upper and lower case.
static const char *near_attribute(const struct element_row *element, const char *name)
{
    for (size_t i = 0; i < STRUCTURE_PARTS_MAX && element->parts[i]; i++)
        for (size_t j = 0; j < element->parts[i]->attribute_count; j++)
            if (xmlStrcasecmp(BAD_CAST element->parts[i]->attributes[j].name, BAD_CAST name) == 0)
                return element->parts[i]->attributes[j].name;
    return NULL;
}

static void check_attributes(const struct check *check, const xmlNode *node,
                             const struct element_row *element)
{
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        const char *name = (const char *)attr->name;
        if (attr->ns)
            continue;
        const struct attribute_row *row = attribute_of(element, name);
        const char *text = node_attr(node, name);
        const char *near = row ? NULL : near_attribute(element, name);
        if (near)
            dash_report(check->findings, RULE_D1, SPOT(check->mpd, node, name), name, near,
                        "%s has no attribute %s; it is written %s", element->name, name, near);
        else if (!row)
            dash_report(check->findings, RULE_D1, SPOT(check->mpd, node, name), name, NULL,
                        "%s has no attribute %.60s", element->name, name);
        const char *fault = row ? dash_value_fault(row->type, text) : NULL;
        if (fault)
            dash_report(check->findings, RULE_D1, SPOT(check->mpd, node, name), text, NULL,
                        "%s@%s is \"%.80s\"; it should be %s", element->name, name, text, fault);
    }
    for (size_t i = 0; i < STRUCTURE_PARTS_MAX && element->parts[i]; i++)
        for (size_t j = 0; j < element->parts[i]->attribute_count; j++) {
            const struct attribute_row *row = &element->parts[i]->attributes[j];
            if (row->is_required && !node_attr(node, row->name))
                dash_report(check->findings, RULE_D1, SPOT(check->mpd, node, row->name), NULL, NULL,
                            "%s lacks the attribute %s", element->name, row->name);
        }
}

static size_t list_children(const struct element_row *element, const struct child_row **rows)
{
    size_t count = 0;
    for (size_t i = 0; i < STRUCTURE_PARTS_MAX && element->parts[i]; i++)
        for (size_t j = 0; j < element->parts[i]->child_count && count < CHILDREN_MAX; j++)
            rows[count++] = &element->parts[i]->children[j];
    return count;
}

static size_t row_of(const struct child_row *const *rows, size_t count, const char *name)
{
    size_t at = 0;
    while (at < count && strcmp(rows[at]->name, name) != 0)
        at++;
    return at;
}

static bool has_schema_place(const xmlNode *node)
{
    return node_attr_ns(node, "href", XLINK_NAMESPACE) == NULL;
}

static void check_children(const struct check *check, const xmlNode *node,
                           const struct element_row *element)
{
    const struct child_row *rows[CHILDREN_MAX];
    unsigned seen[CHILDREN_MAX] = {0};
    bool is_told[CHILDREN_MAX] = {0};
    size_t count = list_children(element, rows);
    size_t furthest = 0;
    NODE_EACH(child, node, NULL)
    {
        const char *name = (const char *)child->name;
        size_t at = row_of(rows, count, name);
        if (at == count) {
            dash_report(check->findings, RULE_D1, SPOT(check->mpd, child), name, NULL,
                        "%s may not hold an element %.60s", element->name, name);
            continue;
        }
        if (seen[at] < UINT32_MAX)
            seen[at]++;
        if (rows[at]->most && seen[at] == rows[at]->most + 1)
            dash_report(check->findings, RULE_D1, SPOT(check->mpd, child), NULL, NULL,
                        "%s holds more than %u %s", element->name, rows[at]->most, name);
        if (at < furthest && !is_told[at]) {
            is_told[at] = true;
            dash_report(check->findings, RULE_D1, SPOT(check->mpd, child), NULL, NULL,
                        "%s comes after %s; in %s it must come before", name, rows[furthest]->name,
                        element->name);
        }
        if (at > furthest)
            furthest = at;
    }
    for (size_t i = 0; i < count && has_schema_place(node); i++)
        if (seen[i] < rows[i]->least)
            dash_report(check->findings, RULE_D1, SPOT(check->mpd, node), NULL, NULL,
                        "%s holds no %s", element->name, rows[i]->name);
}

static void check_element(const struct check *check, const xmlNode *node)
{
    const struct element_row *element = structure_element((const char *)node->name);
    if (!element)
        return; // its parent has said that it may not be there
    check_attributes(check, node, element);
    if (!element->has_any)
        check_children(check, node, element);
}

// The element after this one in the order of the text, of any namespace.
static const xmlNode *element_after(const xmlNode *node, bool may_enter)
{
    const xmlNode *next = may_enter ? xmlFirstElementChild((xmlNode *)(uintptr_t)node) : NULL;
    while (!next && node && node->type == XML_ELEMENT_NODE) {
        next = xmlNextElementSibling((xmlNode *)(uintptr_t)node);
        node = node->parent;
    }
    return next;
}

void structure_check(const struct mpd *mpd, struct findings *findings)
{
    struct check check = {mpd, findings};
    const char *space = mpd->root->ns ? (const char *)mpd->root->ns->href : NULL;
    if (!space || strcmp(space, DASH_NAMESPACE) != 0)
        dash_report(findings, RULE_D1, SPOT(mpd, mpd->root), space, DASH_NAMESPACE,
                    "the MPD is in %s%.100s, not in the namespace " DASH_NAMESPACE,
                    space ? "the namespace " : "no namespace", space ? space : "");
    for (const xmlNode *node = mpd->root; node;) {
        bool is_ours = node_is(node, NULL);
        if (is_ours)
            check_element(&check, node);
        const struct element_row *element =
            is_ours ? structure_element((const char *)node->name) : NULL;
        // Unknown elements are not looked into, nor what is foreign or a descriptor's own.
        node = element_after(node, element && !element->has_any);
    }
}

// An xs:duration with years or months before its T.
static bool has_months(const char *text)
{
    size_t date = strcspn(text, "T");
    return memchr(text, 'Y', date) || memchr(text, 'M', date);
}

DASH_RUN(D37)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        for (const xmlNode *node = at.mpd->root; node; node = element_after(node, true)) {
            const struct element_row *element =
                node_is(node, NULL) ? structure_element((const char *)node->name) : NULL;
            for (const xmlAttr *attr = element ? node->properties : NULL; attr; attr = attr->next) {
                const char *name = (const char *)attr->name;
                const struct attribute_row *row = attribute_of(element, name);
                const char *text = node_attr(node, name);
                if (row && text && row->type == VALUE_DURATION &&
                    !dash_value_fault(row->type, text) && has_months(text))
                    dash_report(findings, RULE_D37, SPOT(at.mpd, node, name), text, NULL,
                                "%s is %.60s: years and months have no fixed length", name, text);
            }
        }
}
