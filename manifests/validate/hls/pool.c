// SPDX-License-Identifier: BSD-2-Clause
// Blocks of strings.
#include "manifests/validate/hls/pool.h"

#include <string.h>

#include "src/base/mem.h"

#define BLOCK_BYTES 16384

struct pool_block {
    struct pool_block *next;
    size_t used, capacity;
    char text[];
};

char *pool_copy(struct pool *pool, const char *text, size_t length)
{
    struct pool_block *block = pool->blocks;
    if (!block || block->capacity - block->used <= length) {
        size_t capacity = length >= BLOCK_BYTES ? length + 1 : BLOCK_BYTES;
        block = mem_alloc(sizeof *block + capacity);
        block->capacity = capacity;
        block->next = pool->blocks;
        pool->blocks = block;
    }
    char *copy = block->text + block->used;
    if (length > 0) // an empty buffer is a null pointer
        memcpy(copy, text, length);
    copy[length] = '\0';
    block->used += length + 1;
    pool->size_bytes += length + 1;
    return copy;
}

void pool_done(struct pool *pool)
{
    while (pool->blocks) {
        struct pool_block *block = pool->blocks;
        pool->blocks = block->next;
        MEM_FREE(block);
    }
    pool->size_bytes = 0;
}
