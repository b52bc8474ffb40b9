// SPDX-License-Identifier: BSD-2-Clause
// What a TTML document must be (W3C TTML1 7, 8, 10; IMSC1): elements in their places,
// references that lead somewhere, times that are times, and when text is shown.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/text/ttml_private.h"
#include "src/base/mem.h"

#define NS_TT  "http://www.w3.org/ns/ttml"
#define NS_TTP "http://www.w3.org/ns/ttml#parameter"
#define NS_XML "http://www.w3.org/XML/1998/namespace"

#define BIT(kind) (1U << (kind))
static const struct {
    const char *name;
    unsigned parents; // where it may stand
} elements[TTML_KINDS] = {
    [TTML_TT] = {"tt", 0},
    [TTML_HEAD] = {"head", BIT(TTML_TT)},
    [TTML_STYLING] = {"styling", BIT(TTML_HEAD)},
    [TTML_STYLE] = {"style", BIT(TTML_STYLING) | BIT(TTML_REGION)},
    [TTML_LAYOUT] = {"layout", BIT(TTML_HEAD)},
    [TTML_REGION] = {"region", BIT(TTML_LAYOUT)},
    [TTML_BODY] = {"body", BIT(TTML_TT)},
    [TTML_DIV] = {"div", BIT(TTML_BODY) | BIT(TTML_DIV)},
    [TTML_P] = {"p", BIT(TTML_DIV)},
    [TTML_SPAN] = {"span", BIT(TTML_P) | BIT(TTML_SPAN)},
    [TTML_BR] = {"br", BIT(TTML_P) | BIT(TTML_SPAN)},
    [TTML_SET] = {"set", BIT(TTML_BODY) | BIT(TTML_DIV) | BIT(TTML_P) | BIT(TTML_SPAN) |
                             BIT(TTML_BR) | BIT(TTML_REGION)},
    [TTML_METADATA] = {"metadata", ~0U},
};

void ttml_init(struct ttml *ttml, struct ttml_facts *facts)
{
    ttml->facts = facts;
    ttml->clock = (struct ttml_clock){.frame_rate = 30, .factor = {1, 1}, .sub_frame_rate = 1};
}

void ttml_done(struct ttml *ttml)
{
    for (size_t i = 0; i < ttml->id_count; i++)
        MEM_FREE(ttml->ids[i].name);
    MEM_FREE(ttml->ids);
}

// The attribute's value, zero-terminated and cut to the room there is; NULL: not there.
static const char *value_of(const struct ttml_element *element, const char *space, const char *name,
                            char room[128])
{
    for (size_t i = 0; i < element->attribute_count; i++) {
        const struct ttml_attribute *one = &element->attributes[i];
        if (strcmp(one->name, name) != 0 || strcmp(one->space, space) != 0)
            continue;
        size_t length = one->value_bytes < 127 ? one->value_bytes : 127;
        memcpy(room, one->value, length);
        room[length] = '\0';
        return room;
    }
    return NULL;
}

static void read_count(struct ttml *ttml, const struct ttml_element *element, const char *name,
                       uint64_t *ret)
{
    char room[128];
    uint64_t value;
    const char *text = value_of(element, NS_TTP, name, room);
    if (!text)
        return;
    if (ttml_count_read(text, &value))
        *ret = value;
    else
        ttml_fault(ttml, text, "ttp:%s is \"%s\", not a positive whole number", name, text);
}

static void read_factor(struct ttml *ttml, const struct ttml_element *element)
{
    char room[128];
    uint64_t num;
    uint64_t den;
    const char *text = value_of(element, NS_TTP, "frameRateMultiplier", room);
    if (!text)
        return;
    char parts[128];
    size_t length = strcspn(text, " ");
    snprintf(parts, sizeof parts, "%.*s", (int)length, text);
    const char *second = text[length] ? text + length + 1 : NULL;
    if (ttml_count_read(parts, &num) && second && ttml_count_read(second, &den))
        ttml->clock.factor = rational_make((int64_t)num, (int64_t)den);
    else
        ttml_fault(ttml, text, "ttp:frameRateMultiplier is \"%s\", not two positive numbers", text);
}

static void read_root(struct ttml *ttml, const struct ttml_element *element)
{
    char room[128];
    ttml->has_root = true;
    if (!value_of(element, NS_XML, "lang", room))
        ttml_fault(ttml, NULL, "the tt element has no xml:lang");
    ttml->clock.has_frame_rate = value_of(element, NS_TTP, "frameRate", room) != NULL;
    read_count(ttml, element, "frameRate", &ttml->clock.frame_rate);
    read_count(ttml, element, "subFrameRate", &ttml->clock.sub_frame_rate);
    read_count(ttml, element, "tickRate", &ttml->clock.tick_rate);
    read_factor(ttml, element);
    const char *profile = value_of(element, NS_TTP, "profile", room);
    if (!profile)
        profile = value_of(element, NS_TTP, "contentProfiles", room);
    bool is_imsc = profile && strstr(profile, "/imsc1");
    const char *base = is_imsc ? value_of(element, NS_TTP, "timeBase", room) : NULL;
    if (base && strcmp(base, "media") != 0)
        ttml_fault(ttml, base, "ttp:timeBase is \"%s\", but IMSC1 counts in media time only", base);
}

