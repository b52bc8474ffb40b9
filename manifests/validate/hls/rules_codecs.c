// SPDX-License-Identifier: BSD-2-Clause
// CODECS and SUPPLEMENTAL-CODECS against what the initialization segments hold.
#include <stdio.h>
#include <string.h>

#include "manifests/validate/codec/codec.h"
#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

#define INITS_MAX  32 // different ones of a variant and its groups
#define CODECS_MAX 16 // elements of one attribute

struct elements { // of a CODECS attribute
    char items[CODECS_MAX][CODEC_STRING_SIZE];
    size_t count;
};

struct inits { // what really plays
    const struct init_facts *items[INITS_MAX];
    size_t count;
    bool is_whole; // no track of the variant is unknown
};

static void elements_read(const char *text, struct elements *ret)
{
    const char *item;
    ret->count = 0;
    for (size_t length;
         ret->count < CODECS_MAX && (length = value_next(&text, ',', &item)) != NONE;) {
        while (length && *item == ' ') {
            item++;
            length--;
        }
        if (length >= CODEC_STRING_SIZE)
            length = CODEC_STRING_SIZE - 1;
        memcpy(ret->items[ret->count], item, length);
        ret->items[ret->count++][length] = '\0';
    }
}

static void inits_add_track(struct inits *inits, const struct evidence *evidence, size_t track_at)
{
    const struct track *track = look_track_at(evidence, track_at);
    size_t last = NONE;
    if (!track || track->segment_count == 0) {
        inits->is_whole = false;
        return;
    }
    for (size_t i = 0; i < track->segment_count; i++) {
        if (i && track->segments[i].init == last)
            continue;
        last = track->segments[i].init;
        const struct init_facts *init = track_init(evidence, track, i);
        if (!init) {
            // WebVTT has none, and needs no codec.
            inits->is_whole = inits->is_whole && track->kind == MEDIA_TEXT;
            continue;
        }
        bool is_new = true;
        for (size_t n = 0; n < inits->count; n++)
            is_new = is_new && inits->items[n] != init;
        if (is_new && inits->count < INITS_MAX)
            inits->items[inits->count++] = init;
    }
}

static void inits_add_group(struct inits *inits, const struct evidence *evidence,
                            const struct hls_playlist *playlist, const char *type,
                            const char *group)
{
    for (size_t i = 0; group && i < playlist->rendition_count && i < LOOK_MAX; i++) {
        const struct hls_rendition *rendition = &playlist->renditions[i];
        const struct hls_tag *tag = &playlist->tags[rendition->tag];
        if (!look_same(hls_attribute(tag, "TYPE"), type) ||
            !look_same(hls_attribute(tag, "GROUP-ID"), group))
            continue;
        if (rendition->uri)
            inits_add_track(inits, evidence, rendition->track);
        else
            inits->is_whole = false; // inside the variant's own media
    }
}

static void inits_of(const struct evidence *evidence, const struct hls_playlist *playlist,
                     const struct hls_variant *variant, struct inits *ret)
{
    static const char *const types[] = {"AUDIO", "VIDEO", "SUBTITLES"};
    const struct hls_tag *tag = &playlist->tags[variant->tag];
    *ret = (struct inits){.is_whole = true};
    inits_add_track(ret, evidence, variant->track);
    for (size_t i = 0; !variant->is_iframes && i < ARRAY_LEN(types); i++)
        inits_add_group(ret, evidence, playlist, types[i], hls_attribute(tag, types[i]));
}

// The sample entry's four characters stand at the front of every element.
static bool is_family(const char *element, const struct init_facts *init)
{
    const char *known = init->codec.string[0] ? init->codec.string : init->entry;
    size_t length = strcspn(known, ".");
    return codec_string_same(element, known) ||
           (strncmp(element, known, length) == 0 && (!element[length] || element[length] == '.'));
}

// avc1 and avc3, hvc1 and hev1 hold the same pictures: naming the wrong one is V6.
static bool is_kin(const char *element, const struct init_facts *init)
{
    static const char *const kin[][2] = {
        {"avc1", "avc3"}, {"hvc1", "hev1"}, {"dvh1", "dvhe"}, {"dva1", "dvav"}};
    for (size_t i = 0; i < ARRAY_LEN(kin); i++)
        for (size_t k = 0; k < 2; k++)
            if (strcmp(init->entry, kin[i][k]) == 0 && strncmp(element, kin[i][!k], 4) == 0)
                return true;
    return is_family(element, init);
}

static bool needs_codec(const struct init_facts *init)
{
    return init->entry[0] && (init->kind == MEDIA_VIDEO || init->kind == MEDIA_AUDIO ||
                              strcmp(init->entry, "stpp") == 0);
}

