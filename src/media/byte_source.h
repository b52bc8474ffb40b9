// SPDX-License-Identifier: BSD-2-Clause
// Random-access bytes of one input. Safe to read from several threads at once.
#ifndef RUNG_MEDIA_BYTE_SOURCE_H
#define RUNG_MEDIA_BYTE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

struct byte_source {
    void *self;
    // Reads up to size bytes at offset; 0 at the end, -1 with errno on failure.
    int64_t (*read_at)(void *self, int64_t offset, void *data, size_t size_bytes);
    int64_t size_bytes;
    const char *name; // for messages: what the user called it
};

// Over an open, seekable file descriptor; borrowed, not closed.
struct byte_source byte_source_fd(int *fd, int64_t size_bytes, const char *name);

#endif
