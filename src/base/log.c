// SPDX-License-Identifier: BSD-2-Clause
// Writing log lines to stderr.
#include "src/base/log.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"

static struct {
    pthread_mutex_t lock;
    enum log_level level;
    enum log_format format;
    void (*hook)(void *self, bool before);
    void *hook_self;
    void (*writer)(void *self, enum log_level level, const char *room, const char *text);
    void *writer_self;
} sink = {.lock = PTHREAD_MUTEX_INITIALIZER, .level = LOG_INFO};

static const char *const level_names[] = {"error", "warning", "info", "verbose", "debug"};

void log_setup(enum log_level level, enum log_format format)
{
    sink.level = level;
    sink.format = format;
}

enum log_level log_get_level(void)
{
    return sink.level;
}

void log_set_hook(void (*hook)(void *self, bool before), void *self)
{
    pthread_mutex_lock(&sink.lock);
    sink.hook = hook;
    sink.hook_self = self;
    pthread_mutex_unlock(&sink.lock);
}

void log_set_writer(void (*writer)(void *self, enum log_level level, const char *room,
                                   const char *text),
                    void *self)
{
    pthread_mutex_lock(&sink.lock);
    sink.writer = writer;
    sink.writer_self = self;
    pthread_mutex_unlock(&sink.lock);
}

// True when somebody else takes the line.
static bool hand_to_writer(enum log_level level, const char *room, const char *text)
{
    pthread_mutex_lock(&sink.lock);
    void (*writer)(void *, enum log_level, const char *, const char *) = sink.writer;
    void *self = sink.writer_self;
    pthread_mutex_unlock(&sink.lock);
    if (writer)
        writer(self, level, room, text);
    return writer != NULL;
}

static char *line_json(enum log_level level, const char *room, const char *text)
{
    struct timespec now;
    struct tm parts;
    char when[40];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t used = strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(when + used, sizeof when - used, ".%03ldZ", now.tv_nsec / 1000000);
    json_t *line = json_pack("{s:s, s:s, s:s, s:o}", "time", when, "level", level_names[level],
                             "room", room, "message", json_text_lossy(text));
    char *out = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    return out;
}

// One event is one line: libraries end theirs with a newline, and names from
// outside may hold more of them, or terminal escapes.
static void make_one_line(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        text[--length] = '\0';
    for (char *at = text; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = ' ';
}

void log_msg(enum log_level level, const char *room, const char *fmt, ...)
{
    if (level > sink.level)
        return;
    int saved_errno = errno;
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *text = mem_vprintf(fmt, args);
    va_end(args);
    make_one_line(text);
    if (hand_to_writer(level, room, text)) {
        errno = saved_errno;
        return;
    }
    AUTO_FREE char *line = NULL;
    if (sink.format == LOG_JSON) {
        AUTO_FREE char *json = line_json(level, room, text);
        line = mem_printf("%s\n", json ? json : "{}");
    } else if (level == LOG_ERROR) {
        line = mem_printf("rung: %s\n", text);
    } else {
        line = mem_printf("rung: %s: %s\n", level == LOG_WARNING ? "warning" : room, text);
    }
    pthread_mutex_lock(&sink.lock);
    if (sink.hook)
        sink.hook(sink.hook_self, true);
    fputs(line, stderr);
    fflush(stderr);
    if (sink.hook)
        sink.hook(sink.hook_self, false);
    pthread_mutex_unlock(&sink.lock);
    errno = saved_errno;
}
