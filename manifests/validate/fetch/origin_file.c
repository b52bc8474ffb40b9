// SPDX-License-Identifier: BSD-2-Clause
// Reading files that lie below a given folder, whatever links lie there. One open, one
// stat and one read per file: ten thousand small ones must cost little.
#include "manifests/validate/fetch/origin_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPEN_FLAGS  (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) // a pipe is opened at once
#define PIECE_BYTES (16 << 20) // between two looks at the stop flag

const struct origin_root *origin_root_of(const struct origin *origin, const char *path,
                                         const char **ret_rest)
{
    for (size_t i = 0; i < origin->root_count; i++) {
        const struct origin_root *root = &origin->roots[i];
        size_t length = strlen(root->path);
        if (strncmp(path, root->path, length) != 0 || (path[length] && path[length] != '/'))
            continue;
        const char *rest = path + length;
        while (*rest == '/')
            rest++;
        *ret_rest = rest;
        return root;
    }
    return NULL;
}

static int open_below(const struct origin_root *root, const char *rest)
{
    struct open_how how = {.flags = OPEN_FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, root->fd, *rest ? rest : ".", &how, sizeof how);
}

static bool is_given_file(const struct origin *origin, const char *path)
{
    for (size_t i = 0; i < origin->given_file_count; i++)
        if (strcmp(origin->given_files[i], path) == 0)
            return true;
    return false;
}

// For kernels without openat2, and for links that leave one folder, perhaps for another
// that was given too. *ret_is_out: it leads to where nothing may be read.
static int open_real(const struct origin *origin, const char *path, bool *ret_is_out)
{
    const char *rest;
    AUTO_FREE char *real = realpath(path, NULL);
    if (!real)
        return -1;
    if (!origin_root_of(origin, real, &rest) && !is_given_file(origin, path)) {
        *ret_is_out = true;
        return -1;
    }
    return open(real, OPEN_FLAGS | O_NOFOLLOW);
}

static bool explain(enum err_kind kind, const struct origin *origin, const char *address,
                    const char *text, struct err *err)
{
    AUTO_FREE char *name = origin_name_of(origin, address);
    return err_set(err, kind, "%s: %s", name, text);
}

static bool explain_errno(int error, const struct origin *origin, const char *address,
                          struct err *err)
{
    bool may_pass = error == EIO || error == ENFILE || error == EMFILE || error == ENOMEM ||
                    error == ESTALE || error == ETIMEDOUT || error == EINTR;
    return explain(may_pass ? ERR_TRANSIENT : ERR_INPUT, origin, address, strerror(error), err);
}

static bool open_file(struct origin_reader *reader, const char *address, struct origin_answer *ret,
                      struct err *err)
{
    const struct origin *origin = reader->origin;
    AUTO_FREE char *path = NULL;
    const char *rest;
    if (!origin_path_of(address, &path, err))
        return false;
    const struct origin_root *root = origin_root_of(origin, path, &rest);
    bool is_out = !root;
    int fd = root ? open_below(root, rest) : -1;
    if (fd < 0 && !is_out && errno != ENOENT && errno != EACCES && errno != ENOTDIR)
        fd = open_real(origin, path, &is_out);
    int error = errno;
    ret->is_refused = is_out;
    if (is_out)
        return explain(ERR_INPUT, origin, address,
                       "leads out of the folder that was given, through a symbolic link", err);
    if (fd < 0)
        return explain_errno(error, origin, address, err);
    struct stat st;
    bool is_known = fstat(fd, &st) == 0;
    if (!is_known || !S_ISREG(st.st_mode)) {
        close(fd);
        return explain(ERR_INPUT, origin, address,
                       is_known && S_ISDIR(st.st_mode) ? "is a folder, not a file"
                                                       : "is not a regular file",
                       err);
    }
    reader->fd = fd;
    reader->file_bytes = st.st_size;
    return true;
}

void origin_file_close(struct origin_reader *reader)
{
    if (reader->fd >= 0)
        close(reader->fd);
    reader->fd = -1;
    MEM_FREE(reader->file_address);
}

static bool read_bytes(struct origin_reader *reader, const struct origin_want *want,
                       int64_t size_bytes, struct origin_answer *ret, struct err *err)
{
    buf_reserve(ret->body, (size_t)size_bytes);
    int64_t at = 0;
    while (at < size_bytes) {
        int64_t piece = size_bytes - at < PIECE_BYTES ? size_bytes - at : PIECE_BYTES;
        ssize_t got = pread(reader->fd, ret->body->data + at, (size_t)piece,
                            (off_t)(want->offset_bytes + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return explain_errno(errno, reader->origin, want->address, err);
        if (got == 0)
            break; // it became shorter meanwhile
        at += got;
        if (at < size_bytes && origin_is_stopped(reader->origin))
            return err_set(err, ERR_CANCELLED, "stopped");
    }
    ret->body->size_bytes = (size_t)at;
    return true;
}

bool origin_file_read(struct origin_reader *reader, const struct origin_want *want,
                      struct origin_answer *ret, struct err *err)
{
    // Ranges of one file tend to come one after the other: it stays open for the next.
    bool is_range = want->size_bytes >= 0 || want->offset_bytes > 0;
    bool is_open = reader->file_address && strcmp(reader->file_address, want->address) == 0;
    if (!is_open) {
        origin_file_close(reader);
        if (!open_file(reader, want->address, ret, err))
            return false;
        atomic_fetch_add(&reader->origin->requests, 1);
        reader->file_address = is_range ? mem_strdup(want->address) : NULL;
    }
    int64_t left = reader->file_bytes - want->offset_bytes;
    int64_t size_bytes = left > 0 ? left : 0;
    if (want->size_bytes >= 0 && want->size_bytes < size_bytes)
        size_bytes = want->size_bytes;
    ret->total_bytes = reader->file_bytes;
    bool ok = size_bytes <= want->cap_bytes;
    if (!ok) {
        AUTO_FREE char *text = mem_printf("larger than %lld bytes (%lld)",
                                          (long long)want->cap_bytes, (long long)size_bytes);
        explain(ERR_INPUT, reader->origin, want->address, text, err);
    } else {
        if (size_bytes > HTTP_LARGE_BYTES)
            origin_large_enter(reader);
        ok = read_bytes(reader, want, size_bytes, ret, err);
    }
    if (!is_range || !ok)
        origin_file_close(reader);
    return ok;
}
