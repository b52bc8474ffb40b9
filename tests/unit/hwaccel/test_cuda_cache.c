// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hwaccel/backend_private.h"
#include "src/base/file.h"
#include "src/base/mem.h"

static char *folder;

static int make_folder(void **state)
{
    (void)state;
    char name[] = "/tmp/rung-cuda-cache-XXXXXX";
    folder = mem_strdup(mkdtemp(name));
    return folder ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    bool ok = file_remove_tree(folder, NULL);
    MEM_FREE(folder);
    return ok ? 0 : -1;
}

static void set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

// It decides once in a process: each case has its own. NULL: the variable is not set.
static void check(const char *home, const char *cache_home, const char *temporary,
                  const char *before, const char *wanted)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        set("HOME", home);
        set("XDG_CACHE_HOME", cache_home);
        set("TMPDIR", temporary);
        set("CUDA_CACHE_PATH", before);
        backend_cuda_prepare();
        const char *found = getenv("CUDA_CACHE_PATH");
        bool ok = wanted && found ? strcmp(found, wanted) == 0 : !wanted && !found;
        if (!ok)
            fprintf(stderr, "CUDA_CACHE_PATH is %s, wanted %s\n", found ? found : "unset",
                    wanted ? wanted : "unset");
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_home_folder_is_left_alone(void **state)
{
    (void)state;
    check(folder, NULL, folder, NULL, NULL);
}

static void what_the_user_said_stays(void **state)
{
    (void)state;
    check("/nonexistent/home", NULL, folder, "/some/where", "/some/where");
}

static void without_a_home_the_cache_folder_is_taken(void **state)
{
    (void)state;
    AUTO_FREE char *cache_home = mem_printf("%s/cache", folder);
    AUTO_FREE char *wanted = mem_printf("%s/rung/cuda", cache_home);
    check("/nonexistent/home", cache_home, folder, NULL, wanted);
    assert_true(file_is_folder(wanted));
}

static void else_a_private_one_among_temporary_files(void **state)
{
    (void)state;
    AUTO_FREE char *wanted = mem_printf("%s/rung-cuda-%lu", folder, (unsigned long)geteuid());
    check(NULL, NULL, folder, NULL, wanted);
    check("", "relative", folder, NULL, wanted);
    struct stat found;
    assert_int_equal(stat(wanted, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
    // One that others may write into is not trusted.
    assert_int_equal(chmod(wanted, 0777), 0);
    check(NULL, NULL, folder, NULL, NULL);
    assert_int_equal(chmod(wanted, 0700), 0);
}

static void a_link_is_no_private_folder(void **state)
{
    (void)state;
    AUTO_FREE char *temporary = mem_printf("%s/linked", folder);
    AUTO_FREE char *link = mem_printf("%s/rung-cuda-%lu", temporary, (unsigned long)geteuid());
    assert_int_equal(mkdir(temporary, 0700), 0);
    assert_int_equal(symlink(folder, link), 0);
    check(NULL, NULL, temporary, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_home_folder_is_left_alone),
        cmocka_unit_test(what_the_user_said_stays),
        cmocka_unit_test(without_a_home_the_cache_folder_is_taken),
        cmocka_unit_test(else_a_private_one_among_temporary_files),
        cmocka_unit_test(a_link_is_no_private_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
