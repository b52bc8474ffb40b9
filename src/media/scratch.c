// SPDX-License-Identifier: BSD-2-Clause
// mkdtemp, and a lock on the folder that says whether its owner lives.
#include "src/media/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/mem.h"

#define NAME_START "rung-scratch-"

struct scratch {
    char *folder;
    int lock_fd; // the folder itself, locked while this process lives
};

static int lock_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

// An unlocked folder of ours is somebody's who died, or was made this very moment: the
// one whose maker has not locked it yet is young.
static bool is_abandoned(int fd)
{
    struct stat status;
    struct timespec now;
    const time_t young_s = 60;
    return fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
           clock_gettime(CLOCK_REALTIME, &now) == 0 && now.tv_sec - status.st_mtime > young_s;
}

static void sweep(const char *place)
{
    DIR *entries = opendir(place);
    if (!entries)
        return;
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (strncmp(entry->d_name, NAME_START, strlen(NAME_START)) != 0)
            continue;
        AUTO_FREE char *path = mem_printf("%s/%s", place, entry->d_name);
        int fd = lock_folder(path);
        if (fd < 0)
            continue;
        if (is_abandoned(fd))
            file_remove_tree(path, NULL);
        close(fd);
    }
    closedir(entries);
}

static bool make_in(const char *place, struct scratch **ret)
{
    AUTO_FREE char *folder = mem_printf("%s/" NAME_START "XXXXXX", place);
    if (!mkdtemp(folder))
        return false;
    int fd = lock_folder(folder);
    if (fd < 0) {
        rmdir(folder);
        return false;
    }
    *ret = mem_alloc(sizeof **ret);
    **ret = (struct scratch){.folder = mem_strdup(folder), .lock_fd = fd};
    return true;
}

bool scratch_new(struct scratch **ret, struct err *err)
{
    const char *temporary = getenv("TMPDIR");
    const char *const places[] = {"/dev/shm", temporary && *temporary ? temporary : "/tmp", "/tmp"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        sweep(places[i]);
        if (make_in(places[i], ret))
            return true;
    }
    return err_set(err, ERR_TRANSIENT, "no folder for scratch files in /dev/shm or %s: %s",
                   places[1], strerror(errno));
}

void scratch_free(struct scratch **scratch)
{
    if (!*scratch)
        return;
    file_remove_tree((*scratch)->folder, NULL);
    close((*scratch)->lock_fd);
    MEM_FREE((*scratch)->folder);
    MEM_FREE(*scratch);
}

const char *scratch_folder(const struct scratch *scratch)
{
    return scratch->folder;
}
