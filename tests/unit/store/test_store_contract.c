// SPDX-License-Identifier: BSD-2-Clause
// What every store promises, run on every implementation: a new one is a row of
// `stores`. What only a folder can do wrong is in test_store_folder.c.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/file.h"
#include "src/store/store.h"

// uri_new gives the URI of an empty store of its own; place is freed and emptied by
// place_done.
struct store_row {
    const char *name;
    char *(*uri_new)(char **ret_place);
    void (*place_done)(char *place);
};

static char *folder_place_new(char **ret_place)
{
    char *place = mem_strdup("/tmp/rung-store-XXXXXX");
    assert_non_null(mkdtemp(place));
    *ret_place = place;
    return mem_printf("%s/out", place); // does not exist yet
}

static char *folder_uri_new(char **ret_place)
{
    AUTO_FREE char *path = folder_place_new(ret_place);
    return mem_printf("folder:%s", path);
}

static void folder_place_done(char *place)
{
    struct err err = {0};
    if (!file_remove_tree(place, &err))
        fail_msg("%s", err.text);
    MEM_FREE(place);
}

static const struct store_row stores[] = {
    {"folder by scheme", folder_uri_new, folder_place_done},
    {"folder by bare path", folder_place_new, folder_place_done},
};

struct fixture {
    const struct store_row *row;
    char *place;
    char *uri;
    struct store *store;
};

static struct fixture fixture_open(const struct store_row *row)
{
    struct fixture fixture = {.row = row};
    struct err err = {0};
    fixture.uri = row->uri_new(&fixture.place);
    if (!store_open(fixture.uri, &fixture.store, &err))
        fail_msg("%s: %s", row->name, err.text);
    return fixture;
}

static void fixture_close(struct fixture *fixture)
{
    store_free(&fixture->store);
    assert_null(fixture->store);
    store_free(&fixture->store); // NULL is no error
    MEM_FREE(fixture->uri);
    fixture->row->place_done(fixture->place);
}

static void put(struct store *store, const char *key, const char *text)
{
    struct err err = {0};
    if (!store->ops->put(store, key, text, strlen(text), &err))
        fail_msg("put %s: %s", key, err.text);
}

static int64_t size_of(struct store *store, const char *key)
{
    struct err err = {0};
    int64_t size = -2;
    if (!store->ops->size(store, key, &size, &err))
        fail_msg("size %s: %s", key, err.text);
    return size;
}

static void what_is_put_is_got(struct store *store)
{
    struct err err = {0};
    AUTO(buf_done) struct buf got = {0};
    buf_append(&got, "before ", 7);
    put(store, "a.txt", "hello");
    put(store, "video/h264-720p/00001.m4s", "deep");
    put(store, "odd \xc3\xa9 %20 ?#&+ name", "odd");
    assert_true(store->ops->get(store, "a.txt", 100, &got, &err));
    assert_true(store->ops->get(store, "video/h264-720p/00001.m4s", 4, &got, &err));
    assert_int_equal(got.size_bytes, 16);
    assert_memory_equal(got.data, "before hellodeep", 16);
    assert_int_equal(size_of(store, "a.txt"), 5);
    assert_int_equal(size_of(store, "odd \xc3\xa9 %20 ?#&+ name"), 3);
}

static void put_replaces(struct store *store)
{
    put(store, "k", "a longer text");
    put(store, "k", "short");
    assert_int_equal(size_of(store, "k"), 5);
    put(store, "k", "");
    assert_int_equal(size_of(store, "k"), 0);
}

static void any_bytes_are_kept(struct store *store)
{
    struct err err = {0};
    AUTO(buf_done) struct buf sent = {0}, got = {0};
    for (uint32_t i = 0; i < 300000; i++)
        buf_put_u32(&sent, i * 2654435761u);
    assert_true(store->ops->put(store, "bytes", sent.data, sent.size_bytes, &err));
    assert_true(store->ops->get(store, "bytes", sent.size_bytes, &got, &err));
    assert_int_equal(got.size_bytes, sent.size_bytes);
    assert_memory_equal(got.data, sent.data, sent.size_bytes);
}

static void the_missing_is_named(struct store *store)
{
    struct err err = {0};
    AUTO(buf_done) struct buf got = {0};
    assert_int_equal(size_of(store, "nothing"), -1);
    assert_int_equal(size_of(store, "no/thing"), -1);
    assert_false(store->ops->get(store, "no/thing", 100, &got, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "no/thing"));
    assert_int_equal(got.size_bytes, 0);
}

static void a_prefix_is_no_object(struct store *store)
{
    put(store, "folder/object", "x");
    assert_int_equal(size_of(store, "folder"), -1);
    assert_int_equal(size_of(store, "folder/object/below"), -1);
}

