// SPDX-License-Identifier: BSD-2-Clause
// File helpers over POSIX calls.
#include "src/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_SUFFIX (sizeof ".tmp0123456789abcdef" - 1)

// A path that names no file is the caller's fault; the rest is the system's.
static enum err_kind kind_of_read_errno(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EISDIR ? ERR_INPUT : ERR_TRANSIENT;
}

bool file_read(const char *path, size_t cap_bytes, struct buf *ret, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, kind_of_read_errno(errno), "%s: %s", path, strerror(errno));
    size_t before = ret->size_bytes;
    for (;;) {
        buf_reserve(ret, 65536);
        ssize_t got = read(fd, ret->data + ret->size_bytes, 65536);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            int saved = errno;
            close(fd);
            ret->size_bytes = before;
            return err_set(err, kind_of_read_errno(saved), "%s: read: %s", path, strerror(saved));
        }
        if (got == 0)
            break;
        ret->size_bytes += (size_t)got;
        if (ret->size_bytes - before > cap_bytes) {
            close(fd);
            ret->size_bytes = before;
            return err_set(err, ERR_INPUT, "%s: larger than %zu bytes", path, cap_bytes);
        }
    }
    close(fd);
    return true;
}

bool file_write_all(int fd, const void *data, size_t size_bytes)
{
    const uint8_t *at = data;
    while (size_bytes > 0) {
        ssize_t wrote = write(fd, at, size_bytes);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            errno = wrote == 0 ? ENOSPC : errno;
            return false;
        }
        at += wrote;
        size_bytes -= (size_t)wrote;
    }
    return true;
}

static bool sync_folder_of(const char *path)
{
    AUTO_FREE char *copy = mem_strdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

// Opens a file of its own beside path: two writers of one path, in threads or in
// containers that share a disk, never share a temporary file.
static int open_temporary(const char *path, char **ret_name)
{
    for (int attempt = 0; attempt < 16; attempt++) {
        uint64_t random = 0;
        if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
            return -1;
        char *name = mem_printf("%s.tmp%016" PRIx64, path, random);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (fd >= 0) {
            *ret_name = name;
            return fd;
        }
        MEM_FREE(name);
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

// The file under a name of its own, complete; nothing of it is left on failure.
static bool write_temporary(const struct file_content *file, bool durable, char **ret_name,
                            struct err *err)
{
    int fd = open_temporary(file->path, ret_name);
    if (fd < 0)
        return err_set(err, ERR_TRANSIENT, "write %s: %s", file->path, strerror(errno));
    bool ok = file_write_all(fd, file->data, file->size_bytes) && (!durable || fsync(fd) == 0);
    int saved = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        saved = errno;
    }
    if (ok)
        return true;
    unlink(*ret_name);
    MEM_FREE(*ret_name);
    return err_set(err, ERR_TRANSIENT, "write %s: %s", file->path, strerror(saved));
}

bool file_write_atomic(const char *path, const void *data, size_t size_bytes, bool durable,
                       struct err *err)
{
    AUTO_FREE char *temporary = NULL;
    const struct file_content file = {path, data, size_bytes};
    if (!write_temporary(&file, durable, &temporary, err))
        return false;
    if (rename(temporary, path) == 0 && (!durable || sync_folder_of(path)))
        return true;
    int saved = errno;
    unlink(temporary);
    return err_set(err, ERR_TRANSIENT, "write %s: %s", path, strerror(saved));
}

static bool rename_in_order(const struct file_content *files, char **temporaries, size_t count,
                            struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (rename(temporaries[i], files[i].path) == 0)
            continue;
        err_set(err, ERR_TRANSIENT, "write %s: %s", files[i].path, strerror(errno));
        // Those that appeared last are the ones that speak of the others.
        while (i-- > 0)
            unlink(files[i].path);
        return false;
    }
    return true;
}

bool file_write_together(const struct file_content *files, size_t count, struct err *err)
{
    AUTO_FREE char **temporaries = mem_alloc((count + 1) * sizeof *temporaries);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = write_temporary(&files[i], false, &temporaries[i], err);
    ok = ok && rename_in_order(files, temporaries, count, err);
    for (size_t i = 0; i < count; i++) {
        if (!ok && temporaries[i])
            unlink(temporaries[i]);
        free(temporaries[i]);
    }
    return ok;
}

size_t file_temporary_stem(const char *name)
{
    size_t length = strlen(name);
    if (length <= TEMPORARY_SUFFIX)
        return 0;
    const char *suffix = name + length - TEMPORARY_SUFFIX;
    bool is_ours = strncmp(suffix, ".tmp", 4) == 0 && strspn(suffix + 4, "0123456789abcdef") == 16;
    return is_ours ? length - TEMPORARY_SUFFIX : 0;
}

bool file_make_folder_told(const char *path, void (*made)(void *self, const char *path), void *self,
                           struct err *err)
{
    AUTO_FREE char *copy = mem_strdup(path);
    for (char *at = copy + 1; *copy; at++) {
        bool is_end = *at == '\0';
        if (*at != '/' && !is_end)
            continue;
        *at = '\0';
        if (mkdir(copy, 0755) == 0)
            made(self, copy);
        else if (errno != EEXIST)
            return err_set(err, ERR_TRANSIENT, "make folder %s: %s", copy, strerror(errno));
        if (is_end)
            break;
        *at = '/';
    }
    if (!file_is_folder(path))
        return err_set(err, ERR_TRANSIENT, "%s: not a folder", path);
    return true;
}

static void tell_nobody(void *self, const char *path)
{
    (void)self;
    (void)path;
}

bool file_make_folder(const char *path, struct err *err)
{
    return file_make_folder_told(path, tell_nobody, NULL, err);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    bool is_folder = type == FTW_DP || type == FTW_D || type == FTW_DNR;
    int failed = is_folder ? rmdir(path) : unlink(path);
    // Gone meanwhile is what was wanted; stopping here would leave the rest behind.
    return failed && errno != ENOENT ? -1 : 0;
}

// Where somebody else removes in the same tree, an entry can vanish between being
// listed and being entered, which ends the walk: walk again while something is left.
#define REMOVE_WALKS 64

bool file_remove_tree(const char *path, struct err *err)
{
    for (int walk = 0; walk < REMOVE_WALKS; walk++) {
        if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0)
            return true;
        bool is_race = errno == ENOENT || errno == ENOTDIR;
        if (!is_race)
            break;
        if (!file_exists(path))
            return true;
    }
    return err_set(err, ERR_TRANSIENT, "remove %s: %s", path, strerror(errno));
}

bool file_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}
