// SPDX-License-Identifier: BSD-2-Clause
// The CMAF header (ISO/IEC 23000-19 7.3.1): ftyp and a moov that describes one
// track and holds no samples.
#include <inttypes.h>
#include <string.h>

#include "packager/box.h"
#include "packager/cmaf_private.h"
#include "packager/codec_string.h"
#include "packager/language_private.h"

static bool check_spec(const struct cmaf_track_spec *spec, struct err *err)
{
    char text[CODEC_STRING_SIZE];
    if (!codec_string_build(spec->codec, spec->config, spec->config_size_bytes, text, err))
        return false;
    if (spec->timescale_hz < 1 || spec->timescale_hz > UINT32_MAX)
        return err_set(err, ERR_BUG, "timescale %" PRId64 " does not fit an init segment",
                       spec->timescale_hz);
    if (cmaf_codec_is_video(spec->codec)) {
        if (spec->width_px < 1 || spec->width_px > UINT16_MAX || spec->height_px < 1 ||
            spec->height_px > UINT16_MAX)
            return err_set(err, ERR_BUG, "picture size %dx%d does not fit a sample entry",
                           spec->width_px, spec->height_px);
        if (spec->composition_delay_ticks < 0)
            return err_set(err, ERR_BUG, "composition delay of %" PRId64 " ticks",
                           spec->composition_delay_ticks);
        return true;
    }
    if (spec->channels < 1 || spec->channels > UINT16_MAX || spec->sample_rate_hz < 1)
        return err_set(err, ERR_BUG, "%d channels at %d Hz cannot be described", spec->channels,
                       spec->sample_rate_hz);
    if (spec->priming_ticks < 0)
        return err_set(err, ERR_BUG, "priming of %" PRId64 " ticks", spec->priming_ticks);
    if (spec->config_size_bytes > UINT16_MAX)
        return err_set(err, ERR_INPUT, "AudioSpecificConfig of %zu bytes", spec->config_size_bytes);
    return true;
}

// Where on the decode timeline the presentation starts.
static int64_t edit_start_ticks(const struct cmaf_track_spec *spec)
{
    return cmaf_codec_is_video(spec->codec) ? spec->composition_delay_ticks : spec->priming_ticks;
}

// cmf2 (ISO/IEC 23000-19 7.2) promises that there is no edit list.
static void write_ftyp(bool is_cmf2, struct buf *ret)
{
    size_t ftyp = box_begin(ret, "ftyp");
    buf_append(ret, "iso6", 4);
    buf_put_u32(ret, 0);
    buf_append(ret, "iso6cmfc", 8);
    if (is_cmf2)
        buf_append(ret, "cmf2", 4);
    buf_append(ret, "dash", 4);
    box_end(ret, ftyp);
}

static void put_matrix(struct buf *ret)
{
    static const uint32_t identity[9] = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
    for (size_t i = 0; i < ARRAY_LEN(identity); i++)
        buf_put_u32(ret, identity[i]);
}

static void write_mvhd(const struct cmaf_track_spec *spec, struct buf *ret)
{
    size_t mvhd = box_begin_full(ret, "mvhd", 0, 0);
    buf_put_u64(ret, 0); // no creation or modification time: same input, same bytes
    buf_put_u32(ret, (uint32_t)spec->timescale_hz);
    buf_put_u32(ret, 0);          // duration: in the fragments
    buf_put_u32(ret, 0x00010000); // rate 1
    buf_put_u16(ret, 0x0100);     // volume 1
    buf_put_u16(ret, 0);
    buf_put_u64(ret, 0);
    put_matrix(ret);
    for (int i = 0; i < 6; i++)
        buf_put_u32(ret, 0);
    buf_put_u32(ret, CMAF_TRACK_ID + 1); // next_track_ID
    box_end(ret, mvhd);
}

static void write_tkhd(const struct cmaf_track_spec *spec, struct buf *ret)
{
    bool is_video = cmaf_codec_is_video(spec->codec);
    size_t tkhd = box_begin_full(ret, "tkhd", 0, 7); // enabled, in movie, in preview
    buf_put_u64(ret, 0);
    buf_put_u32(ret, CMAF_TRACK_ID);
    buf_put_u32(ret, 0);
    buf_put_u32(ret, 0); // duration
    buf_put_u64(ret, 0);
    buf_put_u16(ret, 0); // layer
    buf_put_u16(ret, 0); // alternate_group
    buf_put_u16(ret, is_video ? 0 : 0x0100);
    buf_put_u16(ret, 0);
    put_matrix(ret);
    buf_put_u32(ret, is_video ? (uint32_t)spec->width_px << 16 : 0);
    buf_put_u32(ret, is_video ? (uint32_t)spec->height_px << 16 : 0);
    box_end(ret, tkhd);
}

// One edit: from where the presentation starts to the end (duration 0 of a
// fragmented track, ISO/IEC 14496-12 8.6.6).
static void write_edts(const struct cmaf_track_spec *spec, struct buf *ret)
{
    int64_t edit_start = edit_start_ticks(spec);
    if (edit_start == 0)
        return;
    bool is_wide = edit_start > INT32_MAX;
    size_t edts = box_begin(ret, "edts");
    size_t elst = box_begin_full(ret, "elst", is_wide, 0);
    buf_put_u32(ret, 1);
    if (is_wide) {
        buf_put_u64(ret, 0);
        buf_put_u64(ret, (uint64_t)edit_start);
    } else {
        buf_put_u32(ret, 0);
        buf_put_u32(ret, (uint32_t)edit_start);
    }
    buf_put_u16(ret, 1); // media_rate 1.0
    buf_put_u16(ret, 0);
    box_end(ret, elst);
    box_end(ret, edts);
}

