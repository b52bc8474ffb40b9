// SPDX-License-Identifier: BSD-2-Clause
// Log lines as they arrive on stderr, caught in a pipe.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/log.h"
#include "src/base/mem.h"

static int saved_stderr = -1;
static FILE *caught;

static void catch_begin(void)
{
    fflush(stderr);
    saved_stderr = dup(STDERR_FILENO);
    caught = tmpfile();
    assert_non_null(caught);
    dup2(fileno(caught), STDERR_FILENO);
}

static void catch_end(char *ret_text, size_t size)
{
    fflush(stderr);
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    rewind(caught);
    ret_text[fread(ret_text, 1, size - 1, caught)] = '\0';
    fclose(caught);
}

static void text_lines_say_who_speaks(void **state)
{
    (void)state;
    char text[1000];
    catch_begin();
    log_setup(LOG_INFO, LOG_TEXT);
    log_msg(LOG_ERROR, "app", "a.mp4: %s", "not media");
    log_msg(LOG_WARNING, "media", "odd");
    log_msg(LOG_INFO, "media", "hello");
    log_msg(LOG_VERBOSE, "media", "unheard");
    log_msg(LOG_DEBUG, "media", "unheard");
    catch_end(text, sizeof text);
    assert_string_equal(text, "rung: a.mp4: not media\nrung: warning: odd\nrung: media: hello\n");
    assert_int_equal(log_get_level(), LOG_INFO);
}

static void one_event_is_one_line(void **state)
{
    (void)state;
    char text[1000];
    catch_begin();
    log_setup(LOG_INFO, LOG_TEXT);
    log_msg(LOG_INFO, "libav", "ends itself\n");
    log_msg(LOG_INFO, "libav", "two\nlines \x1b[31mred\x7f\r\n");
    catch_end(text, sizeof text);
    assert_string_equal(text, "rung: libav: ends itself\nrung: libav: two lines  [31mred \n");
}

static void json_lines_are_whole_documents(void **state)
{
    (void)state;
    char text[2000];
    catch_begin();
    log_setup(LOG_INFO, LOG_JSON);
    log_msg(LOG_WARNING, "media", "quote \" back \\ caf\xc3\xa9 \xff end");
    log_msg(LOG_INFO, "app", "%s", "");
    catch_end(text, sizeof text);
    log_setup(LOG_INFO, LOG_TEXT);
    char *second = strchr(text, '\n') + 1;
    json_t *line = json_loadb(text, (size_t)(second - text), 0, NULL);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "level")), "warning");
    assert_string_equal(json_string_value(json_object_get(line, "room")), "media");
    assert_string_equal(json_string_value(json_object_get(line, "message")),
                        "quote \" back \\ caf\xc3\xa9 ? end");
    const char *time = json_string_value(json_object_get(line, "time"));
    assert_int_equal(strlen(time), strlen("2026-11-23T15:04:05.123Z"));
    assert_int_equal(time[23], 'Z');
    json_decref(line);
    line = json_loads(second, 0, NULL);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "message")), "");
    json_decref(line);
}

struct hook_calls {
    int before;
    int after;
};

static void count_call(void *self, bool before)
{
    struct hook_calls *calls = self;
    calls->before += before;
    calls->after += !before;
}

static void the_hook_is_around_each_line_that_is_written(void **state)
{
    (void)state;
    struct hook_calls calls = {0};
    char text[1000];
    catch_begin();
    log_setup(LOG_INFO, LOG_TEXT);
    log_set_hook(count_call, &calls);
    log_msg(LOG_INFO, "app", "one");
    log_msg(LOG_DEBUG, "app", "unheard");
    log_set_hook(NULL, NULL);
    log_msg(LOG_INFO, "app", "two");
    catch_end(text, sizeof text);
    assert_int_equal(calls.before, 1);
    assert_int_equal(calls.after, 1);
}

static void errno_outlives_logging(void **state)
{
    (void)state;
    char text[1000];
    catch_begin();
    close(STDERR_FILENO); // the write fails
    errno = ENOSPC;
    log_msg(LOG_INFO, "app", "to nobody");
    int after = errno;
    catch_end(text, sizeof text);
    assert_int_equal(after, ENOSPC);
}

struct heard {
    int count;
    enum log_level level;
    char text[100];
};

static void hear(void *self, enum log_level level, const char *room, const char *text)
{
    struct heard *heard = self;
    heard->count++;
    heard->level = level;
    snprintf(heard->text, sizeof heard->text, "%s/%s", room, text);
}

static void a_writer_takes_the_lines_from_stderr(void **state)
{
    (void)state;
    struct heard heard = {0};
    char text[1000];
    catch_begin();
    log_setup(LOG_INFO, LOG_TEXT);
    log_set_writer(hear, &heard);
    log_msg(LOG_WARNING, "media", "two\nlines\n");
    log_msg(LOG_DEBUG, "media", "unheard");
    log_set_writer(NULL, NULL);
    log_msg(LOG_INFO, "app", "here again");
    catch_end(text, sizeof text);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.level, LOG_WARNING);
    assert_string_equal(heard.text, "media/two lines");
    assert_string_equal(text, "rung: app: here again\n");
}

#define LINES 300

static void *log_often(void *arg)
{
    for (int i = 0; i < LINES; i++)
        log_msg(LOG_INFO, "thread", "%s", (const char *)arg);
    return NULL;
}

static void lines_of_threads_never_mix(void **state)
{
    (void)state;
    static char text[600000];
    char bodies[3][101];
    pthread_t threads[3];
    catch_begin();
    log_setup(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < 3; i++) {
        memset(bodies[i], 'a' + i, 100);
        bodies[i][100] = '\0';
        pthread_create(&threads[i], NULL, log_often, bodies[i]);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    catch_end(text, sizeof text);
    size_t lines = 0;
    const char *prefix = "rung: thread: ";
    for (char *at = text; *at; lines++) {
        assert_memory_equal(at, prefix, strlen(prefix));
        at += strlen(prefix);
        assert_true(*at >= 'a' && *at <= 'c');
        assert_memory_equal(at, bodies[*at - 'a'], 100);
        assert_int_equal(at[100], '\n');
        at += 101;
    }
    assert_int_equal(lines, 3 * LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_lines_say_who_speaks),
        cmocka_unit_test(one_event_is_one_line),
        cmocka_unit_test(json_lines_are_whole_documents),
        cmocka_unit_test(the_hook_is_around_each_line_that_is_written),
        cmocka_unit_test(errno_outlives_logging),
        cmocka_unit_test(a_writer_takes_the_lines_from_stderr),
        cmocka_unit_test(lines_of_threads_never_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
