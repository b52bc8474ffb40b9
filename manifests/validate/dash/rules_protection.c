// SPDX-License-Identifier: BSD-2-Clause
// Rules about ContentProtection: scheme and key against the init segment, and the pssh
// boxes that an MPD carries (ISO/IEC 23001-7 11.2).
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

#define PSSH_BYTES_MAX 65536
#define UUID_PREFIX    "urn:uuid:"

static bool has_uri(const xmlNode *node, const char *uri)
{
    const char *own = node_attr(node, "schemeIdUri");
    return own && strcasecmp(own, uri) == 0;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// 36 characters with hyphens, or 32 without (*is_plain).
static bool read_uuid(const char *text, uint8_t ret[16], bool *is_plain)
{
    size_t count = 0;
    *is_plain = strchr(text, '-') == NULL;
    for (size_t i = 0; text[i]; i++) {
        bool is_hyphen_place = i == 8 || i == 13 || i == 18 || i == 23;
        if (!*is_plain && is_hyphen_place) {
            if (text[i] != '-')
                return false;
            continue;
        }
        int digit = hex_of(text[i]);
        if (digit < 0 || count >= 32)
            return false;
        ret[count / 2] = (uint8_t)(count % 2 ? ret[count / 2] | digit : digit << 4);
        count++;
    }
    return count == 32;
}

static void format_uuid(const uint8_t id[16], char text[37])
{
    char *at = text;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        snprintf(at, 3, "%02x", id[i]);
        at += 2;
    }
}

// The mp4protection descriptor in force; NULL: none. *has_any: there is any at all.
static const xmlNode *protection_of(const struct dash_cursor *at, bool *has_any)
{
    const xmlNode *levels[] = {at->representation->node, at->set->node, at->period->node,
                               at->mpd->root};
    const xmlNode *found = NULL;
    *has_any = false;
    for (size_t i = 0; i < ARRAY_LEN(levels) && !found; i++)
        NODE_EACH(node, levels[i], "ContentProtection")
        {
            *has_any = true;
            if (has_uri(node, SCHEME_PROTECTION)) {
                found = node;
                break;
            }
        }
    return found;
}

static bool names_key(const char *text, const uint8_t key[16])
{
    char word[64];
    uint8_t id[16];
    bool is_plain;
    while (list_next(&text, " ,\t\r\n", word, sizeof word))
        if (read_uuid(word, id, &is_plain) && memcmp(id, key, 16) == 0)
            return true;
    return false;
}

static void check_key(const struct dash_cursor *at, const xmlNode *node,
                      const struct encryption_facts *real, struct findings *findings)
{
    const char *text = node_attr_ns(node, "default_KID", CENC_NAMESPACE);
    static const uint8_t none[16] = {0};
    const struct spot *spot = SPOT(at->mpd, node, "cenc:default_KID", at->track);
    const char *rest = text;
    char word[64], measured[37];
    uint8_t id[16];
    bool is_plain = false;
    while (text && list_next(&rest, " ,\t\r\n", word, sizeof word))
        if (!read_uuid(word, id, &is_plain) || is_plain) {
            dash_report(findings, RULE_D30, spot, text, NULL,
                        "default_KID is \"%.60s\"; it should be a UUID with hyphens", word);
            if (!is_plain)
                return;
        }
    if (!text || !real->has_tenc || memcmp(real->key_id, none, 16) == 0 ||
        names_key(text, real->key_id))
        return;
    format_uuid(real->key_id, measured);
    dash_report(findings, RULE_D30, spot, text, measured,
                "default_KID is %.60s, but the init segment says %s", text, measured);
}

