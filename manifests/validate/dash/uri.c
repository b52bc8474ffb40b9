// SPDX-License-Identifier: BSD-2-Clause
// Joining references (RFC 3986 5.2) when the base may itself be relative: a chain of
// BaseURLs is joined before the address of the MPD is known here.
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

// Bytes of "scheme:" in front, 0: none.
static size_t scheme_of(const char *uri)
{
    size_t length =
        strspn(uri, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
    bool begins_with_letter = (*uri >= 'a' && *uri <= 'z') || (*uri >= 'A' && *uri <= 'Z');
    return begins_with_letter && uri[length] == ':' ? length + 1 : 0;
}

// Bytes of scheme and authority.
static size_t root_of(const char *uri)
{
    size_t at = scheme_of(uri);
    if (strncmp(uri + at, "//", 2) == 0)
        at += 2 + strcspn(uri + at + 2, "/?#");
    return at;
}

// Appends the path and takes "." and ".." out of it; ".." that a relative base cannot
// answer for stay in front.
static void append_path(struct buf *out, const char *path, size_t size)
{
    size_t root = out->size_bytes;
    size_t floor = root; // nothing in front of it is taken back
    bool is_absolute = size && *path == '/';
    const char *end = path + size;
    if (is_absolute) {
        buf_append(out, "/", 1);
        floor = ++root;
        path++;
    }
    while (path < end) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t part = slash ? (size_t)(slash - path) : (size_t)(end - path);
        bool is_up = part == 2 && memcmp(path, "..", 2) == 0;
        if (is_up && out->size_bytes > floor) {
            size_t at = out->size_bytes - 1; // the slash that ends the part before
            while (at > floor && out->data[at - 1] != '/')
                at--;
            out->size_bytes = at;
        } else if (is_up && !is_absolute) {
            buf_append(out, "../", 3);
            floor = out->size_bytes;
        } else if (!is_up && !(part == 1 && *path == '.')) {
            buf_append(out, path, part + (slash != NULL));
        }
        path += part + (slash != NULL);
    }
}

static char *finish(struct buf *out)
{
    char *text = mem_alloc(out->size_bytes + 1);
    if (out->size_bytes)
        memcpy(text, out->data, out->size_bytes);
    return text;
}

char *reference_join(const char *base, const char *reference)
{
    AUTO(buf_done) struct buf out = {0};
    if (!base || !*base || scheme_of(reference))
        return mem_strdup(reference);
    size_t root = root_of(base);
    size_t base_path = strcspn(base + root, "?#");
    if (strncmp(reference, "//", 2) == 0) {
        buf_append(&out, base, scheme_of(base));
        buf_append(&out, reference, strlen(reference));
        return finish(&out);
    }
    buf_append(&out, base, root);
    size_t path = strcspn(reference, "?#");
    if (path == 0) { // only a query, a fragment, or nothing at all
        size_t kept = *reference == '?' ? base_path : strcspn(base + root, "#");
        buf_append(&out, base + root, kept);
        buf_append(&out, reference, strlen(reference));
        return finish(&out);
    }
    if (*reference == '/') {
        append_path(&out, reference, path);
    } else {
        AUTO(buf_done) struct buf merged = {0};
        size_t folder = base_path;
        while (folder && base[root + folder - 1] != '/')
            folder--;
        if (!folder && root && base[root ? root - 1 : 0] != ':')
            buf_append(&merged, "/", 1); // an authority and no path
        buf_append(&merged, base + root, folder);
        buf_append(&merged, reference, path);
        append_path(&out, (const char *)merged.data, merged.size_bytes);
    }
    buf_append(&out, reference + path, strlen(reference + path));
    return finish(&out);
}
