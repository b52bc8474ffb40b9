// SPDX-License-Identifier: BSD-2-Clause
// Files and folders on a real file system.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/file.h"

static char root[64];

static int enter(void **state)
{
    (void)state;
    strncpy(root, "/tmp/rung-file-XXXXXX", sizeof root - 1);
    return mkdtemp(root) && chdir(root) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    return chdir("/") == 0 && file_remove_tree(root, NULL) && !file_exists(root) ? 0 : -1;
}

static void check_kind(bool worked, const struct err *err, enum err_kind kind, const char *names)
{
    assert_false(worked);
    if (err->kind != kind || !strstr(err->text, names))
        fail_msg("\"%s\" is kind %s", err->text, err_kind_name(err->kind));
}

static void reading_takes_all_and_no_more_than_the_cap(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf data = {0}, got = {0};
    for (int i = 0; i < 50000; i++)
        buf_put_u32(&data, (uint32_t)i);
    assert_true(file_write_atomic("f", data.data, data.size_bytes, true, NULL));
    buf_append(&got, "kept", 4);
    struct err err = {0};
    check_kind(file_read("f", data.size_bytes - 1, &got, &err), &err, ERR_INPUT, "f: larger than");
    assert_int_equal(got.size_bytes, 4);
    assert_true(file_read("f", data.size_bytes, &got, &err));
    assert_int_equal(got.size_bytes, 4 + data.size_bytes);
    assert_memory_equal(got.data, "kept", 4);
    assert_memory_equal(got.data + 4, data.data, data.size_bytes);
}

static void reading_what_is_no_file_is_the_callers_fault(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf got = {0};
    struct err err = {0};
    assert_true(file_write_atomic("plain", "x", 1, false, NULL));
    check_kind(file_read("missing", 10, &got, &err), &err, ERR_INPUT, "missing: No such file");
    check_kind(file_read("plain/below", 10, &got, &err), &err, ERR_INPUT, "plain/below");
    check_kind(file_read(".", 10, &got, &err), &err, ERR_INPUT, "directory");
    assert_int_equal(got.size_bytes, 0);
}

static size_t entries_of(const char *path)
{
    size_t count = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return count;
}

static void writing_replaces_and_leaves_nothing_else(void **state)
{
    (void)state;
    struct err err = {0};
    AUTO(buf_done) struct buf got = {0};
    assert_true(file_make_folder("w", &err));
    assert_true(file_write_atomic("w/f", "first, longer", 13, false, &err));
    assert_true(file_write_atomic("w/f", "second", 6, true, &err));
    assert_true(file_read("w/f", 100, &got, &err));
    assert_int_equal(got.size_bytes, 6);
    assert_int_equal(entries_of("w"), 1);
    struct stat st;
    assert_int_equal(stat("w/f", &st), 0);
    assert_int_equal(st.st_mode & 0444, 0444); // others may read it: a web server does
    check_kind(file_write_atomic("nowhere/f", "x", 1, false, &err), &err, ERR_TRANSIENT,
               "nowhere/f");
    assert_true(file_make_folder("w/folder", &err));
    check_kind(file_write_atomic("w/folder", "x", 1, false, &err), &err, ERR_TRANSIENT, "w/folder");
    assert_int_equal(entries_of("w"), 2); // the refused one left nothing
}

static void *write_same(void *arg)
{
    bool ok = true;
    for (int i = 0; i < 200 && ok; i++)
        ok = file_write_atomic("same", arg, 8192, false, NULL);
    return ok ? arg : NULL;
}

