// SPDX-License-Identifier: BSD-2-Clause
// Decoder configuration records and parameter sets of any content. The first byte
// chooses the codec; what is accepted makes a codecs string and an init segment.
#include <stdlib.h>
#include <string.h>

#include "packager/codec_config.h"
#include "packager/codec_string.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static void try_init(enum cmaf_codec codec, const uint8_t *record, size_t size_bytes)
{
    const struct cmaf_track_spec spec = {
        .codec = codec,
        .timescale_hz = 48000,
        .config = record,
        .config_size_bytes = size_bytes,
        .width_px = 64,
        .height_px = 64,
        .channels = 2,
        .sample_rate_hz = 48000,
    };
    AUTO(buf_done) struct buf init = {0};
    struct err err = {0};
    if (!cmaf_write_init(&spec, &init, &err) && err.kind != ERR_INPUT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    if (size_bytes < 2)
        return 0;
    enum cmaf_codec codec = data[0] & 3;
    const uint8_t *record = data + 2;
    size_t record_bytes = size_bytes - 2;
    char text[CODEC_STRING_SIZE];
    struct err err = {0};
    if (codec_string_build(codec, record, record_bytes, text, &err)) {
        if (strlen(text) < 6 || strlen(text) >= CODEC_STRING_SIZE)
            abort();
        try_init(codec, record, record_bytes);
    } else if (err.kind != ERR_INPUT) {
        abort();
    }

    // The second byte splits the same bytes into two parameter sets.
    size_t sps_bytes = data[1] < record_bytes ? data[1] : record_bytes;
    AUTO(buf_done) struct buf avcc = {0};
    if (codec_config_avcc(record, sps_bytes, record + sps_bytes, record_bytes - sps_bytes, &avcc,
                          &err) &&
        !codec_string_build(CMAF_H264, avcc.data, avcc.size_bytes, text, &err))
        abort(); // what we make ourselves we must take
    return 0;
}
