// SPDX-License-Identifier: BSD-2-Clause
// Strings that live as long as their playlist: a few large blocks instead of millions of
// small allocations. Nothing is freed singly.
#ifndef RUNG_VALIDATE_HLS_POOL_H
#define RUNG_VALIDATE_HLS_POOL_H

#include <stddef.h>

struct pool_block;
struct pool {
    struct pool_block *blocks; // newest first
    size_t size_bytes;         // of all strings, for the caller's limits
};

// A zero-terminated copy. Its address stays.
char *pool_copy(struct pool *pool, const char *text, size_t length);
void pool_done(struct pool *pool);

#endif
