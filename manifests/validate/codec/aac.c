// SPDX-License-Identifier: BSD-2-Clause
// AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1): AAC, HE-AAC by each of its three ways of
// signalling, xHE-AAC (ISO/IEC 23003-3), and the name of every other object type.
#include "manifests/validate/codec/aac.h"

#include <stdio.h>

#include "manifests/validate/codec/bits.h"
#include "src/base/mem.h"

enum {
    AOT_LC = 2,
    AOT_SBR = 5,
    AOT_SCALABLE = 6,
    AOT_ER_SCALABLE = 20,
    AOT_BSAC = 22,
    AOT_ER_LD = 23,
    AOT_PS = 29,
    AOT_ELD = 39,
    AOT_USAC = 42,
};

struct aac {
    uint32_t object_type; // the first one
    uint32_t core_type;   // of the core below SBR
    uint32_t core_rate_hz, rate_hz;
    uint32_t channels; // of the core; 0 unknown
    uint32_t core_frame;
    bool has_sbr, has_ps;
    bool is_hidden;  // SBR is said in a place that LC decoders do not look at
    bool has_answer; // it is said that there is or is no SBR
};

// Table 1.18; from 15 on ISO/IEC 23003-3 Table 67, USAC alone.
static const uint32_t rates_hz[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000,
                                    12000, 11025, 8000,  7350,  0,     0,     51200, 40000, 38400,
                                    34150, 28800, 25600, 20000, 19200, 17075, 14400, 12800, 9600};
// Table 1.19 with amendments; the same numbers in USAC but for 8 to 10.
static const uint8_t channel_counts[] = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8};

static uint32_t read_type(struct codec_bits *bits)
{
    uint32_t type = codec_bits_get(bits, 5);
    return type == 31 ? 32 + codec_bits_get(bits, 6) : type;
}

static uint32_t read_rate(struct codec_bits *bits)
{
    uint32_t index = codec_bits_get(bits, 4);
    return index == 15 ? codec_bits_get(bits, 24) : rates_hz[index];
}

// Channels of a program config element (4.4.1.1). The alignment in it counts from the
// config's beginning, which is where the reader began.
static uint32_t read_program(struct codec_bits *bits, size_t total_bits)
{
    codec_bits_skip(bits, 4 + 2 + 4);
    unsigned elements = codec_bits_get(bits, 4); // front, side, back
    elements += codec_bits_get(bits, 4);
    elements += codec_bits_get(bits, 4);
    unsigned lfe = codec_bits_get(bits, 2);
    unsigned data = codec_bits_get(bits, 3);
    unsigned coupling = codec_bits_get(bits, 4);
    if (codec_bits_flag(bits))
        codec_bits_skip(bits, 4);
    if (codec_bits_flag(bits))
        codec_bits_skip(bits, 4);
    if (codec_bits_flag(bits))
        codec_bits_skip(bits, 3);
    uint32_t channels = lfe;
    for (unsigned i = 0; i < elements; i++) {
        channels += codec_bits_flag(bits) ? 2 : 1;
        codec_bits_skip(bits, 4);
    }
    codec_bits_skip(bits, 4 * lfe + 4 * data + 5 * coupling);
    size_t used = total_bits - codec_bits_left(bits);
    codec_bits_skip(bits, (8 - used % 8) % 8);
    codec_bits_skip(bits, 8 * (uint64_t)codec_bits_get(bits, 8)); // comment
    return channels;
}

// GASpecificConfig (4.4.1).
static void read_general(struct codec_bits *bits, struct aac *aac, uint32_t channel_config,
                         size_t total_bits)
{
    bool is_short_frame = codec_bits_flag(bits);
    aac->core_frame =
        aac->core_type == AOT_ER_LD ? (is_short_frame ? 480 : 512) : (is_short_frame ? 960 : 1024);
    if (codec_bits_flag(bits)) // dependsOnCoreCoder
        codec_bits_skip(bits, 14);
    bool has_extension = codec_bits_flag(bits);
    if (channel_config == 0)
        aac->channels = read_program(bits, total_bits);
    if (aac->core_type == AOT_SCALABLE || aac->core_type == AOT_ER_SCALABLE)
        codec_bits_skip(bits, 3);
    if (!has_extension)
        return;
    if (aac->core_type == AOT_BSAC)
        codec_bits_skip(bits, 5 + 11);
    else if (aac->core_type == 17 || aac->core_type == 19 || aac->core_type == AOT_ER_SCALABLE ||
             aac->core_type == AOT_ER_LD)
        codec_bits_skip(bits, 3);
    codec_bits_skip(bits, 1);
}

