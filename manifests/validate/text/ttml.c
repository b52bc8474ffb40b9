// SPDX-License-Identifier: BSD-2-Clause
// A TTML document (W3C TTML1, IMSC1), read as libxml2 meets it: no tree, no network, no
// DOCTYPE. What it must hold is in ttml_rules.c.
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/text/text.h"
#include "manifests/validate/text/ttml_private.h"
#include "src/base/mem.h"

#define DOCUMENT_MAX_BYTES (16 << 20)
// Of one document this many faults are told.
#define FAULTS_MAX 20

struct parse {
    struct ttml ttml; // first: what ttml_rules.c sees
    xmlParserCtxtPtr context;
    struct place place;
    struct findings *findings;
    unsigned faults;
    bool is_stopped;
};

void ttml_fault(struct ttml *ttml, const char *stated, const char *fmt, ...)
{
    struct parse *parse = (struct parse *)ttml;
    if (parse->faults++ >= FAULTS_MAX)
        return;
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *message = mem_vprintf(fmt, args);
    va_end(args);
    int line = parse->context && parse->context->input ? parse->context->input->line : 0;
    // Inside a segment the line is not one of the file's.
    bool is_sample = parse->place.byte >= 0;
    parse->place.line = is_sample ? 0 : line;
    if (is_sample && line > 0)
        findings_add(parse->findings, RULE_S36, &parse->place, stated, NULL,
                     "%s (line %d of the document)", message, line);
    else
        findings_add(parse->findings, RULE_S36, &parse->place, stated, NULL, "%s", message);
}

static void stop(struct parse *parse)
{
    parse->is_stopped = true;
    xmlStopParser(parse->context);
}

static void on_doctype(void *data, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    struct parse *parse = data;
    (void)name;
    (void)public_id;
    (void)system_id;
    ttml_fault(&parse->ttml, NULL, "the document has a DOCTYPE, which is not followed");
    stop(parse);
}

// libxml2 gives five pointers an attribute: name, prefix, namespace, value, its end.
static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *space,
                     int namespace_count, const xmlChar **namespaces, int attribute_count,
                     int defaulted, const xmlChar **attributes)
{
    struct parse *parse = data;
    struct ttml_attribute list[TTML_ATTRIBUTES_MAX];
    size_t count = 0;
    (void)prefix;
    (void)namespace_count;
    (void)namespaces;
    (void)defaulted;
    if (parse->is_stopped)
        return;
    for (int i = 0; i < attribute_count && count < ARRAY_LEN(list); i++) {
        const xmlChar **one = attributes + 5 * (size_t)i;
        list[count++] = (struct ttml_attribute){
            .name = (const char *)one[0],
            .space = one[2] ? (const char *)one[2] : "",
            .value = (const char *)one[3],
            .value_bytes = (size_t)(one[4] - one[3]),
        };
    }
    struct ttml_element element = {
        .name = (const char *)name,
        .space = space ? (const char *)space : "",
        .attributes = list,
        .attribute_count = count,
    };
    if (!ttml_element_begin(&parse->ttml, &element))
        stop(parse);
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    struct parse *parse = data;
    (void)name;
    (void)prefix;
    (void)space;
    if (!parse->is_stopped)
        ttml_element_end(&parse->ttml);
}

static void on_text(void *data, const xmlChar *text, int length)
{
    struct parse *parse = data;
    if (!parse->is_stopped && length > 0)
        ttml_text(&parse->ttml, (const char *)text, (size_t)length);
}

static void tell_xml_error(struct parse *parse)
{
    const xmlError *error = xmlCtxtGetLastError(parse->context);
    AUTO_FREE char *text = mem_strdup(error && error->message ? error->message : "broken");
    text[strcspn(text, "\r\n")] = '\0';
    ttml_fault(&parse->ttml, NULL, "the document is no well-formed XML: %.200s", text);
}

bool ttml_read(const char *text, size_t size_bytes, const struct place *place,
               struct findings *findings, struct ttml_facts *ret)
{
    struct parse parse = {.place = *place, .findings = findings};
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .internalSubset = on_doctype,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
    };
    *ret = (struct ttml_facts){.start_ms = -1, .end_ms = -1};
    ttml_init(&parse.ttml, ret);
    if (size_bytes == 0 || size_bytes > DOCUMENT_MAX_BYTES) {
        ttml_fault(&parse.ttml, NULL,
                   size_bytes == 0 ? "the document is empty"
                                   : "the document is larger than 16 MiB and was not read");
        return false;
    }
    xmlInitParser();
    parse.context = xmlCreatePushParserCtxt(&sax, &parse, NULL, 0, NULL);
    if (!parse.context) // memory is out
        return false;
    xmlCtxtUseOptions(parse.context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    bool is_whole = xmlParseChunk(parse.context, text, (int)size_bytes, 1) == 0 &&
                    parse.context->wellFormed && parse.context->nsWellFormed;
    if (!parse.is_stopped && !is_whole)
        tell_xml_error(&parse);
    bool is_ttml = is_whole && !parse.is_stopped && ttml_finish(&parse.ttml);
    xmlFreeParserCtxt(parse.context);
    ttml_done(&parse.ttml);
    return is_ttml;
}
