// SPDX-License-Identifier: BSD-2-Clause
// HEVC in ISO files: hvcC (ISO/IEC 14496-15 8.3.3.1) and its string (annex E.3). Samples
// are in hevc_look.c.
#include "manifests/validate/codec/hevc.h"

#include <stdio.h>
#include <string.h>

#include "manifests/validate/codec/codec_private.h"

// Annex E.3: profile space and idc, compatibility flags from the last one on, tier and
// level, then the constraint bytes without zero bytes at their end.
static void name(const char *entry, const struct hevc_profile *profile,
                 char string[CODEC_STRING_SIZE])
{
    static const char *const spaces[] = {"", "A", "B", "C"};
    uint32_t reversed = 0;
    for (unsigned i = 0; i < 32; i++)
        reversed |= (profile->compatibility >> i & 1) << (31 - i);
    int at = snprintf(string, CODEC_STRING_SIZE, "%s.%s%u.%X.%c%u", entry, spaces[profile->space],
                      profile->profile, reversed, profile->tier ? 'H' : 'L', profile->level);
    unsigned count = 6;
    while (count > 0 && profile->constraints[count - 1] == 0)
        count--;
    for (unsigned i = 0; i < count; i++)
        at += snprintf(string + at, CODEC_STRING_SIZE - (size_t)at, ".%X", profile->constraints[i]);
}

// What hvcC says of the stream before its arrays.
struct record {
    struct hevc_profile general;
    uint32_t chroma_format, bit_depth, chroma_bit_depth;
    bool has_vps, has_sps, has_pps;
};

static void compare_with_sps(const struct record *record, const struct hevc_sps *sps,
                             struct codec_facts *facts)
{
    const struct hevc_profile *general = &record->general;
    bool is_compatible = sps->general.compatibility >> (31 - general->profile) & 1;
    if (sps->general.space != general->space ||
        (sps->general.profile != general->profile && !is_compatible))
        codec_conflict(facts, "hvcC names another profile than the sequence parameter set in it");
    if (sps->general.tier > general->tier)
        codec_conflict(facts, "hvcC names a lower tier than the sequence parameter set in it");
    else if (sps->general.tier == general->tier && sps->general.level > general->level)
        codec_conflict(facts, "hvcC names a lower level than the sequence parameter set in it");
    // A flag may only be set when all sets have it set.
    if (general->compatibility & ~sps->general.compatibility)
        codec_conflict(facts, "hvcC sets a compatibility flag that the sequence parameter set in "
                              "it does not");
    for (unsigned i = 0; i < 6; i++)
        if (general->constraints[i] & ~sps->general.constraints[i])
            codec_conflict(facts, "hvcC sets a constraint flag that the sequence parameter set in "
                                  "it does not");
    if (record->chroma_format != sps->chroma_format)
        codec_conflict(facts, "hvcC names another chroma format than the sequence parameter set "
                              "in it");
    bool has_chroma = sps->chroma_format != 0;
    if (record->bit_depth != sps->bit_depth ||
        (has_chroma && record->chroma_bit_depth != sps->chroma_bit_depth))
        codec_conflict(facts, "hvcC names another bit depth than the sequence parameter set in it");
}

static bool read_sps(const uint8_t *data, size_t size_bytes, struct record *record,
                     struct codec_facts *facts, struct err *err)
{
    struct hevc_sps sps;
    struct codec_facts other = *facts;
    // Of a second set only profile and level matter.
    struct codec_facts *into = record->has_sps ? &other : facts;
    if (!hevc_sps_read(data, size_bytes, &sps, into, err))
        return false;
    record->has_sps = true;
    compare_with_sps(record, &sps, facts);
    facts->stream_profile = sps.general.profile;
    if (sps.general.level > facts->stream_level)
        facts->stream_level = sps.general.level;
    return true;
}

// Slice headers can be read when all picture parameter sets agree on the bits in them.
static void read_pps(const uint8_t *data, size_t size_bytes, struct codec *codec)
{
    uint32_t extra = 0;
    if (!hevc_pps_extra_bits(data, size_bytes, &extra) ||
        (codec->own[0] && codec->own[0] != extra + 1))
        extra = 31; // not known
    codec->own[0] = extra + 1;
}

static bool read_nal(const uint8_t *data, size_t size_bytes, struct record *record,
                     struct codec *codec, struct codec_facts *facts, struct err *err);

