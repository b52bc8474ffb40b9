// SPDX-License-Identifier: BSD-2-Clause
// Which reader reads which configuration, and which look belongs to which sample entry.
#include "manifests/validate/codec/codec.h"

#include <string.h>

#include "manifests/validate/codec/codec_private.h"
#include "src/base/mem.h"

// codec->own: the row of `entries`, counted from 1. The other seven are the readers'.
enum { OWN_ENTRY = 7 };

// The string of an entry without a configuration is its name.
static bool plain_read(const struct codec_config *config, struct codec *codec,
                       struct codec_facts *facts, struct err *err)
{
    (void)codec;
    (void)err;
    for (const char *at = config->entry; *at; at++)
        if (*at <= ' ' || *at > '~')
            return true; // no name to show
    memccpy(facts->string, config->entry, '\0', sizeof facts->string - 1);
    return true;
}

static const struct {
    const char *box_type;
    codec_reader *read;
} readers[] = {
    {"avcC", avcc_read}, {"hvcC", hvcc_read}, {"vvcC", vvcc_read}, {"av1C", av1c_read},
    {"vpcC", vpcc_read}, {"esds", esds_read}, {"dac3", dac3_read}, {"dec3", dec3_read},
    {"dac4", dac4_read}, {"dOps", dops_read}, {"dfLa", dfla_read}, {"alac", alac_read},
    {"mhaC", mhac_read},
};

static const struct {
    const char *entry;
    const char *box_type; // what it cannot be without; NULL: nothing
    codec_looker *look;
} entries[] = {
    // clang-format off
    {"avc1", "avcC", h264_look}, {"avc3", "avcC", h264_look}, {"avc2", "avcC", h264_look},
    {"avc4", "avcC", h264_look}, {"dva1", "avcC", h264_look}, {"dvav", "avcC", h264_look},
    {"hvc1", "hvcC", hevc_look}, {"hev1", "hvcC", hevc_look}, {"dvh1", "hvcC", hevc_look},
    {"dvhe", "hvcC", hevc_look}, {"hvc2", "hvcC", hevc_look}, {"hev2", "hvcC", hevc_look},
    {"vvc1", "vvcC", vvc_look},  {"vvi1", "vvcC", vvc_look},
    {"av01", "av1C", av1_look},  {"dav1", "av1C", av1_look},
    {"vp09", "vpcC", vp9_look},  {"vp08", "vpcC", vp8_look},
    {"mp4a", "esds", NULL},      {"mp4v", "esds", NULL},
    {"ac-3", "dac3", NULL},      {"ec-3", "dec3", NULL},      {"ac-4", "dac4", NULL},
    {"Opus", "dOps", NULL},      {"fLaC", "dfLa", NULL},      {"alac", "alac", NULL},
    {"mha1", "mhaC", NULL},
    // clang-format on
};

// Their string says what dvcC holds, which the caller has.
static bool is_dolby_vision(const char *entry)
{
    static const char *const names[] = {"dvh1", "dvhe", "dva1", "dvav", "dav1"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], entry) == 0)
            return true;
    return false;
}

// Their parameter sets may be in the samples alone.
static bool may_be_in_band(const char *entry)
{
    static const char *const names[] = {"avc3", "avc4", "hev1", "hev2", "vvi1", "dvhe", "dvav"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], entry) == 0)
            return true;
    return false;
}

static size_t entry_find(const char *entry)
{
    size_t i = 0;
    while (i < ARRAY_LEN(entries) && strcmp(entries[i].entry, entry) != 0)
        i++;
    return i;
}

static codec_reader *reader_of(const struct codec_config *config)
{
    if (config->box_type)
        for (size_t i = 0; i < ARRAY_LEN(readers); i++)
            if (strcmp(readers[i].box_type, config->box_type) == 0)
                return readers[i].read;
    return plain_read;
}

bool codec_read(const struct codec_config *config, struct codec *ret, struct codec_facts *facts,
                struct err *err)
{
    memset(ret, 0, sizeof *ret);
    memset(facts, 0, sizeof *facts);
    facts->frame_rate = (struct rational){0, 1};
    facts->sample_aspect = (struct rational){1, 1};
    memccpy(ret->entry, config->entry, '\0', sizeof ret->entry - 1);
    size_t i = entry_find(config->entry);
    if (i < ARRAY_LEN(entries) && entries[i].box_type &&
        (!config->box_type || strcmp(config->box_type, entries[i].box_type) != 0))
        return err_set(err, ERR_INPUT, "a sample entry %s needs the configuration box %s",
                       entries[i].entry, entries[i].box_type);
    ret->own[OWN_ENTRY] = i < ARRAY_LEN(entries) ? (uint32_t)i + 1 : 0;
    bool is_read = reader_of(config)(config, ret, facts, err);
    if (!is_read && ret->set_count == 0)
        ret->own[OWN_ENTRY] = 0; // nothing to go by when looking at samples
    if (is_dolby_vision(config->entry))
        facts->string[0] = '\0';
    if (may_be_in_band(config->entry))
        facts->missing_set = NULL;
    if (facts->core_channels == 0)
        facts->core_channels = facts->channels;
    if (facts->core_sample_rate_hz == 0)
        facts->core_sample_rate_hz = facts->sample_rate_hz;
    return is_read;
}

void codec_done(struct codec *codec)
{
    for (size_t i = 0; i < codec->set_count; i++)
        MEM_FREE(codec->sets[i].data);
    MEM_FREE(codec->sets);
    memset(codec, 0, sizeof *codec);
}

void codec_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
                struct sample_look *ret)
{
    memset(ret, 0, sizeof *ret);
    size_t entry = codec->own[OWN_ENTRY];
    if (entry > 0 && entries[entry - 1].look)
        entries[entry - 1].look(codec, data, size_bytes, ret);
}
