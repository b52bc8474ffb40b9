// SPDX-License-Identifier: BSD-2-Clause
// Small allocations that abort when memory is out (the queue redelivers the
// job), scope-bound cleanup, and a growable byte buffer. Frames and packets do
// not come from here: those are checked.
#ifndef RUNG_BASE_MEM_H
#define RUNG_BASE_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

void *mem_alloc(size_t size_bytes); // zeroed
void *mem_realloc(void *old, size_t count, size_t size_bytes);
char *mem_strdup(const char *text); // NULL stays NULL
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

// Frees *(void **)p and sets it to NULL.
void mem_free_ptr(void *p);
#define MEM_FREE(p) (mem_free_ptr(&(p)))

// `AUTO_FREE char *text = mem_strdup(...)`: freed when the scope ends.
#define AUTO_FREE __attribute__((cleanup(mem_free_ptr)))
// `AUTO(buf_done) struct buf b = {0};` calls buf_done(&b) when the scope ends.
#define AUTO(fn) __attribute__((cleanup(fn)))

// Moves ownership out of an AUTO_FREE pointer.
#define MEM_MOVE(p)                                                                                \
    ({                                                                                             \
        __typeof__(p) moved_ = (p);                                                                \
        (p) = NULL;                                                                                \
        moved_;                                                                                    \
    })

// Growable bytes. Zero-initialised is empty and valid; buf_done frees.
struct buf {
    uint8_t *data;
    size_t size_bytes;
    size_t capacity_bytes;
};

void buf_reserve(struct buf *buf, size_t more_bytes);
void buf_append(struct buf *buf, const void *data, size_t size_bytes);
void buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// All of it to a stream; false when that takes less.
bool buf_print(const struct buf *buf, FILE *where);
void buf_clear(struct buf *buf); // keeps the memory
void buf_done(struct buf *buf);

// Big-endian appends, for file formats.
void buf_put_u8(struct buf *buf, uint8_t v);
void buf_put_u16(struct buf *buf, uint16_t v);
void buf_put_u24(struct buf *buf, uint32_t v);
void buf_put_u32(struct buf *buf, uint32_t v);
void buf_put_u64(struct buf *buf, uint64_t v);

#endif
