// SPDX-License-Identifier: BSD-2-Clause
// VP8 and VP9 in ISO files (VP Codec ISO Media File Format Binding 1.0): vpcC, its string,
// samples.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/codec/codec_private.h"

// As VP9 counts chroma subsampling, to 4:x:x as the facts do.
static const uint8_t chroma_formats[] = {1, 1, 2, 3};

// The short form when the rest is what it stands for: 4:2:0, BT.709 or nothing said.
static void name(const char *entry, const struct codec_facts *facts, uint32_t subsampling,
                 char string[CODEC_STRING_SIZE])
{
    int at = snprintf(string, CODEC_STRING_SIZE, "%s.%02u.%02u.%02u", entry, facts->profile,
                      facts->level, facts->bit_depth);
    bool is_usual = subsampling <= 1 && !facts->is_full_range && facts->primaries <= 2 &&
                    facts->primaries == facts->transfer && facts->primaries == facts->matrix;
    if (!is_usual)
        snprintf(string + at, CODEC_STRING_SIZE - (size_t)at, ".%02u.%02u.%02u.%02u.%02u",
                 subsampling, facts->primaries, facts->transfer, facts->matrix,
                 facts->is_full_range);
}

bool vpcc_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct bytes bytes;
    (void)codec;
    bytes_init(&bytes, config->data, config->size_bytes);
    uint32_t version = bytes_get(&bytes, 1);
    bytes_take(&bytes, 3);
    facts->profile = facts->stream_profile = bytes_get(&bytes, 1);
    facts->level = facts->stream_level = bytes_get(&bytes, 1);
    uint32_t packed = bytes_get(&bytes, 1);
    facts->bit_depth = packed >> 4;
    if (bytes.is_short)
        return err_set(err, ERR_INPUT, "vpcC is cut short");
    if (version != 1)
        return err_set(err, ERR_INPUT, "vpcC has the version %u instead of 1", version);
    uint32_t subsampling = packed >> 1 & 7;
    facts->is_full_range = packed & 1;
    facts->primaries = bytes_get(&bytes, 1);
    facts->transfer = bytes_get(&bytes, 1);
    facts->matrix = bytes_get(&bytes, 1);
    uint32_t extra_bytes = bytes_get(&bytes, 2);
    if (bytes.is_short)
        return err_set(err, ERR_INPUT, "vpcC is cut short");
    facts->has_colour = true;
    facts->chroma_format =
        subsampling < sizeof chroma_formats ? chroma_formats[subsampling] : facts->chroma_format;
    name(config->entry, facts, subsampling, facts->string);
    if (facts->profile > 3 || subsampling > 3)
        return err_set(err, ERR_INPUT,
                       "vpcC holds a profile or chroma format that VP9 does not "
                       "have");
    if (facts->bit_depth != 8 && facts->bit_depth != 10 && facts->bit_depth != 12)
        return err_set(err, ERR_INPUT, "vpcC gives a bit depth of %u", facts->bit_depth);
    if (extra_bytes > 0)
        codec_conflict(facts, "vpcC holds initialization data, which VP8 and VP9 do not have");
    if ((facts->profile < 2) != (facts->bit_depth == 8))
        codec_conflict(facts, "vpcC gives a bit depth that its profile does not have");
    if ((facts->profile % 2 == 1) != (subsampling > 1))
        codec_conflict(facts, "vpcC gives a chroma format that its profile does not have");
    return true;
}

// The index of a superframe (VP9 annex B) at the end of a sample. False when it is there but
// its sizes do not fit.
static bool is_index_sound(const uint8_t *data, size_t size_bytes)
{
    uint8_t last = data[size_bytes - 1];
    unsigned frames = (last & 7U) + 1;
    unsigned width = (last >> 3 & 3U) + 1;
    size_t index_bytes = 2 + (size_t)frames * width;
    if ((last & 0xe0) != 0xc0 || size_bytes < index_bytes || data[size_bytes - index_bytes] != last)
        return true; // none
    uint64_t sum = 0;
    const uint8_t *at = data + size_bytes - index_bytes + 1;
    for (unsigned i = 0; i < frames; i++)
        for (unsigned j = 0; j < width; j++)
            sum += (uint64_t)*at++ << (8 * j);
    return sum <= size_bytes - index_bytes;
}

void vp9_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
              struct sample_look *ret)
{
    struct codec_bits bits;
    (void)codec;
    codec_bits_init(&bits, data, size_bytes);
    uint32_t marker = codec_bits_get(&bits, 2);
    uint32_t profile = codec_bits_get(&bits, 1);
    profile |= codec_bits_get(&bits, 1) << 1;
    if (profile == 3)
        codec_bits_skip(&bits, 1);
    bool is_repeat = codec_bits_flag(&bits); // show_existing_frame
    if (bits.is_short || marker != 2) {
        ret->malformed = "a sample does not begin with a VP9 frame";
        return;
    }
    ret->is_known = true;
    if (!is_index_sound(data, size_bytes))
        ret->malformed = "the frames of a superframe are longer than their sample";
    if (is_repeat)
        return;
    bool is_key = !codec_bits_flag(&bits);
    codec_bits_skip(&bits, 2); // show_frame, error_resilient_mode
    if (is_key && codec_bits_get(&bits, 24) != 0x498342)
        ret->malformed = "a key frame has no sync code";
    ret->is_idr = ret->may_be_sync = ret->has_only_intra = is_key;
    ret->sap_type = is_key ? 1 : 0;
}

void vp8_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
              struct sample_look *ret)
{
    static const uint8_t start[] = {0x9d, 0x01, 0x2a};
    (void)codec;
    if (size_bytes < 3) {
        ret->malformed = "a sample is too short for a VP8 frame";
        return;
    }
    bool is_key = !(data[0] & 1); // RFC 6386 9.1
    if (is_key && (size_bytes < 10 || memcmp(data + 3, start, sizeof start) != 0))
        ret->malformed = "a key frame has no start code";
    ret->is_known = true;
    ret->is_idr = ret->may_be_sync = ret->has_only_intra = is_key;
    ret->sap_type = is_key ? 1 : 0;
}
