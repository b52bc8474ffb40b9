// SPDX-License-Identifier: BSD-2-Clause
// Audio tracks: one AAC stereo rendition per chosen source track, with language,
// name and default flag kept.
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/text.h"
#include "src/media/language.h"
#include "src/media/plan_private.h"

enum {
    AUDIO_CHANNELS = 2,
    AUDIO_RATE_HZ = 48000,
    AUDIO_BITRATE_BPS = 128000,
};

static void audio_subject(size_t index, char ret_subject[48])
{
    snprintf(ret_subject, 48, "audio %zu", index + 1);
}

static bool is_wanted(const char *language, char ranges[][LANGUAGE_TAG_SIZE], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (language_matches(ranges[i], language))
            return true;
    return count == 0;
}

static bool read_ranges(const struct plan_options *options, char ret_ranges[][LANGUAGE_TAG_SIZE],
                        struct err *err)
{
    for (size_t i = 0; i < options->audio_language_count; i++)
        if (!language_from_tag(options->audio_languages[i], ret_ranges[i]))
            return err_set(err, ERR_CONFIG, "\"%s\" is no language tag; say \"en\" or \"pt-BR\"",
                           options->audio_languages[i]);
    return true;
}

// Names end up in quoted attributes of playlists, which know no escape.
static void title_clean(const char *title, char *ret_name, size_t size)
{
    AUTO_FREE char *clean = text_clean(title);
    char *from = clean + strspn(clean, " ");
    size_t length = strlen(from);
    while (length > 0 && from[length - 1] == ' ')
        from[--length] = '\0';
    for (char *at = from; *at; at++)
        if (*at == '"')
            *at = '\'';
    text_cut(from, size);
    memcpy(ret_name, from, strlen(from) + 1);
}

static bool has_name(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->audio_count; i++)
        if (strcmp(plan->audio[i].name, name) == 0)
            return true;
    return false;
}

static bool has_id(const struct plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->audio_count; i++)
        if (strcmp(plan->audio[i].id, id) == 0)
            return true;
    return false;
}

static void set_name(const struct plan *plan, const struct audio_facts *audio, size_t index,
                     struct plan_audio *track)
{
    const char *language = language_name(track->language);
    char base[sizeof(track->name)];
    title_clean(audio->title, base, sizeof(base) - 8); // room for a number
    if (!base[0] && language)
        snprintf(base, sizeof(base), "%s", language);
    else if (!base[0])
        snprintf(base, sizeof(base), "Audio %zu", index + 1);
    snprintf(track->name, sizeof(track->name), "%s", base);
    for (unsigned n = 2; n < 1000 && has_name(plan, track->name); n++)
        snprintf(track->name, sizeof(track->name), "%.*s %u", (int)sizeof(base) - 8, base, n);
}

