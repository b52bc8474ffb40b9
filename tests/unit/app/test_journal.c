// SPDX-License-Identifier: BSD-2-Clause
// The journal survives what a crash leaves behind.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/app/journal.h"
#include "src/base/file.h"
#include "src/base/mem.h"

static char folder[64];
static char path[96];

static int setup(void **state)
{
    (void)state;
    strncpy(folder, "/tmp/rung-test-journal-XXXXXX", sizeof folder - 1);
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/journal.jsonl", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return file_remove_tree(folder, NULL) ? 0 : -1;
}

struct seen {
    size_t count;
    json_int_t last;
    size_t stop_at;
};

static bool note(void *self, json_t *line, struct err *err)
{
    struct seen *seen = self;
    seen->count++;
    seen->last = json_integer_value(json_object_get(line, "n"));
    return seen->count != seen->stop_at || err_set(err, ERR_CONFIG, "enough");
}

static void write_lines(int count)
{
    struct err err = {0};
    json_t *lines = json_pack("[{s:i}]", "n", 0);
    struct journal *journal = journal_create(path, lines, &err);
    json_decref(lines);
    assert_non_null(journal);
    for (int i = 1; i < count; i++)
        assert_true(journal_append(journal, json_pack("{s:i}", "n", i), &err));
    assert_true(journal_sync(journal, &err));
    journal_close(&journal);
    assert_null(journal);
}

static void append_raw(const char *text)
{
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    assert_true(file_write_all(fd, text, strlen(text)));
    close(fd);
}

static void lines_come_back_in_order(void **state)
{
    (void)state;
    struct seen seen = {0};
    write_lines(100);
    assert_true(journal_read(path, note, &seen, NULL));
    assert_int_equal(seen.count, 100);
    assert_int_equal(seen.last, 99);
}

static void a_torn_last_line_is_dropped(void **state)
{
    (void)state;
    static const char *const tails[] = {"{\"n\":5", "{\"n\":5}", "{", "\n", "garbage\n", "[1]\n"};
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        struct seen seen = {0};
        write_lines(5);
        append_raw(tails[i]);
        assert_true(journal_read(path, note, &seen, NULL));
        assert_int_equal(seen.count, 5);
        assert_int_equal(seen.last, 4);
    }
}

static void an_endless_line_ends_the_reading(void **state)
{
    (void)state;
    struct seen seen = {0};
    AUTO_FREE char *line = mem_alloc((2u << 20) + 1);
    memset(line, ' ', 2u << 20);
    write_lines(3);
    append_raw(line);
    append_raw("{\"n\":9}\n");
    assert_true(journal_read(path, note, &seen, NULL));
    assert_int_equal(seen.count, 3);
}

static void the_reader_can_stop(void **state)
{
    (void)state;
    struct seen seen = {.stop_at = 2};
    struct err err = {0};
    write_lines(5);
    assert_false(journal_read(path, note, &seen, &err));
    assert_int_equal(seen.count, 2);
    assert_int_equal(err.kind, ERR_CONFIG);
}

static void creating_replaces_what_was_there(void **state)
{
    (void)state;
    struct seen seen = {0};
    write_lines(50);
    write_lines(2);
    assert_true(journal_read(path, note, &seen, NULL));
    assert_int_equal(seen.count, 2);
}

static void a_missing_journal_is_an_error(void **state)
{
    (void)state;
    struct err err = {0};
    struct seen seen = {0};
    assert_false(journal_read(path, note, &seen, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_come_back_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_torn_last_line_is_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(an_endless_line_ends_the_reading, setup, teardown),
        cmocka_unit_test_setup_teardown(the_reader_can_stop, setup, teardown),
        cmocka_unit_test_setup_teardown(creating_replaces_what_was_there, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_journal_is_an_error, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
