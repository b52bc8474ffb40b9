// SPDX-License-Identifier: BSD-2-Clause
// Pooled 8-bit 4:2:0 pictures: what scaling writes and encoders read, in host memory or on
// an accelerator. Buffers are reused, since first-touch page faults are a large part of a
// naive pipeline's kernel time. A picture is shared by reference: a duplicated frame is the
// same picture twice.
#ifndef RUNG_MEDIA_PICTURE_H
#define RUNG_MEDIA_PICTURE_H

#include <libavutil/frame.h>
#include <stdatomic.h>
#include <stdint.h>

struct picture_pool;

struct picture {
    uint8_t *plane[3]; // Y, U, V; 64-byte aligned; NULL on an accelerator
    int stride_bytes[3];
    AVFrame *device_frame; // on an accelerator, let go with the picture; NULL in host memory
    int width_px;          // even
    int height_px;
    struct picture_pool *pool;
    struct picture *next_free;
    atomic_int references;
};

// One pool hands out pictures of one size. Thread-safe.
struct picture_pool *picture_pool_new(int width_px, int height_px);
// Its pictures have no planes: whoever gets one gives it a device_frame.
struct picture_pool *picture_pool_new_device(int width_px, int height_px);
// All pictures must be back.
void picture_pool_free(struct picture_pool **pool);

struct picture *picture_get(struct picture_pool *pool); // one reference; NULL: memory is out
void picture_ref(struct picture *picture);
void picture_unref(struct picture **picture); // NULL is fine

// Gives the memory of pictures that nobody uses back to the system.
void picture_pool_trim(struct picture_pool *pool);

// Memory behind one picture, and behind all pictures in use now.
int64_t picture_pool_picture_bytes(const struct picture_pool *pool);
int64_t picture_pool_used_bytes(struct picture_pool *pool);

#endif
