// SPDX-License-Identifier: BSD-2-Clause
// Aborting allocation and the byte buffer.
#include "src/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_abort(void *p)
{
    if (!p) {
        fputs("rung: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *mem_alloc(size_t size_bytes)
{
    return or_abort(calloc(1, size_bytes ? size_bytes : 1));
}

void *mem_realloc(void *old, size_t count, size_t size_bytes)
{
    if (count == 0 || size_bytes == 0)
        count = size_bytes = 1;
    return or_abort(reallocarray(old, count, size_bytes));
}

char *mem_strdup(const char *text)
{
    return text ? or_abort(strdup(text)) : NULL;
}

char *mem_vprintf(const char *fmt, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0)
        text = NULL;
    return or_abort(text);
}

char *mem_printf(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = mem_vprintf(fmt, args);
    va_end(args);
    return text;
}

void mem_free_ptr(void *p)
{
    // p points at a pointer of any type: copying bytes keeps the aliasing rules.
    void *held;
    memcpy(&held, p, sizeof held);
    free(held);
    held = NULL;
    memcpy(p, &held, sizeof held);
}

void buf_reserve(struct buf *buf, size_t more_bytes)
{
    if (more_bytes > SIZE_MAX / 2 - buf->size_bytes)
        or_abort(NULL);
    size_t need = buf->size_bytes + more_bytes;
    if (need <= buf->capacity_bytes)
        return;
    size_t capacity = buf->capacity_bytes ? buf->capacity_bytes : 256;
    while (capacity < need)
        capacity += capacity / 2;
    buf->data = mem_realloc(buf->data, capacity, 1);
    buf->capacity_bytes = capacity;
}

void buf_append(struct buf *buf, const void *data, size_t size_bytes)
{
    if (size_bytes == 0)
        return;
    buf_reserve(buf, size_bytes);
    memcpy(buf->data + buf->size_bytes, data, size_bytes);
    buf->size_bytes += size_bytes;
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *text = mem_vprintf(fmt, args);
    va_end(args);
    buf_append(buf, text, strlen(text));
}

bool buf_print(const struct buf *buf, FILE *where)
{
    // An empty buffer is a null pointer, which fwrite must not be given.
    return buf->size_bytes == 0 || fwrite(buf->data, 1, buf->size_bytes, where) == buf->size_bytes;
}

void buf_clear(struct buf *buf)
{
    buf->size_bytes = 0;
}

void buf_done(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){0};
}

static void put_be(struct buf *buf, uint64_t v, unsigned count)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < count; i++)
        bytes[i] = (uint8_t)(v >> (8 * (count - 1 - i)));
    buf_append(buf, bytes, count);
}

void buf_put_u8(struct buf *buf, uint8_t v)
{
    put_be(buf, v, 1);
}

void buf_put_u16(struct buf *buf, uint16_t v)
{
    put_be(buf, v, 2);
}

void buf_put_u24(struct buf *buf, uint32_t v)
{
    put_be(buf, v, 3);
}

void buf_put_u32(struct buf *buf, uint32_t v)
{
    put_be(buf, v, 4);
}

void buf_put_u64(struct buf *buf, uint64_t v)
{
    put_be(buf, v, 8);
}
