// SPDX-License-Identifier: BSD-2-Clause
// References by the letter of RFC 3986, without a copy until the result is built.
#include "src/base/uri.h"

#include <string.h>
#include <strings.h>

static bool is_alpha(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_plain(unsigned char c)
{
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
}

// Length of the scheme before its colon; 0: the text begins with none.
static size_t scheme_length(const char *text)
{
    if (!is_alpha((unsigned char)text[0]))
        return 0;
    size_t length = 1;
    while (is_alpha((unsigned char)text[length]) || is_digit((unsigned char)text[length]) ||
           text[length] == '+' || text[length] == '-' || text[length] == '.')
        length++;
    return text[length] == ':' ? length : 0;
}

static const char *take(const char *text, size_t length, struct uri_part *ret)
{
    *ret = (struct uri_part){.text = text, .length = length, .is_there = true};
    return text + length;
}

void uri_split(const char *text, struct uri *ret)
{
    *ret = (struct uri){0};
    size_t scheme = scheme_length(text);
    if (scheme > 0)
        text = take(text, scheme, &ret->scheme) + 1;
    if (text[0] == '/' && text[1] == '/')
        text = take(text + 2, strcspn(text + 2, "/?#"), &ret->authority);
    text = take(text, strcspn(text, "?#"), &ret->path);
    if (*text == '?')
        text = take(text + 1, strcspn(text + 1, "#"), &ret->query);
    if (*text == '#')
        take(text + 1, strlen(text + 1), &ret->fragment);
}

bool uri_part_is(const struct uri_part *part, const char *text)
{
    return part->is_there && part->length == strlen(text) &&
           strncasecmp(part->text, text, part->length) == 0;
}

static bool starts(const char *path, size_t at, size_t length, const char *text)
{
    size_t size = strlen(text);
    return length - at >= size && memcmp(path + at, text, size) == 0;
}

static bool rest_is(const char *path, size_t at, size_t length, const char *text)
{
    return length - at == strlen(text) && starts(path, at, length, text);
}

static size_t without_last_segment(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '/')
        length--;
    return length > 0 ? length - 1 : 0;
}

size_t uri_remove_dot_segments(char *path, size_t length)
{
    size_t in = 0, out = 0;
    while (in < length) {
        if (starts(path, in, length, "../"))
            in += 3;
        else if (starts(path, in, length, "./") || starts(path, in, length, "/./"))
            in += 2;
        else if (starts(path, in, length, "/../")) {
            in += 3;
            out = without_last_segment(path, out);
        } else if (rest_is(path, in, length, "/.") || rest_is(path, in, length, "/..")) {
            if (length - in == 3)
                out = without_last_segment(path, out);
            path[out++] = '/'; // out is behind in: nothing unread is overwritten
            in = length;
        } else if (rest_is(path, in, length, ".") || rest_is(path, in, length, "..")) {
            in = length;
        } else {
            do
                path[out++] = path[in++];
            while (in < length && path[in] != '/');
        }
    }
    return out;
}

static void append_part(struct buf *buf, const char *before, const struct uri_part *part,
                        const char *after)
{
    if (!part->is_there)
        return;
    buf_append(buf, before, strlen(before));
    buf_append(buf, part->text, part->length);
    buf_append(buf, after, strlen(after));
}

// RFC 3986 5.2.3, without the reference's path.
static void append_merge_base(struct buf *buf, const struct uri *base)
{
    size_t length = base->path.length;
    if (base->authority.is_there && length == 0) {
        buf_append(buf, "/", 1);
        return;
    }
    while (length > 0 && base->path.text[length - 1] != '/')
        length--;
    buf_append(buf, base->path.text, length);
}

char *uri_resolve(const char *base_text, const char *reference)
{
    struct uri base, given;
    uri_split(base_text, &base);
    uri_split(reference, &given);
    bool is_absolute = given.scheme.is_there;
    bool has_place = is_absolute || given.authority.is_there;
    bool has_path = has_place || given.path.length > 0;

    AUTO(buf_done) struct buf path = {0};
    if (!has_path)
        buf_append(&path, base.path.text, base.path.length);
    else if (!has_place && given.path.text[0] != '/')
        append_merge_base(&path, &base);
    if (has_path) {
        buf_append(&path, given.path.text, given.path.length);
        path.size_bytes = uri_remove_dot_segments((char *)path.data, path.size_bytes);
    }

    const struct uri_part *authority = has_place ? &given.authority : &base.authority;
    struct buf whole = {0};
    append_part(&whole, "", is_absolute ? &given.scheme : &base.scheme, ":");
    append_part(&whole, "//", authority, "");
    // Without an authority, a path that begins with "//" would read as one.
    if (!authority->is_there && path.size_bytes >= 2 && memcmp(path.data, "//", 2) == 0)
        buf_append(&whole, "/.", 2);
    buf_append(&whole, path.data, path.size_bytes);
    append_part(&whole, "?", has_path || given.query.is_there ? &given.query : &base.query, "");
    append_part(&whole, "#", &given.fragment, "");
    buf_put_u8(&whole, 0);
    return (char *)whole.data;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool has_dot_segment(const char *path)
{
    for (const char *at = path; *at;) {
        size_t length = strcspn(at, "/");
        if ((length == 1 && at[0] == '.') || (length == 2 && at[0] == '.' && at[1] == '.'))
            return true;
        at += length;
        at += *at == '/';
    }
    return false;
}

bool uri_decode_path(const char *path, size_t length, char **ret)
{
    AUTO_FREE char *text = mem_alloc(length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        bool has_two = path[i] == '%' && length - i > 2;
        int high = has_two ? hex_value(path[i + 1]) : -1;
        int low = has_two ? hex_value(path[i + 2]) : -1;
        if (high < 0 || low < 0) {
            text[used++] = path[i];
            continue;
        }
        char c = (char)(high * 16 + low);
        if (c == '\0' || c == '/')
            return false;
        text[used++] = c;
        i += 2;
    }
    text[used] = '\0';
    if (has_dot_segment(text))
        return false;
    *ret = MEM_MOVE(text);
    return true;
}

static void append_encoded(struct buf *buf, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    char triple[3] = {'%', digits[c >> 4], digits[c & 15]};
    buf_append(buf, triple, sizeof triple);
}

void uri_append_path(struct buf *buf, const char *path)
{
    for (const char *at = path ? path : ""; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (is_plain(c))
            buf_put_u8(buf, c);
        else
            append_encoded(buf, c);
    }
}

void uri_append_fixed(struct buf *buf, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c > ' ' && c < 0x7f && !strchr("\"<>\\^`{|}", c))
            buf_put_u8(buf, c);
        else
            append_encoded(buf, c);
    }
}
