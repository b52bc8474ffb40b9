// SPDX-License-Identifier: BSD-2-Clause
// Decoder configuration records from parameter sets.
#include "packager/codec_config.h"

#include <libavformat/avformat.h>
#include <string.h>

#include "packager/bits_private.h"
#include "packager/box.h"
#include "packager/codec_string.h"

// The part of a sequence parameter set that an avcC record repeats.
struct sps_format {
    unsigned chroma_format;
    unsigned luma_depth_minus8;
    unsigned chroma_depth_minus8;
};

// ITU-T H.264 7.3.2.1.1: the profiles whose parameter sets state these fields.
static bool profile_states_format(unsigned profile_idc)
{
    static const uint8_t profiles[] = {100, 110, 122, 244, 44,  83, 86,
                                       118, 128, 138, 139, 134, 135};
    return memchr(profiles, (int)profile_idc, sizeof(profiles)) != NULL;
}

static bool read_sps_format(const uint8_t *sps, size_t size_bytes, struct sps_format *ret)
{
    struct sps_format format = {.chroma_format = 1};
    struct bits bits;
    // No emulation prevention to undo: up to here no legal value has 22 zero bits
    // in a row, and without them there is none.
    bits_init(&bits, sps, size_bytes);
    bits_read(&bits, 32);         // NAL header, profile, constraints, level
    if (bits_read_ue(&bits) > 31) // seq_parameter_set_id
        return false;
    if (profile_states_format(sps[1])) {
        format.chroma_format = bits_read_ue(&bits);
        if (format.chroma_format == 3)
            bits_read(&bits, 1);
        format.luma_depth_minus8 = bits_read_ue(&bits);
        format.chroma_depth_minus8 = bits_read_ue(&bits);
    }
    if (bits.is_past_end || format.chroma_format > 3 || format.luma_depth_minus8 > 6 ||
        format.chroma_depth_minus8 > 6)
        return false;
    *ret = format;
    return true;
}

enum { NAL_SPS = 7, NAL_PPS = 8 };

bool codec_config_avcc(const uint8_t *sps, size_t sps_size_bytes, const uint8_t *pps,
                       size_t pps_size_bytes, struct buf *ret, struct err *err)
{
    struct sps_format format;
    if (sps_size_bytes < 5 || sps_size_bytes > UINT16_MAX || (sps[0] & 31) != NAL_SPS ||
        !read_sps_format(sps, sps_size_bytes, &format))
        return err_set(err, ERR_INPUT, "H.264 sequence parameter set is malformed");
    if (pps_size_bytes < 2 || pps_size_bytes > UINT16_MAX || (pps[0] & 31) != NAL_PPS)
        return err_set(err, ERR_INPUT, "H.264 picture parameter set is malformed");

    buf_put_u8(ret, 1);
    buf_append(ret, sps + 1, 3); // profile, constraints, level
    buf_put_u8(ret, 0xfc | 3);   // 4-byte NAL unit lengths
    buf_put_u8(ret, 0xe0 | 1);
    buf_put_u16(ret, (uint16_t)sps_size_bytes);
    buf_append(ret, sps, sps_size_bytes);
    buf_put_u8(ret, 1);
    buf_put_u16(ret, (uint16_t)pps_size_bytes);
    buf_append(ret, pps, pps_size_bytes);
    unsigned profile = sps[1];
    if (profile != 66 && profile != 77 && profile != 88) {
        buf_put_u8(ret, (uint8_t)(0xfc | format.chroma_format));
        buf_put_u8(ret, (uint8_t)(0xf8 | format.luma_depth_minus8));
        buf_put_u8(ret, (uint8_t)(0xf8 | format.chroma_depth_minus8));
        buf_put_u8(ret, 0); // no sequence parameter set extensions
    }
    return true;
}

struct codec_row {
    enum AVCodecID id;
    uint32_t tag;
    const char *entry;
    const char *record;
    uint8_t record_start; // what a record begins with and raw parameter sets never do
};

static const struct codec_row codec_rows[] = {
    [CMAF_H264] = {AV_CODEC_ID_H264, MKTAG('a', 'v', 'c', '1'), "avc1", "avcC", 0x01},
    // The tag decides that hvcC says all parameter sets are in it.
    [CMAF_HEVC] = {AV_CODEC_ID_HEVC, MKTAG('h', 'v', 'c', '1'), "hvc1", "hvcC", 0x01},
    [CMAF_AV1] = {AV_CODEC_ID_AV1, MKTAG('a', 'v', '0', '1'), "av01", "av1C", 0x81},
};

static void dyn_buffer_close(AVIOContext **pb)
{
    uint8_t *data = NULL;
    if (*pb)
        avio_close_dyn_buf(*pb, &data);
    av_free(data);
    *pb = NULL;
}