static void check_v5(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count && i < LOOK_MAX; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        const struct hls_tag *tag = &playlist->tags[variant->tag];
        const char *text = hls_attribute(tag, "CODECS");
        struct elements elements;
        struct inits inits;
        if (!text)
            continue;
        elements_read(text, &elements);
        inits_of(evidence, playlist, variant, &inits);
        for (size_t n = 0; n < inits.count; n++) {
            const struct init_facts *init = inits.items[n];
            bool is_there = !needs_codec(init);
            for (size_t e = 0; e < elements.count; e++)
                is_there = is_there || is_kin(elements.items[e], init);
            const char *real = init->codec.string[0] ? init->codec.string : init->entry;
            if (!is_there)
                FIND(V5, playlist, tag->line, text, real,
                     "CODECS=\"%s\" does not name the %s that is %s, %s", text,
                     media_kind_name(init->kind),
                     n == 0 ? "in the variant" : "in the variant or its groups", real);
        }
    }
}
HLS_RUN(V5, multivariant, check_v5)

// What the element claims and nothing that plays bears out. NULL: fine.
static const struct init_facts *unlike(const char *element, const struct inits *inits,
                                       bool *ret_is_there)
{
    const struct init_facts *kin = NULL;
    *ret_is_there = false;
    for (size_t n = 0; n < inits->count; n++) {
        const struct init_facts *init = inits->items[n];
        if (!is_kin(element, init))
            continue;
        *ret_is_there = true;
        if (is_family(element, init) && codec_string_matches(&init->codec, element))
            return NULL;
        kin = init;
    }
    return kin;
}

static void check_element(const struct hls_playlist *playlist, const struct hls_tag *tag,
                          const char *element, const struct inits *inits, struct findings *findings)
{
    struct err err = {0};
    bool is_there;
    if (!codec_string_check(element, &err)) {
        FIND(V6, playlist, tag->line, element, NULL, "%s", err.text);
        return;
    }
    const struct init_facts *other = unlike(element, inits, &is_there);
    if (other)
        FIND(V6, playlist, tag->line, element,
             other->codec.string[0] ? other->codec.string : other->entry,
             "CODECS says %s, and the stream is %s", element,
             other->codec.string[0] ? other->codec.string : other->entry);
    else if (!is_there && inits->is_whole && inits->count && strncmp(element, "wvtt", 4) != 0 &&
             hls_attribute(tag, "AUDIO"))
        FIND(V6, playlist, tag->line, element, NULL,
             "CODECS names %s, and neither the variant nor its groups hold it", element);
}

// An element of the attribute that fits exactly makes another of its family one of another
// stream (several profiles in one group), so only what fits nothing is wrong.
static void check_v6(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count && i < LOOK_MAX; i++) {
        const struct hls_variant *variant = &playlist->variants[i];
        const struct hls_tag *tag = &playlist->tags[variant->tag];
        struct elements elements;
        struct inits inits;
        const char *text = hls_attribute(tag, "CODECS");
        if (!text)
            continue;
        elements_read(text, &elements);
        inits_of(evidence, playlist, variant, &inits);
        for (size_t e = 0; e < elements.count; e++)
            check_element(playlist, tag, elements.items[e], &inits, findings);
    }
}
HLS_RUN(V6, multivariant, check_v6)

// --- V10: SUPPLEMENTAL-CODECS

static bool has_brand(const struct init_facts *init, const char *brand, size_t length)
{
    for (size_t i = 0; i < init->brand_count; i++)
        if (strlen(init->brands[i]) == length && memcmp(init->brands[i], brand, length) == 0)
            return true;
    return false;
}

static bool is_dolby_vision(const char *element)
{
    return value_has_word("dvh1|dvhe|dva1|dvav|dav1", element, strcspn(element, "."));
}

// "dvh1.08.07/db4h": NULL fine, else what is wrong.
static const char *supplemental_fault(const char *element, const struct init_facts *init)
{
    unsigned profile, level;
    const char *brands = strchr(element, '/');
    const char *brand;
    if (!brands || brands == element || !brands[1])
        return "is not a codec and a brand with / between them";
    brands++;
    if (!init || init->kind != MEDIA_VIDEO)
        return NULL;
    if (is_dolby_vision(element)) {
        if (!init->has_dolby_vision)
            return "names Dolby Vision, and the sample entry has no dvcC or dvvC";
        if (sscanf(element + strcspn(element, "."), ".%2u.%2u", &profile, &level) != 2)
            return "has no profile and level of two digits";
        if (profile != init->dv_profile)
            return "has another profile than dvcC or dvvC";
        if (level != init->dv_level)
            return "has another level than dvcC or dvvC";
    }
    for (size_t length; (length = value_next(&brands, '/', &brand)) != NONE;)
        if (length != 4)
            return "holds a brand that is not four characters";
        else if (init->brand_count && !has_brand(init, brand, length))
            return "names a brand that ftyp does not";
    return NULL;
}

static void check_v10(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
        const struct init_facts *init =
            track_any_init(evidence, look_track_at(evidence, playlist->variants[i].track));
        const char *text = hls_attribute(tag, "SUPPLEMENTAL-CODECS");
        struct elements elements = {.count = 0};
        if (text)
            elements_read(text, &elements);
        for (size_t e = 0; e < elements.count; e++) {
            const char *fault = supplemental_fault(elements.items[e], init);
            if (fault)
                FIND(V10, playlist, tag->line, text, NULL, "SUPPLEMENTAL-CODECS=\"%s\" %s",
                     elements.items[e], fault);
        }
    }
}
HLS_RUN(V10, multivariant, check_v10)
