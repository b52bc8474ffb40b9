// SPDX-License-Identifier: BSD-2-Clause
// Errors: a kind that decides what the caller does, and a text that tells the
// story outermost first ("open a.mp4: moov atom not found").
#ifndef RUNG_BASE_ERR_H
#define RUNG_BASE_ERR_H

#include <stdbool.h>

enum err_kind {
    ERR_NONE = 0,
    ERR_INPUT,         // the media or the job is wrong: fail it, never retry
    ERR_CONFIG,        // an operator must act: stop
    ERR_TRANSIENT,     // network, disk, throttling: trying again may help
    ERR_DEVICE,        // an accelerator as a whole refused or died: next tier
    ERR_DEVICE_DECODE, // one stage of it did: that stage moves
    ERR_DEVICE_SCALE,
    ERR_DEVICE_ENCODE,
    ERR_CANCELLED, // asked to stop: leave things clean
    ERR_BUG,       // ours
};

// Owned by the caller, usually on its stack; starts zeroed (`struct err err = {0}`).
struct err {
    enum err_kind kind;
    char text[768];
};

// Fills *err and returns false, so that `return err_set(...)` reads as failing.
// err may be NULL: the caller does not want the story.
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

// Puts "context: " before the text that is there. Returns false.
bool err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// Any of the four kinds of an accelerator.
bool err_is_device(enum err_kind kind);

// "input", "config", ... : stable words for JSON and logs.
const char *err_kind_name(enum err_kind kind);
// The reverse; ERR_BUG for an unknown word.
enum err_kind err_kind_from_name(const char *name);

// The process exit code that stands for this kind (0, 1, 2, 3, 70, 130).
int err_kind_exit_code(enum err_kind kind);

#endif