// The head of UsacConfig (ISO/IEC 23003-3 5.2), which is what really holds.
static void read_usac(struct codec_bits *bits, struct aac *aac)
{
    static const uint16_t frames[] = {768, 1024, 2048, 2048, 4096};
    uint32_t rate = codec_bits_get(bits, 5);
    if (rate == 31)
        aac->rate_hz = codec_bits_get(bits, 24);
    else
        aac->rate_hz = rate < ARRAY_LEN(rates_hz) ? rates_hz[rate] : 0;
    aac->core_rate_hz = aac->rate_hz;
    uint32_t length = codec_bits_get(bits, 3);
    aac->core_frame = length < ARRAY_LEN(frames) ? frames[length] : 0;
    uint32_t layout = codec_bits_get(bits, 5);
    if (layout == 0) { // UsacChannelConfig: escapedValue(5, 8, 16)
        aac->channels = codec_bits_get(bits, 5);
        if (aac->channels == 31)
            aac->channels += codec_bits_get(bits, 8);
    } else if (layout >= 8 && layout <= 10) {
        aac->channels = layout - 6; // 1+1, 2/1, 2/2
    } else {
        aac->channels = layout < ARRAY_LEN(channel_counts) ? channel_counts[layout] : 0;
    }
}

// SBR and PS behind the config proper, where older decoders do not look (1.6.5.2).
static void read_hidden(struct codec_bits *bits, struct aac *aac)
{
    if (codec_bits_left(bits) < 16 || codec_bits_get(bits, 11) != 0x2b7)
        return;
    uint32_t type = read_type(bits);
    if (type != AOT_SBR && type != AOT_BSAC)
        return;
    aac->has_answer = true;
    aac->has_sbr = aac->is_hidden = codec_bits_flag(bits);
    if (!aac->has_sbr)
        return;
    aac->rate_hz = read_rate(bits);
    if (type == AOT_SBR && codec_bits_left(bits) >= 12 && codec_bits_get(bits, 11) == 0x548)
        aac->has_ps = codec_bits_flag(bits);
}

static bool is_general(uint32_t type)
{
    return (type >= 1 && type <= 4) || type == 6 || type == 7 || type == 17 ||
           (type >= 19 && type <= 23);
}

static void aac_read(struct codec_bits *bits, struct aac *aac)
{
    size_t total_bits = codec_bits_left(bits);
    aac->object_type = aac->core_type = read_type(bits);
    aac->core_rate_hz = aac->rate_hz = read_rate(bits);
    uint32_t channel_config = codec_bits_get(bits, 4);
    aac->channels = channel_config < ARRAY_LEN(channel_counts) ? channel_counts[channel_config] : 0;
    if (aac->object_type == AOT_SBR || aac->object_type == AOT_PS) {
        aac->has_sbr = aac->has_answer = true;
        aac->has_ps = aac->object_type == AOT_PS;
        aac->rate_hz = read_rate(bits);
        aac->core_type = read_type(bits);
        if (aac->core_type == AOT_BSAC)
            codec_bits_skip(bits, 4);
    }
    if (is_general(aac->core_type))
        read_general(bits, aac, channel_config, total_bits);
    else if (aac->core_type == AOT_USAC)
        read_usac(bits, aac);
    else if (aac->core_type == AOT_ELD)
        aac->core_frame = codec_bits_flag(bits) ? 480 : 512;
    bool has_protection = aac->core_type >= 17 && aac->core_type <= 27;
    if (!aac->has_sbr && is_general(aac->core_type) &&
        (!has_protection || codec_bits_get(bits, 2) < 2) && !bits->is_short)
        read_hidden(bits, aac);
}

static void name(const struct aac *aac, struct codec_facts *facts)
{
    snprintf(facts->string, sizeof facts->string, "mp4a.40.%u", aac->object_type);
    // A core of at most 24 kHz may carry SBR, one of a single channel PS, without any word.
    bool is_open = aac->object_type == AOT_LC && !aac->has_answer && aac->core_rate_hz <= 24000;
    bool may_have_ps = aac->is_hidden ? aac->has_ps : aac->channels == 1;
    if (aac->is_hidden || is_open) {
        snprintf(facts->alternatives[0], sizeof facts->alternatives[0], "mp4a.40.5");
        if (may_have_ps)
            snprintf(facts->alternatives[1], sizeof facts->alternatives[1], "mp4a.40.29");
    }
}

bool aac_config_read(const uint8_t *data, size_t size_bytes, struct codec_facts *facts,
                     struct err *err)
{
    struct codec_bits bits;
    struct aac aac = {0};
    codec_bits_init(&bits, data, size_bytes);
    aac_read(&bits, &aac);
    facts->profile = facts->stream_profile = aac.object_type;
    facts->core_sample_rate_hz = aac.core_rate_hz;
    facts->sample_rate_hz = aac.rate_hz;
    facts->core_channels = aac.channels;
    facts->channels = aac.has_ps && aac.channels == 1 ? 2 : aac.channels;
    facts->frame_samples = aac.core_frame;
    if (aac.core_rate_hz > 0 && aac.rate_hz == 2 * aac.core_rate_hz)
        facts->frame_samples *= 2;
    if (size_bytes < 2 || aac.object_type == 0)
        return err_set(err, ERR_INPUT, "esds holds no audio object type");
    name(&aac, facts);
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "the audio configuration in esds ends early");
    if (aac.core_rate_hz == 0 || aac.rate_hz == 0)
        return err_set(err, ERR_INPUT, "the audio configuration in esds has no sampling rate");
    return true;
}
