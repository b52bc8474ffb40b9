// SPDX-License-Identifier: BSD-2-Clause
// Options: precedence, types, ranges, and what is said about mistakes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/app/nearest.h"
#include "src/app/options.h"
#include "src/base/file.h"
#include "src/base/mem.h"

#define ARGS_MAX 8

// Reads options of a command from a NULL-ended list of flags.
static bool read_flags(enum command_id id, const char *const *flags, const char *const *environment,
                       struct options *ret, struct err *err)
{
    static char space[ARGS_MAX][128];
    char *argv[ARGS_MAX + 1] = {0};
    int argc = 0;
    for (; flags[argc]; argc++) {
        assert_true(argc < ARGS_MAX);
        snprintf(space[argc], sizeof space[argc], "%s", flags[argc]);
        argv[argc] = space[argc];
    }
    static char *nothing[] = {NULL};
    return options_read(command_find(id), argc, argv,
                        environment ? (char **)(void *)environment : nothing, ret, err);
}

#define FLAGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static char *write_config(const char *text)
{
    char *path = mem_strdup("/tmp/rung-test-config-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(file_write_all(fd, text, strlen(text)));
    close(fd);
    return path;
}

static void every_row_stands_at_its_own_place(void **state)
{
    (void)state;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        assert_non_null(row);
        assert_int_equal(row->id, i);
        assert_ptr_equal(option_find_by_name(row->name), row);
        char key[OPTION_NAME_SIZE];
        option_key(row, key);
        assert_ptr_equal(option_find_by_key(key), row);
        assert_true(strlen(row->help) > 10);
        assert_true(row->default_text || row->default_note);
        if (row->type == OPTION_TYPE_BOOL)
            assert_null(row->placeholder);
        else
            assert_non_null(row->placeholder);
        if (row->type == OPTION_TYPE_ENUM)
            assert_non_null(row->values);
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        assert_int_equal(command_find((enum command_id)i)->id, i);
}

static void flag_beats_environment_beats_file_beats_default(void **state)
{
    (void)state;
    AUTO_FREE char *path = write_config("{\"segment_duration\": 6, \"gop\": 3, \"jobs\": 7,"
                                        " \"codecs\": [\"h264\", \"av1\"], \"force\": true}");
    AUTO_FREE char *config = mem_printf("--config=%s", path);
    const char *environment[] = {"RUNG_SEGMENT_DURATION=8", "RUNG_GOP=4", "RUNG_PRESET=", NULL};
    struct options options;
    struct err err = {0};
    assert_true(read_flags(COMMAND_TRANSCODE, FLAGS("in.mp4", config, "--segment-duration", "10"),
                           environment, &options, &err));
    assert_string_equal(options_text(&options, OPTION_SEGMENT_DURATION), "10");
    assert_int_equal(options.values[OPTION_SEGMENT_DURATION].origin, ORIGIN_FLAG);
    assert_string_equal(options_text(&options, OPTION_GOP), "4");
    assert_int_equal(options.values[OPTION_GOP].origin, ORIGIN_ENVIRONMENT);
    assert_int_equal(options_integer(&options, OPTION_JOBS, 0), 7);
    assert_int_equal(options.values[OPTION_JOBS].origin, ORIGIN_FILE);
    assert_string_equal(options_text(&options, OPTION_CODECS), "h264,av1");
    assert_true(options_bool(&options, OPTION_FORCE));
    assert_string_equal(options_text(&options, OPTION_PRESET), "medium");
    assert_int_equal(options.values[OPTION_PRESET].origin, ORIGIN_DEFAULT);
    options_done(&options);
    unlink(path);
}

static void config_file_can_come_from_the_environment(void **state)
{
    (void)state;
    AUTO_FREE char *path = write_config("{\"preset\": \"slow\"}");
    AUTO_FREE char *variable = mem_printf("RUNG_CONFIG=%s", path);
    const char *environment[] = {variable, NULL};
    struct options options;
    assert_true(
        read_flags(COMMAND_CONFIG, (const char *const[]){NULL}, environment, &options, NULL));
    assert_string_equal(options_text(&options, OPTION_PRESET), "slow");
    options_done(&options);
    unlink(path);
}

static void flags_are_understood_in_every_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *flags[4];
        enum option_id id;
        const char *text;
    } cases[] = {
        {{"-oout", "x"}, OPTION_OUTPUT, "out"},
        {{"-o", "out", "x"}, OPTION_OUTPUT, "out"},
        {{"--output=--out", "x"}, OPTION_OUTPUT, "--out"},
        {{"x", "--no-audio"}, OPTION_NO_AUDIO, "true"},
        {{"x", "--audio"}, OPTION_NO_AUDIO, "false"},
        {{"x", "--no-json"}, OPTION_JSON, "false"},
        {{"x", "--json=yes"}, OPTION_JSON, "yes"},
        {{"x", "-q"}, OPTION_QUIET, "true"},
        {{"x", "--memory", "512MiB"}, OPTION_MEMORY, "512MiB"},
        {{"x", "--segment-duration", "1001/250"}, OPTION_SEGMENT_DURATION, "1001/250"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct options options;
        struct err err = {0};
        if (!read_flags(COMMAND_TRANSCODE, cases[i].flags, NULL, &options, &err))
            fail_msg("%s: %s", cases[i].flags[0], err.text);
        assert_string_equal(options_text(&options, cases[i].id), cases[i].text);
        assert_string_equal(options.arguments[0], "x");
        options_done(&options);
    }
}

