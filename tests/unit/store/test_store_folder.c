// SPDX-License-Identifier: BSD-2-Clause
// Opening stores, keys, and what can go wrong with a folder: no rights, a full disk,
// a killed writer.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/file.h"
#include "src/store/store.h"

static char *place_new(void)
{
    char *place = mem_strdup("/tmp/rung-store-XXXXXX");
    assert_non_null(mkdtemp(place));
    return place;
}

static void place_done(char **place)
{
    assert_true(file_remove_tree(*place, NULL));
    MEM_FREE(*place);
}

static size_t entries_of(const char *path)
{
    size_t count = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static struct store *open_at(const char *path)
{
    struct store *store = NULL;
    struct err err = {0};
    if (!store_open(path, &store, &err))
        fail_msg("%s", err.text);
    return store;
}

static void keys_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        bool is_safe;
    } cases[] = {
        {"a", true},        {"a/b.m4s", true}, {"...", true},   {"a..b/c", true}, {".hidden", true},
        {"\xc3\xa9", true}, {"a b", true},     {"", false},     {".", false},     {"..", false},
        {"a/.", false},     {"a/..", false},   {"../a", false}, {"/a", false},    {"a/", false},
        {"a//b", false},    {"a/../b", false}, {"a\\b", false}, {"a\nb", false},  {"\x7f", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (store_key_is_safe(cases[i].key) != cases[i].is_safe)
            fail_msg("\"%s\" should be %s", cases[i].key, cases[i].is_safe ? "safe" : "refused");
    assert_false(store_key_is_safe(NULL));
    char longest[260] = {0};
    memset(longest, 'x', 255);
    assert_true(store_key_is_safe(longest));
    longest[255] = 'x';
    assert_false(store_key_is_safe(longest));
}

static void unknown_schemes_say_what_there_is(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        const char *says;
    } cases[] = {
        {"s3://bucket/prefix", "S3 is not in this build"},
        {"S3://b", "S3 is not in this build"},
        {"gs://bucket", "no store is called \"gs\""},
        {"folder:", "no name"},
        {"", "no name"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct store *store = NULL;
        struct err err = {0};
        assert_false(store_open(cases[i].uri, &store, &err));
        assert_null(store);
        assert_int_equal(err.kind, ERR_CONFIG);
        if (!strstr(err.text, cases[i].says))
            fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].says);
    }
}

static void a_folder_is_made_with_its_first_object(void **state)
{
    (void)state;
    AUTO(place_done) char *place = place_new();
    AUTO_FREE char *path = mem_printf("%s/a/b/", place);
    struct store *store = open_at(path);
    int64_t size = 0;
    assert_true(store->ops->size(store, "x", &size, NULL));
    assert_int_equal(size, -1);
    assert_int_equal(entries_of(place), 0);
    assert_true(store->ops->put(store, "x", "1", 1, NULL));
    assert_int_equal(entries_of(path), 1);
    store_free(&store);
}

static void an_unwritable_folder_is_transient_and_named(void **state)
{
    (void)state;
    AUTO(place_done) char *place = place_new();
    AUTO_FREE char *file = mem_printf("%s/file", place);
    AUTO_FREE char *below = mem_printf("%s/file/out", place);
    assert_true(file_write_atomic(file, "x", 1, false, NULL));
    // /proc refuses the superuser too.
    const char *const paths[] = {below, "/proc/rung-test-out"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct store *store = open_at(paths[i]);
        struct err err = {0};
        assert_false(store->ops->put(store, "k/master.m3u8", "x", 1, &err));
        assert_int_equal(err.kind, ERR_TRANSIENT);
        if (!strstr(err.text, paths[i]))
            fail_msg("\"%s\" does not name %s", err.text, paths[i]);
        store_free(&store);
    }
}

static void a_full_disk_leaves_the_old_or_nothing(void **state)
{
    (void)state;
    AUTO(place_done) char *place = place_new();
    struct store *store = open_at(place);
    AUTO_FREE char *large = mem_alloc(1 << 20);
    assert_true(store->ops->put(store, "old", "before", 6, NULL));
    struct rlimit was, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    limit = was;
    limit.rlim_cur = 65536;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    struct err old_err = {0}, new_err = {0};
    bool wrote_old = store->ops->put(store, "old", large, 1 << 20, &old_err);
    bool wrote_new = store->ops->put(store, "new", large, 1 << 20, &new_err);
    const struct store_object objects[] = {{"first", "x", 1}, {"large", large, 1 << 20}};
    bool wrote_both = store->ops->put_together(store, objects, ARRAY_LEN(objects), NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_false(wrote_old);
    assert_false(wrote_new);
    assert_false(wrote_both);
    assert_int_equal(old_err.kind, ERR_TRANSIENT);
    assert_int_equal(new_err.kind, ERR_TRANSIENT);
    assert_non_null(strstr(new_err.text, "/new: "));
    AUTO(buf_done) struct buf got = {0};
    assert_true(store->ops->get(store, "old", 100, &got, NULL));
    assert_int_equal(got.size_bytes, 6);
    assert_int_equal(entries_of(place), 1); // no "new", nothing temporary
    store_free(&store);
}

// Killed at moments spread over several writes; the final name is whole each time.
static void a_killed_writer_leaves_no_part(void **state)
{
    (void)state;
    AUTO(place_done) char *place = place_new();
    struct store *store = open_at(place);
    const size_t size_bytes = 4 << 20;
    AUTO_FREE char *data = mem_alloc(size_bytes);
    assert_true(store->ops->put(store, "k", data, size_bytes, NULL));
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        if (child == 0) {
            while (store->ops->put(store, "k", data, size_bytes, NULL))
                ;
            _exit(1);
        }
        assert_true(child > 0);
        usleep(2000 + (useconds_t)round * 700);
        kill(child, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        int64_t size = 0;
        assert_true(store->ops->size(store, "k", &size, NULL));
        assert_int_equal(size, size_bytes);
    }
    store_free(&store);
}

static void remove_never_follows_links(void **state)
{
    (void)state;
    AUTO(place_done) char *place = place_new();
    AUTO_FREE char *outside = mem_printf("%s/outside", place);
    AUTO_FREE char *kept = mem_printf("%s/outside/kept", place);
    AUTO_FREE char *inside = mem_printf("%s/in", place);
    AUTO_FREE char *link = mem_printf("%s/in/job/link", place);
    struct store *store = open_at(inside);
    assert_true(file_make_folder(outside, NULL));
    assert_true(file_write_atomic(kept, "x", 1, false, NULL));
    assert_true(store->ops->put(store, "job/a", "x", 1, NULL));
    assert_int_equal(symlink(outside, link), 0);
    assert_true(store->ops->remove(store, "job", NULL));
    assert_true(file_exists(kept));
    assert_int_equal(entries_of(inside), 0);
    store_free(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_judged),
        cmocka_unit_test(unknown_schemes_say_what_there_is),
        cmocka_unit_test(a_folder_is_made_with_its_first_object),
        cmocka_unit_test(an_unwritable_folder_is_transient_and_named),
        cmocka_unit_test(a_full_disk_leaves_the_old_or_nothing),
        cmocka_unit_test(a_killed_writer_leaves_no_part),
        cmocka_unit_test(remove_never_follows_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
