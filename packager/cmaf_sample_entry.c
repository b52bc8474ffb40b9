// SPDX-License-Identifier: BSD-2-Clause
// Sample entries: how the samples of a track are coded (ISO/IEC 14496-12 8.5.2,
// 12.1, 12.2), with the codec's own configuration box inside.
#include "packager/box.h"
#include "packager/cmaf_private.h"

struct entry_row {
    const char *entry;
    const char *config;
};

static const struct entry_row entry_rows[] = {
    [CMAF_H264] = {"avc1", "avcC"},
    [CMAF_HEVC] = {"hvc1", "hvcC"},
    [CMAF_AV1] = {"av01", "av1C"},
    [CMAF_AAC] = {"mp4a", "esds"},
};

static void put_zeros(struct buf *ret, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        buf_put_u8(ret, 0);
}

static uint32_t clamp_u32(int64_t v)
{
    return v < 0 ? 0 : v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

static uint32_t max_rate(const struct cmaf_track_spec *spec)
{
    return clamp_u32(spec->peak_bps > spec->average_bps ? spec->peak_bps : spec->average_bps);
}

static void write_btrt(const struct cmaf_track_spec *spec, struct buf *ret)
{
    if (spec->average_bps <= 0 && spec->peak_bps <= 0)
        return;
    size_t btrt = box_begin(ret, "btrt");
    buf_put_u32(ret, 0); // bufferSizeDB: not stated
    buf_put_u32(ret, max_rate(spec));
    buf_put_u32(ret, clamp_u32(spec->average_bps));
    box_end(ret, btrt);
}

// A code point of ISO/IEC 23091-2; 0 is reserved there, 2 means unspecified.
static uint16_t code_point(int value)
{
    return value > 0 && value < 256 ? (uint16_t)value : 2;
}

static void write_colr(const struct cmaf_track_spec *spec, struct buf *ret)
{
    size_t colr = box_begin(ret, "colr");
    buf_append(ret, "nclx", 4);
    buf_put_u16(ret, code_point(spec->colour_primaries));
    buf_put_u16(ret, code_point(spec->transfer_characteristics));
    // 0 is a real matrix: identity, for RGB.
    int matrix = spec->matrix_coefficients;
    buf_put_u16(ret, matrix == 0 ? 0 : code_point(matrix));
    buf_put_u8(ret, spec->is_full_range ? 0x80 : 0);
    box_end(ret, colr);
}

static void write_video(const struct cmaf_track_spec *spec, struct buf *ret)
{
    put_zeros(ret, 16); // pre_defined and reserved
    buf_put_u16(ret, (uint16_t)spec->width_px);
    buf_put_u16(ret, (uint16_t)spec->height_px);
    buf_put_u32(ret, 0x00480000); // 72 dpi, as the standard fixes it
    buf_put_u32(ret, 0x00480000);
    buf_put_u32(ret, 0);
    buf_put_u16(ret, 1); // frame_count
    put_zeros(ret, 32);  // compressorname
    buf_put_u16(ret, 0x0018);
    buf_put_u16(ret, 0xffff);

    size_t config = box_begin(ret, entry_rows[spec->codec].config);
    buf_append(ret, spec->config, spec->config_size_bytes);
    box_end(ret, config);
    write_colr(spec, ret);
    size_t pasp = box_begin(ret, "pasp");
    buf_put_u32(ret, 1);
    buf_put_u32(ret, 1);
    box_end(ret, pasp);
    write_btrt(spec, ret);
}

enum { TAG_ES = 3, TAG_DECODER_CONFIG = 4, TAG_DECODER_SPECIFIC = 5, TAG_SL_CONFIG = 6 };

// A descriptor's tag and size (ISO/IEC 14496-1 8.3.3): seven bits a byte, highest
// first, in as few bytes as the size needs.
static void put_descriptor(struct buf *ret, uint8_t tag, size_t size_bytes)
{
    buf_put_u8(ret, tag);
    for (unsigned shift = 21; shift > 0; shift -= 7) {
        if (size_bytes >> shift)
            buf_put_u8(ret, (uint8_t)(0x80 | (size_bytes >> shift & 0x7f)));
    }
    buf_put_u8(ret, size_bytes & 0x7f);
}

static size_t descriptor_size(size_t payload_bytes)
{
    size_t size = 2 + payload_bytes;
    for (unsigned shift = 7; shift <= 21; shift += 7)
        size += payload_bytes >> shift ? 1 : 0;
    return size;
}

static void write_esds(const struct cmaf_track_spec *spec, struct buf *ret)
{
    size_t decoder_config_bytes = 13 + descriptor_size(spec->config_size_bytes);
    size_t es_bytes = 3 + descriptor_size(decoder_config_bytes) + descriptor_size(1);
    size_t esds = box_begin_full(ret, "esds", 0, 0);
    put_descriptor(ret, TAG_ES, es_bytes);
    buf_put_u16(ret, 0); // ES_ID: 0 in a file (ISO/IEC 14496-14 3.1.2)
    buf_put_u8(ret, 0);
    put_descriptor(ret, TAG_DECODER_CONFIG, decoder_config_bytes);
    buf_put_u8(ret, 0x40); // objectTypeIndication: ISO/IEC 14496-3 audio
    buf_put_u8(ret, 0x15); // audio stream, not upstream, reserved bit set
    buf_put_u24(ret, 0);   // bufferSizeDB
    buf_put_u32(ret, max_rate(spec));
    buf_put_u32(ret, clamp_u32(spec->average_bps));
    put_descriptor(ret, TAG_DECODER_SPECIFIC, spec->config_size_bytes);
    buf_append(ret, spec->config, spec->config_size_bytes);
    put_descriptor(ret, TAG_SL_CONFIG, 1);
    buf_put_u8(ret, 2); // predefined: for use in MP4 files
    box_end(ret, esds);
}

static void write_audio(const struct cmaf_track_spec *spec, struct buf *ret)
{
    put_zeros(ret, 8);
    buf_put_u16(ret, (uint16_t)spec->channels);
    buf_put_u16(ret, 16);
    buf_put_u32(ret, 0);
    // 16.16 fixed point; a rate that does not fit is in the configuration alone.
    bool fits = spec->sample_rate_hz <= UINT16_MAX;
    buf_put_u32(ret, fits ? (uint32_t)spec->sample_rate_hz << 16 : 0);
    write_esds(spec, ret);
    write_btrt(spec, ret);
}

void cmaf_write_sample_entry(const struct cmaf_track_spec *spec, struct buf *ret)
{
    size_t entry = box_begin(ret, entry_rows[spec->codec].entry);
    put_zeros(ret, 6);
    buf_put_u16(ret, 1); // data_reference_index
    if (cmaf_codec_is_video(spec->codec))
        write_video(spec, ret);
    else
        write_audio(spec, ret);
    box_end(ret, entry);
}