static void after_two_dashes_all_is_an_argument(void **state)
{
    (void)state;
    struct options options;
    assert_true(
        read_flags(COMMAND_TRANSCODE, FLAGS("--force", "--", "--force"), NULL, &options, NULL));
    assert_int_equal(options.argument_count, 1);
    assert_string_equal(options.arguments[0], "--force");
    options_done(&options);
    assert_true(read_flags(COMMAND_TRANSCODE, FLAGS("-"), NULL, &options, NULL));
    assert_string_equal(options.arguments[0], "-");
    options_done(&options);
}

static void mistakes_are_refused_with_their_origin(void **state)
{
    (void)state;
    static const struct {
        const char *flags[4];
        const char *variable;
        const char *says;
    } cases[] = {
        {{"x", "--segmnt-duration", "4"}, NULL, "did you mean --segment-duration?"},
        {{"x", "--segment", "4"}, NULL, "did you mean --segment-duration?"},
        {{"x", "--zzzzzz"}, NULL, "unknown flag --zzzzzz; rung transcode --help"},
        {{"x", "-y"}, NULL, "unknown flag -y"},
        {{"x", "--segment-duration", "31"}, NULL, "--segment-duration: 31 is out of range"},
        {{"x", "--segment-duration=0.4"}, NULL, "from 0.5 to 30 seconds"},
        {{"x", "--segment-duration=4s"}, NULL, "is not a time"},
        {{"x", "--gop=1/0"}, NULL, "is not a time"},
        {{"x", "--jobs", "0"}, NULL, "--jobs: 0 is out of range, from 1 to 1024"},
        {{"x", "--jobs", "-3"}, NULL, "--jobs: -3 is out of range"},
        {{"x", "--jobs=99999999999999999999"}, NULL, "is not a whole number"},
        {{"x", "--memory", "1K"}, NULL, "1K is out of range, from 64M to 16T"},
        {{"x", "--memory", "9999999999G"}, NULL, "is not a size"},
        {{"x", "--codecs", "h264,,av1"}, NULL, "has an empty entry"},
        {{"x", "--codecs", "vp9"}, NULL, "it is one of h264, hevc or av1"},
        {{"x", "--preset", "meduim"}, NULL, "did you mean \"medium\"?"},
        {{"x", "--no-json=1"}, NULL, "--no-json takes no value"},
        {{"x", "--output"}, NULL, "--output needs a value"},
        {{"x", "-o", "--force"}, NULL, "-o needs a value"},
        {{"x", "--ladder="}, NULL, "--ladder: is empty"},
        {{"x", "-qv"}, NULL, "exclude each other"},
        {{"x", "--resume", "--force"}, NULL, "exclude each other"},
        {{"x", "y"}, NULL, "\"y\" is one too many"},
        {{NULL}, NULL, "INPUT is missing"},
        {{"x"}, "RUNG_JOBS=many", "RUNG_JOBS: \"many\" is not a whole number"},
        {{"x"}, "RUNG_CONFIG=/nonexistent.json", "/nonexistent.json"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct options options;
        struct err err = {0};
        const char *environment[] = {cases[i].variable, NULL};
        assert_false(read_flags(COMMAND_TRANSCODE, cases[i].flags, environment, &options, &err));
        if (err.kind != ERR_CONFIG || !strstr(err.text, cases[i].says))
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, err.text, cases[i].says);
        assert_null(strchr(err.text, '\n'));
    }
}

static void config_files_with_mistakes_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"segment_duratoin\": 4}", "did you mean \"segment_duration\"?"},
        {"{\"segment-duration\": 4}", "did you mean \"segment_duration\"?"},
        {"{\"jobs\": 0}", "\"jobs\": 0 is out of range"},
        {"{\"jobs\": {}}", "neither text, number"},
        {"{\"codecs\": [[1]]}", "neither text, number"},
        {"{\"config\": \"a\"}", "cannot stand in a file"},
        {"[]", "not a JSON object"},
        {"{", "line 1"},
        {"{\"jobs\": 1, \"jobs\": 2}", "duplicate"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *path = write_config(cases[i][0]);
        AUTO_FREE char *flag = mem_printf("--config=%s", path);
        struct options options;
        struct err err = {0};
        assert_false(read_flags(COMMAND_PLAN, FLAGS("x", flag), NULL, &options, &err));
        if (err.kind != ERR_CONFIG || !strstr(err.text, cases[i][1]) || !strstr(err.text, path))
            fail_msg("%s: \"%s\" does not say \"%s\"", cases[i][0], err.text, cases[i][1]);
        unlink(path);
    }
}

