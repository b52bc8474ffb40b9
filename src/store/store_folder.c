// SPDX-License-Identifier: BSD-2-Clause
// The folder store: a key is a file below a root. Files appear by rename, folders
// when their first file comes.
#include "src/store/store_folder_private.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/file.h"

struct store_folder {
    struct store store; // first: a struct store * is a struct store_folder *
    char *root;
};

// NULL with BUG when the key could leave the root.
static char *path_of(struct store *store, const char *key, struct err *err)
{
    const struct store_folder *folder = (const struct store_folder *)store;
    if (!store_key_is_safe(key)) {
        err_set(err, ERR_BUG, "%s: unsafe key \"%s\"", store->uri, key ? key : "");
        return NULL;
    }
    return mem_printf("%s/%s", folder->root, key);
}

static bool make_parent(const char *path, struct err *err)
{
    AUTO_FREE char *copy = mem_strdup(path);
    const char *parent = dirname(copy);
    return file_is_folder(parent) || file_make_folder(parent, err);
}

// Not durable: a presentation is complete when its master is there, and a job whose
// machine lost power is redelivered or resumed.
static bool folder_put(struct store *store, const char *key, const void *data, size_t size_bytes,
                       struct err *err)
{
    AUTO_FREE char *path = path_of(store, key, err);
    return path && make_parent(path, err) && file_write_atomic(path, data, size_bytes, false, err);
}

static bool folder_put_together(struct store *store, const struct store_object *objects,
                                size_t count, struct err *err)
{
    AUTO_FREE struct file_content *files = mem_alloc((count + 1) * sizeof *files);
    AUTO_FREE char **paths = mem_alloc((count + 1) * sizeof *paths);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        paths[i] = path_of(store, objects[i].key, err);
        ok = paths[i] && make_parent(paths[i], err);
        files[i] = (struct file_content){paths[i], objects[i].data, objects[i].size_bytes};
    }
    ok = ok && file_write_together(files, count, err);
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    return ok;
}

static bool folder_get(struct store *store, const char *key, size_t cap_bytes, struct buf *ret,
                       struct err *err)
{
    AUTO_FREE char *path = path_of(store, key, err);
    return path && file_read(path, cap_bytes, ret, err);
}

static bool folder_size(struct store *store, const char *key, int64_t *ret_size_bytes,
                        struct err *err)
{
    AUTO_FREE char *path = path_of(store, key, err);
    if (!path)
        return false;
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return err_set(err, ERR_TRANSIENT, "%s: %s", path, strerror(errno));
        *ret_size_bytes = -1;
        return true;
    }
    // A folder is a common prefix of keys, not an object.
    *ret_size_bytes = S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
    return true;
}

static bool folder_remove(struct store *store, const char *key, struct err *err)
{
    AUTO_FREE char *path = path_of(store, key, err);
    return path && file_remove_tree(path, err);
}

static void folder_close(struct store *store)
{
    struct store_folder *folder = (struct store_folder *)store;
    MEM_FREE(folder->root);
    MEM_FREE(folder);
}

static const struct store_ops folder_ops = {
    .put = folder_put,
    .put_together = folder_put_together,
    .get = folder_get,
    .size = folder_size,
    .remove = folder_remove,
    .close = folder_close,
};

bool store_folder_open(const char *rest, struct store **ret_store, struct err *err)
{
    if (!*rest)
        return err_set(err, ERR_CONFIG, "the output folder has no name");
    struct store_folder *folder = mem_alloc(sizeof *folder);
    folder->store.ops = &folder_ops;
    folder->store.uri = mem_printf("folder:%s", rest);
    // One slash fewer at the end, so that paths in messages read well; "/" stays.
    folder->root = mem_strdup(rest);
    for (size_t n = strlen(folder->root); n > 1 && folder->root[n - 1] == '/'; n--)
        folder->root[n - 1] = '\0';
    *ret_store = &folder->store;
    return true;
}
