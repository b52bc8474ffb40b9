// SPDX-License-Identifier: BSD-2-Clause
// H.264 in ISO files: avcC (ISO/IEC 14496-15 5.3.3.1), its string, and samples.
#include "manifests/validate/codec/h264.h"

#include <stdio.h>

#include "manifests/validate/codec/codec_private.h"

enum {
    H264_SLICE = 1,
    H264_PARTITION_A = 2,
    H264_IDR = 5,
    H264_SEI = 6,
    H264_SPS = 7,
    H264_PPS = 8
};

// The constraint flag by which a stream of another profile is one of this too (H.264 A.2).
static uint32_t constraint_of(uint32_t profile)
{
    return profile == 66 ? 0x80 : profile == 77 ? 0x40 : profile == 88 ? 0x20 : 0;
}

// facts hold what avcC says.
static void compare_with_sps(const struct h264_sps *sps, uint32_t constraints,
                             struct codec_facts *facts)
{
    if (sps->profile != facts->profile && !(constraint_of(facts->profile) & sps->constraints))
        codec_conflict(facts, "avcC names another profile than the sequence parameter set in it");
    else if (constraints & ~sps->constraints)
        codec_conflict(
            facts, "avcC sets a constraint flag that the sequence parameter set in it does not");
    if (sps->level > facts->level)
        codec_conflict(facts, "avcC names a lower level than the sequence parameter set in it");
    facts->stream_profile = sps->profile;
    if (sps->level > facts->stream_level)
        facts->stream_level = sps->level;
}

static bool read_sps(const uint8_t *data, size_t size_bytes, uint32_t constraints,
                     struct codec_facts *facts, struct err *err)
{
    struct h264_sps sps;
    if (facts->stream_level > 0) { // a second set: only its profile and level are looked at
        struct codec_facts other = *facts;
        if (!h264_sps_read(data, size_bytes, &sps, &other, err))
            return false;
    } else if (!h264_sps_read(data, size_bytes, &sps, facts, err)) {
        return false;
    }
    compare_with_sps(&sps, constraints, facts);
    return true;
}

// What avcC says again of the High profiles, after its sets; older writers leave it out.
static void compare_tail(struct bytes *bytes, struct codec_facts *facts)
{
    bool is_high = facts->profile == 100 || facts->profile == 110 || facts->profile == 122 ||
                   facts->profile == 244;
    if (!is_high || bytes_left(bytes) < 4 || facts->bit_depth == 0)
        return;
    uint32_t chroma = bytes_get(bytes, 1) & 3;
    uint32_t luma = 8 + (bytes_get(bytes, 1) & 7);
    if (chroma != facts->chroma_format)
        codec_conflict(facts, "avcC names another chroma format than the sequence parameter set "
                              "in it");
    if (luma != facts->bit_depth)
        codec_conflict(facts, "avcC names another bit depth than the sequence parameter set in it");
}

// One array of parameter sets.
static bool read_sets(struct bytes *bytes, unsigned count, uint8_t type, struct codec *codec,
                      struct err *err)
{
    for (unsigned i = 0; i < count; i++) {
        size_t size_bytes = bytes_get(bytes, 2);
        const uint8_t *data = bytes_take(bytes, size_bytes);
        if (!data || bytes->is_short)
            return err_set(err, ERR_INPUT, "avcC ends inside its parameter sets");
        if (size_bytes == 0 || (data[0] & 31) != type)
            return err_set(err, ERR_INPUT, "avcC holds something else where a %s belongs",
                           type == H264_SPS ? "sequence parameter set" : "picture parameter set");
        codec_keep_set(codec, data, size_bytes);
    }
    return true;
}

bool avcc_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct bytes bytes;
    bytes_init(&bytes, config->data, config->size_bytes);
    uint32_t version = bytes_get(&bytes, 1);
    facts->profile = facts->stream_profile = bytes_get(&bytes, 1);
    uint32_t constraints = bytes_get(&bytes, 1);
    facts->level = bytes_get(&bytes, 1);
    codec->nal_length_size = (bytes_get(&bytes, 1) & 3) + 1;
    unsigned sps_count = bytes_get(&bytes, 1) & 31;
    if (bytes.is_short)
        return err_set(err, ERR_INPUT, "avcC is cut short");
    if (version != 1)
        return err_set(err, ERR_INPUT, "avcC has the version %u instead of 1", version);
    snprintf(facts->string, sizeof facts->string, "%s.%02X%02X%02X", config->entry, facts->profile,
             constraints, facts->level);
    if (!read_sets(&bytes, sps_count, H264_SPS, codec, err))
        return false;
    size_t sps_kept = codec->set_count;
    unsigned pps_count = bytes_get(&bytes, 1);
    if (bytes.is_short)
        return err_set(err, ERR_INPUT, "avcC ends before its picture parameter sets");
    if (!read_sets(&bytes, pps_count, H264_PPS, codec, err))
        return false;
    if (codec->nal_length_size == 3)
        return err_set(err, ERR_INPUT, "avcC gives NAL unit lengths of 3 bytes");
    for (size_t i = 0; i < sps_kept; i++)
        if (!read_sps(codec->sets[i].data, codec->sets[i].size_bytes, constraints, facts, err))
            return false;
    compare_tail(&bytes, facts);
    if (sps_count == 0)
        facts->missing_set = "avcC holds no sequence parameter set";
    else if (pps_count == 0)
        facts->missing_set = "avcC holds no picture parameter set";
    if (facts->stream_level == 0)
        facts->stream_level = facts->level;
    codec->own[0] = facts->is_interlaced || sps_count == 0;
    return true;
}

