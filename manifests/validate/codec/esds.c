// SPDX-License-Identifier: BSD-2-Clause
// esds (ISO/IEC 14496-14 5.6.1, descriptors of 14496-1 7.2.6): what the object type
// indication names, and its decoder specific information.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/codec/aac.h"
#include "manifests/validate/codec/codec_private.h"

enum { TAG_ES = 3, TAG_DECODER_CONFIG = 4, TAG_DECODER_SPECIFIC = 5 };
enum { OTI_MPEG4_VISUAL = 0x20, OTI_MPEG4_AUDIO = 0x40, OTI_MP3_HALF = 0x69, OTI_MP3 = 0x6b };

// The first descriptor with this tag; other ones are passed over. Leaves `in` after it.
static bool find(struct bytes *in, uint8_t tag, struct bytes *ret)
{
    while (bytes_left(in) > 0) {
        uint8_t here = (uint8_t)bytes_get(in, 1);
        uint32_t size_bytes = 0;
        for (unsigned i = 0; i < 4; i++) { // the size: 7 bits a byte, at most 4 bytes
            uint32_t part = bytes_get(in, 1);
            size_bytes = size_bytes << 7 | (part & 0x7f);
            if (!(part & 0x80))
                break;
        }
        const uint8_t *data = bytes_take(in, size_bytes);
        if (!data)
            return false;
        if (here == tag) {
            bytes_init(ret, data, size_bytes);
            return true;
        }
    }
    return false;
}

static void skip_es_head(struct bytes *es)
{
    bytes_get(es, 2); // ES_ID
    uint32_t flags = bytes_get(es, 1);
    if (flags & 0x80)
        bytes_get(es, 2);
    if (flags & 0x40)
        bytes_take(es, bytes_get(es, 1));
    if (flags & 0x20)
        bytes_get(es, 2);
}

static void name_visual(const struct bytes *specific, struct codec_facts *facts)
{
    static const uint8_t start[] = {0, 0, 1, 0xb0}; // visual_object_sequence_start_code
    if (bytes_left(specific) > 4 && memcmp(specific->next, start, sizeof start) == 0) {
        facts->profile = facts->stream_profile = specific->next[4];
        snprintf(facts->string, sizeof facts->string, "mp4v.20.%u", facts->profile);
    }
}

bool esds_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct bytes bytes;
    struct bytes es;
    struct bytes decoder;
    struct bytes specific = {0};
    (void)codec;
    bytes_init(&bytes, config->data, config->size_bytes);
    bytes_get(&bytes, 4); // version and flags
    if (!find(&bytes, TAG_ES, &es))
        return err_set(err, ERR_INPUT, "esds holds no ES descriptor, or one longer than its box");
    skip_es_head(&es);
    if (!find(&es, TAG_DECODER_CONFIG, &decoder))
        return err_set(err, ERR_INPUT,
                       "esds holds no decoder configuration, or one longer than "
                       "what holds it");
    uint32_t oti = bytes_get(&decoder, 1);
    bytes_take(&decoder, 12); // stream type, buffer size, bit rates
    if (decoder.is_short)
        return err_set(err, ERR_INPUT, "the decoder configuration in esds is cut short");
    bool has_specific = find(&decoder, TAG_DECODER_SPECIFIC, &specific);
    if (decoder.is_short)
        return err_set(err, ERR_INPUT,
                       "esds holds decoder specific information that is longer "
                       "than what holds it");
    if (oti == OTI_MPEG4_AUDIO) {
        if (!has_specific)
            return err_set(err, ERR_INPUT, "esds holds no audio configuration");
        return aac_config_read(specific.next, bytes_left(&specific), facts, err);
    }
    if (oti == OTI_MPEG4_VISUAL) {
        name_visual(&specific, facts);
        return true;
    }
    snprintf(facts->string, sizeof facts->string, "%s.%02X", config->entry, oti);
    if (oti == OTI_MP3 || oti == OTI_MP3_HALF)
        facts->frame_samples = oti == OTI_MP3 ? 1152 : 0;
    return true;
}
