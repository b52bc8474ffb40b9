// SPDX-License-Identifier: BSD-2-Clause
// Which accelerators a machine shows signs of.
#include "hwaccel/device_sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/file.h"
#include "src/base/mem.h"

static void put(const char *root, const char *path, const char *text)
{
    AUTO_FREE char *whole = mem_printf("%s/%s", root, path);
    AUTO_FREE char *folder = mem_strdup(whole);
    struct err err = {0};
    *strrchr(folder, '/') = '\0';
    if (!file_make_folder(folder, &err) ||
        !file_write_atomic(whole, text, strlen(text), false, &err))
        fail_msg("%s", err.text);
}

static void signs_are_device_nodes_or_a_driver_on_the_path(void **state)
{
    (void)state;
    static const struct {
        const char *file; // "" for none
        const char *text;
        const char *signs; // of devices
    } rows[] = {
        {"dev/null", "", ""},
        {"dev/nvidiactl", "", "cuda"},
        {"dev/dxg", "", "cuda"},
        {"driver/libcuda.so.1", "", "cuda"},
        {"dev/dri/card0", "", ""},
        {"dev/dri/renderD128", "", "vaapi"},
        {"sys/class/drm/renderD128/device/vendor", "0x1002\n", "vaapi"},
        {"sys/class/drm/renderD128/device/vendor", "0x8086\n", "vaapi qsv"},
    };
    char root[] = "/tmp/rung-sign-XXXXXX";
    assert_non_null(mkdtemp(root));
    AUTO_FREE char *library_path = mem_printf(":/nowhere:%s/driver", root);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        // Nodes of NVIDIA's go again, those of the other kind build on each other.
        put(root, rows[i].file, rows[i].text);
        for (unsigned device = DEVICE_CPU + 1; device < DEVICE_COUNT; device++) {
            const char *name = device_name((enum device)device), *missing = NULL;
            bool has = device_has_sign((enum device)device, root, library_path, &missing);
            if (has != (strstr(rows[i].signs, name) != NULL))
                fail_msg("%s: %s has %s sign", rows[i].file, name, has ? "a" : "no");
            if (!has)
                assert_true(strlen(missing) > 5);
        }
        AUTO_FREE char *path = mem_printf("%s/%s", root, rows[i].file);
        if (i < 5)
            unlink(path);
    }
    assert_true(file_remove_tree(root, NULL));
}

static void the_path_may_be_missing(void **state)
{
    (void)state;
    const char *missing = NULL;
    assert_false(device_has_sign(DEVICE_CUDA, "/nowhere", NULL, &missing));
    assert_string_equal(missing, "no NVIDIA driver");
    assert_false(device_has_sign(DEVICE_CPU, "", NULL, &missing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_are_device_nodes_or_a_driver_on_the_path),
        cmocka_unit_test(the_path_may_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
