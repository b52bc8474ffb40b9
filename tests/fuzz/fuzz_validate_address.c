// SPDX-License-Identifier: BSD-2-Clause
// Any reference in any document: what is followed stays where the policy says, is written
// in one way only, and its name gives nothing away. Input: base, newline, reference; or
// after a first zero byte, a header line's value.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/fetch/origin_private.h"
#include "src/base/uri.h"
#include "src/net/http_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_reference(const char *base, const char *reference)
{
    AUTO_FREE char *whole = uri_resolve(base, reference);
    AUTO_FREE char *again = uri_resolve(whole, "");
    size_t length = strcspn(whole, "#");
    struct uri uri;
    uri_split(whole, &uri);
    if (uri.scheme.is_there) // what is absolute resolves to itself
        check(strlen(again) == length && strncmp(again, whole, length) == 0);
    AUTO_FREE char *path = NULL;
    if (uri_decode_path(uri.path.text, uri.path.length, &path)) {
        check(!strstr(path, "/../") && strlen(path) <= uri.path.length);
        AUTO(buf_done) struct buf encoded = {0};
        AUTO_FREE char *decoded = NULL;
        uri_append_path(&encoded, path);
        check(uri_decode_path((char *)encoded.data, encoded.size_bytes, &decoded));
        check(strcmp(decoded, path) == 0);
    }
}

static void check_followed(struct origin *origin, const char *base, const char *reference,
                           const char *root)
{
    AUTO_FREE char *address = NULL, *name = NULL, *again = NULL, *name_again = NULL;
    struct err err = {0};
    if (!origin_resolve(origin, base, reference, &address, &name, &err)) {
        check(err.kind == ERR_INPUT && err.text[0] != '\0' && !strchr(err.text, '\n'));
        return;
    }
    bool is_web = strncmp(address, "http://", 7) == 0 || strncmp(address, "https://", 8) == 0;
    bool is_below = root && strncmp(address, root, strlen(root)) == 0 &&
                    (address[strlen(root)] == '/' || address[strlen(root)] == '\0');
    check(is_web || is_below);
    check(strlen(address) <= ORIGIN_ADDRESS_MAX);
    const char *up = strstr(address, "/../");
    check((!up || up > address + strcspn(address, "?")) && !strchr(address, '#'));
    for (const char *at = address; *at; at++)
        check(*at > ' ' && *at < 0x7f);
    for (const char *at = name; *at; at++)
        check((unsigned char)*at >= ' ' && *at != 0x7f);
    check(origin_resolve(origin, address, "", &again, &name_again, &err));
    check(strcmp(again, address) == 0 && strcmp(name, name_again) == 0);
}

static void check_header(const char *value, size_t length)
{
    struct http_content_range range;
    if (http_content_range_read(value, length, &range)) {
        check(range.first_byte >= -1 && range.last_byte >= range.first_byte);
        check(range.total_bytes < 0 || range.last_byte < range.total_bytes);
    }
    const char *found;
    size_t found_length;
    if (http_header_is(value, length, "A", &found, &found_length))
        check(found >= value && found + found_length <= value + length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    static struct origin *local, *web;
    static char *local_base, *web_base, *local_root;
    if (!local) {
        local = origin_new(&(struct origin_spec){0});
        web = origin_new(&(struct origin_spec){0});
        check(origin_address(local, "/usr/share", &local_base, NULL));
        check(origin_address(web, "https://host.example/a/b/m.mpd?k=s", &web_base, NULL));
        local_root = mem_printf("%.*s", (int)strlen(local_base) - 1, local_base);
    }
    if (size_bytes > 0 && data[0] == 0) {
        check_header((const char *)data + 1, size_bytes - 1);
        return 0;
    }
    AUTO_FREE char *text = mem_alloc(size_bytes + 1);
    memcpy(text, data, size_bytes);
    char *line = strchr(text, '\n');
    const char *reference = line ? line + 1 : text;
    if (line)
        *line = '\0';
    check_reference(line ? text : web_base, reference);
    check_followed(local, local_base, reference, local_root);
    check_followed(web, web_base, reference, NULL);
    // A base of the document's own making (BaseURL), where it may be followed at all.
    AUTO_FREE char *inner = NULL, *name = NULL;
    if (line && origin_resolve(local, local_base, text, &inner, &name, NULL))
        check_followed(local, inner, reference, local_root);
    return 0;
}
