// SPDX-License-Identifier: BSD-2-Clause
// Building error texts. Policy (what to do with a kind) lives with the callers.
#include "src/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/text.h"

static const struct {
    const char *name;
    int exit_code;
} kinds[] = {
    [ERR_NONE] = {"none", 0},
    [ERR_INPUT] = {"input", 1},
    [ERR_CONFIG] = {"config", 2},
    [ERR_TRANSIENT] = {"transient", 3},
    [ERR_DEVICE] = {"device", 3},
    [ERR_CANCELLED] = {"cancelled", 130},
    [ERR_BUG] = {"bug", 70},
    [ERR_DEVICE_DECODE] = {"device-decode", 3},
    [ERR_DEVICE_SCALE] = {"device-scale", 3},
    [ERR_DEVICE_ENCODE] = {"device-encode", 3},
};

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
    if (!err)
        return false;
    // An argument may be err->text itself: build beside it.
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err->kind = kind;
    memcpy(err->text, text, sizeof text);
    text_cut(err->text, sizeof err->text);
    return false;
}

bool err_wrap(struct err *err, const char *fmt, ...)
{
    if (!err)
        return false;
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    int used = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    // What does not fit is cut: the innermost words go first.
    if (used >= 0 && (size_t)used < sizeof text && err->text[0] &&
        snprintf(text + used, sizeof text - (size_t)used, ": %s", err->text) < 0)
        text[used] = '\0';
    memcpy(err->text, text, sizeof text);
    text_cut(err->text, sizeof err->text);
    return false;
}

bool err_is_device(enum err_kind kind)
{
    return kind == ERR_DEVICE || kind == ERR_DEVICE_DECODE || kind == ERR_DEVICE_SCALE ||
           kind == ERR_DEVICE_ENCODE;
}

const char *err_kind_name(enum err_kind kind)
{
    if ((unsigned)kind >= sizeof kinds / sizeof kinds[0])
        return "bug";
    return kinds[kind].name;
}

enum err_kind err_kind_from_name(const char *name)
{
    for (unsigned i = 0; name && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return (enum err_kind)i;
    return ERR_BUG;
}

int err_kind_exit_code(enum err_kind kind)
{
    if ((unsigned)kind >= sizeof kinds / sizeof kinds[0])
        return 70;
    return kinds[kind].exit_code;
}
