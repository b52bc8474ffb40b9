// SPDX-License-Identifier: BSD-2-Clause
// Session data and keys, steering, identifiers: the rest of the multivariant playlist.
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/hls/look.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/value.h"
#include "src/base/mem.h"

#define SESSION_MAX 512 // session tags that are compared with each other

static bool is_tag(const struct hls_tag *tag, const char *name)
{
    return strcmp(tag->name, name) == 0;
}

static bool says_same(const struct hls_tag *a, const struct hls_tag *b, const char *name)
{
    return look_same(hls_attribute(a, name), hls_attribute(b, name));
}

// --- V23

struct session { // the tags of one name seen so far
    const struct hls_tag *tags[SESSION_MAX];
    size_t count;
};

static bool is_same_key(const struct hls_tag *a, const struct hls_tag *b)
{
    static const char *const names[] = {"METHOD", "URI", "IV", "KEYFORMAT", "KEYFORMATVERSIONS"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!says_same(a, b, names[i]))
            return false;
    return true;
}

static void check_session_key(const struct hls_playlist *playlist, const struct hls_tag *tag,
                              struct session *keys, struct findings *findings)
{
    if (look_same(hls_attribute(tag, "METHOD"), "NONE"))
        FIND(V23, playlist, tag->line, NULL, NULL,
             "EXT-X-SESSION-KEY says METHOD=NONE, which is no key");
    for (size_t i = 0; i < keys->count; i++)
        if (is_same_key(keys->tags[i], tag)) {
            FIND(V23, playlist, tag->line, NULL, NULL,
                 "this is the session key of line %" PRId64 " again", keys->tags[i]->line);
            break;
        }
    if (keys->count < SESSION_MAX)
        keys->tags[keys->count++] = tag;
}

static void check_session_data(const struct hls_playlist *playlist, const struct hls_tag *tag,
                               struct session *data, struct findings *findings)
{
    bool has_value = hls_attribute(tag, "VALUE"), has_uri = hls_attribute(tag, "URI");
    if (has_value == has_uri)
        FIND(V23, playlist, tag->line, NULL, NULL,
             has_value ? "EXT-X-SESSION-DATA has both VALUE and URI"
                       : "EXT-X-SESSION-DATA has neither VALUE nor URI");
    for (size_t i = 0; i < data->count; i++)
        if (hls_attribute(tag, "DATA-ID") && says_same(data->tags[i], tag, "DATA-ID") &&
            says_same(data->tags[i], tag, "LANGUAGE")) {
            FIND(V23, playlist, tag->line, hls_attribute(tag, "DATA-ID"), NULL,
                 "DATA-ID and LANGUAGE are those of line %" PRId64, data->tags[i]->line);
            break;
        }
    if (data->count < SESSION_MAX)
        data->tags[data->count++] = tag;
}

static void check_v23(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct session keys = {.count = 0}, data = {.count = 0};
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++) {
        const struct hls_tag *tag = &playlist->tags[i];
        if (is_tag(tag, "EXT-X-SESSION-KEY"))
            check_session_key(playlist, tag, &keys, findings);
        else if (is_tag(tag, "EXT-X-SESSION-DATA"))
            check_session_data(playlist, tag, &data, findings);
    }
}
HLS_RUN(V23, multivariant, check_v23)

// --- V43: session keys are the keys of the media playlists

static const char *differing(const struct hls_tag *a, const struct hls_tag *b)
{
    static const char *const names[] = {"METHOD", "KEYFORMAT", "KEYFORMATVERSIONS"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!says_same(a, b, names[i]))
            return names[i];
    return NULL;
}

static void check_against(const struct hls_playlist *playlist, const struct hls_tag *session,
                          const struct hls_playlist *media, struct findings *findings)
{
    for (size_t i = 0; i < media->key_count && i < LOOK_MAX; i++) {
        const struct hls_tag *key = &media->tags[media->keys[i]];
        const char *name = hls_attribute(session, "URI") && says_same(session, key, "URI")
                               ? differing(session, key)
                               : NULL;
        if (!name)
            continue;
        FIND(V43, playlist, session->line, hls_attribute(session, name), hls_attribute(key, name),
             "%s of the session key is not what %s says of the key at the same URI", name,
             media->file);
        return;
    }
}

