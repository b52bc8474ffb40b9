// SPDX-License-Identifier: BSD-2-Clause
// Stream choice. Nothing is read here: only what opening the input has told.
#include "src/media/probe_streams.h"

#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/av_compat.h"
#include "src/media/codec_list.h"

enum { VIDEOS_MAX = 8, AUDIO_CHANNELS_MAX = 64 };

bool stream_is_encrypted(const AVStream *stream)
{
    static const char tags[][5] = {"encv", "enca", "drmi", "drms"};
    size_t size = 0;
    if (compat_stream_side_data(stream, AV_PKT_DATA_ENCRYPTION_INIT_INFO, &size) ||
        av_dict_get(stream->metadata, "enc_key_id", NULL, 0))
        return true;
    uint32_t tag = stream->codecpar->codec_tag;
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        if (tag == MKTAG(tags[i][0], tags[i][1], tags[i][2], tags[i][3]))
            return true;
    return false;
}

static bool is_cover(const AVStream *stream)
{
    return stream->disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS);
}

static void copy_tag(const AVStream *stream, const char *key, char *ret, size_t ret_size)
{
    const AVDictionaryEntry *entry = av_dict_get(stream->metadata, key, NULL, 0);
    AUTO(json_free) json_t *text = json_text_lossy(entry ? entry->value : "");
    snprintf(ret, ret_size, "%s", json_string_value(text));
    // Cut at a character's start: what travels as JSON must stay UTF-8.
    size_t used = strlen(ret);
    const char *whole = json_string_value(text);
    while (used > 0 && ((unsigned char)whole[used] & 0xc0) == 0x80)
        ret[--used] = 0;
}

// A codec nobody knows still has the container's four letters.
static const char *codec_text(const AVStream *stream, char text[AV_FOURCC_MAX_STRING_SIZE])
{
    if (stream->codecpar->codec_id != AV_CODEC_ID_NONE)
        return avcodec_get_name(stream->codecpar->codec_id);
    if (stream->codecpar->codec_tag == 0)
        return "unknown";
    return av_fourcc_make_string(text, stream->codecpar->codec_tag);
}

static bool is_better_video(const AVStream *a, const AVStream *b)
{
    bool a_default = a->disposition & AV_DISPOSITION_DEFAULT;
    bool b_default = b->disposition & AV_DISPOSITION_DEFAULT;
    int64_t a_area = (int64_t)a->codecpar->width * a->codecpar->height;
    int64_t b_area = (int64_t)b->codecpar->width * b->codecpar->height;
    if ((a_area > 0) != (b_area > 0))
        return a_area > 0;
    if (a_default != b_default)
        return a_default;
    return a_area > b_area;
}

static void insert_video(AVFormatContext *format, int index, int ret_videos[8], size_t *count)
{
    size_t place = *count < VIDEOS_MAX ? (*count)++ : VIDEOS_MAX - 1;
    ret_videos[place] = index;
    for (; place > 0; place--) {
        if (!is_better_video(format->streams[index], format->streams[ret_videos[place - 1]]))
            break;
        ret_videos[place] = ret_videos[place - 1];
        ret_videos[place - 1] = index;
    }
}

static const char *audio_refusal(const struct source_facts *facts, const AVStream *stream)
{
    const AVCodecParameters *par = stream->codecpar;
    if (stream_is_encrypted(stream))
        return "it is encrypted";
    if (!codec_find_decoder(par->codec_id))
        return "no decoder for it";
    if (par->sample_rate <= 0 || par->ch_layout.nb_channels <= 0)
        return "nothing of it could be decoded";
    if (par->ch_layout.nb_channels > AUDIO_CHANNELS_MAX)
        return "too many channels";
    if (facts->audio_count == FACTS_AUDIO_MAX)
        return "too many audio streams";
    return NULL;
}

