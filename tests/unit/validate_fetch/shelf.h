// SPDX-License-Identifier: BSD-2-Clause
// A folder of files for a test, and reading through an origin that was given things.
#ifndef RUNG_TESTS_UNIT_VALIDATE_FETCH_SHELF_H
#define RUNG_TESTS_UNIT_VALIDATE_FETCH_SHELF_H

#include <stdlib.h>
#include <string.h>

#include "manifests/validate/fetch/origin.h"
#include "src/base/file.h"

// A new empty folder's real path. Caller frees, after shelf_remove.
static char *shelf_make(void)
{
    char template[] = "/tmp/rung_test_XXXXXX";
    if (!mkdtemp(template))
        abort();
    return realpath(template, NULL);
}

static void shelf_remove(char **shelf)
{
    file_remove_tree(*shelf, NULL);
    MEM_FREE(*shelf);
}

static void shelf_put(const char *shelf, const char *name, const void *data, size_t size_bytes)
{
    AUTO_FREE char *path = mem_printf("%s/%s", shelf, name);
    AUTO_FREE char *parent = mem_printf("%.*s", (int)(strrchr(path, '/') - path), path);
    struct err err = {0};
    if (!file_make_folder(parent, &err) || !file_write_atomic(path, data, size_bytes, false, &err))
        abort();
}

#endif