static void writers_of_one_path_never_disturb_each_other(void **state)
{
    (void)state;
    static char contents[3][8192];
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        memset(contents[i], 'a' + i, sizeof contents[i]);
        assert_int_equal(pthread_create(&threads[i], NULL, write_same, contents[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_non_null(result);
    }
    AUTO(buf_done) struct buf got = {0};
    assert_true(file_read("same", 8192, &got, NULL));
    assert_int_equal(got.size_bytes, 8192);
    assert_memory_equal(got.data, contents[got.data[0] - 'a'], 8192);
}

static void folders_are_made_to_the_last_part(void **state)
{
    (void)state;
    static const char *const paths[] = {"a", "b/c/d", "e/f/", "g//h", "./i/../j", "a"};
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        if (!file_make_folder(paths[i], &err))
            fail_msg("%s", err.text);
        assert_true(file_is_folder(paths[i]));
    }
    AUTO_FREE char *absolute = mem_printf("%s/x/y", root);
    assert_true(file_make_folder(absolute, &err));
    assert_true(file_is_folder("x/y"));
    assert_true(file_make_folder("/", &err));
}

static void a_file_in_the_way_is_named(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(file_write_atomic("way", "x", 1, false, &err));
    check_kind(file_make_folder("way", &err), &err, ERR_TRANSIENT, "way");
    check_kind(file_make_folder("way/below", &err), &err, ERR_TRANSIENT, "way");
    check_kind(file_make_folder("", &err), &err, ERR_TRANSIENT, "");
}

static void removing_takes_the_tree_but_not_what_links_point_to(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(file_make_folder("t/deep/er", &err));
    assert_true(file_make_folder("outside", &err));
    assert_true(file_write_atomic("outside/kept", "x", 1, false, &err));
    assert_true(file_write_atomic("t/deep/f", "x", 1, false, &err));
    assert_int_equal(symlink("../outside", "t/link"), 0);
    assert_int_equal(symlink("nowhere", "t/dangling"), 0);
    assert_int_equal(symlink("outside", "top"), 0);
    assert_true(file_remove_tree("t", &err));
    assert_true(file_remove_tree("top", &err));
    assert_false(file_exists("t"));
    assert_false(file_exists("top"));
    assert_true(file_exists("outside/kept"));
    assert_true(file_remove_tree("t", &err));
    assert_true(file_remove_tree("outside/kept", &err));
    assert_true(file_is_folder("outside"));
}

static void *remove_parts(void *arg)
{
    for (int i = 0; i < 100; i++) {
        AUTO_FREE char *path = mem_printf("race/%d/x", i);
        file_remove_tree(path, NULL);
    }
    return arg;
}

// Two threads remove the same tree: each still ends with it gone.
static void a_vanishing_entry_does_not_stop_the_removal(void **state)
{
    (void)state;
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 100; i++) {
            AUTO_FREE char *path = mem_printf("race/%d/x/y", i);
            assert_true(file_make_folder(path, NULL));
        }
        pthread_t thread;
        struct err err = {0};
        assert_int_equal(pthread_create(&thread, NULL, remove_parts, NULL), 0);
        bool ok = file_remove_tree("race", &err);
        pthread_join(thread, NULL);
        if (!ok)
            fail_msg("%s", err.text);
        assert_false(file_exists("race"));
    }
}

static void existence_sees_dangling_links(void **state)
{
    (void)state;
    assert_int_equal(symlink("nowhere", "ghost"), 0);
    assert_true(file_exists("ghost"));
    assert_false(file_is_folder("ghost"));
    assert_false(file_exists("nowhere"));
    assert_true(file_is_folder("."));
}

static void *drain(void *arg)
{
    int fd = *(int *)arg;
    size_t total = 0;
    char bytes[5000];
    for (ssize_t got; (got = read(fd, bytes, sizeof bytes)) > 0;)
        total += (size_t)got;
    return (void *)total;
}

static void short_writes_are_continued(void **state)
{
    (void)state;
    int ends[2];
    pthread_t thread;
    AUTO_FREE char *data = mem_alloc(3 << 20);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&thread, NULL, drain, &ends[0]), 0);
    assert_true(file_write_all(ends[1], data, 3 << 20));
    close(ends[1]);
    void *total = NULL;
    pthread_join(thread, &total);
    assert_int_equal((size_t)total, 3 << 20);
    close(ends[0]);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    assert_false(file_write_all(full, data, 10));
    close(full);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_takes_all_and_no_more_than_the_cap),
        cmocka_unit_test(reading_what_is_no_file_is_the_callers_fault),
        cmocka_unit_test(writing_replaces_and_leaves_nothing_else),
        cmocka_unit_test(writers_of_one_path_never_disturb_each_other),
        cmocka_unit_test(folders_are_made_to_the_last_part),
        cmocka_unit_test(a_file_in_the_way_is_named),
        cmocka_unit_test(removing_takes_the_tree_but_not_what_links_point_to),
        cmocka_unit_test(a_vanishing_entry_does_not_stop_the_removal),
        cmocka_unit_test(existence_sees_dangling_links),
        cmocka_unit_test(short_writes_are_continued),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
