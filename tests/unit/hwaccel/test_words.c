// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "hwaccel/words.h"

static void the_first_line_counts(void **state)
{
    (void)state;
    words_clear();
    assert_string_equal(words_first(), "");
    words_note("No decoder surfaces left\n");
    words_note("Error while decoding\n");
    assert_string_equal(words_first(), "No decoder surfaces left");
    words_clear();
    assert_string_equal(words_first(), "");
    words_note(NULL);
    words_note("");
    assert_string_equal(words_first(), "");
}

static void is_one_line_fit_for_a_terminal(void **state)
{
    (void)state;
    words_clear();
    words_note("a \033[31mred\177 \tword\nand another");
    assert_string_equal(words_first(), "a  [31mred  "
                                       " word");
    char large[2000];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = 0;
    words_clear();
    words_note(large);
    assert_in_range(strlen(words_first()), 100, 1000);
}

static void *speak(void *self)
{
    int *was_empty = self;
    *was_empty = words_first()[0] == 0;
    words_note("of another thread");
    return NULL;
}

static void threads_have_their_own(void **state)
{
    (void)state;
    words_clear();
    words_note("of this thread");
    pthread_t thread;
    int was_empty = 0;
    assert_int_equal(pthread_create(&thread, NULL, speak, &was_empty), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(was_empty);
    assert_string_equal(words_first(), "of this thread");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_counts),
        cmocka_unit_test(is_one_line_fit_for_a_terminal),
        cmocka_unit_test(threads_have_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
