// SPDX-License-Identifier: BSD-2-Clause
// Attribute lists: taken apart, and judged by the tables.
#include "manifests/validate/hls/grammar.h"

#include <string.h>

#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

const struct tag_grammar *tag_grammar_find(const char *name, size_t length)
{
    for (size_t i = 0; i < tag_grammar_count; i++)
        if (strncmp(tag_grammars[i].name, name, length) == 0 && !tag_grammars[i].name[length])
            return &tag_grammars[i];
    return NULL;
}

const struct attribute_grammar *attribute_grammar_find(const char *tag, const char *name)
{
    for (size_t i = 0; i < attribute_grammar_count; i++)
        if (strcmp(attribute_grammars[i].name, name) == 0 &&
            strcmp(attribute_grammars[i].tag, tag) == 0)
            return &attribute_grammars[i];
    return NULL;
}

struct list_reader {
    const char *at;
    struct hls_tag *tag;
    struct pool *pool;
    const struct place *place;
    struct findings *findings;
    struct hls_attribute found[HLS_ATTRIBUTES_MAX];
    size_t count;
};

#define H4(reader, ...)                                                                            \
    findings_add((reader)->findings, RULE_H4, (reader)->place, NULL, NULL, __VA_ARGS__)

static void add(struct list_reader *reader, const struct hls_attribute *attribute)
{
    for (size_t i = 0; i < reader->count; i++)
        if (strcmp(reader->found[i].name, attribute->name) == 0) {
            H4(reader, "%s holds %s twice; an attribute may appear once", reader->tag->name,
               attribute->name);
            return; // the first one counts
        }
    if (reader->count < HLS_ATTRIBUTES_MAX)
        reader->found[reader->count++] = *attribute;
    else if (reader->count == HLS_ATTRIBUTES_MAX)
        H4(reader, "%s holds more than %d attributes", reader->tag->name, HLS_ATTRIBUTES_MAX);
}

// What stands after the equals sign, up to the comma.
static void read_value(struct list_reader *reader, struct hls_attribute *attribute)
{
    if (*reader->at == '"') {
        const char *start = ++reader->at;
        size_t length = strcspn(start, "\"");
        bool is_closed = start[length] == '"';
        attribute->value = pool_copy(reader->pool, start, length);
        attribute->type = is_closed ? HLS_VALUE_QUOTED : HLS_VALUE_BAD;
        reader->at = start + length + is_closed;
        if (!is_closed)
            H4(reader, "the quotes of %s are never closed", attribute->name);
        size_t rest = strcspn(reader->at, ",");
        if (rest && is_closed) {
            H4(reader, "there is more after the closing quote of %s", attribute->name);
            attribute->type = HLS_VALUE_BAD;
        }
        reader->at += rest;
        return;
    }
    size_t length = strcspn(reader->at, ",");
    attribute->value = pool_copy(reader->pool, reader->at, length);
    attribute->type = HLS_VALUE_WORD;
    reader->at += length;
    if (length == 0 || strpbrk(attribute->value, " \t\"")) {
        attribute->type = HLS_VALUE_BAD;
        H4(reader, length ? "%s is not quoted and holds a space or a quote" : "%s has no value",
           attribute->name);
    }
}

