// SPDX-License-Identifier: BSD-2-Clause
// VVC in ISO files: vvcC (ISO/IEC 14496-15 11.2.4.2) and its string, and kinds of pictures.
// What vvcC does not say itself is not looked up in the parameter sets.
#include <stdio.h>

#include "manifests/validate/codec/codec_private.h"

enum vvc_nal { // ITU-T H.266 Table 5
    VVC_RADL = 2,
    VVC_RASL = 3,
    VVC_IDR_W_RADL = 7,
    VVC_IDR_N_LP = 8,
    VVC_CRA = 9,
    VVC_GDR = 10,
    VVC_VCL_LAST = 11,
    VVC_OPI = 12,
    VVC_DCI = 13,
    VVC_VPS = 14,
    VVC_SPS = 15,
    VVC_PPS = 16,
};

#define CONSTRAINTS_MAX 63 // bytes: num_bytes_constraint_info has six bits

struct profile {
    uint32_t idc, tier, level;
    uint8_t constraints[CONSTRAINTS_MAX];
    unsigned constraint_count;
};

// VvcPTLRecord.
static void read_profile(struct codec_bits *bits, unsigned sub_layers, struct profile *ret)
{
    bool has_level[8] = {0};
    codec_bits_skip(bits, 2);
    ret->constraint_count = codec_bits_get(bits, 6);
    ret->idc = codec_bits_get(bits, 7);
    ret->tier = codec_bits_get(bits, 1);
    ret->level = codec_bits_get(bits, 8);
    for (unsigned i = 0; i < ret->constraint_count; i++)
        ret->constraints[i] = (uint8_t)codec_bits_get(bits, 8);
    for (unsigned i = 1; i < sub_layers; i++)
        has_level[i] = codec_bits_flag(bits);
    if (sub_layers > 1)
        codec_bits_skip(bits, 9 - sub_layers);
    for (unsigned i = 1; i < sub_layers; i++)
        codec_bits_skip(bits, has_level[i] ? 8 : 0);
    codec_bits_skip(bits, 32 * (uint64_t)codec_bits_get(bits, 8)); // sub-profiles
}

// Annex E: profile, tier and level, "C" and the constraints in base 32 (RFC 4648) without
// zero bytes at their end.
static void name(const char *entry, const struct profile *profile, char string[CODEC_STRING_SIZE])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    int length = snprintf(string, CODEC_STRING_SIZE, "%s.%u.%c%u", entry, profile->idc,
                          profile->tier ? 'H' : 'L', profile->level);
    unsigned count = profile->constraint_count;
    while (count > 0 && profile->constraints[count - 1] == 0)
        count--;
    size_t at = (size_t)length;
    if (count == 0 || at + 2 + (count * 8 + 4) / 5 >= CODEC_STRING_SIZE)
        return;
    string[at++] = '.';
    string[at++] = 'C';
    for (unsigned bit = 0; bit < count * 8; bit += 5) {
        unsigned value = 0;
        for (unsigned i = bit; i < bit + 5; i++)
            value =
                value << 1 | (i < count * 8 ? profile->constraints[i / 8] >> (7 - i % 8) & 1U : 0);
        string[at++] = letters[value];
    }
    string[at] = '\0';
}

static bool read_arrays(struct bytes *bytes, struct codec *codec, struct err *err)
{
    unsigned arrays = bytes_get(bytes, 1);
    for (unsigned i = 0; i < arrays && !bytes->is_short; i++) {
        unsigned type = bytes_get(bytes, 1) & 31;
        unsigned count = type == VVC_DCI || type == VVC_OPI ? 1 : bytes_get(bytes, 2);
        for (unsigned j = 0; j < count && !bytes->is_short; j++) {
            size_t size_bytes = bytes_get(bytes, 2);
            const uint8_t *data = bytes_take(bytes, size_bytes);
            if (!data)
                break;
            if (size_bytes < 2 || data[1] >> 3 != type)
                return err_set(err, ERR_INPUT,
                               "vvcC holds a NAL unit in the array of another type");
            if (type >= VVC_VPS && type <= VVC_PPS)
                codec_keep_set(codec, data, size_bytes);
        }
    }
    return bytes->is_short ? err_set(err, ERR_INPUT, "vvcC ends inside its arrays") : true;
}

bool vvcc_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct codec_bits bits;
    codec_bits_init(&bits, config->data, config->size_bytes);
    codec_bits_skip(&bits, 32 + 5); // version and flags, reserved
    codec->nal_length_size = codec_bits_get(&bits, 2) + 1;
    if (codec_bits_flag(&bits)) { // ptl_present_flag
        struct profile profile = {0};
        codec_bits_skip(&bits, 9);
        unsigned sub_layers = codec_bits_get(&bits, 3);
        codec_bits_skip(&bits, 2);
        facts->chroma_format = codec_bits_get(&bits, 2);
        facts->bit_depth = 8 + codec_bits_get(&bits, 3);
        codec_bits_skip(&bits, 5);
        read_profile(&bits, sub_layers, &profile);
        facts->width_px = codec_bits_get(&bits, 16);
        facts->height_px = codec_bits_get(&bits, 16);
        codec_bits_skip(&bits, 16);
        facts->profile = facts->stream_profile = profile.idc;
        facts->level = facts->stream_level = profile.level;
        facts->tier = profile.tier;
        if (!bits.is_short)
            name(config->entry, &profile, facts->string);
    }
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "vvcC is cut short");
    // All of it was whole bytes.
    struct bytes bytes;
    size_t left = codec_bits_left(&bits) / 8;
    bytes_init(&bytes, config->data + (config->size_bytes - left), left);
    if (!read_arrays(&bytes, codec, err))
        return false;
    if (codec->nal_length_size == 3)
        return err_set(err, ERR_INPUT, "vvcC gives NAL unit lengths of 3 bytes");
    if (codec->set_count == 0)
        facts->missing_set = "vvcC holds no parameter set";
    return true;
}

void vvc_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
              struct sample_look *ret)
{
    unsigned slices = 0;
    unsigned first = 0;
    struct nal nal;
    const uint8_t *end = data + size_bytes;
    while (nal_next(codec, &data, end, &nal, ret)) {
        if (nal.size_bytes < 2) {
            ret->malformed = "a NAL unit is shorter than its header";
            continue;
        }
        unsigned type = nal.data[1] >> 3;
        if (nal.data[0] & 0x80)
            ret->malformed = "a NAL unit header has its forbidden bit set";
        if (type >= VVC_VPS && type <= VVC_PPS)
            codec_compare_set(codec, nal.data, nal.size_bytes, ret);
        else if (type <= VVC_VCL_LAST && (nal.data[0] & 0x3f) == 0 && slices++ == 0)
            first = type;
    }
    ret->is_known = slices > 0;
    if (slices == 0 && !ret->malformed)
        ret->malformed = "a sample holds no slice of a picture";
    ret->is_idr = slices > 0 && (first == VVC_IDR_W_RADL || first == VVC_IDR_N_LP);
    ret->may_be_sync = ret->is_idr || (slices > 0 && first == VVC_CRA);
    ret->has_only_intra = ret->may_be_sync;
    ret->is_leading = slices > 0 && (first == VVC_RADL || first == VVC_RASL);
    if (ret->may_be_sync)
        ret->sap_type = ret->is_idr ? 1 : 3;
    else if (slices > 0 && first == VVC_GDR)
        ret->sap_type = 4;
}
