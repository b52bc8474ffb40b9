// SPDX-License-Identifier: BSD-2-Clause
// Compares text with tests/unit/manifests/golden/<name>, byte by byte, and shows the
// first line that differs. RUNG_UPDATE_GOLDEN=1 rewrites the file instead: read the
// diff before committing it.
#ifndef RUNG_TESTS_MANIFESTS_GOLDEN_H
#define RUNG_TESTS_MANIFESTS_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"
#include "src/base/mem.h"

static inline bool golden_show_difference(const char *name, const char *wanted, const char *got)
{
    for (int line = 1; *wanted || *got; line++) {
        size_t wanted_length = strcspn(wanted, "\n"), got_length = strcspn(got, "\n");
        bool wanted_ends = !wanted[wanted_length], got_ends = !got[got_length];
        if (wanted_length != got_length || memcmp(wanted, got, got_length) != 0 ||
            wanted_ends != got_ends) {
            fprintf(stderr, "%s:%d:\n  golden  %.*s%s\n  written %.*s%s\n", name, line,
                    (int)wanted_length, wanted, wanted_ends ? " [end]" : "", (int)got_length, got,
                    got_ends ? " [end]" : "");
            return false;
        }
        wanted += wanted_length + !wanted_ends;
        got += got_length + !got_ends;
    }
    return true;
}

static inline bool golden_matches(const char *name, const struct buf *got)
{
    AUTO_FREE char *path = mem_printf("%s/manifests/golden/%s", TEST_SOURCE_DIR, name);
    AUTO(buf_done) struct buf wanted = {0}, text = {0};
    struct err err = {0};
    if (getenv("RUNG_UPDATE_GOLDEN")) {
        bool ok = file_write_atomic(path, got->data, got->size_bytes, false, &err);
        if (!ok)
            fprintf(stderr, "%s\n", err.text);
        return ok;
    }
    if (!file_read(path, 1 << 20, &wanted, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return false;
    }
    bool is_equal = wanted.size_bytes == got->size_bytes &&
                    memcmp(wanted.data, got->data, got->size_bytes) == 0;
    buf_append(&text, got->data, got->size_bytes);
    buf_put_u8(&text, 0);
    buf_put_u8(&wanted, 0);
    if (!is_equal && golden_show_difference(name, (char *)wanted.data, (char *)text.data))
        fprintf(stderr, "%s: differs behind a zero byte\n", name);
    return is_equal;
}

#endif
