// SPDX-License-Identifier: BSD-2-Clause
// Rules that hold what a Representation states against its init segment and the coded
// stream: timescale, codecs, size, rate, channels, colour, language. Silent where the
// media was not read.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/codec/codec.h"
#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

// The next Representation whose first init was read.
static bool next_measured(struct dash_cursor *at, const struct init_facts **ret_init)
{
    while (dash_next(at, DEPTH_REPRESENTATION)) {
        *ret_init = track_first_init(at->evidence, at->track);
        if (*ret_init)
            return true;
    }
    return false;
}

DASH_RUN(D15)
{
    struct dash_cursor at = {evidence};
    const struct init_facts *init;
    while (next_measured(&at, &init)) {
        const struct mpd_segments *segments = &at.representation->segments;
        if (!segments->node || !init->timescale_hz ||
            segments->timescale_hz == init->timescale_hz ||
            (!segments_attr(segments, "timescale") && !segments->has_timeline &&
             !segments->has_duration))
            continue;
        char stated[24], measured[24];
        snprintf(stated, sizeof stated, "%" PRIu64, segments->timescale_hz);
        snprintf(measured, sizeof measured, "%" PRIu32, init->timescale_hz);
        dash_report(findings, RULE_D15, SPOT(at.mpd, segments->node, "timescale", at.track), stated,
                    measured, "timescale is %s, but the media counts in %s", stated, measured);
    }
}

// Codecs of which only the sample entry is compared: what follows is not in the media.
static bool is_entry_only(const char *entry)
{
    static const char entries[] = "stpp wvtt sbtt tx3g enct";
    return list_has(entries, " ", entry);
}

static bool has_same_entry(const char *word, const char *entry)
{
    size_t length = strlen(entry);
    return strncasecmp(word, entry, length) == 0 && (word[length] == '.' || word[length] == '\0');
}

// MPEG-4 audio whose spectral band replication is not signalled may be named by it.
static bool is_implicit_sbr(const struct init_facts *init, const char *word)
{
    return strcmp(init->entry, "mp4a") == 0 && init->codec.profile == 2 &&
           (strcmp(word, "mp4a.40.5") == 0 || strcmp(word, "mp4a.40.29") == 0) &&
           init->codec.sample_rate_hz <= 24000;
}

static bool codecs_fit(const char *codecs, const struct init_facts *init, bool is_exact)
{
    char word[CODEC_STRING_SIZE * 2];
    while (list_next(&codecs, ", ", word, sizeof word)) {
        bool is_entry = has_same_entry(word, init->entry);
        if (is_entry_only(init->entry) || !is_exact ? is_entry
                                                    : codec_string_matches(&init->codec, word))
            return true;
        if (is_implicit_sbr(init, word))
            return true;
    }
    return false;
}

DASH_RUN(D20)
{
    struct dash_cursor at = {evidence};
    const struct init_facts *init;
    while (next_measured(&at, &init)) {
        const xmlNode *node = NULL;
        const char *codecs = node_common(at.representation->node, "codecs", &node);
        const char *real = init->codec.string[0] ? init->codec.string : init->entry;
        if (!codecs || !init->entry[0] || (init->has_dolby_vision && !init->codec.string[0]))
            continue;
        // At the set it names what all its Representations need at most.
        bool is_exact = node == at.representation->node || at.set->representation_count == 1;
        if (!codecs_fit(codecs, init, is_exact))
            dash_report(findings, RULE_D20, SPOT(at.mpd, node, "codecs", at.track), codecs, real,
                        "codecs is %.100s, but the media is %s", codecs, real);
    }
}

DASH_RUN(D77)
{
    struct dash_cursor at = {evidence};
    const xmlNode *told = NULL;
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const xmlNode *node = NULL;
        const char *codecs = node_common(at.representation->node, "codecs", &node);
        const char *rest = codecs;
        char word[CODEC_STRING_SIZE * 2];
        if (!codecs || node == told)
            continue;
        told = node;
        while (list_next(&rest, ",", word, sizeof word)) {
            struct err err = {0};
            const char *name = word + strspn(word, " ");
            if (!codec_string_check(name, &err))
                dash_report(findings, RULE_D77, SPOT(at.mpd, node, "codecs"), codecs, NULL, "%s",
                            err.text);
        }
    }
}

static bool is_side(uint64_t stated, uint32_t coded, uint32_t entry, uint32_t track)
{
    return stated == coded || stated == entry || stated == track;
}

