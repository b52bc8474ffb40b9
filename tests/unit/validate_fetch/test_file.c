// SPDX-License-Identifier: BSD-2-Clause
// Files are read as far as they go, and only those that lie in the folder.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/validate_fetch/shelf.h"

static char *shelf;
static struct origin_answer got;
static struct buf body;

static void link_to(const char *target, const char *name)
{
    AUTO_FREE char *path = mem_printf("%s/%s", shelf, name);
    assert_int_equal(symlink(target, path), 0);
}

static int make(void **state)
{
    (void)state;
    shelf = shelf_make();
    got.body = &body;
    shelf_put(shelf, "in/digits", "0123456789", 10);
    shelf_put(shelf, "in/a b/c", "c", 1);
    shelf_put(shelf, "in/empty", "", 0);
    shelf_put(shelf, "out/secret", "secret", 6);
    AUTO_FREE char *pipe = mem_printf("%s/in/pipe", shelf);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    AUTO_FREE char *inside = mem_printf("%s/in/digits", shelf);
    link_to("digits", "in/near");
    link_to("../in/digits", "in/around");
    link_to(inside, "in/absolute");
    link_to("../out/secret", "in/far");
    link_to("/etc/hostname", "in/system");
    link_to("../out", "in/folder");
    link_to("loop", "in/loop");
    link_to("/dev/zero", "in/zero");
    link_to("none", "in/dangling");
    return 0;
}

static int clear(void **state)
{
    (void)state;
    buf_done(&body);
    shelf_remove(&shelf);
    return 0;
}

static struct origin *given(const char *name, struct origin_spec spec)
{
    struct origin *origin = origin_new(&spec);
    AUTO_FREE char *path = mem_printf("%s/%s", shelf, name);
    AUTO_FREE char *address = NULL;
    if (!origin_address(origin, path, &address, NULL))
        abort();
    return origin;
}

static bool read_part(struct origin *origin, const char *name, int64_t offset, int64_t size,
                      struct err *err)
{
    AUTO_FREE char *address = mem_printf("file://%s/%s", shelf, name);
    *err = (struct err){0};
    return origin_read(origin, address, offset, size, &got, err);
}

static void parts_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t offset, size;
        const char *wanted;
        int64_t total;
    } cases[] = {
        {"in/digits", 0, -1, "0123456789", 10},
        {"in/digits", 0, 0, "", 10},
        {"in/digits", 3, 4, "3456", 10},
        {"in/digits", 8, -1, "89", 10},
        {"in/digits", 8, 50, "89", 10},
        {"in/digits", 10, -1, "", 10},
        {"in/digits", INT64_MAX, 5, "", 10},
        {"in/digits", 9, 1000000, "9", 10},
        {"in/a%20b/c", 0, -1, "c", 1},
        {"in/empty", 0, -1, "", 0},
        {"in/near", 0, 1, "0", 10},
        {"in/around", 0, 1, "0", 10},
        {"in/absolute", 0, 1, "0", 10},
    };
    AUTO(origin_free) struct origin *origin = given("in", (struct origin_spec){0});
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err;
        if (!read_part(origin, cases[i].name, cases[i].offset, cases[i].size, &err))
            fail_msg("case %zu: %s", i, err.text);
        assert_int_equal(body.size_bytes, strlen(cases[i].wanted));
        if (body.size_bytes > 0)
            assert_memory_equal(body.data, cases[i].wanted, body.size_bytes);
        assert_int_equal(got.total_bytes, cases[i].total);
        assert_int_equal(got.http_status, 0);
        assert_string_equal(got.final_address, "");
    }
}

static void what_is_no_file_of_the_folder_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool is_refused; // by the policy
        const char *words;
    } cases[] = {
        {"in/far", true, "far: leads out of the folder"},
        {"in/system", true, "system: leads out of the folder"},
        {"in/folder/secret", true, "folder/secret: leads out of the folder"},
        {"in/zero", true, "zero: leads out of the folder"},
        {"out/secret", true, "leads out of the folder"},
        {"in/none", false, "none: No such file"},
        {"in/dangling", false, "dangling: No such file"},
        {"in/digits/x", false, "Not a directory"},
        {"in/loop", false, "symbolic links"},
        {"in/pipe", false, "pipe: is not a regular file"},
        {"in/a%20b", false, "a b: is a folder"},
        {"in/", false, "is a folder"},
        {"in/%2e%2e/out/secret", false, "percent-encoding"},
        {"in/../out/secret", false, "percent-encoding"},
    };
    AUTO(origin_free) struct origin *origin = given("in", (struct origin_spec){0});
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err;
        if (read_part(origin, cases[i].name, 0, -1, &err) || err.kind != ERR_INPUT ||
            got.is_refused != cases[i].is_refused || !strstr(err.text, cases[i].words))
            fail_msg("%s: %s", cases[i].name, err.text);
        assert_int_equal(body.size_bytes, 0);
    }
}

static void a_link_between_given_folders_is_followed(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = given("in", (struct origin_spec){0});
    AUTO_FREE char *other = mem_printf("%s/out", shelf);
    AUTO_FREE char *address = NULL;
    struct err err = {0};
    assert_true(origin_address(origin, other, &address, &err));
    assert_true(read_part(origin, "in/far", 0, -1, &err));
    assert_true(read_part(origin, "out/secret", 0, -1, &err));
    assert_false(read_part(origin, "in/system", 0, -1, &err));
}

