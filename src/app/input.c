// SPDX-License-Identifier: BSD-2-Clause
// Paths, standard input, pipes; addresses go to src/net.
#include "src/app/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/app/spool.h"
#include "src/base/mem.h"
#include "src/net/http_fetch.h"

static bool take_regular(int fd, const struct stat *st, struct input *ret)
{
    ret->fd = fd;
    ret->size_bytes = st->st_size;
    ret->mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    return true;
}

// Takes over `from`, except standard input's own descriptor.
static bool take_stream(int from, const atomic_bool *stop, struct input *ret, struct err *err)
{
    int to = spool_create(err);
    bool ok = to >= 0 && spool_copy(from, to, ret->name, stop, &ret->size_bytes, err);
    if (from != STDIN_FILENO)
        close(from);
    if (!ok) {
        if (to >= 0)
            close(to);
        return false;
    }
    ret->fd = to;
    ret->is_copy = true;
    return true;
}

static bool open_stdin(const atomic_bool *stop, struct input *ret, struct err *err)
{
    struct stat st;
    ret->name = mem_strdup("standard input");
    if (isatty(STDIN_FILENO))
        return err_set(err, ERR_INPUT, "standard input is a terminal; pipe a video into it");
    if (fstat(STDIN_FILENO, &st) != 0)
        return err_set(err, ERR_INPUT, "standard input: %s", strerror(errno));
    if (S_ISREG(st.st_mode) && lseek(STDIN_FILENO, 0, SEEK_CUR) == 0) {
        int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
        if (fd >= 0)
            return take_regular(fd, &st, ret);
    }
    return take_stream(STDIN_FILENO, stop, ret, err);
}

static bool open_path(const char *path, const atomic_bool *stop, struct input *ret, struct err *err)
{
    struct stat st;
    ret->name = mem_strdup(path);
    if (stat(path, &st) != 0)
        return errno == ENOENT ? err_set(err, ERR_INPUT, "%s: there is no such file", path)
                               : err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_INPUT, "%s is a folder, not a video", path);
    if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
        return err_set(err, ERR_INPUT, "%s is a device, not a video", path);
    int fd;
    do
        fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR && !(stop && atomic_load(stop)));
    if (fd < 0 && errno == EINTR)
        return err_set(err, ERR_CANCELLED, "stopped while opening %s", path);
    if (fd < 0)
        return err_set(err, ERR_INPUT, "%s cannot be read: %s", path, strerror(errno));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return take_stream(fd, stop, ret, err);
    ret->path = mem_strdup(path);
    return take_regular(fd, &st, ret);
}

// "s3" of "s3://…"; an empty text when there is no scheme.
static void scheme_of(const char *argument, char ret_scheme[16])
{
    size_t length =
        strspn(argument, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
    ret_scheme[0] = '\0';
    if (length == 0 || length >= 16 || strncmp(argument + length, "://", 3) != 0)
        return;
    memcpy(ret_scheme, argument, length);
    ret_scheme[length] = '\0';
}

static bool open_address(const char *address, const atomic_bool *stop, struct input *ret,
                         struct err *err)
{
    ret->name = http_fetch_masked(address);
    int to = spool_create(err);
    if (to < 0)
        return false;
    struct http_fetch_spec spec = {.address = address, .to_fd = to, .stop = stop};
    if (!http_fetch(&spec, &ret->size_bytes, err)) {
        close(to);
        return false;
    }
    ret->fd = to;
    ret->is_copy = true;
    return true;
}

bool input_open(const char *argument, const atomic_bool *stop, struct input *ret, struct err *err)
{
    struct input input = {.fd = -1};
    char scheme[16];
    scheme_of(argument, scheme);
    bool ok;
    if (strcmp(argument, "-") == 0)
        ok = open_stdin(stop, &input, err);
    else if (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0)
        ok = open_address(argument, stop, &input, err);
    else if (*scheme)
        ok = err_set(err, ERR_CONFIG, "%s:// input is not in this version", scheme);
    else
        ok = open_path(argument, stop, &input, err);
    if (ok)
        *ret = input;
    else
        input_close(&input);
    return ok;
}

void input_close(struct input *input)
{
    if (input->fd >= 0)
        close(input->fd);
    input->fd = -1;
    MEM_FREE(input->name);
    MEM_FREE(input->path);
}

char *input_default_output(const char *argument)
{
    char scheme[16];
    if (strcmp(argument, "-") == 0)
        return mem_strdup("stdin.rung");
    scheme_of(argument, scheme);
    // The query of an address is no part of the name.
    size_t end = *scheme ? strcspn(argument, "?#") : strlen(argument);
    while (end > 0 && argument[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && argument[start - 1] != '/')
        start--;
    size_t dot = end;
    while (dot > start && argument[dot - 1] != '.')
        dot--;
    if (dot > start + 1 && dot < end)
        return mem_printf("%.*s", (int)(dot - 1 - start), argument + start);
    return mem_printf("%.*s.rung", (int)(end - start), argument + start);
}
