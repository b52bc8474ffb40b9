// SPDX-License-Identifier: BSD-2-Clause
// The picture pool: alignment, references, reuse, the book on bytes, threads.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/picture.h"

static void planes_are_aligned_and_do_not_overlap(void **state)
{
    (void)state;
    static const int sizes[][2] = {{2, 2}, {64, 64}, {66, 2}, {426, 240}, {1918, 1078}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        int width = sizes[i][0], height = sizes[i][1];
        struct picture_pool *pool = picture_pool_new(width, height);
        struct picture *picture = picture_get(pool);
        assert_non_null(picture);
        assert_int_equal(picture->width_px, width);
        assert_int_equal(picture->height_px, height);
        for (int p = 0; p < 3; p++) {
            int rows = p ? height / 2 : height, row_bytes = p ? width / 2 : width;
            assert_int_equal((uintptr_t)picture->plane[p] % 64, 0);
            assert_int_equal(picture->stride_bytes[p] % 64, 0);
            assert_true(picture->stride_bytes[p] >= row_bytes);
            for (int y = 0; y < rows; y++)
                memset(picture->plane[p] + y * picture->stride_bytes[p], p + 1, (size_t)row_bytes);
        }
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < (p ? height / 2 : height); y++)
                for (int x = 0; x < (p ? width / 2 : width); x++)
                    assert_int_equal(picture->plane[p][y * picture->stride_bytes[p] + x], p + 1);
        picture_unref(&picture);
        picture_pool_free(&pool);
    }
}

static void a_picture_goes_back_with_its_last_reference(void **state)
{
    (void)state;
    struct picture_pool *pool = picture_pool_new(64, 48);
    int64_t one = picture_pool_picture_bytes(pool);
    struct picture *a = picture_get(pool), *b = picture_get(pool);
    assert_ptr_not_equal(a, b);
    assert_int_equal(picture_pool_used_bytes(pool), 2 * one);
    struct picture *again = a;
    picture_ref(a);
    picture_unref(&a);
    assert_null(a);
    assert_int_equal(picture_pool_used_bytes(pool), 2 * one);
    struct picture *last = again;
    picture_unref(&again);
    assert_int_equal(picture_pool_used_bytes(pool), one);
    struct picture *reused = picture_get(pool);
    assert_ptr_equal(reused, last);
    picture_unref(&reused);
    picture_unref(&b);
    picture_unref(&b); // NULL by now
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    picture_pool_free(&pool);
    assert_null(pool);
    picture_pool_free(&pool);
}

static void *take_and_give(void *self)
{
    struct picture_pool *pool = self;
    for (int i = 0; i < 20000; i++) {
        struct picture *picture = picture_get(pool);
        picture->plane[0][0] = (uint8_t)i;
        struct picture *shared = picture;
        picture_ref(shared);
        picture_unref(&picture);
        if (shared->plane[0][0] != (uint8_t)i)
            return pool;
        picture_unref(&shared);
    }
    return NULL;
}

static void threads_never_get_the_same_picture(void **state)
{
    (void)state;
    struct picture_pool *pool = picture_pool_new(16, 16);
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, pool), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *clash = NULL;
        pthread_join(threads[i], &clash);
        assert_null(clash);
    }
    assert_int_equal(picture_pool_used_bytes(pool), 0);
    picture_pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_are_aligned_and_do_not_overlap),
        cmocka_unit_test(a_picture_goes_back_with_its_last_reference),
        cmocka_unit_test(threads_never_get_the_same_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
