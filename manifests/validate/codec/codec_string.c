// SPDX-License-Identifier: BSD-2-Clause
// Elements of a codecs parameter (RFC 6381): when two name the same thing. Their grammar is
// in codec_grammar.c.
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/codec/codec.h"
#include "manifests/validate/codec/codec_parts.h"
#include "src/base/mem.h"

bool codec_parts_split(const char *text, struct codec_parts *ret)
{
    ret->count = 0;
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ".");
        if (ret->count == CODEC_PARTS_MAX || length >= sizeof ret->parts[0])
            return false;
        memcpy(ret->parts[ret->count], at, length);
        ret->parts[ret->count++][length] = '\0';
        at += length;
        if (!*at)
            return true;
    }
}

// "02" and "2" are one number, so are "0a" and "A"; what is no number must be the same text.
static bool same_part(const char *a, const char *b)
{
    a += strspn(a, "0");
    b += strspn(b, "0");
    return strcasecmp(a, b) == 0;
}

static const char *part(const struct codec_parts *parts, size_t i)
{
    return i < parts->count ? parts->parts[i] : NULL;
}

static bool same_upto(const struct codec_parts *a, const struct codec_parts *b, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!part(a, i) != !part(b, i) || (part(a, i) && !same_part(part(a, i), part(b, i))))
            return false;
    return true;
}

static bool same_all(const struct codec_parts *a, const struct codec_parts *b)
{
    return a->count == b->count && same_upto(a, b, a->count);
}

// Constraint bytes that are not written are zero.
static bool same_hevc(const struct codec_parts *a, const struct codec_parts *b)
{
    if (!same_upto(a, b, 4))
        return false;
    for (size_t i = 4; i < CODEC_PARTS_MAX; i++)
        if (!same_part(part(a, i) ? part(a, i) : "", part(b, i) ? part(b, i) : ""))
            return false;
    return true;
}

// AV1-ISOBMFF 5 and VP9-ISOBMFF: the rest is written whole or not at all, and then has
// these values. A stream that says nothing of its colours (2) may be named by the short
// form, and so may one of 4:2:0 wherever its chroma samples lie.
struct defaults {
    const char *values[6];
    bool is_colour[6];
    size_t count;
    const char *also[2]; // other values of one that is no colour, which the short form fits
    size_t also_at;
};
static const struct defaults av1_defaults = {{"0", "110", "01", "01", "01", "0"},
                                             {false, false, true, true, true, false},
                                             6,
                                             {"111", "112"},
                                             1};
static const struct defaults vp9_defaults = {
    {"01", "01", "01", "01", "00"}, {false, true, true, true, false}, 5, {"00"}, 0};

static bool is_also(const struct defaults *defaults, size_t i, const char *written)
{
    for (size_t k = 0; k < ARRAY_LEN(defaults->also); k++)
        if (i == defaults->also_at && defaults->also[k] && same_part(written, defaults->also[k]))
            return true;
    return false;
}

static bool same_tail(const struct codec_parts *a, const struct codec_parts *b,
                      const struct defaults *defaults)
{
    const size_t head = 4;
    bool is_short = a->count <= head || b->count <= head;
    if (!same_upto(a, b, head))
        return false;
    for (size_t i = 0; i < defaults->count; i++) {
        const char *x = part(a, head + i);
        const char *y = part(b, head + i);
        const char *written = x ? x : y;
        if (!x && !y)
            continue;
        if (x && y ? same_part(x, y) : same_part(written, defaults->values[i]))
            continue;
        bool is_open = is_short && ((defaults->is_colour[i] && same_part(written, "2")) ||
                                    is_also(defaults, i, written));
        if (!is_open)
            return false;
    }
    return true;
}

static bool same_av1(const struct codec_parts *a, const struct codec_parts *b)
{
    return same_tail(a, b, &av1_defaults);
}

static bool same_vp9(const struct codec_parts *a, const struct codec_parts *b)
{
    return same_tail(a, b, &vp9_defaults);
}

// Constraints, sub-profiles and layers may be left out.
static bool same_vvc(const struct codec_parts *a, const struct codec_parts *b)
{
    return same_upto(a, b, 3) && (a->count <= 3 || b->count <= 3 || same_upto(a, b, 4));
}

// The profile of TTML (RFC 6381 as amended by W3C's registry) may be left out.
static bool same_ttml(const struct codec_parts *a, const struct codec_parts *b)
{
    return a->count == 1 || b->count == 1 || same_all(a, b);
}

static bool is_either(const struct codec_parts *a, const struct codec_parts *b, const char *name)
{
    return strcasecmp(a->parts[0], name) == 0 && strcasecmp(b->parts[0], name) == 0;
}

bool codec_string_same(const char *a, const char *b)
{
    static const struct {
        const char *entry;
        bool (*same)(const struct codec_parts *a, const struct codec_parts *b);
    } families[] = {
        {"hvc1", same_hevc}, {"hev1", same_hevc}, {"av01", same_av1}, {"vp09", same_vp9},
        {"vp08", same_vp9},  {"vvc1", same_vvc},  {"vvi1", same_vvc}, {"stpp", same_ttml},
    };
    struct codec_parts x;
    struct codec_parts y;
    if (strcmp(a, b) == 0)
        return true;
    if (!codec_parts_split(a, &x) || !codec_parts_split(b, &y))
        return false;
    // Both spellings of these are in use: the sample entry's and the web's.
    if (is_either(&x, &y, "opus") || is_either(&x, &y, "flac"))
        return x.count == 1 && y.count == 1;
    if (strcmp(x.parts[0], y.parts[0]) != 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        if (strcmp(families[i].entry, x.parts[0]) == 0)
            return families[i].same(&x, &y);
    return same_all(&x, &y);
}

bool codec_string_matches(const struct codec_facts *facts, const char *text)
{
    if (!facts->string[0] || codec_string_same(facts->string, text))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(facts->alternatives); i++)
        if (facts->alternatives[i][0] && codec_string_same(facts->alternatives[i], text))
            return true;
    return false;
}

void codec_dolby_vision_string(const char *entry, uint32_t profile, uint32_t level,
                               char ret[CODEC_STRING_SIZE])
{
    static const struct {
        const char *entry;
        const char *name;
    } names[] = {
        {"hvc1", "dvh1"}, {"dvh1", "dvh1"}, {"hev1", "dvhe"}, {"dvhe", "dvhe"}, {"avc1", "dva1"},
        {"dva1", "dva1"}, {"avc3", "dvav"}, {"dvav", "dvav"}, {"av01", "dav1"}, {"dav1", "dav1"},
    };
    ret[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i].entry, entry) == 0)
            snprintf(ret, CODEC_STRING_SIZE, "%s.%02u.%02u", names[i].name, profile, level);
}

const char *codec_dolby_vision_brand(uint32_t compatibility)
{
    return compatibility == 1   ? "db1p"
           : compatibility == 2 ? "db2g"
           : compatibility == 4 ? "db4h"
                                : "";
}
