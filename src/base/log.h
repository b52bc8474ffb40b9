// SPDX-License-Identifier: BSD-2-Clause
// One event per line, with fields. Text on a terminal, JSON where asked. The log
// sink and its level are the only mutable globals of the program beside the stop
// flag. Rooms return errors; only src/app logs at LOG_ERROR.
#ifndef RUNG_BASE_LOG_H
#define RUNG_BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level { LOG_ERROR = 0, LOG_WARNING, LOG_INFO, LOG_VERBOSE, LOG_DEBUG };

enum log_format { LOG_TEXT = 0, LOG_JSON };

// Called once at start, before threads. Lines go to stderr.
void log_setup(enum log_level level, enum log_format format);
enum log_level log_get_level(void);

// A hook that is called, under the log's lock, before and after each line, so
// that a progress line on the same terminal can step aside. NULL: none.
void log_set_hook(void (*hook)(void *self, bool before), void *self);

// Lines go to this function instead of stderr: the engine sends them to its
// supervisor. Called from any thread, with the level and the plain text; the log
// holds no lock then. NULL: stderr.
void log_set_writer(void (*writer)(void *self, enum log_level level, const char *room,
                                   const char *text),
                    void *self);

// "room" is a short word ("media", "engine"). Thread-safe, one write per line.
void log_msg(enum log_level level, const char *room, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
