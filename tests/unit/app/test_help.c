// SPDX-License-Identifier: BSD-2-Clause
// The help covers the table, and the committed pages are what it makes now.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/help.h"
#include "src/base/file.h"

#define DOCS TEST_SOURCE_DIR "/../../docs/"

static void page_is_current(const char *name, void (*make)(struct buf *), const char *flag)
{
    AUTO_FREE char *path = mem_printf(DOCS "%s", name);
    AUTO(buf_done) struct buf made = {0};
    AUTO(buf_done) struct buf kept = {0};
    struct err err = {0};
    make(&made);
    if (!file_read(path, 1u << 20, &kept, &err))
        fail_msg("%s", err.text);
    if (made.size_bytes != kept.size_bytes || memcmp(made.data, kept.data, made.size_bytes) != 0)
        fail_msg("docs/%s has drifted: run `rung help %s > docs/%s`", name, flag, name);
}

static void man_page_is_current(void **state)
{
    (void)state;
    page_is_current("rung.1", help_man, "--man");
}

static void reference_page_is_current(void **state)
{
    (void)state;
    page_is_current("options.md", help_markdown, "--markdown");
}

// Each command's help names its own options, and no other's.
static void help_names_every_offered_option(void **state)
{
    static const enum command_id ids[] = {COMMAND_TRANSCODE, COMMAND_PLAN, COMMAND_VALIDATE,
                                          COMMAND_CONFIG};
    (void)state;
    for (size_t c = 0; c < ARRAY_LEN(ids); c++) {
        AUTO(buf_done) struct buf text = {0};
        help_command(command_find(ids[c]), &text);
        buf_put_u8(&text, 0);
        for (int i = 0; i < OPTION_COUNT; i++) {
            const struct option_row *row = option_find((enum option_id)i);
            AUTO_FREE char *flag = mem_printf("\n  --%s", row->name);
            AUTO_FREE char *after_short = mem_printf(", --%s", row->name);
            bool is_there = strstr((const char *)text.data, flag) ||
                            strstr((const char *)text.data, after_short);
            bool is_wanted = !row->is_hidden && (row->commands & COMMAND_BIT(ids[c]));
            if (is_there != is_wanted)
                fail_msg("%s: %s is %s", command_find(ids[c])->name, flag + 3,
                         is_there ? "shown" : "missing");
        }
    }
}

static void help_fits_80_columns(void **state)
{
    (void)state;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        AUTO(buf_done) struct buf text = {0};
        help_command(command_find((enum command_id)i), &text);
        buf_put_u8(&text, 0);
        for (const char *line = (const char *)text.data; *line;) {
            size_t length = strcspn(line, "\n");
            if (length > 80)
                fail_msg("%zu columns: %.*s", length, (int)length, line);
            line += length + (line[length] == '\n');
        }
    }
}

static void later_commands_are_not_listed(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf text = {0};
    help_program(&text);
    buf_put_u8(&text, 0);
    assert_non_null(strstr((const char *)text.data, "  transcode "));
    assert_null(strstr((const char *)text.data, "  worker"));
    assert_null(strstr((const char *)text.data, "  engine"));
}

static void text_wraps_between_words(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf text = {0};
    help_wrap(&text, "one two three\n\nfour", 0, 0, 8);
    buf_put_u8(&text, 0);
    assert_string_equal((const char *)text.data, "one two\nthree\n\nfour");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(man_page_is_current),
        cmocka_unit_test(reference_page_is_current),
        cmocka_unit_test(help_names_every_offered_option),
        cmocka_unit_test(help_fits_80_columns),
        cmocka_unit_test(later_commands_are_not_listed),
        cmocka_unit_test(text_wraps_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
