// SPDX-License-Identifier: BSD-2-Clause
// Files: read whole with a cap, write by rename, make and remove folders.
// Errors: TRANSIENT for what the disk or the system refuses.
#ifndef RUNG_BASE_FILE_H
#define RUNG_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/base/mem.h"

// Appends the file to *ret; refuses one larger than cap_bytes (INPUT).
bool file_read(const char *path, size_t cap_bytes, struct buf *ret, struct err *err);

// Writes path + a temporary suffix in the same folder, then renames over path.
// With `durable`, both file and folder are fsynced. The folder must exist.
bool file_write_atomic(const char *path, const void *data, size_t size_bytes, bool durable,
                       struct err *err);

struct file_content {
    const char *path;
    const void *data;
    size_t size_bytes;
};

// All of the files, appearing in their order once each is written, or none of them:
// where one cannot appear, those before it are removed again.
bool file_write_together(const struct file_content *files, size_t count, struct err *err);

// The length of the name that a temporary name was made from; 0: it is none of ours.
// Such files are left by a process that was killed.
size_t file_temporary_stem(const char *name);

// mkdir -p. An existing folder is no error.
bool file_make_folder(const char *path, struct err *err);
// The same; made() hears of every folder that was not there, outermost first, also
// when a later one cannot be made.
bool file_make_folder_told(const char *path, void (*made)(void *self, const char *path), void *self,
                           struct err *err);

// rm -r, never following symbolic links. A missing path is no error.
bool file_remove_tree(const char *path, struct err *err);

bool file_exists(const char *path);
bool file_is_folder(const char *path);

// Writes all bytes to fd, retrying short writes and EINTR. False leaves errno.
bool file_write_all(int fd, const void *data, size_t size_bytes);

#endif