static void misspelt_variables_are_pointed_out(void **state)
{
    (void)state;
    const char *near[] = {"RUNG_SEGMENT_DURATON=4", NULL};
    const char *far[] = {"RUNG_MYSQL_PASSWORD=x", "RUNGS=1", NULL};
    struct options options;
    assert_true(read_flags(COMMAND_PLAN, FLAGS("x"), near, &options, NULL));
    assert_non_null(strstr(options.warning, "did you mean RUNG_SEGMENT_DURATION?"));
    options_done(&options);
    assert_true(read_flags(COMMAND_PLAN, FLAGS("x"), far, &options, NULL));
    assert_null(options.warning);
    options_done(&options);
}

static void seconds_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t num, den;
    } cases[] = {{"4", 4, 1},  {"2.5", 5, 2}, {"0.1", 1, 10}, {"1001/250", 1001, 250},
                 {".5", 1, 2}, {"-1", -1, 1}};
    static const char *const wrong[] = {
        "", "x", "1.2.3", ".", "1e3", "4 ", "inf", "-", "99999999999999999999"};
    struct rational value;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(option_seconds_parse(cases[i].text, &value));
        assert_int_equal(value.num, cases[i].num);
        assert_int_equal(value.den, cases[i].den);
    }
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (option_seconds_parse(wrong[i], &value))
            fail_msg("\"%s\" was taken for a time", wrong[i]);
}

static void sizes_are_powers_of_1024(void **state)
{
    (void)state;
    int64_t bytes = 0;
    assert_true(option_size_parse("65536", &bytes));
    assert_int_equal(bytes, 65536);
    assert_true(option_size_parse("4G", &bytes));
    assert_int_equal(bytes, 4ll << 30);
    assert_true(option_size_parse("3MiB", &bytes));
    assert_int_equal(bytes, 3 << 20);
    assert_true(option_size_parse("2kb", &bytes));
    assert_int_equal(bytes, 2048);
    static const char *const wrong[] = {
        "", "G", "-1G", "4 G", "4GG", "4.5G", "9223372036854775807K"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (option_size_parse(wrong[i], &bytes))
            fail_msg("\"%s\" was taken for a size", wrong[i]);
}

static void secrets_are_masked(void **state)
{
    (void)state;
    char text[] = "hunter2";
    struct option_value value = {.text = text};
    struct option_row row = {.is_secret = true};
    assert_string_equal(options_shown(&row, &value), "***");
    row.is_secret = false;
    assert_string_equal(options_shown(&row, &value), "hunter2");
}

static void the_nearest_name_is_near(void **state)
{
    (void)state;
    static const char *const names[] = {"transcode", "plan", "config", "help"};
    assert_int_equal(nearest_distance("abc", "abc"), 0);
    assert_int_equal(nearest_distance("abc", "acb"), 1);
    assert_int_equal(nearest_distance("", "abc"), 3);
    assert_int_equal(nearest_distance("kitten", "sitting"), 3);
    assert_string_equal(nearest_name("trancsode", names, 4), "transcode");
    assert_string_equal(nearest_name("trans", names, 4), "transcode");
    assert_string_equal(nearest_name("paln", names, 4), "plan");
    assert_null(nearest_name("validate", names, 4));
    assert_null(nearest_name("x", names, 4));
}

static void commands_of_later_versions_are_known_as_such(void **state)
{
    (void)state;
    struct err err = {0};
    assert_null(command_find_by_name("worker", &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(strstr(err.text, "not in this version"));
    assert_null(command_find_by_name("trancode", &err));
    assert_non_null(strstr(err.text, "did you mean \"transcode\"?"));
    assert_null(command_find_by_name("engin", &err));
    assert_null(strstr(err.text, "\"engine\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_stands_at_its_own_place),
        cmocka_unit_test(flag_beats_environment_beats_file_beats_default),
        cmocka_unit_test(config_file_can_come_from_the_environment),
        cmocka_unit_test(flags_are_understood_in_every_spelling),
        cmocka_unit_test(after_two_dashes_all_is_an_argument),
        cmocka_unit_test(mistakes_are_refused_with_their_origin),
        cmocka_unit_test(config_files_with_mistakes_are_refused),
        cmocka_unit_test(misspelt_variables_are_pointed_out),
        cmocka_unit_test(seconds_are_exact),
        cmocka_unit_test(sizes_are_powers_of_1024),
        cmocka_unit_test(secrets_are_masked),
        cmocka_unit_test(the_nearest_name_is_near),
        cmocka_unit_test(commands_of_later_versions_are_known_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
