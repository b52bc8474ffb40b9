// SPDX-License-Identifier: BSD-2-Clause
// Templates of segment addresses and their identifiers (ISO/IEC 23009-1 5.3.9.4.4).
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/template_private.h"
#include "src/base/mem.h"

#define WIDTH_MAX 64

static const struct {
    const char *name;
    enum template_part_kind kind;
} identifiers[] = {{"RepresentationID", TEMPLATE_ID},
                   {"Number", TEMPLATE_NUMBER},
                   {"Time", TEMPLATE_TIME},
                   {"Bandwidth", TEMPLATE_BANDWIDTH},
                   {"SubNumber", TEMPLATE_SUBNUMBER}};

// "%05d" after an identifier; false: something else.
static bool read_width(const char *text, size_t size, unsigned *ret_width)
{
    unsigned width = 0;
    if (size < 3 || text[0] != '%' || text[1] != '0' || text[size - 1] != 'd')
        return false;
    for (size_t i = 2; i < size - 1; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        width = width * 10 + (unsigned)(text[i] - '0');
        if (width > WIDTH_MAX)
            return false;
    }
    *ret_width = width;
    return true;
}

bool template_next(const char **at, struct template_part *ret)
{
    const char *text = *at;
    if (!*text)
        return false;
    *ret = (struct template_part){.kind = TEMPLATE_TEXT, .text = text, .width = 1};
    if (*text != '$') {
        ret->size = strcspn(text, "$");
        *at = text + ret->size;
        return true;
    }
    const char *end = strchr(text + 1, '$');
    size_t size = end ? (size_t)(end - text) + 1 : strlen(text);
    ret->size = size;
    *at = text + size;
    if (size == 2 && end) { // "$$" is one dollar
        ret->size = 1;
        return true;
    }
    ret->kind = TEMPLATE_BAD;
    if (!end)
        return true;
    size_t name = strcspn(text + 1, "%$");
    for (size_t i = 0; i < ARRAY_LEN(identifiers); i++) {
        if (strlen(identifiers[i].name) != name || memcmp(identifiers[i].name, text + 1, name) != 0)
            continue;
        bool has_format = name + 2 < size;
        if (has_format && (identifiers[i].kind == TEMPLATE_ID ||
                           !read_width(text + 1 + name, size - name - 2, &ret->width)))
            return true;
        ret->kind = identifiers[i].kind;
    }
    return true;
}

bool template_has(const char *text, enum template_part_kind kind)
{
    struct template_part part;
    while (text && template_next(&text, &part))
        if (part.kind == kind)
            return true;
    return false;
}

char *mpd_fill_template(const char *text, const char *id, uint64_t number, uint64_t time,
                        uint64_t bandwidth)
{
    AUTO(buf_done) struct buf out = {0};
    struct template_part part;
    while (out.size_bytes <= MPD_ADDRESS_MAX && template_next(&text, &part)) {
        int width = (int)part.width;
        switch (part.kind) {
        case TEMPLATE_TEXT:
            buf_append(&out, part.text, part.size);
            break;
        case TEMPLATE_ID:
            buf_append(&out, id ? id : "", id ? strnlen(id, MPD_ADDRESS_MAX + 1) : 0);
            break;
        case TEMPLATE_NUMBER:
            buf_printf(&out, "%0*" PRIu64, width, number);
            break;
        case TEMPLATE_TIME:
            buf_printf(&out, "%0*" PRIu64, width, time);
            break;
        case TEMPLATE_BANDWIDTH:
            buf_printf(&out, "%0*" PRIu64, width, bandwidth);
            break;
        case TEMPLATE_SUBNUMBER: // the first part of a segment sequence
            buf_printf(&out, "%0*d", width, 1);
            break;
        case TEMPLATE_BAD:
            return NULL;
        }
    }
    if (out.size_bytes > MPD_ADDRESS_MAX)
        return NULL;
    return mem_printf("%.*s", (int)out.size_bytes, out.data ? (const char *)out.data : "");
}
