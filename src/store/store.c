// SPDX-License-Identifier: BSD-2-Clause
// Choosing a store by its URI, and the rule for keys. The stores themselves:
// store_<kind>.c.
#include "src/store/store.h"

#include <string.h>
#include <strings.h>

#include "src/store/store_folder_private.h"

// A row without `open` is known but not in this build; `missing` says why.
static const struct {
    const char *scheme;
    bool (*open)(const char *rest, struct store **ret_store, struct err *err);
    const char *missing;
} schemes[] = {
    {"folder", store_folder_open, NULL},
    {"s3", NULL, "S3 is not in this build"},
};

// Length of the scheme (RFC 3986 3.1) of text, 0 when it has none. One letter is no
// scheme: nobody names one so, and "C:..." is somebody's folder.
static size_t scheme_length(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789+-.");
    bool is_scheme = length > 1 && text[length] == ':' && strchr(letters, text[0]);
    return is_scheme ? length : 0;
}

bool store_open(const char *uri, struct store **ret_store, struct err *err)
{
    size_t length = scheme_length(uri);
    if (length == 0)
        return store_folder_open(uri, ret_store, err);
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (strlen(schemes[i].scheme) != length || strncasecmp(schemes[i].scheme, uri, length) != 0)
            continue;
        if (!schemes[i].open)
            return err_set(err, ERR_CONFIG, "%s: %s", uri, schemes[i].missing);
        return schemes[i].open(uri + length + 1, ret_store, err);
    }
    return err_set(err, ERR_CONFIG,
                   "%s: no store is called \"%.*s\" (folder:PATH, s3://BUCKET/PREFIX); a folder of "
                   "that name is ./%s",
                   uri, (int)length, uri, uri);
}

void store_free(struct store **store)
{
    if (!*store)
        return;
    struct store *held = MEM_MOVE(*store);
    MEM_FREE(held->uri);
    held->ops->close(held);
}

bool store_key_is_safe(const char *key)
{
    // Also what every file system and object store can hold.
    if (!key || !*key || strlen(key) > 1024)
        return false;
    for (const char *part = key; part;) {
        size_t length = strcspn(part, "/");
        bool is_dots = (length == 1 && part[0] == '.') || (length == 2 && !strncmp(part, "..", 2));
        if (length == 0 || length > 255 || is_dots)
            return false;
        part = part[length] ? part + length + 1 : NULL;
    }
    for (const char *at = key; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '\\')
            return false;
    return true;
}