static bool describe_stream(AVFormatContext *format, const struct codec_row *row,
                            const uint8_t *extradata, size_t size_bytes, int width_px,
                            int height_px)
{
    AVStream *stream = avformat_new_stream(format, NULL);
    if (!stream)
        return false;
    AVCodecParameters *par = stream->codecpar;
    par->codec_type = AVMEDIA_TYPE_VIDEO;
    par->codec_id = row->id;
    par->codec_tag = row->tag;
    par->width = width_px;
    par->height = height_px;
    stream->time_base = (AVRational){1, 90000};
    par->extradata = av_mallocz(size_bytes + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!par->extradata)
        return false;
    memcpy(par->extradata, extradata, size_bytes);
    par->extradata_size = (int)size_bytes;
    return true;
}

// Lets libavformat's muxer write the ftyp and moov of a file with this one stream.
static bool mux_init(const struct codec_row *row, const uint8_t *extradata, size_t size_bytes,
                     int width_px, int height_px, struct buf *ret, struct err *err)
{
    AVFormatContext *format = NULL;
    AVDictionary *options = NULL;
    uint8_t *data = NULL;
    bool ok = false;
    if (avformat_alloc_output_context2(&format, NULL, "mp4", NULL) < 0) {
        err_set(err, ERR_CONFIG, "libavformat has no mp4 muxer");
        goto out;
    }
    if (!describe_stream(format, row, extradata, size_bytes, width_px, height_px) ||
        avio_open_dyn_buf(&format->pb) < 0 ||
        av_dict_set(&options, "movflags", "+empty_moov+default_base_moof", 0) < 0) {
        err_set(err, ERR_TRANSIENT, "out of memory");
        goto out;
    }
    int rc = avformat_write_header(format, &options);
    if (rc < 0) {
        err_set(err, ERR_INPUT, "libavformat cannot write this header: %s", av_err2str(rc));
        goto out;
    }
    int written = avio_close_dyn_buf(format->pb, &data);
    format->pb = NULL;
    buf_append(ret, data, (size_t)written);
    ok = true;
out:
    av_free(data);
    av_dict_free(&options);
    if (format)
        dyn_buffer_close(&format->pb);
    avformat_free_context(format);
    return ok;
}

enum { STSD_HEADER_BYTES = 8, VISUAL_ENTRY_BYTES = 78 };

// The codec's configuration box inside the one sample entry of an init segment.
static bool find_record(const struct buf *init, const struct codec_row *row, struct box *ret_box)
{
    struct box stsd, entry;
    if (!box_find(init->data, init->size_bytes, "moov/trak/mdia/minf/stbl/stsd", &stsd) ||
        stsd.payload_size_bytes < STSD_HEADER_BYTES)
        return false;
    if (!box_find(stsd.payload + STSD_HEADER_BYTES, stsd.payload_size_bytes - STSD_HEADER_BYTES,
                  row->entry, &entry) ||
        entry.payload_size_bytes < VISUAL_ENTRY_BYTES)
        return false;
    return box_find(entry.payload + VISUAL_ENTRY_BYTES,
                    entry.payload_size_bytes - VISUAL_ENTRY_BYTES, row->record, ret_box);
}

bool codec_config_from_extradata(enum cmaf_codec codec, const uint8_t *extradata,
                                 size_t extradata_size_bytes, int width_px, int height_px,
                                 struct buf *ret, struct err *err)
{
    if (!extradata || extradata_size_bytes == 0 || extradata_size_bytes > (1 << 20))
        return err_set(err, ERR_INPUT, "the encoder gave %zu bytes of parameter sets",
                       extradata_size_bytes);
    char text[CODEC_STRING_SIZE];
    // An AudioSpecificConfig is what the record is; a record stays what it is.
    if (codec == CMAF_AAC || extradata[0] == codec_rows[codec].record_start) {
        if (!codec_string_build(codec, extradata, extradata_size_bytes, text, err))
            return false;
        buf_append(ret, extradata, extradata_size_bytes);
        return true;
    }
    const struct codec_row *row = &codec_rows[codec];
    AUTO(buf_done) struct buf init = {0};
    struct box record;
    if (!mux_init(row, extradata, extradata_size_bytes, width_px, height_px, &init, err))
        return err_wrap(err, "%s record", row->record);
    if (!find_record(&init, row, &record))
        return err_set(err, ERR_INPUT, "libavformat made no %s of these parameter sets",
                       row->record);
    if (!codec_string_build(codec, record.payload, record.payload_size_bytes, text, err))
        return false;
    buf_append(ret, record.payload, record.payload_size_bytes);
    return true;
}
