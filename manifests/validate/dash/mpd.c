// SPDX-License-Identifier: BSD-2-Clause
// Reading an MPD: the XML with its limits, then Periods, sets and Representations with
// their times. What each Representation's segments are is in mpd_segments.c.
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

// What the parser's callbacks share.
struct limits {
    size_t depth;
    size_t elements;
    size_t children[MPD_DEPTH_MAX + 1];
    bool is_list[MPD_DEPTH_MAX + 1]; // the element at this depth is a list of segments
    int line;
    const char *refused; // static text
};

static void refuse(xmlParserCtxt *context, const char *why)
{
    struct limits *limits = context->_private;
    if (!limits->refused) {
        limits->refused = why;
        limits->line = context->input ? context->input->line : 0;
    }
    xmlStopParser(context);
}

static void on_doctype(void *self, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    refuse(self, "a DOCTYPE is not allowed in an MPD and is not read");
}

static bool is_long_list(const xmlChar *name)
{
    static const char *const lists[] = {"SegmentTimeline", "SegmentList", "EventStream"};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (strcmp((const char *)name, lists[i]) == 0)
            return true;
    return false;
}

static void on_start(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespace_count, const xmlChar **namespaces, int attribute_count,
                     int default_count, const xmlChar **attributes)
{
    xmlParserCtxt *context = self;
    struct limits *limits = context->_private;
    if (limits->depth >= MPD_DEPTH_MAX) {
        refuse(context, "elements are nested too deeply");
        return;
    }
    if (++limits->elements > MPD_ELEMENTS_MAX) {
        refuse(context, "there are too many elements");
        return;
    }
    if (++limits->children[limits->depth] > MPD_CHILDREN_MAX && !limits->is_list[limits->depth]) {
        refuse(context, "an element has too many children");
        return;
    }
    limits->depth++;
    limits->children[limits->depth] = 0;
    limits->is_list[limits->depth] = is_long_list(name);
    xmlSAX2StartElementNs(self, name, prefix, uri, namespace_count, namespaces, attribute_count,
                          default_count, attributes);
    if (context->node && context->input)
        context->node->_private = (void *)(intptr_t)context->input->line;
}

static void on_end(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct limits *limits = ((xmlParserCtxt *)self)->_private;
    if (limits->depth)
        limits->depth--;
    xmlSAX2EndElementNs(self, name, prefix, uri);
}

static void chop(char *text)
{
    size_t length = strlen(text);
    while (length && strchr(" .\n\r\t", text[length - 1]))
        text[--length] = '\0';
}

