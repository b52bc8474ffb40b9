// SPDX-License-Identifier: BSD-2-Clause
// EXT-X-MEDIA and the groups it makes (RFC 8216 4.3.4.1).
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/hls/language.h"
#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

static const struct hls_tag *media(const struct hls_playlist *playlist, size_t i)
{
    return &playlist->tags[playlist->renditions[i].tag];
}

static const char *type_of(const struct hls_tag *tag)
{
    const char *type = hls_attribute(tag, "TYPE");
    return type ? type : "";
}

static bool is_type(const struct hls_tag *tag, const char *type)
{
    return strcmp(type_of(tag), type) == 0;
}

static bool says(const struct hls_tag *tag, const char *name, const char *value)
{
    return look_same(hls_attribute(tag, name), value);
}

// Same TYPE and same GROUP-ID, both there.
static bool is_same_group(const struct hls_tag *a, const struct hls_tag *b)
{
    return hls_attribute(a, "GROUP-ID") && hls_attribute(a, "TYPE") &&
           look_same(hls_attribute(a, "GROUP-ID"), hls_attribute(b, "GROUP-ID")) &&
           look_same(hls_attribute(a, "TYPE"), hls_attribute(b, "TYPE"));
}

static size_t rendition_count(const struct hls_playlist *playlist)
{
    return playlist->rendition_count < LOOK_MAX ? playlist->rendition_count : LOOK_MAX;
}

// --- V11, V36: references to groups

static bool has_group(const struct hls_playlist *playlist, const char *type, const char *group)
{
    for (size_t i = 0; i < rendition_count(playlist); i++)
        if (is_type(media(playlist, i), type) && says(media(playlist, i), "GROUP-ID", group))
            return true;
    return playlist->rendition_count > LOOK_MAX;
}

static bool has_other_type(const struct hls_playlist *playlist, const char *group)
{
    for (size_t i = 0; i < rendition_count(playlist); i++)
        if (says(media(playlist, i), "GROUP-ID", group))
            return true;
    return false;
}

static const char *const group_types[] = {"AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"};

// The group that a variant refers to; NULL: none. CLOSED-CAPTIONS=NONE is no group.
static const char *group_of(const struct hls_tag *variant, const char *type)
{
    for (size_t i = 0; i < variant->attribute_count; i++) {
        const struct hls_attribute *attribute = &variant->attributes[i];
        if (strcmp(attribute->name, type) == 0)
            return attribute->type == HLS_VALUE_QUOTED ? attribute->value : NULL;
    }
    return NULL;
}

static void check_v11(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count && i < LOOK_MAX; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
        for (size_t t = 0; t < ARRAY_LEN(group_types); t++) {
            const char *group = group_of(tag, group_types[t]);
            if (!group || has_group(playlist, group_types[t], group))
                continue;
            FIND(V11, playlist, tag->line, group, NULL,
                 has_other_type(playlist, group)
                     ? "%s=\"%s\" names a group of another TYPE"
                     : "%s=\"%s\" names a group that no EXT-X-MEDIA makes",
                 group_types[t], group);
        }
    }
}
HLS_RUN(V11, multivariant, check_v11)

static void check_v36(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < rendition_count(playlist); i++) {
        const struct hls_tag *tag = media(playlist, i);
        const char *group = hls_attribute(tag, "GROUP-ID");
        bool is_used = !group || playlist->variant_count > LOOK_MAX;
        for (size_t k = 0; k < i && !is_used; k++)
            is_used = is_same_group(tag, media(playlist, k)); // said before
        for (size_t v = 0; v < playlist->variant_count && !is_used; v++)
            is_used = look_same(group_of(&playlist->tags[playlist->variants[v].tag], type_of(tag)),
                                group);
        if (!is_used)
            FIND(V36, playlist, tag->line, group, NULL, "no variant refers to the %s group \"%s\"",
                 type_of(tag), group);
    }
}
HLS_RUN(V36, multivariant, check_v36)

// --- V12