static void set_id(const struct plan *plan, struct plan_audio *track)
{
    char base[LANGUAGE_TAG_SIZE + 16], id[sizeof(track->id)];
    snprintf(base, sizeof(base), "%s-aac-stereo", track->language);
    for (char *at = base; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a'); // a folder's name: same on every file system
    snprintf(id, sizeof(id), "%s", base);
    for (unsigned n = 2; n < 1000 && has_id(plan, id); n++)
        snprintf(id, sizeof(id), "%s-%u", base, n);
    memcpy(track->id, id, sizeof(id));
    snprintf(track->folder, sizeof(track->folder), "audio/%s", id);
}

static void note_channels(struct plan *plan, const struct audio_facts *audio, const char *subject)
{
    if (audio->channels > AUDIO_CHANNELS)
        plan_note(plan, NOTE_CHANGED, subject, "%d channels (%s) mixed down to stereo",
                  audio->channels, audio->layout[0] ? audio->layout : "unknown layout");
    else if (audio->channels == 1)
        plan_note(plan, NOTE_CHANGED, subject, "mono made stereo");
}

// Drops or appends one source track.
static void take_track(const struct audio_facts *audio, size_t index,
                       char ranges[][LANGUAGE_TAG_SIZE], size_t range_count, struct plan *plan)
{
    char subject[48];
    audio_subject(index, subject);
    char language[LANGUAGE_TAG_SIZE];
    bool is_tag = language_from_tag(audio->language, language);
    if (!is_wanted(language, ranges, range_count)) {
        plan_note(plan, NOTE_DROPPED, subject, "its language, %s, was not asked for", language);
        return;
    }
    if (audio->packet_count <= 0) {
        plan_note(plan, NOTE_DROPPED, subject, "it holds no packets");
        return;
    }
    if (!is_tag && audio->language[0])
        plan_note(plan, NOTE_CHANGED, subject, "its language tag is no language: taken as und");
    struct plan_audio *track = &plan->audio[plan->audio_count];
    snprintf(track->language, sizeof(track->language), "%s", language);
    track->stream_index = audio->stream_index;
    track->is_default = audio->is_default;
    track->channels = AUDIO_CHANNELS;
    track->sample_rate_hz = AUDIO_RATE_HZ;
    track->bitrate_bps = AUDIO_BITRATE_BPS;
    set_name(plan, audio, index, track);
    set_id(plan, track);
    plan->audio_count++;
    note_channels(plan, audio, subject);
}

// The first that the source marks, else the first.
static void choose_default(struct plan *plan)
{
    size_t chosen = 0;
    while (chosen < plan->audio_count && !plan->audio[chosen].is_default)
        chosen++;
    if (chosen == plan->audio_count)
        chosen = 0;
    for (size_t i = 0; i < plan->audio_count; i++)
        plan->audio[i].is_default = i == chosen;
}

static bool fail_none_wanted(const struct source_facts *facts, const struct plan_options *options,
                             struct err *err)
{
    AUTO(buf_done) struct buf there = {0};
    AUTO(buf_done) struct buf asked = {0};
    for (size_t i = 0; i < facts->audio_count; i++) {
        char language[LANGUAGE_TAG_SIZE];
        language_from_tag(facts->audio[i].language, language);
        buf_printf(&there, "%s%s", i ? ", " : "", language);
    }
    for (size_t i = 0; i < options->audio_language_count; i++)
        buf_printf(&asked, "%s%s", i ? ", " : "", options->audio_languages[i]);
    return err_set(err, ERR_CONFIG, "no audio track is in %.*s; the source has %.*s",
                   (int)asked.size_bytes, (const char *)asked.data, (int)there.size_bytes,
                   (const char *)there.data);
}

bool plan_choose_audio(const struct source_facts *facts, const struct plan_options *options,
                       struct plan *plan, struct err *err)
{
    char ranges[ARRAY_LEN(options->audio_languages)][LANGUAGE_TAG_SIZE];
    if (options->no_audio) {
        if (facts->audio_count > 0)
            plan_note(plan, NOTE_DROPPED, "audio", "no audio was asked for");
        return true;
    }
    if (!read_ranges(options, ranges, err))
        return false;
    bool is_one_wanted = false;
    for (size_t i = 0; i < facts->audio_count; i++) {
        char language[LANGUAGE_TAG_SIZE];
        language_from_tag(facts->audio[i].language, language);
        is_one_wanted |= is_wanted(language, ranges, options->audio_language_count);
    }
    if (facts->audio_count > 0 && !is_one_wanted)
        return fail_none_wanted(facts, options, err);
    for (size_t i = 0; i < facts->audio_count; i++)
        take_track(&facts->audio[i], i, ranges, options->audio_language_count, plan);
    choose_default(plan);
    if (facts->has_video && plan->audio_count == 0)
        plan_note(plan, NOTE_INFO, "audio", "the source has none");
    return true;
}

static void note_times_of(const struct audio_facts *audio, size_t index, struct plan *plan)
{
    // Shorter differences come from whole frames and priming, and nobody hears them.
    const struct rational least = {1, 10};
    char subject[48];
    audio_subject(index, subject);
    struct rational start = rational_sub(audio->first_time, plan->source_start);
    struct rational end = rational_sub(audio->end_time, plan->source_start);
    struct rational early = rational_sub((struct rational){0, 1}, start);
    struct rational left = rational_sub(plan->grid.duration, end);
    struct rational over = rational_sub(end, plan->grid.duration);
    if (rational_cmp(start, least) > 0)
        plan_note(plan, NOTE_CHANGED, subject, "starts %.3f s late: silence is filled in",
                  rational_to_double(start));
    if (rational_cmp(early, least) > 0)
        plan_note(plan, NOTE_CHANGED, subject, "starts %.3f s early: cut there",
                  rational_to_double(early));
    if (rational_cmp(left, least) > 0)
        plan_note(plan, NOTE_CHANGED, subject, "ends %.3f s early: silence is filled in",
                  rational_to_double(left));
    if (rational_cmp(over, least) > 0)
        plan_note(plan, NOTE_CHANGED, subject, "ends %.3f s late: cut there",
                  rational_to_double(over));
}

void plan_note_audio_times(const struct source_facts *facts, struct plan *plan)
{
    for (size_t i = 0; i < facts->audio_count; i++)
        for (size_t k = 0; k < plan->audio_count; k++)
            if (plan->audio[k].stream_index == facts->audio[i].stream_index)
                note_times_of(&facts->audio[i], i, plan);
}
