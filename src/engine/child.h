// SPDX-License-Identifier: BSD-2-Clause
// Starting and ending the engine process: descriptors, environment, limits, exit
// status. What is said to it is the client's business.
#ifndef RUNG_ENGINE_CHILD_H
#define RUNG_ENGINE_CHILD_H

#include <sys/types.h>

#include "src/engine/client.h"

struct child {
    pid_t pid;     // 0: none
    int socket_fd; // our end
};

// How it ended.
struct child_end {
    int status;      // as wait4 gives it
    bool was_killed; // by us
};

// The engine dies with the calling thread (PR_SET_PDEATHSIG), so that a killed
// supervisor leaves nothing behind: call from a thread that outlives the work.
bool child_start(const struct engine_spec *spec, struct child *ret_child, struct err *err);

// Closes the socket, gives the engine grace_ms to go by itself, kills it then,
// reaps it, and adds what it cost to *usage (may be NULL).
struct child_end child_finish(struct child *child, int grace_ms, struct engine_usage *usage);

// "signal 11 (Segmentation fault)", "exit code 3".
void child_end_describe(const struct child_end *end, char ret_text[96]);

#endif