static void check_size(const struct dash_cursor *at, const struct init_facts *init,
                       struct findings *findings)
{
    static const char *const names[] = {"width", "height"};
    for (int i = 0; i < 2; i++) {
        const xmlNode *node = NULL;
        const char *text = node_common(at->representation->node, names[i], &node);
        uint32_t coded = i ? init->codec.height_px : init->codec.width_px;
        uint32_t entry = i ? init->entry_height_px : init->entry_width_px;
        uint32_t shown = i ? init->track_height_px : init->track_width_px;
        uint64_t stated;
        char measured[16];
        if (!read_unsigned(text, UINT32_MAX, &stated) || (!coded && !entry) ||
            is_side(stated, coded, coded ? coded : entry, coded ? coded : shown))
            continue;
        // With other than square pixels the track's size is what is shown.
        bool is_square = init->codec.sample_aspect.num == init->codec.sample_aspect.den;
        if (!is_square && is_side(stated, entry, entry, shown))
            continue;
        snprintf(measured, sizeof measured, "%" PRIu32, coded ? coded : entry);
        dash_report(findings, RULE_D22, SPOT(at->mpd, node, names[i], at->track), text, measured,
                    "%s is %s, but the video's is %s", names[i], text, measured);
    }
}

// Sums of all units that were read.
struct rate {
    int64_t samples;
    int64_t ticks;
    uint32_t shortest, longest;
    size_t units;
};

static void measure_rate(const struct evidence *evidence, const struct track *track,
                         struct rate *ret)
{
    *ret = (struct rate){.shortest = UINT32_MAX};
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit;
        const struct init_facts *init;
        if (!track_measured(evidence, track, i, &unit, &init) || unit->duration > UINT32_MAX)
            continue;
        ret->units++;
        ret->samples += unit->sample_count;
        ret->ticks += (int64_t)unit->duration;
        if (unit->shortest_sample < ret->shortest)
            ret->shortest = unit->shortest_sample;
        if (unit->longest_sample > ret->longest)
            ret->longest = unit->longest_sample;
    }
}

static void check_rate(const struct dash_cursor *at, const struct init_facts *init,
                       struct findings *findings)
{
    const xmlNode *node = NULL;
    const char *text = node_common(at->representation->node, "frameRate", &node);
    struct rational stated;
    struct rate rate;
    if (!read_frame_rate(text, &stated) || !stated.num || !at->track || !init->timescale_hz)
        return;
    measure_rate(at->evidence, at->track, &rate);
    // Pictures that last half as long again are no constant rate: nothing to compare with.
    if (rate.samples < 2 || rate.ticks <= 0 || !rate.shortest ||
        rate.longest > rate.shortest + rate.shortest / 2 + 1)
        return;
    struct rational real = rational_mul(rational_make(rate.samples, rate.ticks),
                                        (struct rational){(int64_t)init->timescale_hz, 1});
    // Rounded to ticks in each unit, and half a thousandth: 24 is not 24000/1001.
    struct rational slack =
        rational_add(rational_mul(real, rational_make(1, 2000)),
                     rational_mul(real, rational_make((int64_t)rate.units + 1, rate.ticks)));
    // The last picture of a track often lasts a little less or more.
    if (rate.longest != rate.shortest)
        slack = rational_add(
            slack, rational_mul(real, rational_make(rate.longest - rate.shortest, rate.ticks)));
    if (rational_cmp(dash_abs(rational_sub(stated, real)), slack) <= 0)
        return;
    char measured[32];
    snprintf(measured, sizeof measured, "%.3f", rational_to_double(real));
    dash_report(findings, RULE_D22, SPOT(at->mpd, node, "frameRate", at->track), text, measured,
                "frameRate is %.40s, but %s pictures are shown each second", text, measured);
}

DASH_RUN(D22)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct init_facts *init = track_first_init(evidence, at.track);
        dash_check_bounds(&at, RULE_D22, findings);
        if (!init || init->kind != MEDIA_VIDEO)
            continue;
        check_size(&at, init, findings);
        if (!at.set->is_trick)
            check_rate(&at, init, findings);
    }
}

