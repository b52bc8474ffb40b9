// SPDX-License-Identifier: BSD-2-Clause
// Allow-lists. A container or decoder that is not in these tables is never run.
#include "src/media/codec_list.h"

#include <string.h>
#include <strings.h>

#include "src/base/mem.h"

static const struct {
    const char *name;
    bool is_elementary;
} formats[] = {
    {"mov,mp4,m4a,3gp,3g2,mj2", false},
    {"matroska,webm", false},
    {"mpegts", false},
    {"mpeg", false},
    {"avi", false},
    {"flv", false},
    {"ivf", false},
    {"ogg", false},
    {"wav", false},
    {"w64", false},
    {"aiff", false},
    {"caf", false},
    {"mp3", false},
    {"aac", false},
    {"loas", false},
    {"flac", false},
    {"ac3", false},
    {"eac3", false},
    {"mxf", false},
    {"asf", false},
    {"yuv4mpegpipe", false},
    {"mpegvideo", true},
    {"h264", true},
    {"hevc", true},
    {"m4v", true},
    {"vc1", true},
    {"obu", true},
    {"av1", true},
};

// A codec may have several rows: the first decoder that is built in is used.
static const struct {
    enum AVCodecID id;
    const char *decoder;
} decoders[] = {
    // Video
    {AV_CODEC_ID_H264, "h264"},
    {AV_CODEC_ID_HEVC, "hevc"},
    {AV_CODEC_ID_AV1, "libdav1d"},
    {AV_CODEC_ID_AV1, "libaom-av1"},
    {AV_CODEC_ID_VP8, "vp8"},
    {AV_CODEC_ID_VP9, "vp9"},
    {AV_CODEC_ID_MPEG1VIDEO, "mpeg1video"},
    {AV_CODEC_ID_MPEG2VIDEO, "mpeg2video"},
    {AV_CODEC_ID_MPEG4, "mpeg4"},
    {AV_CODEC_ID_MSMPEG4V1, "msmpeg4v1"},
    {AV_CODEC_ID_MSMPEG4V2, "msmpeg4v2"},
    {AV_CODEC_ID_MSMPEG4V3, "msmpeg4"},
    {AV_CODEC_ID_H263, "h263"},
    {AV_CODEC_ID_FLV1, "flv"},
    {AV_CODEC_ID_VP6, "vp6"},
    {AV_CODEC_ID_VP6A, "vp6a"},
    {AV_CODEC_ID_VP6F, "vp6f"},
    {AV_CODEC_ID_THEORA, "theora"},
    {AV_CODEC_ID_WMV1, "wmv1"},
    {AV_CODEC_ID_WMV2, "wmv2"},
    {AV_CODEC_ID_WMV3, "wmv3"},
    {AV_CODEC_ID_VC1, "vc1"},
    {AV_CODEC_ID_PRORES, "prores"},
    {AV_CODEC_ID_DNXHD, "dnxhd"},
    {AV_CODEC_ID_CFHD, "cfhd"},
    {AV_CODEC_ID_DVVIDEO, "dvvideo"},
    {AV_CODEC_ID_MJPEG, "mjpeg"},
    {AV_CODEC_ID_FFV1, "ffv1"},
    {AV_CODEC_ID_HUFFYUV, "huffyuv"},
    {AV_CODEC_ID_FFVHUFF, "ffvhuff"},
    {AV_CODEC_ID_UTVIDEO, "utvideo"},
    {AV_CODEC_ID_V210, "v210"},
    {AV_CODEC_ID_QTRLE, "qtrle"},
    {AV_CODEC_ID_RAWVIDEO, "rawvideo"},
    // Audio
    {AV_CODEC_ID_AAC, "aac"},
    {AV_CODEC_ID_AAC_LATM, "aac_latm"},
    {AV_CODEC_ID_AC3, "ac3"},
    {AV_CODEC_ID_EAC3, "eac3"},
    {AV_CODEC_ID_MP1, "mp1float"},
    {AV_CODEC_ID_MP2, "mp2float"},
    {AV_CODEC_ID_MP3, "mp3float"},
    {AV_CODEC_ID_OPUS, "opus"},
    {AV_CODEC_ID_VORBIS, "vorbis"},
    {AV_CODEC_ID_FLAC, "flac"},
    {AV_CODEC_ID_ALAC, "alac"},
    {AV_CODEC_ID_DTS, "dca"},
    {AV_CODEC_ID_TRUEHD, "truehd"},
    {AV_CODEC_ID_MLP, "mlp"},
    {AV_CODEC_ID_WMAV1, "wmav1"},
    {AV_CODEC_ID_WMAV2, "wmav2"},
    {AV_CODEC_ID_WMAPRO, "wmapro"},
    {AV_CODEC_ID_AMR_NB, "amrnb"},
    {AV_CODEC_ID_AMR_WB, "amrwb"},
    {AV_CODEC_ID_SPEEX, "speex"},
    {AV_CODEC_ID_NELLYMOSER, "nellymoser"},
    {AV_CODEC_ID_S302M, "s302m"},
    {AV_CODEC_ID_ADPCM_MS, "adpcm_ms"},
    {AV_CODEC_ID_ADPCM_IMA_WAV, "adpcm_ima_wav"},
    {AV_CODEC_ID_ADPCM_IMA_QT, "adpcm_ima_qt"},
    {AV_CODEC_ID_ADPCM_SWF, "adpcm_swf"},
    {AV_CODEC_ID_PCM_ALAW, "pcm_alaw"},
    {AV_CODEC_ID_PCM_MULAW, "pcm_mulaw"},
    {AV_CODEC_ID_PCM_U8, "pcm_u8"},
    {AV_CODEC_ID_PCM_S8, "pcm_s8"},
    {AV_CODEC_ID_PCM_S16LE, "pcm_s16le"},
    {AV_CODEC_ID_PCM_S16BE, "pcm_s16be"},
    {AV_CODEC_ID_PCM_S24LE, "pcm_s24le"},
    {AV_CODEC_ID_PCM_S24BE, "pcm_s24be"},
    {AV_CODEC_ID_PCM_S32LE, "pcm_s32le"},
    {AV_CODEC_ID_PCM_S32BE, "pcm_s32be"},
    {AV_CODEC_ID_PCM_F32LE, "pcm_f32le"},
    {AV_CODEC_ID_PCM_F32BE, "pcm_f32be"},
    {AV_CODEC_ID_PCM_F64LE, "pcm_f64le"},
    {AV_CODEC_ID_PCM_F64BE, "pcm_f64be"},
    {AV_CODEC_ID_PCM_BLURAY, "pcm_bluray"},
    {AV_CODEC_ID_PCM_DVD, "pcm_dvd"},
};

