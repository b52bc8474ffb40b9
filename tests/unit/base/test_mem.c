// SPDX-License-Identifier: BSD-2-Clause
// Allocation helpers and the byte buffer.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"

static void new_memory_is_zero(void **state)
{
    (void)state;
    for (size_t size = 0; size < 300; size += 7) {
        AUTO_FREE unsigned char *p = mem_alloc(size);
        assert_non_null(p);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
    }
}

static void resizing_to_nothing_is_still_memory(void **state)
{
    (void)state;
    AUTO_FREE char *p = mem_realloc(NULL, 0, 8);
    assert_non_null(p);
    p = mem_realloc(p, 10, 10);
    memset(p, 1, 100);
    p = mem_realloc(p, 0, 0);
    assert_non_null(p);
}

static void a_product_that_overflows_aborts(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        volatile size_t count = SIZE_MAX / 2;
        void *p = mem_realloc(NULL, count, 4);
        free(p);
        _exit(42);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    // Under a sanitizer the allocator may stop the process itself, with its own code.
    bool worked = WIFEXITED(status) && WEXITSTATUS(status) == 42;
    assert_false(worked);
}

static void copies_are_owned_and_null_stays_null(void **state)
{
    (void)state;
    assert_null(mem_strdup(NULL));
    char text[] = "abc";
    AUTO_FREE char *copy = mem_strdup(text);
    text[0] = 'x';
    assert_string_equal(copy, "abc");
    AUTO_FREE char *printed = mem_printf("%s-%05d", copy, 42);
    assert_string_equal(printed, "abc-00042");
}

static void freeing_nulls_and_moving_keeps(void **state)
{
    (void)state;
    char *p = mem_strdup("x");
    char *moved = MEM_MOVE(p);
    assert_null(p);
    assert_string_equal(moved, "x");
    MEM_FREE(moved);
    assert_null(moved);
    MEM_FREE(moved); // twice is no error
}

static void a_buffer_grows_and_keeps_its_bytes(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = {0};
    for (unsigned i = 0; i < 100000; i++)
        buf_put_u8(&buf, (uint8_t)(i * 7));
    assert_int_equal(buf.size_bytes, 100000);
    assert_true(buf.capacity_bytes >= buf.size_bytes && buf.capacity_bytes < 400000);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(buf.data[i], (uint8_t)(i * 7));
    size_t capacity = buf.capacity_bytes;
    buf_clear(&buf);
    assert_int_equal(buf.size_bytes, 0);
    assert_int_equal(buf.capacity_bytes, capacity);
    buf_append(&buf, NULL, 0);
    buf_printf(&buf, "%s%d", "", 7);
    assert_memory_equal(buf.data, "7", 1);
    assert_int_equal(buf.size_bytes, 1);
    buf_done(&buf);
    assert_null(buf.data);
}

static void a_buffer_is_printed_also_an_empty_one(void **state)
{
    (void)state;
    char text[16] = "";
    AUTO(buf_done) struct buf buf = {0};
    FILE *where = fmemopen(text, sizeof text, "w");
    assert_non_null(where);
    assert_true(buf_print(&buf, where));
    buf_append(&buf, "abc", 3);
    assert_true(buf_print(&buf, where));
    assert_int_equal(fclose(where), 0);
    assert_string_equal(text, "abc");
}

static void reserving_then_filling_needs_no_more(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = {0};
    buf_reserve(&buf, 5000);
    uint8_t *before = buf.data;
    for (int i = 0; i < 5000; i++)
        buf_put_u8(&buf, 1);
    assert_ptr_equal(buf.data, before);
}

static void numbers_are_big_endian(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = {0};
    buf_put_u8(&buf, 0x01);
    buf_put_u16(&buf, 0x0203);
    buf_put_u24(&buf, 0xff040506); // the top byte is not written
    buf_put_u32(&buf, 0x0708090a);
    buf_put_u64(&buf, 0x0b0c0d0e0f101112);
    assert_int_equal(buf.size_bytes, 18);
    for (size_t i = 0; i < 18; i++)
        assert_int_equal(buf.data[i], i + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero),
        cmocka_unit_test(resizing_to_nothing_is_still_memory),
        cmocka_unit_test(a_product_that_overflows_aborts),
        cmocka_unit_test(copies_are_owned_and_null_stays_null),
        cmocka_unit_test(freeing_nulls_and_moving_keeps),
        cmocka_unit_test(a_buffer_grows_and_keeps_its_bytes),
        cmocka_unit_test(a_buffer_is_printed_also_an_empty_one),
        cmocka_unit_test(reserving_then_filling_needs_no_more),
        cmocka_unit_test(numbers_are_big_endian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
