// SPDX-License-Identifier: BSD-2-Clause
// SegmentBase, SegmentList and SegmentTemplate of a Representation with what its
// AdaptationSet and Period give it (ISO/IEC 23009-1 5.3.9.1).
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

static const struct {
    const char *name;
    enum mpd_addressing addressing;
} addressings[] = {{"SegmentTemplate", ADDRESS_TEMPLATE},
                   {"SegmentList", ADDRESS_LIST},
                   {"SegmentBase", ADDRESS_BASE}};

// The list read from this element, made when it is the first to ask.
static const struct mpd_list *list_of(struct mpd *mpd, const xmlNode *node)
{
    // Schema information is what libxml2 keeps this member for; there is none here.
    if (node->psvi)
        return node->psvi;
    struct mpd_list *list = mem_alloc(sizeof *list);
    list->node = node;
    bool is_timeline = node_is(node, "SegmentTimeline");
    const char *name = is_timeline ? "S" : "SegmentURL";
    size_t count = 0;
    NODE_EACH(child, node, name)
    {
        count++;
    }
    if (is_timeline)
        list->items = mem_alloc((count + 1) * sizeof *list->items);
    else
        list->urls = mem_alloc((count + 1) * sizeof *list->urls);
    NODE_EACH(child, node, name)
    {
        if (is_timeline) {
            struct mpd_s *s = &list->items[list->item_count++];
            s->line = node_line(child);
            s->has_t = node_unsigned(child, "t", &s->t);
            node_unsigned(child, "d", &s->d);
            node_unsigned(child, "n", &s->n);
            read_signed(node_attr(child, "r"), &s->r);
        } else {
            struct mpd_segment_url *url = &list->urls[list->url_count++];
            url->line = node_line(child);
            url->media = node_attr(child, "media");
            url->size = -1;
            read_range(node_attr(child, "mediaRange"), &url->offset, &url->size);
        }
    }
    ((xmlNode *)(uintptr_t)node)->psvi = list;
    if ((mpd->list_count & (mpd->list_count - 1)) == 0)
        mpd->lists =
            mem_realloc(mpd->lists, mpd->list_count ? mpd->list_count * 2 : 1, sizeof *mpd->lists);
    mpd->lists[mpd->list_count++] = list;
    return list;
}

const char *segments_attr(const struct mpd_segments *segments, const char *name)
{
    for (size_t i = 0; i < segments->level_count; i++) {
        const char *value = node_attr(segments->levels[i], name);
        if (value)
            return value;
    }
    return NULL;
}

// What leads a list stands before its SegmentURLs, which may be very many.
static const xmlNode *leading_child(const xmlNode *node, const char *name)
{
    NODE_EACH(child, node, NULL)
    {
        if (node_is(child, name))
            return child;
        if (node_is(child, "SegmentURL"))
            return NULL;
    }
    return NULL;
}

static const xmlNode *level_child(const struct mpd_segments *segments, const char *name)
{
    for (size_t i = 0; i < segments->level_count; i++) {
        const xmlNode *child = leading_child(segments->levels[i], name);
        if (child)
            return child;
    }
    return NULL;
}

static void find_levels(struct mpd_segments *segments, const xmlNode *const *parents)
{
    size_t found = ARRAY_LEN(addressings);
    for (size_t i = 0; i < 3; i++)
        for (size_t a = 0; a < ARRAY_LEN(addressings); a++) {
            const xmlNode *node = node_child(parents[i], addressings[a].name);
            if (!node || (found < ARRAY_LEN(addressings) && found != a))
                continue;
            found = a;
            segments->levels[segments->level_count++] = node;
            break;
        }
    if (!segments->level_count)
        return;
    segments->addressing = addressings[found].addressing;
    segments->node = segments->levels[0];
}

static void read_initialization(struct mpd_segments *segments)
{
    segments->init_size = segments->index_size = -1;
    const xmlNode *element = level_child(segments, "Initialization");
    if (element) {
        segments->has_initialization = true;
        segments->initialization = node_attr(element, "sourceURL");
        read_range(node_attr(element, "range"), &segments->init_offset, &segments->init_size);
    }
    const char *text =
        segments->addressing == ADDRESS_TEMPLATE ? segments_attr(segments, "initialization") : NULL;
    if (text) {
        segments->has_initialization = true;
        segments->initialization = text;
    }
    read_range(segments_attr(segments, "indexRange"), &segments->index_offset,
               &segments->index_size);
}

void mpd_segments_build(struct mpd *mpd, struct mpd_period *period, struct mpd_set *set,
                        struct mpd_representation *representation)
{
    struct mpd_segments *segments = &representation->segments;
    const xmlNode *const parents[3] = {representation->node, set->node, period->node};
    *segments = (struct mpd_segments){.timescale_hz = 1, .start_number = 1};
    find_levels(segments, parents);
    read_initialization(segments);
    if (!segments->node)
        return;
    uint64_t timescale;
    if (read_unsigned(segments_attr(segments, "timescale"), UINT32_MAX, &timescale) && timescale)
        segments->timescale_hz = timescale;
    segments->has_duration =
        read_unsigned(segments_attr(segments, "duration"), UINT32_MAX, &segments->duration);
    read_unsigned(segments_attr(segments, "startNumber"), UINT32_MAX, &segments->start_number);
    segments->has_end_number =
        read_unsigned(segments_attr(segments, "endNumber"), UINT32_MAX, &segments->end_number);
    read_unsigned(segments_attr(segments, "presentationTimeOffset"), INT64_MAX,
                  &segments->presentation_time_offset);
    if (segments->addressing == ADDRESS_TEMPLATE)
        segments->media = segments_attr(segments, "media");
    const xmlNode *timeline = level_child(segments, "SegmentTimeline");
    if (timeline && segments->addressing != ADDRESS_BASE) {
        const struct mpd_list *list = list_of(mpd, timeline);
        segments->has_timeline = true;
        segments->timeline = list->items;
        segments->timeline_count = list->item_count;
    }
    for (size_t i = 0; segments->addressing == ADDRESS_LIST && i < segments->level_count; i++)
        if (node_child(segments->levels[i], "SegmentURL")) {
            const struct mpd_list *list = list_of(mpd, segments->levels[i]);
            segments->urls = list->urls;
            segments->url_count = list->url_count;
            break;
        }
}
