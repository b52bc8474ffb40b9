// SPDX-License-Identifier: BSD-2-Clause
// Reading what the machine allows, from made-up trees of /proc and /sys.
#include <libgen.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/resources.h"
#include "src/base/file.h"
#include "src/base/mem.h"

#define GIB (1ll << 30)

struct entry {
    const char *path;
    const char *text;
};

static struct resources read_tree(const struct entry *entries, int affinity_cores)
{
    char root[] = "/tmp/rung-test-resources-XXXXXX";
    assert_non_null(mkdtemp(root));
    for (; entries->path; entries++) {
        AUTO_FREE char *path = mem_printf("%s/%s", root, entries->path);
        AUTO_FREE char *folder = mem_strdup(path);
        assert_true(file_make_folder(dirname(folder), NULL));
        assert_true(file_write_atomic(path, entries->text, strlen(entries->text), false, NULL));
    }
    struct resources resources = resources_read(root, affinity_cores);
    assert_true(file_remove_tree(root, NULL));
    return resources;
}

static void without_cgroups_the_machine_counts(void **state)
{
    (void)state;
    const struct entry tree[] = {{"proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\n"},
                                 {NULL, NULL}};
    struct resources resources = read_tree(tree, 8);
    assert_int_equal(resources.cores, 8);
    assert_int_equal(resources.memory_bytes, 16 * GIB);
}

static void v2_limits_hold_at_every_level(void **state)
{
    (void)state;
    const struct entry tree[] = {
        {"proc/meminfo", "MemTotal: 16777216 kB\n"},
        {"proc/self/cgroup", "0::/a/b\n"},
        {"sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
        {"sys/fs/cgroup/a/b/memory.max", "8589934592\n"},
        {"sys/fs/cgroup/a/cpu.max", "150000 100000\n"},
        {"sys/fs/cgroup/a/memory.max", "3221225472\n"},
        {NULL, NULL},
    };
    struct resources resources = read_tree(tree, 8);
    assert_int_equal(resources.cores, 2); // 1.5
    assert_int_equal(resources.memory_bytes, 3 * GIB);
}

static void v1_limits_hold(void **state)
{
    (void)state;
    const struct entry tree[] = {
        {"proc/meminfo", "MemTotal: 16777216 kB\n"},
        {"proc/self/cgroup", "4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n1:name=systemd:/\n"},
        {"sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "300000\n"},
        {"sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n"},
        {"sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "1073741824\n"},
        {NULL, NULL},
    };
    struct resources resources = read_tree(tree, 16);
    assert_int_equal(resources.cores, 3);
    assert_int_equal(resources.memory_bytes, GIB);
}

static void no_limit_is_no_limit(void **state)
{
    (void)state;
    const struct entry tree[] = {
        {"proc/meminfo", "MemTotal: 4194304 kB\n"},
        {"proc/self/cgroup", "0::/\n2:cpu:/\n"},
        {"sys/fs/cgroup/cpu.max", "max\n"},
        {"sys/fs/cgroup/memory.max", "max\n"},
        {"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
        {"sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
        {NULL, NULL},
    };
    struct resources resources = read_tree(tree, 4);
    assert_int_equal(resources.cores, 4);
    assert_int_equal(resources.memory_bytes, 4 * GIB);
}

static void nonsense_leaves_a_small_machine(void **state)
{
    (void)state;
    const struct entry tree[] = {
        {"proc/meminfo", "nothing here\n"},
        {"proc/self/cgroup", "0::/../../etc\nrubbish\n"},
        {"sys/fs/cgroup/cpu.max", "-5 x\n"},
        {NULL, NULL},
    };
    struct resources resources = read_tree(tree, 1);
    assert_int_equal(resources.cores, 1);
    assert_int_equal(resources.memory_bytes, 2 * GIB);
}

static void this_machine_has_something(void **state)
{
    (void)state;
    assert_true(resources_default_jobs() >= 1);
    assert_true(resources_default_memory() > 0);
    assert_true(resources_default_memory() <= 4 * GIB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_cgroups_the_machine_counts),
        cmocka_unit_test(v2_limits_hold_at_every_level),
        cmocka_unit_test(v1_limits_hold),
        cmocka_unit_test(no_limit_is_no_limit),
        cmocka_unit_test(nonsense_leaves_a_small_machine),
        cmocka_unit_test(this_machine_has_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