static bool read_arrays(struct bytes *bytes, struct record *record, struct codec *codec,
                        struct codec_facts *facts, struct err *err)
{
    unsigned arrays = bytes_get(bytes, 1);
    bool is_sound = true;
    for (unsigned i = 0; i < arrays && !bytes->is_short; i++) {
        unsigned type = bytes_get(bytes, 1) & 63;
        unsigned count = bytes_get(bytes, 2);
        for (unsigned j = 0; j < count && !bytes->is_short; j++) {
            size_t size_bytes = bytes_get(bytes, 2);
            const uint8_t *data = bytes_take(bytes, size_bytes);
            if (!data)
                break;
            if (size_bytes < 2 || (data[0] >> 1 & 63) != type)
                return err_set(err, ERR_INPUT,
                               "hvcC holds a NAL unit in the array of another type");
            is_sound = is_sound && read_nal(data, size_bytes, record, codec, facts, err);
        }
    }
    if (bytes->is_short)
        return err_set(err, ERR_INPUT, "hvcC ends inside its arrays");
    return is_sound;
}

static bool read_nal(const uint8_t *data, size_t size_bytes, struct record *record,
                     struct codec *codec, struct codec_facts *facts, struct err *err)
{
    unsigned type = data[0] >> 1 & 63;
    bool is_base = (data[0] & 1) == 0 && data[1] >> 3 == 0; // nuh_layer_id
    if (type == HEVC_PREFIX_SEI)
        hevc_sei_note(data, size_bytes, facts);
    if (type < HEVC_VPS || type > HEVC_PPS)
        return true;
    codec_keep_set(codec, data, size_bytes);
    if (!is_base)
        return true;
    if (type == HEVC_SPS)
        return read_sps(data, size_bytes, record, facts, err);
    if (type == HEVC_PPS) {
        record->has_pps = true;
        read_pps(data, size_bytes, codec);
    } else {
        record->has_vps = true;
        struct rational rate = hevc_vps_rate(data, size_bytes);
        if (facts->frame_rate.num == 0)
            facts->frame_rate = rate;
    }
    return true;
}

static void read_general(struct bytes *bytes, struct hevc_profile *ret)
{
    uint32_t first = bytes_get(bytes, 1);
    ret->space = first >> 6;
    ret->tier = first >> 5 & 1;
    ret->profile = first & 31;
    ret->compatibility = bytes_get(bytes, 4);
    for (unsigned i = 0; i < 6; i++)
        ret->constraints[i] = (uint8_t)bytes_get(bytes, 1);
    ret->level = bytes_get(bytes, 1);
}

bool hvcc_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct bytes bytes;
    struct record record = {0};
    bytes_init(&bytes, config->data, config->size_bytes);
    uint32_t version = bytes_get(&bytes, 1);
    read_general(&bytes, &record.general);
    bytes_take(&bytes, 2 + 1); // min_spatial_segmentation_idc, parallelismType
    record.chroma_format = bytes_get(&bytes, 1) & 3;
    record.bit_depth = 8 + (bytes_get(&bytes, 1) & 7);
    record.chroma_bit_depth = 8 + (bytes_get(&bytes, 1) & 7);
    bytes_take(&bytes, 2); // avgFrameRate
    codec->nal_length_size = (bytes_get(&bytes, 1) & 3) + 1;
    if (bytes.is_short)
        return err_set(err, ERR_INPUT, "hvcC is cut short");
    facts->profile = facts->stream_profile = record.general.profile;
    facts->level = record.general.level;
    facts->tier = record.general.tier;
    facts->chroma_format = record.chroma_format;
    facts->bit_depth = record.bit_depth;
    name(config->entry, &record.general, facts->string);
    if (version != 1)
        return err_set(err, ERR_INPUT, "hvcC has the version %u instead of 1", version);
    bool is_sound = read_arrays(&bytes, &record, codec, facts, err);
    if (facts->stream_level == 0)
        facts->stream_level = facts->level;
    if (!is_sound)
        return false;
    if (codec->nal_length_size == 3)
        return err_set(err, ERR_INPUT, "hvcC gives NAL unit lengths of 3 bytes");
    if (!record.has_vps || !record.has_sps || !record.has_pps)
        facts->missing_set = !record.has_vps   ? "hvcC holds no video parameter set"
                             : !record.has_sps ? "hvcC holds no sequence parameter set"
                                               : "hvcC holds no picture parameter set";
    return true;
}