static void check_v12(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    int64_t none_line = 0;
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
        if (!playlist->variants[i].is_iframes && says(tag, "CLOSED-CAPTIONS", "NONE") &&
            !group_of(tag, "CLOSED-CAPTIONS"))
            none_line = tag->line;
    }
    for (size_t i = 0; none_line && i < playlist->variant_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
        if (playlist->variants[i].is_iframes ||
            (says(tag, "CLOSED-CAPTIONS", "NONE") && !group_of(tag, "CLOSED-CAPTIONS")))
            continue;
        FIND(V12, playlist, tag->line, hls_attribute(tag, "CLOSED-CAPTIONS"), "NONE",
             "the variant does not say CLOSED-CAPTIONS=NONE, and that in line %" PRId64 " does",
             none_line);
    }
}
HLS_RUN(V12, multivariant, check_v12)

// --- V13

static bool is_instream(const char *id)
{
    uint64_t number;
    if (value_has_word("CC1|CC2|CC3|CC4", id, strlen(id)))
        return true;
    return strncmp(id, "SERVICE", 7) == 0 && value_integer(id + 7, &number) && number >= 1 &&
           number <= 63;
}

static void check_v13(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        const struct hls_tag *tag = media(playlist, i);
        const char *id = hls_attribute(tag, "INSTREAM-ID");
        bool is_captions = is_type(tag, "CLOSED-CAPTIONS");
        bool has_uri = hls_attribute(tag, "URI");
        if (is_type(tag, "SUBTITLES") && !has_uri)
            FIND(V13, playlist, tag->line, NULL, NULL, "the subtitles have no URI");
        if (is_captions && has_uri)
            FIND(V13, playlist, tag->line, hls_attribute(tag, "URI"), NULL,
                 "closed captions lie in the video and have no URI");
        if (is_captions && !id)
            FIND(V13, playlist, tag->line, NULL, NULL, "the closed captions have no INSTREAM-ID");
        else if (is_captions && !is_instream(id))
            FIND(V13, playlist, tag->line, id, NULL,
                 "INSTREAM-ID=\"%s\" is none of CC1 to CC4 and SERVICE1 to SERVICE63", id);
        else if (id && !is_captions && *type_of(tag) && playlist->version < 13)
            FIND(V13, playlist, tag->line, id, NULL, "INSTREAM-ID has no place in TYPE=%s",
                 type_of(tag));
    }
}
HLS_RUN(V13, multivariant, check_v13)

// --- V14, V39: inside a group

static void check_v14(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < rendition_count(playlist); i++) {
        const struct hls_tag *tag = media(playlist, i);
        bool has_default = false, has_name = false;
        for (size_t k = 0; k < i; k++) {
            const struct hls_tag *other = media(playlist, k);
            if (!is_same_group(tag, other))
                continue;
            has_default |= says(other, "DEFAULT", "YES");
            has_name |=
                hls_attribute(tag, "NAME") && says(other, "NAME", hls_attribute(tag, "NAME"));
        }
        if (has_name)
            FIND(V14, playlist, tag->line, hls_attribute(tag, "NAME"), NULL,
                 "the group has another rendition with NAME=\"%s\"", hls_attribute(tag, "NAME"));
        if (has_default && says(tag, "DEFAULT", "YES"))
            FIND(V14, playlist, tag->line, NULL, NULL,
                 "the group has another rendition with DEFAULT=YES");
        if (says(tag, "DEFAULT", "YES") && says(tag, "AUTOSELECT", "NO"))
            FIND(V14, playlist, tag->line, NULL, NULL,
                 "DEFAULT=YES and AUTOSELECT=NO contradict each other");
        if (hls_attribute(tag, "FORCED") && !is_type(tag, "SUBTITLES"))
            FIND(V14, playlist, tag->line, NULL, NULL, "FORCED has no place in TYPE=%s",
                 type_of(tag));
    }
}
HLS_RUN(V14, multivariant, check_v14)

static void check_v39(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    static const char *const chosen_by[] = {"LANGUAGE", "ASSOC-LANGUAGE", "FORCED",
                                            "CHARACTERISTICS", "CHANNELS"};
    (void)evidence;
    for (size_t i = 0; i < rendition_count(playlist); i++) {
        const struct hls_tag *tag = media(playlist, i);
        for (size_t k = 0; k < i && says(tag, "AUTOSELECT", "YES"); k++) {
            const struct hls_tag *other = media(playlist, k);
            bool is_same = is_same_group(tag, other) && says(other, "AUTOSELECT", "YES");
            for (size_t n = 0; n < ARRAY_LEN(chosen_by) && is_same; n++)
                is_same = says(other, chosen_by[n], hls_attribute(tag, chosen_by[n]));
            if (!is_same)
                continue;
            FIND(V39, playlist, tag->line, NULL, NULL,
                 "nothing tells this rendition from that of line %" PRId64
                 " for a player that chooses by itself",
                 other->line);
            break;
        }
    }
}
HLS_RUN(V39, multivariant, check_v39)

