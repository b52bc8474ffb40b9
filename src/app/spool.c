// SPDX-License-Identifier: BSD-2-Clause
// Spooling streams to disk.
#include "src/app/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/file.h"
#include "src/base/log.h"
#include "src/base/mem.h"

#define COPY_BYTES (1u << 20)
#define REPORT_US  3000000

int spool_create(struct err *err)
{
    const char *folder = getenv("TMPDIR");
    if (!folder || !*folder)
        folder = "/tmp";
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    // File systems without O_TMPFILE: make one with a name and take the name away.
    AUTO_FREE char *path = mem_printf("%s/rung-XXXXXX", folder);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        err_set(err, ERR_TRANSIENT, "temporary file in %s: %s", folder, strerror(errno));
        return -1;
    }
    unlink(path);
    return fd;
}

bool spool_copy(int from, int to, const char *name, const atomic_bool *stop, int64_t *ret_bytes,
                struct err *err)
{
    AUTO_FREE uint8_t *block = mem_alloc(COPY_BYTES);
    int64_t total = 0, last_report_us = clock_monotonic_us();
    for (;;) {
        if (stop && atomic_load(stop))
            return err_set(err, ERR_CANCELLED, "stopped while reading %s", name);
        ssize_t got = read(from, block, COPY_BYTES);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return err_set(err, ERR_INPUT, "%s: read: %s", name, strerror(errno));
        if (got == 0)
            break;
        if (!file_write_all(to, block, (size_t)got))
            return err_set(err, ERR_TRANSIENT, "%s: copy to a temporary file: %s", name,
                           strerror(errno));
        total += got;
        if (clock_monotonic_us() - last_report_us >= REPORT_US) {
            last_report_us = clock_monotonic_us();
            log_msg(LOG_INFO, "input", "%s: %lld MiB read so far", name, (long long)(total >> 20));
        }
    }
    *ret_bytes = total;
    return true;
}