static enum ttml_kind kind_of(const struct ttml_element *element)
{
    if (strcmp(element->space, NS_TT) != 0)
        return TTML_FOREIGN;
    for (size_t i = TTML_TT; i < TTML_KINDS; i++)
        if (strcmp(elements[i].name, element->name) == 0)
            return (enum ttml_kind)i;
    return TTML_FOREIGN;
}

static const struct ttml_id *find_id(const struct ttml *ttml, const char *name)
{
    for (size_t i = 0; i < ttml->id_count; i++)
        if (strcmp(ttml->ids[i].name, name) == 0)
            return &ttml->ids[i];
    return NULL;
}

static void keep_id(struct ttml *ttml, const struct ttml_element *element, enum ttml_kind kind)
{
    char room[128];
    const char *name = value_of(element, NS_XML, "id", room);
    if (!name)
        return;
    if (strlen(name) == sizeof room - 1) { // perhaps cut
        ttml->has_lost_ids = true;
    } else if (find_id(ttml, name)) {
        ttml_fault(ttml, name, "two elements have the xml:id \"%s\"", name);
    } else if (ttml->id_count == TTML_IDS_MAX) {
        ttml->has_lost_ids = true;
    } else {
        if ((ttml->id_count & (ttml->id_count - 1)) == 0)
            ttml->ids =
                mem_realloc(ttml->ids, ttml->id_count ? ttml->id_count * 2 : 1, sizeof *ttml->ids);
        ttml->ids[ttml->id_count++] = (struct ttml_id){.name = mem_strdup(name), .kind = kind};
    }
}

static void check_reference(struct ttml *ttml, const char *name, enum ttml_kind kind)
{
    const struct ttml_id *id = find_id(ttml, name);
    if (!id && !ttml->has_lost_ids)
        ttml_fault(ttml, name, "the %s \"%s\" is named but not defined", elements[kind].name, name);
    else if (id && id->kind != kind)
        ttml_fault(ttml, name, "\"%s\" is named as a %s but is another element", name,
                   elements[kind].name);
}

static void check_references(struct ttml *ttml, const struct ttml_element *element,
                             enum ttml_kind kind)
{
    char room[128];
    bool is_content = kind >= TTML_BODY && kind <= TTML_SPAN;
    const char *region = is_content ? value_of(element, "", "region", room) : NULL;
    if (region)
        check_reference(ttml, region, TTML_REGION);
    // Styles may name styles that come later; those of the content come after all of them.
    const char *styles = is_content ? value_of(element, "", "style", room) : NULL;
    if (!styles || strlen(styles) == sizeof room - 1)
        return;
    char name[128];
    for (const char *at = styles + strspn(styles, " \t\r\n"); *at; at += strspn(at, " \t\r\n")) {
        size_t length = strcspn(at, " \t\r\n");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        check_reference(ttml, name, TTML_STYLE);
        at += length;
    }
}

// True when the attribute is there and is a time.
static bool read_time(struct ttml *ttml, const struct ttml_element *element, const char *name,
                      int64_t *ret_ms)
{
    char room[128];
    const char *text = value_of(element, "", name, room);
    if (!text)
        return false;
    if (ttml_time_read(text, &ttml->clock, ret_ms))
        return true;
    ttml_fault(ttml, text, "%s=\"%s\" is no time that TTML has", name, text);
    return false;
}