DASH_RUN(D30)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct init_facts *init = track_first_init(evidence, at.track);
        bool has_any;
        const xmlNode *node = protection_of(&at, &has_any);
        const char *value = node_attr(node, "value");
        if (!init)
            continue;
        const struct encryption_facts *real = &init->encryption;
        const char *scheme = real->scheme[0] ? real->scheme : NULL;
        const struct spot *spot =
            SPOT(at.mpd, node ? node : at.set->node, node ? "value" : NULL, at.track);
        if (real->is_encrypted && !has_any)
            dash_report(findings, RULE_D30, spot, NULL, scheme,
                        "the media is encrypted, but there is no ContentProtection");
        else if (real->is_encrypted && !node)
            dash_report(findings, RULE_D30, spot, NULL, scheme,
                        "the media is encrypted, but there is no ContentProtection with the "
                        "scheme " SCHEME_PROTECTION);
        else if (!real->is_encrypted && node)
            dash_report(findings, RULE_D30, spot, value, NULL,
                        "ContentProtection says that the media is encrypted, but it is not");
        else if (node && (!value || (scheme && strcmp(value, scheme) != 0)))
            dash_report(findings, RULE_D30, spot, value, scheme,
                        "ContentProtection names the scheme \"%.40s\", but the media has %s",
                        value ? value : "", scheme ? scheme : "another");
        if (real->is_encrypted && node)
            check_key(&at, node, real, findings);
    }
}

static int base64_of(char c)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? (int)(found - letters) : -1;
}

bool dash_base64(const char *text, struct buf *ret)
{
    uint32_t bits = 0;
    size_t count = 0, padding = 0;
    for (; *text; text++) {
        if (strchr(" \t\r\n", *text))
            continue;
        int value = base64_of(*text);
        if (*text == '=')
            value = 0;
        if (value < 0 || (padding && *text != '='))
            return false;
        padding += *text == '=';
        bits = bits << 6 | (uint32_t)value;
        if (++count % 4 == 0) {
            buf_put_u24(ret, bits & 0xffffff);
            bits = 0;
        }
    }
    if (count % 4 || padding > 2)
        return false;
    ret->size_bytes -= padding;
    return true;
}

static uint32_t number_at(const uint8_t *data)
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

// ISO/IEC 23001-7 8.1. NULL: a whole pssh box of this system.
static const char *pssh_fault(const uint8_t *data, size_t size_bytes, const uint8_t *system)
{
    if (size_bytes < 32 || memcmp(data + 4, "pssh", 4) != 0)
        return "it holds no pssh box";
    if (number_at(data) != size_bytes)
        return "the size of its box is not the size of its data";
    if (data[8] > 1)
        return "the version of its box is neither 0 nor 1";
    size_t at = 28;
    if (data[8] == 1) {
        uint32_t keys = number_at(data + at);
        if (keys > (size_bytes - at - 4) / 16)
            return "its box lists more keys than it has room for";
        at += 4 + (size_t)keys * 16;
    }
    if (size_bytes - at < 4 || number_at(data + at) != size_bytes - at - 4)
        return "the data of its box does not fill it";
    return system && memcmp(data + 12, system, 16) != 0
               ? "its box is of another system than schemeIdUri"
               : NULL;
}

static void check_pssh(const struct mpd *mpd, const xmlNode *protection, const xmlNode *pssh,
                       struct findings *findings)
{
    AUTO(buf_done) struct buf data = {0};
    AUTO_FREE char *text = node_text(pssh, PSSH_BYTES_MAX * 2);
    const char *uri = node_attr(protection, "schemeIdUri");
    uint8_t system[16];
    bool is_plain, has_system = uri && strncasecmp(uri, UUID_PREFIX, strlen(UUID_PREFIX)) == 0 &&
                                read_uuid(uri + strlen(UUID_PREFIX), system, &is_plain);
    const char *fault = dash_base64(text, &data)
                            ? pssh_fault(data.data, data.size_bytes, has_system ? system : NULL)
                            : "it is not base64";
    if (!fault)
        return;
    char measured[37] = "";
    if (data.size_bytes >= 28)
        format_uuid(data.data + 12, measured);
    dash_report(findings, RULE_D31, SPOT(mpd, protection), uri, measured[0] ? measured : NULL,
                "cenc:pssh cannot be right: %s", fault);
}

