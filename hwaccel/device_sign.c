// SPDX-License-Identifier: BSD-2-Clause
// Looking for device nodes, and for a driver that is put in by its library alone.
#include "hwaccel/device_sign.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hwaccel/backend.h"
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

// A node that video may be decoded through.
static bool has_render_node(const char *root, const char *vendor)
{
    AUTO_FREE char *path = mem_printf("%s/dev/dri", root);
    DIR *folder = opendir(path);
    bool found = false;
    for (struct dirent *entry; folder && !found && (entry = readdir(folder));)
        found = strncmp(entry->d_name, "renderD", strlen("renderD")) == 0 &&
                (!*vendor || has_vendor(root, entry->d_name, vendor));
    if (folder)
        closedir(folder);
    return found;
}

static bool has_node(const struct backend_row *row, const char *root)
{
    for (size_t i = 0; i < ARRAY_LEN(row->sign_nodes) && row->sign_nodes[i]; i++)
        if (is_there(root, row->sign_nodes[i]))
            return true;
    return false;
}

bool device_has_sign(enum device device, const char *root, const char *library_path,
                     const char **ret_missing)
{
    const struct backend_row *row = backend_find(device);
    *ret_missing = row ? row->without_sign : "no such accelerator";
    return row && (has_node(row, root) ||
                   (row->sign_library && is_on_path(library_path, row->sign_library)) ||
                   (row->sign_render_vendor && has_render_node(root, row->sign_render_vendor)));
}