static void write_mdhd(const struct cmaf_track_spec *spec, struct buf *ret)
{
    char code[4];
    language_iso639_2(spec->language, code);
    size_t mdhd = box_begin_full(ret, "mdhd", 0, 0);
    buf_put_u64(ret, 0);
    buf_put_u32(ret, (uint32_t)spec->timescale_hz);
    buf_put_u32(ret, 0);
    buf_put_u16(ret, (uint16_t)((code[0] - 0x60) << 10 | (code[1] - 0x60) << 5 | (code[2] - 0x60)));
    buf_put_u16(ret, 0);
    box_end(ret, mdhd);
}

static void write_hdlr(bool is_video, struct buf *ret)
{
    size_t hdlr = box_begin_full(ret, "hdlr", 0, 0);
    buf_put_u32(ret, 0);
    buf_append(ret, is_video ? "vide" : "soun", 4);
    buf_put_u32(ret, 0);
    buf_put_u64(ret, 0);
    const char *name = is_video ? "Video" : "Audio";
    buf_append(ret, name, strlen(name) + 1);
    box_end(ret, hdlr);
}

// The whole tag, where three letters cannot say it (ISO/IEC 14496-12 8.4.6).
static void write_elng(const struct cmaf_track_spec *spec, struct buf *ret)
{
    char code[4];
    language_iso639_2(spec->language, code);
    if (!spec->language || !*spec->language || strcmp(spec->language, "und") == 0)
        return;
    if (strlen(spec->language) <= 3 && strcmp(code, "und") != 0)
        return;
    size_t elng = box_begin_full(ret, "elng", 0, 0);
    buf_append(ret, spec->language, strlen(spec->language) + 1);
    box_end(ret, elng);
}

static void write_media_header(bool is_video, struct buf *ret)
{
    size_t box = is_video ? box_begin_full(ret, "vmhd", 0, 1) : box_begin_full(ret, "smhd", 0, 0);
    if (is_video)
        buf_put_u64(ret, 0); // graphicsmode copy, opcolor
    else
        buf_put_u32(ret, 0); // balance
    box_end(ret, box);
}

static void write_dinf(struct buf *ret)
{
    size_t dinf = box_begin(ret, "dinf");
    size_t dref = box_begin_full(ret, "dref", 0, 0);
    buf_put_u32(ret, 1);
    size_t url = box_begin_full(ret, "url ", 0, 1); // the samples are in this file
    box_end(ret, url);
    box_end(ret, dref);
    box_end(ret, dinf);
}

static void write_stbl(const struct cmaf_track_spec *spec, struct buf *ret)
{
    size_t stbl = box_begin(ret, "stbl");
    size_t stsd = box_begin_full(ret, "stsd", 0, 0);
    buf_put_u32(ret, 1);
    cmaf_write_sample_entry(spec, ret);
    box_end(ret, stsd);
    static const char *const empty_tables[] = {"stts", "stsc", "stsz", "stco"};
    for (size_t i = 0; i < ARRAY_LEN(empty_tables); i++) {
        size_t table = box_begin_full(ret, empty_tables[i], 0, 0);
        if (strcmp(empty_tables[i], "stsz") == 0)
            buf_put_u32(ret, 0); // sample_size
        buf_put_u32(ret, 0);
        box_end(ret, table);
    }
    box_end(ret, stbl);
}

static void write_trak(const struct cmaf_track_spec *spec, struct buf *ret)
{
    bool is_video = cmaf_codec_is_video(spec->codec);
    size_t trak = box_begin(ret, "trak");
    write_tkhd(spec, ret);
    write_edts(spec, ret);
    size_t mdia = box_begin(ret, "mdia");
    write_mdhd(spec, ret);
    write_hdlr(is_video, ret);
    write_elng(spec, ret);
    size_t minf = box_begin(ret, "minf");
    write_media_header(is_video, ret);
    write_dinf(ret);
    write_stbl(spec, ret);
    box_end(ret, minf);
    box_end(ret, mdia);
    box_end(ret, trak);
}

static void write_mvex(struct buf *ret)
{
    size_t mvex = box_begin(ret, "mvex");
    size_t trex = box_begin_full(ret, "trex", 0, 0);
    buf_put_u32(ret, CMAF_TRACK_ID);
    buf_put_u32(ret, 1); // default_sample_description_index
    buf_put_u32(ret, 0); // duration, size and flags: each fragment has its own
    buf_put_u32(ret, 0);
    buf_put_u32(ret, 0);
    box_end(ret, trex);
    box_end(ret, mvex);
}

bool cmaf_write_init(const struct cmaf_track_spec *spec, struct buf *ret, struct err *err)
{
    if (!check_spec(spec, err))
        return err_wrap(err, "init segment");
    write_ftyp(cmaf_codec_is_video(spec->codec) && edit_start_ticks(spec) == 0, ret);
    size_t moov = box_begin(ret, "moov");
    write_mvhd(spec, ret);
    write_trak(spec, ret);
    write_mvex(ret);
    box_end(ret, moov);
    return true;
}