// The next ContentProtection in the order of the text.
static const xmlNode *protection_after(const xmlNode *node)
{
    do {
        const xmlNode *next = node_child(node, NULL);
        while (!next && node && node->type == XML_ELEMENT_NODE) {
            next = node_next(node, NULL);
            node = node->parent;
        }
        node = next;
    } while (node && !node_is(node, "ContentProtection"));
    return node;
}

#define EACH_PROTECTION(node, mpd)                                                                 \
    for (const xmlNode *node = protection_after((mpd)->root); node; node = protection_after(node))

static const xmlNode *foreign_child(const xmlNode *node, const char *name)
{
    for (const xmlNode *child = node->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, name) == 0)
            return child;
    return NULL;
}

DASH_RUN(D31)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_PROTECTION(node, at.mpd)
        {
            const xmlNode *pssh = foreign_child(node, "pssh");
            if (pssh && pssh->ns && strcmp((const char *)pssh->ns->href, CENC_NAMESPACE) == 0)
                check_pssh(at.mpd, node, pssh, findings);
        }
}

DASH_RUN(D66)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_MPD))
        EACH_PROTECTION(node, at.mpd)
        {
            if (node_is(node->parent, "Representation"))
                dash_report(findings, RULE_D66, SPOT(at.mpd, node), NULL, NULL,
                            "ContentProtection stands in a Representation, not in its "
                            "AdaptationSet");
            if (has_uri(node, SCHEME_PROTECTION) && !node_attr(node, "ref") &&
                !node_attr_ns(node, "default_KID", CENC_NAMESPACE))
                dash_report(findings, RULE_D66, SPOT(at.mpd, node, "cenc:default_KID"), NULL, NULL,
                            "ContentProtection of the scheme mp4protection has no default_KID");
        }
}

// Systems whose licence requests need no pssh: ClearKey (both ids in use) and FairPlay.
static const uint8_t without_pssh[][16] = {{0xe2, 0x71, 0x9d, 0x58, 0xa9, 0x85, 0xb3, 0xc9, 0x78,
                                            0x1a, 0xb0, 0x30, 0xaf, 0x78, 0xd3, 0x0e},
                                           {0x10, 0x77, 0xef, 0xec, 0xc0, 0xb2, 0x4d, 0x02, 0xac,
                                            0xe3, 0x3c, 0x1e, 0x52, 0xe2, 0xfb, 0x4b},
                                           {0x94, 0xce, 0x86, 0xfb, 0x07, 0xff, 0x4f, 0x43, 0xad,
                                            0xb8, 0x93, 0xd2, 0xfa, 0x96, 0x8c, 0xa2}};

static bool init_has_system(const struct init_facts *init, const uint8_t system[16])
{
    for (size_t i = 0; i < init->pssh_count && i < ARRAY_LEN(init->pssh_systems); i++)
        if (memcmp(init->pssh_systems[i], system, 16) == 0)
            return true;
    return init->pssh_count >= ARRAY_LEN(init->pssh_systems);
}

DASH_RUN(D67)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct init_facts *init = track_first_init(evidence, at.track);
        if (!init || !init->encryption.is_encrypted || at.representation_next > 1)
            continue;
        NODE_EACH(node, at.set->node, "ContentProtection")
        {
            const char *uri = node_attr(node, "schemeIdUri");
            uint8_t system[16];
            bool is_plain, needs = true;
            if (!uri || strncasecmp(uri, UUID_PREFIX, strlen(UUID_PREFIX)) != 0 ||
                !read_uuid(uri + strlen(UUID_PREFIX), system, &is_plain) || node_attr(node, "ref"))
                continue;
            for (size_t i = 0; i < ARRAY_LEN(without_pssh); i++)
                needs = needs && memcmp(without_pssh[i], system, 16) != 0;
            if (needs && !foreign_child(node, "pssh") && !foreign_child(node, "pro") &&
                !init_has_system(init, system))
                dash_report(findings, RULE_D67, SPOT(at.mpd, node, NULL, at.track), uri, NULL,
                            "for the system %s there is a pssh neither here nor in the init "
                            "segment",
                            uri + strlen(UUID_PREFIX));
        }
    }
}
