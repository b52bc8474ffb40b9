// SPDX-License-Identifier: BSD-2-Clause
// The private folder: it goes with its owner, lives while the owner does, and one whose
// owner died is swept away.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "src/base/file.h"
#include "src/media/scratch.h"

static void it_is_private_and_goes_with_all_in_it(void **state)
{
    (void)state;
    struct scratch *scratch = NULL;
    struct err err = {0};
    struct stat status;
    if (!scratch_new(&scratch, &err))
        fail_msg("%s", err.text);
    AUTO_FREE char *folder = mem_strdup(scratch_folder(scratch));
    AUTO_FREE char *file = mem_printf("%s/file", folder);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_true(file_write_atomic(file, "x", 1, false, &err));
    scratch_free(&scratch);
    assert_null(scratch);
    assert_false(file_exists(folder));
    scratch_free(&scratch);
}

static void two_do_not_disturb_each_other(void **state)
{
    (void)state;
    struct scratch *first = NULL, *second = NULL;
    assert_true(scratch_new(&first, NULL));
    assert_true(scratch_new(&second, NULL));
    assert_string_not_equal(scratch_folder(first), scratch_folder(second));
    assert_true(file_is_folder(scratch_folder(first)));
    scratch_free(&first);
    assert_true(file_is_folder(scratch_folder(second)));
    scratch_free(&second);
}

// A folder left by a process that died.
static void make_orphan(char *ret_folder, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct scratch *scratch = NULL;
        const char *name = scratch_new(&scratch, NULL) ? scratch_folder(scratch) : "";
        _exit(write(ends[1], name, strlen(name) + 1) < 0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(read(ends[0], ret_folder, size) > 1);
    close(ends[0]);
    close(ends[1]);
}

// A young one may be a folder whose maker has not locked it yet.
static void an_orphan_is_swept_away_once_it_is_not_young(void **state)
{
    (void)state;
    char folder[200] = "";
    struct scratch *scratch = NULL;
    make_orphan(folder, sizeof folder);
    assert_true(scratch_new(&scratch, NULL));
    assert_true(file_is_folder(folder));
    scratch_free(&scratch);
    const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    assert_int_equal(utimensat(AT_FDCWD, folder, old, 0), 0);
    assert_true(scratch_new(&scratch, NULL));
    assert_false(file_exists(folder));
    scratch_free(&scratch);
}

static void one_that_is_in_use_stays_however_old(void **state)
{
    (void)state;
    struct scratch *first = NULL, *second = NULL;
    const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    assert_true(scratch_new(&first, NULL));
    assert_int_equal(utimensat(AT_FDCWD, scratch_folder(first), old, 0), 0);
    assert_true(scratch_new(&second, NULL));
    assert_true(file_is_folder(scratch_folder(first)));
    scratch_free(&first);
    scratch_free(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_private_and_goes_with_all_in_it),
        cmocka_unit_test(two_do_not_disturb_each_other),
        cmocka_unit_test(an_orphan_is_swept_away_once_it_is_not_young),
        cmocka_unit_test(one_that_is_in_use_stays_however_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
