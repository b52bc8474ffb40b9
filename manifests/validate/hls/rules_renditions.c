// SPDX-License-Identifier: BSD-2-Clause
// EXT-X-MEDIA against the tracks it leads to, and what it says of them.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/hls/language.h"
#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

// Calls for each rendition with its tag and the init of its track (NULL: not read).
typedef void look_at_rendition(const struct hls_playlist *playlist, const struct hls_tag *tag,
                               const struct init_facts *init, struct findings *findings);

static void each_rendition(const struct evidence *evidence, const struct hls_playlist *playlist,
                           struct findings *findings, look_at_rendition *look)
{
    for (size_t i = 0; i < playlist->rendition_count; i++)
        look(playlist, &playlist->tags[playlist->renditions[i].tag],
             track_any_init(evidence, look_track_at(evidence, playlist->renditions[i].track)),
             findings);
}

#define RENDITION_RULE(rule, one)                                                                  \
    static void check_##rule(const struct evidence *evidence, const struct hls_playlist *playlist, \
                             struct findings *findings)                                            \
    {                                                                                              \
        each_rendition(evidence, playlist, findings, one);                                         \
    }                                                                                              \
    HLS_RUN(rule, multivariant, check_##rule)

static bool is_audio(const struct hls_tag *tag)
{
    return look_same(hls_attribute(tag, "TYPE"), "AUDIO");
}

static void one_v17(const struct hls_playlist *playlist, const struct hls_tag *tag,
                    const struct init_facts *init, struct findings *findings)
{
    const char *language = hls_attribute(tag, "LANGUAGE");
    if (language && init && !language_is_same(language, init->language))
        FIND(V17, playlist, tag->line, language, init->language,
             "LANGUAGE says \"%.60s\", and the track says \"%s\"", language, init->language);
}
RENDITION_RULE(V17, one_v17)

// --- V18: CHANNELS

static void one_v18(const struct hls_playlist *playlist, const struct hls_tag *tag,
                    const struct init_facts *init, struct findings *findings)
{
    const char *text = hls_attribute(tag, "CHANNELS");
    const char *rest = text, *item = NULL;
    char first[24] = "";
    uint64_t stated;
    if (!text)
        return;
    size_t length = value_next(&rest, '/', &item);
    if (length < sizeof first)
        memcpy(first, item, length);
    if (!value_integer(first, &stated) || stated == 0) {
        FIND(V18, playlist, tag->line, text, NULL,
             "CHANNELS=\"%.60s\" does not begin with a number of channels", text);
        return;
    }
    if (!init || init->kind != MEDIA_AUDIO || !is_audio(tag))
        return;
    const struct codec_facts *codec = &init->codec;
    // Of object audio the number of objects is stated, which is in the sync frames.
    bool has_objects = rest && strstr(rest, "JOC");
    uint64_t real = codec->channels ? codec->channels : init->entry_channels;
    if (has_objects && strcmp(init->entry, "ec-3") == 0 && !codec->has_joint_object) {
        FIND(V18, playlist, tag->line, text, NULL,
             "CHANNELS=\"%.60s\" says that there are joint objects, and dec3 names none", text);
        return;
    }
    if (has_objects)
        real = codec->has_joint_object ? codec->complexity_index : 0;
    if (real == 0 || stated == real || (codec->core_channels && stated == codec->core_channels))
        return;
    char measured[24];
    snprintf(measured, sizeof measured, "%" PRIu64, real);
    FIND(V18, playlist, tag->line, text, measured, "CHANNELS says %s, and the track has %s", text,
         measured);
}
RENDITION_RULE(V18, one_v18)

static void one_v37(const struct hls_playlist *playlist, const struct hls_tag *tag,
                    const struct init_facts *init, struct findings *findings)
{
    (void)init;
    if (is_audio(tag) && !hls_attribute(tag, "CHANNELS"))
        FIND(V37, playlist, tag->line, NULL, NULL, "the audio rendition has no CHANNELS");
}
RENDITION_RULE(V37, one_v37)

// --- V30: the track is of the TYPE

static enum media_kind kind_of_type(const char *type)
{
    if (look_same(type, "AUDIO"))
        return MEDIA_AUDIO;
    if (look_same(type, "VIDEO"))
        return MEDIA_VIDEO;
    return look_same(type, "SUBTITLES") ? MEDIA_TEXT : MEDIA_UNKNOWN;
}

static void one_v30(const struct hls_playlist *playlist, const struct hls_tag *tag,
                    const struct init_facts *init, struct findings *findings)
{
    const char *type = hls_attribute(tag, "TYPE");
    enum media_kind kind = kind_of_type(type);
    if (!init || kind == MEDIA_UNKNOWN || init->kind == MEDIA_UNKNOWN || init->kind == kind)
        return;
    FIND(V30, playlist, tag->line, type, media_kind_name(init->kind),
         "the rendition is of TYPE=%s, and its track holds %s", type, media_kind_name(init->kind));
}
RENDITION_RULE(V30, one_v30)

// --- V32: BIT-DEPTH, SAMPLE-RATE

static void one_v32(const struct hls_playlist *playlist, const struct hls_tag *tag,
                    const struct init_facts *init, struct findings *findings)
{
    uint64_t stated;
    char measured[24];
    if (!init || init->kind != MEDIA_AUDIO)
        return;
    const struct codec_facts *codec = &init->codec;
    if (hls_attribute_integer(tag, "SAMPLE-RATE", &stated) && codec->sample_rate_hz &&
        stated != codec->sample_rate_hz && stated != codec->core_sample_rate_hz) {
        snprintf(measured, sizeof measured, "%u", codec->sample_rate_hz);
        FIND(V32, playlist, tag->line, hls_attribute(tag, "SAMPLE-RATE"), measured,
             "SAMPLE-RATE says %" PRIu64 ", and the track has %s", stated, measured);
    }
    if (hls_attribute_integer(tag, "BIT-DEPTH", &stated) && codec->bit_depth &&
        stated != codec->bit_depth) {
        snprintf(measured, sizeof measured, "%u", codec->bit_depth);
        FIND(V32, playlist, tag->line, hls_attribute(tag, "BIT-DEPTH"), measured,
             "BIT-DEPTH says %" PRIu64 ", and the track has %s", stated, measured);
    }
}
RENDITION_RULE(V32, one_v32)

// --- V38: CHARACTERISTICS

static const struct {
    const char *name;
    const char *types;
} characteristics[] = {
    {"public.accessibility.transcribes-spoken-dialog", "SUBTITLES|CLOSED-CAPTIONS"},
    {"public.accessibility.describes-music-and-sound", "SUBTITLES|CLOSED-CAPTIONS"},
    {"public.easy-to-read", "SUBTITLES|CLOSED-CAPTIONS"},
    {"public.accessibility.describes-video", "AUDIO|SUBTITLES"},
    {"public.accessibility.enhances-speech-intelligibility", "AUDIO"},
    {"public.machine-generated", "AUDIO|SUBTITLES|CLOSED-CAPTIONS|VIDEO"},
    {"public.translation", "AUDIO|SUBTITLES|CLOSED-CAPTIONS"},
};

static void check_characteristic(const struct hls_playlist *playlist, const struct hls_tag *tag,
                                 const char *name, struct findings *findings)
{
    const char *type = hls_attribute(tag, "TYPE");
    for (size_t i = 0; type && i < ARRAY_LEN(characteristics); i++) {
        if (strcmp(characteristics[i].name, name) != 0)
            continue;
        if (!value_has_word(characteristics[i].types, type, strlen(type)))
            FIND(V38, playlist, tag->line, name, type, "%s does not fit TYPE=%s", name, type);
        return;
    }
    if (strncmp(name, "public.", 7) == 0)
        FIND(V38, playlist, tag->line, name, NULL, "%s is no characteristic that is known", name);
    else if (!strchr(name, '.'))
        FIND(V38, playlist, tag->line, name, NULL,
             "\"%s\" is no uniform type identifier, as characteristics are", name);
}

static void one_v38(const struct hls_playlist *playlist, const struct hls_tag *tag,
                    const struct init_facts *init, struct findings *findings)
{
    const char *list = hls_attribute(tag, "CHARACTERISTICS");
    const char *item;
    (void)init;
    for (size_t length; (length = value_next(&list, ',', &item)) != NONE;) {
        char name[128];
        if (length >= sizeof name)
            length = sizeof name - 1;
        memcpy(name, item, length);
        name[length] = '\0';
        check_characteristic(playlist, tag, name + strspn(name, " "), findings);
    }
}
RENDITION_RULE(V38, one_v38)
