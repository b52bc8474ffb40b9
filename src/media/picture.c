// SPDX-License-Identifier: BSD-2-Clause
// The picture pool: a locked free list over aligned allocations.
#include "src/media/picture.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "src/base/mem.h"

#define ALIGN_BYTES 64 // what zimg's widest kernels ask for

struct picture_pool {
    pthread_mutex_t lock;
    struct picture *free_list;
    int width_px;
    int height_px;
    int stride_bytes[3];
    int64_t picture_bytes;
    int64_t used;
    bool is_on_device;
};

static int align_up(int value)
{
    return (value + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
}

struct picture_pool *picture_pool_new(int width_px, int height_px)
{
    struct picture_pool *pool = mem_alloc(sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    pool->width_px = width_px;
    pool->height_px = height_px;
    pool->stride_bytes[0] = align_up(width_px);
    pool->stride_bytes[1] = pool->stride_bytes[2] = align_up(width_px / 2);
    pool->picture_bytes = (int64_t)pool->stride_bytes[0] * height_px +
                          2 * (int64_t)pool->stride_bytes[1] * (height_px / 2);
    return pool;
}

struct picture_pool *picture_pool_new_device(int width_px, int height_px)
{
    struct picture_pool *pool = picture_pool_new(width_px, height_px);
    pool->is_on_device = true;
    return pool;
}

static void free_list_done(struct picture *list)
{
    while (list) {
        struct picture *next = list->next_free;
        free(list->plane[0]);
        free(list);
        list = next;
    }
}

void picture_pool_trim(struct picture_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct picture *unused = pool->free_list;
    pool->free_list = NULL;
    pthread_mutex_unlock(&pool->lock);
    free_list_done(unused);
}

void picture_pool_free(struct picture_pool **pool)
{
    if (!*pool)
        return;
    picture_pool_trim(*pool);
    pthread_mutex_destroy(&(*pool)->lock);
    MEM_FREE(*pool);
}

static bool make_planes(const struct picture_pool *pool, struct picture *picture)
{
    void *memory = NULL;
    if (posix_memalign(&memory, ALIGN_BYTES, (size_t)pool->picture_bytes + ALIGN_BYTES) != 0)
        return false;
    uint8_t *at = memory;
    for (int p = 0; p < 3; p++) {
        picture->plane[p] = at;
        picture->stride_bytes[p] = pool->stride_bytes[p];
        at += (size_t)pool->stride_bytes[p] *
              (size_t)(p == 0 ? pool->height_px : pool->height_px / 2);
    }
    return true;
}

static struct picture *picture_make(struct picture_pool *pool)
{
    struct picture *picture = mem_alloc(sizeof *picture);
    picture->pool = pool;
    picture->width_px = pool->width_px;
    picture->height_px = pool->height_px;
    if (!pool->is_on_device && !make_planes(pool, picture))
        MEM_FREE(picture);
    return picture;
}

struct picture *picture_get(struct picture_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct picture *picture = pool->free_list;
    if (picture)
        pool->free_list = picture->next_free;
    pool->used++;
    pthread_mutex_unlock(&pool->lock);
    if (!picture)
        picture = picture_make(pool);
    if (!picture) {
        pthread_mutex_lock(&pool->lock);
        pool->used--;
        pthread_mutex_unlock(&pool->lock);
        return NULL;
    }
    atomic_store(&picture->references, 1);
    return picture;
}

void picture_ref(struct picture *picture)
{
    atomic_fetch_add(&picture->references, 1);
}

void picture_unref(struct picture **picture)
{
    struct picture *old = *picture;
    *picture = NULL;
    if (!old || atomic_fetch_sub(&old->references, 1) != 1)
        return;
    struct picture_pool *pool = old->pool;
    av_frame_free(&old->device_frame);
    pthread_mutex_lock(&pool->lock);
    old->next_free = pool->free_list;
    pool->free_list = old;
    pool->used--;
    pthread_mutex_unlock(&pool->lock);
}

int64_t picture_pool_picture_bytes(const struct picture_pool *pool)
{
    return pool->picture_bytes;
}

int64_t picture_pool_used_bytes(struct picture_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    int64_t bytes = pool->used * pool->picture_bytes;
    pthread_mutex_unlock(&pool->lock);
    return bytes;
}