static void a_given_file_may_be_a_link(void **state)
{
    (void)state;
    AUTO(origin_free) struct origin *origin = given("in/far", (struct origin_spec){0});
    struct err err = {0};
    assert_true(read_part(origin, "in/far", 0, -1, &err));
    assert_true(read_part(origin, "in/digits", 0, -1, &err)); // beside the link
    assert_false(read_part(origin, "in/system", 0, -1, &err));
    assert_false(read_part(origin, "out/secret", 0, -1, &err));
}

static void limits_hold(void **state)
{
    (void)state;
    AUTO(origin_free)
    struct origin *origin =
        given("in", (struct origin_spec){.manifest_cap_bytes = 9, .segment_cap_bytes = 5});
    struct err err;
    assert_false(read_part(origin, "in/digits", 0, -1, &err));
    assert_non_null(strstr(err.text, "digits: larger than 5 bytes (10)"));
    assert_int_equal(got.total_bytes, 10);
    assert_true(read_part(origin, "in/digits", 5, -1, &err));
    assert_false(read_part(origin, "in/digits", 0, 6, &err));
    assert_false(read_part(origin, "in/digits", -1, 3, &err));
    assert_false(read_part(origin, "in/digits", 0, -2, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    AUTO_FREE char *address = mem_printf("file://%s/in/digits", shelf);
    assert_false(origin_read_manifest(origin, address, &got, &err));
    assert_non_null(strstr(err.text, "larger than 9 bytes"));
}

static void a_sparse_giant_is_not_read(void **state)
{
    (void)state;
    shelf_put(shelf, "in/giant", "x", 1);
    AUTO_FREE char *path = mem_printf("%s/in/giant", shelf);
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    AUTO(origin_free) struct origin *origin = given("in", (struct origin_spec){0});
    struct err err;
    assert_false(read_part(origin, "in/giant", 0, -1, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_true(read_part(origin, "in/giant", ((int64_t)1 << 40) - 3, -1, &err));
    assert_int_equal(body.size_bytes, 3);
}

static void a_stop_is_heard(void **state)
{
    (void)state;
    atomic_bool is_stopped = true;
    AUTO(origin_free)
    struct origin *origin = given("in", (struct origin_spec){.stop = &is_stopped});
    struct err err;
    assert_false(read_part(origin, "in/digits", 0, -1, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
}

static void manifests_are_found_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {
        "list/b.mpd",         "list/a.m3u8",      "list/x/y z.M3U8", "list/.rung/h.mpd",
        "list/1/2/3/4/n.mpd", "list/1/2/3/d.mpd", "list/.mpd",       "list/c.mp4"};
    static const char *const wanted[] = {"1/2/3/d.mpd", "a.m3u8", "b.mpd", "x/y%20z.M3U8"};
    static const char *const suffixes[] = {".mpd", ".m3u8", NULL};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        shelf_put(shelf, names[i], "x", 1);
    link_to("..", "list/up");
    struct origin *origin = origin_new(&(struct origin_spec){0});
    AUTO_FREE char *path = mem_printf("%s/list", shelf);
    AUTO_FREE char *address = NULL;
    assert_true(origin_address(origin, path, &address, NULL));
    AUTO(origin_names_done) struct origin_names found = {0};
    struct err err = {0};
    assert_true(origin_files(origin, address, suffixes, &found, &err));
    assert_int_equal(found.count, ARRAY_LEN(wanted));
    for (size_t i = 0; i < found.count; i++)
        assert_string_equal(found.items[i], wanted[i]);
    struct origin_names none = {0};
    assert_false(origin_files(origin, "file:///etc/", suffixes, &none, &err));
    origin_free(&origin);
}

// From here on as on a kernel that has no openat2, such as 5.5: ENOSYS.
static bool forget_openat2(void)
{
    struct sock_filter lines[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = ARRAY_LEN(lines), .filter = lines};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

static void openat2_is_not_there(void **state)
{
    (void)state;
    // Unprivileged seccomp is older than openat2: a system without it is none of ours.
    if (!forget_openat2())
        fail_msg("seccomp: %s", strerror(errno));
    assert_int_equal(syscall(SYS_openat2, AT_FDCWD, ".", NULL, 0), -1);
    assert_int_equal(errno, ENOSYS);
}

int main(void)
{
    // Without openat2 real paths are compared: slower, and the same in what may be read.
    const struct CMUnitTest older[] = {
        cmocka_unit_test(openat2_is_not_there),
        cmocka_unit_test(parts_are_read_as_far_as_they_go),
        cmocka_unit_test(what_is_no_file_of_the_folder_is_refused),
        cmocka_unit_test(a_link_between_given_folders_is_followed),
        cmocka_unit_test(a_given_file_may_be_a_link),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_read_as_far_as_they_go),
        cmocka_unit_test(what_is_no_file_of_the_folder_is_refused),
        cmocka_unit_test(a_link_between_given_folders_is_followed),
        cmocka_unit_test(a_given_file_may_be_a_link),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_sparse_giant_is_not_read),
        cmocka_unit_test(a_stop_is_heard),
        cmocka_unit_test(manifests_are_found_in_order),
    };
    int failed = cmocka_run_group_tests(tests, make, clear);
    return failed + cmocka_run_group_tests_name("older kernels", older, make, clear);
}
