// SPDX-License-Identifier: BSD-2-Clause
// The small configurations of sound: dOps (Opus in ISOBMFF 4.3.2), dfLa (FLAC in ISOBMFF
// 3.3.2), alac, mhaC (ISO/IEC 23008-3 20.5).
#include <stdio.h>

#include "manifests/validate/codec/codec_private.h"

bool dops_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct bytes bytes;
    (void)codec;
    bytes_init(&bytes, config->data, config->size_bytes);
    uint32_t version = bytes_get(&bytes, 1);
    facts->channels = bytes_get(&bytes, 1);
    bytes_take(&bytes, 2 + 4 + 2); // PreSkip, InputSampleRate, OutputGain
    uint32_t family = bytes_get(&bytes, 1);
    facts->sample_rate_hz = 48000; // whatever was put in
    snprintf(facts->string, sizeof facts->string, "Opus");
    if (family != 0) {
        uint32_t streams = bytes_get(&bytes, 1);
        uint32_t coupled = bytes_get(&bytes, 1);
        bytes_take(&bytes, facts->channels);
        if (!bytes.is_short && (streams == 0 || coupled > streams))
            return err_set(err, ERR_INPUT, "dOps has %u streams, of which %u are coupled", streams,
                           coupled);
    }
    if (bytes.is_short)
        return err_set(err, ERR_INPUT, "dOps is cut short");
    if (version != 0)
        return err_set(err, ERR_INPUT, "dOps has the version %u instead of 0", version);
    if (facts->channels == 0 || (family == 0 && facts->channels > 2))
        return err_set(err, ERR_INPUT, "dOps has %u channels in mapping family %u", facts->channels,
                       family);
    return true;
}

bool dfla_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct codec_bits bits;
    (void)codec;
    codec_bits_init(&bits, config->data, config->size_bytes);
    snprintf(facts->string, sizeof facts->string, "fLaC");
    codec_bits_skip(&bits, 32 + 1); // version and flags, last-metadata-block
    uint32_t type = codec_bits_get(&bits, 7);
    uint32_t size_bytes = codec_bits_get(&bits, 24);
    uint32_t least = codec_bits_get(&bits, 16);
    uint32_t most = codec_bits_get(&bits, 16);
    codec_bits_skip(&bits, 48);
    facts->sample_rate_hz = codec_bits_get(&bits, 20);
    facts->channels = codec_bits_get(&bits, 3) + 1;
    facts->bit_depth = codec_bits_get(&bits, 5) + 1;
    facts->frame_samples = least == most ? most : 0;
    if (bits.is_short || size_bytes != 34)
        return err_set(err, ERR_INPUT, "dfLa is cut short");
    if (type != 0)
        return err_set(err, ERR_INPUT, "dfLa does not begin with the stream's information");
    return true;
}

bool alac_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct bytes bytes;
    (void)codec;
    bytes_init(&bytes, config->data, config->size_bytes);
    snprintf(facts->string, sizeof facts->string, "alac");
    bytes_take(&bytes, 4);
    facts->frame_samples = bytes_get(&bytes, 4);
    bytes_take(&bytes, 1);
    facts->bit_depth = bytes_get(&bytes, 1);
    bytes_take(&bytes, 3);
    facts->channels = bytes_get(&bytes, 1);
    bytes_take(&bytes, 2 + 4 + 4);
    facts->sample_rate_hz = bytes_get(&bytes, 4);
    return bytes.is_short ? err_set(err, ERR_INPUT, "the ALAC configuration is cut short") : true;
}

bool mhac_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct bytes bytes;
    (void)codec;
    bytes_init(&bytes, config->data, config->size_bytes);
    bytes_get(&bytes, 1);
    facts->profile = facts->stream_profile = bytes_get(&bytes, 1);
    if (bytes.is_short)
        return err_set(err, ERR_INPUT, "mhaC is cut short");
    snprintf(facts->string, sizeof facts->string, "%s.0x%02X", config->entry, facts->profile);
    return true;
}