static void check_sampling(const struct dash_cursor *at, const struct init_facts *init,
                           struct findings *findings)
{
    const xmlNode *node = NULL;
    const char *text = node_common(at->representation->node, "audioSamplingRate", &node);
    uint64_t low, high;
    char word[24], measured[24];
    const char *rest = text;
    if (!text || !list_next(&rest, " ", word, sizeof word) ||
        !read_unsigned(word, UINT32_MAX, &low) || !init->codec.sample_rate_hz)
        return;
    high = low;
    if (list_next(&rest, " ", word, sizeof word) && !read_unsigned(word, UINT32_MAX, &high))
        return;
    const uint32_t rates[] = {init->codec.sample_rate_hz, init->codec.core_sample_rate_hz,
                              init->codec.profile == 2 && init->codec.sample_rate_hz <= 24000
                                  ? init->codec.sample_rate_hz * 2 // perhaps implicit SBR
                                  : 0};
    for (size_t i = 0; i < ARRAY_LEN(rates); i++)
        if (rates[i] && rates[i] >= low && rates[i] <= high)
            return;
    snprintf(measured, sizeof measured, "%" PRIu32, init->codec.sample_rate_hz);
    dash_report(findings, RULE_D23, SPOT(at->mpd, node, "audioSamplingRate", at->track), text,
                measured, "audioSamplingRate is %.40s, but the audio has %s", text, measured);
}

// Channels of an ISO/IEC 23091-3 ChannelConfiguration.
static const uint8_t channels_of[] = {0, 1, 2,  3, 4,  5,  6,  8,  2,  3, 4,
                                      7, 8, 24, 8, 12, 10, 12, 14, 12, 14};

// What the element says; both readings where two are in use. 0: not known.
static void read_channels(const xmlNode *node, uint32_t ret[2])
{
    const char *uri = node_attr(node, "schemeIdUri");
    const char *value = node_attr(node, "value");
    uint64_t number;
    ret[0] = ret[1] = 0;
    if (!uri || !value)
        return;
    bool is_old = strcmp(uri, "urn:mpeg:dash:23003:3:audio_channel_configuration:2011") == 0;
    if ((is_old || strcmp(uri, "urn:mpeg:mpegB:cicp:ChannelConfiguration") == 0) &&
        read_unsigned(value, 63, &number)) {
        ret[0] = number < ARRAY_LEN(channels_of) ? channels_of[number] : 0;
        // Many write the count of channels in the older scheme.
        ret[1] = is_old && number > 6 ? (uint32_t)number : 0;
    } else if (strcmp(uri, "tag:dolby.com,2014:dash:audio_channel_configuration:2011") == 0 ||
               strcmp(uri, "urn:dolby:dash:audio_channel_configuration:2011") == 0) {
        // ETSI TS 102 366 I.1.2.1: a bit for each speaker or pair of speakers.
        static const uint8_t speakers[16] = {1, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 2, 1, 2, 1, 1};
        unsigned long bits = strlen(value) == 4 ? strtoul(value, NULL, 16) : 0;
        for (int i = 0; i < 16; i++)
            ret[0] += bits & (0x8000u >> i) ? speakers[i] : 0;
    }
}

static void check_channels(const struct dash_cursor *at, const struct init_facts *init,
                           struct findings *findings)
{
    const xmlNode *node = node_child(at->representation->node, "AudioChannelConfiguration");
    uint32_t real = init->codec.channels, core = init->codec.core_channels;
    if (!node)
        node = node_child(at->set->node, "AudioChannelConfiguration");
    uint32_t stated[2];
    read_channels(node, stated);
    if (!real || !stated[0] || init->codec.has_joint_object)
        return;
    for (int i = 0; i < 2; i++)
        if (stated[i] && (stated[i] == real || stated[i] == core))
            return;
    char measured[16];
    snprintf(measured, sizeof measured, "%" PRIu32, real);
    dash_report(findings, RULE_D23, SPOT(at->mpd, node, "value", at->track),
                node_attr(node, "value"), measured,
                "AudioChannelConfiguration stands for %" PRIu32 " channels, but the audio has %s",
                stated[0], measured);
}

DASH_RUN(D23)
{
    struct dash_cursor at = {evidence};
    const struct init_facts *init;
    while (next_measured(&at, &init))
        if (init->kind == MEDIA_AUDIO) {
            check_sampling(&at, init, findings);
            check_channels(&at, init, findings);
        }
}