static void read_attribute(struct list_reader *reader)
{
    struct hls_attribute attribute = {0};
    size_t blank = strspn(reader->at, " \t");
    if (blank)
        H4(reader, "there is a space before an attribute of %s", reader->tag->name);
    reader->at += blank;
    size_t length = strcspn(reader->at, "=,");
    size_t legal = strspn(reader->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    if (reader->at[length] != '=' || length == 0) {
        H4(reader, length ? "\"%.*s\" in %s is no NAME=value" : "%.*s%s holds an empty attribute",
           (int)(length < 60 ? length : 60), reader->at, reader->tag->name);
        reader->at += strcspn(reader->at, ",");
        return;
    }
    attribute.name = pool_copy(reader->pool, reader->at, length);
    if (legal < length)
        H4(reader, "the attribute name %.60s holds what is neither A to Z, 0 to 9 nor a hyphen",
           attribute.name);
    reader->at += length + 1;
    read_value(reader, &attribute);
    add(reader, &attribute);
}

void attributes_read(struct hls_tag *tag, struct pool *pool, const struct place *place,
                     struct findings *findings)
{
    struct list_reader reader = {
        .at = tag->value, .tag = tag, .pool = pool, .place = place, .findings = findings};
    if (!tag->value || !*tag->value)
        return;
    for (;;) {
        read_attribute(&reader);
        if (*reader.at != ',')
            break;
        reader.at++;
        if (!*reader.at) {
            H4(&reader, "%s ends with a comma", tag->name);
            break;
        }
    }
    if (reader.count == 0)
        return;
    tag->attributes = mem_realloc(NULL, reader.count, sizeof *tag->attributes);
    memcpy(tag->attributes, reader.found, reader.count * sizeof *tag->attributes);
    tag->attribute_count = reader.count;
}

// NULL: fine; else what it has to be.
static const char *value_fault(const struct attribute_grammar *grammar,
                               const struct hls_attribute *attribute)
{
    bool is_quoted = attribute->type == HLS_VALUE_QUOTED;
    const char *text = attribute->value;
    uint64_t a, b;
    size_t digits;
    struct rational rational;
    struct value_date date;
    switch (grammar->takes) {
    case ATTRIBUTE_INTEGER:
        return !is_quoted && value_integer(text, &a) ? NULL : "a whole number without quotes";
    case ATTRIBUTE_HEX:
        return !is_quoted && value_hex(text, &digits) ? NULL : "0x and hexadecimal digits";
    case ATTRIBUTE_FLOAT:
        return !is_quoted && value_decimal(text, &rational) ? NULL : "a decimal number";
    case ATTRIBUTE_SIGNED:
        return !is_quoted && value_signed(text, &rational) ? NULL : "a decimal number";
    case ATTRIBUTE_QUOTED:
        return is_quoted ? NULL : "in quotes";
    case ATTRIBUTE_WORD:
        if (is_quoted)
            return "a word without quotes";
        return !grammar->words || value_has_word(grammar->words, text, strlen(text))
                   ? NULL
                   : grammar->words;
    case ATTRIBUTE_RESOLUTION:
        return !is_quoted && value_resolution(text, &a, &b) && a && b ? NULL
                                                                      : "width x height in pixels";
    case ATTRIBUTE_DATE:
        return is_quoted && value_date(text, &date) ? NULL : "a quoted date and time of ISO 8601";
    case ATTRIBUTE_QUOTED_OR_WORD:
        return is_quoted || strcmp(text, grammar->words) == 0 ? NULL : "in quotes, or NONE";
    case ATTRIBUTE_ANY:
        break;
    }
    return NULL;
}

// Edits (insert, drop, replace) from a to b, counted up to 2; 3 means more.
static unsigned distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    unsigned row[64];
    if (m > 60 || n > 60 || (m > n ? m - n : n - m) > 2)
        return 3;
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[n];
}

#define NEAR_MAX 1000 // findings of H12, after which names are not compared any more

// Short names are near to everything: one edit for each four letters, two at most.
static bool is_near(const char *a, const char *b)
{
    size_t allowed = strlen(strncmp(b, "EXT-X-", 6) == 0 ? b + 6 : b) / 4;
    return allowed && distance(a, b) <= (allowed < 2 ? allowed : 2);
}

static void name_check(const struct hls_tag *tag, const char *name, const struct place *place,
                       struct findings *findings)
{
    if (strncmp(name, "X-", 2) == 0 || findings->total[RULE_H12] >= NEAR_MAX)
        return;
    for (size_t i = 0; i < attribute_grammar_count; i++)
        if (strcmp(attribute_grammars[i].tag, tag->name) == 0 &&
            is_near(name, attribute_grammars[i].name) &&
            !hls_attribute(tag, attribute_grammars[i].name)) {
            findings_add(findings, RULE_H12, place, name, attribute_grammars[i].name,
                         "%s has no attribute %s; is %s meant?", tag->name, name,
                         attribute_grammars[i].name);
            return;
        }
}

void tag_name_check(const char *name, const struct place *place, struct findings *findings)
{
    for (size_t i = 0; i < tag_grammar_count && findings->total[RULE_H12] < NEAR_MAX; i++)
        if (is_near(name, tag_grammars[i].name)) {
            findings_add(findings, RULE_H12, place, name, tag_grammars[i].name,
                         "#%s is no tag of HLS; is #%s meant?", name, tag_grammars[i].name);
            return;
        }
}

void attributes_check(const struct hls_tag *tag, const struct place *place,
                      struct findings *findings)
{
    for (size_t i = 0; i < tag->attribute_count; i++) {
        const struct hls_attribute *attribute = &tag->attributes[i];
        const struct attribute_grammar *grammar =
            attribute_grammar_find(tag->name, attribute->name);
        if (!grammar) {
            name_check(tag, attribute->name, place, findings);
            continue;
        }
        const char *fault =
            attribute->type == HLS_VALUE_BAD ? NULL : value_fault(grammar, attribute);
        if (fault)
            findings_add(findings, RULE_H4, place, attribute->value, fault,
                         "%s=%.80s in %s has to be %s", attribute->name, attribute->value,
                         tag->name, fault);
    }
    for (size_t i = 0; i < attribute_grammar_count; i++)
        if (attribute_grammars[i].required != RULE_COUNT &&
            strcmp(attribute_grammars[i].tag, tag->name) == 0 &&
            !hls_attribute(tag, attribute_grammars[i].name))
            findings_add(findings, attribute_grammars[i].required, place, NULL, NULL,
                         "%s has no %s, which it must have", tag->name, attribute_grammars[i].name);
}
