// SPDX-License-Identifier: BSD-2-Clause
// Variables of a playlist.
#include "manifests/validate/hls/variables.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/uri.h"

#define H10(...) findings_add(findings, RULE_H10, place, NULL, NULL, __VA_ARGS__)

static const char *value_of(const struct hls_playlist *playlist, const char *name, size_t length)
{
    for (size_t i = 0; playlist && i < playlist->variable_count; i++)
        if (strncmp(playlist->variables[i].name, name, length) == 0 &&
            !playlist->variables[i].name[length])
            return playlist->variables[i].value;
    return NULL;
}

static bool is_name(const char *name)
{
    size_t legal = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-_");
    return *name && !name[legal];
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Percent-encoding undone; what is no encoding, and encoded controls, stay.
static char *decode(struct pool *pool, const char *text, size_t length)
{
    char *copy = pool_copy(pool, text, length);
    size_t to = 0;
    for (size_t i = 0; i < length; i++) {
        int high = copy[i] == '%' && i + 2 < length ? hex_digit(copy[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(copy[i + 2]) : -1;
        if (low >= 0 && high * 16 + low >= 0x20) {
            copy[to++] = (char)(high * 16 + low);
            i += 2;
        } else {
            copy[to++] = copy[i];
        }
    }
    copy[to] = '\0';
    return copy;
}

// The value of a parameter of the address the playlist came from. NULL: it has none.
static char *query_value(struct pool *pool, const char *address, const char *name)
{
    struct uri uri;
    if (!address)
        return NULL;
    uri_split(address, &uri);
    const char *at = uri.query.text;
    const char *end = uri.query.is_there ? at + uri.query.length : at;
    while (at && at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        size_t length = strlen(name);
        if ((size_t)(stop - at) > length && memcmp(at, name, length) == 0 && at[length] == '=')
            return decode(pool, at + length + 1, (size_t)(stop - at) - length - 1);
        at = stop < end ? stop + 1 : end;
    }
    return NULL;
}

static void define(struct hls_playlist *playlist, const char *name, const char *value,
                   const struct place *place, struct findings *findings)
{
    if (!is_name(name)) {
        H10("the variable name \"%.60s\" holds what is neither a letter, a digit, - nor _", name);
        return;
    }
    if (value_of(playlist, name, strlen(name))) {
        H10("the variable %s is defined twice in this playlist", name);
        return;
    }
    if (playlist->variable_count >= HLS_VARIABLES_MAX) {
        H10("more than %d variables are defined; %s is left out", HLS_VARIABLES_MAX, name);
        return;
    }
    if (!playlist->variables)
        playlist->variables = mem_realloc(NULL, HLS_VARIABLES_MAX, sizeof *playlist->variables);
    playlist->variables[playlist->variable_count++] =
        (struct hls_variable){.name = pool_copy(&playlist->pool, name, strlen(name)),
                              .value = pool_copy(&playlist->pool, value, strlen(value))};
}

void variables_define(struct hls_playlist *playlist, const struct hls_source *source,
                      const struct hls_tag *tag, const struct place *place,
                      struct findings *findings)
{
    const char *name = hls_attribute(tag, "NAME");
    const char *value = hls_attribute(tag, "VALUE");
    const char *import = hls_attribute(tag, "IMPORT");
    const char *query = hls_attribute(tag, "QUERYPARAM");
    if (!!name + !!import + !!query != 1) {
        H10("EXT-X-DEFINE has to hold exactly one of NAME, IMPORT and QUERYPARAM");
        return;
    }
    if (name) {
        if (!value)
            H10("EXT-X-DEFINE gives the variable %s no VALUE", name);
        define(playlist, name, value ? value : "", place, findings);
        return;
    }
    if (query) {
        value = query_value(&playlist->pool, source->address, query);
        if (!value && source->address)
            H10("the address of this playlist has no query parameter %s", query);
        define(playlist, query, value ? value : "", place, findings);
        return;
    }
    value = value_of(source->parent, import, strlen(import));
    if (playlist->is_multivariant)
        H10("a multivariant playlist cannot import the variable %s", import);
    else if (!value && source->parent)
        H10("the multivariant playlist does not define the variable %s", import);
    define(playlist, import, value ? value : "", place, findings);
}

char *variables_replace(struct variables_user *user, char *text, const struct place *place)
{
    struct findings *findings = user->findings;
    AUTO(buf_done) struct buf out = {0};
    const char *at = text;
    if (!strstr(text, "{$") || (user->playlist->version < 8 && !user->playlist->variable_count))
        return text;
    for (const char *start; (start = strstr(at, "{$"));) {
        const char *end = strchr(start, '}');
        if (!end)
            break;
        const char *value = value_of(user->playlist, start + 2, (size_t)(end - start) - 2);
        bool has_room = user->grown_bytes <= VARIABLES_GROWTH_MAX_BYTES;
        if (!value)
            H10("the variable %.*s is not defined before it is used",
                (int)(end - start - 2 < 60 ? end - start - 2 : 60), start + 2);
        else if (!has_room)
            H10("the replaced variables of this playlist are longer than %d bytes",
                VARIABLES_GROWTH_MAX_BYTES);
        buf_append(&out, at, (size_t)(start - at));
        if (value && has_room) {
            buf_append(&out, value, strlen(value));
            user->grown_bytes += strlen(value);
        } else {
            buf_append(&out, start, (size_t)(end + 1 - start));
        }
        at = end + 1;
    }
    buf_append(&out, at, strlen(at));
    user->grown_bytes += out.size_bytes;
    return pool_copy(&user->playlist->pool, (const char *)out.data, out.size_bytes);
}
