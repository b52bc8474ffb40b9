// SPDX-License-Identifier: BSD-2-Clause
// Where bytes rest. A store is named by a URI ("folder:./out"; a bare path is a
// folder); keys are relative paths with forward slashes, no "." or ".." parts.
#ifndef RUNG_STORE_STORE_H
#define RUNG_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/base/mem.h"

struct store;

struct store_object {
    const char *key;
    const void *data;
    size_t size_bytes;
};

struct store_ops {
    // The object appears whole under its name or not at all.
    bool (*put)(struct store *store, const char *key, const void *data, size_t size_bytes,
                struct err *err);
    // All of the objects, appearing in their order, or none: where one fails, those that
    // have appeared are removed.
    bool (*put_together)(struct store *store, const struct store_object *objects, size_t count,
                         struct err *err);
    // Appends to *ret; INPUT when there is no such object.
    bool (*get)(struct store *store, const char *key, size_t cap_bytes, struct buf *ret,
                struct err *err);
    // *ret_size_bytes = -1 when there is no such object.
    bool (*size)(struct store *store, const char *key, int64_t *ret_size_bytes, struct err *err);
    // Everything below the key and the key itself; missing is no error.
    bool (*remove)(struct store *store, const char *key, struct err *err);
    void (*close)(struct store *store);
};

struct store {
    const struct store_ops *ops;
    char *uri;
};

// CONFIG when the scheme is unknown or not in this build. A folder is made with
// its first object, not before.
bool store_open(const char *uri, struct store **ret_store, struct err *err);
void store_free(struct store **store);

// A key is refused (BUG) when it could leave the store.
bool store_key_is_safe(const char *key);

#endif
