// SPDX-License-Identifier: BSD-2-Clause
// The output folder: what is refused, what is removed, what is left alone.
#include <libgen.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/app/input.h"
#include "src/app/output_folder.h"
#include "src/base/file.h"
#include "src/base/mem.h"

static char root[64];
static struct plan plan;

static int setup(void **state)
{
    (void)state;
    strncpy(root, "/tmp/rung-test-output-XXXXXX", sizeof root - 1);
    memset(&plan, 0, sizeof plan);
    plan.video_count = 1;
    strncpy(plan.video[0].folder, "video/h264-240p", sizeof plan.video[0].folder - 1);
    return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return file_remove_tree(root, NULL) ? 0 : -1;
}

static char *at(const char *name)
{
    return mem_printf("%s/%s", root, name);
}

static void put(const char *name, const char *text)
{
    AUTO_FREE char *path = at(name);
    AUTO_FREE char *folder = mem_strdup(path);
    assert_true(file_make_folder(dirname(folder), NULL));
    assert_true(file_write_atomic(path, text, strlen(text), false, NULL));
}

static bool is_there(const char *name)
{
    AUTO_FREE char *path = at(name);
    return file_exists(path);
}

static bool open_output(const char *name, bool may_replace, bool may_resume,
                        struct output_folder *ret, struct err *err)
{
    AUTO_FREE char *path = at(name);
    struct output_rules rules = {may_replace, may_resume};
    return output_folder_open(path, &rules, ret, err);
}

