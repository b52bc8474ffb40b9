// SPDX-License-Identifier: BSD-2-Clause
// Looking into the tree: elements by name, attributes, lines and paths, inheritance of
// common attributes. Readers of values are in value.c.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

static const char *space_of(const xmlNode *node)
{
    return node->ns && node->ns->href ? (const char *)node->ns->href : "";
}

bool node_is(const xmlNode *node, const char *name)
{
    if (!node || node->type != XML_ELEMENT_NODE)
        return false;
    if (name && strcmp((const char *)node->name, name) != 0)
        return false;
    const xmlNode *root = xmlDocGetRootElement(node->doc);
    return root && (node->ns == root->ns || strcmp(space_of(node), space_of(root)) == 0);
}

static const xmlNode *first_from(const xmlNode *node, const char *name)
{
    while (node && !node_is(node, name))
        node = node->next;
    return node;
}

const xmlNode *node_child(const xmlNode *node, const char *name)
{
    return node ? first_from(node->children, name) : NULL;
}

const xmlNode *node_next(const xmlNode *node, const char *name)
{
    return node ? first_from(node->next, name) : NULL;
}

const char *node_attr_ns(const xmlNode *node, const char *name, const char *space)
{
    for (const xmlAttr *attr = node ? node->properties : NULL; attr; attr = attr->next) {
        if (strcmp((const char *)attr->name, name) != 0)
            continue;
        const char *of = attr->ns && attr->ns->href ? (const char *)attr->ns->href : NULL;
        if (space ? of && strcmp(of, space) == 0 : !of)
            return attr->children && attr->children->content ? (const char *)attr->children->content
                                                             : "";
    }
    return NULL;
}

const char *node_attr(const xmlNode *node, const char *name)
{
    return node_attr_ns(node, name, NULL);
}

const char *node_common(const xmlNode *representation, const char *name, const xmlNode **ret_node)
{
    const xmlNode *node = representation;
    for (int i = 0; i < 2 && node; i++, node = node->parent) {
        const char *value = node_attr(node, name);
        if (value) {
            if (ret_node)
                *ret_node = node;
            return value;
        }
        if (!node_is(node, "Representation"))
            break;
    }
    return NULL;
}

char *mpd_attribute(const xmlNode *node, const char *name)
{
    return mem_strdup(node_attr(node, name));
}

char *mpd_inherited(const xmlNode *representation, const char *name)
{
    return mem_strdup(node_common(representation, name, NULL));
}

int64_t node_line(const xmlNode *node)
{
    // mpd.c keeps it there: libxml2's own member ends at 65535.
    return node ? (int64_t)(intptr_t)node->_private : 0;
}

const char *node_profiles(const xmlNode *node)
{
    for (; node && node->type == XML_ELEMENT_NODE; node = node->parent) {
        const char *profiles = node_attr(node, "profiles");
        if (profiles)
            return profiles;
    }
    return "";
}

static size_t number_of(const xmlNode *node)
{
    size_t number = 1;
    for (const xmlNode *other = node->prev; other; other = other->prev)
        number += node_is(other, (const char *)node->name);
    return number;
}

#define PATH_DEPTH_MAX 16

char *mpd_path(const xmlNode *node, const char *name)
{
    const xmlNode *chain[PATH_DEPTH_MAX];
    size_t depth = 0;
    AUTO(buf_done) struct buf path = {0};
    for (; node && node->type == XML_ELEMENT_NODE && depth < PATH_DEPTH_MAX; node = node->parent)
        chain[depth++] = node;
    while (depth--) {
        const xmlNode *at = chain[depth];
        bool is_root = !at->parent || at->parent->type != XML_ELEMENT_NODE;
        if (is_root)
            buf_printf(&path, "%s", (const char *)at->name);
        else
            buf_printf(&path, "/%s[%zu]", (const char *)at->name, number_of(at));
    }
    if (name)
        buf_printf(&path, "/@%s", name);
    return mem_printf("%.*s", (int)path.size_bytes, path.data ? (const char *)path.data : "");
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

char *node_text(const xmlNode *node, size_t limit)
{
    AUTO(buf_done) struct buf text = {0};
    for (const xmlNode *child = node ? node->children : NULL; child; child = child->next) {
        if ((child->type != XML_TEXT_NODE && child->type != XML_CDATA_SECTION_NODE) ||
            !child->content)
            continue;
        size_t size = strlen((const char *)child->content);
        if (size > limit - text.size_bytes)
            size = limit - text.size_bytes;
        buf_append(&text, child->content, size);
    }
    const char *from = (const char *)text.data;
    size_t size = text.size_bytes;
    while (size && is_space(*from)) {
        from++;
        size--;
    }
    while (size && is_space(from[size - 1]))
        size--;
    char *copy = mem_alloc(size + 1);
    if (size)
        memcpy(copy, from, size);
    return copy;
}

bool list_next(const char **at, const char *separators, char *word, size_t size)
{
    const char *from = *at ? *at + strspn(*at, separators) : "";
    size_t length = strcspn(from, separators);
    if (!length)
        return false;
    *at = from + length;
    snprintf(word, size, "%.*s", (int)(length < size ? length : size - 1), from);
    return true;
}

bool list_has(const char *list, const char *separators, const char *word)
{
    size_t wanted = strlen(word);
    for (const char *at = list; at;) {
        at += strspn(at, separators);
        size_t length = strcspn(at, separators);
        if (!length)
            return false;
        if (length == wanted && memcmp(at, word, length) == 0)
            return true;
        at += length;
    }
    return false;
}

bool has_prefix(const char *text, const char *prefix)
{
    return text && strncmp(text, prefix, strlen(prefix)) == 0;
}