DASH_RUN(D55)
{
    struct dash_cursor at = {evidence};
    const struct init_facts *init;
    while (next_measured(&at, &init)) {
        const xmlNode *node = NULL;
        const char *text = node_common(at.representation->node, "scanType", &node);
        if (text && strcmp(text, "interlaced") == 0 && init->kind == MEDIA_VIDEO &&
            !init->codec.is_interlaced && init->codec.width_px)
            dash_report(findings, RULE_D55, SPOT(at.mpd, node, "scanType", at.track), text,
                        "progressive", "scanType is interlaced, but the video is progressive");
        if ((!text || strcmp(text, "progressive") == 0) && init->kind == MEDIA_VIDEO &&
            init->codec.is_interlaced)
            dash_report(findings, RULE_D55,
                        SPOT(at.mpd, node ? node : at.representation->node, "scanType", at.track),
                        text, "interlaced",
                        "the video is interlaced, but scanType does not say so");
    }
}

// Three letters of ISO 639-2 and the two that stand for the same; others are equal by
// their first subtag.
static bool is_same_language(const char *a, const char *b)
{
    static const char pairs[] =
        "en eng de deu de ger fr fra fr fre es spa it ita pt por nl nld nl dut sv swe da dan "
        "no nor nb nob fi fin pl pol cs ces cs cze sk slk sk slo hu hun ro ron ro rum ru rus "
        "uk ukr bg bul el ell el gre tr tur ar ara he heb hi hin ja jpn ko kor zh zho zh chi "
        "th tha vi vie id ind ms msa ms may ca cat eu eus eu baq gl glg hr hrv sr srp sl slv "
        "et est lv lav lt lit is isl is ice fa fas fa per ta tam te tel";
    size_t one = strcspn(a, "-"), other = strcspn(b, "-");
    if (one == other && strncasecmp(a, b, one) == 0)
        return true;
    if ((one == 2) == (other == 2) || one > 3 || other > 3)
        return one == other && one == 3 ? false : one > 3 || other > 3;
    char wanted[16];
    const char *two = one == 2 ? a : b, *three = one == 2 ? b : a;
    snprintf(wanted, sizeof wanted, "%.2s %.3s", two, three);
    for (char *c = wanted; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    char first[4];
    snprintf(first, sizeof first, "%.2s ", wanted);
    // Codes that the list does not hold cannot be compared.
    return strstr(pairs, wanted) || !strstr(pairs, first);
}

DASH_RUN(D57)
{
    struct dash_cursor at = {evidence};
    const struct init_facts *init;
    while (next_measured(&at, &init)) {
        const char *lang = node_attr(at.set->node, "lang");
        if (!lang || !init->language[0] || strcmp(init->language, "und") == 0 ||
            strcmp(lang, "und") == 0 || is_same_language(lang, init->language) ||
            at.representation_next > 1)
            continue;
        dash_report(findings, RULE_D57, SPOT(at.mpd, at.set->node, "lang", at.track), lang,
                    init->language, "lang is %.40s, but the media says %s", lang, init->language);
    }
}

static enum media_kind word_kind(const char *text)
{
    return has_prefix(text, "video")   ? MEDIA_VIDEO
           : has_prefix(text, "audio") ? MEDIA_AUDIO
           : has_prefix(text, "text")  ? MEDIA_TEXT
           : has_prefix(text, "image") ? MEDIA_IMAGE
                                       : MEDIA_UNKNOWN;
}

DASH_RUN(D59)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const char *type = node_attr(at.set->node, "contentType");
        const char *mime = node_common(at.representation->node, "mimeType", NULL);
        enum media_kind stated = word_kind(type), named = word_kind(mime);
        enum media_kind real = track_kind(evidence, at.track);
        const struct spot *spot = SPOT(at.mpd, at.representation->node, "mimeType", at.track);
        // Tiles may be video/mp4 of contentType image; application/mp4 is any kind.
        bool is_image = stated == MEDIA_IMAGE || named == MEDIA_IMAGE;
        if (!is_image && stated != MEDIA_UNKNOWN && named != MEDIA_UNKNOWN && stated != named)
            dash_report(findings, RULE_D59, spot, mime, type,
                        "contentType is %s, but mimeType is %.80s", type, mime);
        enum media_kind claim = named != MEDIA_UNKNOWN ? named : stated;
        if (!is_image && claim != MEDIA_UNKNOWN && real != MEDIA_UNKNOWN && claim != real)
            dash_report(findings, RULE_D59, spot, mime ? mime : type, media_kind_name(real),
                        "%s is stated, but the media is %s", media_kind_name(claim),
                        media_kind_name(real));
    }
}
