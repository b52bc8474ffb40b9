// SPDX-License-Identifier: BSD-2-Clause
// Preloaded where there is no DRM node: opening /dev/dri/renderD128 and so on gives a
// descriptor, and libva takes that for a render node. There are RUNG_SIM_DEVICES of them, or one;
// the fault no-device leaves none.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SHIM_API    __attribute__((visibility("default")))
#define PREFIX      "/dev/dri/renderD"
#define FIRST       128
#define RENDER_NODE 2 // DRM_NODE_RENDER

SHIM_API int open(const char *path, int flags, ...);
SHIM_API int open64(const char *path, int flags, ...);
SHIM_API int drmGetNodeTypeFromFd(int fd);

static bool has_fault(const char *name)
{
    const char *list = getenv("RUNG_SIM_FAULTS");
    size_t length = strlen(name);
    for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
            return true;
    return false;
}

// What stands in for PATH; NULL: no such node.
static const char *path_of(const char *path)
{
    if (strncmp(path, PREFIX, strlen(PREFIX)) != 0)
        return path;
    const char *devices = getenv("RUNG_SIM_DEVICES");
    long count = devices ? strtol(devices, NULL, 10) : 1;
    long number = strtol(path + strlen(PREFIX), NULL, 10) - FIRST;
    return number >= 0 && number < count && !has_fault("no-device") ? "/dev/null" : NULL;
}

typedef int open_function(const char *path, int flags, ...);

static int open_as(const char *name, const char *path, int flags, mode_t mode)
{
    open_function *real = (open_function *)dlsym(RTLD_NEXT, name);
    const char *taken = path_of(path);
    if (taken && real)
        return real(taken, flags, mode);
    errno = ENOENT;
    return -1;
}

static mode_t mode_of(int flags, va_list *rest)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(*rest, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, &rest);
    va_end(rest);
    return open_as("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, &rest);
    va_end(rest);
    return open_as("open64", path, flags, mode);
}

int drmGetNodeTypeFromFd(int fd)
{
    (void)fd;
    return RENDER_NODE;
}
