// SPDX-License-Identifier: BSD-2-Clause
// A byte source over a file descriptor.
#include "src/media/byte_source.h"

#include <errno.h>
#include <unistd.h>

static int64_t read_fd(void *self, int64_t offset, void *data, size_t size_bytes)
{
    const int *fd = self;
    ssize_t got;
    do
        got = pread(*fd, data, size_bytes, offset);
    while (got < 0 && errno == EINTR);
    return got;
}

struct byte_source byte_source_fd(int *fd, int64_t size_bytes, const char *name)
{
    return (struct byte_source){
        .self = fd, .read_at = read_fd, .size_bytes = size_bytes, .name = name};
}
