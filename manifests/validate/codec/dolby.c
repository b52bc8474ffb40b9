// SPDX-License-Identifier: BSD-2-Clause
// Dolby's audio configurations: dac3 and dec3 (ETSI TS 102 366 annex F, JOC in TS 103 420),
// dac4 (ETSI TS 103 190-2 annex E).
#include <stdio.h>

#include "manifests/validate/codec/codec_private.h"

static const uint32_t rates_hz[] = {48000, 44100, 32000, 0};
static const uint8_t channel_counts[] = {2, 1, 2, 3, 3, 4, 4, 5}; // by acmod

bool dac3_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct codec_bits bits;
    (void)codec;
    codec_bits_init(&bits, config->data, config->size_bytes);
    facts->sample_rate_hz = rates_hz[codec_bits_get(&bits, 2)];
    uint32_t stream_id = codec_bits_get(&bits, 5);
    codec_bits_skip(&bits, 3);
    facts->channels = channel_counts[codec_bits_get(&bits, 3)];
    facts->channels += codec_bits_get(&bits, 1);
    uint32_t rate_code = codec_bits_get(&bits, 5);
    facts->frame_samples = 1536;
    snprintf(facts->string, sizeof facts->string, "ac-3");
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "dac3 is cut short");
    if (facts->sample_rate_hz == 0)
        return err_set(err, ERR_INPUT, "dac3 has a sampling rate code that AC-3 does not have");
    if (stream_id > 8)
        return err_set(err, ERR_INPUT,
                       "dac3 has the bit stream identification %u, which is not "
                       "AC-3",
                       stream_id);
    if (rate_code > 18)
        return err_set(err, ERR_INPUT, "dac3 has the bit rate code %u, which AC-3 does not have",
                       rate_code);
    return true;
}

// Channels that dependent substreams add (F.6.2.13): pairs but for Cs, Ts, Cvh and LFE2.
static uint32_t located(uint32_t locations)
{
    static const uint8_t counts[] = {2, 2, 1, 1, 2, 2, 2, 1, 1};
    uint32_t channels = 0;
    for (unsigned i = 0; i < sizeof counts; i++)
        if (locations >> i & 1)
            channels += counts[i];
    return channels;
}

bool dec3_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct codec_bits bits;
    (void)codec;
    codec_bits_init(&bits, config->data, config->size_bytes);
    snprintf(facts->string, sizeof facts->string, "ec-3");
    facts->frame_samples = 1536;
    codec_bits_skip(&bits, 13);
    unsigned count = codec_bits_get(&bits, 3) + 1;
    uint32_t stream_id = 0;
    for (unsigned i = 0; i < count; i++) { // each a program; the first is what is heard
        uint32_t rate_hz = rates_hz[codec_bits_get(&bits, 2)];
        uint32_t id = codec_bits_get(&bits, 5);
        codec_bits_skip(&bits, 1 + 1 + 3);
        uint32_t channels = channel_counts[codec_bits_get(&bits, 3)];
        channels += codec_bits_get(&bits, 1);
        codec_bits_skip(&bits, 3);
        if (codec_bits_get(&bits, 4) > 0) // num_dep_sub
            channels += located(codec_bits_get(&bits, 9));
        else
            codec_bits_skip(&bits, 1);
        if (i == 0) {
            facts->sample_rate_hz = rate_hz;
            facts->channels = channels;
            stream_id = id;
        }
    }
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "dec3 is cut short");
    if (stream_id < 11 || stream_id > 16)
        return err_set(err, ERR_INPUT,
                       "dec3 has the bit stream identification %u, which is not "
                       "E-AC-3",
                       stream_id);
    if (codec_bits_left(&bits) >= 16) {
        codec_bits_skip(&bits, 7);
        facts->has_joint_object = codec_bits_flag(&bits);
        uint32_t complexity = codec_bits_get(&bits, 8);
        facts->complexity_index = facts->has_joint_object ? complexity : 0;
    }
    return true;
}

bool dac4_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct codec_bits bits;
    (void)codec;
    codec_bits_init(&bits, config->data, config->size_bytes);
    uint32_t version = codec_bits_get(&bits, 3);
    uint32_t stream_version = codec_bits_get(&bits, 7);
    facts->sample_rate_hz = codec_bits_flag(&bits) ? 48000 : 44100;
    codec_bits_skip(&bits, 4);
    uint32_t presentations = codec_bits_get(&bits, 9);
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "dac4 is cut short");
    if (version != 1 || presentations == 0)
        return true; // an older record: no string can be made of it
    if (stream_version > 1 && codec_bits_flag(&bits)) { // b_program_id
        codec_bits_skip(&bits, 16);
        if (codec_bits_flag(&bits))
            codec_bits_skip(&bits, 128);
    }
    codec_bits_skip(&bits, 2 + 32 + 32); // ac4_bitrate_dsi
    size_t used = config->size_bytes * 8 - codec_bits_left(&bits);
    codec_bits_skip(&bits, (8 - used % 8) % 8);
    uint32_t presentation_version = codec_bits_get(&bits, 8);
    if (codec_bits_get(&bits, 8) == 255) // pres_bytes
        codec_bits_skip(&bits, 16);
    uint32_t compatible = 0;
    if (codec_bits_get(&bits, 5) != 6) // presentation_config_v1
        compatible = codec_bits_get(&bits, 3);
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "dac4 is cut short");
    snprintf(facts->string, sizeof facts->string, "ac-4.%02x.%02x.%02x", stream_version,
             presentation_version, compatible);
    return true;
}
