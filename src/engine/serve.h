// SPDX-License-Identifier: BSD-2-Clause
// The engine process itself: what `rung engine` runs.
#ifndef RUNG_ENGINE_SERVE_H
#define RUNG_ENGINE_SERVE_H

// Reads one request from ENGINE_SOCKET_FD, serves it, exits. Returns the process
// exit code. Never prints to stdout.
int engine_serve(void);

#endif