static void a_presentation_is_not_overwritten_unasked(void **state)
{
    (void)state;
    static const char *const files[] = {"master.m3u8", "manifest.mpd", "rung.json",
                                        ".rung/journal.jsonl"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        AUTO_FREE char *name = mem_printf("out%zu", i);
        AUTO_FREE char *file = mem_printf("%s/%s", name, files[i]);
        struct output_folder output;
        struct err err = {0};
        put(file, "x");
        assert_false(open_output(name, false, false, &output, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        assert_non_null(strstr(err.text, "--force"));
        assert_true(open_output(name, true, false, &output, &err));
        output_folder_close(&output);
        assert_true(open_output(name, false, true, &output, &err));
        output_folder_close(&output);
        assert_true(is_there(file));
    }
}

static void a_file_is_no_output(void **state)
{
    (void)state;
    struct output_folder output;
    struct err err = {0};
    put("talk", "video");
    assert_false(open_output("talk", true, false, &output, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_false(output_folder_open("s3://bucket/x", &(struct output_rules){0}, &output, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
}

static void clearing_leaves_foreign_files(void **state)
{
    (void)state;
    struct output_folder output;
    put("out/master.m3u8", "x");
    put("out/manifest.mpd", "x");
    put("out/rung.json", "{\"tracks\":[{\"id\":\"h264-240p\",\"type\":\"video\"},"
                         "{\"id\":\"../../keep\",\"type\":\"video\"},"
                         "{\"id\":\"en\",\"type\":\"audio\"}]}");
    put("out/video/h264-240p/init.mp4", "x");
    put("out/video/h264-240p/00001.m4s", "x");
    put("out/video/h264-240p/mine.txt", "x");
    put("out/video/other/00001.m4s", "x");
    put("out/audio/en/media.m3u8", "x");
    put("out/notes.txt", "x");
    put("keep/00001.m4s", "x");
    assert_true(open_output("out", true, false, &output, NULL));
    assert_true(output_folder_claim(&output, NULL));
    assert_true(output_folder_clear(&output, NULL));
    assert_false(is_there("out/master.m3u8"));
    assert_false(is_there("out/manifest.mpd"));
    assert_false(is_there("out/rung.json"));
    assert_false(is_there("out/video/h264-240p/00001.m4s"));
    assert_false(is_there("out/audio"));
    assert_true(is_there("out/video/h264-240p/mine.txt"));
    assert_true(is_there("out/video/other/00001.m4s"));
    assert_true(is_there("out/notes.txt"));
    assert_true(is_there("keep/00001.m4s"));
    output_folder_close(&output);
}

static void tracks_of_others_are_not_written_into(void **state)
{
    (void)state;
    struct output_folder output;
    struct err err = {0};
    put("out/video/h264-240p/mine.txt", "x");
    assert_true(open_output("out", false, false, &output, NULL));
    assert_true(output_folder_check_tracks(&output, &plan, &err));
    put("out/video/h264-240p/00001.m4s", "x");
    assert_false(output_folder_check_tracks(&output, &plan, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    output_folder_close(&output);
}

static void discarding_takes_away_what_was_made(void **state)
{
    (void)state;
    struct output_folder output;
    assert_true(open_output("out", false, false, &output, NULL));
    assert_true(output_folder_claim(&output, NULL));
    put("out/video/h264-240p/00001.m4s", "x");
    output_folder_discard(&output, &plan);
    assert_false(is_there("out"));
    output_folder_close(&output);

    put("old/notes.txt", "x");
    assert_true(open_output("old", false, false, &output, NULL));
    assert_true(output_folder_claim(&output, NULL));
    put("old/video/h264-240p/00001.m4s", "x");
    output_folder_discard(&output, &plan);
    assert_true(is_there("old/notes.txt"));
    assert_false(is_there("old/video"));
    assert_false(is_there("old/.rung"));
    output_folder_close(&output);
}

static void parents_that_were_made_go_too(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"p/a/b", "p"},     // none was there
        {"q/./a//b/", "q"}, // written strangely
        {"r/x/../y", "r"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct output_folder output;
        assert_true(open_output(cases[i][0], false, false, &output, NULL));
        assert_true(output_folder_claim(&output, NULL));
        output_folder_discard(&output, &plan);
        assert_false(is_there(cases[i][1]));
        output_folder_close(&output);
    }
    struct output_folder output;
    put("s/theirs/x", "x");
    assert_true(open_output("s/a/b", false, false, &output, NULL));
    assert_true(output_folder_claim(&output, NULL));
    put("s/a/mine", "x");
    output_folder_discard(&output, &plan);
    assert_true(is_there("s/a/mine"));
    assert_false(is_there("s/a/b"));
    output_folder_close(&output);
}

static void a_folder_that_cannot_be_made_leaves_none(void **state)
{
    (void)state;
    struct output_folder output;
    char name[300] = "t/a/";
    memset(name + 4, 'x', sizeof name - 5); // longer than any name may be
    AUTO_FREE char *path = at(name);
    output = (struct output_folder){.path = path, .lock_fd = -1};
    output.scratch = mem_printf("%s/.rung", path);
    assert_false(output_folder_claim(&output, NULL));
    assert_false(is_there("t"));
    output.path = NULL;
    output_folder_close(&output);
}

#define SUFFIX ".tmp0123456789abcdef"

static void what_a_killed_run_left_is_swept(void **state)
{
    (void)state;
    static const char *const ours[] = {
        "out/master.m3u8" SUFFIX,
        "out/manifest.mpd" SUFFIX,
        "out/rung.json" SUFFIX,
        "out/video/h264-240p/init.mp4" SUFFIX,
        "out/video/h264-240p/00007.m4s" SUFFIX,
        "out/video/h264-240p/media.m3u8" SUFFIX,
    };
    static const char *const others[] = {
        "out/notes.txt" SUFFIX,
        "out/" SUFFIX,
        "out/master.m3u8.tmp0123456789abcde",
        "out/master.m3u8.tmp0123456789ABCDEF",
        "out/master.m3u8.tmp0123456789abcdef0",
        "out/video/h264-240p/mine" SUFFIX,
        "out/video/h264-240p/00007.m4s",
        "out/video/other/00007.m4s" SUFFIX,
    };
    struct output_folder output;
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        put(ours[i], "x");
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        put(others[i], "x");
    assert_true(open_output("out", false, true, &output, NULL));
    assert_true(output_folder_sweep(&output, &plan, NULL));
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (is_there(ours[i]))
            fail_msg("%s is there", ours[i]);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (!is_there(others[i]))
            fail_msg("%s is gone", others[i]);
    output_folder_close(&output);
}

static void two_runs_do_not_share_a_folder(void **state)
{
    (void)state;
    struct output_folder first, second;
    struct err err = {0};
    assert_true(open_output("out", false, false, &first, NULL));
    assert_true(open_output("out", false, false, &second, NULL));
    assert_true(output_folder_claim(&first, NULL));
    assert_false(output_folder_claim(&second, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    output_folder_close(&first);
    output_folder_close(&second);
}

static void the_input_is_not_overwritten(void **state)
{
    (void)state;
    struct output_folder output;
    struct input input = {.fd = -1};
    put("out/video/x.mp4", "x");
    put("out/x.mp4", "x");
    assert_true(open_output("out", false, false, &output, NULL));
    input.path = at("out/video/x.mp4");
    assert_false(output_folder_check_input(&output, &input, NULL));
    free(input.path);
    input.path = at("out/x.mp4");
    assert_true(output_folder_check_input(&output, &input, NULL));
    free(input.path);
    output_folder_close(&output);
}

static void the_default_name_is_the_inputs(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"talk.mp4", "talk"},
        {"/a/b/talk.final.mov", "talk.final"},
        {"./-x.ts", "-x"},
        {"talk", "talk.rung"},
        {".mp4", ".mp4.rung"},
        {"a.b/talk", "talk.rung"},
        {"talk.", "talk..rung"},
        {"-", "stdin.rung"},
        {"https://host/a/clip.mp4?sig=x/y.z", "clip"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *name = input_default_output(cases[i][0]);
        assert_string_equal(name, cases[i][1]);
    }
}

static void unreadable_inputs_say_why(void **state)
{
    (void)state;
    struct input input;
    struct err err = {0};
    static const struct {
        const char *name;
        enum err_kind kind;
        const char *says;
    } cases[] = {
        {"/nonexistent/a.mp4", ERR_INPUT, "/nonexistent/a.mp4: there is no such file"},
        {"/tmp", ERR_INPUT, "/tmp is a folder"},
        {"/dev/null", ERR_INPUT, "/dev/null is a device"},
        {"s3://bucket/key", ERR_CONFIG, "s3:// input is not in this version"},
        {"ftp://host/x", ERR_CONFIG, "ftp:// input is not in this version"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_false(input_open(cases[i].name, NULL, &input, &err));
        assert_int_equal(err.kind, cases[i].kind);
        if (!strstr(err.text, cases[i].says))
            fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_presentation_is_not_overwritten_unasked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_is_no_output, setup, teardown),
        cmocka_unit_test_setup_teardown(clearing_leaves_foreign_files, setup, teardown),
        cmocka_unit_test_setup_teardown(tracks_of_others_are_not_written_into, setup, teardown),
        cmocka_unit_test_setup_teardown(discarding_takes_away_what_was_made, setup, teardown),
        cmocka_unit_test_setup_teardown(parents_that_were_made_go_too, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_made_leaves_none, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_killed_run_left_is_swept, setup, teardown),
        cmocka_unit_test_setup_teardown(two_runs_do_not_share_a_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(the_input_is_not_overwritten, setup, teardown),
        cmocka_unit_test(the_default_name_is_the_inputs),
        cmocka_unit_test(unreadable_inputs_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
