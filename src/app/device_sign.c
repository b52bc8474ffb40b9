// SPDX-License-Identifier: BSD-2-Clause
// Looking for device nodes, and for a driver that is put in by its library alone.
#include "src/app/device_sign.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/mem.h"

static bool is_there(const char *root, const char *path)
{
    AUTO_FREE char *whole = mem_printf("%s%s", root, path);
    return file_exists(whole);
}

// A container, or a test, may bring the library in a folder of its own.
static bool is_on_path(const char *library_path, const char *name)
{
    AUTO_FREE char *copy = mem_strdup(library_path ? library_path : "");
    char *rest = copy;
    for (char *folder; (folder = strsep(&rest, ":")) != NULL;) {
        AUTO_FREE char *path = mem_printf("%s/%s", folder, name);
        if (*folder && file_exists(path))
            return true;
    }
    return false;
}

static bool has_vendor(const char *root, const char *node, const char *vendor)
{
    AUTO_FREE char *path = mem_printf("%s/sys/class/drm/%s/device/vendor", root, node);
    char text[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    return got > 0 && strncmp(text, vendor, strlen(vendor)) == 0;
}

// A node that video may be decoded through; vendor NULL: any.
static bool has_render_node(const char *root, const char *vendor)
{
    AUTO_FREE char *path = mem_printf("%s/dev/dri", root);
    DIR *folder = opendir(path);
    bool found = false;
    for (struct dirent *entry; folder && !found && (entry = readdir(folder));)
        found = strncmp(entry->d_name, "renderD", strlen("renderD")) == 0 &&
                (!vendor || has_vendor(root, entry->d_name, vendor));
    if (folder)
        closedir(folder);
    return found;
}

bool device_has_sign(enum device device, const char *root, const char *library_path,
                     const char **ret_missing)
{
    switch (device) {
    case DEVICE_CUDA:
        *ret_missing = "no NVIDIA driver";
        // The second is Windows' own, in WSL.
        return is_there(root, "/dev/nvidiactl") || is_there(root, "/dev/dxg") ||
               is_on_path(library_path, "libcuda.so.1");
    case DEVICE_VAAPI:
        *ret_missing = "no render node for VAAPI";
        return has_render_node(root, NULL);
    case DEVICE_QSV:
        *ret_missing = "no Intel GPU";
        return has_render_node(root, "0x8086");
    case DEVICE_CPU:
    case DEVICE_COUNT:
        break;
    }
    *ret_missing = "no such accelerator";
    return false;
}