static const struct {
    const char *start; // of the text, after white space; letter case is ignored
    const char *kind;
} playlists[] = {
    {"#EXTM3U", "m3u8"},   {"ffconcat version", "concat"},
    {"<MPD", "mpd"},       {"<SmoothStreamingMedia", "smooth streaming"},
    {"<AssetMap", "imf"},  {"<CompositionPlaylist", "imf"},
    {"<ASX", "asx"},       {"<smil", "smil"},
    {"[playlist]", "pls"}, {"[Reference]", "asx"},
    {"v=0\r\no=", "sdp"},  {"v=0\no=", "sdp"},
};

char *codec_whitelist(void)
{
    struct buf list = {0};
    for (size_t i = 0; i < ARRAY_LEN(decoders); i++)
        buf_printf(&list, "%s%s", i ? "," : "", decoders[i].decoder);
    buf_put_u8(&list, 0);
    return (char *)list.data;
}

char *format_whitelist(void)
{
    struct buf list = {0};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        buf_printf(&list, "%s%s", i ? "," : "", formats[i].name);
    buf_put_u8(&list, 0);
    return (char *)list.data;
}

bool format_is_allowed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return true;
    return false;
}

bool format_is_elementary(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].is_elementary;
    return false;
}

const AVCodec *codec_find_decoder(enum AVCodecID id)
{
    for (size_t i = 0; i < ARRAY_LEN(decoders); i++) {
        const AVCodec *codec =
            decoders[i].id == id ? avcodec_find_decoder_by_name(decoders[i].decoder) : NULL;
        if (codec)
            return codec;
    }
    return NULL;
}

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

// Past the XML declaration and comments, to the first element.
static const char *skip_prolog(const char *text)
{
    text = skip_space(text);
    while (strncmp(text, "<?", 2) == 0 || strncmp(text, "<!", 2) == 0) {
        bool is_comment = strncmp(text, "<!--", 4) == 0;
        const char *end = strstr(text, is_comment ? "-->" : ">");
        if (!end)
            return text;
        text = skip_space(end + (is_comment ? 3 : 1));
    }
    return text;
}

const char *playlist_kind(const unsigned char *data, size_t size_bytes)
{
    char text[2048];
    size_t used = size_bytes < sizeof text - 1 ? size_bytes : sizeof text - 1;
    memcpy(text, data, used);
    text[used] = 0;
    const char *start = text;
    if (used >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) // byte order mark
        start += 3;
    start = skip_prolog(start);
    for (size_t i = 0; i < ARRAY_LEN(playlists); i++)
        if (strncasecmp(start, playlists[i].start, strlen(playlists[i].start)) == 0)
            return playlists[i].kind;
    return NULL;
}

enum AVCodecID codec_id_of(enum video_codec codec)
{
    static const enum AVCodecID of[] = {[VIDEO_H264] = AV_CODEC_ID_H264,
                                        [VIDEO_HEVC] = AV_CODEC_ID_HEVC,
                                        [VIDEO_AV1] = AV_CODEC_ID_AV1};
    return of[codec];
}
