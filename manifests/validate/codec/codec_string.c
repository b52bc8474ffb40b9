// SPDX-License-Identifier: BSD-2-Clause
// Elements of a codecs parameter (RFC 6381): when two name the same thing.
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/codec/codec.h"
#include "src/base/mem.h"

bool codec_string_same(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
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

bool codec_string_check(const char *text, struct err *err)
{
    (void)text;
    (void)err;
    return true;
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
