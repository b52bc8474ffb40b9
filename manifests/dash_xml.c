// SPDX-License-Identifier: BSD-2-Clause
// Thin words over libxml2's text writer. A refusal is remembered, not returned: the
// document is checked once, at its end.
#include <inttypes.h>

#include "manifests/dash_private.h"
#include "src/base/text.h"

static void check(struct dash_writer *w, int result)
{
    w->has_failed = w->has_failed || result < 0;
}

void dash_writer_init(struct dash_writer *w)
{
    w->bytes = xmlBufferCreate();
    w->xml = w->bytes ? xmlNewTextWriterMemory(w->bytes, 0) : NULL;
    if (!w->xml) {
        w->has_failed = true;
        return;
    }
    check(w, xmlTextWriterSetIndent(w->xml, 1));
    check(w, xmlTextWriterSetIndentString(w->xml, BAD_CAST "  "));
    check(w, xmlTextWriterStartDocument(w->xml, NULL, "UTF-8", NULL));
}

bool dash_writer_finish(struct dash_writer *w, struct buf *ret, struct err *err)
{
    if (w->xml)
        check(w, xmlTextWriterEndDocument(w->xml));
    if (w->has_failed)
        return err_set(err, ERR_BUG, "mpd: libxml2 refused a part of it");
    buf_append(ret, xmlBufferContent(w->bytes), (size_t)xmlBufferLength(w->bytes));
    return true;
}

void dash_writer_done(struct dash_writer *w)
{
    if (w->xml)
        xmlFreeTextWriter(w->xml);
    if (w->bytes)
        xmlBufferFree(w->bytes);
    *w = (struct dash_writer){0};
}

void dash_open(struct dash_writer *w, const char *element)
{
    if (w->xml)
        check(w, xmlTextWriterStartElement(w->xml, BAD_CAST element));
}

void dash_close(struct dash_writer *w)
{
    if (w->xml)
        check(w, xmlTextWriterEndElement(w->xml));
}

void dash_element_text(struct dash_writer *w, const char *element, const char *text)
{
    AUTO_FREE char *clean = text_clean(text);
    if (w->xml)
        check(w, xmlTextWriterWriteElement(w->xml, BAD_CAST element, BAD_CAST clean));
}

void dash_attribute_text(struct dash_writer *w, const char *name, const char *text)
{
    AUTO_FREE char *clean = text_clean(text);
    if (w->xml)
        check(w, xmlTextWriterWriteAttribute(w->xml, BAD_CAST name, BAD_CAST clean));
}

void dash_attribute(struct dash_writer *w, const char *name, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *text = mem_vprintf(fmt, args);
    va_end(args);
    dash_attribute_text(w, name, text);
}

void dash_attribute_rate(struct dash_writer *w, const char *name, struct rational rate)
{
    if (rate.den == 1)
        dash_attribute(w, name, "%" PRId64, rate.num);
    else
        dash_attribute(w, name, "%" PRId64 "/%" PRId64, rate.num, rate.den);
}

void dash_attribute_duration(struct dash_writer *w, const char *name, struct rational seconds)
{
    int64_t us = rational_ceil(seconds, 1000000);
    int64_t fraction = us % 1000000;
    if (fraction == 0) {
        dash_attribute(w, name, "PT%" PRId64 "S", us / 1000000);
        return;
    }
    int digits = 6;
    for (; fraction % 10 == 0; fraction /= 10)
        digits--;
    dash_attribute(w, name, "PT%" PRId64 ".%0*" PRId64 "S", us / 1000000, digits, fraction);
}