static void check_v43(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    struct member *members;
    size_t looked = 0;
    if (!hls_tag_find(playlist, "EXT-X-SESSION-KEY"))
        return;
    size_t count = look_members(evidence, playlist, &members);
    for (size_t i = 0; i < playlist->tag_count && looked < 64; i++) {
        if (!is_tag(&playlist->tags[i], "EXT-X-SESSION-KEY"))
            continue;
        looked++;
        for (size_t m = 0; m < count && m < 64; m++)
            check_against(playlist, &playlist->tags[i], members[m].playlist, findings);
    }
    MEM_FREE(members);
}
HLS_RUN(V43, multivariant, check_v43)

// --- V31: stable identifiers

static void check_v31(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    static const char *const names[] = {"STABLE-VARIANT-ID", "STABLE-RENDITION-ID"};
    static const char legal[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789+/=.-_";
    (void)evidence;
    for (size_t i = 0; i < playlist->tag_count; i++)
        for (size_t n = 0; n < ARRAY_LEN(names); n++) {
            const char *id = hls_attribute(&playlist->tags[i], names[n]);
            if (id && (!*id || id[strspn(id, legal)]))
                FIND(V31, playlist, playlist->tags[i].line, id, NULL,
                     "%s=\"%.80s\" holds other than letters, digits and +/=.-_", names[n], id);
        }
}
HLS_RUN(V31, multivariant, check_v31)

// --- V33: content steering

static bool has_pathway(const struct hls_playlist *playlist, const char *pathway)
{
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const char *own = hls_attribute(&playlist->tags[playlist->variants[i].tag], "PATHWAY-ID");
        if (strcmp(own ? own : ".", pathway) == 0)
            return true;
    }
    return false;
}

static void check_v33(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    const struct hls_tag *tag = hls_tag_find(playlist, "EXT-X-CONTENT-STEERING");
    const char *pathway = tag ? hls_attribute(tag, "PATHWAY-ID") : NULL;
    (void)evidence;
    if (pathway && !has_pathway(playlist, pathway))
        FIND(V33, playlist, tag->line, pathway, NULL,
             "EXT-X-CONTENT-STEERING begins with the pathway \"%s\", which no variant is of",
             pathway);
}
HLS_RUN(V33, multivariant, check_v33)

// --- V42: ALLOWED-CPC, REQ-VIDEO-LAYOUT

static bool is_cpc(const char *text)
{
    const char *entry;
    for (size_t length; (length = value_next(&text, ',', &entry)) != NONE;) {
        const char *colon = length ? memchr(entry, ':', length) : NULL;
        if (!colon || colon == entry)
            return false;
    }
    return true;
}

// Groups between slashes, words between commas. RFC 8216bis 4.4.6.2.
static bool is_layout(const char *text)
{
    const char *word;
    if (!*text)
        return false;
    for (size_t length; (length = value_next(&text, '/', &word)) != NONE;)
        if (length == 0 || (strncmp(word, "CH-", 3) != 0 && strncmp(word, "PROJ-", 5) != 0))
            return false;
    return true;
}

static void check_v42(const struct evidence *evidence, const struct hls_playlist *playlist,
                      struct findings *findings)
{
    (void)evidence;
    for (size_t i = 0; i < playlist->variant_count; i++) {
        const struct hls_tag *tag = &playlist->tags[playlist->variants[i].tag];
        const char *cpc = hls_attribute(tag, "ALLOWED-CPC");
        const char *layout = hls_attribute(tag, "REQ-VIDEO-LAYOUT");
        if (cpc && *cpc && !is_cpc(cpc))
            FIND(V42, playlist, tag->line, cpc, NULL,
                 "ALLOWED-CPC=\"%.80s\" is no list of KEYFORMAT:label/label", cpc);
        if (layout && !is_layout(layout))
            FIND(V42, playlist, tag->line, layout, NULL,
                 "REQ-VIDEO-LAYOUT=\"%.80s\" names no layout", layout);
    }
}
HLS_RUN(V42, multivariant, check_v42)