static xmlDoc *read_xml(const char *text, size_t size_bytes, int64_t *ret_line, struct err *err)
{
    *ret_line = 0;
    if (size_bytes == 0 || size_bytes > MPD_BYTES_MAX) {
        err_set(err, ERR_INPUT, "%s",
                size_bytes ? "larger than an MPD may be" : "empty, not an MPD");
        return NULL;
    }
    xmlParserCtxt *context = xmlNewParserCtxt();
    if (!context) {
        err_set(err, ERR_BUG, "libxml2 gives no parser");
        return NULL;
    }
    struct limits limits = {0};
    context->_private = &limits;
    context->sax->internalSubset = on_doctype;
    context->sax->externalSubset = on_doctype;
    context->sax->startElementNs = on_start;
    context->sax->endElementNs = on_end;
    xmlDoc *doc = xmlCtxtReadMemory(context, text, (int)size_bytes, NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                        XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    const xmlError *fault = xmlCtxtGetLastError(context);
    if (limits.refused) {
        *ret_line = limits.line;
        err_set(err, ERR_INPUT, "line %d: %s", limits.line, limits.refused);
    } else if (!doc || !context->wellFormed) {
        AUTO_FREE char *why = mem_strdup(fault && fault->message ? fault->message : "not XML");
        chop(why);
        *ret_line = fault ? fault->line : 0;
        err_set(err, ERR_INPUT, "line %d: not well-formed XML: %s", (int)*ret_line, why);
    }
    if (doc && (limits.refused || !context->wellFormed)) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    xmlFreeParserCtxt(context);
    return doc;
}

static size_t count_of(const xmlNode *node, const char *name)
{
    size_t count = 0;
    NODE_EACH(child, node, name)
    {
        count++;
    }
    return count;
}

static char *joined_base(const char *above, const xmlNode *node)
{
    const xmlNode *base = node_child(node, "BaseURL");
    if (!base)
        return mem_strdup(above);
    AUTO_FREE char *text = node_text(base, MPD_ADDRESS_MAX);
    return reference_join(above, text);
}

static void build_set(struct mpd *mpd, struct mpd_period *period, struct mpd_set *set,
                      const char *period_base)
{
    AUTO_FREE char *base = joined_base(period_base, set->node);
    set->is_trick = node_is_trick(set->node);
    size_t count = count_of(set->node, "Representation");
    set->representations = mem_alloc((count + 1) * sizeof *set->representations);
    NODE_EACH(node, set->node, "Representation")
    {
        if (mpd->representation_count >= MPD_REPRESENTATIONS_MAX)
            return;
        struct mpd_representation *one = &set->representations[set->representation_count++];
        mpd->representation_count++;
        const char *id = node_attr(node, "id");
        *one = (struct mpd_representation){.node = node, .id = id ? id : "", .track = NONE};
        read_unsigned(node_attr(node, "bandwidth"), UINT32_MAX, &one->bandwidth);
        one->base_url = joined_base(base, node);
        mpd_segments_build(mpd, period, set, one);
    }
}

static void build_period(struct mpd *mpd, struct mpd_period *period, const char *mpd_base)
{
    AUTO_FREE char *base = joined_base(mpd_base, period->node);
    size_t count = count_of(period->node, "AdaptationSet");
    period->sets = mem_alloc((count + 1) * sizeof *period->sets);
    NODE_EACH(node, period->node, "AdaptationSet")
    {
        struct mpd_set *set = &period->sets[period->set_count++];
        set->node = node;
        build_set(mpd, period, set, base);
    }
}

// 5.3.2.1: start and duration of each Period by its attributes, its neighbours and the MPD.
static void time_periods(struct mpd *mpd)
{
    for (size_t i = 0; i < mpd->period_count; i++) {
        struct mpd_period *period = &mpd->periods[i];
        const struct mpd_period *before = i ? &mpd->periods[i - 1] : NULL;
        period->start = period->duration = (struct rational){0, 1};
        period->has_start = mpd_duration_parse(node_attr(period->node, "start"), &period->start);
        period->has_duration =
            mpd_duration_parse(node_attr(period->node, "duration"), &period->duration);
        if (!period->has_start && before && before->has_start && before->has_duration) {
            period->has_start = true;
            period->start = rational_add(before->start, before->duration);
        } else if (!period->has_start && !before && !mpd->is_dynamic) {
            period->has_start = true;
        }
    }
    for (size_t i = 0; i < mpd->period_count; i++) {
        struct mpd_period *period = &mpd->periods[i];
        const struct mpd_period *after = i + 1 < mpd->period_count ? &mpd->periods[i + 1] : NULL;
        bool is_ended = after ? after->has_start : mpd->has_duration;
        struct rational end = after ? after->start : mpd->duration;
        if (!period->has_duration && period->has_start && is_ended &&
            rational_cmp(end, period->start) >= 0) {
            period->has_duration = true;
            period->duration = rational_sub(end, period->start);
        }
    }
}

static void build(struct mpd *mpd)
{
    const char *type = node_attr(mpd->root, "type");
    mpd->is_dynamic = type && strcmp(type, "dynamic") == 0;
    mpd->duration = mpd->min_buffer_time = (struct rational){0, 1};
    mpd->has_duration =
        mpd_duration_parse(node_attr(mpd->root, "mediaPresentationDuration"), &mpd->duration);
    mpd_duration_parse(node_attr(mpd->root, "minBufferTime"), &mpd->min_buffer_time);
    mpd->has_availability_start =
        read_date(node_attr(mpd->root, "availabilityStartTime"), &mpd->availability_start);
    size_t count = count_of(mpd->root, "Period");
    if (count > MPD_PERIODS_MAX)
        count = MPD_PERIODS_MAX;
    mpd->periods = mem_alloc((count + 1) * sizeof *mpd->periods);
    NODE_EACH(node, mpd->root, "Period")
    {
        if (mpd->period_count < count)
            mpd->periods[mpd->period_count++].node = node;
    }
    time_periods(mpd);
    AUTO_FREE char *base = joined_base(NULL, mpd->root);
    for (size_t i = 0; i < mpd->period_count; i++)
        build_period(mpd, &mpd->periods[i], base);
}

bool mpd_read(const char *text, size_t size_bytes, size_t resource, const char *file,
              struct findings *findings, struct mpd **ret, int64_t *ret_line, struct err *err)
{
    xmlDoc *doc = read_xml(text, size_bytes, ret_line, err);
    if (!doc)
        return err_wrap(err, "%s", file);
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!root || strcmp((const char *)root->name, "MPD") != 0) {
        err_set(err, ERR_INPUT, "%s: the root element is %.40s, not MPD", file,
                root ? (const char *)root->name : "missing");
        xmlFreeDoc(doc);
        return false;
    }
    struct mpd *mpd = mem_alloc(sizeof *mpd);
    *mpd = (struct mpd){
        .resource = resource, .file = file, .doc = doc, .root = root, .text_bytes = size_bytes};
    build(mpd);
    if (mpd->representation_count >= MPD_REPRESENTATIONS_MAX ||
        count_of(root, "Period") > MPD_PERIODS_MAX) {
        mpd_free(&mpd);
        return err_set(err, ERR_INPUT, "%s: more Periods or Representations than are read", file);
    }
    structure_check(mpd, findings);
    *ret = mpd;
    return true;
}

void mpd_free(struct mpd **mpd)
{
    if (!*mpd)
        return;
    for (size_t i = 0; i < (*mpd)->period_count; i++) {
        struct mpd_period *period = &(*mpd)->periods[i];
        for (size_t j = 0; j < period->set_count; j++) {
            for (size_t k = 0; k < period->sets[j].representation_count; k++)
                MEM_FREE(period->sets[j].representations[k].base_url);
            MEM_FREE(period->sets[j].representations);
        }
        MEM_FREE(period->sets);
    }
    MEM_FREE((*mpd)->periods);
    for (size_t i = 0; i < (*mpd)->list_count; i++) {
        MEM_FREE((*mpd)->lists[i]->items);
        MEM_FREE((*mpd)->lists[i]->urls);
        MEM_FREE((*mpd)->lists[i]);
    }
    MEM_FREE((*mpd)->lists);
    xmlFreeDoc((*mpd)->doc);
    MEM_FREE(*mpd);
}
