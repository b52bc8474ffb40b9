// SPDX-License-Identifier: BSD-2-Clause
// Writing and reading the journal.
#include "src/app/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/json.h"
#include "src/base/mem.h"

#define LINE_MAX_BYTES (1u << 20)
#define LINES_MAX      50000000

struct journal {
    int fd;
    char *path;
};

static void put_line(struct buf *buf, const json_t *line)
{
    AUTO_FREE char *text = json_dumps(line, JSON_COMPACT);
    if (text)
        buf_printf(buf, "%s\n", text);
}

struct journal *journal_create(const char *path, const json_t *lines, struct err *err)
{
    AUTO(buf_done) struct buf bytes = {0};
    size_t i;
    json_t *line;
    json_array_foreach((json_t *)lines, i, line) put_line(&bytes, line);
    if (!file_write_atomic(path, bytes.data, bytes.size_bytes, true, err))
        return NULL;
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0) {
        err_set(err, ERR_TRANSIENT, "%s: %s", path, strerror(errno));
        return NULL;
    }
    struct journal *journal = mem_alloc(sizeof *journal);
    journal->fd = fd;
    journal->path = mem_strdup(path);
    return journal;
}

bool journal_append(struct journal *journal, json_t *line, struct err *err)
{
    AUTO(buf_done) struct buf bytes = {0};
    put_line(&bytes, line);
    json_decref(line);
    if (!file_write_all(journal->fd, bytes.data, bytes.size_bytes))
        return err_set(err, ERR_TRANSIENT, "write %s: %s", journal->path, strerror(errno));
    return true;
}

bool journal_sync(struct journal *journal, struct err *err)
{
    if (fdatasync(journal->fd) != 0)
        return err_set(err, ERR_TRANSIENT, "sync %s: %s", journal->path, strerror(errno));
    return true;
}

void journal_close(struct journal **journal)
{
    if (!*journal)
        return;
    close((*journal)->fd);
    free((*journal)->path);
    MEM_FREE(*journal);
}

// True with a whole line without its newline; false at the end or a torn one.
static bool next_line(FILE *file, struct buf *line)
{
    buf_clear(line);
    for (int c; (c = getc_unlocked(file)) != EOF;) {
        if (c == '\n')
            return true;
        if (line->size_bytes == LINE_MAX_BYTES)
            return false;
        buf_put_u8(line, (uint8_t)c);
    }
    return false;
}

bool journal_read(const char *path, bool (*fn)(void *self, json_t *line, struct err *err),
                  void *self, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    AUTO(buf_done) struct buf bytes = {0};
    bool ok = true;
    size_t count = 0;
    while (ok && next_line(file, &bytes)) {
        if (++count > LINES_MAX) {
            ok = err_set(err, ERR_INPUT, "%s: more lines than any run writes", path);
            break;
        }
        AUTO(json_free)
        json_t *line = json_loadb((const char *)bytes.data, bytes.size_bytes, 0, NULL);
        if (!json_is_object(line))
            break;
        ok = fn(self, line, err);
    }
    fclose(file);
    return ok;
}
