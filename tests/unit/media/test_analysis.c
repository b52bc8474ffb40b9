// SPDX-License-Identifier: BSD-2-Clause
// A pilot's findings: read from libx264's statistics, there for every user, gone with
// the last one; strange statistics are refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "src/base/file.h"
#include "src/media/analysis.h"

#define OPTIONS "#options: 960x540 fps=25/1 timebase=1/25 bitdepth=8\n"
#define PICTURE(in, out, type, qp)                                                                 \
    "in:" in " out:" out " type:" type " dur:2 cpbdur:2 q:" qp                                     \
    " aq:20.1 tex:1 mv:2 misc:3 imb:4 pmb:5 smb:6 d:- ref:;\n"
#define THREE                                                                                      \
    PICTURE("0", "0", "I", "20.50") PICTURE("2", "1", "P", "24.25") PICTURE("1", "2", "b", "26.00")

static struct scratch *scratch;
static const int64_t bits[3] = {400, 50, 150};

static int make_scratch(void **state)
{
    (void)state;
    return scratch_new(&scratch, NULL) ? 0 : -1;
}

static int free_scratch(void **state)
{
    (void)state;
    scratch_free(&scratch);
    return 0;
}

static void put_file(const struct analysis *analysis, int64_t group, const char *end,
                     const char *text)
{
    AUTO_FREE char *path = analysis_path(analysis, group);
    AUTO_FREE char *file = mem_printf("%s%s", path, end);
    assert_true(file_write_atomic(file, text, strlen(text), false, NULL));
}

static void pictures_come_in_presentation_order(void **state)
{
    (void)state;
    struct analysis *analysis = analysis_new(scratch, 3, 2, 4, 1);
    struct err err = {0};
    put_file(analysis, 0, "", OPTIONS THREE);
    assert_int_equal(analysis_groups_ready(analysis), 0);
    assert_null(analysis_get(analysis, 0));
    if (!analysis_put(analysis, 0, 3, bits, &err))
        fail_msg("%s", err.text);
    assert_int_equal(analysis_groups_ready(analysis), 1);
    assert_null(analysis_get(analysis, 1));
    const struct analysis_group *group = analysis_get(analysis, 0);
    assert_non_null(group);
    assert_int_equal(group->bits, 600);
    assert_memory_equal(group->frame_bits, bits, sizeof bits);
    assert_memory_equal(group->type, "IbP", 3);
    assert_true(group->qp[0] == 20.5f && group->qp[1] == 26 && group->qp[2] == 24.25f);
    analysis_free(&analysis);
}

static void the_last_user_takes_the_files_along(void **state)
{
    (void)state;
    struct analysis *analysis = analysis_new(scratch, 0, 1, 1, 2);
    AUTO_FREE char *path = analysis_path(analysis, 0);
    AUTO_FREE char *tree = mem_printf("%s.mbtree", path);
    put_file(analysis, 0, "", OPTIONS THREE);
    put_file(analysis, 0, ".mbtree", "tree");
    assert_true(analysis_put(analysis, 0, 3, bits, NULL));
    analysis_release(analysis, 0);
    assert_true(file_exists(path) && file_exists(tree));
    analysis_release(analysis, 0);
    assert_false(file_exists(path) || file_exists(tree));
    analysis_free(&analysis);
}

static void what_is_left_goes_with_the_analysis(void **state)
{
    (void)state;
    struct analysis *analysis = analysis_new(scratch, 0, 1, 2, 2);
    AUTO_FREE char *path = analysis_path(analysis, 1);
    AUTO_FREE char *temporary = mem_printf("%s.temp", path);
    put_file(analysis, 1, ".temp", "half"); // its pilot was stopped
    analysis_free(&analysis);
    assert_false(file_exists(temporary));
}

static void strange_statistics_are_refused(void **state)
{
    (void)state;
    static const char *const strange[] = {
        "",
        OPTIONS,
        OPTIONS PICTURE("0", "0", "I", "20.50"),
        OPTIONS THREE PICTURE("1", "3", "P", "20.00"),
        OPTIONS PICTURE("0", "0", "I", "20") PICTURE("3", "1", "P", "20")
            PICTURE("1", "2", "b", "20"),
        OPTIONS PICTURE("0", "0", "X", "20") PICTURE("2", "1", "P", "20")
            PICTURE("1", "2", "b", "20"),
        OPTIONS PICTURE("0", "0", "I", "nan") PICTURE("2", "1", "P", "20")
            PICTURE("1", "2", "b", "20"),
        OPTIONS PICTURE("-1", "0", "I", "20") PICTURE("2", "1", "P", "20")
            PICTURE("1", "2", "b", "20"),
        OPTIONS "this;\nis;\nnothing;\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
        struct analysis *analysis = analysis_new(scratch, 0, 1, 1, 1);
        struct err err = {0};
        put_file(analysis, 0, "", strange[i]);
        if (analysis_put(analysis, 0, 3, bits, &err) || err.kind != ERR_BUG)
            fail_msg("%zu: %s", i, err.text);
        assert_null(analysis_get(analysis, 0));
        analysis_free(&analysis);
    }
    struct analysis *none = analysis_new(scratch, 0, 1, 1, 1);
    assert_false(analysis_put(none, 0, 3, bits, NULL));
    analysis_free(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_come_in_presentation_order),
        cmocka_unit_test(the_last_user_takes_the_files_along),
        cmocka_unit_test(what_is_left_goes_with_the_analysis),
        cmocka_unit_test(strange_statistics_are_refused),
    };
    return cmocka_run_group_tests(tests, make_scratch, free_scratch);
}
