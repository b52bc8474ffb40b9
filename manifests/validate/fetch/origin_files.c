// SPDX-License-Identifier: BSD-2-Clause
// Listing the files below a folder that was given, to find manifests in it.
#include "manifests/validate/fetch/origin_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/uri.h"

struct listing {
    const char *const *suffixes;
    const char *shown;
    struct origin_names *names;
    size_t seen;
};

static bool has_suffix(const char *name, const char *const *suffixes)
{
    size_t length = strlen(name);
    for (size_t i = 0; suffixes[i]; i++) {
        size_t size = strlen(suffixes[i]);
        if (length > size && strcasecmp(name + length - size, suffixes[i]) == 0)
            return true;
    }
    return false;
}

static void keep(struct listing *listing, const char *path)
{
    AUTO(buf_done) struct buf reference = {0};
    uri_append_path(&reference, path);
    buf_put_u8(&reference, 0);
    struct origin_names *names = listing->names;
    if ((names->count & (names->count - 1)) == 0) // grows by doubling
        names->items =
            mem_realloc(names->items, names->count ? names->count * 2 : 1, sizeof *names->items);
    names->items[names->count++] = (char *)MEM_MOVE(reference.data);
}

static bool list(struct listing *listing, int fd, const char *prefix, unsigned depth,
                 struct err *err);

// An entry below prefix. Folders are entered; what a link leads to is for reading to judge.
static bool look_at(struct listing *listing, int fd, const struct dirent *entry, const char *prefix,
                    unsigned depth, struct err *err)
{
    AUTO_FREE char *path = mem_printf("%s%s", prefix, entry->d_name);
    if (entry->d_type != DT_DIR && has_suffix(entry->d_name, listing->suffixes))
        keep(listing, path);
    bool may_be_folder = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
    if (!may_be_folder || depth >= ORIGIN_DEPTH_MAX)
        return true;
    int below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0)
        return true; // no folder, or one that may not be read
    AUTO_FREE char *deeper = mem_printf("%s/", path);
    return list(listing, below, deeper, depth + 1, err);
}

// Takes over fd.
static bool list(struct listing *listing, int fd, const char *prefix, unsigned depth,
                 struct err *err)
{
    DIR *folder = fdopendir(fd);
    if (!folder) {
        close(fd);
        return err_set(err, ERR_TRANSIENT, "%s: %s", listing->shown, strerror(errno));
    }
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        if (++listing->seen > ORIGIN_FILES_MAX)
            ok = err_set(err, ERR_INPUT, "%s: more than %d files; give the manifest itself",
                         listing->shown, ORIGIN_FILES_MAX);
        else
            ok = look_at(listing, dirfd(folder), entry, prefix, depth, err);
    }
    closedir(folder);
    return ok;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool origin_files(struct origin *origin, const char *folder_address, const char *const *suffixes,
                  struct origin_names *ret, struct err *err)
{
    AUTO_FREE char *path = NULL;
    const char *rest;
    if (!origin_path_of(folder_address, &path, err))
        return false;
    AUTO_FREE char *shown = origin_name_of(origin, folder_address);
    if (!origin_root_of(origin, path, &rest))
        return err_set(err, ERR_INPUT, "%s: no folder that was given", shown);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_INPUT, "%s: %s", shown, strerror(errno));
    AUTO(origin_names_done) struct origin_names names = {0};
    struct listing listing = {.suffixes = suffixes, .shown = shown, .names = &names};
    if (!list(&listing, fd, "", 1, err))
        return false;
    if (names.count > 0)
        qsort(names.items, names.count, sizeof *names.items, by_name);
    *ret = names;
    names = (struct origin_names){0};
    return true;
}

void origin_names_done(struct origin_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        MEM_FREE(names->items[i]);
    MEM_FREE(names->items);
    *names = (struct origin_names){0};
}