// recovery_frame_cnt of the recovery point message (H.264 D.1.8) among the first of an SEI
// NAL unit; false without one.
static bool read_recovery(const struct nal *nal, uint32_t *ret_frames)
{
    enum { MESSAGES_MAX = 16 };
    struct codec_bits bits;
    codec_bits_init_nal(&bits, nal->data + 1, nal->size_bytes - 1);
    for (unsigned i = 0; i < MESSAGES_MAX && !bits.is_short && codec_bits_left(&bits) > 16; i++) {
        uint32_t part;
        uint32_t type = 0;
        uint64_t size_bytes = 0;
        do {
            part = codec_bits_get(&bits, 8);
            type += part;
        } while (part == 255);
        do {
            part = codec_bits_get(&bits, 8);
            size_bytes += part;
        } while (part == 255);
        if (type == 6) {
            *ret_frames = codec_bits_ue(&bits);
            return !bits.is_short;
        }
        codec_bits_skip(&bits, 8 * size_bytes);
    }
    return false;
}

// slice_type is one that predicts from nothing.
static bool is_intra_slice(const struct nal *nal)
{
    struct codec_bits bits;
    // Two Exp-Golomb codes: a few bytes are enough.
    codec_bits_init_nal(&bits, nal->data + 1, nal->size_bytes < 17 ? nal->size_bytes - 1 : 16);
    codec_bits_ue(&bits);
    uint32_t type = codec_bits_ue(&bits) % 5;
    return !bits.is_short && (type == 2 || type == 4);
}

struct h264_picture {
    unsigned idr_slices, other_slices;
    bool starts_with_idr;
    bool is_referred;
    bool has_recovery;
    uint32_t recovery_frames;
};

static void look_at_nal(const struct codec *codec, const struct nal *nal,
                        struct h264_picture *picture, struct sample_look *look)
{
    unsigned type = nal->data[0] & 31;
    if (nal->data[0] & 0x80)
        look->malformed = "a NAL unit header has its forbidden bit set";
    switch (type) {
    case H264_IDR:
        picture->starts_with_idr |= picture->other_slices == 0;
        picture->idr_slices++;
        picture->is_referred = true;
        break;
    case H264_SLICE:
    case H264_PARTITION_A:
        picture->other_slices++;
        picture->is_referred |= (nal->data[0] & 0x60) != 0;
        look->has_only_intra = look->has_only_intra && is_intra_slice(nal);
        break;
    case H264_SEI:
        picture->has_recovery |= read_recovery(nal, &picture->recovery_frames);
        break;
    case H264_SPS:
    case H264_PPS:
        codec_compare_set(codec, nal->data, nal->size_bytes, look);
        break;
    default:
        break;
    }
}

void h264_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
               struct sample_look *ret)
{
    struct h264_picture picture = {0};
    struct nal nal;
    const uint8_t *end = data + size_bytes;
    ret->has_only_intra = true;
    while (nal_next(codec, &data, end, &nal, ret))
        look_at_nal(codec, &nal, &picture, ret);
    unsigned slices = picture.idr_slices + picture.other_slices;
    ret->is_known = slices > 0;
    ret->has_only_intra = ret->has_only_intra && slices > 0;
    if (slices == 0 && !ret->malformed)
        ret->malformed = "a sample holds no slice of a picture";
    // Only the first of two fields is IDR (H.264 7.4.1.2.4); frames are all or nothing.
    bool is_mixed = picture.idr_slices > 0 && picture.other_slices > 0;
    if (is_mixed && !codec->own[0] && !ret->malformed)
        ret->malformed = "a picture mixes IDR slices with others";
    ret->is_disposable = slices > 0 && !picture.is_referred;
    ret->is_idr = ret->may_be_sync = picture.starts_with_idr && (!is_mixed || codec->own[0]);
    if (ret->is_idr)
        ret->sap_type = 1;
    else if (picture.has_recovery && slices > 0)
        ret->sap_type = picture.recovery_frames == 0 && ret->has_only_intra ? 3 : 4;
}