static void get_never_passes_its_cap(struct store *store)
{
    struct err err = {0};
    AUTO(buf_done) struct buf got = {0};
    put(store, "five", "12345");
    assert_false(store->ops->get(store, "five", 4, &got, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(got.size_bytes, 0);
    assert_true(store->ops->get(store, "five", 5, &got, &err));
}

static void remove_takes_everything_below(struct store *store)
{
    struct err err = {0};
    put(store, "job/a", "1");
    put(store, "job/b/c", "2");
    put(store, "jobs", "3");
    assert_true(store->ops->remove(store, "job", &err));
    assert_int_equal(size_of(store, "job/a"), -1);
    assert_int_equal(size_of(store, "job/b/c"), -1);
    assert_int_equal(size_of(store, "jobs"), 1);
    assert_true(store->ops->remove(store, "jobs", &err));
    assert_true(store->ops->remove(store, "jobs", &err));
    assert_true(store->ops->remove(store, "never/there", &err));
}

static void unsafe_keys_are_refused(struct store *store)
{
    static const char *const keys[] = {"", "/etc/passwd", "..", "a/../../b", "a//b", "a/", "./a"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct err err = {0};
        int64_t size = -2;
        AUTO(buf_done) struct buf got = {0};
        assert_false(store->ops->put(store, keys[i], "x", 1, &err));
        assert_int_equal(err.kind, ERR_BUG);
        assert_false(store->ops->get(store, keys[i], 10, &got, &err));
        assert_false(store->ops->size(store, keys[i], &size, &err));
        assert_int_equal(size, -2);
        assert_false(store->ops->remove(store, keys[i], &err));
    }
}

#define WRITERS     4
#define WHOLE_BYTES 200000

struct writer {
    struct store *store;
    uint8_t fill;
};

static void *write_often(void *arg)
{
    const struct writer *writer = arg;
    uint8_t *data = malloc(WHOLE_BYTES);
    memset(data, writer->fill, WHOLE_BYTES);
    bool ok = true;
    for (int i = 0; i < 25 && ok; i++)
        ok = writer->store->ops->put(writer->store, "contested", data, WHOLE_BYTES, NULL);
    free(data);
    return ok ? arg : NULL;
}

// Four threads put one key while it is read: every reading is one writer's whole.
static void readers_never_meet_a_part(struct store *store)
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];
    AUTO_FREE char *first = mem_alloc(WHOLE_BYTES);
    assert_true(store->ops->put(store, "contested", first, WHOLE_BYTES, NULL));
    for (uint8_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){store, (uint8_t)(i + 1)};
        assert_int_equal(pthread_create(&threads[i], NULL, write_often, &writers[i]), 0);
    }
    for (int i = 0; i < 50; i++) {
        struct err err = {0};
        AUTO(buf_done) struct buf got = {0};
        if (!store->ops->get(store, "contested", WHOLE_BYTES, &got, &err))
            fail_msg("%s", err.text);
        assert_int_equal(got.size_bytes, WHOLE_BYTES);
        for (size_t k = 1; k < got.size_bytes; k++)
            if (got.data[k] != got.data[0])
                fail_msg("byte %zu is %d, the first is %d", k, got.data[k], got.data[0]);
    }
    for (int i = 0; i < WRITERS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_non_null(result);
    }
}

static bool has(struct store *store, const char *key)
{
    int64_t size_bytes = -1;
    assert_true(store->ops->size(store, key, &size_bytes, NULL));
    return size_bytes >= 0;
}

// Where one cannot be put, none of them is there, neither before nor after it.
static void together_means_all_or_none(struct store *store)
{
    struct store_object objects[] = {{"one", "1", 1}, {"a/two", "22", 2}, {"three", "333", 3}};
    struct err err = {0};
    assert_true(store->ops->put_together(store, objects, ARRAY_LEN(objects), &err));
    for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
        assert_true(has(store, objects[i].key));
        assert_true(store->ops->remove(store, objects[i].key, NULL));
    }
    // An object cannot be where other objects are below.
    assert_true(store->ops->put(store, "three/below", "x", 1, NULL));
    assert_false(store->ops->put_together(store, objects, ARRAY_LEN(objects), &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_false(has(store, "one"));
    assert_false(has(store, "a/two"));
    objects[2].key = "../three";
    assert_false(store->ops->put_together(store, objects, ARRAY_LEN(objects), &err));
    assert_int_equal(err.kind, ERR_BUG);
    assert_false(has(store, "one"));
}

// Runs one promise on every implementation.
static void on_all(void (*promise)(struct store *store))
{
    for (size_t i = 0; i < ARRAY_LEN(stores); i++) {
        print_message("  %s\n", stores[i].name);
        struct fixture fixture = fixture_open(&stores[i]);
        promise(fixture.store);
        fixture_close(&fixture);
    }
}

static void run_promise(void **state)
{
    void (*promise)(struct store *) = NULL;
    memcpy(&promise, *state, sizeof promise);
    on_all(promise);
}

#define PROMISE(name)                                                                              \
    {                                                                                              \
#name, run_promise, NULL, NULL, &(void (*[1])(struct store *))                             \
        {                                                                                          \
            name                                                                                   \
        }                                                                                          \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROMISE(what_is_put_is_got),
        PROMISE(put_replaces),
        PROMISE(any_bytes_are_kept),
        PROMISE(the_missing_is_named),
        PROMISE(a_prefix_is_no_object),
        PROMISE(get_never_passes_its_cap),
        PROMISE(remove_takes_everything_below),
        PROMISE(unsafe_keys_are_refused),
        PROMISE(together_means_all_or_none),
        PROMISE(readers_never_meet_a_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