static int64_t earlier(int64_t a_ms, int64_t b_ms) // -1: open
{
    return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

// TTML1 10.4, SMIL's containers: times count from the parent's begin, in a sequence from
// the end of the child before.
static void read_times(struct ttml *ttml, const struct ttml_element *element,
                       const struct ttml_open *parent, struct ttml_open *open)
{
    char room[128];
    int64_t begin_ms = 0;
    int64_t end_ms = 0;
    int64_t length_ms = 0;
    bool has_begin = read_time(ttml, element, "begin", &begin_ms);
    bool has_end = read_time(ttml, element, "end", &end_ms);
    bool has_length = read_time(ttml, element, "dur", &length_ms);
    if (has_begin && has_end && end_ms < begin_ms)
        ttml_fault(ttml, NULL, "a %s ends before it begins", element->name);
    const char *container = value_of(element, "", "timeContainer", room);
    open->is_sequence = container && strcmp(container, "seq") == 0;
    if (container && !open->is_sequence && strcmp(container, "par") != 0)
        ttml_fault(ttml, container, "timeContainer=\"%s\" is neither par nor seq", container);
    int64_t from_ms = parent->is_sequence ? parent->next_ms : parent->begin_ms;
    open->is_unknown = parent->is_unknown || from_ms < 0;
    if (from_ms < 0)
        from_ms = 0;
    open->begin_ms = from_ms + begin_ms;
    open->end_ms = has_end ? from_ms + end_ms : -1;
    if (has_length)
        open->end_ms = earlier(open->end_ms, open->begin_ms + length_ms);
    open->end_ms = earlier(open->end_ms, parent->end_ms);
    open->next_ms = open->begin_ms;
    open->has_own_time = has_begin || has_end || has_length;
    open->is_timed = parent->is_timed || open->has_own_time;
}

static bool check_place(struct ttml *ttml, enum ttml_kind kind, enum ttml_kind parent)
{
    if (elements[kind].parents & BIT(parent))
        return true;
    ttml_fault(ttml, NULL, "a %s element stands in %s", elements[kind].name,
               elements[parent].name ? elements[parent].name : "an unknown element");
    return false;
}

static void check_once(struct ttml *ttml, enum ttml_kind kind)
{
    if ((kind == TTML_BODY && ttml->has_body) || (kind == TTML_HEAD && ttml->has_head))
        ttml_fault(ttml, NULL, "a second %s element stands in tt", elements[kind].name);
    if (kind == TTML_HEAD && ttml->has_body)
        ttml_fault(ttml, NULL, "the head element stands after the body");
    ttml->has_body |= kind == TTML_BODY;
    ttml->has_head |= kind == TTML_HEAD;
}

bool ttml_element_begin(struct ttml *ttml, const struct ttml_element *element)
{
    enum ttml_kind kind = kind_of(element);
    struct ttml_open none = {.end_ms = -1};
    const struct ttml_open *parent = ttml->depth > 0 ? &ttml->open[ttml->depth - 1] : &none;
    if (ttml->depth == 0 && kind != TTML_TT) {
        char shown[80];
        snprintf(shown, sizeof shown, "{%.40s}%.30s", element->space, element->name);
        ttml_fault(ttml, shown, "the root element is not tt of the TTML namespace");
        return false;
    }
    if (ttml->depth == TTML_DEPTH_MAX) {
        ttml_fault(ttml, NULL, "elements are nested deeper than %d", TTML_DEPTH_MAX);
        return false;
    }
    struct ttml_open open = {.kind = kind, .end_ms = -1};
    if (parent->kind == TTML_FOREIGN && ttml->depth > 0)
        open.kind = kind = TTML_FOREIGN; // whatever it is, it is not ours
    if (parent->kind == TTML_METADATA)
        open.kind = kind = TTML_FOREIGN;
    if (kind == TTML_TT && ttml->depth == 0) {
        read_root(ttml, element);
    } else if (kind != TTML_FOREIGN && !check_place(ttml, kind, parent->kind)) {
        open.kind = kind = TTML_FOREIGN;
    } else if (kind != TTML_FOREIGN) {
        check_once(ttml, kind);
        keep_id(ttml, element, kind);
        check_references(ttml, element, kind);
        read_times(ttml, element, parent, &open);
    }
    ttml->facts->paragraph_count += kind == TTML_P;
    ttml->open[ttml->depth++] = open;
    return true;
}

static void count_time(struct ttml *ttml, const struct ttml_open *open)
{
    struct ttml_facts *facts = ttml->facts;
    if (open->is_unknown || (open->end_ms >= 0 && open->end_ms <= open->begin_ms))
        return; // never shown
    if (facts->start_ms < 0 || open->begin_ms < facts->start_ms)
        facts->start_ms = open->begin_ms;
    if (open->end_ms > facts->end_ms)
        facts->end_ms = open->end_ms;
}

void ttml_element_end(struct ttml *ttml)
{
    if (ttml->depth == 0)
        return;
    struct ttml_open *open = &ttml->open[--ttml->depth];
    if (open->kind < TTML_BODY || open->kind > TTML_BR)
        return;
    bool is_shown = (open->kind == TTML_P && open->is_timed && !open->has_timed_part) ||
                    ((open->kind == TTML_P || open->kind == TTML_SPAN) && open->has_own_time);
    if (is_shown)
        count_time(ttml, open);
    if (ttml->depth > 0) {
        struct ttml_open *parent = &ttml->open[ttml->depth - 1];
        parent->has_timed_part |= open->has_own_time || open->has_timed_part;
        parent->next_ms = open->end_ms;
    }
}

void ttml_text(struct ttml *ttml, const char *text, size_t length)
{
    if (ttml->depth == 0)
        return;
    enum ttml_kind kind = ttml->open[ttml->depth - 1].kind;
    if (kind == TTML_FOREIGN || kind == TTML_P || kind == TTML_SPAN || kind == TTML_METADATA)
        return;
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r\n", text[i])) {
            ttml_fault(ttml, NULL, "text stands directly in %s, where nothing shows it",
                       elements[kind].name);
            return;
        }
}

bool ttml_finish(struct ttml *ttml)
{
    return ttml->has_root;
}
