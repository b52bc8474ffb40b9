// SPDX-License-Identifier: BSD-2-Clause
// Opening what the user named: a file, standard input, a pipe, an address. What
// cannot be read twice is copied to a temporary file without a name first.
#ifndef RUNG_APP_INPUT_H
#define RUNG_APP_INPUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/base/err.h"

struct input {
    int fd;     // seekable, read with pread
    char *name; // for messages
    char *path; // of a regular file; NULL otherwise
    int64_t size_bytes;
    int64_t mtime_ns; // 0 for copies
    bool is_copy;
};

// INPUT when there is nothing readable under that name, CONFIG for a scheme this
// version has not, CANCELLED when `stop` becomes true while copying.
bool input_open(const char *argument, const atomic_bool *stop, struct input *ret, struct err *err);
void input_close(struct input *input);

// Where the presentation goes when nothing is said: "talk.mp4" -> "talk", a name
// without extension gets ".rung". Caller frees.
char *input_default_output(const char *argument);

#endif
