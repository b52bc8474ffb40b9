// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/media/ladder_file.h"

struct text_case {
    const char *text;
    const char *expect; // "side/maxrate_bps/crf …"; NULL: refused
    const char *complaint;
};

static const struct text_case text_cases[] = {
    {"default", "default", NULL},
    {"1080,720,480", "1080/0/0 720/0/0 480/0/0", NULL},
    {" 1080 , 720 ", "1080/0/0 720/0/0", NULL},
    {"360", "360/0/0", NULL},
    {"[1080, 720]", "1080/0/0 720/0/0", NULL},
    {"{\"rungs\":[{\"short_side\":540,\"maxrate_kbps\":1500,\"crf\":22.5},240]}",
     "540/1500000/22.5 240/0/0", NULL},
    {"\n [{\"short_side\":2}]\n", "2/0/0", NULL},
    {"", NULL, "neither"},
    {"1080,", NULL, "a number is missing"},
    {",1080", NULL, "a number is missing"},
    {"1080 720", NULL, "commas"},
    {"1080,,720", NULL, "a number is missing"},
    {"1080p", NULL, "neither"},
    {"-720", NULL, "neither"},
    {"0", NULL, "a rung of 0"},
    {"1", NULL, "a rung of 1 is outside"},
    {"8641", NULL, "a rung of 8641 is outside"},
    {"99999", NULL, "a rung of 99999 is outside 2 to 8640"},
    {"99999999999999999999", NULL, "a rung of 99999999999999999999 is outside"},
    {"999999999999999999999", NULL, "a rung of 99999999999999999999… is outside"},
    {"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", NULL, "a rung of 1"},
    {"2,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", NULL, "more than 16"},
    {"[]", NULL, "the list of rungs is empty"},
    {"{\"rungs\":[]}", NULL, "the list of rungs is empty"},
    {"[", NULL, "line 1"},
    {"[1080] x", NULL, "line 1"},
    {"{}", NULL, "rungs"},
    {"{\"rungs\":[720],\"extra\":1}", NULL, "rungs"},
    {"{\"rungs\":720}", NULL, "no list"},
    {"[\"720\"]", NULL, "a number or an object"},
    {"[720.5]", NULL, "a number or an object"},
    {"[-720]", NULL, "a rung of -720 is outside"},
    {"[9223372036854775807]", NULL, "a rung of 9223372036854775807 is outside"},
    {"[{}]", NULL, "without its"},
    {"[{\"short_side\":\"720\"}]", NULL, "no whole number"},
    {"[{\"short_side\":720,\"bitrate\":1}]", NULL, "has no \"bitrate\""},
    {"[{\"short_side\":720,\"maxrate_kbps\":9}]", NULL, "maxrate_kbps"},
    {"[{\"short_side\":720,\"maxrate_kbps\":800001}]", NULL, "maxrate_kbps"},
    {"[{\"short_side\":720,\"crf\":0}]", NULL, "crf"},
    {"[{\"short_side\":720,\"crf\":64}]", NULL, "crf"},
    {"[{\"short_side\":720,\"short_side\":360}]", NULL, "duplicate"},
};

static void describe(const struct plan_options *options, struct buf *ret)
{
    if (options->is_default_ladder)
        buf_printf(ret, "default");
    for (size_t i = 0; i < options->ladder_count; i++)
        buf_printf(ret, "%s%d/%lld/%g", i ? " " : "", options->ladder[i].short_side_px,
                   (long long)options->ladder[i].maxrate_bps, options->ladder[i].crf);
    buf_append(ret, "", 1);
}

static void reads_ladders_and_refuses_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(text_cases); i++) {
        const struct text_case *row = &text_cases[i];
        struct plan_options options;
        struct err err = {0};
        AUTO(buf_done) struct buf got = {0};
        plan_options_init(&options);
        bool is_read = ladder_from_text(row->text, &options, &err);
        if (is_read != (row->expect != NULL))
            fail_msg("\"%s\": read %d, \"%s\"", row->text, is_read, err.text);
        describe(&options, &got);
        if (is_read && strcmp((const char *)got.data, row->expect) != 0)
            fail_msg("\"%s\": %s; wanted %s", row->text, (const char *)got.data, row->expect);
        if (!is_read && (err.kind != ERR_CONFIG || !strstr(err.text, row->complaint)))
            fail_msg("\"%s\": \"%s\"; wanted \"%s\"", row->text, err.text, row->complaint);
        // The caller says where the ladder is from.
        if (strncmp(err.text, "ladder", 6) == 0)
            fail_msg("\"%s\" names itself", err.text);
        // A refusal changes nothing.
        if (!is_read)
            assert_string_equal((const char *)got.data, "default");
    }
}

static void a_file_name_is_not_a_ladder(void **state)
{
    (void)state;
    assert_true(ladder_text_is_inline("default"));
    assert_true(ladder_text_is_inline("1080,720"));
    assert_true(ladder_text_is_inline(" [720]"));
    assert_true(ladder_text_is_inline("{\"rungs\":[720]}"));
    assert_false(ladder_text_is_inline("ladder.json"));
    assert_false(ladder_text_is_inline("./1080"));
    assert_false(ladder_text_is_inline(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_ladders_and_refuses_the_rest),
        cmocka_unit_test(a_file_name_is_not_a_ladder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
