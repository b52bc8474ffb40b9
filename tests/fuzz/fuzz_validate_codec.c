// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a configuration and as samples of its codec, and as codecs strings. The
// first byte chooses the entry, the next two how long the configuration is.
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/codec/codec.h"
#include "src/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static const char *const kinds[][2] = {
    {"avc1", "avcC"}, {"hvc1", "hvcC"}, {"av01", "av1C"}, {"vp09", "vpcC"}, {"mp4a", "esds"},
    {"ac-3", "dac3"}, {"ec-3", "dec3"}, {"ac-4", "dac4"}, {"Opus", "dOps"}, {"fLaC", "dfLa"},
    {"vvc1", "vvcC"}, {"alac", "alac"}, {"mha1", "mhaC"}, {"vp08", "vpcC"}, {"avc3", "avcC"},
    {"dvh1", "hvcC"}, {"hev1", "hvcC"}, {"stpp", NULL},   {"mp4v", "esds"},
};

// A copy of its own, so that a read beyond its end is seen.
static void *exact_copy(const uint8_t *data, size_t size_bytes)
{
    uint8_t *copy = mem_alloc(size_bytes ? size_bytes : 1);
    if (size_bytes > 0)
        memcpy(copy, data, size_bytes);
    return copy;
}

static void look(const struct codec *codec, const uint8_t *data, size_t size_bytes)
{
    struct sample_look seen;
    AUTO_FREE uint8_t *copy = exact_copy(data, size_bytes);
    codec_look(codec, copy, size_bytes, &seen);
    if (seen.is_idr && (seen.sap_type == 0 || !seen.may_be_sync))
        abort();
    if ((seen.is_idr || seen.sap_type > 0 || seen.has_only_intra) && !seen.is_known)
        abort();
}

static void compare(const uint8_t *data, size_t size_bytes)
{
    AUTO_FREE char *text = mem_alloc(size_bytes + 1);
    if (size_bytes > 0)
        memcpy(text, data, size_bytes);
    struct err err = {0};
    char *second = strchr(text, ',');
    if (second)
        *second++ = '\0';
    if (!codec_string_same(text, text))
        abort();
    if (second && codec_string_same(text, second) != codec_string_same(second, text))
        abort();
    if (!codec_string_check(text, &err) && (err.kind != ERR_INPUT || !err.text[0]))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    if (size_bytes < 3)
        return 0;
    size_t config_bytes = data[1] | (size_t)data[2] << 8;
    const uint8_t *rest = data + 3;
    size_t left = size_bytes - 3;
    if (config_bytes > left)
        config_bytes = left;
    if (data[0] == 255) {
        compare(rest, left);
        return 0;
    }
    const char *const *kind = kinds[data[0] % ARRAY_LEN(kinds)];
    AUTO_FREE uint8_t *copy = exact_copy(rest, config_bytes);
    static const struct codec_colour colour = {.primaries = 9, .transfer = 16, .matrix = 9};
    const struct codec_config config = {.entry = kind[0],
                                        .box_type = kind[1],
                                        .data = copy,
                                        .size_bytes = config_bytes,
                                        .colour = data[0] & 0x40 ? &colour : NULL};
    struct codec codec;
    struct codec_facts facts;
    struct err err = {0};
    bool is_read = codec_read(&config, &codec, &facts, &err);
    if (is_read != (err.kind == ERR_NONE) || (!is_read && err.kind != ERR_INPUT))
        abort();
    if (strnlen(facts.string, sizeof facts.string) == sizeof facts.string)
        abort();
    // Reserved numbers of these may have three digits where two are usual.
    bool is_wide = strncmp(kind[0], "vp0", 3) == 0 || strcmp(kind[0], "av01") == 0;
    if (is_read && facts.string[0] && !is_wide && !codec_string_check(facts.string, &err))
        abort();
    if (!codec_string_matches(&facts, facts.string) || facts.frame_rate.den <= 0 ||
        facts.sample_aspect.den <= 0)
        abort();
    look(&codec, rest + config_bytes, left - config_bytes);
    codec_done(&codec);
    return 0;
}
