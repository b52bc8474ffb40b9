// SPDX-License-Identifier: BSD-2-Clause
// Pooled 8-bit 4:2:0 pictures: what scaling writes and encoders read. Buffers are
// reused, since first-touch page faults are a large part of a naive pipeline's
// kernel time.
#ifndef RUNG_MEDIA_PICTURE_H
#define RUNG_MEDIA_PICTURE_H

#include <stdint.h>

struct picture {
    uint8_t *plane[3];
    int stride_bytes[3];
    int width_px;
    int height_px;
    int64_t size_bytes; // of the memory behind the planes
};

struct picture_pool; // of one size; thread-safe

struct picture_pool *picture_pool_new(int width_px, int height_px);
void picture_pool_free(struct picture_pool **pool); // all pictures must be back
struct picture *picture_get(struct picture_pool *pool); // NULL when memory is out
void picture_put(struct picture_pool *pool, struct picture *picture);
int64_t picture_pool_picture_bytes(const struct picture_pool *pool);

#endif