static void add_audio(struct source_facts *facts, const AVStream *stream)
{
    const AVCodecParameters *par = stream->codecpar;
    char fourcc[AV_FOURCC_MAX_STRING_SIZE];
    const char *refusal = audio_refusal(facts, stream);
    if (refusal) {
        facts_note(facts, "audio stream %d (%s) dropped: %s", stream->index,
                   codec_text(stream, fourcc), refusal);
        return;
    }
    struct audio_facts *audio = &facts->audio[facts->audio_count++];
    memset(audio, 0, sizeof *audio);
    audio->stream_index = stream->index;
    snprintf(audio->codec, sizeof audio->codec, "%s", avcodec_get_name(par->codec_id));
    snprintf(audio->profile, sizeof audio->profile, "%s", compat_profile_name(par));
    audio->channels = par->ch_layout.nb_channels;
    audio->sample_rate_hz = par->sample_rate;
    if (av_channel_layout_describe(&par->ch_layout, audio->layout, sizeof audio->layout) < 0)
        audio->layout[0] = 0;
    copy_tag(stream, "language", audio->language, sizeof audio->language);
    copy_tag(stream, "title", audio->title, sizeof audio->title);
    audio->is_default = stream->disposition & AV_DISPOSITION_DEFAULT;
    audio->first_time = audio->end_time = (struct rational){0, 1};
}

static void note_others(AVFormatContext *format, struct source_facts *facts)
{
    static const enum AVMediaType kinds[] = {AVMEDIA_TYPE_SUBTITLE, AVMEDIA_TYPE_DATA,
                                             AVMEDIA_TYPE_ATTACHMENT, AVMEDIA_TYPE_UNKNOWN};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        const AVStream *first = NULL;
        int count = 0;
        for (unsigned i = 0; i < format->nb_streams; i++) {
            if (format->streams[i]->codecpar->codec_type != kinds[k])
                continue;
            first = first ? first : format->streams[i];
            count++;
        }
        const char *kind = av_get_media_type_string(kinds[k]);
        char fourcc[AV_FOURCC_MAX_STRING_SIZE];
        if (count > 0)
            facts_note(facts, "%d %s stream%s ignored (%s)", count, kind ? kind : "unknown",
                       count > 1 ? "s" : "", codec_text(first, fourcc));
    }
}

static bool add_video(AVFormatContext *format, struct source_facts *facts, const AVStream *stream,
                      int ret_videos[8], size_t *count, struct err *err)
{
    char fourcc[AV_FOURCC_MAX_STRING_SIZE];
    const char *codec = codec_text(stream, fourcc);
    if (is_cover(stream)) {
        facts_note(facts, "cover picture (stream %d, %s) ignored", stream->index, codec);
        return true;
    }
    if (stream_is_encrypted(stream))
        return err_set(err, ERR_INPUT, "the video is encrypted");
    if (!codec_find_decoder(stream->codecpar->codec_id))
        return err_set(err, ERR_INPUT, "there is no decoder for the video's codec (%s)", codec);
    insert_video(format, stream->index, ret_videos, count);
    return true;
}

// libavformat's own choice goes first, where it is one of ours: it also knows how many
// pictures each stream showed while its parameters were learned.
static void promote_best(AVFormatContext *format, int ret_videos[8], size_t count)
{
    int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        if (ret_videos[i] != best || format->streams[best]->codecpar->width <= 0)
            continue;
        memmove(ret_videos + 1, ret_videos, i * sizeof *ret_videos);
        ret_videos[0] = best;
        return;
    }
}

bool probe_streams(AVFormatContext *format, struct source_facts *facts, int ret_videos[8],
                   size_t *ret_video_count, struct err *err)
{
    struct err why = {0};
    bool is_encrypted = false;
    facts->audio_count = 0;
    *ret_video_count = 0;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        const AVStream *stream = format->streams[i];
        enum AVMediaType type = stream->codecpar->codec_type;
        if (type == AVMEDIA_TYPE_VIDEO)
            add_video(format, facts, stream, ret_videos, ret_video_count, &why);
        else if (type == AVMEDIA_TYPE_AUDIO)
            add_audio(facts, stream);
        if (type == AVMEDIA_TYPE_AUDIO)
            is_encrypted |= stream_is_encrypted(stream);
    }
    promote_best(format, ret_videos, *ret_video_count);
    note_others(format, facts);
    if (*ret_video_count == 0 && why.kind != ERR_NONE) {
        *err = why;
        return false;
    }
    if (*ret_video_count == 0 && facts->audio_count == 0)
        return err_set(err, ERR_INPUT, "%s",
                       is_encrypted ? "the audio is encrypted"
                                    : "there is neither video nor audio in it that we can decode");
    return true;
}
