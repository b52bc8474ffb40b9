// SPDX-License-Identifier: BSD-2-Clause
// Which reader reads which configuration, and which look belongs to which sample entry.
#include "manifests/validate/codec/codec.h"

#include <string.h>

#include "manifests/validate/codec/codec_private.h"
#include "src/base/mem.h"

// The string of an entry without a configuration is its name.
static bool plain_read(const struct codec_config *config, struct codec *codec,
                       struct codec_facts *facts, struct err *err)
{
    (void)codec;
    (void)err;
    memccpy(facts->string, config->entry, '\0', sizeof facts->string - 1);
    return true;
}

static const struct {
    const char *box_type;
    codec_reader *read;
} readers[] = {
    {"avcC", avcc_read},
    {"esds", esds_read},
};

static const struct {
    const char *entry;
    const char *box_type; // what it cannot be without; NULL: nothing
    codec_looker *look;
} entries[] = {
    {"avc1", "avcC", h264_look}, {"avc3", "avcC", h264_look}, {"avc2", "avcC", h264_look},
    {"avc4", "avcC", h264_look}, {"dva1", "avcC", h264_look}, {"dvav", "avcC", h264_look},
    {"mp4a", "esds", NULL},
};

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
    bool is_read = reader_of(config)(config, ret, facts, err);
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
    size_t i = entry_find(codec->entry);
    if (i < ARRAY_LEN(entries) && entries[i].look)
        entries[i].look(codec, data, size_bytes, ret);
}
