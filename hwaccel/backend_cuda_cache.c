// SPDX-License-Identifier: BSD-2-Clause
// Where NVIDIA's driver keeps what it compiled. scale_cuda comes as PTX, which takes
// it many seconds of one core at each start unless it can keep the result; its own
// choice is a folder below the home folder, which services and containers often lack.
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hwaccel/backend_private.h"
#include "src/base/file.h"
#include "src/base/mem.h"

// The folder, or where it would be made.
static bool may_write(const char *path)
{
    AUTO_FREE char *at = mem_strdup(path);
    while (access(at, F_OK) != 0) {
        char *slash = strrchr(at, '/');
        if (errno != ENOENT || !slash || slash == at)
            return false;
        *slash = 0;
    }
    return file_is_folder(at) && access(at, W_OK | X_OK) == 0;
}

static bool has_own(void)
{
    const char *home = getenv("HOME");
    if (!home || home[0] != '/' || !file_is_folder(home))
        return false;
    AUTO_FREE char *path = mem_printf("%s/.nv/ComputeCache", home);
    return may_write(path);
}

// Others may write into the folder above: what the driver loads must be ours alone.
static bool is_private(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid() &&
           (found.st_mode & 022) == 0 && access(path, W_OK | X_OK) == 0;
}

static char *below_cache_home(void)
{
    const char *home = getenv("XDG_CACHE_HOME");
    if (!home || home[0] != '/')
        return NULL;
    AUTO_FREE char *path = mem_printf("%s/rung/cuda", home);
    return file_make_folder(path, NULL) && is_private(path) ? MEM_MOVE(path) : NULL;
}

static char *below_temporary(void)
{
    const char *folder = getenv("TMPDIR");
    AUTO_FREE char *path = mem_printf(
        "%s/rung-cuda-%lu", folder && folder[0] == '/' ? folder : "/tmp", (unsigned long)geteuid());
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return NULL;
    return is_private(path) ? MEM_MOVE(path) : NULL;
}

static void choose(void)
{
    if (getenv("CUDA_CACHE_PATH") || has_own())
        return;
    AUTO_FREE char *path = below_cache_home();
    if (!path)
        path = below_temporary();
    if (path)
        setenv("CUDA_CACHE_PATH", path, 0);
}

void backend_cuda_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose);
}