// --- V15: groups of one TYPE have the same members

static const struct hls_tag *member_named(const struct hls_playlist *playlist,
                                          const struct hls_tag *group, const char *name)
{
    for (size_t i = 0; i < rendition_count(playlist); i++)
        if (is_same_group(media(playlist, i), group) && says(media(playlist, i), "NAME", name))
            return media(playlist, i);
    return NULL;
}

static void check_like(const struct hls_playlist *playlist, const struct hls_tag *first,
                       const struct hls_tag *tag, struct findings *findings)
{
    static const char *const alike[] = {"LANGUAGE",   "ASSOC-LANGUAGE", "DEFAULT",
                                        "AUTOSELECT", "FORCED",         "CHARACTERISTICS"};
    for (size_t i = 0; i < ARRAY_LEN(alike); i++) {
        const char *a = hls_attribute(first, alike[i]), *b = hls_attribute(tag, alike[i]);
        if (look_same(a, b) || (!a && look_same(b, "NO")) || (!b && look_same(a, "NO")))
            continue;
        FIND(V15, playlist, tag->line, b, a,
             "%s of \"%s\" is not what line %" PRId64 " says of it in another group", alike[i],
             hls_attribute(tag, "NAME"), first->line);
        return;
    }
}

// Holds the members of one group against those of another.
static void compare_groups(const struct hls_playlist *playlist, const struct hls_tag *a,
                           const struct hls_tag *b, bool is_both_ways, struct findings *findings)
{
    for (size_t i = 0; i < rendition_count(playlist); i++) {
        const struct hls_tag *tag = media(playlist, i);
        const char *name = hls_attribute(tag, "NAME");
        if (!is_same_group(tag, a) || !name)
            continue;
        const struct hls_tag *other = member_named(playlist, b, name);
        if (!other)
            FIND(V15, playlist, b->line, NULL, name,
                 "the %s group \"%s\" has no \"%s\", which group \"%s\" has", type_of(b),
                 hls_attribute(b, "GROUP-ID"), name, hls_attribute(a, "GROUP-ID"));
        else if (is_both_ways)
            check_like(playlist, tag, other, findings);
    }
}

static void check_v15(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    // Each group is compared with the first of its TYPE. Small numbers: the loops are nested.
    for (size_t i = 0; i < playlist->rendition_count && i < 256; i++) {
        const struct hls_tag *tag = media(playlist, i);
        const struct hls_tag *first = NULL;
        bool is_known = !hls_attribute(tag, "GROUP-ID");
        for (size_t k = 0; k < i && !is_known; k++) {
            is_known = is_same_group(tag, media(playlist, k));
            if (!first && is_type(media(playlist, k), type_of(tag)) &&
                hls_attribute(media(playlist, k), "GROUP-ID"))
                first = media(playlist, k);
        }
        if (is_known || !first || !*type_of(tag))
            continue;
        compare_groups(playlist, first, tag, true, findings);
        compare_groups(playlist, tag, first, false, findings);
    }
}
HLS_RUN(V15, multivariant, check_v15)

// --- V16: languages

static void check_v16(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    static const char *const names[] = {"LANGUAGE", "ASSOC-LANGUAGE"};
    (void)evidence;
    for (size_t i = 0; i < playlist->rendition_count; i++) {
        const struct hls_tag *tag = media(playlist, i);
        for (size_t n = 0; n < ARRAY_LEN(names); n++) {
            const char *language = hls_attribute(tag, names[n]);
            if (language && !language_is_tag(language))
                FIND(V16, playlist, tag->line, language, NULL,
                     "%s=\"%.80s\" is no language tag of RFC 5646", names[n], language);
        }
    }
}
HLS_RUN(V16, multivariant, check_v16)
